"""Whether the worker lives: what its thread shows, and what the GUI's makes of it."""

import threading
import time
from threading import Event
from typing import Final

LEAST_SHARE: Final = 0.03
"""Of one processor: what works gets more even beside dozens of other programs, what only waits and
looks now and then takes less, also on a slow computer."""


class Heart:
    """Beats whenever the worker shows that it is alive. Written by one thread, read by another."""

    def __init__(self) -> None:
        self.beats = 0
        self.is_patient = True
        """True while the worker may wait for a disk: networks are loaded, a file is written."""
        self.cancel: Event | None = None
        """Of what is worked on."""
        self._clock: int | None = None

    def begin(self) -> None:
        """Called by the worker's thread: the processor time of this one counts."""
        # Asked for here: to ask for the clock of a thread that has ended is undefined.
        if hasattr(time, "pthread_getcpuclockid"):
            self._clock = time.pthread_getcpuclockid(threading.get_ident())

    def beat(self) -> None:
        self.beats += 1

    def cpu_s(self) -> float:
        """Processor time of the worker's thread; of the process where a thread's is not told."""
        if self._clock is not None:
            try:
                return time.clock_gettime(self._clock)
            except OSError:  # the thread has ended
                return 0.0
        return time.process_time()


class Watch:
    """Tells a worker that hangs from one that is slow, by looking at its heart now and then.

    One hangs that neither beats nor uses the processor, or that goes on without a beat when what
    it does was cancelled. The clock does not count: on a slow or busy computer a step may take
    any time.
    """

    def __init__(self, *, idle_limit_s: float, patient_limit_s: float, deaf_limit_s: float) -> None:
        """
        Args:
            idle_limit_s: how long it may use no processor time, in looks.
            patient_limit_s: the same while it may wait for a disk.
            deaf_limit_s: of processor time, how long it may go on when cancelled.
        """
        self._idle_limit_s, self._patient_limit_s = idle_limit_s, patient_limit_s
        self._deaf_limit_s = deaf_limit_s
        self._beats = -1
        self._idle_s = self._cpu_s = self._deaf_s = 0.0

    def rest(self, heart: Heart) -> None:
        """There is nothing to do, or all is well."""
        self._beats, self._cpu_s = heart.beats, heart.cpu_s()
        self._idle_s = self._deaf_s = 0.0

    def hangs(self, heart: Heart, interval_s: float) -> str:
        """Why the worker is taken to hang, for the log; empty if it is not.

        Args:
            interval_s: since the last look, as far as this computer was awake.
        """
        if heart.beats != self._beats:
            self.rest(heart)
            return ""
        cpu_s = heart.cpu_s()
        used_s, self._cpu_s = cpu_s - self._cpu_s, cpu_s
        self._idle_s = 0.0 if used_s > LEAST_SHARE * interval_s else self._idle_s + interval_s
        if heart.cancel is not None and heart.cancel.is_set():
            self._deaf_s += max(used_s, 0.0)
        limit_s = self._patient_limit_s if heart.is_patient else self._idle_limit_s
        if self._idle_s > limit_s:
            return f"it has used no processor time for {self._idle_s:.0f} s"
        if self._deaf_s > self._deaf_limit_s:
            return f"it has ignored a cancel for {self._deaf_s:.0f} s of processor time"
        return ""


class Checkpoint(Event):
    """A request's cancellation as the session sees it: to look is to beat.

    The session looks at every ODE step and between stages, so a session that does not look hangs.
    """

    def __init__(self, cancel: Event, heart: Heart) -> None:
        super().__init__()
        self._cancel, self._heart = cancel, heart

    def is_set(self) -> bool:
        self._heart.beat()
        return self._cancel.is_set()

    def set(self) -> None:
        self._cancel.set()
