"""Photos that every writer wrote, read again by other programs' readers.

    PYTHONPATH=.:tests/helpers:tests/faults python tests/faults/written_photos.py --count 400

Each photo has random pixels, 8 or 16 bits, perhaps opacity and a profile, and random EXIF of which
a part must be kept and a part must be gone. TIFFs are read by tifffile, the others by Pillow (the
16 bits of a PNG by OpenCV as well); no reader of the program's own is used.
"""

import argparse
import io
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import tifffile
from exif_cases import KEPT, KEPT_FIRST, PRIVATE, PRIVATE_FIRST, SECRETS, assert_strict
from numpy.typing import NDArray
from PIL import Image, ImageCms
from whole_photos import colours

from s2flow_app.engine import metadata
from s2flow_app.engine.directories import ASCII, PAIRS, UNDEFINED, Field, read_block, write_block
from s2flow_app.engine.metadata import kept_exif
from s2flow_app.engine.photo import Photo, write_photo

SUFFIXES: Final = (".jpg", ".png", ".tif", ".webp")
MOST_OFF: Final = 10
"""Of 255, in the mean of a picture that a lossy format wrote of noise."""
PROFILE: Final = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@dataclass(slots=True)
class Counts:
    """What the readers said."""

    photos: Counter[str] = field(default_factory=Counter)
    fields: int = 0
    """Of EXIF that were kept, read with the value that was written."""
    gone: int = 0
    """Private ones that were not there any more."""
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        each = ", ".join(f"{count} {suffix[1:]}" for suffix, count in sorted(self.photos.items()))
        return (
            f"{self.photos.total()} photos written ({each}): {self.fields} EXIF fields read with "
            f"their values, {self.gone} private ones gone, {len(self.wrong)} wrong"
        )


@dataclass(frozen=True, slots=True)
class Read:
    """What another program reads of a file."""

    pixels: NDArray[Any]
    """``[H, W, 3 or 4]``."""
    icc: bytes | None
    fields: dict[int, Any]
    exif: dict[int, Any]
    xmp: bytes
    block: bytes
    """EXIF as it lies in the file, of a TIFF the file."""


def written_photos(count: int, seed: int, folder: Path) -> Counts:
    """Writes ``count`` photos into ``folder`` and reads them."""
    rng, counts = np.random.default_rng(seed), Counts()
    for k in range(count):
        suffix = SUFFIXES[k % len(SUFFIXES)]
        path = folder / f"written{suffix}"
        photo, kept, private = _photo(rng)
        write_photo(photo, path, original=None)
        counts.photos[suffix] += 1
        try:
            found = list(_faults(photo, kept, _read(path), path))
        except Exception as error:  # a reader that stumbles says that the file is wrong
            found = [f"{type(error).__name__}: {error}"]
        counts.wrong += [f"seed {seed}, photo {k}{suffix}: {fault}" for fault in found]
        counts.fields += len(kept)
        counts.gone += len(private)
    return counts


def _photo(rng: np.random.Generator) -> tuple[Photo, dict[int, Field], dict[int, Field]]:
    """A photo, the EXIF fields that its file must have, and those that it must not have."""
    dtype = (np.uint8, np.uint16)[rng.integers(2)]
    pixels = colours(rng, 3, dtype)
    height, width = pixels.shape[:2]
    alpha = None
    if rng.integers(3) == 0:
        alpha = rng.integers(0, np.iinfo(dtype).max + 1, (height, width)).astype(dtype)
    first, first_private = _some(rng, KEPT_FIRST), _some(rng, PRIVATE_FIRST)
    exif, exif_private = _some(rng, KEPT), _some(rng, PRIVATE)
    block = write_block((first | first_private).values(), (exif | exif_private).values())
    icc = PROFILE if rng.integers(2) else None
    photo = Photo(
        pixels, alpha, icc, kept_exif(*read_block(block), (width, height)), "PNG", "random"
    )
    return photo, first | exif, first_private | exif_private


def _some(rng: np.random.Generator, fields: dict[int, Field]) -> dict[int, Field]:
    return {tag: one for tag, one in fields.items() if rng.integers(2)}


# --- reading ----------------------------------------------------------------------------------


def _read(path: Path) -> Read:
    data = path.read_bytes()
    if path.suffix == ".tif":
        with tifffile.TiffFile(io.BytesIO(data)) as file:
            page = file.pages.first
            tags = {tag.code: tag for tag in page.tags}
            exif = tags[0x8769].value if 0x8769 in tags else {}
            codes = {code: exif[name] for code, name in _exif_names(exif)}
            return Read(
                page.asarray(), tags[34675].value if 34675 in tags else None,
                {code: tag.value for code, tag in tags.items()}, codes, tags[700].value, data,
            )  # fmt: skip
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        whole = picture.getexif()
        pixels = np.asarray(picture)
        if path.suffix == ".png":
            raw = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
            assert raw is not None
            deep = raw[..., [2, 1, 0, 3][: raw.shape[2]]]
            if raw.dtype == np.uint16:
                assert np.array_equal(deep.astype(np.uint16) >> 8, pixels), (
                    "two readers see other pixels"
                )
            pixels = deep
        xmp = picture.info.get("xmp") or b""
        block = picture.info["exif"].removeprefix(b"Exif\0\0")
        return Read(
            pixels, picture.info.get("icc_profile"), dict(whole), dict(whole.get_ifd(0x8769)), xmp,
            block,
        )  # fmt: skip


def _exif_names(exif: dict[str, Any]) -> Iterator[tuple[int, str]]:
    for name in exif:
        code = tifffile.TIFF.EXIF_TAGS[name] if not name.isdecimal() else int(name)
        yield int(code), name


# --- comparing --------------------------------------------------------------------------------


def _faults(photo: Photo, kept: dict[int, Field], read: Read, path: Path) -> Iterator[str]:
    yield from _pixel_faults(photo, read.pixels, path.suffix)
    if read.icc != photo.icc:
        yield "another profile"
    if metadata.DIGITAL_SOURCE_TYPE.encode() not in read.xmp:
        yield "no mark of an edit"
    assert_strict(read.block)
    for tag, one in kept.items():
        where = read.fields if tag in KEPT_FIRST else read.exif
        if tag == metadata.COLOUR_SPACE and photo.icc is not None:
            continue  # is said anew, of the profile
        if tag not in where:
            yield f"no field {tag:#x}"
        elif not _same(where[tag], one):
            yield f"field {tag:#x} is {where[tag]!r}, not {one.data!r}"
    for tag in PRIVATE_FIRST:
        if tag in read.fields:
            yield f"private field {tag:#x}"
    for tag in PRIVATE:
        if tag in read.exif:
            yield f"private field {tag:#x}"
    data = path.read_bytes() if path.suffix != ".tif" else _without_pixels(read.block)
    for secret in SECRETS:
        if secret in data:
            yield f"{secret!r} in the file"


def _pixel_faults(photo: Photo, pixels: NDArray[Any], suffix: str) -> Iterator[str]:
    right, alpha = photo.pixels, photo.alpha
    if suffix in (".png", ".tif"):
        whole = right if alpha is None else np.dstack([right, alpha])
        if pixels.dtype != whole.dtype or not np.array_equal(pixels, whole):
            yield "other pixels"
        return
    if right.dtype == np.uint16:
        right, alpha = right / 257, None if alpha is None else alpha / 257
    if alpha is not None and suffix == ".webp":
        if pixels.shape[2] != 4 or np.abs(pixels[..., 3] - np.rint(alpha)).max() > 1:
            yield "another opacity"
        pixels = pixels[..., :3]
    elif alpha is not None:
        opacity = alpha[..., None] / 255
        right = opacity * right + (1 - opacity) * 255
    if pixels.shape != right.shape or np.abs(pixels - right.astype(float)).mean() > MOST_OFF:
        yield "other pixels"


def _same(value: Any, one: Field) -> bool:
    """Whether a reader's ``value`` of any of its types says what the field does."""
    if one.type == ASCII:
        return str(value).rstrip("\0") == one.data.rstrip(b"\0").decode()
    if one.type in PAIRS:
        numbers = np.frombuffer(one.data, "<i4").reshape(-1, 2)
        right = [Fraction(int(a), int(b)) for a, b in numbers]
        flat = np.ravel([value]) if not isinstance(value, tuple) else np.array(value)
        if flat.size == 2 * len(right):
            return [Fraction(int(a), int(b)) for a, b in flat.reshape(-1, 2)] == right
        return np.allclose([float(v) for v in flat], [float(r) for r in right])
    if one.type == UNDEFINED and isinstance(value, bytes | str):
        return (value.encode() if isinstance(value, str) else value) == one.data
    return np.ravel([value]).tolist() in (one.integers(), list(one.data))


def _without_pixels(data: bytes) -> bytes:
    """A TIFF without its strips, in which any bytes can be."""
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        page = file.pages.first
        out = bytearray(data)
        for at, length in zip(page.dataoffsets, page.databytecounts, strict=True):
            out[at : at + length] = bytes(length)
    return bytes(out)


def main() -> int:
    parser = argparse.ArgumentParser(description="photos of every writer, read by others")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        counts = written_photos(given.count, given.seed, Path(temporary))
    print(counts)
    for line in counts.wrong:
        print(line, file=sys.stderr)
    return int(bool(counts.wrong))


if __name__ == "__main__":
    sys.exit(main())
