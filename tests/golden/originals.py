"""The original networks, imported from checkouts of their repositories; nothing of them is here."""

import ast
import importlib
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from golden_networks import GeneratorCase
from golden_weights import Layout, golden_state, layout_of
from numpy.typing import NDArray
from torch import Tensor, nn


class _Anything(types.ModuleType):
    """Stands for a module that the originals import and that nothing here uses."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self


@contextmanager
def _imports_from(folder: Path, *stubs: str) -> Iterator[None]:
    sys.path.insert(0, str(folder))
    sys.modules.update({name: _Anything(name) for name in stubs})
    yield
    sys.path.remove(str(folder))
    for name in stubs:
        del sys.modules[name]


class Originals:
    """Makes the original networks, in eval mode, filled by the formula.

    Args:
        ada: folder of stylegan2-ada-pytorch.
        s2flow: folder of S2-Flow.
    """

    def __init__(self, ada: Path, s2flow: Path) -> None:
        self._s2flow = s2flow
        self.layouts: dict[str, Layout] = {}
        """Of the networks made so far, by case."""
        with _imports_from(ada, "requests"):
            self._networks = importlib.import_module("training.networks")
        with _imports_from(
            s2flow, "matplotlib", "matplotlib.pyplot", "mpl_toolkits", "mpl_toolkits.mplot3d",
            "sklearn", "sklearn.svm", "torchvision", "torchvision.models",
        ):  # fmt: skip
            self._flow = importlib.import_module("model.module.flow")
            self._conditions = importlib.import_module("model.conditions")
            self._deeplab = importlib.import_module("util.deeplab")

    def generator(self, name: str, case: GeneratorCase) -> Any:
        network = self._networks.Generator(
            z_dim=512, c_dim=0, w_dim=512, img_resolution=case.resolution, img_channels=3,
            mapping_kwargs={"num_layers": 8},
            synthesis_kwargs={
                "channel_base": case.channel_base, "channel_max": case.channel_max,
                "num_fp16_res": 4, "conv_clamp": case.conv_clamp,
            },
        )  # fmt: skip
        return self._filled(name, "generator", network)

    def flow(self) -> Any:
        """With the tolerances that its maker gives it, 1e-7."""
        return self._filled("flow", "flow", self._flow.build_model(512, (512,) * 5, 19, 1, True))

    def condition(self) -> Any:
        return self._filled("condition", "condition", self._conditions.ConditionalAugmentation(19))

    def deeplab(self, name: str, blocks: tuple[int, ...]) -> Any:
        network = self._deeplab.ResNet(
            self._deeplab.Bottleneck, list(blocks), 19, num_groups=32, weight_std=True, beta=False
        )
        return self._filled(name, "deeplab", network)

    def palette(self) -> NDArray[np.uint8]:
        """The label colours, of the one function that has them: its module needs much else."""
        tree = ast.parse((self._s2flow / "util" / "utils.py").read_text(encoding="utf-8"))
        wanted = [
            node
            for node in tree.body
            if isinstance(node, ast.FunctionDef) and node.name == "labelcolormap"
        ]
        scope: dict[str, Any] = {"np": np}
        exec(compile(ast.Module(list(wanted), []), "utils.py", "exec"), scope)
        return scope["labelcolormap"](19)

    def _filled(self, name: str, kind: str, network: nn.Module) -> nn.Module:
        self.layouts[name] = layout_of(network.state_dict())
        network.load_state_dict(golden_state(kind, self.layouts[name]))
        return network.eval()


def synthesis(network: Any, ws: Tensor) -> Tensor:
    """Pictures with constant noise, in float32 throughout."""
    return network.synthesis(ws, noise_mode="const", force_fp32=True)


def through_flow(flow: Any, rows: Tensor, c: Tensor, *, reverse: bool) -> tuple[Tensor, int]:
    """What the original's flow makes of rows, and in how many evaluations."""
    torch.manual_seed(0)  # its divergence probe takes part in the choice of steps
    found = flow(rows, c, reverse=reverse).detach()
    return found, int(flow.chain[1].num_evals())


def imagenet(img: Tensor) -> Tensor:
    """``img`` in [-1, 1] as S2-Flow's `segmentation_util` normalises pictures."""
    mean, std = torch.tensor([[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]])[:, :, None, None]
    return ((img + 1) / 2 - mean) / std
