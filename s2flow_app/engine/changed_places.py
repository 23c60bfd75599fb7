"""Where an edit changed a crop: the patches that hold most of it."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

PATCH_PX: Final = 96
"""Side of a patch, of the crop's 512."""
PLACES: Final = 3
"""Patches of one edit at most: two brows, two sides of the hair and its top."""
LEAST_SHARE: Final = 0.5
"""Of the changed pixels in an edit's first patch: a further one must hold so many."""


def places(changed: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Middles (row, column) of the patches that hold most of what changes in ``[512, 512]``.

    Each is centred on what changes in it; the first holds the most, at most `PLACES`.
    """
    left, found, least = changed.copy(), [], 1.0
    while len(found) < PLACES:
        sums = cv2.integral(left.astype(np.uint8))
        inside = (
            sums[PATCH_PX:, PATCH_PX:] - sums[:-PATCH_PX, PATCH_PX:]
            - sums[PATCH_PX:, :-PATCH_PX] + sums[:-PATCH_PX, :-PATCH_PX]
        )  # fmt: skip
        row, column = np.unravel_index(int(inside.argmax()), inside.shape)
        if inside[row, column] < least:
            break
        if not found:
            least = max(1.0, LEAST_SHARE * float(inside[row, column]))
        part = left[row : row + PATCH_PX, column : column + PATCH_PX]
        rows, columns = np.nonzero(part)
        found.append((int(row + rows.mean()), int(column + columns.mean())))
        part[:] = False
    return found


def window(picture: NDArray, middle: tuple[int, int], side_px: int) -> NDArray:
    """The square of ``picture [H, W]`` or ``[H, W, C]`` about ``middle`` (row, column),
    moved to lie inside."""
    top, left = (
        min(max(at - side_px // 2, 0), size - side_px)
        for at, size in zip(middle, picture.shape[:2], strict=True)
    )
    return np.ascontiguousarray(picture[top : top + side_px, left : left + side_px])
