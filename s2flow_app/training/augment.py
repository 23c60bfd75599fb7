"""Random affine maps and colour changes of training pictures, with their points and maps."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.labels import (
    BACKGROUND,
    CLOTH,
    HAIR,
    HAT,
    LEFT_BROW,
    LEFT_EAR,
    LOWER_LIP,
    NECK,
    NOSE,
    RIGHT_BROW,
    RIGHT_EAR,
    SKIN,
    UPPER_LIP,
)


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


def resized(image: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """A picture ``[H, H, 3]`` averaged down to ``size`` px."""
    small = cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA)
    return small.astype(np.uint8, copy=False)


PARTS: Final = (
    (BACKGROUND,), (HAIR,), (CLOTH,), (HAT,),
    (SKIN, NOSE, LEFT_EAR, RIGHT_EAR, NECK, UPPER_LIP, LOWER_LIP, LEFT_BROW, RIGHT_BROW),
)  # fmt: skip
"""Classes that are recoloured together."""


def random_parts(
    rng: np.random.Generator,
    image: NDArray[np.uint8],
    label_map: NDArray[np.uint8],
    behind: NDArray[np.uint8],
) -> NDArray[np.uint8]:
    """Another background, and parts of the picture recoloured each for itself.

    Five thousand faces hold far fewer combinations of hair, skin, clothes and background than
    there are: an encoder learns them by heart unless they are taken apart.

    Args:
        image: ``[S, S, 3]``
        label_map: ``[S, S]`` class ids; soft borders are made here.
        behind: ``[S, S, 3]`` the picture whose colours may replace the background.
    """
    x = image.astype(np.float32)
    for part in PARTS:
        if rng.random() < 0.5:
            continue
        mask = np.isin(label_map, part).astype(np.float32)
        if not mask.any():
            continue
        mask = cv2.GaussianBlur(mask, (0, 0), 0.8)[..., None]
        strength = 0.1 if part[0] == SKIN else 0.3
        if part == (BACKGROUND,) and rng.random() < 0.6:
            changed = behind.astype(np.float32)
        else:
            changed = 255 * (x / 255) ** np.exp(rng.normal(0, strength))
        gain = np.exp(rng.normal(0, strength / 2) + rng.normal(0, strength / 2, 3))
        x = x + mask * ((changed * gain).clip(0, 255) - x)
    return x.clip(0, 255).astype(np.uint8)
