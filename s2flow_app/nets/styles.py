"""Directions in the space of style codes that change one attribute each."""

from typing import Any

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
    """``[K, D]`` steps of a full slider, good for faces on average."""
    basis: Tensor
    """``[M, D]`` steps that a face's own are combined of; as many as the weights have, maybe none.
    """
    targets: Tensor
    """``[K]`` how far a full slider moves its proxy, in the proxy's units."""

    def __init__(self, *, names: tuple[str, ...], titles: tuple[str, ...], dim: int = 512) -> None:
        super().__init__()
        self.names, self.titles = names, titles
        self.register_buffer("directions", torch.zeros(len(names), dim))
        self.register_buffer("basis", torch.zeros(0, dim))
        self.register_buffer("targets", torch.zeros(len(names)))

    def forward(self, amounts: dict[str, float]) -> Tensor:
        """The step ``[D]`` for amounts in -1..1 by name; raises KeyError."""
        step = torch.zeros_like(self.directions[0])
        for name, amount in amounts.items():
            if name not in self.names:
                raise KeyError(name)
            step = step + amount * self.directions[self.names.index(name)]
        return step

    def _load_from_state_dict(
        self, state_dict: dict[str, Any], prefix: str, *rest: Any, **more: Any
    ) -> None:
        # Packs from before steps were fitted to the face have neither of the two.
        state_dict.setdefault(f"{prefix}targets", self.targets)
        basis = state_dict.setdefault(f"{prefix}basis", self.basis)
        self.basis = torch.zeros_like(basis, dtype=self.basis.dtype)
        super()._load_from_state_dict(state_dict, prefix, *rest, **more)
