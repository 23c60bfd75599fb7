"""Label maps as files: palette PNGs of 512 px, index = class, in the official colours."""

from pathlib import Path

from PIL import Image

from s2flow_app.errors import LabelMapError
from s2flow_app.labels import PALETTE, LabelMap


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
