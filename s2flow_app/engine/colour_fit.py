"""What changes between two renders of a face, by groups of classes: transforms of few parameters.

Fitted where the map says that a group is, away from its outline, and robustly: the generator draws
structure a little elsewhere each time, and styles that are far from a face in colours that no face
has.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.lab import lab_of, log_odds
from s2flow_app.labels import BROWS, HAIR, LIPS, SKIN_PARTS, LabelMap

LEAST_CHROMA: Final[dict[tuple[int, ...], tuple[float, float, float]]] = {
    SKIN_PARTS: (9.0, 12.0, 0.75), LIPS: (14.0, 7.0, 0.3), (HAIR,): (0.0, 2.0, 0.0),
}  # fmt: skip
"""Mean relative a* and b*, and b* over a*, below which hardly any skin, lips or hair lie, however
they are lit or dyed: renders of styles that are far from a face turn purple and teal."""
LEAST_HUE_GAIN: Final = 0.3
"""Of the chroma of those groups, whatever a style says."""
BEYOND_CHROMA: Final = 0.3
"""Of a change that goes below that, the share that is made."""
MEAN_LIGHTNESS: Final = (8.0, 92.0)
"""Of a group: beyond these its structure would be lost in black or white."""
SKIN_LIGHTNESS: Final = (12.0, 76.0)
"""The same of skin: lighter than any in a photo it would be a mask."""
FIT_SIZE: Final = 128
"""Side at which the renders are compared: what is finer they draw differently each time."""
FITTED_LIGHTNESS: Final = (2.0, 98.0)
"""Beyond these L*, log-odds are mostly noise."""
MIN_PX: Final = 24
"""Of `FIT_SIZE` squared: a smaller group is not fitted and keeps its colours."""
LIGHT_PX: Final = 10.0
"""Deviation of the window, of `FIT_SIZE`, in which light is averaged. A narrower one carries
patches of drawn hair and walls into the photo's."""
FINE_LIGHT_PX: Final = 4.0
"""The same on skin: shadows under eyes and chin are narrow."""
LIGHT_PRIOR: Final = 0.05
"""Weight of no local change of light, against 1 for a window full of the group."""
MOST_LIGHT: Final = 0.6
"""Of a local change of light, in log-odds: more is something drawn anew."""
BRIGHT_PERCENT: Final = 95.0
"""Of a group's pixels in the photo that are not lighter than its `GroupTransfer.brightest`."""
CURVE_GAIN: Final = (0.75, 1.3)
CHROMA_GAIN: Final = (0.7, 1.25)
GAIN_PRIOR: Final = 0.1
"""Pull of a curve's gain towards 1, as a variance of log-odds."""
CHROMA_SCALE: Final = 66.0
"""Makes relative chroma a*, b* at L* 50."""
CHROMA_PRIOR: Final = 30.0
"""The same of relative chroma times `CHROMA_SCALE`."""
FIT_STEPS: Final = 3
"""Of iteratively reweighted least squares."""
OUTLIER: Final = 1.5
"""Residuals above so many robust deviations weigh less (Huber)."""

Float = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class GroupTransfer:
    """How some classes change."""

    classes: tuple[int, ...]
    gain: float
    """Of the log-odds of L*."""
    light: Float
    """``[F, F]`` over the crop: what is added to them. Smooth: to be enlarged."""
    chroma_gain: float = 1.0
    """Of relative chroma."""
    shift: tuple[float, float] = (0.0, 0.0)
    """Added to relative a*, b* (times `CHROMA_SCALE`)."""
    darkest: float = 0.0
    """L* down to which pixels take part in full; at half of it they do not."""
    brightest: float = 100.0
    """L* of the classes' light pixels in the photo: lighter ones are less of these classes, or
    mirror the light."""


class GroupFits:
    """What changes between two renders, by groups of classes.

    Args:
        photo: ``[S, S, 3]``.
        label_map: ``[S, S]`` what it shows.
        before, after: ``[R, R, 3]`` 0..255 the renders.
        where: ``[S, S]`` 0..1 what is to change; only that is compared.
    """

    def __init__(
        self, photo: NDArray[np.uint8], label_map: LabelMap, before: Float, after: Float, *,
        where: Float | None = None,
    ) -> None:  # fmt: skip
        self._label_map = label_map
        self._where = None if where is None else _at_fit_size(where) > 0.5
        self._photo, self._before, self._after = (
            lab_of(_at_fit_size(picture)) for picture in (photo, before, after)
        )

    def group(self, group: tuple[int, ...]) -> GroupTransfer | None:
        """How a group changes; None where it is too small."""
        return self._skin if group == SKIN_PARTS else self._fitted(group)

    def brows(self) -> GroupTransfer | None:
        """As `group`, in the colour of the light on the skin: few pixels are a brow's alone, and
        the renders tint them at random."""
        found, skin = self._fitted(BROWS), self._skin
        if found is None or skin is None:
            return found
        return replace(found, chroma_gain=skin.chroma_gain, shift=skin.shift)

    def seen_through(self, classes: tuple[int, ...]) -> GroupTransfer | None:
        """The skin's change for classes that it is seen through: lenses, without their frames."""
        skin, inside = self._skin, self._inside(SKIN_PARTS)
        if skin is None:
            return None
        darkest = float(np.percentile(self._photo[inside][:, 0], 100 - BRIGHT_PERCENT))
        return replace(skin, classes=classes, darkest=darkest)

    def light(self, classes: tuple[int, ...]) -> GroupTransfer | None:
        """What keeps its colours in the light that the skin gets."""
        skin = self._skin
        if skin is None:
            return None
        usual = np.median(skin.light[self._inside(SKIN_PARTS)])
        return GroupTransfer(classes, 1.0, skin.light - usual)

    @cached_property
    def _skin(self) -> GroupTransfer | None:
        return self._fitted(SKIN_PARTS)

    def _fitted(self, group: tuple[int, ...]) -> GroupTransfer | None:
        inside = self._inside(group)
        if inside.sum() < MIN_PX:
            return None
        was, now, own = (lab[inside] for lab in (self._before, self._after, self._photo))
        x, y, mine = (log_odds(np.clip(lab[:, 0], *FITTED_LIGHTNESS)) for lab in (was, now, own))
        gain, offset = _line(x, y)
        residual = np.zeros(inside.shape, np.float32)
        residual[inside] = np.clip(y - gain * x - offset, -MOST_LIGHT, MOST_LIGHT)
        width = FINE_LIGHT_PX if group == SKIN_PARTS else LIGHT_PX
        light = _spread(residual, inside.astype(np.float32), width)
        within = SKIN_LIGHTNESS if group == SKIN_PARTS else MEAN_LIGHTNESS
        light += _offset_within(gain, offset, mine, within=within)
        chroma_gain, shift = _chroma(was, now, own, least=LEAST_CHROMA.get(group))
        brightest = float(np.percentile(own[:, 0], BRIGHT_PERCENT))
        return GroupTransfer(
            group, gain, light, chroma_gain=chroma_gain, shift=shift, brightest=brightest
        )

    def _inside(self, group: tuple[int, ...]) -> NDArray[np.bool_]:
        """``[F, F]`` the group without its outline, which the renders draw a little elsewhere."""
        mask = in_classes(self._label_map, group).astype(np.float32)
        pure = (_at_fit_size(mask) > 0.999).astype(np.uint8)
        inner = cv2.erode(pure, np.ones((3, 3), np.uint8)) > 0
        found = inner if inner.sum() >= MIN_PX else pure > 0
        return found if self._where is None else found & self._where


def in_classes(label_map: LabelMap, classes: Collection[int]) -> NDArray[np.bool_]:
    """``[H, W]`` where a map ``[H, W]`` has one of the classes."""
    table = np.zeros(256, np.uint8)
    table[list(classes)] = 1
    return cv2.LUT(label_map, table).view(np.bool_)


def _line(x: Float, y: Float) -> tuple[float, float]:
    """Gain and offset of ``y`` by ``x``, robustly."""
    weight = np.ones_like(x)
    gain, offset = 1.0, 0.0
    for _ in range(FIT_STEPS):
        mean_x, mean_y = weight @ x / weight.sum(), weight @ y / weight.sum()
        dx, dy = x - mean_x, y - mean_y
        moments = [weight @ (d * e) / weight.sum() for d, e in ((dx, dx), (dx, dy), (dy, dy))]
        gain = float(np.clip(_trusted_gain(*moments, prior=GAIN_PRIOR), *CURVE_GAIN))
        offset = float(mean_y - gain * mean_x)
        weight = _huber(y - gain * x - offset)
    return gain, offset


def _offset_within(gain: float, offset: float, own: Float, *, within: tuple[float, float]) -> float:
    """An offset by which the photo's mean keeps ``within`` these L*, or where it is."""
    mean = float(own.mean())
    lowest, highest = log_odds(np.array(within))
    return float(np.clip(gain * mean + offset, min(lowest, mean), max(highest, mean)) - gain * mean)


def _chroma(
    was: Float, now: Float, own: Float, *, least: tuple[float, float, float] | None
) -> tuple[float, tuple[float, float]]:
    """Gain and offsets of relative a*, b*, from Lab ``[N, 3]`` of renders and photo.

    The gain turns about the photo's own mean, which the renders need not meet.
    """
    x, y, mine = (CHROMA_SCALE * c[:, 1:] / (c[:, :1] + 16) for c in (was, now, own))
    weight = np.ones(len(x), np.float32)
    gain, mean_x, mean_y = 1.0, x.mean(0), y.mean(0)
    for _ in range(FIT_STEPS):
        mean_x, mean_y = weight @ x / weight.sum(), weight @ y / weight.sum()
        dx, dy = x - mean_x, y - mean_y
        pairs = (dx, dx), (dx, dy), (dy, dy)
        moments = [weight @ (d * e).sum(1) / weight.sum() for d, e in pairs]
        gain = float(np.clip(_trusted_gain(*moments, prior=CHROMA_PRIOR), *CHROMA_GAIN))
        weight = _huber(np.linalg.norm(dy - gain * dx, axis=1))
    mean = mine.mean(0)
    target = mean + mean_y - mean_x
    if least is not None:
        target[0] = _softly_above(target[0], min(least[0], mean[0]))
        target[1] = _softly_above(target[1], min(max(least[1], least[2] * target[0]), mean[1]))
        # One hue: less of it is less chroma, not an offset, which would turn grey sheen blue.
        along = float(target @ mean / max(mean @ mean, 1.0))
        gain = min(gain, max(along, LEAST_HUE_GAIN))
    da, db = target - gain * mean
    return gain, (float(da), float(db))


def _trusted_gain(xx: float, xy: float, yy: float, *, prior: float) -> float:
    """How much wider ``y`` spreads than ``x``, as far as it follows ``x``.

    A regression's slope would flatten the photo wherever the two renders have little in common.

    Args:
        xx, xy, yy: their variances and covariance.
        prior: added to each: the pull towards 1.
    """
    followed = max(xy, 0.0) ** 2 / max(xx * yy, 1e-12)
    return 1 + followed * (np.sqrt((yy + prior) / (xx + prior)) - 1)


def _softly_above(value: float, least: float) -> float:
    return value if value >= least else least + BEYOND_CHROMA * (value - least)


def _huber(residual: NDArray[np.floating]) -> Float:
    """Weights 0..1 of residuals."""
    size = np.abs(residual)
    allowed = OUTLIER * 1.4826 * float(np.median(size)) + 1e-4
    return (allowed / np.maximum(size, allowed)).astype(np.float32)


def _spread(values: Float, weight: Float, width_px: float) -> Float:
    """``values [F, F]`` averaged where ``weight [F, F]`` is 1 and carried on smoothly beyond."""
    total = cv2.GaussianBlur(weight, (0, 0), width_px)
    summed = cv2.GaussianBlur(values * weight, (0, 0), width_px)
    return (summed / (total + LIGHT_PRIOR)).astype(np.float32)


def _at_fit_size(picture: NDArray) -> Float:
    size = (FIT_SIZE, FIT_SIZE)
    resized = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return resized.astype(np.float32, copy=False)
