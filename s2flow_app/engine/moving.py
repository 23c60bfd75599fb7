"""The photo moves: what an edit of the label map asks for, taken from the photo's own pixels.

A displacement of the 512 px crop is found by registration of the old map to the asked one
(`engine/registration`). Pixel p of the output shows ``p + field[p]`` of the input.
"""

from dataclasses import dataclass
from functools import cached_property
from threading import Event
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.measure import distance_px
from s2flow_app.engine.registration import Float, Match, register
from s2flow_app.labels import (
    BACKGROUND,
    CLOTH,
    EYEGLASSES,
    HAIR,
    HAT,
    LEFT_BROW,
    LEFT_EAR,
    LEFT_EYE,
    LOWER_LIP,
    MOUTH,
    NECK,
    NOSE,
    NUM_CLASSES,
    RIGHT_BROW,
    RIGHT_EAR,
    RIGHT_EYE,
    SKIN,
    UPPER_LIP,
    LabelMap,
)
from s2flow_app.messages import frozen

REACH_PX: Final = 60
"""Nothing moves farther than this from the changed pixels..."""
HAIR_REACH_PX: Final = 90
"""...or than this where hair is what changes: it takes more of its surroundings along."""
BORDER_PX: Final = 24
"""The displacement fades to 0 over this distance from the crop's border."""
FADE_PX: Final = 4
"""The same at whatever does not move: as wide as a cell of the finest grid."""
FARTHEST_PX: Final = 36
"""A change thicker than this is not a movement: it is cut, grown or painted."""
SLIVER_PX: Final = 5
"""Outlines that miss by less than this are not lost."""
MIN_PIECE_PX: Final = 30
"""Pixels of the smallest piece of a class that pulls."""
MIN_PIECE_SHARE: Final = 0.15
"""And its least share of the largest piece: smaller ones are specks."""
LEAST_RATIO: Final = 0.5
"""Of a piece's sizes in the two maps: below, it opens or closes rather than moves."""
WIDTHS_PX: Final = (3.0, 12.0)
"""Where the channels of signed distance saturate: near for accuracy, far for attraction."""
AROUND: Final = (SKIN, BACKGROUND, CLOTH, NECK)
AROUND_WEIGHT: Final = 0.4
"""Classes that surround others only follow them."""
UNCHANGED_WEIGHT: Final = 0.5
LIDS_PX: Final = (15, 17)
"""Diameter (x, y) by which eyes are grown to what does not move with them."""
LASHES_PX: Final = (5, 5)
HOLD: Final = 0.3
"""Weight of the squared displacement of lids, px^-2: they give way where a brow pulls hard."""
FRAME_PX: Final = 7
"""Diameter by which worn glasses are grown likewise."""
TORN: Final = 0.03
"""Stiffness where a class opens or closes."""
LEAST_JACOBIAN: Final = 0.25
SPACING_PX: Final = 4
"""Of the finest grid; the coarsest has four times that."""
DRAFT_SPACING_PX: Final = 8
GRID_PX: Final = 32
"""The box about a change is a multiple of this: of the coarsest spacing, and few sizes in all."""

TILE_PX: Final = 128
"""Side of the part of a photo that is moved at a time."""
LANCZOS_PX: Final = 5
INVERSE_STEPS: Final = 30

Mask = NDArray[np.bool_]
EYES: Final = (LEFT_EYE, RIGHT_EYE)
BROWS: Final = (LEFT_BROW, RIGHT_BROW)
FACE: Final = (
    SKIN, NOSE, *EYES, *BROWS, EYEGLASSES, LEFT_EAR, RIGHT_EAR, MOUTH, UPPER_LIP, LOWER_LIP,
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Displacement:
    """How the crop moves for an edit, and what moving does not give."""

    field: NDArray[np.float32]
    """``[512, 512, 2]`` (x, y) crop pixels: pixel p of the output shows p + field[p]."""
    lost: NDArray[np.bool_]
    """``[512, 512]``: a painter's part. Near the change, where the moved old map is not what is
    asked (slivers aside), or where what is asked is a new class."""
    explained: float
    """Share 0..1 of the changed pixels that moving alone gets right."""


def displacement(
    before: LabelMap, after: LabelMap, *, rigid: Mask | None = None, draft: bool = False,
    cancel: Event | None = None,
) -> Displacement:  # fmt: skip
    """The displacement that takes the label map ``before [512, 512]`` to ``after``.

    Args:
        rigid: ``[512, 512]`` where nothing may move (protected pixels).
        draft: on a coarser grid, for live previews.

    Raises `Cancelled`.
    """
    changed = before != after
    field = np.zeros((*before.shape, 2), np.float32)
    if not changed.any():
        return Displacement(frozen(field), frozen(changed), 1.0)
    hairy = np.isin(np.stack([before[changed], after[changed]]), (HAIR, HAT)).any(0).mean() > 0.5
    away = distance_px(changed)
    near = away < (HAIR_REACH_PX if hairy else REACH_PX)
    box = _grid_box(near)
    maps = _Maps(before[box], after[box])
    fixed = maps.fixed(hairy)
    if rigid is not None:
        fixed |= rigid[box]
    free = near[box] & ~fixed & _inside(before.shape)[box]
    match = maps.match(free, DRAFT_SPACING_PX if draft else SPACING_PX)
    found = register(match, levels=2 if draft else 3, cancel=cancel)
    fade = np.minimum((distance_px(~free) - 1).clip(0), FADE_PX) / FADE_PX
    field[box] = _unfolded(found * fade[..., None], maps.torn, fade)
    shown = moved(before, field, nearest=True)
    lost = _lost(before, after, shown, near)
    lost[box] |= maps.opened
    explained = float((shown == after)[changed].mean())
    return Displacement(frozen(field), frozen(lost), explained)


def moved(picture: NDArray, field: NDArray[np.float32], *, nearest: bool = False) -> NDArray:
    """``picture [H, W(, C)]`` of the crop's size, moved by ``field [H, W, 2]``.

    Lanczos, within the range of the picture's type; ``nearest`` for maps and masks.
    """
    interpolation = cv2.INTER_NEAREST if nearest else cv2.INTER_LANCZOS4
    return _sampled(picture, _places(field), interpolation)


def moved_in_photo(
    pixels: NDArray, field: NDArray[np.float32], matrix: NDArray, box: tuple[slice, slice]
) -> NDArray:
    """The rows and columns ``box`` of a photo as they look once the crop in it has moved.

    Args:
        pixels: ``[H, W(, C)]`` the whole photo, uint8 or uint16.
        field: ``[512, 512, 2]`` as of `Displacement`.
        matrix: ``[2, 3]`` from photo pixels to crop pixels (`alignment.crop_matrix`).
        box: within the photo, with start and stop.

    Returns:
        ``[h, w(, C)]``; exactly the photo's values where nothing moves. Beside the result it
        needs memory for a tile.
    """
    rows, columns = box
    out = pixels[box].copy()
    to_photo = np.linalg.inv(matrix[:, :2]).astype(np.float32)
    for top in range(rows.start, rows.stop, TILE_PX):
        for left in range(columns.start, columns.stop, TILE_PX):
            bottom, right = min(top + TILE_PX, rows.stop), min(left + TILE_PX, columns.stop)
            shift = _field_at(field, matrix, (top, bottom, left, right))
            if shift is None:
                continue
            shift = shift @ to_photo.T
            reach = int(np.ceil(np.abs(shift).max())) + LANCZOS_PX
            above, before = max(top - reach, 0), max(left - reach, 0)
            source = pixels[above : bottom + reach, before : right + reach]
            at = _places(shift) + np.float32([left - before, top - above])
            found = _sampled(source, at, cv2.INTER_LANCZOS4)
            still = ~shift.any(2)
            here = np.s_[top - rows.start : bottom - rows.start,
                         left - columns.start : right - columns.start]  # fmt: skip
            found[still] = out[here][still]
            out[here] = found
    return out


def _field_at(field: Float, matrix: NDArray, tile: tuple[int, int, int, int]) -> Float | None:
    """The displacement ``[h, w, 2]``, crop pixels, of a tile (top, bottom, left, right) of the
    photo; None where it is 0."""
    y0, y1, x0, x1 = tile
    corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], float)
    seen = corners @ matrix[:, :2].T + matrix[:, 2]
    size = np.array(field.shape[1::-1])
    low = np.clip(np.floor(seen.min(0)).astype(int) - 4, 0, size - 1)
    high = np.clip(np.ceil(seen.max(0)).astype(int) + 5, low + 1, size)
    window = field[low[1] : high[1], low[0] : high[0]]
    if not window.any():
        return None
    # OpenCV's warps know 32 places between two pixels: so few that a large photo would show
    # steps. Enlarging is exact, and after it the places lie densely.
    finer = max(1, round(1 / np.sqrt(abs(np.linalg.det(matrix[:, :2])))))
    fine = cv2.resize(window, None, fx=finer, fy=finer, interpolation=cv2.INTER_CUBIC)
    there = matrix.astype(np.float64, copy=True)
    there[:, 2] += there[:, :2] @ (x0, y0) - low
    there *= finer
    there[:, 2] += (finer - 1) / 2
    found = cv2.warpAffine(
        fine, there, (x1 - x0, y1 - y0), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
    )  # fmt: skip
    return found.astype(np.float32, copy=False) if found.any() else None


def chained(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
    """The field of moving by ``first`` and then by ``second``, ``[H, W, 2]`` all three."""
    return second + _carried(first, second)


def inverse_error_px(field: NDArray[np.float32]) -> float:
    """How far a field is from invertible: the mean of ``|u(x) + v(x + u(x))|`` where it moves.

    v is the inverse's displacement, found by `INVERSE_STEPS` of the fixed-point iteration
    ``v(y) = -u(y + v(y))``. 0.01 and less for what does not fold.
    """
    moving = np.abs(field).max(2) > 0.05
    if not moving.any():
        return 0.0
    inverse = -field
    for _ in range(INVERSE_STEPS):
        inverse = 0.5 * (inverse - _carried(field, inverse))
    error = field + _carried(inverse, field)
    return float(np.linalg.norm(error, axis=2)[moving].mean())


def _carried(values: Float, field: Float) -> Float:
    """``values [H, W, C]`` at ``p + field(p)``, with less ringing than pictures."""
    return _sampled(values, _places(field), cv2.INTER_CUBIC)


def _places(field: Float) -> Float:
    """The points ``p + field(p)`` ``[H, W, 2]``."""
    height, width = field.shape[:2]
    return field + np.stack(np.meshgrid(np.arange(width), np.arange(height)), -1).astype(np.float32)


def _sampled(picture: NDArray, at: Float, interpolation: int) -> NDArray:
    """``picture`` at the points ``at [h, w, 2]`` (x, y), reflected beyond its border."""
    values = picture.view(np.uint8) if picture.dtype == np.bool_ else picture
    if values.ndim == 3 and values.shape[2] > 4:  # as many as OpenCV takes
        parts = np.split(values, range(4, values.shape[2], 4), axis=2)
        found = np.concatenate([_sampled(p, at, interpolation) for p in parts], axis=2)
    else:
        found = cv2.remap(values, at, None, interpolation, borderMode=cv2.BORDER_REFLECT_101)
    return found.view(picture.dtype).reshape(*at.shape[:2], *picture.shape[2:])


class _Maps:
    """The two maps in the box about the change, and what in them pulls, holds or tears."""

    def __init__(self, before: LabelMap, after: LabelMap) -> None:
        self._before, self._after = before, after
        self._changed = before != after
        self._pulling: list[tuple[int, Mask, Mask]] = []
        unmatched = np.zeros_like(self._changed)
        apart = np.zeros_like(self._changed)
        for class_id in range(NUM_CLASSES):
            old, new = before == class_id, after == class_id
            if not (old | new).any():
                continue
            kept = _pieces(old, new)
            if kept.any():
                self._pulling.append((class_id, old & kept, new & kept))
                unmatched |= (old ^ new) & ~kept
            elif class_id == MOUTH:
                unmatched |= new
            else:
                apart |= old | new
        self.torn = np.zeros_like(self._changed)
        if not any(class_id == MOUTH for class_id, _, _ in self._pulling):
            self.torn = _openings(before, after)
        apart |= _thick(self._changed)
        self._ignored = unmatched | (distance_px(apart) < 2 * max(WIDTHS_PX))

    @property
    def opened(self) -> Mask:
        """Where a mouth opened: what is torn there shows nothing."""
        return self.torn & (self._after == MOUTH)

    @cached_property
    def _eyes(self) -> Mask:
        """Eyes that nobody asks to change."""
        changing = np.concatenate([self._before[self._changed], self._after[self._changed]])
        return np.isin(self._before, EYES) & ~np.isin(changing, EYES).any()

    def fixed(self, hairy: bool) -> Mask:
        """What does not move: eyes and worn glasses; the whole face where hair changes."""
        fixed = _grown(self._eyes, LASHES_PX)
        glasses = (self._before == EYEGLASSES) & (self._after == EYEGLASSES)
        fixed |= _grown(glasses, (FRAME_PX, FRAME_PX)) & ~self._pliable
        if hairy:
            fixed |= np.isin(self._before, FACE)
        return fixed & ~self._changed

    @cached_property
    def _pliable(self) -> Mask:
        return np.isin(self._before, (*BROWS, NOSE)) | np.isin(self._after, (*BROWS, NOSE))

    def match(self, free: Mask, spacing_px: int) -> Match:
        """The two maps as channels of signed distance, and how they are to be matched."""
        sources, targets = [], []
        for class_id, old, new in self._pulling:
            same = np.array_equal(old, new)
            weight = (UNCHANGED_WEIGHT if same else 1) * (AROUND_WEIGHT if class_id in AROUND else 1)
            found = _channels(old, spacing_px, np.sqrt(weight))
            sources += found
            targets += found if same else _channels(new, spacing_px, np.sqrt(weight))
        lids = _grown(self._eyes, LIDS_PX) & ~self._pliable
        trust, torn, lids, free_share = (
            _shrunk(m.astype(np.float32), spacing_px) for m in (~self._ignored, self.torn, lids, free)
        )
        return Match(
            spacing_px, np.dstack(sources), np.dstack(targets), trust=trust,
            stiffness=1 - (1 - TORN) * torn, hold=HOLD * lids, free=free_share,
        )  # fmt: skip


def _channels(mask: Mask, spacing_px: int, scale: float) -> list[Float]:
    distance = np.where(mask, distance_px(~mask) - 0.5, 0.5 - distance_px(mask))
    small = _shrunk(distance.astype(np.float32, copy=False), spacing_px)
    return [np.float32(scale) * np.tanh(small / np.float32(w)) for w in WIDTHS_PX]


def _shrunk(image: Float, spacing_px: int) -> Float:
    size = (image.shape[1] // spacing_px, image.shape[0] // spacing_px)
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.float32, copy=False)


def _pieces(old: Mask, new: Mask) -> Mask:
    """The pieces of a class that are in both maps, of comparable size, and no specks."""
    count, parts = cv2.connectedComponents((old | new).view(np.uint8))
    sizes = np.stack([np.bincount(parts[mask], minlength=count) for mask in (old, new)])
    least = sizes.min(0)
    keep = least >= np.maximum(MIN_PIECE_PX, MIN_PIECE_SHARE * least.max())
    keep &= least >= LEAST_RATIO * sizes.max(0)
    keep[0] = False
    return keep[parts]


def _thick(changed: Mask) -> Mask:
    """The changes that are no movement of an outline."""
    size = (FARTHEST_PX, FARTHEST_PX)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, size)
    return cv2.morphologyEx(changed.view(np.uint8), cv2.MORPH_OPEN, kernel) != 0


def _openings(before: LabelMap, after: LabelMap) -> Mask:
    """Where a mouth opens that was closed, or the lips meet that were apart."""
    if (after == MOUTH).sum() > (before == MOUTH).sum():
        return after == MOUTH
    upper, lower = (_grown(after == lip, (5, 5)) for lip in (UPPER_LIP, LOWER_LIP))
    return upper & lower


def _grown(mask: Mask, size: tuple[int, int]) -> Mask:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, size)
    return cv2.dilate(mask.view(np.uint8), kernel) != 0


def _inside(shape: tuple[int, ...]) -> Mask:
    inside = np.zeros(shape, np.bool_)
    inside[BORDER_PX // 4 : -BORDER_PX // 4, BORDER_PX // 4 : -BORDER_PX // 4] = True
    return inside


def _grid_box(near: Mask) -> tuple[slice, slice]:
    x, y, w, h = cv2.boundingRect(near.view(np.uint8))
    rows, columns = (
        slice(a // GRID_PX * GRID_PX, -(-b // GRID_PX) * GRID_PX) for a, b in ((y, y + h), (x, x + w))
    )
    return rows, columns


def _determinant(field: Float) -> Float:
    """Of the Jacobian of ``p + field(p)``, ``[H, W]``; below 0 it folds."""
    (x_y, x_x), (y_y, y_x) = (np.gradient(field[..., k]) for k in (0, 1))
    return (1 + x_x) * (1 + y_y) - x_y * y_x


def _unfolded(field: Float, torn: Mask, fade: Float) -> Float:
    """``field`` smoothed, then weakened, about where its determinant is too small."""
    for attempt in range(60):
        low = (_determinant(field) < LEAST_JACOBIAN) & ~torn
        if not low.any():
            return field
        width = 9 if attempt < 10 else 25
        where = cv2.GaussianBlur(_grown(low, (width, width)).astype(np.float32), (0, 0), width / 3)
        if attempt < 10:
            goal = cv2.GaussianBlur(field, (0, 0), 2.0) * fade[..., None]
        else:
            goal = 0.8 * field
        field = field + where[..., None] * (goal - field)
    while (low := (_determinant(field) < LEAST_JACOBIAN) & ~torn).any():
        field = field * np.float32(0.8)
    return field


def _lost(before: LabelMap, after: LabelMap, shown: LabelMap, near: Mask) -> Mask:
    """Where the moved old map ``shown`` is not what is asked."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (SLIVER_PX, SLIVER_PX))
    wrong = (shown != after) & near
    lost = cv2.morphologyEx(wrong.view(np.uint8), cv2.MORPH_OPEN, kernel) != 0
    counts = (np.bincount(m.ravel(), minlength=NUM_CLASSES) for m in (before, after))
    had, has = (count >= MIN_PIECE_PX for count in counts)
    # Of classes that are in one map only no sliver may stay either: it would be a line.
    lost |= (before != after) & (~had & has)[after]
    return lost | near & (had & ~has)[shown]
