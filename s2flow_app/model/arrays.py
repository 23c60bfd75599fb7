"""Arrays that are handed on are read-only."""

from numpy.typing import NDArray


def frozen(array: NDArray) -> NDArray:
    """``array`` itself, made read-only."""
    array.flags.writeable = False
    return array
