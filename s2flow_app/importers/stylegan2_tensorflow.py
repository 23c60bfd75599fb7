"""StyleGAN2 generators of the TensorFlow original as ours.

Variables as `legacy.py` of stylegan2-ada-pytorch reads them: kernels are ``[k, k, in, out]``,
matrices ``[in, out]``, styles lack their bias of 1, and the upsampling kernels are turned about.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import torch
from torch import Tensor

from s2flow_app.errors import CheckpointError
from s2flow_app.importers.fitting import Part, State, setting
from s2flow_app.importers.reading import ForeignObject
from s2flow_app.importers.stylegan2 import MAPPING_RATE, MAX_BLOCKS, clamp_in, dict_in, generator
from s2flow_app.nets.modulated_conv import resample_filter

OLDEST_VERSION: Final = 4
SETTINGS: Final[dict[str, Any]] = {
    "label_size": 0, "num_channels": 3, "mapping_lrmul": MAPPING_RATE,
    "mapping_nonlinearity": "lrelu", "nonlinearity": "lrelu", "architecture": "skip",
    "resample_kernel": [1, 3, 3, 1], "use_noise": True,
}  # fmt: skip
"""What the networks may have been told, and what ours are; what was not told is so."""
IGNORED: Final = frozenset({"lod"})
_NAMES: Final = (
    (r"dlatent_avg", r"mapping.w_avg"),
    (r"mapping/Dense(\d+)/(weight|bias)", r"mapping.fc\1.\2"),
    (r"synthesis/4x4/Const/const", r"synthesis.b4.const"),
    (r"synthesis/4x4/Conv/(\w+)", r"synthesis.b4.conv1.\1"),
    (r"synthesis/(\d+)x\d+/Conv0_up/(\w+)", r"synthesis.b\1.conv0.\2"),
    (r"synthesis/(\d+)x\d+/Conv1/(\w+)", r"synthesis.b\1.conv1.\2"),
    (r"synthesis/(\d+)x\d+/ToRGB/(\w+)", r"synthesis.b\1.torgb.\2"),
)


def from_tensorflow(g_ema: ForeignObject) -> Part:
    """The generator of an unpickled ``Gs``; raises `CheckpointError`."""
    version = g_ema.state.get("version") if isinstance(g_ema.state, dict) else None
    if not isinstance(version, int) or version < OLDEST_VERSION:
        raise CheckpointError("was saved by a version of the TensorFlow code that is too old")
    told = dict_in(g_ema.state, "static_kwargs")
    for name, ours in SETTINGS.items():
        if setting(told, name) not in (ours, None):
            raise CheckpointError(f"is configured with another {name} than {ours}")
    state: State = {}
    for name, value in _variables(g_ema):
        if name not in IGNORED:
            ours = _our_name(name)
            state[ours] = _our_value(ours, value)
    for name in list(state):
        layer = name.removesuffix(".weight")
        if layer.endswith((".conv0", ".conv1")):
            state[f"{layer}.resample_filter"] = resample_filter()
        if layer.endswith(".conv1"):
            state[f"{layer.removesuffix('.conv1')}.resample_filter"] = resample_filter()
    return generator(state, conv_clamp=clamp_in(setting(told, "conv_clamp")))


def _variables(network: ForeignObject, prefix: str = "") -> Iterator[tuple[str, Tensor]]:
    if not isinstance(network.state, dict):
        raise CheckpointError("holds a network without its weights")
    entries = network.state.get("variables")
    for entry in entries if isinstance(entries, list) else []:
        if not isinstance(entry, list) or len(entry) != 2:
            raise CheckpointError("has a variable without a name or values")
        name, value = entry
        if not isinstance(value, Tensor | float | int):
            raise CheckpointError("has a variable without values")
        yield f"{prefix}{name}", torch.as_tensor(value)
    for name, part in dict_in(network.state, "components").items():
        if isinstance(part, ForeignObject):
            yield from _variables(part, f"{prefix}{name}/")


def _our_name(name: str) -> str:
    noise = re.fullmatch(r"synthesis/noise(\d{1,2})", name)
    if noise:  # numbered through: 4 px has one, every finer block two
        index = int(noise[1])
        block = min((index + 1) // 2, MAX_BLOCKS)
        return f"synthesis.b{4 << block}.conv{(index + 1) % 2}.noise_const"
    for pattern, ours in _NAMES:
        match = re.fullmatch(pattern, name)
        if match:
            return match.expand(ours).replace("mod_", "affine.")
    raise CheckpointError(f"has a variable that StyleGAN2 lacks, {name[:80]}")


def _our_value(name: str, value: Tensor) -> Tensor:
    layer, _, leaf = name.rpartition(".")
    if leaf == "const":
        return _with(4, name, value)[0]
    if leaf == "noise_const":
        return _with(4, name, value)[0, 0]
    if name.endswith("affine.bias"):
        return value + 1
    if leaf != "weight":
        return value
    if layer.endswith(".affine") or layer.startswith("mapping."):
        return _with(2, name, value).t()
    kernel = _with(4, name, value).permute(3, 2, 0, 1)
    return kernel.flip(2, 3) if layer.endswith(".conv0") else kernel


def _with(dim: int, name: str, value: Tensor) -> Tensor:
    if value.dim() != dim or 0 in value.shape:
        raise CheckpointError(f"has a variable of the wrong shape, for {name}")
    return value
