"""Whether two sets of feature vectors can be told apart: a linear classifier, a kernel distance.

Both know of people: no classifier is asked about a person that it was fitted on.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from s2flow_app.training.evaluation.intervals import BOUNDS, RESAMPLES, rounded

Float = NDArray[np.float64]

COMPONENTS: Final = 24
"""Principal components that the classifier sees: some hundred pictures fit no more."""
FOLDS: Final = 5
REPEATS: Final = 10
"""Assignments of people to folds: with few people one alone moves the accuracy by several %."""
LEAST_PEOPLE: Final = 6
"""In each set; of fewer, an accuracy says nothing."""
PENALTY: Final = 1.0
"""Of half the squared weights, against the sum of the cases' losses."""
NEWTON_STEPS: Final = 30
SEED: Final = 0


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Feature vectors, and whose they are."""

    features: Float
    """``[N, F]``"""
    people: NDArray[np.int64]
    """``[N]`` ids 0.. of people, the same in every sample that is compared."""


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """How well two samples were told apart."""

    accuracy: float
    """Balanced, 0..1: 0.5 is guessing; mean over the assignments to folds."""
    drawn: Float
    """``[RESAMPLES]``: the same of assignments in turn, the people weighted by chance."""
    kernel_distance: float
    """Squared maximum mean discrepancy, unbiased: about 0 (also below) of equal distributions."""
    cases: int
    """Vectors of the first sample."""

    def summary(self) -> dict[str, Any]:
        """Figures with the interval over assignments and over the people's weights."""
        return {
            "cases": self.cases,
            "accuracy": rounded(self.accuracy),
            "interval": interval(self.drawn),
            "kernel_distance": rounded(self.kernel_distance),
        }


def tell_apart(sample: Sample, real: Sample) -> Told | None:
    """Of a sample and real ones; None where either has too few people."""
    if min(len(np.unique(s.people)) for s in (sample, real)) < LEAST_PEOPLE:
        return None
    features = np.concatenate([sample.features, real.features])
    people = np.concatenate([sample.people, real.people])
    classes = np.repeat([1, 0], [len(sample.people), len(real.people)])
    count = int(people.max()) + 1
    hits = np.zeros((REPEATS, 2, count))
    asked = np.zeros((2, count))
    np.add.at(asked, (classes, people), 1)
    rng = np.random.default_rng(SEED)
    for repeat in range(REPEATS):
        fold = folds(people, classes, rng)
        for k in range(FOLDS):
            held = fold == k
            guess = _Classifier(features[~held], classes[~held]).guess(features[held])
            right = guess == classes[held]
            np.add.at(hits[repeat], (classes[held], people[held]), right)
    # The Bayesian bootstrap: no weight is 0, so that a small sample never lacks all its people.
    # They hang on the ids alone, so that figures of several samples may be averaged draw by draw.
    weights = np.random.default_rng(SEED).exponential(size=(count, RESAMPLES)).T
    turns = np.arange(RESAMPLES) % REPEATS
    shares = np.einsum("rcp,rp->rc", hits[turns], weights) / (weights @ asked.T)
    return Told(
        accuracy=float((hits.sum(2) / asked.sum(1)).mean()),
        drawn=shares.mean(1),
        kernel_distance=kernel_distance(sample, real),
        cases=len(sample.people),
    )


def held_out_odds(sample: Sample, real: Sample) -> Float:
    """``[N]`` log-odds that each case of ``sample`` is none of the real ones, by classifiers that
    saw nobody who is in it; mean over the assignments to folds."""
    features = np.concatenate([sample.features, real.features])
    people = np.concatenate([sample.people, real.people])
    classes = np.repeat([1, 0], [len(sample.people), len(real.people)])
    odds = np.zeros(len(people))
    rng = np.random.default_rng(SEED)
    for _ in range(REPEATS):
        fold = folds(people, classes, rng)
        for k in range(FOLDS):
            held = fold == k
            odds[held] += _Classifier(features[~held], classes[~held]).odds(features[held])
    return odds[: len(sample.people)] / REPEATS


def interval(drawn: Float) -> list[float]:
    """Of 95 %, of ``drawn`` figures."""
    return [rounded(edge) for edge in np.quantile(drawn, BOUNDS)]


def folds(
    people: NDArray[np.int64], classes: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """The fold ``[N]`` of each case: all of a person in one, each class spread evenly."""
    fold = np.zeros(int(people.max()) + 1, np.int64)
    dealt = 0
    first = np.unique(people[classes == 1])
    for group in (first, np.setdiff1d(people, first)):
        fold[rng.permutation(group)] = (dealt + np.arange(len(group))) % FOLDS
        dealt += len(group)
    return fold[people]


def kernel_distance(a: Sample, b: Sample) -> float:
    """Squared maximum mean discrepancy of two samples, over pairs of different people.

    The kernel is KID's, (x . y / F + 1)^3, of features in standard deviations of ``b``. Pairs of
    one person are alike for that alone: with them it would be above 0 of equal distributions.
    """
    middle, spread = b.features.mean(0), _spread(b.features)

    def mean_over_pairs(one: Sample, other: Sample) -> float:
        x, y = ((s.features - middle) / spread for s in (one, other))
        strangers = one.people[:, None] != other.people[None]
        return float(((x @ y.T / x.shape[1] + 1) ** 3)[strangers].mean())

    return mean_over_pairs(a, a) + mean_over_pairs(b, b) - 2 * mean_over_pairs(a, b)


class _Classifier:
    """Logistic regression on the principal components of cases ``[N, F]`` of classes 0 and 1."""

    def __init__(self, features: Float, classes: NDArray[np.int64]) -> None:
        self._middle, self._spread = features.mean(0), _spread(features)
        scaled = (features - self._middle) / self._spread
        # Of fewer cases than features: their products' eigenvectors, ten times as fast as an SVD.
        _, vectors = np.linalg.eigh(scaled @ scaled.T)
        directions = scaled.T @ vectors[:, -min(COMPONENTS, len(features) - 1) :]
        self._components = directions / np.linalg.norm(directions, axis=0)
        self._weights = _logistic(self._seen(features), classes)

    def guess(self, features: Float) -> NDArray[np.int64]:
        """Classes ``[N]`` of cases ``[N, F]``."""
        return (self.odds(features) > 0).astype(np.int64)

    def odds(self, features: Float) -> Float:
        """Log-odds ``[N]`` that cases ``[N, F]`` are of class 1."""
        return self._seen(features) @ self._weights

    def _seen(self, features: Float) -> Float:
        """Principal components of the cases, and a 1 for the offset."""
        seen = (features - self._middle) / self._spread @ self._components
        return np.concatenate([seen, np.ones((len(seen), 1))], 1)


def _logistic(seen: Float, classes: NDArray[np.int64]) -> Float:
    """Weights ``[F]``, both classes counting alike; the last one, the offset, is free."""
    sign = 2.0 * classes - 1
    share = np.bincount(classes, minlength=2) / len(classes)
    counts = 0.5 / share[classes]
    penalty = PENALTY * np.append(np.ones(seen.shape[1] - 1), 1e-6)

    def loss(weights: Float) -> float:
        return float(counts @ np.logaddexp(0, -sign * (seen @ weights)) + penalty @ weights**2 / 2)

    weights = np.zeros(seen.shape[1])
    for _ in range(NEWTON_STEPS):
        wrong = 1 / (1 + np.exp(np.clip(sign * (seen @ weights), -500, 500)))
        slope = penalty * weights - seen.T @ (counts * sign * wrong)
        bend = (seen.T * (counts * wrong * (1 - wrong))) @ seen + np.diag(penalty)
        step = np.linalg.solve(bend, slope)
        now = loss(weights)
        while loss(weights - step) > now and np.abs(step).max() > 1e-8:
            step /= 2
        if np.abs(step).max() <= 1e-8:
            break
        weights = weights - step
    return weights


def _spread(rows: Float) -> Float:
    return rows.std(0) + 1e-6
