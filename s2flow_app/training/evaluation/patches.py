"""What sheets show of an edit: about what changed, enlarged."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Image8 = NDArray[np.uint8]

VIEW_PX: Final = 256
"""Side of what sheets show about a change, of the crop's 512."""
ENLARGED: Final = 2
"""Times, in sheets: small faults show."""


def enlarged(picture: Image8, side_px: int) -> Image8:
    """``[S, S, 3]`` by cubic interpolation; a picture that is as large comes back."""
    if picture.shape[0] == side_px:
        return picture
    larger = cv2.resize(picture, (side_px, side_px), interpolation=cv2.INTER_CUBIC)
    return larger.astype(np.uint8, copy=False)


def middle(changed: NDArray[np.bool_]) -> tuple[int, int]:
    """Of the box about what changes."""
    rows, columns = np.flatnonzero(changed.any(1)), np.flatnonzero(changed.any(0))
    return int(rows[0] + rows[-1]) // 2, int(columns[0] + columns[-1]) // 2
