"""Photos in HEIC and AVIF files: HEVC by the extra `heic`, AV1 by Pillow and OpenCV.

What they hold of 10 or 12 bits is kept in 16. Colours that are given by number instead of a
profile get a profile; brightness beyond a screen's white is not read.
"""

import io
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import AvifImagePlugin, Image, UnidentifiedImageError

from s2flow_app.engine import metadata
from s2flow_app.engine.alpha import unassociated
from s2flow_app.engine.colour import Pixels, eight_bits
from s2flow_app.engine.iso_media import Nclx, main_picture
from s2flow_app.engine.nclx import HIGH_RANGE, is_known, profile_of
from s2flow_app.engine.photo_errors import (
    DECODER_ERRORS,
    check_size,
    damaged,
    not_read,
    too_large,
    undecodable,
)
from s2flow_app.errors import PhotoError
from s2flow_app.file_kinds import AVIF_PICTURE, HEIC_PICTURE, HIGH_RANGE_HINT
from s2flow_app.limited_process import threads_allowed

CLOSE: Final = 3
"""How far, of 255, two programs' ways from an AVIF's samples to its colours lie apart at most."""


@dataclass(frozen=True, slots=True, eq=False)
class HeifPhoto:
    """The main picture of a HEIC or AVIF file."""

    colours: Pixels
    """``[H, W, 3]``, 8 or 16 bits."""
    alpha: Pixels | None
    """``[H, W]`` opacity in the type of the colours, which are not premultiplied."""
    icc: bytes | None
    orientation: int
    """1..8, as EXIF counts; what the decoder has turned already is not in it."""
    exif: bytes


def read_heic(data: bytes, name: str) -> HeifPhoto:
    """The main picture of the HEIC file ``data``, turned as its properties (not EXIF) ask.

    Raises:
        PhotoError: it is damaged, too large, of high dynamic range, or the extra is not there.
    """
    try:
        import pi_heif
    except ImportError as error:
        raise PhotoError(f"{name} {HEIC_PICTURE.what}.", HEIC_PICTURE.hint) from error
    pi_heif.options.DECODE_THREADS = 0
    pi_heif.options.THUMBNAILS = False
    pi_heif.options.DEPTH_IMAGES = pi_heif.options.AUX_IMAGES = False
    try:
        # Its bits are widened here, where the highest value becomes the highest.
        file = pi_heif.open_heif(data, convert_hdr_to_8bit=False, hdr_to_16bit=False)
        picture = file[file.primary_index]
        check_size(picture.size, name)
        icc = picture.info.get("icc_profile") or None
        icc = icc or _profile(main_picture(data).nclx, name, "a HEIC picture")
        with threads_allowed():  # the decoder has a thread of its own, always
            picture.load()
        samples = np.array(picture)  # a copy: the decoder's memory goes with `picture`
        mode, bits = str(picture.mode), int(picture.info["bit_depth"])
        exif = picture.info.get("exif") or b""
    except PhotoError:
        raise
    except DECODER_ERRORS as error:
        raise undecodable(name, error) from error
    samples = samples.reshape(*samples.shape[:2], -1)
    check_size((samples.shape[1], samples.shape[0]), name)
    kind, _, _ = mode.partition(";")
    return _photo(
        _widened(samples, bits), has_alpha=kind[-1] in "Aa", is_premultiplied=kind[-1] == "a",
        icc=icc, orientation=1, exif=exif,
    )  # fmt: skip


def read_avif(data: bytes, name: str) -> HeifPhoto:
    """The picture of the AVIF file ``data``, the first one of a sequence; raises `PhotoError`."""
    if not AvifImagePlugin.SUPPORTED:
        raise PhotoError(f"{name} {AVIF_PICTURE.what}.", AVIF_PICTURE.hint)
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    header = main_picture(data)
    try:
        with Image.open(io.BytesIO(data), formats=["AVIF"]) as picture:
            check_size(picture.size, name)
            icc = picture.info.get("icc_profile") or None
            icc = icc or _profile(header.nclx, name, "an AVIF picture")
            picture.load()
            if picture.mode not in ("RGB", "RGBA"):
                picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
            samples: Pixels = np.asarray(picture)
            orientation = metadata.orientation_of(picture)
            exif = metadata.exif_of(picture)
    except PhotoError:
        raise
    except Image.DecompressionBombError as error:
        raise too_large(name) from error
    except UnidentifiedImageError as error:
        raise damaged(name, "its header makes no sense") from error
    except DECODER_ERRORS as error:
        raise undecodable(name, error) from error
    if header.bits in (10, 12):
        deep = _deep_avif(data, samples, header.bits)
        if deep is None:
            raise damaged(name, f"its {header.bits}-bit pixels cannot be read")
        samples = deep
    return _photo(
        samples, has_alpha=samples.shape[2] == 4, is_premultiplied=False, icc=icc,
        orientation=orientation, exif=exif,
    )  # fmt: skip


def _deep_avif(data: bytes, high: Pixels, bits: int) -> Pixels | None:
    """The 16-bit samples of an AVIF with more than 8 bits, of which Pillow keeps 8 (``high``).

    Those prove OpenCV's right; None where it cannot read them.
    """
    try:
        image = cv2.imdecode(
            np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION
        )
    except cv2.error:
        return None
    if image is None or image.dtype != np.uint16:
        return None
    image = image.reshape(*image.shape[:2], -1)
    channels = image.shape[2]
    if image.shape[:2] != high.shape[:2] or channels not in (1, 3, 4):
        return None
    order = {1: [0, 0, 0], 3: [2, 1, 0], 4: [2, 1, 0, 3]}[channels]
    samples = _widened(image[..., order].astype(np.uint16, copy=False), bits)
    if samples.shape != high.shape:
        return None
    off = np.abs(eight_bits(samples).astype(np.int16) - high)
    return samples if off.max() <= CLOSE else None


def _photo(
    samples: Pixels, *, has_alpha: bool, is_premultiplied: bool, icc: bytes | None,
    orientation: int, exif: bytes,
) -> HeifPhoto:  # fmt: skip
    """Colours and opacity apart, of ``samples [H, W, 1..4]``."""
    colours, alpha = samples, None
    if has_alpha:
        colours, alpha = samples[..., :-1], np.ascontiguousarray(samples[..., -1])
        if is_premultiplied:
            colours = unassociated(colours, alpha)
        alpha = alpha if (alpha < np.iinfo(alpha.dtype).max).any() else None
    if colours.shape[2] == 1:
        colours = np.repeat(colours, 3, axis=2)
    return HeifPhoto(np.ascontiguousarray(colours), alpha, icc, orientation, exif)


def _profile(nclx: Nclx | None, name: str, what: str) -> bytes | None:
    if nclx is None or is_known(nclx):
        return profile_of(nclx)
    if nclx.transfer in HIGH_RANGE:
        curve = HIGH_RANGE[nclx.transfer]
        raise not_read(name, f"{what} of high dynamic range ({curve})", HIGH_RANGE_HINT)
    numbers = f"{nclx.primaries}, {nclx.transfer}"
    raise not_read(name, f"{what} in colours of a rare kind ({numbers})")


def _widened(samples: Pixels, bits: int) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """``samples`` of ``bits`` as 8 or 16 bits, the highest value of the one that of the other."""
    if samples.dtype == np.uint8:
        return samples.astype(np.uint8, copy=False)
    most = (1 << bits) - 1
    table = np.rint(np.arange(most + 1) * (65535 / most)).astype(np.uint16)
    return table[np.minimum(samples, most)]
