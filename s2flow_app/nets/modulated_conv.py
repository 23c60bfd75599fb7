"""StyleGAN2's modulated convolution and its resampling, as they run fast (Karras et al. 2020).

A batch is scaled before and after a shared convolution: on a CPU much faster than a grouped one.
Where no gradient is taken, what is made of the weights alone is kept, and scales, bias and the
activation's gain are folded into the weights of a convolution that runs anyhow.
"""

import math
from collections.abc import Callable
from typing import Any, Self

import torch
import torch.nn.functional as F
from torch import Tensor

OWN_WEIGHTS_FROM = 2
"""One picture gets weights of its own where it has this many numbers for each one of them."""
PHASES_FROM = 256
"""Input channels from which bfloat16 is enlarged by `_phases`; below, moving pixels costs more."""


class KeptWeights:
    """What one layer's weights are turned into before they are used, as long as they stay.

    Weights that change in place are noticed by torch's version counter, those that are replaced by
    their address. While gradients are taken nothing is kept.
    """

    def __init__(self) -> None:
        self._weight: Tensor | None = None
        self._version = 0
        self._made: dict[tuple[str, torch.dtype], Tensor] = {}

    def made(
        self, weight: Tensor, make: Callable[[Tensor, torch.dtype], Tensor], dtype: torch.dtype
    ) -> Tensor:
        """``make(weight, dtype)``."""
        if torch.is_grad_enabled():
            return make(weight, dtype)
        version = 0 if weight.is_inference() else weight._version
        known = self._weight
        if known is None or known.data_ptr() != weight.data_ptr() or self._version != version:
            self._weight, self._version = weight.detach(), version  # its address stays taken
            self._made = {}
        key = (make.__name__, dtype)
        if key not in self._made:
            self._made[key] = make(weight, dtype)
        return self._made[key]

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return type(self)()


def resample_filter() -> Tensor:
    """The separable FIR [1, 3, 3, 1] as ``[4, 4]``, summing to 1."""
    f = torch.tensor([1.0, 3.0, 3.0, 1.0])
    f = torch.outer(f, f)
    return f / f.sum()


def upsample2d(x: Tensor) -> Tensor:
    """Twice the size by zero insertion and the FIR, as the ToRGB skip is enlarged.

    Every new pixel is 3/4 of the nearer and 1/4 of the farther old one: bilinear interpolation,
    with black around the picture.
    """
    around = F.pad(x, (1, 1, 1, 1))
    larger = F.interpolate(around, scale_factor=2, mode="bilinear", align_corners=False)
    return larger[:, :, 2:-2, 2:-2]


def modulated_conv2d(
    x: Tensor, weight: Tensor, styles: Tensor, *, bias: Tensor, demodulate: bool = True,
    gain: float = 1.0, upsample_kernel: Tensor | None = None, kept: KeptWeights | None = None,
) -> Tensor:  # fmt: skip
    """Convolve ``x [N, I, H, W]`` with ``weight [O, I, k, k]`` scaled by ``styles [N, I]``.

    A demodulated result is multiplied by ``gain``, then ``bias [O]`` is added. With
    `upsample_kernel` it is twice as large (transposed convolution, then FIR). One large picture
    without gradients has its own weights; else input and output are scaled: fewer numbers at low
    resolutions, weights that pictures share, gradients of latents that need none of weights.
    """
    bias = bias.to(x.dtype)
    alone = x.shape[0] == 1 and not torch.is_grad_enabled()
    up = upsample_kernel is not None
    phases = alone and up and x.dtype == torch.bfloat16 and weight.shape[1] >= PHASES_FROM
    if alone and not phases and x.numel() > OWN_WEIGHTS_FROM * weight.numel():
        w = weight * styles[0, :, None, None]
        if demodulate:
            w = w * (gain * (w.square().sum((1, 2, 3)) + 1e-8).rsqrt())[:, None, None, None]
        w = w.to(x.dtype)
        if upsample_kernel is None:
            return F.conv2d(x, w, bias, padding=w.shape[-1] // 2)
        x = F.conv_transpose2d(x, w.transpose(0, 1), stride=2)
        return _fir(x, upsample_kernel, bias=bias)
    kept = kept or KeptWeights()
    scale = None
    if demodulate:
        if x.dtype == torch.float16:  # as stylegan2-ada: or the sums overflow
            styles = styles / styles.abs().amax(1, keepdim=True)
        power = kept.made(weight, _power, x.dtype)
        scale = (gain * (styles.square() @ power.t() + 1e-8).rsqrt()).to(x.dtype)
    x = x * styles[:, :, None, None].to(x.dtype)
    if upsample_kernel is None:
        make = _even if demodulate else _plain
        x = F.conv2d(x, kept.made(weight, make, x.dtype), padding=weight.shape[-1] // 2)
    else:
        if phases:
            x = _interleaved(F.conv2d(x, kept.made(weight, _phases, x.dtype), padding=1))
        else:
            x = F.conv_transpose2d(x, kept.made(weight, _transposed, x.dtype), stride=2)
        own = scale if alone else None
        x = _fir(x, upsample_kernel, scale=own, bias=None if own is None else bias)
        if phases:  # the last row and column are those of the padding
            x = x[:, :, :-1, :-1]
        if own is not None:
            return x
    if scale is None:
        return x + bias[:, None, None]
    return torch.addcmul(bias[:, None, None], x, scale[:, :, None, None])


def _fir(
    x: Tensor, kernel: Tensor, *, scale: Tensor | None = None, bias: Tensor | None = None
) -> Tensor:
    """Every channel by the FIR, times ``scale [1, C]``, plus ``bias [C]``."""
    channels = x.shape[1]
    weight = (4 * kernel).expand(channels, 1, -1, -1)
    if scale is not None:
        weight = weight * scale.view(-1, 1, 1, 1)
    return F.conv2d(x, weight.to(x.dtype), bias, padding=1, groups=channels)


def _plain(weight: Tensor, dtype: torch.dtype) -> Tensor:
    return weight.to(dtype)


def _even(weight: Tensor, dtype: torch.dtype) -> Tensor:
    """For float16 so small that sums stay finite; demodulation takes that out again."""
    if dtype == torch.float16:
        largest = weight.abs().amax((1, 2, 3), keepdim=True)
        weight = weight / (largest * math.sqrt(weight[0].numel()))
    return weight.to(dtype)


def _power(weight: Tensor, dtype: torch.dtype) -> Tensor:
    """``[O, I]``, float32: the squares of what `_even` gives, summed over the kernel."""
    if dtype == torch.float16:
        largest = weight.abs().amax((1, 2, 3), keepdim=True)
        weight = weight / (largest * math.sqrt(weight[0].numel()))
    return weight.square().sum((2, 3))


def _transposed(weight: Tensor, dtype: torch.dtype) -> Tensor:
    """``[I, O, 3, 3]``, laid out as a transposed convolution reads it."""
    w = _even(weight, dtype).transpose(0, 1)
    return w if torch.is_grad_enabled() else w.contiguous(memory_format=torch.channels_last)


def _phases(weight: Tensor, dtype: torch.dtype) -> Tensor:
    """``[4 O, I, 2, 2]``: a transposed convolution of stride 2 as a plain one of four pictures.

    Of the new pixels, those at even places see two old ones, those at odd places one, each way.
    """
    none = torch.zeros_like(weight)
    rows = (torch.stack([weight[:, :, 2], weight[:, :, 0]], 2),
            torch.stack([none[:, :, 1], weight[:, :, 1]], 2))  # fmt: skip
    both = []
    for row in rows:
        both += [
            torch.stack([row[..., 2], row[..., 0]], 3),
            torch.stack([torch.zeros_like(row[..., 1]), row[..., 1]], 3),
        ]
    return torch.cat(both).to(dtype).contiguous(memory_format=torch.channels_last)


def _interleaved(x: Tensor) -> Tensor:
    """``[N, O, 2 H, 2 W]`` of four pictures ``[N, 4 O, H, W]``, one a phase.

    In channels_last, where pixels move whole.
    """
    n, channels, h, w = x.shape
    pixels = x.permute(0, 2, 3, 1).reshape(n, h, w, 2, 2, channels // 4)
    return pixels.permute(0, 1, 3, 2, 4, 5).reshape(n, 2 * h, 2 * w, -1).permute(0, 3, 1, 2)
