"""What an exported photo says about itself: kept EXIF without places, and the mark of an edit."""

import struct
import warnings
import zlib
from typing import Final

from PIL import Image

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

ORIENTATION, SOFTWARE_TAG, EXIF_IFD = 0x0112, 0x0131, 0x8769
PIXEL_WIDTH, PIXEL_HEIGHT = 0xA002, 0xA003
KEPT_TAGS: Final = frozenset(
    # description, make, model, resolution x, y and unit, date, artist, rating, copyright
    (0x010E, 0x010F, 0x0110, 0x011A, 0x011B, 0x0128, 0x0132, 0x013B, 0x4746, 0x8298)
)
"""Tags of the first directory that go into an export: in a TIFF it also holds the layout."""
DROPPED_EXIF_TAGS: Final = frozenset((0x927C, 0xA005))
"""Maker note (offsets break when it moves, and some hold places) and interoperability."""


def orientation_of(picture: Image.Image) -> int:
    """EXIF orientation 1..8; 1 where none or nonsense is given."""
    value = _exif(picture).get(ORIENTATION, 1)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def kept_exif(picture: Image.Image, size: tuple[int, int]) -> bytes | None:
    """EXIF block of ``picture`` for an export: upright ``size`` (w, h), no GPS, no thumbnail."""
    source = _exif(picture)
    kept = Image.Exif()
    try:
        for tag in KEPT_TAGS & set(source):
            kept[tag] = source[tag]
        details = kept.get_ifd(EXIF_IFD)
        details.update(
            {t: v for t, v in source.get_ifd(EXIF_IFD).items() if t not in DROPPED_EXIF_TAGS}
        )
        if not kept and not details:
            return None
        if details:
            details[PIXEL_WIDTH], details[PIXEL_HEIGHT] = size
        return kept.tobytes()
    except Exception:  # any damage at all: EXIF is not worth losing the photo over
        return None


def marked_exif(exif: bytes | None) -> Image.Exif:
    """``exif`` with this program named as the software."""
    marked = Image.Exif()
    if exif is not None:
        marked.load(exif)
    marked[SOFTWARE_TAG] = SOFTWARE
    return marked


def png_chunks(*, icc: bytes | None, exif: bytes) -> bytes:
    """PNG chunks with profile, XMP and EXIF, to stand right behind the header chunk."""
    chunks = b""
    if icc is not None:
        chunks += _chunk(b"iCCP", b"ICC profile\0\0" + zlib.compress(icc))
    chunks += _chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)
    return chunks + _chunk(b"eXIf", exif.removeprefix(b"Exif\0\0"))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _exif(picture: Image.Image) -> Image.Exif:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "Corrupt EXIF data": what can be read is used
        try:
            return picture.getexif()
        except Exception:  # Pillow's EXIF parser raises a dozen kinds on damage
            return Image.Exif()
