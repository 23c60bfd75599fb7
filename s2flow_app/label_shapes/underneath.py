"""From a parsed map to layers: what is hidden under each visible part."""

import cv2
import numpy as np

from s2flow_app.label_shapes.geometry import BROWS, EYES, FACE, MOUTH_PARTS, Bool, is_in
from s2flow_app.label_shapes.glasses import hidden_eyes
from s2flow_app.labels import (
    EARRING,
    EYEGLASSES,
    HAIR,
    HAT,
    LEFT_EAR,
    NECK,
    NECKLACE,
    NOSE,
    RIGHT_EAR,
    SKIN,
    LabelLayers,
    LabelMap,
    single_layers,
)

HAIRLINE_PX = 40
"""How far skin reaches under the hair above it: enough to move a hairline back."""


def fill_underneath(label_map: LabelMap) -> LabelLayers:
    """Layers whose topmost classes are ``label_map`` and which have no holes below.

    Skin lies under everything within the face and under the hairline, a neck under a necklace,
    an ear's place under an earring, an eye under dark glasses.
    """
    layers = single_layers(label_map)
    on_skin = (NOSE, EYEGLASSES, *EYES, *BROWS, *MOUTH_PARTS)
    skin = is_in(label_map, on_skin) | _under_hair(label_map)
    _add(layers, SKIN, skin)
    _add(layers, NECK, label_map == NECKLACE)
    earring = label_map == EARRING
    if earring.any():
        _add_beside(layers, label_map, earring)
    glasses = label_map == EYEGLASSES
    for class_id, eye in hidden_eyes(label_map) if glasses.any() else []:
        _add(layers, class_id, eye & glasses)
    return layers


def _add(layers: LabelLayers, class_id: int, where: Bool) -> None:
    layers[where] |= np.uint32(1 << class_id)


def _under_hair(label_map: LabelMap) -> Bool:
    """Hair and hat within the face's convex outline and a margin: forehead, temples, fringes."""
    face = is_in(label_map, FACE)
    over = is_in(label_map, (HAIR, HAT))
    points = cv2.findNonZero(face.view(np.uint8))
    if points is None or not over.any():
        return np.zeros_like(over)
    canvas = np.zeros(label_map.shape, dtype=np.uint8)
    cv2.fillConvexPoly(canvas, cv2.convexHull(points), 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))
    grown = cv2.dilate(canvas, kernel, iterations=HAIRLINE_PX // 8)
    top = int(points[:, 0, 1].min())
    # Below the brows the margin would reach past the temples onto the background.
    forehead = np.zeros_like(over)
    brow_rows = np.flatnonzero(is_in(label_map, (*BROWS, *EYES)).any(axis=1))
    limit = int(brow_rows[0]) if len(brow_rows) else top + 60
    forehead[:limit] = True
    return over & ((canvas != 0) | ((grown != 0) & forehead))


def _add_beside(layers: LabelLayers, label_map: LabelMap, earring: Bool) -> None:
    """Under an earring's upper end goes on the ear that it hangs from."""
    for ear in (LEFT_EAR, RIGHT_EAR):
        near = cv2.dilate((label_map == ear).view(np.uint8), np.ones((9, 9), np.uint8))
        _add(layers, ear, earring & (near != 0))
