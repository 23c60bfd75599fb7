"""What ships: the program, its packages and the shared libraries in their wheels or in a bundle.

Read from what is installed in the environment this runs in, and from `known.toml` where that says
too little. Nothing is asked over a network.
"""

import importlib.metadata
import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, Final

from license_expression import ExpressionError, get_spdx_licensing
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROGRAM: Final = "s2flow-app"
INSTALLER_EXTRAS: Final = ("heic",)
"""Extras that the installers bring along, where this version has them."""
KNOWN: Final = tomllib.loads(Path(__file__).with_name("known.toml").read_text(encoding="utf-8"))
_CLASSIFIERS: Final = {
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
"""Those that name one licence; "BSD License" names several."""
_LIBRARY: Final = re.compile(r"\.(so(\.\w+)*|dll|dylib)$", re.IGNORECASE)
_EXTENSION: Final = re.compile(r"(\.cpython-\w+.*|\.abi3)\.so$|\.pyd$", re.IGNORECASE)
_TEXT: Final = re.compile(r"(licen[cs]e|copying|notice|authors)", re.IGNORECASE)
_LICENSING: Final = get_spdx_licensing()
_QT_MODULES: Final = (
    "Core", "DBus", "Gui", "Network", "OpenGL", "Svg", "WaylandClient", "Widgets", "XcbQpa",
)  # fmt: skip
"""Of Qt's wheel: what the window loads. The rest stays behind when a bundle is made."""


class NotInstalled(Exception):  # noqa: N818 - named for what happened
    """A package that ships is not in this environment, so that nothing can be said about it."""


@dataclass(frozen=True, slots=True)
class Component:
    """One thing that ships."""

    name: str
    version: str
    """Empty where it is not told."""
    kind: str
    """``package`` or ``library``."""
    licence: str
    """An SPDX expression; empty: unknown."""
    home: str = ""
    within: str = ""
    """Of a library: the package whose wheel it is in, or ``bundle``."""
    files: tuple[str, ...] = ()
    texts: tuple[Path, ...] = ()
    """Licence texts that it brings along."""
    needs: tuple[str, ...] = ()
    """Of a package: the names of the packages that it needs."""


def packages(root: str = PROGRAM, extras: Iterable[str] = INSTALLER_EXTRAS) -> list[Component]:
    """The packages that ``root`` needs on this system, themselves included, by name.

    Raises:
        NotInstalled: one of them is missing here.
    """
    found: dict[str, Component] = {}
    wanted = [(root, frozenset(extras))]
    seen: set[tuple[str, frozenset[str]]] = set()
    while wanted:
        asked = wanted.pop()
        if asked in seen:
            continue
        seen.add(asked)
        name, of_extras = asked
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError as error:
            raise NotInstalled(f"{name} is not installed in this environment") from error
        needed = list(_needed(distribution, of_extras))
        wanted += needed
        key = canonicalize_name(name)
        needs = {canonicalize_name(n) for n, _ in needed} | set(
            found[key].needs if key in found else ()
        )
        found[key] = _package(distribution, tuple(sorted(needs)))
    return [found[key] for key in sorted(found)]


def _needed(
    distribution: importlib.metadata.Distribution, extras: frozenset[str]
) -> Iterator[tuple[str, frozenset[str]]]:
    for line in distribution.requires or []:
        requirement = Requirement(line)
        if requirement.marker is None or any(
            requirement.marker.evaluate({"extra": extra}) for extra in ("", *extras)
        ):
            yield requirement.name, frozenset(requirement.extras)


def _package(distribution: importlib.metadata.Distribution, needs: tuple[str, ...]) -> Component:
    return Component(
        name=distribution.metadata["Name"],
        version=distribution.version,
        kind="package",
        licence=licence_of(distribution),
        home=_home(distribution),
        texts=tuple(_texts(distribution)),
        needs=needs,
    )


def licence_of(distribution: importlib.metadata.Distribution) -> str:
    """The SPDX expression of a package's licence; empty where nothing names one for sure."""
    metadata = distribution.metadata
    reviewed = KNOWN["packages"].get(canonicalize_name(metadata["Name"]))
    if reviewed:
        return reviewed
    for field in ("License-Expression", "License"):
        if expression := _spdx(_field(distribution, field)):
            return expression
    named = {
        _CLASSIFIERS.get(c, "") for c in metadata.get_all("Classifier") or [] if "License" in c
    }
    return named.pop() if len(named) == 1 else ""


def _spdx(text: str) -> str:
    """``text`` if it is an SPDX expression, else nothing."""
    if not text or len(text) > 500:
        return ""
    try:
        return str(_LICENSING.parse(text, validate=True, strict=True))
    except ExpressionError:
        return ""


def _home(distribution: importlib.metadata.Distribution) -> str:
    urls = dict(
        (label.strip().lower(), url.strip())
        for label, _, url in (
            line.partition(",") for line in distribution.metadata.get_all("Project-URL") or []
        )
    )
    return next(
        (urls[k] for k in ("homepage", "home", "repository", "source", "source code") if k in urls),
        _field(distribution, "Home-page") or next(iter(urls.values()), ""),
    )


def _field(distribution: importlib.metadata.Distribution, name: str) -> str:
    """A field of a package's metadata; empty where it has none."""
    return next(iter(distribution.metadata.get_all(name) or []), "")


def _texts(distribution: importlib.metadata.Distribution) -> Iterator[Path]:
    for file in distribution.files or []:
        inside = next((p for p in file.parts[:-1] if p.endswith(".dist-info")), None)
        if inside and _TEXT.search("/".join(file.parts[1:])) and file.suffix != ".py":
            path = Path(str(distribution.locate_file(file)))
            if path.is_file():
                yield path


def libraries(of: Iterable[Component]) -> list[Component]:
    """The shared libraries in the wheels of the packages ``of``, those of a kind together."""
    found: list[Component] = []
    for package in of:
        if canonicalize_name(package.name) == PROGRAM:
            continue
        distribution = importlib.metadata.distribution(package.name)
        files = [PurePath(str(file)) for file in distribution.files or []]
        if canonicalize_name(package.name) == "pyside6-essentials":
            files = [file for file in files if _is_loaded(file)]
        found += _of_files(files, package.name, _versions(distribution))
    return found


def _is_loaded(file: PurePath) -> bool:
    """True for the libraries of Qt's wheel that the window loads."""
    name = stem(file.name)
    return name.startswith("icu") or name in {f"Qt6{module}" for module in _QT_MODULES}


def bundled(folder: Path) -> list[Component]:
    """The shared libraries in a bundle, wherever PyInstaller took them from."""
    files = [PurePath(p.relative_to(folder)) for p in sorted(folder.rglob("*")) if p.is_file()]
    return _of_files(files, "bundle", {})


def _of_files(files: Iterable[PurePath], within: str, versions: dict[str, str]) -> list[Component]:
    groups: dict[tuple[str, str, str], list[str]] = {}
    for file in files:
        # A module of Python's is its package's own code; Qt's plug-ins are Qt.
        if not _LIBRARY.search(file.name) or _EXTENSION.search(file.name):
            continue
        entry = _entry(file)
        key = (entry["name"], entry["licence"], entry.get("home", "")) if entry else (
            file.name, "", ""
        )  # fmt: skip
        groups.setdefault(key, []).append(file.name)
    return [
        Component(
            name=name, version=_version(names, versions), kind="library", licence=licence,
            home=home, within=within, files=tuple(sorted(set(names))),
        )
        for (name, licence, home), names in sorted(groups.items())
    ]  # fmt: skip


def stem(file_name: str) -> str:
    """The name of a shared library without ``lib``, the hash of its wheel, version and ending."""
    name = _LIBRARY.sub("", file_name)
    name = re.sub(r"^lib", "", name)
    name = re.sub(r"[-.](x64|x86_64|amd64|arm64)$", "", name)
    name = re.sub(r"(-[0-9a-f]{8})+(?=[-.]|$)", "", name)
    return re.sub(r"[-.](r\d+|\d[\w.]*)$|-$|_-$", "", re.sub(r"(\.\d+\w*)+$", "", name)).rstrip(
        "_-"
    )


def _entry(file: PurePath) -> dict[str, Any] | None:
    """What `known.toml` says of a file."""
    name = stem(file.name).lower()
    for entry in KNOWN["library"]:
        if entry.get("version") and not _has_version(file.name, entry["version"]):
            continue
        for pattern in entry["files"]:
            pattern = pattern.lower()
            if name == pattern or (pattern.endswith("*") and name.startswith(pattern[:-1])):
                return entry
    if {"PySide6", "plugins"} <= set(file.parts) or {"PySide6", "qml"} <= set(file.parts):
        return next(e for e in KNOWN["library"] if e["name"] == "Qt")
    return None


def _has_version(file_name: str, version: str) -> bool:
    digits = re.search(r"(?:\.so\.|-)(\d[\d._]*)[a-z]?(?:[-.].*)?$", file_name)
    return digits is not None and digits[1].replace("_", ".").startswith(version)


def _versions(distribution: importlib.metadata.Distribution) -> dict[str, str]:
    """Versions of libraries by their file, as the tool that made the wheel wrote them down."""
    versions: dict[str, str] = {}
    for file in sboms(distribution):
        for component in json.loads(file.read_text(encoding="utf-8")).get("components", []):
            if component.get("name") and component.get("version"):
                versions.setdefault(component["name"], component["version"])
    return versions


def sboms(distribution: importlib.metadata.Distribution) -> list[Path]:
    """The bills of materials that a wheel brings along (PEP 770)."""
    return [
        Path(str(distribution.locate_file(file)))
        for file in distribution.files or []
        if "sboms" in file.parts and file.suffix == ".json"
    ]


def _version(names: list[str], versions: dict[str, str]) -> str:
    told = {versions[name] for name in names if name in versions}
    return told.pop() if len(told) == 1 else ""
