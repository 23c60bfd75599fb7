"""Projects in the window: actions, questions, title, progress."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QEventLoop, QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from s2flow_app.control.editing import Editing
from s2flow_app.document.changes import Aspect, DocumentChange
from s2flow_app.document.document import Document
from s2flow_app.errors import UserError
from s2flow_app.outputs import InputFile
from s2flow_app.project.project_file import SUFFIX, looks_like_project
from s2flow_app.ui.actions import Actions
from s2flow_app.ui.dialogs import unsaved
from s2flow_app.ui.dialogs.save_file import ask_where_to_save
from s2flow_app.ui.panels.message_bar import MessageBar
from s2flow_app.ui.project.work import ProjectWork
from s2flow_app.ui.status_bar import StatusBar
from s2flow_app.ui.told import told

PROGRAM: Final = "S2-Flow Studio"
PROJECTS: Final = f"*{SUFFIX}"


class ProjectInWindow(QObject):
    """Connects `ProjectWork` with the window that the user sees.

    Args:
        last_folder: where dialogs begin.
        ask_export: asks where to export to and has it done; False: nothing is.
        photo_filter: of dialogs that look for photos.
    """

    file_used = Signal(object)
    """Path of a project that was opened or saved."""

    def __init__(
        self, window: QWidget, document: Document, editing: Editing, work: ProjectWork,
        actions: Actions, messages: MessageBar, status: StatusBar, *,
        last_folder: Callable[[], str], ask_export: Callable[[], bool],
        photo_filter: Callable[[], str],
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._window, self._document, self._editing, self.work = window, document, editing, work
        self._actions, self._messages, self._status = actions, messages, status
        self._last_folder, self._ask_export = last_folder, ask_export
        self._photo_filter = photo_filter
        self._is_asking = False
        keeper, opener = work.keeper, work.opener
        keeper.asks = self
        keeper.window_state = self._window_state
        for part in (keeper, opener):
            part.problem.connect(self._say_problem)
            part.said.connect(messages.say)
            part.progressed.connect(status.show_progress)
            part.busy_changed.connect(self._show_busy)
        keeper.saved.connect(self.file_used)
        opener.opened.connect(self.file_used)
        opener.view_wanted.connect(self._show_view)
        keeper.changed.connect(self.refresh)
        editing.busy_changed.connect(self._show_busy)
        editing.saved_changed.connect(self.refresh)
        document.changed.connect(self.refresh)
        actions["save"].triggered.connect(keeper.save)
        actions["save_as"].triggered.connect(keeper.save_as)
        actions["embed_photo"].triggered.connect(keeper.set_embeds)
        self._show_busy()
        self.refresh()

    # --- for the window -----------------------------------------------------------------------

    def open(self, path: Path) -> bool:
        """Open a file if it is a project; False: it is none."""
        if path.suffix.lower() == SUFFIX or looks_like_project(path):
            self.work.opener.open(path)
            return True
        self.work.opener.cancel()
        return False

    def may_lose(self) -> bool:
        """Whether what is edited may go: it is saved, exported, or not wanted."""
        if not self._editing.is_unsaved:
            return True
        if self._is_asking:
            return False
        self._is_asking = True
        try:
            return self._asked_to_lose()
        finally:
            self._is_asking = False

    @Slot(object)
    def _take_change(self, change: DocumentChange) -> None:
        if change.has(Aspect.HISTORY, Aspect.FACES):
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Actions and title as the document and its project are."""
        has_photo = self._document.faces.photo is not None
        self._actions["save"].setEnabled(has_photo)
        self._actions["save_as"].setEnabled(has_photo)
        self._actions["embed_photo"].setChecked(self.work.keeper.embeds)
        self._actions["embed_photo"].setEnabled(self.work.keeper.can_link)
        self._window.setWindowTitle(self._title())

    def _title(self) -> str:
        document, path = self._document, self.work.keeper.path
        if document.faces.photo is None:
            return PROGRAM
        star = "*" if self._editing.is_unsaved else ""
        return f"{path.name if path else document.faces.name}{star} - {PROGRAM}"

    # --- questions ----------------------------------------------------------------------------

    def where_to_save(self, proposed: Path, inputs: tuple[InputFile, ...]) -> Path | None:
        title = self.tr("Save the project")
        folder = Path(self._last_folder())
        return ask_where_to_save(
            self._window, title, folder / proposed, unsaved.PROJECT_KINDS, inputs=inputs
        )

    def may_replace_changed(self, path: Path) -> bool:
        return unsaved.may_replace_changed(self._window, path)

    def open_copy(self, path: Path) -> bool:
        return unsaved.may_open_copy(self._window, path)

    def find_photo(self, name: str, path: str, *, is_changed: bool) -> Path | None:
        filter = self._photo_filter()
        return unsaved.find_photo(self._window, name, path, filter, is_changed=is_changed)

    def _asked_to_lose(self) -> bool:
        while self._editing.is_unsaved:
            path = self.work.keeper.path
            name = path.name if path else self._document.faces.name
            choice = unsaved.ask_about_unsaved(self._window, name, self._edited_faces())
            if choice == "discard":
                return True
            if choice == "cancel":
                return False
            if not (
                self.work.keeper.save_and_wait() if choice == "save" else self._export_and_wait()
            ):
                return False
        return True

    def _edited_faces(self) -> int:
        sessions = self._document.faces.sessions.values()
        return max(1, sum(session.is_edited or session.is_pending for session in sessions))

    def _export_and_wait(self) -> bool:
        loop, outcome = QEventLoop(), [False]

        def end(done: bool) -> None:
            outcome[0] = done
            loop.quit()

        exported = self._editing.exported.connect(lambda _: end(True))
        failed = self._editing.failed.connect(lambda _: end(False))
        try:
            if self._ask_export():
                loop.exec()
        finally:
            self._editing.exported.disconnect(exported)
            self._editing.failed.disconnect(failed)
        return outcome[0]

    # --- what is told -------------------------------------------------------------------------

    @Slot(object)
    def _say_problem(self, error: UserError) -> None:
        self._messages.say(f"{told(error.message)} {told(error.hint)}".strip(), "problem")

    @Slot()
    def _show_busy(self) -> None:
        self._status.show_busy(self.work.is_busy or self._editing.is_busy)

    def _window_state(self) -> dict[str, Any]:
        return {"whole_photo": self._actions["view_photo"].isChecked()}

    @Slot(object)
    def _show_view(self, state: dict[str, Any]) -> None:
        if self._document.has_face and isinstance(whole := state.get("whole_photo"), bool):
            self._actions["view_photo"].setChecked(whole)
