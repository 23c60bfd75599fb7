"""How the program ends: its exit codes, and output that cannot be written or that nobody reads."""

import errno
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Final, TextIO

from s2flow_app.errors import UserError

FAILED: Final = 1
INTERRUPTED: Final = 128 + signal.SIGINT
"""As shells tell of programs that Ctrl+C has ended."""
NO_MEMORY: Final = (
    "There is not enough memory.", "Close other programs, or use a smaller photo, and try again.",
)  # fmt: skip
OUR_FAULT: Final = "This is our fault, not yours; the lines above say where."

_MEMORY_TEXTS: Final = (
    "not enough memory",  # torch on Windows
    "can't allocate memory",  # torch
    "Cannot allocate memory",  # the dynamic linker, the system
    "failed to map segment",  # the dynamic linker
    "bad_alloc",
    "Insufficient memory",  # OpenCV
    "Failed to allocate",  # OpenCV
    "can't start new thread",  # Python: its stack finds no room
)


class OutputLost(UserError):  # noqa: N818 - named for what happened
    """What was to be printed cannot be; without a text if nobody reads it any more."""


def ended(work: Callable[[], int]) -> int:
    """The exit code of ``work``, by whatever it ends; all it printed is written."""
    try:
        try:
            code = work()
        except SystemExit:  # of argparse, after help or usage
            flush_output()
            raise
        flush_output()
    except KeyboardInterrupt:
        _stay_quiet()
        say("Stopped.")
        return INTERRUPTED
    except OutputLost as error:
        say(str(error))
        return FAILED
    return code


def print_answer(text: str) -> None:
    """Print to stdout at once; what its encoding does not know is escaped.

    Raises:
        OutputLost: it cannot be written.
    """
    if sys.stdout is None:
        return
    encoding = sys.stdout.encoding or "utf-8"
    try:
        print(text.encode(encoding, "backslashreplace").decode(encoding), flush=True)
    except OSError as error:
        raise _lost(error) from error


def flush_output() -> None:
    """Write what was printed: at the interpreter's end a failure would be a traceback.

    Raises:
        OutputLost: it cannot be written.
    """
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except OSError as error:
        raise _lost(error) from error


def say(text: str, *, end: str = "\n") -> None:
    """Print to stderr, if anybody reads it."""
    if sys.stderr is None or not text:
        return
    try:
        print(text, end=end, file=sys.stderr, flush=True)
    except OSError:
        _silence(sys.stderr)


def lacks_memory(error: BaseException) -> bool:
    """True if ``error`` means that this computer has no memory left, whoever raised it."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, MemoryError) or getattr(seen, "errno", None) == errno.ENOMEM:
            return True
        if any(text in str(seen) for text in _MEMORY_TEXTS):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def _lost(error: OSError) -> OutputLost:
    _silence(sys.stdout)
    if isinstance(error, BrokenPipeError):
        return OutputLost("")
    return OutputLost(
        f"The answer cannot be printed: {error.strerror or error}.", "Send it somewhere else."
    )


def _silence(stream: TextIO) -> None:
    """Let go of what could not be written: the interpreter would try again at its end."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        pass  # no file of the system: a test's, or closed already


def _stay_quiet() -> None:
    """A second Ctrl+C would print a traceback of the ending itself."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
