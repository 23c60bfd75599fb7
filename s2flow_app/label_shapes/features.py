"""Brows and nose: parts that move or change their width on the skin around them."""

from collections.abc import Callable

import cv2
import numpy as np

from s2flow_app.label_shapes.geometry import (
    BROWS,
    MIN_PART_PX,
    Bool,
    Float,
    bounding_columns,
    bounding_rows,
    check_strength,
    is_in,
    smoothstep,
    unchanged,
)
from s2flow_app.labels import EYEGLASSES, NOSE, SKIN, LabelMap

RAISE_PX = 11.0
LOWER_PX = 9.0
THICKEN_PX = 4.5
WIDEN = 0.24
"""Share by which the nose's lower end changes its width."""


def raise_brows(label_map: LabelMap, *, strength: float = 1.0) -> LabelMap:
    """Brows up and a little more arched towards their outer third."""
    return _shift_brows(label_map, RAISE_PX * check_strength(strength))


def lower_brows(label_map: LabelMap, *, strength: float = 1.0) -> LabelMap:
    """Brows down and a little flatter, not over the eyes."""
    return _shift_brows(label_map, -LOWER_PX * check_strength(strength))


def _shift_brows(label_map: LabelMap, up_px: float) -> LabelMap:
    def moved(brow: Bool, mirrored: bool) -> Bool:
        columns = bounding_columns(brow)
        assert columns is not None
        across = np.linspace(0, 1, columns[1] - columns[0] + 1, dtype=np.float32)
        outward = across[::-1] if mirrored else across
        arch = 0.85 + 0.3 * np.sin(np.pi * np.clip(outward, 0, 1) ** 1.3)
        lift = np.full(brow.shape[1], arch[0], dtype=np.float32)
        lift[columns[0] : columns[1] + 1] = arch
        lift[columns[1] + 1 :] = arch[-1]
        h, w = brow.shape
        x, y = np.meshgrid(np.arange(w, dtype=np.float32), np.arange(h, dtype=np.float32))
        soft = cv2.GaussianBlur(brow.astype(np.float32), (0, 0), 1.0)
        source_y = y + up_px * lift[None, :]
        return cv2.remap(soft, x, source_y, cv2.INTER_LINEAR) > 0.5

    return _redraw_brows(label_map, up_px, moved)


def thicker_brows(label_map: LabelMap, *, strength: float = 1.0) -> LabelMap:
    """Brows grown upwards and downwards, hardly longer."""

    def grown(brow: Bool, mirrored: bool) -> Bool:
        # Distances are measured with x stretched threefold: growth is mostly vertical.
        wide = cv2.resize(brow.view(np.uint8), None, fx=3, fy=1, interpolation=cv2.INTER_NEAREST)
        distance = cv2.distanceTransform(1 - wide, cv2.DIST_L2, cv2.DIST_MASK_5)
        distance = cv2.resize(distance, brow.shape[::-1], interpolation=cv2.INTER_AREA)
        distance = cv2.GaussianBlur(distance, (0, 0), 1.5)
        return brow | (distance < THICKEN_PX * strength)

    strength = check_strength(strength)
    return _redraw_brows(label_map, strength, grown)


def _redraw_brows(
    label_map: LabelMap, amount: float, shape: Callable[[Bool, bool], Bool]
) -> LabelMap:
    result = label_map.copy()
    if amount == 0:
        return result
    for class_id in BROWS:
        brow = label_map == class_id
        if int(brow.sum()) < MIN_PART_PX:
            continue
        rows, columns = bounding_rows(brow), bounding_columns(brow)
        assert rows is not None and columns is not None
        area = (
            slice(max(rows[0] - 24, 0), rows[1] + 18),
            slice(max(columns[0] - 8, 0), columns[1] + 9),
        )
        old, part = brow[area], label_map[area]
        new = shape(np.ascontiguousarray(old), class_id == BROWS[0])
        target = result[area]
        # What a brow leaves is skin, or the lens it lay over; hair over a brow stays over it.
        uncovered = np.where(_touches_glasses(part, old), EYEGLASSES, SKIN).astype(np.uint8)
        leaves = old & ~new
        target[leaves] = uncovered[leaves]
        target[new & is_in(part, (SKIN, EYEGLASSES))] = class_id
    return result


def _touches_glasses(part: LabelMap, brow: Bool) -> Bool:
    """Where the nearest thing below that is no brow is a lens."""
    glasses = (part == EYEGLASSES).astype(np.uint8)
    if not glasses.any():
        return np.zeros_like(brow)
    kernel = np.zeros((13, 3), dtype=np.uint8)
    kernel[6:] = 1  # looks downwards: dilate takes the maximum over y .. y + 6
    skin = (part == SKIN).astype(np.uint8)
    return cv2.dilate(glasses, kernel) > cv2.dilate(skin, kernel)


def wider_nose(label_map: LabelMap, *, strength: float = 1.0) -> LabelMap:
    """The nose's wings further apart, its bridge as it was."""
    return _scale_nose(label_map, 1.0 + WIDEN * check_strength(strength))


def narrower_nose(label_map: LabelMap, *, strength: float = 1.0) -> LabelMap:
    """The nose's wings closer together, its bridge as it was."""
    return _scale_nose(label_map, 1.0 - 0.85 * WIDEN * check_strength(strength))


def _scale_nose(label_map: LabelMap, scale: float) -> LabelMap:
    nose = label_map == NOSE
    rows, columns = bounding_rows(nose), bounding_columns(nose)
    if scale == 1 or rows is None or columns is None or int(nose.sum()) < 4 * MIN_PART_PX:
        return unchanged(label_map)
    margin = 2 + (columns[1] - columns[0]) // 4
    area = (
        slice(max(rows[0] - 2, 0), rows[1] + 3),
        slice(max(columns[0] - margin, 0), columns[1] + 1 + margin),
    )
    old, part = nose[area], label_map[area]
    h, w = old.shape
    x, y = np.meshgrid(np.arange(w, dtype=np.float32), np.arange(h, dtype=np.float32))
    amount = (scale - 1.0) * smoothstep((y / h - 0.05) / 0.6)
    ridge = _ridge(old)[:, None]
    source_x = ridge + (x - ridge) / (1.0 + amount)
    soft = cv2.GaussianBlur(old.astype(np.float32), (0, 0), 1.0)
    new = cv2.remap(soft, source_x.astype(np.float32), y, cv2.INTER_LINEAR) > 0.5
    result = label_map.copy()
    target = result[area]
    still = np.abs(amount) < 0.02
    target[old & ~new & ~still] = SKIN
    target[new & (part == SKIN) & ~still] = NOSE
    return result


def _ridge(nose: Bool) -> Float:
    """``[h]``: the middle of the nose in each row, as a straight line (turned heads lean)."""
    rows = np.flatnonzero(nose.any(axis=1))
    middle = [float(np.flatnonzero(nose[r])[[0, -1]].mean()) for r in rows]
    slope, start = np.polyfit(rows, middle, 1) if len(rows) > 2 else (0.0, middle[0])
    return (start + slope * np.arange(len(nose))).astype(np.float32)
