"""Which device the networks run on."""

import torch

from s2flow_app.errors import DeviceError

DEVICES = ("auto", "cpu", "cuda", "mps")


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


def draft_dtype(device: str) -> torch.dtype:
    """What previews are computed in: half precision where the device computes it natively."""
    if device == "cuda":
        return torch.float16
    if device == "cpu" and torch.ops.mkldnn._is_mkldnn_bf16_supported():
        return torch.bfloat16
    return torch.float32
