"""How sharp an edit looks beside what is about it, and grain brought to match.

The energy of the Laplacian, its mean square, inside of what was replaced is set in relation to that
of a ring about it, in the pixels of the photo. Moved texture (`detail`) brings the photo's own; how
much of it a new place needs is only known once all of it is in the photo: what is finest there is
then made a little stronger or weaker.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

RING_SHARE: Final = 0.04
"""Width of the ring, as a share of the crop's side."""
FULLY: Final = 250
"""Of 255: replaced, not blended."""
ALIKE: Final = (0.8, 1.25)
"""Of the energies' ratio: as sharp as what is about it; beyond, grain is changed."""
GAINS: Final = (0.45, 1.6)
"""At most: hair beside a wall is, and stays, sharper than the wall."""
FINEST_SHARE: Final = 1 / 512
"""Of the crop's side: the width of what is finest."""

Float = NDArray[np.float32]


def energy_ratio(grey: Float, inside: NDArray[np.bool_], ring: NDArray[np.bool_]) -> float | None:
    """Mean squared Laplacian of a luminance ``inside`` over that in the ``ring``, ``[H, W]``.

    None where either holds nothing.
    """
    squared = np.square(cv2.Laplacian(grey, cv2.CV_32F))
    if not inside.any() or not ring.any() or not squared[ring].any():
        return None
    return float(squared[inside].mean() / squared[ring].mean())


def inside_and_ring(
    replaced: NDArray[np.uint8], side_px: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where ``replaced [H, W]`` 0..255 is so fully, and the ring about all of it.

    Args:
        side_px: of the crop, in pixels of ``replaced``.
    """
    away = cv2.distanceTransform((replaced == 0).astype(np.uint8), cv2.DIST_L2, 5)
    return replaced >= FULLY, (away > 1) & (away <= RING_SHARE * side_px)


def grain(picture: Float, replaced: NDArray[np.uint8], side_px: float) -> Float | None:
    """``[H, W]`` to add to every channel of ``picture [H, W, 3]``; None: it is sharp as it is.

    Args:
        replaced: ``[H, W]`` 0..255, with what is about it.
    """
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32, copy=False)
    ratio = energy_ratio(grey, *inside_and_ring(replaced, side_px))
    if not ratio or ALIKE[0] <= ratio <= ALIKE[1]:
        return None
    gain = np.clip(np.sqrt(np.clip(ratio, *ALIKE) / ratio), *GAINS)
    finest = grey - cv2.GaussianBlur(grey, (0, 0), max(1.0, FINEST_SHARE * side_px))
    return ((gain - 1) / 255 * replaced * finest).astype(np.float32, copy=False)
