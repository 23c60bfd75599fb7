"""Whether what an edit did not ask to change is still there, to the judge.

Counted where the asked map keeps the class: the share of pixels that the judge reads in the edited
crop as it did in the crop before (but for its outlines' own unrest), about the change and in the
whole crop, by class. Of glasses that are taken off, the eyes must also be the person's own, to the
pixel's brightness.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.measure import surroundings
from s2flow_app.labels import CLASSES, EYEGLASSES, EYES, NUM_CLASSES, LabelMap
from s2flow_app.model.edit import Edit
from s2flow_app.training.evaluation.intervals import rounded, share, summed_interval

MIN_EYES_PX: Final = 100
"""Of 512 x 512, both eyes together: fewer do not show through the lenses, they are opaque."""
OUTLINE_PX: Final = 2
"""One of the judge's pixels, which its outlines may move by: saving the crop as a JPEG of quality
95 and nothing else moves 2 % of the brows' pixels to another class."""
SEEN_BEFORE: Final = 0.3
"""Share of the eyes' pixels that the judge must read as such in the photo."""
SAME_EYES: Final = 0.9
"""Correlation of brightness: a lens's tint and sheen may go, the eye's drawing stays."""
_FIRST: Final = tuple(dict.fromkeys((*EYES, *range(NUM_CLASSES))))
"""Class ids, eyes first."""


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Pixels of one edit by the class that the judge read before: ``[19, 2]``, all and kept."""

    near: NDArray[np.int64]
    """Within the surroundings of the change."""
    whole: NDArray[np.int64]


def kept_classes(
    before: LabelMap, asked: LabelMap, read_before: LabelMap, read_after: LabelMap
) -> Counts:
    """Of four maps ``[512, 512]``: before the edit, asked for, and read by the judge in each."""
    changed, still = asked != before, _still_read(read_before, read_after)
    return Counts(
        near=_counted(~changed & surroundings(changed), read_before, still),
        whole=_counted(~changed, read_before, still),
    )


def _still_read(before: LabelMap, after: LabelMap) -> NDArray[np.bool_]:
    """``[H, W]``: where the class ``before`` is read ``after``, within `OUTLINE_PX`."""
    still = before == after
    reach = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * OUTLINE_PX + 1,) * 2)
    for class_id in np.unique(before[~still]):
        near = cv2.dilate((after == class_id).astype(np.uint8), reach) > 0
        still |= near & (before == class_id)
    return still


def _counted(
    where: NDArray[np.bool_], before: LabelMap, still: NDArray[np.bool_]
) -> NDArray[np.int64]:
    every = np.bincount(before[where], minlength=NUM_CLASSES)
    return np.stack([every, np.bincount(before[where & still], minlength=NUM_CLASSES)], 1)


def eyes_survived(
    edit: Edit, edited: NDArray[np.uint8], read_before: LabelMap, read_after: LabelMap
) -> bool | None:
    """Whether the eyes behind glasses that are taken off are those of the photo.

    Args:
        edited: ``[512, 512, 3]`` the crop after the edit.
        read_before, read_after: the judge's maps ``[512, 512]`` of the crops.

    Returns:
        None where no glasses are taken off or no eyes show through them.
    """
    before, asked = edit.base.label_map, edit.label_map
    off = (before == EYEGLASSES).any() and not (asked == EYEGLASSES).any()
    eyes = np.isin(before, EYES) & (asked == before)
    if not off or eyes.sum() < MIN_EYES_PX:
        return None
    seen, still = (np.isin(read[eyes], EYES).mean() for read in (read_before, read_after))
    if seen < SEEN_BEFORE:
        return None
    pictures = (edit.base.crop, edited)
    light = [cv2.cvtColor(p, cv2.COLOR_RGB2GRAY)[eyes].astype(np.float64) for p in pictures]
    if min(values.std() for values in light) == 0:
        return False
    alike = np.corrcoef(light[0], light[1])[0, 1]
    return bool(alike >= SAME_EYES and still >= SEEN_BEFORE)


@dataclass(slots=True)
class Survival:
    """Collects edits and tells what survived them."""

    _counts: list[Counts] = field(default_factory=list)
    _eyes: list[bool] = field(default_factory=list)

    def add(
        self, edit: Edit, edited: NDArray[np.uint8], read_before: LabelMap, read_after: LabelMap
    ) -> None:
        """One edit; arguments as of `eyes_survived`."""
        before, asked = edit.base.label_map, edit.label_map
        self._counts.append(kept_classes(before, asked, read_before, read_after))
        eyes = eyes_survived(edit, edited, read_before, read_after)
        if eyes is not None:
            self._eyes.append(eyes)

    def summary(self) -> dict[str, Any]:
        """Shares of all edits' pixels with intervals, and of the glasses' eyes."""
        return {
            "edits": len(self._counts),
            "near": _shares([c.near for c in self._counts]),
            "whole": _shares([c.whole for c in self._counts]),
            "eyes_behind_glasses": share(self._eyes),
        }


def _shares(counts: list[NDArray[np.int64]]) -> dict[str, Any]:
    """Of ``[19, 2]`` each: both eyes and all classes together, then each class, eyes first."""
    if not counts:
        return {}
    parts = np.stack(counts)
    groups = {"eyes": list(EYES), "all": list(range(NUM_CLASSES))}
    groups |= {CLASSES[c].key: [c] for c in _FIRST}
    return {name: _share(parts[:, of].sum(1)) for name, of in groups.items() if parts[:, of].any()}


def _share(parts: NDArray[np.int64]) -> dict[str, Any]:
    """Of ``[N, 2]`` pixels of each edit, all and kept."""
    shown = parts[parts[:, 0] > 0]
    every, kept = shown.sum(0)
    return {
        "cases": len(shown),
        "share": rounded(kept / every),
        "interval": summed_interval(shown, lambda s: s[1] / max(s[0], 1)),
    }
