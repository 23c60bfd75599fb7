"""TIFFs are read as their tags say, whatever wrote them; what is not read is named."""

import io
import struct
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image, ImageCms

from s2flow_app.engine import tiff, tiff_samples
from s2flow_app.engine.photo import Photo, read_photo, write_photo
from s2flow_app.errors import PhotoError

DEPTHS = (np.uint8, np.uint16)


def picture(channels: int, dtype: type) -> NDArray:
    """``[70, 90, channels]``, every value different enough to tell a shift or a swap."""
    rng = np.random.default_rng(5)
    y, x = np.mgrid[:70, :90]
    slopes = np.stack([x * (k + 1) + y * (3 - k) for k in range(channels)], -1) / 400
    noisy = slopes + rng.normal(0, 0.02, slopes.shape)
    return np.clip(noisy * np.iinfo(dtype).max, 0, np.iinfo(dtype).max).astype(dtype)


def opened(tmp_path: Path, samples: NDArray, **options: Any) -> Photo:
    tifffile.imwrite(tmp_path / "x.tif", samples, **options)
    return read_photo(tmp_path / "x.tif")


@pytest.mark.parametrize("dtype", DEPTHS)
@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize("compression", [None, "zlib", "lzma"])
@pytest.mark.parametrize("layout", ["strips", "tiles", "big"])
@pytest.mark.parametrize("planar", ["contig", "separate"])
def test_every_layout_gives_what_was_written(
    dtype: type, byteorder: Any, compression: Any, layout: str, planar: str, tmp_path: Path
) -> None:
    right = picture(3, dtype)
    options: dict[str, Any] = {"rowsperstrip": 13} if layout == "strips" else {"tile": (32, 16)}
    photo = opened(
        tmp_path,
        right.transpose(2, 0, 1) if planar == "separate" else right,
        photometric="rgb",
        planarconfig=planar,
        byteorder=byteorder,
        compression=compression,
        predictor=compression is not None,
        bigtiff=layout == "big",
        **options,
    )
    assert photo.pixels.dtype == dtype and (photo.pixels == right).all() and photo.alpha is None


@pytest.mark.parametrize("dtype", DEPTHS)
@pytest.mark.parametrize("compression", ["tiff_lzw", "packbits", "zstd", "lzma", "tiff_deflate"])
def test_what_libtiff_packs_is_unpacked(dtype: type, compression: str, tmp_path: Path) -> None:
    # Pillow writes 16 bits in grey only.
    right = picture(3 if dtype == np.uint8 else 1, dtype)
    image = Image.fromarray(right if dtype == np.uint8 else right[..., 0])
    image.save(tmp_path / "x.tif", compression=compression)
    assert (read_photo(tmp_path / "x.tif").pixels == right).all()


@pytest.mark.parametrize("compression", [None, "zlib"])
def test_bits_stored_the_other_way_round(compression: Any, tmp_path: Path) -> None:
    right, path = picture(3, np.uint16), tmp_path / "x.tif"
    tifffile.imwrite(
        path, right, photometric="rgb", compression=compression,
        extratags=[(263, "H", 1, 2, True)],
    )  # fmt: skip
    with tifffile.TiffFile(path) as file:
        page = file.pages.first
        assert isinstance(page, tifffile.TiffPage)
        (offset,), (length,) = page.dataoffsets, page.databytecounts
    data = bytearray(path.read_bytes())
    part = slice(offset, offset + length)
    data[part] = data[part].translate(tiff_samples.REVERSED_BITS)
    # FillOrder, which tifffile does not write, in the place of its neighbour.
    told = struct.pack("<HHIHH", 266, 3, 1, 2, 0)
    path.write_bytes(data.replace(struct.pack("<HHIHH", 263, 3, 1, 2, 0), told))
    assert (read_photo(path).pixels == right).all()


@pytest.mark.parametrize("dtype", DEPTHS)
@pytest.mark.parametrize("byteorder", ["<", ">"])
def test_white_is_zero_is_no_negative(dtype: type, byteorder: Any, tmp_path: Path) -> None:
    grey = picture(1, dtype)
    negative = np.iinfo(dtype).max - grey[..., 0]
    photo = opened(tmp_path, negative, photometric="miniswhite", byteorder=byteorder)
    assert (photo.pixels == grey).all()


@pytest.mark.parametrize("dtype", DEPTHS)
@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("channels", [1, 3])
def test_associated_alpha_is_undone(
    dtype: type, planar: str, channels: int, tmp_path: Path
) -> None:
    most = np.iinfo(dtype).max
    right = picture(channels, dtype)
    alpha = np.full((*right.shape[:2], 1), most, dtype)
    alpha[:, 30:60], alpha[:, 60:] = most // 2, 0
    multiplied = np.rint(right.astype(float) * alpha / most).astype(dtype)
    samples = np.concatenate([multiplied, alpha], 2)
    photo = opened(
        tmp_path,
        samples.transpose(2, 0, 1) if planar == "separate" else samples,
        photometric="rgb" if channels == 3 else "minisblack",
        planarconfig=planar,
        extrasamples=["assocalpha"],
    )
    assert photo.alpha is not None and (photo.alpha == alpha[..., 0]).all()
    off = np.abs(photo.pixels.astype(int) - right)
    assert off[:, :30].max() == 0 and off[:, 30:60].max() <= 2
    write_photo(photo, tmp_path / "again.tif", original=None)
    again = read_photo(tmp_path / "again.tif")
    assert (again.pixels == photo.pixels).all() and (again.alpha == photo.alpha).all()


@pytest.mark.parametrize("dtype", DEPTHS)
@pytest.mark.parametrize(
    ("kinds", "which"),
    [
        (["unspecified"], None),
        (["unassalpha"], 0),
        (["unspecified", "unassalpha"], 1),
        (["unassalpha", "unspecified"], 0),
        (["unspecified", "unspecified"], None),
    ],
)
@pytest.mark.parametrize("channels", [1, 3])
def test_extra_samples_are_what_their_tag_says(
    dtype: type, kinds: list[str], which: int | None, channels: int, tmp_path: Path
) -> None:
    samples = picture(channels + len(kinds), dtype)
    photo = opened(
        tmp_path, samples, planarconfig="contig", extrasamples=kinds,
        photometric="rgb" if channels == 3 else "minisblack",
    )  # fmt: skip
    assert (photo.pixels == samples[..., :channels]).all()
    if which is None:
        assert photo.alpha is None
    else:
        assert photo.alpha is not None
        assert (photo.alpha == samples[..., channels + which]).all()


def test_a_fourth_channel_without_a_tag_is_opacity_unless_nothing_shows(tmp_path: Path) -> None:
    samples = picture(4, np.uint16)
    for alpha, is_kept in ((samples[..., 3], True), (np.zeros_like(samples[..., 3]), False)):
        samples[..., 3] = alpha
        cv2.imencode(".tiff", samples[..., [2, 1, 0, 3]])[1].tofile(tmp_path / "x.tif")
        photo = read_photo(tmp_path / "x.tif")
        assert (photo.pixels == samples[..., :3]).all() and (photo.alpha is not None) == is_kept


@pytest.mark.parametrize(
    "mark", [{"subfiletype": 1}, {"extratags": [(255, "H", 1, 2, True)]}], ids=("new", "old")
)
@pytest.mark.parametrize("byteorder", ["<", ">"])
def test_a_thumbnail_is_not_the_photo(mark: dict, byteorder: Any, tmp_path: Path) -> None:
    right = picture(3, np.uint16)
    with tifffile.TiffWriter(tmp_path / "x.tif", byteorder=byteorder) as writer:
        for size in (4, 2):
            writer.write(right[::size, ::size], photometric="rgb", **mark)
        writer.write(right, photometric="rgb", compression="zlib")
        writer.write(right[::-1], photometric="rgb")
    assert (read_photo(tmp_path / "x.tif").pixels == right).all()


def test_the_photo_below_a_thumbnail_is_read(tmp_path: Path) -> None:
    right = picture(3, np.uint16)
    with tifffile.TiffWriter(tmp_path / "x.tif") as writer:
        writer.write(right[::4, ::4], photometric="rgb", subfiletype=1, subifds=1)
        writer.write(right, photometric="rgb", tile=(32, 32))
    assert (read_photo(tmp_path / "x.tif").pixels == right).all()


def test_the_profile_turn_and_exif_are_those_of_the_full_picture(
    wide_gamut_profile: bytes, tmp_path: Path
) -> None:
    right = picture(3, np.uint16)
    icc, turn = (34675, "B", len(wide_gamut_profile), wide_gamut_profile, True), (274, "H", 1, 6)
    with tifffile.TiffWriter(tmp_path / "x.tif", byteorder=">") as writer:
        writer.write(right[::4, ::4], photometric="rgb", subfiletype=1)
        writer.write(
            right, photometric="rgb", extratags=[icc, (*turn, True), (271, "s", 0, "Maker", True)]
        )
    photo = read_photo(tmp_path / "x.tif")
    assert photo.icc == wide_gamut_profile and (photo.pixels == np.rot90(right, -1)).all()
    assert photo.exif is not None and b"Maker" in photo.exif


def test_palettes_of_8_and_16_bits(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for dtype, entries in ((np.uint8, 256), (np.uint16, 65536)):
        indices = rng.integers(0, 256, (40, 50)).astype(dtype)
        colours = rng.integers(0, 65536, (3, entries)).astype(np.uint16)
        photo = opened(tmp_path, indices, photometric="palette", colormap=colours)
        assert (photo.pixels == (colours[:, indices] >> 8).transpose(1, 2, 0)).all()


@pytest.mark.parametrize("dtype", DEPTHS)
@pytest.mark.parametrize("planar", ["contig", "separate"])
def test_cmyk_is_converted_as_pillow_does(dtype: type, planar: str, tmp_path: Path) -> None:
    inks = picture(4, np.uint8)
    samples = inks.astype(dtype) * (1 if dtype == np.uint8 else 257)
    photo = opened(
        tmp_path,
        samples.transpose(2, 0, 1) if planar == "separate" else samples,
        photometric="separated",
        planarconfig=planar,
    )
    right = Image.frombytes("CMYK", (90, 70), inks.tobytes()).convert("RGB")
    assert (photo.pixels == np.asarray(right)).all() and photo.pixels.dtype == np.uint8


@pytest.mark.parametrize("kind", ["cielab", "icclab"])
def test_lab_is_converted(kind: str, tmp_path: Path, astronaut: NDArray[np.uint8]) -> None:
    lab = ImageCms.profileToProfile(
        Image.fromarray(astronaut), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"),
        outputMode="LAB",
    )  # fmt: skip
    assert lab is not None
    samples = np.frombuffer(lab.tobytes(), np.uint8).reshape(astronaut.shape)
    if kind == "icclab":
        samples = samples ^ np.array([0, 128, 128], np.uint8)
    photo = opened(tmp_path, samples, photometric=kind)
    assert np.abs(photo.pixels.astype(int) - astronaut).mean() < 3


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "YCbCr", "CMYK"])
def test_what_libtiff_decodes_as_a_whole(mode: str, tmp_path: Path) -> None:
    image = Image.fromarray(picture(3, np.uint8)).convert(mode)
    options: dict[str, Any] = {"compression": "jpeg", "quality": 95}
    image.save(tmp_path / "x.tif", **({"compression": "group4"} if mode == "1" else options))
    with Image.open(tmp_path / "x.tif") as second:
        right = np.asarray(second.convert("RGB"))
    assert (read_photo(tmp_path / "x.tif").pixels == right).all()
    first = np.asarray(image.convert("RGB")).astype(int)
    assert np.abs(first - right).mean() < (0.01 if mode == "1" else 6)


@pytest.mark.parametrize("bits", [1, 2, 4])
@pytest.mark.parametrize("photometric", [0, 1])
def test_few_bits_of_grey_are_spread(bits: int, photometric: int, tmp_path: Path) -> None:
    levels = picture(1, np.uint8)[..., 0] >> (8 - bits)
    most = (1 << bits) - 1
    stored = most - levels if photometric == 0 else levels
    rows = np.unpackbits(stored[..., None].astype(np.uint8), axis=2)[..., 8 - bits :].reshape(
        70, -1
    )
    packed = np.packbits(rows, axis=1)
    tags = {256: 90, 257: 70, 258: bits, 259: 1, 262: photometric, 273: 8, 277: 1, 278: 70}
    fields = [tiff.directories.longs(tag, value) for tag, value in tags.items()]
    fields.append(tiff.directories.longs(279, packed.size))
    at = 8 + packed.size + packed.size % 2
    data = b"II*\0" + at.to_bytes(4, "little") + packed.tobytes() + bytes(packed.size % 2)
    (tmp_path / "x.tif").write_bytes(data + tiff.directories.write_directories(fields, (), at=at))
    right = levels.astype(int) * 255 // most
    assert (read_photo(tmp_path / "x.tif").pixels == right[..., None]).all()


@pytest.mark.parametrize(
    ("dtype", "said"),
    [
        (np.float16, "16-bit floating-point"),
        (np.float32, "32-bit floating-point"),
        (np.float64, "64-bit floating-point"),
        (np.uint32, "32-bit integer"),
        (np.int16, "16-bit signed"),
        (np.int8, "8-bit signed"),
        (np.complex64, "complex"),
    ],
)
@pytest.mark.parametrize("channels", [1, 3])
def test_samples_that_are_not_read_are_named(
    dtype: type, said: str, channels: int, tmp_path: Path
) -> None:
    samples = picture(channels, np.uint8).astype(dtype)
    kind = "rgb" if channels == 3 else "minisblack"
    with pytest.raises(PhotoError, match=said) as caught:
        opened(tmp_path, samples if channels == 3 else samples[..., 0], photometric=kind)
    assert "8 or 16 bits" in caught.value.hint


def with_tag(tmp_path: Path, tag: int, value: int) -> Path:
    """A TIFF of which one SHORT in the directory says something else."""
    path = tmp_path / "x.tif"
    tifffile.imwrite(path, picture(3, np.uint8), photometric="rgb")
    with tifffile.TiffFile(path, mode="r+") as file:
        file.pages.first.tags[tag].overwrite(value)
    return path


@pytest.mark.parametrize(
    ("tag", "value", "said"),
    [
        (259, 50002, "compressed with JPEG XL"),
        (259, 34712, "compressed with JPEG 2000"),
        (259, 50001, "compressed with WebP"),
        (259, 34887, "compressed with LERC"),
        (259, 777, "a method of its own"),
        (262, 32803, "sensor's raw data"),
        (262, 10, "ITU"),
        (262, 32845, "LogLuv"),
        (262, 999, "colours of its own"),
        (277, 2, "samples a pixel"),
    ],
)
def test_layouts_that_are_not_read_are_named(
    tag: int, value: int, said: str, tmp_path: Path
) -> None:
    with pytest.raises(PhotoError, match=said) as caught:
        read_photo(with_tag(tmp_path, tag, value))
    assert caught.value.hint


def test_a_compression_that_libtiff_lacks_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.fromarray(picture(3, np.uint8)).save(tmp_path / "x.tif", compression="zstd")
    monkeypatch.setattr(tiff, "can_unpack", lambda compression: False)
    with pytest.raises(PhotoError, match="compressed with Zstandard") as caught:
        read_photo(tmp_path / "x.tif")
    assert "LZW or ZIP" in caught.value.hint


def test_what_is_missing_or_far_too_large_is_damage(tmp_path: Path) -> None:
    out = io.BytesIO()
    tifffile.imwrite(out, picture(3, np.uint16), photometric="rgb", rowsperstrip=8)
    data = out.getvalue()
    (tmp_path / "cut.tif").write_bytes(data[:-3000])
    with pytest.raises(PhotoError, match="damaged or cut short"):
        read_photo(tmp_path / "cut.tif")
    with pytest.raises(PhotoError, match="too large"):
        read_photo(with_tag(tmp_path, 256, 50_000_000))
