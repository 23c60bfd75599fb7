"""Foreign weights into our networks: by name, shape and finiteness, or not at all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import Tensor, nn

from s2flow_app.errors import CheckpointError
from s2flow_app.nets.bounded import bounded

State = dict[str, Tensor]
MOST_LAYERS: Final = 100
NAMED: Final = 3
"""How many names a message lists."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one file gives a pack."""

    component: str
    architecture: str
    config: dict[str, Any]
    """The architecture's keyword arguments; lists stand for tuples."""
    network: nn.Module


def fitted(
    component: str, architecture: str, make: Callable[..., nn.Module], config: Mapping[str, Any],
    state: State,
) -> Part:  # fmt: skip
    """The network that ``make(**config)`` describes, with the tensors of ``state``, as float32.

    Raises:
        CheckpointError: a tensor is missing, surplus, of the wrong shape or not finite. The
            message begins with its verb: `recognise.parts_of` puts the file's name before.
    """
    arguments = {k: tuple(v) if isinstance(v, list) else v for k, v in config.items()}
    try:
        network = bounded(lambda: make(**arguments), state)
    except (ValueError, TypeError, ArithmeticError, RuntimeError) as error:
        raise CheckpointError(f"has weights of sizes that no {component} has") from error
    wanted = network.state_dict()
    _refuse("lacks", [k for k in wanted if k not in state], component)
    _refuse(
        "has weights that do not belong there:", [k for k in state if k not in wanted], component
    )
    whole: State = {}
    for name, tensor in state.items():
        if tensor.shape != wanted[name].shape:
            raise CheckpointError(
                f"has {name} in shape {list(tensor.shape)} where the {component} needs "
                f"{list(wanted[name].shape)}"
            )
        whole[name] = tensor.to(wanted[name].dtype).contiguous()
        if not torch.isfinite(whole[name]).all():
            raise CheckpointError(f"holds numbers that are not finite, in {name}")
    network.load_state_dict(whole, assign=True)
    return Part(component, architecture, dict(config), network.eval().requires_grad_(False))


def printable(text: str) -> str:
    """Without what a file's names could do to a terminal."""
    return "".join(c if c.isprintable() else "?" for c in text)


def checked_count(count: int, what: str) -> int:
    """``count`` of layers, if a network can have so many; raises `CheckpointError`."""
    if count > MOST_LAYERS:
        raise CheckpointError(f"has {count} {what}, more than any network")
    return count


def tensors_of(value: object) -> State:
    """The tensors of a state dict; raises `CheckpointError` where it has anything else."""
    if not isinstance(value, dict) or not all(isinstance(v, Tensor) for v in value.values()):
        raise CheckpointError("does not hold a plain state dict")
    return value


def without_prefix(state: State, prefix: str = "module.") -> State:
    """`DataParallel` and `DistributedDataParallel` put ``module.`` before every name."""
    if state and all(name.startswith(prefix) for name in state):
        return {name.removeprefix(prefix): tensor for name, tensor in state.items()}
    return state


def width(state: State, name: str, axis: int) -> int:
    """One size of a tensor that must be there; raises `CheckpointError`."""
    tensor = state.get(name)
    if tensor is None or tensor.dim() <= axis:
        raise CheckpointError(f"lacks {name}, or has it in another shape")
    return tensor.shape[axis]


def setting(values: Mapping[str, Any], name: str, default: Any = None) -> Any:
    """A text, number or list of numbers that a file states; raises `CheckpointError`."""
    value = values.get(name, default)
    numbers = value if isinstance(value, list) else []
    if all(isinstance(n, int | float) for n in numbers) and (
        value is None or isinstance(value, str | int | float | list)
    ):
        return value
    raise CheckpointError(f"states {name} as something that is no setting")


def _refuse(problem: str, names: list[str], component: str) -> None:
    if names:
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        listed = ", ".join(names[:NAMED])
        raise CheckpointError(f"{problem} {listed[:200]}{more} (of the {component})")
