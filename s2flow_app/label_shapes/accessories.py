"""Earrings on and off, a hat off."""

import cv2
import numpy as np

from s2flow_app.label_shapes.geometry import (
    EARS,
    FACE,
    MIN_PART_PX,
    Bool,
    check_strength,
    face_geometry,
    is_in,
    largest_part,
    nearest_class,
    unchanged,
)
from s2flow_app.labels import (
    BACKGROUND,
    CLOTH,
    EARRING,
    HAIR,
    HAT,
    LABEL_SIZE,
    NECK,
    SKIN,
    LabelMap,
)

DROP_PX = 30.0
"""Length of an earring at an eye distance of 125 px."""
SKULL = 1.62
"""From the eyes up to the top of the hair, in eye distances."""
HAIRLINE = 0.92
"""From the eyes up to the forehead's end, in eye distances."""


def add_earrings(label_map: LabelMap, *, strength: float = 1.0) -> LabelMap:
    """A stud and a drop under each ear that shows and has none; ``strength`` is their size."""
    strength = check_strength(strength)
    face = face_geometry(label_map)
    result = label_map.copy()
    if face is None or strength == 0:
        return result
    unit = face.eye_distance_px / 125 * strength
    worn = cv2.dilate((label_map == EARRING).view(np.uint8), np.ones((41, 41), np.uint8)) != 0
    on = is_in(label_map, (*EARS, BACKGROUND, NECK, CLOTH, HAIR, SKIN))
    for ear in EARS:
        ys, xs = np.nonzero(largest_part(label_map == ear))
        if len(ys) < MIN_PART_PX:
            continue
        lowest = ys >= ys.max() - 3
        x, y = float(xs[lowest].mean()), float(ys.max()) - 3 * unit
        if worn[int(y), int(x)]:
            continue
        canvas = np.zeros(label_map.shape, dtype=np.uint8)
        middle = (round(8 * x), round(8 * (y + DROP_PX * unit / 2)))
        axes = (round(8 * 5.5 * unit), round(8 * DROP_PX * unit / 2))
        cv2.ellipse(canvas, middle, axes, 0, 0, 360, 1, -1, shift=3)
        cv2.circle(canvas, (round(8 * x), round(8 * y)), round(8 * 5 * unit), 1, -1, shift=3)
        result[(canvas != 0) & on] = EARRING
    return result


def remove_earrings(label_map: LabelMap, *, strength: float = 1.0) -> LabelMap:
    """Ears, neck and what else is beside them where earrings were."""
    return _taken_away(label_map, label_map == EARRING, strength)


def _taken_away(label_map: LabelMap, gone: Bool, strength: float) -> LabelMap:
    if check_strength(strength) < 0.5 or int(gone.sum()) == 0 or gone.all():
        return unchanged(label_map)
    return np.where(gone, nearest_class(label_map, ~gone), label_map)


def remove_hat(label_map: LabelMap, *, strength: float = 1.0) -> LabelMap:
    """Hair on the skull where the hat was, forehead below the hairline, what is beside it beyond.

    ``strength`` below 0.5 leaves the map alone: there is no half of taking a hat off.
    """
    hat = label_map == HAT
    face = face_geometry(label_map)
    if check_strength(strength) < 0.5 or face is None or int(hat.sum()) < MIN_PART_PX:
        return unchanged(label_map)
    # Far from the head, as a brim is: whatever stands there that is no part of the face.
    rest = ~hat & ~is_in(label_map, (*FACE, HAIR))
    filled = nearest_class(label_map, rest) if rest.any() else np.zeros_like(label_map)
    result = np.where(hat, filled, label_map)
    y, x = np.mgrid[0:LABEL_SIZE, 0:LABEL_SIZE].astype(np.float32)
    unit, eye_y = face.eye_distance_px, float(face.eyes[:, 1].mean())
    height = np.where(y < eye_y, SKULL * unit, max(face.chin_y - eye_y, unit))
    across = (x - face.centre_x) / (1.14 * face.half_width_px)
    skull = across**2 + ((y - eye_y) / height) ** 2 < 1
    result[hat & skull] = HAIR
    forehead = ((x - face.centre_x) / (0.92 * face.half_width_px)) ** 2 + (
        (y - eye_y) / (HAIRLINE * unit)
    ) ** 2 < 1
    result[hat & forehead] = SKIN
    # Hair that shows beside the hat goes on under it.
    locks = (label_map == HAIR).view(np.uint8)
    near = cv2.dilate(locks, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (25, 25))) != 0
    result[hat & near & (result != SKIN)] = HAIR
    return result
