"""DeepLab v3 face segmentation (Chen et al. 2017) on a ResNet-101 with group normalisation (Wu and
He 2018) and weight standardisation (Qiao et al. 2019): the parser that S2-Flow was trained with.

Parameters are named and shaped as in the original's state dict, so that its checkpoint loads 1:1.
"""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

GROUPS: Final = 32
IMAGENET_MEAN: Final = (0.485, 0.456, 0.406)
IMAGENET_STD: Final = (0.229, 0.224, 0.225)
"""Of RGB in [0, 1]: the original normalises its input by these."""
EXPANSION: Final = 4
"""How much wider a bottleneck's output is than its inside."""


class StandardisedConv2d(nn.Conv2d):
    """Convolution whose filters are shifted and scaled to mean 0 and deviation 1.

    The standardised filters of a frozen weight (no gradient asked for) are computed at the first
    use and kept: they depend on nothing else.
    """

    def __init__(
        self, in_channels: int, out_channels: int, kernel: int, *, stride: int = 1,
        dilation: int = 1,
    ) -> None:  # fmt: skip
        padding = dilation * (kernel // 2)
        super().__init__(
            in_channels, out_channels, kernel, stride, padding, dilation=dilation, bias=False
        )
        self._kept: tuple[Tensor, int, Tensor] | None = None

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(
            x, self.standardised(), None, self.stride, self.padding, self.dilation, self.groups
        )

    def standardised(self) -> Tensor:
        """The filters that are convolved with, of `weight`'s shape."""
        if self.weight.requires_grad or self.weight.is_inference():  # may change unseen
            return _standardise(self.weight)
        kept = self._kept
        if kept is None or kept[0] is not self.weight or kept[1] != self.weight._version:
            with torch.inference_mode(False), torch.no_grad():  # fit for autograd later on
                kept = (self.weight, self.weight._version, _standardise(self.weight))
            self._kept = kept
        return kept[2]

    def _apply(self, fn: Any, recurse: bool = True) -> "StandardisedConv2d":
        self._kept = None  # `to`, `float` and the like put other values behind the same parameter
        return super()._apply(fn, recurse)


def _standardise(weight: Tensor) -> Tensor:
    """Filter by filter. The mean is taken axis by axis because the original does so.

    Rounded otherwise, by 4e-7, random weights give logits that differ by 9e-4 after 101 layers.
    """
    mean = weight
    for axis in (1, 2, 3):
        mean = mean.mean(axis, keepdim=True)
    centred = weight - mean
    return centred / (centred.flatten(1).std(1) + 1e-5)[:, None, None, None]


class Bottleneck(nn.Module):
    """1x1, 3x3 and 1x1 convolution around a shortcut, to ``EXPANSION * width`` channels."""

    def __init__(
        self, in_channels: int, width: int, *, stride: int, dilation: int, project: bool
    ) -> None:
        super().__init__()
        out_channels = EXPANSION * width
        self.conv1 = StandardisedConv2d(in_channels, width, 1)
        self.bn1 = nn.GroupNorm(GROUPS, width)
        self.conv2 = StandardisedConv2d(width, width, 3, stride=stride, dilation=dilation)
        self.bn2 = nn.GroupNorm(GROUPS, width)
        self.conv3 = StandardisedConv2d(width, out_channels, 1)
        self.bn3 = nn.GroupNorm(GROUPS, out_channels)
        self.downsample: nn.Module = nn.Identity()
        if project:
            self.downsample = nn.Sequential(
                StandardisedConv2d(in_channels, out_channels, 1, stride=stride),
                nn.GroupNorm(GROUPS, out_channels),
            )

    def forward(self, x: Tensor) -> Tensor:
        inside = F.relu(self.bn1(self.conv1(x)))
        inside = F.relu(self.bn2(self.conv2(inside)))
        return F.relu(self.bn3(self.conv3(inside)) + self.downsample(x))


class Aspp(nn.Module):
    """Atrous spatial pyramid pooling: a 1x1, three dilated 3x3 and a pooled branch, to logits."""

    def __init__(self, in_channels: int, width: int, num_classes: int) -> None:
        super().__init__()
        for i, dilation in enumerate((1, 6, 12, 18, 1), start=1):
            kernel = 1 if dilation == 1 else 3
            branch = StandardisedConv2d(in_channels, width, kernel, dilation=dilation)
            setattr(self, f"aspp{i}", branch)
            setattr(self, f"aspp{i}_bn", nn.GroupNorm(GROUPS, width))
        self.conv2 = StandardisedConv2d(5 * width, width, 1)
        self.bn2 = nn.GroupNorm(GROUPS, width)
        self.conv3 = nn.Conv2d(width, num_classes, 1)

    def forward(self, x: Tensor) -> Tensor:
        pooled = x.mean((2, 3), keepdim=True)
        branches = [self._branch(i, x) for i in range(1, 5)]
        branches.append(self._branch(5, pooled).expand(-1, -1, *x.shape[2:]))
        return self.conv3(F.relu(self.bn2(self.conv2(torch.cat(branches, 1)))))

    def _branch(self, i: int, x: Tensor) -> Tensor:
        return F.relu(getattr(self, f"aspp{i}_bn")(getattr(self, f"aspp{i}")(x)))


class DeepLabV3(nn.Module):
    """Label logits of aligned faces; the original looked at 512 px. By default a ResNet-101.

    Args:
        blocks: bottlenecks of the stages, at 1/4, 1/8, 1/16 and 1/16 of the input's size.
        width: channels of the stem and inside the first bottlenecks, a multiple of 32.
        aspp_width: channels of the pyramid's branches, a multiple of 32.
        num_classes: how many logits per pixel.
    """

    input_size = 512
    """Side of the pictures that it was trained on, in pixels."""
    mean: Tensor
    std: Tensor

    def __init__(
        self, *, blocks: tuple[int, ...] = (3, 4, 23, 3), width: int = 64, aspp_width: int = 256,
        num_classes: int = 19,
    ) -> None:  # fmt: skip
        super().__init__()
        self.conv1 = StandardisedConv2d(3, width, 7, stride=2)
        self.bn1 = nn.GroupNorm(GROUPS, width)
        channels = width
        for i, count in enumerate(blocks):
            last = i == len(blocks) - 1
            inside = width << i
            stage = []
            for j in range(count):
                # The last stage widens its view instead of shrinking, from its second block on.
                stride = 2 if j == 0 and i > 0 and not last else 1
                dilation = 2 if last and j > 0 else 1
                block = Bottleneck(
                    channels, inside, stride=stride, dilation=dilation, project=j == 0
                )
                stage.append(block)
                channels = EXPANSION * inside
            setattr(self, f"layer{i + 1}", nn.Sequential(*stage))
        self.num_stages = len(blocks)
        self.aspp = Aspp(channels, aspp_width, num_classes)
        self.register_buffer("mean", torch.tensor(IMAGENET_MEAN)[:, None, None], persistent=False)
        self.register_buffer("std", torch.tensor(IMAGENET_STD)[:, None, None], persistent=False)

    def features(self, img: Tensor) -> list[Tensor]:
        """Feature maps of stem and stages for ``img [N, 3, H, W]`` in [-1, 1], finest first.

        The original takes RGB in [0, 1] normalised by ImageNet's mean and deviation; that is done
        here, so that callers pass what `FaceParser` takes.
        """
        # Contiguous, as the original: of two pictures' labels channels_last turns 14 and 18, this 1
        # and 3. A ResNet-101 takes 2 to 8 % longer so: 2.1 s on one core.
        x = (((img + 1) / 2 - self.mean) / self.std).contiguous()
        x = F.relu(self.bn1(self.conv1(x)))
        found = [F.max_pool2d(x, 3, 2, 1)]
        for i in range(self.num_stages):
            found.append(getattr(self, f"layer{i + 1}")(found[-1]))
        return found

    def forward(self, img: Tensor) -> Tensor:
        """Logits ``[N, 19, H, W]`` of ``img [N, 3, H, W]`` in [-1, 1]."""
        logits = self.aspp(self.features(img)[-1])
        return F.interpolate(logits, size=img.shape[2:], mode="bilinear", align_corners=True)
