"""Label maps without specks: parsers see brows in wrinkles and lips in shadows.

Ready-made shapes act on the largest piece of a part; what else the map calls so stays as it is.
"""

from typing import Final

import cv2
import numpy as np

from s2flow_app.label_shapes.geometry import LabelEdit, nearest_class
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
SPECK_SHARE: Final = 0.25
"""Of the largest piece: smaller ones are specks."""


def without_specks(label_map: LabelMap) -> LabelMap:
    """The map ``[H, W]`` with specks as what is nearest to them; itself where it has none."""
    specks = np.zeros(label_map.shape, np.bool_)
    for part in PARTS:
        count, pieces, stats, _ = cv2.connectedComponentsWithStats(
            np.isin(label_map, part).view(np.uint8)
        )
        if count > 2:
            sizes = stats[:, cv2.CC_STAT_AREA].copy()
            sizes[0] = 0
            small = sizes < SPECK_SHARE * sizes.max()
            small[0] = False
            specks |= small[pieces]
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
