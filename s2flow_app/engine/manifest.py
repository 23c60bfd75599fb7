"""`pack.json`: what a model pack says of itself, and the one schema that it is read by.

Anybody may have written a pack. So its manifest is an ordinary file of bounded length, every field
has a kind and bounds, and nothing of it is used before all of it is as the schema says.
"""

import hashlib
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from s2flow_app.errors import PackError
from s2flow_app.ordinary_file import read_ordinary_file

SCHEMA_VERSION: Final = 1
MANIFEST_NAME: Final = "pack.json"
COMPONENTS: Final = (
    "generator", "encoder", "likeness", "painter", "flow", "condition", "prior", "styles",
    "parser", "landmarks", "latents",
)  # fmt: skip
"""The parts of a pack; a pack may lack some, and what needs those says so."""
AGAIN: Final = "Install the pack again."
MAX_MANIFEST_BYTES: Final = 1 << 20
"""The built-in pack's, with all its figures, has 110 KB."""
MAX_TEXT: Final = 20_000
MAX_ITEMS: Final = 1000
MAX_DEPTH: Final = 8
"""Of the figures under `quality`: what the manifest nests deepest."""
MAX_SIZE: Final = 1 << 24
"""Of a number in a network's configuration."""
MAX_RESOLUTION: Final = 2048
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_FILE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Component:
    """One network of a pack, as its manifest states it."""

    architecture: str
    config: dict[str, Any]
    """Keyword arguments of the architecture; lists stand for tuples."""
    file: str
    sha256: str
    tensors: int


@dataclass(frozen=True, slots=True)
class Source:
    """A foreign file that a pack was imported from."""

    file: str
    """Its name, without its folder."""
    sha256: str
    kind: str
    licence: str
    terms: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`pack.json`."""

    title: str
    resolution: int
    licence: str
    terms: str
    training: dict[str, dict[str, float]]
    """How long each stage was trained: `steps` and `minutes`, or on how many `faces`."""
    components: dict[str, Component]
    quality: dict[str, Any] = field(default_factory=dict)
    """Measured figures, as `s2flow evaluate` printed them."""
    sources: list[Source] = field(default_factory=list)
    """Of an imported pack."""
    schema_version: int = SCHEMA_VERSION


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write `pack.json` in the pack folder ``path``."""
    text = json.dumps(asdict(manifest), indent=2) + "\n"
    (path / MANIFEST_NAME).write_text(text, encoding="utf-8")


def read_manifest(path: Path) -> Manifest:
    """The manifest of the pack in folder ``path``; raises `PackError`."""
    file = path / MANIFEST_NAME
    try:
        whole = json.loads(read_ordinary_file(file, max_bytes=MAX_MANIFEST_BYTES))
        # First: another version may have other fields.
        _version(whole.get("schema_version") if isinstance(whole, dict) else None, "schema_version")
        found = _checked_fields(whole, "the manifest", _MANIFEST_FIELDS, Manifest)
    except _UnknownVersion as error:
        raise PackError(
            f"{file} has schema version {error}; this program reads version {SCHEMA_VERSION}.",
            "Update the program, or get the pack made for this version.",
        ) from error
    except _OutsideError as error:
        raise PackError(f"{file} names a file outside the pack: {error}.", AGAIN) from error
    except (OSError, ValueError, RecursionError) as error:
        said = "nested too deeply" if isinstance(error, RecursionError) else error
        raise PackError(f"{file} is not a readable pack manifest ({said}).", AGAIN) from error
    unknown = sorted(set(found.components) - set(COMPONENTS))
    if unknown:
        raise PackError(f"{file} names unknown parts: {', '.join(unknown)[:200]}.")
    return found


def networks_hash(manifest: Manifest) -> str:
    """What the networks of a pack are, whatever else its manifest says: a SHA-256."""
    parts = {name: part.sha256 for name, part in manifest.components.items()}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


class _UnknownVersion(ValueError):  # noqa: N818 - newer is no error
    """The manifest is of another schema."""


class _OutsideError(ValueError):
    """A part's file lies outside of the pack's folder."""


Check = Callable[[Any, str], Any]
"""Gives the value that is called so, as it must be; raises `ValueError` where it is not."""


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise ValueError(f"{where} is no text")
    if any(not (c.isprintable() or c in "\n\t") for c in value):
        raise ValueError(f"{where} has characters that cannot be shown")
    return value


def _sha256(value: Any, where: str) -> str:
    if not isinstance(value, str) or not _SHA256.fullmatch(value):
        raise ValueError(f"{where} is no SHA-256")
    return value


def _file(value: Any, where: str) -> str:
    name = _text(value, where)
    if "/" in name or "\\" in name or name in (".", ".."):
        raise _OutsideError(name[:_SHOWN])
    if not _FILE.fullmatch(name):
        raise ValueError(f"{where} is no file name of letters, digits, '.', '_' and '-'")
    return name


def _whole(most: int) -> Check:
    def check(value: Any, where: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            raise ValueError(f"{where} is no whole number of 0 to {most}")
        return value

    return check


def _number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e15:
        raise ValueError(f"{where} is no number")
    if not math.isfinite(value):
        raise ValueError(f"{where} is not finite")
    return value


def _version(value: Any, where: str) -> int:
    version = _whole(MAX_SIZE)(value, where)
    if version != SCHEMA_VERSION:
        raise _UnknownVersion(version)
    return version


def _setting(value: Any, where: str) -> Any:
    """One of a network's configuration: a size, number, switch or text, or a list of those."""
    if isinstance(value, list):
        if len(value) > MAX_ITEMS or any(isinstance(item, list) for item in value):
            raise ValueError(f"{where} is a list that no network takes")
        return [_setting(item, where) for item in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value, where)
    if isinstance(value, int):
        return _whole(MAX_SIZE)(value, where)
    return _number(value, where)


def _figures(value: Any, where: str, depth: int = 0) -> Any:
    """Anything that JSON has, not deep."""
    if depth > MAX_DEPTH:
        raise ValueError(f"{where} is nested too deeply")
    if isinstance(value, dict):
        return {_text(k, where): _figures(v, where, depth + 1) for k, v in value.items()}
    if isinstance(value, list):
        return [_figures(item, where, depth + 1) for item in value]
    return _text(value, where) if isinstance(value, str) else value


def _mapping(of: Check) -> Check:
    def check(value: Any, where: str) -> dict[str, Any]:
        if not isinstance(value, dict) or len(value) > MAX_ITEMS:
            raise ValueError(f"{where} is not an object")
        return {
            _text(name, f"a name in {where}"): of(item, f"{where}.{name[:_SHOWN]}")
            for name, item in value.items()
        }

    return check


def _list_of(of: Check) -> Check:
    def check(value: Any, where: str) -> list[Any]:
        if not isinstance(value, list) or len(value) > MAX_ITEMS:
            raise ValueError(f"{where} is not a list")
        return [of(item, f"{where}[{i}]") for i, item in enumerate(value)]

    return check


def _record(kind: type, checks: Mapping[str, Check]) -> Check:
    def check(value: Any, where: str) -> Any:
        return _checked_fields(value, where, checks, kind)

    return check


def _checked_fields(value: Any, where: str, checks: Mapping[str, Check], kind: type) -> Any:
    """An instance of a dataclass of exactly its fields; raises `ValueError`."""
    if not isinstance(value, dict):
        raise ValueError(f"{where} is not an object")
    for name in value:
        if name not in checks:
            raise ValueError(f"{where} has a field {name[:_SHOWN]!a}, which there is not")
    needed = [f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING]
    for name in needed:
        if name not in value:
            raise ValueError(f"{where} lacks {name}")
    return kind(**{
        name: check(value[name], name) for name, check in checks.items() if name in value
    })  # fmt: skip


_COMPONENT: Final = _record(Component, {
    "architecture": _text, "config": _mapping(_setting), "file": _file, "sha256": _sha256,
    "tensors": _whole(MAX_SIZE),
})  # fmt: skip
_SOURCE: Final = _record(Source, {
    "file": _text, "sha256": _sha256, "kind": _text, "licence": _text, "terms": _text,
})  # fmt: skip
_MANIFEST_FIELDS: Final[Mapping[str, Check]] = {
    "schema_version": _version, "title": _text, "resolution": _whole(MAX_RESOLUTION),
    "licence": _text, "terms": _text, "training": _mapping(_mapping(_number)),
    "components": _mapping(_COMPONENT), "quality": _mapping(_figures),
    "sources": _list_of(_SOURCE),
}  # fmt: skip
