"""StyleGAN2 generators: what all layouts share, and stylegan2-ada-pytorch's own.

Our `Generator` has that repository's names (`training/networks.py`); its pickles hold modules as
`torch_utils/persistence.py` writes them, with the source of their classes, which is not read.
"""

from collections.abc import Iterator
from typing import Any, Final

import torch
from torch import Tensor

from s2flow_app.errors import CheckpointError
from s2flow_app.importers.fitting import Part, State, checked_count, fitted, setting, width
from s2flow_app.importers.reading import ForeignObject
from s2flow_app.nets.modulated_conv import resample_filter
from s2flow_app.nets.stylegan2 import Generator

MAX_BLOCKS: Final = 9
"""4 to 1024 px."""
MAPPING_RATE: Final = 0.01
"""Learning rate multiplier of the mapping network, which scales its weights."""


def generator(state: State, *, conv_clamp: float | None = None) -> Part:
    """The generator with the weights ``state``, whose shapes say how it is configured.

    Raises:
        CheckpointError: `fitted` says what does not fit.
    """
    channels: list[int] = []
    while (name := f"synthesis.b{4 << len(channels)}.conv1.weight") in state:
        channels.append(width(state, name, 0))
    if not 0 < len(channels) <= MAX_BLOCKS:
        raise CheckpointError(f"is no StyleGAN2 generator of 4 to {2 << MAX_BLOCKS} px")
    for name, value in state.items():
        if name.endswith(".resample_filter") and not is_resample_filter(value):
            raise CheckpointError(f"resamples with another filter than [1, 3, 3, 1], in {name}")
    layers = sum(name.startswith("mapping.fc") and name.endswith(".weight") for name in state)
    config: dict[str, Any] = {
        "w_dim": width(state, "synthesis.b4.conv1.affine.weight", 1),
        "channels": channels,
        "z_dim": width(state, "mapping.fc0.weight", 1),
        "mapping_layers": checked_count(layers, "mapping layers"),
    }
    if conv_clamp is not None:
        config["conv_clamp"] = conv_clamp
    return fitted("generator", "stylegan2", Generator, config, state)


def from_ada(g_ema: ForeignObject) -> Part:
    """The generator of an unpickled ``G_ema``; raises `CheckpointError`."""
    state: State = {}
    clamps: list[Any] = []
    for prefix, module in _modules(g_ema):
        for kind in ("_parameters", "_buffers"):
            for name, value in dict_in(module, kind).items():
                if isinstance(value, Tensor):
                    state[f"{prefix}{name}"] = value
        if "conv_clamp" in module and setting(module, "conv_clamp") not in clamps:
            clamps.append(module["conv_clamp"])
        if setting(module, "activation", "linear") not in ("linear", "lrelu"):
            raise CheckpointError("has activations other than leaky ReLU")
        if prefix == "mapping.fc0.":
            gain = module.get("bias_gain")
            if not isinstance(gain, float) or abs(gain - MAPPING_RATE) > 1e-6:
                raise CheckpointError(
                    f"has a mapping network with another learning rate than {MAPPING_RATE}"
                )
    if any(name.startswith("mapping.embed.") for name in state):
        raise CheckpointError("is a generator of several classes, which this program lacks")
    if len(clamps) > 1:
        raise CheckpointError("clamps some layers and not others, which this program does not")
    return generator(state, conv_clamp=clamp_in(clamps[0]) if clamps else None)


def is_resample_filter(value: Tensor) -> bool:
    """True if ``value [4, 4]`` is the one FIR that our generator resamples with."""
    ours = resample_filter()
    return value.shape == ours.shape and torch.allclose(value.float(), ours, atol=1e-6)


def clamp_in(value: object) -> float | None:
    """A configured bound of the layers, or None; raises `CheckpointError`."""
    if value is None:
        return None
    if isinstance(value, int | float) and 0 < value < float("inf"):
        return float(value)
    raise CheckpointError("clamps its layers to something that is not a number")


def dict_in(values: dict[str, Any], name: str) -> dict[str, Any]:
    """The dict under ``name``; an empty one where there is none."""
    found = values.get(name)
    return found if isinstance(found, dict) else {}


def _modules(module: ForeignObject, prefix: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every module of a pickled torch module with its prefix, itself first."""
    if not isinstance(module.state, dict):
        raise CheckpointError("holds a network without its weights")
    yield prefix, module.state
    for name, child in dict_in(module.state, "_modules").items():
        if isinstance(child, ForeignObject):
            yield from _modules(child, f"{prefix}{name}.")
