"""The picture in the HEIC files of `tests/golden/heic`, and where these are."""

from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

HEIC: Final = Path(__file__).resolve().parents[1] / "golden" / "heic"
SIZE: Final = (96, 64)
"""Width and height."""


def card(levels: int = 255) -> NDArray[Any]:
    """``[64, 96, 3]`` slopes from 0 to ``levels`` that no turn or mirror leaves as they are."""
    width, height = SIZE
    y, x = np.mgrid[:height, :width]
    slopes = np.stack([x / (width - 1), y / (height - 1), (x + 2 * y) % 80 / 79], -1)
    return np.rint(slopes * levels).astype(np.uint8 if levels < 256 else np.uint16)


def opacity() -> NDArray[np.uint8]:
    """``[64, 96]``: clear at the left, opaque from the middle on."""
    width, height = SIZE
    return np.tile(np.minimum(np.arange(width) * 6, 255), (height, 1)).astype(np.uint8)
