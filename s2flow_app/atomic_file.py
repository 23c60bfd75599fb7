"""Files written so that a crash, a full disk or a kill leaves the old file or the new one, whole.

The only way in which this program writes what a user keeps. A draft lies beside the file under a
name of its own and is locked while somebody writes it: a draft without a lock is what a dead
process left, and the next writer in that folder removes it.
"""

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

if os.name == "posix":
    import fcntl

DRAFT_PREFIX: Final = ".s2flow-"
DRAFT_SUFFIX: Final = ".draft"
MAX_DRAFTS: Final = 8
"""Names tried: a sweeper may take a new draft for a dead one in the moment before it is locked."""
NO_SYNC: Final = frozenset(
    (errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EPERM, errno.EBADF, errno.ENOSYS)
)
"""What file systems say that cannot sync a folder; the file itself was synced before."""


def write_atomically(path: Path, data: bytes) -> None:
    """Make ``data`` the content of ``path``; see `replacing`.

    Raises:
        OSError: it could not be written; the old file is as it was.
    """
    with replacing(path) as file:
        file.write(data)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file open for writing that becomes ``path`` when the block ends without an exception.

    Links are followed, an old file's permissions are kept. A file that may not be written and
    what is no ordinary file (a pipe, a device) are refused, although a rename could replace them.

    Raises:
        OSError: it could not be written; the old file is as it was.
    """
    path = Path(os.path.realpath(path))
    mode = _mode_to_keep(path)
    with contextlib.suppress(OSError):
        sweep_drafts(path.parent)
    draft, file = _new_draft(path.parent)
    try:
        with file:
            yield file
            file.flush()
            if mode is not None:
                os.chmod(draft, mode)
            _sync(file.fileno())
            if os.name == "posix":
                os.replace(draft, path)  # while it is locked, so that no sweeper takes it
        if os.name != "posix":
            os.replace(draft, path)  # Windows renames no open file
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def sweep_drafts(folder: Path) -> int:
    """Remove the drafts in ``folder`` that nobody writes any more; returns how many.

    Raises:
        OSError: the folder cannot be listed.
    """
    with os.scandir(folder) as entries:
        drafts = [
            Path(entry.path)
            for entry in entries
            if entry.name.startswith(DRAFT_PREFIX)
            and entry.name.endswith(DRAFT_SUFFIX)
            and entry.is_file(follow_symlinks=False)
        ]
    return sum(_remove_if_dead(draft) for draft in drafts)


def _mode_to_keep(path: Path) -> int | None:
    """Permissions of the file that is replaced; None where there is none.

    Raises:
        OSError: what is there must not be replaced.
    """
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is not an ordinary file", str(path))
    if not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    return stat.S_IMODE(status.st_mode)


def _new_draft(folder: Path) -> tuple[Path, BinaryIO]:
    """A new, locked draft in ``folder``: its path, and itself open for writing."""
    for _ in range(MAX_DRAFTS):
        # Not named after the file: with the random part that could grow beyond what is allowed.
        draft = folder / f"{DRAFT_PREFIX}{secrets.token_hex(8)}{DRAFT_SUFFIX}"
        file = open(draft, "xb")  # noqa: SIM115 - the caller closes it
        if _lock(file) and os.path.exists(draft):
            return draft, file
        file.close()
    raise OSError(errno.EBUSY, "drafts in this folder keep being removed", str(folder))


def _lock(file: BinaryIO) -> bool:
    """Lock ``file`` for as long as it is open; False if another process has it."""
    if os.name == "posix":
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True  # no locks on this file system: sweepers cannot lock either
    return True


def _remove_if_dead(draft: Path) -> bool:
    """Remove ``draft`` unless it is being written."""
    with contextlib.suppress(OSError):
        if os.name == "posix":
            with open(draft, "rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                draft.unlink()
        else:
            draft.unlink()  # Windows refuses this while somebody has it open
        return True
    return False


def _sync(descriptor: int) -> None:
    """Have what was written on the disk: macOS's `fsync` may leave it in the disk's own cache."""
    full = getattr(fcntl, "F_FULLFSYNC", None) if os.name == "posix" else None
    if full is not None:
        with contextlib.suppress(OSError):  # a file system that cannot
            fcntl.fcntl(descriptor, full)
            return
    os.fsync(descriptor)


def _sync_folder(folder: Path) -> None:
    """Make the rename last through a power cut."""
    if os.name != "posix":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno not in NO_SYNC:
            raise
