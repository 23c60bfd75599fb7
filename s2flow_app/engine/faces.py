"""Finds faces: cascade proposals, confirmed and made precise by the landmark net."""

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.align import eye_distance_px, five_points, quad_from_points
from s2flow_app.errors import Cancelled
from s2flow_app.messages import FaceBox, frozen

LandmarkFunction = Callable[[NDArray[np.uint8]], tuple[NDArray[np.float32], NDArray[np.float32]]]
"""uint8 ``[N, 128, 128, 3]`` to points ``[N, 478, 2]`` in crop sides, scores ``[N]`` 0..1."""

SEARCH_SIDE_PX: Final = 1024
"""The longer side of the picture that the cascades search: bounded time for any photo."""
NET_SIDE_PX: Final = 128
CROP_EYE_DISTANCES: Final = 2.6
"""Side of the landmark net's square in eye distances, as it was trained."""
FIRST_SCORE: Final = 0.3
FINAL_SCORE: Final = 0.7
CASCADES: Final = ("haarcascade_frontalface_default.xml", "haarcascade_frontalface_alt2.xml")


class FaceFinder:
    """Finds every face of a photo.

    Args:
        landmark_net: points and confidence of square crops.
    """

    def __init__(self, landmark_net: LandmarkFunction) -> None:
        self._landmark_net = landmark_net
        data: Any = cv2.__dict__["data"]
        self._cascades = [
            cv2.CascadeClassifier(str(Path(data.haarcascades) / name)) for name in CASCADES
        ]

    def find(self, image: NDArray[np.uint8], *, cancel: Event | None = None) -> list[FaceBox]:
        """Faces of ``image [H, W, 3]`` sRGB, the largest first; raises `Cancelled`."""
        scale = min(1.0, SEARCH_SIDE_PX / max(image.shape[:2]))
        size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
        small = image
        if scale < 1:
            small = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
        grey = cv2.equalizeHist(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY))
        squares: list[NDArray[np.float32]] = []
        for cascade in self._cascades:
            if cancel is not None and cancel.is_set():
                raise Cancelled
            found = cascade.detectMultiScale(
                grey, scaleFactor=1.1, minNeighbors=2, minSize=(24, 24)
            )
            for x, y, w, h in np.array(found).reshape(-1, 4):
                # Haar boxes end at the chin; the net's square is centred below the nose bridge.
                squares.append(_square(np.array([x + w / 2, y + h * 0.5]), float(w), 0.0))
        faces: list[FaceBox] = []
        for points, score in self._confirm(small, squares):
            whole = (points + 0.5) / scale - 0.5
            if not any(_same(whole, other.points) for other in faces):
                quad = quad_from_points(whole)
                faces.append(FaceBox(frozen(whole), frozen(quad), score))
        return sorted(faces, key=lambda face: -eye_distance_px(face.points))

    def _confirm(
        self, image: NDArray[np.uint8], squares: list[NDArray[np.float32]]
    ) -> list[tuple[NDArray[np.float32], float]]:
        """Points and score of the squares that hold a face, the surest first."""
        for least in (FIRST_SCORE, FINAL_SCORE / 2, FINAL_SCORE):
            if not squares:
                return []
            crops = [_cut(image, square) for square in squares]
            found, scores = self._landmark_net(np.stack(crops))
            confirmed = []
            for square, landmarks, score in zip(squares, found, scores, strict=True):
                inverse = cv2.invertAffineTransform(square)
                points = cv2.transform((five_points(landmarks) * NET_SIDE_PX)[None], inverse)[0]
                if score >= least and eye_distance_px(points) > 2:
                    confirmed.append((points.astype(np.float32), float(score)))
            squares = [square_about(points) for points, _ in confirmed]
        return sorted(confirmed, key=lambda face: -face[1])


def square_about(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """The upright square about ``points [5, 2]`` that the net sees, as a map ``[2, 3]`` into it."""
    across = points[1] - points[0]
    distance = float(np.linalg.norm(across))
    down = np.array([-across[1], across[0]])
    centre = (points[0] + points[1]) / 2 + 0.3 * down
    angle = float(np.arctan2(across[1], across[0]))
    return _square(centre, CROP_EYE_DISTANCES * distance, angle)


def _square(centre: NDArray[Any], side: float, angle: float) -> NDArray[np.float32]:
    scale = NET_SIDE_PX / side
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    half = NET_SIDE_PX / 2
    tx = half - cos * centre[0] - sin * centre[1]
    ty = half + sin * centre[0] - cos * centre[1]
    return np.array([[cos, sin, tx], [-sin, cos, ty]], np.float32)


def _cut(image: NDArray[np.uint8], matrix: NDArray[np.float32]) -> NDArray[np.uint8]:
    size = (NET_SIDE_PX, NET_SIDE_PX)
    crop = cv2.warpAffine(
        image, matrix, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REFLECT_101
    )
    return crop.astype(np.uint8, copy=False)


def _same(points: NDArray[np.float32], other: NDArray[np.float32]) -> bool:
    apart = np.linalg.norm(points.mean(0) - other.mean(0))
    return bool(apart < 0.8 * max(eye_distance_px(points), eye_distance_px(other)))
