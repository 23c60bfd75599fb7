"""Label maps without specks: parsers see brows in wrinkles and lips in shadows.

Ready-made shapes act on the largest piece of a part; what else the map calls so stays as it is.
"""

from typing import Final

import cv2
import numpy as np

from s2flow_app.label_shapes.geometry import LabelEdit, centroid, nearest_class
from s2flow_app.labels import (
    LEFT_BROW,
    LEFT_EYE,
    LOWER_LIP,
    MOUTH,
    NOSE,
    RIGHT_BROW,
    RIGHT_EYE,
    UPPER_LIP,
    LabelMap,
)

PARTS: Final = (
    (LEFT_BROW,), (RIGHT_BROW,), (LEFT_EYE,), (RIGHT_EYE,), (NOSE,), (UPPER_LIP, LOWER_LIP, MOUTH),
)  # fmt: skip
"""What a face has one piece of."""
NEAR_EYE_PX: Final = 40.0
"""Of brows: a piece so much farther from its eye counts less than half."""
EYE_OF: Final = {LEFT_BROW: LEFT_EYE, RIGHT_BROW: RIGHT_EYE}


def without_specks(label_map: LabelMap) -> LabelMap:
    """The map ``[H, W]`` with one piece of each part, the largest; other pieces are as what is
    nearest to them. Of brows it is the piece that is large and near its eye. Itself where there
    is no other piece."""
    specks = np.zeros(label_map.shape, np.bool_)
    for part in PARTS:
        count, pieces, stats, centres = cv2.connectedComponentsWithStats(
            np.isin(label_map, part).view(np.uint8)
        )
        if count > 2:
            weights = stats[:, cv2.CC_STAT_AREA].astype(np.float64)
            eye = centroid(label_map == EYE_OF[part[0]]) if part[0] in EYE_OF else None
            if eye is not None:
                weights *= np.exp(-np.hypot(*(centres - eye).T) / NEAR_EYE_PX)
            kept = 1 + int(weights[1:].argmax())
            specks |= (pieces != 0) & (pieces != kept)
    if not specks.any():
        return label_map
    return np.where(specks, nearest_class(label_map, ~specks), label_map)


def on_largest_pieces(edit: LabelEdit) -> LabelEdit:
    """``edit``, not told of specks, which stay."""

    def edited(label_map: LabelMap, *, strength: float = 1.0) -> LabelMap:
        clean = without_specks(label_map)
        found = edit(clean, strength=strength)
        return np.where(found == clean, label_map, found)

    return edited
