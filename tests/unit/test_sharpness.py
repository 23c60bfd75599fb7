"""Edits are as sharp as what is about them: blurred ones get grain, too sharp ones lose some."""

import cv2
import numpy as np
import pytest

from s2flow_app.engine.sharpness import ALIKE, GAINS, energy_ratio, grain, inside_and_ring

SIDE = 128


def noise(strength: float = 30.0) -> np.ndarray:
    """``[128, 128, 3]`` grey grain."""
    grey = 128 + strength * np.random.default_rng(0).standard_normal((SIDE, SIDE, 1))
    return np.repeat(grey, 3, 2).clip(0, 255).astype(np.float32)


def replaced() -> np.ndarray:
    mask = np.zeros((SIDE, SIDE), np.uint8)
    mask[40:88, 40:88] = 255
    return cv2.GaussianBlur(mask, (5, 5), 0)


def ratio(picture: np.ndarray) -> float:
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    found = energy_ratio(grey, *inside_and_ring(replaced(), 3 * SIDE))
    assert found is not None
    return found


def with_strength(strength: float) -> np.ndarray:
    picture = noise()
    inside = replaced()[..., None] / 255
    return (128 + (picture - 128) * (1 + inside * (strength - 1))).astype(np.float32)


def test_a_blurred_patch_has_less_energy_than_what_is_about_it() -> None:
    picture = noise()
    assert ratio(picture) == pytest.approx(1, abs=0.2)
    blurred = np.where(replaced()[..., None] > 0, cv2.GaussianBlur(picture, (5, 5), 0), picture)
    assert ratio(blurred) < 0.3


def test_nothing_has_no_energy() -> None:
    nothing = np.zeros((SIDE, SIDE), bool)
    assert energy_ratio(noise()[..., 0], nothing, ~nothing) is None
    assert grain(noise(), np.zeros((SIDE, SIDE), np.uint8), 3 * SIDE) is None


def test_what_is_as_sharp_as_its_surroundings_is_left_alone() -> None:
    assert grain(noise(), replaced(), 3 * SIDE) is None


@pytest.mark.parametrize("strength", [0.7, 1.4])
def test_grain_is_brought_to_the_strength_about_it(strength: float) -> None:
    picture = with_strength(strength)
    assert not ALIKE[0] <= ratio(picture) <= ALIKE[1]
    added = grain(picture, replaced(), 3 * SIDE)
    assert added is not None
    assert not added[replaced() == 0].any()
    assert ALIKE[0] - 0.1 <= ratio(picture + added[..., None]) <= ALIKE[1] + 0.1


def test_it_is_changed_within_reason() -> None:
    picture = with_strength(0.1)
    added = grain(picture, replaced(), 3 * SIDE)
    assert added is not None
    before = ratio(picture)
    assert ratio(picture + added[..., None]) <= 1.1 * GAINS[1] ** 2 * before


def test_rounding_is_part_of_the_grain_of_smooth_photos() -> None:
    smooth = with_strength(1.8) * 0.02 + 120
    whole = np.where(replaced()[..., None] == 0, np.rint(smooth), smooth).astype(np.float32)
    added = grain(whole, replaced(), 3 * SIDE)
    assert added is not None
    assert ratio(np.rint(whole + added[..., None]).astype(np.float32)) <= ALIKE[1] + 0.15
