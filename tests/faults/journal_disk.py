"""Every operation of a journal on its disk fails in turn, in each of several ways.

python tests/faults/journal_disk.py

The same short session is edited and journalled again and again, each time with another operation
(open, write, flush, truncate, remove) that is broken: by an error, by a full disk for a while, by
the end of the process before it or in the middle of it. Editing goes on, what failed is told once
and written later, and what was told to be safe is in the journal.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import threading
import traceback
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final

import cv2
from failing_disk import BROKEN, FAIL, KILL, NO_ROOM, PRELOADED, TEAR, FailingDisk
from failing_disk import run_with_failing_disk as run_again
from journalled import JournalledDocument, digest, do_something, made_document

from s2flow_app.document.document import Document
from s2flow_app.project import journal
from s2flow_app.project.decode import decoded
from s2flow_app.project.journal import Safe, Told
from s2flow_app.project.journal_store import read_journal
from s2flow_app.project.session_folders import SessionFolders

STEPS: Final = 14
FULL_FOR: Final = 25
"""Operations for which a disk is full."""
KINDS: Final = (
    ("errors", FAIL, BROKEN, 1),
    ("full for a while", FAIL, NO_ROOM, FULL_FOR),
    ("ended before", KILL, 0, 1),
    ("ended within", TEAR, 0, 1),
)
KILLED: Final = 137
"""Exit code of what the disk has ended."""
LIMIT_S: Final = 60
"""A session takes a second."""


@dataclass(slots=True)
class Counts:
    """What was found."""

    runs: int = 0
    operations: int = 0
    lost: int = 0
    wrong: int = 0
    unopened: int = 0
    raised: int = 0
    """Sessions that did not go on, or that never got everything on the disk afterwards."""
    told_twice: int = 0
    kinds: dict[str, int] = field(default_factory=dict)

    @property
    def faults(self) -> int:
        return self.lost + self.wrong + self.unopened + self.raised + self.told_twice

    def __str__(self) -> str:
        kinds = ", ".join(f"{count} {kind}" for kind, count in self.kinds.items())
        return (
            f"{self.operations} operations of a journal on its disk, failed in turn in "
            f"{len(self.kinds)} ways ({kinds}): {self.lost} steps lost that were told to be safe, "
            f"{self.wrong} journals of another document, {self.unopened} that do not open, "
            f"{self.raised} sessions that did not go on, {self.told_twice} that told a failure "
            "more than once"
        )


def failed_operations(every: int) -> Counts:
    """Fail each ``every``-th operation, in a process with a `FailingDisk`."""
    cv2.setNumThreads(0)
    disk, counts, document = FailingDisk(), Counts(), made_document()
    counts.operations = _operations(disk, document)
    for name, kind, error, how_long in KINDS:
        for at in range(1, counts.operations + 1, every):
            with tempfile.TemporaryDirectory() as folder:
                root = Path(folder) / "journals"

                def arm(root: Path = root, at: int = at) -> None:
                    disk.arm(root, at, how_long=how_long, kind=kind, error=error)  # noqa: B023

                said, code = _run(arm, root, document)
                _compare(root, said, code, counts, is_killed=kind != FAIL)
            counts.runs += 1
            counts.kinds[name] = counts.kinds.get(name, 0) + 1
    return counts


def _operations(disk: FailingDisk, document: Document) -> int:
    """How many operations a session has."""
    with tempfile.TemporaryDirectory() as folder:
        root, reading = Path(folder) / "journals", os.pipe()
        pid = os.fork()
        if pid == 0:
            disk.arm(root, 0)
            _edit(root, document, os.open(os.devnull, os.O_WRONLY))
            os.write(reading[1], f"{disk.count}".encode())
            os._exit(0)
        os.waitpid(pid, 0)
        os.close(reading[1])
        with open(reading[0]) as pipe:
            return int(pipe.read())


def _run(arm, root: Path, document: Document) -> tuple[list[list[str]], int]:
    """What a session said, and its exit code."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            signal.alarm(LIMIT_S)
            os.close(reading)
            arm()
            _edit(root, document, writing)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(writing)
    with open(reading) as pipe:
        words = [line.split() for line in pipe.read().splitlines(keepends=True) if "\n" in line]
    return words, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _edit(root: Path, document: Document, pipe: int) -> None:
    """A session of `STEPS`; it ends when all is on the disk."""
    answered = threading.Semaphore(0)
    last = [0]

    def tell(told: Told) -> None:
        text = f"safe {told.ticket}" if isinstance(told, Safe) else "unsafe 0"
        os.write(pipe, f"{text} -\n".encode())
        last[0] = told.ticket if isinstance(told, Safe) else last[0]
        answered.release()

    journal.CHECKPOINT_BYTES, journal.TIDY_EVERY, journal.RETRY_S = 1 << 16, 4, 0.01
    rng, kept = random.Random(5), JournalledDocument(root, document, tell)
    for ticket in range(1, STEPS + 1):
        os.write(pipe, f"did {ticket} {digest(document.faces.sessions)}\n".encode())
        given = kept.begin() if ticket == 1 else kept.record()
        assert given == ticket
        answered.acquire(timeout=1)
        do_something(document, rng)
    while last[0] < STEPS:
        answered.acquire()
    kept.journal.close()


def _compare(
    root: Path, said: list[list[str]], code: int, counts: Counts, *, is_killed: bool
) -> None:
    did = {text: int(ticket) for kind, ticket, text in said if kind == "did"}
    safe = max((int(ticket) for kind, ticket, _ in said if kind == "safe"), default=0)
    told = [kind for kind, *_ in said if kind != "did"]
    counts.told_twice += any(a == b == "unsafe" for a, b in pairwise(told))
    # Steps are written together as it happens: the last operations may not come.
    if code not in ((0, KILLED) if is_killed else (0,)):
        counts.raised += 1
        print("exit code", code, file=sys.stderr)
    left = SessionFolders(root).left()
    begun = []
    try:
        for folder in left:
            kept = read_journal(folder.path)
            if kept.damage:
                raise ValueError(kept.damage)
            if kept.content.records:
                begun.append(digest(decoded(kept.content).parts.sessions))
    except Exception as error:
        counts.unopened += 1
        print(repr(error), file=sys.stderr)
        return
    finally:
        for folder in left:
            folder.close()
    counts.wrong += any(each not in did for each in begun)
    counts.lost += max(safe - max((did.get(each, 0) for each in begun), default=0), 0)


def main() -> int:
    parser = argparse.ArgumentParser(description="a journal's operations on its disk, failed")
    parser.add_argument("--every", type=int, default=1)
    given = parser.parse_args()
    if PRELOADED not in os.environ:
        return run_again(__file__, "--every", str(given.every))
    counts = failed_operations(given.every)
    print(counts)
    return int(counts.faults > 0)


if __name__ == "__main__":
    sys.exit(main())
