"""CIE Lab (D65) of sRGB pictures and back, in numpy.

Not OpenCV's own: its float conversion interpolates a table and is off by up to 0.4.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.model.arrays import single

TONE_SIZE: Final = 128
"""Side at which a photo is looked at for its tone: grain is averaged out."""
TONE_SPREAD: Final = 1.5
"""Of a*, b*: what toned prints and the JPEG of a grey photo keep within."""
_TO_XYZ: Final = np.array(
    [[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169],
     [0.019334, 0.119193, 0.950227]]
)  # fmt: skip
_WHITE: Final = _TO_XYZ.sum(1)
"""Of the matrix itself, so that neutral greys have a* and b* of 0."""
_TO_RELATIVE: Final = _TO_XYZ / _WHITE[:, None]
_FROM_RELATIVE: Final = np.linalg.inv(_TO_RELATIVE)
_TO_LAB: Final = np.array([[0.0, 116, 0, -16], [500, -500, 0, 0], [0, 200, -200, 0]])
_FROM_LAB: Final = np.array(
    [[1 / 116, 1 / 500, 0, 16 / 116], [1 / 116, 0, 0, 16 / 116], [1 / 116, 0, -1 / 200, 16 / 116]]
)
_KNEE: Final = 6 / 29

Float = NDArray[np.float32]


def _linear(values: NDArray) -> Float:
    """0..1 of sRGB 0..255."""
    share = values / 255
    curved = ((share + 0.055) / 1.055) ** 2.4
    return np.where(share > 0.04045, curved, share / 12.92).astype(np.float32)


_LINEAR: Final = _linear(np.arange(256))
"""By 8-bit value."""


def _cubic(pixels: NDArray, matrix: NDArray) -> Float:
    """CIE's f of the products of ``matrix [K, 3]`` with linear colours: ``[H, W, K]``."""
    if pixels.dtype == np.uint8:
        linear = cv2.LUT(pixels, _LINEAR)
    else:
        linear = _linear(np.clip(single(pixels), 0, 255))
    relative = np.maximum(cv2.transform(single(linear), matrix), 0)
    cubic = cv2.pow(relative, 1 / 3)
    dark = relative <= _KNEE**3
    if dark.any():
        cubic[dark] = relative[dark] / (3 * _KNEE**2) + 16 / 116
    return single(cubic)


def lab_of(pixels: NDArray) -> Float:
    """L* 0..100, a*, b* ``[H, W, 3]`` of sRGB ``pixels [H, W, 3]`` 0..255, uint8 or float32;
    those beyond are clipped."""
    return single(cv2.transform(_cubic(pixels, _TO_RELATIVE), _TO_LAB))


def lightness_of(pixels: NDArray) -> Float:
    """L* 0..100 ``[H, W]`` of ``pixels`` as in `lab_of`, in a third of the time."""
    return 116 * _cubic(pixels, _TO_RELATIVE[1:2]) - 16


def rgb_of(lab: Float) -> Float:
    """sRGB ``[H, W, 3]`` 0..255 of ``lab [H, W, 3]``.

    Colours that sRGB does not have lose chroma, not lightness, until it has them.
    """
    cubic = single(cv2.transform(lab, _FROM_LAB))
    relative = cubic * cubic * cubic
    dark = cubic <= _KNEE
    if dark.any():
        relative[dark] = 3 * _KNEE**2 * (cubic[dark] - 16 / 116)
    grey = np.clip(cv2.extractChannel(relative, 1), 0, 1)
    red, green, blue = cv2.split(cv2.transform(relative, _FROM_RELATIVE))
    room_above = cv2.max(cv2.max(red, green), blue) - grey
    room_below = grey - cv2.min(cv2.min(red, green), blue)
    tiny = np.float32(1e-6)
    kept = np.minimum(
        (1 - grey) / np.maximum(room_above, tiny), grey / np.maximum(room_below, tiny)
    )
    kept = np.minimum(kept, 1)
    linear = cv2.merge([grey + kept * (c - grey) for c in (red, green, blue)])
    linear = np.clip(single(linear), 0, 1)
    encoded = 255 * 1.055 * cv2.pow(linear, 1 / 2.4) - 255 * 0.055
    dark = linear <= 0.0031308
    if dark.any():
        encoded[dark] = linear[dark] * (255 * 12.92)
    return single(encoded)


def log_odds(lightness: NDArray) -> Float:
    """Of L* 0..100 as a share of the way from black to white, -9.2..9.2."""
    share = np.clip(lightness * np.float32(0.01), 1e-4, 1 - 1e-4)  # the ends themselves have none
    return single(np.log(share / (1 - share)))


def from_log_odds(values: NDArray) -> Float:
    """L* 0..100 of its log-odds."""
    return single(100 / (1 + np.exp(-values)))


def tone_of(crop: NDArray[np.uint8], *, spread: float = TONE_SPREAD) -> Float | None:
    """``[101, 2]`` the a*, b* that a photo of one tone (grey, sepia) has by L*; None of one in
    colour.

    Exactly 0 for a photo whose pixels all are neutral.

    Args:
        spread: deviation of a*, b* about their mean at equal lightness, up to which it is one.
    """
    if all((crop[..., 0] == crop[..., k]).all() for k in (1, 2)):
        return np.zeros((101, 2), np.float32)
    size = (TONE_SIZE, TONE_SIZE)
    lab = lab_of(cv2.resize(crop, size, interpolation=cv2.INTER_AREA)).reshape(-1, 3)
    level = np.rint(lab[:, 0]).astype(int)
    counts, *sums = (
        _smoothed(np.bincount(level, values, 101)) for values in (None, lab[:, 1], lab[:, 2])
    )
    levels, seen = np.arange(101), counts > 1e-6
    means = [np.interp(levels, levels[seen], s[seen] / counts[seen]) for s in sums]
    tone = np.stack(means, -1).astype(np.float32)
    apart = lab[:, 1:] - tone[level]
    return tone if np.sqrt((apart**2).sum(1).mean()) <= spread else None


def toned(picture: Float, tone: Float) -> Float:
    """``picture [H, W, 3]`` 0..255 in the tone ``[101, 2]`` of a photo, see `tone_of`."""
    lightness = lab_of(picture)[..., 0]
    if not tone.any():  # exactly neutral, not to within rounding
        grey = np.rint(rgb_of(single(cv2.merge([lightness, 0 * lightness, 0 * lightness])))[..., 1])
        return single(cv2.merge([grey, grey, grey]))
    levels = np.arange(len(tone))
    chroma = [np.interp(lightness, levels, c).astype(np.float32) for c in tone.T]
    return rgb_of(single(cv2.merge([lightness, *chroma])))


def _smoothed(histogram: NDArray) -> NDArray:
    """Over a few units of L*."""
    kernel = np.exp(-0.5 * (np.arange(-12, 13) / 4) ** 2)
    return np.convolve(histogram, kernel, mode="same")
