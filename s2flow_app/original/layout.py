"""What the original's tools read, where its working folder keeps it."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from s2flow_app.engine.colour import eight_bits
from s2flow_app.engine.picture_process import PictureProcess
from s2flow_app.errors import DataError, LabelMapError, PhotoError
from s2flow_app.importers.reading import read_foreign
from s2flow_app.labels import LabelMap, colourise

ATTRIBUTES: Final = "data/all_att.pickle"
NEIGHBOURS: Final = "data/cat_10k.pkl"
TEST_SET: Final = "data/dataset/ffhq/ffhq_test"
CODES: Final = "data/dataset/ffhq/test/latents/cnf/sample_z.pt"
MAPS: Final = "data/dataset/ffhq/color_sm"
"""Label colours of all faces, where they were kept; else they are parsed from their drawings."""
MEAN_CODES: Final = "data/attr_experiments_real/v1/mean_zs_haircolor.pkl"
CONFIG: Final = "experiments/{name}/ckptdir/config.txt"
SMILES_ABOVE: Final = 0.5
MOST_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class Settings:
    """What of `config.txt` the tools heed; as published where there is none."""

    seed: int = 34
    batch: int = 40
    """How many faces are made up, one a map."""
    num_samples: int = 9000
    """How many of the latents hair colours are looked for in."""


@dataclass(frozen=True, slots=True)
class Attributes:
    """What a face attribute service said of one generated face; None where it saw none."""

    hair: str | None
    """Its first guess of the hair's colour: red, black, ..."""
    gender: str | None
    glasses: str | None
    smiles: bool


UNSEEN: Final = Attributes(None, None, None, False)


class OriginalFolder:
    """A working folder of the original repository.

    Args:
        root: the folder.
        name: of the experiment, whose `config.txt` holds.
    """

    def __init__(self, root: Path, name: str = "") -> None:
        self.root, self._name = root, name
        self._maps: dict[str, dict[int, Path]] = {}
        self._pictures = PictureProcess()

    @cached_property
    def settings(self) -> Settings:
        """Of the experiment's `config.txt`, or as published."""
        file = CONFIG.format(name=self._name)
        if not self._name or not (self.root / file).is_file():
            return Settings()
        content = self._content(file)
        if not isinstance(content, dict):
            raise DataError(f"{file} is no configuration of S2-Flow.")
        found = {}
        for key, least in (("seed", 0), ("batch", 1), ("num_samples", 1)):
            value = content.get(key, getattr(Settings(), key))
            if (
                isinstance(value, bool)
                or not isinstance(value, int)
                or not least <= value < 1 << 32
            ):
                raise DataError(f"{file} says a {key} that is no number from {least} on.")
            found[key] = value
        return Settings(**found)

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
        easy = content.get("easy") if isinstance(content, dict) else None
        try:
            return {int(k): [int(v) for v in values] for k, values in dict(easy or {}).items()}
        except (TypeError, ValueError) as error:
            raise DataError(f"{NEIGHBOURS} has no neighbours of the class 'easy'.") from error

    @cached_property
    def codes(self) -> Tensor | None:
        """The z that the tools draw from, ``[N, L, D]``, if the folder has them."""
        content = self._content(CODES) if (self.root / CODES).is_file() else None
        if content is None or (isinstance(content, Tensor) and content.dim() == 3):
            return content
        raise DataError(f"{CODES} is not a tensor [count, rows, width].")

    @cached_property
    def mean_codes(self) -> dict[str, Tensor] | None:
        """Mean style code ``[L, D]`` of each hair colour, if the folder has them."""
        if not (self.root / MEAN_CODES).is_file():
            return None
        content = self._content(MEAN_CODES)
        if not isinstance(content, dict) or not content:
            raise DataError(f"{MEAN_CODES} is no dict of codes by hair colour.")
        return {str(k): v for k, v in content.items() if isinstance(v, Tensor)}

    @cached_property
    def test_indices(self) -> list[int]:
        """Latent indices of the test set, sorted."""
        return list(self._test_files("color_sm"))

    def test_colours(self, index: int) -> NDArray[np.uint8]:
        """Label colours ``[512, 512, 3]`` of a test face."""
        return read_colours(self._test_files("color_sm")[index], self._pictures)

    def test_map(self, index: int) -> LabelMap:
        files = self._test_files("gray_sm")
        if index not in files:
            raise DataError(f"{self.root / TEST_SET / 'gray_sm'} has no map of face {index}.")
        return self._pictures.read_label_map(files[index])

    def colours(self, index: int) -> NDArray[np.uint8] | None:
        """Label colours of any face, if the folder has them."""
        file = self.root / MAPS / f"{index}.png"
        return read_colours(file, self._pictures) if file.is_file() else None

    def _test_files(self, kind: str) -> dict[int, Path]:
        if kind not in self._maps:
            self._maps[kind] = map_files(self.root / TEST_SET / kind)
        return self._maps[kind]

    def _content(self, name: str) -> Any:
        return read_foreign(self.root / name).content


def map_files(folder: Path) -> dict[int, Path]:
    """The PNGs in a folder by the numbers they are named by, in their order: 12.png or 00012.png.

    Raises:
        DataError: there is none, or one number has two.
    """
    found: dict[int, Path] = {}
    for path in sorted(folder.glob("*.png")):
        if path.stem.isascii() and path.stem.isdigit() and len(path.stem) <= MOST_DIGITS:
            if int(path.stem) in found:
                raise DataError(f"{folder} has two maps of face {int(path.stem)}.", "Keep one.")
            found[int(path.stem)] = path
    if not found:
        raise DataError(
            f"{folder} holds no label maps.", "They are PNGs named by latent index: 12.png."
        )
    return dict(sorted(found.items()))


def edited_maps(folder: Path, pictures: PictureProcess) -> dict[Path, NDArray[np.uint8]]:
    """Edited maps as label colours: those of ``color``, or what those of ``gray`` mean."""
    coloured = (folder / "color").is_dir()
    files = map_files(folder / ("color" if coloured else "gray"))
    return {
        path: read_colours(path, pictures) if coloured else colourise(pictures.read_label_map(path))
        for path in files.values()
    }


def read_colours(path: Path, pictures: PictureProcess) -> NDArray[np.uint8]:
    """Official label colours ``[512, 512, 3]`` of a map in any known palette.

    Other colours, as smoothed edges have them, are kept: the original takes any. Raises
    `DataError`.
    """
    try:
        return colourise(pictures.read_label_map(path))
    except LabelMapError:
        pass
    try:
        colours = eight_bits(pictures.read_photo(path).photo.pixels)
    except PhotoError as error:
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
        return UNSEEN
    hair = face.get("hair")
    colours = hair.get("hairColor") if isinstance(hair, dict) else None
    first = colours[0] if isinstance(colours, list) and colours else None
    smile = face.get("smile")
    return Attributes(
        hair=first.get("color") if isinstance(first, dict) else None,
        gender=face.get("gender"),
        glasses=face.get("glasses"),
        smiles=isinstance(smile, int | float) and smile > SMILES_ABOVE,
    )
