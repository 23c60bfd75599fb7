"""Glasses are looked through: what lies behind new ones stays the photo's.

A render that is asked for eyeglasses paints eyes and skin behind the lenses anew, blurred and
tinted. But glass and frame only take light away. So the drawing says how much, and the photo is
darkened.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.labels import (
    EYEGLASSES,
    LEFT_BROW,
    LEFT_EYE,
    NOSE,
    RIGHT_BROW,
    RIGHT_EYE,
    SKIN,
    LabelMap,
)

BEHIND: Final = (SKIN, NOSE, LEFT_EYE, RIGHT_EYE, LEFT_BROW, RIGHT_BROW)
FLOOR: Final = 8.0
"""Levels of grey that darkness is measured from: black over black lets all through."""
DARKEST: Final = 0.1
OUTLINE_PX: Final = 1.5
LENS_PX: Final = 61
"""Of 512: wider than an eye, narrower than what lies between an eye and the mouth."""

Float = NDArray[np.float32]


def adds_glasses(maps: tuple[LabelMap, LabelMap]) -> bool:
    """Whether the second map has glasses over what the first shows of the face."""
    return bool(_new_glasses(maps).any())


def looked_through(
    drawn: Float, photo: NDArray[np.uint8], before: Float, after: Float,
    maps: tuple[LabelMap, LabelMap],
) -> Float:  # fmt: skip
    """``drawn [S, S, 3]`` with the photo behind glasses that it was not asked to show before.

    Args:
        photo: ``[S, S, 3]`` the picture before.
        before: ``[S, S, 3]`` what the generator draws for it, 0..255.
        after: ``[S, S, 3]`` the same after the edit.
        maps: what the picture shows, and what the drawing should.
    """
    new = _new_glasses(maps)
    if not new.any():
        return drawn
    # Maps keep eyes in front of lenses: what glasses surround is behind them, too.
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (LENS_PX, LENS_PX))
    surrounded = cv2.morphologyEx(new.astype(np.uint8), cv2.MORPH_CLOSE, kernel) > 0
    new |= surrounded & np.isin(maps[0], BEHIND) & (maps[0] == maps[1])
    left = (_grey(after) + FLOOR) / (_grey(before) + FLOOR)
    let_through = np.clip(left, DARKEST, 1)[..., None]
    soft = cv2.GaussianBlur(new.astype(np.float32), (0, 0), OUTLINE_PX)[..., None]
    return (drawn + soft * (photo * let_through - drawn)).astype(np.float32, copy=False)


def _new_glasses(maps: tuple[LabelMap, LabelMap]) -> NDArray[np.bool_]:
    return (maps[1] == EYEGLASSES) & np.isin(maps[0], BEHIND)


def _grey(image: Float) -> Float:
    return cv2.cvtColor(np.clip(image, 0, 255), cv2.COLOR_RGB2GRAY).astype(np.float32, copy=False)
