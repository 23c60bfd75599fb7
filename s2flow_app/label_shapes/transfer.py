"""A part's shape from another face, aligned by both faces' five points."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from s2flow_app.label_shapes.accessories import remove_earrings, remove_hat
from s2flow_app.label_shapes.geometry import (
    BROWS,
    EARS,
    EYES,
    FACE,
    MIN_PART_PX,
    MOUTH_PARTS,
    Bool,
    face_geometry,
    is_in,
    nearest_class,
    warp_classes,
)
from s2flow_app.label_shapes.glasses import remove_eyeglasses
from s2flow_app.label_shapes.hair import behind_hair
from s2flow_app.labels import (
    BACKGROUND,
    CLOTH,
    EARRING,
    EYEGLASSES,
    HAIR,
    HAT,
    LABEL_SIZE,
    NECK,
    NECKLACE,
    NOSE,
    NUM_CLASSES,
    SKIN,
    LabelMap,
)

Points = NDArray[np.floating]
"""``[5, 2]`` crop pixels: image-left eye, image-right eye, nose tip, mouth corners."""

_OTHER: Final = NUM_CLASSES
_AROUND: Final = (BACKGROUND, CLOTH, NECK, NECKLACE, HAIR, EARRING)
_LEFT_EYE, _RIGHT_EYE, _NOSE_TIP, _MOUTH = (0,), (1,), (2,), (3, 4)


@dataclass(frozen=True, slots=True)
class FacePart:
    """What can be taken over from another face."""

    name: str
    title: str
    pieces: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]
    """(classes, indices of the points whose mean they are put at; none: all five) of each."""
    covers: tuple[int, ...]
    """Classes that the part may cover."""

    @property
    def classes(self) -> tuple[int, ...]:
        return tuple(k for classes, _ in self.pieces for k in classes)


PARTS: Final[tuple[FacePart, ...]] = (
    FacePart("eyes", "Eyes", (((EYES[0],), _LEFT_EYE), ((EYES[1],), _RIGHT_EYE)), (SKIN,)),
    FacePart("brows", "Brows", (((BROWS[0],), _LEFT_EYE), ((BROWS[1],), _RIGHT_EYE)), (SKIN,)),
    FacePart("nose", "Nose", (((NOSE,), _NOSE_TIP),), (SKIN,)),
    FacePart("mouth", "Mouth", ((MOUTH_PARTS, _MOUTH),), (SKIN,)),
    FacePart("hair", "Hair", (((HAIR,), ()),), (SKIN, *BROWS, *EARS, *_AROUND)),
    FacePart("ears", "Ears", (((EARS[0],), ()), ((EARS[1],), ())), (SKIN, *_AROUND)),
    FacePart("glasses", "Glasses", (((EYEGLASSES,), (0, 1)),), (SKIN, NOSE)),
    FacePart("hat", "Hat", (((HAT,), ()),), (SKIN, *BROWS, *EARS, *_AROUND)),
    FacePart("earrings", "Earrings", (((EARRING,), ()),), (SKIN, *EARS, *_AROUND)),
)


def shows(label_map: LabelMap, part: FacePart) -> bool:
    """Whether a map has the part."""
    return int(is_in(label_map, part.classes).sum()) >= MIN_PART_PX


def transfer_part(
    label_map: LabelMap, points: Points, reference: LabelMap, its_points: Points, part: FacePart
) -> LabelMap:
    """``label_map`` with a part of the shape that it has in ``reference``.

    The faces are laid over each other as well as a similarity of all five points can, then each
    piece is shifted to its own points. The map comes back equal if the reference lacks the part.
    """
    if not shows(reference, part):
        return label_map.copy()
    result = _without(label_map, part)
    linear, shift = _similarity(its_points, points)
    if part.name == "hair":
        # Where the other hairline is higher, forehead comes out from under the old hair.
        bare = _drawn(reference, FACE, linear, shift) != _OTHER
        result[bare & (label_map == HAIR) & (result != HAIR)] = SKIN
    free = is_in(result, part.covers)
    for classes, anchors in part.pieces:
        here = list(anchors) or list(range(5))
        own, its = points[here].mean(axis=0), its_points[here].mean(axis=0)
        drawn = _drawn(reference, classes, linear, own - linear @ its if anchors else shift)
        np.copyto(result, drawn, where=free & (drawn != _OTHER))
    return result


def _without(label_map: LabelMap, part: FacePart) -> LabelMap:
    """What is seen where the part was."""
    gone = is_in(label_map, part.classes)
    if not gone.any():
        return label_map.copy()
    if part.name == "glasses":
        return remove_eyeglasses(label_map)
    if part.name == "hat":
        return remove_hat(label_map)
    if part.name == "earrings":
        return remove_earrings(label_map)
    if part.name == "hair":
        face = face_geometry(label_map)
        behind = _beside(label_map, gone) if face is None else behind_hair(label_map, face)
        return np.where(gone, behind, label_map)
    if part.name == "ears":
        return np.where(gone, _beside(label_map, gone | is_in(label_map, FACE)), label_map)
    return np.where(gone, np.uint8(SKIN), label_map)


def _beside(label_map: LabelMap, gone: Bool) -> LabelMap:
    return label_map if gone.all() else nearest_class(label_map, ~gone)


def _drawn(
    reference: LabelMap, classes: tuple[int, ...], linear: NDArray, shift: NDArray
) -> LabelMap:
    """``[512, 512]``: a piece of the reference where it goes, `_OTHER` elsewhere."""
    piece = np.where(is_in(reference, classes), reference, np.uint8(_OTHER))
    back = np.linalg.inv(linear)
    y, x = np.mgrid[0:LABEL_SIZE, 0:LABEL_SIZE].astype(np.float32) + np.float32(0.5)
    map_x = back[0, 0] * (x - shift[0]) + back[0, 1] * (y - shift[1]) - 0.5
    map_y = back[1, 0] * (x - shift[0]) + back[1, 1] * (y - shift[1]) - 0.5
    return warp_classes(piece, map_x.astype(np.float32), map_y.astype(np.float32), blur_px=0.8)


def _similarity(source: Points, target: Points) -> tuple[NDArray, NDArray]:
    """(linear ``[2, 2]``, shift ``[2]``) that lays points onto others with the least squares."""
    a, b = (points.astype(np.float64) - points.mean(axis=0) for points in (source, target))
    p, q = a @ (1, 1j), b @ (1, 1j)
    factor = np.vdot(p, q) / max(np.vdot(p, p).real, 1e-9)
    linear = np.array([[factor.real, -factor.imag], [factor.imag, factor.real]])
    return linear, target.mean(axis=0) - linear @ source.mean(axis=0)
