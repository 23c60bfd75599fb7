"""What lies about a face's crop, as far as a style goes on there: long hair, neck, light.

An edit's crop ends where a portrait does not. A style is a transform of colours by classes, so it
can be applied to a wider and coarser cut of the photo as well; what that changes is added to the
photo beyond the crop, where the crop's own change fades.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.alignment import extract_crop
from s2flow_app.engine.colour_fit import in_classes
from s2flow_app.engine.colour_transfer import BORDER_PX, GROUPS, ColourTransfer
from s2flow_app.engine.masks import free_mask
from s2flow_app.engine.matte import border_fade
from s2flow_app.labels import HAIR, LabelMap
from s2flow_app.model.arrays import frozen
from s2flow_app.model.face import (
    CROP_IN_SURROUNDINGS,
    CROP_SIZE,
    SURROUNDINGS_SCALE,
    FaceBox,
    Surroundings,
    surroundings_quad,
)

if TYPE_CHECKING:
    from s2flow_app.nets.parser import AnyParser

NOT_OF_FACE: Final = 255
"""In their map: other people, and hair that does not hang together with this one's. No class."""
FADE_PX: Final = 56
"""At their border, of `CROP_SIZE`: what still changes there fades out."""
LEAST_BEYOND: Final = 0.05
"""Of the crop's area: less photo about it is not worth looking at."""
OTHERS_SHARE: Final = 0.8
"""Of another face's quad, within which all is theirs."""
MOST_UNLIKE: Final = 4.0
"""Standard deviations of the hair's colours, beyond which it is a tree and not hair."""
LEAST_DEVIATION: Final = 6.0
"""Of L*, a*, b*: hair of one even colour is not that even in every light."""

_INNER: Final = (CROP_IN_SURROUNDINGS, CROP_IN_SURROUNDINGS)
_INNER_SIZE: Final = (CROP_SIZE // SURROUNDINGS_SCALE,) * 2
_STEP: Final = SURROUNDINGS_SCALE / CROP_SIZE
_FIRST: Final = _STEP / 2 - (SURROUNDINGS_SCALE - 1) / 2
_TO_SHARES: Final = np.array([[_STEP, 0, _FIRST], [0, _STEP, _FIRST]])
"""From their pixels to shares of the crop's side."""


def find_surroundings(
    photo: NDArray[np.uint8], quad: NDArray[np.float32], label_map: LabelMap, parser: "AnyParser",
    others: Iterable[FaceBox] = (),
) -> Surroundings | None:  # fmt: skip
    """What lies about a face; None where the crop is the whole photo.

    Args:
        photo: ``[H, W, 3]`` sRGB.
        quad: ``[4, 2]`` photo pixels of the crop's corners.
        label_map: ``[512, 512]`` of the crop.
        others: the photo's other faces.
    """
    from s2flow_app.engine.parse import parse_photo  # with torch, which an export needs not

    height, width = photo.shape[:2]
    wide = surroundings_quad(quad)
    whole = np.array([[0, 0], [0, height], [width, height], [width, 0]])
    inside = _inside(wide, whole)
    if inside.sum() < (1 + LEAST_BEYOND) * CROP_SIZE**2 / SURROUNDINGS_SCALE**2:
        return None
    picture = extract_crop(photo, wide, CROP_SIZE)
    found = parse_photo(parser, picture)
    found[_INNER] = cv2.resize(label_map, _INNER_SIZE, interpolation=cv2.INTER_NEAREST)
    theirs = np.zeros(found.shape, np.bool_)
    for box in others:
        centre = box.quad.mean(0)
        theirs |= _inside(wide, centre + OTHERS_SHARE * (box.quad - centre))
    theirs[_INNER] = False
    found[theirs | ~inside] = NOT_OF_FACE
    _leave_out_unlike_hair(found, picture)
    for group in GROUPS:
        _leave_out_apart(found, group)
    return Surroundings(frozen(picture), frozen(found))


def restyled_around(
    around: Surroundings, transfer: ColourTransfer, protected: NDArray[np.bool_] | None
) -> Surroundings:
    """The surroundings in the colours and light that a style brings.

    Args:
        protected: ``[512, 512]`` of the crop: what stays as it is.
    """
    fade = border_fade(around.picture.shape, FADE_PX)
    if protected is not None:
        share = cv2.resize(protected.astype(np.uint8), _INNER_SIZE, interpolation=cv2.INTER_AREA)
        fade[_INNER] *= free_mask(share > 0, reach_px=2.0)
    parameters = transfer.parameters(around.picture, around.label_map, matrix=_TO_SHARES, fade=fade)
    found = transfer.applied(around.picture, parameters)
    picture = np.rint(np.clip(found, 0, 255)).astype(np.uint8)
    return Surroundings(frozen(picture), around.label_map)


def change_around(start: Surroundings, now: Surroundings) -> NDArray[np.float32]:
    """``[512, 512, 3]`` levels to be added about the crop, 0 where its own change is whole."""
    change = cv2.subtract(now.picture, start.picture, dtype=cv2.CV_32F)
    whole = border_fade((CROP_SIZE, CROP_SIZE), BORDER_PX)
    share = 1 - cv2.resize(whole, _INNER_SIZE, interpolation=cv2.INTER_AREA)
    change[_INNER] *= share[..., None]
    return change.astype(np.float32, copy=False)


def _inside(quad: NDArray[np.float32], area: NDArray) -> NDArray[np.bool_]:
    """``[512, 512]`` which pixels of the cut ``quad`` lie in a photo's ``area [4, 2]``."""
    sides = np.stack([quad[3] - quad[0], quad[1] - quad[0]], axis=1).astype(np.float64)
    corners = np.linalg.solve(sides, (area - quad[0]).T.astype(np.float64)).T * CROP_SIZE
    mask = np.zeros((CROP_SIZE, CROP_SIZE), np.uint8)
    points = np.rint(np.clip(corners, -(1 << 14), 1 << 14) * 16 - 8).astype(np.int32)
    cv2.fillConvexPoly(mask, points, 1, shift=4)
    return mask.view(np.bool_)


def _leave_out_unlike_hair(label_map: LabelMap, picture: NDArray[np.uint8]) -> None:
    """Hair beyond the crop that has other colours than the hair in it is none."""
    lab = cv2.cvtColor(cv2.blur(picture, (5, 5)).astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    hair = label_map == HAIR
    own = lab[_INNER][hair[_INNER]]
    if len(own) < 50:
        label_map[hair] = NOT_OF_FACE
        return
    deviation = np.maximum(own.std(0), LEAST_DEVIATION)
    unlike = np.abs((lab - np.median(own, 0)) / deviation).max(2) > MOST_UNLIKE
    unlike[_INNER] = False
    label_map[hair & unlike] = NOT_OF_FACE


def _leave_out_apart(label_map: LabelMap, group: tuple[int, ...]) -> None:
    """What does not hang together with the same material in the crop is somebody else's."""
    mask = in_classes(label_map, group)
    whole = cv2.morphologyEx(mask.view(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    whole[_INNER] = mask[_INNER]
    count, found = cv2.connectedComponents(whole, connectivity=4)
    pieces = found.astype(np.intp)
    ours = np.zeros(count, np.bool_)
    ours[np.unique(pieces[_INNER])] = True
    ours[0] = False
    kept = cv2.dilate(ours[pieces].view(np.uint8), np.ones((3, 3), np.uint8)).view(np.bool_)
    label_map[mask & ~kept] = NOT_OF_FACE
