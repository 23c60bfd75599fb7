"""What is saved of the document, and whether it has changed since."""

from dataclasses import dataclass
from typing import Any

from s2flow_app.document.document import Document
from s2flow_app.model.pack import PackId
from s2flow_app.project.encode import Encoder
from s2flow_app.project.parts import OriginalPhoto, Parts
from s2flow_app.project.project_saver import Saving
from s2flow_app.ui.project.parts import Window, view_of

State = tuple[Any, ...]


def state_of(document: Document) -> State:
    """Equal as long as nothing is done, undone or named."""
    return tuple(
        (
            index,
            session.place,
            session.history.current.id,
            tuple((node.id, node.name) for node in session.history.nodes() if node.name),
            sum(1 for _ in session.history.nodes()),
        )
        for index, session in document.faces.sessions.items()
    )


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """The document at one moment, but for the photo's bytes."""

    saving: Saving
    state: State


def taken(document: Document, encoder: Encoder, pack: PackId, window: Window) -> Taken:
    """Take what is to be saved; quick, in the document's thread."""
    faces = document.faces
    # The photo's record is made where its bytes are read.
    parts = Parts(
        OriginalPhoto("", "", "", 0), True, False, faces.found, faces.sessions,
        view_of(document, window),
    )  # fmt: skip
    maps = {i: session.canvas.label_map.copy() for i, session in faces.sessions.items()}
    assert faces.display is not None
    saving = Saving(encoder.taken(parts), faces.display, faces.edited(), maps, pack)
    return Taken(saving, state_of(document))
