"""What the window and the inference worker say to each other.

Frozen, slotted dataclasses of read-only numpy arrays and plain values: no Qt, no torch. Every
request is answered exactly once, by its result or by `Failed`. `revision` is the document's stamp:
an answer to an older revision is stale. What is about a photo names it by its `PhotoId`: what is
about another one than is open is refused.
"""

from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import numpy as np
from numpy.typing import NDArray

from s2flow_app.labels import LabelMap
from s2flow_app.model.edit import Edit, EditMeasures
from s2flow_app.model.face import EditedFace, FaceBox, FaceState, PreparedFace
from s2flow_app.model.ids import new_id
from s2flow_app.model.pack import PackId
from s2flow_app.model.photo import Photo, PhotoId
from s2flow_app.outputs import InputFile

# --- requests ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Request:
    """Base of all requests."""

    revision: int = 0
    cancel: Event = field(default_factory=Event)
    id: str = field(default_factory=new_id, init=False)
    """What its answers are recognised by; a copy by `dataclasses.replace` has its own."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Opening(Request):
    """Base of what makes another photo the open one; the newest wins."""

    photo: PhotoId = field(default_factory=PhotoId)
    """What the photo is called from then on."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class OpenPhoto(Opening):
    """Read a photo and find its faces."""

    path: Path


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class OpenProject(OpenPhoto):
    """The photo of a project, whose faces are known: none is looked for, none is prepared."""

    name: str
    """As the photo is called."""
    faces: tuple[FaceBox, ...]
    source: InputFile | None
    """The file that must not be replaced; `path` may be a copy of it."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class NewFace(Opening):
    """Generate a face from the pack and open it as the photo."""

    seed: int = 0
    latent: int | None = None
    """One of the pack's gallery (`Ready.gallery`) instead of a face by chance."""
    drawn: NDArray[np.uint8] | None = None
    """``[S, S, 3]`` as it was drawn before: enough to export it where there are no networks."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class DrawGallery(Request):
    """Small pictures of some of the pack's gallery."""

    indices: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PhotoRequest(Request):
    """Base of what is about a photo, one of its faces, or a state of one."""

    photo: PhotoId | None = None
    """Refused if another photo is open. None: about none that was opened."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PrepareFace(PhotoRequest):
    """Align, encode and parse one face of the open photo."""

    points: NDArray[np.float32]
    """``[5, 2]``, from a `FaceBox` or set by hand."""
    face: int | None = None
    """Which of the photo's faces it is; None: the one with these points, or one more."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PreviewEdit(PhotoRequest):
    """A draft of an edit; coalesced, newest wins."""

    edit: Edit
    settled: bool = False
    """As it would be applied, which takes half a second; for when the hand rests."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RenderEdit(PhotoRequest):
    """An edit at full quality, with measures."""

    edit: Edit


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TuneLikeness(PhotoRequest):
    """Pivotal tuning of the generator on a face; makes a new start state."""

    start: FaceState
    """The face as it was prepared, or tuned before."""
    face: int | None = None
    """Which of the photo's faces it is; None: the one that is being edited."""
    seconds: float = 8.0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ReadStyle(Request):
    """The style code of another photo's largest face."""

    path: Path


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ReadShape(Request):
    """The label map of another photo's largest face."""

    path: Path


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ReadLabelMap(PhotoRequest):
    """The label map in a file, for a face of the open photo."""

    path: Path
    face: int | None
    """Which of the photo's faces it was asked for."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ExportPhoto(PhotoRequest):
    """Put the edited faces back into the full-resolution photo and write a new file."""

    faces: tuple[EditedFace, ...]
    path: Path


# --- answers ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Answer:
    """Base of all answers; `request` is what it answers, and names the photo."""

    request: Request


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Ready(Answer):
    """The worker holds its pack (sent once, unasked, with an empty request)."""

    pack_title: str
    terms: str
    """Under which the pack may be used."""
    device: str
    attributes: tuple[tuple[str, str], ...]
    """(direction name, title) of the style sliders."""
    seconds: float
    gallery: int = 0
    """How many latents the pack brings along to start from."""
    pack: PackId = field(default_factory=PackId)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class GalleryDrawn(Answer):
    """``pictures [N, 128, 128, 3]`` sRGB of the asked latents."""

    pictures: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PhotoOpened(Answer):
    """The photo as it is shown, and the faces in it, largest first."""

    photo: Photo
    faces: tuple[FaceBox, ...]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class FaceReady(Answer):
    """The face's start state."""

    prepared: PreparedFace


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PreviewReady(Answer):
    """A draft result, composed: ``crop`` is ``[512, 512, 3]`` sRGB."""

    crop: NDArray[np.uint8]
    latency_ms: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class EditReady(Answer):
    """The state after a rendered edit."""

    state: FaceState
    measures: EditMeasures


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class StyleCodeReady(Answer):
    """The style code of a reference face."""

    request: ReadStyle
    code: NDArray[np.float32]
    thumbnail: NDArray[np.uint8]
    """``[128, 128, 3]`` the reference's aligned crop."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ShapeReady(Answer):
    """The parsed map of a reference face."""

    request: ReadShape
    label_map: LabelMap
    points: NDArray[np.float32]
    """``[5, 2]`` of the face as in `FaceBox`, but in pixels of its own crop."""
    thumbnail: NDArray[np.uint8]
    """``[128, 128, 3]`` the reference's aligned crop."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LabelMapRead(Answer):
    """A label map ``[512, 512]`` from a file."""

    request: ReadLabelMap
    label_map: LabelMap


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Exported(Answer):
    """The file was written."""

    path: Path


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Progress:
    """How far a job is; may be sent many times before its answer."""

    request: Request
    stage: str
    fraction: float
    """0..1."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What the user should know, unasked."""

    text: str
    device: str
    """What the networks run on now."""
    is_problem: bool = True


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PhotoDecoded(Progress):
    """The photo can be shown already; its faces are still looked for, and it may yet fail."""

    display: NDArray[np.uint8]
    """As in `PhotoOpened`, the same array."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Failed(Answer):
    """The request was not done."""

    message: str
    hint: str = ""
    cancelled: bool = False
    is_stale: bool = False
    """True: it was about a photo that is no longer open."""
    is_bug: bool = False
    """True: our fault, logged with its traceback."""
