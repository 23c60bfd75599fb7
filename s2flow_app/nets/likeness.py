"""Likeness encoder: what feature maps lack of a photo, at once (StyleRes, Pehlivan 2023)."""

from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from s2flow_app.nets.blending import LIKENESS_AT, Blending
from s2flow_app.nets.stylegan2 import Generator

LOOKS: Final = 2
"""How often what is still missing is looked at."""


class LikenessEncoder(nn.Module):
    """From what a drawing lacks of its photo to what its feature maps lack.

    Args:
        features: channels C of the generator's feature maps at a quarter of the picture's side.
        width: channels within.
        blocks: residual blocks.
    """

    unit: Tensor

    def __init__(self, *, features: int, width: int = 64, blocks: int = 2) -> None:
        super().__init__()
        self.enter = nn.Conv2d(3 * LIKENESS_AT**2 + features, width, 3, padding=1)
        self.blocks = nn.ModuleList(Residual(width) for _ in range(blocks))
        self.leave = nn.Conv2d(width, features, 3, padding=1)
        for parameter in self.leave.parameters():  # it begins by adding nothing
            nn.init.zeros_(parameter)
        self.register_buffer("unit", torch.ones([]))  # root mean square of the feature maps

    def forward(self, lacking: Tensor, features: Tensor) -> Tensor:
        """Map ``lacking [N, 3, R, R]`` of pictures in [-1, 1] to ``[N, C, R / 4, R / 4]``.

        Args:
            features: ``[N, C, R / 4, R / 4]`` what the drawing was made of.
        """
        x = torch.cat([F.pixel_unshuffle(lacking, LIKENESS_AT), features / self.unit], 1)
        x = self.enter(x)
        for block in self.blocks:
            x = block(x)
        return self.unit * self.leave(F.leaky_relu(x, 0.2))


def likeness_of(
    encoder: LikenessEncoder, generator: Generator, ws: Tensor, img: Tensor, *, looks: int = LOOKS
) -> Tensor:
    """``[N, C, R / 4, R / 4]`` for `Generator.likeness`: with it ``ws [N, L, D]`` draws ``img``."""
    synthesis, kept, size = generator.synthesis, Blending(), img.shape[2] // LIKENESS_AT
    drawn = synthesis(ws, blending=kept)
    features, begun = kept.maps[size]
    found = torch.zeros_like(features)
    for look in range(looks):
        if look:
            drawn = synthesis(ws, drawn=(size, features + found, begun))
        found = found + encoder(img - drawn, features + found)
    return found


class Residual(nn.Module):
    """Two convolutions beside what they change."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(F.leaky_relu(self.first(F.leaky_relu(x, 0.2)), 0.2))
