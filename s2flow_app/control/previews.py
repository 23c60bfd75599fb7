"""Previews of what is asked: one for every change, and a settled one when the hand rests."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from s2flow_app.document.document import Document
from s2flow_app.model.edit import Edit
from s2flow_app.worker.protocol import PreviewEdit, PreviewReady, Request

RESTING_MS: Final = 400
"""How long nothing was painted or set when the hand is taken to rest."""


class Previews(QObject):
    """The client keeps the newest alone; a settled one is cancelled by whatever comes next."""

    awaited_changed = Signal(object)
    """bool: whether a preview of what is asked now is under way; told for each that is asked."""
    drafted = Signal(object)
    """`PreviewReady` of a draft that is shown."""

    def __init__(
        self, document: Document, submit: Callable[[Request], object],
        is_busy: Callable[[], bool], parent: QObject,
    ) -> None:  # fmt: skip
        """
        Args:
            submit: has a request done.
            is_busy: whether jobs are: a settled preview would keep them waiting.
        """
        super().__init__(parent)
        self._document, self._submit, self._is_busy = document, submit, is_busy
        self._resting = QTimer(self, singleShot=True, interval=RESTING_MS)
        self._resting.timeout.connect(self._ask_settled)
        self._settling: PreviewEdit | None = None
        self._awaited: PreviewEdit | None = None
        """The newest that was asked for and is not there yet."""

    def ask(self) -> None:
        """Have shown what is asked now, if anything is."""
        self.leave_settling()
        edit = self._document.edits.pending()
        if edit is None:
            self._await(None)
        else:
            self.show(edit)

    def show(self, edit: Edit, *, settled: bool = False) -> PreviewEdit:
        """Have an edit drafted, or as it would be applied."""
        document = self._document
        request = PreviewEdit(
            photo=document.faces.photo_id, edit=edit, revision=document.edits.revision,
            settled=settled,
        )  # fmt: skip
        self._await(request)
        self._submit(request)
        return request

    def note(self, request: Request) -> None:
        """A request was answered."""
        if self._awaited is not None and request.id == self._awaited.id:
            self._await(None)

    def take(self, answer: PreviewReady) -> None:
        """Show a preview, if it still counts."""
        request = answer.request
        if not isinstance(request, PreviewEdit):
            return
        edits, revision = self._document.edits, request.revision
        if edits.show_preview(request.edit, answer.crop, revision=revision) and not request.settled:
            self.drafted.emit(answer)
            self._resting.start()

    @Slot(object)
    def forget_before(self, revision: int) -> None:
        """Older ones are not answered any more."""
        if self._awaited is not None and self._awaited.revision < revision:
            self._await(None)

    def leave_settling(self) -> None:
        """Something else is done: the hand does not rest."""
        self._resting.stop()
        if self._settling is not None:
            self._settling.cancel.set()
            self.note(self._settling)
            self._settling = None

    @Slot()
    def _ask_settled(self) -> None:
        """The hand rests: show what applying would give."""
        edit = self._document.edits.pending()
        if edit is not None and not self._document.labels.in_stroke and not self._is_busy():
            self._settling = self.show(edit, settled=True)

    def _await(self, request: PreviewEdit | None) -> None:
        self._awaited = request
        self.awaited_changed.emit(request is not None)
