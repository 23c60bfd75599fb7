"""Worn glasses: frame, shadow and glare are found, the eyes behind clear lenses are not."""

import cv2
import numpy as np
import pytest
from drawn_faces import drawn_face

from s2flow_app.engine.frame_removal import frame_mask
from s2flow_app.engine.rim_path import ANGLES, Rays, closed_path, stands_out, widths
from s2flow_app.label_shapes import remove_eyeglasses
from s2flow_app.labels import EYEGLASSES, LEFT_EYE, RIGHT_EYE, SKIN, LabelMap

SIZE = 512
CENTRES = ((200, 236), (312, 236))
RADIUS_PX = 42
DARK, GOLD, WHITE = (30, 25, 25), (150, 100, 20), (235, 235, 235)


@pytest.fixture(scope="module")
def bare() -> LabelMap:
    return np.ascontiguousarray(np.kron(drawn_face(70), np.ones((2, 2), np.uint8)))


def discs(radius_px: int, thickness_px: int = -1) -> np.ndarray:
    canvas = np.zeros((SIZE, SIZE), np.uint8)
    for centre in CENTRES:
        cv2.circle(canvas, centre, radius_px, 1, thickness_px, lineType=cv2.LINE_8)
    return canvas > 0


def bridge() -> np.ndarray:
    canvas = np.zeros((SIZE, SIZE), np.uint8)
    cv2.line(canvas, (242, 226), (270, 226), 1, 5)
    return canvas > 0


def worn(bare: LabelMap, *, eyes: bool = True) -> LabelMap:
    """The map of glasses over whole lenses, eyes seen through them or not."""
    result = bare.copy()
    result[discs(RADIUS_PX + 2) | bridge()] = EYEGLASSES
    for eye in (LEFT_EYE, RIGHT_EYE):
        if eyes:
            result[bare == eye] = eye
    return result


def photo(bare: LabelMap, *, frame: tuple = DARK, rim_px: int = 5) -> np.ndarray:
    picture = np.full((SIZE, SIZE, 3), (205, 160, 140), np.float32)
    picture[np.isin(bare, (LEFT_EYE, RIGHT_EYE))] = (70, 60, 55)
    picture += np.random.default_rng(0).normal(0, 2, picture.shape)
    picture[discs(RADIUS_PX, rim_px) | bridge()] = frame
    return np.clip(cv2.GaussianBlur(picture, (0, 0), 0.8), 0, 255).astype(np.uint8)


def found(crop: np.ndarray, before: LabelMap) -> np.ndarray:
    return frame_mask(crop, before, remove_eyeglasses(before))


@pytest.mark.parametrize("frame", [DARK, GOLD, WHITE], ids=["dark", "gold", "white"])
@pytest.mark.parametrize("rim_px", [2, 5, 11])
def test_the_frame_is_found_and_little_else(bare: LabelMap, frame: tuple, rim_px: int) -> None:
    mask = found(photo(bare, frame=frame, rim_px=rim_px), worn(bare))
    assert mask.dtype == np.bool_ and mask.shape == (SIZE, SIZE)
    assert mask[discs(RADIUS_PX, rim_px) | bridge()].mean() > 0.98
    band = discs(RADIUS_PX + rim_px // 2 + 9) & ~discs(RADIUS_PX - rim_px // 2 - 9)
    about_bridge = cv2.dilate(bridge().view(np.uint8), np.ones((21, 21), np.uint8)) > 0
    assert mask[~band & ~about_bridge].mean() < 0.002


def test_eyes_behind_clear_lenses_are_kept(bare: LabelMap) -> None:
    mask = found(photo(bare), worn(bare))
    assert not mask[np.isin(bare, (LEFT_EYE, RIGHT_EYE))].any()
    assert mask[discs(RADIUS_PX - 10)].mean() < 0.02


def test_sunglasses_are_painted_as_a_whole(bare: LabelMap) -> None:
    crop = photo(bare)
    crop[discs(RADIUS_PX)] = (35, 32, 30)
    mask = found(crop, worn(bare, eyes=False))
    assert mask[discs(RADIUS_PX + 2)].all()


def test_lenses_that_the_parser_saw_no_eyes_in_may_be_clear(bare: LabelMap) -> None:
    mask = found(photo(bare), worn(bare, eyes=False))
    assert mask[discs(RADIUS_PX, 5)].mean() > 0.98
    assert mask[discs(RADIUS_PX - 14)].mean() < 0.35


def test_eyes_that_only_the_asked_map_shows_are_kept(bare: LabelMap) -> None:
    before, crop = worn(bare, eyes=False), photo(bare, rim_px=11)
    after = remove_eyeglasses(before)
    eyes = np.isin(after, (LEFT_EYE, RIGHT_EYE))
    assert eyes.sum() > 400
    assert not frame_mask(crop, before, after)[eyes].any()


def test_a_parser_that_lost_the_lower_halves_is_made_good(bare: LabelMap) -> None:
    before = worn(bare)
    before[252:][before[252:] == EYEGLASSES] = SKIN
    mask = found(photo(bare), before)
    assert mask[discs(RADIUS_PX, 5)].mean() > 0.95


def test_glare_on_a_lens_is_found(bare: LabelMap) -> None:
    crop, glare = photo(bare), np.zeros((SIZE, SIZE), np.uint8)
    cv2.ellipse(glare, (180, 255), (9, 6), 20, 0, 360, 1, -1)
    crop[glare > 0] = (250, 252, 255)
    assert found(crop, worn(bare))[glare > 0].mean() > 0.95
    assert found(photo(bare), worn(bare))[glare > 0].mean() < 0.05


def test_glasses_on_the_forehead_are_painted_as_a_whole(bare: LabelMap) -> None:
    before = bare.copy()
    before[110:150, 170:340] = EYEGLASSES
    mask = found(photo(bare), before)
    assert mask[110:150, 170:340].all()
    assert not mask[170:].any()


def test_without_removed_glasses_nothing_is_found(bare: LabelMap) -> None:
    before, crop = worn(bare), photo(bare)
    for maps in ((bare, bare), (before, before), (bare, before)):
        assert not frame_mask(crop, *maps).any()


def test_a_map_without_a_face_loses_all_of_its_glasses(bare: LabelMap) -> None:
    before = np.zeros_like(bare)
    before[100:120, 100:200] = EYEGLASSES
    mask = frame_mask(photo(bare), before, np.zeros_like(before))
    assert mask[100:120, 100:200].all()


def test_a_path_follows_a_rim_that_the_map_has_elsewhere() -> None:
    rays = Rays(np.array([256.0, 256.0]), np.array([1.0, 0.0]), 125.0)
    picture = np.full((SIZE, SIZE, 3), 160, np.float32)
    cv2.ellipse(picture, (256, 256), (60, 40), 0, 0, 360, (60.0, 128.0, 128.0), 4)
    out = stands_out(rays.sampled(picture))
    bounds = np.full(ANGLES, 15.0), np.full(ANGLES, 80.0)
    path = closed_path(out, expected=np.full(ANGLES, 45.0), least=bounds[0], most=bounds[1])
    angle = np.linspace(0, 2 * np.pi, ANGLES, endpoint=False)
    true = 1 / np.hypot(np.cos(angle) / 60, np.sin(angle) / 40)
    assert np.abs(path - true).max() <= 3
    low, high = widths(out, path)
    assert 2 <= np.median(low + high) <= 7


def test_radii_of_masks_are_measured_along_the_axis() -> None:
    rays = Rays(np.array([200.0, 250.0]), np.array([0.0, 1.0]), 125.0)
    mask = np.zeros((SIZE, SIZE), np.bool_)
    mask[250:281, 195:206] = True
    assert rays.farthest(mask)[0] == pytest.approx(30, abs=1)
    assert rays.farthest(np.zeros_like(mask)).max() == 0
    area = rays.drawn(np.full(ANGLES, 20.0)).sum()
    assert area == pytest.approx(np.pi * 20**2, rel=0.06)
