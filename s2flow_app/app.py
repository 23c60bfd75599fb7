"""The editor as a program: makes document, worker and window, and wires them. Nobody else does.

The window is up before torch is imported: the session is made in the worker's thread.
"""

import gc
import json
import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, QtMsgType, Slot, qInstallMessageHandler
from PySide6.QtGui import QIcon, QSessionManager
from PySide6.QtWidgets import QApplication

from s2flow_app.atomic_file import sweep_drafts
from s2flow_app.control.editing import Editing
from s2flow_app.document.changes import Aspect, DocumentChange
from s2flow_app.document.document import Document
from s2flow_app.ending import FAILED, say
from s2flow_app.errors import UserError
from s2flow_app.generator_folder import GeneratorFolder
from s2flow_app.log import log_file, start_logging
from s2flow_app.paths import (
    check_keeps,
    config_dir,
    find_pack,
    log_dir,
    resources_dir,
    user_data_dir,
)
from s2flow_app.program import NO_WINDOW
from s2flow_app.project.session_folders import SessionFolders
from s2flow_app.settings import FILE_NAME, Settings, load_settings, save_settings
from s2flow_app.ui.file_open import FileOpen
from s2flow_app.ui.journaling import Journaling
from s2flow_app.ui.main_window import MainWindow
from s2flow_app.ui.project.work import ProjectWork
from s2flow_app.ui.recovery_work import FLUSH_S, RecoveryWork
from s2flow_app.ui.theme import apply_theme
from s2flow_app.ui.told import told
from s2flow_app.ui.translate import set_language
from s2flow_app.worker.client import InferenceClient
from s2flow_app.worker.editing_session import EditingSession, PhotoKeeper

QUIT_WHEN = "S2FLOW_QUIT_WHEN"
"""For `s2flow bench`: ``window`` or ``face``. The program says when it was there, then quits."""
JOURNALS: Final = "journals"
"""The folder of what is not saved, below the user's data."""
SIGNALLED: Final = 128
"""Exit codes beyond it are of signals."""
PROMPTLY_S: Final = 3.0
"""How long the worker may take to end after a signal."""
DESKTOP_ENDS_MS: Final = 60_000
_LOG = logging.getLogger(__name__)


def run_editor(
    photos: Sequence[Path], *, pack: str | None = None, device: str | None = None
) -> int:
    """Open the editor, on the first of ``photos`` if there is one; returns its exit code."""
    multiprocessing.freeze_support()
    unkept, settings_file = _begin_to_keep()
    application = _application()
    application.setApplicationName("S2-Flow Studio")
    application.setWindowIcon(QIcon(str(resources_dir() / "icon.svg")))
    for stop in (signal.SIGINT, signal.SIGTERM):
        # Heard within a second: the client's timer lets Python have a turn.
        signal.signal(stop, lambda number, _: QTimer.singleShot(0, lambda: _leave(number)))
    settings = Settings() if settings_file is None else load_settings(settings_file)
    # A folder that does not answer, on a network for one, keeps nobody waiting.
    threading.Thread(target=_sweep, args=(settings.last_folder,), daemon=True).start()
    editor = Editor(
        application,
        settings,
        settings_file,
        make_session=None,
        pack=pack,
        device=device,
    )
    FileOpen(application, editor.window.open_photos)  # kept by the application
    editor.start(photos)
    if unkept:
        editor.say_unkept(unkept)
    code = application.exec()
    if not editor.close(wait_s=PROMPTLY_S if code > SIGNALLED else 15.0):
        logging.shutdown()
        os._exit(code)  # a hung worker would abort the process otherwise
    return code


def _sweep(folder: str) -> None:
    """Remove what exports left in ``folder`` that were ended by force."""
    try:
        swept = sweep_drafts(Path(folder)) if folder else 0
    except OSError as error:
        _LOG.info("%s is not swept: %s", folder, error)
        return
    if swept:
        _LOG.info("%d drafts of files removed from %s", swept, folder)


def _data_dir() -> Path | None:
    """The folder of the user's data; None: nothing can be kept there."""
    try:
        return user_data_dir()
    except UserError as error:
        _LOG.warning("%s", error)
        return None


def _begin_to_keep() -> tuple[list[UserError], Path | None]:
    """Begin the log; what cannot be kept, and the file of the settings (None: nowhere)."""
    unkept: list[UserError] = []
    settings_file = None
    try:
        start_logging(check_keeps(log_dir()))
    except UserError as error:
        unkept.append(error)
    try:
        settings_file = check_keeps(config_dir()) / FILE_NAME
    except UserError as error:
        unkept.append(error)
    try:
        check_keeps(user_data_dir())
    except UserError as error:
        unkept.append(error)
    for error in unkept:
        _LOG.warning("%s", error)
    return unkept, settings_file


def _application() -> QApplication:
    """Qt's; where it finds no platform the process ends with a sentence, instead of aborting."""
    before = qInstallMessageHandler(_take_qt_message)
    try:
        application = QApplication.instance() or QApplication(sys.argv[:1])
    finally:
        qInstallMessageHandler(before)
    assert isinstance(application, QApplication)
    return application


def _take_qt_message(kind: QtMsgType, _context: object, text: str) -> None:
    """What Qt says while it starts; after a fatal message it would abort."""
    _LOG.info("Qt: %s", text)
    if kind == QtMsgType.QtFatalMsg:
        say(NO_WINDOW)
        logging.shutdown()
        os._exit(FAILED)


def _leave(signal_number: int) -> None:
    """End at once: nothing is asked, what is not saved is offered at the next start."""
    QApplication.exit(SIGNALLED + signal_number)


class Editor(QObject):
    """Document, worker and window of one run."""

    def __init__(
        self,
        application: QApplication,
        settings: Settings,
        settings_file: Path | None,
        *,
        make_session: Callable[[], EditingSession] | None = None,
        pack: str | None = None,
        device: str | None = None,
    ) -> None:
        super().__init__()
        self._settings_file = settings_file
        pack, device = pack or settings.pack, device or settings.device
        apply_theme(application, settings.theme)
        set_language(application, settings.language)
        self.document = Document(self)
        signing = (settings.sign_certificate, settings.sign_key)
        generators = GeneratorFolder()
        make_session = make_session or session_maker(pack, device, signing, generators)
        self.client = InferenceClient(make_session, self, make_keeper=lambda: make_keeper(signing))
        self.editing = Editing(self.document, self.client, self)
        data = _data_dir()
        self.project = ProjectWork(self.document, self.editing, generators, data, self)
        self.window = MainWindow(self.document, self.editing, settings, project=self.project)
        self.recovery = None if data is None else self._made_recovery(data, generators)
        self.window.settings_changed.connect(self._keep_settings)
        self._quit_when = os.environ.get(QUIT_WHEN, "")
        self.document.changed.connect(self._take_change)
        application.commitDataRequest.connect(self._end_of_desktop)
        sys.excepthook = self._take_bug

    def _made_recovery(self, data: Path, generators: GeneratorFolder) -> RecoveryWork:
        folders = SessionFolders(data / JOURNALS)
        journaling = Journaling(self.document, folders, generators.read, self)
        recovery = RecoveryWork(journaling, folders, self.project, self)
        recovery.said.connect(self._say_problem)
        self.editing.ready.connect(recovery.take_ready)
        self.window.left.connect(journaling.remove)
        self.window.history.show_safety(journaling.is_safe)
        journaling.safe_changed.connect(self.window.history.refresh_safety)
        return recovery

    def start(self, photos: Sequence[Path]) -> None:
        """Show the window, then load the networks and open the first photo."""
        self.window.show()
        if not self.window.settings.tour_seen and not self._quit_when:
            self.window.preferences.show_tour()
        self.client.start()
        if photos:
            self.window.open_photos([Path(os.path.abspath(photo)) for photo in photos])
        QTimer.singleShot(0, self, self._window_is_there)
        if self.recovery is not None and not self._quit_when:
            self.recovery.offer(self.window)

    def close(self, *, wait_s: float = 15.0) -> bool:
        """End the worker; False if one hangs and the process must be left by force.

        Args:
            wait_s: how long it may take.
        """
        sys.excepthook = sys.__excepthook__
        self.window.messages.hide()
        self._keep_settings(self.window.settings)
        self.editing.close()
        self.project.close()
        if self.recovery is not None:
            self.recovery.close()
        return self.client.close(wait_s=wait_s)

    def say_unkept(self, problems: Sequence[UserError]) -> None:
        """Say once what is lost when the program ends."""
        text = self.tr("Settings, the log or unsaved work will not be kept. {0}")
        self.window.messages.say(
            text.format(" ".join(told(str(p.message)) for p in problems)), "problem"
        )

    @Slot(str)
    def _say_problem(self, text: str) -> None:
        self.window.messages.say(text, "problem")

    @Slot(QSessionManager)
    def _end_of_desktop(self, manager: QSessionManager) -> None:
        """The desktop session ends, unless somebody stops that: keep all, and ask nothing."""
        manager.setRestartHint(QSessionManager.RestartHint.RestartNever)
        self.window.keeps_unsaved = True
        QTimer.singleShot(DESKTOP_ENDS_MS, self, self._go_on)
        if self.recovery is not None:
            self.recovery.journaling.flush(wait_s=FLUSH_S)

    @Slot()
    def _go_on(self) -> None:
        """The desktop session has not ended after all."""
        self.window.keeps_unsaved = False

    @Slot(object)
    def _keep_settings(self, settings: Settings) -> None:
        if self._settings_file is not None:
            save_settings(settings, self._settings_file)

    @Slot()
    def _window_is_there(self) -> None:
        self._report("window")

    @Slot(object)
    def _take_change(self, change: DocumentChange) -> None:
        if change.has(Aspect.FACE):
            self._report("face")

    def _report(self, event: str) -> None:
        if self._quit_when:
            line = {"event": event, "ms": round(1000 * _seconds_since_start())}
            print(json.dumps(line), flush=True)
        if self._quit_when == event:
            QApplication.quit()

    def _take_bug(self, kind, error, trace) -> None:
        """An exception nobody caught: ours. Logged, shown; the session goes on."""
        _LOG.critical("Uncaught exception", exc_info=(kind, error, trace))
        text = self.tr(
            "This is our fault, not yours: {0}. Your work is as it was; the log in {1} has the "
            "details."
        )
        self.window.messages.say(text.format(kind.__name__, log_file() or "-"), "fault")


def session_maker(
    pack: str,
    device: str,
    signing: tuple[str, str] = ("", ""),
    generators: GeneratorFolder | None = None,
) -> Callable[[], EditingSession]:
    """Loads torch and the pack; called in the worker's thread, again if that hangs.

    Args:
        signing: files of certificate and key that exports are signed with; empty: they are not.
        generators: where those that are fitted to faces are kept; a session that hangs leaves
            them behind.
    """
    kept = generators or GeneratorFolder()

    def make() -> EditingSession:
        # Torch's threads sleep while they wait for one another, instead of keeping the window from
        # its turn: strokes in 9 ms instead of 15 (p95), previews as quick, and four times as quick
        # beside other programs that compute. Read when torch is loaded.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        from s2flow_app.engine.picture_process import PictureProcess

        pictures = PictureProcess()
        pictures.start()  # it is ready when torch is
        from s2flow_app.engine.session import Session
        from s2flow_app.engine.signing import Signing

        session = Session.load(find_pack(pack), device=device, generators=kept, pictures=pictures)
        if any(signing):
            session.signing = Signing(*map(Path, signing))
        # What torch's modules are made of stays. To look through it for garbage takes 120 ms,
        # in which nothing is painted.
        gc.freeze()
        return session

    return make


def make_keeper(signing: tuple[str, str] = ("", "")) -> PhotoKeeper:
    """What exports when the networks do not load; called in the worker's thread."""
    from s2flow_app.engine.photo_session import PhotoSession
    from s2flow_app.engine.signing import Signing

    keeper = PhotoSession()
    if any(signing):
        keeper.signing = Signing(*map(Path, signing))
    return keeper


def _seconds_since_start() -> float:
    """Since the process began, not since Python was ready."""
    try:
        ticks = float(Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[19])
        uptime = float(Path("/proc/uptime").read_text().split()[0])
        return uptime - ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError, AttributeError):  # a system without /proc
        return time.process_time()
