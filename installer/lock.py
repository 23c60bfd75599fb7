"""`make lock`: versions of every package of the development environment, in requirements-dev.lock.

They are those of the environment this runs in, which passes the tests; no index is named or asked.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent / "notices"))

from packaging.utils import canonicalize_name
from packaging.version import Version
from shipped import PROGRAM, NotInstalled, packages

LOCK: Final = Path(__file__).resolve().parents[1] / "requirements-dev.lock"
EXTRAS: Final = ("dev", "heic", "raw", "c2pa", "train", "evaluate")
HEAD: Final = """\
# Packages of the development environment, as the tests passed with them on Linux, Python {python}.
# Written by `make lock`. To have the same ones:
#   python -m venv .venv
#   .venv/bin/pip install --requirement requirements-dev.lock
#   .venv/bin/pip install --no-deps --editable .
# PyTorch stands without the build's name: installer/setup_dev.sh takes the CPU's.
"""


def lines(extras: Sequence[str] = EXTRAS) -> list[str]:
    """``name==version``, by name, of what the program with these extras needs here.

    Raises:
        NotInstalled: something of it is missing.
    """
    return [
        # Without "+cpu" and its like, which not every index has.
        f"{canonicalize_name(each.name)}=={Version(each.version).public}"
        for each in packages(extras=extras)
        if canonicalize_name(each.name) != PROGRAM
    ]


def main() -> int:
    try:
        locked = lines()
    except NotInstalled as error:
        print(f"{error}: make setup-dev, and the extras {', '.join(EXTRAS)}", file=sys.stderr)
        return 1
    python = ".".join(map(str, sys.version_info[:2]))
    LOCK.write_text(HEAD.format(python=python) + "\n".join(locked) + "\n", encoding="utf-8")
    print(f"{LOCK.name}: {len(locked)} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
