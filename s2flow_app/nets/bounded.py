"""Networks of foreign configurations, made within bounds: no more numbers than their file has."""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

_FACTORIES: Final = frozenset(
    (torch.empty, torch.zeros, torch.ones, torch.full, torch.rand, torch.randn)
)
SPARE_TIMES: Final = 4
SPARE: Final = 1 << 16
"""What a network makes beyond what it keeps: filters, and triangles that are made of squares."""


def bounded(make: Callable[[], nn.Module], state: Mapping[str, Tensor]) -> nn.Module:
    """The network that ``make()`` makes, to be filled with ``state``.

    Torch's meta device would do the same for shapes alone, but operations that networks begin with
    import torch's compiler there: that takes 2 s, and no bundle has it.

    Raises:
        ValueError: it would have many more numbers than ``state``.
    """
    with _Bounds(SPARE_TIMES * sum(t.numel() for t in state.values()) + SPARE):
        return make()


class _Bounds(TorchFunctionMode):
    """Counts what is asked for before it is allocated."""

    def __init__(self, most_numbers: int) -> None:
        super().__init__()
        self._left = most_numbers

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:  # fmt: skip
        kwargs = kwargs or {}
        if func in _FACTORIES:
            self._count(args if "size" not in kwargs else (kwargs["size"],))
        elif func is torch.eye:
            self._count((args[0], args[-1]))
        return func(*args, **kwargs)

    def _count(self, size: tuple[Any, ...]) -> None:
        sizes = size[0] if size and isinstance(size[0], tuple | list) else size
        self._left -= math.prod(sizes)
        if self._left < 0:
            raise ValueError("its sizes are larger than its file")
