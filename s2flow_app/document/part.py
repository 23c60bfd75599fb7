"""A part of the label map that is moved, scaled, rotated or warped. No Qt."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.document.label_ops import Mask, Rect, slices, united
from s2flow_app.document.layer_canvas import NO_CLASS
from s2flow_app.labels import LABEL_SIZE, LabelMap

Points = NDArray[np.float64]
"""``[N, 2]`` crop pixels, (0, 0) the corner of the first pixel."""

_PAD_PX: Final = 3
_SOFTEN_PX: Final = 0.7
"""Sigma; keeps outlines that are scaled from breaking into stairs."""
_GRID_PX: Final = 6
"""A warp is worked out this far apart and interpolated between."""


class Part:
    """Pixels of one or more classes, as soft planes that can be drawn somewhere else."""

    def __init__(self, label_map: LabelMap, mask: Mask) -> None:
        """``mask [512, 512]``, not empty: which pixels of ``label_map`` are the part."""
        self.mask = mask
        x, y, w, h = cv2.boundingRect(mask.astype(np.uint8))
        self.box: Rect = (x, y, w, h)
        """Around its pixels."""
        left, top = max(x - _PAD_PX, 0), max(y - _PAD_PX, 0)
        right, bottom = min(x + w + _PAD_PX, LABEL_SIZE), min(y + h + _PAD_PX, LABEL_SIZE)
        self.rect: Rect = (left, top, right - left, bottom - top)
        part, inside = label_map[slices(self.rect)], mask[slices(self.rect)]
        self._hard = [
            (int(k), np.where(inside & (part == k), np.uint8(255), np.uint8(0)))
            for k in np.unique(part[inside])
        ]
        self._soft = [(k, cv2.GaussianBlur(p, (0, 0), _SOFTEN_PX)) for k, p in self._hard]

    @property
    def corners(self) -> Points:
        """``[4, 2]`` of its box: tl, tr, br, bl."""
        x, y, w, h = self.box
        return np.array([[x, y], [x + w, y], [x + w, y + h], [x, y + h]], dtype=np.float64)

    @property
    def centre(self) -> NDArray[np.float64]:
        return self.corners.mean(axis=0)

    def lattice(self) -> Points:
        """``[9, 2]``: corners, mid-sides and centre of its box, row by row."""
        x, y, w, h = self.box
        columns, rows = np.array([x, x + w / 2, x + w]), np.array([y, y + h / 2, y + h])
        return np.stack(np.meshgrid(columns, rows), axis=-1).reshape(9, 2)

    def moved(self, matrix: NDArray[np.float64]) -> tuple[Rect, LabelMap] | None:
        """The part after an affine map ``[2, 3]``: its rect and its classes there.

        A pure shift goes to whole pixels and keeps the shape. None: it left the crop.
        """
        matrix, planes = matrix.copy(), self._soft
        if np.allclose(matrix[:, :2], np.eye(2)):
            matrix[:, 2], planes = np.rint(matrix[:, 2]), self._hard
        rect = _rect_around(self.corners @ matrix[:, :2].T + matrix[:, 2])
        if rect is None:
            return None
        size = rect[2:]
        # From planes to the crop, the map, to the rect; OpenCV's integers are pixels' middles.
        matrix[:, 2] += matrix[:, :2] @ (np.array(self.rect[:2]) + 0.5) - rect[:2] - 0.5
        drawn = [(k, cv2.warpAffine(p, matrix, size, flags=cv2.INTER_LINEAR)) for k, p in planes]
        return rect, _strongest(drawn)

    def warped(self, before: Points, after: Points) -> tuple[Rect, LabelMap] | None:
        """The part after its points ``before`` went to ``after``, the rest along smoothly."""
        rect = _rect_around(np.vstack([after, _thin_plate(before, after, self.corners)]))
        if rect is None:
            return None
        columns, rows = (max(2, -(-n // _GRID_PX) + 1) for n in rect[2:])
        grid = np.stack(
            np.meshgrid(np.linspace(0, 1, columns), np.linspace(0, 1, rows)), axis=-1
        ).reshape(-1, 2)
        nodes = np.array(rect[:2]) + 0.5 + grid * (np.array(rect[2:]) - 1)
        found = _thin_plate(after, before, nodes) - np.array(self.rect[:2]) - 0.5
        coarse = found.astype(np.float32).reshape(rows, columns, 2)
        fine = _between_nodes(coarse, rect[2:])
        drawn = [(k, cv2.remap(p, fine, None, cv2.INTER_LINEAR)) for k, p in self._soft]  # type: ignore[call-overload]
        return rect, _strongest(drawn)


def together(
    parts: list[tuple[Part, tuple[Rect, LabelMap] | None]], *, within: Rect | None
) -> tuple[Rect, Mask, LabelMap]:
    """What `Document.place` takes for several parts at once.

    Args:
        parts: each with what `moved` or `warped` gave.
        within: a rect that the answer's must hold: what the gesture changed before.
    """
    rect = within
    for part, drawn in parts:
        rect = united(united(rect, part.rect), drawn[0] if drawn else None)
    assert rect is not None
    gone = np.zeros(rect[:1:-1], dtype=np.bool_)
    new = np.full(gone.shape, NO_CLASS, dtype=np.uint8)
    for part, drawn in parts:
        gone |= part.mask[slices(rect)]
        if drawn is not None:
            (x, y, w, h), classes = drawn
            there = new[y - rect[1] : y - rect[1] + h, x - rect[0] : x - rect[0] + w]
            np.copyto(there, classes, where=classes != NO_CLASS)
    return rect, gone, new


def _strongest(planes: list[tuple[int, NDArray]]) -> LabelMap:
    """The class of the strongest plane where the part is more there than not."""
    best, total = planes[0][1], planes[0][1].astype(np.uint16)
    found = np.full(best.shape, planes[0][0], dtype=np.uint8)
    for class_id, plane in planes[1:]:
        found[plane > best] = class_id
        best = np.maximum(best, plane)
        total += plane
    found[total < 128] = NO_CLASS
    return found


def _rect_around(points: Points) -> Rect | None:
    low = np.maximum(np.floor(points.min(axis=0)).astype(int) - _PAD_PX, 0)
    high = np.minimum(np.ceil(points.max(axis=0)).astype(int) + _PAD_PX, LABEL_SIZE)
    if (low >= high).any():
        return None
    return int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1])


def _between_nodes(coarse: NDArray[np.float32], size: tuple[int, ...]) -> NDArray[np.float32]:
    """``[h, w, 2]`` values of a coarse grid whose outermost nodes are the outermost pixels."""
    (w, h), (rows, columns) = size, coarse.shape[:2]
    x = np.linspace(0, columns - 1, w, dtype=np.float32)
    y = np.linspace(0, rows - 1, h, dtype=np.float32)
    map_x, map_y = np.meshgrid(x, y)
    return np.asarray(cv2.remap(coarse, map_x, map_y, cv2.INTER_LINEAR), dtype=np.float32)


def _thin_plate(before: Points, after: Points, where: Points) -> Points:
    """Where a thin-plate spline that takes ``before`` to ``after`` takes ``where``."""
    count = len(before)
    affine = np.column_stack([np.ones(count), before])
    system = np.zeros((count + 3, count + 3))
    system[:count, :count] = _bending(before, before)
    system[:count, count:], system[count:, :count] = affine, affine.T
    values = np.vstack([after, np.zeros((3, 2))])
    weights = np.linalg.lstsq(system, values, rcond=None)[0]
    basis = np.column_stack([_bending(where, before), np.ones(len(where)), where])
    return basis @ weights


def _bending(a: Points, b: Points) -> NDArray[np.float64]:
    """r^2 log r^2 of all distances ``[len(a), len(b)]``, in units of 100 px."""
    squared = (((a[:, None] - b[None]) / 100) ** 2).sum(axis=2)
    return squared * np.log(np.maximum(squared, 1e-12))
