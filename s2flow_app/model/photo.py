"""The photo that is open."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class PhotoId:
    """One photo as it was opened once: equal to itself alone."""
