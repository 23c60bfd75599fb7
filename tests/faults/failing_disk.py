"""A disk that fails when it is told to: builds `failing_disk.c` and drives it."""

import ctypes
import errno
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

COMPILER: Final = shutil.which("cc") or ""
"""Empty: there is none, and no failing disk."""
PRELOADED: Final = "S2FLOW_FAILING_DISK"
"""Names the library in a process that has it."""
FAIL, KILL, TEAR = 0, 1, 2
"""An error, the end of the process before the operation, or in the middle of it."""
NO_ROOM: Final = errno.ENOSPC
BROKEN: Final = errno.EIO
_SOURCE: Final = Path(__file__).with_suffix(".c")


def run_with_failing_disk(script: str, *arguments: str) -> int:
    """Run a Python script with the disk preloaded; its exit code."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "failing_disk.so"
        command = [COMPILER, "-O1", "-shared", "-fPIC", str(_SOURCE), "-o", str(library), "-ldl"]
        subprocess.run(command, check=True)
        environment = os.environ | {"LD_PRELOAD": str(library), PRELOADED: str(library)}
        return subprocess.run(
            [sys.executable, script, *arguments], env=environment, check=False
        ).returncode


class FailingDisk:
    """The disk of this process, which was started by `run_with_failing_disk`."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(os.environ[PRELOADED])
        self._library.disk_count.restype = ctypes.c_long

    def arm(
        self, folder: Path, at: int, *, how_long: int = 1, kind: int = FAIL, error: int = BROKEN
    ) -> None:
        """Fail at the operation number ``at`` (from 1) below ``folder``, and for ``how_long``
        operations. 0: never; count anew."""
        self._library.disk_arm(
            os.fsencode(folder), ctypes.c_long(at or -1), ctypes.c_long(how_long), kind, error
        )

    @property
    def count(self) -> int:
        """Operations since `arm`."""
        return self._library.disk_count()
