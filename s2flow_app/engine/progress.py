"""How long jobs say how far they are, and hear that nobody waits for them."""

from collections.abc import Callable
from threading import Event

from s2flow_app.errors import Cancelled

Report = Callable[[float], None]
"""Hears the share 0..1 of one stage."""
Progress = Callable[[str, float], None]
"""Hears a stage's name, and the share of the whole job."""


def step(cancel: Event | None, progress: Progress | None, stage: str, share: float) -> None:
    """Say that a stage begins; raises `Cancelled` if ``cancel`` was set."""
    _stop_if(cancel)
    if progress is not None:
        progress(stage, share)


def stage(progress: Progress | None, name: str, begin: float, end: float) -> Report | None:
    """What reports a stage's share as a share of the whole job."""
    if progress is None:
        return None
    return lambda share: progress(name, begin + (end - begin) * share)


def tick(cancel: Event | None, report: Report | None, share: float, count: int) -> None:
    """Between the steps of one stage: raises `Cancelled`, reports now and then."""
    _stop_if(cancel)
    if report is not None and count % 4 == 0:
        report(share)


def _stop_if(cancel: Event | None) -> None:
    if cancel is not None and cancel.is_set():
        raise Cancelled
