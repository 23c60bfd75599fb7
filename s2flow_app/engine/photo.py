"""Photos: read from a file, shown as sRGB, written to a new file with what they came with."""

import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from s2flow_app.atomic_file import write_atomically
from s2flow_app.engine import colour, directories, metadata
from s2flow_app.engine.colour import Pixels, eight_bits
from s2flow_app.engine.heif import HeifPhoto, read_avif, read_heic
from s2flow_app.engine.iso_media import is_avif, is_heic
from s2flow_app.engine.jpeg import JpegEncoding, check_filled, encoding_of, is_jpeg, whole_jpeg
from s2flow_app.engine.photo_encode import FORMATS, LONGEST_SIDE_PX, encode, on_white
from s2flow_app.engine.photo_errors import (
    DECODER_ERRORS,
    check_size,
    damaged,
    no_memory,
    reason_of,
    too_large,
    undecodable,
)
from s2flow_app.engine.raw import read_raw
from s2flow_app.engine.signing import Signing
from s2flow_app.engine.tiff import DNG_VERSION, Space, is_tiff, read_tiff
from s2flow_app.errors import PhotoError
from s2flow_app.file_kinds import RAW, RAW_SUFFIXES, kind_of
from s2flow_app.model.arrays import frozen
from s2flow_app.ordinary_file import NotOrdinary, TooLong, read_ordinary_file

MAX_FILE_BYTES: Final = 1 << 30
"""More than 100 megapixels at 16 bits with alpha take."""
READ_FORMATS: Final = ("JPEG", "PNG", "WEBP", "BMP", "GIF")
"""What Pillow reads here; the others have modules of their own."""
KNOWN_STARTS: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")
"""Of JPEG, PNG and GIF files, which may still be damaged beyond recognition."""
READABLE: Final = "Open a JPEG, PNG, TIFF, WebP, HEIC, AVIF, BMP, GIF or camera RAW file."


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
    jpeg: JpegEncoding | None = None
    """How a JPEG was compressed, so that a JPEG of it loses as little as can be."""
    notice: str = ""
    """What the user should know of how it was read, a sentence; empty if nothing."""
    is_made_up: bool = False
    """True: a network drew all of it."""

    def to_srgb(self) -> NDArray[np.uint8]:
        """The picture ``[H, W, 3]`` as 8-bit sRGB, over white where it is transparent.

        `pixels` itself where these are that already. Costs time: keep what it returns.
        """
        image = colour.to_srgb(self.pixels, self.icc)
        if self.alpha is not None:
            image = on_white(image, eight_bits(self.alpha))
        return frozen(image)


def photo_from_array(image: NDArray[np.uint8], name: str) -> Photo:
    """A photo of an sRGB picture ``[H, W, 3]`` that comes from no file: it is made up."""
    return Photo(frozen(image.copy()), None, None, None, "PNG", name, is_made_up=True)


def read_photo(path: Path) -> Photo:
    """The photo in the file ``path``; of an animation or a stack of pages the first picture.

    Raises:
        PhotoError: there is no photo that can be read, with the reason in a sentence.
    """
    name = shown_name(path)
    try:
        return _read_photo(path, name)
    except MemoryError as error:
        raise no_memory(name) from error


def _read_photo(path: Path, name: str) -> Photo:
    data = _read_bytes(path, name)
    with warnings.catch_warnings():
        # Pillow warns from 89 megapixels and about odd metadata; the limit is our own.
        warnings.simplefilter("ignore")
        if _is_raw(data) or (path.suffix.lower() in RAW_SUFFIXES and not _is_known(data)):
            return _from_raw(data, name)
        if is_tiff(data):
            return _from_tiff(data, name)
        if is_avif(data):
            return _from_heif(read_avif(data, name), "AVIF", name)
        if is_heic(data):
            return _from_heif(read_heic(data, name), "HEIF", name)
        return _from_picture(data, name)


def write_photo(
    photo: Photo, path: Path, *, original: Path | None, signing: Signing | None = None
) -> None:
    """Write ``photo`` to ``path`` in the format of its suffix, marked as edited with AI.

    Keeps profile, alpha and 16 bits where the format can. The file is there whole or not at all.

    Args:
        original: the file the photo was read from, which is never overwritten.
        signing: with what a manifest is signed that says what was done; None: there is none.

    Raises:
        PhotoError: it cannot be written, with the reason in a sentence.
        OutputError: it cannot be signed.
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
    data = encode(
        photo.pixels, photo.alpha, format=format, icc=photo.icc, exif=photo.exif, jpeg=photo.jpeg
    )
    if signing is not None:
        data = signing.signed(
            data, format, made_up=photo.is_made_up, original=original,
            original_format=photo.format,
        )  # fmt: skip
    try:
        write_atomically(path, data)
    except (OSError, ValueError) as error:
        raise PhotoError(
            f"{name} cannot be written: {reason_of(error)}.",
            "Choose a folder that exists, has room and allows writing.",
        ) from error


def shown_name(path: Path) -> str:
    """The file's name as text that can be printed anywhere."""
    return (path.name or str(path)).encode(errors="replace").decode()


def _from_tiff(data: bytes, name: str) -> Photo:
    read = read_tiff(data, name)
    pixels, icc = _in_rgb(read.colours, read.space, read.icc)
    pixels = _upright(pixels, read.orientation)
    height, width = pixels.shape[:2]
    return Photo(
        pixels=frozen(pixels),
        alpha=None if read.alpha is None else frozen(_upright(read.alpha, read.orientation)),
        icc=icc if colour.usable_profile(icc) else None,
        exif=metadata.kept_exif(read.fields, read.exif, (width, height)),
        format="TIFF",
        name=name,
    )


def _from_raw(data: bytes, name: str) -> Photo:
    read = read_raw(data, name)
    height, width = read.pixels.shape[:2]
    return Photo(
        pixels=frozen(read.pixels),
        alpha=None,
        icc=None,
        exif=metadata.kept_exif(read.fields, read.exif, (width, height), software=read.software),
        format="RAW",
        name=name,
        notice=read.notice,
    )


def _from_heif(read: HeifPhoto, format: str, name: str) -> Photo:
    pixels = _upright(read.colours, read.orientation)
    height, width = pixels.shape[:2]
    return Photo(
        pixels=frozen(pixels),
        alpha=None if read.alpha is None else frozen(_upright(read.alpha, read.orientation)),
        icc=read.icc if colour.usable_profile(read.icc) else None,
        exif=metadata.kept_exif(*directories.read_block(read.exif), (width, height)),
        format=format,
        name=name,
    )


def _from_picture(data: bytes, name: str) -> Photo:
    if is_jpeg(data):
        data = whole_jpeg(data, name)
    picture, rawmode = _load(data, name)
    if is_jpeg(data):
        check_filled(data, picture, name)
    orientation = metadata.orientation_of(picture)
    icc = picture.info.get("icc_profile") or None
    if ";16" in rawmode and picture.format == "PNG":
        pixels, icc, alpha = _decode_16_bits(picture, icc, data, name)
    else:
        pixels, icc, alpha = _decode_8_bits(picture, icc)
    pixels = _upright(pixels, orientation)
    height, width = pixels.shape[:2]
    encoding = encoding_of(picture) if is_jpeg(data) else None
    return Photo(
        pixels=frozen(pixels),
        alpha=None if alpha is None else frozen(_upright(alpha, orientation)),
        # One that is damaged or of another kind of picture: the numbers are all we have.
        icc=icc if colour.usable_profile(icc) else None,
        exif=metadata.kept_exif(
            *directories.read_block(metadata.exif_of(picture)), (width, height)
        ),
        format=picture.format or "",
        name=name,
        jpeg=None if encoding is None else encoding.turned(orientation),
    )


def _load(data: bytes, name: str) -> tuple[Image.Image, str]:
    """The loaded picture, and how its pixels are stored (Pillow's rawmodes).

    Whatever decodes it in the end, Pillow has to get through it: OpenCV fills what is missing
    from a truncated file without a word.
    """
    try:
        picture = Image.open(io.BytesIO(data), formats=READ_FORMATS)
        check_size(picture.size, name)
        rawmode = str(getattr(picture, "tile", ""))
        picture.load()
    except Image.DecompressionBombError as error:
        raise too_large(name) from error
    except UnidentifiedImageError as error:
        if _is_known(data):
            raise damaged(name, "its header makes no sense") from error
        kind = kind_of(data)
        raise PhotoError(
            f"{name} is not a photo that this program can read: "
            f"it {kind.what if kind else 'is of no known kind'}.",
            (kind.hint if kind else "") or READABLE,
        ) from error
    except DECODER_ERRORS as error:
        raise undecodable(name, error) from error
    return picture, rawmode


_Decoded = tuple[Pixels, bytes | None, Pixels | None]
"""Pixels, the profile that they are in now, and alpha."""


def _decode_16_bits(picture: Image.Image, icc: bytes | None, data: bytes, name: str) -> _Decoded:
    """A 16-bit PNG, of which Pillow keeps 8 bits but for grey: they prove OpenCV's right."""
    clear = picture.info.get("transparency")
    if picture.mode.startswith("I;16"):
        grey = np.asarray(picture).astype(np.uint16)
        alpha = np.where(grey == clear, 0, 65535).astype(np.uint16) if clear is not None else None
        return *_in_rgb(grey[..., None], "L", icc), alpha
    image = cv2.imdecode(
        np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION
    )
    if image is None or image.dtype != np.uint16 or image.ndim != 3 or image.shape[2] < 3:
        raise damaged(name, "its 16-bit pixels cannot be read")
    pixels, alpha = image[..., 2::-1].astype(np.uint16, order="C"), None
    high = np.asarray(picture)
    same = ((high[..., :1] if picture.mode == "LA" else high[..., :3]) == pixels >> 8).all()
    if picture.mode in ("RGBA", "LA"):
        alpha = image[..., 3].astype(np.uint16, order="C")
        same &= (high[..., -1] == alpha >> 8).all()
    elif clear is not None:
        alpha = np.where((pixels == clear).all(axis=2), 0, 65535).astype(np.uint16)
    if not same:
        raise damaged(name, "its 16-bit pixels are read differently by two programs")
    if picture.mode == "LA":
        pixels, icc = _in_rgb(pixels[..., :1], "L", icc)
    return pixels, icc, alpha


def _decode_8_bits(picture: Image.Image, icc: bytes | None) -> _Decoded:
    alpha = None
    if picture.has_transparency_data:
        is_grey = picture.mode in ("LA", "La", "L")
        with_alpha = picture.convert("RGBA")
        alpha = np.array(with_alpha.getchannel("A"))
        picture = picture.convert("L") if is_grey else with_alpha.convert("RGB")
        alpha = alpha if (alpha < 255).any() else None
    if picture.mode == "CMYK":
        return *_in_rgb(np.asarray(picture), "CMYK", icc), alpha
    if picture.mode in ("L", "1"):
        return *_in_rgb(np.asarray(picture.convert("L"))[..., None], "L", icc), alpha
    return np.array(picture.convert("RGB")), icc, alpha


def _in_rgb(colours: Pixels, space: Space, icc: bytes | None) -> tuple[Pixels, bytes | None]:
    """RGB ``[H, W, 3]`` of ``colours [H, W, C]``, and the profile it is in (None: sRGB)."""
    if space == "RGB":
        return colours, icc
    if space == "L":
        if not icc or colour.usable_profile(icc):
            return np.repeat(colours, 3, axis=2), icc
        if colours.dtype == np.uint16:
            return _grey_16_bits(colours[..., 0].astype(np.uint16, copy=False), icc), None
        picture = Image.fromarray(colours[..., 0])
    else:
        picture = Image.frombytes(space, colours.shape[1::-1], colours.tobytes())
    return np.array(colour.srgb_of_picture(picture, icc)), None


def _grey_16_bits(grey: NDArray[np.uint16], icc: bytes) -> NDArray[np.uint16]:
    """sRGB ``[H, W, 3]`` of 16-bit grey ``[H, W]``, by way of its profile's 256 levels."""
    levels = Image.fromarray(np.arange(256, dtype=np.uint8)[None])
    srgb = np.asarray(colour.srgb_of_picture(levels, icc))[0, :, 1].astype(np.float64)
    table = np.interp(np.arange(65536) / 257, np.arange(256), srgb) * 257
    return np.repeat(np.rint(table).astype(np.uint16)[grey][..., None], 3, axis=2)


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
        data = read_ordinary_file(path, max_bytes=MAX_FILE_BYTES)
    except FileNotFoundError as error:
        raise PhotoError(f"There is no file {name}.", "Check its name and folder.") from error
    except IsADirectoryError as error:
        raise PhotoError(f"{name} is a folder.", "Open a photo in it.") from error
    except NotOrdinary as error:
        raise PhotoError(f"{name} is not an ordinary file.", READABLE) from error
    except TooLong as error:
        raise too_large(name) from error
    except (OSError, ValueError) as error:
        raise PhotoError(
            f"{name} cannot be read: {reason_of(error)}.", "Check that you may read it."
        ) from error
    if not data:
        raise PhotoError(f"{name} is empty.", "Copy or download it again.")
    return data


def _is_known(data: bytes) -> bool:
    """True for JPEG, PNG, GIF and WebP by their first bytes."""
    return data.startswith(KNOWN_STARTS) or data[:4] + data[8:12] == b"RIFFWEBP"


def _is_raw(data: bytes) -> bool:
    """True for RAW files under another name: many are TIFFs whose first picture is a thumbnail."""
    if kind_of(data[:64]) is RAW or (is_tiff(data) and data[8:10] == b"CR"):
        return True
    return is_tiff(data) and DNG_VERSION in directories.read_block(data)[0]


def _is_same_file(path: Path, other: Path) -> bool:
    """True if both name one file, through links of any kind too."""
    try:
        return path.samefile(other)
    except OSError:
        return path.absolute() == other.absolute()
