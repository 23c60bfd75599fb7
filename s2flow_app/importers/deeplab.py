"""The DeepLab v3 face parser that S2-Flow was trained with (`deeplab_model.pth`) as ours.

The original's loader drops ``module.`` and what batch normalisation tracks; so does this.
"""

from typing import Any, Final

from s2flow_app.importers.fitting import (
    Part,
    State,
    checked_count,
    fitted,
    tensors_of,
    width,
    without_prefix,
)
from s2flow_app.nets.deeplab import DeepLabV3

MARK: Final = "aspp.conv3.weight"
"""A name that only these state dicts have."""
_STAGES: Final = 4


def from_deeplab(checkpoint: dict[str, Any]) -> Part:
    """The parser of a state dict, under ``state_dict`` or bare; raises `CheckpointError`."""
    state = state_in(checkpoint)
    blocks = [_blocks(state, stage) for stage in range(1, _STAGES + 1)]
    config = {
        "blocks": blocks,
        "width": width(state, "conv1.weight", 0),
        "aspp_width": width(state, MARK, 1),
        "num_classes": width(state, MARK, 0),
    }
    return fitted("parser", "deeplab_v3", DeepLabV3, config, state)


def state_in(checkpoint: dict[str, Any]) -> State:
    """The state dict of a checkpoint; raises `CheckpointError`."""
    state = without_prefix(tensors_of(checkpoint.get("state_dict", checkpoint)))
    return {name: tensor for name, tensor in state.items() if "tracked" not in name}


def _blocks(state: State, stage: int) -> int:
    count = 0
    while f"layer{stage}.{count}.conv1.weight" in state:
        count += 1
    return checked_count(count, "blocks")
