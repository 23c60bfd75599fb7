"""Glasses as layers that are laid over a photo.

The layers are drawn once, three times finer than the label map, about the glasses only. All of them
are smooth but for the frame's edge, which is kept as a signed distance: so a photo of any size gets
a clean edge from one drawing.
"""

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.eyeglasses_material import RIM_RANGE, Light, Material, lit, patches
from s2flow_app.engine.eyeglasses_shape import FrameShape
from s2flow_app.label_shapes.geometry import FACE, is_in, smoothstep
from s2flow_app.labels import HAIR, HAT, LABEL_SIZE, LabelMap
from s2flow_app.model.arrays import single

FINE: Final = 3
"""Pixels of the layers to one of the label map."""
MARGIN_PX: Final = 14
"""About the glasses: as far as the shadow goes."""
_SHIFT: Final = 6
"""cv2 draws in 1/64 px."""
_FINER: Final = 2
"""Outlines are drawn so much finer still, for the coverage of each fine pixel."""

Float = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """What lies over the photo, ``[h, w]`` fine pixels from ``origin`` on."""

    origin: tuple[int, int]
    """(x, y) crop pixel at the left and top."""
    distance: NDArray[np.float32]
    """``[h, w]`` crop pixels from the frame's edge, positive on the frame."""
    colour: NDArray[np.float32]
    """``[h, w, 3]`` of the frame, 0..255; goes on beyond its edge."""
    visible: NDArray[np.float32]
    """``[h, w]`` 0..1: not behind hair."""
    glass: NDArray[np.float32]
    """``[h, w]`` 0..1: behind a lens."""
    shade: NDArray[np.float32]
    """``[h, w]`` share of the light that the frame's shadow and polished edges leave."""
    sheen: NDArray[np.float32]
    """``[h, w]`` levels that reflections on the lenses add."""


def layers_of(
    shape: FrameShape, material: Material, light: Light, crop: NDArray[np.uint8], after: LabelMap
) -> Layers:
    """Draw glasses of a shape and a material under the light of ``crop [512, 512, 3]``."""
    rim_px = rim_width_px(shape, material)
    outer, inner, solid = _polygons(shape, material, rim_px)
    origin, size = _bounds([*outer, *solid])
    lens = _mask(outer, origin, size)
    holes = _mask(inner, origin, size)
    frame = _mask(solid, origin, size)
    if not material.rimless:
        frame = np.maximum(frame, lens * (1 - holes))
    distance = _signed_distance(frame)
    glass = lens if material.rimless else holes
    tilt = _tilt(distance, rim_px)
    ys, xs = np.indices(size[::-1], np.float32) / np.float32(FINE)
    xs, ys = xs + origin[0], ys + origin[1]
    # Dark skin is no dark light: the root of its luminance is between the two.
    level = np.sqrt(np.clip(_at(light.level, origin, size) / 150.0, 0.06, 1.6))
    colour = np.zeros((*distance.shape, 3), np.float32)
    near = distance > -2.0 / FINE - 1.0  # as far as interpolation and blur look
    noise = _at(patches(), origin, size)[near] if material.second_colour else None
    colour[near] = lit(material, light, noise=noise, tilt=tilt[near], level=level[near])
    hidden = _at(_hair(crop, after), origin, size)
    visible = 1 - hidden * (1 - _before_hair(lens, shape, xs))
    shadow = _shadow(frame, after, light, origin, size, shape.unit_px)
    soft, edges, sheen = _glass(glass, shape, material, light, xs, ys)
    shade = (1 - shadow) * (1 - edges * visible)
    sheen *= visible * np.clip(level, 0.5, 1.2)
    kept = (distance, colour, visible, soft * visible, shade, sheen)
    return Layers(origin, *(np.ascontiguousarray(a, np.float32) for a in kept))


@dataclass(frozen=True, slots=True, eq=False)
class _Bar:
    """A bar of changing width: its middle line ``[K, 2]`` and widths ``[K]`` in crop pixels."""

    points: Float
    widths_px: Float


def rim_width_px(shape: FrameShape, material: Material) -> float:
    """What is painted, or else the material's usual width, in crop pixels."""
    if shape.rim_px is None:
        return material.rim * shape.unit_px
    low, high = RIM_RANGE
    return float(np.clip(shape.rim_px, low * shape.unit_px, high * shape.unit_px))


# --- where ------------------------------------------------------------------------------------


def _polygons(
    shape: FrameShape, material: Material, rim_px: float
) -> tuple[list[Float], list[Float], list[Float]]:
    """Outer and inner edges of the rims; bridge, temples and pieces; in crop pixels."""
    outer = list(shape.lenses)
    inner = [_inset(lens, rim_px, even=material.metal) for lens in outer]
    bars = []
    if shape.bridge is not None:
        t = np.linspace(-1, 1, len(shape.bridge))
        swell = 1.05 + (0.0 if material.metal else 0.5) * t**2
        width = max(rim_px, 0.018 * shape.unit_px)
        bars.append(_Bar(_lengthened(shape.bridge, 0.6 * rim_px), width * swell))
    for temple in shape.temples:
        start = 1.15 if not material.metal else 1.4
        widths = rim_px * np.linspace(start, 0.75, len(temple))
        bars.append(_Bar(temple, np.maximum(widths, 0.014 * shape.unit_px)))
    return outer, inner, [*(_bar_polygon(bar) for bar in bars), *shape.pieces]


def _inset(lens: Float, rim_px: float, *, even: bool) -> Float:
    """The inner edge of a rim; rims of acetate are wider above than below."""
    step = np.roll(lens, -1, 0) - np.roll(lens, 1, 0)
    step /= np.maximum(np.hypot(*step.T), 1e-9)[:, None]
    inward = np.stack([-step[:, 1], step[:, 0]], axis=1)  # clockwise with y downwards
    widths = np.full(len(lens), rim_px)
    if not even:
        widths *= 1 + 0.22 * inward[:, 1]
    return lens + inward * widths[:, None]


def _lengthened(line: Float, by_px: float) -> Float:
    """An open line with its ends moved outwards."""
    dx, dy = line[1] - line[0]
    length = max(float(np.hypot(dx, dy)), 1e-9)
    result = line.copy()
    result[0] += by_px / length * (line[0] - line[1])
    result[-1] += by_px / length * (line[-1] - line[-2])
    return result


def _bar_polygon(bar: _Bar) -> Float:
    along = np.gradient(bar.points, axis=0)
    along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
    across = np.stack([-along[:, 1], along[:, 0]], axis=1) * (bar.widths_px / 2)[:, None]
    return np.concatenate([bar.points + across, (bar.points - across)[::-1]])


def _bounds(polygons: list[Float]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Origin in crop pixels and size (w, h) in fine ones of what holds all polygons."""
    points = np.concatenate(polygons)
    low = np.clip(np.floor(points.min(0)) - MARGIN_PX, 0, LABEL_SIZE - 2).astype(int)
    high = np.clip(np.ceil(points.max(0)) + MARGIN_PX, low + 1, LABEL_SIZE).astype(int)
    width, height = (high - low) * FINE
    return (int(low[0]), int(low[1])), (int(width), int(height))


def _mask(
    polygons: list[Float], origin: tuple[int, int], size: tuple[int, int]
) -> NDArray[np.float32]:
    """``[h, w]`` 0..1: the share of each fine pixel that is within one of the polygons."""
    finer = FINE * _FINER
    canvas = np.zeros((size[1] * _FINER, size[0] * _FINER), np.uint8)
    for polygon in polygons:
        fixed = ((polygon - origin) * finer + (finer - 1) / 2) * 2**_SHIFT
        cv2.fillPoly(canvas, [np.rint(fixed).astype(np.int32)], 255, shift=_SHIFT)
    covered = cv2.resize(canvas, size, interpolation=cv2.INTER_AREA)
    return covered.astype(np.float32) / np.float32(255)


def _signed_distance(mask: NDArray[np.float32]) -> NDArray[np.float32]:
    """Crop pixels from the edge of a coverage ``[h, w]``, positive inside."""
    within = (mask >= 0.5).view(np.uint8)
    inside = cv2.distanceTransform(within, cv2.DIST_L2, 3)
    outside = cv2.distanceTransform(1 - within, cv2.DIST_L2, 3)
    signed = np.where(within > 0, inside - 0.5, 0.5 - outside)
    # Beside the edge the coverage knows it to a fraction of a pixel: no stairs.
    beside = np.maximum(inside, outside) < 1.2
    signed[beside] = mask[beside] - 0.5
    return single(cv2.GaussianBlur(signed.astype(np.float32) / FINE, (0, 0), 0.8))


def _at(field: NDArray[np.float32], origin: tuple[int, int], size: tuple[int, int]) -> Float:
    """A field ``[512, 512]`` of the crop in fine pixels."""
    part = field[origin[1] : origin[1] + size[1] // FINE, origin[0] : origin[0] + size[0] // FINE]
    return single(cv2.resize(part, size, interpolation=cv2.INTER_LINEAR))


def _hair(crop: NDArray[np.uint8], label_map: LabelMap) -> NDArray[np.float32]:
    """``[512, 512]`` 0..1 what lies before the glasses, its edge along the photo's strands."""
    mask = is_in(label_map, (HAIR, HAT)).view(np.uint8).astype(np.float32)
    grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY).astype(np.float32)
    window = (9, 9)
    mean, mean_mask = cv2.blur(grey, window), cv2.blur(mask, window)
    slope = (cv2.blur(grey * mask, window) - mean * mean_mask) / (
        cv2.blur(grey * grey, window) - mean * mean + 60.0
    )
    offset = mean_mask - slope * mean
    return np.clip(cv2.blur(slope, window) * grey + cv2.blur(offset, window), 0, 1)


def _before_hair(lens: NDArray[np.float32], shape: FrameShape, xs: Float) -> Float:
    """``[h, w]`` 0..1: outer parts of the rims, which stand before hair that falls at the side.

    A fringe falls over them, temples go under the hair.
    """
    front = np.zeros(lens.shape, np.float32)
    if len(shape.lenses) == 2:
        soft = cv2.GaussianBlur(lens, (0, 0), 0.3 * FINE)
        for outline, side in zip(shape.lenses, (-1, 1), strict=True):
            middle, half = float(np.mean(outline[:, 0])), float(np.ptp(outline[:, 0]) / 2)
            front = np.maximum(front, smoothstep((side * (xs - middle) / half - 0.35) / 0.3))
        front *= soft
    return front


# --- how it looks -----------------------------------------------------------------------------


def _tilt(distance: NDArray[np.float32], rim_px: float) -> Float:
    """``[h, w, 2]`` x and y of the surface's normal: rounded edges, flat between them."""
    bevel = max(0.35 * rim_px, 0.5)
    dx = cv2.Sobel(distance, cv2.CV_32F, 1, 0, scale=FINE / 8)
    dy = cv2.Sobel(distance, cv2.CV_32F, 0, 1, scale=FINE / 8)
    steep = np.clip(1 - distance / bevel, 0, 1) * 0.85
    return np.stack([-dx * steep, -dy * steep], axis=2)


def _shadow(
    frame: NDArray[np.float32], after: LabelMap, light: Light, origin: tuple[int, int],
    size: tuple[int, int], unit: float,
) -> Float:  # fmt: skip
    """``[h, w]`` share of the light that the frame takes from the face behind it."""
    # At the crop's resolution: it is soft.
    small = cv2.resize(frame, (size[0] // FINE, size[1] // FINE), interpolation=cv2.INTER_AREA)
    away = -np.array(light.direction[:2]) / light.direction[2]
    # 12 mm stand the frame off the skin on average.
    dx, dy = np.clip(0.045 * unit * away, -0.05 * unit, 0.06 * unit)
    move = np.array([[1, 0, dx], [0, 1, dy]], np.float32)
    cast = cv2.GaussianBlur(cv2.warpAffine(small, move, small.shape[::-1]), (0, 0), 0.024 * unit)
    close = cv2.GaussianBlur(small, (0, 0), 0.012 * unit)
    face = cv2.GaussianBlur(is_in(after, FACE).view(np.uint8).astype(np.float32), (0, 0), 1.5)
    x, y = origin
    face = face[y : y + small.shape[0], x : x + small.shape[1]]
    shadow = np.clip(0.42 * cast + 0.2 * close, 0, 0.5) * face
    return single(cv2.resize(shadow, size, interpolation=cv2.INTER_LINEAR))


def _glass(
    glass: NDArray[np.float32], shape: FrameShape, material: Material, light: Light,
    xs: Float, ys: Float,
) -> tuple[Float, Float, Float]:  # fmt: skip
    """``[h, w]`` 0..1 of lens, light that its edges take, and levels that it reflects."""
    soft = single(cv2.GaussianBlur(glass, (0, 0), 0.35 * FINE))
    edges = np.zeros_like(soft)
    sheen = np.zeros_like(soft)
    side = 1.0 if light.direction[0] >= 0 else -1.0
    for lens in shape.lenses:
        (x0, y0), (x1, y1) = lens.min(axis=0).tolist(), lens.max(axis=0).tolist()
        rows = slice(*np.searchsorted(ys[:, 0], (y0, y1)))
        columns = slice(*np.searchsorted(xs[0], (x0, x1)))
        u = (xs[rows, columns] - (x0 + x1) / 2) * (2 * side / (x1 - x0))
        v = (ys[rows, columns] - (y0 + y1) / 2) * (2 / (y1 - y0))
        slant = u - 0.45 * v
        streaks = np.exp(-(((slant - 0.62) / 0.16) ** 2))
        streaks += 0.55 * np.exp(-(((slant - 0.25) / 0.07) ** 2))
        # Brighter above, and a veil over all of the lens.
        sheen[rows, columns] = 2 + 11 * streaks * np.clip(0.75 - 0.6 * v, 0, 1)
    sheen *= soft
    if material.rimless:
        edge = _signed_distance(glass)
        line = np.exp(-(((edge - 0.5) / 0.55) ** 2))
        lit = np.clip(0.5 - cv2.Sobel(edge, cv2.CV_32F, 0, 1, scale=FINE / 8) * 0.5, 0, 1)
        edges = 0.42 * line * lit
        sheen += 46 * line * (1 - lit)
    return soft, edges, sheen
