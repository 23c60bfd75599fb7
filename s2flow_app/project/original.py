"""The photo's own file: its bytes and their hash, when it is opened, saved, and looked for."""

import errno
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from s2flow_app.ordinary_file import NotOrdinary, TooLong, read_ordinary_file
from s2flow_app.project.content import ProjectError, sha256_of
from s2flow_app.project.parts import OriginalPhoto

MAX_BYTES: Final = 1 << 30
"""As `engine.photo` reads at most."""
HELD_BYTES: Final = 48 << 20
"""Photos up to here are held in memory, so that they can be saved even if their file changes."""
SUFFIXES: Final = 12
"""Characters of an ending; a longer one is none."""


def original_of(path: Path) -> OriginalPhoto:
    """The photo's file as it is now.

    Raises:
        ProjectError: it cannot be read.
    """
    data = _read(path)
    held = data if len(data) <= HELD_BYTES else None
    return OriginalPhoto(
        path.name,
        suffix_of(path.name),
        sha256_of(data),
        len(data),
        path.absolute(),
        held,
    )


def read_original(photo: OriginalPhoto) -> bytes:
    """The bytes that the photo was opened from.

    Raises:
        ProjectError: they are no longer there.
    """
    if photo.data is not None:
        return photo.data
    if photo.path is None:
        raise ProjectError("The bytes of the photo are gone.", "Open it again.")
    data = _read(photo.path)
    if sha256_of(data) != photo.sha256:
        raise ProjectError(
            f"{photo.path} has changed since it was opened, so it cannot be put into the project.",
            "Bring the file back as it was, or export the photo and open it anew.",
        )
    return data


def find_linked(sha256: str, size_bytes: int, places: Iterable[Path]) -> tuple[Path | None, bool]:
    """The first of the places where the photo lies unchanged, and whether one holds another file
    now."""
    changed = False
    for path in places:
        try:
            if path.stat().st_size == size_bytes and _hash(path) == sha256:
                return path, False
            changed = True
        except (OSError, ValueError):
            continue
    return None, changed


def suffix_of(name: str) -> str:
    """The ending of a file name that a member can have: letters and digits in lower case."""
    suffix = os.path.splitext(name)[1].lower()
    plain = suffix.isascii() and suffix[1:].isalnum() and len(suffix) <= SUFFIXES
    return suffix if plain else ""


def _hash(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(path: Path) -> bytes:
    try:
        return read_ordinary_file(path, max_bytes=MAX_BYTES)
    except TooLong as error:
        raise ProjectError(f"{path} is too large to be kept.", "Link it instead.") from error
    except NotOrdinary as error:
        raise ProjectError(f"{path} is no ordinary file.", "Open a photo that is one.") from error
    except (OSError, ValueError) as error:
        number = error.errno if isinstance(error, OSError) else None
        reason = os.strerror(number) if number else str(error)
        hint = "Bring it back, or open it again." if number == errno.ENOENT else ""
        raise ProjectError(f"The photo {path} cannot be read: {reason}.", hint) from error
