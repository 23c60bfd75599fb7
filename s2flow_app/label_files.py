"""Label maps as files: written as palette PNGs of 512 px, index = class, in the official colours;
read in any palette that is known.

A map is read exactly or not at all: a picture that could be another map than it looks is refused
with a sentence that says how to save it.
"""

import io
import struct
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from s2flow_app.atomic_file import write_atomically
from s2flow_app.errors import LabelMapError
from s2flow_app.file_kinds import kind_of
from s2flow_app.labels import KNOWN_PALETTES, LABEL_SIZE, NUM_CLASSES, PALETTE, LabelMap
from s2flow_app.ordinary_file import NotOrdinary, TooLong, read_ordinary_file

RULE = f"A label map is a {LABEL_SIZE} x {LABEL_SIZE} PNG whose values are class ids"
_AS_IDS: Final = f"{RULE}: save it in grey, or with the palette that 's2flow segment' writes."
MAX_FILE_BYTES: Final = 1 << 24
"""Eight times what the pixels take at 16 bits with alpha and without compression."""
PNG_START: Final = b"\x89PNG\r\n\x1a\n"
GREY, RGB, INDEXED, GREY_ALPHA, RGB_ALPHA = 0, 2, 3, 4, 6
"""Colour types of PNG."""
DEPTHS: Final = {
    GREY: (1, 2, 4, 8, 16),
    RGB: (8, 16),
    INDEXED: (1, 2, 4, 8),
    GREY_ALPHA: (8, 16),
    RGB_ALPHA: (8, 16),
}
_DECODER_ERRORS: Final = (OSError, SyntaxError, ValueError, EOFError, MemoryError, cv2.error)


def write_label_map(path: Path, label_map: LabelMap) -> None:
    """Write ``label_map [512, 512]``; raises `LabelMapError` if the file cannot be written."""
    image = Image.fromarray(label_map)
    image.putpalette(PALETTE.tobytes())
    out = io.BytesIO()
    image.save(out, format="PNG")
    try:
        write_atomically(path, out.getvalue())
    except (OSError, ValueError) as error:
        raise LabelMapError(
            f"{path} cannot be written ({_reason(error)}).", "Choose another folder or name."
        ) from error


def read_label_map(path: Path) -> LabelMap:
    """The map ``[512, 512]`` in a PNG: class ids in grey or by a palette, or colours.

    Raises:
        LabelMapError: it is no such picture, has another size, ids above 18, unknown colours, or
            could be read in two ways.
    """
    data = _read_bytes(path)
    colour_type, depth = _header(data, path)
    values, alpha = _values(data, colour_type, depth, path)
    if alpha is not None and (alpha < np.iinfo(alpha.dtype).max).any():
        raise LabelMapError(
            f"{path} is transparent in places, which says no class.",
            f"{RULE}: save it without transparency.",
        )
    if colour_type == INDEXED:
        return _by_palette(values, _palette(data, path), path)
    if values.ndim == 2:
        return _checked(values, path)
    return _by_colours(values, path)


def _read_bytes(path: Path) -> bytes:
    try:
        return read_ordinary_file(path, max_bytes=MAX_FILE_BYTES)
    except NotOrdinary as error:
        raise _unreadable(path, "no ordinary file") from error
    except TooLong as error:
        raise _unreadable(path, "far larger than a label map") from error
    except (OSError, ValueError) as error:
        raise _unreadable(path, _reason(error)) from error


def _header(data: bytes, path: Path) -> tuple[int, int]:
    """Colour type and bits of the PNG, after its size was checked."""
    if not data.startswith(PNG_START):
        kind = kind_of(data)
        raise _unreadable(path, f"it {kind.what}, no PNG" if kind and data else "no PNG")
    if len(data) < 33 or data[12:16] != b"IHDR":
        raise _unreadable(path, "its header is damaged")
    width, height, depth, colour_type = struct.unpack_from(">IIBB", data, 16)
    if (width, height) != (LABEL_SIZE, LABEL_SIZE):
        raise LabelMapError(
            f"{path} is {width} x {height} pixels.",
            f"{RULE}: resize it with nearest neighbour, which keeps the ids.",
        )
    if depth not in DEPTHS.get(colour_type, ()):
        raise _unreadable(path, "its header is damaged")
    return colour_type, depth


def _values(
    data: bytes, colour_type: int, depth: int, path: Path
) -> tuple[NDArray, NDArray | None]:
    """The stored values ``[512, 512]`` or ``[512, 512, 3]``, and the alpha if there is one."""
    try:
        # Pillow decodes all of them: OpenCV fills what is missing without a word.
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            picture.load()
            stored = np.asarray(picture)
        if depth == 16 and colour_type != GREY:  # of which Pillow keeps 8
            stored = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
            if stored is None or stored.dtype != np.uint16 or stored.ndim != 3:
                raise ValueError("its 16-bit values cannot be read")
            stored = np.dstack([stored[..., 2::-1], stored[..., 3:]])
            if colour_type == GREY_ALPHA:
                stored = stored[..., 2:]
    except _DECODER_ERRORS as error:
        raise _unreadable(path, _reason(error)) from error
    if colour_type == GREY and depth < 8:
        # Pillow spreads 2 and 4 bits over 0..255; 1 bit it gives as bool.
        stored = stored.astype(np.uint8) // {1: 1, 2: 85, 4: 17}[depth]
    if stored.shape[:2] != (LABEL_SIZE, LABEL_SIZE):
        raise _unreadable(path, "its header is damaged")
    if colour_type == GREY_ALPHA:
        return stored[..., 0], stored[..., 1]
    if colour_type == RGB_ALPHA:
        return stored[..., :3], stored[..., 3]
    return stored, None


def _palette(data: bytes, path: Path) -> NDArray[np.uint8]:
    """The colours ``[N, 3]`` that the file has: Pillow makes up what is missing."""
    at = len(PNG_START)
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        content = data[at + 8 : at + 8 + length]
        if kind == b"PLTE" and len(content) % 3 == 0 and content:
            return np.frombuffer(content, np.uint8).reshape(-1, 3)
        at += 12 + length
    raise LabelMapError(f"{path} has indices but no palette for them.", _AS_IDS)


def _by_palette(indices: NDArray, palette: NDArray[np.uint8], path: Path) -> LabelMap:
    """Classes by the colours of the palette; by the indices where the colours say nothing."""
    used = np.unique(indices)
    if used[-1] >= len(palette):
        raise LabelMapError(
            f"{path} has the index {used[-1]}, but its palette has {len(palette)} colours.", _AS_IDS
        )
    colours = palette[used]
    if len(np.unique(colours, axis=0)) < len(used):
        raise LabelMapError(f"{path} has a palette with one colour for several indices.", _AS_IDS)
    known = _classes_of(palette[indices])
    return _checked(indices, path) if known is None else known


def _by_colours(colours: NDArray, path: Path) -> LabelMap:
    if colours.dtype == np.uint16 and not (colours % 257).any():
        colours = colours // 257
    if colours.max() <= 255:
        known = _classes_of(colours.astype(np.uint8))
        if known is not None:
            return known
    raise LabelMapError(
        f"{path} is a colour picture in colours that no known label palette has.",
        f"{RULE} or colours: smoothed edges, colour profiles and JPEG change them.",
    )


def _checked(ids: NDArray, path: Path) -> LabelMap:
    if ids.max() >= NUM_CLASSES:
        raise LabelMapError(
            f"{path} holds the id {ids.max()}; ids go from 0 to {NUM_CLASSES - 1}.",
            "Its colours may be those of another palette: 's2flow segment' writes the right one.",
        )
    return ids.astype(np.uint8)


def _classes_of(colours: NDArray[np.uint8]) -> LabelMap | None:
    """Class ids of ``colours [H, W, 3]``, or None if no known palette has all of them.

    Red, green and blue that are all the id are known too.
    """
    packed = colours.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    found, which = np.unique(packed, return_inverse=True)
    if len(found) > NUM_CLASSES:
        return None
    seen = [(int(v) >> 16, int(v) >> 8 & 255, int(v) & 255) for v in found]
    for palette in (*KNOWN_PALETTES, {(k, k, k): k for k in range(NUM_CLASSES)}):
        if all(colour in palette for colour in seen):
            ids = np.array([palette[colour] for colour in seen], np.uint8)
            return ids[which].reshape(packed.shape)
    return None


def _unreadable(path: Path, reason: str) -> LabelMapError:
    return LabelMapError(
        f"{path} cannot be read as a label map ({reason}).", f"{RULE}; 's2flow segment' writes one."
    )


def _reason(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return "there is not enough memory"
    text = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return " ".join(text.split()).rstrip(".") or type(error).__name__
