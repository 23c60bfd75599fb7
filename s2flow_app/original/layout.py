"""What the original's tools read, where its working folder keeps it."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from torch import Tensor

from s2flow_app.errors import DataError, LabelMapError
from s2flow_app.importers.reading import read_foreign
from s2flow_app.label_files import read_label_map
from s2flow_app.labels import LabelMap, colourise

ATTRIBUTES: Final = "data/all_att.pickle"
NEIGHBOURS: Final = "data/cat_10k.pkl"
TEST_SET: Final = "data/dataset/ffhq/ffhq_test"
CODES: Final = "data/dataset/ffhq/test/latents/cnf/sample_z.pt"
SMILES_ABOVE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Attributes:
    """What a face attribute service said of one generated face; None where it saw none."""

    hair: str | None
    """Its first guess of the hair's colour: red, black, ..."""
    gender: str | None
    glasses: str | None
    smiles: bool


class OriginalFolder:
    """A working folder of the original repository."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def attributes(self) -> list[Attributes]:
        """Of all faces, by latent index."""
        content = self._content(ATTRIBUTES)
        entries = _only(content.get("Attribute") if isinstance(content, dict) else None)
        if not isinstance(entries, list):
            raise DataError(f"{ATTRIBUTES} is not a list of attributes under 'Attribute'.")
        return [_attributes(entry) for entry in entries]

    @cached_property
    def neighbours(self) -> dict[int, list[int]]:
        """Latent indices of similar faces, of the class "easy"."""
        content = self._content(NEIGHBOURS)
        if not isinstance(content, dict) or "easy" not in content:
            raise DataError(f"{NEIGHBOURS} has no neighbours of the class 'easy'.")
        return {int(k): [int(v) for v in values] for k, values in content["easy"].items()}

    @cached_property
    def codes(self) -> Tensor | None:
        """The z that the tools draw from, ``[N, L, D]``, if the folder has them."""
        content = self._content(CODES) if (self.root / CODES).is_file() else None
        if content is None or (isinstance(content, Tensor) and content.dim() == 3):
            return content
        raise DataError(f"{CODES} is not a tensor [count, rows, width].")

    def test_indices(self) -> list[int]:
        """Latent indices of the test set, sorted."""
        return map_indices(self.root / TEST_SET / "color_sm")

    def test_colours(self, index: int) -> NDArray[np.uint8]:
        """Label colours ``[512, 512, 3]`` of a test face."""
        return read_colours(self.root / TEST_SET / "color_sm" / f"{index}.png")

    def test_map(self, index: int) -> LabelMap:
        return read_label_map(self.root / TEST_SET / "gray_sm" / f"{index}.png")

    def _content(self, name: str) -> Any:
        return read_foreign(self.root / name).content


def map_indices(folder: Path) -> list[int]:
    """The numbers that the PNGs in a folder are named by, sorted; raises `DataError` if none."""
    found = sorted(int(path.stem) for path in folder.glob("*.png") if path.stem.isdigit())
    if not found:
        raise DataError(
            f"{folder} holds no label maps.", "They are PNGs named by latent index: 12.png."
        )
    return found


def edited_colours(folder: Path, index: int) -> NDArray[np.uint8]:
    """Of an edited map: ``color/INDEX.png``, or what ``gray/INDEX.png`` means."""
    coloured = folder / "color" / f"{index}.png"
    if coloured.is_file():
        return read_colours(coloured)
    return colourise(read_label_map(folder / "gray" / f"{index}.png"))


def read_colours(path: Path) -> NDArray[np.uint8]:
    """Official label colours ``[512, 512, 3]`` of a map in any known palette.

    Other colours, as smoothed edges have them, are kept: the original takes any. Raises
    `DataError`.
    """
    try:
        return colourise(read_label_map(path))
    except LabelMapError:
        pass
    try:
        with Image.open(path) as picture:
            colours = np.array(picture.convert("RGB"))
    except (OSError, UnidentifiedImageError, ValueError) as error:
        raise DataError(f"{path} cannot be read as a picture.") from error
    if colours.shape != (512, 512, 3):
        raise DataError(f"{path} is {colours.shape[1]} x {colours.shape[0]}, not 512 x 512.")
    return colours


def _only(value: Any) -> Any:
    """The inner list where lists of one are nested, as numpy's object arrays come out."""
    while isinstance(value, list) and len(value) == 1 and isinstance(value[0], list):
        value = value[0]
    return value


def _attributes(entry: Any) -> Attributes:
    entry = entry[0] if isinstance(entry, list) and entry else entry
    face = entry.get("faceAttributes") if isinstance(entry, dict) else None
    if not isinstance(face, dict):
        return Attributes(None, None, None, False)
    colours = (face.get("hair") or {}).get("hairColor") or []
    return Attributes(
        hair=colours[0].get("color") if colours else None,
        gender=face.get("gender"),
        glasses=face.get("glasses"),
        smiles=(face.get("smile") or 0) > SMILES_ABOVE,
    )
