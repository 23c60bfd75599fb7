"""Finds faces: cascade proposals, confirmed and made precise by the landmark net."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Event
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.alignment import (
    ALIGNED_POINTS,
    extract_crop,
    eye_distance_px,
    five_points,
    quad_from_points,
    square_quad,
)
from s2flow_app.engine.face_proposals import ROUNDS, FaceProposer
from s2flow_app.engine.progress import Report, tick
from s2flow_app.model.arrays import frozen
from s2flow_app.model.face import FaceBox

LandmarkFunction = Callable[[NDArray[np.uint8]], tuple[NDArray[np.float32], NDArray[np.float32]]]
"""uint8 ``[N, 128, 128, 3]`` to points ``[N, 478, 2]`` in units of the side and scores 0..1."""

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
MORE_READINGS: Final = 3
WRONG_WAY_SHIFT: Final = 0.45
"""How much farther up in such a reading, in eye distances, the face's own square lies: its mouth
passes for the eyes."""
SETTLED: Final = 0.05
"""In eye distances: points that moved by less between two readings are final."""
LOOKS: Final = ((0.88, -6.0), (0.96, 0.0), (1.04, 6.0))
"""(scale, degrees) of the squares that the last points are averaged over, each also mirrored."""
MIRRORED_ORDER: Final = (1, 0, 2, 4, 3)
"""The five points after mirroring."""
BATCH: Final = 32
OUTSIDE_EYE_DISTANCES: Final = 0.15
"""How far outside of the photo an eye or a corner of the mouth may be: the net's error."""


class FaceFinder:
    """Finds every face of a photo.

    Args:
        landmark_net: points and confidence of square crops.
    """

    def __init__(self, landmark_net: LandmarkFunction) -> None:
        self._landmark_net = landmark_net
        self._proposer = FaceProposer()

    def find(
        self, image: NDArray[np.uint8], *, cancel: Event | None = None,
        report: Report | None = None,
    ) -> list[FaceBox]:  # fmt: skip
        """Faces of ``image [H, W, 3]`` sRGB, the largest first; raises `Cancelled`."""
        grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)
        total, done = sum(len(searches) for searches in ROUNDS), 0
        faces: list[FaceBox] = []
        for searches in ROUNDS:
            squares = []
            for search in searches:
                squares += self._proposer.propose(
                    grey, search, cancel=cancel,
                    report=_share(report, done / total, (done + 1) / total),
                )  # fmt: skip
                done += 1
            faces = self._confirm(image, squares, cancel)
            if faces:
                break
        if report is not None:
            report(1.0)
        return sorted(faces, key=lambda face: -eye_distance_px(face.points))

    def _confirm(
        self, image: NDArray[np.uint8], squares: list[NDArray[np.float64]], cancel: Event | None
    ) -> list[FaceBox]:
        """The faces in ``squares``, each once, the surest first."""
        # Which of two proposals of a face comes first matters little: both are looked at again.
        candidates = _each_once(self._sighted(image, squares, cancel))
        again = [_square_about(points) for points, _ in candidates]
        readings = []
        for points, _ in self._sighted(image, again, cancel):
            reading = self._settled(image, points, cancel)
            if not _is_sure(reading):
                continue
            reading = self._surer_way_up(image, reading, cancel)
            if _is_inside(reading.points, image.shape):
                readings.append(reading)
        by_points = {id(reading.points): reading for reading in readings}
        once = _each_once([(reading.points, reading.score) for reading in readings])
        return [
            FaceBox(
                frozen(points), frozen(quad_from_points(points)), score,
                frozen(by_points[id(points)].landmarks),
            )
            for points, score in once
        ]  # fmt: skip

    def _sighted(
        self, image: NDArray[np.uint8], squares: list[NDArray[np.float64]], cancel: Event | None
    ) -> list[tuple[NDArray[np.float32], float]]:
        """Points and scores of what may be a face in ``squares``."""
        return [
            (look.points, look.score)
            for look in self._look(image, squares, cancel)
            if look.score >= FIRST_SCORE and eye_distance_px(look.points) > 2
        ]

    def _read(
        self, image: NDArray[np.uint8], points: NDArray[np.float32], cancel: Event | None
    ) -> "_Reading":
        """What several looks at the face of ``points [5, 2]`` agree on."""
        squares = [_square_about(points, scale=s, angle_deg=a) for s, a in LOOKS]
        looks = list(self._look(image, squares, cancel))
        landmarks = np.stack([look.landmarks for look in looks]).mean(0)
        looks += self._look(image, squares, cancel, mirrored=True)
        several = np.stack([look.points for look in looks])
        points = several.mean(0)
        apart = float(np.linalg.norm(several - points, axis=2).mean())
        return _Reading(
            points.astype(np.float32), landmarks,
            float(np.mean([look.score for look in looks])),
            apart / max(eye_distance_px(points), 1e-9),
        )  # fmt: skip

    def _settled(
        self, image: NDArray[np.uint8], points: NDArray[np.float32], cancel: Event | None
    ) -> "_Reading":
        """What is read at ``points [5, 2]``, and again where that is while it still moves: a
        proposal far off, in place or tilt, comes close in more than one step."""
        reading = self._read(image, points, cancel)
        for _ in range(MORE_READINGS):
            moved = float(np.linalg.norm(reading.points - points, axis=1).mean())
            if not _is_sure(reading) or moved <= SETTLED * eye_distance_px(points):
                break
            points = reading.points
            reading = self._read(image, points, cancel)
        return reading

    def _surer_way_up(
        self, image: NDArray[np.uint8], reading: "_Reading", cancel: Event | None
    ) -> "_Reading":
        """``reading``, or that of the same place the other way up if it agrees more with itself.

        A face on its head is read with a score of 0.998, too, its eyes for the mouth; but the looks
        at it are 0.026 apart and more, those at the same face the right way up 0.010.
        """
        square = _square_about(_other_way_up(reading.points))
        for points, _ in self._sighted(image, [square], cancel):
            other = self._settled(image, points, cancel)
            if _is_sure(other) and other.spread < reading.spread:
                return other
        return reading

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
            tick(cancel, None, 0, 0)
            batch = squares[start : start + BATCH]
            crops = np.stack([_square_crop(image, quad) for quad in batch])
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


@dataclass(frozen=True, slots=True, eq=False)
class _Reading:
    """What several looks at one face say together; in photo pixels."""

    points: NDArray[np.float32]
    """``[5, 2]``."""
    landmarks: NDArray[np.float32]
    """``[478, 2]``."""
    score: float
    spread: float
    """Of the points over the looks, in eye distances."""


def _is_sure(reading: _Reading) -> bool:
    return reading.score >= FINAL_SCORE and reading.spread <= LARGEST_SPREAD


def _is_inside(points: NDArray[np.float32], shape: tuple[int, ...]) -> bool:
    """Whether eyes and mouth of ``points [5, 2]`` lie in the picture, which is not continued
    beyond its edge but for the networks."""
    beyond = OUTSIDE_EYE_DISTANCES * eye_distance_px(points)
    used = points[list(ALIGNED_POINTS)]
    return bool((used >= -beyond).all() and (used <= np.array(shape[1::-1]) + beyond).all())


def _other_way_up(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """Where about the face is that was read upside down as ``points [5, 2]``."""
    across = points[1] - points[0]
    down = np.array([-across[1], across[0]])
    turned = 2 * _square_about(points).mean(0) - points
    return (turned - WRONG_WAY_SHIFT * down).astype(np.float32)


def _square_crop(image: NDArray[np.uint8], quad: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The net's crop ``[128, 128, 3]``; beyond the photo its edge goes on.

    A reflection would show a second pair of eyes, the other way up, where a forehead is cut.
    """
    size = np.array(image.shape[1::-1])
    low, high = np.floor(quad.min(0)).astype(int) - 2, np.ceil(quad.max(0)).astype(int) + 3
    first, last = np.maximum(low, 0), np.minimum(high, size)
    if (last <= first).any() or ((first == low) & (last == high)).all():
        return extract_crop(image, quad, NET_SIDE_PX)
    (left, top), (right, bottom) = first - low, high - last
    part = image[first[1] : last[1], first[0] : last[0]]
    part = cv2.copyMakeBorder(part, top, bottom, left, right, cv2.BORDER_REPLICATE)
    return extract_crop(part.astype(np.uint8, copy=False), quad - low, NET_SIDE_PX)


def _share(report: Report | None, begin: float, end: float) -> Report | None:
    """What reports a part's share as a share of the whole."""
    if report is None:
        return None
    return lambda share: report(begin + (end - begin) * share)


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
