"""Photo encoder: an aligned picture to W+ latents."""

from itertools import pairwise
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from s2flow_app.nets.stylegan2 import Generator

LOOKS: Final = 4
"""How often latents are corrected: more changes little."""


class PhotoEncoder(nn.Module):
    """A shared w and small per-row offsets whose mean over the rows is zero.

    Args:
        channels: widths at the input's size over ``patch``, then 1/2, 1/4, ... down to 4 px.
        w_dim: width D of a latent row.
        num_ws: rows L of the generator.
        offset_rank: width of the bottleneck that the offsets pass.
        patch: side in pixels of the patches that enter as one: convolutions at the full size of
            large pictures cost most of the time and see little.
    """

    def __init__(
        self, *, channels: tuple[int, ...], w_dim: int = 512, num_ws: int, offset_rank: int = 64,
        patch: int = 1,
    ) -> None:  # fmt: skip
        super().__init__()
        self.num_ws, self.w_dim, self.patch = num_ws, w_dim, patch
        self.fromrgb = nn.Conv2d(3 * patch**2, channels[0], 1)
        stages = []
        for narrow, wide in pairwise(channels):
            stages.append(_Shrink(narrow, wide))
        self.stages = nn.Sequential(*stages)
        self.hidden = nn.Linear(channels[-1] * 16, w_dim)
        self.shared = nn.Linear(w_dim, w_dim)
        self.bottleneck = nn.Linear(w_dim, offset_rank)
        self.offsets = nn.Linear(offset_rank, num_ws * w_dim)
        nn.init.normal_(self.offsets.weight, std=0.01)
        nn.init.zeros_(self.offsets.bias)

    def forward(self, img: Tensor) -> Tensor:
        """Map ``img [N, 3, R, R]`` in [-1, 1] to ``ws [N, L, D]``; its mean row is the shared w."""
        return self.forward_from(self.fromrgb(F.pixel_unshuffle(img, self.patch)), 0)

    def forward_from(self, x: Tensor, skip: int) -> Tensor:
        """As `forward`, from feature maps that enter behind the first ``skip`` stages."""
        x = F.leaky_relu(self.stages[skip:](x), 0.2)
        x = F.leaky_relu(self.hidden(x.flatten(1)), 0.2)
        offsets = self.offsets(torch.tanh(self.bottleneck(x))).view(-1, self.num_ws, self.w_dim)
        return self.shared(x).unsqueeze(1) + offsets - offsets.mean(1, keepdim=True)

    def offset_basis(self) -> Tensor:
        """``[L, D, K]``: the offsets of all faces are sums of these beside their mean."""
        weight = self.offsets.weight.view(self.num_ws, self.w_dim, -1)
        return weight - weight.mean(0)


def inverted(
    encoder: PhotoEncoder, generator: Generator, img: Tensor, *, looks: int = LOOKS,
    dtype: torch.dtype = torch.float32,
) -> Tensor:  # fmt: skip
    """Latents ``[N, L, D]`` of pictures ``[N, 3, R, R]``, corrected ``looks`` times."""
    first = ws = encoder(img)
    for _ in range(looks):
        ws = corrected(encoder, generator, first, ws, dtype=dtype)
    return ws


def corrected(
    encoder: PhotoEncoder, generator: Generator, first: Tensor, ws: Tensor, *,
    dtype: torch.dtype = torch.float32,
) -> Tensor:  # fmt: skip
    """One more look: what the encoder says of the picture beside what it says of ``ws`` drawn.

    As ReStyle (Alaluf et al. 2021) latents are improved from what they draw; here by the encoder
    itself, as a fixed-point iteration. No gradient passes through the drawn picture.

    Args:
        first: ``[N, L, D]`` the encoder's latents of the picture.
        ws: the latents so far.
    """
    with torch.no_grad():
        found = generator.synthesis(ws, noise_mode="none", dtype=dtype)
    return ws + (first - encoder(found))


class _Shrink(nn.Module):
    """Pre-activation residual block to half the size."""

    def __init__(self, narrow: int, wide: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(8, narrow)
        self.first = nn.Conv2d(narrow, narrow, 3, padding=1)
        self.second = nn.Conv2d(narrow, wide, 3, stride=2, padding=1)
        self.shortcut = nn.Conv2d(narrow, wide, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        y = self.first(F.leaky_relu(self.norm(x), 0.2))
        return self.shortcut(F.avg_pool2d(x, 2)) + self.second(F.leaky_relu(y, 0.2))
