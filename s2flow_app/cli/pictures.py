"""Writing the pictures that commands make besides the photo itself."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from s2flow_app.errors import PhotoError


def write_picture(path: Path, picture: NDArray[np.uint8]) -> None:
    """Write ``picture [H, W, 3]`` in the format of the suffix; raises `PhotoError`."""
    try:
        Image.fromarray(picture).save(path)
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
