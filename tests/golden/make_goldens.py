"""Run the original networks on the weights of `golden_weights` and keep what they answer.

    PYTHONPATH=.:tests/helpers python tests/golden/make_goldens.py --ada DIR --s2flow DIR

DIR are checkouts of stylegan2-ada-pytorch and of S2-Flow; the tests need neither.
"""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from golden_networks import DEEPLAB_FULL, DEEPLAB_SMALL, GENERATOR_FFHQ, GENERATORS
from golden_weights import GOLDEN, enlarged, sketch, uniform
from numpy.typing import NDArray
from originals import Originals, imagenet, synthesis, through_flow
from torch import Tensor


def make_goldens(originals: Originals) -> None:
    """Write every golden file and `layouts.json`."""
    z = _input("z", 2, 512)
    for name, case in GENERATORS.items():
        network = originals.generator(name, case)
        with torch.inference_mode():
            ws = network.mapping(z, None)
            truncated = network.mapping(z, None, truncation_psi=0.7)
            kept = sketch(synthesis(network, ws))
        _save(name, {"z": z, "w": ws[:, 0], "w_truncated": truncated[:, 0], **kept})
    _save("flow", _flow_arrays(originals))
    label_map, palette = painted_map(), originals.palette()
    colours = torch.from_numpy(palette[label_map]).permute(2, 0, 1)[None].float() / 255
    small = _input("img", 1, 3, 39, 41) / 3**0.5
    with torch.inference_mode():
        answer = originals.condition()(colours)
        logits = originals.deeplab("deeplab_small", DEEPLAB_SMALL)(imagenet(enlarged(small)))
    arrays = {"label_map": torch.from_numpy(label_map), "palette": torch.from_numpy(palette)}
    _save("condition", {**arrays, "answer": answer})
    _save("deeplab_small", {"img": small, **sketch(logits)})
    originals.generator("generator_ffhq", GENERATOR_FFHQ)  # for its layout, as the next
    originals.deeplab("deeplab", DEEPLAB_FULL)
    text = json.dumps(originals.layouts, separators=(",", ":")).replace('},"', '},\n"')
    (GOLDEN / "layouts.json").write_text(text + "\n", encoding="utf-8")


def _flow_arrays(originals: Originals) -> dict[str, Tensor]:
    """Codes of latents under one condition, and latents of those codes under another."""
    flow = originals.flow()
    ws, c, other = _input("ws", 2, 18, 512), _input("c", 2, 19), _input("other", 2, 19)
    code, forward = through_flow(flow, ws, c, reverse=False)
    other_ws, inverse = through_flow(flow, code, other, reverse=True)
    return {
        "ws": ws, "c": c, "code": code, "other_c": other, "other_ws": other_ws,
        "evaluations": torch.tensor([forward, inverse]),
    }  # fmt: skip


def painted_map() -> NDArray[np.uint8]:
    """A label map ``[512, 512]`` of ellipses."""
    rows, columns = np.mgrid[:512, :512]
    label_map = np.zeros((512, 512), np.uint8)
    for k in range(1, 19):
        y, x, a, b = 256 + np.array([110, 110, 60, 60]) * uniform(f"ellipse {k}", (4,))
        inside = ((rows - y) / (a / 4)) ** 2 + ((columns - x) / (b / 4)) ** 2 < 1
        label_map[inside] = k
    return label_map


def _input(name: str, *shape: int) -> Tensor:
    return torch.from_numpy(uniform(name, shape))


def _save(case: str, arrays: Mapping[str, Tensor]) -> None:
    kept: dict[str, Any] = {name: tensor.numpy() for name, tensor in arrays.items()}
    np.savez_compressed(GOLDEN / f"{case}.npz", **kept)
    print(case, {k: tuple(v.shape) for k, v in arrays.items()})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ada", type=Path, required=True, help="stylegan2-ada-pytorch")
    parser.add_argument("--s2flow", type=Path, required=True, help="S2-Flow")
    chosen = parser.parse_args()
    make_goldens(Originals(chosen.ada, chosen.s2flow))
