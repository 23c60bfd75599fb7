"""Glasses on and off.

CelebAMask-HQ labels the whole of a lens as eyeglasses and the eye seen through it as eye (29 of
41 frontal maps; the others are sunglasses): so a drawn lens leaves eyes, brows and nose visible.
"""

import cv2
import numpy as np

from s2flow_app.label_shapes.geometry import (
    BROWS,
    EYES,
    FACE,
    MIN_PART_PX,
    Bool,
    FaceGeometry,
    Float,
    check_strength,
    face_geometry,
    is_in,
    nearest_class,
    unchanged,
)
from s2flow_app.labels import EYEGLASSES, NOSE, SKIN, LabelMap

# In units of the distance between the eyes; means of 41 maps with glasses.
LENS_HALF_WIDTH = 0.42
LENS_HALF_HEIGHT = 0.285
LENS_DROP = 0.07
"""How far the lens's middle lies below the eye's."""
_FINE = 8
"""cv2 draws in 1/8 px: `shift=3`."""


def add_eyeglasses(label_map: LabelMap, *, strength: float = 1.0) -> LabelMap:
    """Two rounded lenses round the eyes, a bridge and temples; ``strength`` is their size."""
    strength = check_strength(strength)
    face = face_geometry(label_map)
    if face is None or strength == 0 or _wears_glasses(label_map, face):
        return unchanged(label_map)
    if all(int((label_map == c).sum()) < MIN_PART_PX for c in EYES):
        return unchanged(label_map)
    canvas = np.zeros(label_map.shape, dtype=np.uint8)
    size = 0.7 + 0.3 * strength
    widths = _lens_half_widths(label_map, face) * size
    for side in (0, 1):
        _draw_lens(canvas, face, side, float(widths[side]), size)
    nose = _draw_bridge(label_map, canvas, face, widths)
    _draw_temples(canvas, face, widths)
    result = label_map.copy()
    on_face = (label_map == SKIN) | nose
    result[(canvas != 0) & on_face] = EYEGLASSES
    return result


def _wears_glasses(label_map: LabelMap, face: FaceGeometry) -> bool:
    y = int(face.eyes[:, 1].mean())
    return int((label_map[max(y - 70, 0) : y + 90] == EYEGLASSES).sum()) > 150


def _lens_half_widths(label_map: LabelMap, face: FaceGeometry) -> Float:
    """Pixels per side: on a turned head the far lens is foreshortened as its eye is."""
    nose = label_map == NOSE
    rows = np.flatnonzero(nose.any(axis=1))
    middle = face.eyes.mean(axis=0)
    ratio = np.ones(2, dtype=np.float32)
    if len(rows):
        top = np.flatnonzero(nose[rows[0] : rows[0] + 12].any(axis=0))
        shift = float((top.mean() - middle[0]) / face.eye_distance_px)
        ratio = np.clip([1 + 1.2 * shift, 1 - 1.2 * shift], 0.75, 1.08).astype(np.float32)
    return ratio * np.float32(LENS_HALF_WIDTH * face.eye_distance_px)


def _lens_centre(face: FaceGeometry, side: int) -> Float:
    down = np.array([-face.axis[1], face.axis[0]], dtype=np.float32)
    return face.eyes[side] + LENS_DROP * face.eye_distance_px * down


def _draw_lens(canvas: LabelMap, face: FaceGeometry, side: int, width: float, size: float) -> None:
    """A superellipse whose lower outer corner is rounder, as of a wayfarer's frame."""
    height = LENS_HALF_HEIGHT * face.eye_distance_px * size
    t = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    c, s = np.cos(t), np.sin(t)
    a = np.sign(c) * np.abs(c) ** 0.7 * width
    b = np.sign(s) * np.abs(s) ** 0.7 * height
    a = a * (1 - 0.08 * np.maximum(b / height, 0))
    _fill(canvas, _place(face, _lens_centre(face, side), a, b))


def _draw_bridge(label_map: LabelMap, canvas: LabelMap, face: FaceGeometry, widths: Float) -> Bool:
    """Draw the bar between the lenses; give the pixels of the nose that it may cover."""
    unit = face.eye_distance_px
    down = np.array([-face.axis[1], face.axis[0]], dtype=np.float32)
    left = _lens_centre(face, 0) + (widths[0] - 4) * face.axis - 0.12 * unit * down
    right = _lens_centre(face, 1) - (widths[1] - 4) * face.axis - 0.12 * unit * down
    middle = (left + right) / 2 - 0.04 * unit * down
    bar = np.zeros_like(canvas)
    _stroke(bar, np.stack([left, middle, right]), thickness_px=max(5, round(0.055 * unit)))
    canvas |= bar
    return (bar != 0) & (label_map == NOSE)


def _draw_temples(canvas: LabelMap, face: FaceGeometry, widths: Float) -> None:
    """Arms from the lenses' outer edges towards the ears; only the skin shows them."""
    unit = face.eye_distance_px
    down = np.array([-face.axis[1], face.axis[0]], dtype=np.float32)
    for side, outward in ((0, -1.0), (1, 1.0)):
        start = _lens_centre(face, side) + outward * (widths[side] - 4) * face.axis
        start = start - 0.13 * unit * down
        end = start + outward * 0.8 * unit * face.axis - 0.04 * unit * down
        _stroke(canvas, np.stack([start, end]), thickness_px=max(5, round(0.05 * unit)))


def _place(face: FaceGeometry, centre: Float, a: Float, b: Float) -> Float:
    """``[N, 2]`` map pixels of points (a along the eyes' axis, b downwards) round ``centre``."""
    ax, ay = face.axis
    return np.stack([centre[0] + a * ax - b * ay, centre[1] + a * ay + b * ax], axis=1)


def _fill(canvas: LabelMap, points: Float) -> None:
    fixed = np.rint(points * _FINE).astype(np.int32)
    cv2.fillPoly(canvas, [fixed], 1, shift=3)


def _stroke(canvas: LabelMap, points: Float, *, thickness_px: int) -> None:
    fixed = np.rint(points * _FINE).astype(np.int32)
    cv2.polylines(canvas, [fixed], False, 1, thickness=thickness_px, shift=3)


def remove_eyeglasses(label_map: LabelMap, *, strength: float = 1.0) -> LabelMap:
    """Glasses away: skin and the nose's bridge where they were, eyes where a lens hid them.

    ``strength`` below 0.5 leaves the map alone: there is no half of taking glasses off.
    """
    glasses = label_map == EYEGLASSES
    if check_strength(strength) < 0.5 or int(glasses.sum()) < MIN_PART_PX:
        return unchanged(label_map)
    rest = label_map.copy()
    rest[is_in(label_map, FACE)] = SKIN
    result = label_map.copy()
    if glasses.all():
        return result
    # Temples ran over hair and ears, lenses of turned heads stand out over the background.
    result[glasses] = nearest_class(rest, ~glasses)[glasses]
    _mend_nose(result, glasses)
    for class_id, eye in hidden_eyes(label_map):
        result[eye & glasses] = class_id
    return result


def _mend_nose(label_map: LabelMap, glasses: Bool) -> None:
    """Close the gap that a bridge across the nose leaves."""
    nose = label_map == NOSE
    rows = np.flatnonzero(nose.any(axis=1))
    if len(rows) < 2:
        return
    ends = np.array([np.flatnonzero(nose[r])[[0, -1]] for r in rows])
    for y in range(rows[0], rows[-1]):
        if glasses[y].any():
            x0, x1 = (round(float(np.interp(y, rows, ends[:, i]))) for i in (0, 1))
            inside = glasses[y, x0 : x1 + 1]
            label_map[y, x0 : x1 + 1][inside] = NOSE


def hidden_eyes(label_map: LabelMap) -> list[tuple[int, Bool]]:
    """(class, mask) of eyes that the map lacks because opaque glasses lie over them."""
    face = face_geometry(label_map)
    if face is None:
        return []
    found = []
    glasses = label_map == EYEGLASSES
    for side, class_id in enumerate(EYES):
        if int((label_map == class_id).sum()) >= MIN_PART_PX:
            continue
        eye = _almond(label_map, face, side)
        if int((eye & glasses).sum()) > 0.6 * int(eye.sum()) > 0 and _on_face(label_map, eye):
            found.append((class_id, eye))
    return found


def _on_face(label_map: LabelMap, eye: Bool) -> bool:
    """False where a head turned to its profile has no cheek below this eye's place."""
    columns, rows = np.flatnonzero(eye.any(axis=0)), np.flatnonzero(eye.any(axis=1))
    below = label_map[rows[-1] : rows[-1] + 110, columns[0] : columns[-1] + 1]
    skin = is_in(below, (SKIN, EYEGLASSES))
    return bool(skin.mean() > 0.7)


def _almond(label_map: LabelMap, face: FaceGeometry, side: int) -> Bool:
    """An eye of mean size (47 x 17 px) under its lens."""
    t = np.linspace(-1, 1, 25)
    lid = 1 - np.abs(t) ** 2.2
    unit = face.eye_distance_px / 125
    a = np.concatenate([t, t[::-1]]) * 24 * unit
    b = np.concatenate([-9 * lid, 8 * lid[::-1]]) * unit
    canvas = np.zeros(label_map.shape, dtype=np.uint8)
    _fill(canvas, _place(face, face.eyes[side], a, b))
    return (canvas != 0) & ~is_in(label_map, BROWS)
