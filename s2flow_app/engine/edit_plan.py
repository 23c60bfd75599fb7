"""What becomes of each part of a mask edit: what moves, what is painted, what is an object.

What is asked decides what may change. A part that the photo shows before and after moves; what
opens, ends or is uncovered is painted; glasses that are put on are drawn as an object, and of those
that are taken off the frame alone is painted. A class that the asked map keeps stays as it is.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.frame_removal import frame_mask
from s2flow_app.engine.masks import dilated
from s2flow_app.engine.measure import distance_px
from s2flow_app.labels import (
    BROWS,
    EARRING,
    EYEGLASSES,
    EYES,
    HAIR,
    HAT,
    MOUTH,
    MOUTH_PARTS,
    NECKLACE,
    NOSE,
    STACKING,
    LabelMap,
)

LEAST_PX: Final = 30
"""A class with fewer pixels is not there: parsers see specks."""
FEATURES: Final = (*EYES, *BROWS, NOSE, *MOUTH_PARTS)
"""Never painted where the map keeps them, but for the rim of what changes."""
RIM_PX: Final = 3
OPENING: Final = 2.5
"""So many times the mouth's interior, it is painted; a lesser change stretches what shows."""
MOUTH_RIM_PX: Final = 6
GROWN_RIM_PX: Final = 6
HAT_RIM_PX: Final = 10
TRINKET_RIM_PX: Final = 5
LOST_RIM_PX: Final = 4
ABSENT_PX: Final = -16.0
"""Signed distance of a class that a map lacks."""
ALL_OR_NOTHING: Final = (EYEGLASSES, HAT, EARRING, NECKLACE)

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class EditPlan:
    """The parts of an edit from one label map to another."""

    moving: LabelMap
    """``[512, 512]`` the map that the photo is moved to."""
    painted: Mask
    """``[512, 512]`` what is painted, whatever moving gives."""
    puts_on_glasses: bool


def edit_plan(before: LabelMap, asked: LabelMap, crop: NDArray[np.uint8]) -> EditPlan:
    """Of an edit of what the ``crop [512, 512, 3]`` shows; what changes of hair was done before."""
    moving, painted = asked.copy(), np.zeros(before.shape, np.bool_)
    changed = before != asked

    def keep(where: Mask) -> None:
        moving[where] = before[where]

    wore, wears = _has(before, EYEGLASSES), _has(asked, EYEGLASSES)
    if wears != wore:
        glass = (before == EYEGLASSES) | (asked == EYEGLASSES)
        keep(glass)
        if wore:
            painted |= frame_mask(crop, before, asked)
    for class_id, rim_px in (
        (HAT, HAT_RIM_PX), (EARRING, TRINKET_RIM_PX), (NECKLACE, TRINKET_RIM_PX),
    ):  # fmt: skip
        here = changed & ((before == class_id) | (asked == class_id))
        if here.any():
            keep(here)
            painted |= dilated(here, rim_px) & ~_kept(before, asked)
    if _opens_or_closes(before, asked):
        mouth = np.isin(before, MOUTH_PARTS) | np.isin(asked, MOUTH_PARTS)
        if (changed & mouth).any():
            keep(mouth)
            painted |= dilated(mouth, MOUTH_RIM_PX)
    return EditPlan(moving, painted, wears and not wore)


def lost_rim(lost: Mask, before: LabelMap, asked: LabelMap) -> Mask:
    """What is painted of what moving lost: with a rim, a wider one about hair, but without the
    features that the map keeps."""
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(lost.view(np.uint8))
    lost = lost & (stats[:, cv2.CC_STAT_AREA] >= LEAST_PX)[pieces.astype(np.int32, copy=False)]
    hair = lost & (asked == HAIR)
    rim = dilated(lost & ~hair, LOST_RIM_PX) | dilated(hair, GROWN_RIM_PX)
    return rim & ~_kept(before, asked)


def _kept(before: LabelMap, asked: LabelMap) -> Mask:
    """Features that the map keeps, but for the rim of what changes."""
    kept = (before == asked) & np.isin(asked, FEATURES)
    return kept & (distance_px(before != asked) > RIM_PX)


def at_amount(before: LabelMap, asked: LabelMap, amount: float) -> LabelMap:
    """The map ``[512, 512]`` part of the way to the asked one, or beyond it.

    Signed distances of the classes are interpolated; what is put on or taken off is so at once.

    Args:
        amount: 0: before, 1: asked, at most 1.5.
    """
    if amount == 1 or np.array_equal(before, asked):
        return asked
    if amount == 0:
        return before
    put_on = np.isin(asked, ALL_OR_NOTHING)
    worn = put_on | np.isin(before, ALL_OR_NOTHING)
    under = np.where(put_on, before, asked)
    first, last = (np.where(worn, under, label_map) for label_map in (before, asked))
    best = np.full(before.shape, -np.inf, np.float32)
    found = asked.copy()
    for class_id in STACKING:
        old, new = first == class_id, last == class_id
        if not (old.any() or new.any()):
            continue
        distance = (1 - amount) * _signed(old) + amount * _signed(new)
        better = distance >= best
        found[better] = class_id
        best = np.maximum(best, distance)
    found[worn] = asked[worn]
    return found


def _signed(mask: Mask) -> NDArray[np.float32]:
    if not mask.any():
        return np.full(mask.shape, ABSENT_PX, np.float32)
    return np.where(mask, distance_px(~mask) - 0.5, 0.5 - distance_px(mask)).astype(np.float32)


def _opens_or_closes(before: LabelMap, asked: LabelMap) -> bool:
    """Whether a mouth shows much more, or much less, than it did: no stretching gives that."""
    least, most = sorted(int((m == MOUTH).sum()) for m in (before, asked))
    return most >= LEAST_PX and most > OPENING * least


def _has(label_map: LabelMap, class_id: int) -> bool:
    return int((label_map == class_id).sum()) >= LEAST_PX
