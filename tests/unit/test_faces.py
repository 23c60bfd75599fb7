"""Every face is found once, precisely, the largest first; what is none is refused.

The landmark net of these tests knows where the faces are. It recognises a crop's place in the
photo by the photo's colours, which encode the coordinates while the brightness stays the
astronaut's, as the cascades need it.
"""

from pathlib import Path
from threading import Event

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from s2flow_app.alignment import alignment_error, quad_from_points
from s2flow_app.engine.faces import FaceFinder
from s2flow_app.errors import Cancelled

ASTRONAUT = np.array(
    [[203.5, 101.5], [246.5, 104], [225, 129.5], [203.5, 141.5], [244, 143.5]], np.float32
)
"""Her eyes, nose tip and mouth corners, marked by eye."""
LEVELS = 50.0
"""Colours reach this far to either side of grey."""
FIVE = ((33, 133, 159, 145), (362, 263, 386, 374), (1,), (61,), (291,))
"""The points of the mesh that are read."""


def coded(brightness: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A colour picture of that brightness whose red and blue say where a pixel is."""
    height, width = brightness.shape
    y, x = np.mgrid[:height, :width].astype(np.float32)
    grey = 65 + brightness.astype(np.float32) / 255 * 120
    red = ((x + 0.5) / width - 0.5) * 2 * LEVELS
    blue = ((y + 0.5) / height - 0.5) * 2 * LEVELS
    green = -(0.299 * red + 0.114 * blue) / 0.587
    return np.rint(np.stack([grey + red, grey + green, grey + blue], -1)).astype(np.uint8)


class KnowingNet:
    """Landmarks of faces at known places."""

    def __init__(self, shape: tuple[int, ...], *faces: NDArray[np.float32]) -> None:
        self.size = np.array([shape[1], shape[0]])
        self.faces = faces
        self.noise = 0.0
        self.crops_seen = 0
        self.rng = np.random.default_rng(0)

    def __call__(self, crops: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        points = np.full((len(crops), 478, 2), 0.5, np.float32)
        scores = np.zeros(len(crops), np.float32)
        for k, crop in enumerate(crops):
            self.crops_seen += 1
            matrix, offset = self.place(crop)
            for face in self.faces:
                five = (face - offset) @ np.linalg.pinv(matrix)
                if five[1, 0] < five[0, 0]:  # mirrored, or upside down, which is no face below
                    five = five[[1, 0, 2, 4, 3]]
                off = np.linalg.norm(five[:2].mean(0) + np.array([0, 0.3 / 2.6]) - 0.5)
                upright = five[3:, 1].mean() > five[:2, 1].mean()
                if upright and off < 0.25 and 0.2 < np.linalg.norm(five[1] - five[0]) < 0.8:
                    scores[k] = 1
                    five = five + self.rng.normal(0, self.noise, five.shape)
                    for place, indices in enumerate(FIVE):
                        points[k, list(indices)] = five[place]
        return points, scores

    def place(self, crop: NDArray[np.uint8]) -> tuple[NDArray, NDArray]:
        """Read off the crop's colours: ``matrix [2, 2]`` and ``offset [2]`` from units of its side
        to photo pixels."""
        n = len(crop)
        inner = np.s_[n // 4 : -n // 4, n // 4 : -n // 4]
        values = crop.astype(np.float64)
        grey = values @ (0.299, 0.587, 0.114)
        code = np.stack([values[..., 0] - grey, values[..., 2] - grey], -1) / (2 * LEVELS) + 0.5
        y, x = (np.mgrid[:n, :n] + 0.5) / n
        here = np.stack([x, y, np.ones_like(x)], -1)[inner].reshape(-1, 3)
        fit, *_ = np.linalg.lstsq(here, (code * self.size)[inner].reshape(-1, 2), rcond=None)
        return fit[:2], fit[2]


@pytest.fixture(scope="module")
def grey(astronaut: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return cv2.cvtColor(astronaut, cv2.COLOR_RGB2GRAY).astype(np.uint8)


def turned(
    grey: NDArray[np.uint8], degrees: float, scale: float = 0.8
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    matrix = cv2.getRotationMatrix2D((256, 256), degrees, scale)
    image = cv2.warpAffine(grey, matrix, (512, 512), borderValue=128).astype(np.uint8)
    points = (ASTRONAUT - 0.5) @ matrix[:, :2].T + matrix[:, 2] + 0.5
    return image, points.astype(np.float32)


def test_a_face_is_found_once_and_precisely(grey: NDArray[np.uint8]) -> None:
    faces = FaceFinder(KnowingNet(grey.shape, ASTRONAUT)).find(coded(grey))
    assert len(faces) == 1
    assert alignment_error(faces[0].points, ASTRONAUT) < 0.02
    np.testing.assert_allclose(faces[0].quad, quad_from_points(faces[0].points))
    assert faces[0].score == pytest.approx(1)
    assert not faces[0].points.flags.writeable and not faces[0].quad.flags.writeable


def test_every_face_is_found_the_largest_first(grey: NDArray[np.uint8]) -> None:
    canvas = np.full((520, 930), 128, np.uint8)
    small = cv2.resize(grey, (400, 400), interpolation=cv2.INTER_AREA)
    canvas[60:460, 10:410], canvas[4:516, 415:927] = small[:, ::-1], grey
    mirrored = (np.array([512, 0]) - ASTRONAUT * (1, -1))[[1, 0, 2, 4, 3]]
    truth = [ASTRONAUT + np.array([415, 4]), mirrored * (400 / 512) + (10, 60)]
    truth = [points.astype(np.float32) for points in truth]
    faces = FaceFinder(KnowingNet(canvas.shape, *truth)).find(coded(canvas))
    assert len(faces) == 2
    for face, points in zip(faces, truth, strict=True):
        assert alignment_error(face.points, points) < 0.04


def test_points_of_a_large_photo_are_as_precise(grey: NDArray[np.uint8]) -> None:
    large = cv2.resize(grey, (3072, 3072), interpolation=cv2.INTER_CUBIC).astype(np.uint8)
    (face,) = FaceFinder(KnowingNet(large.shape, ASTRONAUT * 6)).find(coded(large))
    assert alignment_error(face.points, ASTRONAUT * 6) < 0.02


@pytest.mark.parametrize("degrees", [-35, 20, 60, 90, 180])
def test_tilted_and_turned_faces_are_found(degrees: float, grey: NDArray[np.uint8]) -> None:
    image, points = turned(grey, degrees)
    (face,) = FaceFinder(KnowingNet(image.shape, points)).find(coded(image))
    assert alignment_error(face.points, points) < 0.04


def test_what_the_net_does_not_know_is_refused(grey: NDArray[np.uint8]) -> None:
    net = KnowingNet(grey.shape)
    assert FaceFinder(net).find(coded(grey)) == [] and net.crops_seen > 0


def test_a_net_that_sees_something_else_at_every_look_is_not_believed(
    grey: NDArray[np.uint8],
) -> None:
    net = KnowingNet(grey.shape, ASTRONAUT)
    net.noise = 0.06
    assert FaceFinder(net).find(coded(grey)) == []


@pytest.mark.parametrize("shape", [(1, 1), (1, 700), (15, 15), (40, 2000), (300, 300)])
def test_a_picture_without_anything_has_no_face(shape: tuple[int, int]) -> None:
    image = np.full((*shape, 3), 90, np.uint8)
    assert FaceFinder(KnowingNet(shape)).find(image) == []


def test_it_can_be_cancelled(grey: NDArray[np.uint8]) -> None:
    cancel = Event()
    cancel.set()
    with pytest.raises(Cancelled):
        FaceFinder(KnowingNet(grey.shape, ASTRONAUT)).find(coded(grey), cancel=cancel)


@pytest.mark.pack
def test_the_built_in_net_finds_the_astronaut(pack_dir: Path, astronaut: NDArray) -> None:
    from s2flow_app.engine.pack import load_pack
    from s2flow_app.engine.parse import face_finder

    (face,) = face_finder(load_pack(pack_dir).landmarks).find(astronaut)
    assert alignment_error(face.points, ASTRONAUT) < 0.06
