"""The GUI side of the inference worker: submit requests, receive their answers.

Imports no torch. Use: connect the signals, `start()`, `submit(...)`, and `close()` before the
application ends.
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot

from s2flow_app.messages import Request
from s2flow_app.worker.inference_worker import EditingSession

HEARTBEAT_LIMIT_S: Final = 10.0
"""A busy worker that is silent for longer is given up."""
FILE_LIMIT_S: Final = 60.0
"""The same while it loads networks, or reads or writes a file, where no step can be seen."""


class InferenceClient(QObject):
    """One worker thread and what was asked of it.

    * A `PreviewEdit` replaces an older one that waits; one is computed at a time.
    * Every other request queues, in order, and is answered exactly once, by its result or by
      `Failed`. A job lets a waiting preview pass between its steps.
    * Previews that were replaced, or are older than `drop_previews_before`, are never answered.
    * A worker that hangs is replaced by a new one. What it worked on is answered by `Failed`,
      what waits goes to the new one, after the photo and face that were open last.
    """

    answered = Signal(object)
    """An `Answer`: first `Ready` (or `Failed`, if there are no networks), then one per request."""
    progressed = Signal(object)
    """A `Progress` of a job."""
    busy_changed = Signal(object)
    """bool: whether networks are loaded or jobs are done. Previews do not count."""

    def __init__(
        self,
        make_session: Callable[[], EditingSession],
        parent: QObject | None = None,
        *,
        heartbeat_limit_s: float = HEARTBEAT_LIMIT_S,
        file_limit_s: float = FILE_LIMIT_S,
        watch_interval_ms: int = 1000,
    ) -> None:
        """``make_session`` is called inside the worker's thread: it imports torch, sets its number
        of threads and loads the pack. It may raise a `UserError`."""
        raise NotImplementedError

    @property
    def is_busy(self) -> bool:
        """As last told by `busy_changed`."""
        raise NotImplementedError

    def start(self) -> None:
        """Start the thread; `Ready` follows. Requests may be submitted at once: they wait."""
        raise NotImplementedError

    def submit(self, request: Request) -> None:
        """Have ``request`` done; returns at once. Set ``request.cancel`` to cancel just this one."""
        raise NotImplementedError

    @Slot(object)
    def drop_previews_before(self, revision: int) -> None:
        """Previews of older revisions are not wanted any more: connect `Document.previews_outdated`."""
        raise NotImplementedError

    def cancel_all(self) -> None:
        """Cancel whatever is done or waits; each is still answered, by `Failed(cancelled=True)`."""
        raise NotImplementedError

    def close(self, *, wait_s: float = 15.0) -> bool:
        """Cancel, quit, wait. Nothing is answered any more.

        False if a hung worker is still running: then leave the process by `os._exit` (after
        flushing), because Qt aborts a process that destroys a running QThread.
        """
        raise NotImplementedError
