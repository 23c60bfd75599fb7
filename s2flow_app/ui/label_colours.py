"""Colours of the labels on the screen; files always have the official ones of `labels`."""

from typing import Final

import numpy as np

SAFE: Final = np.array(
    [
        (0, 0, 0), (230, 159, 0), (240, 228, 66), (0, 114, 178), (86, 180, 233), (160, 214, 245),
        (94, 60, 20), (150, 100, 40), (0, 158, 115), (110, 205, 175), (110, 0, 60), (213, 94, 0),
        (150, 55, 0), (0, 62, 105), (204, 121, 167), (255, 255, 255), (130, 130, 130),
        (250, 205, 120), (0, 85, 62),
    ],
    dtype=np.uint8,
)  # fmt: skip
"""``[19, 3]``: the hues of Okabe and Ito, each in several lightnesses."""
