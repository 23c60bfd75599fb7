"""The safe label colours are told apart by all eyes."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from s2flow_app.labels import (
    BACKGROUND,
    CLOTH,
    EARRING,
    EYEGLASSES,
    HAIR,
    HAT,
    LEFT_BROW,
    LEFT_EAR,
    LEFT_EYE,
    LOWER_LIP,
    MOUTH,
    NECK,
    NECKLACE,
    NOSE,
    PALETTE,
    RIGHT_BROW,
    RIGHT_EAR,
    RIGHT_EYE,
    SKIN,
    UPPER_LIP,
)
from s2flow_app.ui.label_colours import SAFE

# Machado, Oliveira, Fernandes 2009: linear RGB as eyes without one kind of cone see it.
EYES = {
    "usual": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}  # fmt: skip
TOUCHING = {
    SKIN: (
        HAIR, NECK, BACKGROUND, NOSE, LEFT_EYE, RIGHT_EYE, LEFT_BROW, RIGHT_BROW, LEFT_EAR,
        RIGHT_EAR, UPPER_LIP, LOWER_LIP, EYEGLASSES, HAT,
    ),
    HAIR: (BACKGROUND, NECK, CLOTH, HAT, LEFT_EAR, RIGHT_EAR, EARRING, EYEGLASSES),
    NECK: (CLOTH, BACKGROUND, NECKLACE, EARRING),
    CLOTH: (BACKGROUND, NECKLACE),
    EARRING: (LEFT_EAR, RIGHT_EAR, BACKGROUND),
    MOUTH: (UPPER_LIP, LOWER_LIP),
    UPPER_LIP: (LOWER_LIP, NOSE),
    EYEGLASSES: (LEFT_EYE, RIGHT_EYE, LEFT_BROW, RIGHT_BROW, NOSE),
}  # fmt: skip
APART = 30.0


def nearest(colours: NDArray[np.uint8], eyes: str) -> float:
    """The least distance of two classes that touch, in L*a*b*."""
    share = colours / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    seen = (linear @ np.transpose(EYES[eyes])).clip(0, 1)
    seen = np.where(seen <= 0.0031308, 12.92 * seen, 1.055 * seen ** (1 / 2.4) - 0.055)
    lab = cv2.cvtColor(seen[None].astype(np.float32), cv2.COLOR_RGB2LAB)[0]
    pairs = [(a, b) for a, others in TOUCHING.items() for b in others]
    return min(float(np.linalg.norm(lab[a] - lab[b])) for a, b in pairs)


@pytest.mark.parametrize("eyes", EYES)
def test_safe_colours_of_classes_that_touch_are_apart(eyes: str) -> None:
    assert nearest(SAFE, eyes) > APART


def test_the_official_colours_are_not() -> None:
    assert nearest(PALETTE, "deutan") < 10


def test_every_class_has_its_own_safe_colour() -> None:
    assert len(np.unique(SAFE, axis=0)) == len(PALETTE)
