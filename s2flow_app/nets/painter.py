"""Map painter: what a drawing lacks of an asked label map, where something new is drawn.

Latents say what a face is like, and roughly where its parts are: a stroke of the brush is finer
than that. As SPADE (Park et al. 2019) draws from label maps, the painter brings features closer to
the map; colours and light come from the latents through the features that it sees.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from s2flow_app.labels import NUM_CLASSES

PAINTED_AT: Final = 64
"""Side of the feature maps that are painted, and of the maps that it is done by."""
CRISP_AT: Final = 128
"""Side at which the picture so far is made crisper: drafts are that large, and the finest octave of
larger ones is noise as much as detail."""
BINOMIAL: Final = (1.0, 4.0, 6.0, 4.0, 1.0)
"""Nearly a Gaussian of one pixel."""


class MapPainter(nn.Module):
    """From feature maps and an asked label map to what to add to them: a small U-Net.

    Added to the picture so far, colours need not pass the layers above.

    Args:
        features: channels C of the generator's feature maps at 64 px.
        widths: channels at 64, 32 and 16 px.
    """

    unit: Tensor
    crispness: Tensor

    def __init__(self, *, features: int, widths: tuple[int, ...] = (48, 56, 64)) -> None:
        super().__init__()
        fine, middle, coarse = widths
        self.enter = nn.Conv2d(features + 3 + NUM_CLASSES + 1, fine, 3, padding=1)
        self.shrink = nn.ModuleList(
            (nn.Conv2d(fine, middle, 3, 2, 1), nn.Conv2d(middle, coarse, 3, 2, 1))
        )
        self.grow = nn.ModuleList((nn.Conv2d(middle, fine, 1), nn.Conv2d(coarse, middle, 1)))
        self.blocks = nn.ModuleList(Residual(width) for width in widths)
        self.leave = nn.Conv2d(fine, features + 3, 3, padding=1)
        for parameter in self.leave.parameters():  # it begins by adding nothing
            nn.init.zeros_(parameter)
        self.register_buffer("unit", torch.ones([]))  # root mean square of the feature maps
        self.register_buffer("crispness", torch.zeros([]))  # of `detail`, what it lacks

    def forward(
        self, features: Tensor, img: Tensor, asked: Tensor, where: Tensor
    ) -> tuple[Tensor, Tensor]:
        """What to add to ``features [N, C, 64, 64]`` and to the picture so far.

        Args:
            img: ``[N, 3, 64, 64]`` the picture so far.
            asked: ``[N, 19, 64, 64]`` shares of the classes.
            where: ``[N, 1, 64, 64]`` 0..1, where it is asked for; nothing is added elsewhere.
        """
        x = self.enter(torch.cat([features / self.unit, img, asked, where], 1))
        middle = self.shrink[0](F.leaky_relu(x, 0.2))
        coarse = self.blocks[2](self.shrink[1](F.leaky_relu(middle, 0.2)))
        middle = self.blocks[1](middle + _enlarged(self.grow[1](F.leaky_relu(coarse, 0.2))))
        x = self.blocks[0](x + _enlarged(self.grow[0](F.leaky_relu(middle, 0.2))))
        found = where * self.leave(F.leaky_relu(x, 0.2))
        return self.unit * found[:, :-3], found[:, -3:]

    def crisper(self, img: Tensor, where: Tensor) -> Tensor:
        """A picture ``[N, 3, 128, 128]`` with the contrast of photos in its `detail`.

        Args:
            where: ``[N, 1, 128, 128]`` 0..1, how much so.
        """
        return img + self.lacking_detail(img, where)

    def lacking_detail(self, img: Tensor, where: Tensor) -> Tensor:
        """What `crisper` adds to it."""
        return self.crispness * where * detail(img)

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *rest: Any) -> None:
        # Packs from before it was measured are drawn as they were.
        state_dict.setdefault(f"{prefix}crispness", torch.zeros([]))
        super()._load_from_state_dict(state_dict, prefix, *rest)


def detail(img: Tensor) -> Tensor:
    """What is finer than about two pixels in pictures ``[N, 3, H, W]``."""
    line = img.new_tensor(BINOMIAL) / sum(BINOMIAL)
    kernel = (line[:, None] * line).expand(img.shape[1], 1, -1, -1)
    reach = len(BINOMIAL) // 2
    padded = F.pad(img, (reach,) * 4, mode="replicate")
    return img - F.conv2d(padded, kernel, groups=img.shape[1])


class Residual(nn.Module):
    """Two convolutions beside what they change."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(F.leaky_relu(self.first(F.leaky_relu(x, 0.2)), 0.2))


@dataclass(frozen=True, slots=True, eq=False)
class Painting:
    """What is to be painted in one drawing."""

    painter: MapPainter
    asked: Tensor
    """``[1 or N, 19, 64, 64]``"""
    where: Tensor
    """``[1 or N, 1, H, W]`` 0..1"""
    _known: dict[int, Tensor] = field(default_factory=dict, repr=False)

    def __call__(self, features: Tensor, img: Tensor) -> tuple[Tensor, Tensor]:
        """The output of a block, painted or made crisper if it is of that size."""
        size = features.shape[2]
        if size == PAINTED_AT:
            asked = self.asked.expand(len(features), -1, -1, -1)
            added, tinted = self.painter(features.float(), img, asked, self._at(features, size))
            return features + added.to(features.dtype), img + tinted
        if size == CRISP_AT:
            img = self.painter.crisper(img, self._at(features, size))
        return features, img

    def _at(self, features: Tensor, size: int) -> Tensor:
        """``where`` for as many feature maps of this size."""
        if size not in self._known:
            self._known[size] = F.adaptive_avg_pool2d(self.where, size)
        return self._known[size].expand(len(features), -1, -1, -1)

    def copied(self) -> "Painting":
        """The same, of tensors that gradients may pass although these were made without any."""
        return Painting(self.painter, self.asked.clone(), self.where.clone())


def _enlarged(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
