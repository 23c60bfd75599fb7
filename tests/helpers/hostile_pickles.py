"""Pickles written opcode by opcode: what no honest program would write."""

import io
import pickle
import struct
from typing import Any

import torch

EMPTY = b"}"


def named(module_name: str, global_name: str) -> bytes:
    """GLOBAL."""
    return b"c" + f"{module_name}\n{global_name}\n".encode()


def value(plain: Any) -> bytes:
    """The opcodes of a plain value."""
    return pickle.dumps(plain, 2)[2:-1]


def blob(data: bytes) -> bytes:
    """BINBYTES8, which protocol 2 lacks and readers take."""
    return b"\x8e" + struct.pack("<Q", len(data)) + data


def called(function: bytes, *arguments: bytes) -> bytes:
    """REDUCE."""
    return function + b"(" + b"".join(arguments) + b"tR"


def built(thing: bytes, state: bytes) -> bytes:
    """BUILD."""
    return thing + state + b"b"


def storage(count: int) -> bytes:
    """A torch storage of float32 zeros, as a plain pickle holds one."""
    inner = io.BytesIO()
    torch.save(torch.zeros(count)._typed_storage(), inner, _use_new_zipfile_serialization=False)
    return called(named("torch.storage", "_load_from_bytes"), blob(inner.getvalue()))


def tensor(numbers: bytes, offset: Any, size: Any, stride: Any) -> bytes:
    """A tensor of a storage, with what is said of it, true or not."""
    rebuild = named("torch._utils", "_rebuild_tensor_v2")
    said = [value(one) for one in (offset, size, stride, False, {})]
    return called(rebuild, numbers, *said)


def array(data: bytes, code: str, size: Any, order: str = "C") -> bytes:
    """A numpy array of a buffer."""
    dtype = called(named("numpy", "dtype"), value(code), value(False), value(True))
    return called(
        named("numpy.core.numeric", "_frombuffer"), blob(data), dtype, value(size), value(order)
    )


def whole(content: bytes, protocol: int = 4) -> bytes:
    """A pickle file of one value."""
    return b"\x80" + bytes([protocol]) + content + b"."


def latents(content: bytes) -> bytes:
    """A pickle file of StyleFlow's kind, with ``content`` for the latents."""
    return whole(EMPTY + value("Latent") + content + b"s")
