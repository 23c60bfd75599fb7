"""Glasses as an object in front of the photo: frame, shadow, reflections, and clear lenses.

What a person looks through is their own eyes: nothing behind the lenses is drawn anew. The label
map says where the glasses are and, by the width of a painted ring, how heavy.
"""

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.eyeglasses_layers import FINE, Layers, layers_of
from s2flow_app.engine.eyeglasses_material import (
    ACETATE,
    STEEL,
    THIN_RIM,
    Light,
    Material,
    light_of,
)
from s2flow_app.engine.eyeglasses_shape import FrameShape, frame_shape
from s2flow_app.labels import LABEL_SIZE, LabelMap

TILE_PX: Final = 1024
"""Side of the tiles a large photo is done in: 60 MB for all that one needs."""
BLUR_RANGE_PX: Final = (0.35, 6.0)
"""A lens and a sensor blur every edge a little; beyond, the eyes themselves are out of focus."""
GRAIN_MOST: Final = 3.5
"""Deviation in levels: more is texture of the skin."""
_PROBE_PX: Final = 512
"""Side of the part of a photo by which its grain and sharpness are measured."""

Float = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Eyeglasses:
    """Glasses that are put on one face."""

    shape: FrameShape
    material: Material
    light: Light
    layers: Layers

    def over(self, picture: NDArray[np.float32], matrix: Float) -> NDArray[np.float32]:
        """``picture`` with the glasses on it; itself where they are outside of it.

        Args:
            picture: ``[h, w, 3]`` 0..255, any part of the photo at any size.
            matrix: ``[2, 3]`` from its pixels to those of the crop, both by their middles.
        """
        x0, y0, x1, y1 = self._box(picture.shape[:2], matrix)
        if x0 >= x1 or y0 >= y1:
            return picture
        result = picture.copy()
        blur_px, grain = _blur_and_grain(picture[y0:y1, x0:x1])
        for top in range(y0, y1, TILE_PX):
            for left in range(x0, x1, TILE_PX):
                at = np.s_[top : min(top + TILE_PX, y1), left : min(left + TILE_PX, x1)]
                moved = _moved(matrix, (left, top))
                result[at] = self._tile(picture[at], moved, blur_px, grain)
        return result

    def coverage(self) -> NDArray[np.float32]:
        """``[512, 512]`` 0..1: the share of each crop pixel that the frame hides."""
        opaque = _sampled(self.layers, np.eye(2, 3), (LABEL_SIZE, LABEL_SIZE), scale=1.0)[0]
        return opaque

    def _box(self, size: tuple[int, ...], matrix: Float) -> tuple[int, int, int, int]:
        """x0, y0, x1, y1 of what the layers cover of a picture of ``size`` (h, w)."""
        height, width = self.layers.distance.shape
        low = np.array(self.layers.origin, np.float64) - 0.5
        high = low + np.array([width, height]) / FINE
        corners = np.array([low, (high[0], low[1]), high, (low[0], high[1])])
        points = cv2.transform(corners[None], cv2.invertAffineTransform(matrix))[0]
        first = np.maximum(np.floor(points.min(0)), 0).astype(int)
        last = np.minimum(np.ceil(points.max(0)) + 1, (size[1], size[0])).astype(int)
        return int(first[0]), int(first[1]), int(last[0]), int(last[1])

    def _tile(
        self, part: NDArray[np.float32], matrix: Float, blur_px: float, grain: float
    ) -> NDArray[np.float32]:
        scale = 1 / np.sqrt(abs(np.linalg.det(matrix[:, :2])))
        margin = int(np.ceil(3 * blur_px))
        height, width = part.shape[:2]
        size = (width + 2 * margin, height + 2 * margin)
        opaque, colour, glass, shade, sheen = _sampled(
            self.layers, _moved(matrix, (-margin, -margin)), size, scale=scale
        )
        inner = np.s_[margin : margin + height, margin : margin + width]
        sheen *= 1 - opaque
        light = cv2.GaussianBlur(opaque[..., None] * colour + sheen[..., None], (0, 0), blur_px)
        opaque = cv2.GaussianBlur(opaque, (0, 0), blur_px)[inner]
        tint = np.array(self.material.lens_tint, np.float32)
        if self.light.tones is not None:
            tint = np.full_like(tint, tint.mean())
        through = 1 - glass[inner][..., None] * (1 - tint)
        result = part * (shade[inner] * (1 - opaque))[..., None] * through + light[inner]
        if grain > 0:
            noise = np.random.default_rng(0).standard_normal((height, width)).astype(np.float32)
            noise = cv2.GaussianBlur(noise, (0, 0), 0.6) * 2.1  # back to a deviation of 1
            result += (grain * opaque * noise)[..., None]
        return np.clip(result, 0, 255).astype(np.float32, copy=False)


def eyeglasses_of(
    before: LabelMap, after: LabelMap, crop: NDArray[np.uint8], *, material: Material | None = None
) -> Eyeglasses | None:
    """The glasses that ``after [512, 512]`` has and ``before`` has not; None if there are none.

    Args:
        crop: ``[512, 512, 3]`` sRGB, gives the light.
        material: None: metal where a thin ring is painted, else dark acetate.
    """
    shape = frame_shape(before, after)
    if shape is None:
        return None
    if material is None:
        thin = shape.rim_px is not None and shape.rim_px < THIN_RIM * shape.unit_px
        material = STEEL if thin else ACETATE
    light = light_of(crop, before)
    return Eyeglasses(shape, material, light, layers_of(shape, material, light, crop, after))


def _moved(matrix: Float, by: tuple[int, int]) -> Float:
    """``matrix`` for a picture that begins at pixel ``by`` (x, y)."""
    result = np.array(matrix, np.float64)
    result[:, 2] += result[:, :2] @ by
    return result


def _sampled(
    layers: Layers, matrix: Float, size: tuple[int, int], *, scale: float
) -> tuple[Float, Float, Float, Float, Float]:
    """``[h, w]`` opacity of the frame, ``[h, w, 3]`` its colours, ``[h, w]`` glass, shade, sheen.

    Args:
        matrix: ``[2, 3]`` from the picture's pixels to those of the crop.
        size: (w, h) of the picture.
        scale: the picture's pixels to one of the crop.
    """
    to_fine = FINE * np.array(matrix, np.float64)
    to_fine[:, 2] += (FINE - 1) / 2 - FINE * np.array(layers.origin, np.float64)
    # Sampled sparsely, fine pixels are averaged over one of the picture first.
    side = max(round(FINE / scale), 1)

    def warped(field: NDArray[np.float32], outside: float, *, average: bool = True) -> Float:
        if average and side > 1:
            blurred = cv2.blur(field, (side, side), borderType=cv2.BORDER_REPLICATE)
            field = blurred.astype(np.float32, copy=False)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        border = cv2.BORDER_CONSTANT
        moved = cv2.warpAffine(
            field, to_fine, size, flags=flags, borderMode=border, borderValue=(outside,) * 3
        )
        return moved.astype(np.float32, copy=False)

    if side > 1:
        opaque = warped(np.clip(layers.distance * FINE + 0.5, 0, 1) * layers.visible, 0.0)
    else:
        opaque = np.clip(warped(layers.distance, -99.0) * scale + 0.5, 0, 1)
        opaque *= warped(layers.visible, 0.0)
    # The colour goes on beyond the edge: no average there, it would be darkened.
    colour = warped(layers.colour, 0.0, average=False)
    glass, shade = warped(layers.glass, 0.0), warped(layers.shade, 1.0)
    return opaque, colour, glass, shade, warped(layers.sheen, 0.0)


def _blur_and_grain(part: NDArray[np.float32]) -> tuple[float, float]:
    """Sigma of the blur of the sharpest edges in ``part [h, w, 3]``, and deviation of its grain.

    Of an edge blurred by a Gaussian, the greatest slope to the greatest change of slope is the
    sigma times the root of e.
    """
    height, width = part.shape[:2]
    top, left = max(height - _PROBE_PX, 0) // 2, max(width - _PROBE_PX, 0) // 2
    probe = np.clip(part[top : top + _PROBE_PX, left : left + _PROBE_PX], 0, 255)
    grey = cv2.GaussianBlur(cv2.cvtColor(probe, cv2.COLOR_RGB2GRAY), (0, 0), 0.7)
    dx, dy = cv2.Scharr(grey, cv2.CV_32F, 1, 0), cv2.Scharr(grey, cv2.CV_32F, 0, 1)
    slope = np.sqrt(dx * dx + dy * dy) / 32
    bend = np.abs(cv2.Laplacian(grey, cv2.CV_32F, ksize=1))
    bend = cv2.dilate(bend, np.ones((5, 5), np.uint8))
    strong = slope >= max(np.percentile(slope, 99), 2.0)
    low, high = BLUR_RANGE_PX
    blur_px = low
    if strong.any():
        sigma = np.percentile(slope[strong] / np.maximum(bend[strong], 1e-3), 30) / np.e**0.5
        # Less what was blurred here, and what the frame's own anti-aliasing blurs.
        blur_px = float(np.clip(np.sqrt(max(sigma**2 - 0.7**2 - 0.3**2, 0.0)), low, high))
    fine = cv2.cvtColor(probe, cv2.COLOR_RGB2GRAY)
    fine = cv2.blur((fine - cv2.GaussianBlur(fine, (0, 0), 1.0)) ** 2, (9, 9))
    # The calmest places: elsewhere pores and lashes are measured. A blur of 1 px leaves 0.85 of it.
    grain = float(np.sqrt(max(np.percentile(fine, 3), 0)) / 0.85)
    return blur_px, min(grain, GRAIN_MOST)
