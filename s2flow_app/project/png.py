"""PNGs of 8-bit pictures: written with one filter, read back bit by bit within bounds.

What a project holds is decoded in the window's own process. So no decoder of foreign pictures
touches it: these few lines read what they wrote, and nothing else.
"""

import struct
import zlib
from typing import Final

import numpy as np
from numpy.typing import NDArray

from s2flow_app.project.content import ContentError

START: Final = b"\x89PNG\r\n\x1a\n"
GREY, RGB, INDEXED = 0, 2, 3
"""Colour types."""
NO_FILTER, UP = 0, 2
"""Row filters. What is above predicts a photo's pixel; maps shrink better as they are."""
LEVEL: Final = 1
"""zlib's fastest takes a tenth more room than its default and a quarter of the time."""
MAX_SIDE: Final = 1 << 14
_HEAD: Final = struct.Struct(">IIBBBBB")


def write_png(picture: NDArray[np.uint8], palette: NDArray[np.uint8] | None = None) -> bytes:
    """A PNG of ``[H, W, 3]`` sRGB, or of ``[H, W]`` grey or, with ``palette [N, 3]``, indices."""
    height, width = picture.shape[:2]
    kind = RGB if picture.ndim == 3 else GREY if palette is None else INDEXED
    rows = np.ascontiguousarray(picture).reshape(height, -1)
    filtered = np.empty((height, rows.shape[1] + 1), np.uint8)
    filtered[:, 0] = UP if kind == RGB else NO_FILTER
    filtered[:, 1:] = rows
    if kind == RGB:
        filtered[1:, 1:] -= rows[:-1]
    chunks = [_chunk(b"IHDR", _HEAD.pack(width, height, 8, kind, 0, 0, 0))]
    if palette is not None:
        chunks.append(_chunk(b"PLTE", palette.astype(np.uint8).tobytes()))
    chunks += [
        _chunk(b"IDAT", zlib.compress(filtered.data, LEVEL)),
        _chunk(b"IEND", b""),
    ]
    return START + b"".join(chunks)


def read_png(data: bytes, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """The picture of that shape in a PNG that `write_png` wrote.

    Raises:
        ContentError: it is another kind of file, or of another size.
    """
    chunks = _chunks(data)
    if [kind for kind, _ in chunks] != [b"IHDR", b"IDAT", b"IEND"]:
        raise ContentError("a picture is not as this program writes it")
    height, width = shape[:2]
    kind = RGB if len(shape) == 3 else GREY
    if chunks[0][1] != _HEAD.pack(width, height, 8, kind, 0, 0, 0):
        raise ContentError("a picture has another size than is said")
    filtered = inflated(chunks[1][1], height * (width * (3 if kind == RGB else 1) + 1))
    rows = np.frombuffer(filtered, np.uint8).reshape(height, -1)
    if (rows[:, 0] != (UP if kind == RGB else NO_FILTER)).any():
        raise ContentError("a picture is not as this program writes it")
    found = rows[:, 1:]
    if kind == RGB:
        found = np.cumsum(found, axis=0, dtype=np.uint8)
    return np.ascontiguousarray(found).reshape(shape)


def inflated(data: bytes, size: int) -> bytes:
    """The ``size`` bytes that zlib made of ``data``; never makes more.

    Raises:
        ContentError: there are fewer or more, or it is damaged.
    """
    stream = zlib.decompressobj()
    try:
        found = stream.decompress(data, size + 1)
    except zlib.error as error:
        raise ContentError(f"something packed is damaged ({error})") from error
    if len(found) != size or not stream.eof or stream.unused_data:
        raise ContentError("something packed has another size than is said")
    return found


def _chunk(kind: bytes, content: bytes) -> bytes:
    crc = zlib.crc32(content, zlib.crc32(kind))
    return b"".join((struct.pack(">I", len(content)), kind, content, struct.pack(">I", crc)))


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """(kind, content) of each chunk; not many."""
    if not data.startswith(START):
        raise ContentError("a picture is no PNG")
    at, found = len(START), []
    while at < len(data) and len(found) < 4:
        if at + 12 > len(data):
            raise ContentError("a picture is cut short")
        length, kind = struct.unpack_from(">I4s", data, at)
        content = data[at + 8 : at + 8 + length]
        if at + 12 + length > len(data):
            raise ContentError("a picture is cut short")
        if (
            zlib.crc32(content, zlib.crc32(kind))
            != struct.unpack_from(">I", data, at + 8 + length)[0]
        ):
            raise ContentError("a picture is damaged")
        found.append((kind, content))
        at += 12 + length
    if at != len(data):
        raise ContentError("a picture has something behind it")
    return found
