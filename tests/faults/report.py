"""`make faults`: runs the fault counts in full and writes what they print to a page.

    python tests/faults/report.py docs/reliability.md
    python tests/faults/report.py docs/reliability.md --only photos

A section is written as soon as it has been counted, in place of what the page had of it; the rest
of the page stays. So each can be counted alone, and what was interrupted goes on where it stopped.
A new section is one more entry of `SECTIONS`. Exit 1 if one of those that ran found a fault.
"""

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from s2flow_app.atomic_file import write_atomically

FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page: what a script in this folder prints."""

    name: str
    """What ``--only`` calls it."""
    title: str
    claim: str
    """What is counted, in a sentence."""
    command: tuple[str, ...]
    """The script, and its arguments."""


SECTIONS: Final = (
    Section(
        "photos", "Photos",
        "Photos that were damaged at random give a picture or a sentence, in bounded time and "
        "memory; whole ones of random layouts give what was written, and what a second decoder "
        "reads. What a JPEG of a JPEG loses where nothing was edited is measured beside it.",
        ("photo_faults.py", "--count", "3000", "--valid", "2000", "--seed", "1"),
    ),
    Section(
        "writers",
        "Writers",
        "Photos of random pixels and EXIF that every writer wrote, read by other programs' "
        "readers: the pixels (of lossy formats about), every field that is to be kept with its "
        "value, none of the private ones, directories as the standard wants them, the mark of an "
        "edit.",
        ("written_photos.py", "--count", "2000", "--seed", "1"),
    ),
    Section(
        "checkpoints", "Checkpoints",
        "Hostile checkpoints are read as `s2flow import` reads them: nothing in them runs, the "
        "reader does not crash, and what it reads is in the file.",
        ("checkpoint_faults.py", "--count", "260", "--seed", "1"),
    ),
    Section(
        "exports", "Exports",
        "A process that exports photos is killed at a random moment: the file is the old photo or "
        "the new one, and nothing is left beside it after the next start.",
        ("export_kills.py", "--count", "60", "--seed", "1"),
    ),
    Section(
        "projects", "Projects",
        "A project file with flipped bits, or cut short at any byte, is refused with a sentence or "
        "opens as it was saved. A history that is gone through, saved and opened in between is "
        "the same bit for bit, at every step. Every operation of a save on its disk fails in turn: "
        "what lies there then is the old project or the new one.",
        (
            "project_faults.py", "--flips", "20000", "--truncate-every", "1", "--steps", "10000",
            "--fail-every", "1", "--seed", "1",
        ),
    ),
    Section(
        "project-times", "Projects: times",
        "A photo of 24 megapixels with 200 steps, 50 of them rendered edits: how long the window's "
        "thread is taken, saving takes, and opening until there is a first look and until one can "
        "go on. And what a history of 1,000 strokes holds.",
        ("project_times.py",),
    ),
    Section(
        "journal", "Journal: kills",
        "A process with the window's document and journal is killed at a random moment and its "
        "journal opened as the next start does: what was told to be safe is there, and what is "
        "there is the document as it was at one moment.",
        ("journal_kills.py", "--count", "5000", "--seed", "1"),
    ),
    Section(
        "editor", "Journal: kills of the editor",
        "The running editor, with its window, is killed at a random moment; the window of the next "
        "one offers what it finds, opens it, and goes on with it.",
        ("editor_kills.py", "--count", "300", "--seed", "1"),
    ),
    Section(
        "journal-disk", "Journal: a failing disk",
        "Every operation of a journal on its disk fails in turn: by an error, by a full disk for a "
        "while, by the end of the process before it and in the middle of it. Editing goes on, and "
        "what was told to be safe is there.",
        ("journal_disk.py",),
    ),
    Section(
        "journal-flips", "Journal: flipped bits",
        "One bit of a journal is flipped: it is read as it was written, or its damage is told.",
        ("journal_flips.py", "--count", "20000", "--seed", "1"),
    ),
)  # fmt: skip
HEAD: Final = """# Reliability

Counts that `make faults` printed (`make faults ONLY=photos` counts one section anew). Each is of
random faults with a fixed seed; a quick part of each runs in `make test`.
"""


def counted(section: Section) -> tuple[str, bool]:
    """The section's part of the page, and whether nothing was found."""
    script, *arguments = section.command
    command = [sys.executable, str(FOLDER / script), *arguments]
    threads = os.environ | {"OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1")}
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, env=threads)
    lines = [f"    {line}".rstrip() for line in done.stdout.strip().splitlines()]
    called = f"`{' '.join(('tests/faults/' + script, *arguments))}`:"
    part = "\n\n".join((f"## {section.title}", section.claim, called, "\n".join(lines)))
    return part, done.returncode == 0


COUNTED_ELSEWHERE: Final = ("Installers",)
"""Sections that stay as they are: `make installer-test` writes this one."""


def with_part(page: str, section: Section, part: str) -> str:
    """``page`` with the section's ``part`` in its place, in the order of `SECTIONS`.

    What has no entry any more (and is not `COUNTED_ELSEWHERE`), or no text yet, is not in the page.
    """
    parts = {
        title: text for title, text in re.findall(r"(?ms)^(## [^\n]*)\n(.*?)(?=^## |\Z)", page)
    }
    texts = {title.removeprefix("## "): f"{title}\n{text}" for title, text in parts.items()}
    texts[section.title] = part
    titles = [*(one.title for one in SECTIONS), *COUNTED_ELSEWHERE]
    known = [texts[title].strip() for title in titles if title in texts]
    return "\n\n".join((HEAD.strip(), *known)) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    names = [section.name for section in SECTIONS]
    parser = argparse.ArgumentParser(description="all fault counts in full")
    parser.add_argument("page", type=Path, help="the page to write")
    parser.add_argument(
        "--only", nargs="+", choices=names, metavar="NAME", help=f"of {', '.join(names)}"
    )
    given = parser.parse_args(arguments)
    found = []
    for section in SECTIONS:
        if given.only and section.name not in given.only:
            continue
        print(f"{section.title} ...", file=sys.stderr, flush=True)
        part, is_good = counted(section)
        page = given.page.read_text(encoding="utf-8") if given.page.exists() else ""
        write_atomically(given.page, with_part(page, section, part).encode())
        print(part, end="\n\n", flush=True)
        found += [] if is_good else [section.title]
    if found:
        print(f"Faults were found: {', '.join(found)}.", file=sys.stderr)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
