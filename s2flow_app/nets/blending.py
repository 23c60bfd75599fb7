"""Local blending inside the generator: feature maps stay where a picture must not change.

While a picture is drawn, its feature maps at every resolution are mixed with those of the picture
before by the softened mask of the change (as StyleGAN-based local editing does: Suzuki et al. 2018,
Collins et al. 2020). A generator that was tuned to a photo adds what its latents lack, its
*likeness*, to the feature maps of one resolution (Kang et al. 2021, Barbershop: Zhu et al. 2021).
"""

from dataclasses import dataclass, field
from typing import Final

import torch.nn.functional as F
from torch import Tensor

LIKENESS_AT: Final = 4
"""The side of the feature maps that likeness is added to, as a part of the picture's."""
LARGEST_SIZE: Final = 256
"""Side of the largest feature maps that are mixed: those above are many megabytes, and follow."""
REACHING_SIZE: Final = 16
"""Up to this side one feature is a large part of the face: it may change if any of its part may."""

FeatureMaps = dict[int, tuple[Tensor, Tensor]]
"""By resolution: the block's output, and the picture so far."""


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """A picture that was drawn before, and where the next one may differ from it."""

    before: FeatureMaps
    where: Tensor
    """``[1, 1, H, W]`` 0..1"""
    _known: dict[int, Tensor] = field(default_factory=dict, repr=False)

    def at(self, size: int) -> Tensor:
        """``where`` at the size of a feature map; drawings that are repeated ask often."""
        if size not in self._known:
            pooled = F.adaptive_max_pool2d if size <= REACHING_SIZE else _at_size
            self._known[size] = pooled(self.where, size)
        return self._known[size]


class Blending:
    """What happens between the blocks of one drawing, and the feature maps that it leaves.

    Args:
        likeness: ``[1, C, r, r]`` to add, see `Generator.likeness`.
        stays: ``[1, 1, H, W]`` 0..1, how much of it; everything by default.
        change: what to stay like where nothing changes.
    """

    def __init__(
        self, *, likeness: Tensor | None = None, stays: Tensor | None = None,
        change: Change | None = None,
    ) -> None:  # fmt: skip
        self._likeness, self._stays, self._change = likeness, stays, change
        self.maps: FeatureMaps = {}

    def __call__(self, features: Tensor, img: Tensor) -> tuple[Tensor, Tensor]:
        """The output of a block, as the next one gets it."""
        size = features.shape[2]
        likeness = self._likeness
        if likeness is not None and likeness.shape[2] == size:
            stays = 1.0 if self._stays is None else _at_size(self._stays, size)
            features = features + (likeness * stays).to(features.dtype)
        if size > LARGEST_SIZE:
            return features, img
        if self._change is not None and size in self._change.before:
            before, img_before = self._change.before[size]
            where = self._change.at(size)
            features = before.lerp(features, where.to(features.dtype))
            img = img_before.lerp(img, where)
        self.maps[size] = features, img
        return features, img


def _at_size(mask: Tensor, size: int) -> Tensor:
    if mask.shape[2] >= size:
        return F.adaptive_avg_pool2d(mask, size)
    return F.interpolate(mask, size=size, mode="bilinear", align_corners=False)
