"""Keeps the journal of what is edited: each step goes to the disk, and is told when it is there."""

import logging
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from s2flow_app.document.document import Document
from s2flow_app.document.history import Node
from s2flow_app.project.content import Content, ProjectError, sha256_of
from s2flow_app.project.encode import Encoder, ReadGenerator
from s2flow_app.project.journal import Draft, Drafts, Journal, Safe, Unsafe
from s2flow_app.project.original import original_of
from s2flow_app.project.parts import OriginalPhoto, Parts
from s2flow_app.project.png import write_png
from s2flow_app.project.recorder import Recorded, Recorder
from s2flow_app.project.session_folders import SessionFolder, SessionFolders
from s2flow_app.ui.project.parts import view_of

PHOTO: Final = "photo"
"""The photo's record."""
VIEW_DELAY_MS: Final = 500
"""What is no step (locks, opacity) is written when it has rested for so long."""

_LOG: Final = logging.getLogger(__name__)


class Journaling(QObject):
    """Listens to the document; the journal of a photo begins when it is opened.

    Args:
        folders: where journals are kept.
        read_generator: the weights of a generator that is tuned to a face.
    """

    safe_changed = Signal()
    """More, or fewer, of the steps are on the disk: see `is_safe`."""
    failed = Signal(str)
    """Why steps cannot be kept; told once until they can be again."""

    _told = Signal(object)

    def __init__(
        self,
        document: Document,
        folders: SessionFolders,
        read_generator: ReadGenerator,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._read_generator = document, read_generator
        self._told.connect(self._take)
        self._journal = Journal(folders, self._told.emit)
        self._recorder: Recorder | None = None
        self._unsafe: dict[str, int] = {}
        """Tickets of steps that are not on the disk yet, by the ids of their nodes."""
        self._last_ticket = self._safe_ticket = 0
        self._continued: tuple[SessionFolder, Content] | None = None
        self._later = QTimer(self, singleShot=True, interval=VIEW_DELAY_MS)
        self._later.timeout.connect(self.record)
        document.photo_changed.connect(self._begin)
        document.history_changed.connect(self.record)
        document.faces_changed.connect(self.record)
        document.face_changed.connect(self.record)
        document.layer_view.changed.connect(self._record_later)

    @property
    def is_all_safe(self) -> bool:
        """Whether all that was done is on the disk."""
        return self._safe_ticket >= self._last_ticket

    def is_safe(self, node: Node) -> bool:
        """Whether a step is on the disk; also where no journal is kept of it."""
        return node.id not in self._unsafe

    def continue_in(self, folder: SessionFolder, content: Content) -> None:
        """The photo that is shown next is what a journal holds: it is gone on with."""
        self._continued = folder, content

    def remove(self) -> None:
        """What is edited is saved, or not wanted: no journal of it is kept."""
        self._later.stop()
        self._recorder = None
        self._unsafe.clear()
        self._journal.remove()
        self.safe_changed.emit()

    def close(self, *, wait_s: float = 10.0) -> None:
        """Write what there is, and leave the journal where it is."""
        self.record()
        self._journal.close(wait_s=wait_s)

    @Slot()
    def record(self) -> None:
        """Have written what is not yet."""
        self._later.stop()
        if self._recorder is None:
            return
        recorded = self._changes(self._recorder)
        if recorded.drafts:
            self._await(self._journal.put(recorded.drafts), recorded.nodes)

    @Slot()
    def _begin(self) -> None:
        self._later.stop()
        self._unsafe.clear()
        continued, self._continued = self._continued, None
        document, display = self._document, self._document.display
        if display is None:
            self.remove()
            return
        encoder = Encoder(self._read_generator)
        if continued is not None:
            folder, content = continued
            self._recorder = Recorder(encoder, content)
            ticket = self._journal.begin({}, encoder.packed, folder=folder)
            self._await(ticket, ())
            return
        self._recorder = Recorder(encoder)
        recorded = self._changes(self._recorder)
        source = None if document.source is None else document.source.path
        photo = _Photo(encoder, document.name, source, display)
        drafts = {**recorded.drafts, PHOTO: {}}
        self._await(self._journal.begin(drafts, photo.packed), recorded.nodes)

    @Slot()
    def _record_later(self) -> None:
        self._later.start()

    def _await(self, ticket: int, nodes: tuple[Node, ...]) -> None:
        self._last_ticket = ticket
        if nodes:
            self._unsafe |= {node.id: ticket for node in nodes}
            self.safe_changed.emit()

    @Slot(object)
    def _take(self, told: Safe | Unsafe) -> None:
        if isinstance(told, Unsafe):
            self.failed.emit(told.reason)
            return
        self._safe_ticket = told.ticket
        left = {id: ticket for id, ticket in self._unsafe.items() if ticket > told.ticket}
        if len(left) != len(self._unsafe):
            self._unsafe = left
            self.safe_changed.emit()

    def _changes(self, recorder: Recorder) -> Recorded:
        document = self._document
        return recorder.changes(document.sessions, document.found, view_of(document, {}))


class _Photo:
    """Reads the photo's file in the journal's thread, when the journal begins."""

    def __init__(
        self, encoder: Encoder, name: str, path: Path | None, display: NDArray[np.uint8]
    ) -> None:
        """``path``: None: it was made up. ``display``: ``[H, W, 3]`` the photo."""
        self._encoder, self._name, self._path, self._display = encoder, name, path, display
        self._draft: Draft | None = None

    def packed(self, drafts: Drafts) -> Content:
        if PHOTO in drafts:
            if self._draft is None:
                self._draft = self._made()
            drafts = {**drafts, PHOTO: self._draft}
        return self._encoder.packed(drafts)

    def _made(self) -> Draft:
        original, is_made = None, self._path is None
        if self._path is not None:
            try:
                original = replace(original_of(self._path), name=self._name)
            except ProjectError as error:
                _LOG.warning("The journal has what is shown of the photo alone: %s", error)
        if original is None:
            data = write_png(self._display)
            original = OriginalPhoto(self._name, ".png", sha256_of(data), len(data), None, data)
        parts = Parts(original, is_made, True, (), {})
        return self._encoder.taken(parts)[PHOTO]
