"""Between uint8 pictures and the networks' ``img`` tensors."""

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from s2flow_app.errors import NotFiniteError


def to_img(images: NDArray[np.uint8] | Tensor) -> Tensor:
    """``img [N, 3, H, W]`` float32 in [-1, 1], channels last, of uint8 ``[N, H, W, 3]``."""
    if isinstance(images, np.ndarray):  # torch warns of arrays that it could not write to
        tensor = torch.from_numpy(images if images.flags.writeable else images.copy())
    else:
        tensor = images
    return tensor.permute(0, 3, 1, 2).float().div_(127.5).sub_(1)


def to_images(img: Tensor) -> NDArray[np.uint8]:
    """uint8 ``[N, H, W, 3]`` of ``img [N, 3, H, W]`` in [-1, 1]; values beyond are clipped.

    Raises:
        NotFiniteError: NaN, which would silently become some colour, or infinity.
    """
    if not torch.isfinite(img).all():
        raise NotFiniteError("A picture of the networks")
    scaled = (img.detach().float() + 1).mul_(127.5).round_().clamp_(0, 255)
    return scaled.permute(0, 2, 3, 1).to(torch.uint8).cpu().numpy()


def at_most(img: Tensor, size: int) -> Tensor:
    """``img [N, C, S, S]`` shrunk by area to ``size``, or as it is where it is no larger."""
    return F.interpolate(img, size=size, mode="area") if img.shape[-1] > size else img
