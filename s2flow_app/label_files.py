"""Label maps as files: palette PNGs of 512 px, index = class, in the official colours."""

from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from s2flow_app.errors import LabelMapError
from s2flow_app.labels import LABEL_SIZE, NUM_CLASSES, PALETTE, LabelMap

RULE = f"A label map is a {LABEL_SIZE} x {LABEL_SIZE} PNG whose values are class ids"


def write_label_map(path: Path, label_map: LabelMap) -> None:
    """Write ``label_map [512, 512]``; raises `LabelMapError` if the file cannot be written."""
    image = Image.fromarray(label_map)
    image.putpalette(PALETTE.tobytes())
    try:
        image.save(path, format="PNG")
    except OSError as error:
        raise LabelMapError(
            f"{path} cannot be written ({error.strerror}).", "Choose another folder or name."
        ) from error


def read_label_map(path: Path) -> LabelMap:
    """The map ``[512, 512]`` in a palette or greyscale PNG.

    Raises:
        LabelMapError: it is no such picture, has another size, or ids above 18.
    """
    try:
        with Image.open(path, formats=["PNG"]) as image:
            mode, size = image.mode, image.size
            if mode in ("P", "L") and size == (LABEL_SIZE, LABEL_SIZE):
                label_map = np.array(image, dtype=np.uint8)
            else:
                label_map = None
    except (OSError, UnidentifiedImageError, SyntaxError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "no PNG"
        raise LabelMapError(
            f"{path} cannot be read as a label map ({reason}).",
            f"{RULE}; 's2flow segment' writes one.",
        ) from error
    if mode not in ("P", "L"):
        raise LabelMapError(
            f"{path} is a colour picture (mode {mode}), not a label map.",
            f"{RULE}: save it with a palette (indexed) or as greyscale, without colour profiles.",
        )
    if label_map is None:
        raise LabelMapError(
            f"{path} is {size[0]} x {size[1]} pixels.",
            f"{RULE}: resize it with nearest neighbour, which keeps the ids.",
        )
    if label_map.max() >= NUM_CLASSES:
        raise LabelMapError(
            f"{path} holds the id {label_map.max()}; ids go from 0 to {NUM_CLASSES - 1}.",
            "Its colours may be those of another palette: 's2flow segment' writes the right one.",
        )
    return label_map
