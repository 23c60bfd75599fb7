"""What a file is by its first bytes, in words: so that what is not read is at least named."""

import contextlib
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file that is not read, or not without an extra."""

    what: str
    """To follow "it" in a sentence."""
    hint: str
    """What to do with it; empty where nothing can be done."""


RAW_SUFFIXES: Final = (
    ".3fr", ".arw", ".cr2", ".cr3", ".crw", ".dng", ".erf", ".iiq", ".kdc", ".mef", ".mos", ".mrw",
    ".nef", ".nrw", ".orf", ".pef", ".raf", ".raw", ".rw2", ".rwl", ".sr2", ".srf", ".srw", ".x3f",
)  # fmt: skip
PHOTO_SUFFIXES: Final = (
    ".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".heic", ".heif", ".hif", ".avif", ".bmp",
    ".gif", *RAW_SUFFIXES,
)  # fmt: skip
"""Endings of photos that can be opened, some of them by an extra."""

_SAVE_AS: Final = "save it as PNG, TIFF or JPEG there, and open that."
_PICTURE: Final = f"Open it in a program that reads such pictures (GIMP, for one), {_SAVE_AS}"
_LAYERED: Final = f"Open it in the program it was made with, {_SAVE_AS}"
HIGH_RANGE_HINT: Final = (
    "Develop it to ordinary brightness in a program that reads such pictures (darktable, GIMP), "
    "save it as 16-bit TIFF or PNG, and open that."
)
_PHONE: Final = (
    'Install the extra "heic" (pip install "s2flow-app[heic]"). Or set the phone or camera to JPEG '
    "(on an iPhone: Formats, Most Compatible), or convert it to JPEG or PNG, and open that."
)
_DRAWING: Final = "Export it as PNG from the program that it was drawn with, and open that."
_DOCUMENT: Final = "Take the picture out of it, save it as PNG or JPEG, and open that."
_VIDEO: Final = "Save one frame as PNG or JPEG in a video player, and open that."
_RAW_HINT: Final = (
    'Install the extra "raw" (pip install "s2flow-app[raw]"). Or develop it with a RAW converter '
    "(darktable, RawTherapee, the camera's own), save it as 16-bit TIFF or JPEG, and open that."
)
DEVELOP_ELSEWHERE: Final = (
    "Develop it with a RAW converter (darktable, RawTherapee, the camera's own), save it as "
    "16-bit TIFF or JPEG, and open that."
)

PROJECT: Final = FileKind(
    "is a project of this program",
    "Open it in the window, or take the edited photo out of it: s2flow project export.",
)
RAW: Final = FileKind("is a camera's RAW file", _RAW_HINT)
HEIC_PICTURE: Final = FileKind("is a HEIC picture", _PHONE)
AVIF_PICTURE: Final = FileKind("is an AVIF picture", _PICTURE)
_JPEG_2000: Final = FileKind("is a JPEG 2000 picture", _PICTURE)
_JPEG_XL: Final = FileKind("is a JPEG XL picture", _PICTURE)
_PNM: Final = FileKind("is a PBM, PGM or PPM picture", _PICTURE)

_BY_START: Final[tuple[tuple[bytes, FileKind], ...]] = (
    (b"\xff\x0a", _JPEG_XL),
    (b"\0\0\0\x0cJXL \r\n\x87\n", _JPEG_XL),
    (b"\0\0\0\x0cjP  \r\n\x87\n", _JPEG_2000),
    (b"\xff\x4f\xff\x51", _JPEG_2000),
    (b"\xff\xd8\xff\xf7", FileKind("is a JPEG-LS picture", _PICTURE)),
    (b"II\xbc\x01", FileKind("is a JPEG XR picture", _PICTURE)),
    (b"8BPS\0\x01", FileKind("is a Photoshop document (PSD)", _LAYERED)),
    (b"8BPS\0\x02", FileKind("is a large Photoshop document (PSB)", _LAYERED)),
    (b"gimp xcf", FileKind("is a GIMP document (XCF)", _LAYERED)),
    (b"CSFCHUNK", FileKind("is a Clip Studio document", _LAYERED)),
    (b"\0\xffKA", FileKind("is an Affinity document", _LAYERED)),
    (b"v/1\x01", FileKind("is an OpenEXR picture", HIGH_RANGE_HINT)),
    (b"#?RADIANCE", FileKind("is a Radiance HDR picture", HIGH_RANGE_HINT)),
    (b"#?RGBE", FileKind("is a Radiance HDR picture", HIGH_RANGE_HINT)),
    (b"PF\n", FileKind("is a picture of floating-point values (PFM)", HIGH_RANGE_HINT)),
    (b"Pf\n", FileKind("is a picture of floating-point values (PFM)", HIGH_RANGE_HINT)),
    (b"SIMPLE  =", FileKind("is a FITS picture", HIGH_RANGE_HINT)),
    (b"qoif", FileKind("is a QOI picture", _PICTURE)),
    (b"BPG\xfb", FileKind("is a BPG picture", _PICTURE)),
    (b"FLIF", FileKind("is a FLIF picture", _PICTURE)),
    (b"DDS ", FileKind("is a DDS texture", _PICTURE)),
    (b"\0\0\x01\0", FileKind("is an icon (ICO)", _PICTURE)),
    (b"\0\0\x02\0", FileKind("is a mouse cursor (CUR)", _PICTURE)),
    (b"icns", FileKind("is an icon (ICNS)", _PICTURE)),
    (b"\x8aMNG\r\n\x1a\n", FileKind("is an MNG animation", _PICTURE)),
    (b"\x8bJNG\r\n\x1a\n", FileKind("is a JNG picture", _PICTURE)),
    (b"\x01\xda\0", FileKind("is an SGI picture", _PICTURE)),
    (b"\x01\xda\x01", FileKind("is an SGI picture", _PICTURE)),
    (b"\x59\xa6\x6a\x95", FileKind("is a Sun raster picture", _PICTURE)),
    (b"\x0a\x05\x01", FileKind("is a PCX picture", _PICTURE)),
    (b"AT&TFORM", FileKind("is a DjVu document", _DOCUMENT)),
    (b"%PDF", FileKind("is a PDF document", _DOCUMENT)),
    (b"%!PS", FileKind("is a PostScript document", _DOCUMENT)),
    (b"\xc5\xd0\xd3\xc6", FileKind("is a PostScript document", _DOCUMENT)),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileKind("is an Office document", _DOCUMENT)),
    (b"{\\rtf", FileKind("is a text document (RTF)", _DOCUMENT)),
    (b"\x1aE\xdf\xa3", FileKind("is a video", _VIDEO)),
    (b"FLV\x01", FileKind("is a video", _VIDEO)),
    (b"\0\0\x01\xba", FileKind("is a video", _VIDEO)),
    (b"\x1f\x8b", FileKind("is a compressed file (gzip)", "Unpack it and open the photo in it.")),
    (b"7z\xbc\xaf\x27\x1c", FileKind("is an archive (7z)", "Unpack it and open the photo in it.")),
    (b"Rar!", FileKind("is an archive (RAR)", "Unpack it and open the photo in it.")),
    (b"\x7fELF", FileKind("is a program", "")),
    (b"MZ", FileKind("is a program", "")),
    (b"FUJIFILMCCD-RAW", RAW),
    (b"IIRO", RAW),
    (b"IIRS", RAW),
    (b"IIU\0", RAW),
    (b"\0MRM", RAW),
    (b"FOVb", RAW),
)
_BY_BRAND: Final[dict[bytes, FileKind]] = {
    **dict.fromkeys(
        (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"),
        HEIC_PICTURE,
    ),
    b"avif": AVIF_PICTURE,
    b"avis": AVIF_PICTURE,
    b"crx ": RAW,
    b"jxl ": _JPEG_XL,
}
"""By the main brand of ISO media files; others are videos."""


def kind_of(data: bytes) -> FileKind | None:
    """What the file whose content begins with ``data`` is; None if it is of no kind known here.

    Photos that the program reads by itself are not in the list.
    """
    for start, kind in _BY_START:
        if data.startswith(start):
            return kind
    if data[4:8] == b"ftyp":
        kind = _BY_BRAND.get(data[8:12], FileKind("is a video", _VIDEO))
        if data[8:12] in (b"mif1", b"msf1") and b"avif" in data[16:64]:
            return _BY_BRAND[b"avif"]
        return kind
    if data[:4] == b"RIFF" and data[8:12] == b"AVI ":
        return FileKind("is a video", _VIDEO)
    if data[:4] == b"PK\x03\x04":
        return _zip_kind(data)
    if data[:1] == b"P" and data[1:2] in b"1234567" and data[2:3].isspace():
        return _PNM
    return _text_kind(data)


def _zip_kind(data: bytes) -> FileKind:
    start = data[:200]
    if b"application/x-s2flow" in start:
        return PROJECT
    if b"application/x-krita" in start:
        return FileKind("is a Krita document", _LAYERED)
    if b"image/openraster" in start:
        return FileKind("is an OpenRaster document", _LAYERED)
    return FileKind(
        "is an archive or an Office document (zip)", "Unpack it and open the photo in it."
    )


def _text_kind(data: bytes) -> FileKind | None:
    start = data[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return FileKind("is a web page", "Save the picture that it shows, and open that.")
    if start.startswith(b"<svg") or (start.startswith(b"<?xml") and b"<svg" in data[:4096]):
        return FileKind("is an SVG drawing", _DRAWING)
    if start.startswith(b"<?xml"):
        return FileKind("is an XML file", "")
    with contextlib.suppress(UnicodeDecodeError):
        text = data[:4096].decode("utf-8", errors="strict" if len(data) <= 4096 else "ignore")
        if text and all(c.isprintable() or c in "\r\n\t\f\ufeff" for c in text):
            return FileKind("holds text, whatever its name says", "")
    return None
