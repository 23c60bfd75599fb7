"""Label maps are read in whatever palette they were drawn in."""

import os
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from whole_photos import encoded_png, png_chunk

from s2flow_app.errors import LabelMapError
from s2flow_app.label_files import read_label_map, write_label_map
from s2flow_app.labels import BACKGROUND, HAIR, KNOWN_PALETTES, NUM_CLASSES, PALETTE, SKIN


@pytest.fixture
def label_map() -> np.ndarray:
    rng = np.random.default_rng(0)
    return rng.integers(0, NUM_CLASSES, (64, 64)).astype(np.uint8).repeat(8, 0).repeat(8, 1)


def test_a_written_map_is_read_again(tmp_path: Path, label_map: np.ndarray) -> None:
    write_label_map(tmp_path / "m.png", label_map)
    np.testing.assert_array_equal(read_label_map(tmp_path / "m.png"), label_map)


@pytest.mark.parametrize("palette", KNOWN_PALETTES, ids=("s2flow", "maskgan", "celeb", "bisenet"))
def test_colours_of_known_palettes_are_understood(
    tmp_path: Path, label_map: np.ndarray, palette: dict
) -> None:
    colours = np.zeros((NUM_CLASSES, 3), np.uint8)
    for colour, class_id in palette.items():
        colours[class_id] = colour  # of two colours for a class the last, as that tool draws it
    Image.fromarray(colours[label_map]).save(tmp_path / "m.png")
    np.testing.assert_array_equal(read_label_map(tmp_path / "m.png"), label_map)


def test_opaque_rgba_and_a_reordered_palette_go_by_colour(tmp_path: Path) -> None:
    label_map = np.full((512, 512), SKIN, np.uint8)
    label_map[:200] = HAIR
    picture = Image.fromarray(PALETTE[label_map])
    picture.convert("RGBA").save(tmp_path / "rgba.png")
    picture.quantize(4).save(tmp_path / "reordered.png")
    for name in ("rgba.png", "reordered.png"):
        np.testing.assert_array_equal(read_label_map(tmp_path / name), label_map)


def test_indices_count_where_colours_say_nothing(tmp_path: Path, label_map: np.ndarray) -> None:
    picture = Image.fromarray(label_map)
    picture.putpalette(bytes(range(3, 253)) * 3)
    picture.save(tmp_path / "m.png")
    np.testing.assert_array_equal(read_label_map(tmp_path / "m.png"), label_map)


def test_smoothed_edges_are_an_error(tmp_path: Path) -> None:
    colours = PALETTE[np.full((512, 512), BACKGROUND, np.uint8)].copy()
    colours[0, 0] = (17, 3, 99)
    Image.fromarray(colours).save(tmp_path / "m.png")
    with pytest.raises(LabelMapError, match="no known label palette"):
        read_label_map(tmp_path / "m.png")


# --- read exactly, or named -------------------------------------------------------------------

FEW_BITS = {1: 2, 2: 4, 4: 16}


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_ids_in_grey_with_and_without_alpha_and_in_all_channels(
    dtype: type, channels: int, tmp_path: Path, label_map: np.ndarray
) -> None:
    samples = np.repeat(label_map[..., None], channels, 2).astype(dtype)
    if channels in (2, 4):
        samples[..., -1] = np.iinfo(dtype).max
    (tmp_path / "m.png").write_bytes(encoded_png(samples))
    np.testing.assert_array_equal(read_label_map(tmp_path / "m.png"), label_map)


def test_colours_of_16_bits_are_those_of_8(tmp_path: Path, label_map: np.ndarray) -> None:
    (tmp_path / "m.png").write_bytes(encoded_png(PALETTE[label_map].astype(np.uint16) * 257))
    np.testing.assert_array_equal(read_label_map(tmp_path / "m.png"), label_map)
    (tmp_path / "m.png").write_bytes(encoded_png(PALETTE[label_map].astype(np.uint16) * 257 + 1))
    with pytest.raises(LabelMapError, match="no known label palette"):
        read_label_map(tmp_path / "m.png")


@pytest.mark.parametrize("bits", FEW_BITS)
@pytest.mark.parametrize("colour_type", [0, 3])
def test_ids_of_few_bits(
    bits: int, colour_type: int, tmp_path: Path, label_map: np.ndarray
) -> None:
    ids = label_map % FEW_BITS[bits]
    palette = PALETTE[: FEW_BITS[bits]].tobytes()
    (tmp_path / "m.png").write_bytes(packed_png(ids, bits, colour_type, palette))
    np.testing.assert_array_equal(read_label_map(tmp_path / "m.png"), ids)


def packed_png(ids: np.ndarray, bits: int, colour_type: int, palette: bytes | None) -> bytes:
    """A PNG of ids of ``bits`` each, with the palette if it is of colour type 3."""
    rows = np.unpackbits(ids[..., None], axis=2)[..., 8 - bits :].reshape(len(ids), -1)
    rows = np.packbits(rows, axis=1)
    whole = bytearray(encoded_png(rows[..., None], extra=b""))
    header = struct.pack(">IIBBBBB", ids.shape[1], ids.shape[0], bits, colour_type, 0, 0, 0)
    extra = png_chunk(b"PLTE", palette) if palette and colour_type == 3 else b""
    return bytes(whole[:8]) + png_chunk(b"IHDR", header) + extra + bytes(whole[33:])


@pytest.mark.parametrize("ids_past", [1, 5, 100])
def test_a_short_palette_is_named(ids_past: int, tmp_path: Path) -> None:
    ids = np.zeros((512, 512), np.uint8)
    ids[5, 5] = 2 + ids_past
    (tmp_path / "m.png").write_bytes(packed_png(ids, 8, 3, PALETTE[:3].tobytes()))
    with pytest.raises(LabelMapError, match="its palette has 3 colours") as caught:
        read_label_map(tmp_path / "m.png")
    assert "save it in grey" in caught.value.hint


def test_a_missing_palette_and_one_of_one_colour_are_named(
    tmp_path: Path, label_map: np.ndarray
) -> None:
    (tmp_path / "m.png").write_bytes(packed_png(label_map, 8, 3, None))
    with pytest.raises(LabelMapError, match=r"no palette|cannot be read"):
        read_label_map(tmp_path / "m.png")
    (tmp_path / "m.png").write_bytes(packed_png(label_map, 8, 3, bytes(768)))
    with pytest.raises(LabelMapError, match="one colour for several indices"):
        read_label_map(tmp_path / "m.png")


def test_a_reordered_grey_palette_goes_by_its_colours(
    tmp_path: Path, label_map: np.ndarray
) -> None:
    order = np.roll(np.arange(NUM_CLASSES), 5)  # index k shows the class order[k]
    indices = np.argsort(order)[label_map].astype(np.uint8)
    greys = np.repeat(order.astype(np.uint8)[:, None], 3, 1).tobytes()
    (tmp_path / "m.png").write_bytes(packed_png(indices, 8, 3, greys))
    np.testing.assert_array_equal(read_label_map(tmp_path / "m.png"), label_map)


@pytest.mark.parametrize("channels", [2, 4])
def test_transparency_says_no_class(channels: int, tmp_path: Path, label_map: np.ndarray) -> None:
    samples = np.repeat(label_map[..., None], channels, 2)
    samples[..., -1] = 255
    samples[3, 4, -1] = 0
    (tmp_path / "m.png").write_bytes(encoded_png(samples))
    with pytest.raises(LabelMapError, match="transparent in places"):
        read_label_map(tmp_path / "m.png")


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_ids_beyond_the_classes_are_named(dtype: type, tmp_path: Path) -> None:
    ids = np.zeros((512, 512, 1), dtype)
    ids[0, 0] = 19 if dtype == np.uint8 else 13 * 257
    (tmp_path / "m.png").write_bytes(encoded_png(ids))
    with pytest.raises(LabelMapError, match=f"holds the id {ids.max()}"):
        read_label_map(tmp_path / "m.png")


def test_bombs_are_refused_by_their_header(tmp_path: Path) -> None:
    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header)
    (tmp_path / "m.png").write_bytes(start + png_chunk(b"IDAT", b"x" * 100))
    with pytest.raises(LabelMapError, match="100000 x 100000 pixels"):
        read_label_map(tmp_path / "m.png")
    with open(tmp_path / "m.png", "r+b") as file:
        file.truncate(1 << 30)
    with pytest.raises(LabelMapError, match="far larger"):
        read_label_map(tmp_path / "m.png")


def test_damage_is_named(tmp_path: Path, label_map: np.ndarray) -> None:
    data = encoded_png(label_map[..., None])
    rng = np.random.default_rng(0)
    for k in range(150):
        broken = bytearray(data)
        broken[rng.integers(60)] ^= 1 << rng.integers(8)
        (tmp_path / "m.png").write_bytes(broken if k % 2 else data[: rng.integers(len(data) - 12)])
        try:
            read = read_label_map(tmp_path / "m.png")
        except LabelMapError:
            continue
        np.testing.assert_array_equal(read, label_map)


def test_other_files_are_named(tmp_path: Path) -> None:
    Image.new("L", (512, 512)).save(tmp_path / "m.jpg")
    (tmp_path / "page.png").write_bytes(b"<html>")
    for name, said in (("m.jpg", "no PNG"), ("page.png", "is a web page"), ("gone", "No such")):
        with pytest.raises(LabelMapError, match=said):
            read_label_map(tmp_path / name)


def test_a_failed_write_leaves_the_old_map(
    tmp_path: Path, label_map: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "m.png"
    write_label_map(path, label_map)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LabelMapError, match="No space left"):
        write_label_map(path, np.zeros_like(label_map))
    np.testing.assert_array_equal(read_label_map(path), label_map)
    assert list(tmp_path.iterdir()) == [path]
