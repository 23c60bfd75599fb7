"""Run the original scripts' own functions on small random networks and keep what they answer.

    PYTHONPATH=.:tests/helpers:tests/golden python tests/golden/make_tool_goldens.py --s2flow DIR

DIR is a checkout of S2-Flow; the tests need none. The networks are in training mode, as
`run_semantic_edits.py` and `run_style_editing.py` leave theirs.
"""

import argparse
import importlib
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import torch
from golden_tools import FACES, NEAR, SEED, WALK, attributes, colours, maps, tool_state, tool_ws
from golden_weights import GOLDEN, layout_of
from originals import _imports_from


def make_goldens(s2flow: Path) -> None:
    """Write `tools.npz`: latents, and checksums of edited maps."""
    stubs = ("matplotlib", "matplotlib.pyplot", "mpl_toolkits", "mpl_toolkits.mplot3d", "sklearn",
             "sklearn.svm", "torchvision", "torchvision.models", "lmdb", "pyarrow", "requests",
             "scipy", "util.utils", "util.segmentation_util")  # fmt: skip
    with _imports_from(s2flow, *stubs), _imports_from(s2flow / "tools"):
        helper = importlib.import_module("test_helper")
        flows = importlib.import_module("model.module.flow")
        conditions = importlib.import_module("model.conditions")
        editing = importlib.import_module("tools.editing_functions")
    kept: dict[str, Any] = {}
    prior, encoder = _networks(flows, conditions)
    ws, pictures = tool_ws(), [_tensor(one) for one in colours()]
    for k in (0, 1):  # semantic: one face after the other, the second edit after the first
        torch.manual_seed(0)
        code, _ = helper.forward_flow(prior, encoder, ws[k][None, None], pictures[k], "cpu")
        new = helper.reverse_flow(prior, encoder, code, pictures[k + 2], "cpu")
        kept[f"semantic_{k}"] = new[0].detach().numpy()
    prior, encoder = _networks(flows, conditions)
    batch, mean = torch.cat(pictures), ws.mean(0)
    torch.manual_seed(0)
    code = helper.forward_flow(prior, encoder, ws[:, None], batch, "cpu")[0]
    for alpha in np.linspace(0, 1, 100)[:WALK]:
        code = (1 - alpha) * code + alpha * mean
        new = helper.reverse_flow(prior, encoder, code, batch, "cpu")
    kept["style"] = new.detach().numpy()
    kept["v1"], kept["edits"] = _edited(editing)
    np.savez_compressed(GOLDEN / "tools.npz", **kept)
    print({name: array.shape for name, array in kept.items()})


def _networks(flows: Any, conditions: Any) -> tuple[Any, Any]:
    prior = flows.build_model(16, (8, 12), 19, 1, True)
    encoder = conditions.ConditionalAugmentation(19)
    for kind, network in (("flow", prior), ("condition", encoder)):
        network.load_state_dict(tool_state(kind, layout_of(network.state_dict())))
    return prior, encoder


def _tensor(picture: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(picture).permute(2, 0, 1)[None].float() / 255


def _edited(editing: Any) -> tuple[np.ndarray, np.ndarray]:
    """Checksums of the maps of `make_edits_v1` and `make_edits`; 0 where there is no edit."""
    made = editing.AugmentDataset.__new__(editing.AugmentDataset)
    found = attributes()
    smiling = {k: [v for v in near if found[v].smiles] for k, near in NEAR.items()}
    made.nbrs = {"easy": {k: list(v) for k, v in NEAR.items()}}
    made.smiling_nbrs = {"easy": {k: v for k, v in smiling.items() if v}}
    made.cls = "easy"
    made.gender_attrs = [one.gender or [] for one in found]
    made.glass_attrs = [one.glasses or [] for one in found]
    made.ffhq_dataset = dict(enumerate(maps()))
    editing.tensor2label = lambda tensor, _: np.zeros((3, 1, 1))
    editing.torchvision.transforms.functional.to_tensor = lambda _: torch.zeros(1)
    gray = [torch.from_numpy(one).long()[None] for one in maps()]
    np.random.seed(SEED)
    v1 = np.zeros((FACES, 2), np.int64)
    for k in range(FACES):
        steps = made.make_edits_v1(k, 1, gray[k], torch.zeros(1))[0][1:]
        v1[k, : len(steps)] = [_checksum(one) for one in steps]
    made.nbrs = {"easy": {k: list(v) for k, v in NEAR.items()}}  # they were shuffled
    np.random.seed(SEED)
    edits = np.zeros((FACES, 4), np.int64)
    for k in range(FACES):
        for i, name in enumerate(("smile", "add_glasses", "remove_glasses", "hair")):
            item = getattr(made, f"make_{name}")(k, gray[k][0])
            edits[k, i] = 0 if item is None else _checksum(item[0])
    return v1, edits


def _checksum(gray: torch.Tensor) -> int:
    return zlib.crc32(gray.to(torch.uint8).numpy().tobytes())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--s2flow", type=Path, required=True, help="S2-Flow")
    make_goldens(parser.parse_args().s2flow)
