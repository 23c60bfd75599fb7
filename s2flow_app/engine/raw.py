"""Camera RAW files, developed neutrally by the extra `raw` (LibRaw).

The camera's white balance, the sensor's whole range on the sRGB curve, 16 bits: no automatic
brightness, no sharpening, no noise reduction, no lens correction. What a camera's own JPEG or a
RAW converter adds to that is taste, and theirs.
"""

import contextlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np
import tifffile
from numpy.typing import NDArray

from s2flow_app.engine import directories
from s2flow_app.engine.directories import Field
from s2flow_app.engine.photo_errors import (
    DECODER_ERRORS,
    MAX_PHOTO_PX,
    check_size,
    damaged,
    no_memory,
    reason_of,
    too_large,
    undecodable,
)
from s2flow_app.engine.tiff import DNG_VERSION, is_tiff
from s2flow_app.errors import PhotoError
from s2flow_app.file_kinds import DEVELOP_ELSEWHERE, RAW

if TYPE_CHECKING:
    import rawpy

SRGB_CURVE: Final = (2.4, 12.92)
"""Exponent and slope near black."""
MOST_MARGIN: Final = 1.5
"""A sensor's pixels to those of its picture: some are covered."""
ISO, EXPOSURE_TIME, F_NUMBER, FOCAL_LENGTH, TAKEN = 0x8827, 0x829A, 0x829D, 0x920A, 0x9003
MAX_PAGES: Final = 32
EPOCH_YEAR: Final = 1970
"""What LibRaw tells where the file names no time."""


@dataclass(frozen=True, slots=True, eq=False)
class RawPhoto:
    """A developed RAW file, upright."""

    pixels: NDArray[np.uint16]
    """``[H, W, 3]`` sRGB."""
    fields: dict[int, Field]
    """Of the first EXIF directory."""
    exif: dict[int, Field]
    notice: str
    """What the user should know, a sentence."""
    software: str
    """What developed it and how, for the export's metadata."""


def read_raw(data: bytes, name: str) -> RawPhoto:
    """The RAW file ``data``, developed.

    Raises:
        PhotoError: it is damaged, too large, of a camera that is not known, or the extra is not
            there.
    """
    try:
        import rawpy
    except ImportError as error:
        raise PhotoError(f"{name} {RAW.what}.", RAW.hint) from error
    _check_whole(data, name)
    with _told(name), rawpy.imread(io.BytesIO(data)) as raw:
        sizes = raw.sizes
        if sizes.raw_width * sizes.raw_height > MAX_PHOTO_PX * MOST_MARGIN:
            raise too_large(name, f" ({sizes.raw_width} x {sizes.raw_height} pixels)")
        check_size((sizes.iwidth, sizes.iheight), name)
        by_camera = raw.camera_whitebalance[0] > 0
        fields, exif = _described(data, raw)
        pixels = raw.postprocess(
            use_camera_wb=True, no_auto_bright=True, adjust_maximum_thr=0.0, output_bps=16,
            output_color=rawpy.ColorSpace.sRGB, gamma=SRGB_CURVE,
        )  # fmt: skip
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint16:
        raise damaged(name, "it develops to no picture")
    check_size((pixels.shape[1], pixels.shape[0]), name)
    balance = "the camera's white balance" if by_camera else "daylight white balance"
    version = ".".join(map(str, rawpy.libraw_version))
    return RawPhoto(
        pixels=pixels.astype(np.uint16, copy=False),
        fields=fields,
        exif=exif,
        notice=(
            f"{name} was developed neutrally: {balance}, no automatic brightness, sRGB, 16 bits."
        ),
        software=f"developed with LibRaw {version}: {balance}, no automatic brightness",
    )


@contextlib.contextmanager
def _told(name: str) -> Iterator[None]:
    """What LibRaw raises, as a sentence."""
    import rawpy

    try:
        yield
    except PhotoError:
        raise
    except rawpy.LibRawUnsufficientMemoryError as error:
        raise no_memory(name) from error
    except rawpy.LibRawTooBigError as error:
        raise too_large(name) from error
    except rawpy.LibRawFileUnsupportedError as error:
        raise PhotoError(
            f"{name} is damaged, or a RAW file of a camera that is not known here.",
            DEVELOP_ELSEWHERE,
        ) from error
    except (rawpy.LibRawError, rawpy.NotSupportedError) as error:
        raise damaged(name, _reason(error)) from error
    except DECODER_ERRORS as error:
        raise undecodable(name, error) from error


def _reason(error: Exception) -> str:
    """What LibRaw said, which comes as bytes."""
    said = error.args[0] if error.args else ""
    return said.decode(errors="replace") if isinstance(said, bytes) else reason_of(error)


def _check_whole(data: bytes, name: str) -> None:
    """Refuse a DNG that ends before its pixels do: LibRaw fills up what it unpacks.

    Others keep their pixels in ways of their own, and LibRaw misses them where they are plain.
    """
    if not (is_tiff(data) and DNG_VERSION in directories.read_block(data)[0]):
        return
    try:
        with tifffile.TiffFile(io.BytesIO(data)) as file:
            pages = [page for page in file.pages[:MAX_PAGES]]
            pages += [below for page in pages for below in page.pages or ()]
            ends = [
                offset + length
                for page in pages
                if isinstance(page, tifffile.TiffPage)
                for offset, length in zip(page.dataoffsets, page.databytecounts, strict=False)
            ]
    except Exception as error:  # tifffile's parser raises a dozen kinds on damage
        raise undecodable(name, error) from error
    if max(ends, default=0) > len(data):
        raise damaged(name, "the end of its data is missing")


def _described(data: bytes, raw: "rawpy.RawPy") -> tuple[dict[int, Field], dict[int, Field]]:
    """EXIF directories: the file's own where it is like a TIFF, else what LibRaw makes of them."""
    fields, exif = directories.read_block(data) if is_tiff(data) else ({}, {})
    if exif:
        return fields, exif
    other = raw.other
    made: list[Field] = []
    for tag, value, per in (
        (EXPOSURE_TIME, other.shutter_speed, 1_000_000),
        (F_NUMBER, other.aperture, 100),
        (FOCAL_LENGTH, other.focal_length, 100),
    ):
        if 0 < value < 2**31 / per:
            made.append(directories.ratio(tag, round(value * per), per))
    if 0 < other.iso_speed < 65536:
        made.append(directories.shorts(ISO, round(other.iso_speed)))
    if isinstance(other.timestamp, datetime) and other.timestamp.year > EPOCH_YEAR:
        made.append(directories.text(TAKEN, f"{other.timestamp:%Y:%m:%d %H:%M:%S}"))
    return fields, {field.tag: field for field in made}
