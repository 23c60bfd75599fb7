"""What `s2flow evaluate` counts with: intervals, likeness, Fréchet distance, texture, identity."""

import importlib.util

import cv2
import numpy as np
import pytest
from skimage.metrics import structural_similarity

from s2flow_app.training.evaluation import identity
from s2flow_app.training.evaluation.frechet import frechet_distance, frechet_summary
from s2flow_app.training.evaluation.intervals import share, summary, summed_interval
from s2flow_app.training.evaluation.likeness import ssim
from s2flow_app.training.evaluation.style_sliders import map_iou, outside_de, structure_changed


def test_an_interval_holds_its_figure_and_narrows_with_the_cases() -> None:
    values = np.random.default_rng(1).normal(3.0, 1.0, 400)
    few, many = summary(values[:40]), summary(values)
    for found in (few, many):
        assert found["mean_interval"][0] < found["mean"] < found["mean_interval"][1]
        assert found["median_interval"][0] <= found["median"] <= found["median_interval"][1]
    width = [of["mean_interval"][1] - of["mean_interval"][0] for of in (few, many)]
    assert width[1] == pytest.approx(width[0] / 10**0.5, rel=0.35)


def test_nothing_measured_is_no_figure() -> None:
    assert summary([]) == {"cases": 0}
    assert share([]) == {"cases": 0}


def test_a_sum_over_equal_faces_has_no_spread() -> None:
    parts = np.full((12, 2), 3)
    assert summed_interval(parts, lambda s: s[0] / s.sum()) == [0.5, 0.5]


def test_structural_similarity_is_what_scikit_image_finds(astronaut: np.ndarray) -> None:
    a = cv2.resize(astronaut, (128, 128), interpolation=cv2.INTER_AREA).astype(np.uint8)
    b = cv2.GaussianBlur(a, (7, 7), 0).astype(np.uint8)
    wanted = structural_similarity(
        a, b, channel_axis=2, gaussian_weights=True, sigma=1.5, use_sample_covariance=False,
        data_range=255,
    )  # fmt: skip
    assert ssim(a, b) == pytest.approx(wanted, abs=1e-4)
    assert ssim(a, a) == pytest.approx(1)


def test_frechet_distance_grows_with_shift_and_with_lost_variety() -> None:
    rng = np.random.default_rng(0)
    real, alike = rng.normal(size=(2, 300, 20))
    near = frechet_distance(alike, real)
    assert frechet_distance(real, real) == pytest.approx(0, abs=1e-6)
    # Of a shift d and equal spread it is |d|^2, beside what chance makes.
    assert frechet_distance(alike + 1, real) == pytest.approx(20 + near, rel=0.1)
    assert frechet_distance(0.3 * alike, real) > 10 * near


def test_a_frechet_interval_is_about_the_distance() -> None:
    rng = np.random.default_rng(0)
    found = frechet_summary(rng.normal(0.5, 1, (100, 10)), rng.normal(size=(100, 10)))
    low, high = found["interval"]
    assert found["pictures"] == 100
    assert found["distance"] - low == pytest.approx(high - found["distance"], abs=2e-4)
    assert high > low


def test_maps_overlap_by_the_classes_of_the_first() -> None:
    before = np.zeros((64, 64), np.uint8)
    before[:32] = 1
    after = before.copy()
    assert map_iou(before, after) == 1
    after[32:48] = 1  # skin grows by half; the background loses half
    assert map_iou(before, after) == pytest.approx((32 / 48 + 16 / 32) / 2)


def test_a_change_of_colour_counts_outside_of_the_sliders_part_alone() -> None:
    before = np.full((512, 512, 3), 119, np.uint8)
    part = np.zeros((512, 512), np.bool_)
    part[:, :256] = True
    inside, beyond = before.copy(), before.copy()
    inside[:, :276] = 200  # to 20 px off: within 4 % of the side
    beyond[:256] = 129
    assert outside_de(before, inside, part) == 0
    # Of L* 50.0 and 54.0, in half of the rows.
    assert outside_de(before, beyond, part) == pytest.approx((54.0 - 50.0) / 2, abs=0.05)
    assert outside_de(before, beyond, np.ones_like(part)) is None


def test_light_and_contrast_leave_structure_and_other_faces_do_not(astronaut: np.ndarray) -> None:
    face = np.zeros((512, 512), np.bool_)
    face[60:220, 160:290] = True
    lighter = (0.7 * astronaut + 60).astype(np.uint8)
    assert structure_changed(astronaut, astronaut, face) == pytest.approx(0)
    assert structure_changed(astronaut, lighter, face) == pytest.approx(0, abs=0.01)
    mirrored = np.ascontiguousarray(astronaut[:, ::-1])
    found = structure_changed(astronaut, mirrored, face)
    assert found is not None and found > 0.9
    noise = np.random.default_rng(0).normal(0, 1, astronaut.shape)
    fine = cv2.cvtColor(astronaut, cv2.COLOR_RGB2GRAY).astype(np.float64)
    fine = (fine - cv2.GaussianBlur(fine, (0, 0), 2.0))[face].std()
    noisy = np.clip(astronaut + fine * noise[:, :, :1], 0, 255).astype(np.uint8)
    found = structure_changed(astronaut, noisy, face)
    assert found is not None and found == pytest.approx(0.5, abs=0.1)  # as much new as old
    flat = np.full_like(astronaut, 90)
    assert structure_changed(flat, astronaut, face) is None
    assert structure_changed(astronaut, flat, face) == 1


def test_without_its_extra_identity_is_not_measured(monkeypatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert identity.load_identity() is None
    assert "s2flow-app[evaluate]" in identity.MISSING


@pytest.mark.skipif(
    importlib.util.find_spec("dlib") is None
    or importlib.util.find_spec(identity.WEIGHTS) is None,
    reason="the extra 'evaluate' is not installed",
)  # fmt: skip
def test_a_person_is_nearer_to_herself_than_to_her_mirrored_negative(
    astronaut: np.ndarray,
) -> None:
    judge = identity.load_identity()
    assert judge is not None
    face = np.ascontiguousarray(astronaut[0:256, 100:356])
    softer = cv2.GaussianBlur(face, (3, 3), 0).astype(np.uint8)
    assert judge.distance(face, face) == pytest.approx(0, abs=1e-6)
    same = judge.distance(face, softer)
    assert 0 < same < 0.3 < judge.distance(face, np.ascontiguousarray(255 - face))
