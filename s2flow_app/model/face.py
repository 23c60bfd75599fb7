"""A face: where it lies in the photo, and how it stands after some edits."""

from dataclasses import dataclass, field, replace
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from s2flow_app.labels import LabelLayers, LabelMap
from s2flow_app.model.arrays import frozen
from s2flow_app.model.ids import new_id

CROP_SIZE: Final = 512
"""Side in pixels of the aligned crop that edits are composed in, equal to the label map's."""

OWN_QUAD: Final = frozen(
    np.array([[0, 0], [0, CROP_SIZE], [CROP_SIZE, CROP_SIZE], [CROP_SIZE, 0]], np.float32)
)
"""Corners of a crop that is the whole picture."""

SURROUNDINGS_SCALE: Final = 2
"""Sides of the crop that its surroundings are wide."""
CROP_IN_SURROUNDINGS: Final = slice(CROP_SIZE // 4, CROP_SIZE * 3 // 4)
"""Rows, and columns, of the surroundings that the crop takes."""


def _no_points() -> NDArray[np.float32]:
    return frozen(np.zeros((0, 2), np.float32))


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


@dataclass(frozen=True, slots=True, eq=False)
class Worn:
    """Glasses that were put on: an object in front of the face, drawn anew at any resolution."""

    before: LabelMap
    """``[512, 512]`` the map without them."""
    after: LabelMap
    """``[512, 512]`` the map with them."""
    bare: NDArray[np.uint8]
    """``[512, 512, 3]`` the crop without them."""


def surroundings_quad(quad: NDArray[np.float32]) -> NDArray[np.float32]:
    """``[4, 2]`` corners of the surroundings of a crop with the corners ``quad [4, 2]``."""
    centre = quad.mean(0)
    return (centre + SURROUNDINGS_SCALE * (quad - centre)).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """The photo about a face's crop, coarser, as styles have coloured it."""

    picture: NDArray[np.uint8]
    """``[512, 512, 3]`` sRGB: `SURROUNDINGS_SCALE` times the crop's width and height."""
    label_map: LabelMap
    """``[512, 512]`` what it shows of this face; 255: something else."""


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
    around: Surroundings | None = None
    """None: the crop is the whole photo, or nothing is known beyond it."""
    id: str = field(default_factory=new_id, init=False)
    """Each state has its own, also one that `dataclasses.replace` makes of another."""

    def called(self, id: str) -> Self:
        """The same state, read from where it was kept under that id."""
        state = replace(self)
        object.__setattr__(state, "id", id)
        return state

    @property
    def seen_map(self) -> LabelMap:
        """``[512, 512]`` what `crop` shows."""
        return self.label_map if self.part_map is None else self.part_map

    def arrays(self) -> tuple[NDArray, ...]:
        """All that it holds."""
        worn = () if self.worn is None else (self.worn.before, self.worn.after, self.worn.bare)
        some = (a for a in (self.moved, self.part_map) if a is not None)
        around = () if self.around is None else (self.around.picture, self.around.label_map)
        own = (self.ws, self.label_map, self.crop, self.replaced, self.quad)
        return (*own, *some, *worn, *around)


@dataclass(frozen=True, slots=True, eq=False)
class PreparedFace:
    """A face ready to be edited."""

    state: FaceState
    layers: LabelLayers
    """What the parser saw, with what lies underneath filled in."""
    reconstruction: NDArray[np.uint8]
    """``[R, R, 3]``: what the generator draws for `state`."""
    inversion_psnr_db: float


@dataclass(frozen=True, slots=True, eq=False)
class EditedFace:
    """What a face was and is, to be put back into the photo."""

    start: FaceState
    state: FaceState
