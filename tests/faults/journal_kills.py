"""A process that edits and journals is killed: nothing that was told to be safe is lost.

python tests/faults/journal_kills.py --count 5000 --seed 1

The process has the window's document and journal without window and networks. It writes to a pipe
what it has done, and what its journal told to be safe; after the kill the journal is opened as the
next start would, often gone on with, and compared.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
from journalled import (
    JournalledDocument,
    digest,
    do_something,
    made_document,
    recovered_document,
)

from s2flow_app.document.document import Document
from s2flow_app.project.decode import decoded
from s2flow_app.project.journal import Safe, Told
from s2flow_app.project.journal_store import Kept, read_journal
from s2flow_app.project.session_folders import SessionFolder, SessionFolders

LATEST_S: Final = 0.25
"""Kills come so long after the process has begun, or after its journal has."""
EARLY: Final = 0.2
"""Share of the kills that may come while the journal is begun."""
CONTINUED: Final = 0.5
"""Share of the journals that are gone on with."""


@dataclass(slots=True)
class Counts:
    """What was found after the kills."""

    kills: int = 0
    continued: int = 0
    done: int = 0
    safe: int = 0
    lost: int = 0
    """Operations that were told to be safe and are not in the journal."""
    wrong: int = 0
    """Journals with a document that never was."""
    unopened: int = 0
    without: int = 0
    """Kills before anything was told to be safe, with no journal left."""
    damaged: int = 0
    """Journals that were said to be damaged."""

    @property
    def faults(self) -> int:
        return self.lost + self.wrong + self.unopened + self.damaged

    def __str__(self) -> str:
        opened = self.kills - self.without
        return (
            f"{self.kills} kills of a process that edits ({self.done} operations, {self.safe} told "
            f"to be safe; {self.continued} went on with a journal): {self.lost} of those lost, "
            f"{opened - self.unopened} of {opened} journals reopened, {self.wrong} with another "
            f"document, {self.damaged} said to be damaged; {self.without} kills before the journal "
            "was begun"
        )


def killed_documents(count: int, seed: int) -> Counts:
    """Kill a process ``count`` times."""
    cv2.setNumThreads(0)  # or a fork would miss OpenCV's threads
    rng, counts = random.Random(seed), Counts()
    with tempfile.TemporaryDirectory() as folder:
        root, document = Path(folder), made_document()
        left: SessionFolder | None = None
        kept: Kept | None = None
        for _ in range(count):
            said = _killed(document, root, left, kept, rng)
            left, kept = _compare(root, said, counts)
            counts.kills += 1
            if left is not None and (kept is None or rng.random() > CONTINUED):
                left.remove()
                left = kept = None
            counts.continued += left is not None
    return counts


def _killed(
    document: Document, root: Path, left: SessionFolder | None, kept: Kept | None,
    rng: random.Random,
) -> list[tuple[str, int, str]]:  # fmt: skip
    """What a process said until it was killed: (``did`` or ``safe``, ticket, digest).

    It goes on with the journal ``left``, whose lock it takes over, or begins one.
    """
    seed, wait_s, is_early = rng.randrange(1 << 30), rng.uniform(0, LATEST_S), rng.random() < EARLY
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reading)
            _edit(document, root, left, kept, seed, writing)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    os.close(writing)
    with open(reading, "rb") as pipe:
        said: list[bytes] = []
        while not is_early and not (said and said[-1][:4] in (b"safe", b"")):
            said.append(pipe.readline())
        time.sleep(wait_s)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        said.append(pipe.read())
    if left is not None:
        left.close()
    lines = b"".join(said).decode().splitlines(keepends=True)
    words = [line.split() for line in lines if line.endswith("\n")]
    return [(kind, int(ticket), text) for kind, ticket, text in words]


def _edit(
    document: Document, root: Path, left: SessionFolder | None, kept: Kept | None, seed: int,
    pipe: int,
) -> None:  # fmt: skip
    """Edit without end."""

    def tell(told: Told) -> None:
        ticket = told.ticket if isinstance(told, Safe) else -1
        os.write(pipe, f"safe {ticket} -\n".encode())

    if kept is not None:
        document = recovered_document(kept.content)
    rng = random.Random(seed)
    journalled = JournalledDocument(root, document, tell, kept.content if kept else None)
    ticket = 1
    while True:
        # Said before it can be safe.
        os.write(pipe, f"did {ticket} {digest(document.faces.sessions)}\n".encode())
        given = journalled.begin(left) if ticket == 1 else journalled.record()
        assert given == ticket
        do_something(document, rng)
        ticket += 1


def _compare(
    root: Path, said: list[tuple[str, int, str]], counts: Counts
) -> tuple[SessionFolder | None, Kept | None]:
    """The journal that was left, compared with what was said; None: it is of no use."""
    did = {ticket: text for kind, ticket, text in said if kind == "did"}
    safe = max((ticket for kind, ticket, _ in said if kind == "safe"), default=0)
    counts.done += max(len(did) - 1, 0)
    counts.safe += max(safe - 1, 0)
    left = SessionFolders(root).left()
    if not left:
        counts.without += not safe
        counts.lost += safe
        return None, None
    (folder,) = left
    try:
        kept = read_journal(folder.path)
        if kept.damage:
            counts.damaged += 1
            print(kept.damage, file=sys.stderr)
        if "photo" not in kept.content.records:  # its first transaction was not done
            counts.without += not safe
            counts.lost += safe
            return folder, None
        found = digest(decoded(kept.content).parts.sessions)
    except Exception as error:
        counts.unopened += 1
        print(repr(error), file=sys.stderr)
        return folder, None
    if did:  # or a journal that is gone on with was left as it was
        tickets = [ticket for ticket, text in did.items() if text == found]
        counts.wrong += not tickets
        counts.lost += max(safe - max(tickets), 0) if tickets else 0
    return folder, kept


def main() -> int:
    parser = argparse.ArgumentParser(description="processes that edit, killed")
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    counts = killed_documents(given.count, given.seed)
    print(counts)
    return int(counts.faults > 0)


if __name__ == "__main__":
    sys.exit(main())
