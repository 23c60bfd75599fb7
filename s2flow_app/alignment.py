"""FFHQ's alignment: from five points of a face to the square that the networks see.

Points and quads are in photo pixels, (0, 0) the top left corner of the top left pixel: its
middle is at (0.5, 0.5).
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.model.face import CROP_SIZE

LEFT_EYE_POINTS: Final = (33, 133, 159, 145)
"""MediaPipe points whose mean is the image-left eye."""
RIGHT_EYE_POINTS: Final = (362, 263, 386, 374)
NOSE_TIP, LEFT_MOUTH_CORNER, RIGHT_MOUTH_CORNER = 1, 61, 291
ALIGNED_POINTS: Final = (0, 1, 3, 4)
"""Those of the five that the alignment depends on: eyes and mouth corners."""


def five_points(landmarks: NDArray[np.float32]) -> NDArray[np.float32]:
    """``[5, 2]`` eyes, nose tip, mouth corners of ``landmarks [478, 2]``."""
    return np.stack(
        [
            landmarks[list(LEFT_EYE_POINTS)].mean(0),
            landmarks[list(RIGHT_EYE_POINTS)].mean(0),
            landmarks[NOSE_TIP],
            landmarks[LEFT_MOUTH_CORNER],
            landmarks[RIGHT_MOUTH_CORNER],
        ]
    ).astype(np.float32)


def quad_from_points(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """Corners ``[4, 2]`` (top left, bottom left, bottom right, top right) of the aligned crop.

    Args:
        points: ``[5, 2]`` as `five_points` gives them, photo pixels. (FFHQ's `align` formula.)
    """
    left_eye, right_eye, _, left_mouth, right_mouth = points.astype(np.float64)
    eyes = (left_eye + right_eye) / 2
    eye_to_eye = right_eye - left_eye
    eye_to_mouth = (left_mouth + right_mouth) / 2 - eyes
    x = eye_to_eye - np.array([-eye_to_mouth[1], eye_to_mouth[0]])
    length = max(2.0 * np.linalg.norm(eye_to_eye), 1.8 * np.linalg.norm(eye_to_mouth))
    x *= length / max(np.linalg.norm(x), 1e-9)
    y = np.array([-x[1], x[0]])
    centre = eyes + 0.1 * eye_to_mouth
    corners = [centre - x - y, centre - x + y, centre + x + y, centre + x - y]
    return np.stack(corners).astype(np.float32)


def square_quad(centre: NDArray, side: float, angle: float) -> NDArray[np.float64]:
    """Corners ``[4, 2]``, as of `quad_from_points`, of a square turned by ``angle`` radians."""
    x = side / 2 * np.array([np.cos(angle), np.sin(angle)])
    y = np.array([-x[1], x[0]])
    return np.stack([centre - x - y, centre - x + y, centre + x + y, centre + x - y])


def eye_distance_px(points: NDArray[np.float32]) -> float:
    """Distance of the eyes of ``points [5, 2]``."""
    return float(np.linalg.norm(points[1] - points[0]))


def alignment_error(found: NDArray[np.float32], true: NDArray[np.float32]) -> float:
    """Mean distance of eyes and mouth corners as a share of the true eye distance."""
    used = list(ALIGNED_POINTS)
    return float(np.linalg.norm(found[used] - true[used], axis=1).mean() / eye_distance_px(true))


def crop_matrix(quad: NDArray, size: int = CROP_SIZE) -> NDArray[np.float64]:
    """The affine map ``[2, 3]`` from photo pixels to pixels of a ``size`` px crop.

    In OpenCV's coordinates, whose integers are the pixels' middles.
    """
    corners = np.array([[0, 0], [0, size], [size, size]], np.float32)
    matrix = cv2.getAffineTransform(np.ascontiguousarray(quad[:3], np.float32), corners)
    matrix[:, 2] += matrix[:, :2] @ (0.5, 0.5) - 0.5
    return matrix.astype(np.float64, copy=False)


def extract_crop(
    image: NDArray[np.uint8], quad: NDArray, size: int = CROP_SIZE
) -> NDArray[np.uint8]:
    """The square crop ``[size, size, 3]`` that ``quad [4, 2]`` cuts out of ``image [H, W, 3]``.

    Antialiased when it shrinks, reflected where the quad leaves the photo. Only the quad's
    surroundings are touched, so a small face in a large photo costs little.
    """
    height, width = image.shape[:2]
    low = np.clip(np.floor(quad.min(0)).astype(int) - 2, 0, None)
    high = np.minimum(np.ceil(quad.max(0)).astype(int) + 3, (width, height))
    if (high - low < 1).any():  # wholly outside: the reflection of everything
        low, high = np.zeros(2, int), np.array([width, height])
    part = image[low[1] : high[1], low[0] : high[0]]
    moved = quad - low
    side = float(np.linalg.norm(quad[3] - quad[0]))
    if side > size:
        to = (
            max(1, round(part.shape[1] * size / side)),
            max(1, round(part.shape[0] * size / side)),
        )
        moved = moved * (to[0] / part.shape[1], to[1] / part.shape[0])
        part = cv2.resize(part, to, interpolation=cv2.INTER_AREA)
    crop = cv2.warpAffine(
        part,
        crop_matrix(moved, size),
        (size, size),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REFLECT_101,
    )
    return crop.astype(np.uint8, copy=False)
