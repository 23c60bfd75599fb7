"""The log file: what went wrong and when, kept on this computer only."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

LOG_NAME: Final = "s2flow.log"
_MAX_BYTES: Final = 1_000_000
_FORMAT: Final = "%(asctime)s %(levelname)s %(process)d %(threadName)s %(name)s: %(message)s"


def start_logging(folder: Path, *, level: int = logging.INFO) -> Path:
    """Log to a file in ``folder`` and return its path; calling it again changes nothing.

    The program must work where no log can be written (a read-only home): then warnings go to
    stderr, as without any set-up.
    """
    path = folder / LOG_NAME
    root = logging.getLogger()
    if any(getattr(handler, "baseFilename", None) == str(path) for handler in root.handlers):
        return path
    try:
        handler = RotatingFileHandler(
            path, maxBytes=_MAX_BYTES, backupCount=2, encoding="utf-8", delay=True
        )
        path.touch()
    except OSError as error:
        logging.getLogger(__name__).warning("No log is kept: %s", error)
        return path
    handler.setFormatter(logging.Formatter(_FORMAT))
    root.addHandler(handler)
    root.setLevel(min(level, root.level))
    return path
