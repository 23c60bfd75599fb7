"""The photo moves: what an edit of the label map asks for, taken from the photo's own pixels.

A displacement of the 512 px crop is found by registration of the old map to the asked one
(`engine/label_match`, `engine/registration`); photo and maps are resampled by it. Pixel p of the
output shows ``p + field[p]`` of the input.
"""

from dataclasses import dataclass
from threading import Event
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.label_match import MIN_PIECE_PX, LabelMatch, Mask, grown, manner, opened
from s2flow_app.engine.measure import distance_px
from s2flow_app.engine.registration import Float, register
from s2flow_app.labels import NUM_CLASSES, LabelMap
from s2flow_app.model.arrays import frozen

COARSEST_PX: Final = 16
"""Spacing of the first grid."""
BOX_PX: Final = 32
"""The box about a change is a multiple of this: of the coarsest spacing, and few sizes in all."""
BORDER_PX: Final = 6
"""Width of the crop's border that does not move."""
FADE_PX: Final = 4
"""The displacement fades to 0 over this distance from what does not move, whatever the grid."""
SLIVER_PX: Final = (5, 5)
"""Outlines that miss by less than this are not lost."""
LEAST_JACOBIAN: Final = 0.25
"""Least determinant outside of openings: an area is magnified four times at most."""
SMOOTHINGS: Final = 10
WEAKENINGS: Final = 50
"""How often the two are tried where the determinant is less; 3 passes are usual."""
TILE_PX: Final = 256
"""Side of the part of a photo that is moved at a time."""
LANCZOS_PX: Final = 5
"""How far Lanczos resampling reaches, and one pixel more."""
STILL_PX: Final = 0.05
"""Less of a displacement is none to `inverse_error_px`."""
INVERSE_STEPS: Final = 30


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
    before: LabelMap, after: LabelMap, *, rigid: NDArray[np.bool_] | None = None,
    draft: bool = False, cancel: Event | None = None,
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
    how = manner(before, after)
    near = distance_px(changed) < how.reach_px
    box = _box(near)
    maps = LabelMatch(before[box], after[box], how)
    free = (near & _inside(before.shape))[box] & ~maps.fixed
    if rigid is not None:
        free &= ~rigid[box]
    spacing_px = how.spacing_px * (2 if draft else 1)
    found = register(
        maps.match(free, spacing_px), levels=(COARSEST_PX // spacing_px).bit_length(),
        bending=how.bending, cancel=cancel,
    )  # fmt: skip
    fade = (distance_px(~free) - 1).clip(0, FADE_PX) / np.float32(FADE_PX)
    fade = fade.astype(np.float32, copy=False)
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
            at = _places(shift) + np.array([left - before, top - above], np.float32)
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
    moving = np.abs(field).max(2) > STILL_PX
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
        none = np.empty(0, np.uint16)
        found = cv2.remap(values, at, none, interpolation, borderMode=cv2.BORDER_REFLECT_101)
    return found.view(picture.dtype).reshape(*at.shape[:2], *picture.shape[2:])


def determinant(field: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of the Jacobian of ``p + field(p)``, ``[H, W]``: 1 / magnification, below 0 in folds."""
    (x_y, x_x), (y_y, y_x) = (np.gradient(field[..., k]) for k in (0, 1))
    return np.asarray((1 + x_x) * (1 + y_y) - x_y * y_x, np.float32)


def _unfolded(field: Float, torn: Mask, fade: Float) -> Float:
    """``field`` smoothed, then weakened, about where its determinant is too small."""
    field = np.ascontiguousarray(field)
    part = np.s_[:, :]
    for attempt in range(SMOOTHINGS + WEAKENINGS):
        low = (determinant(field[part]) < LEAST_JACOBIAN) & ~torn[part]
        if not low.any():
            return field
        part, low = _about(low, part, torn.shape)
        smoothing = attempt < SMOOTHINGS
        width = 9 if smoothing else 25
        where = cv2.GaussianBlur(grown(low, (width, width)).astype(np.float32), (0, 0), width / 3)
        own = field[part]
        if smoothing:
            goal = cv2.GaussianBlur(own, (0, 0), 2.0) * fade[part][..., None]
        else:
            goal = np.float32(0.8) * own
        field[part] += where[..., None] * (goal - own)
    while ((determinant(field) < LEAST_JACOBIAN) & ~torn).any():
        field = field * np.float32(0.8)
    return field


def _about(low: Mask, part: tuple[slice, slice], shape: tuple[int, int]) -> tuple:
    """Rows and columns of the whole with a margin about ``low``, which is a part; and ``low`` in
    them."""
    margin = 50  # of the widest blur
    whole = np.zeros(shape, np.bool_)
    whole[part] = low
    x, y, w, h = cv2.boundingRect(whole.view(np.uint8))
    rows = slice(max(y - margin, 0), y + h + margin)
    columns = slice(max(x - margin, 0), x + w + margin)
    return (rows, columns), np.ascontiguousarray(whole[rows, columns])


def _lost(before: LabelMap, after: LabelMap, shown: LabelMap, near: Mask) -> Mask:
    """Where the moved old map ``shown`` is not what is asked."""
    lost = opened((shown != after) & near, SLIVER_PX)
    counts = (np.bincount(m.ravel(), minlength=NUM_CLASSES) for m in (before, after))
    had, has = (count >= MIN_PIECE_PX for count in counts)
    # Of classes that are in one map only no sliver may stay either: it would be a line.
    lost |= (before != after) & (~had & has)[after]
    return lost | near & grown((had & ~has)[shown], SLIVER_PX)


def _inside(shape: tuple[int, ...]) -> Mask:
    inside = np.zeros(shape, np.bool_)
    inside[BORDER_PX:-BORDER_PX, BORDER_PX:-BORDER_PX] = True
    return inside


def _box(near: Mask) -> tuple[slice, slice]:
    x, y, w, h = cv2.boundingRect(near.view(np.uint8))
    rows, columns = (
        slice(start // BOX_PX * BOX_PX, -(-stop // BOX_PX) * BOX_PX)
        for start, stop in ((y, y + h), (x, x + w))
    )
    return rows, columns
