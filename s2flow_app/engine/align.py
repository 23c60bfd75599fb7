"""FFHQ's alignment: from five points of a face to the square that the networks see."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.messages import CROP_SIZE

LEFT_EYE_POINTS: Final = (33, 133, 159, 145)
"""MediaPipe points whose mean is the image-left eye."""
RIGHT_EYE_POINTS: Final = (362, 263, 386, 374)
NOSE_TIP, LEFT_MOUTH_CORNER, RIGHT_MOUTH_CORNER = 1, 61, 291


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


def eye_distance_px(points: NDArray[np.float32]) -> float:
    """Distance of the eyes of ``points [5, 2]``."""
    return float(np.linalg.norm(points[1] - points[0]))


def alignment_error(found: NDArray[np.float32], true: NDArray[np.float32]) -> float:
    """Mean distance of eyes and mouth corners as a share of the true eye distance."""
    used = [0, 1, 3, 4]
    return float(np.linalg.norm(found[used] - true[used], axis=1).mean() / eye_distance_px(true))


def crop_matrix(quad: NDArray[np.float32], size: int = CROP_SIZE) -> NDArray[np.float64]:
    """The affine map ``[2, 3]`` from photo pixels to pixels of a ``size`` px crop."""
    corners = np.array([[0, 0], [0, size], [size, size]], np.float32)
    matrix = np.asarray(
        cv2.getAffineTransform(np.ascontiguousarray(quad[:3], np.float32), corners), np.float64
    )
    # Corners are edges of pixels; OpenCV's coordinates are their centres.
    matrix[:, 2] += matrix[:, :2] @ (0.5, 0.5) - 0.5
    return matrix


def extract_crop(
    image: NDArray[np.uint8], quad: NDArray[np.float32], size: int = CROP_SIZE
) -> NDArray[np.uint8]:
    """The aligned crop ``[size, size, 3]`` of ``image [H, W, 3]``.

    Antialiased when it shrinks, reflected where the quad leaves the photo. Only the quad's
    surroundings are touched, so a small face in a large photo costs little.
    """
    low = np.floor(quad.min(0)).astype(int) - 2
    high = np.ceil(quad.max(0)).astype(int) + 3
    height, width = image.shape[:2]
    low_in, high_in = np.clip(low, 0, None), np.minimum(high, (width, height))
    if (high_in - low_in < 1).any():
        low_in, high_in = np.zeros(2, int), np.array([width, height])
    part = image[low_in[1] : high_in[1], low_in[0] : high_in[0]]
    moved = quad - low_in
    side = float(np.linalg.norm(quad[3] - quad[0]))
    shrink = int(side / size)
    if shrink >= 2:
        small = (max(1, part.shape[1] // shrink), max(1, part.shape[0] // shrink))
        scale = np.array([small[0] / part.shape[1], small[1] / part.shape[0]])
        part, moved = cv2.resize(part, small, interpolation=cv2.INTER_AREA), moved * scale
    crop = cv2.warpAffine(
        part,
        crop_matrix(moved.astype(np.float32), size),
        (size, size),
        flags=cv2.INTER_LINEAR if shrink >= 1 else cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REFLECT_101,
    )
    return crop.astype(np.uint8, copy=False)
