"""Pixels to the bytes of a picture file, each format with what it can hold.

PNG through OpenCV, because it writes 16 bits and is three times as fast as Pillow at a smaller
size; TIFF by hand, because Pillow writes 8 bits only, OpenCV no profile, and neither keeps types.
"""

import io
import struct
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from s2flow_app.engine import directories, metadata
from s2flow_app.engine.colour import Pixels, eight_bits
from s2flow_app.engine.directories import Field
from s2flow_app.engine.jpeg import JpegEncoding

JPEG_QUALITY: Final = 95
WEBP_QUALITY: Final = 95
FORMATS: Final = {
    ".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".tif": "TIFF", ".tiff": "TIFF",
    ".webp": "WEBP",
}  # fmt: skip
"""What can be written, by suffix."""
LONGEST_SIDE_PX: Final = {"JPEG": 65500, "WEBP": 16383}
"""Formats that cannot hold larger pictures."""
TIFF_STRIP_ROWS: Final = 256


def encode(
    pixels: Pixels,
    alpha: Pixels | None,
    *,
    format: str,
    icc: bytes | None,
    exif: bytes | None,
    jpeg: JpegEncoding | None = None,
) -> bytes:
    """A picture file of ``pixels [H, W, 3]`` and ``alpha [H, W]`` in ``format`` (see `FORMATS`).

    PNG and TIFF keep 16 bits; JPEG has no alpha: white shows through there, as on the screen.

    Args:
        jpeg: how the JPEG that the pixels come from was compressed: a JPEG is made in that way.
    """
    if format == "PNG":
        return _png(pixels, alpha, icc, exif)
    if format == "TIFF":
        return _tiff(pixels, alpha, icc, exif)
    pixels, alpha = eight_bits(pixels), None if alpha is None else eight_bits(alpha)
    if format == "WEBP":
        return _webp(pixels, alpha, icc, exif)
    if alpha is not None:
        pixels = on_white(pixels, alpha)
    return _jpeg(pixels, icc, exif, jpeg)


def on_white(pixels: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """``pixels [H, W, 3]`` as they look over white, ``alpha [H, W]`` 0..255."""
    out = pixels.copy()
    seen_through = alpha < 255
    opacity = alpha[seen_through, None].astype(np.float32) / 255
    out[seen_through] = np.rint(255 + opacity * (pixels[seen_through] - np.float32(255)))
    return out


def _jpeg(
    pixels: NDArray[np.uint8], icc: bytes | None, exif: bytes | None, jpeg: JpegEncoding | None
) -> bytes:
    height, width = pixels.shape[:2]
    picture = Image.fromarray(pixels)
    options: dict[str, object] = {"quality": JPEG_QUALITY, "subsampling": 0}
    if jpeg is not None:
        options = {"qtables": [list(t) for t in jpeg.tables], "subsampling": jpeg.subsampling}
        if jpeg.is_grey and icc is None and (pixels == pixels[..., :1]).all():
            picture = Image.fromarray(np.ascontiguousarray(pixels[..., 0]))
    out = io.BytesIO()
    picture.save(
        out, "JPEG", icc_profile=icc, xmp=metadata.XMP,
        exif=metadata.marked_jpeg_exif(exif, (width, height), has_profile=icc is not None),
        **options,
    )  # fmt: skip
    return out.getvalue()


def _webp(
    pixels: NDArray[np.uint8],
    alpha: NDArray[np.uint8] | None,
    icc: bytes | None,
    exif: bytes | None,
) -> bytes:
    stacked = pixels if alpha is None else np.dstack([pixels, alpha])
    out = io.BytesIO()
    Image.fromarray(stacked).save(
        out, "WEBP", quality=WEBP_QUALITY, method=2, exact=True, icc_profile=icc,
        exif=metadata.marked_exif(exif), xmp=metadata.XMP,
    )  # fmt: skip
    return out.getvalue()


def _png(pixels: Pixels, alpha: Pixels | None, icc: bytes | None, exif: bytes | None) -> bytes:
    if alpha is None:
        stacked = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    else:
        stacked = np.dstack([pixels[..., 2], pixels[..., 1], pixels[..., 0], alpha])
    done, encoded = cv2.imencode(".png", stacked)
    if not done:
        raise OSError("PNG encoder failed")
    data = encoded.tobytes()
    header_end = 8 + 12 + 13  # signature, header chunk's frame and content
    chunks = metadata.png_chunks(icc=icc, exif=metadata.marked_exif(exif))
    return data[:header_end] + chunks + data[header_end:]


def _tiff(pixels: Pixels, alpha: Pixels | None, icc: bytes | None, exif: bytes | None) -> bytes:
    """The strips, and behind them the directory that names them."""
    samples = pixels if alpha is None else np.dstack([pixels, alpha])
    height, width, channels = samples.shape
    little = samples.astype(samples.dtype.newbyteorder("<"), copy=False)
    # Stored: deflate is no part of TIFF 6, and its LZW makes photos of 16 bits larger.
    strips = [
        little[top : top + TIFF_STRIP_ROWS].tobytes() for top in range(0, height, TIFF_STRIP_ROWS)
    ]
    offsets = [8]  # even, as all of them must be: strips of an even number of rows are
    for strip in strips:
        offsets.append(offsets[-1] + len(strip) + len(strip) % 2)
    first, details = metadata.marked_fields(exif)
    for tag in (metadata.PIXEL_WIDTH, metadata.PIXEL_HEIGHT):
        details.pop(tag, None)  # for compressed pictures only
    layout = [
        directories.longs(254, 0),  # the full picture
        directories.longs(256, width),
        directories.longs(257, height),
        directories.shorts(258, *(samples.itemsize * 8,) * channels),
        directories.shorts(259, 1),  # no compression
        directories.shorts(262, 2),  # RGB
        directories.longs(273, *offsets[:-1]),
        directories.shorts(277, channels),
        directories.longs(278, TIFF_STRIP_ROWS),
        directories.longs(279, *map(len, strips)),
        directories.shorts(284, 1),  # samples of a pixel side by side
        Field(700, directories.BYTE, len(metadata.XMP), metadata.XMP),
    ]
    if alpha is not None:
        layout.append(directories.shorts(338, 2))  # opacity, not premultiplied
    if icc is not None:
        layout.append(directories.undefined(34675, icc))
    first |= {field.tag: field for field in layout}
    directory = directories.write_directories(first.values(), details.values(), at=offsets[-1])
    end = bytes(len(strips[-1]) % 2)
    return b"".join((directories.HEADER, struct.pack("<I", offsets[-1]), *strips, end, directory))
