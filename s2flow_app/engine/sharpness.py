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
ALIKE: Final = (0.8, 1.15)
"""Of the energies' ratio: as sharp as what is about it; beyond, grain is changed."""
GAINS: Final = (0.45, 1.6)
"""At most: hair beside a wall is, and stays, sharper than the wall."""
FINEST_SHARE: Final = 1 / 512
"""Of the crop's side: the width of what is finest."""

ROUNDING: Final = 20 / 12 * (0.299**2 + 0.587**2 + 0.114**2)
"""Energy of the luminance's Laplacian that rounding to whole levels adds: the sum of its squared
weights, times the variance of what is rounded off, in three channels on their own."""

Float = NDArray[np.float32]


def energy_ratio(grey: Float, inside: NDArray[np.bool_], ring: NDArray[np.bool_]) -> float | None:
    """Mean squared Laplacian of a luminance ``inside`` over that in the ``ring``, ``[H, W]``.

    None where either holds nothing.
    """
    within, about = _energies(grey, inside, ring)
    return within / about if inside.any() and about else None


def inside_and_ring(
    replaced: NDArray[np.uint8], side_px: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where ``replaced [H, W]`` 0..255 is so fully, and the ring about all of it.

    Args:
        side_px: of the crop, in pixels of ``replaced``.
    """
    away = cv2.distanceTransform((replaced == 0).astype(np.uint8), cv2.DIST_L2, 5)
    return replaced >= FULLY, (away > 1) & (away <= RING_SHARE * side_px)


def grain(
    picture: Float, replaced: NDArray[np.uint8], side_px: float, *, rounded: bool = True
) -> Float | None:
    """``[H, W]`` to add to every channel of ``picture [H, W, 3]``; None: it is sharp as it is.

    Args:
        replaced: ``[H, W]`` 0..255, with what is about it.
        rounded: the sum will be, to whole levels: in smooth photos that is much of the grain.
    """
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32, copy=False)
    inside, ring = inside_and_ring(replaced, side_px)
    within, about = _energies(grey, inside, ring)
    if not within or not about:
        return None
    added = ROUNDING if rounded else 0.0
    ratio = (within + added) / about
    if ALIKE[0] <= ratio <= ALIKE[1]:
        return None
    wanted = max(0.0, float(np.clip(ratio, *ALIKE)) * about - added)
    gain = np.clip(np.sqrt(wanted / within), *GAINS)
    finest = grey - cv2.GaussianBlur(grey, (0, 0), max(1.0, FINEST_SHARE * side_px))
    return ((gain - 1) / 255 * replaced * finest).astype(np.float32, copy=False)


def _energies(
    grey: Float, inside: NDArray[np.bool_], ring: NDArray[np.bool_]
) -> tuple[float, float]:
    """0 where there is nothing."""
    squared = np.square(cv2.Laplacian(grey, cv2.CV_32F))
    within, about = (float(squared[w].mean()) if w.any() else 0.0 for w in (inside, ring))
    return within, about
