"""Parts of pictures for training layers that are local: a step takes a quarter of the time."""

import numpy as np
from torch import Tensor

PART = 2
"""Side of a picture in sides of the part of it that is seen."""


def same_part(rng: np.random.Generator, *pictures: Tensor) -> list[Tensor]:
    """The same part of each of ``pictures [N, C, R, R]``, of one place for the batch.

    Args:
        pictures: of the same faces, of any sizes; the smallest is a divisor of the others.
    """
    whole = min(picture.shape[2] for picture in pictures)
    side = whole // PART
    y, x = (int(v) for v in rng.integers(0, whole - side + 1, 2))
    parts = []
    for picture in pictures:
        scale = picture.shape[2] // whole
        rows, columns = (slice(at * scale, (at + side) * scale) for at in (y, x))
        parts.append(picture[:, :, rows, columns])
    return parts
