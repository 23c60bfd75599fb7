"""Hair as a layer: it moves, is cut and grows over what stands behind it."""

import cv2
import numpy as np
import pytest
from drawn_faces import drawn_face

from s2flow_app.engine.background_plate import class_behind, continued
from s2flow_app.engine.hair import behind_hair, hair_edit, matte_of_hair, uncovered_by_hair
from s2flow_app.engine.hair_growth import new_hair
from s2flow_app.engine.hair_strands import (
    laid,
    noise_across,
    strand_directions,
    strand_texture,
    vectors,
)
from s2flow_app.labels import BACKGROUND, CLOTH, HAIR, HAT, SKIN, LabelMap

SIZE = 512
WALL, HAIR_COLOUR, SKIN_COLOUR = (150.0, 155.0, 160.0), (50.0, 40.0, 35.0), (205.0, 160.0, 140.0)
_Y, _X = np.mgrid[:SIZE, :SIZE].astype(np.float32)


@pytest.fixture(scope="module")
def face() -> LabelMap:
    """A head with hair down to the jaw: ``[512, 512]``."""
    found = np.ascontiguousarray(np.kron(drawn_face(60), np.ones((2, 2), np.uint8)))
    found[(found == BACKGROUND) & (np.abs(_X - 256) < 195) & (_Y > 220) & (_Y < 330)] = HAIR
    return found


@pytest.fixture(scope="module")
def wall() -> np.ndarray:
    """``[512, 512, 3]``: gets lighter to the right; with grain."""
    grain = np.random.default_rng(0).normal(0, 2, (SIZE, SIZE, 3))
    return np.array(WALL) + (_X[..., None] - 256) * 0.12 + grain


@pytest.fixture(scope="module")
def crop(face: LabelMap, wall: np.ndarray) -> np.ndarray:
    """``[512, 512, 3]``: strands fall straight down."""
    strands = np.random.default_rng(1).normal(0, 1, (1, SIZE)).astype(np.float32)
    strands = cv2.GaussianBlur(strands, (0, 0), 1.2)
    hair = np.array(HAIR_COLOUR) + 30 * np.repeat(strands, SIZE, 0)[..., None]
    skin = np.array(SKIN_COLOUR) + np.random.default_rng(2).normal(0, 2, (SIZE, SIZE, 3))
    soft = cv2.GaussianBlur((face == HAIR).astype(np.float32), (0, 0), 1.2)[..., None]
    found = np.where(np.isin(face, (HAIR, BACKGROUND))[..., None], wall, skin)
    return np.rint(np.clip(found + soft * (hair - found), 0, 255)).astype(np.uint8)


def far(mask: np.ndarray, distance_px: float) -> np.ndarray:
    return cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5) > distance_px


def grown(face: LabelMap, by_px: int) -> LabelMap:
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * by_px + 1,) * 2)
    near = cv2.dilate((face == HAIR).astype(np.uint8), disc) > 0
    return np.where(near & (face == BACKGROUND), HAIR, face).astype(np.uint8)


def cut(face: LabelMap, row: int = 240) -> LabelMap:
    return np.where((face == HAIR) & (row < _Y), BACKGROUND, face).astype(np.uint8)


def outwards(face: LabelMap, by_px: float) -> np.ndarray:
    """A displacement that widens everything beyond the face."""
    side = np.sign(_X - 256) * np.clip((np.abs(_X - 256) - 130) / 30, 0, 1)
    border = np.clip(np.minimum(_X, SIZE - 1 - _X) / 20, 0, 1)
    return np.stack([-by_px * side * border, np.zeros_like(_X)], -1).astype(np.float32)


# --- the matte ------------------------------------------------------------------------------------


def test_matte_is_sure_away_from_the_outline(crop: np.ndarray, face: LabelMap) -> None:
    alpha = matte_of_hair(crop, face)
    assert alpha.min() >= 0 and alpha.max() <= 1
    assert (alpha[far(face != HAIR, 14)] == 1).all()
    assert (alpha[far(face == HAIR, 14)] == 0).all()


def test_matte_finds_a_strand_that_the_map_has_not(crop: np.ndarray, face: LabelMap) -> None:
    strand = crop.copy()
    right = int(np.flatnonzero(face[280] == HAIR)[-1])
    strand[278:282, right + 1 : right + 8] = 45
    alpha = matte_of_hair(strand, face)[280, right + 2 : right + 6]
    assert alpha.mean() > 0.6
    assert matte_of_hair(crop, face)[280, right + 4 : right + 8].mean() < 0.2


def test_map_without_hair_has_an_empty_matte(crop: np.ndarray) -> None:
    bald = np.full((SIZE, SIZE), SKIN, np.uint8)
    assert not matte_of_hair(crop, bald).any()


# --- what is behind -------------------------------------------------------------------------------


def test_wall_goes_on_behind_hair(crop: np.ndarray, face: LabelMap, wall: np.ndarray) -> None:
    asked = cut(face)
    plate = behind_hair(crop, face, asked, matte_of_hair(crop, face))
    gone = far(face != HAIR, 3) & (asked == BACKGROUND)
    assert np.abs((plate - wall)[gone].mean(0)).max() < 3
    smooth = cv2.GaussianBlur(plate - wall.astype(np.float32), (0, 0), 4)
    assert np.abs(smooth[gone & far(face == SKIN, 14)]).max() < 12  # no blotch
    grain = [(p - cv2.GaussianBlur(p, (0, 0), 1.5))[gone].std() for p in (plate, wall)]
    assert grain[0] == pytest.approx(grain[1], rel=0.35)


def test_an_edge_of_the_wall_goes_on() -> None:
    picture = np.full((SIZE, SIZE, 3), 60, np.uint8)
    picture[:, 256:] = 190
    hidden = np.zeros((SIZE, SIZE), np.bool_)
    hidden[200:300, 200:312] = True
    picture[hidden] = (255, 0, 0)
    flat = np.zeros((SIZE, SIZE), np.uint8)
    found = continued(picture, flat, flat, hidden).picture[250, :, 0]
    assert found[200:238] == pytest.approx(60, abs=15)
    assert found[274:312] == pytest.approx(190, abs=15)


def test_class_that_shows_nothing_of_itself_is_unknown(crop: np.ndarray) -> None:
    shown = np.full((SIZE, SIZE), BACKGROUND, np.uint8)
    hidden = np.zeros((SIZE, SIZE), np.bool_)
    hidden[200:300, 200:300] = True
    wanted = np.where(hidden, CLOTH, BACKGROUND).astype(np.uint8)
    assert (continued(crop, shown, wanted, hidden).unknown == hidden).all()
    assert not continued(crop, shown, shown, hidden).unknown.any()


def test_nothing_hidden_is_the_crop_itself(crop: np.ndarray, face: LabelMap) -> None:
    none = np.zeros((SIZE, SIZE), np.bool_)
    assert (continued(crop, face, face, none).picture == crop).all()


def test_behind_hair_is_the_nearest_class(face: LabelMap) -> None:
    behind = class_behind(face)
    assert not (behind == HAIR).any()
    assert (behind == face)[face != HAIR].all()


# --- edits ----------------------------------------------------------------------------------------


def test_edit_without_hair_is_none(crop: np.ndarray, face: LabelMap) -> None:
    asked = face.copy()
    asked[400:420, 250:260] = CLOTH
    assert hair_edit(crop, face, asked, None) is None
    assert hair_edit(crop, face, face, None) is None


def test_fuller_hair_moves_and_nothing_else_does(crop: np.ndarray, face: LabelMap) -> None:
    asked = grown(face, 20)
    edit = hair_edit(crop, face, asked, outwards(face, 20))
    assert edit is not None and not edit.painted.any()
    kept = np.isin(face, (SKIN,)) & far(face == HAIR, 3)
    assert (np.rint(edit.picture)[kept] == crop[kept]).all()
    beyond = far(asked == HAIR, 16)
    assert np.abs(edit.picture - crop)[beyond].max() < 1
    new = (asked == HAIR) & (face == BACKGROUND) & (np.abs(_Y - 280) < 20) & far(asked != HAIR, 6)
    assert edit.alpha[new].min() > 0.9
    assert edit.picture[new].mean() < 90  # the old outline is no rim in it


def test_cut_hair_keeps_its_pixels(crop: np.ndarray, face: LabelMap, wall: np.ndarray) -> None:
    asked = cut(face)
    edit = hair_edit(crop, face, asked, None)
    assert edit is not None and not edit.painted.any()
    kept = (asked == HAIR) & far((face == HAIR) & (asked != HAIR), 24)
    assert (np.rint(edit.picture)[kept] == crop[kept]).all()
    gone = (asked == BACKGROUND) & far(asked == HAIR, 24) & far(face == SKIN, 6)
    assert np.abs(cv2.blur(edit.picture - wall.astype(np.float32), (5, 5))[gone]).max() < 15
    assert (edit.alpha[gone] == 0).all()


def test_hair_that_is_cut_does_not_come_back_where_other_hair_grows(
    crop: np.ndarray, face: LabelMap, wall: np.ndarray
) -> None:
    asked = np.where(_X < 256, cut(face), grown(face, 20)).astype(np.uint8)
    edit = hair_edit(crop, face, asked, outwards(face, 20) * (_X > 256)[..., None])
    assert edit is not None
    gone = (face == HAIR) & (asked == BACKGROUND) & (_Y > 270) & far(face == SKIN, 10)
    assert np.abs(cv2.blur(edit.picture - wall.astype(np.float32), (5, 5))[gone]).max() < 20
    new = (asked == HAIR) & (face == BACKGROUND) & (np.abs(_Y - 280) < 20) & far(asked != HAIR, 6)
    assert edit.alpha[new].min() > 0.9


def test_cut_ends_in_strands(crop: np.ndarray, face: LabelMap) -> None:
    edit = hair_edit(crop, face, cut(face), None)
    assert edit is not None
    columns = np.arange(100, 120)
    ends = np.array([np.flatnonzero(edit.alpha[200:300, c] < 0.5)[0] for c in columns])
    assert 1 < ends.std() < 8
    assert abs(ends.mean() - 40) < 6


def test_uncovered_skin_is_the_painters(crop: np.ndarray, face: LabelMap) -> None:
    asked = face.copy()
    forehead = (face == HAIR) & (np.abs(_X - 256) < 40) & (_Y > 60) & (_Y < 100)
    asked[forehead] = SKIN
    assert (uncovered_by_hair(face, asked) == forehead).all()
    edit = hair_edit(crop, face, asked, None)
    assert edit is not None and edit.painted[far(~forehead, 3)].all()
    assert not edit.painted[far(forehead, 3)].any()


def test_hair_under_a_hat_is_the_painters(crop: np.ndarray, face: LabelMap) -> None:
    hat = np.where((face == HAIR) & (_Y < 90), HAT, face).astype(np.uint8)
    edit = hair_edit(crop, hat, face, None)
    assert edit is not None and edit.painted[far(hat != HAT, 3)].all()


def test_hair_stays_under_a_hat(crop: np.ndarray, face: LabelMap) -> None:
    asked = np.where((face == HAIR) & (_Y < 90), HAT, face).astype(np.uint8)
    edit = hair_edit(crop, face, asked, None)
    assert edit is not None and (edit.picture == crop).all() and not edit.painted.any()


def fringe(face: LabelMap) -> LabelMap:
    return np.where((face == SKIN) & (_Y < 190), HAIR, face).astype(np.uint8)


def test_fringe_is_new_and_fuller_hair_is_not(face: LabelMap) -> None:
    asked = fringe(face)
    assert (new_hair(face, asked) == (asked != face)).all()
    assert not new_hair(face, grown(face, 20)).any()
    assert not new_hair(face, grown(face, 39)).any()  # fuller hair at its most
    longer = np.where((face == BACKGROUND) & (np.abs(_X - 120) < 25) & (_Y > 320), HAIR, face)
    assert new_hair(face, longer.astype(np.uint8)).sum() > 0


def test_fringe_looks_like_the_hair(crop: np.ndarray, face: LabelMap) -> None:
    asked = fringe(face)
    edit = hair_edit(crop, face, asked, None)
    assert edit is not None and not edit.painted.any()
    new = (asked != face) & far(asked != HAIR, 12)
    assert edit.alpha[new].mean() > 0.98
    assert np.abs(edit.picture[new].mean(0) - HAIR_COLOUR).max() < 15
    old = far(face != HAIR, 12)
    contrast = [p[..., 0][m].std() for p, m in ((edit.picture, new), (crop, old))]
    assert contrast[0] == pytest.approx(contrast[1], rel=0.5)
    below = (face == asked) & far(asked == HAIR, 40)
    assert np.abs(edit.picture - crop)[below].max() < 1


def test_same_edit_is_the_same_picture(crop: np.ndarray, face: LabelMap) -> None:
    asked = fringe(face)
    one, other = (hair_edit(crop, face, asked, None) for _ in range(2))
    assert one is not None and other is not None and (one.picture == other.picture).all()


def test_curls_have_no_straight_strands(face: LabelMap) -> None:
    curls = np.random.default_rng(0).integers(0, 255, (SIZE, SIZE, 3)).astype(np.uint8)
    edit = hair_edit(curls, face, fringe(face), None)
    assert edit is not None and edit.painted[far(fringe(face) == face, 3)].all()


# --- strands --------------------------------------------------------------------------------------


@pytest.mark.parametrize("degrees", [20, 60, 90, 150])
def test_directions_of_drawn_strands(degrees: int) -> None:
    angle = np.deg2rad(degrees)
    across = -_X * np.sin(angle) + _Y * np.cos(angle)
    crop = np.repeat((128 + 60 * np.sin(across))[..., None], 3, 2).astype(np.uint8)
    hair = np.zeros((SIZE, SIZE), np.bool_)
    hair[100:400, 100:400] = True
    way = vectors(strand_directions(crop, hair))[150:350, 150:350].mean((0, 1))
    assert way == pytest.approx([np.cos(angle), np.sin(angle)], abs=0.03)


def test_texture_repeats_without_a_seam(crop: np.ndarray, face: LabelMap) -> None:
    texture = strand_texture(crop, far(face != HAIR, 6), face == SKIN)
    assert texture is not None
    length, width = texture.shape[:2]
    x, y = np.meshgrid(np.arange(2.0 * width), np.arange(2.0 * length))
    found = laid(texture, x.astype(np.float32), y.astype(np.float32))
    assert found[length:, width:] == pytest.approx(found[:length, :width], abs=1e-3)
    down = np.abs(np.diff(found, axis=0)).mean((1, 2))
    assert down[length - 1] <= 2 * down.max() and down[length - 1] < 4


def test_noise_is_one_along_a_strand() -> None:
    noise = noise_across(np.linspace(0, 2000, 4000).astype(np.float32))
    assert noise.mean() == pytest.approx(0, abs=0.2)
    assert noise.std() == pytest.approx(1, abs=0.15)
