"""A smile: the corners go out and up, the lips part and follow. And back: lips closed and level."""

from dataclasses import dataclass

import cv2
import numpy as np

from s2flow_app.label_shapes.geometry import (
    MOUTH_PARTS,
    Bool,
    Float,
    check_strength,
    is_in,
    largest_part,
    smoothstep,
    unchanged,
    warp_classes,
)
from s2flow_app.labels import LOWER_LIP, MOUTH, SKIN, UPPER_LIP, LabelMap

MIN_WIDTH_PX = 32
CLOSED = 0.06
"""Opening and sag, in half widths, below which a mouth is neutral already."""
THIN = 0.1
"""Least height of a lip in half widths."""
_BINS = 48


@dataclass(frozen=True, slots=True)
class _MouthFrame:
    """The mouth's own axes: u from -1 to 1 between its corners, v downwards, both in units of
    its half width. The curves hold v at `_BINS` values of u."""

    centre: Float
    axis: Float
    half_width_px: float
    top: Float
    contact: Float
    """The middle of the opening, or the line on which closed lips meet."""
    opening: Float
    bottom: Float

    def to_frame(self, x: Float, y: Float) -> tuple[Float, Float]:
        dx, dy = x - self.centre[0], y - self.centre[1]
        u = (dx * self.axis[0] + dy * self.axis[1]) / self.half_width_px
        v = (dy * self.axis[0] - dx * self.axis[1]) / self.half_width_px
        return u, v

    def to_map(self, u: Float, v: Float) -> tuple[Float, Float]:
        a, b = u * self.half_width_px, v * self.half_width_px
        x = self.centre[0] + a * self.axis[0] - b * self.axis[1]
        y = self.centre[1] + a * self.axis[1] + b * self.axis[0]
        return x, y

    def at(self, curve: Float, u: Float) -> Float:
        return np.interp(u, np.linspace(-1, 1, _BINS), curve).astype(np.float32)


def smile(label_map: LabelMap, *, strength: float = 1.0) -> LabelMap:
    """Mouth corners out and up, lips parted over the teeth; a smile that is there gets wider."""
    strength = check_strength(strength)
    frame = _mouth_frame(label_map)
    if frame is None or strength == 0:
        return unchanged(label_map)
    half = frame.half_width_px
    x0, x1 = (max(int(frame.centre[0] + side * half), 0) for side in (-1.9, 1.9))
    y0, y1 = (max(int(frame.centre[1] + side * half), 0) for side in (-1.1, 2.2))
    roi = label_map[y0:y1, x0:x1]
    h, w = roi.shape
    x, y = np.meshgrid(np.arange(w, dtype=np.float32) + x0, np.arange(h, dtype=np.float32) + y0)
    u, v = frame.to_frame(x, y)

    opened = float(frame.opening[_BINS // 2])
    part = 0.0 if opened > 0.6 else max(0.34 - opened, 0.07) * strength
    # Corners that are up already (the lips sag between them) need less of a lift.
    sag = float(frame.contact[_BINS // 2])
    lift = float(np.clip(0.24 - 0.5 * max(sag - 0.05, 0.0), 0.12, 0.24)) * strength
    u, v = _undo_stretch(frame, u, v, part=part, lift=lift, widen=_room(label_map, frame, strength))
    u, v, gap = _undo_parting(frame, u, v, part)

    src_x, src_y = frame.to_map(u, v)
    new = warp_classes(roi, src_x - x0, src_y - y0, blur_px=1.2)
    new[gap] = MOUTH
    # Nose, beard-hiding hair, hands and the face's outline stay where they are.
    free = is_in(roi, (SKIN, *MOUTH_PARTS)) & is_in(new, (SKIN, *MOUTH_PARTS))
    result = label_map.copy()
    result[y0:y1, x0:x1][free] = new[free]
    return result


def neutral_mouth(label_map: LabelMap, *, strength: float = 1.0) -> LabelMap:
    """Lips closed, their line level, corners in; ``strength`` below 0.5 leaves the map alone."""
    frame = _mouth_frame(label_map)
    if check_strength(strength) < 0.5 or frame is None:
        return unchanged(label_map)
    middle = slice(_BINS // 3, -_BINS // 3)
    opened = float(frame.opening[middle].max())
    sag = float(frame.contact[_BINS // 2])
    if opened < CLOSED and abs(sag) < CLOSED:
        return unchanged(label_map)
    u = np.linspace(-1, 1, _BINS).astype(np.float32)
    arch = np.maximum(1 - np.abs(u) ** 2.2, 0) ** 0.7
    # A stretched mouth has thin lips: they come back as it narrows.
    narrower = 1.0 - 0.14 * float(smoothstep(np.array([opened / 0.3 + abs(sag)]))[0])
    upper = frame.contact - frame.opening / 2 - frame.top
    lower = frame.bottom - frame.contact - frame.opening / 2
    heights = [
        max(float(np.median(lip[middle])), THIN) * (2.2 - narrower) * arch for lip in (upper, lower)
    ]
    line = np.full(_BINS, 0.5 * sag, dtype=np.float32)
    result = label_map.copy()
    old = is_in(label_map, MOUTH_PARTS)
    result[old] = SKIN
    free = result == SKIN
    for class_id, edge in ((UPPER_LIP, line - heights[0]), (LOWER_LIP, line + heights[1])):
        lip = _between(frame, u * np.float32(narrower), line, edge, label_map.shape)
        result[lip & free] = class_id
    return result


def _between(frame: _MouthFrame, u: Float, near: Float, far: Float, shape: tuple[int, ...]) -> Bool:
    """The pixels between two curves of the mouth's frame."""
    x, y = frame.to_map(np.concatenate([u, u[::-1]]), np.concatenate([near, far[::-1]]))
    canvas = np.zeros(shape, dtype=np.uint8)
    points = np.rint(np.stack([x, y], axis=1) * 8).astype(np.int32)
    cv2.fillPoly(canvas, [points], 1, shift=3)
    return canvas != 0


def _room(label_map: LabelMap, frame: _MouthFrame, strength: float) -> tuple[float, float]:
    """How much either half of the mouth may widen: less where the cheek ends (turned heads)."""
    amounts = []
    for side in (-1.0, 1.0):
        steps = np.linspace(1.05, 1.6, 23, dtype=np.float32) * np.float32(side)
        x, y = frame.to_map(steps, np.full_like(steps, -0.1))
        xi = np.clip(np.rint(x), 0, label_map.shape[1] - 1).astype(int)
        yi = np.clip(np.rint(y), 0, label_map.shape[0] - 1).astype(int)
        cheek = is_in(label_map[yi, xi], (SKIN, *MOUTH_PARTS))
        free = 0.55 if cheek.all() else 0.025 * int(np.argmin(cheek))
        amounts.append(min(0.13 * strength, 0.5 * free))
    return amounts[0], amounts[1]


def _undo_stretch(
    frame: _MouthFrame, u: Float, v: Float, *, part: float, lift: float, widen: tuple[float, float]
) -> tuple[Float, Float]:
    """Where a point came from before the corners went out and up."""
    above = float(frame.top.min()) - 0.05
    below = float(frame.bottom.max()) + part
    hold = (
        smoothstep((1.75 - np.abs(u)) / 0.55)
        * smoothstep(1.0 - (above - v) / 0.55)
        * smoothstep(1.0 - (v - below) / 0.9)
    )
    wider = np.where(u < 0, np.float32(widen[0]), np.float32(widen[1])) * hold
    u = u / (1.0 + wider)
    bend = np.minimum(np.abs(u), 1.3) ** 1.7 - 0.1
    return u.astype(np.float32), (v + lift * bend * hold).astype(np.float32)


def _undo_parting(frame: _MouthFrame, u: Float, v: Float, part: float) -> tuple[Float, Float, Bool]:
    """Where a point came from before the lips parted, and where now there is mouth interior."""
    profile = part * np.maximum(0.0, 1.0 - np.abs(u) ** 2.4)
    # The lower lip does most of the moving; the upper one is drawn tight over the teeth.
    up, down = 0.3 * profile, 0.7 * profile
    contact = frame.at(frame.contact, u)
    reach_up = contact - frame.at(frame.top, u) + 0.12
    reach_down = frame.at(frame.bottom, u) - contact + 0.7
    from_lower, from_upper = v - (contact + down), (contact - up) - v
    lower = contact + from_lower + down * smoothstep(from_lower / reach_down)
    upper = contact - from_upper - up * smoothstep(from_upper / reach_up)
    gap = (from_lower < 0) & (from_upper < 0) & (np.abs(u) < 1)
    source_v = np.where(from_lower >= 0, lower, np.where(from_upper >= 0, upper, contact))
    return u, source_v.astype(np.float32), gap


def _mouth_frame(label_map: LabelMap) -> _MouthFrame | None:
    mouth = largest_part(is_in(label_map, MOUTH_PARTS))
    ys, xs = np.nonzero(mouth)
    if len(xs) < MIN_WIDTH_PX or np.ptp(xs) < MIN_WIDTH_PX:
        return None
    classes = label_map[ys, xs]
    if not ((classes == UPPER_LIP).any() and (classes == LOWER_LIP).any()):
        return None
    left, right = xs <= xs.min() + 3, xs >= xs.max() - 3
    corners = np.array(
        [[xs.min(), ys[left].mean()], [xs.max(), ys[right].mean()]], dtype=np.float32
    )
    across = corners[1] - corners[0]
    length = float(np.hypot(*across))
    empty = np.zeros(_BINS, dtype=np.float32)
    frame = _MouthFrame(
        corners.mean(axis=0), across / length, length / 2, empty, empty, empty, empty
    )
    u, v = frame.to_frame(xs.astype(np.float32), ys.astype(np.float32))
    bins = np.clip(np.rint((u + 1) / 2 * (_BINS - 1)), 0, _BINS - 1).astype(int)

    def edge(of: Bool, *, lowest: bool) -> Float:
        values = np.full(_BINS, -np.inf if lowest else np.inf)
        (np.maximum if lowest else np.minimum).at(values, bins[of], v[of])
        return _mend(values)

    upper, lower = classes == UPPER_LIP, classes == LOWER_LIP
    upper_edge, lower_edge = edge(upper, lowest=True), edge(lower, lowest=False)
    everything = np.ones_like(upper)
    return _MouthFrame(
        frame.centre,
        frame.axis,
        frame.half_width_px,
        top=edge(everything, lowest=False),
        contact=_smooth((upper_edge + lower_edge) / 2),
        opening=np.maximum(lower_edge - upper_edge, 0),
        bottom=edge(everything, lowest=True),
    )


def _mend(values: Float) -> Float:
    """Gaps of a curve filled in from their neighbours."""
    known = np.isfinite(values)
    where = np.arange(len(values))
    return np.interp(where, where[known], values[known]).astype(np.float32)


def _smooth(values: Float) -> Float:
    """A fourth-degree curve through ``values``: the line of the lips without its stairs."""
    u = np.linspace(-1, 1, len(values))
    return np.polyval(np.polyfit(u, values, 4), u).astype(np.float32)
