"""Weights by a formula, the same wherever they are made: for parity with the original networks.

Every value comes from the raw stream of PCG64, which numpy guarantees to stay as it is, seeded by
the CRC-32 of the tensor's name; what follows is exact in float32. So `golden/make_goldens.py`
fills the original networks and `unit/test_parity.py` ours with equal bits, and no weights need to
be stored. Nothing is left at its initial value: untrained weights (zero noise strengths and biases,
unit statistics, an end time of 1) would hide errors.
"""

import json
import re
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

GOLDEN: Final = Path(__file__).resolve().parent.parent / "golden"
"""Where the committed inputs, outputs and key lists are."""

Layout = dict[str, tuple[tuple[int, ...], str]]
"""Name to shape and dtype ("float32"), as one original state dict has them."""


class Rule(NamedTuple):
    """Values ``centre + spread * u``, with ``u`` uniform, mean 0 and variance 1."""

    pattern: str
    """What the end of a name must match."""
    centre: float
    spread: float
    by_fan_in: bool = False
    """Divide `spread` by the square root of the values that one output sums."""


RULES: Final[Mapping[str, tuple[Rule, ...]]] = {
    # The first rule that matches a name holds. Mapping weights and biases are stored large, for
    # their learning rate of 0.01.
    "generator": (
        Rule(r"mapping\.fc\d\.weight", 0, 100),
        Rule(r"mapping\.fc\d\.bias", 0, 30),
        Rule(r"mapping\.w_avg", 0, 0.5),
        Rule(r"affine\.weight", 0, 0.7),
        Rule(r"affine\.bias", 1, 0.3),
        Rule(r"noise_strength", 0.3, 0.1),
        Rule(r"torgb\.weight", 0, 0.12),
        Rule(r"torgb\.bias", 0, 0.25),
        Rule(r"bias", 0, 0.3),
        Rule(r"weight|const|noise_const", 0, 1),
    ),
    "flow": (
        Rule(r"\.step", 1000, 0),
        Rule(r"_num_evals", 30, 0),
        Rule(r"sqrt_end_time", 1.3, 0.05),
        Rule(r"running_var", 1, 0.4),
        Rule(r"running_mean|chain\.\d\.(weight|bias)", 0, 0.3),
        Rule(r"_layer\.weight", 0, 2.5, by_fan_in=True),
        Rule(r"_hyper_\w+\.weight", 0, 1, by_fan_in=True),
        Rule(r"bias", 0, 0.3),
    ),
    "condition": (
        Rule(r"num_batches_tracked", 1000, 0),
        Rule(r"running_var", 0.5, 0.15),
        Rule(r"bn\.weight", 1, 0.2),
        Rule(r"running_mean|bias", 0, 0.2),
        Rule(r"weight", 0, 1.5, by_fan_in=True),
    ),
    "deeplab": (
        Rule(r"aspp\.conv3\.weight", 0, 1, by_fan_in=True),
        Rule(r"(conv|aspp)\d\.weight|downsample\.0\.weight", 0.01, 0.03),
        Rule(r"weight", 1, 0.2),
        Rule(r"bias", 0, 0.2),
    ),
}
"""By kind of network; spreads keep activations at the size that trained ones have."""


def uniform(name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Float32 values of ``shape``, uniform with mean 0 and variance 1, seeded by ``name``."""
    stream = np.random.PCG64(zlib.crc32(name.encode()))
    raw = stream.random_raw(int(np.prod(shape, dtype=np.int64)))
    unit = (raw >> np.uint64(40)).astype(np.float32) / np.float32(2**23) - np.float32(1)
    return (unit * np.float32(3**0.5)).reshape(shape)


def golden_state(kind: str, layout: Layout) -> dict[str, Tensor]:
    """The state dict for the names, shapes and dtypes of ``layout``; ``kind`` as in `RULES`."""
    return {name: _tensor(kind, name, *layout[name]) for name in sorted(layout)}


def _tensor(kind: str, name: str, shape: tuple[int, ...], dtype: str) -> Tensor:
    if name.endswith("resample_filter"):  # a constant of the architecture
        taps = torch.tensor([1.0, 3.0, 3.0, 1.0])
        return torch.outer(taps, taps) / 64
    rule = next(rule for rule in RULES[kind] if re.search(f"({rule.pattern})$", name))
    fan_in = int(np.prod(shape[1:], dtype=np.int64)) if rule.by_fan_in else 1
    spread = np.float32(rule.spread / fan_in**0.5)
    values = np.float32(rule.centre) + spread * uniform(name, shape)
    return torch.from_numpy(np.asarray(values)).to(getattr(torch, dtype))


def layout_of(state: Mapping[str, Tensor]) -> Layout:
    """Names, shapes and dtypes of a state dict."""
    return {
        name: (tuple(tensor.shape), str(tensor.dtype).removeprefix("torch."))
        for name, tensor in state.items()
    }


def read_layouts() -> dict[str, Layout]:
    """The committed layouts of the original state dicts, by case."""
    text = (GOLDEN / "layouts.json").read_text(encoding="utf-8")
    return {
        case: {name: (tuple(shape), dtype) for name, (shape, dtype) in layout.items()}
        for case, layout in json.loads(text).items()
    }


def read_golden(case: str) -> dict[str, Tensor]:
    """The committed inputs and outputs of one case, by name."""
    with np.load(GOLDEN / f"{case}.npz", allow_pickle=False) as arrays:
        return {name: torch.from_numpy(arrays[name]) for name in arrays.files}


def enlarged(img: Tensor) -> Tensor:
    """DeepLab's input ``[1, 3, 305, 321]``, 8 px to a pixel of the kept ``[1, 3, 39, 41]``.

    Its sides are odd, and more than 18 cells at 1/16, for the widest dilation to reach something.
    """
    return img.repeat_interleave(8, 2).repeat_interleave(8, 3)[:, :, :305, :321]


def sketch(maps: Tensor) -> dict[str, Tensor]:
    """What is kept of ``maps [N, C, H, W]``: a 16 x 16 grid, three patches and the means.

    The patches are 16 x 16 pixels of full resolution at two corners and in the middle.
    """
    height, width = maps.shape[2:]
    starts = ((0, 0), (height // 2 - 7, width // 2 - 7), (height - 16, width - 16))
    patches = [maps[:, :, top : top + 16, left : left + 16] for top, left in starts]
    rows, columns = torch.arange(16) * (height - 1) // 15, torch.arange(16) * (width - 1) // 15
    return {
        "grid": maps[:, :, rows][:, :, :, columns],
        "patches": torch.stack(patches, 1),
        "means": maps.double().mean((2, 3)).float(),
    }
