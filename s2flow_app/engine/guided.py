"""Enlarging along a picture's edges: a guided filter (He et al. 2013)."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

WINDOW: Final = (3, 3)
"""Of the smaller picture. A plain enlargement leaves a bright rim where recoloured hair meets the
background, a wider window smears the hairline."""
EDGE_VARIANCE: Final = 100.0
"""Edges of a contrast well above its root (10 levels) steer."""

Float = NDArray[np.float32]


def enlarged_along(values: Float, guide: NDArray[np.uint8]) -> Float:
    """``values [R, R, C]`` at the size of ``guide [S, S, 3]``, along the guide's edges."""
    if values.shape[0] >= guide.shape[0]:
        return values
    size = (guide.shape[1], guide.shape[0])
    grey = cv2.cvtColor(guide, cv2.COLOR_RGB2GRAY).astype(np.float32)
    small = cv2.resize(grey, values.shape[1::-1], interpolation=cv2.INTER_AREA)
    mean, mean_value = cv2.blur(small, WINDOW), cv2.blur(values, WINDOW)
    variance = cv2.blur(small * small, WINDOW) - mean * mean
    joint = cv2.blur(values * small[..., None], WINDOW) - mean_value * mean[..., None]
    slope = joint / (variance + EDGE_VARIANCE)[..., None]
    offset = cv2.blur(mean_value - slope * mean[..., None], WINDOW)
    slope = cv2.resize(cv2.blur(slope, WINDOW), size, interpolation=cv2.INTER_LINEAR)
    offset = cv2.resize(offset, size, interpolation=cv2.INTER_LINEAR)
    return (slope * grey[..., None] + offset).astype(np.float32, copy=False)
