"""How well an edit took and what it left alone, in the figures the design names."""

import math
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.labels import LabelMap

ADHERENCE_SIZE: Final = 256
"""Side of the maps that adherence is counted on: what the judging parser sees."""
DILATION_SHARE: Final = 0.04
"""How far around the asked change the picture may change, as a share of the crop's side."""
IDENTICAL_DB: Final = 100.0
"""PSNR given for equal pictures, whose true one no JSON can hold."""


def mask_adherence(asked: LabelMap, source: LabelMap, reparsed: LabelMap) -> float | None:
    """Of the pixels where ``asked`` differs from ``source``, the share parsed as asked, 0..1.

    Args:
        asked: ``[H, W]`` the map that was asked for.
        source: ``[H, W]`` the map before the edit.
        reparsed: what a parser sees in the result; each of the three may have its own size.

    Returns:
        None where no change was asked.
    """
    asked, source, reparsed = (_at_size(m, ADHERENCE_SIZE) for m in (asked, source, reparsed))
    changed = asked != source
    if not changed.any():
        return None
    return float((reparsed[changed] == asked[changed]).mean())


def outside_change(
    before: NDArray[np.uint8], after: NDArray[np.uint8], changed: NDArray[np.bool_]
) -> float | None:
    """Mean absolute 8-bit difference beyond the surroundings of the change; None: nothing is.

    Args:
        before, after: ``[H, W, 3]``.
        changed: ``[h, w]`` where a change was asked, of the same aspect.
    """
    outside = ~surroundings(changed)
    size = (before.shape[1], before.shape[0])
    outside = cv2.resize(outside.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    if not outside.any():
        return None
    return float(cv2.absdiff(before, after)[outside].mean())


def surroundings(changed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """``changed [H, W]`` dilated by `DILATION_SHARE` of its side."""
    return distance_px(changed) <= DILATION_SHARE * changed.shape[0]


def distance_px(mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Distance ``[H, W]`` of each pixel to the nearest one in ``mask``; infinite if it is empty."""
    if not mask.any():
        return np.full(mask.shape, np.inf, np.float32)
    return cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5).astype(np.float32)


def psnr_db(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    """Peak signal-to-noise ratio of two equally large 8-bit pictures, at most `IDENTICAL_DB`."""
    squared = (a.astype(np.float32) - b.astype(np.float32)) ** 2
    mean = float(squared.mean(dtype=np.float64))
    return min(IDENTICAL_DB, 10 * math.log10(255**2 / mean)) if mean > 0 else IDENTICAL_DB


def _at_size(label_map: LabelMap, size: int) -> LabelMap:
    resized = cv2.resize(label_map, (size, size), interpolation=cv2.INTER_NEAREST)
    return resized.astype(np.uint8, copy=False)
