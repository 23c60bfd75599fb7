"""The merged picture of a project, for first looks: the photo made smaller, edits in it."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.alignment import crop_matrix
from s2flow_app.model.face import EditedFace

MERGED_PX: Final = 1600
"""Longest side at most."""
THUMBNAIL_PX: Final = 256
SOFT_PX: Final = 5
"""Edge, in crop pixels, over which an edit fades into the photo."""

Picture = NDArray[np.uint8]


def fitted(picture: Picture, side: int) -> Picture:
    """``[H, W, 3]`` with no side longer than ``side``."""
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    if scale >= 1:
        return picture
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def merged(small: Picture, photo_width: int, faces: Sequence[EditedFace]) -> Picture:
    """``small [h, w, 3]``, a photo of ``photo_width`` pixels made smaller, with its edits."""
    scale = small.shape[1] / photo_width
    picture = small.copy()
    height, width = small.shape[:2]
    for face in faces:
        quad = face.start.quad * scale
        left, top = np.clip(np.floor(quad.min(0)).astype(int) - 1, 0, (width, height))
        right, bottom = np.clip(np.ceil(quad.max(0)).astype(int) + 1, 0, (width, height))
        if right <= left or bottom <= top:
            continue
        part = picture[top:bottom, left:right]
        shown = (face.state.crop != face.start.crop).any(2).astype(np.uint8) * np.uint8(255)
        soft = cv2.blur(shown, (SOFT_PX, SOFT_PX)).astype(np.float32)[..., None] / 255
        both = np.concatenate([face.state.crop * soft, soft], axis=2, dtype=np.float32)
        # From the part's pixels to the crop's is the way back from crop to photo.
        matrix = crop_matrix(quad)
        matrix[:, 2] += matrix[:, :2] @ (left, top)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        both = cv2.warpAffine(both, matrix, (right - left, bottom - top), flags=flags)
        mixed = part * (1 - both[..., 3:]) + both[..., :3]
        part[...] = np.clip(np.rint(mixed), 0, 255)
    return picture
