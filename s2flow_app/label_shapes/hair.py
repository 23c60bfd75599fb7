"""Hair: fuller, longer, shorter, with a fringe.

Hair that grows covers background and clothes, never the face. Hair that is cut away shows what
lies behind it: clothes below a line of shoulders, the neck's column, background elsewhere.
"""

import cv2
import numpy as np

from s2flow_app.label_shapes.geometry import (
    BROWS,
    EARS,
    FACE,
    Bool,
    FaceGeometry,
    Float,
    bounding_columns,
    bounding_rows,
    check_strength,
    face_geometry,
    is_in,
    nearest_class,
    smoothstep,
    unchanged,
)
from s2flow_app.labels import (
    BACKGROUND,
    CLOTH,
    EARRING,
    HAIR,
    LABEL_SIZE,
    NECK,
    NECKLACE,
    SKIN,
    LabelMap,
)

MIN_HAIR_PX = 1500
FULLER_PX = 26.0
LONGER_PX = 150.0
RIM_PX = 16.0
_Y, _X = np.mgrid[0:LABEL_SIZE, 0:LABEL_SIZE].astype(np.float32)


def fuller_hair(label_map: LabelMap, *, strength: float = 1.0) -> LabelMap:
    """More volume: the outline moves outwards over background and clothes."""
    strength = check_strength(strength)
    hair = label_map == HAIR
    face = face_geometry(label_map)
    if face is None or strength == 0 or int(hair.sum()) < MIN_HAIR_PX:
        return unchanged(label_map)
    # Stray locks would grow into sausages: let only the body of the hair grow.
    body = _open(hair, 9)
    if not body.any():
        return unchanged(label_map)
    distance = cv2.GaussianBlur(_distance_to(body), (0, 0), 3.0)
    # Volume goes up and sideways; ends get wider, not much longer.
    downwards = np.clip(cv2.Sobel(distance, cv2.CV_32F, 0, 1, ksize=3) / 8, 0, 1)
    reach = FULLER_PX * strength * (1 - 0.7 * cv2.blur(downwards, (9, 9)))
    result = label_map.copy()
    result[(distance < reach) & is_in(label_map, (BACKGROUND, CLOTH))] = HAIR
    return result


def longer_hair(label_map: LabelMap, *, strength: float = 1.0) -> LabelMap:
    """Hair falls further down beside the face, over ears, shoulders and the neck's sides."""
    strength = check_strength(strength)
    hair = label_map == HAIR
    face = face_geometry(label_map)
    if face is None or strength == 0 or int(hair.sum()) < MIN_HAIR_PX:
        return unchanged(label_map)
    canvas = np.zeros(label_map.shape, dtype=np.uint8)
    for outward in (-1, 1):
        _draw_curtain(canvas, hair, is_in(label_map, FACE), face, outward, strength)
    soft = cv2.GaussianBlur(canvas.astype(np.float32), (0, 0), 3.0) > 0.5
    covers = (BACKGROUND, CLOTH, NECK, NECKLACE, EARRING, *EARS)
    result = label_map.copy()
    result[soft & is_in(label_map, covers)] = HAIR
    return result


def fringe(label_map: LabelMap, *, strength: float = 1.0) -> LabelMap:
    """Hair falls over the forehead, down to just above the brows; more covers them."""
    strength = check_strength(strength)
    hair = label_map == HAIR
    face = face_geometry(label_map)
    if face is None or strength == 0 or int(hair.sum()) < MIN_HAIR_PX:
        return unchanged(label_map)
    eye_y, unit = float(face.eyes[:, 1].mean()), face.eye_distance_px
    brows = np.flatnonzero(is_in(label_map, BROWS).any(axis=1))
    brow_y = float(brows[0]) if len(brows) else eye_y - 0.34 * unit
    aside = np.abs(_X[:1] - face.centre_x) / face.half_width_px
    # It ends in a soft arc that is lowest at the temples, and in strands.
    strands = 3.0 * np.sin(_X[:1] / 7.0) + 2.0 * np.sin(_X[:1] / 3.1)
    lowest = brow_y - 5 + 0.16 * unit * np.clip(aside, 0, 1.1) ** 2 + strands
    skin = is_in(label_map, (SKIN, *BROWS))
    skin[int(eye_y) :] = False
    rows = np.flatnonzero(skin.any(axis=1))
    if not len(rows):
        return unchanged(label_map)
    top = float(rows[0])
    covers = (SKIN, *BROWS) if strength > 1 else (SKIN,)
    end = top + (lowest - top) * strength
    area = is_in(label_map, covers) & (end > _Y) & (aside < 1.15)
    # Only what hangs from hair: a bald forehead gets none.
    _, pieces = cv2.connectedComponents((area | hair).view(np.uint8), connectivity=4)
    hanging = np.isin(pieces, np.unique(pieces[hair]))
    result = label_map.copy()
    result[area & hanging] = HAIR
    return result


def _draw_curtain(
    canvas: LabelMap, hair: Bool, skin: Bool, face: FaceGeometry, outward: int, strength: float
) -> None:
    """One side's hair from the temple down, between the face's edge and the hair's own outline."""
    eye_y, half = float(face.eyes[:, 1].mean()), face.half_width_px
    edge = face.centre_x + outward * half
    beyond = hair & (outward * (_X - edge) > -0.25 * half)
    beyond[: max(int(eye_y - 1.1 * half), 0)] = False
    rows = np.flatnonzero(beyond.sum(axis=1) >= 4)
    if not len(rows) or rows[0] > face.mouth_y or rows[-1] >= LABEL_SIZE - 12:
        return  # no hair at this temple, or nowhere left to grow
    bottom = float(rows[-1])
    ends = np.array([np.flatnonzero(beyond[r])[-1 if outward > 0 else 0] for r in rows])
    reach = np.maximum(outward * (ends - edge), 0.0)
    start = min(max(float(rows[0]), eye_y - 0.2 * half), float(rows[np.argmax(reach)]))
    end = max(bottom, eye_y) + LONGER_PX * strength
    y = np.linspace(start, end, 48)
    t = (y - start) / max(end - start, 1.0)
    # It follows the hair's own outline where that gets wider, so that no step is seen, and
    # falls straight from the widest place.
    own = np.maximum.accumulate(np.where(rows >= start, reach, 0.0))
    least = 0.14 * half * smoothstep((y - start) / 70)
    width = _smooth_line(np.maximum(np.interp(y, rows, own), least))
    outer_x = edge + outward * (width + 0.08 * half * np.sin(np.pi * np.minimum(1.1 * t, 1)))
    inner_x = np.array([_face_edge(skin, face, outward, v) for v in y])
    inner_x = np.where(y > face.chin_y - 0.25 * half, edge - outward * 0.22 * half, inner_x)
    inner_x = _smooth_line(inner_x)
    # The tips round off and turn in.
    tip = np.sqrt(1 - np.clip((y - (end - 44)) / 44, 0, 1) ** 2)
    root = 0.65 * inner_x + 0.35 * outer_x
    outer_x, inner_x = root + (outer_x - root) * tip, root + (inner_x - root) * tip
    points = np.stack([np.r_[outer_x, inner_x[::-1]], np.r_[y, y[::-1]]], axis=1)
    cv2.fillPoly(canvas, [np.rint(points * 8).astype(np.int32)], 1, shift=3)


def _face_edge(skin: Bool, face: FaceGeometry, outward: int, y: float) -> float:
    """Where the face ends on one side in row y; a jaw's curve is not followed inwards."""
    row = np.flatnonzero(skin[min(max(round(y), 0), LABEL_SIZE - 1)])
    limit = face.centre_x + outward * 0.78 * face.half_width_px
    if not len(row):
        return limit
    x = float(row[-1] if outward > 0 else row[0])
    return max(x, limit) if outward > 0 else min(x, limit)


def _smooth_line(values: Float) -> Float:
    padded = np.pad(values, 3, mode="edge")
    return np.convolve(padded, np.ones(7) / 7, mode="valid")


def shorter_hair(label_map: LabelMap, *, strength: float = 1.0) -> LabelMap:
    """Cut to the jaw or above, less volume; shows neck, clothes and background behind it."""
    strength = check_strength(strength)
    hair = label_map == HAIR
    face = face_geometry(label_map)
    if face is None or strength == 0 or int(hair.sum()) < MIN_HAIR_PX:
        return unchanged(label_map)
    skull = _distance_to(is_in(label_map, FACE)) < 14  # a rim this thin is all there is
    rim = _rim(label_map, hair, strength) & ~skull
    gone = (_outside_cut(hair, face, strength) | rim).astype(np.float32)
    away = hair & (cv2.GaussianBlur(gone, (0, 0), 2.0) > 0.5)
    # No islands: a lock that the cut parts from the head goes with it.
    away |= hair & ~_keep_large(hair & ~away)
    if not away.any() or away.sum() > 0.9 * hair.sum():
        return unchanged(label_map)
    result = label_map.copy()
    result[away] = behind_hair(label_map, face)[away]
    return result


def _outside_cut(hair: Bool, face: FaceGeometry, strength: float) -> Bool:
    """Beyond a bob: an oval round the head whose lower end lies between ear and chin."""
    rows, columns = bounding_rows(hair), bounding_columns(hair)
    assert rows is not None and columns is not None
    eye_y, half = float(face.eyes[:, 1].mean()), face.half_width_px
    part = min(strength, 1.0)
    goal = face.mouth_y - 0.1 * half - 60 * max(strength - 1.0, 0.0)
    if rows[1] <= goal:
        return np.zeros_like(hair)
    low = rows[1] + (goal - rows[1]) * part
    top = rows[0] - 24.0 - (60.0 if rows[0] == 0 else 0.0)  # the frame may have cut the head
    below, above = np.float32(max(low - eye_y, 1.0)), np.float32(max(eye_y - top, 1.0))
    height = np.where(eye_y < _Y[:, :1], below, above)
    width = np.empty_like(_X[:1])
    for side in (-1, 1):
        reach = side * (columns[side > 0] - face.centre_x)
        wide = max(reach + (min(reach, 1.42 * half) - reach) * part, 0.5 * half)
        width[side * (_X[:1] - face.centre_x) >= 0] = wide
    x, y = (_X[:1] - face.centre_x) / width, (_Y[:, :1] - eye_y) / height
    x, y = x * x, y * y
    # Fourth powers: sides fall straight, crown and ends round off.
    return x * x + y * y > 1


def _rim(label_map: LabelMap, hair: Bool, strength: float) -> Bool:
    """The outermost layer, where hair meets background or clothes."""
    open_air = _open(is_in(label_map, (BACKGROUND, CLOTH)), 7)
    thickness = float(cv2.distanceTransform(hair.view(np.uint8), cv2.DIST_L2, 3).max())
    return _distance_to(open_air) < min(RIM_PX * strength, 0.7 * thickness)


def behind_hair(label_map: LabelMap, face: FaceGeometry) -> LabelMap:
    """``[512, 512]``: what would be seen where hair is, if it were not there.

    Worked out at half the size, which is fine enough for what nobody has seen.
    """
    small = np.ascontiguousarray(label_map[::2, ::2])
    x, y = _X[::2, ::2], _Y[::2, ::2]
    half, chin = face.half_width_px, face.chin_y
    neck = small == NECK
    middle = 2 * float(np.flatnonzero(neck.any(axis=0)).mean()) if neck.any() else face.centre_x
    aside = np.abs(x - middle)
    column = aside < 0.68 * half + 0.25 * np.maximum(y - (chin - 0.1 * half), 0)
    shoulder_y = chin + 0.12 * half + 0.42 * np.maximum(aside - 0.6 * half, 0)
    clothed = int((small == CLOTH).sum()) > 150
    result = np.zeros_like(small)
    result[y > shoulder_y] = CLOTH if clothed else NECK if neck.any() else BACKGROUND
    result[column & (y > face.mouth_y)] = NECK
    visible = is_in(small, (BACKGROUND, CLOTH, NECK))
    if visible.any():
        # What is visible close by says more than the model of a body.
        guess = nearest_class(small, visible)
        use = (_distance_to(visible) < 11) & ((guess != NECK) | column)
        result[use] = guess[use]
    result[_face_outline(small)] = SKIN
    return _enlarged(result)


def _face_outline(label_map: LabelMap) -> Bool:
    """The convex outline of the face: hair in it hangs over skin."""
    points = cv2.findNonZero(is_in(label_map, FACE).view(np.uint8))
    canvas = np.zeros(label_map.shape, dtype=np.uint8)
    if points is not None:
        cv2.fillConvexPoly(canvas, cv2.convexHull(points), 1)
    return canvas != 0


def _enlarged(label_map: LabelMap) -> LabelMap:
    """Twice the size, outlines smoothed: every class as a soft mask, the strongest wins."""
    best = np.zeros((LABEL_SIZE, LABEL_SIZE), dtype=np.float32)
    result = np.zeros((LABEL_SIZE, LABEL_SIZE), dtype=np.uint8)
    for class_id in np.flatnonzero(np.bincount(label_map.ravel())):
        soft = cv2.GaussianBlur((label_map == class_id).astype(np.float32), (0, 0), 2.0)
        soft = cv2.resize(soft, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR)
        np.copyto(result, np.uint8(class_id), where=soft > best)
        np.maximum(best, soft, out=best)
    return result


def _keep_large(mask: Bool) -> Bool:
    count, parts, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=4)
    keep = stats[:, cv2.CC_STAT_AREA] > 400
    keep[0] = False
    return keep[np.asarray(parts, dtype=np.int32)] if count > 1 else mask


def _open(mask: Bool, size: int) -> Bool:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return cv2.morphologyEx(mask.view(np.uint8), cv2.MORPH_OPEN, kernel) != 0


def _distance_to(mask: Bool) -> Float:
    """``[H, W]`` pixels to the nearest set pixel."""
    distance = cv2.distanceTransform((~mask).view(np.uint8), cv2.DIST_L2, 5)
    return np.asarray(distance, dtype=np.float32)
