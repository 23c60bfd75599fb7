"""Foreign files as plain values and tensors: the parent of the reading subprocess.

This process never unpickles: it reads JSON and safetensors that `unpickle` wrote within its limits.
"""

import hashlib
import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from s2flow_app.errors import CheckpointError
from s2flow_app.importers.unpickle import DESCRIPTION, REFUSED, TENSORS
from s2flow_app.program import reader_command

MAX_BYTES: Final = 4 << 30
MAX_TEXT_BYTES: Final = 1 << 20
SECONDS: Final = 600
"""How long the subprocess may take on the clock."""
GET_AGAIN: Final = "Nothing in it was run. Get the file again from its authors."
_PACKAGE_PARENT: Final = Path(__file__).resolve().parents[2]


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
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "is not there, or is not a file"
        raise CheckpointError(f"{path} {what}.", "Give a checkpoint's file.")
    try:
        size = path.stat().st_size
        if not 0 < size <= MAX_BYTES:
            what = "is empty" if size == 0 else f"has more than {MAX_BYTES >> 30} GiB"
            raise CheckpointError(f"{name} {what}, so it is no checkpoint.", GET_AGAIN)
        with path.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
            stream.seek(0)
            start = stream.read(min(size, MAX_TEXT_BYTES)).strip()
    except OSError as error:
        raise CheckpointError(f"{name} cannot be read: {error.strerror}.") from error
    if start.startswith(b"{") and size <= MAX_TEXT_BYTES:
        return ForeignFile(name, sha256, _configuration(name, start))
    return ForeignFile(name, sha256, _in_subprocess(path))


def _configuration(name: str, text: bytes) -> dict[str, Any]:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"{name} is text, but not JSON.", GET_AGAIN) from error


def _in_subprocess(path: Path) -> Any:
    name = path.name
    with tempfile.TemporaryDirectory(prefix="s2flow-", ignore_cleanup_errors=True) as folder:
        command = reader_command(str(path.resolve()), folder)
        one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
        environment = os.environ | one_thread | {"PYTHONPATH": str(_PACKAGE_PARENT)}
        try:
            done = subprocess.run(
                command, env=environment, cwd=folder, stdin=subprocess.DEVNULL,
                capture_output=True, timeout=SECONDS, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise CheckpointError(f"{name} took too long to read.", GET_AGAIN) from error
        if done.returncode == REFUSED:
            why = done.stdout.decode(errors="replace").strip()
            raise CheckpointError(f"{name} {why}.", GET_AGAIN)
        if done.returncode != 0:
            raise CheckpointError(
                f"{name} could not be read within the memory and time that its size allows.",
                GET_AGAIN,
            )
        try:
            tree = json.loads((Path(folder) / DESCRIPTION).read_text(encoding="utf-8"))
            return _tree(tree, load_file(Path(folder) / TENSORS))
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
