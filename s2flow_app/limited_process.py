"""What a process gives up before it reads a file that somebody else made.

Such a process is the program itself, started again (`program`): the importers' reader for one
checkpoint each, the reader of pictures for as long as it lives. Systems without `resource`
(Windows) keep the audit hook, and the clock of whoever waits.
"""

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Final


def _exit_codes(*signals: str) -> frozenset[int]:
    return frozenset(-getattr(signal, name) for name in signals if hasattr(signal, name))


OUT_OF_TIME: Final = _exit_codes("SIGXCPU")
LIMIT_SIGNALS: Final = _exit_codes("SIGXCPU", "SIGKILL", "SIGXFSZ")
"""How the process ends that meets the limits it set itself, or the system's."""
_FORBIDDEN: Final = (
    "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.startfile", "os.remove",
    "os.rename", "os.rmdir", "os.chmod", "os.chown", "os.link", "os.symlink", "os.truncate",
    "os.kill", "subprocess.", "socket.", "shutil.", "ctypes.", "pty.", "code.__new__",
)  # fmt: skip
"""How audit events begin that reading never raises: they stop what a hole in a reader allowed."""
_PACKAGE_PARENT: Final = Path(__file__).resolve().parents[1]
_FIRST_TO_GO: Final = "500"
"""Of -1000 to 1000: where memory runs out, Linux ends this process and not the window."""


def environment() -> dict[str, str]:
    """Of such a process: our own package, and libraries that start no threads."""
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    return os.environ | one_thread | {"PYTHONPATH": str(_PACKAGE_PARENT)}


def is_forbidden(event: str) -> bool:
    """True for audit events that reading a file never raises."""
    return event.startswith(_FORBIDDEN)


def give_up(
    *, memory_bytes: int, file_bytes: int, cpu_seconds: int | None = None, threads: bool = False
) -> None:
    """Take from this process, for good, what reading does not need.

    Limits that are lower already stay. Processes and threads cannot be started any more.

    Args:
        threads: leave `threads_allowed` a way back.
        memory_bytes: of address space in all, libraries included.
        file_bytes: of any one file that is written.
        cpu_seconds: None: see `allow_cpu`.
    """
    for name, amount in (
        ("RLIMIT_AS", memory_bytes),
        ("RLIMIT_FSIZE", file_bytes),
        ("RLIMIT_CPU", cpu_seconds),
        ("RLIMIT_NPROC", 0),
        ("RLIMIT_CORE", 0),
    ):
        if amount is not None:
            _limit(name, amount, for_good=not (threads and name == "RLIMIT_NPROC"))
    with contextlib.suppress(OSError):  # a system without it
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO)


def allow_cpu(seconds: int) -> None:
    """Have this process ended after ``seconds`` more of processor time, unless called again."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit("RLIMIT_CPU", int(used.ru_utime + used.ru_stime) + 1 + seconds, for_good=False)


def no_more_files() -> None:
    """Take from this process, for good, to open files and connections; what is open stays so.

    It holds for libraries, too, whose code Python's hook cannot see. Nothing on Windows.
    """
    with contextlib.suppress(OSError):
        lowest = os.dup(0)
        os.close(lowest)
        _limit("RLIMIT_NOFILE", lowest, for_good=True)


@contextlib.contextmanager
def threads_allowed() -> Iterator[None]:
    """Let a decoder that cannot do without start threads, after `give_up` left a way back.

    To Linux a thread is a process: for this time the hook alone refuses programs.
    """
    try:
        import resource

        before = resource.getrlimit(resource.RLIMIT_NPROC)
    except (ImportError, AttributeError, OSError):
        yield
        return
    resource.setrlimit(resource.RLIMIT_NPROC, (before[1], before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NPROC, before)


def _limit(name: str, amount: int, *, for_good: bool) -> None:
    try:
        import resource

        _, hard = resource.getrlimit(getattr(resource, name))
        if hard != resource.RLIM_INFINITY:
            amount = min(amount, hard)
        resource.setrlimit(getattr(resource, name), (amount, amount if for_good else hard))
    except (ImportError, AttributeError, OSError, ValueError):  # a system that lacks this limit
        return
