"""Figures of `bench` beside what they must not exceed; what a system does not tell is left out."""

from collections.abc import Mapping
from typing import Any


def reached(figures: Mapping[str, Any], bars: Mapping[str, float]) -> dict[str, bool]:
    """Of each figure that is told and has a bar: whether it is reached."""
    return {name: bool(figures[name] <= bar) for name, bar in bars.items() if name in figures}


def held_to(figures: Mapping[str, Any], bars: Mapping[str, float]) -> list[str]:
    """One line for each bar."""
    is_reached = reached(figures, bars)
    return [
        f"{'ok    ' if is_reached[name] else 'MISSED'} {name}: {figures[name]} (<= {bar:g})"
        if name in is_reached
        else f"-      {name}: this system does not tell (<= {bar:g})"
        for name, bar in bars.items()
    ]
