"""Where an edited picture differs from the photo: elsewhere the photo shows more detail."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

FADE: Final = 24
"""Opacity (of 255) of the result over the photo for each step that a pixel has changed by."""


def differing(picture: NDArray[np.uint8], original: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """``[H, W]`` opacity of a picture ``[H, W, 3]``: 0 where it is the original's."""
    red, green, blue = cv2.split(cv2.absdiff(picture, original))
    apart = cv2.max(cv2.max(red, green), blue)
    return cv2.blur(cv2.convertScaleAbs(apart, alpha=FADE), (5, 5)).astype(np.uint8, copy=False)
