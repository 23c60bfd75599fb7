"""A document that is journalled, operations at random on it, and what of it must come back."""

import random
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from documents import DAB, POINTS, opened, prepared, rendered

from s2flow_app.document.document import Document
from s2flow_app.document.face_session import FaceSession
from s2flow_app.model.edit import Style
from s2flow_app.model.operations import LabelMapFile, Stroke
from s2flow_app.project.content import Content, sha256_of
from s2flow_app.project.decode import decoded
from s2flow_app.project.encode import Encoder
from s2flow_app.project.journal import Journal, Told
from s2flow_app.project.parts import OriginalPhoto, Parts, View
from s2flow_app.project.recorder import Drafts, Recorder
from s2flow_app.project.session_folders import SessionFolder, SessionFolders

PHOTO = b"bytes of a photo " * 500


def made_document() -> Document:
    """Two prepared faces, nothing done yet."""
    document = Document()
    document.faces.open(*opened())
    for index, points in ((0, POINTS + 1), (1, POINTS)):
        document.faces.set_face(points, prepared(10 + index), index)
    return document


def digest(sessions: Mapping[int, FaceSession]) -> str:
    """Equal for equal faces: layers, steps, names, styles, pictures, where one stands."""
    sums = []
    for index in sorted(sessions):
        session = sessions[index]
        history = session.history
        said = [
            (
                node.id,
                node.name,
                repr(node.operation),
                node.place.result.id,
                repr(node.place.style),
            )
            for node in sorted(history.nodes(), key=lambda node: node.id)
        ]
        place = session.place
        value = zlib.crc32(session.canvas.layers.tobytes())
        for array in (
            place.base.crop,
            place.base.ws,
            place.base.label_map,
            place.start.layers,
        ):
            value = zlib.crc32(np.ascontiguousarray(array).tobytes(), value)
        line = [node.id for node in history.line()]
        text = repr((said, history.current.id, line, session.canvas.order))
        sums.append(f"{zlib.crc32(text.encode(), value):08x}")
    return "-".join(sums)


class JournalledDocument:
    """A document with its journal, as the window keeps one, without a window.

    Args:
        root: where journals lie.
        document: what is edited.
        listener: called in the journal's thread.
    """

    def __init__(
        self, root: Path, document: Document, listener: Callable[[Told], object],
        known: Content | None = None,
    ) -> None:  # fmt: skip
        self.document = document
        self.encoder = Encoder(_no_generator)
        self.recorder = Recorder(self.encoder, known)
        self.journal = Journal(SessionFolders(root), listener)

    def begin(self, folder: SessionFolder | None = None) -> int:
        """Begin a journal, or go on with one; its first ticket."""
        drafts = self._changes()
        if folder is None:
            photo = OriginalPhoto("a.png", ".png", sha256_of(PHOTO), len(PHOTO), None, PHOTO)
            drafts["photo"] = self.encoder.taken(Parts(photo, False, True, (), {}))["photo"]
        return self.journal.begin(drafts, self.encoder.packed, folder=folder)

    def record(self) -> int:
        """Hand the journal what has changed; its ticket."""
        return self.journal.put(self._changes())

    def _changes(self) -> Drafts:
        document = self.document
        return self.recorder.changes(document.faces.sessions, document.faces.found, View()).drafts


def recovered_document(content: Content) -> Document:
    """The document that a journal holds."""
    parts = decoded(content).parts
    document = Document()
    photo, _ = opened()
    document.faces.reopen(photo, parts.found, parts.sessions, min(parts.sessions))
    return document


def do_something(document: Document, rng: random.Random) -> None:
    """One operation at random: mostly strokes."""
    kind = rng.choices(
        ("stroke", "style", "edit", "undo", "redo", "visit", "name", "face"),
        (40, 8, 3, 8, 4, 4, 3, 2),
    )[0]
    history = document.history.tree
    assert history is not None
    if kind == "style":
        amounts = (("smile", round(rng.uniform(-1, 1), 3)),)
        document.edits.set_style(Style(amounts), merge=rng.choice(("attributes", None)))
    elif kind == "edit" and (edit := document.edits.pending()) is not None:
        rendered(edit, document.edits.revision, rng.randrange(256)).commit(document)
    elif kind == "undo":
        document.history.undo()
    elif kind == "redo":
        document.history.redo()
    elif kind == "visit":
        document.history.visit(rng.choice(list(history.nodes())))
    elif kind == "name":
        node = rng.choice(list(history.nodes()))
        document.history.name(node, rng.choice(("", "before", "good")))
    elif kind == "face":
        document.faces.choose(rng.randrange(2))
    else:
        document.labels.begin_stroke()
        for _ in range(rng.randrange(1, 6)):
            class_id, x, y = rng.randrange(19), rng.randrange(490), rng.randrange(490)
            document.labels.paint(class_id, DAB, x, y)
        operation = LabelMapFile("a.png") if rng.random() < 0.1 else Stroke("eraser")
        document.labels.end_stroke(operation)


def _no_generator(name: str) -> bytes:
    raise KeyError(name)
