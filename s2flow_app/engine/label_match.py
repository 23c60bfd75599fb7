"""Two label maps as a registration problem: what pulls, what holds still, what tears."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.measure import distance_px
from s2flow_app.engine.registration import Float, Match
from s2flow_app.label_shapes.geometry import nearest_class
from s2flow_app.labels import (
    BACKGROUND,
    BROWS,
    CLOTH,
    EARS,
    EYEGLASSES,
    EYES,
    FACE,
    HAIR,
    HAT,
    LIPS,
    MOUTH,
    NECK,
    NOSE,
    NUM_CLASSES,
    SKIN,
    LabelMap,
)

FARTHEST_PX: Final = 36
"""A change thicker than this is not a movement: it is cut, grown or painted."""
MIN_PIECE_PX: Final = 30
"""Pixels of the smallest piece of a class that pulls."""
MIN_PIECE_SHARE: Final = 0.15
"""And its least share of the largest piece: smaller ones are specks."""
OPENING_RATIO: Final = 0.5
"""Of the mouth's interior in the two maps: below, it opens or closes rather than moves."""
SEAM_PX: Final = 9
"""Diameter of what is soft where lips close: two cells of the finest grid."""
AROUND: Final = (SKIN, BACKGROUND, CLOTH, NECK)
AROUND_WEIGHT: Final = 0.4
"""Classes that surround others only follow them."""
UNCHANGED_WEIGHT: Final = 0.5
LIDS_PX: Final = (15, 17)
"""Diameter (x, y) by which eyes are grown to lids, which hardly move..."""
HOLD: Final = 0.3
"""...with this weight of the squared displacement, px^-2: they give way where a brow pulls hard."""
LASHES_PX: Final = (5, 5)
"""Diameter by which eyes are grown to what does not move at all."""
FRAME_PX: Final = (7, 7)
"""The same for worn glasses."""
TORN: Final = 0.03
"""Stiffness where a mouth opens or closes."""

Mask = NDArray[np.bool_]
PLIABLE: Final = (*BROWS, NOSE)
"""What may be asked to change close to an eye or a frame."""
HEAD: Final = (*FACE, *EARS)


@dataclass(frozen=True, slots=True)
class Manner:
    """How a kind of change moves the photo."""

    reach_px: int
    """Nothing moves farther than this from the changed pixels."""
    spacing_px: int
    """Of the finest grid."""
    bending: float
    """Weight, see `registration.register`."""
    widths_px: tuple[float, ...]
    """Where the channels of signed distance saturate: near for accuracy, far for attraction."""


OF_FACE: Final = Manner(60, 4, 12.0, (3.0, 12.0))
OF_HAIR: Final = Manner(90, 8, 40.0, (12.0,))
"""Softer: a silhouette that followed the map's outline closely would wobble."""


def manner(before: LabelMap, after: LabelMap) -> Manner:
    """How to move the photo from one map to the other; they differ."""
    changed = before != after
    hair = np.isin(before[changed], (HAIR, HAT)) | np.isin(after[changed], (HAIR, HAT))
    return OF_HAIR if hair.mean() > 0.5 else OF_FACE


class LabelMatch:
    """Two label maps ``[h, w]``, parts of the crop about the change between them.

    Attributes:
        torn: where a mouth opens or closes.
        opened: where it opens: what the photo shows there means nothing.
        fixed: what does not move: eyes and worn glasses that nobody asks to change; the face,
            where hair changes.
    """

    def __init__(self, before: LabelMap, after: LabelMap, manner: Manner) -> None:
        self._manner = manner
        self._changed = changed = before != after
        self.torn, self.opened, specks = (np.zeros_like(changed) for _ in range(3))
        pulling, apart = [], _thick(changed)
        for class_id in range(NUM_CLASSES):
            old, new = before == class_id, after == class_id
            had, has = np.count_nonzero(old), np.count_nonzero(new)
            if class_id == MOUTH and min(had, has) < OPENING_RATIO * max(had, has):
                self.opened = new if has > had else self.opened
                self.torn = new if has > had else _seam(after)
            elif min(had, has) >= MIN_PIECE_PX:
                pulling.append(class_id)
                specks |= (old | new) & ~_pieces(old, new)
            else:
                apart |= old | new
        old_map, new_map = before, after
        if specks.any():  # what surrounds them shall have no holes that pull either
            old_map, new_map = (nearest_class(m, ~specks) for m in (before, after))
        self._pulling = [(k, old_map == k, new_map == k) for k in pulling]
        away = distance_px(apart) < 2 * max(manner.widths_px)  # as far as channels show it
        self._ignored = self.opened | away
        pliable = np.isin(before, PLIABLE) | np.isin(after, PLIABLE)
        eyes = np.isin(before, EYES)
        if np.isin(before[changed], EYES).any() or np.isin(after[changed], EYES).any():
            eyes[:] = False
        frame = grown((before == EYEGLASSES) & (after == EYEGLASSES), FRAME_PX) & ~pliable
        face = np.isin(before, HEAD) & (manner is OF_HAIR)
        self.fixed = (grown(eyes, LASHES_PX) | frame | face) & ~changed
        self._lids = grown(eyes, LIDS_PX) & ~pliable

    def match(self, free: Mask, spacing_px: int) -> Match:
        """The maps as channels of signed distance, and how they are to be matched.

        Args:
            free: ``[h, w]`` where anything may move.
            spacing_px: of the finest grid; h and w are multiples of it.
        """
        sources, targets = [], []
        for class_id, old, new in self._pulling:
            same = np.array_equal(old, new)
            weight = AROUND_WEIGHT if class_id in AROUND else 1.0
            scale = np.sqrt(weight * UNCHANGED_WEIGHT if same else weight)
            found = self._channels(old, spacing_px, scale)
            sources += found
            targets += found if same else self._channels(new, spacing_px, scale)
        empty = [np.zeros((free.shape[0] // spacing_px, free.shape[1] // spacing_px), np.float32)]
        trust, torn, lids, free_share = (
            _shrunk(mask.astype(np.float32), spacing_px)
            for mask in (~self._ignored, self.torn, self._lids, free)
        )
        return Match(
            spacing_px, np.dstack(sources or empty), np.dstack(targets or empty), trust=trust,
            stiffness=1 - (1 - TORN) * torn, hold=HOLD * lids, free=free_share,
        )  # fmt: skip

    def _channels(self, mask: Mask, spacing_px: int, scale: float) -> list[Float]:
        coarse = max(1, spacing_px // 4)  # four distances a cell are enough
        part = mask[coarse // 2 :: coarse, coarse // 2 :: coarse]
        distance = np.where(part, distance_px(~part) - 0.5, 0.5 - distance_px(part))
        small = _shrunk(distance.astype(np.float32, copy=False), spacing_px // coarse)
        return [
            np.float32(scale) * np.tanh(small * np.float32(coarse / width))
            for width in self._manner.widths_px
        ]


def _pieces(old: Mask, new: Mask) -> Mask:
    """The pieces of a class that are in both maps and are no specks."""
    count, parts = cv2.connectedComponents((old | new).view(np.uint8))
    sizes = np.minimum(*(np.bincount(parts[mask], minlength=count) for mask in (old, new)))
    keep = sizes >= max(MIN_PIECE_PX, MIN_PIECE_SHARE * sizes.max())
    keep[0] = False
    return keep[parts.astype(np.int32, copy=False)]


def _thick(changed: Mask) -> Mask:
    """The changes that are no movement of an outline."""
    return opened(changed, (FARTHEST_PX, FARTHEST_PX))


def _seam(after: LabelMap) -> Mask:
    """Where lips meet that were apart."""
    upper, lower = (grown(after == lip, (SEAM_PX, SEAM_PX)) for lip in LIPS)
    return upper & lower


def grown(mask: Mask, size: tuple[int, int]) -> Mask:
    """``mask`` dilated by an ellipse of this size (x, y)."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, size)
    return cv2.dilate(mask.view(np.uint8), kernel) != 0


def opened(mask: Mask, size: tuple[int, int]) -> Mask:
    """Where an ellipse of this size (x, y) fits into ``mask``."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, size)
    return cv2.morphologyEx(mask.view(np.uint8), cv2.MORPH_OPEN, kernel) != 0


def _shrunk(image: Float, spacing_px: int) -> Float:
    size = (image.shape[1] // spacing_px, image.shape[0] // spacing_px)
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.float32, copy=False)
