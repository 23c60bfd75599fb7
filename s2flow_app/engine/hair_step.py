"""Hair among the steps of an edit: which part of the map it is, and what it leaves to others."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.hair import STILL_PX, HairEdit
from s2flow_app.engine.hair_growth import new_hair
from s2flow_app.engine.masks import dilated
from s2flow_app.engine.matte import smoothstep
from s2flow_app.labels import HAIR, HAT, LabelMap
from s2flow_app.model.arrays import rounded

RIM_PX: Final = 4
"""What hair leaves to the painter is painted with a rim."""
LAYER_PX: Final = 1.5
"""Standard deviation by which the hair's displacement ends at the layer's edge."""

Float = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class HairPlan:
    """The part of an edit that is hair, or a hat over it."""

    asked: LabelMap
    """``[512, 512]`` the map with that alone."""
    moving: LabelMap
    """``[512, 512]`` with what the hair's layer is moved to."""


@dataclass(frozen=True, slots=True, eq=False)
class HairStep:
    """The crop after its hair was edited."""

    picture: NDArray[np.uint8]
    """``[512, 512, 3]``"""
    label_map: LabelMap
    """``[512, 512]`` what it shows."""
    painted: Mask
    """``[512, 512]`` what is left to the painter."""
    made: Float
    """``[512, 512]`` 0..1: what is not the photo's own, moved or not."""
    field: Float
    """``[512, 512, 2]`` how the layer has moved."""

    def replaced(self, before: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """`FaceState.replaced` after it."""
        return np.maximum(before, np.rint(255 * self.made).astype(np.uint8))


def hair_plan(before: LabelMap, asked: LabelMap) -> HairPlan | None:
    """Of an edit from one map to another; None where neither hair nor a hat leaves or grows.

    A hat that is put on is painted.
    """
    over = np.isin(before, (HAIR, HAT))
    changed = (before != asked) & (over | (asked == HAIR)) & (asked != HAT)
    if not changed.any():
        return None
    only = np.where(changed, asked, before)
    grown = changed & ~over & ~new_hair(before, only)
    return HairPlan(only, np.where(grown, asked, before))


def hair_step(edit: HairEdit, plan: HairPlan, field: Float) -> HairStep:
    """What an edit of the hair leaves to the steps after it.

    Args:
        field: ``[512, 512, 2]`` that its layer was moved by.
    """
    carried = smoothstep(np.linalg.norm(field, axis=2) / STILL_PX)
    layer = cv2.GaussianBlur((carried * edit.alpha > 0.5).astype(np.float32), (0, 0), LAYER_PX)
    return HairStep(
        picture=rounded(edit.picture),
        label_map=plan.asked,
        painted=dilated(edit.painted, RIM_PX),
        made=(edit.made * (1 - carried)).astype(np.float32),
        field=(field * layer[..., None]).astype(np.float32),
    )
