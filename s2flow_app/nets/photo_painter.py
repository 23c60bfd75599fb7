"""Photo painter: fills a place of a photo by an asked label map and what is to be seen about it.

A U-Net on the 2x2-unshuffled picture, whose growing half is modulated by the asked classes: class-
adaptive normalisation (CLADE, Tan et al. 2021), which does what SPADE (Park et al. 2019) does at a
tenth of the products. Noise that is learnt in strength gives what no input decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from s2flow_app.labels import NUM_CLASSES

GROUPS = 8
"""Of channels that are normalised together."""
BROAD_PX = 5
"""Colours are averaged over so many pixels: maps have stairs that photos do not have."""
MULTIPLE_PX = 16
"""Sides of pictures are multiples of this: they are halved four times."""


@dataclass(frozen=True, slots=True, eq=False)
class PainterInput:
    """What the painter sees, of N pictures."""

    photo: Tensor
    """``[N, 3, H, W]`` in [-1, 1]; what lies inside the mask is not looked at."""
    mask: Tensor
    """``[N, 1, H, W]`` 0 or 1: 1 is to be painted."""
    classes: Tensor
    """``[N, 19, H, W]`` shares of the classes: the asked map, a little softened."""
    colours: Tensor
    """``[N, 4, H, W]``: the colour of the asked class nearby in the photo, in [-1, 1], and
    whether it is known."""
    render: Tensor
    """``[N, 4, H, W]``: what the generator draws, in [-1, 1], and whether it is given."""

    def tensors(self) -> tuple[Tensor, ...]:
        """In the order of the fields."""
        return self.photo, self.mask, self.classes, self.colours, self.render

    def to(self, device: str) -> "PainterInput":
        """The same on another device."""
        return PainterInput(*(tensor.to(device) for tensor in self.tensors()))


class PhotoPainter(nn.Module):
    """Pictures ``[N, 3, H, W]`` of which the masked part is used.

    Args:
        widths: channels at 1/2, 1/4, ... of the picture's side.
        dilations: of the blocks at the coarsest.
        fine: channels at the full side.
    """

    def __init__(
        self, *, widths: Sequence[int] = (48, 96, 160, 224),
        dilations: Sequence[int] = (1, 2, 3, 1), fine: int = 24,
    ) -> None:  # fmt: skip
        super().__init__()
        seen = 3 + 1 + 4 + 4
        self.enter = nn.Conv2d(4 * seen + NUM_CLASSES, widths[0], 3, padding=1)
        self.encode = nn.ModuleList(_Plain(width) for width in widths)
        self.shrink = nn.ModuleList(nn.Conv2d(a, b, 4, 2, 1) for a, b in pairwise(widths))
        self.middle = nn.ModuleList(_ByClass(widths[-1], dilation) for dilation in dilations)
        self.grow = nn.ModuleList(nn.Conv2d(b, a, 1) for a, b in pairwise(widths))
        self.skip = nn.ModuleList(nn.Conv2d(a, a, 1) for a in widths[:-1])
        self.decode = nn.ModuleList(
            nn.ModuleList((_ByClass(width, 1), _ByClass(width, 1))) for width in widths[:-1]
        )
        self.leave = nn.Conv2d(widths[0], 4 * fine, 1)
        self.full = nn.Conv2d(3 + 1 + 4, fine, 3, padding=1)
        self.noise = nn.Parameter(torch.zeros(1, fine, 1, 1))
        self.refine = nn.Conv2d(fine, fine, 3, padding=1)
        self.paint = nn.Conv2d(fine, 3, 3, padding=1)

    def forward(self, given: PainterInput, *, noise: torch.Generator | None = None) -> Tensor:
        """``[N, 3, H, W]``, about [-1, 1].

        Args:
            noise: where its noise comes from, of any device; by default PyTorch's own.
        """
        photo, mask, classes, colours, render = given.tensors()
        seen = photo * (1 - mask)
        maps = [torch.cat([classes, mask], 1)]
        for _ in range(len(self.encode)):
            maps.append(F.avg_pool2d(maps[-1], 2))
        everything = F.pixel_unshuffle(torch.cat([seen, mask, colours, render], 1), 2)
        x = self.enter(torch.cat([everything, maps[1][:, :NUM_CLASSES]], 1))
        skips = []
        for level, block in enumerate(self.encode):
            x = block(x)
            if level < len(self.shrink):
                skips.append(x)
                x = self.shrink[level](x)
        for block in self.middle:
            x = block(x, maps[-1], noise)
        for level in reversed(range(len(self.grow))):
            x = F.interpolate(self.grow[level](x), scale_factor=2, mode="bilinear")
            x = x + self.skip[level](skips[level])
            for block in self.decode[level]:  # pyright: ignore[reportGeneralTypeIssues]
                x = block(x, maps[level + 1], noise)
        x = F.pixel_shuffle(self.leave(F.silu(x)), 2) + self.full(
            torch.cat([seen, mask, render], 1)
        )
        x = self.refine(F.silu(x))
        x = x + self.noise * _noise(x, noise)
        return _broadly(colours, render) + self.paint(F.silu(x)).float()


def _broadly(colours: Tensor, render: Tensor) -> Tensor:
    """``[N, 3, H, W]``: what is known of each place's colour, which painting goes on from."""
    known, drawn = colours[:, 3:], render[:, 3:]
    found = known * colours[:, :3] + (1 - known) * drawn * render[:, :3]
    return F.avg_pool2d(found, BROAD_PX, 1, BROAD_PX // 2, count_include_pad=False)


class _Plain(nn.Module):
    """Two convolutions beside what they change."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        self.second.weight.data *= 0.3

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(F.silu(self.first(F.silu(F.group_norm(x, GROUPS)))))


class _ByClass(nn.Module):
    """The same, each normalised by what is asked for where it is."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.before_first, self.before_second = _ClassNorm(width), _ClassNorm(width)
        self.first = nn.Conv2d(width, width, 3, padding=dilation, dilation=dilation)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        self.second.weight.data *= 0.3

    def forward(self, x: Tensor, asked: Tensor, noise: torch.Generator | None) -> Tensor:
        y = self.first(F.silu(self.before_first(x, asked, noise)))
        return x + self.second(F.silu(self.before_second(y, asked, noise)))


class _ClassNorm(nn.Module):
    """Group norm, scaled and shifted by the classes (and mask) at each place, and noise."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.by_class = nn.Conv2d(NUM_CLASSES + 1, 2 * width, 1)
        nn.init.normal_(self.by_class.weight, std=0.1)
        nn.init.zeros_(self.by_class.bias)  # pyright: ignore[reportArgumentType]
        self.noise = nn.Parameter(torch.zeros(1, width, 1, 1))

    def forward(self, x: Tensor, asked: Tensor, noise: torch.Generator | None) -> Tensor:
        scale, shift = self.by_class(asked).chunk(2, 1)
        x = torch.addcmul(shift, F.group_norm(x, GROUPS), 1 + scale)
        return x + self.noise * _noise(x, noise)


def _noise(x: Tensor, generator: torch.Generator | None) -> Tensor:
    """``[N, 1, H, W]``"""
    shape = (x.shape[0], 1, *x.shape[2:])
    device = x.device if generator is None else generator.device
    return torch.randn(shape, generator=generator, dtype=x.dtype, device=device).to(x.device)
