"""The 19 label classes of CelebAMask-HQ, their names, colours, stacking order and left/right twins.

This is the only place that knows them. A *label map* is ``[512, 512]`` uint8 class ids in crop
space; *label layers* are ``[512, 512]`` uint32 with bit ``k`` set where class ``k`` is present,
and bit `PROTECTED` where the photo is protected from changes.
'Left' is the subject's left: the picture's right.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

LABEL_SIZE: Final = 512
"""Side of every label map in pixels."""

LabelMap = NDArray[np.uint8]
LabelLayers = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class LabelClass:
    """One class of the label map."""

    id: int
    key: str
    """Stable identifier, for files and the command line."""
    title: str
    """Name shown to people (English source text)."""
    colour: tuple[int, int, int]
    """Colour in the official palette."""


CLASSES: Final[tuple[LabelClass, ...]] = (
    LabelClass(0, "background", "Background", (0, 0, 0)),
    LabelClass(1, "skin", "Skin", (204, 0, 0)),
    LabelClass(2, "nose", "Nose", (76, 153, 0)),
    LabelClass(3, "eyeglasses", "Eyeglasses", (204, 204, 0)),
    LabelClass(4, "left_eye", "Left eye", (51, 51, 255)),
    LabelClass(5, "right_eye", "Right eye", (204, 0, 204)),
    LabelClass(6, "left_brow", "Left brow", (0, 255, 255)),
    LabelClass(7, "right_brow", "Right brow", (51, 255, 255)),
    LabelClass(8, "left_ear", "Left ear", (102, 51, 0)),
    LabelClass(9, "right_ear", "Right ear", (255, 0, 0)),
    LabelClass(10, "mouth", "Mouth interior", (102, 204, 0)),
    LabelClass(11, "upper_lip", "Upper lip", (255, 255, 0)),
    LabelClass(12, "lower_lip", "Lower lip", (0, 0, 153)),
    LabelClass(13, "hair", "Hair", (0, 0, 204)),
    LabelClass(14, "hat", "Hat", (255, 51, 153)),
    LabelClass(15, "earring", "Earring", (0, 204, 204)),
    LabelClass(16, "necklace", "Necklace", (0, 51, 0)),
    LabelClass(17, "neck", "Neck", (255, 153, 51)),
    LabelClass(18, "cloth", "Cloth", (0, 204, 0)),
)
NUM_CLASSES: Final = len(CLASSES)

(
    BACKGROUND, SKIN, NOSE, EYEGLASSES, LEFT_EYE, RIGHT_EYE, LEFT_BROW, RIGHT_BROW, LEFT_EAR,
    RIGHT_EAR, MOUTH, UPPER_LIP, LOWER_LIP, HAIR, HAT, EARRING, NECKLACE, NECK, CLOTH,
) = range(NUM_CLASSES)  # fmt: skip

STACKING: Final[tuple[int, ...]] = (
    BACKGROUND, CLOTH, NECK, NECKLACE, SKIN, LEFT_EAR, RIGHT_EAR, EARRING, LEFT_BROW, RIGHT_BROW,
    LEFT_EYE, RIGHT_EYE, NOSE, MOUTH, UPPER_LIP, LOWER_LIP, EYEGLASSES, HAIR, HAT,
)  # fmt: skip
"""Class ids from the bottom of the stack to its top."""

TWINS: Final[tuple[tuple[int, int], ...]] = (
    (LEFT_EYE, RIGHT_EYE),
    (LEFT_BROW, RIGHT_BROW),
    (LEFT_EAR, RIGHT_EAR),
)
"""Pairs of classes that change places when the picture is mirrored."""

EYES: Final = (LEFT_EYE, RIGHT_EYE)
BROWS: Final = (LEFT_BROW, RIGHT_BROW)
EARS: Final = (LEFT_EAR, RIGHT_EAR)
LIPS: Final = (UPPER_LIP, LOWER_LIP)
MOUTH_PARTS: Final = (MOUTH, *LIPS)
SKIN_PARTS: Final = (SKIN, NOSE, *EARS, NECK)
"""What is of the skin's colour."""
FACE: Final = (SKIN, NOSE, *EYES, *BROWS, *LIPS, MOUTH, EYEGLASSES)
"""What lies within the face's outline."""

PROTECTED: Final = 24
"""Bit of the label layers that is no class: the photo stays as it is here."""

BY_KEY: Final = {c.key: c for c in CLASSES}
PALETTE: Final = np.array([c.colour for c in CLASSES], dtype=np.uint8)
"""``[19, 3]`` uint8 official colours."""

Colour = tuple[int, int, int]

_BISENET_ORDER: Final = (
    SKIN, LEFT_BROW, RIGHT_BROW, LEFT_EYE, RIGHT_EYE, EYEGLASSES, LEFT_EAR, RIGHT_EAR, EARRING,
    NOSE, MOUTH, UPPER_LIP, LOWER_LIP, NECK, NECKLACE, CLOTH, HAIR, HAT,
)  # fmt: skip
_BISENET_COLOURS: Final[tuple[Colour, ...]] = (
    (255, 85, 0), (255, 170, 0), (255, 0, 85), (255, 0, 170), (0, 255, 0), (85, 255, 0),
    (170, 255, 0), (0, 255, 85), (0, 255, 170), (0, 0, 255), (85, 0, 255), (170, 0, 255),
    (0, 85, 255), (0, 170, 255), (255, 255, 0), (255, 255, 85), (255, 255, 170), (255, 0, 255),
)  # fmt: skip
_OFFICIAL: Final = {c.colour: c.id for c in CLASSES}
KNOWN_PALETTES: Final[tuple[dict[Colour, int], ...]] = (
    _OFFICIAL,
    _OFFICIAL | {(255, 204, 204): RIGHT_BROW},
    {
        **_OFFICIAL, (204, 0, 204): LEFT_EYE, (51, 51, 255): RIGHT_EYE, (0, 0, 255): RIGHT_BROW,
        (255, 0, 0): LEFT_EAR, (102, 51, 0): RIGHT_EAR,
    },
    {(255, 255, 255): BACKGROUND, **dict(zip(_BISENET_COLOURS, _BISENET_ORDER, strict=True))},
)  # fmt: skip
"""Colours that label maps are drawn in: S2-Flow's (ours), MaskGAN's, CelebAMask-HQ's first ones,
the BiSeNet face parser's. The first palette that knows all of a map's colours is meant."""


def mirror_table() -> NDArray[np.uint8]:
    """Class ids ``[19]`` after mirroring the picture left to right."""
    table = np.arange(NUM_CLASSES, dtype=np.uint8)
    for left, right in TWINS:
        table[left], table[right] = right, left
    return table


def colourise(label_map: LabelMap) -> NDArray[np.uint8]:
    """Official colours ``[H, W, 3]`` of a label map ``[H, W]``."""
    return PALETTE[label_map]


def flatten(layers: LabelLayers) -> LabelMap:
    """The topmost class of each pixel by `STACKING`; background where no bit is set."""
    label_map = np.zeros(layers.shape, dtype=np.uint8)
    for class_id in STACKING:
        label_map[(layers >> np.uint32(class_id)) & np.uint32(1) != 0] = class_id
    return label_map


def single_layers(label_map: LabelMap) -> LabelLayers:
    """Layers with exactly one bit per pixel: the class of ``label_map``."""
    return np.left_shift(np.uint32(1), label_map.astype(np.uint32))
