"""Unsaved work that outlives the program: journalled while it is edited, offered at the next start,
gone when it is saved or not wanted."""

import logging
from typing import Any, Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from s2flow_app.model.pack import PackId
from s2flow_app.project.journal import SESSION
from s2flow_app.project.recovery import LeftSession, left_sessions
from s2flow_app.project.salvage import salvaged
from s2flow_app.project.session_folders import SessionFolders
from s2flow_app.ui.dialogs.recovery import RecoveryDialog
from s2flow_app.ui.journaling import Journaling
from s2flow_app.ui.project.job import Job
from s2flow_app.ui.project.work import ProjectWork
from s2flow_app.ui.told import told
from s2flow_app.worker.protocol import Ready

FLUSH_S: Final = 5.0
"""How long the end of the desktop session waits for the disk."""
_LOG: Final = logging.getLogger(__name__)


class RecoveryWork(QObject):
    """What the window does with journals.

    Args:
        journaling: keeps the journal of what is edited.
        folders: where journals are.
        work: opens what is recovered, and saves.
    """

    said = Signal(str)
    """A problem to be told, once."""

    def __init__(
        self, journaling: Journaling, folders: SessionFolders, work: ProjectWork,
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.journaling, self._folders, self._work = journaling, folders, work
        self._offered: list[LeftSession] = []
        """Sessions whose folders are locked by this process until they are opened."""
        self._opening: LeftSession | None = None
        self.dialog: RecoveryDialog | None = None
        self._looking: Job | None = None
        journaling.photo_bytes = lambda: work.keeper.photo
        journaling.failed.connect(self._say_failed)
        work.keeper.saved.connect(self._note_saved)
        work.opener.problem.connect(self._let_go)

    @property
    def is_looking(self) -> bool:
        """Whether it is not known yet what was left behind."""
        return self._looking is not None

    def offer(self, parent: QWidget) -> None:
        """Ask what is to become of what was left behind, if something was."""
        if self._folders.is_empty:
            return
        self._looking = job = Job(lambda _: left_sessions(self._folders), self)
        job.done.connect(lambda sessions: self._show(sessions, parent))
        job.failed.connect(self._end_looking)
        job.start()

    def _show(self, sessions: list[LeftSession], parent: QWidget) -> None:
        self._looking = None
        self._offered = sessions
        if not sessions:
            return
        self.dialog = dialog = RecoveryDialog(sessions, parent)
        dialog.recover_wanted.connect(self.recover)
        dialog.delete_wanted.connect(self._delete)
        dialog.finished.connect(self._end_offer)
        dialog.open()

    @Slot()
    def _end_looking(self) -> None:
        self._looking = None

    @Slot(object)
    def recover(self, session: LeftSession) -> None:
        """Open what a session holds; it is gone on with."""
        if session.kept is None:
            return
        self._offered.remove(session)
        self._let_go()
        self._opening = session
        content = session.kept.content
        if session.is_damaged:
            content = salvaged(content)
        pack = _pack_of(content.records.get(SESSION, {})) or self._work.keeper.pack
        self._work.opener.open_content(content, session.name, pack, self._adopt)

    @Slot(object)
    def take_ready(self, ready: Ready) -> None:
        """The networks are there: which pack the document is edited with."""
        self.journaling.pack = ready.pack

    def close(self, *, wait_s: float = 10.0) -> None:
        """The program ends: all that is not saved stays for the next start."""
        if self._looking is not None:
            self._looking.drop()
            self._looking.wait(wait_s)
        self._end_offer()
        self._let_go()
        self.journaling.close(wait_s=wait_s)

    def _adopt(self) -> None:
        """What is recovered becomes the document now."""
        session, self._opening = self._opening, None
        if session is None or session.kept is None:
            return
        if session.is_damaged:
            self.journaling.begin_instead_of(session.folder)
        else:
            self.journaling.continue_in(session.folder, session.kept.content)

    @Slot(object)
    def _delete(self, session: LeftSession) -> None:
        self._offered.remove(session)
        try:
            session.folder.remove()
        except OSError as error:
            _LOG.warning("The journal in %s cannot be removed: %s", session.folder.path, error)
            text = self.tr("The unsaved work cannot be deleted: {0}.")
            self.said.emit(text.format(error.strerror or error))

    @Slot()
    def _end_offer(self) -> None:
        """What was neither recovered nor deleted is offered again at the next start."""
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.deleteLater()
        for session in self._offered:
            session.folder.close()
        self._offered = []

    @Slot()
    def _let_go(self) -> None:
        """What was to be recovered could not be opened: it stays."""
        session, self._opening = self._opening, None
        if session is not None:
            session.folder.close()

    @Slot()
    def _note_saved(self) -> None:
        if self._work.keeper.is_saved():
            self.journaling.note_saved()

    @Slot(str)
    def _say_failed(self, reason: str) -> None:
        text = self.tr(
            "Your steps cannot be kept for recovery at the moment: {0}. Go on working, and save "
            "the project, elsewhere if need be. They are kept again as soon as that is possible."
        )
        self.said.emit(text.format(told(reason).rstrip(".")))


def _pack_of(record: dict[str, Any]) -> PackId | None:
    """The pack that a journal's document was edited with, if it is told."""
    pack = record.get("pack")
    if not isinstance(pack, list) or len(pack) != 3 or not all(isinstance(t, str) for t in pack):
        return None
    return PackId(*pack) if pack[-1] else None
