"""Software by others in the program: what it is, under which licence, and that licence's text."""

import importlib.metadata
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from s2flow_app.errors import UserError
from s2flow_app.paths import licences_dir, resources_dir

LIST: Final = "third_party.json"
_OWN_TEXTS: Final = "third-party"
"""Folder beside our own licence texts where bundles put those of packages."""
_TEXT: Final = re.compile(r"(licen[cs]e|copying|copyright|notice)", re.IGNORECASE)
_MOST_BYTES: Final = 400_000
"""Of one package's texts, shown at once."""


@dataclass(frozen=True, slots=True)
class Software:
    """One piece of software that ships."""

    name: str
    licence: str
    """SPDX."""
    home: str
    within: tuple[str, ...] = ()
    """Of a library: the packages whose wheels bring it along."""

    @property
    def version(self) -> str:
        """The version that is installed; empty where it is not told."""
        if self.within:
            return ""
        try:
            return importlib.metadata.version(self.name)
        except importlib.metadata.PackageNotFoundError:
            return ""


def software() -> list[Software]:
    """What ships, as `make licences` wrote it down.

    Raises:
        UserError: the list is missing: the installation is incomplete.
    """
    path = resources_dir() / LIST
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return [
            Software(row["name"], row["licence"], row["home"], tuple(row.get("within", ())))
            for row in rows
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"The list of other software, {path.name}, cannot be read.",
            "This installation is incomplete: install S2-Flow Studio again.",
        ) from error


def licence_text(of: Software) -> str:
    """The texts that came with it, or else those of its licences; empty: none is here."""
    for name in of.within or (of.name,):
        if texts := _brought_along(name) or _in_bundle(name):
            return "\n\n".join(texts)[:_MOST_BYTES]
    return "\n\n".join(_standard(of.licence))


def own_licence() -> str:
    """The program's own licence."""
    return _read(licences_dir() / "Apache-2.0.txt")


def pack_licence() -> str:
    """The terms of the built-in pack."""
    return _read(licences_dir() / "LicenseRef-S2Flow-Pack-Research.txt")


def lgpl_notice() -> str:
    """What the LGPL wants said."""
    return _read(licences_dir() / "NOTICE-LGPL.txt")


def _brought_along(package: str) -> list[str]:
    """Licence texts in the metadata of an installed package."""
    try:
        files = importlib.metadata.files(package) or []
    except importlib.metadata.PackageNotFoundError:
        return []
    named = [f for f in files if ".dist-info" in f.parts[0] and _TEXT.search("/".join(f.parts[1:]))]
    return _texts(Path(str(file.locate())) for file in sorted(named))


def _in_bundle(package: str) -> list[str]:
    folder = licences_dir() / _OWN_TEXTS / package
    return _texts(sorted(folder.rglob("*"))) if folder.is_dir() else []


def _standard(licence: str) -> list[str]:
    """The texts that we have of the licences in an SPDX expression."""
    words = [w for w in re.split(r"[\s()]+", licence) if w not in ("", "AND", "OR", "WITH")]
    bases = [word.removesuffix("-only").removesuffix("-or-later") for word in words]
    return _texts(
        path for base in bases for path in sorted(licences_dir().glob(f"{base}*.txt"))[:1]
    )


def _texts(paths: Iterable[Path]) -> list[str]:
    return [text for path in paths if path.is_file() and (text := _read(path))]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip("\n")
    except OSError:
        return ""
