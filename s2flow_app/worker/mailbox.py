"""Requests on their way from the GUI thread to the worker's."""

import time
from collections import deque
from dataclasses import dataclass, field
from threading import Lock

from s2flow_app.model.photo import PhotoId
from s2flow_app.worker.protocol import ExportPhoto, PreviewEdit, Request


@dataclass(frozen=True, slots=True, eq=False)
class Letter:
    """One request on its way to the worker."""

    request: Request
    epoch: int = 0
    """How many answers that replaced the photo or face the client had seen when it was sent."""
    is_replay: bool = False
    """Done before, by a worker that was given up; its answer only restores the session."""
    sent_s: float = field(default_factory=time.perf_counter)


class Mailbox:
    """Letters to one worker: replays first, then jobs in order, and one preview, the newest.

    A preview is taken before a job, but not twice in a row while a job waits: previews that come
    with the pen's every move must not starve a job, which lets them pass between its steps.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._replays: deque[Letter] = deque()
        self._jobs: deque[Letter] = deque()
        self._preview: Letter | None = None
        self._job_is_next = False
        self._is_closed = False

    def put(self, letter: Letter) -> Request | None:
        """Post a letter; returns the waiting preview that it replaces, if any."""
        with self._lock:
            if letter.is_replay:
                self._replays.append(letter)
            elif isinstance(letter.request, PreviewEdit):
                replaced, self._preview = self._preview, letter
                return replaced.request if replaced else None
            else:
                self._jobs.append(letter)
        return None

    def take(self) -> Letter | None:
        """The next letter to work on; None: nothing waits."""
        with self._lock:
            if self._is_closed:
                return None
            if self._replays:
                return self._replays.popleft()
            if self._preview and not (self._jobs and self._job_is_next):
                self._job_is_next = True
                return self._pop_preview()
            self._job_is_next = False
            return self._jobs.popleft() if self._jobs else None

    def take_preview(self) -> Letter | None:
        """The waiting preview, between two steps of a job."""
        with self._lock:
            return None if self._is_closed or self._replays else self._pop_preview()

    def take_export(self, photo: PhotoId) -> Letter | None:
        """The first waiting export of a photo that is about to give way to another."""
        with self._lock:
            for letter in () if self._is_closed else self._jobs:
                request = letter.request
                if isinstance(request, ExportPhoto) and request.photo == photo:
                    self._jobs.remove(letter)
                    return letter
        return None

    def drop_preview_before(self, revision: int) -> Request | None:
        """Take the waiting preview out if it is older; returns it."""
        with self._lock:
            if self._preview and self._preview.request.revision < revision:
                letter = self._pop_preview()
                return letter.request if letter else None
        return None

    def close(self) -> list[Letter]:
        """Nothing is taken from here any more; returns what waited (without replays)."""
        with self._lock:
            self._is_closed = True
            left = [*self._jobs, *([self._preview] if self._preview else [])]
            self._jobs.clear()
            self._replays.clear()
            self._preview = None
        return left

    def _pop_preview(self) -> Letter | None:
        letter, self._preview = self._preview, None
        return letter
