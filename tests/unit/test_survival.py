"""What an edit kept, on maps whose shares are known."""

import numpy as np
import pytest

from s2flow_app.labels import BACKGROUND, EYEGLASSES, HAIR, LEFT_EYE, NOSE, RIGHT_EYE, SKIN
from s2flow_app.model.edit import Edit
from s2flow_app.model.face import FaceState
from s2flow_app.training.evaluation.survival import Survival, eyes_survived, kept_classes

SIDE = 512
REACH = 20
"""Whole pixels in 4 % of the crop's side."""


def blank() -> np.ndarray:
    return np.zeros((SIDE, SIDE), np.uint8)


def edit(before: np.ndarray, asked: np.ndarray, crop: np.ndarray) -> Edit:
    return Edit(FaceState(np.zeros((12, 4), np.float32), before, crop, blank()), asked)


def test_shares_are_counted_about_the_change_and_in_the_whole_crop() -> None:
    before, asked = blank(), blank()
    before[:, 256:] = SKIN
    asked[:] = before
    asked[:, :100] = HAIR  # columns 100..119 are kept and near
    read_before = before.copy()
    read_after = read_before.copy()
    read_after[:, :100] = HAIR
    read_after[:, 100:107] = HAIR  # of which columns 105 and 106 are by an outline that stayed
    read_after[:128, 256:] = NOSE  # a quarter of the skin, far off
    read_after[126:128, 256:] = SKIN
    counts = kept_classes(before, asked, read_before, read_after)
    assert counts.near[BACKGROUND].tolist() == [REACH * SIDE, 15 * SIDE]
    assert counts.near[SKIN].tolist() == [0, 0]
    assert counts.whole[BACKGROUND].tolist() == [156 * SIDE, 151 * SIDE]
    assert counts.whole[SKIN].tolist() == [256 * SIDE, 256 * (SIDE - 124)]
    assert counts.whole[HAIR].tolist() == [0, 0]


def test_what_the_judge_misread_before_may_stay_misread() -> None:
    before, asked = blank(), blank()
    asked[:, :10] = HAIR
    read = np.full_like(before, SKIN)
    counts = kept_classes(before, asked, read, read)
    assert counts.near[SKIN].tolist() == [REACH * SIDE] * 2
    assert counts.near.sum() == 2 * REACH * SIDE


def test_an_outline_may_move_by_one_of_the_judges_pixels() -> None:
    before, asked = blank(), blank()
    asked[:, 200:220] = SKIN
    read_before, read_after = blank(), blank()
    read_before[:, 150:] = HAIR
    for moved, lost in ((0, 0), (2, 0), (3, 1), (10, 8)):
        read_after[:] = BACKGROUND
        read_after[:, 150 + moved :] = HAIR
        counts = kept_classes(before, asked, read_before, read_after)
        every, kept = counts.whole[HAIR]
        assert every - kept == lost * SIDE


def glasses_off(seed: int = 0) -> tuple[Edit, np.ndarray]:
    rng = np.random.default_rng(seed)
    crop = rng.integers(0, 200, (SIDE, SIDE, 3), dtype=np.uint8)
    before = np.full((SIDE, SIDE), SKIN, np.uint8)
    before[200:260, 120:400] = EYEGLASSES
    before[220:240, 150:200], before[220:240, 300:350] = RIGHT_EYE, LEFT_EYE
    asked = np.where(before == EYEGLASSES, SKIN, before).astype(np.uint8)
    return edit(before, asked, crop), crop


def test_own_eyes_survive_glasses_also_when_a_tint_goes() -> None:
    asked, crop = glasses_off()
    before, after = asked.base.label_map, asked.label_map
    lighter = (crop * 0.9 + 25).astype(np.uint8)
    assert eyes_survived(asked, crop, before, after) is True
    assert eyes_survived(asked, lighter, before, after) is True


def test_other_eyes_flat_ones_and_closed_ones_did_not_survive() -> None:
    asked, crop = glasses_off()
    before, after = asked.base.label_map, asked.label_map
    others = glasses_off(seed=1)[1]
    assert eyes_survived(asked, others, before, after) is False
    assert eyes_survived(asked, np.full_like(crop, 80), before, after) is False
    assert eyes_survived(asked, crop, before, np.full_like(after, SKIN)) is False


def test_opaque_lenses_and_other_edits_are_no_case() -> None:
    asked, crop = glasses_off()
    before, after = asked.base.label_map, asked.label_map
    read = np.where(np.isin(before, (LEFT_EYE, RIGHT_EYE)), EYEGLASSES, before)
    assert eyes_survived(asked, crop, read, after) is None, "the judge sees no eyes"
    none = np.where(np.isin(before, (LEFT_EYE, RIGHT_EYE)), EYEGLASSES, before)
    opaque = edit(none.astype(np.uint8), after, crop)
    assert eyes_survived(opaque, crop, before, after) is None, "the map has no eyes"
    assert eyes_survived(edit(after, before, crop), crop, after, before) is None, "they are put on"


def test_the_summary_has_eyes_first_and_every_class_that_was_seen() -> None:
    survival = Survival()
    assert survival.summary() == {
        "edits": 0, "near": {}, "whole": {}, "eyes_behind_glasses": {"cases": 0},
    }  # fmt: skip
    for seed in (0, 1):
        asked, crop = glasses_off(seed)
        after = asked.label_map.copy()
        after[220:227, 150:200] = SKIN  # all but the last two rows count as lost: an eighth
        survival.add(asked, crop, asked.base.label_map, after)
    found = survival.summary()
    assert list(found["near"]) == ["eyes", "all", "left_eye", "right_eye", "skin"]
    assert found["near"]["eyes"]["share"] == pytest.approx(0.875)
    assert found["near"]["left_eye"]["share"] == 1
    assert found["near"]["right_eye"]["interval"] == [0.75, 0.75]
    assert found["whole"]["skin"]["share"] == 1
    assert found["eyes_behind_glasses"]["share"] == 1
