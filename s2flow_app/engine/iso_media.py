"""What the header of a HEIC or AVIF file says of its picture: ISO base media boxes.

The decoders say too little: Pillow's of AVIF tells neither colours without a profile nor depth.
Nothing is believed further than for what it is asked here; whatever is damaged is left out.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAX_BOXES: Final = 4096
"""Of one level; more are no picture's."""
AVIF_BRANDS: Final = frozenset((b"avif", b"avis"))
HEIC_BRANDS: Final = frozenset((
    b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs",
))  # fmt: skip
PICTURE_BRANDS: Final = frozenset((b"mif1", b"msf1", b"mif2", b"miaf"))
"""Of pictures of any codec."""


@dataclass(frozen=True, slots=True)
class Nclx:
    """Colours by number, as ITU-T H.273 counts them."""

    primaries: int
    transfer: int


@dataclass(frozen=True, slots=True)
class MainPicture:
    """Of the main picture; None and 8 bits where the header does not say."""

    nclx: Nclx | None
    bits: int


def brands_of(data: bytes) -> frozenset[bytes]:
    """Brands of an ISO media file, the main one among them; none of any other file."""
    if data[4:8] != b"ftyp":
        return frozenset()
    (length,) = struct.unpack(">I", data[:4])
    content = data[8 : min(length, len(data), 1024)]
    found = {content[at : at + 4] for at in range(0, len(content), 4) if at != 4}
    return frozenset(brand for brand in found if len(brand) == 4)


def is_avif(data: bytes) -> bool:
    """True if the main picture is one of AV1; a file may say that it is of several kinds."""
    brands, main = brands_of(data), data[8:12]
    return main in AVIF_BRANDS or (main in PICTURE_BRANDS and bool(brands & AVIF_BRANDS))


def is_heic(data: bytes) -> bool:
    """True if the file is a HEIF picture of another codec than AV1, which HEVC is in practice."""
    main = data[8:12] if data[4:8] == b"ftyp" else b""
    return (main in HEIC_BRANDS or main in PICTURE_BRANDS) and not is_avif(data)


def main_picture(data: bytes) -> MainPicture:
    """What the header of the HEIC or AVIF file ``data`` says of its main picture."""
    try:
        return _main_picture(data)
    except (struct.error, IndexError):
        return MainPicture(None, 8)


def _main_picture(data: bytes) -> MainPicture:
    meta = next((body for kind, body in _boxes(data) if kind == b"meta"), b"")[4:]
    parts = dict(_boxes(meta))
    main = parts.get(b"pitm", b"")
    item = struct.unpack(">I" if main[0] else ">H", main[4 : 8 if main[0] else 6])[0]
    properties, associated = [], b""
    for kind, body in _boxes(parts.get(b"iprp", b"")):
        if kind == b"ipco":
            properties = list(_boxes(body))
        elif kind == b"ipma":
            associated = body
    nclx, bits = None, 8
    for index in _associations(associated).get(item, ()):
        if not 1 <= index <= len(properties):
            continue
        kind, body = properties[index - 1]
        if kind == b"colr" and body[:4] == b"nclx":
            nclx = Nclx(*struct.unpack(">HH", body[4:8]))
        elif kind == b"pixi" and body[4]:
            bits = max(body[5 : 5 + body[4]])
    # A grid's own properties may leave out what those of its parts say.
    coded = [body for kind, body in properties if kind == b"av1C" and len(body) > 2]
    if bits == 8 and coded and coded[0][2] & 0x40:
        bits = 12 if coded[0][2] & 0x20 else 10
    return MainPicture(nclx, bits)


def _associations(body: bytes) -> dict[int, list[int]]:
    """Numbers of the properties, from 1, of each item: the content of an ``ipma`` box."""
    found: dict[int, list[int]] = {}
    if not body:
        return found
    is_wide, is_long = bool(body[0]), bool(body[3] & 1)
    (entries,) = struct.unpack(">I", body[4:8])
    at = 8
    for _ in range(min(entries, MAX_BOXES)):
        item, count = struct.unpack_from(">IB" if is_wide else ">HB", body, at)
        at += 5 if is_wide else 3
        values = struct.unpack_from(f">{count}{'H' if is_long else 'B'}", body, at)
        at += count * (2 if is_long else 1)
        # The highest bit says that a reader must know the property.
        found.setdefault(item, []).extend(v & (0x7FFF if is_long else 0x7F) for v in values)
    return found


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of the boxes in ``data``, as far as they are whole."""
    at = 0
    for _ in range(MAX_BOXES):
        if at + 8 > len(data):
            return
        length, kind = struct.unpack_from(">I4s", data, at)
        start = at + 8
        if length == 1:
            if start + 8 > len(data):
                return
            (length,) = struct.unpack_from(">Q", data, start)
            start += 8
        end = len(data) if length == 0 else at + length
        if not start <= end <= len(data):
            return
        yield kind, data[start:end]
        at = end
