"""Fields of records, checked: whoever wrote a file, nothing of it is used before it is so."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from s2flow_app.labels import NUM_CLASSES
from s2flow_app.model.arrays import frozen
from s2flow_app.project.content import ContentError, Record

MAX_TEXT = 4096
NOT_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


def record(records: Mapping[str, Record], key: str) -> Record:
    """The record of that key."""
    found = records.get(key)
    if found is None:
        raise ContentError(f"the record {key} is missing")
    return found


def field(of: Record, name: str) -> Any:
    """A field that must be there."""
    if not isinstance(of, dict) or name not in of:
        raise ContentError(f"a record lacks {name}")
    return of[name]


def text(of: Record, name: str) -> str:
    value = field(of, name)
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise ContentError(f"{name} is no text")
    return value


def flag(value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        raise ContentError(f"{name} is neither true nor false")
    return value


def whole(value: Any, name: str, *, least: int = 0, most: int = 1 << 62) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ContentError(f"{name} is no whole number from {least} to {most}")
    return value


def number(value: Any, name: str) -> float:
    """A number that `encode.number` wrote."""
    if isinstance(value, str) and value in NOT_FINITE:
        return NOT_FINITE[value]
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e300:
        raise ContentError(f"{name} is no number")
    return float(value)


def finite(value: Any, name: str) -> float:
    found = number(value, name)
    if not math.isfinite(found):
        raise ContentError(f"{name} is not finite")
    return found


def listed(value: Any, name: str, *, length: int | None = None) -> list[Any]:
    if not isinstance(value, list) or (length is not None and len(value) != length):
        raise ContentError(f"{name} is no list of the right length")
    return value


def points(value: Any, name: str, count: int) -> NDArray[np.float32]:
    """``[count, 2]``, finite."""
    rows = [listed(row, name, length=2) for row in listed(value, name, length=count)]
    found = np.array([[finite(v, name) for v in row] for row in rows], np.float64)
    if (np.abs(found) > 1e7).any():
        raise ContentError(f"{name} lies nowhere")
    return frozen(found.astype(np.float32))


def classes(value: Any, name: str) -> tuple[int, ...]:
    return tuple(whole(v, name, most=NUM_CLASSES - 1) for v in listed(value, name))
