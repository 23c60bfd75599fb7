"""Foreign files as plain values and tensors: the parent of the reading subprocess.

This process never unpickles: it reads JSON and safetensors that `unpickle` wrote within its limits.
The file is opened once, and only if it is a regular one; what is hashed is what was read.
"""

import hashlib
import json
import os
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from s2flow_app.errors import CheckpointError
from s2flow_app.importers.unpickle import DESCRIPTION, REFUSED, STDIN, TENSORS
from s2flow_app.limited_process import LIMIT_SIGNALS, environment
from s2flow_app.program import reader_command

MAX_BYTES: Final = 4 << 30
MAX_TEXT_BYTES: Final = 1 << 20
SECONDS: Final = 600
"""How long the subprocess may take on the clock."""
CRASHED: Final = "made the process that reads it stop"
"""What a file is said to have done where that process ended as it never should."""
GET_AGAIN: Final = "Nothing in it was run. Get the file again from its authors."


@dataclass(frozen=True, slots=True)
class ForeignObject:
    """An instance of a class that is not ours: its class's name and its state."""

    name: str
    state: Any


@dataclass(frozen=True, slots=True)
class ForeignFile:
    """What a file holds: dicts, lists, plain values, tensors and `ForeignObject`."""

    name: str
    """The file's name, for messages and the manifest."""
    sha256: str
    content: Any


def read_foreign(path: Path) -> ForeignFile:
    """Read a checkpoint, gallery or configuration without running anything in it.

    Raises:
        CheckpointError: there is no such file, or it cannot be read within the limits.
    """
    name = path.name
    try:
        with open_regular(path) as stream:
            size = os.fstat(stream.fileno()).st_size
            if not 0 < size <= MAX_BYTES:
                what = "is empty" if size == 0 else f"has more than {MAX_BYTES >> 30} GiB"
                raise CheckpointError(f"{name} {what}, so it is no checkpoint.", GET_AGAIN)
            if size <= MAX_TEXT_BYTES:
                data = stream.read(MAX_TEXT_BYTES + 1)
                if data.lstrip().startswith(b"{"):
                    sha256 = hashlib.sha256(data).hexdigest()
                    return ForeignFile(name, sha256, _configuration(name, data))
            os.lseek(stream.fileno(), 0, os.SEEK_SET)
            sha256, content = _in_subprocess(name, stream)
    except OSError as error:
        raise CheckpointError(f"{name} cannot be read: {error.strerror}.") from error
    return ForeignFile(name, sha256, content)


def open_regular(path: Path) -> BinaryIO:
    """A regular file, opened; a named pipe or a device is neither waited for nor read.

    Raises:
        CheckpointError: it is not there, or it is something else.
        OSError: it cannot be opened.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = -1
    try:
        if stat.S_ISREG(path.stat().st_mode):  # opening a device may already do something
            descriptor = os.open(path, flags)
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                return os.fdopen(descriptor, "rb", buffering=0)
            os.close(descriptor)
    except (FileNotFoundError, NotADirectoryError, ValueError):  # a name with NUL
        pass
    what = "is a folder" if path.is_dir() else "is not there, or is not a file"
    raise CheckpointError(f"{path} {what}.", "Give a checkpoint's file.")


def _configuration(name: str, text: bytes) -> dict[str, Any]:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"{name} is text, but not JSON.", GET_AGAIN) from error


def _in_subprocess(name: str, stream: BinaryIO) -> tuple[str, Any]:
    """SHA-256 and content of an open file; raises `CheckpointError`."""
    with tempfile.TemporaryDirectory(prefix="s2flow-", ignore_cleanup_errors=True) as folder:
        command = reader_command(STDIN, folder)
        try:
            done = subprocess.run(
                command, env=environment(), cwd=folder, stdin=stream, capture_output=True,
                timeout=SECONDS, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise CheckpointError(f"{name} took too long to read.", GET_AGAIN) from error
        if done.returncode == REFUSED:
            why = done.stdout.decode(errors="replace").strip()
            raise CheckpointError(f"{name} {why}.", GET_AGAIN)
        if done.returncode in LIMIT_SIGNALS:
            raise CheckpointError(
                f"{name} could not be read within the memory and time that its size allows.",
                GET_AGAIN,
            )
        if done.returncode != 0:
            raise CheckpointError(f"{name} {CRASHED} ({done.returncode}).", GET_AGAIN)
        try:
            found = json.loads((Path(folder) / DESCRIPTION).read_text(encoding="utf-8"))
            tensors = load_file(Path(folder) / TENSORS)
            return found["sha256"], _tree(found["content"], tensors)
        except (OSError, ValueError, KeyError, SafetensorError) as error:
            raise CheckpointError(f"{name} could not be read ({error}).", GET_AGAIN) from error


def _tree(node: list[Any], tensors: dict[str, Tensor]) -> Any:
    """Undo `unpickle._Description.of`."""
    kind, value = node[0], node[1]
    if kind == "dict":
        return {k: _tree(v, tensors) for k, v in value}
    if kind == "list":
        return [_tree(item, tensors) for item in value]
    if kind == "tensor":
        return tensors[value]
    if kind == "object":
        return ForeignObject(value, _tree(node[2], tensors))
    return value
