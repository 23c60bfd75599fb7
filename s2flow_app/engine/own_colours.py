"""The photo's own colours for what was newly drawn.

A render leans to the mean face: new hair comes in the colour of hair in general, or still in that
of the wall behind it. Where a class is drawn that the photo shows elsewhere, its colour there, the
nearest weighing most, takes the place of the render's; light and shade stay the render's, within
the range that the photo has. Teeth that the photo does not show become nearly white and lighter
than the skin, whatever the render made of them. Only broad colour is moved: detail is another
matter (`detail`).
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.patches import KINDS
from s2flow_app.labels import (
    EARRING,
    EYEGLASSES,
    LEFT_EYE,
    MOUTH,
    NECKLACE,
    RIGHT_EYE,
    SKIN,
    LabelMap,
)

SIZE: Final = 128
"""Side at which colours are compared: broad colour needs no more."""
MIN_SOURCE_PX: Final = 40
"""Of 128 x 128: a class that the photo shows on less has no colour to give."""
NEAR_PX: Final = 12.0
"""Of 128: how far a place looks for its colour, roughly."""
FAR_WEIGHT: Final = 1e-3
"""Of the mean over the whole photo, which stands in where nothing is near."""
OUTLINE_PX: Final = 1
"""Pixels of two classes, of 128: they have no colour of one."""
OF_MANY_COLOURS: Final = ((LEFT_EYE, RIGHT_EYE), (EYEGLASSES,), (EARRING, NECKLACE))
"""Kinds whose mean is the colour of none of their parts."""
TEETH_HUE: Final = 0.25
"""Of the skin's: what a mouth that opens shows is nearly white."""
BRIGHT_PERCENT: Final = 80.0
"""Where the light of a mouth's teeth lies among its pixels."""
LIGHTER_TEETH: Final = 8.0
"""Than the skin, of 100; the dark between them stays dark."""
TEETH_LIGHT: Final = (65.0, 88.0)
MOST_TEETH_GAIN: Final = 1.5
TAKEN: Final = 1.0
"""How much of the difference in colour is taken away."""
LIGHT_SPREADS: Final = 1.0
"""Light may differ from the photo's by so many of its standard deviations."""

Float = NDArray[np.float32]
Image8 = NDArray[np.uint8]


def colour_shift(
    drawn: Float, photo: Image8, maps: tuple[LabelMap, LabelMap], *,
    filled: NDArray[np.bool_], usable: NDArray[np.bool_],
) -> Float:  # fmt: skip
    """What to add to ``drawn [S, S, 3]`` 0..255, smooth.

    Args:
        photo: ``[S, S, 3]`` the picture before.
        maps: what it shows, and what the drawing should: ``[S, S]`` each.
        filled: ``[S, S]`` where the drawing will be seen.
        usable: ``[S, S]`` where the photo is still its own.
    """
    size = drawn.shape[0]
    old, new = (cv2.resize(m, (SIZE, SIZE), interpolation=cv2.INTER_NEAREST) for m in maps)
    own, seen = (
        cv2.resize(m.astype(np.uint8), (SIZE, SIZE), interpolation=cv2.INTER_NEAREST) > 0
        for m in (usable, filled)
    )
    theirs, ours = (_lab(picture) for picture in (photo, drawn))
    wanted = ours.copy()
    for kind in KINDS:
        was, is_now = np.isin(old, kind), np.isin(new, kind)
        fresh = is_now & seen
        source = _inside(was) & own
        if kind in OF_MANY_COLOURS or not fresh.any():
            continue
        if source.sum() >= MIN_SOURCE_PX:
            near, spread = _near(theirs, source)
            light = np.clip(ours[..., 0], near[..., 0] - spread, near[..., 0] + spread)
            hue = near[..., 1:]
        elif kind == (MOUTH,) and (old == SKIN).any():
            skin = theirs[old == SKIN].mean(0)
            found = float(np.percentile(ours[fresh][:, 0], BRIGHT_PERCENT))
            wanted_light = np.clip(skin[0] + LIGHTER_TEETH, *TEETH_LIGHT)
            gain = wanted_light / max(found, 1.0)
            light = ours[..., 0] * np.clip(gain, 1.0, MOST_TEETH_GAIN)
            hue = np.full_like(ours[..., 1:], TEETH_HUE * skin[1:])
        else:
            continue
        found = np.dstack([light, hue]).astype(np.float32)
        soft = cv2.GaussianBlur(fresh.astype(np.float32), (0, 0), 0.8)
        soft = (TAKEN * np.minimum(soft, is_now))[..., None]
        wanted += soft * (found - ours)
    moved = 255 * (_rgb(wanted) - _rgb(ours))
    whole = cv2.resize(moved, (size, size), interpolation=cv2.INTER_LINEAR)
    return whole.astype(np.float32, copy=False)


def _near(lab: Float, source: NDArray[np.bool_]) -> tuple[Float, float]:
    """The colour ``[128, 128, 3]`` of the source about each place, and the spread of its light."""
    weight = source.astype(np.float32)
    mean = lab[source].mean(0)
    total = cv2.GaussianBlur(weight, (0, 0), NEAR_PX) + FAR_WEIGHT
    summed = cv2.GaussianBlur(lab * weight[..., None], (0, 0), NEAR_PX) + FAR_WEIGHT * mean
    spread = LIGHT_SPREADS * float(lab[source][:, 0].std())
    return (summed / total[..., None]).astype(np.float32), spread


def _inside(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Without its outline, unless nothing else is left."""
    kernel = np.ones((2 * OUTLINE_PX + 1,) * 2, np.uint8)
    inner = cv2.erode(mask.astype(np.uint8), kernel) > 0
    return inner if inner.sum() >= MIN_SOURCE_PX else mask


def _lab(picture: NDArray) -> Float:
    small = cv2.resize(picture, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    scaled = np.clip(small.astype(np.float32) / 255, 0, 1)
    return cv2.cvtColor(scaled, cv2.COLOR_RGB2LAB).astype(np.float32, copy=False)


def _rgb(lab: Float) -> Float:
    return cv2.cvtColor(lab, cv2.COLOR_LAB2RGB).astype(np.float32, copy=False)
