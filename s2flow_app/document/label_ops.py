"""Label layers, pixel by pixel: paint, erase, flatten, regions. Pure numpy, no state, no Qt.

A *rect* is ``(x, y, width, height)`` in label pixels.
"""

import numpy as np
from numpy.typing import NDArray

from s2flow_app.labels import LabelMap

Rect = tuple[int, int, int, int]
Mask = NDArray[np.bool_]


def brush_mask(
    x0: float, y0: float, x1: float, y1: float, radius_px: float
) -> tuple[Mask, int, int]:
    """The pixels that a round brush covers on its way from (x0, y0) to (x1, y1).

    Returns ``(mask [h, w], x, y)`` with the mask's top-left label pixel, as `Document.paint` takes
    it; it may reach beyond the map. Pixel (i, j) has its centre at (i + 0.5, j + 0.5).
    """
    raise NotImplementedError


def polygon_mask(points: NDArray[np.floating]) -> tuple[Mask, int, int]:
    """The pixels inside a closed polygon ``[N, 2]`` (x, y), for a lasso; as `brush_mask`."""
    raise NotImplementedError


def flood_region(label_map: LabelMap, x: int, y: int) -> Mask:
    """The pixels ``[512, 512]`` of the same class that are connected (4 ways) with (x, y)."""
    raise NotImplementedError
