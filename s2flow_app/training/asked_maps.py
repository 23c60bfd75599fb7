"""Label maps that somebody might ask for: what the flow is tuned to obey."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from s2flow_app.label_shapes import SCRIPTED_EDITS
from s2flow_app.labels import (
    BACKGROUND,
    BROWS,
    EYEGLASSES,
    EYES,
    HAIR,
    HAT,
    LEFT_EYE,
    MOUTH_PARTS,
    NOSE,
    NUM_CLASSES,
    RIGHT_EYE,
)

Map = NDArray[np.uint8]

PARTS = (
    (HAIR, HAT), MOUTH_PARTS, BROWS, EYES,
    (NOSE,), (EYEGLASSES, LEFT_EYE, RIGHT_EYE), (BACKGROUND, HAIR),
)  # fmt: skip
"""Groups of classes that are pasted from one face to another."""
KINDS = tuple(
    tuple(edit for edit in SCRIPTED_EDITS if edit.kind == kind)
    for kind in dict.fromkeys(edit.kind for edit in SCRIPTED_EDITS)
)
"""The scripted edits by kind: each kind is asked for as often as the others."""
SCRIPTED_SHARE, PASTED_SHARE = 0.75, 0.15
"""Of the asked maps; the rest are whole maps of similar faces."""
CANDIDATES, NEAREST = 300, 10


class AskedMaps:
    """Draws asked maps for source maps ``[256, 256]`` out of ``others [N, 256, 256]``."""

    def __init__(self, others: NDArray[np.uint8], rng: np.random.Generator) -> None:
        self._others, self._rng = others, rng
        self._features = np.stack([_features(m) for m in others])

    def draw(self, source: Map) -> Map:
        """An asked map; equal to the source where an edit does not apply to it."""
        kind = self._rng.random()
        if kind < SCRIPTED_SHARE:
            return self._scripted(source)
        other = self._similar(source)
        if kind < SCRIPTED_SHARE + PASTED_SHARE:
            part = PARTS[self._rng.integers(len(PARTS))]
            region = np.isin(source, part) | np.isin(other, part)
            return np.where(region, other, source)
        return other

    def _scripted(self, source: Map) -> Map:
        kind = KINDS[self._rng.integers(len(KINDS))]
        edit = kind[self._rng.integers(len(kind))]
        large = np.repeat(np.repeat(source, 2, 0), 2, 1)
        strength = float(self._rng.uniform(0.6, 1.3))
        return np.ascontiguousarray(edit.apply(large, strength=strength)[::2, ::2])

    def _similar(self, source: Map) -> Map:
        picked = self._rng.integers(len(self._others), size=CANDIDATES)
        distance = np.abs(self._features[picked] - _features(source)).sum(1)
        nearest = picked[np.argsort(distance)[1 : NEAREST + 1]]
        return np.asarray(self._others[self._rng.choice(nearest)])


def coarse_ids(maps: NDArray[np.uint8]) -> Tensor:
    """``[N, 64, 64]`` classes in the middle of each cell of maps ``[N, 256, 256]``."""
    return torch.from_numpy(maps[:, 2::4, 2::4].astype(np.int64))


def _features(label_map: Map) -> NDArray[np.float32]:
    """Where the classes are, coarsely."""
    small = label_map[8::16, 8::16].ravel()
    return np.eye(NUM_CLASSES, dtype=np.float32)[small].ravel()
