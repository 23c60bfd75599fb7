"""The most memory that a process has had, where the system tells."""

import sys
from pathlib import Path
from typing import Final

_STATUS: Final = Path("/proc/self/status")
_UNIT: Final = 1 << 20 if sys.platform == "darwin" else 1 << 10
"""What `getrusage` counts in makes a MiB of so many: bytes on macOS, KiB elsewhere."""


def peak_mb(*, children: bool = False) -> float | None:
    """MiB that this process has had at most, or the largest of those it has started and that ended.

    None where the system does not tell (Windows has no `resource`).
    """
    if not children:
        try:
            # Of this process alone: `getrusage` would count the one that started it, too.
            lines = _STATUS.read_text(encoding="ascii", errors="replace").splitlines()
            return next(int(x.split()[1]) for x in lines if x.startswith("VmHWM:")) / 1024
        except (OSError, StopIteration):
            pass
    try:
        import resource
    except ImportError:
        return None
    who = resource.RUSAGE_CHILDREN if children else resource.RUSAGE_SELF
    return resource.getrusage(who).ru_maxrss / _UNIT
