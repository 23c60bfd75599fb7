"""Borders between the classes of a label map, found in device pixels.

So a line is as thin at every zoom, and only the part that is painted has to be looked at.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QTransform

from s2flow_app.labels import LABEL_SIZE, LabelMap


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """Pixels of borders ``[N]`` in device coordinates, and the class each is of."""

    x: NDArray[np.intp]
    y: NDArray[np.intp]
    class_ids: NDArray[np.uint8]


def outline(
    label_map: LabelMap,
    crop_to_device: QTransform,
    rect: QRect,
    *,
    width_px: int,
    right_of: float = 0.0,
    within: NDArray[np.bool_] | None = None,
    step: int = 1,
) -> Outline:
    """Borders of ``label_map`` in a rect of device pixels, ``width_px`` on either side.

    Args:
        right_of: only where the crop's x is not smaller (the other side of a split).
        within: only where this ``[512, 512]`` is True.
        step: look at every so many pixels only, which is quicker by its square.
    """
    reach = max(round(width_px / step), 1)
    size = (-(-rect.width() // step) + 2 * reach, -(-rect.height() // step) + 2 * reach)
    back = crop_to_device.inverted()[0]
    # From a pixel of `seen` to a label pixel; OpenCV's pixels have their middles at integers.
    matrix = np.array(
        [[back.m11(), back.m21(), back.dx()], [back.m12(), back.m22(), back.dy()]], np.float64
    )
    first = np.array([rect.x(), rect.y()]) + (0.5 - reach) * step
    matrix[:, 2] += matrix[:, :2] @ first - 0.5
    matrix[:, :2] *= step
    seen = cv2.warpAffine(
        label_map,
        matrix,
        size,
        flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    ).astype(np.uint8, copy=False)
    around = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    borders = cv2.dilate(seen, around) != cv2.erode(seen, around)
    y, x = np.nonzero(borders[reach:-reach, reach:-reach])
    crop = matrix[:, :2] @ np.stack([x + reach, y + reach]) + matrix[:, 2:] + 0.5
    inside = (crop >= 0).all(axis=0) & (crop < LABEL_SIZE).all(axis=0) & (crop[0] >= right_of)
    if within is not None:
        column, row = np.clip(crop, 0, LABEL_SIZE - 1).astype(np.intp)
        inside &= within[row, column]
    x, y = x[inside], y[inside]
    return _enlarged(Outline(x, y, seen[y + reach, x + reach]), rect, step)


def _enlarged(found: Outline, rect: QRect, step: int) -> Outline:
    """Every pixel that was looked at as ``step`` x ``step`` ones of ``rect``."""
    down, across = (k.reshape(-1, 1) for k in np.mgrid[:step, :step])
    x, y = (found.x * step + across).ravel(), (found.y * step + down).ravel()
    ids = np.tile(found.class_ids, step * step)
    kept = (x < rect.width()) & (y < rect.height())
    return Outline(x[kept] + rect.x(), y[kept] + rect.y(), ids[kept])


def blend(
    pixels: NDArray[np.uint32], where: Outline, colours: NDArray[np.uint8], alpha: NDArray
) -> None:
    """Lay ``colours [N, 3]`` over ``pixels [H, W]`` 0xffRRGGBB with ``alpha [N]`` 0..1."""
    under = pixels[where.y, where.x]
    mixed = np.full(len(under), 0xFF000000, np.uint32)
    for k, shift in enumerate((16, 8, 0)):
        old = ((under >> np.uint32(shift)) & np.uint32(255)).astype(np.float32)
        new = np.rint(old + (colours[:, k] - old) * alpha).astype(np.uint32)
        mixed |= new << np.uint32(shift)
    pixels[where.y, where.x] = mixed
