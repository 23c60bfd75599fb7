"""TIFF directories, which EXIF is made of too: read field by field, written with types kept.

Not through Pillow, which guesses a field's type from its value: a signed ratio that happens to be
positive comes back unsigned, a byte string as text.
"""

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED, SRATIONAL = 1, 2, 3, 4, 5, 7, 10
UTF8: Final = 129
"""Text since EXIF 3.0."""
UNIT_BYTES: Final[Mapping[int, int]] = {
    BYTE: 1, ASCII: 1, SHORT: 2, LONG: 4, RATIONAL: 4, 6: 1, UNDEFINED: 1, 8: 2, 9: 4,
    SRATIONAL: 4, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8, UTF8: 1,
}  # fmt: skip
"""Bytes that are turned round together when the byte order changes."""
PAIRS: Final = frozenset((RATIONAL, SRATIONAL))
"""Types of which a value is two units."""
EXIF_IFD: Final = 0x8769
HEADER: Final = b"II*\0"
MAX_FIELDS: Final = 4096


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a directory."""

    tag: int
    type: int
    count: int
    """Values, of which a ratio is one."""
    data: bytes
    """The values, little-endian."""

    def integers(self) -> list[int]:
        """The values of a field of unsigned integers; none of any other."""
        if self.type not in (BYTE, SHORT, LONG):
            return []
        return np.frombuffer(self.data, f"<u{UNIT_BYTES[self.type]}").tolist()

    def integer(self) -> int | None:
        """The value of a field that is one unsigned integer."""
        values = self.integers()
        return values[0] if len(values) == 1 else None


def text(tag: int, value: str) -> Field:
    data = value.encode() + b"\0"
    return Field(tag, ASCII, len(data), data)


def shorts(tag: int, *values: int) -> Field:
    return Field(tag, SHORT, len(values), struct.pack(f"<{len(values)}H", *values))


def longs(tag: int, *values: int) -> Field:
    return Field(tag, LONG, len(values), struct.pack(f"<{len(values)}I", *values))


def ratio(tag: int, numerator: int, denominator: int) -> Field:
    return Field(tag, RATIONAL, 1, struct.pack("<II", numerator, denominator))


def undefined(tag: int, data: bytes) -> Field:
    return Field(tag, UNDEFINED, len(data), data)


def read_block(block: bytes) -> tuple[dict[int, Field], dict[int, Field]]:
    """Fields of the first directory of an EXIF ``block``, and those of its EXIF directory.

    Whatever is damaged is left out, down to nothing at all.
    """
    block = block.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(block[:2])
    if order is None or len(block) < 8:
        return {}, {}
    (version,) = struct.unpack_from(order + "H", block, 2)
    big = version == 43
    if version not in (42, 43) or len(block) < 16 * big:
        return {}, {}
    (offset,) = struct.unpack_from(order + ("Q" if big else "I"), block, 8 if big else 4)
    return read_directories(block, offset, order=order, big=big)


def read_directories(
    data: bytes, offset: int, *, order: str, big: bool
) -> tuple[dict[int, Field], dict[int, Field]]:
    """Fields of the directory at ``offset``, and those of its EXIF directory.

    Args:
        order: ``<`` or ``>``, as in `struct`.
        big: True for a BigTIFF, whose offsets have 64 bits.
    """
    first = _read_directory(data, offset, order=order, big=big)
    pointer = first.pop(EXIF_IFD, None)
    at = None
    if pointer is not None and pointer.count == 1 and pointer.type in (LONG, 13, 16, 18):
        at = int.from_bytes(pointer.data, "little")
    return first, {} if at is None else _read_directory(data, at, order=order, big=big)


def write_directories(first: Iterable[Field], exif: Iterable[Field], *, at: int) -> bytes:
    """A directory of ``first``, little-endian, to stand at the offset ``at``, and all it points to.

    ``exif`` becomes its EXIF directory; where it has no field there is no pointer either.
    """
    first, exif = list(first), list(exif)
    if not exif:
        return _write_directory(first, at=at)
    placeholder = longs(EXIF_IFD, 0)
    length = len(_write_directory([*first, placeholder], at=at))
    start = at + length
    written = _write_directory([*first, longs(EXIF_IFD, start)], at=at)
    return written + _write_directory(exif, at=start)


def write_block(first: Iterable[Field], exif: Iterable[Field]) -> bytes:
    """An EXIF block (a TIFF file without a picture)."""
    return HEADER + struct.pack("<I", 8) + write_directories(first, exif, at=8)


def _read_directory(data: bytes, offset: int, *, order: str, big: bool) -> dict[int, Field]:
    count_format, entry_format, room = ("Q", "HHQ", 8) if big else ("H", "HHI", 4)
    fields: dict[int, Field] = {}
    try:
        (entries,) = struct.unpack_from(order + count_format, data, offset)
    except struct.error:
        return fields
    at = offset + struct.calcsize(order + count_format)
    head = struct.calcsize(order + entry_format)
    for k in range(min(entries, MAX_FIELDS)):
        start = at + k * (head + room)
        if start + head + room > len(data):
            break
        tag, type, count = struct.unpack_from(order + entry_format, data, start)
        unit = UNIT_BYTES.get(type)
        if unit is None or tag in fields:
            continue
        length = count * unit * (2 if type in PAIRS else 1)
        where = start + head
        if length > room:
            (where,) = struct.unpack_from(order + ("Q" if big else "I"), data, where)
        if not 0 < length <= len(data) - where:
            continue
        value = data[where : where + length]
        if order == ">" and unit > 1:
            value = np.frombuffer(value, f">u{unit}").astype(f"<u{unit}").tobytes()
        fields[tag] = Field(tag, type, count, value)
    return fields


def _write_directory(fields: list[Field], *, at: int) -> bytes:
    entries, values = b"", b""
    values_at = at + 2 + 12 * len(fields) + 4
    for field in sorted(fields, key=lambda field: field.tag):
        entries += struct.pack("<HHI", field.tag, field.type, field.count)
        if len(field.data) <= 4:
            entries += field.data.ljust(4, b"\0")
        else:
            entries += struct.pack("<I", values_at + len(values))
            values += field.data + b"\0" * (len(field.data) % 2)  # offsets are even
    return struct.pack("<H", len(fields)) + entries + bytes(4) + values
