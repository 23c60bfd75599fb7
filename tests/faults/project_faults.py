"""Faults of project files: flipped bits, cut ends, a disk that fails, long histories.

    PYTHONPATH=.:tests/helpers:tests/faults python tests/faults/project_faults.py --flips 20000

Each count is printed in a line; exit 1 if one of them has a fault.
"""

import argparse
import hashlib
import os
import sys
import tempfile
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from failing_disk import BROKEN, FAIL, KILL, NO_ROOM, PRELOADED, TEAR, FailingDisk
from failing_disk import run_with_failing_disk as run_again
from projects import RandomEditor, encoder, kept, layers_everywhere, saving_of

from s2flow_app.atomic_file import sweep_drafts
from s2flow_app.project.archive import ArchiveReader
from s2flow_app.project.content import ProjectError
from s2flow_app.project.project_file import ProjectReader
from s2flow_app.project.project_saver import ProjectSaver
from s2flow_app.ui.project.parts import parts_of

STEPS: Final = 25
"""Of the project that is damaged."""
STRUCTURE: Final = 0.4
"""Share of the flips that hit directory, headers and description: blobs are most of the file."""
REOPEN_EVERY: Final = 250
KINDS: Final = (("errors", FAIL, BROKEN), ("a full disk", FAIL, NO_ROOM),
                ("ended before", KILL, 0), ("ended within", TEAR, 0))  # fmt: skip
FULL_FOR: Final = 10_000
"""A full disk stays full."""


@dataclass(slots=True)
class Opened:
    """What became of files that were opened."""

    count: int = 0
    refused: int = 0
    same: int = 0
    wrong: int = 0
    crashed: int = 0

    @property
    def faults(self) -> int:
        return self.wrong + self.crashed

    def __str__(self) -> str:
        return (
            f"{self.refused} refused with a sentence, {self.same} opened as they were saved, "
            f"{self.wrong} wrong loads, {self.crashed} that raised something else"
        )


class Damaged:
    """A project that can be damaged and opened again and again."""

    def __init__(self, seed: int, folder: Path) -> None:
        editor = RandomEditor(seed, folder / "photo.png", side=64, plain=True)
        editor.steps(STEPS)
        self.path = folder / "project.s2flow"
        own = encoder()
        ProjectSaver(own).save(saving_of(editor, own), self.path)
        self.data = self.path.read_bytes()
        self._document = kept(
            parts_of(editor.document, editor.original, is_made=False, embeds=True)
        )
        with ProjectReader(self.path) as reader:
            self._pictures = reader.merged(), reader.thumbnail()

    def structure(self) -> list[tuple[int, int]]:
        """Where headers, description and directory lie: (from, to)."""
        with ArchiveReader(self.path) as reader:
            members = sorted(reader.members().items(), key=lambda item: item[1].at)
        found, at = [], 0
        for name, member in members:
            end = member.at + member.size
            found.append((at, end if name in ("project.json", "mimetype") else member.at))
            at = end
        return [*found, (at, len(self.data))]

    def open(self, opened: Opened) -> None:
        """Open the file as it lies there now, and count what becomes of it."""
        opened.count += 1
        try:
            with ProjectReader(self.path) as reader:
                document = kept(reader.document().parts)
                pictures = _looked(reader.merged), _looked(reader.thumbnail)
        except ProjectError:
            opened.refused += 1
            return
        except Exception:
            traceback.print_exc()
            opened.crashed += 1
            return
        same = document == self._document and all(
            found is None or np.array_equal(found, wanted)
            for found, wanted in zip(pictures, self._pictures, strict=True)
        )
        opened.same += same
        opened.wrong += not same


def _looked(look: Any) -> Any:
    try:
        return look()
    except ProjectError:
        return None


def flipped(count: int, seed: int) -> Opened:
    """Projects with one to eight bits flipped."""
    rng, opened = np.random.default_rng(seed), Opened()
    with tempfile.TemporaryDirectory() as folder:
        damaged = Damaged(seed, Path(folder))
        structure = np.concatenate([np.arange(*each) for each in damaged.structure()])
        with open(damaged.path, "r+b", buffering=0) as file:
            for _ in range(count):
                places = []
                for _ in range(int(rng.choice((1, 1, 1, 2, 8)))):
                    anywhere = rng.random() > STRUCTURE
                    at = rng.integers(len(damaged.data)) if anywhere else rng.choice(structure)
                    places.append(int(at))
                for at in places:
                    os.pwrite(file.fileno(), bytes([damaged.data[at] ^ 1 << rng.integers(8)]), at)
                damaged.open(opened)
                for at in places:
                    os.pwrite(file.fileno(), damaged.data[at : at + 1], at)
    return opened


def truncated(every: int, seed: int) -> Opened:
    """A project cut short at each ``every``-th byte, and with something behind it."""
    opened = Opened()
    with tempfile.TemporaryDirectory() as folder:
        damaged = Damaged(seed, Path(folder))
        for length in range(len(damaged.data) - 1, -1, -every):
            os.truncate(damaged.path, length)
            damaged.open(opened)
    return opened


@dataclass(slots=True)
class Walked:
    """A history that was gone through."""

    steps: int = 0
    reopened: int = 0
    nodes: int = 0
    different: int = 0

    def __str__(self) -> str:
        return (
            f"{self.steps} steps back, forth and aside in a history of {self.nodes}, saved and "
            f"opened {self.reopened} times in between: {self.different} differences"
        )


def walked(count: int, seed: int, *, nodes: int = 120, every: int = REOPEN_EVERY) -> Walked:
    """Go through a history of some ``nodes`` steps, and compare layers, states and maps there."""
    found = Walked()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "project.s2flow"
        editor = RandomEditor(seed, Path(folder) / "photo.png", side=64, plain=True)
        editor.steps(nodes)
        wanted = {}
        for session in editor.document.faces.sessions.values():
            wanted |= layers_everywhere(session)
        found.nodes = len(wanted)
        hashes = {id: hashlib.sha256(layers).digest() for id, layers in wanted.items()}
        own = encoder()
        saver = ProjectSaver(own)
        for step in range(1, count + 1):
            editor.walk()
            tree = editor.document.history.tree
            assert tree is not None
            layers = editor.document.labels.layers.tobytes()
            found.different += hashes[tree.current.id] != hashlib.sha256(layers).digest()
            found.steps += 1
            if step % every == 0:
                saver.save(saving_of(editor, own), path)
                before = _kept_of(editor)
                with ProjectReader(path) as reader:
                    editor.reopen(reader.document())
                    own = encoder()
                    saver = ProjectSaver(own, reader.former())
                found.reopened += 1
                found.different += _kept_of(editor) != before
    return found


def _kept_of(editor: RandomEditor) -> list[Any]:
    return kept(parts_of(editor.document, editor.original, is_made=False, embeds=True))


@dataclass(slots=True)
class Saved:
    """Saves that failed."""

    operations: int = 0
    runs: int = 0
    neither: int = 0
    silent: int = 0
    left: int = 0

    @property
    def faults(self) -> int:
        return self.neither + self.silent + self.left

    def __str__(self) -> str:
        kinds = ", ".join(name for name, *_ in KINDS)
        return (
            f"{self.operations} operations of saving over a project, failed in turn ({kinds}; "
            f"{self.runs} saves): {self.neither} neither the old nor the new project, "
            f"{self.silent} failures not said, {self.left} leftovers after the next save"
        )


def failed_saves(every: int, seed: int) -> Saved:
    """Fail each ``every``-th operation of a save, in a process with a `FailingDisk`."""
    cv2.setNumThreads(0)
    disk, saved = FailingDisk(), Saved()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "saves"
        folder.mkdir()
        path = folder / "project.s2flow"
        editor = RandomEditor(seed, Path(temporary) / "photo.png", side=64, plain=True)
        editor.steps(STEPS)
        own = encoder()
        saver = ProjectSaver(own)
        saver.save(saving_of(editor, own), path)
        old, before = path.read_bytes(), _kept_of(editor)
        editor.stroke()
        after = _kept_of(editor)
        saving = saving_of(editor, own)
        saved.operations = _forked(lambda: _count(disk, folder, saver, saving, path))
        for _, kind, error in KINDS:
            for at in range(1, saved.operations + 1, every):
                path.write_bytes(old)
                code = _forked(lambda: _save(disk, folder, at, kind, error, saver, saving, path))  # noqa: B023
                saved.runs += 1
                with ProjectReader(path) as reader:
                    found = kept(reader.document().parts)
                is_new = found == after
                saved.neither += not is_new and found != before
                # An error that comes after the file was replaced is told, too.
                saved.silent += kind == FAIL and code == 0 and not is_new
                sweep_drafts(folder)
                saved.left += len(list(folder.iterdir())) - 1
    return saved


def _save(disk, folder: Path, at: int, kind: int, error: int, saver, saving, path: Path) -> int:
    how_long = FULL_FOR if error == NO_ROOM else 1
    disk.arm(folder, at, how_long=how_long, kind=kind, error=error)
    try:
        saver.save(saving, path)
    except ProjectError:
        return 3
    return 0


def _count(disk, folder: Path, saver, saving, path: Path) -> int:
    disk.arm(folder, 0)
    saver.save(saving, path)
    return disk.count


def _forked(work) -> int:
    """What ``work`` returns in a process of its own, or how that ended."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(writing, f"{work()}".encode())
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading) as pipe:
        said = pipe.read()
    os.waitpid(pid, 0)
    return int(said) if said else -1


def main() -> int:
    parser = argparse.ArgumentParser(description="faults of project files")
    parser.add_argument("--flips", type=int, default=0)
    parser.add_argument("--truncate-every", type=int, default=0)
    parser.add_argument("--steps", type=int, default=0)
    parser.add_argument("--fail-every", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    faults = 0
    if given.flips:
        opened = flipped(given.flips, given.seed)
        print(f"{opened.count} projects with flipped bits: {opened}", flush=True)
        faults += opened.faults
    if given.truncate_every:
        opened = truncated(given.truncate_every, given.seed)
        print(f"{opened.count} projects cut short: {opened}", flush=True)
        faults += opened.faults
    if given.steps:
        walk = walked(given.steps, given.seed)
        print(walk, flush=True)
        faults += walk.different
    if given.fail_every:
        if PRELOADED not in os.environ:
            seed, every = str(given.seed), str(given.fail_every)
            return run_again(__file__, "--fail-every", every, "--seed", seed) or int(faults > 0)
        saved = failed_saves(given.fail_every, given.seed)
        print(saved, flush=True)
        faults += saved.faults
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
