"""Edits of turned faces: they are drawn on an upright copy, and what changed is turned back."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.label_shapes.geometry import (
    EYES,
    MEAN_EYES,
    MEAN_MOUTH_Y,
    MOUTH_PARTS,
    LabelEdit,
    centroid,
    is_in,
)
from s2flow_app.labels import NOSE, LabelMap

LEVEL_DEGREES: Final = 4.0
"""A face turned by less is upright enough."""
USUAL_SIZE: Final = (0.8, 1.25)
"""Of the eyes' distance, in that of the mean face."""
_MEAN_NOSE_Y: Final = 295.0


def upright(edit: LabelEdit) -> LabelEdit:
    """The edit for faces that lie askew in their crop, too; other faces are edited directly."""

    def turned(label_map: LabelMap, *, strength: float = 1.0) -> LabelMap:
        matrix = _to_upright(label_map)
        if matrix is None:
            return edit(label_map, strength=strength)
        level = _turned(label_map, matrix)
        edited = edit(level, strength=strength)
        back = cv2.invertAffineTransform(matrix)
        # A pixel more, or outlines that fall between two pixels would leave specks.
        changed = cv2.dilate((edited != level).astype(np.uint8), np.ones((3, 3), np.uint8))
        there = _turned(np.asarray(changed, np.uint8), np.asarray(back, np.float64)) != 0
        return np.where(there, _turned(edited, np.asarray(back, np.float64)), label_map)

    return turned


def _turned(label_map: LabelMap, matrix: NDArray[np.float64]) -> LabelMap:
    size = (label_map.shape[1], label_map.shape[0])
    turned = cv2.warpAffine(
        label_map, matrix, size, flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(turned, dtype=np.uint8)


def _to_upright(label_map: LabelMap) -> NDArray[np.float64] | None:
    """``[2, 3]`` from the map to where the mean face has its parts; None: it is there already."""
    pair = _two_points(label_map)
    if pair is None:
        return None
    found, mean = pair
    way, goal = (complex(*(points[1] - points[0])) for points in (found, mean))
    factor = goal / way
    low, high = USUAL_SIZE
    is_level = abs(np.degrees(np.angle(factor))) < LEVEL_DEGREES
    if is_level and low < 1 / abs(factor) < high:
        return None
    linear = np.array([[factor.real, -factor.imag], [factor.imag, factor.real]])
    shift = mean.mean(axis=0) - linear @ found.mean(axis=0)
    return np.column_stack([linear, shift])


def _two_points(label_map: LabelMap) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Two points of the face and where the mean face has them: eyes, or nose and mouth."""
    eyes = [centroid(label_map == k) for k in EYES]
    middle = (MEAN_EYES[0][0] + MEAN_EYES[1][0]) / 2
    lower = [centroid(label_map == NOSE), centroid(is_in(label_map, MOUTH_PARTS))]
    for points, mean in (
        (eyes, MEAN_EYES),
        (lower, ((middle, _MEAN_NOSE_Y), (middle, MEAN_MOUTH_Y))),
    ):
        known = [point for point in points if point is not None]
        if len(known) == 2 and np.hypot(*np.subtract(known[1], known[0])) > 20:
            return np.array(known, dtype=np.float64), np.array(mean, dtype=np.float64)
    return None
