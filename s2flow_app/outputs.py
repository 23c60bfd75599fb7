"""What is to be written, checked before any work is done for it.

An output must not be one of the inputs, whatever name or link leads there; its folder must be
there and its ending one that can be written. Every command and dialog asks here.
"""

import errno
import os
import stat
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from s2flow_app.errors import OutputError

LABEL_MAP_SUFFIXES: Final = (".png",)
PICTURE_SUFFIXES: Final = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp")
"""Endings of photos and other pictures that can be written."""

_Identity = tuple[int, int]
"""Device and inode."""


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file that is read: where it was, and which one it was.

    Device and inode tell it when it was renamed since, and through links of all kinds; the path
    tells it when another program has put a new file in its place.
    """

    path: Path
    """Absolute, links followed."""
    identity: _Identity | None
    """None: it was not there."""

    @classmethod
    def at(cls, path: Path) -> "InputFile":
        """The file that is at ``path`` now."""
        return cls(_resolved(path), _identity(path))

    def is_at(self, path: Path) -> bool:
        """True if writing to ``path`` would replace this file."""
        there = _identity(path)
        return (there is not None and there == self.identity) or _resolved(path) == self.path


Input = InputFile | Path


def check_output(
    path: Path, *, inputs: Iterable[Input] = (), suffixes: Collection[str] = ()
) -> None:
    """Refuse to write ``path`` where that cannot be done, or would replace an input.

    Args:
        inputs: what is read, now or before.
        suffixes: endings that can be written, in lower case; none: any.

    Raises:
        OutputError: with the reason in a sentence.
    """
    name = shown_path(path)
    if suffixes and path.suffix.lower() not in suffixes:
        raise OutputError(
            f"{name} cannot be written: its ending names no format that is known here.",
            f"Use one of {', '.join(suffixes)}.",
        )
    if _is_input(path, inputs):
        raise OutputError(
            f"{name} is one of the files that are read, which are never overwritten.",
            "Choose another name.",
        )
    _check_folder(path.parent)
    try:
        status = path.stat()
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        raise _cannot_be_written(name, error) from error
    if stat.S_ISDIR(status.st_mode):
        raise OutputError(f"{name} is a folder.", "Add a file name to it.")
    if not stat.S_ISREG(status.st_mode):
        raise OutputError(f"{name} is not an ordinary file.", "Choose another name.")
    if not os.access(path, os.W_OK):
        raise _cannot_be_written(name, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))


def check_outputs(
    paths: Iterable[tuple[Path | None, Collection[str]]], *, inputs: Iterable[Input] = ()
) -> None:
    """`check_output` of several (path, suffixes), which must not be one file either.

    A path of None is one that was not asked for.
    """
    inputs, before = tuple(inputs), []
    for path, suffixes in paths:
        if path is None:
            continue
        check_output(path, inputs=inputs, suffixes=suffixes)
        if _is_input(path, before):
            raise OutputError(
                f"{shown_path(path)} is asked for twice.", "Give each output a name of its own."
            )
        before.append(path)


def check_output_folder(
    folder: Path, *, names: Iterable[str] = (), inputs: Iterable[Input] = ()
) -> None:
    """Refuse a folder that cannot be written to or made, or in which ``names`` hit an input.

    Args:
        inputs: files that are read, and folders whose files are: none of them may be ``folder``.

    Raises:
        OutputError: with the reason in a sentence.
    """
    inputs = tuple(inputs)
    if folder.is_dir() and _is_input(folder, inputs):
        raise OutputError(
            f"{shown_path(folder)} is a folder that is read from.",
            "Choose another one to write to.",
        )
    there = folder.absolute()
    while not _exists(there) and there != there.parent:
        there = there.parent
    _check_folder(there)
    if there == folder.absolute():
        for name in names:
            check_output(folder / name, inputs=inputs)


def shown_path(path: Path) -> str:
    """The path as text that can be printed anywhere."""
    return str(path).encode(errors="replace").decode()


def _is_input(path: Path, inputs: Iterable[Input]) -> bool:
    read = (each if isinstance(each, InputFile) else InputFile.at(each) for each in inputs)
    return any(each.is_at(path) for each in read)


def _check_folder(folder: Path) -> None:
    name = shown_path(folder)
    if not _exists(folder):
        raise OutputError(f"There is no folder {name}.", "Make it, or choose another one.")
    if not folder.is_dir():
        raise OutputError(f"{name} is not a folder.", "Choose another one.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(f"The folder {name} allows no writing.", "Choose another one.")


def _cannot_be_written(name: str, error: OSError | ValueError) -> OutputError:
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return OutputError(f"{name} cannot be written: {reason}.", "Choose another name.")


def _exists(path: Path) -> bool:
    try:
        path.stat()
    except FileNotFoundError:
        return False
    except (OSError, ValueError):
        return os.path.lexists(path) if "\0" not in str(path) else False
    return True


def _identity(path: Path) -> _Identity | None:
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino


def _resolved(path: Path) -> Path:
    try:
        return Path(os.path.realpath(path))
    except (OSError, ValueError):
        return path.absolute()
