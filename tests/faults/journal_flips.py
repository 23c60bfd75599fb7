"""Single bits of journals are flipped: what is loaded is what was written, or damage is told.

python tests/faults/journal_flips.py --count 20000 --seed 1

The bits lie anywhere in a journal's files: database, log, large blobs. A journal is of a session
of random steps that was killed at another moment each: with all of it in the log, in both, or in
the database alone.
"""

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from journalled import JournalledDocument, digest, do_something, made_document, recovered_document

from s2flow_app.project import journal, journal_store
from s2flow_app.project.content import ContentError
from s2flow_app.project.decode import decoded
from s2flow_app.project.journal_store import JournalError, Kept, read_journal
from s2flow_app.project.salvage import salvaged

JOURNALS: Final = 12
MEMORY: Final = Path("/dev/shm")
"""A folder in memory, where there is one: twenty thousand files are written."""


@dataclass(slots=True)
class Counts:
    """What became of the flipped bits."""

    flips: int = 0
    same: int = 0
    """Read as it was written: the bit is of nothing that is used."""
    told: int = 0
    """Damage was told."""
    opened: int = 0
    """Of those, what is whole of it opened."""
    refused: int = 0
    """Nothing could be read, which was told too."""
    wrong: int = 0
    """Something else was read, and nothing told."""

    def __str__(self) -> str:
        return (
            f"{self.flips} journals with one bit flipped: {self.told} told as damaged "
            f"({self.opened} of them open with what is whole), {self.refused} refused, "
            f"{self.same} read as they were written, {self.wrong} read as something else without "
            "a word"
        )


def flipped_journals(count: int, seed: int) -> Counts:
    """Flip ``count`` bits, one at a time."""
    rng, counts = random.Random(seed), Counts()
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as root:
        made = [_journal(Path(root), k, rng) for k in range(min(JOURNALS, count))]
        for k in range(count):
            folder, whole = made[k % len(made)]
            files = [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size]
            path = rng.choices(files, [file.stat().st_size for file in files])[0]
            with _flipped(path, rng):
                _look(folder, whole, counts)
            counts.flips += 1
    return counts


def _journal(root: Path, number: int, rng: random.Random) -> tuple[Path, Kept]:
    """A journal as a kill leaves it, and what is in it."""
    document = made_document()
    journal.CHECKPOINT_BYTES = 1 if number % 3 else 1 << 30
    journal_store.FILE_BYTES = 4 << 10 if number % 2 else 2 << 20
    kept = JournalledDocument(root / f"{number}", document, lambda told: None)
    kept.begin()
    for _ in range(rng.randrange(3, 12)):
        do_something(document, rng)
        kept.record()
    if number % 3 == 2:  # the last steps are in the log alone
        kept.journal.flush()
        journal.CHECKPOINT_BYTES = 1 << 30
        do_something(document, rng)
        kept.record()
    kept.journal.flush()
    (left,) = (root / f"{number}").iterdir()
    copy = root / f"copy-{number}"
    shutil.copytree(left, copy)
    (copy / "lock").unlink()
    kept.journal.close()
    whole = read_journal(copy)
    assert not whole.damage
    assert digest(decoded(whole.content).parts.sessions) == digest(document.faces.sessions)
    assert recovered_document(whole.content).has_face
    return copy, whole


@contextmanager
def _flipped(path: Path, rng: random.Random) -> Iterator[None]:
    at, bit = rng.randrange(path.stat().st_size), 1 << rng.randrange(8)
    for _ in range(2):
        with open(path, "r+b") as file:
            file.seek(at)
            byte = file.read(1)[0] ^ bit
            file.seek(at)
            file.write(bytes([byte]))
        if _ == 0:
            yield


def _look(folder: Path, whole: Kept, counts: Counts) -> None:
    try:
        found = read_journal(folder)
        if found.damage:
            counts.told += 1
            counts.opened += _opens(found)
            return
        records, blobs = found.content.records, found.content.blobs
        needed = whole.content.needed()
        is_same = records == whole.content.records and all(
            blobs[sha] == whole.content.blobs[sha] for sha in needed
        )
    except (JournalError, ContentError):
        counts.refused += 1
        return
    counts.same += is_same
    counts.wrong += not is_same


def _opens(found: Kept) -> bool:
    try:
        return bool(decoded(salvaged(found.content)).parts.sessions)
    except ContentError:  # its photo is damaged
        return False


def main() -> int:
    parser = argparse.ArgumentParser(description="journals with one bit flipped")
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    counts = flipped_journals(given.count, given.seed)
    print(counts)
    return int(counts.wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
