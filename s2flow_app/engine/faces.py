"""Finds faces: cascade proposals, confirmed and made precise by the landmark net."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.alignment import (
    extract_crop,
    eye_distance_px,
    five_points,
    quad_from_points,
    square_quad,
)
from s2flow_app.errors import Cancelled
from s2flow_app.messages import FaceBox, frozen

LandmarkFunction = Callable[[NDArray[np.uint8]], tuple[NDArray[np.float32], NDArray[np.float32]]]
"""uint8 ``[N, 128, 128, 3]`` to points ``[N, 478, 2]`` in units of the side and scores 0..1."""

SMALLEST_BOX_PX: Final = 24
NET_SIDE_PX: Final = 128
SQUARE_EYE_DISTANCES: Final = 2.6
"""Side of the landmark net's square in eye distances, as it was trained; a frontal cascade's
box is the same square (median 2.65, its centre 0.3 below the eyes) and is used as it is."""
DOWN_EYE_DISTANCES: Final = 0.3
"""How far below the eyes the square's centre lies."""
FIRST_SCORE: Final = 0.3
FINAL_SCORE: Final = 0.85
LARGEST_SPREAD: Final = 0.05
"""Of the points over several looks, in eye distances: 0.03 at most in 79 of 80 portraits, 0.04 at
least in what is none."""
LOOKS: Final = ((0.88, -6.0), (0.96, 0.0), (1.04, 6.0))
"""(scale, degrees) of the squares that the last points are averaged over, each also mirrored."""
MIRRORED_ORDER: Final = (1, 0, 2, 4, 3)
"""The five points after mirroring."""
BATCH: Final = 32


@dataclass(frozen=True, slots=True)
class _Search:
    """One way of proposing faces: a cascade on the grey picture, turned or mirrored."""

    cascade: str
    side_px: int
    """The longer side of the picture that is searched: bounded time for any photo."""
    angle_deg: float = 0.0
    mirrored: bool = False
    centre_shift: float = 0.0
    """Of the face to the right of the box's middle, in box sides."""


FRONTAL: Final = "haarcascade_frontalface_default.xml"
STEADY_FRONTAL: Final = "haarcascade_frontalface_alt2.xml"
PROFILE: Final = "haarcascade_profileface.xml"
USUAL: Final = (
    _Search(FRONTAL, 768),
    _Search(STEADY_FRONTAL, 512),
    _Search(STEADY_FRONTAL, 384, angle_deg=-28),
    _Search(STEADY_FRONTAL, 384, angle_deg=28),
)
"""The first proposes 79 of the 80 portraits, and faces down to 3 % of the photo; the last two
heads that are tilted."""
THOROUGH: Final = (
    _Search(PROFILE, 512, centre_shift=-0.16),
    _Search(PROFILE, 512, centre_shift=-0.16, mirrored=True),
    *(_Search(STEADY_FRONTAL, 512, angle_deg=angle) for angle in (-60, 60, -90, 90, 180)),
)
"""Only where the usual ones found nobody."""


class FaceFinder:
    """Finds every face of a photo.

    Args:
        landmark_net: points and confidence of square crops.
    """

    def __init__(self, landmark_net: LandmarkFunction) -> None:
        self._landmark_net = landmark_net
        data: Any = cv2.__dict__["data"]
        self._cascades = {
            name: cv2.CascadeClassifier(str(Path(data.haarcascades) / name))
            for name in {search.cascade for search in USUAL + THOROUGH}
        }

    def find(self, image: NDArray[np.uint8], *, cancel: Event | None = None) -> list[FaceBox]:
        """Faces of ``image [H, W, 3]`` sRGB, the largest first; raises `Cancelled`."""
        grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)
        faces: list[FaceBox] = []
        for searches in (USUAL, THOROUGH):
            squares = []
            for search in searches:
                _check(cancel)
                squares += self._propose(grey, search)
            faces = self._confirm(image, squares, cancel)
            if faces:
                break
        return sorted(faces, key=lambda face: -eye_distance_px(face.points))

    def _propose(self, grey: NDArray[np.uint8], search: _Search) -> Iterator[NDArray[np.float64]]:
        """Quads ``[4, 2]`` in pixels of ``grey [H, W]``."""
        longest = max(grey.shape)
        scale = min(1.0, search.side_px / longest)
        if min(grey.shape) * scale < SMALLEST_BOX_PX:
            return
        if scale < 1:
            size = (round(grey.shape[1] * scale), round(grey.shape[0] * scale))
            grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
        scale = max(grey.shape) / longest
        turned, turn = _turned(cv2.equalizeHist(grey).astype(np.uint8), search)
        boxes = self._cascades[search.cascade].detectMultiScale(
            turned, scaleFactor=1.15, minNeighbors=1, minSize=(SMALLEST_BOX_PX, SMALLEST_BOX_PX)
        )
        back = cv2.invertAffineTransform(turn)
        for x, y, side, _ in np.array(boxes).reshape(-1, 4):
            x = x + search.centre_shift * side
            corners = np.array([[x, y], [x, y + side], [x + side, y + side], [x + side, y]])
            quad = (corners @ back[:, :2].T + back[:, 2]) / scale
            yield quad[[3, 2, 1, 0]] if search.mirrored else quad

    def _confirm(
        self, image: NDArray[np.uint8], squares: list[NDArray[np.float64]], cancel: Event | None
    ) -> list[FaceBox]:
        """The faces in ``squares``, each once, the surest first."""
        candidates = [
            (look.points, look.score)
            for look in self._look(image, squares, cancel)
            if look.score >= FIRST_SCORE and eye_distance_px(look.points) > 2
        ]
        # Which of two proposals of a face comes first matters little: both are looked at again.
        candidates = _each_once(candidates)
        again = [_square_about(points) for points, _ in candidates]
        candidates = [
            (look.points, look.score)
            for look in self._look(image, again, cancel)
            if look.score >= FIRST_SCORE and eye_distance_px(look.points) > 2
        ]
        confirmed, landmarks = [], {}
        for points, _ in candidates:
            squares = [_square_about(points, scale=s, angle_deg=a) for s, a in LOOKS]
            looks = list(self._look(image, squares, cancel, mirrored=False))
            straight = np.stack([look.landmarks for look in looks])
            looks += self._look(image, squares, cancel, mirrored=True)
            several = np.stack([look.points for look in looks])
            points = several.mean(0)
            score = float(np.mean([look.score for look in looks]))
            spread = float(np.linalg.norm(several - points, axis=2).mean())
            if score >= FINAL_SCORE and spread <= LARGEST_SPREAD * eye_distance_px(points):
                confirmed.append((points.astype(np.float32), score))
                landmarks[id(confirmed[-1][0])] = straight.mean(0)
        return [
            FaceBox(
                frozen(points), frozen(quad_from_points(points)), score,
                frozen(landmarks[id(points)]),
            )
            for points, score in _each_once(confirmed)
        ]  # fmt: skip

    def _look(
        self,
        image: NDArray[np.uint8],
        squares: list[NDArray[np.float64]],
        cancel: Event | None,
        *,
        mirrored: bool = False,
    ) -> Iterator["_Look"]:
        """What the net sees in every square."""
        for start in range(0, len(squares), BATCH):
            _check(cancel)
            batch = squares[start : start + BATCH]
            crops = np.stack([extract_crop(image, quad, NET_SIDE_PX) for quad in batch])
            if mirrored:
                crops = np.ascontiguousarray(crops[:, :, ::-1])
            found, scores = self._landmark_net(crops)
            for quad, landmarks, score in zip(batch, found, scores, strict=True):
                points = five_points(landmarks)
                if mirrored:
                    points = (points * (-1, 1) + (1, 0))[list(MIRRORED_ORDER)]
                    landmarks = landmarks * (-1, 1) + (1, 0)
                yield _Look(_placed(points, quad), _placed(landmarks, quad), float(score))


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """What the landmark net sees in one square; in photo pixels."""

    points: NDArray[np.float32]
    """``[5, 2]``."""
    landmarks: NDArray[np.float32]
    """``[478, 2]``; in a mirrored square left and right are exchanged."""
    score: float


def _placed(points: NDArray, quad: NDArray[np.float64]) -> NDArray[np.float32]:
    """Points ``[N, 2]`` in units of a square's side, in photo pixels."""
    across, down = quad[3] - quad[0], quad[1] - quad[0]
    return (quad[0] + points[:, :1] * across + points[:, 1:] * down).astype(np.float32)


def _square_about(
    points: NDArray[np.float32], *, scale: float = 1.0, angle_deg: float = 0.0
) -> NDArray[np.float64]:
    """The square ``[4, 2]``, upright with the face, that the net expects about its five points."""
    across = (points[1] - points[0]).astype(np.float64)
    down = np.array([-across[1], across[0]])
    centre = (points[0] + points[1]) / 2 + DOWN_EYE_DISTANCES * down
    angle = float(np.arctan2(across[1], across[0])) + np.deg2rad(angle_deg)
    side = scale * SQUARE_EYE_DISTANCES * float(np.linalg.norm(across))
    return square_quad(centre, side, angle)


def _each_once(
    faces: list[tuple[NDArray[np.float32], float]],
) -> list[tuple[NDArray[np.float32], float]]:
    """``faces`` (points, score), the surest first, without those that lie on a surer one."""
    kept: list[tuple[NDArray[np.float32], float]] = []
    for points, score in sorted(faces, key=lambda face: -face[1]):
        if not any(_same(points, other) for other, _ in kept):
            kept.append((points, score))
    return kept


def _same(points: NDArray[np.float32], other: NDArray[np.float32]) -> bool:
    apart = np.linalg.norm(points.mean(0) - other.mean(0))
    return bool(apart < 0.8 * max(eye_distance_px(points), eye_distance_px(other)))


def _turned(
    grey: NDArray[np.uint8], search: _Search
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The picture turned about its middle, then mirrored, and the map ``[2, 3]`` that did it."""
    height, width = grey.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), search.angle_deg, 1.0)
    if search.mirrored:
        matrix[0] *= -1
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]]) @ matrix[:, :2].T
    corners += matrix[:, 2]
    matrix[:, 2] -= corners.min(0)
    size = np.ceil(np.ptp(corners, axis=0)).astype(int)
    turned = grey
    if search.angle_deg or search.mirrored:
        turned = cv2.warpAffine(grey, matrix, (int(size[0]), int(size[1]))).astype(np.uint8)
    return turned, matrix.astype(np.float64)


def _check(cancel: Event | None) -> None:
    if cancel is not None and cancel.is_set():
        raise Cancelled
