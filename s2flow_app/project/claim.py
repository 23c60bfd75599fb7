"""Which projects are open: a claim on a path, held while the window lives, seen by others.

Claims lie in a folder of the user's, not beside the project: a lock on the file itself would go
with the file that is replaced, and nothing is left in the user's own folders.
"""

import hashlib
import os
from pathlib import Path
from typing import BinaryIO, Final, Self

from s2flow_app.project.session_folders import locked_file

FOLDER: Final = "open-projects"


class Claim:
    """A claim that is held; `release` gives it up, and so does the end of the process."""

    def __init__(self, path: Path, lock: BinaryIO) -> None:
        self.path, self._lock = path, lock

    @classmethod
    def of_nobody(cls, path: Path) -> Self:
        """A claim that nobody sees."""
        return cls(path, open(os.devnull, "rb"))

    def release(self) -> None:
        self._lock.close()


def claim(project: Path, root: Path) -> Claim | None:
    """A claim on a project; None: another window has it open.

    Args:
        root: the folder of the user's data; where nothing can be written there, nobody is seen.
    """
    path = Path(os.path.realpath(project))
    named = hashlib.sha256(os.fsencode(path)).hexdigest()[:32]
    try:
        (root / FOLDER).mkdir(parents=True, exist_ok=True)
        lock = locked_file(root / FOLDER / named)
    except OSError:
        return Claim.of_nobody(path)
    return None if lock is None else Claim(path, lock)
