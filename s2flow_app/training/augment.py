"""Random affine maps and colour changes of training pictures, with their points and maps."""

import cv2
import numpy as np
from numpy.typing import NDArray


def random_affine(
    rng: np.random.Generator,
    *,
    source: int,
    size: int,
    rotation_deg: float = 10,
    scale_sd: float = 0.15,
    shift_sd: float = 0.1,
    centre: tuple[float, float] | None = None,
    side: float | None = None,
) -> NDArray[np.float32]:
    """A ``[2, 3]`` map from a ``source`` px picture to ``size`` px.

    `centre` and `side` (source pixels) are the square that fills the result before jitter;
    the whole picture by default. Standard deviations are relative to that side.
    """
    side = side or source
    cx, cy = centre or (source / 2, source / 2)
    scale = size / side * float(np.exp(rng.normal(0, scale_sd)))
    angle = np.deg2rad(rng.normal(0, rotation_deg))
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    tx, ty = size / 2 + size * rng.normal(0, shift_sd, 2)
    return np.array(
        [[cos, -sin, tx - cos * cx + sin * cy], [sin, cos, ty - sin * cx - cos * cy]], np.float32
    )


def warp(image: NDArray[np.uint8], matrix: NDArray[np.float32], size: int) -> NDArray[np.uint8]:
    """Warp a picture, borders reflected."""
    warped = cv2.warpAffine(
        image, matrix, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
    )
    return warped.astype(np.uint8, copy=False)


def warp_labels(
    labels: NDArray[np.uint8], matrix: NDArray[np.float32], size: int
) -> NDArray[np.uint8]:
    """Warp class ids; 255 (ignored in losses) where the picture has none."""
    warped = cv2.warpAffine(
        labels, matrix, (size, size), flags=cv2.INTER_NEAREST, borderValue=(255,)
    )
    return warped.astype(np.uint8, copy=False)


def random_colour(rng: np.random.Generator, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Change gain, offset, white balance and contrast; sometimes grey or blurred."""
    x = image.astype(np.float32) / 255
    if rng.random() < 0.1:
        x = np.repeat(x.mean(2, keepdims=True), 3, axis=2)
    x = x ** np.exp(rng.normal(0, 0.25)) * np.exp(rng.normal(0, 0.1, 3)) + rng.normal(0, 0.05)
    if rng.random() < 0.2:
        x = cv2.GaussianBlur(x, (0, 0), rng.uniform(0.5, 1.5))
    return (x.clip(0, 1) * 255).astype(np.uint8)
