"""Label maps as files: written as palette PNGs of 512 px, index = class, in the official colours;
read in any palette that is known.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from s2flow_app.errors import LabelMapError
from s2flow_app.labels import KNOWN_PALETTES, LABEL_SIZE, NUM_CLASSES, PALETTE, LabelMap

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
    """The map ``[512, 512]`` in a PNG: class ids in grey or by a palette, or colours.

    Raises:
        LabelMapError: it is no such picture, has another size, ids above 18 or unknown colours.
    """
    try:
        with Image.open(path, formats=["PNG"]) as image:
            size = image.size
            ids = colours = None
            if size == (LABEL_SIZE, LABEL_SIZE):
                ids = np.array(image, np.uint8) if image.mode in ("P", "L") else None
                colours = None if image.mode == "L" else np.array(image.convert("RGB"))
    except (OSError, UnidentifiedImageError, SyntaxError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "no PNG"
        raise LabelMapError(
            f"{path} cannot be read as a label map ({reason}).",
            f"{RULE}; 's2flow segment' writes one.",
        ) from error
    if size != (LABEL_SIZE, LABEL_SIZE):
        raise LabelMapError(
            f"{path} is {size[0]} x {size[1]} pixels.",
            f"{RULE}: resize it with nearest neighbour, which keeps the ids.",
        )
    known = None if colours is None else _classes_of(colours)
    if known is not None:
        return known
    if ids is None:
        raise LabelMapError(
            f"{path} is a colour picture in colours that no known label palette has.",
            f"{RULE} or colours: smoothed edges, colour profiles and JPEG change them.",
        )
    if ids.max() >= NUM_CLASSES:
        raise LabelMapError(
            f"{path} holds the id {ids.max()}; ids go from 0 to {NUM_CLASSES - 1}.",
            "Its colours may be those of another palette: 's2flow segment' writes the right one.",
        )
    return ids


def _classes_of(colours: NDArray[np.uint8]) -> LabelMap | None:
    """Class ids of ``colours [H, W, 3]``, or None if no known palette has all of them."""
    packed = colours.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    found, which = np.unique(packed, return_inverse=True)
    if len(found) > NUM_CLASSES:
        return None
    seen = [(int(v) >> 16, int(v) >> 8 & 255, int(v) & 255) for v in found]
    for palette in KNOWN_PALETTES:
        if all(colour in palette for colour in seen):
            ids = np.array([palette[colour] for colour in seen], np.uint8)
            return ids[which].reshape(packed.shape)
    return None
