"""Inputs of the golden file `tools.npz`, for the original's code and for ours."""

from typing import Final

import numpy as np
import torch
from golden_weights import Layout, golden_state, uniform
from numpy.typing import NDArray
from torch import Tensor

from s2flow_app.labels import PALETTE
from s2flow_app.original.layout import UNSEEN, Attributes

SEED: Final = 34
FACES: Final = 8
WALK: Final = 6
"""Steps of the walk of styles that are compared."""
NEAR: Final = {k: [(k + j) % FACES for j in (1, 2, 3, 5, 6)] for k in range(FACES - 1)}


def tool_ws() -> Tensor:
    """``[5, 6, 16]``."""
    return torch.from_numpy(uniform("tool ws", (5, 6, 16)))


def tool_state(kind: str, layout: Layout) -> dict[str, Tensor]:
    """Weights by `golden_weights`' rules for the small networks."""
    return golden_state(kind, layout)


def maps() -> list[NDArray[np.uint8]]:
    """Label maps ``[512, 512]`` of blocks of 32 px, of each face."""
    return [
        (np.abs(uniform(f"map {k}", (16, 16))) * 10.9).astype(np.uint8).repeat(32, 0).repeat(32, 1)
        for k in range(FACES)
    ]


def colours() -> list[NDArray[np.uint8]]:
    """Label colours ``[512, 512, 3]`` of the first five."""
    return [PALETTE[one] for one in maps()[:5]]


def attributes() -> list[Attributes]:
    """One has glasses for reading, one for the sun, one was not seen; three smile."""
    glasses = {2: "ReadingGlasses", 5: "Sunglasses"}
    return [
        UNSEEN if k == FACES - 2 else Attributes(
            "red", "female" if k % 3 else "male", glasses.get(k, "NoGlasses"), k in (0, 3, 5)
        )
        for k in range(FACES)
    ]  # fmt: skip
