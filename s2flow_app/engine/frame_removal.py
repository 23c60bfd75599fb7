"""Where worn glasses are: frame, shadow and glare only, so that eyes behind clear lenses stay.

A rim is a closed curve about an eye. It is found as the best closed path about that eye's middle in
polar coordinates, by dynamic programming over how much a place stands out from what is nearer
and farther, in lightness or in colour. Its width is measured along each ray.
"""

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.eyeglasses_shape import grown
from s2flow_app.engine.rim_path import ANGLES, WIDEST_PX, Rays, closed_path, stands_out, widths
from s2flow_app.label_shapes.geometry import (
    BROWS,
    EYES,
    MIN_PART_PX,
    FaceGeometry,
    face_geometry,
    is_in,
)
from s2flow_app.labels import BACKGROUND, EYEGLASSES, HAIR, HAT, LABEL_SIZE, NOSE, SKIN, LabelMap

Bool = NDArray[np.bool_]
Float = NDArray[np.floating[Any]]

# In units of the distance between the eyes.
LENS_REACH: Final = (0.58, 0.47)
"""How far rims are looked for from the eye, outwards and to the nose's side: half a wide lens."""
LENS_BELOW: Final = 0.62
_THIN: Final = 0.08
"""Half of the width of the widest bridge or temple."""
_STROKE_REACH: Final = 0.06
"""Bridges and temples are looked for so far beyond the map's glasses."""
_SHADOW: Final = 0.05
"""Height of the shadow below sunglasses."""

_CHEEK_PX: Final = 40
"""About a lens: the skin that its darkness is measured by."""
GROWN_PX: Final = 2.0
"""Beyond what is found: the blur of its edge."""
STROKE_LEVELS: Final = 13.0
"""Bridge and temples stand out by more than pores, in levels of lightness."""
OPAQUE: Final = ((80, 0.62), (300, 0.45), (LABEL_SIZE**2, 0.3))
"""(pixels of eyes, share of the skin's lightness): lenses darker than this are opaque where the map
has no more of the eyes. Eyes that a parser sees clearly are there whatever their light."""
EYE_MARGIN_PX: Final = 2.0
"""Kept about eyes: lashes, and what a parser saw too small."""
DARK_RIM_LEVELS: Final = 60.0
"""Lightness of skin over that of dark rims."""
_CORNER_PX: Final = 9
"""How far from the rim that was found its wider corners are looked for."""
GLARE_LEVELS: Final = 22.0
"""Glare is lighter than the skin by this, in L* of 0..255, ..."""
GLARE_CHROMA: Final = 0.75
"""... and has less than this share of its chroma."""


@dataclass(frozen=True, slots=True, eq=False)
class _Lens:
    """One lens with its rim, masks ``[512, 512]``."""

    whole: Bool
    inside: Bool
    """Without the rim."""
    rim: Bool
    """What of the rim can be seen."""
    darkness: float
    """Luminance of the inside over that of the skin about it."""
    eye: Bool
    seen_px: int
    """Of the eye that the map with glasses shows."""


def frame_mask(crop: NDArray[np.uint8], before: LabelMap, after: LabelMap) -> Bool:
    """``[512, 512]``: what has to be painted where ``after`` has no glasses any more.

    Args:
        crop: ``[512, 512, 3]`` sRGB, the photo with glasses.
        before: ``[512, 512]`` with glasses; its eyes stay, unless the lenses are opaque.
        after: ``[512, 512]`` without.
    """
    removed = (before == EYEGLASSES) & (after != EYEGLASSES)
    if int(removed.sum()) < MIN_PART_PX:
        return np.zeros(removed.shape, np.bool_)
    face = face_geometry(before)
    sides = [i for i in (0, 1) if face and _worn_at(removed, face.eyes[i], face.eye_distance_px)]
    if face is None or not sides:
        return grown(removed, GROWN_PX)  # pushed up into the hair: nothing is behind it
    lab = cv2.cvtColor(crop, cv2.COLOR_RGB2LAB).astype(np.float32)
    lenses = [_about_eye(lab, (before, after), removed, face, side) for side in sides]
    wholes = [lens.whole for lens in lenses]
    found = np.logical_or.reduce([lens.rim for lens in lenses])
    found |= _beside(lab, removed, wholes, before, face)
    eyes = grown(np.logical_or.reduce([lens.eye for lens in lenses]), EYE_MARGIN_PX)
    if _are_opaque(lenses):
        whole = np.logical_or.reduce(wholes) | (removed & grown(np.logical_or.reduce(wholes), 12))
        move = round(_SHADOW * face.eye_distance_px)
        shadow = np.roll(whole, move, axis=0) & is_in(before, (SKIN, NOSE))
        return grown(found | whole | shadow, GROWN_PX)
    found = _with_the_rest_of_dark_rims(lab, found, before, eyes) & ~eyes
    for lens in lenses:
        found |= _glare(lab, before, lens.inside & ~grown(lens.eye, 3))
    return grown(found, GROWN_PX) & ~eyes


def _worn_at(removed: Bool, eye: Float, unit: float) -> bool:
    """Whether there are glasses about an eye, not on the forehead."""
    ys, xs = np.nonzero(removed)
    near = np.hypot(xs - eye[0], ys - eye[1]) < 0.5 * unit
    below = near & (ys > eye[1])
    return bool(near.sum() > 3 * MIN_PART_PX and below.sum() > MIN_PART_PX)


def _about_eye(
    lab: Float, maps: tuple[LabelMap, LabelMap], removed: Bool, face: FaceGeometry, side: int
) -> _Lens:
    before, after = maps
    unit = face.eye_distance_px
    rays = Rays(face.eyes[side], face.axis, unit)
    reach = _reach(side, unit)
    seen = (before == EYES[side]) & rays.drawn(reach)
    # Parsers lose eyes behind frames; the asked map knows where they are.
    eye = seen | ((after == EYES[side]) & rays.drawn(reach))
    expected = rays.farthest(removed & rays.drawn(reach))
    # Parsers give upper rims to brows: where one begins, the outline says nothing.
    expected[rays.at(is_in(before, BROWS), expected + 3)] = 0
    least = np.maximum(rays.farthest(eye) + 3, 0.13 * unit)
    out = stands_out(rays.sampled(lab))
    path = closed_path(out, expected=expected, least=least, most=reach)
    low, high = widths(out, path)
    whole = rays.drawn(path + high)
    inside = rays.drawn(np.maximum(path - low, least - 1))
    rim = whole & ~inside & ~rays.sector(rays.faint(out, path))
    darkness = _darkness(lab[..., 0], before, removed, inside, seen)
    return _Lens(whole, inside, rim, darkness, eye, int(seen.sum()))


def _reach(side: int, unit: float) -> Float:
    """``[180]`` radius that no rim exceeds; angles start outwards of the right-hand eye."""
    angle = np.linspace(0, 2 * np.pi, ANGLES, endpoint=False)
    across = np.cos(angle) if side == 1 else -np.cos(angle)
    width = np.where(across > 0, LENS_REACH[0], LENS_REACH[1]) * unit
    height = np.where(np.sin(angle) > 0, LENS_BELOW, 0.5) * unit
    return 1 / np.sqrt((np.cos(angle) / width) ** 2 + (np.sin(angle) / height) ** 2)


def _darkness(lightness: Float, before: LabelMap, removed: Bool, inside: Bool, eye: Bool) -> float:
    """Luminance behind a lens over that of the skin about it; 1 where there is none."""
    # Of the same side of the face: the other may lie in shadow.
    about = grown(inside, _CHEEK_PX) & ~grown(removed | inside, 8)
    skin = is_in(before, (SKIN, NOSE)) & about
    lens = inside & ~grown(eye, 4)
    if not skin.any() or not lens.any():
        return 1.0
    return float(np.median(lightness[lens]) / max(float(np.median(lightness[skin])), 1.0))


def _are_opaque(lenses: list[_Lens]) -> bool:
    """Both lenses of glasses are alike: one answer for both."""
    darkness = float(np.mean([lens.darkness for lens in lenses]))
    eyes = sum(lens.seen_px for lens in lenses)
    return darkness < next(limit for most, limit in OPAQUE if eyes <= most)


def _with_the_rest_of_dark_rims(lab: Float, found: Bool, before: LabelMap, eyes: Bool) -> Bool:
    """``found`` with what is as dark about it: corners where a rim is wider than elsewhere."""
    skin = is_in(before, (SKIN, NOSE)) & ~grown(found, 4)
    core = ~grown(~found, 1.5)
    if int(core.sum()) < MIN_PART_PX or int(skin.sum()) < MIN_PART_PX:
        return found
    light = lab[..., 0]
    rim, face = float(np.percentile(light[core], 25)), float(np.median(light[skin]))
    if face - rim < DARK_RIM_LEVELS:
        return found
    dark = light < rim + 0.4 * (face - rim)
    dark &= grown(found, _CORNER_PX) & ~grown(eyes, 3)
    # Brows are dark as well: only what touches the rim closely.
    dark &= ~(is_in(before, BROWS) & ~grown(found, 3)) & ~is_in(before, (HAIR, HAT, BACKGROUND))
    dark = cv2.morphologyEx(dark.view(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)) > 0
    return found | dark


def _glare(lab: Float, before: LabelMap, inside: Bool) -> Bool:
    """Bright, grey blobs on a lens."""
    skin = is_in(before, (SKIN, NOSE))
    if not inside.any() or not skin.any():
        return np.zeros_like(inside)
    light = lab[..., 0]
    chroma = np.hypot(lab[..., 1] - 128, lab[..., 2] - 128)
    pale = chroma < GLARE_CHROMA * np.median(chroma[skin])
    level = max(float(np.median(light[skin])), float(np.median(light[inside])))
    glare = inside & pale & (light > level + GLARE_LEVELS)
    glare = cv2.morphologyEx(glare.view(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)) > 0
    return grown(glare, 1) & inside


def _beside(
    lab: Float, removed: Bool, lenses: list[Bool], before: LabelMap, face: FaceGeometry
) -> Bool:
    """Bridge, pads and temples: thin and flat, darker or lighter than skin, or in the map."""
    unit, (ax, ay) = face.eye_distance_px, face.axis
    ys, xs = np.indices(removed.shape, np.float32)
    along, down = xs * ax + ys * ay, ys * ax - xs * ay
    boxes = [(*np.percentile(along[m], (1, 99)), *np.percentile(down[m], (1, 99))) for m in lenses]
    (left, _, *first), (_, right, *last) = boxes[0], boxes[-1]
    beside = np.zeros_like(removed)
    for (top, bottom), outside in ((first, along < left), (last, along > right)):
        half = (top + bottom) / 2
        beside |= outside & (down > top - 0.1 * unit) & (down < half + 0.1 * unit)
    between = np.zeros_like(removed)
    if len(lenses) == 2:
        top, bottom = min(first[0], last[0]), max(first[1], last[1])
        between = (along > boxes[0][1] - 0.18 * unit) & (along < boxes[1][0] + 0.18 * unit)
        between &= (down > top - 2) & (down < top + 0.6 * (bottom - top))
    taken = np.logical_or.reduce(lenses)
    where = beside | between
    rows = np.flatnonzero(where.any(axis=1))
    out = np.zeros(removed.shape, np.float32)
    if len(rows):
        part = np.s_[max(rows[0] - WIDEST_PX, 0) : rows[-1] + WIDEST_PX]
        out[part] = stands_out(np.ascontiguousarray(lab[part].transpose(1, 0, 2))).T
    # The map is trusted where it is thin: wide patches of it are cheek.
    half_width = _THIN * unit
    thin = removed & ~grown(~grown(~removed, half_width), half_width)
    drawn = removed & (thin | (out > STROKE_LEVELS / 2))
    near = is_in(before, (SKIN, NOSE)) & (between | grown(removed, _STROKE_REACH * unit))
    return where & ~taken & (drawn | (near & (out > STROKE_LEVELS)))
