"""The shape of glasses, read off a label map: smooth outlines of lenses, a bridge, temples.

What a brush or a preset paints has stairs, notches where brows and strands lie over it, and holes
where eyes look through. Lenses are ground to smooth closed curves: those are fitted to it.
Coordinates are (x, y) pixels of the 512 px map, integers the pixels' middles.
"""

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.closed_curves import carried_on, resampled, smooth_closed
from s2flow_app.label_shapes.geometry import BROWS, EARS, EYES, MIN_PART_PX, face_geometry, is_in
from s2flow_app.labels import BACKGROUND, EYEGLASSES, HAIR, HAT, LABEL_SIZE, SKIN, LabelMap

Bool = NDArray[np.bool_]
Float = NDArray[np.floating[Any]]

MEAN_EYE_DISTANCE_PX: Final = 125.0
"""Of aligned faces; 63 mm on a head: 2 px a millimetre."""
OUTLINE_POINTS: Final = 160
HARMONICS: Final = 9
"""Of a lens's outline: enough for the corners of a rectangular frame, none for a brush's stairs."""

# In units of the distance between the eyes.
_CLOSED: Final = 0.33
"""Width of gaps that brows and eyes leave in the paint and that are closed."""
_STROKE: Final = 0.17
"""Bridges and temples are thinner than this, lenses are wider."""
_WIDEST_STROKE: Final = 0.45
_LEAST_LENS: Final = 0.03
"""Area of the smallest lens, in squared units: a sixth of a usual one."""
_LONGEST_TEMPLE: Final = 1.1

_OPEN_RING: Final = 0.62
"""Radius in which an open ring is looked for about an eye."""
_RING_SHARE: Final = 0.62
"""Of a lens's skin: less that is painted is a ring, more is a lens. Rings of 10 px cover 0.45."""
_CONVEX: Final = 0.86
"""Of the hull's area: lenses below it are meant to be hollow (a heart)."""
_MOST_CUT: Final = 0.6
"""Of an outline, by brows or hair: what is left of it still says how it goes on."""
_FAR_LENS: Final = 0.8
"""Least width of a lens that stands out over the face's edge, in widths of the other."""
_UNLIKE: Final = 1.8
"""Ratio of areas from which two lenses are meant to differ."""
_HINGE: Final = 0.27
"""Height of hinges and bridge, from the lens's top, as a share of its height."""


@dataclass(frozen=True, slots=True, eq=False)
class FrameShape:
    """Glasses as curves."""

    lenses: tuple[Float, ...]
    """``[160, 2]`` outer edge of each rim, clockwise in the picture, from left to right."""
    rim_px: float | None
    """Width of the rim that is painted, or None where whole lenses are."""
    bridge: Float | None
    """``[K, 2]`` middle line, from the left lens to the right one."""
    temples: tuple[Float, ...]
    """``[K, 2]`` middle lines, from the hinge backwards."""
    pieces: tuple[Float, ...]
    """``[N, 2]`` outlines of painted strokes that enclose no lens: they are frame as they are."""
    unit_px: float
    """Distance of the eyes."""


def frame_shape(before: LabelMap, after: LabelMap) -> FrameShape | None:
    """The glasses that ``after [512, 512]`` has and ``before`` has not; None if there are none."""
    added = (after == EYEGLASSES) & (before != EYEGLASSES)
    if int(added.sum()) < MIN_PART_PX:
        return None
    face = face_geometry(after)
    unit = face.eye_distance_px if face else MEAN_EYE_DISTANCE_PX
    axis = face.axis.astype(np.float64) if face else np.array([1.0, 0.0])
    # Glasses that are there already and get a new rim belong to the new object.
    painted = after == EYEGLASSES
    whole = _without_gaps(painted, after, unit)
    areas = _lens_areas(whole, unit)
    if not areas and face:
        areas = [area for eye in face.eyes for area in _closed_ring(painted, eye, axis, unit)]
    lenses = tuple(_outline(area, after) for area in areas)
    if not lenses:
        return FrameShape((), None, None, (), _pieces(painted), unit)
    rim = _painted_rim_px(painted, areas, lenses, after)
    if len(lenses) == 1 and face:
        lenses = with_mirrored(lenses[0], painted, face.eyes.mean(axis=0), axis, unit)
    elif len(lenses) == 2:
        lenses = alike(lenses, after, axis)
    strokes = whole & ~grown(_drawn(lenses), 0.03 * unit)
    bridge = _bridge(lenses, strokes, axis) if len(lenses) == 2 else None
    temples = _temples(lenses, strokes, after, axis, unit)
    return FrameShape(lenses, rim, bridge, temples, (), unit)


def _without_gaps(painted: Bool, label_map: LabelMap, unit: float) -> Bool:
    """The paint with eyes and brows that it surrounds, and with the inside of rings."""
    over = is_in(label_map, (*EYES, *BROWS))
    # A brow that lies over a ring closes it.
    whole = painted | (_filled(painted | over) & ~over)
    closed = _shrunk(grown(whole, _CLOSED * unit / 2), _CLOSED * unit / 2)
    return _filled(whole | (closed & over))


def _filled(mask: Bool) -> Bool:
    """The mask and what it encloses."""
    outside = np.pad(~mask, 1, constant_values=True).astype(np.uint8)
    cv2.floodFill(outside, None, (0, 0), 0)
    return mask | (outside[1:-1, 1:-1] > 0)


def _lens_areas(whole: Bool, unit: float) -> list[Bool]:
    """One mask a lens, from left to right; wider openings part lenses that a broad bridge joins."""
    found: list[Bool] = []
    for stroke in np.arange(_STROKE, _WIDEST_STROKE, 0.07) * unit:
        opened = grown(_shrunk(whole, stroke / 2), stroke / 2)
        count, parts, stats, _ = cv2.connectedComponentsWithStats(opened.view(np.uint8))
        areas = stats[1:count, cv2.CC_STAT_AREA]
        large = 1 + np.flatnonzero(areas >= _LEAST_LENS * unit**2)
        large = large[np.argsort(-stats[large, cv2.CC_STAT_AREA])][:2]
        now = [parts == i for i in large[np.argsort(stats[large, cv2.CC_STAT_LEFT])]]
        if len(now) > len(found):
            found = now
        joined = len(now) == 1 and stats[large[0], cv2.CC_STAT_WIDTH] > 1.3 * unit
        if not joined:
            break
    return found


def _closed_ring(painted: Bool, eye: Float, axis: Float, unit: float) -> list[Bool]:
    """The area of the ring about an eye that hair or a stroke's end left open; none of a line."""
    ys, xs = np.nonzero(painted)
    away = np.stack([xs, ys], axis=1) - eye
    across, distance = np.abs(away @ axis), np.hypot(*away.T)
    # Not the bridge and the temples, which are level with the eye and farther off.
    ring = (distance < _OPEN_RING * unit) & (across < 0.45 * unit)
    if int(ring.sum()) < MIN_PART_PX:
        return []
    turn = (np.arctan2(away[ring, 1], away[ring, 0]) * 36 / np.pi).astype(int) % 72
    far = np.zeros(72)
    np.maximum.at(far, turn, distance[ring])
    # The median of 30 degrees leaves bridge and temple out.
    about = np.stack([np.roll(far, i) for i in range(-3, 4)])
    known = (about > 0).sum(axis=0)
    far = np.ma.median(np.ma.masked_equal(about, 0), axis=0).filled(0)
    gap = known < 2
    if gap.mean() > _MOST_CUT:
        return []
    usual = float(np.median(far[~gap]))
    angle = (np.arange(72) + 0.5) * np.pi / 36
    # Carried on between 0.87 and 1.09 of the usual radius.
    radius = np.where(gap, 0.87 * usual, far)
    points = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    if gap.any():
        points[gap] = carried_on(points, gap)
    return [_drawn((eye + points,))]


def _outline(area: Bool, label_map: LabelMap) -> Float:
    """The smooth closed curve ``[160, 2]`` about a lens, carried on where brows or hair cut it."""
    contours, _ = cv2.findContours(area.view(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    contour = max(contours, key=cv2.contourArea).astype(np.int32, copy=False)
    points = contour[:, 0].astype(np.float64)
    hull = cv2.convexHull(contour)
    if cv2.contourArea(contour) > _CONVEX * cv2.contourArea(hull):
        cut = grown(is_in(label_map, (*BROWS, HAIR, HAT)), 4)[contour[:, 0, 1], contour[:, 0, 0]]
        points = hull[:, 0].astype(np.float64)
        if 0.03 < cut.mean() < _MOST_CUT:
            points = np.concatenate([points, carried_on(contour[:, 0].astype(np.float64), cut)])
            points = cv2.convexHull(points.astype(np.float32))[:, 0].astype(np.float64)
    return smooth_closed(points, OUTLINE_POINTS, HARMONICS)


def _painted_rim_px(
    painted: Bool, areas: list[Bool], lenses: tuple[Float, ...], label_map: LabelMap
) -> float | None:
    """Width of painted rings, by area and perimeter; None where the lenses are filled."""
    inside = np.logical_or.reduce(areas)
    share = (painted & inside).sum() / max((inside & ~is_in(label_map, (*EYES, *BROWS))).sum(), 1)
    if share > _RING_SHARE:
        return None
    width = []
    for area, lens in zip(areas, lenses, strict=True):
        perimeter = float(np.hypot(*(np.roll(lens, -1, 0) - lens).T).sum())
        ring = float((painted & area).sum())
        # A ring of width w within a closed curve of length P has the area P w - pi w^2.
        root = max(perimeter**2 - 4 * np.pi * ring, 0.0)
        width.append((perimeter - root**0.5) / (2 * np.pi))
    return float(np.mean(width))


def with_mirrored(
    lens: Float, painted: Bool, middle: Float, axis: Float, unit: float
) -> tuple[Float, ...]:
    """A lens and, where paint beyond the nose fits it, its mirror image: hair cut that one."""
    across = (lens - middle) @ axis
    if np.abs(across.mean()) < 0.25 * unit:
        return (lens,)  # in the middle: a monocle of a profile, or a mask of one piece
    twin = (lens - 2 * across[:, None] * axis)[::-1].copy()
    ys, xs = np.nonzero(painted & ~grown(_drawn((lens,)), 0.06 * unit))
    beyond = (np.stack([xs, ys], axis=1) - middle) @ axis * np.sign(-across.mean()) > 0.12 * unit
    near = grown(_drawn((twin,)), 0.06 * unit)[ys[beyond], xs[beyond]]
    if near.sum() < MIN_PART_PX or near.mean() < 0.5:
        return (lens,)
    return (twin, lens) if twin[:, 0].mean() < lens[:, 0].mean() else (lens, twin)


def alike(lenses: tuple[Float, ...], label_map: LabelMap, axis: Float) -> tuple[Float, ...]:
    """Two lenses of one shape, mirrored: what brows or hair took from one is there in the other.

    The farther lens of a turned head stays narrower.
    """
    down = np.array([-axis[1], axis[0]])
    local, frames = [], []
    for lens, side in zip(lenses, (-1, 1), strict=True):
        x, y = (lens @ axis) * side, lens @ down
        lower = x[y > y.mean()]
        frames.append((x.min(), (y.min() + y.max()) / 2, side))
        local.append((x - x.min(), y, float(np.ptp(lower))))
    ratio = local[1][2] / local[0][2]
    if _is_cut(lenses[0 if ratio > 1 else 1], label_map, axis * (-1 if ratio > 1 else 1)):
        ratio = float(np.clip(ratio, _FAR_LENS, 1 / _FAR_LENS))
    # Level the bottoms: tops are where brows are.
    bottoms = [np.percentile(y, 97) for _, y, _ in local]
    scales = (1.0, ratio)
    points = [
        np.stack([x / scale, y - bottom], axis=1).astype(np.float32)
        for (x, y, _), bottom, scale in zip(local, bottoms, scales, strict=True)
    ]
    hulls = [cv2.convexHull(p) for p in points]
    union = cv2.convexHull(np.concatenate(points))
    sizes = [cv2.contourArea(p) for p in points]
    solid = min(a / cv2.contourArea(h) for a, h in zip(sizes, hulls, strict=True))
    if solid < _CONVEX or max(sizes) > _UNLIKE * min(sizes):
        return lenses
    result = []
    for (left, _, side), bottom, scale in zip(frames, bottoms, scales, strict=True):
        x = (union[:, 0, 0] * scale + left) * side
        lens = x[:, None] * axis + (union[:, 0, 1] + bottom)[:, None] * down
        result.append(smooth_closed(lens.astype(np.float64), OUTLINE_POINTS, HARMONICS))
    return tuple(result)


def _is_cut(lens: Float, label_map: LabelMap, outward: Float) -> bool:
    """Whether the face ends where the lens does on its outer side."""
    across = (lens - lens.mean(axis=0)) @ outward
    beside = lens[across > 0.85 * across.max()] + 4 * outward
    pixels = np.clip(np.rint(beside).astype(int), 0, LABEL_SIZE - 1)
    classes = label_map[pixels[:, 1], pixels[:, 0]]
    return bool(np.isin(classes, (BACKGROUND, HAIR, HAT)).mean() > 0.35)


def _drawn(lenses: tuple[Float, ...]) -> Bool:
    canvas = np.zeros((LABEL_SIZE, LABEL_SIZE), np.uint8)
    cv2.fillPoly(canvas, [np.rint(lens).astype(np.int32) for lens in lenses], 1)
    return canvas.view(np.bool_)


def _bridge(lenses: tuple[Float, ...], strokes: Bool, axis: Float) -> Float:
    """A flat arch between two lenses, at the height at which one is painted."""
    left, right = lenses
    middle = (left[:, 0].max() + right[:, 0].min()) / 2
    tops = [lens[:, 1].min() + _HINGE * np.ptp(lens[:, 1]) for lens in lenses]
    height = float(np.mean(tops))
    columns = np.clip([round(middle) - 2, round(middle) + 3], 0, LABEL_SIZE)
    rows = np.flatnonzero(strokes[:, columns[0] : columns[1]].any(axis=1))
    low = max(float(lens[:, 1].min()) for lens in lenses)
    high = min(float(lens[:, 1].max()) for lens in lenses)
    rows = rows[(rows >= low - 6) & (rows <= high)]
    if len(rows):
        height = float(rows.mean())
    start, end = _side_point(left, height, axis, 1), _side_point(right, height, axis, -1)
    t = np.linspace(0, 1, 13)[:, None]
    up = np.array([axis[1], -axis[0]])
    arch = 0.16 * np.hypot(*(end - start)) * 4 * t * (1 - t)
    return start + t * (end - start) + arch * up


def _side_point(lens: Float, height: float, axis: Float, side: int) -> Float:
    """The outline's point on the right (``side`` 1) or left (-1) that is nearest to a row."""
    across = (lens - lens.mean(axis=0)) @ axis * side
    half = np.flatnonzero(across > 0.35 * across.max())
    return lens[half[np.argmin(np.abs(lens[half, 1] - height))]]


def _temples(
    lenses: tuple[Float, ...], strokes: Bool, label_map: LabelMap, axis: Float, unit: float
) -> tuple[Float, ...]:
    """From the hinges outwards, to the end of what is painted or of the skin."""
    found = []
    # Of a single lens nobody knows which side is outside: only what is painted counts.
    both = len(lenses) == 2
    places = zip(lenses, (-1, 1), strict=True) if both else ((lenses[0], s) for s in (-1, 1))
    for lens, side in places:
        stroke = _stroke_ends(strokes, lens, axis * side, unit)
        hinge = _side_point(lens, lens[:, 1].min() + _HINGE * np.ptp(lens[:, 1]), axis, side)
        if stroke is not None:
            hinge = lens[np.argmin(np.hypot(*(lens - stroke[0]).T))]
            end = stroke[1]
        elif both:
            end = _skin_end(label_map, hinge, axis * side, unit)
        else:
            continue
        length = np.hypot(*(end - hinge))
        if length > 0.04 * unit:
            # On under the hair, which lies over it.
            end = end + (end - hinge) / length * _under_hair_px(label_map, end, axis * side, unit)
            found.append(resampled(np.stack([hinge, end]), 9))
    return tuple(found)


def _stroke_ends(strokes: Bool, lens: Float, outward: Float, unit: float) -> Float | None:
    """``[2, 2]`` the inner and outer end of the stroke that is painted beside a lens."""
    ys, xs = np.nonzero(strokes)
    points = np.stack([xs, ys], axis=1).astype(np.float64)
    centre = lens.mean(axis=0)
    beyond = (points - centre) @ outward - ((lens - centre) @ outward).max()
    off = np.abs((points - centre) @ np.array([-outward[1], outward[0]]))
    beside = (beyond > 1) & (off < 0.45 * unit)
    points, beyond = points[beside], beyond[beside]
    if len(points) < 12:
        return None
    ends = beyond < beyond.min() + 4, beyond > beyond.max() - 4
    return np.stack([points[end].mean(axis=0) for end in ends])


def _under_hair_px(label_map: LabelMap, end: Float, outward: Float, unit: float) -> float:
    x, y = np.clip(np.rint(end + 5 * outward).astype(int), 0, LABEL_SIZE - 1)
    return 0.25 * unit if label_map[y, x] in (HAIR, HAT) else 0.0


def _skin_end(label_map: LabelMap, hinge: Float, outward: Float, unit: float) -> Float:
    """The last point of skin (or ear) on the way from a hinge outwards, slightly upwards."""
    way = hinge + np.arange(1, round(_LONGEST_TEMPLE * unit))[:, None] * (
        outward + np.array([0.0, -0.05])
    )
    pixels = np.clip(np.rint(way).astype(int), 0, LABEL_SIZE - 1)
    on = is_in(label_map, (SKIN, EYEGLASSES, *EARS))[pixels[:, 1], pixels[:, 0]]
    steps = int(np.argmin(on)) if not on.all() else len(on)
    return way[steps - 1] if steps else hinge


def _pieces(painted: Bool) -> tuple[Float, ...]:
    """Smoothed outlines of everything that is painted."""
    contours, _ = cv2.findContours(painted.view(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    large = [c[:, 0].astype(np.float64) for c in contours if cv2.contourArea(c) >= MIN_PART_PX]
    # A stroke's outline has finer turns than a lens: a harmonic for each 12 px.
    return tuple(smooth_closed(c, max(32, len(c)), max(8, len(c) // 12)) for c in large)


def grown(mask: Bool, radius_px: float) -> Bool:
    """Dilated by a disc: by distances, which take a tenth of the time of a large kernel."""
    if not mask.any():
        return mask
    return cv2.distanceTransform((~mask).view(np.uint8), cv2.DIST_L2, 5) <= radius_px


def _shrunk(mask: Bool, radius_px: float) -> Bool:
    """Eroded by a disc."""
    return ~grown(~mask, radius_px)
