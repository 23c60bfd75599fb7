"""Means and medians with 95 % intervals, by the bootstrap with a fixed seed."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

RESAMPLES: Final = 1000
BOUNDS: Final = (0.025, 0.975)


def summary(values: Sequence[float] | NDArray) -> dict[str, Any]:
    """Cases, mean and median of ``values`` with their intervals; only ``cases`` of none."""
    known = np.asarray(values, np.float64)
    if not len(known):
        return {"cases": 0}
    return {
        "cases": len(known),
        "mean": rounded(known.mean()),
        "mean_interval": mean_interval(known),
        "median": rounded(np.median(known)),
        "median_interval": _interval(np.median(_resampled(known), axis=1)),
    }


def share(hits: Sequence[bool] | NDArray) -> dict[str, Any]:
    """Of ``hits``, the share that is true, with its interval."""
    known = np.asarray(hits, np.float64)
    if not len(known):
        return {"cases": 0}
    return {
        "cases": len(known), "share": rounded(known.mean()), "interval": mean_interval(known),
    }  # fmt: skip


def mean_interval(values: NDArray) -> list[float]:
    """95 % interval of the mean of ``values [N]``."""
    return _interval(_resampled(np.asarray(values)).mean(1))


def summed_interval(parts: NDArray, figure: Callable[[NDArray], float]) -> list[float]:
    """95 % interval of a figure of the sum of ``parts [N, ...]``, the N resampled."""
    count = len(parts)
    rng = np.random.default_rng(0)
    times = rng.multinomial(count, np.full(count, 1 / count), size=RESAMPLES)
    sums = (times @ parts.reshape(count, -1)).reshape(RESAMPLES, *parts.shape[1:])
    return _interval(np.array([figure(one) for one in sums]))


def rounded(value: Any) -> float:
    """To four places, as a plain number."""
    return round(float(value), 4)


def _resampled(values: NDArray) -> NDArray:
    picked = np.random.default_rng(0).integers(len(values), size=(RESAMPLES, len(values)))
    return values[picked]


def _interval(figures: NDArray) -> list[float]:
    low, high = np.quantile(figures, BOUNDS)
    return [rounded(low), rounded(high)]
