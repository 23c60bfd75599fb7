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
    if cancel is not None and cancel.is_set():
        raise Cancelled
    if progress is not None:
        progress(stage, share)


def stage(progress: Progress | None, name: str, begin: float, end: float) -> Report | None:
    """What reports a stage's share as a share of the whole job."""
    if progress is None:
        return None
    return lambda share: progress(name, begin + (end - begin) * share)
