"""Which device the networks run on, in what precision, and what happens when its memory is full.

All that depends on the device is here. `engine/__init__.py` alone is before it: what MPS lacks is
computed on the CPU only if that is said before torch is imported.
"""

import functools
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, Final, ParamSpec, Protocol, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from s2flow_app.errors import DeviceError

DEVICES = ("auto", "cpu", "cuda", "mps")
FASTER: Final = 1.3
"""So many times must bfloat16 be as fast: its roundings are not to be had for less."""
TRIED: Final = 8
HALF_RESOLUTIONS: Final = 4
"""How many of the finest resolutions are float16 on CUDA: stylegan2-ada's `num_fp16_res`."""
FULL: Final = (
    "The memory of {device} is full, so the networks go on on the CPU, which is slower. Close "
    "other programs that use {device}, then start this one again to have it back."
)
_LOG: Final = logging.getLogger(__name__)

NetworkT = TypeVar("NetworkT", bound=nn.Module)
Given = ParamSpec("Given")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Precision:
    """What the convolutions of a synthesis are computed in."""

    dtype: torch.dtype = torch.float32
    finest: int | None = None
    """At how many of the finest resolutions, of 8 px and more; float32 below. None: at all."""

    def starts_at(self, resolutions: tuple[int, ...]) -> int:
        """The first of a generator's resolutions that is computed in `dtype`."""
        if self.finest is None:
            return resolutions[0]
        return max(8, resolutions[-self.finest :][0])


class Placed(Protocol):
    """What has its networks on a device, and can take them to another."""

    @property
    def device(self) -> str: ...
    def move_to(self, device: str, notice: str) -> None: ...


PlacedT = TypeVar("PlacedT", bound=Placed)


def choose_device(asked: str) -> str:
    """The device to use: ``asked``, or with "auto" the first of cuda, mps and cpu that is there.

    Raises:
        DeviceError: the asked one is not there.
    """
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if asked == "auto":
        return next((name for name, usable in there.items() if usable), "cpu")
    if asked != "cpu" and not there.get(asked):
        raise DeviceError(
            f"The device '{asked}' is not usable on this computer.",
            "Use 'cpu' or 'auto'; 's2flow doctor' lists what is there.",
        )
    return asked


@functools.cache
def native_bfloat16() -> bool:
    """Whether the processor convolves in bfloat16 faster than in float32; measured once.

    What processors say of themselves misleads: with AMX it is four times as fast, with AVX-512's
    own bfloat16 products twice as fast on some processors and half as fast on others, and oneDNN
    says that it can wherever there is AVX-512, where it may take four times as long.
    """
    if not torch.ops.mkldnn._is_mkldnn_bf16_supported():
        return False
    return FASTER * _convolution_s(torch.bfloat16) < _convolution_s(torch.float32)


def _convolution_s(dtype: torch.dtype) -> float:
    """Seconds of a convolution as generators have them: the best of a few."""
    x, weight = torch.ones(1, 64, 64, 64, dtype=dtype), torch.ones(64, 64, 3, 3, dtype=dtype)
    taken = []
    with torch.inference_mode():
        for _ in range(TRIED):
            start = time.perf_counter()
            torch.nn.functional.conv2d(x, weight, padding=1)
            taken.append(time.perf_counter() - start)
    return min(taken)


def draft_dtype(device: str) -> torch.dtype:
    """What previews are computed in: half precision where the device computes it natively."""
    if device == "cuda":
        return torch.float16
    if device == "cpu" and native_bfloat16():
        return torch.bfloat16
    return torch.float32


def precision(device: str, *, draft: bool) -> Precision:
    """Of drawing on a device: on CUDA as stylegan2-ada draws, full renders too."""
    if device == "cuda":
        return Precision(torch.float16, HALF_RESOLUTIONS)
    return Precision(draft_dtype(device)) if draft else Precision()


def placed(network: NetworkT, device: str) -> NetworkT:
    """The network on the device; MPS has it in the plain layout, the one it computes right in."""
    if device == "mps":
        network = network.to(memory_format=torch.contiguous_format)  # pyright: ignore[reportCallIssue]
    return network.to(device)


def on_device(values: NDArray[np.float32], device: str) -> torch.Tensor:
    """A tensor on the device of an array that stays as it is: those of states are read-only."""
    return torch.from_numpy(values.copy()).to(device)


def is_out_of_memory(error: BaseException) -> bool:
    """True if a device, not the computer, has no memory left: CUDA's own error, MPS's text."""
    if isinstance(error, torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and "MPS backend out of memory" in str(error)


def empty_cache(device: str) -> None:
    """Give back to the device what torch keeps of it."""
    if device == "cuda":
        torch.cuda.empty_cache()
    elif device == "mps":
        torch.mps.empty_cache()


def or_on_cpu(
    method: Callable[Concatenate[PlacedT, Given], Answer],
) -> Callable[Concatenate[PlacedT, Given], Answer]:
    """Decorates a method: where the device's memory is full, it is done again on the CPU."""

    @functools.wraps(method)
    def call(self: PlacedT, /, *given: Given.args, **named: Given.kwargs) -> Answer:
        try:
            return method(self, *given, **named)
        except RuntimeError as error:
            device = self.device
            if device == "cpu" or not is_out_of_memory(error):
                raise
        # After the except clause: its traceback held what was computed so far.
        notice = full_notice(device)
        self.move_to("cpu", notice)
        empty_cache(device)
        return method(self, *given, **named)

    return call


def full_notice(device: str) -> str:
    """The sentence about a device without memory, which is logged too."""
    notice = FULL.format(device=device.upper())
    _LOG.warning("%s", notice)
    return notice
