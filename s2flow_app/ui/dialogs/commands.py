"""The program's own commands as processes of the window: torch stays out of it, a hostile
checkpoint out of the program, and what takes long can be stopped."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, QProcess, Signal, Slot

from s2flow_app.program import command
from s2flow_app.ui.told import told

Answered = Callable[[dict[str, Any]], None]
STOP_MS = 3000


class Commands(QObject):
    """Runs one of the program's commands at a time."""

    failed = Signal(str)
    running_changed = Signal(bool)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._process = QProcess(self)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._not_started)
        self._answered: Answered | None = None

    @property
    def is_running(self) -> bool:
        return self._process.state() != QProcess.ProcessState.NotRunning

    def run(self, arguments: Sequence[str], answered: Answered) -> None:
        """Call ``answered`` with the command's JSON object; on failure `failed` says why."""
        if self.is_running:
            return
        self._answered = answered
        self.running_changed.emit(True)
        program, *given = command(*arguments, "--json")
        self._process.start(program, given)

    def stop(self) -> None:
        """End what runs and wait for it: it may tidy up before it is killed."""
        self._answered = None
        if self.is_running:
            self._process.terminate()
            if not self._process.waitForFinished(STOP_MS):
                self._process.kill()
                self._process.waitForFinished(STOP_MS)

    @Slot()
    def _not_started(self) -> None:
        if self._process.error() == QProcess.ProcessError.FailedToStart:
            self.running_changed.emit(False)
            self.failed.emit(self.tr("The program could not start itself to do this."))

    @Slot(int)
    def _finished(self, code: int) -> None:
        self.running_changed.emit(False)
        answered, self._answered = self._answered, None
        if answered is None:
            return
        said = bytes(self._process.readAllStandardOutput().data()).decode(errors="replace")
        why = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
        if code == 0:
            answered(json.loads(said))
        else:
            lines = why.strip().splitlines()
            ended = self.tr("It ended with {0}.").format(code)
            self.failed.emit(told(lines[-1]) if lines else ended)
