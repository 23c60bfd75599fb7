"""FFHQ's alignment, and crops cut by it."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from s2flow_app.alignment import (
    alignment_error,
    crop_matrix,
    extract_crop,
    five_points,
    quad_from_points,
    square_quad,
)

UPRIGHT = np.array([[450, 400], [550, 400], [500, 450], [460, 480], [540, 480]], np.float32)


def test_the_quad_of_an_upright_face_is_ffhqs() -> None:
    # e2e 100, e2m 80: half the side is 2 x 100, the centre 0.1 x 80 below the eyes.
    expected = [[300, 208], [300, 608], [700, 608], [700, 208]]
    np.testing.assert_allclose(quad_from_points(UPRIGHT), expected, atol=1e-3)


def test_a_long_face_widens_the_quad() -> None:
    points = UPRIGHT.copy()
    points[3:, 1] = 400 + 150
    assert np.linalg.norm(np.diff(quad_from_points(points)[:2], axis=0)) == pytest.approx(540)


@pytest.mark.parametrize("degrees", [-60, 10, 35, 180])
def test_the_quad_turns_and_grows_with_the_face(degrees: float) -> None:
    turn = cv2.getRotationMatrix2D((123, 456), degrees, 1.7)
    turned = (UPRIGHT @ turn[:, :2].T + turn[:, 2]).astype(np.float32)
    expected = quad_from_points(UPRIGHT) @ turn[:, :2].T + turn[:, 2]
    np.testing.assert_allclose(quad_from_points(turned), expected, atol=1e-2)


def test_points_that_fall_together_give_no_nonsense() -> None:
    assert np.isfinite(quad_from_points(np.full((5, 2), 7, np.float32))).all()


def test_five_points_are_taken_from_the_mesh() -> None:
    mesh = np.zeros((478, 2), np.float32)
    mesh[[33, 133, 159, 145]] = [[0, 4], [8, 4], [4, 0], [4, 8]]
    mesh[[1, 61, 291]] = [[5, 5], [3, 9], [7, 9]]
    np.testing.assert_allclose(five_points(mesh)[[0, 2, 3, 4]], [[4, 4], [5, 5], [3, 9], [7, 9]])


def test_alignment_error_is_a_share_of_the_eye_distance() -> None:
    assert alignment_error(UPRIGHT, UPRIGHT) == 0
    assert alignment_error(UPRIGHT + np.float32(3), UPRIGHT) == pytest.approx(0.03 * 2**0.5)
    nose_off = UPRIGHT.copy()
    nose_off[2] += 50  # no part of the alignment
    assert alignment_error(nose_off, UPRIGHT) == 0


def test_corners_of_the_quad_are_corners_of_the_crop() -> None:
    quad = quad_from_points(UPRIGHT)
    matrix = crop_matrix(quad, 64)
    corners = (quad - 0.5) @ matrix[:, :2].T + matrix[:, 2] + 0.5
    np.testing.assert_allclose(corners, [[0, 0], [0, 64], [64, 64], [64, 0]], atol=1e-3)


def test_a_quad_on_the_pixel_grid_copies_the_pixels(astronaut: NDArray) -> None:
    quad = square_quad(np.array([228.0, 158.0]), 256, 0.0)
    assert (extract_crop(astronaut, quad, 256) == astronaut[30:286, 100:356]).all()


def test_shrinking_averages_instead_of_picking_pixels() -> None:
    checkers = np.repeat((np.indices((512, 512)).sum(0) % 2 * 255)[..., None], 3, 2).astype(
        np.uint8
    )
    for side in (130.0, 200.0, 500.0):
        crop = extract_crop(checkers, square_quad(np.array([256.0, 256.0]), side, 0.1), 64)
        assert abs(crop.mean() - 127.5) < 3 and crop.std() < 40


def test_beyond_the_photos_border_it_is_mirrored(astronaut: NDArray) -> None:
    quad = square_quad(np.array([0.0, 256.0]), 256, 0.0)
    crop = extract_crop(astronaut, quad, 256).astype(int)
    assert np.abs(crop[:, 1:128][:, ::-1] - crop[:, 129:]).max() <= 1


@pytest.mark.parametrize("centre", [(-900.0, -900.0), (256.0, 3000.0), (4.0, 4.0)])
def test_quads_far_out_or_tiny_photos_still_give_a_crop(
    centre: tuple[float, float], astronaut: NDArray
) -> None:
    for image in (astronaut, astronaut[:1, :1]):
        crop = extract_crop(image, square_quad(np.array(centre), 300, 0.4), 96)
        assert crop.shape == (96, 96, 3) and crop.dtype == np.uint8
