"""Between a photo's own colours (its ICC profile and bit depth) and the networks' 8-bit sRGB."""

import io
import struct
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

STRIP_PX: Final = 1 << 22
"""Pixels converted at a time: Pillow holds 4 bytes for each, twice."""
SRGB_TO_XYZ_D50: Final = np.array(
    [[0.4360747, 0.3850649, 0.1430804], [0.2225045, 0.7168786, 0.0606169],
     [0.0139322, 0.0971045, 0.7141733]]
)  # fmt: skip
"""Linear sRGB to the profile connection space."""

Pixels = NDArray[np.unsignedinteger]
"""uint8 or uint16."""


def usable_profile(icc: bytes | None) -> bool:
    """True if ``icc`` is an RGB profile that colours can be converted to and from."""
    if not icc:
        return False
    try:
        _transform(icc, to_srgb=True)
        _transform(icc, to_srgb=False)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return False
    return True


def to_srgb(pixels: Pixels, icc: bytes | None) -> NDArray[np.uint8]:
    """8-bit sRGB ``[H, W, 3]`` of ``pixels [H, W, 3]`` uint8 or uint16 in the profile ``icc``.

    The array itself comes back where there is nothing to convert.
    """
    transform = None if icc is None or is_srgb(icc) else _transform(icc, to_srgb=True)
    if transform is None and pixels.dtype == np.uint8:
        return pixels.astype(np.uint8, copy=False)
    out = np.empty(pixels.shape, np.uint8)
    rows = max(1, STRIP_PX // max(1, pixels.shape[1]))
    for top in range(0, len(pixels), rows):
        strip = eight_bits(pixels[top : top + rows])
        out[top : top + rows] = strip if transform is None else _apply(transform, strip)
    return out


def native_change(
    before: NDArray[np.uint8],
    after: NDArray[np.float32],
    *,
    icc: bytes | None,
    dtype: np.dtype,
) -> NDArray[np.float32]:
    """What to add to a photo's own values, so that its sRGB goes from ``before`` to ``after``.

    Args:
        before: ``[N, 3]`` sRGB 0..255 of the photo as it is.
        after: ``[N, 3]`` sRGB 0..255, fractions count.
        icc: the photo's profile; None is sRGB.
        dtype: the photo's, uint8 or uint16; the result is in its units.
    """
    scale = np.iinfo(dtype).max / 255
    if icc is None or is_srgb(icc):
        return (after - before) * np.float32(scale)
    matrix = MatrixProfile.read(icc) if dtype == np.uint16 else None
    if matrix is not None:
        change = matrix.from_srgb(after) - matrix.from_srgb(before.astype(np.float32))
        return change * np.float32(np.iinfo(dtype).max)
    # lcms through Pillow is 8-bit: exact enough for 8-bit photos and for the rare 16-bit ones
    # whose profile is a table.
    transform = _transform(icc, to_srgb=False)
    rounded = np.clip(np.rint(after), 0, 255).astype(np.uint8)
    change = _apply(transform, rounded[None])[0].astype(np.float32)
    change -= _apply(transform, before[None])[0]
    return change * np.float32(scale)


def is_srgb(icc: bytes) -> bool:
    """True if the profile moves no colour by more than rounding does."""
    levels = np.arange(0, 256, 17, dtype=np.uint8)
    grid = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), -1).reshape(-1, 16, 3)
    moved = _apply(_transform(icc, to_srgb=True), grid)
    return int(np.abs(moved.astype(np.int16) - grid).max()) <= 1


def srgb_of_picture(picture: Image.Image, icc: bytes | None) -> Image.Image:
    """An RGB picture in sRGB of a CMYK, Lab or grey one, by its profile where it has a good one."""
    srgb = ImageCms.createProfile("sRGB")
    source = ImageCms.createProfile("LAB") if picture.mode == "LAB" else None
    if source is None and icc:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        except (ImageCms.PyCMSError, OSError):
            source = None
    if source is not None:
        try:
            converted = ImageCms.profileToProfile(
                picture, source, srgb, ImageCms.Intent.RELATIVE_COLORIMETRIC, "RGB",
                flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
            )  # fmt: skip
            if converted is not None:
                return converted
        except (ImageCms.PyCMSError, ValueError):
            pass  # a profile of another kind of picture: worth no more than none
    return picture.convert("RGB")


@dataclass(frozen=True, slots=True, eq=False)
class MatrixProfile:
    """An RGB profile of three primaries and tone curves, evaluated in floating point.

    Because Pillow's lcms knows 8 bits only, and 256 steps of ProPhoto band visibly.
    """

    from_linear_srgb: NDArray[np.float32]
    """``[3, 3]``: linear sRGB to the profile's linear values."""
    curves: NDArray[np.float32]
    """``[3, 65536]``: the profile's values 0..1 at linear value ``(i / 65535) ** 2``."""

    @staticmethod
    def read(icc: bytes) -> "MatrixProfile | None":
        """The profile, or None if it is of another kind (tables) or damaged."""
        try:
            tags = {
                icc[at : at + 4]: struct.unpack(">II", icc[at + 4 : at + 12])
                for at in range(132, 132 + 12 * struct.unpack(">I", icc[128:132])[0], 12)
            }
            if icc[16:24] != b"RGB XYZ " or b"B2A0" in tags:
                return None
            primaries = np.empty((3, 3))
            curves = np.empty((3, 65536), np.float32)
            squares = (np.arange(65536) / 65535) ** 2
            for k, channel in enumerate((b"r", b"g", b"b")):
                offset, _ = tags[channel + b"XYZ"]
                primaries[:, k] = np.frombuffer(icc, ">i4", 3, offset + 8) / 65536
                offset, size = tags[channel + b"TRC"]
                linear = _tone_curve(icc[offset : offset + size])
                curves[k] = np.interp(squares, linear, np.linspace(0, 1, len(linear)))
            matrix = np.linalg.inv(primaries) @ SRGB_TO_XYZ_D50
        except (KeyError, ValueError, struct.error, np.linalg.LinAlgError):
            return None
        return MatrixProfile(matrix.astype(np.float32), curves)

    def from_srgb(self, colours: NDArray[np.float32]) -> NDArray[np.float32]:
        """The profile's values ``[N, 3]`` 0..1 of sRGB ``colours [N, 3]`` 0..255."""
        table = _srgb_to_linear(np.arange(65536) / 65535)
        linear = table[np.clip(colours * 257 + 0.5, 0, 65535).astype(np.uint16)]
        own = np.sqrt(np.clip(linear @ self.from_linear_srgb.T, 0, 1))
        index = (own * 65535 + 0.5).astype(np.uint16)
        return np.stack([self.curves[k][index[:, k]] for k in range(3)], axis=1)


def _tone_curve(tag: bytes) -> NDArray[np.float64]:
    """Linear values at evenly spaced device values 0..1 of a `curv` or `para` tag."""
    x = np.linspace(0, 1, 4096)
    if tag[:4] == b"curv":
        (count,) = struct.unpack(">I", tag[8:12])
        if count == 0:
            return x
        table = np.frombuffer(tag, ">u2", count, 12).astype(np.float64)
        return x ** (table[0] / 256) if count == 1 else np.maximum.accumulate(table / 65535)
    if tag[:4] != b"para":
        raise ValueError("unknown tone curve")
    (kind,) = struct.unpack(">H", tag[8:10])
    count = (1, 3, 4, 5, 7)[kind] if kind < 5 else 0
    values = np.frombuffer(tag, ">i4", count, 12) / 65536
    # ICC.1:2022, 10.18: g, a, b, c, d, e, f, the missing ones as its table has them.
    g, a, b, c, d, e, f = (*values, *(1, 1, 0, 0, 0, 0, 0)[count:])
    if kind in (1, 2):
        power = np.maximum(a * x + b, 0) ** g
        return np.where(x >= -b / a, power, 0) + (c if kind == 2 else 0)
    power = np.maximum(a * x + b, 0) ** g + (e if kind == 4 else 0)
    return power if kind == 0 else np.where(x >= d, power, c * x + f)


def _srgb_to_linear(values: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4).astype(
        np.float32
    )


def _transform(icc: bytes, *, to_srgb: bool) -> ImageCms.ImageCmsTransform:
    own = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    source, target = (own, srgb) if to_srgb else (srgb, own)
    return ImageCms.buildTransform(
        source, target, "RGB", "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )  # fmt: skip


def _apply(transform: ImageCms.ImageCmsTransform, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    picture = ImageCms.applyTransform(Image.fromarray(np.ascontiguousarray(image)), transform)
    assert picture is not None  # only None when it works in place
    return np.asarray(picture)


def eight_bits(values: Pixels) -> NDArray[np.uint8]:
    """``values`` rounded to uint8; themselves where they are that."""
    if values.dtype == np.uint8:
        return values.astype(np.uint8, copy=False)
    rounded = cv2.convertScaleAbs(values, alpha=1 / 257)
    return rounded.reshape(values.shape).astype(np.uint8, copy=False)
