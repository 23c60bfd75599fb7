"""Writing the pictures that commands make besides the photo itself."""

import io
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from s2flow_app.atomic_file import write_atomically
from s2flow_app.errors import PhotoError

JPEG_QUALITY: Final = 95


def write_picture(path: Path, picture: NDArray[np.uint8]) -> None:
    """Write ``picture [H, W, 3]`` in the format of the suffix; raises `PhotoError`."""
    format = Image.registered_extensions().get(path.suffix.lower())
    out = io.BytesIO()
    try:
        if format is None:
            raise ValueError("unknown ending")
        options = {"quality": JPEG_QUALITY} if format == "JPEG" else {}
        Image.fromarray(picture).save(out, format, **options)
        write_atomically(path, out.getvalue())
    except (OSError, ValueError, KeyError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise PhotoError(
            f"{path} cannot be written ({reason or 'unknown ending'}).",
            "Choose a folder that exists and a name that ends in .png or .jpg.",
        ) from error


def make_folder(path: Path) -> Path:
    """The folder, made if it is missing; raises `PhotoError`."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PhotoError(
            f"The folder {path} cannot be made ({error.strerror}).", "Choose another one."
        ) from error
    return path


def sheet(rows: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """One picture of pictures ``[R, C, H, W, 3]``."""
    r, c, h, w, _ = rows.shape
    return rows.transpose(0, 2, 1, 3, 4).reshape(r * h, c * w, 3)
