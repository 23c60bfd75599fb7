"""What an exported photo says about itself: kept EXIF without places, and the mark of an edit."""

import re
import struct
import zlib
from collections.abc import Mapping
from typing import Final

from PIL import Image

from s2flow_app.engine import directories
from s2flow_app.engine.directories import (
    ASCII,
    LONG,
    RATIONAL,
    SHORT,
    SRATIONAL,
    UNDEFINED,
    UTF8,
    Field,
)

SOFTWARE: Final = "S2-Flow Studio"
DIGITAL_SOURCE_TYPE: Final = (
    "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
)
"""IPTC's word for a photo of which parts are made by a trained model."""
XMP: Final = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
    ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">'
    f"<xmp:CreatorTool>{SOFTWARE}</xmp:CreatorTool>"
    f"<Iptc4xmpExt:DigitalSourceType>{DIGITAL_SOURCE_TYPE}</Iptc4xmpExt:DigitalSourceType>"
    "</rdf:Description></rdf:RDF></x:xmpmeta>"
    '<?xpacket end="w"?>'
).encode()
"""A fresh packet: the photo's own may hold places and thumbnails, so it is not carried over."""

MAX_EXIF_BYTES: Final = 1 << 20
"""What is kept of a photo's EXIF; more is no description but a hidden file."""
MAX_JPEG_EXIF_BYTES: Final = 65533 - len(b"Exif\0\0")
"""A JPEG segment has 65,535 bytes with its length field."""

ORIENTATION, SOFTWARE_TAG = 0x0112, 0x0131
X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT = 0x011A, 0x011B, 0x0128
YCBCR_POSITIONING = 0x0213
EXIF_VERSION, COMPONENTS, FLASHPIX_VERSION, COLOUR_SPACE = 0x9000, 0x9101, 0xA000, 0xA001
PIXEL_WIDTH, PIXEL_HEIGHT = 0xA002, 0xA003
SRGB, UNCALIBRATED = 1, 0xFFFF

_Rule = tuple[tuple[int, ...], int | None]
"""Types that a field may have, and its count where only one is right."""
_TEXT: Final[_Rule] = ((ASCII, UTF8), None)
_DATE: Final[_Rule] = ((ASCII,), 20)
_SHORT: Final[_Rule] = ((SHORT,), 1)
_LONG: Final[_Rule] = ((LONG,), 1)
_RATIO: Final[_Rule] = ((RATIONAL,), 1)
_SIGNED: Final[_Rule] = ((SRATIONAL, RATIONAL), 1)
"""Some programs, Pillow among them, write positive ones unsigned: they are put right."""
_WHOLE: Final[_Rule] = ((SHORT, LONG), 1)
KEPT_FIELDS: Final[Mapping[int, _Rule]] = {
    0x010E: _TEXT,  # description
    0x010F: _TEXT,  # make
    0x0110: _TEXT,  # model
    X_RESOLUTION: _RATIO,
    Y_RESOLUTION: _RATIO,
    RESOLUTION_UNIT: _SHORT,
    0x0132: _DATE,  # changed
    0x013B: _TEXT,  # artist
    0x4746: _SHORT,  # rating
    0x8298: _TEXT,  # copyright
}
"""Of the first directory: in a TIFF it also holds the layout, and elsewhere places and comments."""
KEPT_EXIF_FIELDS: Final[Mapping[int, _Rule]] = {
    0x829A: _RATIO,  # exposure time
    0x829D: _RATIO,  # f number
    0x8822: _SHORT,  # exposure program
    0x8827: ((SHORT,), None),  # ISO
    0x8830: _SHORT,  # which ISO that is
    0x8831: _LONG,
    0x8832: _LONG,
    0x8833: _LONG,
    EXIF_VERSION: ((UNDEFINED,), 4),
    0x9003: _DATE,  # taken
    0x9004: _DATE,  # digitised
    0x9010: ((ASCII,), 7),  # time zones of the three dates
    0x9011: ((ASCII,), 7),
    0x9012: ((ASCII,), 7),
    0x9201: _SIGNED,  # shutter speed
    0x9202: _RATIO,  # aperture
    0x9203: _SIGNED,  # brightness
    0x9204: _SIGNED,  # exposure bias
    0x9205: _RATIO,  # largest aperture
    0x9206: _RATIO,  # distance
    0x9207: _SHORT,  # metering
    0x9208: _SHORT,  # light source
    0x9209: _SHORT,  # flash
    0x920A: _RATIO,  # focal length
    0x9290: ((ASCII,), None),  # fractions of a second of the three dates
    0x9291: ((ASCII,), None),
    0x9292: ((ASCII,), None),
    FLASHPIX_VERSION: ((UNDEFINED,), 4),
    COLOUR_SPACE: _SHORT,
    PIXEL_WIDTH: _WHOLE,
    PIXEL_HEIGHT: _WHOLE,
    0xA20B: _RATIO,  # flash energy
    0xA20E: _RATIO,  # pixels of the sensor, x, y and unit
    0xA20F: _RATIO,
    0xA210: _SHORT,
    0xA215: _RATIO,  # exposure index
    0xA217: _SHORT,  # kind of sensor
    0xA300: ((UNDEFINED,), 1),  # a camera or a scanner
    0xA301: ((UNDEFINED,), 1),  # photographed directly
    0xA401: _SHORT,  # special processing
    0xA402: _SHORT,  # exposure mode
    0xA403: _SHORT,  # white balance
    0xA404: _RATIO,  # digital zoom
    0xA405: _SHORT,  # focal length of 35 mm film
    0xA406: _SHORT,  # kind of scene
    0xA407: _SHORT,  # gain
    0xA408: _SHORT,  # contrast
    0xA409: _SHORT,  # saturation
    0xA40A: _SHORT,  # sharpness
    0xA40C: _SHORT,  # range of distances
    0xA432: ((RATIONAL,), 4),  # what the lens can do
    0xA433: _TEXT,  # lens make
    0xA434: _TEXT,  # lens model
    0xA437: _TEXT,  # photographer
    0xA500: _RATIO,  # gamma
}
"""Of the EXIF directory: how the photo was taken. Not who owns the camera, serial numbers, unique
ids, comments, the maker's note, places of the subject in the unturned picture."""
_DATE_FORM: Final = re.compile(rb"\d{4}:\d\d:\d\d \d\d:\d\d:\d\d\0")
_ZONE_FORM: Final = re.compile(rb"[+-]\d\d:\d\d\0")


def orientation_of(picture: Image.Image) -> int:
    """EXIF orientation 1..8, or XMP's where there is no EXIF; 1 where none or nonsense is given."""
    try:
        value = picture.getexif().get(ORIENTATION, 1)
    except Exception:  # Pillow's EXIF parser raises a dozen kinds on damage
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def exif_of(picture: Image.Image) -> bytes:
    """The EXIF block of a picture other than a TIFF; empty where there is none."""
    block = picture.info.get("exif")
    if block is None and isinstance(text := picture.info.get("Raw profile type exif"), str):
        try:  # ImageMagick's way in PNG: a blank line, the name, the length, hexadecimal lines
            block = bytes.fromhex("".join(text.split("\n")[3:]))
        except ValueError:
            block = None
    return block if isinstance(block, bytes) else b""


def kept_exif(
    first: Mapping[int, Field],
    exif: Mapping[int, Field],
    size: tuple[int, int],
    *,
    software: str = "",
) -> bytes | None:
    """EXIF block for an export, of the directories of a photo of the upright ``size`` (w, h).

    Args:
        software: what this program made the photo's pixels with, if that needs saying.
    """
    kept = _kept(first, KEPT_FIELDS)
    if software:
        kept[SOFTWARE_TAG] = directories.text(SOFTWARE_TAG, software)
    details = _kept(exif, KEPT_EXIF_FIELDS)
    if details:
        details |= {f.tag: f for f in map(directories.longs, (PIXEL_WIDTH, PIXEL_HEIGHT), size)}
    if not kept and not details:
        return None
    return _fitting(kept, details, MAX_EXIF_BYTES)


def marked_fields(exif: bytes | None) -> tuple[dict[int, Field], dict[int, Field]]:
    """Fields of the kept ``exif`` with what every file must have, and this program as software."""
    first, details = directories.read_block(exif or b"")
    defaults = (
        directories.ratio(X_RESOLUTION, 72, 1),
        directories.ratio(Y_RESOLUTION, 72, 1),
        directories.shorts(RESOLUTION_UNIT, 2),
    )
    first = {field.tag: field for field in defaults} | first
    made_with = first.get(SOFTWARE_TAG)
    note = "" if made_with is None else made_with.data.rstrip(b"\0").decode("ascii", "replace")
    first[SOFTWARE_TAG] = directories.text(
        SOFTWARE_TAG, f"{SOFTWARE}; {note}" if note else SOFTWARE
    )
    if details:
        details.setdefault(EXIF_VERSION, directories.undefined(EXIF_VERSION, b"0232"))
    return first, details


def marked_exif(exif: bytes | None) -> bytes:
    """The EXIF block of a PNG or WebP: the kept ``exif``, marked."""
    return directories.write_block(*map(_values, marked_fields(exif)))


def marked_jpeg_exif(exif: bytes | None, size: tuple[int, int], *, has_profile: bool) -> bytes:
    """The EXIF segment of a JPEG of ``size`` (w, h), with all that the standard wants there.

    What does not fit into the segment is left out, the longest fields first.
    """
    first, details = marked_fields(exif)
    first[YCBCR_POSITIONING] = directories.shorts(YCBCR_POSITIONING, 1)
    defaults = (
        directories.undefined(EXIF_VERSION, b"0232"),
        directories.undefined(FLASHPIX_VERSION, b"0100"),
        directories.shorts(COLOUR_SPACE, UNCALIBRATED if has_profile else SRGB),
        directories.longs(PIXEL_WIDTH, size[0]),
        directories.longs(PIXEL_HEIGHT, size[1]),
    )
    details = {field.tag: field for field in defaults} | details
    details[COMPONENTS] = directories.undefined(COMPONENTS, b"\1\2\3\0")  # Y, Cb, Cr
    return b"Exif\0\0" + _fitting(first, details, MAX_JPEG_EXIF_BYTES)


def png_chunks(*, icc: bytes | None, exif: bytes) -> bytes:
    """PNG chunks with profile, XMP and EXIF, to stand right behind the header chunk."""
    chunks = b""
    if icc is not None:
        chunks += _chunk(b"iCCP", b"ICC profile\0\0" + zlib.compress(icc))
    chunks += _chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)
    return chunks + _chunk(b"eXIf", exif)


def _kept(fields: Mapping[int, Field], rules: Mapping[int, _Rule]) -> dict[int, Field]:
    """Those of ``fields`` that ``rules`` name and that are as the standard wants them."""
    kept = {}
    for tag, (types, count) in rules.items():
        field = fields.get(tag)
        if field is None or field.type not in types:
            continue
        if field.type in (ASCII, UTF8):
            field = _ended(field)
            if len(field.data) == 1:
                continue
        if count is not None and field.count != count:
            continue
        if types == _SIGNED[0]:
            field = Field(tag, SRATIONAL, field.count, field.data)
        form = _DATE_FORM if count == 20 else _ZONE_FORM if count == 7 else None
        if form is None or form.fullmatch(field.data):
            kept[tag] = field
    return kept


def _ended(field: Field) -> Field:
    """``field`` with exactly one NUL at its end, as text must have."""
    data = field.data.rstrip(b"\0") + b"\0"
    return Field(field.tag, field.type, len(data), data)


def _fitting(first: dict[int, Field], details: dict[int, Field], most_bytes: int) -> bytes:
    """An EXIF block of at most ``most_bytes``, without the longest fields if need be."""
    while len(block := directories.write_block(_values(first), _values(details))) > most_bytes:
        holder = max(
            first, details, key=lambda fields: max(map(_length, fields.values()), default=0)
        )
        del holder[max(holder.values(), key=_length).tag]
    return block


def _length(field: Field) -> int:
    return len(field.data)


def _values(fields: dict[int, Field]) -> list[Field]:
    return list(fields.values())


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
