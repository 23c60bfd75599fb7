"""The merged picture of a project shows the edits where they are, and the photo elsewhere."""

from dataclasses import replace

import numpy as np

from s2flow_app.model.face import EditedFace, FaceState
from s2flow_app.project.merged import fitted, merged

SIDE = 400
QUAD = np.array([[100, 120], [100, 320], [300, 320], [300, 120]], np.float32)
"""Of a face 200 px large."""


def face(quad: np.ndarray = QUAD) -> EditedFace:
    start = FaceState(
        ws=np.zeros((2, 4), np.float32),
        label_map=np.zeros((512, 512), np.uint8),
        crop=np.full((512, 512, 3), 90, np.uint8),
        replaced=np.zeros((512, 512), np.uint8),
        quad=quad,
    )
    crop = start.crop.copy()
    crop[128:384, 128:384] = (200, 10, 30)
    return EditedFace(start, replace(start, crop=crop))


def photo() -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (SIDE, SIDE, 3), np.uint8)


def test_an_edit_is_shown_in_its_place_alone() -> None:
    picture = photo()
    found = merged(picture, SIDE, [face()])
    assert (found[180:260, 160:240] == (200, 10, 30)).all()
    outside = np.ones((SIDE, SIDE), bool)
    outside[165:275, 145:255] = False
    np.testing.assert_array_equal(found[outside], picture[outside])


def test_it_is_the_same_made_smaller() -> None:
    small = fitted(photo(), 200)
    assert small.shape == (200, 200, 3)
    found = merged(small, SIDE, [face()])
    assert (found[92:128, 82:118] == (200, 10, 30)).all()
    np.testing.assert_array_equal(found[:80], small[:80])


def test_faces_beyond_the_photo_s_border_do_no_harm() -> None:
    picture = photo()
    over = merged(picture, SIDE, [face(QUAD - 150)])
    assert (over[30:100, 10:80] == (200, 10, 30)).all()
    away = merged(picture, SIDE, [face(QUAD + 5000)])
    np.testing.assert_array_equal(away, picture)
    assert merged(picture, SIDE, []) is not picture


def test_a_small_picture_stays_as_it_is() -> None:
    picture = photo()
    assert fitted(picture, SIDE) is picture
    assert fitted(picture[:, :100], 200).shape == (200, 50, 3)
