"""Label layers, pixel by pixel: paint, erase, flatten, regions. No state, no Qt.

A *rect* is ``(x, y, width, height)`` in label pixels. *Bits* is an int with bit ``k`` for class
``k``.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.labels import BACKGROUND, NUM_CLASSES, STACKING, LabelLayers, LabelMap

Rect = tuple[int, int, int, int]
Mask = NDArray[np.bool_]

_BIT: Final = np.left_shift(np.uint32(1), np.arange(NUM_CLASSES, dtype=np.uint32))
"""``[19]`` uint32: the bit of each class."""
CLASS_BITS: Final = (1 << NUM_CLASSES) - 1
"""Bits of all classes; what else there is in the layers is left alone."""
_LOW_BITS: Final = 10


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """What a stacking order means, ready to be looked up."""

    above: NDArray[np.uint32]
    """``[19]``: the bits of all classes stacked above each class."""
    rank: NDArray[np.uint8]
    """``[19]``: place of each class, 0 is the bottom."""
    low_ranks: NDArray[np.uint8]
    """Highest place among the first `_LOW_BITS` classes, for each combination of their bits."""
    high_ranks: NDArray[np.uint8]
    """The same of the other classes."""
    order: NDArray[np.uint8]
    """``[19]``: the class at each place."""


@lru_cache(maxsize=64)
def tables(order: tuple[int, ...] = STACKING) -> Tables:
    """The tables of an order of all class ids from bottom to top."""
    above = np.zeros(NUM_CLASSES, dtype=np.uint32)
    rank = np.zeros(NUM_CLASSES, dtype=np.uint8)
    for place, class_id in enumerate(order):
        above[class_id] = sum(1 << k for k in order[place + 1 :])
        rank[class_id] = place
    low, high = range(_LOW_BITS), range(_LOW_BITS, NUM_CLASSES)
    found = np.array(order, dtype=np.uint8)
    return Tables(above, rank, _top_ranks(rank, low), _top_ranks(rank, high), found)


def _top_ranks(rank: NDArray[np.uint8], class_ids: range) -> NDArray[np.uint8]:
    combinations = np.arange(1 << len(class_ids))
    ranks = np.zeros(len(combinations), dtype=np.uint8)
    for bit, class_id in enumerate(class_ids):
        present = (combinations >> bit) & 1 != 0
        np.maximum(ranks, rank[class_id], out=ranks, where=present)
    return ranks


def flatten_fast(
    layers: LabelLayers, *, without: int = 0, order: tuple[int, ...] = STACKING
) -> LabelMap:
    """`labels.flatten`, optionally without the classes of some bits or in another order.

    Three table look-ups instead of a pass for each class: 0.1 ms instead of 1 ms for the 100 px
    square of one brush event. Where no class is present, background shows.
    """
    look = tables(order)
    if without:
        layers = layers & ~np.uint32(without)
    high = (layers >> np.uint32(_LOW_BITS)) & np.uint32(len(look.high_ranks) - 1)
    low = layers & np.uint32(len(look.low_ranks) - 1)
    found = look.order[np.maximum(look.low_ranks[low], look.high_ranks[high])]
    if order[0] != BACKGROUND:
        found[layers & np.uint32(CLASS_BITS) == 0] = BACKGROUND
    return found


def painted(
    layers: LabelLayers, class_id: int, *, kept: int = 0, order: tuple[int, ...] = STACKING
) -> LabelLayers:
    """``layers`` with ``class_id`` showing everywhere: set, all above it but ``kept`` cleared."""
    cleared = int(tables(order).above[class_id]) & ~kept
    return (layers & ~np.uint32(cleared)) | _BIT[class_id]


def erased(layers: LabelLayers, class_ids: LabelMap | int, *, kept: int = 0) -> LabelLayers:
    """``layers`` without one class for each pixel; background where nothing is left."""
    gone = _BIT[class_ids] & ~np.uint32(kept)
    return _without_holes(layers & ~gone)


def painted_map(
    layers: LabelLayers, label_map: LabelMap, *, order: tuple[int, ...] = STACKING
) -> LabelLayers:
    """``layers`` with the class of ``label_map`` showing, where another one shows now."""
    asked = (layers & ~tables(order).above[label_map]) | _BIT[label_map]
    return np.where(flatten_fast(layers, order=order) == label_map, layers, asked)


def merged(
    layers: LabelLayers, source: int, target: int, *, order: tuple[int, ...] = STACKING
) -> LabelLayers:
    """``layers`` with ``target`` wherever ``source`` is: shown where that shows, else hidden."""
    look, top = tables(order), flatten_fast(layers, order=order)
    present = layers & _BIT[source] != 0
    under = present & (look.rank[top] > look.rank[target])
    rest = layers & ~_BIT[source]
    rest = np.where(under, rest | _BIT[target], rest)
    rest = np.where(present & (top == source), painted(rest, target, order=order), rest)
    return _without_holes(rest)


def _without_holes(layers: LabelLayers) -> LabelLayers:
    return np.where(layers & np.uint32(CLASS_BITS) == 0, layers | np.uint32(1), layers)


def shows_any(label_map: LabelMap, bits: int) -> Mask:
    """Where ``label_map`` shows a class of ``bits``."""
    return (_BIT[label_map] & np.uint32(bits)) != 0


def clip(mask: Mask, x: int, y: int, size: int) -> tuple[Mask, Rect] | None:
    """The part of ``mask``, laid at (x, y), that is within a square of ``size``; None: nothing."""
    left, top = max(x, 0), max(y, 0)
    right, bottom = min(x + mask.shape[1], size), min(y + mask.shape[0], size)
    if left >= right or top >= bottom:
        return None
    inside = mask[top - y : bottom - y, left - x : right - x]
    return inside, (left, top, right - left, bottom - top)


def united(a: Rect | None, b: Rect | None) -> Rect | None:
    """The smallest rect around both; None is empty."""
    if a is None or b is None:
        return a or b
    left, top = min(a[0], b[0]), min(a[1], b[1])
    right, bottom = max(a[0] + a[2], b[0] + b[2]), max(a[1] + a[3], b[1] + b[3])
    return left, top, right - left, bottom - top


def slices(rect: Rect) -> tuple[slice, slice]:
    """Index of a rect in an ``[H, W]`` array."""
    x, y, width, height = rect
    return slice(y, y + height), slice(x, x + width)


def brush_mask(
    x0: float, y0: float, x1: float, y1: float, radius_px: float
) -> tuple[Mask, int, int]:
    """The pixels that a round brush covers on its way from (x0, y0) to (x1, y1).

    Returns ``(mask [h, w], x, y)`` with the mask's top-left label pixel, as `Document.paint` takes
    it; it may reach beyond the map. Pixel (i, j) has its centre at (i + 0.5, j + 0.5). The
    thinnest brush covers one pixel.
    """
    radius_px = max(radius_px, 0.5)
    left, top = int(np.floor(min(x0, x1) - radius_px)), int(np.floor(min(y0, y1) - radius_px))
    right, bottom = int(np.ceil(max(x0, x1) + radius_px)), int(np.ceil(max(y0, y1) + radius_px))
    x = np.arange(left, right, dtype=np.float32)[None, :] + np.float32(0.5 - x0)
    y = np.arange(top, bottom, dtype=np.float32)[:, None] + np.float32(0.5 - y0)
    dx, dy = x1 - x0, y1 - y0
    length_squared = dx * dx + dy * dy
    if length_squared > 0:
        # Distance to the segment: to the nearest of its points.
        along = np.clip((x * dx + y * dy) / length_squared, 0.0, 1.0)
        x, y = x - along * dx, y - along * dy
    mask = x * x + y * y <= radius_px * radius_px
    if not mask.any():
        mask[int(np.floor(y1)) - top, int(np.floor(x1)) - left] = True
    return mask, left, top


def polygon_mask(points: NDArray[np.floating]) -> tuple[Mask, int, int]:
    """The pixels inside a closed polygon ``[N, 2]`` (x, y), for a lasso; as `brush_mask`."""
    left, top = (int(v) for v in np.floor(points.min(axis=0)))
    right, bottom = (int(v) for v in np.ceil(points.max(axis=0)))
    mask = np.zeros((max(bottom - top, 1), max(right - left, 1)), dtype=np.uint8)
    corners = np.floor(points - (left, top)).astype(np.int32)
    cv2.fillPoly(mask, [corners], 1)
    return mask.astype(bool), left, top


def flood_region(label_map: LabelMap, x: int, y: int) -> Mask:
    """The pixels ``[512, 512]`` of the same class that are connected (4 ways) with (x, y)."""
    same = (label_map == label_map[y, x]).astype(np.uint8)
    _, regions = cv2.connectedComponents(same, connectivity=4)
    return (regions == regions[y, x]) & (same != 0)
