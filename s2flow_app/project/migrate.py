"""Projects of earlier versions, step by step made into those of this one.

Version 1 is the first. A later version adds a function here that makes its form of the one before,
and a file of the version that goes to `tests/golden`, which opens from then on.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from s2flow_app.project.content import ContentError, ProjectError

SCHEMA_VERSION: Final = 1
MIGRATIONS: Final[Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {}
"""By the version that each starts from: what makes the next one of `project.json`."""


def migrated(whole: dict[str, Any], file: str) -> dict[str, Any]:
    """`project.json` in the form of this version.

    Raises:
        ProjectError: it is of a newer version.
        ContentError: it is of none.
    """
    version = whole.get("schema_version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise ContentError("it names no version")
    if version > SCHEMA_VERSION:
        program = whole.get("program")
        program = program if isinstance(program, str) and len(program) < 40 else "unknown"
        raise ProjectError(
            f"{file} was saved by a newer version of this program ({program}, projects of version "
            f"{version}; this one reads up to {SCHEMA_VERSION}).",
            "Update the program to open it.",
        )
    while version < SCHEMA_VERSION:
        whole = MIGRATIONS[version](whole)
        version += 1
    return whole
