"""What the uninstaller removes: every file of a payload, then the folders that are empty.

    python file_lists.py PAYLOAD OUT

writes OUT/uninstall_files.nsh. An uninstaller that removed its whole folder would take along what a
user keeps there.
"""

import sys
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Final

LIST: Final = "uninstall_files.nsh"


def uninstall_lines(payload: Path) -> list[str]:
    """Lines of NSIS that remove ``payload`` from $INSTDIR.

    Raises:
        ValueError: there is nothing in it, or a name that a script cannot hold.
    """
    entries = sorted(payload.rglob("*"))
    files = [PurePath(path.relative_to(payload)) for path in entries if not path.is_dir()]
    folders = [PurePath(path.relative_to(payload)) for path in entries if path.is_dir()]
    if not files:
        raise ValueError(f"{payload} is empty")
    # The deepest first, so that they are empty when it is their turn.
    folders.sort(key=lambda folder: (-len(folder.parts), str(folder)))
    return [
        *(f'Delete "$INSTDIR\\{_quoted(file)}"' for file in files),
        *(f'RMDir "$INSTDIR\\{_quoted(folder)}"' for folder in folders),
    ]


def _quoted(path: PurePath) -> str:
    name = "\\".join(path.parts)
    if any(ord(letter) < 32 or letter in '"*?<>|' for letter in name):
        raise ValueError(f"{name!r} is no name on Windows")
    return name.replace("$", "$$")


def main(arguments: Sequence[str] | None = None) -> int:
    payload, out = (Path(each) for each in (sys.argv[1:] if arguments is None else arguments))
    try:
        lines = uninstall_lines(payload)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    out.mkdir(parents=True, exist_ok=True)
    # With a byte order mark: makensis takes a file without one for the system's code page.
    (out / LIST).write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return 0


if __name__ == "__main__":
    sys.exit(main())
