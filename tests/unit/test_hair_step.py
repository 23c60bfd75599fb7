"""Hair among the steps of an edit: what is its part, and what it leaves to the others."""

import numpy as np
import pytest

from s2flow_app.engine.hair import HairEdit
from s2flow_app.engine.hair_step import RIM_PX, hair_plan, hair_step
from s2flow_app.labels import BACKGROUND, HAIR, HAT, NOSE, SKIN, LabelMap


@pytest.fixture
def before() -> LabelMap:
    label_map = np.full((512, 512), BACKGROUND, np.uint8)
    label_map[60:200, 100:400] = HAIR
    label_map[200:420, 150:350] = SKIN
    return label_map


def test_other_parts_are_none_of_hair(before: LabelMap) -> None:
    asked = before.copy()
    asked[280:330, 230:270] = NOSE
    assert hair_plan(before, asked) is None


def test_hair_takes_its_own_part_of_an_edit(before: LabelMap) -> None:
    asked = before.copy()
    asked[52:60, 100:400] = HAIR
    asked[280:330, 230:270] = NOSE
    plan = hair_plan(before, asked)
    assert plan is not None
    assert (plan.asked[52:60, 100:400] == HAIR).all() and not (plan.asked == NOSE).any()
    np.testing.assert_array_equal(plan.moving, plan.asked)


def test_cut_hair_moves_nothing(before: LabelMap) -> None:
    asked = np.where(before == HAIR, BACKGROUND, before)
    asked[100:200, 150:350] = HAIR
    plan = hair_plan(before, asked.astype(np.uint8))
    assert plan is not None
    np.testing.assert_array_equal(plan.moving, before)


def test_a_hat_that_is_put_on_is_painted(before: LabelMap) -> None:
    asked = before.copy()
    asked[60:120, 100:400] = HAT
    assert hair_plan(before, asked) is None


def test_what_moved_is_the_photo_s_and_what_was_made_is_not(before: LabelMap) -> None:
    plan = hair_plan(before, np.where(before == HAIR, BACKGROUND, before).astype(np.uint8))
    assert plan is not None
    ones, field = np.ones((512, 512), np.float32), np.zeros((512, 512, 2), np.float32)
    field[:, :256, 0] = 6
    painted = np.zeros((512, 512), np.bool_)
    painted[300, 300] = True
    found = hair_step(HairEdit(np.full((512, 512, 3), 300.0), painted, ones, ones), plan, field)
    assert found.picture.dtype == np.uint8 and (found.picture == 255).all()
    assert not found.made[:, :250].any() and (found.made[:, 262:] == 1).all()
    assert found.field[200, 100, 0] == pytest.approx(6) and not found.field[:, 262:].any()
    assert found.painted[300 + RIM_PX, 300] and not found.painted[300 + RIM_PX + 2, 300]
    assert found.replaced(np.zeros((512, 512), np.uint8))[200, 400] == 255
