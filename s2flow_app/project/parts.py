"""A document as it is kept: its parts as plain values, taken from it and given back to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from s2flow_app.document.face_session import FaceSession
from s2flow_app.model.face import FaceBox


@dataclass(frozen=True, slots=True)
class OriginalPhoto:
    """The file that the photo was read from."""

    name: str
    """As it is shown."""
    suffix: str
    """Its ending with the dot, in lower case."""
    sha256: str
    size_bytes: int
    path: Path | None = None
    """Where it lay when it was opened; None: it was made up, or comes out of a project."""
    data: bytes | None = field(default=None, repr=False)
    """Its bytes, where they are at hand."""


@dataclass(frozen=True, slots=True)
class ClassView:
    """How one class of the label map is shown, and whether tools may change it."""

    locked: bool = False
    visible: bool = True
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class View:
    """What is no part of undo."""

    classes: tuple[ClassView, ...] = ()
    """Of all classes; empty: as they are at first."""
    solo: int | None = None
    feather_px: float | None = None
    face_index: int | None = None
    """Which face is edited."""
    window: Mapping[str, bool | int | float | str | None] = field(default_factory=dict)
    """What the window adds."""


@dataclass(frozen=True, slots=True)
class Parts:
    """All that is kept of a document."""

    photo: OriginalPhoto
    is_made: bool
    """True: no file but this program made the photo up."""
    embeds: bool
    """Whether the photo's bytes are kept with it; False: a link."""
    found: tuple[FaceBox, ...]
    """The photo's faces as they were found, or first set by hand."""
    sessions: Mapping[int, FaceSession]
    """Of the faces that were prepared, by their index in `found`."""
    view: View = View()
