"""Hair that grows further than moving reaches: fringes and long hair of this person's own strands.

Straight pieces of the photo's hair are laid along the way the new hair falls; their light is that
of the nearest hair. It grows from behind the old outline, ends in strands and casts a soft shadow.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.background_plate import carried_on
from s2flow_app.engine.hair_strands import LIGHT_PX, laid, noise_across, strand_texture
from s2flow_app.engine.matte import smoothstep
from s2flow_app.engine.measure import distance_px
from s2flow_app.labels import (
    EARS,
    FACE,
    HAIR,
    HAT,
    NECK,
    SKIN,
    LabelMap,
)

PAINTERS: Final = (*FACE, *EARS, NECK)
"""What is the painter's where hair uncovers it: it has a shape, not only a texture."""
MOVED_PX: Final = 45.0
"""Hair that grows by more than this is made anew: moved so far it would be smeared."""
OVER_FACE_SHARE: Final = 0.2
"""As is hair of which more than this falls over the face: a fringe does not move the hairline."""
JOIN_PX: Final = 9.0
"""New hair fades into the old over this distance from its outline: hairlines are thin."""
STRANDS_PX: Final = 7.0
"""What is finer is strands, what is broader light."""
ROOT_PX: Final = 34.0
"""New hair grows from behind the old outline, whose hair is thin and lit from behind."""
FAN_HEIGHT: Final = 2.2
"""Of the point that a fringe's strands fan out from, in half widths of the face above it."""
DIFFERENT: Final = 90.0
"""Levels between the colours of skin and hair; of fair hair nothing can be said."""
THIN_PX: Final = 40.0
"""Hairlines are thin so near the skin."""
THIN_SHARE: Final = 0.3
"""Of the way from the hair's colour to the skin's: more is a scalp that shows."""
NEAR_PX: Final = 60.0
"""New hair has no more contrast than the hair so near."""
SHEEN: Final = 60.0
"""Levels of no colour in the hair's tint: sheen on dark hair has little."""
LEAST_FRINGE_PX: Final = 70
LEAST_CURTAIN_PX: Final = 95
"""Straight hair that is shorter than this repeats where it is laid: it looks woven."""
ROUND_PX: Final = 14.0
SHADOW: Final = 0.22
"""Share of light that new hair takes from the skin below its edge."""
SHADOW_PX: Final = 5.0
LEAST_PX: Final = 60
"""A smaller piece is noise of the outline."""
EDGE_PX: Final = 2.0
"""Half the width of an edge along strands."""
END_PX: Final = 9.0
"""How far strands reach over an edge across them."""

Float = NDArray[np.float32]
Image8 = NDArray[np.uint8]
Mask = NDArray[np.bool_]


def new_hair(before: LabelMap, asked: LabelMap) -> Mask:
    """``[512, 512]``: hair that is made anew, since moving does not reach there."""
    grown = (asked == HAIR) & (before != HAIR) & (before != HAT)
    found = np.zeros_like(grown)
    if not grown.any() or not (before == HAIR).any():
        return found
    far = distance_px(before == HAIR) > MOVED_PX
    face = np.isin(before, FACE)
    count, pieces = cv2.connectedComponents(grown.astype(np.uint8))
    sizes = np.bincount(pieces.ravel(), minlength=count)
    reach = np.bincount(pieces.ravel(), far.ravel(), minlength=count) > 0
    over = np.bincount(pieces.ravel(), face.ravel(), minlength=count) > OVER_FACE_SHARE * sizes
    made = (reach | over) & (sizes >= LEAST_PX)
    made[0] = False
    return made[pieces]


def grown_hair(
    crop: Image8, under: Float, before: LabelMap, alpha: Float, new: Mask
) -> tuple[Float, Float, Float] | None:
    """New hair of the photo's own strands; None where these are too short or curled.

    Args:
        crop: ``[512, 512, 3]`` the photo, whose strands are taken.
        under: ``[512, 512, 3]`` 0..255 what the hair grows over.
        before: ``[512, 512]`` what the crop shows.
        alpha: ``[512, 512]`` 0..1 the hair so far.
        new: ``[512, 512]`` of `new_hair`.

    Returns:
        The picture, the hair with what is new, and where the picture is new.
    """
    hair = before == HAIR
    inside = distance_px(~hair)
    skin_like = _skin_like(crop, before, inside)
    core = (inside > JOIN_PX) & ~skin_like
    over_face = (new & np.isin(before, FACE)).sum() > 0.5 * new.sum()
    least_px = LEAST_FRINGE_PX if over_face else LEAST_CURTAIN_PX
    texture = strand_texture(crop, core, new, least_length_px=least_px) if core.any() else None
    if texture is None:
        return None
    picture, made = under, np.zeros_like(alpha)
    light = carried_on(crop.astype(np.float32), core, blur_px=2 * STRANDS_PX)
    # One lightness: the hair's own tint colours it.
    tint = (light + SHEEN) / (light.mean(2, keepdims=True) + SHEEN)
    near = core & (distance_px(new) < NEAR_PX)
    fine = crop.mean(2, dtype=np.float32)
    fine -= cv2.GaussianBlur(fine, (0, 0), LIGHT_PX)
    lightness = texture.mean(2)
    strength = fine[near if near.any() else core].std() / max(float(lightness.std()), 1e-3)
    texture = np.repeat(lightness[..., None] * np.float32(np.clip(strength, 0.3, 1)), 3, 2)
    # Where a scalp showed beside the new hair it is covered.
    thin = cv2.GaussianBlur((skin_like & hair).astype(np.float32), (0, 0), 3.0)
    thin = smoothstep(2 * thin) * smoothstep((2 * ROOT_PX - distance_px(new)) / ROOT_PX)
    count, pieces = cv2.connectedComponents(new.astype(np.uint8))
    for piece in range(1, count):
        here = pieces == piece
        if here.sum() < LEAST_PX:
            continue
        across, along = _fringe_lines(before, here) if over_face else _curtain_lines(here)
        found = light + tint * laid(texture, across + 400 * piece, along)
        # Smoothed down the fall: no step where new hair begins beside the old.
        outline = cv2.GaussianBlur((here | hair).astype(np.float32), (0, 0), 3.0, sigmaY=14.0) > 0.5
        signed = cv2.GaussianBlur(distance_px(~outline) - distance_px(outline), (0, 0), 1.5)
        ends = _ends(here)
        signed += (0.5 * EDGE_PX + 0.35 * END_PX * ends) * noise_across(across)
        share = smoothstep(0.5 + signed / (2 * EDGE_PX * (1 + 3 * ends)))
        away = distance_px(here)
        # Strands of the new hair end at different heights in the old.
        root = away + 0.2 * ROOT_PX * noise_across(across, seed=1)
        share = share * np.where(
            hair, np.maximum(smoothstep(1.5 - root / ROOT_PX), thin), away < END_PX
        )
        if not over_face:
            share = share * (hair | ~np.isin(before, FACE))
        # Rounded: less light comes from the side.
        depth = distance_px(~outline)
        found = found * (0.88 + 0.12 * smoothstep(depth / ROUND_PX))[..., None]
        shadow = cv2.GaussianBlur(share * ~hair, (0, 0), SHADOW_PX)
        shadow = np.roll(shadow, round(SHADOW_PX), 0) * np.isin(before, PAINTERS)
        picture = picture * (1 - SHADOW * shadow)[..., None]
        picture = picture + share[..., None] * (found - picture)
        alpha = np.maximum(alpha, share)
        made = np.maximum(made, np.maximum(share, shadow))
    return picture, alpha, made


def _skin_like(crop: Image8, before: LabelMap, inside: Float) -> Mask:
    """``[512, 512]``: hair so thin that its colour is nearer to the skin's than to the hair's."""
    deep, skin = inside > 0.5 * inside.max(), before == SKIN
    if not skin.any():
        return skin
    hair_colour, skin_colour = (np.median(crop[m], axis=0) for m in (deep, skin))
    axis = (skin_colour - hair_colour).astype(np.float32)
    if np.linalg.norm(axis) < DIFFERENT:
        return np.zeros_like(skin)
    near = distance_px(skin) < THIN_PX
    blurred = cv2.GaussianBlur(crop.astype(np.float32), (0, 0), 3.0)
    return near & (
        (blurred - hair_colour.astype(np.float32)) @ axis > THIN_SHARE * float(axis @ axis)
    )


def _fringe_lines(before: LabelMap, here: Mask) -> tuple[Float, Float]:
    """Positions ``[512, 512]`` in pixels across and along the strands of a fringe, which fan out
    from a point high above the face."""
    height, width = before.shape
    columns = np.flatnonzero(np.isin(before, FACE).any(0))
    rows = np.flatnonzero(here.any(1))
    middle, half = float(columns.mean()), max(0.5 * len(columns), 1.0)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    above = FAN_HEIGHT * half
    x, y = x - middle, y - (rows[0] - above)
    radius = np.hypot(x, y)
    return np.arctan2(x, y) * np.float32(above + len(rows)), radius


def _curtain_lines(here: Mask) -> tuple[Float, Float]:
    """The same of hair that falls: strands follow its middle line."""
    height, width = here.shape
    count = here.sum(1)
    rows = np.flatnonzero(count)
    mean = (here * np.arange(width)).sum(1)[rows] / count[rows]
    curve = np.polyfit(rows, mean, min(2, len(rows) - 1), w=np.sqrt(count[rows]))
    middle = np.polyval(curve, np.clip(np.arange(height), rows[0], rows[-1]))
    y, x = np.mgrid[:height, :width].astype(np.float32)
    return (x - middle[:, None]).astype(np.float32), y


def _ends(here: Mask) -> Float:
    """``[512, 512]`` 0..1: where an outline runs across falling hair."""
    smooth = cv2.GaussianBlur(here.astype(np.float32), (0, 0), 4.0)
    dx, dy = cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    return (np.square(dy) / (dx * dx + dy * dy + 1e-6)).astype(np.float32)
