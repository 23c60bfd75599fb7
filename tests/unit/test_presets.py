"""Presets and shape transfer on a parsed face, level and turned; regions that tools find."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from skimage.data import astronaut

from s2flow_app.document.face_axis import points_in_crop
from s2flow_app.document.regions import connected, fill_region, reshaped, smart_region
from s2flow_app.engine.pack import load_pack
from s2flow_app.engine.parse import ParsedFace, parse_face
from s2flow_app.label_shapes import fill_underneath
from s2flow_app.label_shapes.accessories import remove_hat
from s2flow_app.label_shapes.geometry import centroid
from s2flow_app.label_shapes.presets import PRESETS, Preset
from s2flow_app.label_shapes.transfer import PARTS, FacePart, shows, transfer_part
from s2flow_app.labels import (
    BACKGROUND,
    EARRING,
    EYEGLASSES,
    HAIR,
    HAT,
    LEFT_BROW,
    LOWER_LIP,
    MOUTH,
    NOSE,
    NUM_CLASSES,
    RIGHT_BROW,
    SKIN,
    UPPER_LIP,
    LabelMap,
    flatten,
)
from s2flow_app.paths import DEFAULT_PACK, models_dir

BY_NAME = {preset.name: preset for preset in PRESETS}
ANGLES = (0, 35, -90, 170)


@pytest.fixture(scope="module")
def parsed() -> ParsedFace:
    pack: Path = models_dir() / DEFAULT_PACK
    return parse_face(load_pack(pack), astronaut())


@pytest.fixture(scope="module")
def face(parsed: ParsedFace) -> LabelMap:
    return parsed.label_map


def turned(label_map: LabelMap, angle: float) -> LabelMap:
    matrix = cv2.getRotationMatrix2D((255.5, 255.5), angle, 0.8 if angle else 1.0)
    found = cv2.warpAffine(label_map, matrix, (512, 512), flags=cv2.INTER_NEAREST)
    return np.asarray(found, np.uint8)


def wearing(face: LabelMap) -> LabelMap:
    """The face with everything on."""
    worn = BY_NAME["add_earrings"].apply(BY_NAME["add_eyeglasses"].apply(face))
    worn[20:90, 120:400] = HAT
    return worn


@pytest.mark.parametrize("angle", ANGLES)
@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_a_preset_works_on_a_face_however_it_lies(
    preset: Preset, angle: float, face: LabelMap
) -> None:
    takes_off = preset.name.startswith("remove")
    start = turned(wearing(face) if takes_off else face, angle)
    before = start.copy()
    after = preset.apply(start)
    np.testing.assert_array_equal(start, before)
    changed = after != before
    assert 60 < changed.sum() < 0.25 * changed.size
    assert after.dtype == np.uint8 and after.max() < NUM_CLASSES
    # The same is done to a turned face as to a level one.
    level = turned(wearing(face) if takes_off else face, 0)
    goal = turned((preset.apply(level) != level).astype(np.uint8), angle) != 0
    # Beyond the level crop nothing can change in it, where the turned one has room.
    inside = turned(np.ones((512, 512), np.uint8), angle) != 0
    both = (changed & goal & inside).sum() / ((changed | goal) & inside).sum()
    assert both > (0.999 if angle == 0 else 0.4)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_a_preset_leaves_a_map_without_a_face_alone(preset: Preset) -> None:
    for class_id in (BACKGROUND, SKIN, HAT, EYEGLASSES, EARRING):
        flat = np.full((512, 512), class_id, np.uint8)
        np.testing.assert_array_equal(preset.apply(flat), flat)
    assert preset.nothing.endswith(".")


@pytest.mark.parametrize(
    ("name", "class_id"),
    [("remove_hat", HAT), ("remove_earrings", EARRING), ("remove_eyeglasses", EYEGLASSES)],
)
def test_what_is_taken_off_is_gone_and_cannot_be_taken_off_again(
    name: str, class_id: int, face: LabelMap
) -> None:
    after = BY_NAME[name].apply(wearing(face))
    assert not (after == class_id).any()
    np.testing.assert_array_equal(BY_NAME[name].apply(after), after)


def test_a_hat_that_goes_leaves_hair_on_the_skull_and_a_forehead(face: LabelMap) -> None:
    covered = face.copy()
    covered[:200] = np.where(face[:200] == BACKGROUND, BACKGROUND, HAT)
    after = remove_hat(covered)
    assert after[60, 256] == HAIR and after[190, 256] == SKIN and not (after == HAT).any()


def test_a_neutral_mouth_is_closed_level_and_narrower(face: LabelMap) -> None:
    after = BY_NAME["neutral_mouth"].apply(face)
    assert not (after == MOUTH).any()
    widths = [np.ptp(np.nonzero(np.isin(m, (UPPER_LIP, LOWER_LIP)))[1]) for m in (face, after)]
    assert widths[1] < widths[0]
    upper, lower = centroid(after == UPPER_LIP), centroid(after == LOWER_LIP)
    assert upper is not None and lower is not None and upper[1] < lower[1]
    np.testing.assert_array_equal(BY_NAME["neutral_mouth"].apply(after), after)
    assert (BY_NAME["smile"].apply(after) != after).sum() > 200, "and can smile again"


def test_brows_go_up_and_down_and_a_fringe_covers_the_forehead(face: LabelMap) -> None:
    def height(label_map: LabelMap) -> float:
        return float(np.nonzero(np.isin(label_map, (LEFT_BROW, RIGHT_BROW)))[0].mean())

    raised, lowered = (BY_NAME[n].apply(face) for n in ("raise_brows", "lower_brows"))
    assert height(raised) < height(face) - 6 and height(lowered) > height(face) + 5
    fringed = BY_NAME["fringe"].apply(face)
    assert set(np.unique(face[fringed != face])) == {SKIN}
    assert set(np.unique(fringed[fringed != face])) == {HAIR}
    assert np.nonzero(fringed != face)[0].max() < height(face) + 30


def test_earrings_hang_at_ears(face: LabelMap) -> None:
    after = BY_NAME["add_earrings"].apply(face)
    count, _ = cv2.connectedComponents((after == EARRING).astype(np.uint8))
    assert count - 1 == 2
    np.testing.assert_array_equal(BY_NAME["add_earrings"].apply(after), after)


# --- shapes of another face -------------------------------------------------------------------


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_a_part_comes_over_aligned_by_the_points(part: FacePart, parsed: ParsedFace) -> None:
    """From the same face, shifted, turned and made smaller: the part lands where it was."""
    own = wearing(parsed.label_map)
    points = points_in_crop(parsed.face.points, parsed.face.quad)
    matrix = cv2.getRotationMatrix2D((255.5, 255.5), 20, 0.85)
    matrix[:, 2] += (12, -9)
    other = np.asarray(cv2.warpAffine(own, matrix, (512, 512), flags=cv2.INTER_NEAREST), np.uint8)
    its_points = points @ matrix[:, :2].T + matrix[:, 2]
    after = transfer_part(own, points, other, its_points, part)
    before_mask, after_mask = (np.isin(m, part.classes) for m in (own, after))
    overlap = (before_mask & after_mask).sum() / (before_mask | after_mask).sum()
    assert overlap > 0.75
    elsewhere = ~(before_mask | after_mask)
    assert (own == after)[elsewhere].all()


def test_a_part_that_the_other_face_lacks_changes_nothing(face: LabelMap) -> None:
    glasses = next(part for part in PARTS if part.name == "glasses")
    points = points_in_crop(None, None)
    assert not shows(face, glasses)
    np.testing.assert_array_equal(transfer_part(face, points, face, points, glasses), face)


def test_another_mouth_leaves_no_lip_of_the_old_one(face: LabelMap) -> None:
    mouth = next(part for part in PARTS if part.name == "mouth")
    other = BY_NAME["neutral_mouth"].apply(face)
    points = points_in_crop(None, None)
    after = transfer_part(face, points, other, points, mouth)
    assert not (after == MOUTH).any() and (after == UPPER_LIP).any()
    assert np.array_equal(flatten(fill_underneath(after)), after)


def test_a_higher_hairline_shows_forehead_and_no_hole(face: LabelMap) -> None:
    hair = next(part for part in PARTS if part.name == "hair")
    points = points_in_crop(None, None)
    other = face.copy()
    rows = np.mgrid[0:512, 0:512][0]
    other[(face == HAIR) & (rows > 110) & (np.abs(np.mgrid[0:512, 0:512][1] - 256) < 90)] = SKIN
    after = transfer_part(face, points, other, points, hair)
    np.testing.assert_array_equal(after[120:170, 200:300] == SKIN, True)


# --- regions ----------------------------------------------------------------------------------


def test_a_fill_with_full_tolerance_does_not_look_at_the_photo(face: LabelMap) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (512, 512, 3), np.uint8)
    y, x = np.argwhere(face == NOSE)[50]
    filled = fill_region(face, noise, int(x), int(y), contiguous=False, tolerance=100)
    assert np.array_equal(filled, face == NOSE)
    some = fill_region(face, noise, int(x), int(y), contiguous=True, tolerance=5)
    assert some[y, x] and (face[some] == NOSE).all()


def test_a_fill_everywhere_takes_like_colours_of_one_class() -> None:
    label_map = np.zeros((512, 512), np.uint8)
    label_map[:, 256:] = SKIN
    picture = np.full((512, 512, 3), 40, np.uint8)
    picture[100:200, 50:460] = 200
    filled = fill_region(label_map, picture, 60, 150, contiguous=False, tolerance=20)
    expected = np.zeros((512, 512), bool)
    expected[100:200, 50:256] = True
    assert (filled ^ expected).sum() < 40


def test_a_smart_selection_of_a_flat_picture_is_near_its_stroke() -> None:
    stroke = np.zeros((512, 512), bool)
    stroke[250:260, 200:300] = True
    found = smart_region(np.full((512, 512, 3), 90, np.uint8), stroke, reach_px=30)
    assert found[stroke].all()
    far = cv2.distanceTransform((~stroke).astype(np.uint8), cv2.DIST_L2, 5) > 32
    assert not (found & far).any()
    everything = np.ones((512, 512), bool)
    assert smart_region(np.zeros((512, 512, 3), np.uint8), everything, reach_px=30).all()


def test_growing_and_shrinking_are_round_and_the_border_is_no_edge() -> None:
    region = np.zeros((512, 512), bool)
    region[:100, 200:300] = True
    added, removed = reshaped(region, "grow", 6)
    assert added[105, 250] and not added[107, 250] and not removed.any()
    assert not added[104, 304], "corners are round"
    added, removed = reshaped(region, "shrink", 6)
    assert removed[97, 250] and not removed[0, 250] and not added.any()
    with pytest.raises(ValueError, match="no such way"):
        reshaped(region, "twist", 6)


def test_connected_pieces_are_those_with_a_seed() -> None:
    mask = np.zeros((20, 20), bool)
    mask[2:4, 2:4] = mask[10:12, 10:12] = True
    seeds = np.zeros_like(mask)
    seeds[3, 3] = seeds[15, 15] = True
    assert np.argwhere(connected(mask, seeds)).max() == 3
