"""Profiles of colours that a HEIC or AVIF file gives by number, as videos do."""

import struct
from typing import Final

import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.iso_media import Nclx

UNSPECIFIED: Final = 2
BT_709: Final = 1
PRIMARIES: Final = {
    1: ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060)),  # BT.709, sRGB
    5: ((0.640, 0.330), (0.290, 0.600), (0.150, 0.060)),  # BT.601 of 625 lines
    6: ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070)),  # BT.601 of 525 lines
    7: ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070)),  # SMPTE 240M
    9: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),  # BT.2020
    12: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),  # Display P3
}
"""Chromaticities x, y of red, green and blue by H.273's number; all have the white D65."""
SRGB_CURVES: Final = frozenset((1, 2, 6, 13, 14, 15))
"""sRGB's own, and those of videos, which screens show by it."""
GAMMAS: Final = {4: 2.2, 5: 2.8, 8: 1.0}
HIGH_RANGE: Final = {16: "PQ", 18: "HLG"}
"""Brightness beyond a screen's white: it has to be developed before it is a photo."""
D65: Final = (0.3127, 0.3290)
D50_XYZ: Final = np.array([0.9642, 1.0, 0.8249])
BRADFORD: Final = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)


def is_known(nclx: Nclx) -> bool:
    """True if `profile_of` has a profile of such colours, or they are sRGB."""
    known = nclx.primaries in PRIMARIES or nclx.primaries == UNSPECIFIED
    return known and (nclx.transfer in SRGB_CURVES or nclx.transfer in GAMMAS)


def profile_of(nclx: Nclx | None) -> bytes | None:
    """The ICC profile of colours that `is_known`; None: sRGB."""
    if nclx is None:
        return None
    primaries = BT_709 if nclx.primaries == UNSPECIFIED else nclx.primaries
    gamma = GAMMAS.get(nclx.transfer)
    if primaries == BT_709 and gamma is None:
        return None
    return _profile(PRIMARIES[primaries], gamma)


def _profile(primaries: tuple[tuple[float, float], ...], gamma: float | None) -> bytes:
    """A display profile of ICC version 4: three primaries and one curve."""
    matrix = _to_xyz_d50(primaries)
    if gamma is None:  # sRGB's curve: type 3, g, a, b, c, d
        curve = _numbers(b"para", struct.pack(">HH", 3, 0), 2.4, 1 / 1.055, 0.055 / 1.055,
                         1 / 12.92, 0.04045)  # fmt: skip
    else:
        curve = _numbers(b"para", struct.pack(">HH", 0, 0), gamma)
    adapted = _adaptation().ravel()
    tags = {
        b"desc": _text("Colours of a picture file"),
        b"cprt": _text("No copyright, use freely"),
        b"wtpt": _numbers(b"XYZ ", b"", *D50_XYZ),
        b"chad": _numbers(b"sf32", b"", *adapted),
        b"rXYZ": _numbers(b"XYZ ", b"", *matrix[:, 0]),
        b"gXYZ": _numbers(b"XYZ ", b"", *matrix[:, 1]),
        b"bXYZ": _numbers(b"XYZ ", b"", *matrix[:, 2]),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    at, table, content = 132 + 12 * len(tags), b"", b""
    for name, tag in tags.items():
        table += name + struct.pack(">II", at + len(content), len(tag))
        content += tag + bytes(-len(tag) % 4)
    header = struct.pack(
        ">I4sI4s4s4s12s4s4sII8sI12s4s", at + len(content), bytes(4), 0x04300000, b"mntr", b"RGB ",
        b"XYZ ", bytes(12), b"acsp", bytes(4), 0, 0, bytes(8), 0,
        struct.pack(">3i", *_fixed(D50_XYZ)), bytes(4),
    )  # fmt: skip
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + content


def _to_xyz_d50(primaries: tuple[tuple[float, float], ...]) -> NDArray[np.float64]:
    """``[3, 3]``: linear colours to XYZ with the white D50."""
    columns = np.array([_xyz(*point) for point in primaries]).T
    scaled = columns * np.linalg.solve(columns, _xyz(*D65))
    return _adaptation() @ scaled


def _adaptation() -> NDArray[np.float64]:
    """``[3, 3]``: XYZ seen under D65 to what is seen alike under D50."""
    cones = (BRADFORD @ D50_XYZ) / (BRADFORD @ _xyz(*D65))
    return np.linalg.inv(BRADFORD) @ np.diag(cones) @ BRADFORD


def _xyz(x: float, y: float) -> NDArray[np.float64]:
    return np.array([x / y, 1.0, (1 - x - y) / y])


def _fixed(values: NDArray[np.float64] | tuple[float, ...]) -> list[int]:
    return [round(float(value) * 65536) for value in values]


def _numbers(kind: bytes, before: bytes, *values: float) -> bytes:
    return kind + bytes(4) + before + struct.pack(f">{len(values)}i", *_fixed(values))


def _text(text: str) -> bytes:
    encoded = b"".join(b"\0" + bytes([letter]) for letter in text.encode("ascii"))
    head = struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(encoded), 28)
    return b"mluc" + bytes(4) + head + encoded
