"""Directions in the space of style codes that change one attribute each."""

import torch
from torch import Tensor, nn


class StyleDirections(nn.Module):
    """What the style sliders add to a style code.

    Args:
        names: stable identifiers of the K attributes.
        titles: their names as shown, from the negative to the positive end.
        dim: width D of a style code.
    """

    directions: Tensor

    def __init__(self, *, names: tuple[str, ...], titles: tuple[str, ...], dim: int = 512) -> None:
        super().__init__()
        self.names, self.titles = names, titles
        self.register_buffer("directions", torch.zeros(len(names), dim))

    def forward(self, amounts: dict[str, float]) -> Tensor:
        """The step ``[D]`` for amounts in -1..1 by name; raises KeyError."""
        step = torch.zeros_like(self.directions[0])
        for name, amount in amounts.items():
            if name not in self.names:
                raise KeyError(name)
            step = step + amount * self.directions[self.names.index(name)]
        return step
