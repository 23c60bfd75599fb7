"""Hostile checkpoints against the importers: nothing may run, and the reader may not crash.

    PYTHONPATH=.:tests/helpers python tests/faults/checkpoint_faults.py --count 255 --seed 1

Each file is an honest one of a known kind that was mutated, or a pickle written opcode by opcode
for one way of doing harm. It is read as `s2flow import` reads it. Exit 0 if nothing of a hostile
file ran, no reader stopped as it never should, nothing was raised but `CheckpointError`, and what
was read is the same when it is read again (memory that is no part of the file is not).
"""

import argparse
import io
import json
import os
import pickle
import pickletools
import random
import struct
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import foreign_files as foreign
import hostile_pickles as hostile
import torch

from s2flow_app.errors import CheckpointError
from s2flow_app.importers.reading import CRASHED, ForeignFile, ForeignObject, read_foreign
from s2flow_app.importers.recognise import recognised
from s2flow_app.importers.stand_ins import KNOWN

SECOND_WALL = "made the reader do"
"""What a file is said to have done that reached something the table does not allow."""


@dataclass(slots=True)
class Counts:
    """What became of the files."""

    refused: int = 0
    read: int = 0
    executed: list[str] = field(default_factory=list)
    crashed: list[str] = field(default_factory=list)
    leaked: list[str] = field(default_factory=list)
    """Read differently the second time."""
    kinds: Counter[str] = field(default_factory=Counter)

    @property
    def faults(self) -> list[str]:
        return self.executed + self.crashed + self.leaked

    def __str__(self) -> str:
        return (
            f"{self.kinds.total()} hostile checkpoints of {len(self.kinds)} kinds: {self.refused} "
            f"refused, {self.read} read as what they still held, {len(self.executed)} executed, "
            f"{len(self.crashed)} crashes of the reader, {len(self.leaked)} that read memory"
        )


class Hostile:
    """Makes hostile files.

    Args:
        rng: what decides.
        marker: a file that exists afterwards if something in a file ran.
        folder: where honest files are written first.
    """

    def __init__(self, rng: random.Random, marker: Path, folder: Path) -> None:
        self._rng, self._marker = rng, marker
        network = foreign.small_generator()
        flow, condition = foreign.small_s2flow()
        s2flow = foreign.s2flow_checkpoint(flow, condition)
        self._zips = [
            _saved({"state_dict": dict(foreign.small_deeplab().state_dict())}),
            _saved(s2flow), _saved({"Latent": torch.rand(3, 8, 16).bfloat16()}),
        ]  # fmt: skip
        self._olds = [
            _saved({"g_ema": foreign.rosinality_state(network)}, zipped=False),
            _saved(s2flow, zipped=False), _saved({"Latent": torch.rand(3, 8, 16)}, zipped=False),
        ]  # fmt: skip
        self._pickles = [
            foreign.write_ada(folder / "ada", foreign.ada_object(network)).read_bytes(),
            foreign.write_tensorflow(
                folder / "tf", foreign.tensorflow_network(network)
            ).read_bytes(),
            pickle.dumps({"Latent": torch.rand(3, 8, 16).numpy()}, 4),
            pickle.dumps({"Attribute": [[{"hair": ["red", 0.5]}] * 9]}, 2),
        ]
        self.kinds: dict[str, Callable[[], bytes]] = {
            "bytes changed": self._changed, "cut short": self._cut, "two spliced": self._spliced,
            "opcodes changed": self._opcodes, "opcodes at random": self._random_program,
            "fields replaced": self._built, "tensors that leave their storage": self._tensors,
            "arrays that leave their data": self._arrays, "calls": self._calls,
            "nested deeply": self._nested, "archives that lie": self._archive,
            "old torch files that lie": self._old_torch, "settings": self._settings,
        }  # fmt: skip

    # --- honest files, changed ----------------------------------------------------------------

    def _honest(self) -> bytes:
        return self._rng.choice([*self._zips, *self._olds, *self._pickles])

    def _changed(self) -> bytes:
        data = bytearray(self._honest())
        # Pickles are at the start, directories of archives at the end: weights are no target.
        near = self._rng.choice((400, 4000, len(data)))
        for _ in range(self._rng.choice((1, 2, 8, 40))):
            at = self._rng.randrange(min(near, len(data)))
            at = at if self._rng.random() < 0.7 else len(data) - 1 - at
            data[at] = self._rng.choice((0, 255, data[at] ^ 1 << self._rng.randrange(8)))
        return bytes(data)

    def _cut(self) -> bytes:
        data = self._honest()
        return data[: self._rng.randrange(1, len(data))]

    def _spliced(self) -> bytes:
        one, other = self._honest(), self._honest()
        at, start = self._rng.randrange(len(one)), self._rng.randrange(len(other))
        return one[:at] + other[start:]

    def _opcodes(self) -> bytes:
        """Opcodes of a pickle left out, doubled, moved or turned into others."""
        if self._rng.random() < 0.5:
            return self._mutated(self._rng.choice(self._pickles))
        return _with_member(self._rng.choice(self._zips), "data.pkl", self._mutated)

    def _mutated(self, data: bytes) -> bytes:
        starts = [at for _, _, at in pickletools.genops(data)]
        ends = [*starts[1:], len(data)]
        parts = [data[a:b] for a, b in zip(starts, ends, strict=True)]
        for _ in range(self._rng.choice((1, 2, 5))):
            i, k = self._rng.randrange(1, len(parts)), self._rng.randrange(1, len(parts))
            how = self._rng.randrange(5)
            if how == 0:
                parts[i] = b""
            elif how == 1:
                parts[i] += parts[k]
            elif how == 2:
                parts[i], parts[k] = parts[k], parts[i]
            elif how == 3:
                parts[i] = self._rng.choice(pickletools.opcodes).code.encode("latin1") + parts[i]
            else:
                parts[i] += hostile.value(self._state()) + b"b"
        return b"".join(parts)

    # --- pickles written for one purpose ------------------------------------------------------

    def _number(self) -> int:
        sizes = (0, 1, 2, 4, 7, 64, 4096, 1 << 20, 1 << 31, 1 << 40, 1 << 47, 1 << 62, 1 << 64)
        return self._rng.choice(sizes) * self._rng.choice((1, 1, 1, -1))

    def _fields(self) -> dict[str, Any]:
        axes = self._rng.randrange(4)
        return {
            "offset": self._number(),
            "size": tuple(self._number() for _ in range(axes)),
            "stride": tuple(self._number() for _ in range(axes + self._rng.choice((0, 0, 0, 1)))),
        }

    def _state(self) -> Any:
        fields: dict[str, Any] = self._fields() | {"numel": self._number(), "dtype": "O"}
        return self._rng.choice((
            fields, (None, fields), [None, *fields.values()], list(fields.values()), None,
            {"__setstate__": None, "make": None, "data": b"x" * 99},
        ))  # fmt: skip

    def _table_name(self) -> bytes:
        module_name, global_name = self._rng.choice(list(KNOWN))
        return hostile.named(module_name, global_name)

    def _thing(self) -> bytes:
        """Something that a pickle can build."""
        numbers = hostile.storage(4)
        return self._rng.choice((
            numbers, hostile.tensor(numbers, 0, (4,), (1,)), self._table_name(),
            hostile.array(bytes(16), "f4", (4,)), hostile.called(self._table_name()),
            self._table_name() + b")\x81", hostile.value({"a": [1, (2, 3)]}),
            hostile.called(hostile.named("numpy", "dtype"), hostile.value("f4")),
        ))  # fmt: skip

    def _built(self) -> bytes:
        thing = hostile.built(self._thing(), hostile.value(self._state()))
        return hostile.latents(thing)

    def _tensors(self) -> bytes:
        fields = self._fields()
        numbers = self._thing() if self._rng.random() < 0.2 else hostile.storage(64)
        return hostile.latents(hostile.tensor(numbers, *fields.values()))

    def _arrays(self) -> bytes:
        code = self._rng.choice(("f4", "f8", "b1", "O", "O8", "S8", "V99", "<f4", "u1,u1", "i8"))
        size = tuple(self._number() for _ in range(self._rng.randrange(4)))
        data = bytes(self._rng.choice((0, 1, 16, 64)))
        return hostile.latents(hostile.array(data, code, size, self._rng.choice("CFA")))

    def _calls(self) -> bytes:
        """What would write the marker if it ran, in every container."""
        touch, source = f"touch {self._marker}", f"open({str(self._marker)!r}, 'w')"
        function, arguments = self._rng.choice((
            ("os.system", (touch,)), ("posix.system", (touch,)), ("builtins.eval", (source,)),
            ("builtins.exec", (source,)), ("subprocess.getoutput", (touch,)),
            ("builtins.open", (str(self._marker), "w")), ("os.mkdir", (str(self._marker),)),
            ("pathlib.Path.touch", (str(self._marker),)), ("runpy.run_path", ("/dev/stdin",)),
            ("torch._utils.os.system", (touch,)), ("torch.load", (str(self._marker),)),
            ("builtins.getattr", ("", "join")), ("importlib.import_module", ("antigravity",)),
            ("functools.partial", (touch,)), ("operator.methodcaller", ("x",)),
        ))  # fmt: skip
        module_name, _, global_name = function.rpartition(".")
        if self._rng.random() < 0.5:
            name = hostile.value(module_name) + hostile.value(global_name) + b"\x93"
        else:
            name = hostile.named(module_name, global_name)
        said = [hostile.value(one) for one in arguments]
        call = self._rng.choice((
            hostile.called(name, *said), name + b"(" + b"".join(said) + b"t\x81",
            name + b"(" + b"".join(said) + b"t}\x92", b"(" + name + b"".join(said) + b"o",
            f"({said[0].decode('latin1')}i{module_name}\n{global_name}\n".encode("latin1"),
            hostile.built(self._table_name(), b"N}" + hostile.value("make") + name + b"s\x86"),
        ))  # fmt: skip
        content = hostile.EMPTY + hostile.value("g_ema") + call + b"s"
        where = self._rng.randrange(3)
        if where == 0:
            return hostile.whole(content)
        if where == 1:
            pickled = hostile.whole(content, 2)
            return _with_member(self._rng.choice(self._zips), "data.pkl", lambda _: pickled)
        inner = self._rng.choice(self._olds)[:120] + content + b"."
        load = hostile.named("torch.storage", "_load_from_bytes")
        return hostile.latents(hostile.called(load, hostile.blob(inner)))

    def _nested(self) -> bytes:
        depth = self._rng.choice((100, 5000, 400_000))
        deep = self._rng.choice((
            b")" + depth * b"\x85", depth * b"]" + (depth - 1) * b"a",
            depth * b"}" + (depth - 1) * b"\x86", depth * b"(" + depth * b"t",
            (depth - 1) * b"}K\x01" + b"}" + (depth - 1) * b"s",
        ))  # fmt: skip
        use = self._rng.choice((
            b"}" + deep + b"K\x01s", b"\x8f(" + deep + b"\x90", b"(" + deep + b"\x91", deep,
            hostile.called(self._table_name(), deep), hostile.built(self._thing(), deep),
            hostile.tensor(deep, 0, (4,), (1,)), deep + b"Q", deep + deep + b"\x93",
        ))  # fmt: skip
        return hostile.whole(hostile.EMPTY + hostile.value("Latent") + use + b"s")

    def _random_program(self) -> bytes:
        """Opcodes in any order, with arguments that they can have."""
        made = [b"("] * self._rng.randrange(3)
        for _ in range(self._rng.choice((5, 30, 300))):
            made.append(self._rng.choice((
                self._thing(), self._table_name(), hostile.value(self._state()),
                *(bytes([one]) for one in b"()]}NR0120ababestudl\x81\x85\x86\x87\x88\x89\x8f\x90"),
                b"\x91\x92", b"\x93", b"\x94", b"Q", b"h\x00", b"q\x00", b"X\x01\x00\x00\x00a",
                b"\x82\x01", b"\x97", b"\x98", b"i__main__\nX\n", b"o", b"I-7\n", b"P1\n",
            )))  # fmt: skip
        return hostile.whole(b"".join(made), self._rng.choice((2, 4, 5, 99)))

    # --- containers ---------------------------------------------------------------------------

    def _archive(self) -> bytes:
        data = self._rng.choice(self._zips)
        how = self._rng.randrange(6)
        if how == 0:  # a size in the directory
            at = data.rindex(b"PK\x01\x02") + self._rng.choice((20, 24))
            size = self._rng.choice((0, 1, 1 << 31, (1 << 32) - 1))
            return data[:at] + struct.pack("<I", size) + data[at + 4 :]
        if how == 1:  # where a member, or the directory, lies
            at = self._rng.choice(
                (data.rindex(b"PK\x01\x02") + 42, data.rindex(b"PK\x05\x06") + 16)
            )
            where = self._rng.choice((0, 40, len(data), (1 << 32) - 1))
            return data[:at] + struct.pack("<I", where) + data[at + 4 :]
        if how == 2:
            return _with_member(data, "data/0", lambda one: one[: self._rng.randrange(len(one))])
        if how == 3:
            return _with_member(data, "data/0", lambda one: one * 3)
        if how == 4:
            return _with_member(data, "data/0", lambda one: one, as_name="../../data/0")
        return _with_member(data, "data.pkl", lambda one: one, packed=True)

    def _old_torch(self) -> bytes:
        """Storage keys and counts that do not fit, behind the object's pickle."""
        data = self._olds[-1]
        start, _, rest = data.rpartition(b"\x80\x02]")
        keys = self._rng.choice((
            hostile.value(["0"] * 9), hostile.value([("0",), 1, None]), hostile.value({"0": 1}),
            hostile.value("0" * 99), b"])" + 300_000 * b"\x85a", hostile.storage(4),
        ))  # fmt: skip
        count = struct.pack("<Q", self._number() % (1 << 64))
        if self._rng.random() < 0.5:
            return start + b"\x80\x02" + keys + b"." + count + bytes(1536)
        keep = rest.index(b".") + 1
        return start + b"\x80\x02]" + rest[:keep] + count + rest[keep + 8 :]

    def _settings(self) -> bytes:
        config: dict[str, Any] = foreign.s2flow_config()
        config[self._rng.choice(list(config))] = self._rng.choice(
            ({}, [[]], None, "x" * 9999, 1e308, float("nan"), -1, {"a": {"b": 1}})
        )
        text = json.dumps(config)
        return self._rng.choice((
            text, text[: len(text) // 2], "{" + '"a":{' * 99_999, "{" + '"a":[' * 99_999,
            '{"flow_modules": ' + "9" * 99_999 + ', "cond_type": 1}', "\ufeff" + text,
        )).encode()  # fmt: skip


def _saved(value: Any, *, zipped: bool = True) -> bytes:
    file = io.BytesIO()
    torch.save(value, file, _use_new_zipfile_serialization=zipped)
    return file.getvalue()


def _with_member(
    data: bytes, member: str, change: Callable[[bytes], bytes], *, as_name: str | None = None,
    packed: bool = False,
) -> bytes:  # fmt: skip
    """A torch archive with one member changed, and renamed or compressed."""
    out = io.BytesIO()
    how = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(io.BytesIO(data)) as good, zipfile.ZipFile(out, "w", how) as bad:
        for name in good.namelist():
            root, _, rest = name.partition("/")
            if rest == member:
                bad.writestr(f"{root}/{as_name or member}", change(good.read(name)))
            else:
                bad.writestr(name, good.read(name))
    return out.getvalue()


def try_files(
    count: int, seed: int, *, report: Callable[[str], None] = lambda text: None
) -> Counts:
    """Read ``count`` hostile files, kind after kind; ``seed`` decides what is in them."""
    counts = Counts()
    with tempfile.TemporaryDirectory(prefix="s2flow-faults-") as name:
        folder = Path(name)
        marker = folder / "ran"
        made = Hostile(random.Random(seed), marker, folder)
        kinds = list(made.kinds)
        for i in range(count):
            kind = kinds[i % len(kinds)]
            file = folder / "hostile.pt"
            file.write_bytes(made.kinds[kind]())
            counts.kinds[kind] += 1
            before = len(counts.faults)
            _try(file, marker, f"{i} ({kind})", counts)
            for fault in counts.faults[before:]:
                report(f"seed {seed}, file {fault}")
    return counts


def _try(file: Path, marker: Path, what: str, counts: Counts) -> None:
    said = ""
    try:
        found = read_foreign(file)
        if not same(found.content, read_foreign(file).content):
            counts.leaked.append(what)
        recognised(found)
        counts.read += 1
    except CheckpointError as error:
        counts.refused += 1
        said = error.message
    except Exception as error:
        counts.crashed.append(f"{what}: {type(error).__name__}: {error}")
    if CRASHED in said:
        counts.crashed.append(f"{what}: {said}")
    if SECOND_WALL in said or marker.exists():
        counts.executed.append(f"{what}: {said}")
        if marker.exists():
            marker.rmdir() if marker.is_dir() else marker.unlink()


def same(one: Any, other: Any) -> bool:
    """Whether two contents of `ForeignFile` are equal to the bit."""
    if isinstance(one, ForeignFile | ForeignObject) and type(one) is type(other):
        one, other = (one.name, one.content if isinstance(one, ForeignFile) else one.state), (
            other.name, other.content if isinstance(other, ForeignFile) else other.state,
        )  # fmt: skip
    if type(one) is not type(other):
        return False
    if isinstance(one, torch.Tensor):
        return one.shape == other.shape and one.numpy().tobytes() == other.numpy().tobytes()
    if isinstance(one, dict):
        return list(one) == list(other) and all(map(same, one.values(), other.values()))
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other or one != one  # NaN is itself


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=260)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    counts = try_files(given.count, given.seed, report=lambda text: print(text, file=sys.stderr))
    print(counts)
    return 1 if counts.faults else 0


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
