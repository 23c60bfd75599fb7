"""Small pictures of what the history's places look like."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.labels import LABEL_SIZE, LabelMap

THUMBNAIL_PX: Final = 64
_STEP: Final = LABEL_SIZE // THUMBNAIL_PX


def small_picture(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """``[64, 64, 3]`` of a crop ``[512, 512, 3]``."""
    size = (THUMBNAIL_PX, THUMBNAIL_PX)
    return cv2.resize(crop, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def small_map(label_map: LabelMap) -> NDArray[np.uint8]:
    """Class ids ``[64, 64]`` of a map: its colours are the view's."""
    return np.ascontiguousarray(label_map[_STEP // 2 :: _STEP, _STEP // 2 :: _STEP])
