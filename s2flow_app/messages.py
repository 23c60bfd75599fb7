"""What the window and the inference worker say to each other, and what an edit consists of.

Frozen, slotted dataclasses of read-only numpy arrays and plain values: no Qt, no torch. The
command line uses the same edit types. Every request is answered exactly once, by its result or
by `Failed`. `revision` is the document's stamp: an answer to an older revision is stale. What is
about a photo names it by its `PhotoId`: what is about another one than is open is refused.
"""

from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Final

import numpy as np
from numpy.typing import NDArray

from s2flow_app.labels import LabelLayers, LabelMap
from s2flow_app.outputs import InputFile

CROP_SIZE: Final = 512
"""Side in pixels of the aligned crop that edits are composed in, equal to the label map's."""


def frozen(array: NDArray) -> NDArray:
    """``array`` itself, made read-only."""
    array.flags.writeable = False
    return array


OWN_QUAD: Final = frozen(
    np.array([[0, 0], [0, CROP_SIZE], [CROP_SIZE, CROP_SIZE], [CROP_SIZE, 0]], np.float32)
)
"""Corners of a crop that is the whole picture."""


def _no_points() -> NDArray[np.float32]:
    return frozen(np.zeros((0, 2), np.float32))


@dataclass(frozen=True, slots=True, eq=False)
class Worn:
    """Glasses that were put on: an object in front of the face, drawn anew at any resolution."""

    before: LabelMap
    """``[512, 512]`` the map without them."""
    after: LabelMap
    """``[512, 512]`` the map with them."""
    bare: NDArray[np.uint8]
    """``[512, 512, 3]`` the crop without them."""


@dataclass(frozen=True, slots=True, eq=False)
class FaceState:
    """A face as it stands after some edits: what the next edit starts from."""

    ws: NDArray[np.float32]
    """W+ latents ``[L, D]``."""
    label_map: LabelMap
    """The map ``[512, 512]`` that `ws` stands for."""
    crop: NDArray[np.uint8]
    """The composed picture ``[512, 512, 3]`` sRGB in crop space; the photo's own where unedited."""
    replaced: NDArray[np.uint8]
    """``[512, 512]``: 0 where the picture is the photo's own, 255 where it was painted."""
    quad: NDArray[np.float32] = field(default_factory=lambda: OWN_QUAD)
    """``[4, 2]`` photo pixels of the crop's corners; by default the crop is the photo."""
    generator: str = ""
    """Name of the generator that draws `ws`, as the session knows it; empty: the pack's."""
    moved: NDArray[np.float16] | None = None
    """``[512, 512, 2]`` (x, y): where nothing was painted, pixel p of `crop` shows p + moved[p] of
    the face as it was prepared; None: nothing has moved."""
    worn: Worn | None = None
    """Glasses that edits have put on; `crop` shows them."""
    part_map: LabelMap | None = None
    """``[512, 512]`` what `crop` shows where edits were applied in part, or beyond what was asked;
    None: `label_map`."""

    @property
    def seen_map(self) -> LabelMap:
        """``[512, 512]`` what `crop` shows."""
        return self.label_map if self.part_map is None else self.part_map

    def arrays(self) -> tuple[NDArray, ...]:
        """All that it holds."""
        worn = () if self.worn is None else (self.worn.before, self.worn.after, self.worn.bare)
        some = (a for a in (self.moved, self.part_map) if a is not None)
        own = (self.ws, self.label_map, self.crop, self.replaced, self.quad)
        return (*own, *some, *worn)


@dataclass(frozen=True, slots=True, eq=False)
class EditedFace:
    """What a face was and is, to be put back into the photo."""

    start: FaceState
    state: FaceState


@dataclass(frozen=True, slots=True, eq=False)
class Style:
    """How the style code is moved, the label map left alone."""

    attributes: tuple[tuple[str, float], ...] = ()
    """(direction name, amount in -1..1) of the sliders that are not at 0."""
    variation_seed: int = 0
    variation_strength: float = 0.0
    """0..1: how far towards the random code of `variation_seed`."""
    reference_code: NDArray[np.float32] | None = None
    """Style code ``[D]`` or ``[L, D]`` of a reference face (see `StyleCodeReady`)."""
    reference_strength: float = 1.0
    """0..1: how far towards `reference_code`."""
    regions: tuple[int, ...] | None = None
    """Class ids that the style change is confined to; empty: the whole crop. None: the part of each
    slider (`style_parts`), the whole crop for a variation or a reference."""

    @property
    def is_neutral(self) -> bool:
        """True if this style changes nothing."""
        moved = any(amount for _, amount in self.attributes)
        borrowed = self.reference_code is not None and self.reference_strength != 0
        return not (moved or borrowed or self.variation_strength)


@dataclass(frozen=True, slots=True, eq=False)
class Edit:
    """One edit: the asked label map and style, from a face state."""

    base: FaceState
    label_map: LabelMap
    """The asked map; equal to ``base.label_map`` in a pure style edit."""
    style: Style = field(default_factory=Style)
    amount: float = 1.0
    """0..1.5: 1 is the edit as asked, less interpolates, more extrapolates the latents."""
    protected: NDArray[np.bool_] | None = None
    """``[512, 512]``: where the picture stays exactly as it is, here and in the photo."""
    feather_px: float | None = None
    """How far around a changed pixel something may be painted; None: as far as its kind needs."""

    @property
    def changes_map(self) -> bool:
        """True if the asked map differs from the base's, whatever arrays they are."""
        return not np.array_equal(self.label_map, self.base.label_map)


@dataclass(frozen=True, slots=True, eq=False)
class EditMeasures:
    """How well an edit took. ``None`` where it does not apply (a pure style edit)."""

    mask_adherence: float | None
    """Share of the pixels asked to change whose re-parsed class is the asked one, 0..1."""
    mask_adherence_unedited: float | None
    """The same of the picture before the edit."""
    outside_change: float
    """Mean absolute 8-bit difference of the crop beyond the dilated change: what moves along."""
    painted: float
    """Share of what changed that is painted, 0..1; the rest is the photo's own, moved."""
    nfe: int
    """Evaluations of the velocity field."""
    seconds: tuple[tuple[str, float], ...]
    """(stage, seconds) in order."""


@dataclass(frozen=True, slots=True, eq=False)
class FaceBox:
    """One face found in the photo."""

    points: NDArray[np.float32]
    """``[5, 2]`` photo pixels: image-left eye, image-right eye, nose tip, image-left and
    image-right mouth corner."""
    quad: NDArray[np.float32]
    """``[4, 2]`` photo pixels: the aligned crop's corners, top-left, bottom-left, bottom-right,
    top-right."""
    score: float
    """Confidence 0..1 of the landmark network; 1 of points set by hand."""
    landmarks: NDArray[np.float32] = field(default_factory=_no_points)
    """``[478, 2]`` photo pixels: all that the network saw; none of a face set by hand."""


# --- requests ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Request:
    """Base of all requests."""

    revision: int = 0
    cancel: Event = field(default_factory=Event)


@dataclass(frozen=True, slots=True, eq=False)
class PhotoId:
    """One photo as it was opened once: equal to itself alone."""


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
class NewFace(Opening):
    """Generate a face from the pack and open it as the photo."""

    seed: int = 0
    latent: int | None = None
    """One of the pack's gallery (`Ready.gallery`) instead of a face by chance."""


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


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class GalleryDrawn(Answer):
    """``pictures [N, 128, 128, 3]`` sRGB of the asked latents."""

    pictures: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PhotoOpened(Answer):
    """The photo as it is shown, and the faces in it, largest first."""

    name: str
    display: NDArray[np.uint8]
    """``[H, W, 3]`` sRGB at full resolution."""
    faces: tuple[FaceBox, ...]
    source: InputFile | None = None
    """Where it was read from; None: it was made up."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class FaceReady(Answer):
    """The face's start state."""

    state: FaceState
    layers: LabelLayers
    """What the parser saw, with what lies underneath filled in."""
    reconstruction: NDArray[np.uint8]
    """``[R, R, 3]``: what the generator makes of the latents."""
    inversion_psnr_db: float


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

    code: NDArray[np.float32]
    thumbnail: NDArray[np.uint8]
    """``[128, 128, 3]`` the reference's aligned crop."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ShapeReady(Answer):
    """The parsed map of a reference face."""

    label_map: LabelMap
    points: NDArray[np.float32]
    """``[5, 2]`` of the face as in `FaceBox`, but in pixels of its own crop."""
    thumbnail: NDArray[np.uint8]
    """``[128, 128, 3]`` the reference's aligned crop."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LabelMapRead(Answer):
    """A label map ``[512, 512]`` from a file."""

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
