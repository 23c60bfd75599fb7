"""The small inputs of ../shared/cases give the values or the sentences of its README."""

import io
import logging
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from s2flow_app.engine import directories
from s2flow_app.engine.photo import read_photo, write_photo
from s2flow_app.errors import LabelMapError, PhotoError
from s2flow_app.label_files import read_label_map
from s2flow_app.settings import Settings, load_settings

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason=f"no cases in {CASES}")
EXIF_POINTER = b"\x69\x87"  # 0x8769, little-endian


@pytest.fixture
def rgb16() -> NDArray[np.uint16]:
    return np.load(CASES / "rgb16.npy")


@pytest.fixture
def grey16() -> NDArray[np.uint16]:
    return np.load(CASES / "grey16.npy")


@pytest.mark.parametrize("name", ["rgb16-planar.tif", "rgb16-planar-deflate.tif"])
def test_planes(name: str, rgb16: NDArray) -> None:
    photo = read_photo(CASES / name)
    assert photo.pixels.dtype == np.uint16 and (photo.pixels == rgb16).all()


def test_white_is_zero(grey16: NDArray) -> None:
    assert (read_photo(CASES / "grey16-white-is-zero.tif").pixels == grey16[..., None]).all()


def test_associated_alpha(rgb16: NDArray) -> None:
    photo = read_photo(CASES / "rgb16-associated-alpha.tif")
    assert photo.alpha is not None and set(np.unique(photo.alpha)) == {32768, 65535}
    off = np.abs(photo.pixels.astype(int) - rgb16).max(axis=2)
    assert off[photo.alpha == 65535].max() <= 2 and off[photo.alpha == 32768].max() <= 4


def test_an_unspecified_channel_is_not_opacity(rgb16: NDArray) -> None:
    photo = read_photo(CASES / "rgb16-unspecified-extra.tif")
    assert photo.alpha is None and (photo.pixels == rgb16).all()


def test_grey_with_alpha(grey16: NDArray) -> None:
    photo = read_photo(CASES / "grey16-alpha.tif")
    assert (photo.pixels == grey16[..., None]).all()
    assert photo.alpha is not None and set(np.unique(photo.alpha)) == {32768, 65535}


def test_floating_point_is_named() -> None:
    with pytest.raises(PhotoError, match="TIFF with 32-bit floating-point samples") as caught:
        read_photo(CASES / "rgb-float32.tif")
    assert "8 or 16 bits" in caught.value.hint


def test_a_thumbnail_first(rgb16: NDArray) -> None:
    assert (read_photo(CASES / "thumbnail-first.tif").pixels == rgb16 >> 8).all()


def test_a_missing_end_marker(tmp_path: Path) -> None:
    data = (CASES / "no-end-marker.jpg").read_bytes()
    with Image.open(io.BytesIO(data + b"\xff\xd9")) as whole:
        assert (read_photo(CASES / "no-end-marker.jpg").pixels == np.asarray(whole)).all()
    for length in (*range(2, len(data) - 40, 17), *range(len(data) - 40, len(data))):
        (tmp_path / "cut.jpg").write_bytes(data[:length])
        with pytest.raises(PhotoError):
            read_photo(tmp_path / "cut.jpg")


@pytest.mark.parametrize("suffix", [".tif", ".png", ".jpg", ".webp"])
def test_a_maker_alone_leaves_no_dangling_pointer(suffix: str, tmp_path: Path) -> None:
    photo = read_photo(CASES / "make-only.jpg")
    path = tmp_path / f"out{suffix}"
    write_photo(photo, path, original=CASES / "make-only.jpg")
    with Image.open(path) as out:
        assert out.getexif()[0x010F] == "A maker"
    if suffix == ".tif":
        first, exif = directories.read_block(path.read_bytes())
        assert first and not exif
        with Image.open(path) as out:
            assert directories.EXIF_IFD not in out.getexif()


def test_exif_that_does_not_fit_is_left_out(tmp_path: Path) -> None:
    photo = read_photo(CASES / "exif-70k.png")
    write_photo(photo, tmp_path / "out.jpg", original=None)
    with Image.open(tmp_path / "out.jpg") as out:
        assert 0x010E not in out.getexif() and out.getexif()[0x0131] == "S2-Flow Studio"
        assert b"compositeWithTrainedAlgorithmicMedia" in out.info["xmp"]
    write_photo(photo, tmp_path / "out.png", original=None)
    with Image.open(tmp_path / "out.png") as out:
        assert len(out.getexif()[0x010E]) == 70000  # PNG has room for it


@pytest.mark.parametrize("name", ["labels-grey16.png", "labels-grey-alpha.png"])
def test_label_maps(name: str) -> None:
    assert (read_label_map(CASES / name) == np.load(CASES / "ids.npy")).all()


def test_a_missing_palette() -> None:
    with pytest.raises(LabelMapError, match="index 13, but its palette has 3 colours"):
        read_label_map(CASES / "labels-palette-missing.png")


def test_settings_with_a_byte_order_mark() -> None:
    assert load_settings(CASES / "settings-bom.json").language == "de"


def test_deep_settings_are_kept_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "settings.json"
    data = (CASES / "settings-deep.json").read_bytes()
    path.write_bytes(data)
    with caplog.at_level(logging.WARNING):
        assert load_settings(path) == Settings()
    assert not path.exists() and (tmp_path / "settings.json.bad").read_bytes() == data
    assert "Traceback" not in caplog.text
