"""S2-Flow's own checkpoint (`last_checkpoint.pt`) and its `config.txt` as ours."""

from collections.abc import Mapping
from typing import Any, Final

from s2flow_app.errors import CheckpointError
from s2flow_app.importers.fitting import (
    Part,
    State,
    checked_count,
    fitted,
    setting,
    tensors_of,
    width,
    without_prefix,
)
from s2flow_app.nets.condition import ORIGINAL_NAMES, RgbConditionEncoder
from s2flow_app.nets.flow import ORIGINAL_ONLY, Flow

SETTINGS: Final[Mapping[str, Any]] = {
    "prior_type": "cnf", "layer_type": "concatsquash", "cond_type": "CA", "cond_size": 19,
    "out_size": 19, "seg_map_sz": 512,
}  # fmt: skip
"""What the method's networks are; a configuration that says otherwise is of other networks."""
_FIELD: Final = "chain.1.odefunc.diffeq.layers"


def from_s2flow(checkpoint: Mapping[str, Any]) -> list[Part]:
    """Flow and condition encoder of ``prior_ntwk`` and ``cnd_ntwk``; raises `CheckpointError`."""
    prior, condition = _state(checkpoint, "prior_ntwk"), _state(checkpoint, "cnd_ntwk")
    return [_flow(prior), _condition(condition)]


def check_config(config: Mapping[str, Any], parts: list[Part]) -> None:
    """Compare a `config.txt` with the networks it came with; raises `CheckpointError`."""
    for name, ours in SETTINGS.items():
        if setting(config, name, ours) != ours:
            raise CheckpointError(f"says {name} is not {ours}, which is all that this program has")
    flow = next((part for part in parts if part.component == "flow"), None)
    if flow is None:
        raise CheckpointError("is the configuration of an S2-Flow checkpoint that was not given")
    hidden = "-".join(map(str, flow.config["hidden"]))
    if setting(config, "flow_modules", hidden) != hidden:
        raise CheckpointError(f"describes another flow: the checkpoint's layers are {hidden}")


def _state(checkpoint: Mapping[str, Any], key: str) -> State:
    if key not in checkpoint:
        raise CheckpointError(f"is part of an S2-Flow checkpoint: it lacks {key}")
    return without_prefix(tensors_of(checkpoint[key]))


def _flow(state: State) -> Part:
    state = {name: tensor for name, tensor in state.items() if name not in ORIGINAL_ONLY}
    widths: list[int] = []
    while (name := f"{_FIELD}.{len(widths)}._layer.weight") in state:
        widths.append(width(state, name, 0))
    checked_count(len(widths), "layers of the flow")
    config = {
        "dim": width(state, f"{_FIELD}.0._layer.weight", 1),
        "condition_dim": width(state, f"{_FIELD}.0._hyper_gate.weight", 1) - 1,
        "hidden": widths[:-1],
        "each_row": True,
    }
    return fitted("flow", "s2flow", Flow, config, state)


def _condition(state: State) -> Part:
    config = {"channels": width(state, "fc.weight", 0)}
    ours = {_our_name(name): tensor for name, tensor in state.items()}
    return fitted("condition", "condition_rgb", RgbConditionEncoder, config, ours)


def _our_name(name: str) -> str:
    for theirs, ours in ORIGINAL_NAMES.items():
        if name.startswith(theirs):
            return ours + name.removeprefix(theirs)
    raise CheckpointError(f"has a weight that the condition encoder lacks, {name[:80]}")
