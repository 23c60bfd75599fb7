"""Two samples: equal ones cannot be told apart, others can, and nobody is in two folds."""

import numpy as np
import pytest

from s2flow_app.training.evaluation.two_sample import (
    FOLDS,
    LEAST_PEOPLE,
    Sample,
    folds,
    interval,
    kernel_distance,
    tell_apart,
)


def sample(people: range, *, shift: float = 0.0, seed: int = 0, each: int = 2) -> Sample:
    """Each person has a look of their own, and so have all of a person's vectors."""
    rng = np.random.default_rng(seed)
    ids = np.repeat(np.array(people), each)
    looks = rng.normal(0, 1, (len(people), 60)).repeat(each, 0)
    features = looks + rng.normal(0, 0.3, looks.shape)
    features[:, :20] += shift
    return Sample(features, ids)


def test_equal_distributions_cannot_be_told_apart() -> None:
    found = [
        tell_apart(sample(range(30), seed=s), sample(range(30, 80), seed=100 + s)) for s in range(4)
    ]
    told = [one for one in found if one is not None]
    assert len(told) == 4
    assert np.mean([one.accuracy for one in told]) == pytest.approx(0.5, abs=0.06)
    assert all(abs(one.kernel_distance) < 0.1 for one in told)  # its deviation is 0.03
    for one in told:
        low, high = interval(one.drawn)
        assert low < one.accuracy < high
        assert 0.05 < high - low < 0.4


def test_shifted_ones_are_told_apart() -> None:
    told = tell_apart(sample(range(30), shift=1.5), sample(range(30, 80), seed=1))
    assert told is not None
    assert told.accuracy > 0.9
    assert told.kernel_distance > 0.5
    figures = told.summary()
    assert figures["cases"] == 60
    assert figures["interval"][0] > 0.8


def test_people_that_are_recognised_are_no_help() -> None:
    """The same people in both sets, alike in both: memory of a person would give 1 or 0."""
    told = tell_apart(sample(range(40), seed=3), sample(range(40), seed=3))
    assert told is not None
    assert told.accuracy < 0.6


def test_folds_never_mix_a_person_and_spread_both_classes() -> None:
    rng = np.random.default_rng(0)
    people = np.concatenate([rng.integers(0, 25, 90), rng.integers(15, 60, 120)])
    classes = np.repeat([1, 0], [90, 120])
    for _ in range(10):
        fold = folds(people, classes, rng)
        assert all(len(set(fold[people == p])) == 1 for p in np.unique(people))
        for c in (0, 1):
            held = [len(np.unique(people[(fold == k) & (classes == c)])) for k in range(FOLDS)]
            assert min(held) >= 2


def test_too_few_people_are_not_judged() -> None:
    assert tell_apart(sample(range(LEAST_PEOPLE - 1)), sample(range(20, 60))) is None
    assert tell_apart(sample(range(20, 60)), sample(range(LEAST_PEOPLE - 1))) is None
    assert tell_apart(sample(range(LEAST_PEOPLE)), sample(range(20, 60))) is not None


def test_the_kernel_distance_is_the_mean_over_pairs_of_strangers() -> None:
    rng = np.random.default_rng(0)
    a = Sample(rng.normal(1, 1, (5, 3)), np.array([0, 0, 1, 2, 3]))
    b = Sample(rng.normal(0, 1, (7, 3)), np.array([3, 4, 5, 6, 7, 7, 8]))
    middle, spread = b.features.mean(0), b.features.std(0) + 1e-6

    def mean(one: Sample, other: Sample) -> float:
        return float(
            np.mean(
                [
                    ((u - middle) / spread @ ((v - middle) / spread) / 3 + 1) ** 3
                    for u, p in zip(one.features, one.people, strict=True)
                    for v, q in zip(other.features, other.people, strict=True)
                    if p != q
                ]
            )
        )

    assert kernel_distance(a, b) == pytest.approx(mean(a, a) + mean(b, b) - 2 * mean(a, b))
