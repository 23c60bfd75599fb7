"""The figures that edits are judged by."""

import math

import numpy as np
import pytest

from s2flow_app.engine.measure import mask_adherence, outside_change, psnr_db, surroundings
from s2flow_app.labels import HAIR, SKIN


def maps() -> tuple[np.ndarray, np.ndarray]:
    source = np.full((512, 512), SKIN, np.uint8)
    asked = source.copy()
    asked[100:200, 100:300] = HAIR
    return asked, source


def test_adherence_is_the_share_of_the_asked_change() -> None:
    asked, source = maps()
    assert mask_adherence(asked, source, asked) == 1
    assert mask_adherence(asked, source, source) == 0
    half = asked.copy()
    half[:, 200:] = SKIN
    assert mask_adherence(asked, source, half) == pytest.approx(0.5)


def test_adherence_takes_the_judges_own_size() -> None:
    asked, source = maps()
    assert mask_adherence(asked, source, asked[::2, ::2].copy()) == pytest.approx(1, abs=0.02)


def test_adherence_does_not_count_what_was_not_asked() -> None:
    asked, source = maps()
    elsewhere = asked.copy()
    elsewhere[300:] = HAIR
    assert mask_adherence(asked, source, elsewhere) == 1


def test_no_asked_change_has_no_adherence() -> None:
    _, source = maps()
    assert mask_adherence(source, source, source) is None


def test_outside_change_looks_beyond_four_percent() -> None:
    before = np.full((512, 512, 3), 100, np.uint8)
    asked, source = maps()
    changed = asked != source
    after = before.copy()
    after[80:220, 100:300] = 0  # 20 px above and below
    assert outside_change(before, after, changed) == 0
    after[:40] = 110
    outside = 512 * 512 - surroundings(changed).sum()
    assert outside_change(before, after, changed) == pytest.approx(10 * 40 * 512 / outside)


def test_outside_change_at_another_size_is_about_the_same() -> None:
    before = np.full((128, 128, 3), 100, np.uint8)
    asked, source = maps()
    after = before + np.uint8(8)
    assert outside_change(before, after, asked != source) == pytest.approx(8)


def test_nothing_lies_outside_of_an_edit_of_everything() -> None:
    image = np.zeros((64, 64, 3), np.uint8)
    assert outside_change(image, image + np.uint8(9), np.ones((64, 64), bool)) is None


def test_outside_change_without_a_change_counts_all() -> None:
    image = np.zeros((64, 64, 3), np.uint8)
    assert outside_change(image, image + np.uint8(9), np.zeros((64, 64), bool)) == 9


def test_psnr_of_a_known_error() -> None:
    image = np.full((32, 32, 3), 100, np.uint8)
    assert psnr_db(image, image + np.uint8(5)) == pytest.approx(20 * math.log10(255 / 5))
    assert psnr_db(image, image) == 100
