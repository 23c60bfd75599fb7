"""Where edits are cut out, and that what a blur does to photos is told, what chance does is not."""

import importlib.util

import cv2
import numpy as np
import pytest
from skimage import data

from s2flow_app.engine.changed_places import PATCH_PX, PLACES, places, window
from s2flow_app.training.evaluation import realism
from s2flow_app.training.evaluation.patches import enlarged, middle
from s2flow_app.training.evaluation.realism import PatchFeatures, installed
from s2flow_app.training.evaluation.two_sample import Sample, tell_apart

NEEDS_WEIGHTS = pytest.mark.skipif(
    not installed(),
    reason="the extra 'evaluate' is not installed: no weights of EfficientNet-Lite2",
)


def empty() -> np.ndarray:
    return np.zeros((512, 512), np.bool_)


def test_one_small_change_is_one_patch_about_its_middle() -> None:
    changed = empty()
    changed[100:121, 300:341] = True
    assert places(changed) == [(110, 320)]
    assert places(empty()) == []


def test_two_brows_are_two_patches_and_a_speck_is_none() -> None:
    changed = empty()
    changed[150:160, 150:210] = True
    changed[150:160, 300:350] = True
    changed[400:403, 400:403] = True
    assert places(changed) == [(154, 179), (154, 324)]


def test_a_ring_of_hair_is_judged_where_it_is_not_in_its_middle() -> None:
    rows, columns = np.mgrid[:512, :512] - 256
    distance = np.hypot(rows, columns)
    changed = (distance > 180) & (distance < 200)
    found = places(changed)
    assert len(found) == PLACES
    assert all(140 < np.hypot(row - 256, column - 256) < 205 for row, column in found)
    apart = [
        max(abs(a[0] - b[0]), abs(a[1] - b[1])) for k, a in enumerate(found) for b in found[:k]
    ]
    assert min(apart) > PATCH_PX / 3


def test_windows_lie_inside_of_the_picture() -> None:
    picture = np.arange(512 * 512 * 3, dtype=np.uint32).astype(np.uint8).reshape(512, 512, 3)
    assert np.array_equal(window(picture, (0, 511), 96), picture[:96, 416:])
    assert np.array_equal(window(picture, (200, 100), 96), picture[152:248, 52:148])
    assert np.array_equal(window(picture, (3, 3), 512), picture)


def test_a_change_has_its_middle_and_pictures_their_size() -> None:
    changed = empty()
    changed[10, 20] = changed[110, 220] = True
    assert middle(changed) == (60, 120)
    picture = np.full((64, 64, 3), 7, np.uint8)
    assert enlarged(picture, 64) is picture
    assert np.array_equal(enlarged(picture, 128), np.full((128, 128, 3), 7, np.uint8))


def test_without_its_weights_realism_is_not_measured(monkeypatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert not installed()
    assert "s2flow-app[evaluate]" in realism.MISSING


def patches(seed: int, people: int, *, first: int, blur: float = 0.0) -> Sample:
    """Of a real photo, each "person" a part of it."""
    photo, rng = data.astronaut(), np.random.default_rng(seed)
    pictures = []
    for row, column in rng.integers(0, 512 - 48, (people, 2)):
        part = photo[row : row + 48, column : column + 48]
        part = cv2.GaussianBlur(part, (0, 0), blur) if blur else part
        pictures.append(np.ascontiguousarray(part))
    return Sample(PatchFeatures()(pictures), np.arange(first, first + people))


@NEEDS_WEIGHTS
def test_parts_of_one_photo_cannot_be_told_and_blurred_ones_can() -> None:
    real = patches(0, 60, first=100)
    alike = tell_apart(patches(1, 40, first=0), real)
    blurred = tell_apart(patches(1, 40, first=0, blur=1.5), real)
    assert alike is not None and blurred is not None
    assert alike.accuracy == pytest.approx(0.5, abs=0.12)
    assert abs(alike.kernel_distance) < 0.1
    assert blurred.accuracy > 0.8
    assert blurred.kernel_distance > 4 * abs(alike.kernel_distance)


@NEEDS_WEIGHTS
def test_features_of_a_patch_do_not_depend_on_the_others() -> None:
    find = PatchFeatures()
    pictures = list(np.random.default_rng(0).integers(0, 256, (35, 48, 48, 3), dtype=np.uint8))
    found = find(pictures)
    assert found.shape == (35, 2 * (24 + 48 + 120))
    assert np.allclose(found[33], find(pictures[33:34])[0], rtol=1e-4, atol=1e-4)
    assert find([]).shape == (0, found.shape[1])
