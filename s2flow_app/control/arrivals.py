"""Photos that have been read while edits would be lost: whether they may take the place.

Nothing is asked before it is known that a photo can be opened. By then the session may have it
already: if it is not wanted, the session is brought back to the photo that is edited.
"""

from collections.abc import Callable
from dataclasses import replace
from threading import Event

from s2flow_app.worker.protocol import Answer, Opening, OpenPhoto, OpenProject, Request


class Arrivals:
    """What was asked and answered about photos that are being opened."""

    def __init__(self) -> None:
        self.may_lose: Callable[[], bool] = lambda: True
        """Asks the user; other answers may come in the meantime."""
        self._welcome: dict[str, bool | None] = {}
        """What was answered, by the request's id; None: it is being asked."""
        self._held: dict[str, Answer] = {}
        self._current: Opening | None = None
        """What made the photo that is edited."""
        self._return: Opening | None = None

    def holds(self, answer: Answer) -> bool:
        """Keep an answer whose photo is being asked about for `ask`; False: it is none."""
        key = answer.request.id
        if self._welcome.get(key, True) is not None:
            return False
        self._held[key] = answer
        return True

    def ask(self, request: Request, *, unsaved: bool) -> tuple[bool, Answer | None]:
        """Whether a photo is to be shown, and the answer that was held while that was asked."""
        if self._return is not None and request.id == self._return.id:
            return False, None
        key = request.id
        asks = isinstance(request, OpenPhoto) and not isinstance(request, OpenProject)
        if key in self._welcome or not unsaved or not asks:
            return self._welcome.get(key, True) is True, None
        self._welcome[key] = None
        welcome = self._welcome[key] = self.may_lose()
        if not welcome:
            request.cancel.set()
        return welcome, self._held.pop(key, None)

    def settle(self, request: Request) -> None:
        """Its photo is the one that is edited now."""
        self._welcome.pop(request.id, None)
        self._return = None
        if isinstance(request, Opening):
            self._current = request

    def forget(self, request: Request) -> None:
        """It could not be opened, or need not be any more."""
        self._welcome.pop(request.id, None)

    def way_back(self, request: Request) -> Opening | None:
        """What has the session open the photo that is edited instead of an unwanted one."""
        self.forget(request)
        if self._current is not None:
            self._return = replace(self._current, cancel=Event())
        return self._return

    def is_return(self, request: Request) -> bool:
        """Whether the session is back at the photo that is edited."""
        if self._return is None or request.id != self._return.id:
            return False
        self._return = None
        return True
