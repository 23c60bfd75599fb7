"""How likely it is that a stranger sees that an edit was made, and where.

Cues that cost next to nothing (how much is painted, of what, how far the photo was moved, how its
grain and its seams came out) predict what `s2flow evaluate --only realism` measures: how sure a
classifier on a network's features is that a patch is not a photo's. The weights are the pack's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.changed_places import PATCH_PX, places, window
from s2flow_app.labels import (
    BACKGROUND,
    EYEGLASSES,
    HAIR,
    HAT,
    LEFT_BROW,
    LEFT_EYE,
    LOWER_LIP,
    MOUTH,
    NOSE,
    RIGHT_BROW,
    RIGHT_EYE,
    SKIN,
    UPPER_LIP,
    LabelMap,
)
from s2flow_app.model.edit import Seen
from s2flow_app.model.face import FaceState

PAINTED_AS: Final[dict[str, tuple[int, ...]]] = {
    "hair": (HAIR,),
    "skin": (SKIN, NOSE),
    "mouth": (MOUTH, UPPER_LIP, LOWER_LIP),
    "eyes": (LEFT_EYE, RIGHT_EYE, LEFT_BROW, RIGHT_BROW),
    "background": (BACKGROUND,),
    "hat": (HAT,),
    "glasses": (EYEGLASSES,),
}
CUES: Final = (
    "painted", "painted_in_all", *(f"painted_{name}" for name in PAINTED_AS),
    "more_hair", "less_hair", "glasses_on", "seam", "grain", "shift", "stretch", "change",
)  # fmt: skip
"""What `cues` gives, in order."""
SEAM_PX: Final = 5
"""Width of the band about a painted place's outline."""
LEAST_PX: Final = 60
"""Of a band or a side of it, to say something about its grain."""

Image8 = NDArray[np.uint8]
Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SeenModel:
    """A logistic regression on `CUES`."""

    mean: Float
    scale: Float
    weights: Float
    offset: float

    @classmethod
    def of_figures(cls, figures: Mapping[str, Any]) -> "SeenModel | None":
        """From a pack's figures (`quality`); None where it has none that fit these cues."""
        found = figures.get("realism", {}).get("estimate", {})
        cues = found.get("cues", {})
        if tuple(cues) != CUES:
            return None
        mean, scale, weights = (
            np.array([cues[name][k] for name in CUES], np.float64)
            for k in ("mean", "scale", "weight")
        )
        return cls(mean, scale, weights, float(found["offset"]))

    def share(self, cue_values: Float) -> Float:
        """``[N]`` 0..1: how sure a stranger would be; of cues ``[N, C]``."""
        odds = (cue_values - self.mean) / self.scale @ self.weights + self.offset
        return 1 / (1 + np.exp(-np.clip(odds, -30, 30)))

    def seen(self, before: FaceState, after: FaceState, changed: NDArray[np.bool_]) -> Seen | None:
        """How an edit is judged at the worst of its places; None: nothing changed."""
        where = places(changed)
        if not where:
            return None
        shares = self.share(cues(before, after, where))
        worst = int(shares.argmax())
        shown, there = (window(p, where[worst], PATCH_PX) for p in (after.seen_map, changed))
        became = int(np.bincount(shown[there]).argmax())
        return Seen(float(shares[worst]), where[worst], became)


def cues(before: FaceState, after: FaceState, where: Sequence[tuple[int, int]]) -> Float:
    """``[N, C]`` the `CUES` of an edit at the middles (row, column) of N patches."""
    painted = after.replaced.astype(np.int16) - before.replaced > 127
    field = _field(after) - _field(before)
    grey = [cv2.cvtColor(s.crop, cv2.COLOR_RGB2GRAY).astype(np.float32) for s in (before, after)]
    detail = grey[1] - cv2.GaussianBlur(grey[1], (0, 0), 1.5)
    slope = np.hypot(cv2.Scharr(grey[1], -1, 1, 0), cv2.Scharr(grey[1], -1, 0, 1)) / 16
    stretch = np.abs(np.gradient(field, axis=(0, 1))).sum((0, 3))
    outline = cv2.morphologyEx(
        painted.view(np.uint8), cv2.MORPH_GRADIENT, np.ones((SEAM_PX, SEAM_PX), np.uint8)
    ).view(np.bool_)
    shown, was = after.seen_map, before.seen_map
    regions = (
        (shown == HAIR) & (was != HAIR), (was == HAIR) & (shown != HAIR),
        (shown == EYEGLASSES) & (was != EYEGLASSES),
    )  # fmt: skip
    planes = (
        np.hypot(field[..., 0], field[..., 1]), stretch, np.abs(grey[1] - grey[0]),
    )  # fmt: skip
    rows = []
    for place in where:

        def cut(plane: NDArray, at: tuple[int, int] = place) -> NDArray:
            return window(plane, at, PATCH_PX)

        here, band = cut(painted), cut(outline)
        row = [float(here.mean()), float(np.sqrt(painted.mean()))]
        row += [float((here & _is_one_of(cut(shown), k)).mean()) for k in PAINTED_AS.values()]
        row += [float(cut(region).mean()) for region in regions]
        row.append(_seam(cut(slope), band))
        row.append(_grain(cut(detail), here & ~band, ~here & ~band))
        row += [float(cut(plane).mean()) for plane in planes]
        rows.append(row)
    return np.array(rows, np.float64).reshape(-1, len(CUES))


def _field(state: FaceState) -> NDArray[np.float32]:
    if state.moved is None:
        return np.zeros((*state.crop.shape[:2], 2), np.float32)
    return state.moved.astype(np.float32)


def _is_one_of(label_map: LabelMap, classes: tuple[int, ...]) -> NDArray[np.bool_]:
    return np.isin(label_map, classes)


def _seam(slope: NDArray, band: NDArray[np.bool_]) -> float:
    """How much steeper the picture is along a painted place's outline than about it."""
    if band.sum() < LEAST_PX:
        return 0.0
    return float(np.log((slope[band].mean() + 1) / (slope.mean() + 1)))


def _grain(detail: NDArray, painted: NDArray[np.bool_], own: NDArray[np.bool_]) -> float:
    """How much less fine detail is where it was painted than where not."""
    if min(painted.sum(), own.sum()) < LEAST_PX:
        return 0.0
    return float(np.log((detail[own].std() + 0.5) / (detail[painted].std() + 0.5)))
