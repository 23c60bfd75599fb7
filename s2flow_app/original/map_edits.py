"""How the original's tools make an edited map: parts of one face's map put into another's.

As its `tools/editing_functions.py`: the part is first turned to skin, then the other face's is laid
over it, the larger id on top.
"""

import cv2
import numpy as np

from s2flow_app.labels import (
    BACKGROUND,
    CLOTH,
    EARRING,
    EYEGLASSES,
    HAIR,
    HAT,
    LEFT_EYE,
    LOWER_LIP,
    MOUTH,
    NECK,
    RIGHT_EYE,
    SKIN,
    UPPER_LIP,
    LabelMap,
)

INPAINT_RADIUS_PX = 3


def with_mouth(source: LabelMap, other: LabelMap) -> LabelMap:
    """The other face's lips and mouth."""
    return _with_parts(source, other, (UPPER_LIP, LOWER_LIP, MOUTH))


def with_glasses(source: LabelMap, other: LabelMap, *, reading: bool) -> LabelMap:
    """The other face's glasses: with its eyes behind ``reading`` ones, else over one's own."""
    if reading:
        return np.maximum(source, _only(other, (EYEGLASSES, LEFT_EYE, RIGHT_EYE)))
    covered = np.where(np.isin(source, (LEFT_EYE, RIGHT_EYE)), EYEGLASSES, source)
    return np.maximum(covered, _only(other, (EYEGLASSES,))).astype(np.uint8)


def without_glasses(source: LabelMap, other: LabelMap) -> LabelMap:
    """Skin, and the other face's eyes, in place of the glasses."""
    bare = np.where(source == EYEGLASSES, SKIN, source)
    return np.maximum(bare, _only(other, (LEFT_EYE, RIGHT_EYE))).astype(np.uint8)


def with_hair(source: LabelMap, other: LabelMap) -> LabelMap:
    """The other face's hair, grown over where its own face was."""
    outside = np.isin(other, (HAIR, BACKGROUND, HAT, EARRING, NECK, CLOTH))
    hair = _only(other, (HAIR,))
    grown = cv2.inpaint(hair, (~outside).astype(np.uint8), INPAINT_RADIUS_PX, cv2.INPAINT_NS)
    kept = np.isin(source, (HAIR, BACKGROUND), invert=True)
    return np.where(kept, source, np.where(grown > 0, HAIR, BACKGROUND)).astype(np.uint8)


def _with_parts(source: LabelMap, other: LabelMap, parts: tuple[int, ...]) -> LabelMap:
    bare = np.where(np.isin(source, parts), SKIN, source)
    return np.maximum(bare, _only(other, parts)).astype(np.uint8)


def _only(label_map: LabelMap, parts: tuple[int, ...]) -> LabelMap:
    return np.where(np.isin(label_map, parts), label_map, BACKGROUND).astype(np.uint8)
