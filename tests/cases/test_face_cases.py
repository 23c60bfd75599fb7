"""Faces cut by the picture's edge, at any tilt, small in large photos: found, the right way up.

The right values are the points of the whole, upright picture.
"""

from pathlib import Path
from threading import Event

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from s2flow_app.alignment import alignment_error, eye_distance_px
from s2flow_app.engine.faces import FaceFinder
from s2flow_app.engine.pack import load_pack
from s2flow_app.engine.parse import face_finder
from s2flow_app.engine.photo import read_photo
from s2flow_app.errors import Cancelled

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"
pytestmark = pytest.mark.pack
FACE = np.s_[0:250, 100:350]
"""Of the astronaut: her head with some surroundings."""
LEFT_OUT = (130, 120, 110)
"""Colour of what a turned picture leaves empty, as in the cases."""

Image8 = NDArray[np.uint8]
Points = NDArray[np.float32]


@pytest.fixture(scope="module")
def finder(pack_dir: Path) -> FaceFinder:
    return face_finder(load_pack(pack_dir).landmarks)


@pytest.fixture(scope="module")
def points(finder: FaceFinder, astronaut: Image8) -> Points:
    """``[5, 2]`` in the whole picture."""
    (face,) = finder.find(astronaut)
    return face.points


def moved(points: Points, right: float, down: float) -> Points:
    return (points + np.array((right, down))).astype(np.float32)


def turned(image: Image8, points: Points, degrees: float) -> tuple[Image8, Points]:
    """The whole picture turned against the clock, and its points."""
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    size = np.abs(matrix[:, :2]) @ (width, height)
    matrix[:, 2] += (size - (width, height)) / 2
    result = cv2.warpAffine(
        image, matrix, (round(size[0]), round(size[1])), flags=cv2.INTER_CUBIC, borderValue=LEFT_OUT
    )
    return result.astype(np.uint8), (points @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)


def check(finder: FaceFinder, image: Image8, points: Points, within: float) -> None:
    (face,) = finder.find(image)
    down = face.points[3:].mean(0) - face.points[:2].mean(0)
    assert down @ (points[3:].mean(0) - points[:2].mean(0)) > 0, "upside down"
    assert alignment_error(face.points, points) < within


@pytest.mark.skipif(not CASES.is_dir(), reason=f"no cases in {CASES}")
@pytest.mark.parametrize("name", ["forehead-cut", "chin-cut", "tilted-135"])
def test_the_given_cases(finder: FaceFinder, points: Points, name: str) -> None:
    image = read_photo(CASES / f"astronaut-{name}.jpg").to_srgb()
    true = {
        "forehead-cut": moved(points, -60, -78),
        "chin-cut": moved(points, -60, 0) * 2,
        "tilted-135": turned(np.zeros((512, 512, 3), np.uint8), points, 135)[1],
    }[name]
    check(finder, image, true, 0.1)


@pytest.mark.parametrize("above_eyes", [0.4, 0.6])
def test_a_forehead_cut_at_the_brows(
    finder: FaceFinder, points: Points, astronaut: Image8, above_eyes: float
) -> None:
    top = int(points[:2, 1].mean() - above_eyes * eye_distance_px(points))
    check(finder, astronaut[top:], moved(points, 0, -top), 0.05)


@pytest.mark.parametrize("below_mouth", [0.2, 0.4])
def test_a_chin_cut_below_the_mouth(
    finder: FaceFinder, points: Points, astronaut: Image8, below_mouth: float
) -> None:
    bottom = int(points[3:, 1].mean() + below_mouth * eye_distance_px(points))
    check(finder, astronaut[:bottom], points, 0.1)


def test_a_cut_face_that_lies_on_its_head(
    finder: FaceFinder, points: Points, astronaut: Image8
) -> None:
    """The way up is the face's own, not the picture's."""
    bottom = int(points[3:, 1].mean() + 0.4 * eye_distance_px(points))
    image = np.ascontiguousarray(astronaut[:bottom, 100:350][::-1, ::-1])
    check(finder, image, moved(-points, 350, bottom), 0.1)


def test_half_a_face_has_no_points_outside_of_the_picture(
    finder: FaceFinder, points: Points, astronaut: Image8
) -> None:
    """Neither eyes that the edge only repeats nor a second face in a reflection."""
    nose = points[2].astype(int)
    for part in (astronaut[: nose[1]], astronaut[nose[1] :], astronaut[:, nose[0] :]):
        height, width = part.shape[:2]
        for face in finder.find(np.ascontiguousarray(part)):
            beyond = 0.15 * eye_distance_px(face.points)
            used = face.points[[0, 1, 3, 4]]
            assert (used >= -beyond).all() and (used <= np.array((width, height)) + beyond).all()


@pytest.mark.slow
@pytest.mark.parametrize("degrees", range(0, 360, 15))
def test_every_tilt(finder: FaceFinder, points: Points, astronaut: Image8, degrees: int) -> None:
    image = np.ascontiguousarray(astronaut[FACE])
    check(finder, *turned(image, moved(points, -100, 0), degrees), 0.05)


@pytest.fixture(scope="module")
def large(points: Points, astronaut: Image8) -> tuple[Image8, Points]:
    """24 megapixels of the photo's own colours, in which the face's square is 100 px wide."""
    scale = 100 / (2.6 * eye_distance_px(points))
    small = cv2.resize(astronaut[FACE], None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    image = np.full((4000, 6000, 3), LEFT_OUT, np.uint8)
    image[2800 : 2800 + small.shape[0], 3500 : 3500 + small.shape[1]] = small
    return image, moved(moved(points, -100, 0) * scale, 3500, 2800)


def test_a_small_face_in_a_large_photo(finder: FaceFinder, large: tuple[Image8, Points]) -> None:
    image, true = large
    shares: list[float] = []
    (face,) = finder.find(image, report=shares.append)
    assert alignment_error(face.points, true) < 0.05
    assert shares == sorted(shares) and shares[0] < 0.1 and shares[-1] == 1 and len(shares) > 8


def test_the_finer_search_can_be_cancelled(
    finder: FaceFinder, large: tuple[Image8, Points]
) -> None:
    cancel = Event()
    shares: list[float] = []

    def report(share: float) -> None:
        shares.append(share)
        if len(shares) > 8:  # within the tiles
            cancel.set()

    with pytest.raises(Cancelled):
        finder.find(large[0], cancel=cancel, report=report)
    assert len(shares) == 9
