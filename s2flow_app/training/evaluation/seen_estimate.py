"""Fits the estimate of what a stranger sees (`engine/realism`) to what was measured.

A logistic regression from the cues of edited patches to whether the classifier, on people that it
never saw, took them for edited.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.realism import CUES
from s2flow_app.training.evaluation.intervals import rounded
from s2flow_app.training.evaluation.two_sample import FOLDS, SEED, folds

PENALTY: Final = 5.0
"""Of half the squared weights, against the sum of the cases' losses."""
NEWTON_STEPS: Final = 20
BINS: Final = 4
LEAST_PEOPLE: Final = 12
"""Fewer say nothing of strangers."""

Float = NDArray[np.float64]


def estimate(cues: Float, seen: NDArray[np.bool_], people: NDArray[np.int64]) -> dict[str, Any]:
    """The weights, and how well the estimate does on people that it was not fitted to.

    Args:
        cues: ``[N, C]`` of `engine.realism.cues`.
        seen: ``[N]`` whether each patch was taken for edited.
        people: ``[N]`` ids 0.. of whose they are.
    """
    if len(np.unique(people)) < LEAST_PEOPLE or seen.all() or not seen.any():
        return {}
    held = np.zeros(len(seen))
    fold = folds(people, np.ones(len(people), np.int64), np.random.default_rng(SEED))
    for k in range(FOLDS):
        mean, scale, weights, offset = _fitted(cues[fold != k], seen[fold != k])
        held[fold == k] = _share((cues[fold == k] - mean) / scale @ weights + offset)
    mean, scale, weights, offset = _fitted(cues, seen)
    rows = zip(CUES, mean, scale, weights, strict=True)
    return {
        "cases": len(seen),
        "ranked_right": rounded(_ranked_right(held, seen)),
        "bins": _bins(held, seen),
        "offset": round(float(offset), 5),
        "cues": {
            name: {"mean": _short(m), "scale": _short(s), "weight": _short(w)}
            for name, m, s, w in rows
        },
    }


def _fitted(cues: Float, seen: NDArray[np.bool_]) -> tuple[Float, Float, Float, float]:
    mean, scale = cues.mean(0), cues.std(0) + 1e-6
    x = np.concatenate([(cues - mean) / scale, np.ones((len(cues), 1))], 1)
    penalty = PENALTY * np.append(np.ones(cues.shape[1]), 1e-6)
    weights = np.zeros(x.shape[1])
    for _ in range(NEWTON_STEPS):
        share = _share(x @ weights)
        slope = x.T @ (share - seen) + penalty * weights
        bend = (x.T * (share * (1 - share))) @ x + np.diag(penalty)
        weights = weights - np.linalg.solve(bend, slope)
    return mean, scale, weights[:-1], float(weights[-1])


def _share(odds: Float) -> Float:
    return 1 / (1 + np.exp(-np.clip(odds, -30, 30)))


def _ranked_right(share: Float, seen: NDArray[np.bool_]) -> float:
    """Of all pairs of one that was seen and one that was not: how many the estimate ranks so."""
    apart = share[seen][:, None] - share[~seen][None]
    return float((apart > 0).mean() + 0.5 * (apart == 0).mean())


def _bins(share: Float, seen: NDArray[np.bool_]) -> list[dict[str, float]]:
    """Quarters of the cases by their estimate: what was said, and what was so."""
    return [
        {"estimated": rounded(share[part].mean()), "seen": rounded(seen[part].mean())}
        for part in np.array_split(np.argsort(share), BINS)
    ]


def _short(value: float) -> float:
    return float(f"{value:.5g}")
