"""Keeps the journal of what is edited: each step goes to the disk, and is told when it is there."""

import logging
from collections.abc import Callable
from dataclasses import astuple
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from s2flow_app.document.changes import Aspect, DocumentChange
from s2flow_app.document.document import Document
from s2flow_app.document.history import Node
from s2flow_app.model.pack import PackId
from s2flow_app.project.content import Content, ProjectError
from s2flow_app.project.encode import Encoder, ReadGenerator
from s2flow_app.project.journal import SESSION, Draft, Drafts, Gone, Journal, Told, Unsafe
from s2flow_app.project.recorder import Recorded, Recorder
from s2flow_app.project.session_folders import SessionFolder, SessionFolders
from s2flow_app.ui.project.parts import view_of
from s2flow_app.ui.project.photo_bytes import PhotoBytes

PHOTO: Final = "photo"
"""The photo's record."""
VIEW_DELAY_MS: Final = 500
"""What is no step (locks, opacity) is written when it has rested for so long."""
_LOG: Final = logging.getLogger(__name__)


class Journaling(QObject):
    """Listens to the document; the journal of a photo begins when it is opened.

    Args:
        folders: where journals are kept.
        read_generator: the weights of a generator that is fitted to a face.
    """

    safe_changed = Signal()
    """More, or fewer, of the steps are on the disk: see `is_safe`."""
    failed = Signal(str)
    """Why steps cannot be kept; told once until they can be again."""

    _told = Signal(object)

    def __init__(
        self, document: Document, folders: SessionFolders, read_generator: ReadGenerator,
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._document, self._read_generator = document, read_generator
        self.photo_bytes: Callable[[], PhotoBytes | None] = lambda: None
        """The file of the photo that is open; None: as the document says."""
        self.pack = PackId()
        """Which pack the document is edited with."""
        self._told.connect(self._take)
        self._journal = Journal(folders, self._tell)
        self._recorder: Recorder | None = None
        self._unsafe: dict[str, int] = {}
        """Tickets of steps that are not on the disk yet, by the ids of their nodes."""
        self._safe_ticket = 0
        self._is_saved = False
        self._next: Callable[[], None] | None = None
        """How the journal of the photo begins that is shown next; None: as of a new one."""
        self._replaced: list[tuple[int, SessionFolder]] = []
        """What is removed when all up to a ticket is safe."""
        self._later = QTimer(self, singleShot=True, interval=VIEW_DELAY_MS)
        self._later.timeout.connect(self.record)
        document.changed.connect(self._take_change)
        document.layer_view.changed.connect(self._record_later)

    def is_safe(self, node: Node) -> bool:
        """Whether a step is on the disk; also where no journal is kept of it."""
        return node.id not in self._unsafe

    def continue_in(self, folder: SessionFolder, content: Content) -> None:
        """The photo that is shown next is what a whole journal holds: that one is gone on with."""
        self._next = lambda: self._continue(folder, content)

    def begin_instead_of(self, folder: SessionFolder) -> None:
        """The photo that is shown next is what is left of a damaged journal: a new one takes its
        place as soon as it has all."""
        self._next = lambda: self._replaced.append((self._begin_new(), folder))

    def note_saved(self) -> None:
        """A file holds the document as it is now: its journal is not offered any more, until
        something else is done."""
        if self._recorder is not None:
            self.record()
            self._is_saved = True
            self._journal.put({SESSION: self._session()})

    def remove(self) -> None:
        """What is edited is saved, or not wanted: no journal of it is kept."""
        self._later.stop()
        self._recorder = None
        self._unsafe.clear()
        self._journal.remove()
        self.safe_changed.emit()

    def flush(self, *, wait_s: float) -> bool:
        """Wait until all is on the disk; False: it is not."""
        self.record()
        return self._journal.flush(wait_s=wait_s)

    def close(self, *, wait_s: float = 10.0) -> None:
        """Write what there is, and leave the journal where it is."""
        self.record()
        self._recorder = None
        self._journal.close(wait_s=wait_s)
        for _, folder in self._replaced:
            folder.close()

    @Slot()
    def record(self) -> None:
        """Have written what is not yet."""
        self._later.stop()
        if self._recorder is None:
            return
        recorded = self._changes(self._recorder)
        if recorded.drafts:
            if self._is_saved and recorded.drafts.keys() != {"view"}:
                self._is_saved = False
                recorded.drafts[SESSION] = self._session()
            self._await(self._journal.put(recorded.drafts), recorded.nodes)

    @Slot(object)
    def _take_change(self, change: DocumentChange) -> None:
        if change.has(Aspect.PHOTO):
            self._begin()
        elif change.has(Aspect.HISTORY, Aspect.FACES, Aspect.FACE):
            self.record()

    def _begin(self) -> None:
        self._later.stop()
        self._unsafe.clear()
        self._is_saved = False
        begin, self._next = self._next, None
        if self._document.faces.photo is None:
            self.remove()
        elif begin is not None:
            begin()
        else:
            self._begin_new()

    def _begin_new(self) -> int:
        shown = self._document.faces.photo
        assert shown is not None
        encoder = Encoder(self._read_generator)
        self._recorder = Recorder(encoder)
        recorded = self._changes(self._recorder)
        path = None if shown.source is None else shown.source.path
        known = self.photo_bytes() or PhotoBytes(shown.name, path, shown.display)
        photo = _Photo(encoder, known, PhotoBytes(shown.name, None, shown.display))
        drafts = {**recorded.drafts, PHOTO: {}, SESSION: self._session()}
        ticket = self._journal.begin(drafts, photo.packed)
        self._await(ticket, recorded.nodes)
        return ticket

    def _continue(self, folder: SessionFolder, content: Content) -> None:
        encoder = Encoder(self._read_generator)
        self._recorder = Recorder(encoder, content)
        recorded = self._changes(self._recorder)
        ticket = self._journal.begin(recorded.drafts, encoder.packed, folder=folder)
        self._await(ticket, recorded.nodes)

    @Slot()
    def _record_later(self) -> None:
        self._later.start()

    def _await(self, ticket: int, nodes: tuple[Node, ...]) -> None:
        if nodes:
            self._unsafe |= {node.id: ticket for node in nodes}
            self.safe_changed.emit()

    def _tell(self, told: Told) -> None:
        """In the journal's thread."""
        try:
            self._told.emit(told)
        except RuntimeError:  # Qt's part of this object has gone with the window
            _LOG.info("Nobody listens to the journal any more")

    @Slot(object)
    def _take(self, told: Told) -> None:
        if isinstance(told, Gone):
            if self._recorder is not None:
                self._begin_new()
            return
        if isinstance(told, Unsafe):
            self.failed.emit(told.reason)
            return
        self._safe_ticket = told.ticket
        for ticket, folder in self._replaced:
            if ticket <= told.ticket:
                self._replaced.remove((ticket, folder))
                try:
                    folder.remove()
                except OSError as error:
                    _LOG.warning("The journal in %s cannot be removed: %s", folder.path, error)
        left = {id: ticket for id, ticket in self._unsafe.items() if ticket > told.ticket}
        if len(left) != len(self._unsafe):
            self._unsafe = left
            self.safe_changed.emit()

    def _session(self) -> Draft:
        return {"saved": self._is_saved, "pack": list(astuple(self.pack))}

    def _changes(self, recorder: Recorder) -> Recorded:
        faces = self._document.faces
        return recorder.changes(faces.sessions, faces.found, view_of(self._document, {}))


class _Photo:
    """Reads the photo's file in the journal's thread, when the journal begins.

    Args:
        shown: the photo as it is shown, to be kept where its file cannot be read.
    """

    def __init__(self, encoder: Encoder, photo: PhotoBytes, shown: PhotoBytes) -> None:
        self._encoder, self._photo, self._shown = encoder, photo, shown
        self._draft: Draft | None = None

    def packed(self, drafts: Drafts) -> Content:
        if PHOTO in drafts:
            if self._draft is None:
                self._draft = self._made()
            drafts = {**drafts, PHOTO: self._draft}
        return self._encoder.packed(drafts)

    def _made(self) -> Draft:
        try:
            photo = self._photo.get()
        except ProjectError as error:
            _LOG.warning("The journal has what is shown of the photo alone: %s", error)
            photo = self._shown.get()
        return self._encoder.taken_photo(photo, is_made=self._photo.is_made, embeds=True)
