"""Work beside the window: one function in a thread of its own, its outcome told in this one."""

import logging
from collections.abc import Callable
from threading import Thread
from typing import Any, Final, Self

from PySide6.QtCore import QObject, Qt, Signal, Slot

from s2flow_app.ending import NO_MEMORY, lacks_memory
from s2flow_app.errors import UserError

Tell = Callable[[Any], None]
_LOG: Final = logging.getLogger(__name__)


class Job(QObject):
    """Runs ``work(tell)`` once. `done`, or `failed`, is emitted once, unless it is dropped.

    Args:
        work: what to do; ``tell`` emits `told` with whatever it is given.
    """

    done = Signal(object)
    """What `work` returned."""
    failed = Signal(object)
    """A `UserError`; another exception becomes one and is logged."""
    told = Signal(object)
    _over = Signal(object)

    def __init__(self, work: Callable[[Tell], Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work, self._is_dropped = work, False
        self._over.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._thread = Thread(target=self._run, name="project", daemon=True)

    def start(self) -> Self:
        self._thread.start()
        return self

    @property
    def is_dropped(self) -> bool:
        return self._is_dropped

    def drop(self) -> None:
        """Nobody waits for it any more: nothing more is emitted but what is on its way."""
        self._is_dropped = True

    def wait(self, seconds: float = 60.0) -> bool:
        """Block until it is over; False: it still runs."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            outcome: Any = (True, self._work(self._tell))
        except UserError as error:
            outcome = (False, error)
        except Exception as error:
            _LOG.exception("Work beside the window failed")
            outcome = (False, UserError(*NO_MEMORY) if lacks_memory(error) else _our_fault(error))
        self._send(self._over, outcome)

    def _tell(self, what: Any) -> None:
        if not self._is_dropped:
            self._send(self.told, what)

    @staticmethod
    def _send(signal: Any, what: Any) -> None:
        try:
            signal.emit(what)
        except RuntimeError:  # Qt's part of this object has gone with the window
            _LOG.info("Nobody waits for work beside the window any more")

    @Slot(object)
    def _take(self, outcome: tuple[bool, Any]) -> None:
        if not self._is_dropped:
            (self.done if outcome[0] else self.failed).emit(outcome[1])


def _our_fault(error: Exception) -> UserError:
    return UserError(
        f"Something went wrong inside the program ({type(error).__name__}).",
        "Your work is as it was; the log file has the details.",
    )
