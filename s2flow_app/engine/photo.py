"""Photos: read from a file, shown as sRGB, written to a new file with what they came with."""

import contextlib
import io
import os
import secrets
import struct
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from s2flow_app.engine import colour, metadata
from s2flow_app.engine.colour import Pixels, eight_bits
from s2flow_app.engine.photo_encode import FORMATS, LONGEST_SIDE_PX, encode, on_white
from s2flow_app.errors import PhotoError
from s2flow_app.messages import frozen

MAX_PHOTO_PX: Final = 100_000_000
"""Larger photos are refused: decoding and showing them takes gigabytes."""
MAX_FILE_BYTES: Final = 1 << 30
"""More than 100 megapixels at 16 bits with alpha take."""
MIN_SIDE_PX: Final = 32
"""A smaller picture cannot show a face."""
READ_FORMATS: Final = ("JPEG", "PNG", "TIFF", "WEBP", "BMP", "GIF")
READABLE: Final = "Open a JPEG, PNG, TIFF, WebP, BMP or GIF file."
RAW_SUFFIXES: Final = (
    ".3fr", ".arw", ".cr2", ".cr3", ".crw", ".dng", ".erf", ".iiq", ".kdc", ".mef", ".mos", ".mrw",
    ".nef", ".nrw", ".orf", ".pef", ".raf", ".raw", ".rw2", ".rwl", ".sr2", ".srf", ".srw", ".x3f",
)  # fmt: skip
DECODER_ERRORS: Final = (
    OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, AttributeError,
    ArithmeticError, MemoryError, struct.error, cv2.error, Image.DecompressionBombError,
)  # fmt: skip
"""What Pillow's decoders raise on damaged files."""


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """A photo in its own colours; arrays are read-only."""

    pixels: Pixels
    """``[H, W, 3]`` uint8 or uint16, upright, in the photo's own profile."""
    alpha: Pixels | None
    """``[H, W]`` opacity, of the same type; not premultiplied."""
    icc: bytes | None
    """RGB profile of the pixels; None: sRGB."""
    exif: bytes | None
    """What an export keeps of the photo's EXIF: no place, no thumbnail, upright."""
    format: str
    """Pillow's name of the file format read."""
    name: str
    """File name, to show."""

    def to_srgb(self) -> NDArray[np.uint8]:
        """The picture ``[H, W, 3]`` as 8-bit sRGB, over white where it is transparent.

        `pixels` itself where these are that already. Costs time: keep what it returns.
        """
        image = colour.to_srgb(self.pixels, self.icc)
        if self.alpha is not None:
            image = on_white(image, eight_bits(self.alpha))
        return frozen(image)


def photo_from_array(image: NDArray[np.uint8], name: str) -> Photo:
    """A photo of an sRGB picture ``[H, W, 3]`` that comes from no file."""
    return Photo(frozen(image.copy()), None, None, None, "PNG", name)


def read_photo(path: Path) -> Photo:
    """The photo in the file ``path``; of an animation or a stack of pages the first picture.

    Raises:
        PhotoError: there is no photo that can be read, with the reason in a sentence.
    """
    name = shown_name(path)
    data = _read_bytes(path, name)
    if path.suffix.lower() in RAW_SUFFIXES or _is_raw(data):
        raise PhotoError(
            f"{name} is a camera's RAW file.",
            "Develop it with a RAW converter (darktable, RawTherapee, the camera's own), "
            "save it as 16-bit TIFF or JPEG, and open that.",
        )
    with warnings.catch_warnings():
        # Pillow warns from 89 megapixels and about odd metadata; the limit is our own.
        warnings.simplefilter("ignore")
        picture, rawmode = _load(data, name)
        return _decode(picture, rawmode, data, name)


def write_photo(photo: Photo, path: Path, *, original: Path | None) -> None:
    """Write ``photo`` to ``path`` in the format of its suffix, marked as edited with AI.

    Keeps profile, alpha and 16 bits where the format can. The file is there whole or not at all.

    Args:
        original: the file the photo was read from, which is never overwritten.

    Raises:
        PhotoError: it cannot be written, with the reason in a sentence.
    """
    name = shown_name(path)
    format = FORMATS.get(path.suffix.lower())
    if format is None:
        raise PhotoError(
            f"{name} cannot be written: its ending names no format that is known here.",
            f"Use one of {', '.join(FORMATS)}.",
        )
    if original is not None and _is_same_file(path, original):
        raise PhotoError(
            f"{name} is the original photo, which is never overwritten.", "Choose another name."
        )
    if path.is_dir():
        raise PhotoError(f"{name} is a folder.", "Add a file name to it.")
    longest = LONGEST_SIDE_PX.get(format)
    if longest is not None and max(photo.pixels.shape[:2]) > longest:
        raise PhotoError(
            f"{format} files hold at most {longest} pixels a side, fewer than this photo has.",
            "Export as PNG or TIFF.",
        )
    data = encode(photo.pixels, photo.alpha, format=format, icc=photo.icc, exif=photo.exif)
    try:
        _write_whole(path, data)
    except OSError as error:
        raise PhotoError(
            f"{name} cannot be written: {_reason(error)}.",
            "Choose a folder that exists, has room and allows writing.",
        ) from error


def shown_name(path: Path) -> str:
    """The file's name as text that can be printed anywhere."""
    return (path.name or str(path)).encode(errors="replace").decode()


def _load(data: bytes, name: str) -> tuple[Image.Image, str]:
    """The loaded picture, and how its pixels are stored (Pillow's rawmodes).

    Whatever decodes it in the end, Pillow has to get through it: OpenCV fills what is missing
    from a truncated file without a word.
    """
    try:
        picture = Image.open(io.BytesIO(data), formats=READ_FORMATS)
        _check_size(picture.size, name)
        rawmode = str(getattr(picture, "tile", ""))
        picture.load()
    except Image.DecompressionBombError as error:
        raise _too_large(name) from error
    except UnidentifiedImageError as error:
        raise PhotoError(
            f"{name} is not a photo that this program can read: it {_what_else(data)}.", READABLE
        ) from error
    except DECODER_ERRORS as error:
        raise _damaged(name, _reason(error)) from error
    return picture, rawmode


def _decode(picture: Image.Image, rawmode: str, data: bytes, name: str) -> Photo:
    orientation = metadata.orientation_of(picture)
    icc = picture.info.get("icc_profile") or None
    pixels, alpha = None, None
    if ";16" in rawmode and picture.mode in ("RGB", "RGBA", "LA") and picture.format != "GIF":
        pixels, alpha = _decode_16_bits(data, name)
    elif picture.mode.startswith("I;16"):
        pixels, alpha, icc = *_grey_16_bits(np.asarray(picture).astype(np.uint16), icc), None
    elif picture.mode in ("I", "F"):
        raise PhotoError(
            f"{name} has 32 bits a channel.", "Save it with 8 or 16 bits a channel and open that."
        )
    else:
        pixels, alpha, icc = _decode_8_bits(picture, icc)
    if not colour.usable_profile(icc):
        icc = None  # damaged, or of another kind of picture: the numbers are all we have
    pixels = _upright(pixels, orientation)
    height, width = pixels.shape[:2]
    return Photo(
        pixels=frozen(pixels),
        alpha=None if alpha is None else frozen(_upright(alpha, orientation)),
        icc=icc,
        exif=metadata.kept_exif(picture, (width, height)),
        format=picture.format or "",
        name=name,
    )


def _decode_16_bits(data: bytes, name: str) -> tuple[Pixels, Pixels | None]:
    """Pixels and alpha of a 16-bit file, of which Pillow keeps 8."""
    image = cv2.imdecode(
        np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION
    )
    if image is None or image.dtype != np.uint16 or image.ndim != 3 or image.shape[2] < 3:
        raise _damaged(name, "its 16-bit pixels cannot be read")
    alpha = image[..., 3].astype(np.uint16, order="C") if image.shape[2] == 4 else None
    return image[..., 2::-1].astype(np.uint16, order="C"), alpha


def _grey_16_bits(grey: NDArray[np.uint16], icc: bytes | None) -> tuple[Pixels, None]:
    """RGB pixels in sRGB of 16-bit grey ``[H, W]``, by way of its profile's 256 levels."""
    if icc is not None:
        levels = Image.fromarray(np.arange(256, dtype=np.uint8)[None])
        srgb = np.asarray(colour.srgb_of_picture(levels, icc))[0, :, 1].astype(np.float64)
        table = np.interp(np.arange(65536) / 257, np.arange(256), srgb) * 257
        grey = np.rint(table).astype(np.uint16)[grey]
    return np.repeat(grey[..., None], 3, axis=2), None


def _decode_8_bits(
    picture: Image.Image, icc: bytes | None
) -> tuple[Pixels, Pixels | None, bytes | None]:
    alpha = None
    if picture.has_transparency_data:
        is_grey = picture.mode in ("LA", "La", "L")
        with_alpha = picture.convert("RGBA")
        alpha = np.array(with_alpha.getchannel("A"))
        picture = picture.convert("L") if is_grey else with_alpha.convert("RGB")
        alpha = alpha if (alpha < 255).any() else None
    if picture.mode in ("CMYK", "LAB", "L", "1") and (icc or picture.mode in ("CMYK", "LAB")):
        if picture.mode == "1":
            picture = picture.convert("L")
        picture, icc = colour.srgb_of_picture(picture, icc), None
    return np.array(picture.convert("RGB")), alpha, icc


def _upright(image: Pixels, orientation: int) -> Pixels:
    """``image`` turned and mirrored as EXIF ``orientation`` 1..8 asks."""
    if orientation in (5, 6, 7, 8):
        image = image.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        image = image[::-1]
    if orientation in (2, 3, 6, 7):
        image = image[:, ::-1]
    return np.ascontiguousarray(image)


def _read_bytes(path: Path, name: str) -> bytes:
    try:
        if path.is_dir():
            raise PhotoError(f"{name} is a folder.", "Open a photo in it.")
        if not path.exists():
            raise PhotoError(f"There is no file {name}.", "Check its name and folder.")
        if not path.is_file():
            raise PhotoError(f"{name} is not an ordinary file.", READABLE)
        if path.stat().st_size > MAX_FILE_BYTES:
            raise _too_large(name)
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise PhotoError(
            f"{name} cannot be read: {_reason(error)}.", "Check that you may read it."
        ) from error
    if not data:
        raise PhotoError(f"{name} is empty.", "Copy or download it again.")
    return data


def _check_size(size: tuple[int, int], name: str) -> None:
    width, height = size
    if width * height > MAX_PHOTO_PX:
        raise _too_large(name, f" ({width} x {height} pixels)")
    if min(size) < MIN_SIDE_PX:
        raise PhotoError(
            f"No face was found in {name}: it has only {width} x {height} pixels.",
            "Open a larger photo; a face of 100 pixels or more gives good results.",
        )


def _too_large(name: str, what: str = "") -> PhotoError:
    return PhotoError(
        f"{name} is too large{what}: at most {MAX_PHOTO_PX // 1_000_000} megapixels can be edited.",
        "Scale it down or cut out the part with the face, and open that.",
    )


def _damaged(name: str, reason: str) -> PhotoError:
    return PhotoError(
        f"{name} is damaged or cut short: {reason}.",
        "Copy or download it again, or open it in another program and save it anew.",
    )


def _is_raw(data: bytes) -> bool:
    """True for RAW files under another name: many are TIFFs whose first picture is a thumbnail."""
    if data[8:10] == b"CR" or data[:15] in (b"FUJIFILMCCD-RAW",) or data[4:11] == b"ftypcrx":
        return True
    if data[:4] in (b"IIRO", b"IIRS", b"IIU\0"):
        return True
    if data[:4] not in (b"II*\0", b"MM\0*"):
        return False
    order = "<" if data[:1] == b"I" else ">"
    try:
        (start,) = struct.unpack_from(order + "I", data, 4)
        (count,) = struct.unpack_from(order + "H", data, start)
        tags = {struct.unpack_from(order + "H", data, start + 2 + 12 * k)[0] for k in range(count)}
    except struct.error:
        return False
    return 50706 in tags  # DNGVersion


def _what_else(data: bytes) -> str:
    """What a file that is no known picture is, to follow "it" in a sentence."""
    start = data[:64].lstrip().lower()
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"hevc", b"mif1", b"msf1"):
        return "is a HEIC picture"
    if data[4:8] == b"ftyp":
        return "is a video or an AVIF picture"
    if start.startswith((b"<!doctype html", b"<html")):
        return "is a web page"
    if start.startswith(b"%pdf"):
        return "is a PDF document"
    if start.startswith((b"<svg", b"<?xml")):
        return "is an SVG drawing or other XML"
    with contextlib.suppress(UnicodeDecodeError):
        text = data[:4096].decode("utf-8", errors="strict" if len(data) <= 4096 else "ignore")
        if text.isprintable() or all(c.isprintable() or c in "\r\n\t\f" for c in text):
            return "holds text, whatever its name says"
    return "is of no known kind"


def _reason(error: BaseException) -> str:
    text = (error.strerror if isinstance(error, OSError) else None) or str(error)
    text = " ".join(text.split()).rstrip(".")
    return text or type(error).__name__


def _is_same_file(path: Path, other: Path) -> bool:
    """True if both name one file, through links of any kind too."""
    try:
        return path.samefile(other)
    except OSError:
        return path.absolute() == other.absolute()


def _write_whole(path: Path, data: bytes) -> None:
    """Write the file so that a crash leaves the old one or the new one, never a part."""
    # Not the whole name: with the random part it could grow beyond what file systems allow.
    temporary = path.with_name(f".s2flow-{secrets.token_hex(8)}{path.suffix}")
    try:
        with open(temporary, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
