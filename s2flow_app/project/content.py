"""What there is to keep of a document: records by key, and blobs by the hash of their bytes.

The project file and the journal store the same content, each in its own way. A record is plain
JSON; where it needs more (an array, packed strokes, the photo) it names a blob by a reference, an
object with a ``sha256``. A change since last time is content too: its records replace those of the
same key, its blobs are added. What a record holds is said in `encode`.
"""

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from s2flow_app.errors import UserError

SHA256: Final = "sha256"
"""The key that makes an object of a record a reference to a blob."""
MAX_DEPTH: Final = 16
"""Of objects and lists in a record."""
MAX_RECORDS: Final = 1_000_000
MAX_KEY: Final = 80
_KEY: Final = re.compile(r"[a-z]{1,20}(/[0-9a-z]{1,40}){0,2}")
_HASH: Final = re.compile(r"[0-9a-f]{64}")

Json = Any
"""None, bool, int, finite float, str, list of such, dict of str to such."""
Record = dict[str, Json]


class ProjectError(UserError):
    """A project or journal cannot be read or written, or is not as it must be."""


class ContentError(ValueError):
    """Content is not as it must be: says what. Becomes a `ProjectError` where the file is known."""


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """A whole document, or what has changed of it.

    Keys are ``kind``, ``kind/id`` or ``kind/number/id``: ``photo``, ``face/0``, ``result/5d41...``,
    ``node/0/7d79...``. No record ever names another one that is in neither this content nor the
    one that it changes.
    """

    records: Mapping[str, Record] = field(default_factory=dict)
    blobs: Mapping[str, bytes] = field(default_factory=dict)
    """By the SHA-256 of their bytes in hex. May be made, or read, when they are asked for: ask once
    for each, and only for those that are not stored yet. Of a change: at least the new ones."""

    @property
    def is_empty(self) -> bool:
        return not self.records

    def needed(self) -> set[str]:
        """The hashes of all blobs that the records name."""
        return set(blobs_of(self.records))

    def updated(self, change: "Content") -> "Content":
        """This content after ``change``."""
        return Content({**self.records, **change.records}, {**self.blobs, **change.blobs})


def blobs_of(value: Json) -> Iterator[str]:
    """The hashes of all blobs that a record, or any part of one, names."""
    if isinstance(value, Mapping):
        named = value.get(SHA256)
        if isinstance(named, str):
            yield named
        for item in value.values():
            yield from blobs_of(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from blobs_of(item)


def sha256_of(data: bytes) -> str:
    """The name of a blob."""
    return hashlib.sha256(data).hexdigest()


def checked_blob(name: str, data: bytes) -> bytes:
    """``data``, if it is the blob of that name.

    Raises:
        ContentError: it is not: it was damaged.
    """
    if sha256_of(data) != name:
        raise ContentError(f"the checksum of {name[:12]} differs")
    return data


def encoded_record(record: Record) -> str:
    """The one JSON text of a record; raises `ValueError` for what is not finite."""
    return json.dumps(record, separators=(",", ":"), sort_keys=True, allow_nan=False)


def decoded_record(text: str | bytes) -> Record:
    """The record of a JSON text.

    Raises:
        ContentError: it is none.
    """
    try:
        value = json.loads(text, parse_constant=refused, object_pairs_hook=unique)
    except ContentError:
        raise
    except (ValueError, RecursionError) as error:
        raise ContentError(f"a record cannot be read ({error})") from error
    if not isinstance(value, dict):
        raise ContentError("a record is no object")
    check_record(value)
    return value


def check_record(value: Json, depth: int = 0) -> None:
    """Refuse what is nested too deeply, not finite, or refers to no hash.

    Raises:
        ContentError: with the reason.
    """
    if depth > MAX_DEPTH:
        raise ContentError("a record is nested too deeply")
    if isinstance(value, dict):
        named = value.get(SHA256)
        if named is not None and not (isinstance(named, str) and _HASH.fullmatch(named)):
            raise ContentError("a record names a blob by no SHA-256")
        for item in value.values():
            check_record(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            check_record(item, depth + 1)
    elif isinstance(value, float) and not math.isfinite(value):
        raise ContentError("a record has a number that is not finite")


def check_key(key: str) -> None:
    """Refuse what is no record's key; raises `ContentError`."""
    if len(key) > MAX_KEY or not _KEY.fullmatch(key):
        raise ContentError(f"{key[:MAX_KEY]!a} is no record's key")


def refused(constant: str) -> None:
    """For `json.loads`: NaN and infinities are no JSON; raises `ContentError`."""
    raise ContentError(f"a record has the number {constant}")


def unique(pairs: list[tuple[str, Json]]) -> Record:
    """For `json.loads`: an object without doubled fields; raises `ContentError`."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ContentError("a record has a field twice")
    return found
