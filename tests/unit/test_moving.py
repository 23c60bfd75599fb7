"""The photo moves: what moves, what holds still, what is left to a painter; on drawn faces."""

from threading import Event

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from s2flow_app.alignment import crop_matrix
from s2flow_app.engine import moving
from s2flow_app.engine.label_match import LabelMatch, manner
from s2flow_app.engine.moving import (
    BORDER_PX,
    chained,
    determinant,
    displacement,
    inverse_error_px,
    moved,
    moved_in_photo,
)
from s2flow_app.engine.registration import Match, register
from s2flow_app.errors import Cancelled
from s2flow_app.label_shapes.presets import PRESETS
from s2flow_app.labels import (
    EYEGLASSES,
    HAIR,
    LEFT_BROW,
    LEFT_EYE,
    LOWER_LIP,
    MOUTH,
    NECK,
    NOSE,
    RIGHT_BROW,
    RIGHT_EYE,
    SKIN,
    UPPER_LIP,
    LabelMap,
)

BY_NAME = {preset.name: preset for preset in PRESETS}
IDENTITY = np.array([[1.0, 0, 0], [0, 1, 0]])
RNG = np.random.default_rng(5)
NO_MAP = np.empty(0, np.uint16)
"""The second map of `cv2.remap` where the first one has x and y."""


def _face(*, glasses: bool = False) -> LabelMap:
    """A frontal face with hair about it."""
    face = np.zeros((512, 512), np.uint8)
    cv2.rectangle(face, (205, 380), (307, 511), NECK, -1)
    cv2.ellipse(face, (256, 240), (165, 200), 0, 0, 360, HAIR, -1)
    cv2.ellipse(face, (256, 270), (120, 160), 0, 0, 360, SKIN, -1)
    for x, eye, brow in ((196, RIGHT_EYE, RIGHT_BROW), (316, LEFT_EYE, LEFT_BROW)):
        cv2.ellipse(face, (x, 245), (20, 8), 0, 0, 360, eye, -1)
        cv2.ellipse(face, (x, 214), (32, 6), 0, 0, 360, brow, -1)
    cv2.fillConvexPoly(face, np.array([[248, 240], [264, 240], [292, 315], [220, 315]]), NOSE)
    cv2.ellipse(face, (256, 365), (52, 12), 0, 180, 360, UPPER_LIP, -1)
    cv2.ellipse(face, (256, 366), (52, 16), 0, 0, 180, LOWER_LIP, -1)
    if glasses:
        for x in (196, 316):
            cv2.ellipse(face, (x, 250), (44, 26), 0, 0, 360, EYEGLASSES, 3)
    return face


def _asked(name: str, face: LabelMap | None = None) -> tuple[LabelMap, LabelMap]:
    face = _face() if face is None else face
    asked = BY_NAME[name].apply(face)
    assert (asked != face).any()
    return face, asked


def _away_px(mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    found = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5)
    return found.astype(np.float32, copy=False)


def _texture(*shape: int, dtype: type = np.uint8) -> NDArray:
    noise = RNG.random(shape)
    noise = cv2.GaussianBlur(noise, (0, 0), 3.0)
    noise = (noise - noise.min()) / np.ptp(noise)
    return (noise * np.iinfo(dtype).max).astype(dtype)


def _smooth_field(seed: int, *, largest_px: float = 6.0) -> NDArray[np.float32]:
    coarse = np.random.default_rng(seed).standard_normal((6, 6, 2)).astype(np.float32)
    coarse[[0, -1]] = coarse[:, [0, -1]] = 0
    field = cv2.resize(coarse, (512, 512), interpolation=cv2.INTER_CUBIC)
    return field * np.float32(largest_px / np.abs(field).max())


# --- the displacement ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("raise_brows", 0.95), ("lower_brows", 0.85), ("thicker_brows", 0.8), ("wider_nose", 0.95),
        ("narrower_nose", 0.95), ("neutral_mouth", 0.8), ("fuller_hair", 0.75),
    ],
)  # fmt: skip
def test_moving_explains_most_of_a_shape_edit_without_folds(name: str, least: float) -> None:
    face = _face()
    if name == "neutral_mouth":
        cv2.ellipse(face, (256, 365), (40, 10), 0, 0, 360, MOUTH, -1)
    before, after = _asked(name, face)
    found = displacement(before, after)
    assert found.explained >= least
    assert found.explained == np.mean(
        moved(before, found.field, nearest=True)[before != after] == after[before != after]
    )
    torn = LabelMatch(before, after, manner(before, after)).torn
    assert determinant(found.field)[~torn].min() > 0.2
    assert inverse_error_px(found.field) < 0.1


def test_nothing_moves_beyond_reach_nor_at_the_border() -> None:
    for name, reach_px in (("wider_nose", 60), ("fuller_hair", 90)):
        before, after = _asked(name)
        field = displacement(before, after).field
        assert not field[_away_px(before != after) >= reach_px].any()
        inner = np.zeros((512, 512), np.bool_)
        inner[BORDER_PX:-BORDER_PX, BORDER_PX:-BORDER_PX] = True
        assert not field[~inner].any()
        assert np.abs(field).max() > 5


def test_equal_maps_move_nothing() -> None:
    found = displacement(_face(), _face())
    assert not found.field.any() and not found.lost.any() and found.explained == 1


def test_a_shifted_part_is_shifted_as_asked() -> None:
    before = np.full((512, 512), SKIN, np.uint8)
    after = before.copy()
    cv2.ellipse(before, (250, 250), (40, 9), 0, 0, 360, LEFT_BROW, -1)
    cv2.ellipse(after, (254, 241), (40, 9), 0, 0, 360, LEFT_BROW, -1)
    field = displacement(before, after).field
    np.testing.assert_allclose(field[241, 254], (-4, 9), atol=1.0)


def test_eyes_hold_still_unless_they_are_asked_to_change() -> None:
    before, after = _asked("raise_brows")
    field = displacement(before, after).field
    eyes = np.isin(before, (LEFT_EYE, RIGHT_EYE))
    assert not field[eyes].any()
    wider = before.copy()
    cv2.ellipse(wider, (196, 245), (26, 11), 0, 0, 360, RIGHT_EYE, -1)
    assert np.abs(displacement(before, wider).field[eyes]).max() > 1


@pytest.mark.parametrize("name", ["raise_brows", "thicker_brows", "wider_nose"])
def test_worn_glasses_hold_still(name: str) -> None:
    before, after = _asked(name, _face(glasses=True))
    field = displacement(before, after).field
    worn = (before == EYEGLASSES) & (after == EYEGLASSES)
    assert not field[worn].any()
    assert np.abs(field).max() > 2


def test_a_face_is_not_pulled_along_by_its_hair() -> None:
    before, after = _asked("shorter_hair")
    field = displacement(before, after).field
    kept = np.isin(before, (SKIN, NOSE, LEFT_EYE, LEFT_BROW, UPPER_LIP)) & (before == after)
    assert not field[kept].any()


def test_long_hair_that_is_cut_is_lost_and_moves_nothing() -> None:
    before = _face()
    before[300:500, 100:180][before[300:500, 100:180] == 0] = HAIR
    after = before.copy()
    after[320:, :190][after[320:, :190] == HAIR] = 0
    found = displacement(before, after)
    assert found.lost[(before == HAIR) & (after == 0)].mean() > 0.95
    assert np.abs(found.field[before != after]).max() < 2


def test_an_opened_mouth_tears_and_is_lost() -> None:
    before, after = _asked("smile")
    assert (before != MOUTH).all()
    found = displacement(before, after)
    assert found.lost[after == MOUTH].all()
    lips = np.isin(after, (UPPER_LIP, LOWER_LIP)) & (before != after)
    assert (moved(before, found.field, nearest=True)[lips] == after[lips]).mean() > 0.85


def test_what_is_left_of_a_closed_mouth_is_lost() -> None:
    face = _face()
    cv2.ellipse(face, (256, 365), (40, 10), 0, 0, 360, MOUTH, -1)
    before, after = _asked("neutral_mouth", face)
    found = displacement(before, after)
    assert found.lost[moved(before, found.field, nearest=True) == MOUTH].all()


def test_a_new_class_does_not_pull_and_is_lost() -> None:
    before, after = _asked("add_eyeglasses")
    found = displacement(before, after)
    assert np.abs(found.field).max() < 0.5
    assert found.lost[(after == EYEGLASSES) & (before != after)].all()


def test_specks_do_not_pull() -> None:
    before, after = _asked("raise_brows")
    alone = displacement(before, after).field
    cv2.circle(before, (256, 180), 4, LEFT_BROW, -1)
    cv2.circle(after, (256, 169), 4, LEFT_BROW, -1)
    field = displacement(before, after).field
    assert np.abs(field - alone)[150:195, 250:262].max() < 2


def test_rigid_pixels_keep_still() -> None:
    before, after = _asked("raise_brows")
    rigid = np.zeros((512, 512), np.bool_)
    rigid[:, 256:] = True
    field = displacement(before, after, rigid=rigid).field
    assert not field[rigid].any()
    assert np.abs(field[~rigid]).max() > 5


def test_a_draft_moves_alike() -> None:
    before, after = _asked("wider_nose")
    draft, full = (displacement(before, after, draft=d).field for d in (True, False))
    assert np.abs(draft - full).max() < 3


def test_displacement_is_cancelled() -> None:
    cancel = Event()
    cancel.set()
    with pytest.raises(Cancelled):
        displacement(*_asked("wider_nose"), cancel=cancel)


def test_a_fold_is_undone_and_pinned_pixels_stay() -> None:
    x = np.arange(128, dtype=np.float32)
    field = np.zeros((128, 128, 2), np.float32)
    field[..., 0] = -12 * np.exp(-(((x - 64) / 5) ** 2))
    field[:20] = 0
    fade = np.ones((128, 128), np.float32)
    fade[:20] = 0
    assert determinant(field).min() < 0
    unfolded = moving._unfolded(field, np.zeros((128, 128), np.bool_), fade)
    assert determinant(unfolded).min() >= moving.LEAST_JACOBIAN
    assert not unfolded[:20].any()
    assert np.abs(unfolded).max() > 2


# --- registration -------------------------------------------------------------------------------


def test_registration_finds_a_smooth_displacement() -> None:
    y, x = np.mgrid[0:64, 0:64].astype(np.float32)
    at = np.stack([x + 2 * np.sin(y / 12), y + 1.5 * np.cos(x / 10)], -1)
    source = np.dstack([_texture(64, 64).astype(np.float32) / np.float32(64) for _ in range(3)])
    target = cv2.remap(source, at, NO_MAP, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101)
    target = target.astype(np.float32, copy=False)
    one, none = np.ones((64, 64), np.float32), np.zeros((64, 64), np.float32)
    match = Match(1, source, target, trust=one, stiffness=one, hold=none, free=one)
    found = register(match, levels=4, bending=1.0, iterations=5)
    error = np.abs(found - (at - np.stack([x, y], -1)))[8:-8, 8:-8]
    assert error.mean() < 0.1


# --- resampling ---------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(512, 512), (512, 512, 1), (512, 512, 3), (512, 512, 6)])
def test_pictures_of_any_channel_count_move(shape: tuple[int, ...]) -> None:
    picture = RNG.integers(0, 256, shape, dtype=np.uint8)
    field = np.zeros((512, 512, 2), np.float32)
    field[...] = (3, -2)
    for nearest in (True, False):
        out = moved(picture, field, nearest=nearest)
        assert out.shape == shape and out.dtype == np.uint8
        np.testing.assert_array_equal(out[10:-10, 10:-10], picture[8:-12, 13:-7])


def test_masks_move_as_masks() -> None:
    mask = _face() == HAIR
    out = moved(mask, np.zeros((512, 512, 2), np.float32), nearest=True)
    assert out.dtype == np.bool_
    np.testing.assert_array_equal(out, mask)


def test_resampling_keeps_within_range() -> None:
    edge = np.zeros((512, 512), np.uint8)
    edge[:, 256:] = 255
    field = np.full((512, 512, 2), 0.4, np.float32)
    out = moved(edge, field)  # a wrapped overshoot would be dark on the bright side
    assert (out[:, :252] < 40).all() and (out[:, 262:] > 215).all()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_photo_moves_where_its_crop_does(dtype: type) -> None:
    quad = np.array([[150, 80], [110, 780], [810, 820], [850, 120]], np.float32)
    matrix = crop_matrix(quad)
    photo = _texture(900, 1000, 3, dtype=dtype)
    field = _smooth_field(1)
    field[:200] = 0
    box = np.s_[40:860, 30:960]
    out = moved_in_photo(photo, field, matrix, box)
    assert out.shape == photo[box].shape and out.dtype == dtype
    # By the definition, point by point.
    for x, y in ((500, 500), (400, 600), (620, 433)):
        u, v = matrix @ (x, y, 1)
        us, vs = np.full((1, 1), u, np.float32), np.full((1, 1), v, np.float32)
        shift = [float(cv2.remap(field[..., k], us, vs, cv2.INTER_CUBIC)[0, 0]) for k in (0, 1)]
        dx, dy = np.linalg.solve(matrix[:, :2], shift)
        at = np.array([[[x + dx, y + dy]]], np.float32)
        wanted = cv2.remap(photo, at, NO_MAP, cv2.INTER_LANCZOS4)[0, 0].astype(float)
        difference = np.abs(out[y - 40, x - 30].astype(float) - wanted)
        assert difference.max() <= 0.012 * np.iinfo(dtype).max
    back = cv2.invertAffineTransform(matrix)
    still = np.asarray(~field.any(2), np.uint8)
    still = cv2.warpAffine(still, back, (1000, 900), flags=cv2.INTER_NEAREST, borderValue=1)
    still = cv2.erode(still, np.ones((15, 15), np.uint8))[box] > 0
    np.testing.assert_array_equal(out[still], photo[box][still])
    assert (out[~still] != photo[box][~still]).mean() > 0.5


def test_a_photo_that_is_its_crop_moves_as_the_crop() -> None:
    picture, field = _texture(512, 512, 3), _smooth_field(2)
    whole = moved_in_photo(picture, field, IDENTITY, np.s_[0:512, 0:512])
    assert np.abs(whole.astype(int) - moved(picture, field)).max() <= 4  # places are 1/32 px
    part = moved_in_photo(picture, field, IDENTITY, np.s_[0:256, 256:512])
    np.testing.assert_array_equal(part, whole[:256, 256:])


def test_a_grey_photo_and_one_beside_the_crop() -> None:
    picture, field = _texture(300, 300), _smooth_field(3)
    assert moved_in_photo(picture, field, IDENTITY, np.s_[0:300, 0:300]).shape == (300, 300)
    beside = np.array([[1.0, 0, 2000], [0, 1, 2000]])
    out = moved_in_photo(picture, field, beside, np.s_[0:300, 0:300])
    np.testing.assert_array_equal(out, picture)


def test_a_large_photo_moves_in_small_steps() -> None:
    """No stairs from OpenCV's 32 places between two pixels: a ramp stays a ramp."""
    matrix = np.array([[0.125, 0, 0], [0, 0.125, 0]])
    photo = np.tile(np.arange(2048, dtype=np.uint16) * 16, (400, 1))
    field = _smooth_field(4, largest_px=8)
    out = moved_in_photo(photo, field, matrix, np.s_[0:400, 700:1400])
    bends = np.diff(out.astype(int), 2, axis=1)[8:-8, 8:-8]
    assert np.abs(bends).max() < 4  # in sixteenths of a photo pixel


def test_chained_is_one_after_the_other() -> None:
    picture = _texture(512, 512, 3)
    first, second = _smooth_field(6), _smooth_field(7)
    twice = moved(moved(picture, first), second).astype(int)
    once = moved(picture, chained(first, second))
    assert np.abs(twice - once)[16:-16, 16:-16].mean() < 0.5


def test_inverse_error_tells_folds_from_movements() -> None:
    assert inverse_error_px(np.zeros((512, 512, 2), np.float32)) == 0
    assert inverse_error_px(_smooth_field(8)) < 0.02
    x = np.arange(512, dtype=np.float32)
    folded = np.zeros((512, 512, 2), np.float32)
    folded[..., 0] = -12 * np.exp(-(((x - 256) / 5) ** 2))
    assert inverse_error_px(folded) > 1
