"""Mattes: how much of each pixel belongs to a class, along the photo's own edges.

A label map has hard outlines that lie a few pixels off the photo's: hair ends in strands, lips in
a soft border. A guided filter (He et al., Guided Image Filtering, 2013) with the colour photo as
its guide makes each window's share of the class an affine function of colour, computed on a smaller
picture and evaluated on the full one (He and Sun, Fast Guided Filter, 2015).
"""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.measure import distance_px
from s2flow_app.label_shapes import geometry
from s2flow_app.model.arrays import single

EDGE_VARIANCE: Final = 1e-3
"""Of colours 0..1: edges with a contrast well above its root (8 levels) steer the matte."""
REDUCTION: Final = 2
"""The affine functions are found on a picture smaller by this factor: a quarter of the time."""
CONTRAST: Final = 2.0
"""Of a matte about one half: where the map's outline is a few pixels off, the wrong side keeps a
share of up to a quarter, which would be a rim of the class's change."""

Float = NDArray[np.float32]
Mask = NDArray[np.bool_]


def matte(
    crop: NDArray[np.uint8], mask: Mask, *, radius_px: int, edge_variance: float = EDGE_VARIANCE
) -> Float:
    """How much of each pixel belongs to a class: ``[H, W]`` 0..1.

    Args:
        crop: ``[H, W, 3]`` the photo, whose edges the matte follows.
        mask: ``[H, W]`` where the map has the class.
        radius_px: how far from the mask's outline the matte may be soft; exactly 0 or 1 beyond.
        edge_variance: the filter's regularisation, of colours 0..1; larger is smoother.
    """
    return mattes(crop, [mask], radius_px=radius_px, edge_variance=edge_variance)[0]


def mattes(
    crop: NDArray[np.uint8], masks: Sequence[Mask], *, radius_px: int,
    edge_variance: float = EDGE_VARIANCE,
) -> Float:  # fmt: skip
    """The mattes ``[N, H, W]`` of N disjoint masks; as `matte`, but sharing the work.

    Where the masks cover the picture the mattes sum to 1; they never sum to more.
    """
    if radius_px < 1:
        raise ValueError(f"a matte's radius is at least 1 px, not {radius_px}")
    height, width = crop.shape[:2]
    odd = (0, -height % REDUCTION), (0, -width % REDUCTION)
    guide = _Guide(np.pad(crop, (*odd, (0, 0)), mode="edge"), radius_px, edge_variance)
    found = np.stack([_one(guide, np.pad(mask, odd, mode="edge"), radius_px) for mask in masks])
    found = found[:, :height, :width]
    return found / np.maximum(found.sum(0), 1)


def border_fade(shape: tuple[int, ...], width_px: float) -> Float:
    """``[H, W]``: 1 inside, smoothly down to 0 on the outermost pixels of ``shape``."""
    rows, columns = (
        np.minimum(np.arange(n), np.arange(n)[::-1]).astype(np.float32) for n in shape[:2]
    )
    return smoothstep(np.minimum(rows[:, None], columns[None]) / width_px)


def smoothstep(t: NDArray) -> Float:
    """0 at and below 0, 1 at and above 1, with slopes of 0 at both; in single precision."""
    return geometry.smoothstep(single(t))


def _one(guide: "_Guide", mask: Mask, radius_px: int) -> Float:
    hard = mask.astype(np.float32)
    x, y, w, h = cv2.boundingRect(mask.view(np.uint8))
    if not w or mask.all():
        return hard
    # A soft pixel lies within a radius, what it is made of within two windows more.
    margin = 3 * radius_px + 2 * REDUCTION
    box = np.s_[
        _even(max(y - margin, 0)) : y + h + margin, _even(max(x - margin, 0)) : x + w + margin
    ]
    part, mask = hard[box], mask[box]
    distance = np.maximum(distance_px(~mask), distance_px(mask)) - np.float32(0.5)
    near = smoothstep(2 * (radius_px - distance) / radius_px)
    found = np.clip(0.5 + CONTRAST * (guide.filtered(part, box) - 0.5), 0, 1)
    part += near * (found - part)
    return hard


def _even(at: int) -> int:
    return at - at % REDUCTION


class _Guide:
    """A colour picture's means and inverse covariances in windows, and what is filtered by them.

    All by planes: reducing along the short last axis would take most of the time.
    """

    def __init__(self, crop: NDArray[np.uint8], radius_px: int, edge_variance: float) -> None:
        height, width = crop.shape[:2]
        self._size = (max(1, width // REDUCTION), max(1, height // REDUCTION))
        side = 2 * max(1, round(radius_px / REDUCTION)) + 1
        self._window = (side, side)
        full = crop.astype(np.float32) * np.float32(1 / 255)
        self._full = _planes(full)
        self._small = _planes(cv2.resize(full, self._size, interpolation=cv2.INTER_AREA))
        (r, g, b) = self._small
        self._mean = (mr, mg, mb) = [self._blurred(c) for c in self._small]
        rr, gg, bb = (
            self._blurred(c * c) - m * m + edge_variance
            for c, m in zip(self._small, self._mean, strict=True)
        )
        rg, rb, gb = (
            self._blurred(r * g) - mr * mg,
            self._blurred(r * b) - mr * mb,
            self._blurred(g * b) - mg * mb,
        )
        cofactors = (
            gg * bb - gb * gb, rb * gb - rg * bb, rg * gb - rb * gg,
            rr * bb - rb * rb, rb * rg - rr * gb, rr * gg - rg * rg,
        )  # fmt: skip
        determinant = rr * cofactors[0] + rg * cofactors[1] + rb * cofactors[2]
        self._inverse = [c / determinant for c in cofactors]

    def filtered(self, values: Float, box: tuple[slice, slice]) -> Float:
        """``values [h, w]`` of the picture's ``box``, smoothed along the guide's edges."""
        small_box = tuple(slice(s.start // REDUCTION, -(-s.stop // REDUCTION)) for s in box)
        guide, means = ([c[small_box] for c in planes] for planes in (self._small, self._mean))
        rr, rg, rb, gg, gb, bb = (c[small_box] for c in self._inverse)
        small = single(cv2.resize(values, guide[0].shape[::-1], interpolation=cv2.INTER_AREA))
        mean = self._blurred(small)
        r, g, b = (self._blurred(c * small) - m * mean for c, m in zip(guide, means, strict=True))
        slopes = [rr * r + rg * g + rb * b, rg * r + gg * g + gb * b, rb * r + gb * g + bb * b]
        offset = mean
        for slope, m in zip(slopes, means, strict=True):
            offset = offset - slope * m
        found = self._enlarged(offset, values.shape)
        for slope, full in zip(slopes, self._full, strict=True):
            found += self._enlarged(slope, values.shape) * full[box]
        return found

    def _enlarged(self, affine: NDArray, shape: tuple[int, ...]) -> Float:
        """A coefficient averaged over the windows that hold each pixel, at full size."""
        averaged = self._blurred(affine)
        return single(cv2.resize(averaged, shape[::-1], interpolation=cv2.INTER_LINEAR))

    def _blurred(self, values: NDArray) -> Float:
        return single(cv2.blur(values, self._window, borderType=cv2.BORDER_REFLECT))


def _planes(picture: NDArray) -> list[Float]:
    return [single(plane) for plane in cv2.split(picture)]
