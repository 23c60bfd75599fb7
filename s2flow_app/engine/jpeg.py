"""JPEG files: whether all of a picture is there, and how it was compressed.

libjpeg fills what is missing with grey and tells nobody who asks through Pillow.
"""

import io
import re
import struct
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, JpegImagePlugin

from s2flow_app.engine.photo_errors import (
    DECODER_ERRORS,
    check_size,
    damaged,
    not_read,
    undecodable,
)
from s2flow_app.errors import PhotoError

MAX_SCANS: Final = 100
"""Progressive photos have about 10 scans. Each is a pass over the picture, and a small file can
ask for thousands."""
MAX_FILL_BYTES: Final = 4096
"""Fill bytes in a row; the standard allows any number, but none are of use."""
PADDINGS: Final = (b"\0" * 64, b"\x7f" * 64, b"\xaa" * 64, b"\x2b\x94" * 32)
"""Put behind the last data: bits of a missing part are read as different values."""
STRIP_ROWS: Final = 256
"""Compared at a time."""
END: Final = b"\xff\xd9"
EMPTY: Final = (127, 128)
"""Values of pixels that libjpeg has no data for."""

_MARKER: Final = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_RESTART: Final = re.compile(rb"\xff[\xd0-\xd7]")
_FILL: Final = re.compile(rb"\xff+")
_FRAMES: Final = (frozenset(range(0xC0, 0xD0)) | {0xF7}) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE: Final = frozenset((0xC2, 0xCA))
_READ_FRAMES: Final = frozenset((0xC0, 0xC1, 0xC2, 0xC9, 0xCA))
_ALONE: Final = frozenset((0x01, 0xD8, *range(0xD0, 0xD8)))
"""Markers without a segment."""


@dataclass(frozen=True, slots=True)
class JpegEncoding:
    """How a JPEG was compressed, to compress an edited copy in the same way."""

    tables: tuple[tuple[int, ...], ...]
    """Quantisation of Y, Cb and Cr (of grey, or where they share: fewer): 64 steps each, in rows
    of frequencies; the last table is for all that follow."""
    subsampling: int
    """Pillow's number: 0 is 4:4:4, 1 is 4:2:2, 2 is 4:2:0."""
    is_grey: bool

    def turned(self, orientation: int) -> "JpegEncoding":
        """The encoding of the picture after EXIF ``orientation`` 1..8 was applied to it.

        Where rows become columns, so do frequencies; halved rows alone cannot be written then,
        and full colour takes their place.
        """
        if orientation < 5:
            return self
        tables = tuple(tuple(np.reshape(t, (8, 8)).T.ravel().tolist()) for t in self.tables)
        return replace(self, tables=tables, subsampling=2 if self.subsampling == 2 else 0)


@dataclass(slots=True)
class _Structure:
    """What the markers of a JPEG say."""

    size: tuple[int, int] = (0, 0)
    frame: int = 0
    bits: int = 8
    sampling: dict[int, tuple[int, int]] = field(default_factory=dict)
    """By component: samples across and down in a unit of the picture."""
    missing_bits: dict[int, NDArray[np.int8]] = field(default_factory=dict)
    """By component ``[64]``: bits of each frequency that no scan has given; -1: none has."""
    scans: int = 0
    restart_units: int = 0
    last_scan: tuple[int, ...] = ()
    """Components of the last scan."""
    last_data: tuple[int, int] = (0, 0)
    """Where the data of the last scan begin and end."""
    has_end: bool = False


def is_jpeg(data: bytes) -> bool:
    return data[:3] == b"\xff\xd8\xff"


def whole_jpeg(data: bytes, name: str) -> bytes:
    """``data`` of a JPEG, with the end marker if only that is missing.

    Raises:
        PhotoError: the picture is cut short, or made to keep a decoder busy.
    """
    structure = _structure(data, name)
    if structure.frame and structure.frame not in _READ_FRAMES:
        raise not_read(name, "a JPEG of a rare kind (lossless or hierarchical)")
    if structure.frame and structure.bits != 8:
        raise not_read(name, f"a JPEG with {structure.bits} bits a channel")
    if structure.scans > MAX_SCANS:
        raise damaged(
            name, f"it has {structure.scans} scans, more than any camera or program writes"
        )
    if structure.has_end or not structure.scans:
        return data  # without a scan Pillow says what is wrong
    check_size(structure.size, name)
    body = data[: structure.last_data[1]].rstrip(b"\xff")
    gives_all = all((bits == 0).all() for bits in structure.missing_bits.values())
    rows = _rows_there(body, structure.size, name)
    if rows is None and gives_all and _has_all_restarts(structure, data):
        return body + END
    raise _cut_short(structure, rows, name)


def check_filled(data: bytes, picture: Image.Image, name: str) -> None:
    """Refuse the loaded ``picture`` of ``data`` if libjpeg had to make up its last rows."""
    corner = picture.getpixel((picture.width - 1, picture.height - 1))
    values = corner if isinstance(corner, tuple) else (corner,)
    if not all(value in EMPTY for value in values):
        return
    structure = _structure(data, name)
    rows = _rows_there(data[: structure.last_data[1]], structure.size, name)
    if rows is not None or not _has_all_restarts(structure, data):
        raise _cut_short(structure, rows, name)


def encoding_of(picture: Image.Image) -> JpegEncoding | None:
    """How the opened JPEG ``picture`` was compressed; None where that cannot be done again."""
    layers = getattr(picture, "layer", ())
    tables: dict[int, list[int]] = getattr(picture, "quantization", {})
    if picture.mode not in ("L", "RGB") or len(layers) not in (1, 3):
        return None
    if len(layers) == 3 and picture.info.get("adobe_transform") == 0:
        return None  # its components are not Y, Cb and Cr
    sampling = JpegImagePlugin.get_sampling(picture)
    try:
        chosen = tuple(tuple(tables[layer[3]]) for layer in layers)
    except (KeyError, IndexError):
        return None
    if any(len(t) != 64 or not all(1 <= step <= 255 for step in t) for t in chosen):
        return None
    while len(chosen) > 1 and chosen[-1] == chosen[-2]:
        chosen = chosen[:-1]
    return JpegEncoding(chosen, sampling if sampling in (0, 1, 2) else 0, len(layers) == 1)


def _cut_short(structure: _Structure, rows: int | None, name: str) -> PhotoError:
    width, height = structure.size
    if rows is None:
        return damaged(name, "the end of its data is missing")
    return damaged(
        name, f"its header says {width} x {height} pixels, but only the first {rows} rows are there"
    )


def _rows_there(body: bytes, size: tuple[int, int], name: str) -> int | None:
    """Rows of the picture that do not depend on what comes after ``body``; None: all of them.

    The one sure sign without a decoder of one's own: where data are missing, libjpeg takes what
    follows for them, and different paddings give different pixels.
    """
    first: NDArray[np.uint8] | None = None
    for padding in PADDINGS:
        try:
            with Image.open(io.BytesIO(body + padding + END), formats=["JPEG"]) as picture:
                pixels = np.asarray(picture)
        except DECODER_ERRORS as error:
            raise undecodable(name, error) from error
        if first is None:
            first = pixels
        for top in range(0, size[1], STRIP_ROWS):
            rows = slice(top, top + STRIP_ROWS)
            differ = (pixels[rows] != first[rows]).reshape(len(pixels[rows]), -1).any(axis=1)
            if differ.any():
                return top + int(differ.argmax())
    return None


def _has_all_restarts(structure: _Structure, data: bytes) -> bool:
    """True unless restart markers of the last scan are missing, with all that follows them."""
    if not structure.restart_units or not structure.last_scan:
        return True
    width, height = structure.size
    across = max(h for h, _ in structure.sampling.values())
    down = max(v for _, v in structure.sampling.values())
    if len(structure.last_scan) == 1:
        h, v = structure.sampling[structure.last_scan[0]]
        units = -(-width * h // (8 * across)) * -(-height * v // (8 * down))
    else:
        units = -(-width // (8 * across)) * -(-height // (8 * down))
    wanted = -(-units // structure.restart_units) - 1
    start, end = structure.last_data
    return sum(1 for _ in _RESTART.finditer(data, start, end)) >= wanted


def _structure(data: bytes, name: str) -> _Structure:
    found = _Structure()
    at = 2
    while at < len(data):
        fill = _FILL.match(data, at)
        if fill is None:  # stray bytes: on to the next marker
            marker_at = _MARKER.search(data, at)
            if marker_at is None:
                break
            at = marker_at.start()
            continue
        if len(fill[0]) > MAX_FILL_BYTES:
            raise damaged(name, f"it has {len(fill[0])} fill bytes in a row")
        if fill.end() >= len(data):
            break
        marker, at = data[fill.end()], fill.end() + 1
        if marker == 0xD9:
            found.has_end = True
            break
        if marker == 0 or marker in _ALONE:
            continue
        length = int.from_bytes(data[at : at + 2], "big")
        segment = data[at + 2 : at + length]
        at += max(length, 2)
        try:
            if marker in _FRAMES:
                _read_frame(found, marker, segment)
            elif marker == 0xDD:
                (found.restart_units,) = struct.unpack_from(">H", segment)
            elif marker == 0xDA:
                next_marker = _MARKER.search(data, at)
                found.last_data = (at, next_marker.start() if next_marker else len(data))
                at = found.last_data[1]
                _read_scan(found, segment)
        except (struct.error, IndexError, KeyError, ValueError) as error:
            raise damaged(name, "its header makes no sense") from error
    return found


def _read_frame(found: _Structure, marker: int, segment: bytes) -> None:
    if found.frame:
        return  # libjpeg refuses a second one
    found.bits, height, width, count = struct.unpack_from(">BHHB", segment)
    found.frame, found.size = marker, (width, height)
    for k in range(count):
        kind, sampling, _ = segment[6 + 3 * k : 9 + 3 * k]
        found.sampling[kind] = (max(1, sampling >> 4), max(1, sampling & 15))
        found.missing_bits[kind] = np.full(64, -1, np.int8)


def _read_scan(found: _Structure, segment: bytes) -> None:
    count = segment[0]
    found.last_scan = tuple(segment[1 + 2 * k] for k in range(count))
    first, last, bits = segment[1 + 2 * count : 4 + 2 * count]
    found.scans += 1
    for kind in found.last_scan:
        if found.frame in _PROGRESSIVE:
            found.missing_bits[kind][first : last + 1] = bits & 15
        else:
            found.missing_bits[kind][:] = 0
