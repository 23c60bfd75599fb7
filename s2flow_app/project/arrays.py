"""Arrays as blobs: pictures and maps as PNG, all else as safetensors, maybe deflated.

A reference to one says how it is packed, its type and its shape; nothing of a blob is unpacked
before these are as the reader wants them.
"""

import threading
import weakref
import zlib
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray
from safetensors import SafetensorError

from s2flow_app.model.arrays import frozen
from s2flow_app.project.content import (
    SHA256,
    ContentError,
    Record,
    checked_blob,
    sha256_of,
)
from s2flow_app.project.png import inflated, read_png, write_png

PNG, TENSOR, DEFLATED = "png", "safetensors", "safetensors+deflate"
"""How an array is packed."""
TYPES: Final = ("uint8", "uint32", "float16", "float32", "float64", "bool")
MAX_BYTES: Final = 1 << 28
"""Of one array."""
MAX_AXES: Final = 4
MAX_HEADER_BYTES: Final = 1000
"""Of a safetensors file with one tensor."""
_NAME: Final = "array"
_LEVEL: Final = 1

Shape = tuple[int | None, ...]
"""None: any length."""


def pack(array: NDArray) -> tuple[Record, bytes]:
    """A reference to the array, and the blob."""
    said = {"dtype": array.dtype.name, "shape": list(array.shape)}
    if array.dtype == np.uint8 and (array.ndim == 2 or (array.ndim == 3 and array.shape[2] == 3)):
        kind, data = PNG, write_png(array)
    else:
        kind, data = (
            TENSOR,
            safetensors.numpy.save({_NAME: np.ascontiguousarray(array)}),
        )
        smaller = zlib.compress(data, _LEVEL)
        if len(smaller) < 0.8 * len(data):
            kind, data = DEFLATED, smaller
    return {SHA256: sha256_of(data), "packing": kind, **said}, data


def unpack(ref: Record, blobs: Mapping[str, bytes], dtype: str, *shapes: Shape) -> NDArray:
    """The read-only array that ``ref`` names.

    Args:
        dtype: what it must be of.
        shapes: what its shape may be.

    Raises:
        ContentError: it is not as it must be, or its blob is missing or damaged.
    """
    shape = _checked(ref, dtype, shapes)
    name, packing = ref[SHA256], ref.get("packing")
    data = blob(ref, blobs)
    if packing == PNG and dtype == "uint8":
        return frozen(read_png(data, shape))
    size = int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize
    if packing == DEFLATED:
        data = _inflated_tensor(data, size)
    elif packing != TENSOR:
        raise ContentError(f"an array is packed in an unknown way ({packing!a:.40})")
    header_bytes = int.from_bytes(data[:8], "little")
    if header_bytes > MAX_HEADER_BYTES or len(data) != 8 + header_bytes + size:
        raise ContentError(f"{name[:12]} has another size than is said")
    try:
        found = safetensors.numpy.load(data)
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise ContentError(f"{name[:12]} cannot be read ({error})") from error
    array = found.get(_NAME)
    if len(found) != 1 or array is None or array.dtype.name != dtype or array.shape != shape:
        raise ContentError(f"{name[:12]} is another array than is said")
    return frozen(array)


def blob(ref: Record, blobs: Mapping[str, bytes]) -> bytes:
    """The checked bytes that ``ref`` names; raises `ContentError`."""
    name = ref.get(SHA256) if isinstance(ref, dict) else None
    if not isinstance(name, str):
        raise ContentError("a record lacks a blob")
    data = blobs.get(name)
    if data is None:
        raise ContentError(f"the blob {name[:12]} is missing")
    return checked_blob(name, data)


class Packer:
    """Packs each array once: it knows those that it has packed as long as they live.

    May be used by several threads.
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[weakref.ref, Record]] = {}
        self._lock = threading.Lock()

    def reference(self, array: NDArray, blobs: "Blobs") -> Record:
        """A reference to a read-only array; ``blobs`` gets what it names."""
        known = self._recall(array)
        if known is None:
            known, data = pack(array)
            self.remember(array, known)
            blobs.add(known[SHA256], lambda: pack(array)[1], data)
        else:
            blobs.add(known[SHA256], lambda: pack(array)[1])
        return dict(known)

    def remember(self, array: NDArray, ref: Record) -> None:
        """An array that was just unpacked: packing it would give ``ref``."""
        key = id(array)

        def forget(gone: weakref.ref) -> None:
            with self._lock:
                if key in self._known and self._known[key][0] is gone:
                    del self._known[key]

        with self._lock:
            self._known[key] = weakref.ref(array, forget), ref

    def _recall(self, array: NDArray) -> Record | None:
        with self._lock:
            found = self._known.get(id(array))
        return found[1] if found is not None and found[0]() is array else None


class Blobs(Mapping[str, bytes]):
    """Blobs by hash that are made when they are asked for, or held if they were just made."""

    def __init__(self) -> None:
        self._make: dict[str, Callable[[], bytes]] = {}
        self._held: dict[str, bytes] = {}

    def add(self, name: str, make: Callable[[], bytes], held: bytes | None = None) -> None:
        self._make.setdefault(name, make)
        if held is not None:
            self._held[name] = held

    def __getitem__(self, name: str) -> bytes:
        """The blob; given away once, then made again."""
        held = self._held.pop(name, None)
        return self._make[name]() if held is None else held

    def __iter__(self):
        return iter(self._make)

    def __len__(self) -> int:
        return len(self._make)


def _checked(ref: Record, dtype: str, shapes: tuple[Shape, ...]) -> tuple[int, ...]:
    if not isinstance(ref, dict) or ref.get("dtype") != dtype or dtype not in TYPES:
        raise ContentError(f"a record lacks an array of {dtype}")
    shape = ref.get("shape")
    if not isinstance(shape, list) or len(shape) > MAX_AXES:
        raise ContentError("an array has no shape")
    if not all(isinstance(n, int) and not isinstance(n, bool) and n >= 0 for n in shape):
        raise ContentError("an array has no shape")
    if not any(_fits(shape, wanted) for wanted in shapes):
        raise ContentError(f"an array has the shape {shape}")
    size = np.dtype(dtype).itemsize
    for n in shape:
        size *= max(n, 1)
    if size > MAX_BYTES:
        raise ContentError("an array is too large")
    return tuple(shape)


def _fits(shape: list[int], wanted: Shape) -> bool:
    return len(shape) == len(wanted) and all(
        w is None or n == w for n, w in zip(shape, wanted, strict=True)
    )


def _inflated_tensor(data: bytes, size: int) -> bytes:
    """A deflated safetensors file whose tensor has ``size`` bytes."""
    try:
        start = zlib.decompressobj().decompress(data, 8)
    except zlib.error as error:
        raise ContentError(f"something packed is damaged ({error})") from error
    header_bytes = int.from_bytes(start, "little")
    if len(start) != 8 or header_bytes > MAX_HEADER_BYTES:
        raise ContentError("an array has no header")
    return inflated(data, 8 + header_bytes + size)
