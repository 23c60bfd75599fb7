"""How alike two pictures are: structural similarity, and the distance of a parser's features."""

from typing import Final

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from s2flow_app.nets.images import at_most, to_img
from s2flow_app.nets.parser import FaceParser, feature_distance

WINDOW: Final = (11, 11)
SIGMA: Final = 1.5
STABLE: Final = ((0.01 * 255) ** 2, (0.03 * 255) ** 2)


def ssim(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    """Structural similarity (Wang et al. 2004) of two pictures ``[H, W, 3]``, at most 1.

    Gaussian windows on each channel, the mean without the border, as scikit-image gives it with
    `gaussian_weights`: that is a dependency of the tests alone, and they compare the two.
    """

    def windowed(x: NDArray) -> NDArray:
        return cv2.GaussianBlur(x, WINDOW, SIGMA, borderType=cv2.BORDER_REFLECT)

    x, y = a.astype(np.float64), b.astype(np.float64)
    mean_x, mean_y = windowed(x), windowed(y)
    var_x, var_y = windowed(x * x) - mean_x**2, windowed(y * y) - mean_y**2
    joint = windowed(x * y) - mean_x * mean_y
    near, contrast = STABLE
    found = (2 * mean_x * mean_y + near) * (2 * joint + contrast)
    found /= (mean_x**2 + mean_y**2 + near) * (var_x + var_y + contrast)
    border = WINDOW[0] // 2
    return float(found[border:-border, border:-border].mean())


@torch.inference_mode()
def perceptual_distance(
    judge: FaceParser, found: NDArray[np.uint8], wanted: NDArray[np.uint8]
) -> float:
    """Relative distance of the judge's features of two pictures ``[H, H, 3]``; 0 if equal."""
    return float(feature_distance(judge, seen(judge, found), seen(judge, wanted)))


def seen(judge: FaceParser, picture: NDArray[np.uint8]) -> torch.Tensor:
    """``img [1, 3, 256, 256]``: a picture ``[H, H, 3]`` at the size that the judge sees."""
    img = at_most(to_img(picture[None]), judge.input_size)
    if img.shape[2] == judge.input_size:
        return img
    larger = F.interpolate(img, size=judge.input_size, mode="bicubic", align_corners=False)
    return larger.clamp(-1, 1)
