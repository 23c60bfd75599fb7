"""The log file: what went wrong and when, kept on this computer only."""

import contextlib
import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

LOG_NAME: Final = "s2flow.log"
_MAX_BYTES: Final = 1_000_000
_KEPT: Final = 2
"""Full files beside the one that is written; older ones are deleted."""
_FORMAT: Final = "%(asctime)s %(levelname)s %(process)d %(threadName)s %(name)s: %(message)s"


class _LogFile(RotatingFileHandler):
    """Goes quiet where its file cannot be written any more: a full disk must stop nobody."""

    def handleError(self, record: logging.LogRecord) -> None:
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)

    def doRollover(self) -> None:
        """The next file; on Windows the old one cannot be renamed while another window logs to it,
        and then grows on until that is closed."""
        with contextlib.suppress(PermissionError):
            super().doRollover()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            super().close()


def start_logging(folder: Path, *, level: int = logging.INFO) -> Path | None:
    """Log to a file in ``folder`` and return its path; calling it again changes nothing.

    The program must work where no log can be written (a read-only home): then None is returned,
    and warnings go to stderr, as without any set-up.
    """
    path = folder / LOG_NAME
    root = logging.getLogger()
    if log_file() == path:
        return path
    try:
        if path.exists() and not path.is_file():  # to open a pipe would wait for its reader
            raise FileExistsError(f"{path} is not an ordinary file")
        handler = _LogFile(
            path, maxBytes=_MAX_BYTES, backupCount=_KEPT, encoding="utf-8", delay=True
        )
        with path.open("a"):
            pass
    except OSError as error:
        logging.getLogger(__name__).warning("No log is kept: %s", error)
        return None
    handler.setFormatter(logging.Formatter(_FORMAT))
    root.addHandler(handler)
    root.setLevel(min(level, root.level))
    return path


def log_file() -> Path | None:
    """The file that is being logged to; None: there is none."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, _LogFile):
            return Path(handler.baseFilename)
    return None
