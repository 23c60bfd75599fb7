"""Colours of the labels on the screen; files always have the official ones of `labels`."""

from typing import Final

import numpy as np

SAFE: Final = np.array(
    [
        (0, 0, 0), (245, 150, 0), (255, 255, 136), (0, 74, 248), (26, 196, 255), (210, 211, 201),
        (108, 60, 39), (124, 90, 29), (0, 158, 115), (46, 181, 119), (72, 42, 119), (177, 27, 15),
        (86, 0, 29), (69, 1, 149), (179, 159, 169), (211, 254, 255), (124, 96, 142),
        (248, 216, 154), (21, 122, 63),
    ],
    dtype=np.uint8,
)  # fmt: skip
"""``[19, 3]``: hues of Okabe and Ito, moved until classes that touch in a face are 30 units of CIE
L*a*b* apart to eyes without one of the three cones too; the official ones are 7."""
