"""What becomes of each part of an edit: what moves, what is painted, what is an object."""

import cv2
import numpy as np
import pytest
from drawn_faces import drawn_face
from numpy.typing import NDArray

from s2flow_app.engine.edit_plan import (
    FEATURES,
    GROWN_RIM_PX,
    LOST_RIM_PX,
    MOUTH_RIM_PX,
    RIM_PX,
    EditPlan,
    at_amount,
    edit_plan,
    lost_rim,
)
from s2flow_app.label_shapes import remove_eyeglasses
from s2flow_app.labels import (
    BACKGROUND,
    EARRING,
    EYEGLASSES,
    HAIR,
    HAT,
    LEFT_EYE,
    LOWER_LIP,
    MOUTH,
    NECKLACE,
    RIGHT_EYE,
    SKIN,
    UPPER_LIP,
    LabelMap,
)

SIZE = 512
EYES = (LEFT_EYE, RIGHT_EYE)
LIPS = (UPPER_LIP, LOWER_LIP)
Mask = NDArray[np.bool_]


@pytest.fixture
def face() -> LabelMap:
    """Hair, skin, eyes and closed lips; eyes about (200, 230) and (312, 230), lips about y 360."""
    return np.ascontiguousarray(np.kron(drawn_face(70), np.ones((2, 2), np.uint8)))


def photo_of(label_map: LabelMap) -> NDArray[np.uint8]:
    shades = np.full((19, 3), 60, np.uint8)
    shades[SKIN], shades[EYEGLASSES] = (205, 160, 140), (30, 25, 25)
    return shades[label_map]


def planned(before: LabelMap, asked: LabelMap) -> EditPlan:
    return edit_plan(before, asked, photo_of(before))


def grown(mask: Mask, px: float) -> Mask:
    return cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5) <= px


def lowered(face: LabelMap, classes: tuple[int, ...], by_px: int) -> LabelMap:
    asked = face.copy()
    asked[np.isin(face, classes)] = SKIN
    there = np.roll(np.where(np.isin(face, classes), face, 0), by_px, 0)
    return np.where(there > 0, there, asked).astype(np.uint8)


def with_ring(face: LabelMap) -> LabelMap:
    """Frames about both eyes, whose lenses show them."""
    canvas = np.zeros_like(face)
    for x in (200, 312):
        cv2.circle(canvas, (x, 232), 42, 1, 6)
    cv2.line(canvas, (242, 226), (270, 226), 1, 5)
    return np.where((canvas > 0) & (face == SKIN), EYEGLASSES, face).astype(np.uint8)


# --- kinds -------------------------------------------------------------------------------------


def test_what_is_there_before_and_after_moves(face: LabelMap) -> None:
    asked = lowered(face, LIPS, 8)
    plan = planned(face, asked)
    np.testing.assert_array_equal(plan.moving, asked)
    assert not plan.painted.any() and not plan.puts_on_glasses


def test_nothing_asked_is_nothing_planned(face: LabelMap) -> None:
    plan = planned(face, face.copy())
    np.testing.assert_array_equal(plan.moving, face)
    assert not plan.painted.any() and not plan.puts_on_glasses


def test_a_mouth_that_opens_a_little_more_moves(face: LabelMap) -> None:
    """And one that opens much is painted: no stretching gives teeth."""
    maps = []
    for by in (6, 10, 24):
        wide = lowered(face, (LOWER_LIP,), by)
        wide[361 : 360 + by, 220:290] = MOUTH
        maps.append(wide)
    assert not planned(maps[0], maps[1]).painted.any()
    assert planned(maps[0], maps[2]).painted.any()


@pytest.mark.parametrize("opens", [True, False])
def test_a_mouth_that_opens_or_closes_is_painted(face: LabelMap, opens: bool) -> None:
    wide = lowered(face, (LOWER_LIP,), 10)
    wide[(face == LOWER_LIP) & (wide == SKIN)] = MOUTH
    before, asked = (face, wide) if opens else (wide, face)
    plan = planned(before, asked)
    mouth = np.isin(before, (*LIPS, MOUTH)) | np.isin(asked, (*LIPS, MOUTH))
    np.testing.assert_array_equal(plan.moving[mouth], before[mouth])
    assert plan.painted[mouth].all()
    assert not plan.painted[~grown(mouth, MOUTH_RIM_PX + 1)].any()


def test_a_mouth_that_is_open_before_and_after_moves(face: LabelMap) -> None:
    wide = lowered(face, (LOWER_LIP,), 10)
    wide[(face == LOWER_LIP) & (wide == SKIN)] = MOUTH
    asked = lowered(wide, (*LIPS, MOUTH), 6)
    plan = planned(wide, asked)
    np.testing.assert_array_equal(plan.moving, asked)
    assert not plan.painted.any()


def test_specks_open_no_mouth(face: LabelMap) -> None:
    asked = lowered(face, LIPS, 8)
    asked[368:371, 250:255] = MOUTH
    assert not planned(face, asked).painted.any()


def test_hair_that_grows_moves(face: LabelMap) -> None:
    hair = grown(face == HAIR, 12)
    asked = np.where(hair & (face == BACKGROUND), HAIR, face).astype(np.uint8)
    plan = planned(face, asked)
    np.testing.assert_array_equal(plan.moving, asked)
    assert not plan.painted.any()


def test_glasses_that_are_put_on_are_an_object(face: LabelMap) -> None:
    plan = planned(face, with_ring(face))
    assert plan.puts_on_glasses and not plan.painted.any()
    np.testing.assert_array_equal(plan.moving, face)


def test_of_glasses_that_are_taken_off_the_frame_is_painted(face: LabelMap) -> None:
    worn = with_ring(face)
    asked = remove_eyeglasses(worn)
    plan = planned(worn, asked)
    assert not plan.puts_on_glasses
    np.testing.assert_array_equal(plan.moving[worn == EYEGLASSES], EYEGLASSES)
    assert plan.painted[worn == EYEGLASSES].mean() > 0.95
    assert not plan.painted[np.isin(worn, EYES)].any(), "the eyes stay the person's"


def test_glasses_that_are_kept_neither_come_nor_go(face: LabelMap) -> None:
    worn = with_ring(face)
    plan = planned(worn, lowered(worn, LIPS, 8))
    assert not plan.puts_on_glasses and not plan.painted.any()


@pytest.mark.parametrize("class_id", [HAT, EARRING, NECKLACE])
@pytest.mark.parametrize("goes_on", [True, False])
def test_hats_and_trinkets_are_painted(face: LabelMap, class_id: int, goes_on: bool) -> None:
    with_it = face.copy()
    with_it[20:90, 150:360] = class_id
    before, asked = (face, with_it) if goes_on else (with_it, face)
    plan = planned(before, asked)
    here = before != asked
    np.testing.assert_array_equal(plan.moving, before)
    assert plan.painted[grown(here, 4)].all()


def test_features_that_the_map_keeps_are_not_painted(face: LabelMap) -> None:
    """A hat down to the eyes: no more of them than its rim covers."""
    asked = face.copy()
    asked[20:228, 150:360] = HAT
    plan = planned(face, asked)
    kept = np.isin(asked, EYES) & (face == asked)
    far = kept & ~grown(face != asked, RIM_PX + 1)
    assert far.any() and not plan.painted[far].any()


def test_what_moving_lost_is_painted_with_a_rim(face: LabelMap) -> None:
    lost = np.zeros(face.shape, np.bool_)
    lost[300:310, 240:270] = True
    asked = face.copy()
    asked[lost] = LOWER_LIP
    found = lost_rim(lost, face, asked)
    assert found[grown(lost, LOST_RIM_PX - 1)].all()
    assert not found[~grown(lost, LOST_RIM_PX + 1)].any()
    speck = np.zeros(face.shape, np.bool_)
    speck[300:303, 240:249] = True
    assert not lost_rim(speck, face, asked).any(), "so little stays the photo's"
    asked[lost] = HAIR
    assert found.sum() < lost_rim(lost, face, asked).sum()
    assert lost_rim(lost, face, asked)[grown(lost, GROWN_RIM_PX - 1)].all()


def test_what_moving_lost_beside_a_kept_feature_leaves_it(face: LabelMap) -> None:
    lost = np.zeros(face.shape, np.bool_)
    lost[228:232, 160:175] = True  # beside the right eye, some pixels away from the change
    asked = face.copy()
    asked[228:232, 160:166] = HAIR
    found = lost_rim(lost, face, asked)
    kept = np.isin(face, FEATURES) & ~grown(face != asked, RIM_PX + 1)
    assert not found[kept].any()


# --- the amount --------------------------------------------------------------------------------


def halves(edge: int) -> LabelMap:
    label_map = np.full((SIZE, SIZE), SKIN, np.uint8)
    label_map[:, edge:] = HAIR
    return label_map


def test_the_ends_are_the_maps_themselves() -> None:
    before, asked = halves(200), halves(220)
    assert at_amount(before, asked, 0.0) is before
    assert at_amount(before, asked, 1.0) is asked
    np.testing.assert_array_equal(at_amount(before, before.copy(), 0.5), before)


@pytest.mark.parametrize(("amount", "edge"), [(0.25, 205), (0.5, 210), (1.5, 230)])
def test_an_outline_goes_part_of_the_way_or_farther(amount: float, edge: int) -> None:
    found = at_amount(halves(200), halves(220), amount)
    assert found.dtype == np.uint8
    off = found != halves(edge)
    assert not off[:, : edge - 1].any() and not off[:, edge + 1 :].any()


def test_lips_go_half_of_the_way(face: LabelMap) -> None:
    half = at_amount(face, lowered(face, LIPS, 8), 0.5)
    want = lowered(face, LIPS, 4)
    assert (half != want).sum() < 0.25 * np.isin(want, LIPS).sum()
    lips = [np.nonzero(np.isin(m, LIPS))[0].mean() for m in (face, half)]
    assert lips[1] - lips[0] == pytest.approx(4, abs=0.7)


@pytest.mark.parametrize("amount", [0.1, 0.5, 1.5])
@pytest.mark.parametrize("class_id", [EYEGLASSES, HAT, EARRING, NECKLACE])
def test_what_is_worn_is_put_on_and_taken_off_at_once(
    face: LabelMap, amount: float, class_id: int
) -> None:
    worn = face.copy()
    worn[100:120, 180:330] = class_id
    np.testing.assert_array_equal(at_amount(face, worn, amount), worn)
    np.testing.assert_array_equal(at_amount(worn, face, amount), face)


def test_what_opens_opens_late(face: LabelMap) -> None:
    asked = face.copy()
    asked[362:372, 230:280] = MOUTH
    seen = [(at_amount(face, asked, a) == MOUTH).sum() for a in (0.25, 0.9, 1.0)]
    assert seen[0] == 0 and seen[1] <= seen[2] == 500
