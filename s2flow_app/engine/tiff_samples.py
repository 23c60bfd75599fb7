"""Samples of TIFFs as they are stored: strips and tiles unpacked and put in their places.

Decompression is libtiff's, which Pillow brings: strips or tiles are given to it as rows of bytes,
so that no layout can be mistaken for another.
"""

import io
import struct
from collections.abc import Iterator
from functools import cache
from typing import Final

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

from s2flow_app.engine import directories
from s2flow_app.engine.colour import Pixels
from s2flow_app.engine.photo_errors import MAX_PHOTO_PX

BATCH_BYTES: Final = 1 << 26
"""Decompressed at a time, so that no second copy of a large photo is held."""
STORED: Final = 1
PACKED: Final = frozenset((5, 8, 32773, 32946, 34925, 50000))
"""LZW, deflate (two numbers), PackBits, LZMA, zstd: what they give are the bytes of the samples."""
REVERSED_BITS: Final = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))


@cache
def can_unpack(compression: int) -> bool:
    """True if ``compression`` is undone here; a Pillow may be built without LZMA or zstd."""
    if compression == STORED:
        return True
    if compression not in PACKED:
        return False
    name = TiffImagePlugin.COMPRESSION_INFO[compression]
    try:
        Image.new("L", (1, 1)).save(io.BytesIO(), "TIFF", compression=name)
    except (OSError, ValueError):
        return False
    return True


def read_samples(page: tifffile.TiffPage, data: bytes, order: str) -> Pixels:
    """All samples ``[H, W, S]``, in the machine's byte order, as they are stored.

    Raises:
        ValueError: there are fewer than the tags say.
    """
    height, width, count = page.imagelength, page.imagewidth, page.samplesperpixel
    planes = count if page.planarconfig == 2 else 1
    own = np.dtype(f"{order}u{page.bitspersample // 8}")
    across, down = (
        (page.tilewidth, page.tilelength) if page.is_tiled else (width, page.rowsperstrip)
    )
    if not page.is_tiled:
        down = min(down, height)
    if across < 1 or down < 1 or across * down > MAX_PHOTO_PX:
        raise ValueError(f"its parts have {across} x {down} pixels")
    columns, rows = -(-width // across), -(-height // down)
    places = [
        (plane, row * down, column * across)
        for plane in range(planes)
        for row in range(rows)
        for column in range(columns)
    ]
    out = np.empty((height, width, count), own.newbyteorder("="))
    chunks = _chunks(page, data, len(places))
    row_bytes = across * (count // planes) * own.itemsize
    heights = [down if page.is_tiled else min(down, height - top) for _, top, _ in places]
    for (plane, top, left), raw in zip(
        places, _unpacked(page, chunks, heights, row_bytes), strict=True
    ):
        part = raw.view(own).reshape(len(raw), across, count // planes).astype(out.dtype)
        if page.predictor == 2:
            np.cumsum(part, axis=1, dtype=out.dtype, out=part)  # wraps around, as it should
        part = part[: height - top, : width - left]
        box = out[top : top + len(part), left : left + part.shape[1]]
        box[..., plane : plane + count // planes] = part
    return out


def _chunks(page: tifffile.TiffPage, data: bytes, count: int) -> list[bytes]:
    """The stored bytes of the ``count`` strips or tiles."""
    offsets, lengths = page.dataoffsets, page.databytecounts
    if len(offsets) < count or len(lengths) < count:
        raise ValueError(f"{count} parts of it are needed, {min(len(offsets), len(lengths))} named")
    pairs = list(zip(offsets[:count], lengths[:count], strict=True))
    if any(at + length > len(data) for at, length in pairs):
        raise ValueError("parts of it lie beyond its end")
    if sum(length for _, length in pairs) > 2 * len(data):
        raise ValueError("its parts overlap")
    chunks = [data[at : at + length] for at, length in pairs]
    if page.fillorder == 2:
        chunks = [chunk.translate(REVERSED_BITS) for chunk in chunks]
    return chunks


def _unpacked(
    page: tifffile.TiffPage, chunks: list[bytes], heights: list[int], row_bytes: int
) -> Iterator[NDArray[np.uint8]]:
    """Rows ``[heights[k], row_bytes]`` of bytes of each chunk."""
    if page.compression == STORED:
        for chunk, height in zip(chunks, heights, strict=True):
            if len(chunk) < height * row_bytes:
                raise ValueError("some of its pixels are not there")
            yield np.frombuffer(chunk, np.uint8, height * row_bytes).reshape(height, row_bytes)
        return
    start = 0
    while start < len(chunks):
        stop, rows = start + 1, heights[start]
        while (
            stop < len(chunks)
            and heights[stop] <= heights[start] == heights[stop - 1]
            and (rows + heights[stop]) * row_bytes <= BATCH_BYTES
        ):
            rows += heights[stop]
            stop += 1
        batch = _decompress(
            int(page.compression), chunks[start:stop], heights[start], rows, row_bytes
        )
        for height in heights[start:stop]:
            yield batch[:height]
            batch = batch[height:]
        start = stop


def _decompress(
    compression: int, chunks: list[bytes], strip_rows: int, rows: int, row_bytes: int
) -> NDArray[np.uint8]:
    """Bytes ``[rows, row_bytes]`` of compressed ``chunks``, each of ``strip_rows`` but the last.

    libtiff gets them as a grey picture of its own, one chunk a strip.
    """
    at, offsets = 8, []
    for chunk in chunks:
        offsets.append(at)
        at += len(chunk)
    fields = [
        directories.longs(256, row_bytes),
        directories.longs(257, rows),
        directories.shorts(258, 8),
        directories.shorts(259, compression),
        directories.shorts(262, 1),
        directories.longs(273, *offsets),
        directories.shorts(277, 1),
        directories.longs(278, strip_rows),
        directories.longs(279, *map(len, chunks)),
    ]
    directory = directories.write_directories(fields, (), at=at + at % 2)
    header = directories.HEADER + struct.pack("<I", at + at % 2)
    file = io.BytesIO(b"".join((header, *chunks, bytes(at % 2), directory)))
    # Not by Image.open: rows of bytes of 100 megapixels are more than its bound.
    with TiffImagePlugin.TiffImageFile(file) as picture:
        return np.asarray(picture)
