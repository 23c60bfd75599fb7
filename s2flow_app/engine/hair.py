"""Hair is a layer of the crop: moved, cut or grown over what stands behind it.

Hair that gets fuller moves under its matte over an unmoved background. Hair that is cut keeps its
place and ends in strands along its own direction; behind it the background goes on. Hair that grows
further than moving reaches is made of this person's own strands, carried on along their direction.
What is uncovered of skin, ears and neck is left to the painter.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.background_plate import (
    Plate,
    carried_on,
    class_behind,
    continued,
    nearest_instead,
)
from s2flow_app.engine.hair_growth import (
    EDGE_PX,
    END_PX,
    LEAST_PX,
    PAINTERS,
    grown_hair,
    new_hair,
)  # fmt: skip
from s2flow_app.engine.hair_strands import strand_directions, strand_noise, vectors
from s2flow_app.engine.masks import dilated
from s2flow_app.engine.matte import matte, smoothstep
from s2flow_app.engine.measure import distance_px
from s2flow_app.engine.moving import moved
from s2flow_app.labels import BACKGROUND, EARRING, FACE, HAIR, HAT, NECK, NECKLACE, SKIN, LabelMap
from s2flow_app.model.arrays import rounded

ALL: Final = np.ones((1, 3), np.float32)
"""Sums channels, much faster than NumPy along so short an axis."""
SKINLIKE: Final = tuple(c for c in PAINTERS if c != NECK)
"""All of it is continued as skin."""
MATTE_PX: Final = 12
"""Strands stand this far from the parsed outline."""
GAP_PX: Final = 25
"""Gaps in what is cut that are narrower hold strands that no parser saw."""
RIM_PX: Final = 3.5
"""Width of the face's own soft edge, which shows the hair beside it."""
STRAY_PX: Final = 14
"""Beside what is cut all is taken for stray strands."""
SMOOTH_PX: Final = 5.0
"""Standard deviation by which a cut's outline is smoothed: parsers draw hair in lumps."""
SPECK_PX: Final = 5
"""A painter is not called for less: the plate has a colour there."""
STILL_PX: Final = 1.5
"""Where hair moves by less the photo fades in."""

Float = NDArray[np.float32]
Image8 = NDArray[np.uint8]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class HairEdit:
    """The crop with its hair edited."""

    picture: Float
    """``[512, 512, 3]`` 0..255."""
    painted: Mask
    """``[512, 512]`` what is still the painter's."""
    alpha: Float
    """``[512, 512]`` 0..1: the hair after the edit."""
    made: Float
    """``[512, 512]`` 0..1: what is no longer the photo's pixels at this place, moved or not."""


def matte_of_hair(crop: Image8, label_map: LabelMap) -> Float:
    """How much of each pixel ``[512, 512]`` 0..1 is hair: its strands before the background."""
    hair = label_map == HAIR
    if not hair.any() or hair.all():
        return hair.astype(np.float32)
    guided = matte(crop, hair, radius_px=MATTE_PX)
    outside, inside = distance_px(hair), distance_px(~hair)
    near = (outside < MATTE_PX) & (inside < MATTE_PX)
    # Between the pure colours to both sides a pixel's share follows from its colour.
    picture = crop.astype(np.float32)
    fore = carried_on(picture, inside >= 6, blur_px=0)
    back = carried_on(picture, outside >= MATTE_PX, blur_px=0)
    axis = fore - back
    length = cv2.transform(np.square(axis), ALL)
    share = np.clip(cv2.transform((picture - back) * axis, ALL) / (length + 1), 0, 1)
    sure = smoothstep(length / 60**2 - 0.3) * near * ~np.isin(label_map, FACE)
    # Stray strands are seen outside; inside a highlight is no hole.
    wanted = np.where(
        outside > 0, np.minimum(share, 1.2 * guided + 0.35), np.maximum(guided, share)
    )
    fade = smoothstep((MATTE_PX - outside) / 5)
    return (guided + sure * fade * (wanted - guided)).astype(np.float32)


def uncovered_by_hair(before: LabelMap, asked: LabelMap) -> Mask:
    """``[512, 512]``: what hair or hat uncover and only a painter can show."""
    over = np.isin(before, (HAIR, HAT)) & (asked != before)
    mask = over & np.isin(asked, PAINTERS)
    return mask | over & (before == HAT) & (asked == HAIR)


def behind_hair(crop: Image8, before: LabelMap, asked: LabelMap, alpha: Float) -> Float:
    """The crop ``[512, 512, 3]`` 0..255 with its hair gone, as far as the edit may show it.

    Args:
        before: ``[512, 512]`` what the crop shows.
        asked: ``[512, 512]`` whose classes go on where hair leaves; behind hair that stays the
            nearest ones.
        alpha: ``[512, 512]`` of `matte_of_hair`.
    """
    return _plate(crop, before, asked, alpha).picture


def _plate(crop: Image8, before: LabelMap, asked: LabelMap, alpha: Float) -> Plate:
    hairy = (alpha > 0.02) | np.isin(before, (HAIR, HAT))
    hidden = dilated(hairy, 3)
    edge = (asked != HAIR) & (asked != HAT)
    hidden &= distance_px(edge) < 2 * MATTE_PX
    # All that has skin goes on as one.
    shown, wanted = (
        np.where(np.isin(m, SKINLIKE), SKIN, m).astype(np.uint8)
        for m in (before, class_behind(asked))
    )
    return continued(crop, shown, wanted, hidden)


def hair_edit(
    crop: Image8, before: LabelMap, asked: LabelMap, field: Float | None
) -> HairEdit | None:
    """The crop ``[512, 512, 3]`` with its hair as ``asked [512, 512]``; None where the edit does
    not touch hair.

    Args:
        before: ``[512, 512]`` what the crop shows.
        field: ``[512, 512, 2]`` the displacement that takes hair where it gets fuller
            (`new_hair` and cut hair aside), as of `moving.Displacement`.
    """
    changed = (before != asked) & (np.isin(before, (HAIR, HAT)) | np.isin(asked, (HAIR, HAT)))
    if not changed.any():
        return None
    alpha = matte_of_hair(crop, before)
    picture = crop.astype(np.float32)
    made = np.zeros(before.shape, np.float32)
    painted = uncovered_by_hair(before, asked)
    new = new_hair(before, asked)
    gone = _gone(before, asked)
    grown = (asked == HAIR) & (before != HAIR) & ~new
    if gone.sum() >= LEAST_PX:
        picture, alpha, made, unknown = _cut(crop, picture, before, asked, alpha)
        painted |= unknown
    if field is not None and grown.sum() >= LEAST_PX:
        picture, alpha, more = _fuller(picture, before, asked, alpha, field)
        made = np.maximum(made, more)
    if new.any():
        of_strands = grown_hair(crop, picture, before, alpha, new)
        if of_strands is None:
            painted |= new
        else:
            picture, alpha, more = of_strands
            made = np.maximum(made, more)
    picture = np.clip(picture, 0, 255).astype(np.float32, copy=False)
    return HairEdit(picture, _opened(painted, SPECK_PX), alpha, made)


# --- the three edits ----------------------------------------------------------------------------


def _fuller(
    under: Float, before: LabelMap, asked: LabelMap, alpha: Float, field: Float
) -> tuple[Float, Float, Float]:
    """The hair's layer, moved over what does not move."""
    # Of what is behind only the old edge can be seen, where strands have moved away.
    edge = (alpha > 0.02) & (distance_px(before != HAIR) < RIM_PX)
    one = np.where(np.isin(before, (HAIR, HAT, *PAINTERS)), HAIR, BACKGROUND).astype(np.uint8)
    shown = rounded(under)
    plate = continued(shown, one, np.zeros_like(one), dilated(edge, 3), search=False).picture
    colour = _hair_colour(under, alpha, plate)
    away = np.linalg.norm(field, axis=2)
    layer = moved(np.dstack([colour * alpha[..., None], alpha]), field)
    share = np.clip(layer[..., 3], 0, 1)
    kept = np.isin(before, (*PAINTERS, EARRING, NECKLACE)) & (before == asked)
    lifted = smoothstep(away / STILL_PX) * (
        1 - cv2.GaussianBlur(kept.astype(np.float32), (0, 0), 1)
    )
    found = layer[..., :3] + (1 - share)[..., None] * plate
    picture = under + lifted[..., None] * (found - under)
    return picture, alpha + lifted * (share - alpha), lifted * np.maximum(share, alpha)


def _cut(
    crop: Image8, under: Float, before: LabelMap, asked: LabelMap, alpha: Float
) -> tuple[Float, Float, Float, Mask]:
    """What is cut goes, with the strands beside it; what stays ends in strands."""
    over = np.isin(before, (HAIR, HAT))
    gone = _gone(before, asked)
    directions = strand_directions(crop, (before == HAIR) & (distance_px(before != HAIR) > 3))
    # Strands that stand off the old outline belong to the hair that is nearest.
    owner_gone = nearest_instead(gone.astype(np.uint8), ~over) > 0
    gone |= ~over & owner_gone & (distance_px(over) < 2 * MATTE_PX)
    gone = _closed(gone, GAP_PX) & (asked != HAIR)
    # The face's own soft edge shows the hair that stood beside it.
    gone &= ~np.isin(before, PAINTERS) | over | (distance_px(over) < RIM_PX)
    stray = gone & ~over & (distance_px(over) < STRAY_PX)
    behind = _plate(crop, before, asked, np.maximum(alpha, stray))
    plate = behind.picture
    stays = _strand_edge(distance_px(gone) - distance_px(~gone), directions)
    stays = np.where(over | gone, stays, 1)
    picture = plate + stays[..., None] * (under - plate)
    return picture.astype(np.float32), alpha * stays, 1 - stays, behind.unknown & gone


def _gone(before: LabelMap, asked: LabelMap) -> Mask:
    """``[512, 512]``: hair and hats that are taken away; what a hat covers stays under it."""
    return np.isin(before, (HAIR, HAT)) & (asked != before) & (asked != HAT)


def _strand_edge(signed: Float, directions: Float) -> Float:
    """0 outside to 1 inside of an outline at 0 of the distance ``signed [512, 512]``: soft, and
    in strands where these run over it."""
    smooth = cv2.GaussianBlur(np.clip(signed, -30, 30), (0, 0), SMOOTH_PX)
    normal = np.dstack([cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)])
    normal /= np.linalg.norm(normal, axis=2, keepdims=True) + 1e-3
    across = np.square((normal * vectors(directions)).sum(2))
    reach = EDGE_PX + (END_PX - EDGE_PX) * across
    width = 1.5 * EDGE_PX + 2 * across
    return smoothstep(0.5 + (smooth + 0.4 * reach * strand_noise(directions)) / (2 * width))


def _hair_colour(picture: Float, alpha: Float, plate: Float) -> Float:
    """``[512, 512, 3]``: the hair's own colour in pixels that it shares with what is behind."""
    pure = carried_on(picture, alpha > 0.97, blur_px=0)
    share = np.maximum(alpha, 0.15)[..., None]
    own = np.clip((picture - (1 - share) * plate) / share, 0, 255)
    sure = smoothstep(alpha * 1.2)[..., None]
    return np.where((alpha > 0.97)[..., None], picture, pure + sure * (own - pure))


def _closed(mask: Mask, size_px: int) -> Mask:
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size_px, size_px))
    return cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, disc) > 0


def _opened(mask: Mask, size_px: int) -> Mask:
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size_px, size_px))
    return cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, disc) > 0
