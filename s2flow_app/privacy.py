"""What leaves this computer by hand, as diagnostics do, tells nobody who uses it."""

import getpass
import os
import platform
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

HOME: Final = "~"
USER: Final = "USER"
COMPUTER: Final = "COMPUTER"
_LEAST_LETTERS: Final = 3
"""Shorter names are parts of words everywhere: only as a folder's name they are taken out."""
_COMMON: Final = frozenset(("root", "user", "admin", "administrator", "home", "localhost", "linux"))
"""Names that tell nobody, and that are words besides."""


def without_personal(
    text: str,
    *,
    homes: Iterable[str] | None = None,
    user: str | None = None,
    computer: str | None = None,
) -> str:
    """``text`` without home folder, user name and the computer's name.

    Args:
        homes: paths of the home folder, as they may be written; None: this user's.
        user: the account's name; None: this user's.
        computer: the network's name of this computer; None: this one's.
    """
    for home in _homes() if homes is None else homes:
        text = _without_folder(text, home)
    text = _without_name(text, _user() if user is None else user, USER)
    return _without_name(text, platform.node() if computer is None else computer, COMPUTER)


def _homes() -> list[str]:
    """The home folder as it is named and as it is, the longest first."""
    try:
        home = Path.home()
    except RuntimeError:  # nobody knows it
        return []
    return sorted({str(home), os.path.realpath(home)}, key=len, reverse=True)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # an account without a name, or Windows without one
        return ""


def _without_folder(text: str, folder: str) -> str:
    folder = folder.rstrip("/\\")
    if len(folder) < _LEAST_LETTERS:  # "/" is in every path
        return text
    # As JSON and Python's repr write it on Windows, with doubled backslashes, too.
    for written in {folder.replace("\\", "\\\\"), folder, folder.replace("\\", "/")}:
        text = re.sub(rf"{re.escape(written)}(?![\w.-])", HOME, text, flags=_flags(folder))
    return text


def _flags(folder: str) -> re.RegexFlag:
    return re.IGNORECASE if "\\" in folder else re.NOFLAG


def _without_name(text: str, name: str, instead: str) -> str:
    if not name or name.lower() in _COMMON:
        return text
    # As a folder: of a mounted disk, of a runtime folder.
    text = re.sub(rf"(?<=[/\\]){re.escape(name)}(?=[/\\\"'\s]|$)", instead, text)
    if len(name) < _LEAST_LETTERS:
        return text
    return re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", instead, text)
