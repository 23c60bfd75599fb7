"""A JPEG is whole or it is refused, and one made from it is compressed in its way."""

import io
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from s2flow_app.engine.jpeg import END, MAX_SCANS, JpegEncoding
from s2flow_app.engine.photo import Photo, read_photo, write_photo
from s2flow_app.errors import PhotoError

KINDS: dict[str, dict[str, Any]] = {
    "baseline": {"quality": 92},
    "coarse": {"quality": 30, "optimize": True},
    "finest": {"quality": 100, "subsampling": 0},
    "progressive": {"quality": 85, "progressive": True},
    "restarts": {"quality": 85, "restart_marker_blocks": 5},
    "restarts of rows": {"quality": 85, "restart_marker_rows": 1, "progressive": True},
}


@pytest.fixture
def image(astronaut: NDArray[np.uint8]) -> Image.Image:
    return Image.fromarray(astronaut[40:140, 180:300])


def encoded(image: Image.Image, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", **options)
    return out.getvalue()


def opened(tmp_path: Path, data: bytes) -> Photo:
    (tmp_path / "x.jpg").write_bytes(data)
    return read_photo(tmp_path / "x.jpg")


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("kind", KINDS)
def test_without_its_end_marker_every_pixel_is_there_and_cut_it_is_refused(
    kind: str, mode: str, image: Image.Image, tmp_path: Path
) -> None:
    data = encoded(image.convert(mode), **KINDS[kind])
    right = opened(tmp_path, data).pixels
    for without_end in (data[:-2], data[:-1]):
        assert (opened(tmp_path, without_end).pixels == right).all()
    rng = np.random.default_rng(0)
    for length in (*range(len(data) - 14, len(data) - 2), *rng.integers(20, len(data) - 14, 12)):
        with pytest.raises(PhotoError, match="damaged or cut short"):
            opened(tmp_path, data[:length])


def test_a_progressive_photo_cut_between_its_scans_is_refused(
    image: Image.Image, tmp_path: Path
) -> None:
    data = encoded(image, progressive=True)
    scan_starts = [k for k in range(len(data)) if data[k : k + 2] == b"\xff\xda"]
    assert len(scan_starts) > 5
    for start in scan_starts[1:]:
        table = data.rfind(b"\xff\xc4", 0, start)  # the tables of that scan
        with pytest.raises(PhotoError, match=r"end of its data is missing|rows are there"):
            opened(tmp_path, data[:table])


def claiming(data: bytes, width: int, height: int) -> bytes:
    """``data`` of a JPEG whose header says another size."""
    at = max(data.find(b"\xff\xc0"), data.find(b"\xff\xc2"))
    return data[: at + 5] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + data[at + 9 :]


@pytest.mark.parametrize("kind", ["baseline", "progressive", "restarts"])
def test_a_header_that_says_more_than_there_is_is_told(
    kind: str, image: Image.Image, tmp_path: Path
) -> None:
    data = encoded(image, **KINDS[kind])
    for broken in (claiming(data, 120, 3000), claiming(data, 120, 3000)[:-2]):
        with pytest.raises(PhotoError, match="header says 120 x 3000 pixels") as caught:
            opened(tmp_path, broken)
        if kind != "restarts":
            assert "only the first 1" in caught.value.message  # of about 100 rows
    with pytest.raises(PhotoError, match="too large"):
        opened(tmp_path, claiming(data, 60000, 60000))


def test_a_grey_corner_is_no_damage(tmp_path: Path) -> None:
    image = Image.new("RGB", (80, 80), (128, 128, 128))
    assert (opened(tmp_path, encoded(image)).pixels == 128).all()


def test_thousands_of_scans_and_megabytes_of_fill_bytes_end_at_once(
    image: Image.Image, tmp_path: Path
) -> None:
    data = encoded(image, progressive=True)
    last = data.rfind(b"\xff\xda")
    many = data[:-2] + data[last:-2] * (MAX_SCANS * 20) + END
    start = time.process_time()
    with pytest.raises(PhotoError, match="scans"):
        opened(tmp_path, many)
    for filled in (b"\xff\xd8" + b"\xff" * 50_000_000, b"\xff" * 50_000_000):
        with pytest.raises(PhotoError):
            opened(tmp_path, filled)
    assert time.process_time() - start < 5


def test_kinds_that_are_not_read_are_named(image: Image.Image, tmp_path: Path) -> None:
    data = encoded(image)
    at = data.find(b"\xff\xc0")
    twelve_bits = data[: at + 4] + b"\x0c" + data[at + 5 :]
    with pytest.raises(PhotoError, match="12 bits a channel"):
        opened(tmp_path, twelve_bits)
    for frame in (0xC3, 0xF7):
        with pytest.raises(PhotoError, match="rare kind"):
            opened(tmp_path, data[: at + 1] + bytes([frame]) + data[at + 2 :])


# --- written in the way of the source ---------------------------------------------------------


@pytest.mark.parametrize("subsampling", [0, 1, 2])
@pytest.mark.parametrize("quality", [60, 90, 98])
def test_tables_and_subsampling_are_kept(
    subsampling: int, quality: int, image: Image.Image, tmp_path: Path
) -> None:
    photo = opened(tmp_path, encoded(image, quality=quality, subsampling=subsampling))
    write_photo(photo, tmp_path / "y.jpg", original=tmp_path / "x.jpg")
    again = read_photo(tmp_path / "y.jpg")
    assert photo.jpeg is not None and again.jpeg == photo.jpeg
    assert photo.jpeg.subsampling == subsampling and len(photo.jpeg.tables) == 2
    lossy = replace(photo, jpeg=None)
    write_photo(lossy, tmp_path / "z.jpg", original=tmp_path / "x.jpg")
    kept, not_kept = (
        np.abs(read_photo(tmp_path / name).pixels.astype(int) - photo.pixels).mean()
        for name in ("y.jpg", "z.jpg")
    )
    assert kept < 0.6 and kept < not_kept


def test_values_that_no_edit_touched_stay_as_they_were(
    astronaut: NDArray[np.uint8], tmp_path: Path
) -> None:
    photo = opened(tmp_path, encoded(Image.fromarray(astronaut), quality=92, subsampling=0))
    pixels = photo.pixels.copy()
    pixels[100:200, 100:200] = 255 - pixels[100:200, 100:200]
    write_photo(replace(photo, pixels=pixels), tmp_path / "y.jpg", original=None)
    off = np.abs(read_photo(tmp_path / "y.jpg").pixels.astype(int) - photo.pixels)
    untouched = np.ones(off.shape[:2], bool)
    untouched[96:200, 96:200] = False  # the blocks of 8 that the edit is in
    assert (off[untouched] == 0).mean() > 0.96 and off[untouched].mean() < 0.05


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photo_keeps_its_turned_tables(
    orientation: int, image: Image.Image, tmp_path: Path
) -> None:
    steps = [1 + k % 8 + 3 * (k // 8) for k in range(64)]  # rows and columns differ
    exif = Image.Exif()
    exif[0x0112] = orientation
    whole_blocks = image.resize((128, 96))
    photo = opened(
        tmp_path, encoded(whole_blocks, qtables=[steps, steps], subsampling=2, exif=exif)
    )
    write_photo(photo, tmp_path / "y.jpg", original=None)
    again = read_photo(tmp_path / "y.jpg")
    right = np.reshape(steps, (8, 8))
    right = right.T if orientation > 4 else right
    assert again.jpeg is not None and again.jpeg.tables == (tuple(right.ravel().tolist()),)
    assert again.jpeg.subsampling == 2
    assert np.abs(again.pixels.astype(int) - photo.pixels).mean() < 0.6


def test_halved_columns_become_full_colour_when_the_photo_is_turned() -> None:
    encoding = JpegEncoding(((1,) * 64,), 1, False)
    assert encoding.turned(3).subsampling == 1 and encoding.turned(6).subsampling == 0


def test_a_grey_jpeg_stays_one_and_grey_to_the_value(image: Image.Image, tmp_path: Path) -> None:
    photo = opened(tmp_path, encoded(image.convert("L"), quality=80))
    assert (photo.pixels == photo.pixels[..., :1]).all()
    write_photo(photo, tmp_path / "y.jpg", original=None)
    with Image.open(tmp_path / "y.jpg") as out:
        assert out.mode == "L"
    coloured = photo.pixels.copy()
    coloured[:20, :20, 0] = 200
    write_photo(replace(photo, pixels=coloured), tmp_path / "z.jpg", original=None)
    with Image.open(tmp_path / "z.jpg") as out:
        assert out.mode == "RGB"


def test_jpegs_of_other_components_are_written_anew(image: Image.Image, tmp_path: Path) -> None:
    assert opened(tmp_path, encoded(image.convert("CMYK"))).jpeg is None
    assert opened(tmp_path, encoded(image, keep_rgb=True)).jpeg is None
