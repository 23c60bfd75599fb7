"""Camera RAW files (DNG) made here, since none of a camera may be kept in the repository."""

import io
from typing import Any, Final

import numpy as np
import tifffile
from numpy.typing import NDArray

WHITE_LEVEL: Final = 16383
BLACK_LEVEL: Final = 512
CFA: Final = 32803
"""Photometric interpretation of a sensor behind a mosaic of filters."""
XYZ_TO_SRGB: Final = (
    3.2404542, -1.5371385, -0.4985314, -0.9692660, 1.8760108, 0.0415560, 0.0556434, -0.2040259,
    1.0572252,
)  # fmt: skip
"""Under D65: a camera with this matrix sees as sRGB does."""
AS_SHOT: Final = (0.5, 1.0, 0.8)
"""What the camera's channels see of white."""


def linear_card(height: int = 96, width: int = 128) -> NDArray[np.float64]:
    """``[H, W, 3]`` linear sRGB 0.02 to 0.9, without steps, which a mosaic would blur."""
    y, x = np.mgrid[:height, :width]
    a, b = x / (width - 1), y / (height - 1)
    return 0.02 + 0.88 * np.stack([a, b, (a + b) / 2], -1)


def srgb(linear: NDArray[Any]) -> NDArray[np.float64]:
    """sRGB 0..1 of linear values 0..1."""
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def dng(
    linear: NDArray[np.float64],
    *,
    orientation: int = 1,
    as_shot: tuple[float, ...] | None = AS_SHOT,
    **options: Any,
) -> bytes:
    """A DNG of ``linear [H, W, 3]`` sRGB: 14 bits behind red, green, green and blue filters.

    Args:
        as_shot: see `AS_SHOT`; None: the file does not say.
        options: of `tifffile.TiffWriter.write`.
    """
    seen = linear * (as_shot or (1.0, 1.0, 1.0))
    mosaic = seen[..., 1].copy()
    mosaic[0::2, 0::2] = seen[0::2, 0::2, 0]
    mosaic[1::2, 1::2] = seen[1::2, 1::2, 2]
    levels = np.rint(BLACK_LEVEL + mosaic * (WHITE_LEVEL - BLACK_LEVEL)).astype(np.uint16)
    tags: list[tuple[Any, ...]] = [
        (271, "s", 0, "A maker", True),
        (272, "s", 0, "A camera", True),
        (274, "H", 1, orientation, True),
        (33421, "H", 2, (2, 2), True),
        (33422, "B", 4, bytes([0, 1, 1, 2]), True),
        (50706, "B", 4, bytes([1, 4, 0, 0]), True),
        (50707, "B", 4, bytes([1, 1, 0, 0]), True),
        (50708, "s", 0, "A maker's camera", True),
        (50714, "H", 1, BLACK_LEVEL, True),
        (50717, "H", 1, WHITE_LEVEL, True),
        (50721, "2i", 9, _ratios(XYZ_TO_SRGB), True),
        (50778, "H", 1, 21, True),
    ]
    if as_shot is not None:
        tags.append((50728, "2I", 3, _ratios(as_shot), True))
    out = io.BytesIO()
    with tifffile.TiffWriter(out) as writer:
        writer.write(
            levels, photometric=CFA, extratags=tags, metadata=None, subfiletype=0, software=False,
            **options,
        )  # fmt: skip
    return out.getvalue()


def _ratios(values: tuple[float, ...]) -> tuple[int, ...]:
    return tuple(part for value in values for part in (round(value * 10_000_000), 10_000_000))
