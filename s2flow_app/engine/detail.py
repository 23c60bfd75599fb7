"""Fine detail for what was newly drawn: the photo's own texture, moved to where it is due.

A render is softer than the photo it goes into. What it lacks is taken from the photo, patch by
patch (`patches`): from the same place where the structure stands, from the most alike place of the
same kind - hair for hair, skin for skin - where it does not, and from plain skin, which is the
photo's grain, where the photo holds nothing alike. Patches overlap, and their weights keep the
texture's strength.

All decisions are made in the crop: `Transfer.apply` moves the crop's detail, `Transfer.in_photo`
what the photo holds beyond the crop.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.patches import (
    CELL_PX,
    PATCH,
    STRIDE,
    Patches,
    blurred,
    cell_means,
    matched,
    patch_means,
)
from s2flow_app.labels import LabelMap

BEYOND_CROP_PX: Final = 1.5
"""Crops are compared without what is finer, when detail beyond them is looked for."""
PATCH_PX: Final = CELL_PX * PATCH
SEED: Final = 0
NONE: Final = 128
"""Of detail in 8 bits: that there is none."""

Float = NDArray[np.float32]
Image8 = NDArray[np.uint8]
Maps = tuple[LabelMap, LabelMap]
"""What the photo shows, and what the drawing does: ``[S, S]`` each."""


def added(
    drawn: Float, photo: Image8, maps: Maps, *, filled: NDArray[np.bool_],
    usable: NDArray[np.bool_], finer_than_px: float,
) -> Float:  # fmt: skip
    """The detail ``[S, S, 3]`` that ``drawn [S, S, 3]`` lacks of the ``photo``'s.

    Args:
        filled: ``[S, S]`` where it is to be added.
        usable: ``[S, S]`` where the photo's detail may be taken elsewhere.
        finer_than_px: the width of what counts as detail.
    """
    source = photo.astype(np.float32)
    moved = _transfer(drawn, source, maps, filled, usable, finer_than_px)
    return moved.apply(source - blurred(source, finer_than_px))


def beyond_crop(original_crop: Image8, crop: Image8, maps: Maps, replaced: Image8) -> "Transfer":
    """Where the photo's detail that no crop holds comes from, for what was ``replaced``.

    Args:
        replaced: ``[S, S]`` 0..255.
    """
    drawn, source = crop.astype(np.float32), original_crop.astype(np.float32)
    return _transfer(drawn, source, maps, replaced > 0, replaced == 0, BEYOND_CROP_PX)


@dataclass(frozen=True, slots=True, eq=False)
class Transfer:
    """Where the detail of each place of a crop comes from, in layers of patches side by side."""

    offsets: tuple[NDArray[np.int16], ...]
    """Of each layer ``[S, S, 2]``: from a pixel to its source, crop pixels (x, y)."""
    weights: tuple[Float, ...]
    """Of each layer ``[S, S]``."""
    gains: tuple[Float, ...]
    """Of each layer ``[S, S]`` 0..1: how much of the source's detail a place lacks."""

    def apply(self, detail: Float) -> Float:
        """``detail [S, S, 3]`` moved, in the strength that is lacking."""
        height, width = detail.shape[:2]
        here = _pixels(0, 0, width, height)
        out = np.zeros_like(detail)
        for offsets, weight, gain in zip(self.offsets, self.weights, self.gains, strict=True):
            out += _three(weight * gain) * _at(detail, here + offsets)
        return out

    def reach(self, mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
        """Smallest rectangle (x, y, w, h) of the crop that holds ``mask`` and its sources."""
        rows, columns = np.nonzero(mask)
        here = np.stack([columns, rows], 1)
        low, high = here.min(0), here.max(0)
        for offsets in self.offsets:
            found = here + offsets[rows, columns]
            low, high = np.minimum(low, found.min(0)), np.maximum(high, found.max(0))
        low, high = np.maximum(low, 0), np.minimum(high + 1, mask.shape[1])
        return int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1])

    def in_photo(self, detail: Image8, to_crop: NDArray[np.float64], area: Sequence[int]) -> Float:
        """What a rectangle of the photo gets, ``[h, w, 3]``, by whole pixels: grain stays grain.

        Args:
            detail: ``[H, W, 3]`` the photo's, `NONE` where it has none.
            to_crop: ``[2, 3]`` from pixels of ``detail`` to those of the crop.
            area: the rectangle (x, y, w, h) in pixels of ``detail``.
        """
        left, top, *size = area
        matrix = to_crop.copy()
        matrix[:, 2] += matrix[:, :2] @ (left, top)
        back = np.linalg.inv(to_crop[:, :2])
        here = _pixels(left, top, *size)
        out = np.zeros((*here.shape[:2], 3), np.float32)
        for offsets, weight in zip(self.offsets, self.weights, strict=True):
            moved = _placed(offsets, matrix, size, cv2.INTER_NEAREST).astype(np.float32)
            ways = np.rint(cv2.transform(moved, back)).astype(np.int16)
            strength = _placed(weight, matrix, size, cv2.INTER_LINEAR)
            out += _three(strength) * (_at(detail, here + ways).astype(np.float32) - NONE)
        return out


def _transfer(
    drawn: Float, source: Float, maps: Maps, filled: NDArray[np.bool_],
    usable: NDArray[np.bool_], finer_than_px: float,
) -> Transfer:  # fmt: skip
    wanted = Patches.of(drawn, maps[1], finer_than_px)
    given = Patches.of(source, maps[0], finer_than_px)
    asked = (patch_means(cell_means(filled.astype(np.float32))) > 0)[::STRIDE, ::STRIDE]
    rows, columns = np.nonzero(asked)
    places = np.stack([rows, columns], 1) * STRIDE
    found = matched(wanted, places, given, given.sources(usable), seed=SEED)
    ways = np.zeros((*asked.shape, 2), np.int16)
    ways[rows, columns] = (found - places)[:, ::-1] * CELL_PX
    theirs = given.energy[found[:, 0], found[:, 1]]
    own = wanted.energy[places[:, 0], places[:, 1]]
    gains = np.ones(asked.shape, np.float32)
    gains[rows, columns] = np.sqrt(np.clip(1 - own / np.maximum(theirs, 1e-3), 0, 1))
    return _layered(ways, gains, source.shape[0])


def _layered(ways: NDArray[np.int16], gains: Float, size: int) -> Transfer:
    """Patches ``[P, P]`` that overlap by half, as four layers; ``size`` is the crop's."""
    offsets, strengths, weights = [], [], []
    ramp = np.sin(np.pi * (np.arange(PATCH_PX) + 0.5) / PATCH_PX).astype(np.float32) ** 2
    for a in (0, 1):
        for b in (0, 1):
            top, left = PATCH_PX // 2 * (1 - a), PATCH_PX // 2 * (1 - b)
            part = np.s_[top : top + size, left : left + size]
            layer = ways[a::2, b::2]
            offsets.append(_blown_up(layer)[part])
            strengths.append(_blown_up(gains[a::2, b::2])[part])
            weights.append(np.tile(np.outer(ramp, ramp), layer.shape[:2])[part])
    # Alike sources add up, different ones only in their squares.
    power = np.sum([np.square(w) for w in weights], axis=0)
    for k in range(4):
        for other in range(k):
            apart = cv2.absdiff(offsets[k], offsets[other])
            alike = np.logical_not(apart[..., 0] | apart[..., 1])
            power += 2 * alike * weights[k] * weights[other]
    scale = 1 / np.sqrt(power)
    return Transfer(tuple(offsets), tuple(w * scale for w in weights), tuple(strengths))


def _blown_up(patches: NDArray) -> NDArray:
    """``[P * 16, P * 16, ...]`` of one value a patch."""
    size = (patches.shape[1] * PATCH_PX, patches.shape[0] * PATCH_PX)
    return cv2.resize(patches, size, interpolation=cv2.INTER_NEAREST)


def _pixels(left: int, top: int, width: int, height: int) -> NDArray[np.int16]:
    """``[height, width, 2]`` (x, y) of a rectangle's pixels."""
    x = np.arange(left, left + width, dtype=np.int16)
    y = np.arange(top, top + height, dtype=np.int16)
    return cv2.merge([np.tile(x, (height, 1)), np.tile(y[:, None], (1, width))]).astype(
        np.int16, copy=False
    )


def _placed(
    image: NDArray, matrix: NDArray[np.float64], size: Sequence[int], interpolation: int
) -> NDArray:
    """``image`` of the crop as a part of the photo sees it; ``matrix`` from there to the crop."""
    return cv2.warpAffine(
        image, matrix, size, flags=interpolation | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip


def _at(image: NDArray, where: NDArray) -> NDArray:
    """``image`` at the whole pixels ``where [H, W, 2]`` int16 (x, y)."""
    none = np.empty(0, np.uint16)
    return cv2.remap(image, where, none, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REFLECT_101)


def _three(mask: Float) -> Float:
    return cv2.merge([mask, mask, mask]).astype(np.float32, copy=False)
