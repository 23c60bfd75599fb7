"""Where an edit may change the picture, in soft masks of the crop."""

from collections.abc import Collection
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.matte import border_fade, smoothstep
from s2flow_app.engine.measure import distance_px
from s2flow_app.labels import LabelMap
from s2flow_app.model.face import CROP_SIZE

BORDER_PX: Final = 24
"""Every change fades over this distance at the crop's border, or its edge showed in the photo."""
REGION_FEATHER_PX: Final = 8
PROTECTION_FADE_PX: Final = 8
RESAMPLING_PX: Final = 3
"""Cubic interpolation reaches two pixels out, and the quad's pixels lie askew."""

Float = NDArray[np.float32]


def dilated(mask: NDArray[np.bool_], radius_px: int) -> NDArray[np.bool_]:
    """``mask [H, W]`` with all that lies within a disc of this radius about it."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius_px + 1,) * 2)
    return cv2.dilate(mask.astype(np.uint8), disc) > 0


def region_mask(
    label_map: LabelMap, regions: Collection[int], *, feather_px: float = REGION_FEATHER_PX
) -> Float:
    """Where a style edit is seen: ``[512, 512]`` 0..1.

    Args:
        regions: class ids; none: the whole crop. Their outline is soft over ``feather_px`` to
            either side.
    """
    fade = border_fade(label_map.shape, BORDER_PX)
    if not regions:
        return fade
    inside = np.isin(label_map, list(regions))
    signed = distance_px(~inside) - distance_px(inside)
    return smoothstep(0.5 + 0.5 * np.clip(signed / feather_px, -1, 1)) * fade


def free_mask(protected: NDArray[np.bool_], *, reach_px: float = RESAMPLING_PX) -> Float:
    """What is left of a change: ``[512, 512]`` 0 on protected pixels and up to ``reach_px`` from
    them, smoothly up to 1 beyond.

    Args:
        reach_px: how far a changed pixel of the crop reaches once it is put back.
    """
    return smoothstep((distance_px(protected) - reach_px) / PROTECTION_FADE_PX)


def resampling_reach_px(quad: NDArray[np.float32]) -> float:
    """How far, in crop pixels, `paste_back` spreads one pixel of the crop of corners ``quad``."""
    side = float(np.linalg.norm(quad[3] - quad[0]))
    return RESAMPLING_PX * max(1.0, CROP_SIZE / max(side, 1.0))
