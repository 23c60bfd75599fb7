"""What is said of photos that are not read, whatever their format; and how large they may be."""

import struct
from typing import Final

import cv2
from PIL import Image

from s2flow_app.errors import PhotoError, UserError

MAX_PHOTO_PX: Final = 100_000_000
"""Larger photos are refused: decoding and showing them takes gigabytes."""
MIN_SIDE_PX: Final = 32
"""A smaller picture cannot show a face."""
DECODER_ERRORS: Final = (
    OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, AttributeError,
    ArithmeticError, MemoryError, RuntimeError, AssertionError, struct.error, cv2.error,
    Image.DecompressionBombError,
)  # fmt: skip
"""What decoders raise on damaged files."""
OUT_OF_MEMORY: Final = "out of memory"
"""In what Pillow says when its decoders find none: an `OSError`."""


def check_size(size: tuple[int, int], name: str) -> None:
    """Refuse a picture of ``size`` (w, h) that is too large or too small for a face."""
    width, height = size
    if width * height > MAX_PHOTO_PX:
        raise too_large(name, f" ({width} x {height} pixels)")
    if min(size) < MIN_SIDE_PX:
        raise PhotoError(
            f"No face was found in {name}: it has only {width} x {height} pixels.",
            "Open a larger photo; a face of 100 pixels or more gives good results.",
        )


def too_large(name: str, what: str = "") -> PhotoError:
    return PhotoError(
        f"{name} is too large{what}: at most {MAX_PHOTO_PX // 1_000_000} megapixels can be edited.",
        "Scale it down or cut out the part with the face, and open that.",
    )


def damaged(name: str, reason: str) -> PhotoError:
    return PhotoError(
        f"{name} is damaged or cut short: {reason}.",
        "Copy or download it again, or open it in another program and save it anew.",
    )


def undecodable(name: str, error: BaseException) -> UserError:
    """What a decoder's ``error`` is told as."""
    if isinstance(error, MemoryError) or OUT_OF_MEMORY in str(error).lower():
        return no_memory(name)
    return damaged(name, reason_of(error))


def no_memory(name: str, error_type: type[UserError] = PhotoError) -> UserError:
    return error_type(
        f"There is not enough memory to open {name}.",
        "Close other programs. If that does not help, scale the picture down, or save it anew in "
        "another program: it may be damaged.",
    )


def not_read(name: str, what: str, hint: str = "") -> PhotoError:
    """For a photo of a known format in a variant that is not read; ``what`` with its article."""
    return PhotoError(
        f"{name} is {what}, which this program does not read.",
        hint or "Save it as RGB with 8 or 16 bits a channel, and open that.",
    )


def reason_of(error: BaseException) -> str:
    """What the system or a decoder said, without a full stop."""
    text = (error.strerror if isinstance(error, OSError) else None) or str(error)
    text = " ".join(text.split()).rstrip(".")
    return text or type(error).__name__
