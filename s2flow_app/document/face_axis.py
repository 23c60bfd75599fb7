"""Where a face's points and the line that it is mirrored about lie in its crop."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from s2flow_app.labels import LABEL_SIZE, TWINS

_LEFT_OF = {right: left for left, right in TWINS} | {left: left for left, _ in TWINS}
_RIGHT_OF = {left: right for left, right in TWINS} | {right: right for _, right in TWINS}


MEAN_POINTS: Final = np.array(
    [[0.375, 0.475], [0.625, 0.475], [0.5, 0.61], [0.405, 0.725], [0.595, 0.725]]
)
"""Eyes, nose tip and mouth corners of an aligned face, in crop sides."""


@dataclass(frozen=True, slots=True, eq=False)
class FaceAxis:
    """From between the eyes down to the mouth."""

    origin: NDArray[np.float64]
    """``[2]`` a point on it."""
    down: NDArray[np.float64]
    """``[2]`` unit vector towards the chin."""

    @property
    def mirror(self) -> NDArray[np.float64]:
        """``[2, 3]`` affine map that takes each point to its mirror image."""
        reflection = 2 * np.outer(self.down, self.down) - np.eye(2)
        return np.column_stack([reflection, self.origin - reflection @ self.origin])

    def mirrored(self, points: NDArray) -> NDArray[np.float64]:
        """Mirror images of points ``[..., 2]``."""
        matrix = self.mirror
        return points @ matrix[:, :2].T + matrix[:, 2]

    def is_subjects_left(self, x: float, y: float) -> bool:
        """Whether a point lies on the picture's right of the axis: the subject's left."""
        across = np.array([self.down[1], -self.down[0]])
        return float(across @ (np.array([x, y]) - self.origin)) >= 0

    def twin_at(self, class_id: int, x: float, y: float) -> int:
        """The eye, brow or ear of the side that a point lies on; other classes as they are."""
        sides = _LEFT_OF if self.is_subjects_left(x, y) else _RIGHT_OF
        return sides.get(class_id, class_id)


def points_in_crop(
    points: NDArray[np.float32] | None, quad: NDArray[np.float32] | None
) -> NDArray[np.float64]:
    """``[5, 2]`` crop pixels of a face's points in the photo, whose crop has the corners ``quad``.

    Where they are not known, those that every face is aligned to.
    """
    if points is None or quad is None:
        return MEAN_POINTS * LABEL_SIZE
    sides = np.stack([quad[3] - quad[0], quad[1] - quad[0]], axis=1).astype(np.float64)
    if abs(np.linalg.det(sides)) < 1e-6:
        return MEAN_POINTS * LABEL_SIZE
    return LABEL_SIZE * np.linalg.solve(sides, (points - quad[0]).T.astype(np.float64)).T


def face_axis(points: NDArray[np.float32] | None, quad: NDArray[np.float32] | None) -> FaceAxis:
    """The axis of a face with these points ``[5, 2]`` and crop corners ``[4, 2]`` in the photo."""
    found = points_in_crop(points, quad)
    eyes, mouth = found[:2].mean(axis=0), found[3:].mean(axis=0)
    length = float(np.linalg.norm(mouth - eyes))
    if length < 1:
        return FaceAxis(eyes, np.array([0.0, 1.0]))
    return FaceAxis(eyes, (mouth - eyes) / length)
