"""What foreign files are, said before anything is imported."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from s2flow_app.errors import CheckpointError
from s2flow_app.importers.assemble import check_files
from s2flow_app.importers.reading import read_foreign
from s2flow_app.importers.recognise import Recognised, recognised
from s2flow_app.paths import all_packs


@dataclass(frozen=True, slots=True)
class Inspected:
    """One file: its kind and the parts that it gives, or what is wrong with it."""

    file: str
    kind: str = ""
    parts: tuple[str, ...] = ()
    licence: str = ""
    problem: str = ""


def inspect_files(
    files: list[Path], progress: Callable[[str, float], None] = lambda stage, share: None
) -> tuple[list[Inspected], str, str]:
    """What each file is, why they do not make a pack (or nothing), and a name for it."""
    seen: list[Inspected] = []
    found: list[Recognised] = []
    for i, file in enumerate(files):
        progress(f"Reading {file.name}", i / len(files))
        try:
            one = recognised(read_foreign(file))
        except CheckpointError as error:
            seen.append(Inspected(file.name, problem=str(error)))
            continue
        found.append(one)
        parts = tuple(part.component for part in one.parts)
        seen.append(Inspected(file.name, one.source.kind, parts, one.source.licence))
    problem = ""
    try:
        if found:
            check_files(found)
    except CheckpointError as error:
        problem = str(error)
    return seen, problem, suggested_name(found)


def suggested_name(found: list[Recognised]) -> str:
    """After the generator's file, else the first's; one that is free."""
    named = [f for f in found if any(part.component == "generator" for part in f.parts)] or found
    stem = Path(named[0].source.file).stem if named else ""
    base = re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("._-")[:50] or "imported"
    taken = {pack.name for pack in all_packs()}
    names = (base if n == 1 else f"{base}-{n}" for n in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)
