"""Values that are known at some places, carried on smoothly to all others."""

import cv2
import numpy as np
from numpy.typing import NDArray

PRIOR_WEIGHT = 0.02
"""Of what coarser levels say, beside a place that is fully known."""


def spread(values: NDArray[np.float32], weight: NDArray[np.float32]) -> NDArray[np.float32]:
    """``[H, W, C]``: `values` where `weight` is 1, their smooth surroundings where it is 0.

    Normalised convolution on a pyramid (pull-push; Gortler et al. 1996).

    Args:
        values: ``[H, W, C]``.
        weight: ``[H, W]`` 0..1, how far each value is known.
    """
    weighted, weights = [values * weight[..., None]], [weight]
    while min(weights[-1].shape) > 2:
        weighted.append(cv2.pyrDown(weighted[-1]).astype(np.float32, copy=False))
        weights.append(cv2.pyrDown(weights[-1]).astype(np.float32, copy=False))
    filled = weighted[-1] / (weights[-1] + 1e-6)[..., None]
    for value, known in zip(weighted[-2::-1], weights[-2::-1], strict=True):
        size = (known.shape[1], known.shape[0])
        filled = cv2.pyrUp(filled, dstsize=size)
        filled = (value + PRIOR_WEIGHT * filled) / (known + PRIOR_WEIGHT)[..., None]
    return filled.astype(np.float32, copy=False)
