"""Whole photos of random sizes, values and layouts, with what must be read from them."""

import contextlib
import io
import struct
import tempfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

from s2flow_app.engine.photo import photo_from_array, write_photo

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole photo with what must be read from it."""

    name: str
    data: bytes
    pixels: Array | None
    """``[H, W, 3]`` as written; None where the format loses: the second decoder decides."""
    second: Array | None
    """``[H, W, 3]`` of another decoder; None where there is none for the layout."""
    alpha: Array | None = None


def colours(rng: np.random.Generator, channels: int, dtype: type) -> Array:
    """A picture ``[H, W, channels]`` of slopes, noise and a flat part, of any size."""
    height, width = (int(n) for n in rng.integers(32, 120, 2))
    y, x = np.mgrid[:height, :width]
    most = np.iinfo(dtype).max
    slopes = rng.uniform(0.2, 1, (channels, 2))
    picture = np.stack([(x / width * a + y / height * b) / 2 for a, b in slopes], -1) * most
    picture += rng.normal(0, rng.uniform(0, most / 30), picture.shape)
    top, left = int(rng.integers(height - 10)), int(rng.integers(width - 10))
    picture[top : top + 9, left : left + 9] = rng.uniform(0, most, channels)
    return np.clip(np.rint(picture), 0, most).astype(dtype)


def tiff(rng: np.random.Generator) -> Whole:
    """Any layout that `tifffile` writes: orders, depths, planes, tiles, alpha, grey, negatives."""
    dtype = (np.uint8, np.uint16)[rng.integers(2)]
    is_grey, extra = bool(rng.integers(2)), int(rng.integers(3))
    kind = ("unspecified", "unassalpha")[rng.integers(2)]
    picture = colours(rng, 1 if is_grey else 3, dtype)
    samples, alpha = picture, None
    if is_grey and rng.integers(3) == 0:
        samples, photometric = np.iinfo(dtype).max - picture, "miniswhite"
    else:
        photometric = "minisblack" if is_grey else "rgb"
    kinds = [kind, "unspecified"][:extra]
    for name in kinds:
        more = colours(rng, 1, dtype)
        more = np.resize(more, (*picture.shape[:2], 1))
        samples = np.concatenate([samples, more], 2)
        alpha = more[..., 0] if name == "unassalpha" else alpha
    planar = samples.shape[2] > 1 and bool(rng.integers(2))
    compression = (None, "zlib", "lzma")[rng.integers(3)]
    options: dict[str, Any] = {
        "photometric": photometric,
        "planarconfig": "separate" if planar else "contig",
        "extrasamples": kinds or None,
        "compression": compression,
        "predictor": compression is not None and bool(rng.integers(2)),
        "byteorder": "<>"[rng.integers(2)],
        "bigtiff": bool(rng.integers(4) == 0),
        "metadata": None,
    }
    if rng.integers(2):
        options["tile"] = (16 * int(rng.integers(1, 5)), 16 * int(rng.integers(1, 5)))
    else:
        options["rowsperstrip"] = int(rng.integers(1, len(picture) + 1))
    if samples.shape[2] == 1:
        options |= {"planarconfig": None}
        samples = samples[..., 0]
    data = encoded_tiff(samples.transpose(2, 0, 1) if planar else samples, **options)
    second = tifffile.imread(io.BytesIO(data))
    if planar:
        second = second.transpose(1, 2, 0)
    second = second.reshape(*picture.shape[:2], -1)[..., : picture.shape[2]]
    if photometric == "miniswhite":
        second = np.iinfo(dtype).max - second
    right = np.repeat(picture, 3, 2) if is_grey else picture
    return Whole("tiff.tif", data, right, np.repeat(second, 3, 2) if is_grey else second, alpha)


def encoded_tiff(samples: Array, **options: Any) -> bytes:
    out = io.BytesIO()
    order, big = options.pop("byteorder", "<"), options.pop("bigtiff", False)
    with tifffile.TiffWriter(out, byteorder=order, bigtiff=big) as writer:
        writer.write(samples, **options)
    return out.getvalue()


def libtiff(rng: np.random.Generator) -> Whole:
    """TIFFs of Pillow's and OpenCV's libtiff, in the compressions that `tifffile` has not."""
    if rng.integers(2):
        picture = colours(rng, 3, np.uint16)
        data = cv2.imencode(".tiff", picture[..., ::-1], [cv2.IMWRITE_TIFF_COMPRESSION, 5])[1]
        data = data.tobytes()
    else:
        picture, out = colours(rng, 3, np.uint8), io.BytesIO()
        method = ("tiff_lzw", "packbits", "zstd", "tiff_adobe_deflate", "lzma")[rng.integers(5)]
        Image.fromarray(picture).save(out, "TIFF", compression=method)
        data = out.getvalue()
    return Whole("libtiff.tif", data, picture, by_opencv(data))


def by_opencv(data: bytes) -> Array | None:
    """``[H, W, 3]``; None where OpenCV does not read it."""
    flags = cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION
    image = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    if image is None:
        return None
    if image.ndim == 2:
        image = image[..., None].repeat(3, 2)
    return image[..., 2::-1]


def png(rng: np.random.Generator) -> Whole:
    """8 and 16 bits, grey or colour, with and without alpha, of every row filter."""
    dtype = (np.uint8, np.uint16)[rng.integers(2)]
    channels = int(rng.integers(1, 5))
    samples = colours(rng, channels, dtype)
    data = encoded_png(samples, int(rng.integers(5)))
    has_alpha = channels in (2, 4)
    picture = samples[..., : channels - has_alpha]
    right = picture.repeat(3, 2) if picture.shape[2] == 1 else picture
    alpha = (
        samples[..., -1] if has_alpha and (samples[..., -1] < np.iinfo(dtype).max).any() else None
    )
    return Whole("png.png", data, right, by_opencv(data), alpha)


def encoded_png(samples: Array, row_filter: int = 0, extra: bytes = b"") -> bytes:
    """PNG of ``samples [H, W, 1..4]``; ``extra`` are chunks to stand before the pixels."""
    height, width, channels = samples.shape
    raw = samples.astype(samples.dtype.newbyteorder(">")).tobytes()
    unit = channels * samples.itemsize
    rows = np.frombuffer(raw, np.uint8).reshape(height, width * unit).astype(np.int64)
    left = np.pad(rows, ((0, 0), (unit, 0)))[:, :-unit]
    up = np.pad(rows, ((1, 0), (0, 0)))[:-1]
    corner = np.pad(left, ((1, 0), (0, 0)))[:-1]
    a, b, c = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
    paeth = np.where((a <= b) & (a <= c), left, np.where(b <= c, up, corner))
    guess = (0, left, up, (left + up) // 2, paeth)[row_filter]
    lines = ((rows - guess) % 256).astype(np.uint8)
    body = b"".join(bytes([row_filter]) + line.tobytes() for line in lines)
    kind = (0, 4, 2, 6)[channels - 1]
    header = struct.pack(">IIBBBBB", width, height, samples.itemsize * 8, kind, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + extra
        + png_chunk(b"IDAT", zlib.compress(body, 1))
        + png_chunk(b"IEND", b"")
    )


def png_chunk(kind: bytes, content: bytes) -> bytes:
    crc = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", crc)


def jpeg(rng: np.random.Generator) -> Whole:
    picture, out = colours(rng, 3, np.uint8), io.BytesIO()
    image = Image.fromarray(picture)
    if rng.integers(4) == 0:
        image = image.convert("L")
    image.save(
        out, "JPEG", quality=int(rng.integers(20, 100)), subsampling=int(rng.integers(3)),
        progressive=bool(rng.integers(2)), restart_marker_blocks=int(rng.integers(3)) * 3,
    )  # fmt: skip
    data = out.getvalue()
    lacks_end = data[:-2] if rng.integers(3) == 0 else data  # which changes no pixel
    return Whole("jpeg.jpg", lacks_end, None, by_opencv(data))


def other(rng: np.random.Generator) -> Whole:
    """WebP, BMP and GIF."""
    format = ("WEBP", "BMP", "GIF")[rng.integers(3)]
    picture, out = colours(rng, 3, np.uint8), io.BytesIO()
    if format == "GIF":
        picture = picture // 64 * 64
    options = {"lossless": True} if format == "WEBP" else {}
    Image.fromarray(picture).save(out, format, **options)
    second = None if format == "GIF" else by_opencv(out.getvalue())
    return Whole(f"x.{format.lower()}", out.getvalue(), picture, second)


def exported(rng: np.random.Generator) -> Whole:
    """What this program writes itself, read by others."""
    suffix = (".png", ".tif")[rng.integers(2)]
    picture = colours(rng, 3, np.uint8)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"x{suffix}"
        write_photo(photo_from_array(picture, "x"), path, original=None)
        data = path.read_bytes()
    return Whole(f"exported{suffix}", data, picture, by_opencv(data))


Maker = Callable[[np.random.Generator], Whole]
MAKERS: Final[tuple[Maker, ...]] = (
    tiff,
    libtiff,
    tiff,
    png,
    jpeg,
    png,
    tiff,
    jpeg,
    other,
    exported,
)


def whole_files(rng: np.random.Generator) -> list[tuple[str, bytes]]:
    """Files of every format and many layouts, with profile and EXIF here and there."""
    files = [(w.name, w.data) for w in (make(rng) for make in MAKERS for _ in range(4))]
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "A maker", 6
    exif.get_ifd(0x8769).update({0x829A: (1, 125), 0x9003: "2024:01:02 03:04:05"})
    for format in ("JPEG", "PNG", "TIFF", "WEBP"):
        out = io.BytesIO()
        Image.fromarray(colours(rng, 3, np.uint8)).save(out, format, exif=exif)
        files.append((f"exif.{format.lower()}", out.getvalue()))
    for mode in ("CMYK", "LAB", "YCbCr", "1", "P", "LA"):
        for compression in ("raw", "tiff_lzw", "jpeg"):
            out = io.BytesIO()
            image = Image.fromarray(colours(rng, 3, np.uint8))
            with contextlib.suppress(OSError, ValueError):
                if mode == "LAB":
                    image = Image.frombytes("LAB", image.size, image.tobytes())
                image = image if mode == "LAB" else image.convert(mode)
                image.save(out, "TIFF", compression=compression)
                files.append((f"{mode}.tif", out.getvalue()))
    thumbnail_first = io.BytesIO()
    with tifffile.TiffWriter(thumbnail_first) as writer:
        picture = colours(rng, 3, np.uint8)
        writer.write(picture[::4, ::4], photometric="rgb", subfiletype=1)
        writer.write(picture, photometric="rgb")
    files.append(("pages.tif", thumbnail_first.getvalue()))
    return files
