"""A closed path about a point along which a picture stands out: the rim of a lens.

Polar samples are ``[180, R]``: rays from the point, 2 degrees apart, at radii 1 px apart.
"""

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.labels import LABEL_SIZE

ANGLES: Final = 180
WIDEST_PX: Final = 21
"""Of rims that are found: a thick frame near the camera."""
_STEPS: Final = 3
"""Greatest change of the radius between two rays, in pixels: 55 degrees off the circle."""
_SALIENT: Final = (10.0, 60.0)
"""Bounds of the levels from which standing out more counts no more: what half of the rays reach."""
_BEND: Final = 0.07
"""Cost of a pixel's change of radius, in salient pixels."""
_STRAY: Final = (0.04, 0.015)
"""Cost of each pixel within and beyond the map's outline, as parsers lose halves of lenses ..."""
_STRAY_MOST: Final = 0.8
"""... and at most."""
_EDGE_SHARE: Final = 0.42
"""Of the path's own salience: where less stands out, the rim ends."""
FAINT_LEVELS: Final = 5.0
"""What stands out less is nobody's rim."""

Bool = NDArray[np.bool_]
Float = NDArray[np.floating[Any]]


class Rays:
    """Polar coordinates about ``centre [2]``, the first ray along ``axis [2]``."""

    def __init__(self, centre: Float, axis: Float, unit_px: float) -> None:
        angle = np.linspace(0, 2 * np.pi, ANGLES, endpoint=False) + np.arctan2(axis[1], axis[0])
        self._centre = centre.astype(np.float64)
        self._directions = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        self.radii = np.arange(round(0.75 * unit_px), dtype=np.float64)
        points = centre + self.radii[None, :, None] * self._directions[:, None]
        self._x, self._y = points.astype(np.float32).transpose(2, 0, 1)

    def sampled(self, picture: NDArray[np.float32]) -> NDArray[np.float32]:
        """``[180, R, C]`` of ``picture [512, 512, C]``."""
        border = cv2.BORDER_REPLICATE
        found = cv2.remap(picture, self._x, self._y, cv2.INTER_LINEAR, borderMode=border)
        return found.astype(np.float32, copy=False)

    def farthest(self, mask: Bool) -> Float:
        """``[180]`` radius of the farthest pixel of ``mask [512, 512]`` on each ray; 0: none."""
        on = cv2.remap(mask.view(np.uint8), self._x, self._y, cv2.INTER_NEAREST) > 0
        last = len(self.radii) - 1 - np.argmax(on[:, ::-1], axis=1)
        return np.where(on.any(axis=1), self.radii[last], 0.0)

    def at(self, mask: Bool, radius: Float) -> Bool:
        """``[180]`` of ``mask [512, 512]`` at a radius on each ray."""
        points = self._centre + radius[:, None] * self._directions
        x, y = np.clip(np.rint(points), 0, LABEL_SIZE - 1).astype(int).T
        return mask[y, x]

    def drawn(self, radius: Float) -> Bool:
        """``[512, 512]``: within ``radius [180]``."""
        points = self._centre + np.maximum(radius, 0)[:, None] * self._directions
        canvas = np.zeros((LABEL_SIZE, LABEL_SIZE), np.uint8)
        cv2.fillPoly(canvas, [np.rint(points * 16).astype(np.int32)], 1, shift=4)
        return canvas.view(np.bool_)

    def faint(self, out: Float, path: Float) -> Bool:
        """``[180]``: rays on which nothing stands out at the path."""
        salience = _near(out, path, 1).max(axis=1).astype(np.float32)
        # Over 14 degrees: a rim does not end for a highlight.
        return _smoothed(salience, 7) < FAINT_LEVELS

    def sector(self, rays: Bool) -> Bool:
        """``[512, 512]``: the sectors of these rays."""
        canvas = np.zeros((LABEL_SIZE, LABEL_SIZE), np.uint8)
        far = self.radii[-1] * 1.2
        for i in np.flatnonzero(rays):
            ends = self._directions[[i, (i + 1) % ANGLES]] * far
            corners = np.concatenate([self._centre[None], self._centre + ends])
            cv2.fillConvexPoly(canvas, np.rint(corners * 16).astype(np.int32), 1, shift=4)
        return canvas.view(np.bool_)


def stands_out(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """``[N, R]`` levels by which ``samples [N, R, 3]`` (Lab 0..255) differ from both sides along R.

    Of dark things (black-hat), light ones (top-hat) and coloured ones, no wider than 21 px.
    """
    kernel = np.ones((1, WIDEST_PX), np.uint8)
    soft = cv2.GaussianBlur(samples, (3, 3), 0)
    dark = cv2.morphologyEx(soft, cv2.MORPH_BLACKHAT, kernel)
    light = cv2.morphologyEx(soft, cv2.MORPH_TOPHAT, kernel)
    # Highlights on skin are light, too; skin has no thin things of another hue.
    lightness = np.maximum(dark[..., 0], 0.6 * light[..., 0])
    hue = 1.3 * np.maximum(dark[..., 1:], light[..., 1:]).max(axis=2)
    return np.maximum(lightness, hue)


def closed_path(out: Float, *, expected: Float, least: Float, most: Float) -> Float:
    """``[180]`` radii of the closed path along which most stands out.

    Args:
        out: ``[180, R]`` of `stands_out`.
        expected: ``[180]`` radius of the map's outline, 0 where there is none.
        least, most: ``[180]`` bounds.
    """
    count = out.shape[1]
    radii = np.arange(count)
    allowed = (radii >= least[:, None]) & (radii <= np.maximum(most, least + 4)[:, None])
    salient = float(np.clip(np.median((out * allowed).max(axis=1)), *_SALIENT))
    off = radii - (expected - 3)[:, None]
    stray = np.minimum(np.maximum(-_STRAY[0] * off, _STRAY[1] * off), _STRAY_MOST)
    cost = np.where(expected[:, None] > 0, stray, 0.5 * _STRAY_MOST)
    cost = cost - np.minimum(out, salient) / salient
    cost[~allowed] = 9.0
    # Half a lap to forget the start, one to find the path, half to forget the end.
    laps = np.concatenate([cost, cost])
    padded = np.full(count + 2 * _STEPS, 1e6)
    total = padded[_STEPS:-_STEPS]
    total[:] = laps[0]
    choices = np.lib.stride_tricks.sliding_window_view(padded, 2 * _STEPS + 1)
    bend = _BEND * np.abs(np.arange(-_STEPS, _STEPS + 1))
    back = np.zeros(laps.shape, np.int64)
    for i in range(1, len(laps)):
        sums = choices + bend
        best = sums.argmin(axis=1)
        back[i] = radii + best - _STEPS
        total[:] = sums[radii, best] + laps[i]
    path = np.zeros(len(laps), np.int64)
    path[-1] = int(total.argmin())
    for i in range(len(laps) - 1, 0, -1):
        path[i - 1] = back[i, path[i]]
    half = ANGLES // 2
    return np.roll(path[half : half + ANGLES], half).astype(np.float64)


def widths(out: Float, path: Float) -> tuple[Float, Float]:
    """``[180]`` each: how far the rim reaches inwards and outwards of the path."""
    reach = WIDEST_PX - 4
    about = _near(out, path, reach)
    limit = np.maximum(_EDGE_SHARE * about[:, reach - 1 : reach + 2].max(axis=1), 2.0)
    above = about > limit[:, None]
    inward = np.argmin(np.pad(above[:, reach::-1], ((0, 0), (0, 1))), axis=1).astype(np.float32)
    outward = np.argmin(np.pad(above[:, reach:], ((0, 0), (0, 1))), axis=1).astype(np.float32)
    # A brow or a lash that touches the rim is not part of it.
    inward, outward = (
        np.maximum(_smoothed(np.minimum(w, 2 * np.median(w) + 2), 5), 1.0)
        for w in (inward, outward)
    )
    return inward, outward


def _near(out: Float, path: Float, reach: int) -> Float:
    """``[180, 2 reach + 1]`` of ``out [180, R]`` about the path."""
    at = np.rint(path).astype(int)[:, None] + np.arange(-reach, reach + 1)
    inside = (at >= 0) & (at < out.shape[1])
    return np.where(inside, out[np.arange(len(path))[:, None], np.clip(at, 0, out.shape[1] - 1)], 0)


def _smoothed(values: Float, width: int) -> Float:
    """Running median round the circle."""
    half = width // 2
    wrapped = np.concatenate([values[-half:], values, values[:half]])
    return np.median(np.lib.stride_tricks.sliding_window_view(wrapped, width), axis=1)
