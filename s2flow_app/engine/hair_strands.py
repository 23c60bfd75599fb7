"""The strands of a photo's hair: which way they run, and new hair made of them.

Directions are kept as double angles ``(cos 2t, sin 2t)``, in which a direction and its opposite
are the same, found by the structure tensor. New hair shows straight pieces of the photo's own hair,
laid side by side along the way the new hair falls.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.matte import smoothstep
from s2flow_app.engine.spread import spread

TENSOR_PX: Final = 5.0
"""Standard deviation of the window of the structure tensor."""
GRID: Final = 2
"""Directions are found on every second pixel: they are smooth."""
NOISE_STEPS: Final = 5
NOISE_STEP_PX: Final = 2.5
NOISE_SCALES: Final = ((0.7, 1.2), (1.5, 0.8), (4.0, 0.6))
"""Width in pixels and weight of single strands, locks and tufts."""
PIECES: Final = ((72, 128), (48, 128), (56, 96), (32, 128), (40, 96), (40, 72), (28, 72))
"""Width and length in pixels of pieces of hair, the best first."""
ENOUGH_PX: Final = 96
"""Width of pieces side by side that does not repeat too often."""
LEAST_PX: Final = 64
"""Less of it looks woven."""
MOST_PIECES: Final = 4
LEAST_INSIDE: Final = 0.97
LEAST_ALIGNED: Final = 0.5
"""Mean of the double angles along a piece's own direction: curls have less."""
WORSE: Final = 0.25
"""A piece that is so much less straight than the best one is left out."""
JOIN_PX: Final = 12
"""Pieces fade into each other over this width."""
LIGHT_PX: Final = 12.0
"""What is broader in a piece is light, which is not copied."""
SEED: Final = 0
_NONE: Final = np.empty(0, np.uint16)
"""The second map of `cv2.remap` where the first one has x and y."""

Float = NDArray[np.float32]
Mask = NDArray[np.bool_]


def strand_directions(crop: NDArray[np.uint8], hair: Mask) -> NDArray[np.float32]:
    """Double angles ``[512, 512, 2]``, their length 0..1 how sure, of the strands of ``hair
    [512, 512]`` and smoothly carried on beyond it."""
    grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY).astype(np.float32)
    grey = cv2.GaussianBlur(grey, (0, 0), 1.0)
    dx, dy = (cv2.Sobel(grey, cv2.CV_32F, *order, ksize=3) for order in ((1, 0), (0, 1)))
    weight = hair.astype(np.float32)
    tensor = np.stack([dx * dx - dy * dy, 2 * dx * dy, dx * dx + dy * dy], 2) * weight[..., None]
    tensor = cv2.resize(tensor, None, fx=1 / GRID, fy=1 / GRID, interpolation=cv2.INTER_AREA)
    tensor = cv2.GaussianBlur(tensor, (0, 0), TENSOR_PX / GRID)
    # Strands run across the gradient: the double angle's opposite.
    angles = -tensor[..., :2] / (tensor[..., 2:] + 4.0)
    sure = np.linalg.norm(angles, axis=2)
    inside = cv2.resize(weight, sure.shape[::-1], interpolation=cv2.INTER_AREA)
    found = spread(
        np.ascontiguousarray(angles, np.float32), (inside * sure).clip(0, 1).astype(np.float32)
    )
    size = hair.shape[::-1]
    return cv2.resize(found, size, interpolation=cv2.INTER_LINEAR).astype(np.float32)


def vectors(directions: Float) -> NDArray[np.float32]:
    """Unit vectors ``[..., 2]`` (x, y), pointing down, of double angles."""
    angle = 0.5 * np.arctan2(directions[..., 1], directions[..., 0])
    found = np.stack([np.cos(angle), np.sin(angle)], -1)
    return np.where(found[..., 1:] < 0, -found, found).astype(np.float32)


def strand_noise(directions: Float, *, seed: int = SEED) -> NDArray[np.float32]:
    """``[512, 512]`` of mean 0 and deviation 1, smeared along strands (line integral
    convolution, Cabral and Leedom 1993)."""
    height, width = directions.shape[:2]
    noise = _noise((height, width), seed)
    # One path for both senses: over so short a way a strand is straight.
    way = vectors(directions)
    start = np.stack(np.meshgrid(np.arange(width), np.arange(height)), -1).astype(np.float32)
    total = np.zeros_like(noise)
    for step in range(-NOISE_STEPS, NOISE_STEPS + 1):
        at = start + np.float32(NOISE_STEP_PX * step) * way
        total += cv2.remap(noise, at, _NONE, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    return (total - total.mean()) / max(float(total.std()), 1e-3)


def noise_across(across: Float, *, seed: int = SEED) -> NDArray[np.float32]:
    """Of mean 0 and deviation 1 for positions ``across`` strands, in pixels."""
    line = _noise((1, 2048), seed)[0]
    found = np.interp(across % 2048, np.arange(2048), line)
    return found.astype(np.float32)


def strand_texture(
    crop: NDArray[np.uint8], hair: Mask, near: Mask, *, least_length_px: int = 0
) -> Float | None:
    """Straight hair ``[length, width, 3]``, strands running down, light taken out: pieces of
    ``hair [512, 512]``, side by side; it can be repeated.

    None where no piece is straight enough.

    Args:
        near: ``[512, 512]`` hair near this is taken first.
        least_length_px: of the pieces.
    """
    directions = strand_directions(crop, hair)
    reduced = 4
    size = hair.shape[1] // reduced, hair.shape[0] // reduced
    small = cv2.resize(directions, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    inside = cv2.resize(hair.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    away = cv2.distanceTransform(
        (~near).astype(np.uint8)[::reduced, ::reduced].copy(), cv2.DIST_L2, 3
    )
    rows, columns = np.nonzero(inside[2::4, 2::4] > 0.9)
    if not len(rows):
        return None
    places = np.stack([columns, rows], 1) * 4 + 2
    ways = vectors(small[places[:, 1], places[:, 0]])
    best = (places[:0], ways[:0], (0, 0))
    for width, length in PIECES:
        if length < least_length_px:
            continue
        found: list[tuple[float, int]] = []
        across = np.linspace(-width / 2, width / 2, 6) / reduced
        along = np.linspace(-length / 2, length / 2, 9) / reduced
        u, v = (a.ravel()[None, :, None] for a in np.meshgrid(across, along))
        side = np.stack([ways[:, 1], -ways[:, 0]], 1)[:, None]
        at = (places[:, None] + u * side + v * ways[:, None]).astype(np.float32)
        covered = cv2.remap(inside, at, _NONE, cv2.INTER_LINEAR, borderValue=0).mean(1)
        angles = cv2.remap(small, at, _NONE, cv2.INTER_LINEAR)
        twice = 2 * np.arctan2(ways[:, 1], ways[:, 0])
        aligned = angles[..., 0] * np.cos(twice)[:, None] + angles[..., 1] * np.sin(twice)[:, None]
        score = aligned.mean(1) - aligned.std(1) - 0.001 * away[places[:, 1], places[:, 0]]
        good = (covered > LEAST_INSIDE) & (aligned.mean(1) > LEAST_ALIGNED)
        good &= score > score[good].max(initial=-1) - WORSE
        found = [(float(score[i]), int(i)) for i in np.flatnonzero(good)]
        if not found:
            continue
        taken: list[int] = []
        for _, i in sorted(found, reverse=True):
            if all(np.abs(places[i] - places[j]).max() * reduced > 0.6 * width for j in taken):
                taken.append(i)
            if len(taken) == MOST_PIECES:
                break
        if len(taken) * width > len(best[0]) * best[2][0]:
            best = (places[taken], ways[taken], (width, length))
        if len(taken) * width >= ENOUGH_PX:
            break
    if len(best[0]) * best[2][0] < LEAST_PX:
        return None
    picture = crop.astype(np.float32)
    return _side_by_side(
        [
            _piece(picture, (place + 0.5) * reduced, way, best[2])
            for place, way in zip(best[0], best[1], strict=True)
        ]
    )


def laid(texture: Float, across: Float, along: Float) -> NDArray[np.float32]:
    """``[H, W, 3]``: the texture at positions across and along strands, ``[H, W]`` in pixels;
    it repeats."""
    length, width = texture.shape[:2]
    wrapped = np.pad(texture, ((2, 3), (2, 3), (0, 0)), mode="wrap")
    at = np.stack([across % width + 2, along % length + 2], -1).astype(np.float32)
    found = cv2.remap(wrapped, at, _NONE, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return found.astype(np.float32, copy=False)


def _piece(picture: Float, middle: NDArray, way: Float, size: tuple[int, int]) -> Float:
    """The photo's piece ``[length, width, 3]`` about ``middle``, turned so that strands run down;
    without its light."""
    width, length = size
    margin = round(2 * LIGHT_PX)
    side = np.array([way[1], -way[0]])
    matrix = np.empty((2, 3))
    matrix[:, 0], matrix[:, 1] = side, way
    matrix[:, 2] = middle - side * (width / 2 + margin) - way * (length / 2 + margin)
    turned = cv2.warpAffine(
        picture, matrix, (width + 2 * margin, length + 2 * margin),
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REFLECT_101,
    )  # fmt: skip
    strands = turned - cv2.GaussianBlur(turned, (0, 0), LIGHT_PX)
    return strands[margin:-margin, margin:-margin].astype(np.float32)


def _side_by_side(pieces: list[Float]) -> Float:
    """All in one that goes on from its right to its left border and from its end to its start."""
    found = pieces[0]
    for piece in pieces[1:]:
        found = _joined(found, piece, JOIN_PX)
    found = _closed(found, JOIN_PX)
    return np.ascontiguousarray(_closed(found.swapaxes(0, 1), 2 * JOIN_PX).swapaxes(0, 1))


def _joined(one: Float, other: Float, width_px: int) -> Float:
    """``other`` to the right of ``one``, faded into it."""
    mixed = _faded(one[:, -width_px:], other[:, :width_px])
    return np.concatenate([one[:, :-width_px], mixed, other[:, width_px:]], 1)


def _closed(piece: Float, width_px: int) -> Float:
    """Its right end faded into its left one."""
    mixed = _faded(piece[:, -width_px:], piece[:, :width_px])
    return np.concatenate([mixed, piece[:, width_px:-width_px]], 1)


def _faded(one: Float, other: Float) -> Float:
    """From one to the other, by weights whose squares sum to 1: the contrast stays the same."""
    width = one.shape[1]
    ramp = smoothstep((np.arange(width, dtype=np.float32) + 0.5) / width)[None, :, None]
    return np.sqrt(1 - ramp) * one + np.sqrt(ramp) * other


def _noise(shape: tuple[int, int], seed: int) -> Float:
    """White noise with strands, locks and tufts in its width."""
    random = np.random.default_rng(seed)
    total = np.zeros(shape, np.float32)
    for width, weight in NOISE_SCALES:
        noise = random.normal(size=shape).astype(np.float32)
        noise = (
            cv2.GaussianBlur(noise, (0, 0), width)
            if shape[0] > 1
            else cv2.GaussianBlur(noise, (8 * round(width) + 1, 1), width)
        )
        total += weight * noise / noise.std()
    return total / total.std()
