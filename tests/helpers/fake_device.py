"""A device that is not there: tensors that lie on it are marked, and computed on the CPU.

As on a real one, an operation on tensors of two devices fails, and so does numpy on one of the
device's. `FakeDevice` counts the convolutions by dtype, and can be out of memory. Mixed precision
that is asked of it is that of the CPU; what is asked of another device is counted. Only the thread
that has entered it sees it.
"""

from collections import Counter
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

_MARK = "_on_fake_device"
_CONVOLUTIONS = ("conv2d", "conv_transpose2d")


def is_there(tensor: Tensor) -> bool:
    """True if the tensor lies on the fake device."""
    return bool(getattr(tensor, _MARK, False))


class FakeDevice(TorchFunctionMode):
    """Use as a context; ``name`` is "cuda" or "mps".

    Args:
        room: how many convolutions there is memory for; no bound by default.
    """

    def __init__(self, name: str, *, room: int | None = None) -> None:
        super().__init__()
        self.name, self.room = name, room
        self.convolutions: Counter[torch.dtype] = Counter()
        self.mixed: Counter[str] = Counter()
        """How often `torch.autocast` was used, by type of device; that of the CPU may be off."""

    def __enter__(self) -> "FakeDevice":
        self._copy = torch.nn.Parameter.__deepcopy__
        self._autocast, self._load = torch.autocast, torch.load

        def copied(parameter: Any, memo: dict) -> Tensor:  # the one that modes do not see
            return _marked(self._copy(parameter, memo), is_there(parameter))

        torch.nn.Parameter.__deepcopy__ = copied  # pyright: ignore[reportAttributeAccessIssue]
        torch.autocast = self._mixed  # pyright: ignore[reportAttributeAccessIssue]
        torch.load = self._loaded
        super().__enter__()
        return self

    def __exit__(self, *raised: Any) -> None:
        torch.nn.Parameter.__deepcopy__ = self._copy
        torch.autocast, torch.load = self._autocast, self._load  # pyright: ignore
        super().__exit__(*raised)

    def _mixed(self, device_type: str, *given: Any, **named: Any) -> Any:
        self.mixed[device_type] += 1
        return self._autocast("cpu", *given, **named)

    def _loaded(self, file: Any, *, map_location: Any, **named: Any) -> Any:
        found = self._load(file, map_location="cpu", **named)
        return _marked(found, map_location == self.name)

    def __torch_function__(self, func, types, args=(), kwargs=None) -> Any:
        kwargs = dict(kwargs or {})
        name = getattr(func, "__name__", "")
        if name in ("_parse_to", "_has_compatible_shallow_copy_type"):
            return func(*args, **kwargs)
        owner = getattr(func, "__self__", None)
        attribute = getattr(owner, "__name__", "")
        tensors = _tensors((args, kwargs))
        if name == "__get__" and attribute == "device" and is_there(tensors[0]):
            return torch.device(self.name)
        if name == "__get__" and attribute in ("data", "grad"):
            return _marked(func(*args, **kwargs), is_there(tensors[0]))
        if name == "__set__" and attribute == "data":
            func(*args, **kwargs)
            return _marked(tensors[0], is_there(tensors[1]))
        asked = [d for d in map(_device, [*args, *kwargs.values()]) if d is not None]
        args = tuple(self._on_cpu(a) for a in args)
        kwargs = {k: self._on_cpu(v) for k, v in kwargs.items()}
        if name == "cpu":
            return _marked(tensors[0].clone(), False)
        if name == "to":
            there = asked[0] == self.name if asked else is_there(tensors[0])
            if len(tensors) > 1:
                there = is_there(tensors[1])
            found = func(*args, **kwargs)
            if there != is_there(tensors[0]):
                found = found.clone()
            if there and self.name == "mps" and found.dtype == torch.float64:
                raise TypeError("Cannot convert a MPS Tensor to float64 dtype")
            return _marked(found, there)
        if name == "__deepcopy__":
            return _marked(func(*args, **kwargs), is_there(tensors[0]))
        if name == "numpy" and is_there(tensors[0]):
            raise TypeError(f"can't convert {self.name}:0 device type tensor to numpy.")
        if name in ("copy_", "__set__"):
            return func(*args, **kwargs)
        there = self._place(name, tensors, asked)
        if there and name in _CONVOLUTIONS:
            self._convolve(tensors[0].dtype)
        return _marked(func(*args, **kwargs), there)

    def _place(self, name: str, tensors: list[Tensor], asked: list[str]) -> bool:
        places = {is_there(t) for t in tensors if t.dim() > 0}
        if len(places) > 1:
            raise RuntimeError(f"{name}: Expected all tensors to be on the same device")
        return self.name in asked or any(map(is_there, tensors))

    def _convolve(self, dtype: torch.dtype) -> None:
        self.convolutions[dtype] += 1
        if self.room is not None and self.convolutions.total() > self.room:
            if self.name == "mps":
                raise RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)")
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB.")

    def _on_cpu(self, value: Any) -> Any:
        device = _device(value)
        if device == self.name:
            return torch.device("cpu")
        return value


def _device(value: Any) -> str | None:
    if isinstance(value, torch.device):
        return value.type
    return value if isinstance(value, str) and value in ("cpu", "cuda", "mps") else None


def _tensors(values: Any) -> list[Tensor]:
    """Those in it, in their order; asked so often that recursion would take most of the time."""
    found, left = [], [values]
    while left:
        value = left.pop()
        if isinstance(value, Tensor):
            found.append(value)
        elif isinstance(value, dict):
            left.extend(reversed(value.values()))
        elif isinstance(value, (list, tuple)):
            left.extend(reversed(value))
    return found


def _marked(value: Any, there: bool) -> Any:
    for tensor in _tensors(value):
        if is_there(tensor) != there:
            setattr(tensor, _MARK, there)
    return value
