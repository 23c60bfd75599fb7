"""Write the HEIC files of `tests/golden/heic`, for which the tests have no encoder.

    PYTHONPATH=tests/helpers python tests/golden/make_heic.py

In an environment of its own with `pillow-heif` (whose wheels hold a GPL encoder), numpy and Pillow.
"""

import struct
from typing import Any, Final

import numpy as np
import pillow_heif  # pyright: ignore[reportMissingImports]
from heif_card import HEIC, SIZE, card, opacity
from PIL import Image, ImageCms
from PIL.TiffImagePlugin import IFDRational

EXACT: Final[dict[str, Any]] = {"quality": -1, "chroma": "444", "matrix_coefficients": 0}
"""RGB itself is compressed."""


def main() -> None:
    pillow_heif.register_heif_opener()
    pillow_heif.options.THUMBNAILS = False
    HEIC.mkdir(exist_ok=True)
    picture = Image.fromarray(card())
    picture.save(HEIC / "plain.heic", quality=80)
    picture.save(HEIC / "exact.heic", **EXACT)
    picture.save(HEIC / "described.heic", quality=40, exif=described(1).tobytes())
    for turn in range(2, 9):
        picture.save(HEIC / f"turned-{turn}.heic", exif=described(turn).tobytes(), **EXACT)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture.save(HEIC / "profile.heic", icc_profile=profile, **EXACT)
    Image.fromarray(np.dstack([card(), opacity()])).save(HEIC / "alpha.heic", quality=80)
    Image.fromarray(card()[..., 0]).save(HEIC / "grey.heic", quality=-1)
    deep("p3-10.heic", 10, {"color_primaries": 12, "transfer_characteristics": 13})
    deep("exact-12.heic", 12, {})
    deep("pq.heic", 10, {"color_primaries": 9, "transfer_characteristics": 16})
    (HEIC / "grid.heic").write_bytes(grid())


def described(orientation: int) -> Image.Exif:
    """How a phone describes a photo: with its place, too."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "A maker", "A phone", orientation
    exif.get_ifd(0x8769).update({0x829A: IFDRational(1, 125), 0x9003: "2024:01:02 03:04:05"})
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 8.0, 14.0)})
    return exif


def deep(name: str, bits: int, colours: dict[str, int]) -> None:
    """A picture of 10 or 12 bits, all of which are kept."""
    pillow_heif.options.SAVE_HDR_TO_12_BIT = bits == 12
    shifted = card((1 << bits) - 1) << (16 - bits)  # what the encoder shifts back
    file = pillow_heif.from_bytes("RGB;16", SIZE, shifted.astype(np.uint16).tobytes())
    file.save(HEIC / name, full_range_flag=1, **(EXACT | colours))


def grid() -> bytes:
    """A picture of four, as phones write it, of which the right and lower ones stick out."""
    side = 64
    whole = np.pad(card(), ((0, 64), (0, 32), (0, 0)), mode="edge")
    parts = []
    for top in (0, side):
        for left in (0, side):
            tile = Image.fromarray(whole[top : top + side, left : left + side])
            path = HEIC / "part.heic"
            tile.save(path, **EXACT)
            parts.append(_part(path.read_bytes()))
            path.unlink()
    width, height = SIZE
    properties = [
        parts[0][0],  # hvcC: all parts have the same
        box(b"ispe", bytes(4) + struct.pack(">II", side, side)),
        box(b"ispe", bytes(4) + struct.pack(">II", width, height)),
        box(b"colr", b"nclx" + struct.pack(">HHHB", 1, 13, 0, 128)),
        box(b"pixi", bytes(4) + bytes([3, 8, 8, 8])),
    ]
    tiles = (1, 2, 3, 4)
    associated = struct.pack(">II", 0, 5)
    associated += b"".join(struct.pack(">HB4B", k, 4, 0x81, 2, 4, 5) for k in tiles)
    associated += struct.pack(">HB3B", 5, 3, 3, 4, 5)
    description = bytes([0, 0, 1, 1]) + struct.pack(">HH", width, height)
    contents = [data for _, data in parts] + [description]
    names = [b"hvc1"] * 4 + [b"grid"]
    entries = b"".join(
        box(b"infe", struct.pack(">IHH4sB", 0x02000000 | (k < 4), k + 1, 0, name, 0))
        for k, name in enumerate(names)
    )
    references = box(b"dimg", struct.pack(">HH4H", 5, 4, *tiles))

    def meta(offset: int) -> bytes:
        places = b"\0\0\0\0" + bytes([0x44, 0]) + struct.pack(">H", 5)
        for k, content in enumerate(contents):
            places += struct.pack(">HHHII", k + 1, 0, 1, offset, len(content))
            offset += len(content)
        return box(b"meta", bytes(4) + b"".join((
            box(b"hdlr", bytes(8) + b"pict" + bytes(13)),
            box(b"pitm", bytes(4) + struct.pack(">H", 5)),
            box(b"iinf", bytes(4) + struct.pack(">H", 5) + entries),
            box(b"iref", bytes(4) + references),
            box(b"iprp", box(b"ipco", b"".join(properties)) + box(b"ipma", associated)),
            box(b"iloc", places),
        )))  # fmt: skip

    start = box(b"ftyp", b"heic" + bytes(4) + b"mif1heic")
    at = len(start) + len(meta(0)) + 8
    return start + meta(at) + box(b"mdat", b"".join(contents))


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def _part(data: bytes) -> tuple[bytes, bytes]:
    """The `hvcC` box of a file of one picture, and its data."""
    at = data.index(b"hvcC") - 4
    configuration = data[at : at + struct.unpack_from(">I", data, at)[0]]
    at = data.rindex(b"mdat") - 4
    return configuration, data[at + 8 : at + struct.unpack_from(">I", data, at)[0]]


if __name__ == "__main__":
    main()
