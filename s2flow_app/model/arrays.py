"""Arrays that are handed on are read-only; and the conversions that all parts share."""

import numpy as np
from numpy.typing import NDArray


def frozen(array: NDArray) -> NDArray:
    """``array`` itself, made read-only."""
    array.flags.writeable = False
    return array


def single(values: NDArray) -> NDArray[np.float32]:
    """``values`` in single precision: themselves if they are."""
    return np.asarray(values).astype(np.float32, copy=False)


def rounded(values: NDArray) -> NDArray[np.uint8]:
    """Levels 0..255 nearest to ``values``; what is beyond them is clipped."""
    return np.rint(np.clip(values, 0, 255)).astype(np.uint8)
