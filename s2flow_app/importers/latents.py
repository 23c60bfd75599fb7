"""StyleFlow's latents (`all_latents.pickle`, ``[10000, 18, 512]`` W+) as a gallery."""

from typing import Any, Final

import torch
from torch import Tensor

from s2flow_app.errors import CheckpointError
from s2flow_app.importers.fitting import Part, fitted
from s2flow_app.nets.gallery import LatentGallery

KEY: Final = "Latent"


def from_latents(checkpoint: dict[str, Any]) -> Part:
    """The gallery of a pickled dict; single axes before or after the count are dropped.

    Raises:
        CheckpointError: the latents are not ``[N, L, D]``, or not finite.
    """
    latents = _stacked(checkpoint[KEY])
    if latents.dim() == 4 and 1 in latents.shape[:2]:
        latents = latents.flatten(0, 1)
    if latents.dim() != 3 or 0 in latents.shape or not latents.is_floating_point():
        raise CheckpointError(
            f"has latents of shape {list(latents.shape)}, not [count, rows, width]"
        )
    count, num_ws, dim = latents.shape
    config = {"count": count, "num_ws": num_ws, "dim": dim}
    return fitted("latents", "latent_gallery", LatentGallery, config, {"ws": latents})


def _stacked(value: object) -> Tensor:
    if isinstance(value, Tensor):
        return value
    rows = value if isinstance(value, list) else []
    if all(isinstance(row, Tensor) for row in rows) and len({row.shape for row in rows}) == 1:
        return torch.stack(rows)
    raise CheckpointError("has latents that are not an array of numbers")
