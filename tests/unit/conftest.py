"""What the tests of the engine share."""

import struct

import pytest


@pytest.fixture(scope="session")
def wide_gamut_profile() -> bytes:
    """An ICC profile with ProPhoto's primaries and gamma 1.8, made of its few tags by hand."""

    def fixed(*values: float) -> bytes:
        return b"".join(struct.pack(">i", round(v * 65536)) for v in values)

    curve = b"curv" + struct.pack(">IIH", 0, 1, round(1.8 * 256)) + b"\0\0"
    text = b"A test profile\0"
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(79),
        b"cprt": b"text\0\0\0\0none\0",
        b"wtpt": b"XYZ \0\0\0\0" + fixed(0.9642, 1.0, 0.8249),
        b"rXYZ": b"XYZ \0\0\0\0" + fixed(0.79767, 0.28804, 0.0),
        b"gXYZ": b"XYZ \0\0\0\0" + fixed(0.13519, 0.71188, 0.0),
        b"bXYZ": b"XYZ \0\0\0\0" + fixed(0.03134, 0.00009, 0.82491),
        b"rTRC": curve, b"gTRC": curve, b"bTRC": curve,
    }  # fmt: skip
    body, table, at = b"", struct.pack(">I", len(tags)), 132 + 12 * len(tags)
    for kind, data in tags.items():
        data += bytes(-len(data) % 4)
        table += kind + struct.pack(">II", at + len(body), len(data))
        body += data
    header = bytearray(128)
    header[8:12], header[12:24] = b"\x02\x10\0\0", b"mntrRGB XYZ "
    header[36:40], header[68:80] = b"acsp", fixed(0.9642, 1.0, 0.8249)
    header[:4] = struct.pack(">I", 128 + len(table) + len(body))
    return bytes(header) + table + body
