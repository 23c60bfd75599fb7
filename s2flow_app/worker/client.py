"""The GUI side of the inference worker: submit requests, receive their answers.

Imports no torch. Use: connect the signals, `start()`, `submit(...)`, and `close()` before the
application ends.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import Event
from typing import Final

from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal, Slot

from s2flow_app.errors import StalePhotoError, UserError
from s2flow_app.model.photo import PhotoId
from s2flow_app.worker.editing_session import EditingSession, PhotoKeeper
from s2flow_app.worker.heart import Heart, Watch
from s2flow_app.worker.inference_worker import InferenceWorker
from s2flow_app.worker.mailbox import Letter, Mailbox
from s2flow_app.worker.protocol import (
    Answer,
    ExportPhoto,
    FaceReady,
    Failed,
    NewFace,
    Opening,
    PhotoOpened,
    PhotoRequest,
    PreviewEdit,
    Progress,
    Request,
)

IDLE_LIMIT_S: Final = 10.0
"""A busy worker that uses no processor time, and says nothing, for longer is given up."""
FILE_LIMIT_S: Final = 120.0
"""The same while it loads networks, or reads or writes a file: it may wait for a disk."""
DEAF_LIMIT_S: Final = 20.0
"""One that was cancelled, and goes on for as much processor time without a look at that, is given
up. The longest stretch between two looks, a settled preview's, takes 1.3 s."""
MAX_RESTARTS: Final = 3
"""Workers given up in a row, without an answer between them, before no other is started."""
GAVE_UP: Final = "The networks stopped answering."
GIVEN_UP_HINT: Final = "Save a copy of your work if you can, and restart the program."

_STACK_BYTES: Final = 16 << 20  # macOS gives 512 KiB to other threads than the first
_LOG: Final = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Crew:
    """One worker with its thread and all that it shares with the client."""

    thread: QThread
    worker: InferenceWorker
    mailbox: Mailbox
    heart: Heart
    load_request: Request
    is_loaded: bool = False
    replays: dict[str, Request] = field(default_factory=dict)
    """What must be done again before the session is what it was; by id."""


class InferenceClient(QObject):
    """One worker thread and what was asked of it.

    * A `PreviewEdit` replaces an older one that waits; one is computed at a time.
    * Every other request queues, in order, and is answered exactly once, by its result or by
      `Failed`. A job lets a waiting preview pass between its steps.
    * Previews that were replaced, or are older than `drop_previews_before` or than the photo or
      face, are never answered.
    * The newest photo wins: to open one cancels those that are still to be opened.
    * What is about another photo than is open when its turn comes is answered by
      `Failed(is_stale=True)`.
    * A worker that hangs is replaced by a new one. What it worked on is answered by `Failed`,
      what waits goes to the new one, after the photo that was open last. Faces need not be
      prepared again: requests name the states that they start from.
    * Exports need no networks: they are done when these do not load, or were given up for good.
    """

    answered = Signal(object)
    """An `Answer`: first `Ready` (or `Failed`, if there are no networks), then one per request."""
    progressed = Signal(object)
    """A `Progress` of a job."""
    noticed = Signal(object)
    """A `Notice`, unasked."""
    busy_changed = Signal(object)
    """bool: whether networks are loaded or jobs are done. Previews do not count."""

    _wake = Signal()
    _refused = Signal(object)

    def __init__(
        self,
        make_session: Callable[[], EditingSession],
        parent: QObject | None = None,
        *,
        make_keeper: Callable[[], PhotoKeeper] | None = None,
        idle_limit_s: float = IDLE_LIMIT_S,
        file_limit_s: float = FILE_LIMIT_S,
        deaf_limit_s: float = DEAF_LIMIT_S,
        watch_interval_ms: int = 1000,
    ) -> None:
        """``make_session`` is called inside the worker's thread: it imports torch, sets its number
        of threads and loads the pack. It may raise a `UserError`; then ``make_keeper`` makes what
        can still export, in that thread too."""
        super().__init__(parent)
        self._make_session, self._make_keeper = make_session, make_keeper
        self._limits = {
            "idle_limit_s": idle_limit_s,
            "patient_limit_s": file_limit_s,
            "deaf_limit_s": deaf_limit_s,
        }
        self._outstanding: dict[str, Letter] = {}
        """What is to be answered, by the request's id."""
        self._opened: Opening | None = None
        """What made the session what it is."""
        self._photo: PhotoId | None = None
        """What is open, as far as was answered."""
        self._epoch = 0
        self._oldest_preview = 0
        self._is_busy = self._is_started = self._is_closed = False
        self._has_been_ready = False
        self._restarts = 0
        self._given_up: list[_Crew] = []
        self._refused.connect(self._answer, Qt.ConnectionType.QueuedConnection)
        self._timer = QTimer(self, interval=watch_interval_ms)
        self._timer.timeout.connect(self._look_after_the_worker)
        self._crew: _Crew | None = self._new_crew()

    @property
    def is_busy(self) -> bool:
        """As last told by `busy_changed`."""
        return self._is_busy

    def start(self) -> None:
        """Start the thread; `Ready` follows. Requests may be submitted at once: they wait."""
        if self._crew is None or self._is_started:
            return
        self._is_started = True
        self._crew.thread.start()
        self._timer.start()
        self._update_busy()

    def submit(self, request: Request) -> None:
        """Have it done; returns at once. To cancel just this one, set ``request.cancel``."""
        if self._is_closed:
            return
        if isinstance(request, PreviewEdit) and request.revision < self._oldest_preview:
            return
        if isinstance(request, Opening):
            self._cancel_openings()
        letter = Letter(request, self._epoch)
        self._outstanding[request.id] = letter
        if self._crew is None:
            self._refused.emit(_gave_up(request, "Restart the program to go on."))
            return
        replaced = self._crew.mailbox.put(letter)
        if replaced is not None:
            self._outstanding.pop(replaced.id, None)
        self._wake.emit()
        self._update_busy()

    def _cancel_openings(self) -> None:
        for letter in self._outstanding.values():
            if isinstance(letter.request, Opening):
                letter.request.cancel.set()

    @Slot(object)
    def drop_previews_before(self, revision: int) -> None:
        """Older previews are not wanted any more: connect `Document.previews_outdated`."""
        self._oldest_preview = max(self._oldest_preview, revision)
        if self._crew is not None:
            self._crew.mailbox.drop_preview_before(revision)
        self._drop_previews(lambda letter: letter.request.revision < revision)

    def cancel_all(self) -> None:
        """Cancel whatever is done or waits; each is still answered, by `Failed(cancelled=True)`."""
        for letter in self._outstanding.values():
            letter.request.cancel.set()

    def close(self, *, wait_s: float = 15.0) -> bool:
        """Cancel, quit, wait. Nothing is answered any more.

        False if a hung worker is still running: then keep this object and leave the process by
        `os._exit` (after flushing), because Qt aborts a process that destroys a running QThread.
        """
        self._is_closed = True
        self._timer.stop()
        self.cancel_all()
        self._outstanding.clear()
        crews = [*self._given_up, *([self._crew] if self._crew else [])]
        for crew in crews:
            crew.mailbox.close()
            for request in crew.replays.values():
                request.cancel.set()
            crew.thread.quit()
        until_s = time.monotonic() + wait_s
        for crew in crews:
            crew.thread.wait(max(int((until_s - time.monotonic()) * 1000), 1))
        self._given_up = [crew for crew in crews if crew.thread.isRunning()]
        self._crew = None
        return not self._given_up

    # --- answers ------------------------------------------------------------------------------

    @Slot(object)
    def _answer(self, answer: Answer) -> None:
        """What a worker says, maybe one that was given up: then its request is not known here."""
        if self._is_closed:
            return
        crew, request = self._crew, answer.request
        if crew is not None and request.id == crew.load_request.id:
            self._loaded(crew, answer)
        elif crew is not None and crew.replays.pop(request.id, None) is not None:
            self._replayed(answer)
        elif self._outstanding.pop(request.id, None) is not None:
            self._restarts = 0
            self._note(answer)
            self.answered.emit(self._of_this_photo(answer))
        self._update_busy()

    @Slot(object)
    def _progress(self, progress: Progress) -> None:
        if progress.request.id in self._outstanding:
            self.progressed.emit(progress)

    def _loaded(self, crew: _Crew, answer: Answer) -> None:
        crew.is_loaded = True
        if isinstance(answer, Failed) and self._make_keeper is None:
            crew.replays.clear()
        if isinstance(answer, Failed) or not self._has_been_ready:
            self._has_been_ready = not isinstance(answer, Failed)
            self.answered.emit(answer)

    def _replayed(self, answer: Answer) -> None:
        if isinstance(answer, Failed):
            self._opened = None
            self.answered.emit(answer)

    def _of_this_photo(self, answer: Answer) -> Answer:
        """The answer, or that it is about another photo than is open now."""
        request = answer.request
        if isinstance(answer, Failed) or not isinstance(request, PhotoRequest):
            return answer
        if self._photo is None or request.photo == self._photo:
            return answer
        error = StalePhotoError()
        return Failed(request=request, message=error.message, hint=error.hint, is_stale=True)

    def _note(self, answer: Answer) -> None:
        """Remember what makes the session what it is, and forget previews of what it was."""
        request = answer.request
        if isinstance(answer, PhotoOpened) and isinstance(request, Opening):
            if isinstance(request, NewFace):
                request = replace(request, drawn=answer.photo.display)
            self._opened, self._photo = request, request.photo
        elif not isinstance(answer, FaceReady):
            return
        self._epoch += 1
        self._drop_previews(lambda letter: letter.epoch < self._epoch)

    def _drop_previews(self, is_dropped: Callable[[Letter], bool]) -> None:
        for key, letter in list(self._outstanding.items()):
            if isinstance(letter.request, PreviewEdit) and is_dropped(letter):
                letter.request.cancel.set()
                del self._outstanding[key]

    def _update_busy(self) -> None:
        crew = self._crew
        jobs = (m for m in self._outstanding.values() if not isinstance(m.request, PreviewEdit))
        preparing = crew is not None and (not crew.is_loaded or bool(crew.replays))
        is_busy = self._is_started and (preparing or any(jobs))
        if is_busy != self._is_busy:
            self._is_busy = is_busy
            self.busy_changed.emit(is_busy)

    # --- workers ------------------------------------------------------------------------------

    def _new_crew(self) -> _Crew:
        thread, mailbox, heart, load_request = QThread(), Mailbox(), Heart(), Request()
        is_last = self._restarts > MAX_RESTARTS
        worker = InferenceWorker(
            _no_networks if is_last else self._make_session, mailbox, heart, load_request,
            make_keeper=self._make_keeper, epoch=self._epoch,
        )  # fmt: skip
        thread.setObjectName("inference")
        thread.setStackSize(_STACK_BYTES)
        worker.moveToThread(thread)
        thread.started.connect(worker.load)
        thread.finished.connect(self._bury)
        queued = Qt.ConnectionType.QueuedConnection
        worker.answered.connect(self._answer, queued)
        worker.progressed.connect(self._progress, queued)
        worker.noticed.connect(self.noticed, queued)
        self._wake.connect(worker.work, queued)
        self._watch = Watch(**self._limits)
        return _Crew(thread, worker, mailbox, heart, load_request)

    @Slot()
    def _look_after_the_worker(self) -> None:
        """Count time in ticks of this thread's timer.

        The clock's own time would count a suspended computer, or a window that was blocked.
        """
        crew = self._crew
        if crew is None:
            return
        is_idle = crew.is_loaded and not crew.replays and not self._outstanding
        if is_idle:
            self._watch.rest(crew.heart)
        elif why := self._watch.hangs(crew.heart, self._timer.interval() / 1000):
            self._give_up(crew, why)

    def _give_up(self, crew: _Crew, why: str) -> None:
        """Have another worker take over what waits; what this one was at has failed."""
        _LOG.error("The inference worker is given up: %s", why)
        self._restarts += 1
        self._wake.disconnect(crew.worker.work)
        waiting = crew.mailbox.close()
        crew.thread.quit()
        self._given_up.append(crew)
        at_work = self._outstanding
        self._outstanding = {letter.request.id: letter for letter in waiting}
        hung = [letter.request for key, letter in at_work.items() if key not in self._outstanding]
        for request in (*hung, *crew.replays.values()):
            request.cancel.set()
        if self._restarts > MAX_RESTARTS + 1:  # what exports without networks hangs, too
            self._crew = None
            self._timer.stop()
            hung += [letter.request for letter in waiting]
            self._outstanding = {}
            hint = GIVEN_UP_HINT
        elif self._restarts > MAX_RESTARTS:
            exports = [one for one in waiting if isinstance(one.request, ExportPhoto)]
            hung += [one.request for one in waiting if one not in exports]
            self._outstanding = {k: one for k, one in self._outstanding.items() if one in exports}
            self._crew = self._restarted(exports)
            hint = GIVEN_UP_HINT
        else:
            self._crew = self._restarted(waiting)
            hint = "They were started again, and your work is as it was. Try again."
        for request in hung or [crew.load_request]:
            self.answered.emit(_gave_up(request, hint))
        self._update_busy()

    def _restarted(self, waiting: list[Letter]) -> _Crew:
        """A new worker, which brings the session to where it was before it does what waits."""
        crew = self._new_crew()
        if self._opened is not None:
            request = replace(self._opened, cancel=Event())
            crew.replays[request.id] = request
            crew.mailbox.put(Letter(request, is_replay=True))
        for letter in waiting:
            crew.mailbox.put(letter)
        crew.thread.start()
        return crew

    @Slot()
    def _bury(self) -> None:
        """A worker that was given up has come to its end after all."""
        for crew in [crew for crew in self._given_up if crew.thread.isFinished()]:
            crew.thread.wait()
            self._given_up.remove(crew)


def _no_networks() -> EditingSession:
    """The last session: there is none."""
    raise UserError(GAVE_UP, GIVEN_UP_HINT)


def _gave_up(request: Request, hint: str) -> Failed:
    return Failed(request=request, message=GAVE_UP, hint=hint)
