"""What stands in for the things that a checkpoint's pickle names.

A pickle is a program. Here the only functions that it can call are those of `KNOWN`: each collects
what it is given and does nothing else. Neither torch nor the checkpoint's own code is imported.
What a file says of sizes is checked where an array is made of it (`TensorRecord.array`,
`NumpyArray.fill`), never before.
Used by the reading subprocess alone.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from s2flow_app.errors import CheckpointError
from s2flow_app.importers.opcodes import DAMAGED, Known, Stateful, plain_key

MAX_AXES: Final = 32
"""Of an array; numpy's own bound was that, and tensors of networks have at most 5."""
TOO_LARGE: Final = "holds a tensor that is larger than its data"


@dataclass(frozen=True, slots=True)
class StorageKind:
    """A torch storage class: its numbers as numpy reads them."""

    dtype: np.dtype
    bfloat16: bool = False


@dataclass(slots=True)
class Storage:
    """Numbers that tensors share; `data` is read after the pickle that names it."""

    kind: StorageKind
    numel: int
    data: bytes | None = None

    @property
    def nbytes(self) -> int:
        return self.numel * self.kind.dtype.itemsize


@dataclass(frozen=True, slots=True)
class TensorRecord:
    """A view of a storage, as torch pickles it."""

    storage: Storage
    offset: int
    size: tuple[int, ...]
    stride: tuple[int, ...]

    def array(self, *, most_bytes: int) -> NDArray[Any]:
        """The numbers, viewed in place where they are no bfloat16 (those become float32).

        Raises:
            CheckpointError: the fields are not what they must be, the view leaves its storage, or
                there is more of it than ``most_bytes``.
        """
        storage, size, stride = self.storage, _whole(self.size), _whole(self.stride)
        (offset,) = _whole((self.offset,))
        if not isinstance(storage, Storage) or storage.data is None or len(size) != len(stride):
            raise CheckpointError(DAMAGED)
        kind = storage.kind
        flat = np.frombuffer(storage.data, kind.dtype)
        count, step = math.prod(size), kind.dtype.itemsize  # Python's integers do not overflow
        if count * (2 * step if kind.bfloat16 else step) > most_bytes:
            raise CheckpointError("declares more than it holds")
        if count == 0:
            return np.empty(size, np.float32 if kind.bfloat16 else kind.dtype)
        last = offset + sum((n - 1) * s for n, s in zip(size, stride, strict=True))
        if last >= flat.size:  # the first is within it, too: nothing here is negative
            raise CheckpointError(TOO_LARGE)
        # A stride that is never taken may be anything, and would overflow in bytes.
        steps = [s * step if n > 1 else step for n, s in zip(size, stride, strict=True)]
        view = np.lib.stride_tricks.as_strided(flat[offset:], size, steps, writeable=False)
        if kind.bfloat16:  # the upper half of a float32
            return (view.astype(np.uint32) << 16).view(np.float32)
        return view


class Opaque(Stateful):
    """Something that no importer reads; takes any state."""


class ForeignObject(Stateful):
    """An instance of a foreign class: the class's name and the state it was pickled with."""

    name = ""

    def __init__(self) -> None:
        self.state: Any = {}

    def take(self, state: object) -> None:
        self.state = state


class TensorFlowNetwork(ForeignObject):
    """`dnnlib.tflib.network.Network`."""

    name = "dnnlib.tflib.network.Network"


class Namespace(ForeignObject):
    """`argparse.Namespace`, which training scripts save beside the weights."""

    name = "argparse.Namespace"


class NumpyKind(Stateful):
    """`numpy.dtype`; `dtype` is None for what is not numbers."""

    def __init__(self, code: str, *_: object) -> None:
        known = isinstance(code, str) and code in _NUMBERS
        self.dtype = np.dtype(code) if known else None

    def take(self, state: tuple[Any, ...]) -> None:
        if self.dtype is not None and state[1] in ("<", ">"):
            self.dtype = self.dtype.newbyteorder(state[1])


class NumpyArray(Stateful):
    """A pickled numpy array."""

    def __init__(self) -> None:
        self.size: tuple[int, ...] = ()
        self.values: NDArray[Any] | list[Any] | None = None

    def take(self, state: tuple[Any, ...]) -> None:
        _, self.size, kind, fortran, data = state
        self.fill(kind, data, "F" if fortran else "C")

    def fill(self, kind: NumpyKind, data: bytes | bytearray | list[Any], order: str) -> None:
        """Take the numbers, or a list of objects, or nothing if they are neither."""
        if isinstance(data, list):
            self.values = data
        elif (dtype := _dtype(kind)) is not None:
            size = _whole(self.size)
            if math.prod(size) * dtype.itemsize != len(data):
                raise CheckpointError("holds an array that is larger than its data")
            flat = np.frombuffer(data, dtype)
            self.values = flat.reshape(size, order="F" if order == "F" else "C")


def _rebuild_tensor(
    storage: Storage, offset: int, size: tuple[int, ...], stride: tuple[int, ...], *_: object
) -> TensorRecord:
    return TensorRecord(storage, offset, size, stride)  # checked when it is read


def _rebuild_parameter(data: TensorRecord, *_: object) -> TensorRecord:
    return data


def _size(size: tuple[int, ...]) -> tuple[int, ...]:
    return _whole(size)


def _persistent_object(meta: dict[str, Any]) -> ForeignObject:
    found = ForeignObject()
    if not isinstance(meta["class_name"], str):
        raise CheckpointError(DAMAGED)
    found.name, found.state = meta["class_name"], meta["state"]
    return found


def _numpy_array(*_: object) -> NumpyArray:
    return NumpyArray()


def _set(items: object = ()) -> list[Any]:
    """A list: nothing is hashed."""
    if not isinstance(items, list | tuple):
        raise CheckpointError(DAMAGED)
    return list(items)


def _ordered(pairs: object = ()) -> dict[Any, Any]:
    """A dict; of pairs where Python 2 wrote it, empty and filled later on where Python 3 did."""
    return {plain_key(key): value for key, value in _set(pairs)}


def _numpy_from_buffer(data: bytes, kind: NumpyKind, size: tuple[int, ...], order: str) -> object:
    array = NumpyArray()
    array.size = size
    array.fill(kind, data, order)
    return array


def _numpy_scalar(kind: NumpyKind, data: bytes) -> object:
    dtype = _dtype(kind)
    return None if dtype is None else np.frombuffer(data, dtype)[0].item()


def _dtype(kind: NumpyKind) -> np.dtype | None:
    """Of numbers, or None; what is no `NumpyKind` could claim to be any dtype."""
    dtype = kind.dtype if isinstance(kind, NumpyKind) else False
    if dtype is None or (isinstance(dtype, np.dtype) and dtype.kind in "fiub"):
        return dtype
    raise CheckpointError(DAMAGED)


def _encode(text: str, _: str) -> bytes:
    return text.encode("latin1")  # how protocol 2 spells bytes


def _opaque(*_: object) -> Opaque:
    return Opaque()


def _whole(values: Any) -> tuple[int, ...]:
    """Sizes, strides or an offset as what they must be: a few whole numbers, none negative."""
    if not isinstance(values, tuple | list) or len(values) > MAX_AXES:
        raise CheckpointError(DAMAGED)
    if not all(isinstance(n, int) and 0 <= n < 1 << 48 for n in values):
        raise CheckpointError(DAMAGED)
    return tuple(values)


_NUMBERS: Final = frozenset(
    ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1")
)
_STORAGES: Final = {
    "HalfStorage": "<f2", "FloatStorage": "<f4", "DoubleStorage": "<f8", "CharStorage": "i1",
    "ShortStorage": "<i2", "IntStorage": "<i4", "LongStorage": "<i8", "ByteStorage": "u1",
    "BoolStorage": "?",
}  # fmt: skip

_CALLED: Final[dict[tuple[str, str], Callable[..., Any]]] = {
    ("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor,
    ("torch._utils", "_rebuild_parameter"): _rebuild_parameter,
    ("torch", "Size"): _size,
    ("torch", "device"): _opaque,
    ("collections", "OrderedDict"): _ordered,
    ("builtins", "set"): _set,
    ("__builtin__", "set"): _set,
    ("argparse", "Namespace"): Namespace,
    ("_codecs", "encode"): _encode,
    **{
        (f"numpy.{core}.{module}", name): stand_in
        for core in ("core", "_core")
        for module, name, stand_in in (
            ("multiarray", "_reconstruct", _numpy_array),
            ("multiarray", "scalar", _numpy_scalar),
            ("numeric", "_frombuffer", _numpy_from_buffer),
        )
    },
    ("numpy", "ndarray"): _opaque,
    ("numpy", "dtype"): NumpyKind,
    ("torch_utils.persistence", "_reconstruct_persistent_obj"): _persistent_object,
    ("dnnlib.util", "EasyDict"): _ordered,
    ("dnnlib.tflib.network", "Network"): TensorFlowNetwork,
}
KNOWN: Final[dict[tuple[str, str], Known | StorageKind]] = {
    **{name: Known(stand_in) for name, stand_in in _CALLED.items()},
    **{("torch", name): StorageKind(np.dtype(code)) for name, code in _STORAGES.items()},
    ("torch", "BFloat16Storage"): StorageKind(np.dtype("<u2"), bfloat16=True),
}
"""Module and name, exactly as pickled: what stands in for it."""
