"""Projected critic: tells photos from paintings by a pretrained network's features.

As Projected GAN (Sauer et al. 2021): the features are frozen, small heads at each of their sizes
learn, and say of every place how real it looks. Features that know pictures at large make a critic
that is taught within minutes.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from s2flow_app.labels import NUM_CLASSES

LEAST_PAINTED = 0.25
"""A place is judged if so much of it is painted."""
HALVED = 3
"""The finest so many sizes are judged at half of it: a quarter of the products."""
SLOPE = 0.2


class ProjectedCritic(nn.Module):
    """Realness logits of places, from feature maps and what was asked for there.

    Args:
        channels: of the feature maps.
        width: of each head; of the finest, half.
    """

    def __init__(self, channels: Sequence[int], *, width: int = 64) -> None:
        super().__init__()
        self.heads = nn.ModuleList(
            _Head(c, width if k else width // 2, stride=2 if k < HALVED else 1)
            for k, c in enumerate(channels)
        )

    def forward(self, features: Sequence[Tensor], asked: Tensor) -> list[tuple[Tensor, Tensor]]:
        """Logits ``[N, 1, h, w]`` of each size, and 1 at the places that are judged, else 0.

        Args:
            features: ``[N, C, h, w]`` of each size.
            asked: ``[N, 20, H, W]`` the asked classes, and the mask.
        """
        found = []
        for map_, head in zip(features, self.heads, strict=True):
            logits = head(map_, _pooled(asked, map_)).float()
            judged = _pooled(asked[:, NUM_CLASSES:], logits) > LEAST_PAINTED
            found.append((logits, judged.float()))
        return found


class _Head(nn.Module):
    def __init__(self, channels: int, width: int, *, stride: int) -> None:
        super().__init__()
        self.enter = spectral_norm(nn.Conv2d(channels, width, 1))
        self.asked = nn.Conv2d(NUM_CLASSES + 1, width, 1)
        self.first = spectral_norm(nn.Conv2d(width, width, 3, stride, 1))
        self.second = spectral_norm(nn.Conv2d(width, width, 3, padding=1))
        self.logit = nn.Conv2d(width, 1, 1)

    def forward(self, features: Tensor, asked: Tensor) -> Tensor:
        x = F.leaky_relu(self.enter(features) + self.asked(asked), SLOPE)
        x = F.leaky_relu(self.second(F.leaky_relu(self.first(x), SLOPE)), SLOPE)
        return self.logit(x)


def critic_loss(
    of_photos: list[tuple[Tensor, Tensor]], of_painted: list[tuple[Tensor, Tensor]]
) -> Tensor:
    """Hinge loss of telling them apart, summed over sizes."""
    total = torch.zeros((), device=of_photos[0][0].device)
    for (real, judged), (painted, _) in zip(of_photos, of_painted, strict=True):
        total = total + _mean(F.relu(1 - real) + F.relu(1 + painted), judged)
    return total


def realness_loss(of_painted: list[tuple[Tensor, Tensor]]) -> Tensor:
    """What a painter is to lower, summed over sizes."""
    total = torch.zeros((), device=of_painted[0][0].device)
    for painted, judged in of_painted:
        total = total - _mean(painted, judged)
    return total


def _pooled(asked: Tensor, like: Tensor) -> Tensor:
    return F.adaptive_avg_pool2d(asked, (like.shape[2], like.shape[3]))


def _mean(values: Tensor, where: Tensor) -> Tensor:
    return (values * where).sum() / (where.sum() + 1e-3)
