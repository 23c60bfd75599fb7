"""Condition encoders: a label map to the numbers that the flow is conditioned on."""

from collections.abc import Mapping
from typing import Final

from torch import Tensor, nn

ORIGINAL_NAMES: Final[Mapping[str, str]] = {
    "conv1.1.conv.": "features.1.", "conv1.1.bn.": "features.2.",
    "conv2.1.conv.": "features.5.", "conv2.1.bn.": "features.6.",
    "conv3.1.conv.": "features.9.", "conv3.1.bn.": "features.10.",
    "fc.": "linear.",
}  # fmt: skip
"""How a name begins in the official encoder's checkpoint, and in `RgbConditionEncoder`'s."""


class RgbConditionEncoder(nn.Module):
    """The official encoder: ``[N, 3, 512, 512]`` label colours in [0, 1] to ``[N, 19]``."""

    def __init__(self, *, channels: int = 19) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for i in range(3):
            layers += [
                nn.MaxPool2d(3, 2),
                nn.Conv2d(3 if i == 0 else channels, channels, 3, 2, 1, bias=False),
                nn.BatchNorm2d(channels),
                nn.ReLU(),
            ]
        self.features = nn.Sequential(*layers)
        self.linear = nn.Linear(64 * channels, channels)

    def forward(self, colours: Tensor) -> Tensor:
        return self.linear(self.features(colours).flatten(1))


class OneHotConditionEncoder(nn.Module):
    """The built-in pack's encoder: one-hot maps ``[N, 19, 64, 64]`` to ``[N, C]``.

    Args:
        channels: widths at 32, 16, 8 and 4 px, multiples of 8.
        condition_dim: how many numbers C stand for a map.
    """

    def __init__(
        self, *, channels: tuple[int, ...] = (32, 48, 64, 96), condition_dim: int = 64
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for narrow, wide in zip((19, *channels[:-1]), channels, strict=True):
            layers += [nn.Conv2d(narrow, wide, 3, 2, 1), nn.GroupNorm(8, wide), nn.SiLU()]
        self.features = nn.Sequential(*layers)
        self.linear = nn.Linear(channels[-1] * 16, condition_dim)

    def forward(self, one_hot: Tensor) -> Tensor:
        return self.linear(self.features(one_hot).flatten(1))
