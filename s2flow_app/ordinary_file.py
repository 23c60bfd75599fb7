"""Bytes of ordinary files only: a pipe, a device or an endless file is never read."""

import os
import stat
from pathlib import Path


class NotOrdinary(OSError):  # noqa: N818 - named for what the path is
    """The path names a pipe, a device or a socket."""


class TooLong(OSError):  # noqa: N818
    """The file has more bytes than asked for at most."""


def read_ordinary_file(path: Path, *, max_bytes: int) -> bytes:
    """All bytes of the ordinary file ``path``.

    Looked at before it is opened, because opening a device can already do something, and again
    when it is open, because it may have been exchanged.

    Raises:
        NotOrdinary: it is a pipe, a device or a socket.
        TooLong: it has more than ``max_bytes``, whatever its length was said to be.
        OSError: it cannot be read.
        ValueError: the path has a NUL in it.
    """
    _check(os.stat(path), path, max_bytes)
    # Without waiting: a pipe that took the file's place would block until somebody writes to it.
    descriptor = os.open(
        path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    with open(descriptor, "rb") as file:
        size = _check(os.fstat(descriptor), path, max_bytes)
        # Not as much as it may have at most: Python asks for all of that memory before it reads.
        data = file.read(size + 1)
        if len(data) > size:  # it has grown, or its length is not told
            data += file.read(max_bytes + 1 - len(data))
    if len(data) > max_bytes:
        raise TooLong(f"{path} has more than {max_bytes} bytes")
    return data


def _check(status: os.stat_result, path: Path, max_bytes: int) -> int:
    """The file's size in bytes."""
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(21, "it is a folder", str(path))
    if not stat.S_ISREG(status.st_mode):
        raise NotOrdinary(f"{path} is not an ordinary file")
    if status.st_size > max_bytes:
        raise TooLong(f"{path} has {status.st_size} bytes")
    return status.st_size
