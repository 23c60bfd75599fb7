"""What `s2flow doctor` prints, asked for by the window: to be copied into a report.

In English whatever the window speaks: it is for those who read reports.
"""

import platform

from PySide6.QtCore import QObject, QProcess, Signal, Slot

from s2flow_app import __version__
from s2flow_app.privacy import without_personal
from s2flow_app.program import command
from s2flow_app.ui.dialogs.notices import PROGRAM

STOP_MS = 3000


class Diagnostics(QObject):
    """Runs the program's own `doctor` as a process: torch stays out of the window."""

    collected = Signal(str)
    """All that it said, without what tells who uses this computer."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._process = QProcess(self)
        # What is missing is said on stderr; both belong to a report.
        self._process.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._not_started)

    @property
    def is_running(self) -> bool:
        return self._process.state() != QProcess.ProcessState.NotRunning

    def collect(self) -> None:
        """Ask; `collected` follows, whatever happens."""
        if not self.is_running:
            program, *given = command("doctor")
            self._process.start(program, given)

    def stop(self) -> None:
        """Nobody waits for it any more."""
        self._process.blockSignals(True)
        if self.is_running:
            self._process.kill()
            self._process.waitForFinished(STOP_MS)

    @Slot()
    def _not_started(self) -> None:
        if self._process.error() == QProcess.ProcessError.FailedToStart:
            self._say("doctor: " + self._process.errorString())

    @Slot(int, QProcess.ExitStatus)
    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        said = bytes(self._process.readAll().data()).decode(errors="replace").strip()
        if status == QProcess.ExitStatus.CrashExit:
            said += "\ndoctor: crashed"
        elif code:
            said += f"\ndoctor: exit {code}"
        self._say(said)

    def _say(self, text: str) -> None:
        head = f"{PROGRAM} {__version__}, {platform.platform()}"
        self.collected.emit(without_personal(f"{head}\n{text}".strip()))
