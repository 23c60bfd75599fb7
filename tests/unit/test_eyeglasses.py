"""Glasses as objects: what they show follows the map, what is behind the lenses stays the photo."""

import cv2
import numpy as np
import pytest
from drawn_faces import drawn_face

from s2flow_app.engine.closed_curves import smooth_closed
from s2flow_app.engine.eyeglasses import Eyeglasses, eyeglasses_of
from s2flow_app.engine.eyeglasses_material import GOLD, MATERIALS, RIMLESS, TORTOISE, Material
from s2flow_app.engine.eyeglasses_shape import frame_shape
from s2flow_app.label_shapes import add_eyeglasses
from s2flow_app.labels import BACKGROUND, EYEGLASSES, HAIR, LEFT_EYE, RIGHT_EYE, SKIN, LabelMap

SIZE = 512
IDENTITY = np.eye(2, 3)
LEFT, RIGHT = (200, 238), (312, 238)
"""Middles of round lenses about the eyes of the drawn face."""


@pytest.fixture(scope="module")
def bare() -> LabelMap:
    return np.ascontiguousarray(np.kron(drawn_face(70), np.ones((2, 2), np.uint8)))


def photo_of(label_map: LabelMap) -> np.ndarray:
    """``[512, 512, 3]``: skin that is lit from above, with dark eyes and grain."""
    ramp = np.linspace(230, 130, SIZE)[:, None, None] * np.array([1.0, 0.8, 0.7])
    picture = np.broadcast_to(ramp, (SIZE, SIZE, 3)).copy()
    picture[np.isin(label_map, (LEFT_EYE, RIGHT_EYE))] = (60, 45, 40)
    for x in (200, 312):
        cv2.circle(picture, (x, 230), 4, (5.0, 5.0, 5.0), -1)
        cv2.circle(picture, (x + 12, 230), 4, (220.0, 220.0, 220.0), -1)
    picture += np.random.default_rng(1).normal(0, 2, (SIZE, SIZE, 1))
    return np.clip(picture, 0, 255).astype(np.uint8)


def painted(bare: LabelMap, *, ring_px: int) -> LabelMap:
    """Round glasses as a brush draws them: rings, or filled with ``ring_px`` -1."""
    canvas = np.zeros_like(bare)
    for centre in (LEFT, RIGHT):
        cv2.circle(canvas, centre, 40, 1, thickness=ring_px)
    cv2.line(canvas, (240, 225), (272, 225), 1, thickness=4)
    result = bare.copy()
    result[(canvas > 0) & (bare == SKIN)] = EYEGLASSES
    return result


def glasses(bare: LabelMap, after: LabelMap, material: Material | None = None) -> Eyeglasses:
    found = eyeglasses_of(bare, after, photo_of(bare), material=material)
    assert found is not None
    return found


def put_on(found: Eyeglasses, bare: LabelMap) -> tuple[np.ndarray, np.ndarray]:
    photo = photo_of(bare).astype(np.float32)
    return photo, found.over(photo, IDENTITY)


def test_nothing_that_is_added_is_no_glasses(bare: LabelMap) -> None:
    worn = painted(bare, ring_px=4)
    speck = bare.copy()
    speck[300:303, 200:203] = EYEGLASSES
    for before, after in ((bare, bare), (worn, worn), (worn, bare), (bare, speck)):
        assert eyeglasses_of(before, after, photo_of(bare)) is None


@pytest.mark.parametrize("ring_px", [4, 9])
def test_a_painted_ring_gives_a_rim_of_its_width(bare: LabelMap, ring_px: int) -> None:
    shape = frame_shape(bare, painted(bare, ring_px=ring_px))
    assert shape is not None and len(shape.lenses) == 2
    assert shape.rim_px == pytest.approx(ring_px + 1, rel=0.2)  # OpenCV draws 1 px more
    for lens, centre in zip(shape.lenses, (LEFT, RIGHT), strict=True):
        radius = np.hypot(*(lens - centre).T)
        assert radius.min() > 39 and radius.max() < 47


def test_filled_lenses_with_eyes_in_them_are_not_rings(bare: LabelMap) -> None:
    shape = frame_shape(bare, painted(bare, ring_px=-1))
    assert shape is not None and len(shape.lenses) == 2
    assert shape.rim_px is None


def test_a_thin_ring_is_metal_and_a_thick_one_acetate(bare: LabelMap) -> None:
    assert glasses(bare, painted(bare, ring_px=3)).material.metal
    assert not glasses(bare, painted(bare, ring_px=9)).material.metal


def test_a_ring_that_hair_cuts_open_gets_its_twins_shape(bare: LabelMap) -> None:
    before = bare.copy()
    before[190:290, 320:] = np.where(bare[190:290, 320:] == SKIN, HAIR, bare[190:290, 320:])
    after = painted(before, ring_px=4)
    shape = frame_shape(before, after)
    assert shape is not None and len(shape.lenses) == 2
    left, right = (np.ptp(lens, axis=0) for lens in shape.lenses)
    np.testing.assert_allclose(left, right, atol=3)


def test_rings_that_both_are_open_are_closed(bare: LabelMap) -> None:
    after = painted(bare, ring_px=4)
    after[:, 222:232], after[:, 330:345] = bare[:, 222:232], bare[:, 330:345]
    shape = frame_shape(bare, after)
    assert shape is not None and len(shape.lenses) == 2
    for lens, centre in zip(shape.lenses, (LEFT, RIGHT), strict=True):
        np.testing.assert_allclose(np.ptp(lens, axis=0), 84, atol=8)
        np.testing.assert_allclose((lens.max(axis=0) + lens.min(axis=0)) / 2, centre, atol=5)


def test_strokes_that_enclose_no_lens_are_drawn_as_they_are(bare: LabelMap) -> None:
    after = bare.copy()
    after[300:306, 180:330] = EYEGLASSES
    covered = glasses(bare, after).coverage()
    assert covered[302:304, 190:320].min() > 0.9
    assert covered[:290].max() == 0


@pytest.mark.parametrize("material", MATERIALS, ids=lambda m: m.name)
def test_eyes_look_through_every_material(bare: LabelMap, material: Material) -> None:
    photo, worn = put_on(glasses(bare, add_eyeglasses(bare), material), bare)
    eyes = cv2.erode((bare == LEFT_EYE).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    change = worn[eyes] - photo[eyes]
    assert np.abs(change).mean() < 16
    # What is left is light and shade: the eyes' own structure stays.
    assert np.corrcoef(worn[eyes].mean(1), photo[eyes].mean(1))[0, 1] > 0.9


def test_a_covered_eye_is_looked_at_through_clear_lenses(bare: LabelMap) -> None:
    after = painted(bare, ring_px=-1)
    after[after == LEFT_EYE] = EYEGLASSES
    found = glasses(bare, after)
    assert found.coverage()[bare == LEFT_EYE].max() < 0.05


def test_far_from_the_glasses_the_photo_stays(bare: LabelMap) -> None:
    photo, worn = put_on(glasses(bare, painted(bare, ring_px=5)), bare)
    np.testing.assert_array_equal(worn[330:], photo[330:])
    np.testing.assert_array_equal(worn[:160], photo[:160])


def test_the_rim_is_dark_and_casts_a_shadow_below_it(bare: LabelMap) -> None:
    photo, worn = put_on(glasses(bare, painted(bare, ring_px=9)), bare)
    bottom = LEFT[1] + 40
    assert worn[bottom, LEFT[0]].mean() < 0.5 * photo[bottom, LEFT[0]].mean()
    below = worn[bottom + 7 : bottom + 10, 195:205].mean()
    assert below < 0.97 * photo[bottom + 7 : bottom + 10, 195:205].mean()


def test_coverage_is_what_hides_the_photo(bare: LabelMap) -> None:
    covered = glasses(bare, painted(bare, ring_px=9)).coverage()
    assert covered.shape == (SIZE, SIZE) and covered.dtype == np.float32
    assert covered.min() == 0 and covered.max() == pytest.approx(1)
    assert covered[LEFT[1] + 40, LEFT[0]] > 0.9 and covered[LEFT[1] + 20, LEFT[0]] == 0
    # Two rings of 9 px and 80 px across, a bridge, temples.
    assert 2 * np.pi * 80 * 9 * 0.9 < covered.sum() < 2 * np.pi * 80 * 9 * 1.6


@pytest.mark.parametrize("scale", [0.5, 2.0, 4.0])
def test_every_size_of_the_photo_shows_the_same_glasses(bare: LabelMap, scale: float) -> None:
    found = glasses(bare, painted(bare, ring_px=9), TORTOISE)
    photo, worn = put_on(found, bare)
    side = round(SIZE * scale)
    matrix = np.array([[1 / scale, 0, 0.5 / scale - 0.5], [0, 1 / scale, 0.5 / scale - 0.5]])
    large = cv2.resize(photo, (side, side), interpolation=cv2.INTER_AREA if scale < 1 else 1)
    over = found.over(large.astype(np.float32, copy=False), matrix)
    ours = cv2.resize(over - large, (256, 256), interpolation=cv2.INTER_AREA)
    theirs = cv2.resize(worn - photo, (256, 256), interpolation=cv2.INTER_AREA)
    assert np.abs(ours - theirs).mean() < 0.6
    assert np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] > 0.98


def test_a_part_of_the_photo_gets_its_part_of_the_glasses(bare: LabelMap) -> None:
    found = glasses(bare, painted(bare, ring_px=9))
    photo, worn = put_on(found, bare)
    part = found.over(photo[200:300, 150:260], np.array([[1.0, 0, 150], [0, 1.0, 200]]))
    assert np.abs(part - worn[200:300, 150:260]).mean() < 2
    elsewhere = photo[400:500]
    assert found.over(elsewhere, np.array([[1.0, 0, 0], [0, 1.0, 400]])) is elsewhere


def test_large_photos_are_done_in_tiles_without_seams(
    bare: LabelMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = glasses(bare, painted(bare, ring_px=9))
    photo = np.full((SIZE, SIZE, 3), 180, np.float32)  # without grain
    at_once = found.over(photo, IDENTITY)
    monkeypatch.setattr("s2flow_app.engine.eyeglasses.TILE_PX", 37)
    np.testing.assert_allclose(found.over(photo, IDENTITY), at_once, atol=0.01)


def test_a_grey_photo_stays_grey(bare: LabelMap) -> None:
    one = cv2.cvtColor(photo_of(bare), cv2.COLOR_RGB2GRAY)
    grey = cv2.cvtColor(one, cv2.COLOR_GRAY2RGB).astype(np.uint8, copy=False)
    for material in (TORTOISE, GOLD, RIMLESS):
        found = eyeglasses_of(bare, add_eyeglasses(bare), grey, material=material)
        assert found is not None
        worn = found.over(grey.astype(np.float32), IDENTITY)
        assert np.ptp(worn, axis=2).max() < 0.01


def test_temples_go_under_hair(bare: LabelMap) -> None:
    after = painted(bare, ring_px=5)
    found = glasses(bare, after)
    covered = found.coverage()
    deep = cv2.erode((after == HAIR).astype(np.uint8), np.ones((17, 17), np.uint8)) > 0
    assert len(found.shape.temples) == 2
    assert covered[deep].max() < 0.05


def test_a_blurred_photo_gets_a_blurred_frame(bare: LabelMap) -> None:
    found = glasses(bare, painted(bare, ring_px=9))
    sharp = photo_of(bare).astype(np.float32)
    slopes = []
    blurred = cv2.GaussianBlur(sharp, (0, 0), 3).astype(np.float32, copy=False)
    for photo in (sharp, blurred):
        row = found.over(photo, IDENTITY)[LEFT[1] + 20 : LEFT[1] + 60, LEFT[0]].mean(axis=1)
        slopes.append(np.abs(np.diff(row)).max())
    assert slopes[1] < 0.6 * slopes[0]


def test_a_map_without_a_face_can_have_glasses(bare: LabelMap) -> None:
    empty = np.full_like(bare, BACKGROUND)
    after = empty.copy()
    after[100:160, 100:200] = EYEGLASSES
    photo, worn = put_on(glasses(empty, after), bare)
    assert np.isfinite(worn).all() and (worn != photo).any()


def test_a_smooth_curve_keeps_a_circle() -> None:
    t = np.linspace(0, 2 * np.pi, 100, endpoint=False)
    circle = 40 * np.stack([np.cos(t), np.sin(t)], 1) + 100
    for points in (circle, circle[::-1]):
        curve = smooth_closed(np.rint(points), 160, 9)
        np.testing.assert_allclose(np.hypot(*(curve - 100).T), 40, atol=0.5)
        (x, y), (u, v) = curve[1] - curve[0], curve[2] - curve[1]
        assert x * v - y * u > 0  # clockwise, as y points down
