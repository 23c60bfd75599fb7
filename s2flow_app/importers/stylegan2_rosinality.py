"""StyleGAN2 generators of rosinality/stylegan2-pytorch (`model.py`) as ours.

The numbers are the same as stylegan2-ada-pytorch's; names and some leading axes differ.
"""

import re
from typing import Any, Final

import torch
from torch import Tensor

from s2flow_app.errors import CheckpointError
from s2flow_app.importers.fitting import Part, State, tensors_of, width, without_prefix
from s2flow_app.importers.stylegan2 import MAX_BLOCKS, generator
from s2flow_app.nets.modulated_conv import resample_filter
from s2flow_app.nets.stylegan2 import Generator

MEAN_OF: Final = 10_000
"""How many latents are averaged where a checkpoint, saved while training, has no mean latent."""
_LEAVES: Final = {
    "conv.weight": "weight",
    "conv.modulation.weight": "affine.weight",
    "conv.modulation.bias": "affine.bias",
    "noise.weight": "noise_strength",
    "activate.bias": "bias",
    "bias": "bias",
}
_KERNELS: Final = re.compile(r"(convs\.\d+\.conv\.blur|to_rgbs\.\d+\.upsample)\.kernel")
"""Constants beside the weights: four times our filter."""


def from_rosinality(checkpoint: dict[str, Any]) -> Part:
    """The generator of a checkpoint with ``g_ema``; raises `CheckpointError`."""
    theirs = without_prefix(tensors_of(checkpoint["g_ema"]))
    state: State = {}
    for name, value in theirs.items():
        if _KERNELS.fullmatch(name):
            if value.shape != (4, 4) or not torch.allclose(value.float() / 4, resample_filter()):
                raise CheckpointError(f"resamples with another filter than [1, 3, 3, 1], in {name}")
            continue
        ours = _our_name(name)
        state[ours] = _our_value(ours, value)
    for name in list(state):
        layer = name.removesuffix(".weight")
        if layer.endswith((".conv0", ".conv1")):
            state[f"{layer}.resample_filter"] = resample_filter()
        if layer.endswith(".conv1"):
            state[f"{layer.removesuffix('.conv1')}.resample_filter"] = resample_filter()
    mean = checkpoint.get("latent_avg")
    if isinstance(mean, Tensor):
        state["mapping.w_avg"] = mean.flatten()
        return generator(state)
    state["mapping.w_avg"] = torch.zeros(width(state, "mapping.fc0.bias", 0))
    return _with_mean(generator(state))


def _with_mean(part: Part) -> Part:
    """The mean latent as the original's `mean_latent` estimates it, from a fixed seed."""
    network = part.network
    assert isinstance(network, Generator)
    z = torch.randn(MEAN_OF, part.config["z_dim"], generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        network.mapping.w_avg = network.mapping(z)[:, 0].mean(0)
    return part


def _our_name(name: str) -> str:
    head, _, rest = name.partition(".")
    number, _, leaf = rest.partition(".")
    if head == "style" and number.isdecimal():  # layer 0 normalises
        return f"mapping.fc{int(number) - 1}.{leaf}"
    if name == "input.input":
        return "synthesis.b4.const"
    if head == "noises" and rest.removeprefix("noise_").isdecimal():
        index = int(rest.removeprefix("noise_"))
        return f"{_layer(index)}.noise_const"
    if head in ("conv1", "to_rgb1"):
        number, leaf = "-1", rest
    if head in ("conv1", "convs") and leaf in _LEAVES:
        return f"{_layer(_index(number) + 1)}.{_LEAVES[leaf]}"
    if head in ("to_rgb1", "to_rgbs") and leaf in _LEAVES:
        return f"synthesis.b{_size(_index(number) + 1)}.torgb.{_LEAVES[leaf]}"
    raise CheckpointError(f"has a weight that StyleGAN2 lacks, {name[:80]}")


def _layer(index: int) -> str:
    """4 px has one convolution, every finer block two."""
    return f"synthesis.b{_size((index + 1) // 2)}.conv{(index + 1) % 2}"


def _size(block: int) -> int:
    return 4 << min(block, MAX_BLOCKS)


def _index(number: str) -> int:
    if number != "-1" and not number.isdecimal():
        raise CheckpointError(f"has a layer without a number, {number[:20]}")
    return int(number)


def _our_value(name: str, value: Tensor) -> Tensor:
    """Without the leading axes of size 1 that only the original has."""
    if name.endswith(".noise_strength"):
        return value.squeeze()
    if name.endswith(".bias"):
        return value.flatten()
    wanted = (
        2 if name.endswith(("noise_const", "affine.weight")) or name.startswith("mapping") else 4
    )
    wanted = 3 if name.endswith(".const") else wanted
    while value.dim() > wanted and value.shape[0] == 1:
        value = value[0]
    return value
