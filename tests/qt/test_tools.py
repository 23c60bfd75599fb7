"""Parts of the canvas by themselves: which face a click means, points that stay in the photo."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from s2flow_app.model.face import FaceBox
from s2flow_app.ui.painting.place import crop_transform
from s2flow_app.ui.tools.marks import face_at
from s2flow_app.ui.tools.points import PointHandles
from s2flow_app.ui.viewport import Viewport

POINTS = np.array([[40, 40], [60, 40], [50, 50], [42, 60], [58, 60]], dtype=np.float32)
QUAD = np.array([[0, 0], [0, 100], [100, 100], [100, 0]], dtype=np.float32)
ASIDE = np.array([60, 0], dtype=np.float32)
FACES = (FaceBox(POINTS, QUAD, 0.9), FaceBox(POINTS + ASIDE, QUAD + ASIDE, 0.9))


@pytest.mark.parametrize(
    ("x", "y", "chosen", "meant"),
    [
        (70, 50, None, 0),  # in both crops: the nearer one
        (90, 50, None, 1),
        (95, 20, 0, 0),  # hair of the chosen face in the other one's crop
        (110, 50, 0, 1),
        (50, 50, 1, 0),
        (63, 50, 1, 1),
        (300, 50, 0, None),
    ],
)
def test_the_face_that_a_click_means(x: int, y: int, chosen: int | None, meant: int | None) -> None:
    assert face_at(Viewport(), FACES, QPointF(x, y), chosen) == meant


def test_points_are_taken_when_near_and_stay_in_the_photo() -> None:
    handles, viewport = PointHandles(POINTS, (160, 100)), Viewport()
    handles.press(viewport, QPointF(150, 90))
    assert not handles.is_held
    handles.press(viewport, QPointF(51, 52))
    handles.move(viewport, QPointF(-30, 500))
    assert handles.points[2].tolist() == [0, 99] and POINTS[2].tolist() == [50, 50]
    handles.cancel()
    assert not handles.is_held and handles.points[2].tolist() == [50, 50]


def test_crop_corners_lie_on_the_quad() -> None:
    quad = np.array([[30, 10], [10, 90], [90, 110], [110, 30]], dtype=np.float32)
    transform = crop_transform(quad)
    for (x, y), wanted in zip(((0, 0), (0, 512), (512, 512), (512, 0)), quad, strict=True):
        found = transform.map(QPointF(x, y))
        assert (found.x(), found.y()) == pytest.approx(tuple(wanted))
