"""Which part of a face each style slider is named after: its default *Where*."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.labels import (
    BACKGROUND,
    CLOTH,
    EARRING,
    EARS,
    EYEGLASSES,
    EYES,
    FACE,
    HAIR,
    HAT,
    LIPS,
    NECK,
    NECKLACE,
    NOSE,
    SKIN,
    SKIN_PARTS,
    LabelMap,
)
from s2flow_app.model.edit import Style

PERSON: Final = (*FACE, *EARS, NECK, HAIR, HAT, EARRING, NECKLACE, CLOTH)

UNDER_EYE_WIDTH: Final = 0.75
"""Half of it, in widths of the eye."""
UNDER_EYE_DEPTH: Final = 0.075
"""Of the crop's side: `style_proxies.UNDER_EYES_PX` and what its fading takes."""
NOSE_BOTTOM: Final = 0.62
"""Of an aligned face, in crop sides, where the map has no nose."""
BEARD_FADE: Final = 0.09
"""Of the crop's side."""

_SEEN_SKIN: Final = (*SKIN_PARTS, EYEGLASSES)
"""With what is seen through lenses."""
DEFAULT_REGIONS: Final[dict[str, tuple[int, ...]]] = {
    "hair_lightness": (HAIR,),
    "hair_warmth": (HAIR,),
    "skin_lightness": _SEEN_SKIN,
    "skin_warmth": _SEEN_SKIN,
    "skin_redness": _SEEN_SKIN,
    "under_eyes": (SKIN, EYEGLASSES),
    "lips_colour": LIPS,
    "lips_lightness": LIPS,
    "stubble": (SKIN,),
    "face_contrast": FACE,
    "light_side": PERSON,
    "light_height": PERSON,
    "background_lightness": (BACKGROUND,),
    "background_warmth": (BACKGROUND,),
}
"""Class ids by the names of style sliders."""


def default_regions(attribute: str) -> tuple[int, ...]:
    """The class ids that a style slider changes unless its user says otherwise.

    Empty (everywhere) for a slider that is not known here: imported packs have their own.
    """
    return DEFAULT_REGIONS.get(attribute, ())


def part_matte(attribute: str, label_map: LabelMap) -> NDArray[np.float32] | None:
    """``[S, S]`` 0..1: the part of its classes that a slider is for; None: all of them.

    Args:
        label_map: ``[S, S]`` of an aligned face.
    """
    find = _PARTS.get(attribute)
    return None if find is None else find(label_map)


def part_of_style(
    style: Style, label_map: LabelMap
) -> tuple[tuple[int, ...], NDArray[np.float32] | None]:
    """The classes that a style changes, none for all of them, and ``[S, S]`` 0..1 how much of
    them; None: wholly.

    Args:
        label_map: ``[S, S]`` of an aligned face.
    """
    if style.regions is not None:
        return style.regions, None
    moved = [name for name, amount in style.attributes if amount]
    parts = [default_regions(name) for name in moved]
    if style.variation_strength or style.reference_code is not None or not all(parts):
        return (), None
    mattes = [part_matte(name, label_map) for name in moved]
    if all(m is None for m in mattes):
        return tuple(sorted({k for part in parts for k in part})), None
    where = np.zeros(label_map.shape, np.float32)
    for part, matte in zip(parts, mattes, strict=True):
        inside = np.isin(label_map, part).astype(np.float32)
        where = np.maximum(where, inside if matte is None else inside * matte)
    return tuple(sorted({k for part in parts for k in part})), where


def _under_eyes(label_map: LabelMap) -> NDArray[np.float32]:
    """Half ellipses below the eyes, soft all round."""
    size = len(label_map)
    found = np.zeros((size, size), np.float32)
    rows, columns = (np.arange(size, dtype=np.float32) for _ in range(2))
    for eye in EYES:
        x, y, w, h = cv2.boundingRect((label_map == eye).astype(np.uint8))
        if not w:
            continue
        across = (columns[None] - (x + w / 2)) / (UNDER_EYE_WIDTH * w)
        down = (rows[:, None] - (y + h)) / (UNDER_EYE_DEPTH * size)
        distance = np.sqrt(across**2 + (down - 0.5) ** 2 * np.where(down < 0.5, 4, 1))
        found = np.maximum(found, _fading(distance))
    return found


def _beard(label_map: LabelMap) -> NDArray[np.float32]:
    """From the nose down, fading in over a cheek."""
    size = len(label_map)
    nose_rows = np.flatnonzero((label_map == NOSE).any(1))
    bottom = nose_rows[-1] if len(nose_rows) else round(NOSE_BOTTOM * size)
    share = np.clip((np.arange(size) - bottom) / (BEARD_FADE * size) + 0.3, 0, 1)
    column = (share * share * (3 - 2 * share)).astype(np.float32)
    return np.repeat(column[:, None], size, axis=1)


def _fading(distance: NDArray) -> NDArray[np.float32]:
    """1 up to a half, smoothly down to 0 at 1."""
    t = np.clip(2 - 2 * distance, 0, 1)
    return (t * t * (3 - 2 * t)).astype(np.float32)


_PARTS: Final = {"under_eyes": _under_eyes, "stubble": _beard}
