"""Writes checkpoints as others do, from our networks: for tests of the importers.

The foreign modules are empty stand-ins under the foreign names, there while a file is written.
"""

import pickle
import sys
import types
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from s2flow_app.nets.condition import ORIGINAL_NAMES, RgbConditionEncoder
from s2flow_app.nets.deeplab import DeepLabV3
from s2flow_app.nets.flow import Flow
from s2flow_app.nets.stylegan2 import (
    FullyConnectedLayer,
    Generator,
    SynthesisLayer,
    ToRGBLayer,
    resample_filter,
)

DIM = 16
CHANNELS = (16, 12, 8, 8)
NUM_WS = 2 * len(CHANNELS)


class EasyDict(dict):
    """`dnnlib.util.EasyDict`."""


class Network:
    """`dnnlib.tflib.network.Network`."""


class Persistent:
    """An object of a class under `torch_utils.persistence`."""

    def __init__(self, class_name: str, state: dict[str, Any], source: str) -> None:
        self.meta = {
            "type": "class", "version": 6, "module_src": source, "class_name": class_name,
            "state": state,
        }  # fmt: skip

    def __reduce__(self) -> tuple[Any, ...]:
        return sys.modules["torch_utils.persistence"].__dict__[
            "_reconstruct_persistent_obj"
        ], (self.meta,)  # fmt: skip


def _reconstruct_persistent_obj(meta: object) -> None:
    """Only its name is pickled."""


@contextmanager
def foreign_modules() -> Iterator[None]:
    """The foreign names that a pickle refers to."""
    homes = {
        "torch_utils.persistence": _reconstruct_persistent_obj, "dnnlib.util": EasyDict,
        "dnnlib.tflib.network": Network,
    }  # fmt: skip
    added = []
    for name, thing in homes.items():
        parts = name.split(".")
        for i in range(1, len(parts) + 1):
            module = ".".join(parts[:i])
            if module not in sys.modules:
                sys.modules[module] = types.ModuleType(module)
                added.append(module)
        setattr(sys.modules[name], thing.__name__, thing)
        thing.__module__, thing.__qualname__ = name, thing.__name__
    yield
    for module in added:
        del sys.modules[module]


def small_generator(**more: Any) -> Generator:
    """32 px, nothing as it is before training."""
    torch.manual_seed(3)
    network = Generator(w_dim=DIM, channels=CHANNELS, z_dim=DIM, mapping_layers=2, **more)
    for tensor in network.state_dict().values():
        if tensor.shape != (4, 4):
            tensor.add_(torch.randn(tensor.shape) * 0.1)
    return network.eval().requires_grad_(False)


def ada_object(module: nn.Module, source: str = "import nothing") -> Persistent:
    """A module as stylegan2-ada-pytorch pickles it."""
    state: dict[str, Any] = {
        "training": False,
        "_parameters": OrderedDict(
            (k, nn.Parameter(p.detach().clone(), requires_grad=False))
            for k, p in module.named_parameters(recurse=False)
        ),
        "_buffers": OrderedDict((k, b.clone()) for k, b in module.named_buffers(recurse=False)),
        "_non_persistent_buffers_set": set(),
        "_backward_hooks": OrderedDict(),
        "_modules": OrderedDict((k, ada_object(m, source)) for k, m in module.named_children()),
        "_init_args": (),
        "_init_kwargs": EasyDict(resample_filter=[1, 3, 3, 1]),
    }
    if isinstance(module, FullyConnectedLayer):
        state |= {"activation": module.activation, "bias_gain": module.bias_gain}
        state["weight_gain"] = np.float64(module.weight_gain)
    if isinstance(module, SynthesisLayer | ToRGBLayer):
        state["conv_clamp"] = module.conv_clamp
    return Persistent(type(module).__name__, state, source)


def write_ada(path: Path, g_ema: Any, **more: Any) -> Path:
    """``ffhq.pkl``: a plain pickle of networks and what they were trained with."""
    other = Persistent("Discriminator", {"_parameters": OrderedDict()}, "")
    whole = {
        "G": other, "D": other, "G_ema": g_ema, "training_set_kwargs": EasyDict(path="x"),
        "augment_pipe": None, **more,
    }  # fmt: skip
    with foreign_modules():
        path.write_bytes(pickle.dumps(whole, protocol=3))
    return path


def tensorflow_network(network: Generator, *, version: int = 4, **told: Any) -> Network:
    """A generator as the TensorFlow code's `Network` keeps it."""
    mapping: list[tuple[str, np.ndarray]] = []
    synthesis: list[tuple[str, np.ndarray]] = []
    for name, tensor in network.state_dict().items():
        value = tensor.numpy()
        part, *path = name.split(".")
        leaf = path[-1]
        if leaf in ("w_avg", "resample_filter"):
            continue
        if part == "mapping":
            value = value.T if leaf == "weight" else value
            mapping.append((f"Dense{path[0][2:]}/{leaf}", value))
            continue
        size = int(path[0][1:])
        if leaf == "const":
            synthesis.append(("4x4/Const/const", value[None]))
            continue
        if leaf == "noise_const":
            step = size.bit_length() - 1
            index = 2 * step - (5 if path[1] == "conv0" else 4)
            synthesis.append((f"noise{index}", value[None, None]))
            continue
        layer = {"conv0": "Conv0_up", "conv1": "Conv1" if size > 4 else "Conv", "torgb": "ToRGB"}
        if path[2] == "affine":
            value = value.T if leaf == "weight" else value - 1
            leaf = f"mod_{leaf}"
        elif leaf == "weight":
            value = value[:, :, ::-1, ::-1] if path[1] == "conv0" else value
            value = value.transpose(2, 3, 1, 0)
        synthesis.append((f"{size}x{size}/{layer[path[1]]}/{leaf}", value))
    return _tensorflow(
        version, [("lod", np.float32(0)), ("dlatent_avg", network.mapping.w_avg.numpy())],
        {
            "mapping": _tensorflow(version, mapping, {}),
            "synthesis": _tensorflow(version, synthesis, {}),
        },
        resolution=32, num_channels=3, fmap_base=64, resample_kernel=[1, 3, 3, 1], **told,
    )  # fmt: skip


def _tensorflow(
    version: int, variables: list[Any], components: dict[str, Network], **told: Any
) -> Network:
    network = Network()
    network.__dict__.update(
        version=version, name="G", static_kwargs=EasyDict(told), components=EasyDict(components),
        build_module_src="import nothing", build_func_name="G", variables=variables,
    )  # fmt: skip
    return network


def write_tensorflow(path: Path, gs: Network) -> Path:
    """``stylegan2-ffhq-config-f.pkl``: G, D and the running mean of G."""
    other = _tensorflow(4, [], {})
    with foreign_modules():
        path.write_bytes(pickle.dumps((other, other, gs), protocol=4))
    return path


def rosinality_state(network: Generator) -> dict[str, Tensor]:
    """`g_ema` of rosinality/stylegan2-pytorch."""
    found: dict[str, Tensor] = {}
    leaves = {
        "weight": "conv.weight", "affine.weight": "conv.modulation.weight",
        "affine.bias": "conv.modulation.bias", "noise_strength": "noise.weight",
    }  # fmt: skip
    kernel = 4 * resample_filter()
    for name, tensor in network.state_dict().items():
        part, where, *path = name.split(".")
        leaf = ".".join(path[1:])
        if part == "mapping":
            if where != "w_avg":
                found[f"style.{int(where[2:]) + 1}.{path[0]}"] = tensor
            continue
        step = int(where[1:]).bit_length() - 3
        if path[0] == "const":
            found["input.input"] = tensor[None]
        elif path[0] == "torgb":
            head = "to_rgb1" if step == 0 else f"to_rgbs.{step - 1}"
            if leaf == "bias":
                tensor = tensor.reshape(1, 3, 1, 1)
            found[f"{head}.{leaves.get(leaf, leaf)}"] = tensor[None] if leaf == "weight" else tensor
            if step:
                found[f"{head}.upsample.kernel"] = kernel
        elif path[0] in ("conv0", "conv1"):
            index = 2 * step - (path[0] == "conv0")
            head = "conv1" if index == 0 else f"convs.{index - 1}"
            if leaf == "noise_const":
                found[f"noises.noise_{index}"] = tensor[None, None]
            elif leaf == "resample_filter":
                if path[0] == "conv0":
                    found[f"{head}.conv.blur.kernel"] = kernel
            else:
                whole = tensor[None] if leaf == "weight" else tensor
                whole = whole.reshape(1) if leaf == "noise_strength" else whole
                found[f"{head}.{leaves.get(leaf, 'activate.bias')}"] = whole
    return found


def random_state(network: nn.Module) -> nn.Module:
    """Nothing as it is before training."""
    for tensor in network.state_dict().values():
        if tensor.is_floating_point():
            tensor.copy_(torch.rand(tensor.shape))
    return network.eval().requires_grad_(False)


def small_s2flow() -> tuple[Flow, RgbConditionEncoder]:
    torch.manual_seed(4)
    flow, condition = Flow(dim=DIM, hidden=(8, 12), each_row=True), RgbConditionEncoder()
    random_state(flow)
    random_state(condition)
    return flow, condition


def s2flow_checkpoint(flow: Flow, condition: RgbConditionEncoder) -> dict[str, Any]:
    """``last_checkpoint.pt``."""
    theirs = OrderedDict()
    for name, tensor in condition.state_dict().items():
        old, new = next((o, n) for o, n in ORIGINAL_NAMES.items() if name.startswith(n))
        theirs[old + name.removeprefix(new)] = tensor
    prior = flow.state_dict() | {"chain.1.odefunc._num_evals": torch.tensor(14.0)}
    optimiser = {"state": {0: {"step": 3}}, "param_groups": [{"lr": 3e-4}]}
    return {"prior_ntwk": prior, "cnd_ntwk": theirs, "epoch": 100, "optimizer": optimiser}


def s2flow_config(**more: Any) -> dict[str, Any]:
    """``config.txt``, shortened."""
    return {
        "seed": 34, "layer_type": "concatsquash", "dataset": "FFHQ", "prior_type": "cnf",
        "flow_modules": "8-12", "cond_size": 19, "out_size": 19, "cond_type": "CA",
        "seg_map_sz": 512, **more,
    }  # fmt: skip


def small_deeplab() -> DeepLabV3:
    torch.manual_seed(5)
    network = DeepLabV3(blocks=(1, 1, 2, 1), width=32, aspp_width=64)
    random_state(network)
    return network
