"""What exports keep of a photo's EXIF: how it was taken and who made it, with the types it had."""

import struct
from pathlib import Path

import numpy as np
import pytest
from exif_cases import KEPT, KEPT_FIRST, PRIVATE, PRIVATE_FIRST, SECRETS, assert_strict
from PIL import Image

from s2flow_app.engine import directories, metadata
from s2flow_app.engine.directories import Field, read_block, text, undefined, write_block
from s2flow_app.engine.photo import Photo, read_photo, write_photo

SUFFIXES = (".jpg", ".png", ".tif", ".webp")


def turned_round(block: bytes) -> bytes:
    """The little-endian ``block`` with all its numbers big-endian."""
    first, exif = read_block(block)
    out = b"MM\0*" + struct.pack(">I", 8)
    pointer = [directories.longs(0x8769, 0)] if exif else []
    second_at = 8 + len(directories.write_directories([*first.values(), *pointer], (), at=8))
    if exif:
        first[0x8769] = directories.longs(0x8769, second_at)
    for fields, at in ((first, 8), (exif, second_at)):
        entries, values = b"", b""
        values_at = at + 2 + 12 * len(fields) + 4
        for field in sorted(fields.values(), key=lambda field: field.tag):
            unit = directories.UNIT_BYTES[field.type]
            data = b"".join(field.data[k : k + unit][::-1] for k in range(0, len(field.data), unit))
            entries += struct.pack(">HHI", field.tag, field.type, field.count)
            if len(data) <= 4:
                entries += data.ljust(4, b"\0")
            else:
                entries += struct.pack(">I", values_at + len(values))
                values += data + bytes(len(data) % 2)
        out += struct.pack(">H", len(fields)) + entries + bytes(4) + values if fields else b""
    return out


def photo_with(block: bytes, tmp_path: Path) -> Photo:
    path = tmp_path / "source.png"
    Image.fromarray(np.zeros((40, 60, 3), np.uint8)).save(path, exif=block)
    return read_photo(path)


def exported(photo: Photo, suffix: str, tmp_path: Path) -> tuple[dict, dict]:
    """Fields of both directories of an export."""
    path = tmp_path / f"out{suffix}"
    write_photo(photo, path, original=None)
    if suffix == ".tif":
        return read_block(path.read_bytes())
    with Image.open(path) as out:
        return read_block(out.info["exif"])


@pytest.mark.parametrize("order", ["little", "big"])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_kept_keeps_its_type_and_the_rest_is_gone(
    suffix: str, order: str, tmp_path: Path
) -> None:
    block = write_block((KEPT_FIRST | PRIVATE_FIRST).values(), (KEPT | PRIVATE).values())
    photo = photo_with(turned_round(block) if order == "big" else block, tmp_path)
    first, exif = exported(photo, suffix, tmp_path)
    assert {tag: first[tag] for tag in KEPT_FIRST} == KEPT_FIRST
    assert {tag: exif[tag] for tag in KEPT} == KEPT
    assert not PRIVATE_FIRST.keys() & first.keys() and not PRIVATE.keys() & exif.keys()
    whole = (tmp_path / f"out{suffix}").read_bytes()
    for secret in SECRETS:
        assert secret not in whole


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_offsets_and_pointers_lead_into_the_file(suffix: str, tmp_path: Path) -> None:
    for sources in ((KEPT_FIRST, {}), (KEPT_FIRST, KEPT), ({}, KEPT), ({}, {})):
        photo = photo_with(write_block(*(s.values() for s in sources)), tmp_path)
        first, exif = exported(photo, suffix, tmp_path)
        assert {0x011A, 0x011B, 0x0128, 0x0131} <= first.keys()
        if suffix == ".jpg":  # whose standard wants them
            assert 0x0213 in first
            assert {0x9000, 0x9101, 0xA000, 0xA001, 0xA002, 0xA003} <= exif.keys()
        else:
            assert bool(exif) == bool(sources[1])
        path = tmp_path / f"out{suffix}"
        if suffix == ".tif":
            assert_strict(path.read_bytes())
        else:
            with Image.open(path) as out:
                assert_strict(out.info["exif"].removeprefix(b"Exif\0\0"))


def test_wrong_types_counts_and_dates_are_left_out(tmp_path: Path) -> None:
    wrong = [
        directories.longs(0x829A, 5), text(0x8827, "200"), text(0x9003, "yesterday, at noon."),
        text(0x9010, "CEST:)"), directories.shorts(0x9207, 1, 2), undefined(0x9000, b"02"),
        Field(0xA434, directories.ASCII, 3, b"\0\0\0"),
    ]  # fmt: skip
    photo = photo_with(write_block([text(0x0132, "2024-05-06T07:08:09")], wrong), tmp_path)
    assert photo.exif is None


def test_text_without_an_end_gets_one_and_unsigned_ratios_their_sign(tmp_path: Path) -> None:
    unended = Field(0x010F, directories.ASCII, 5, b"Maker")
    bias = directories.ratio(0x9204, 1, 3)
    photo = photo_with(write_block([unended], [bias]), tmp_path)
    first, exif = exported(photo, ".tif", tmp_path)
    assert first[0x010F] == text(0x010F, "Maker")
    assert exif[0x9204] == Field(0x9204, directories.SRATIONAL, 1, bias.data)


@pytest.mark.parametrize("length", [60_000, 65_000, 65_300, 65_400, 65_500, 70_000, 2_000_000])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_more_exif_than_there_is_room_for_is_dropped_by_size(
    suffix: str, length: int, tmp_path: Path
) -> None:
    kept = KEPT_FIRST | {0x010E: text(0x010E, "x" * length)}
    photo = photo_with(write_block(kept.values(), KEPT.values()), tmp_path)
    first, exif = exported(photo, suffix, tmp_path)
    assert first[0x013B] == KEPT_FIRST[0x013B] and exif[0xA434] == KEPT[0xA434]
    has_room = length < (65_000 if suffix == ".jpg" else metadata.MAX_EXIF_BYTES)
    if length in (60_000, 70_000, 2_000_000):
        assert (0x010E in first) == has_room
    assert metadata.DIGITAL_SOURCE_TYPE.encode() in (tmp_path / f"out{suffix}").read_bytes()


def test_many_fields_are_dropped_until_they_fit() -> None:
    texts = {tag: text(tag, "y" * 30_000) for tag in (0x010E, 0x010F, 0x0110, 0x8298)}
    segment = metadata.marked_jpeg_exif(
        write_block(texts.values(), KEPT.values()), (60, 40), has_profile=False
    )
    first, exif = read_block(segment)
    assert len(segment) <= 65533 and len(texts.keys() & first.keys()) == 2
    assert KEPT.keys() <= exif.keys() and 0x0131 in first


def test_a_profile_says_that_colours_are_not_srgb() -> None:
    for has_profile, space in ((False, 1), (True, 0xFFFF)):
        _, exif = read_block(metadata.marked_jpeg_exif(None, (1, 1), has_profile=has_profile))
        assert exif[0xA001] == directories.shorts(0xA001, space)


def test_damaged_blocks_give_what_can_be_read_and_nothing_else() -> None:
    block = write_block(KEPT_FIRST.values(), KEPT.values())
    rng = np.random.default_rng(0)
    for _ in range(500):
        broken = bytearray(block)
        for at in rng.integers(len(block), size=3):
            broken[at] = rng.integers(256)
        first, exif = read_block(bytes(broken[: rng.integers(len(block) + 1)]))
        kept = metadata.kept_exif(first, exif, (60, 40))
        if kept is not None:
            assert_strict(kept)
    assert read_block(b"") == ({}, {}) and read_block(b"II+\0\x08\0") == ({}, {})
