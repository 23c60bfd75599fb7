"""EXIF that an export keeps and EXIF that it must not keep, and how a block has to be laid out."""

import struct
from typing import Final

from s2flow_app.engine import directories
from s2flow_app.engine.directories import Field, text, undefined

PRIVATE: Final = {
    0x927C: undefined(0x927C, b"maker's note with places"),
    0x9286: undefined(0x9286, b"ASCII\0\0\0a private comment"),
    0xA420: text(0xA420, "0123456789abcdef0123456789abcdef"),
    0xA430: text(0xA430, "The owner"),
    0xA431: text(0xA431, "BODY-SERIAL"),
    0xA435: text(0xA435, "LENS-SERIAL"),
    0xA438: text(0xA438, "Somebody else"),
    0xA40B: undefined(0xA40B, b"settings"),
    0x9214: directories.shorts(0x9214, 10, 20),
    0xC000: text(0xC000, "unknown"),
}
PRIVATE_FIRST: Final = {
    0x013C: text(0x013C, "host-name"),
    0x9C9C: Field(0x9C9C, directories.BYTE, 8, "note".encode("utf-16-le")),
    0xC62F: text(0xC62F, "CAMERA-SERIAL"),
    0xC4A5: undefined(0xC4A5, b"PrintIM"),
    0x8825: directories.longs(0x8825, 8),
}
KEPT_FIRST: Final = {
    0x010F: text(0x010F, "Maker"),
    0x0110: text(0x0110, "Model"),
    0x011A: directories.ratio(0x011A, 300, 1),
    0x011B: directories.ratio(0x011B, 300, 1),
    0x0128: directories.shorts(0x0128, 2),
    0x0132: text(0x0132, "2024:05:06 07:08:09"),
    0x013B: text(0x013B, "An artist"),
    0x8298: text(0x8298, "(c) 2024 An artist"),
}
KEPT: Final = {
    0x829A: directories.ratio(0x829A, 1, 125),
    0x8827: directories.shorts(0x8827, 200),
    0x9000: undefined(0x9000, b"0231"),
    0x9003: text(0x9003, "2024:05:06 07:08:09"),
    0x9010: text(0x9010, "+02:00"),
    0x9201: Field(0x9201, directories.SRATIONAL, 1, struct.pack("<ii", 7, 1)),
    0x9204: Field(0x9204, directories.SRATIONAL, 1, struct.pack("<ii", -1, 3)),
    0xA001: directories.shorts(0xA001, 1),
    0xA300: undefined(0xA300, b"\3"),
    0xA432: Field(0xA432, directories.RATIONAL, 4, struct.pack("<8I", 24, 1, 70, 1, 28, 10, 4, 1)),
    0xA434: text(0xA434, "A lens"),
}
SECRETS: Final = (
    b"SERIAL", b"owner", b"comment", b"0123456789abcdef", b"n\0o\0t\0e", b"host", b"Somebody",
)  # fmt: skip
"""Bytes of those private fields that must be nowhere in an export."""


def assert_strict(block: bytes) -> None:
    """Directories as the standard wants them: sorted, values even and inside, nothing dangling."""
    assert block[:4] == b"II*\0"
    queue = [struct.unpack_from("<I", block, 4)[0]]
    while queue:
        at = queue.pop()
        assert at % 2 == 0
        (count,) = struct.unpack_from("<H", block, at)
        assert count
        tags = []
        for k in range(count):
            tag, type, values, where = struct.unpack_from("<HHII", block, at + 2 + 12 * k)
            tags.append(tag)
            pair = 2 if type in directories.PAIRS else 1
            length = values * pair * directories.UNIT_BYTES[type]
            assert length
            if length > 4:
                assert where % 2 == 0 and where + length <= len(block)
            if type == directories.ASCII:
                start = where if length > 4 else at + 2 + 12 * k + 8
                assert block[start + length - 1] == 0
            if tag == directories.EXIF_IFD:
                queue.append(where)
        assert tags == sorted(set(tags))
        assert struct.unpack_from("<I", block, at + 2 + 12 * count)[0] == 0
