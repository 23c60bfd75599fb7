"""Photos in TIFF files, read by what their tags say.

`tifffile` reads the tags, `tiff_samples` the samples. Pillow takes planar 16-bit samples for 8-bit
noise, OpenCV reads compressed planes as interleaved, and neither inverts WhiteIsZero in 16 bits nor
undoes premultiplied alpha.
"""

import io
import logging
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

from s2flow_app.engine import directories
from s2flow_app.engine.alpha import unassociated
from s2flow_app.engine.colour import Pixels, eight_bits
from s2flow_app.engine.directories import Field
from s2flow_app.engine.photo_errors import check_size, damaged, not_read, undecodable
from s2flow_app.engine.tiff_samples import can_unpack, read_samples
from s2flow_app.errors import PhotoError
from s2flow_app.file_kinds import RAW

MAX_PAGES: Final = 64
"""Directories that are looked at for the full picture."""
BY_PILLOW: Final = frozenset((2, 3, 4, 6, 7, 32771, 32809))
"""Fax, JPEG (two numbers) and old packings: 8-bit pictures that libtiff decodes whole."""
REDUCED, MASK = 1, 4
"""Bits of NewSubfileType: a smaller version, a transparency mask."""
WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, CMYK, YCBCR, CIELAB, ICCLAB = 0, 1, 2, 3, 5, 6, 8, 9
Space = Literal["L", "RGB", "CMYK", "LAB"]
SPACES: Final[dict[int, Space]] = {
    WHITE_IS_ZERO: "L", BLACK_IS_ZERO: "L", RGB: "RGB", PALETTE: "RGB", CMYK: "CMYK",
    YCBCR: "RGB", CIELAB: "LAB", ICCLAB: "LAB",
}  # fmt: skip
COLOURS: Final = {
    WHITE_IS_ZERO: 1, BLACK_IS_ZERO: 1, RGB: 3, PALETTE: 1, CMYK: 4, YCBCR: 3, CIELAB: 3,
    ICCLAB: 3,
}  # fmt: skip
"""Samples a pixel that are its colour."""
UNSPECIFIED, ASSOCIATED, UNASSOCIATED, UNTOLD = 0, 1, 2, -1
"""Kinds of extra sample: of no known use, opacity that the colours are multiplied with, opacity;
a fourth one that no tag speaks of, which OpenCV writes: opacity, unless nothing could be seen."""
MAX_EXTRA_SAMPLES: Final = 12
UNSIGNED: Final = (1, 4)
"""Sample formats: unsigned, and not said."""
SAMPLE_KINDS: Final = {2: "signed", 3: "floating-point", 5: "complex", 6: "complex"}
ICC_PROFILE, ORIENTATION, INK_SET, COLOUR_MAP, EXTRA_SAMPLES = 34675, 274, 332, 320, 338
DNG_VERSION: Final = 50706
"""The tag that tells a RAW file from a photo."""
COMPRESSIONS: Final = {
    22610: "JPEG XR", 32766: "NeXT", 32908: "Pixar film", 32909: "Pixar log", 33003: "JPEG 2000",
    33004: "JPEG 2000", 33005: "JPEG 2000", 34661: "JBIG", 34676: "SGI LogLuv",
    34677: "SGI LogLuv", 34712: "JPEG 2000", 34715: "JBIG2", 34887: "LERC", 34892: "lossy JPEG",
    34925: "LZMA", 34934: "JPEG XR", 50000: "Zstandard", 50001: "WebP", 50002: "JPEG XL",
    52546: "JPEG XL",
}  # fmt: skip
"""Names of methods that are not undone here, or not by every Pillow."""
COLOUR_SPACES: Final = {
    4: "a TIFF that is only a transparency mask",
    10: "a TIFF in ITU L*a*b* colours",
    32803: "a TIFF of a sensor's raw data",
    32844: "a TIFF of logarithmic brightness (LogL)",
    32845: "a TIFF of logarithmic colours (LogLuv)",
    34892: "a TIFF of a sensor's linear raw data",
}

logging.getLogger("tifffile").setLevel(logging.CRITICAL)  # it reports damage that is met here


@dataclass(frozen=True, slots=True, eq=False)
class TiffPhoto:
    """The full picture of a TIFF, before its colours become RGB."""

    colours: Pixels
    """``[H, W, C]``, 8 or 16 bits, not turned."""
    space: Space
    """What the colours are: C is 1, 3, 4 or 3 (Lab as Pillow packs it: 8 bits, a and b signed)."""
    alpha: Pixels | None
    """``[H, W]`` opacity in the type of the colours, which are not premultiplied."""
    icc: bytes | None
    orientation: int
    fields: dict[int, Field]
    """Of the picture's directory."""
    exif: dict[int, Field]
    """Of its EXIF directory."""


def is_tiff(data: bytes) -> bool:
    return data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def read_tiff(data: bytes, name: str) -> TiffPhoto:
    """The photo in the TIFF ``data``: its first page that is no smaller version of another.

    Raises:
        PhotoError: it is damaged, or of a kind that is not read, which the sentence names.
    """
    try:
        with tifffile.TiffFile(io.BytesIO(data)) as file:
            page, index = _full_page(file)
            order = "<" if file.byteorder == "<" else ">"
            fields, exif = directories.read_directories(
                data, page.offset, order=order, big=file.is_bigtiff
            )
            check_size((page.imagewidth, page.imagelength), name)
            extras = _extra_samples(page, name)
            if _needs_pillow(page):
                space, colours, alpha = _decode_by_pillow(page, index, extras, data, name)
            else:
                space, colours, alpha = _decode(page, extras, data, order, name)
            icc = page.tags.valueof(ICC_PROFILE)
    except PhotoError:
        raise
    except Exception as error:  # tifffile's parser raises a dozen kinds on damage
        raise undecodable(name, error) from error
    told = fields[ORIENTATION].integer() if ORIENTATION in fields else None
    return TiffPhoto(
        colours=np.ascontiguousarray(colours),
        space=space,
        alpha=alpha if alpha is not None and (alpha < np.iinfo(alpha.dtype).max).any() else None,
        icc=icc if isinstance(icc, bytes) else None,
        orientation=told if told is not None and 1 <= told <= 8 else 1,
        fields=fields,
        exif=exif,
    )


def _full_page(file: tifffile.TiffFile) -> tuple[tifffile.TiffPage, int | None]:
    """The first full picture, and its number for Pillow (None: it hangs below another one)."""
    first = file.pages.first
    for index in range(MAX_PAGES):
        try:
            page = file.pages[index]
        except IndexError:
            break
        if isinstance(page, tifffile.TiffPage) and not page.subfiletype & (REDUCED | MASK):
            return page, index
    for page in first.pages or ():
        if isinstance(page, tifffile.TiffPage) and not page.subfiletype & (REDUCED | MASK):
            return page, None
    return first, 0


def _extra_samples(page: tifffile.TiffPage, name: str) -> tuple[int, ...]:
    """Kinds of the samples beyond the colours; refuses samples that are not read."""
    photometric, bits = int(page.photometric), page.bitspersample
    if photometric in COLOUR_SPACES:
        what = COLOUR_SPACES[photometric]
        raise not_read(name, what, RAW.hint if "raw data" in what else "")
    count = COLOURS.get(photometric)
    if count is None or (photometric == CMYK and page.tags.valueof(INK_SET, 1) != 1):
        raise not_read(name, "a TIFF of inks or colours of its own")
    kind = page.sampleformat
    if kind in SAMPLE_KINDS:
        raise not_read(name, f"a TIFF with {bits}-bit {SAMPLE_KINDS[kind]} samples")
    if isinstance(bits, tuple) or isinstance(kind, tuple):
        raise not_read(name, "a TIFF whose samples are of unequal kinds")
    if bits not in (1, 2, 4, 8, 16) or kind not in UNSIGNED:
        raise not_read(name, f"a TIFF with {bits}-bit integer samples")
    if page.imagedepth != 1 or page.tiledepth != 1:
        raise not_read(name, "a TIFF of a volume")
    extras = page.samplesperpixel - count
    if not 0 <= extras <= MAX_EXTRA_SAMPLES:
        raise damaged(name, f"it has {page.samplesperpixel} samples a pixel")
    if EXTRA_SAMPLES not in page.tags and photometric == RGB and extras == 1:
        return (UNTOLD,)
    # The standard's default, and of no use as opacity.
    kinds = (*map(int, page.extrasamples), *(UNSPECIFIED,) * extras)[:extras]
    return tuple(k if k in (ASSOCIATED, UNASSOCIATED) else UNSPECIFIED for k in kinds)


def _needs_pillow(page: tifffile.TiffPage) -> bool:
    return int(page.compression) in BY_PILLOW or page.photometric == YCBCR or page.bitspersample < 8


_Decoded = tuple[Space, Pixels, Pixels | None]


def _decode(
    page: tifffile.TiffPage, extras: tuple[int, ...], data: bytes, order: str, name: str
) -> _Decoded:
    """The picture of samples of 8 or 16 bits, by tags alone."""
    compression = int(page.compression)
    if not can_unpack(compression):
        what = COMPRESSIONS.get(compression, f"a method of its own ({compression})")
        raise not_read(
            name,
            f"a TIFF compressed with {what}",
            "Save it without compression, or with LZW or ZIP, and open that.",
        )
    if page.predictor not in (1, 2):
        raise damaged(name, f"its samples are predicted by an unknown rule ({page.predictor})")
    photometric, deep = int(page.photometric), page.bitspersample == 16
    if deep and photometric in (CIELAB, ICCLAB):
        raise not_read(name, "a TIFF with 16-bit L*a*b* colours")
    samples = read_samples(page, data, order)
    count = samples.shape[2] - len(extras)
    colours, alpha = samples[..., :count], None
    opacity = next((k for k, kind in enumerate(extras) if kind != UNSPECIFIED), None)
    if opacity is not None and extras[opacity] == UNTOLD and not samples[..., -1].any():
        opacity = None
    if opacity is not None:
        alpha = np.ascontiguousarray(samples[..., count + opacity])
        if extras[opacity] == ASSOCIATED and photometric != PALETTE:
            colours = unassociated(colours, alpha)
    if photometric == WHITE_IS_ZERO:
        colours = np.iinfo(samples.dtype).max - colours
    elif photometric == PALETTE:
        colours = _palette(page)[colours[..., 0]]
    elif photometric == ICCLAB:
        colours = colours ^ np.array([0, 128, 128], np.uint8)  # to signed a and b
    elif photometric == CMYK and deep:
        # To sRGB these go through lcms in any case, which in Pillow knows 8 bits only.
        colours = eight_bits(colours)
    if alpha is not None and alpha.dtype != colours.dtype:
        alpha = eight_bits(alpha)
    return SPACES[photometric], colours, alpha


def _decode_by_pillow(
    page: tifffile.TiffPage, index: int | None, extras: tuple[int, ...], data: bytes, name: str
) -> _Decoded:
    """The picture of what libtiff decodes as a whole: packed bits, fax, JPEG, WebP, YCbCr."""
    if index is None or page.bitspersample == 16 or (page.planarconfig == 2 and page.photometric):
        raise not_read(name, "a TIFF whose samples are laid out in a rare way")
    if extras and (page.bitspersample < 8 or ASSOCIATED in extras):
        raise not_read(name, "a TIFF with an extra channel beside packed colours")
    with Image.open(io.BytesIO(data), formats=["TIFF"]) as picture:
        picture.seek(index)
        if picture.size != (page.imagewidth, page.imagelength):
            raise damaged(name, "its tags contradict each other")
        picture.load()
        if picture.mode in ("CMYK", "LAB"):
            return picture.mode, np.asarray(picture), None
        if picture.mode in ("1", "L"):
            return "L", np.asarray(picture.convert("L"))[..., None], None
        if picture.mode not in ("P", "RGB", "RGBX", "RGBA", "YCbCr"):
            raise not_read(name, f"a TIFF of the kind {picture.mode}")
        alpha = None
        if picture.mode == "RGBA" and (UNASSOCIATED in extras or UNTOLD in extras):
            alpha = np.asarray(picture.getchannel("A"))
        return "RGB", np.asarray(picture.convert("RGB")), alpha


def _palette(page: tifffile.TiffPage) -> NDArray[np.uint8]:
    """The 8-bit colours ``[N, 3]`` of the palette."""
    values = np.asarray(page.tags.valueof(COLOUR_MAP), np.uint16).reshape(
        3, 1 << page.bitspersample
    )
    # As libtiff does: some programs write 8-bit palettes, against the standard.
    return (values.T >> (8 if values.max() > 255 else 0)).astype(np.uint8)
