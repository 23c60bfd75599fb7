"""What frames are made of, the light of a photo, and how the one looks under the other."""

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.label_shapes.geometry import is_in
from s2flow_app.labels import LABEL_SIZE, NOSE, SKIN, LabelMap

Float = NDArray[np.floating[Any]]
Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Material:
    """What a frame is made of. Lengths are in units of the distance between the eyes."""

    name: str
    colour: Colour
    """sRGB 0..255 under the light of a bright indoor photo."""
    rim: float
    """Width of the rim where the map does not say."""
    gloss: float
    """Strength of highlights, 0..1."""
    second_colour: Colour | None = None
    """Of the patches of tortoise."""
    metal: bool = False
    """Reflects its surroundings, bright above and dark below, in its own colour."""
    rimless: bool = False
    """Only bridge and temples: the lenses are seen by their polished edges."""
    lens_tint: Colour = (0.98, 0.985, 0.98)
    """Share of the light that the lenses let through."""


ACETATE: Final = Material("acetate", (30, 27, 26), rim=0.047, gloss=0.6)
TORTOISE: Final = Material(
    "tortoise", (52, 28, 16), rim=0.047, gloss=0.5, second_colour=(158, 92, 38)
)
GOLD: Final = Material("gold", (186, 146, 88), rim=0.024, gloss=0.9, metal=True)
STEEL: Final = Material("steel", (118, 119, 122), rim=0.024, gloss=0.9, metal=True)
RIMLESS: Final = Material(
    "rimless", (130, 130, 132), rim=0.016, gloss=0.9, metal=True, rimless=True
)
MATERIALS: Final = (ACETATE, TORTOISE, GOLD, STEEL, RIMLESS)

THIN_RIM: Final = 0.045
"""A painted ring below it is of metal."""
RIM_RANGE: Final = (0.014, 0.11)


@dataclass(frozen=True, slots=True, eq=False)
class Light:
    """The light of a photo at the face."""

    level: NDArray[np.float32]
    """``[512, 512]`` luminance of the skin about each place, 0..255."""
    direction: tuple[float, float, float]
    """Unit vector to the light: x to the right, y down, z to the camera."""
    tint: Colour
    """Of the light, of mean 1."""
    tones: NDArray[np.float32] | None
    """``[256, 3]`` the colour of each luminance in a grey or toned photo; None: it has colours."""


def light_of(crop: NDArray[np.uint8], label_map: LabelMap) -> Light:
    """Level and direction of the light, by the skin of ``crop [512, 512, 3]``."""
    # A quarter of the size: the light is smooth.
    small = cv2.resize(crop, (128, 128), interpolation=cv2.INTER_AREA).astype(np.float32)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32, copy=False)
    skin = is_in(label_map, (SKIN, NOSE)).view(np.uint8)[::4, ::4].astype(np.float32)
    if skin.sum() < 20:
        skin = np.ones_like(skin)
    mean = float((grey * skin).sum() / skin.sum())
    weight = cv2.GaussianBlur(skin, (0, 0), 7)
    local = cv2.GaussianBlur(grey * skin, (0, 0), 7)
    level = cv2.resize((local + 0.02 * mean) / (weight + 0.02), (LABEL_SIZE, LABEL_SIZE))
    ys, xs = np.nonzero(skin)
    design = np.stack([xs - xs.mean(), ys - ys.mean(), np.ones(len(xs))], axis=1)
    slope, *_ = np.linalg.lstsq(design, grey[ys, xs] / max(mean, 1.0), rcond=None)
    # 64 px span a face; the light is above unless the skin says otherwise.
    direction = np.array([64 * slope[0], -1.0 + 0.5 * 64 * slope[1], 1.2])
    direction[0] = np.clip(direction[0], -1.5, 1.5)
    direction /= np.linalg.norm(direction)
    # A third of what a grey world would say: faces are warm under white light, too.
    means = small.reshape(-1, 3).mean(axis=0)
    tint = (means / max(float(means.mean()), 1.0)) ** 0.35
    x, y, z = (float(v) for v in direction)
    r, g, b = (float(v) for v in tint / tint.mean())
    return Light(level.astype(np.float32), (x, y, z), (r, g, b), _tones(small, grey))


def _tones(small: Float, grey: Float) -> NDArray[np.float32] | None:
    """The curve of colours of a photo that has only one for each luminance."""
    levels = np.rint(grey).astype(int).ravel()
    flat = small.reshape(-1, 3)
    count = np.bincount(levels, minlength=256)
    sums = np.stack([np.bincount(levels, flat[:, i], 256) for i in range(3)], axis=1)
    known = np.flatnonzero(count)
    means = sums[known] / count[known, None]
    curve = np.stack([np.interp(np.arange(256), known, means[:, i]) for i in range(3)], axis=1)
    # Of a grey photo the residual is 0, of a toned one the rounding and JPEG's; colours have 8 up.
    residual = float(np.abs(flat - curve[levels]).mean())
    return curve.astype(np.float32) if residual < 1.5 else None


def patches() -> NDArray[np.float32]:
    """``[512, 512]`` of deviation 1 with patches of 3 to 8 px, wider than high, always the same."""
    noise = np.random.default_rng(5).standard_normal((LABEL_SIZE, LABEL_SIZE)).astype(np.float32)
    noise = cv2.GaussianBlur(noise, (0, 0), 3.4, sigmaY=2.4)
    return noise / noise.std()


def _albedo(material: Material, noise: Float | None) -> Float:
    """``[n, 3]`` or ``[1, 3]`` at places of ``noise [n]``."""
    colour = np.array(material.colour, np.float32)
    if material.second_colour is None or noise is None:
        return colour[None]
    share = 1 / (1 + np.exp(-2.6 * (noise - 0.55)))
    return colour + share[:, None] * (np.array(material.second_colour, np.float32) - colour)


def lit(
    material: Material, light: Light, *, noise: Float | None, tilt: Float, level: Float
) -> NDArray[np.float32]:
    """The frame's colours ``[n, 3]`` 0..255 at n places of its surface.

    Args:
        noise: ``[n]`` of `patches`, for a material of two colours.
        tilt: ``[n, 2]`` x and y of the surface's unit normal.
        level: ``[n]`` of the light, 1 in a bright room.
    """
    albedo = _albedo(material, noise)
    nx, ny = tilt[:, 0], tilt[:, 1]
    nz = np.sqrt(np.clip(1 - nx * nx - ny * ny, 0.02, 1))
    lx, ly, lz = light.direction
    facing = np.clip(nx * lx + ny * ly + nz * lz, 0, 1)[:, None]
    half = np.array([lx, ly, lz + 1.0], np.float32)
    half /= np.linalg.norm(half)
    spot = np.clip(nx * half[0] + ny * half[1] + nz * half[2], 0, 1)[:, None]
    colour = np.array(material.colour, np.float32)
    white = np.full(3, 255, np.float32)
    if material.metal:
        # A cylinder mirrors what is above it at its upper side, sky or lamps; below, the face.
        share = 0.4 + 0.8 * facing * facing
        shine = 0.6 * material.gloss * spot**16 * (0.4 * colour + 0.6 * white)
    else:
        # A polished edge has a narrow light, the flat front a broad, weak one.
        share = 0.6 + 0.6 * facing
        up = np.clip(-1.6 * ny, 0, 1)[:, None]
        shine = material.gloss * (0.6 * spot**24 * up + 0.06 * spot**4) * white
    tint = np.array(light.tint, np.float32)
    colours = (albedo * share + shine) * np.clip(level, 0.3, 1.2)[:, None] * tint
    colours = np.clip(colours, 0, 255).astype(np.float32)
    return colours if light.tones is None else _toned(colours, light.tones)


def _toned(colour: Float, tones: NDArray[np.float32]) -> Float:
    """``colour [n, 3]`` as a grey or toned photo would show it."""
    grey = colour @ np.array([0.299, 0.587, 0.114])
    return tones[np.clip(np.rint(grey), 0, 255).astype(np.uint8)]
