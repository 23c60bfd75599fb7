"""Label maps of faces that are drawn, not parsed."""

import numpy as np

from s2flow_app.labels import (
    BACKGROUND,
    HAIR,
    LEFT_EYE,
    LOWER_LIP,
    RIGHT_EYE,
    SKIN,
    UPPER_LIP,
)


def drawn_face(width: int = 60) -> np.ndarray:
    """A drawn label map ``[256, 256]``."""
    y, x = np.mgrid[:256, :256]
    label_map = np.full((256, 256), BACKGROUND, np.uint8)
    label_map[np.hypot((x - 128) / (width + 20), (y - 110) / 100) < 1] = HAIR
    label_map[np.hypot((x - 128) / width, (y - 130) / 85) < 1] = SKIN
    for centre, class_id in ((100, RIGHT_EYE), (156, LEFT_EYE)):
        label_map[np.hypot((x - centre) / 14, (y - 115) / 7) < 1] = class_id
    label_map[np.hypot((x - 128) / 28, (y - 180) / 6) < 1] = UPPER_LIP
    label_map[(label_map == UPPER_LIP) & (y > 180)] = LOWER_LIP
    return label_map
