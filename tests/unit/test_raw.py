"""Camera RAW files, developed neutrally: the values, the turn, and what is said of it."""

import builtins
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dng_card import dng, linear_card, srgb
from numpy.typing import NDArray
from PIL import Image

from s2flow_app.engine import directories, metadata
from s2flow_app.engine.photo import Photo, read_photo, write_photo
from s2flow_app.engine.picture_process import PictureProcess
from s2flow_app.errors import PhotoError
from s2flow_app.extras import RAW
from s2flow_app.outputs import PICTURE_SUFFIXES

needs_raw = pytest.mark.skipif(not RAW.is_there(), reason="the extra 'raw' is missing")
CLOSE = 0.006
"""Of 1: half a step of 8 bits, and what the mosaic loses of a slope."""


def developed(folder: Path, data: bytes, name: str = "shot.dng") -> Photo:
    (folder / name).write_bytes(data)
    return read_photo(folder / name)


def off(photo: Photo, linear: NDArray[np.float64]) -> float:
    """The largest distance, of 1, inside the border that has no whole mosaic."""
    assert photo.pixels.dtype == np.uint16 and photo.pixels.shape == linear.shape
    return float(np.abs(photo.pixels / 65535 - srgb(linear))[3:-3, 3:-3].max())


@needs_raw
def test_it_is_developed_by_the_cameras_white_balance_on_the_srgb_curve(tmp_path: Path) -> None:
    photo = developed(tmp_path, dng(linear_card()))
    assert off(photo, linear_card()) < CLOSE
    assert photo.format == "RAW" and photo.icc is None and photo.alpha is None
    assert photo.notice == (
        "shot.dng was developed neutrally: the camera's white balance, no automatic brightness, "
        "sRGB, 16 bits."
    )


@needs_raw
def test_a_dark_photo_stays_dark(tmp_path: Path) -> None:
    dark = linear_card() / 8
    assert off(developed(tmp_path, dng(dark)), dark) < CLOSE


@needs_raw
def test_without_a_white_balance_it_is_daylight_and_that_is_said(tmp_path: Path) -> None:
    photo = developed(tmp_path, dng(linear_card(), as_shot=None))
    assert "daylight white balance" in photo.notice


@needs_raw
@pytest.mark.parametrize(("orientation", "turns"), [(1, 0), (3, 2), (6, -1), (8, 1)])
def test_it_stands_upright(orientation: int, turns: int, tmp_path: Path) -> None:
    photo = developed(tmp_path, dng(linear_card(), orientation=orientation))
    assert off(photo, np.rot90(linear_card(), turns)) < CLOSE


@needs_raw
def test_it_is_known_by_its_content_as_well_as_by_its_name(tmp_path: Path) -> None:
    renamed = developed(tmp_path, dng(linear_card()), "shot.tif")
    assert renamed.format == "RAW"


@needs_raw
def test_a_jpeg_with_the_name_of_a_raw_file_is_a_jpeg(tmp_path: Path) -> None:
    Image.new("RGB", (64, 48), (200, 100, 50)).save(tmp_path / "x.cr2", "JPEG")
    assert read_photo(tmp_path / "x.cr2").format == "JPEG"


@needs_raw
@pytest.mark.parametrize("suffix", PICTURE_SUFFIXES)
def test_an_export_says_how_it_was_developed(suffix: str, tmp_path: Path) -> None:
    photo = developed(tmp_path, dng(linear_card()))
    write_photo(photo, tmp_path / f"out{suffix}", original=tmp_path / "shot.dng")
    with Image.open(tmp_path / f"out{suffix}") as opened:
        exif = opened.getexif()
    assert exif[0x010F] == "A maker" and exif[0x0110] == "A camera"
    software = exif[metadata.SOFTWARE_TAG]
    assert software.startswith(f"{metadata.SOFTWARE}; developed with LibRaw ")
    assert software.endswith(": the camera's white balance, no automatic brightness")
    again = read_photo(tmp_path / f"out{suffix}")
    if suffix in (".png", ".tif", ".tiff"):
        assert (again.pixels == photo.pixels).all()
    assert not again.notice


@needs_raw
def test_what_a_photo_says_of_its_software_is_not_kept(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[metadata.SOFTWARE_TAG] = "Another program"
    Image.new("RGB", (64, 48)).save(tmp_path / "x.jpg", exif=exif)
    write_photo(read_photo(tmp_path / "x.jpg"), tmp_path / "y.jpg", original=None)
    with Image.open(tmp_path / "y.jpg") as opened:
        assert opened.getexif()[metadata.SOFTWARE_TAG] == metadata.SOFTWARE


@needs_raw
def test_the_limited_process_says_the_same(tmp_path: Path) -> None:
    here = developed(tmp_path, dng(linear_card()))
    process = PictureProcess()
    there = process.read_photo(tmp_path / "shot.dng").photo
    process.close()
    assert (there.pixels == here.pixels).all()
    assert (there.notice, there.exif) == (here.notice, here.exif)


@needs_raw
@pytest.mark.parametrize(("size", "said"), [((12000, 9000), "megapixels"), ((28, 28), "No face")])
def test_sizes_are_checked_before_anything_is_developed(
    size: tuple[int, int], said: str, tmp_path: Path
) -> None:
    data = dng(linear_card())
    first, _ = directories.read_block(data)
    width, height = size
    for tag, value in ((256, width), (257, height)):
        entry = int(tag).to_bytes(2, "little") + first[tag].type.to_bytes(2, "little")
        at = data.index(entry + (1).to_bytes(4, "little")) + 8
        data = data[:at] + value.to_bytes(2, "little") + data[at + 2 :]
    with pytest.raises(PhotoError, match=said):
        developed(tmp_path, data)


@needs_raw
def test_a_raw_file_that_is_cut_short_is_called_damaged(tmp_path: Path) -> None:
    data = dng(linear_card())
    for length in range(8, len(data), 509):
        with pytest.raises(PhotoError, match=r"damaged|not a photo|not read"):
            developed(tmp_path, data[:length])


@needs_raw
def test_a_dng_whose_last_tile_is_missing_is_called_damaged(tmp_path: Path) -> None:
    data = dng(linear_card(), tile=(32, 32))
    assert off(developed(tmp_path, data), linear_card()) < CLOSE
    with pytest.raises(PhotoError, match="the end of its data is missing"):
        developed(tmp_path, data[:-200])


@needs_raw
def test_a_camera_that_is_not_known_is_told(tmp_path: Path) -> None:
    with pytest.raises(PhotoError, match="camera that is not known here") as caught:
        developed(tmp_path, b"II*\0" + bytes(100), "x.nef")
    assert "RAW converter" in caught.value.hint and "Install" not in caught.value.hint


def test_without_the_extra_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = builtins.__import__

    def without(name: str, *more: Any) -> Any:
        if name == "rawpy":
            raise ImportError(name)
        return really(name, *more)

    monkeypatch.delitem(sys.modules, "rawpy", raising=False)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(PhotoError, match="is a camera's RAW file") as caught:
        developed(tmp_path, dng(linear_card()))
    assert 'pip install "s2flow-app[raw]"' in caught.value.hint
