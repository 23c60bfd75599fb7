"""Label maps are read in whatever palette they were drawn in."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

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
