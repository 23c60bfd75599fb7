"""The folders of journals: one for each photo that is edited, locked while its process lives.

A folder without a lock that holds a journal is what a process left that did not end as it should.
"""

import contextlib
import os
import secrets
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from s2flow_app.errors import UserError
from s2flow_app.project.journal_store import DATABASE_NAME, remove_journal

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK_NAME: Final = "lock"
OWNER_ONLY: Final = 0o700
"""Nobody else is to see the photos in them."""
ABANDONED_S: Final = 86_400.0
"""A folder that holds no journal after this time never will."""


class SessionFolder:
    """A folder that this process has locked. `close` lets go of it, `remove` removes it."""

    def __init__(self, path: Path, lock: BinaryIO) -> None:
        self.path, self._lock = path, lock

    def close(self) -> None:
        """Let go of it: another process may take it then."""
        self._lock.close()

    def remove(self) -> None:
        """Remove it with all it holds; raises `OSError`."""
        if sys.platform == "win32":  # which removes no open file
            self.close()
        try:
            remove_journal(self.path)
        finally:
            self.close()


class SessionFolders:
    """All of a user's, below one folder.

    Args:
        root: made when it is needed.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def begin(self) -> SessionFolder:
        """A new one.

        Raises:
            UserError: nothing can be written there.
        """
        path = self.root / f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(4)}"
        try:
            self.root.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
            path.mkdir(mode=OWNER_ONLY)
            lock = locked_file(path / LOCK_NAME)
        except OSError as error:
            raise UserError(
                f"The folder {path} cannot be created: {error.strerror}.",
                "Make its parent folder writable, or set HOME to a folder that is.",
            ) from error
        if lock is None:
            raise UserError(f"The folder {path} is locked.", "Try again.")
        return SessionFolder(path, lock)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing at all, not even of a process that lives."""
        return next(self._all(), None) is None

    def left(self) -> list[SessionFolder]:
        """Those that nobody has locked and that hold a journal, newest first, locked now."""
        found = []
        for path in self._all():
            if not (path / DATABASE_NAME).exists():
                _remove_if_abandoned(path)
                continue
            with contextlib.suppress(OSError):
                lock = locked_file(path / LOCK_NAME)
                if lock is not None:
                    found.append(SessionFolder(path, lock))
        return sorted(found, key=lambda each: each.path.name, reverse=True)

    def _all(self) -> Iterator[Path]:
        try:
            with os.scandir(self.root) as entries:
                yield from [Path(e.path) for e in entries if e.is_dir(follow_symlinks=False)]
        except OSError:
            return


def _remove_if_abandoned(path: Path) -> None:
    """Remove a folder that a process made and died before it began a journal."""
    with contextlib.suppress(OSError):
        if time.time() - path.stat().st_mtime > ABANDONED_S:
            lock = locked_file(path / LOCK_NAME)
            if lock is not None:
                SessionFolder(path, lock).remove()


def locked_file(path: Path) -> BinaryIO | None:
    """The file ``path``, locked for as long as it is open; None: a living process has it."""
    file = open(path, "a+b")  # noqa: SIM115 - the caller closes it
    try:
        if not _lock(file):
            file.close()
            return None
        file.seek(0)
        file.truncate()
        file.write(_own_name().encode())
        file.flush()
    except BaseException:
        file.close()
        raise
    return file


def _lock(file: BinaryIO) -> bool:
    try:
        if sys.platform == "win32":
            file.seek(1 << 20)  # beyond what it holds, which can be read then
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        # No locks on this file system: whether the process that is named in the file lives.
        file.seek(0)
        return not _lives(file.read(200).decode(errors="replace"))
    return True


def _own_name() -> str:
    """What tells this process from all others: computer, number, when it began."""
    return f"{socket.gethostname()} {os.getpid()} {_began(os.getpid())}"


def _lives(name: str) -> bool:
    """Whether a process may be running still; one of another computer may be."""
    host, _, rest = name.partition(" ")
    pid, _, began = rest.partition(" ")
    if not pid.isdigit():
        return False
    if host != socket.gethostname() or sys.platform == "win32":  # where every file can be locked
        return True
    if int(pid) == os.getpid():
        return began == _began(os.getpid())
    try:
        os.kill(int(pid), 0)
    except PermissionError:
        pass
    except (OSError, OverflowError):
        return False
    return began == _began(int(pid))


def _began(pid: int) -> str:
    """When a process began, in a number that means nothing else; "?" where that is not told."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19]
    except (OSError, IndexError):
        return "?"
