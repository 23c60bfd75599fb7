"""The reading subprocess: one file in, plain tensors and a description out, nothing executed.

`program.reader_command` starts it with `STDIN` and FOLDER; its standard input is the file, opened
once by the parent. It takes the file whole, so that what it hashes is what it reads, writes
`DESCRIPTION` and `TENSORS` to FOLDER and exits with 0, or prints why not and exits with `REFUSED`.
Before the first byte is read the process gives up what reading does not need: memory, time, large
files and new processes, as far as the system can. The description is the file's SHA-256 and a tree
of ``[kind, ...]``: see `_Description.of`.
"""

import hashlib
import io
import json
import os
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from s2flow_app.errors import CheckpointError
from s2flow_app.importers.containers import read_container
from s2flow_app.importers.opcodes import DAMAGED
from s2flow_app.importers.stand_ins import ForeignObject, NumpyArray, TensorRecord
from s2flow_app.limited_process import give_up, is_forbidden

STDIN: Final = "-"
DESCRIPTION: Final = "description.json"
TENSORS: Final = "tensors.safetensors"
REFUSED: Final = 3
CPU_SECONDS: Final = 60
"""Beside one for every 16 MB. StyleFlow's attributes, 700,000 values of 10,000 faces, take 8."""
MAX_NODES: Final = 2_000_000
NODES_A_BYTE: Final = 16
"""Every value takes an opcode: more than that are the same few values, again and again."""
MAX_DEPTH: Final = 60
MAX_TEXT: Final = 1000
"""Longer texts (the source of the classes) are not passed on."""
_SPARE: Final = 1 << 30
_INSTALLED: Final = (
    "<frozen ",
    *filter(None, map(sysconfig.get_path, ("stdlib", "platstdlib", "purelib", "platlib"))),
    *filter(None, [getattr(sys, "_MEIPASS", None)]),
)
"""How the file name of code begins that may run: a library's, imported late."""


class _Description:
    """Turns what was unpickled into a JSON tree and named arrays, within bounds.

    Args:
        budget: how many bytes of arrays there may be in all.
        most_nodes: how many values.
    """

    def __init__(self, *, budget: int, most_nodes: int) -> None:
        self.arrays: dict[str, NDArray[Any]] = {}
        self._names: dict[int, str] = {}
        self._nodes, self._most_nodes, self._budget = 0, most_nodes, budget

    def of(self, value: object, depth: int = 0) -> list[Any]:
        """The node of one value; raises `CheckpointError` where there are too many.

        ``["value", v]``, ``["list", [...]]``, ``["dict", [[k, ...], ...]]``, ``["tensor", name]``
        or ``["object", class name, state]``.
        """
        self._nodes += 1
        if depth > MAX_DEPTH or self._nodes > self._most_nodes:
            raise CheckpointError("is nested deeper, or has more parts, than any checkpoint")
        if isinstance(value, NumpyArray):
            value = value.values
        if isinstance(value, TensorRecord | np.ndarray):
            return ["tensor", self._named(value)]
        if isinstance(value, ForeignObject):
            return ["object", _key(value.name), self.of(value.state, depth + 1)]
        if isinstance(value, Mapping):
            return ["dict", [[_key(k), self.of(v, depth + 1)] for k, v in value.items()]]
        if isinstance(value, list | tuple | set):
            return ["list", [self.of(item, depth + 1) for item in value]]
        plain = value is None or isinstance(value, bool | float) or _is_short(value)
        return ["value", value if plain else None]

    def _named(self, value: TensorRecord | NDArray[Any]) -> str:
        if id(value) in self._names:
            return self._names[id(value)]
        record = isinstance(value, TensorRecord)
        array = value.array(most_bytes=self._budget) if record else value
        self._budget -= array.nbytes
        if self._budget < 0:
            raise CheckpointError("declares more than it holds")
        name = self._names[id(value)] = str(len(self.arrays))
        self.arrays[name] = array.astype(array.dtype.newbyteorder("="), order="C", copy=False)
        return name


def _key(value: object) -> str:
    """A key as text. One that is no text or number is not spelt out: tuples can hold much."""
    if isinstance(value, str | int | float):
        return str(value)[:MAX_TEXT]
    return type(value).__name__


def _is_short(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= MAX_TEXT
    return isinstance(value, int) and value.bit_length() <= 64


def limit_process(file_size: int) -> None:
    """Give up what reading a file of ``file_size`` bytes does not need."""
    sys.addaudithook(_refuse)
    give_up(
        memory_bytes=_SPARE + 6 * file_size,
        file_bytes=(1 << 24) + 4 * file_size,
        cpu_seconds=CPU_SECONDS + (file_size >> 24),
    )


def _refuse(event: str, given: tuple[Any, ...]) -> None:
    foreign = event == "exec" and not given[0].co_filename.startswith(_INSTALLED)
    if foreign or is_forbidden(event):
        raise CheckpointError(f"made the reader do what reading does not need ({event})")


def read(data: bytes, folder: Path) -> None:
    """Write what is in a file's bytes to ``folder``; raises `CheckpointError`."""
    most_nodes = min(MAX_NODES, NODES_A_BYTE * len(data))
    description = _Description(budget=3 * len(data), most_nodes=most_nodes)
    tree = description.of(read_container(io.BytesIO(data), len(data)))
    text = json.dumps({"sha256": hashlib.sha256(data).hexdigest(), "content": tree})
    del data, tree  # its storages are copies of it, and writing them makes one more
    (folder / DESCRIPTION).write_text(text, encoding="utf-8")
    save_file(description.arrays, folder / TENSORS)


def main(arguments: Sequence[str]) -> int:
    """Read the file on the standard input to ``FOLDER``; 0 done, `REFUSED` with the reason said."""
    stdin, folder = arguments
    if stdin != STDIN:
        raise ValueError(f"the reader takes its file as {STDIN}")
    with open(0, "rb", closefd=False) as stream:
        size = os.fstat(stream.fileno()).st_size
        limit_process(size)
        try:
            data = stream.read(size + 1)
            if len(data) != size:
                raise CheckpointError("was changed while it was read")
            read(data, Path(folder))
        except CheckpointError as error:
            why = error.message
        except MemoryError:
            why = "asks for more memory than a checkpoint of its size"
        except Exception:  # the file decides what goes wrong in a pickle's opcodes
            why = DAMAGED
        else:
            return 0
    print(why)
    return REFUSED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
