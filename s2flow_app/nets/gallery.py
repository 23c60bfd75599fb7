"""A gallery of latents: faces to start from, as numbers alone."""

import torch
from torch import Tensor, nn


class LatentGallery(nn.Module):
    """W+ latents ``ws [count, num_ws, dim]``."""

    ws: Tensor

    def __init__(self, *, count: int, num_ws: int, dim: int) -> None:
        super().__init__()
        self.register_buffer("ws", torch.zeros(count, num_ws, dim))
