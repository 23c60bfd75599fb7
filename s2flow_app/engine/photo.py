"""Reads a photo as people have them: upright, in sRGB, or a sentence why not."""

import io
import warnings
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from s2flow_app.errors import PhotoError

FORMATS: Final = ("JPEG", "PNG", "TIFF", "WEBP", "BMP", "GIF")
RAW_SUFFIXES: Final = frozenset({".cr2", ".cr3", ".nef", ".arw", ".dng", ".orf", ".rw2", ".raf"})
MAX_PIXELS: Final = 100_000_000


def read_srgb(path: Path) -> NDArray[np.uint8]:
    """The photo ``[H, W, 3]`` in sRGB, upright by its EXIF orientation.

    Of an animation the first picture is read; transparency is laid on white.

    Raises:
        PhotoError: ``path`` is not a photo that can be read, with the reason.
    """
    if path.is_dir():
        raise PhotoError(f"{path} is a folder, not a photo.", "Name a photo in it.")
    if path.suffix.lower() in RAW_SUFFIXES:
        raise PhotoError(
            f"{path} is a camera's RAW file, which this program does not read.",
            "Develop it and save it as TIFF, PNG or JPEG first.",
        )
    try:
        with warnings.catch_warnings():
            # Pillow's own limit warns below ours; what is too large is said in our words.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=FORMATS) as opened:
                return _upright_srgb(opened, path)
    except FileNotFoundError as error:
        raise PhotoError(f"There is no file {path}.", "Check the name.") from error
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise PhotoError(
            f"{path} is not a photo that this program can read.",
            f"It reads {', '.join(FORMATS)} of up to 100 megapixels.",
        ) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise PhotoError(
            f"{path} is damaged or cut short ({error}).", "Get the file again from its source."
        ) from error


def _upright_srgb(opened: Image.Image, path: Path) -> NDArray[np.uint8]:
    width, height = opened.size
    if width * height > MAX_PIXELS:
        raise PhotoError(
            f"{path} has {width * height / 1e6:.0f} megapixels.",
            "Make it smaller: up to 100 megapixels can be edited.",
        )
    image = ImageOps.exif_transpose(opened)
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        # convert("RGB") would clip 16-bit grey at 255 instead of scaling it.
        deep = np.asarray(image, np.float32)
        grey = deep / (257 if deep.max() > 255 else 1)
        return np.repeat(grey.clip(0, 255).astype(np.uint8)[..., None], 3, axis=2)
    profile = image.info.get("icc_profile")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    elif image.mode not in ("RGB", "CMYK", "L"):
        image = image.convert("RGB")
    if profile:
        image = _to_srgb(image, profile)
    return np.array(image.convert("RGB"))


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        converted = ImageCms.profileToProfile(
            image, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except ImageCms.PyCMSError:  # a profile of another colour model: the numbers are all we have
        return image
    return converted or image
