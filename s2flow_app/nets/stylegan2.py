"""StyleGAN2 mapping and synthesis (Karras et al. 2020), for any power-of-two resolution.

Parameters are named and shaped as in stylegan2-ada-pytorch (`training/networks.py`), so that its
checkpoints load as they are. How its convolutions are computed is in `nets/modulated_conv`.
"""

import math
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from s2flow_app.nets.blending import Blending
from s2flow_app.nets.modulated_conv import (
    KeptWeights,
    modulated_conv2d,
    resample_filter,
    upsample2d,
)

SQRT2 = math.sqrt(2)
"""Gain of leaky ReLU, which keeps the variance."""

HALF_CLAMP = 256.0
"""Bound of float16 layers in generators that have none: stylegan2-ada's, so that sums stay finite.
"""

NoiseMode = Literal["const", "none", "random"]


class FullyConnectedLayer(nn.Module):
    """Equalised linear layer; `activation` is "linear" or "lrelu" (slope 0.2, gain sqrt 2)."""

    def __init__(
        self, in_features: int, out_features: int, *, activation: str = "linear",
        lr_multiplier: float = 1.0, bias_init: float = 0.0,
    ) -> None:  # fmt: skip
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features) / lr_multiplier)
        self.bias = nn.Parameter(torch.full((out_features,), bias_init))
        self.activation = activation
        self.weight_gain = lr_multiplier / math.sqrt(in_features)
        self.bias_gain = lr_multiplier

    def forward(self, x: Tensor) -> Tensor:
        x = F.linear(
            x,
            (self.weight * self.weight_gain).to(x.dtype),
            (self.bias * self.bias_gain).to(x.dtype),
        )
        return F.leaky_relu(x, 0.2) * SQRT2 if self.activation == "lrelu" else x


class MappingNetwork(nn.Module):
    """z to w: ``[N, z_dim]`` to ``[N, num_ws, w_dim]``, truncated towards ``w_avg``."""

    w_avg: Tensor

    def __init__(
        self, *, z_dim: int = 512, w_dim: int = 512, num_ws: int, num_layers: int = 8,
        lr_multiplier: float = 0.01,
    ) -> None:  # fmt: skip
        super().__init__()
        self.z_dim, self.num_ws, self.num_layers = z_dim, num_ws, num_layers
        for i in range(num_layers):
            layer = FullyConnectedLayer(
                z_dim if i == 0 else w_dim, w_dim, activation="lrelu", lr_multiplier=lr_multiplier
            )
            setattr(self, f"fc{i}", layer)
        self.register_buffer("w_avg", torch.zeros(w_dim))

    def forward(self, z: Tensor, *, truncation_psi: float = 1.0) -> Tensor:
        x = z * (z.square().mean(1, keepdim=True) + 1e-8).rsqrt()
        for i in range(self.num_layers):
            x = getattr(self, f"fc{i}")(x)
        ws = x.unsqueeze(1).repeat(1, self.num_ws, 1)
        return ws if truncation_psi == 1 else self.w_avg.lerp(ws, truncation_psi)


class SynthesisLayer(nn.Module):
    """Affine, modulated 3x3 convolution, noise, bias, leaky ReLU, clamp."""

    noise_const: Tensor
    resample_filter: Tensor

    def __init__(
        self, in_channels: int, out_channels: int, *, w_dim: int, resolution: int, up: bool,
        conv_clamp: float | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self.resolution, self.up, self.conv_clamp = resolution, up, conv_clamp
        self.affine = FullyConnectedLayer(w_dim, in_channels, bias_init=1.0)
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels, 3, 3))
        self.noise_strength = nn.Parameter(torch.zeros([]))
        self.bias = nn.Parameter(torch.zeros(out_channels))
        self.register_buffer("noise_const", torch.randn(resolution, resolution))
        self.register_buffer("resample_filter", resample_filter())
        self._kept = KeptWeights()

    def forward(self, x: Tensor, w: Tensor, *, noise_mode: NoiseMode = "const") -> Tensor:
        # The activation's gain is in the weights, bias and noise: leaky ReLU passes it on.
        x = modulated_conv2d(
            x, self.weight, self.affine(w), bias=self.bias * SQRT2, gain=SQRT2,
            upsample_kernel=self.resample_filter if self.up else None, kept=self._kept,
        )  # fmt: skip
        if noise_mode == "const":
            x = self._with_noise(x, self.noise_const)
        elif noise_mode == "random":
            x = self._with_noise(x, torch.randn(x.shape[0], 1, *x.shape[2:], device=x.device))
        x = F.leaky_relu_(x, 0.2)
        half = HALF_CLAMP if x.dtype == torch.float16 else None
        return _clamped(x, self.conv_clamp or half)

    def _with_noise(self, x: Tensor, noise: Tensor) -> Tensor:
        noise = (noise * (self.noise_strength * SQRT2)).to(x.dtype)
        # What was cut out of a larger one comes out whole.
        return x.add_(noise) if x.stride(3) * x.shape[3] == x.stride(2) else x + noise


class ToRGBLayer(nn.Module):
    """Modulated 1x1 convolution to three channels, without demodulation; clamp."""

    def __init__(self, in_channels: int, *, w_dim: int, conv_clamp: float | None = None) -> None:
        super().__init__()
        self.conv_clamp = conv_clamp
        self.affine = FullyConnectedLayer(w_dim, in_channels, bias_init=1.0)
        self.weight = nn.Parameter(torch.randn(3, in_channels, 1, 1))
        self.bias = nn.Parameter(torch.zeros(3))
        self.weight_gain = 1 / math.sqrt(in_channels)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        styles = self.affine(w) * self.weight_gain
        x = modulated_conv2d(x, self.weight, styles, bias=self.bias, demodulate=False)
        return _clamped(x.float(), self.conv_clamp)


def _clamped(x: Tensor, bound: float | None) -> Tensor:
    return x if bound is None else x.clamp(-bound, bound)


class SynthesisBlock(nn.Module):
    """One resolution: (upsampling convolution,) convolution, ToRGB onto the enlarged skip."""

    resample_filter: Tensor

    def __init__(
        self, in_channels: int, out_channels: int, *, w_dim: int, resolution: int,
        conv_clamp: float | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self.is_first = in_channels == 0
        self.register_buffer("resample_filter", resample_filter())
        if self.is_first:
            self.const = nn.Parameter(torch.randn(out_channels, resolution, resolution))
        else:
            self.conv0 = SynthesisLayer(
                in_channels, out_channels, w_dim=w_dim, resolution=resolution, up=True,
                conv_clamp=conv_clamp,
            )  # fmt: skip
        self.conv1 = SynthesisLayer(
            out_channels, out_channels, w_dim=w_dim, resolution=resolution, up=False,
            conv_clamp=conv_clamp,
        )  # fmt: skip
        self.torgb = ToRGBLayer(out_channels, w_dim=w_dim, conv_clamp=conv_clamp)

    def forward(
        self, x: Tensor | None, img: Tensor | None, ws: Tensor, *, noise_mode: NoiseMode,
        dtype: torch.dtype,
    ) -> tuple[Tensor, Tensor]:  # fmt: skip
        rows = iter(ws.unbind(1))
        if x is None:
            features = self.const.to(dtype).expand(ws.shape[0], -1, -1, -1)
        else:
            features = self.conv0(x.to(dtype), next(rows), noise_mode=noise_mode)
        features = self.conv1(features, next(rows), noise_mode=noise_mode)
        rgb = self.torgb(features, next(rows))
        if img is not None:
            rgb = rgb + upsample2d(img)
        return features, rgb


class SynthesisNetwork(nn.Module):
    """ws to pictures.

    Args:
        w_dim: width D of a latent row.
        channels: widths at 4, 8, ... px; their number sets the resolution.
        conv_clamp: bound on every convolution's output. stylegan2-ada-pytorch trains with 256,
            for float16's sake, and clamps at float32 as well.
    """

    def __init__(
        self, *, w_dim: int = 512, channels: tuple[int, ...], conv_clamp: float | None = None
    ) -> None:
        super().__init__()
        self.w_dim = w_dim
        self.resolutions = tuple(4 << i for i in range(len(channels)))
        self.num_ws = 2 * len(channels)
        for i, (resolution, width) in enumerate(zip(self.resolutions, channels, strict=True)):
            block = SynthesisBlock(
                channels[i - 1] if i else 0, width, w_dim=w_dim, resolution=resolution,
                conv_clamp=conv_clamp,
            )  # fmt: skip
            setattr(self, f"b{resolution}", block)

    def forward(
        self, ws: Tensor, *, noise_mode: NoiseMode = "const", upto: int | None = None,
        dtype: torch.dtype = torch.float32, dtype_from: int = 4,
        blending: Blending | None = None, drawn: tuple[int, Tensor, Tensor] | None = None,
    ) -> Tensor:  # fmt: skip
        """Map ``ws [N, L, D]`` to ``img [N, 3, R, R]`` in about [-1, 1].

        Args:
            noise_mode: the layers' constant noise, none, or drawn anew.
            upto: stop at this resolution (4 ... R): a preview; R by default.
            dtype: float32, bfloat16 or float16 of the convolutions; the picture is float32.
            dtype_from: the first resolution in ``dtype``; coarser ones are float32.
            blending: what is done to feature maps between the blocks.
            drawn: a resolution, with feature maps and picture there (or a part) to go on from.
        """
        known, x, img = drawn or (0, None, None)
        row = 0
        for resolution in self.resolutions:
            count = 2 if resolution == 4 else 3
            if resolution <= known:
                row += count - 1
                continue
            block = getattr(self, f"b{resolution}")
            x, img = block(
                x, img, ws[:, row : row + count], noise_mode=noise_mode,
                dtype=dtype if resolution >= dtype_from else torch.float32,
            )  # fmt: skip
            if blending is not None:
                x, img = blending(x, img)
            row += count - 1  # the next block's first row is this block's ToRGB row
            if resolution == (upto or self.resolutions[-1]):
                break
        assert img is not None
        return img


class Generator(nn.Module):
    """Mapping (absent in packs that sample through the flow) and synthesis.

    One that was tuned to a photo has a `likeness` besides, which the caller hands to `Blending`.
    """

    likeness: Tensor | None

    def __init__(
        self, *, w_dim: int = 512, channels: tuple[int, ...], z_dim: int | None = None,
        mapping_layers: int = 8, conv_clamp: float | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self.synthesis = SynthesisNetwork(w_dim=w_dim, channels=channels, conv_clamp=conv_clamp)
        self.register_buffer("likeness", None)
        if z_dim is not None:
            self.mapping = MappingNetwork(
                z_dim=z_dim, w_dim=w_dim, num_ws=self.synthesis.num_ws, num_layers=mapping_layers
            )
