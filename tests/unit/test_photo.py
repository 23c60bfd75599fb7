"""Photos of every kind go in upright and come out as they were, or a sentence says why not."""

import io
import os
import struct
import zlib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps, JpegImagePlugin
from PIL.TiffImagePlugin import IFDRational

from s2flow_app.engine import colour
from s2flow_app.engine.photo import Photo, photo_from_array, read_photo, write_photo
from s2flow_app.errors import PhotoError

GPS_IFD, EXIF_IFD = 0x8825, 0x8769


@pytest.fixture
def ramp() -> NDArray[np.uint8]:
    """A small asymmetric picture ``[40, 60, 3]`` of many colours."""
    y, x = np.mgrid[:40, :60]
    return np.stack([x * 4, y * 6, (x + y) * 2], -1).astype(np.uint8)


@pytest.fixture
def deep() -> NDArray[np.uint16]:
    """The same kind of picture with 16 bits, and values that 8 bits cannot hold."""
    y, x = np.mgrid[:40, :60]
    return np.stack([x * 1000 + y, y * 1500 + x, (x + y) * 600 + 7], -1).astype(np.uint16)


def save(path: Path, image: NDArray, **options: Any) -> Path:
    Image.fromarray(image).save(path, **options)
    return path


# --- reading ----------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".png", ".tif", ".bmp", ".gif"])
def test_lossless_formats_are_read_exactly(suffix: str, ramp: NDArray, tmp_path: Path) -> None:
    image = ramp // 64 * 64  # few colours, so that a palette holds them all
    photo = read_photo(save(tmp_path / f"a photo, größer {suffix}", image))
    assert (photo.to_srgb() == image).all() and photo.alpha is None


@pytest.mark.parametrize("suffix", [".jpg", ".webp"])
def test_lossy_formats_are_read_closely(
    suffix: str, astronaut: NDArray[np.uint8], tmp_path: Path
) -> None:
    photo = read_photo(save(tmp_path / f"x{suffix}", astronaut, quality=95))
    off = np.abs(photo.to_srgb().astype(int) - astronaut)
    assert photo.pixels.dtype == np.uint8 and off.mean() < 3


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photos_stand_upright(orientation: int, ramp: NDArray, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = save(tmp_path / "turned.png", ramp, exif=exif.tobytes())
    with Image.open(path) as opened:
        upright = np.asarray(ImageOps.exif_transpose(opened))
    photo = read_photo(path)
    assert (photo.pixels == upright).all()
    write_photo(photo, tmp_path / "again.png", original=path)
    assert (read_photo(tmp_path / "again.png").pixels == upright).all()  # not turned twice


@pytest.mark.parametrize("suffix", [".png", ".tiff"])
def test_sixteen_bits_stay_sixteen_bits(suffix: str, deep: NDArray, tmp_path: Path) -> None:
    path = tmp_path / f"deep{suffix}"
    cv2.imencode(suffix, deep[..., ::-1])[1].tofile(path)
    photo = read_photo(path)
    assert photo.pixels.dtype == np.uint16 and (photo.pixels == deep).all()
    assert np.abs(photo.to_srgb() - deep / 257).max() <= 0.51
    write_photo(photo, tmp_path / f"out{suffix}", original=path)
    assert (read_photo(tmp_path / f"out{suffix}").pixels == deep).all()


@pytest.mark.parametrize("suffix", [".png", ".tiff"])
def test_sixteen_bit_alpha_is_kept(suffix: str, deep: NDArray, tmp_path: Path) -> None:
    path = tmp_path / f"deep{suffix}"
    opacity = deep[..., 0] * 2 + 1
    cv2.imencode(suffix, np.dstack([deep[..., ::-1], opacity]))[1].tofile(path)
    photo = read_photo(path)
    assert photo.alpha is not None
    assert (photo.pixels == deep).all() and (photo.alpha == opacity).all()
    write_photo(photo, tmp_path / f"out{suffix}", original=path)
    again = read_photo(tmp_path / f"out{suffix}")
    assert again.alpha is not None
    assert (again.pixels == deep).all() and (again.alpha == opacity).all()


def test_sixteen_bit_grey_is_scaled_not_clipped(deep: NDArray, tmp_path: Path) -> None:
    photo = read_photo(save(tmp_path / "grey.png", deep[..., 0]))
    assert photo.pixels.dtype == np.uint16
    assert (photo.pixels == deep[..., :1]).all()


def test_sixteen_bit_grey_with_alpha_is_read(deep: NDArray, tmp_path: Path) -> None:
    grey_alpha = np.dstack([deep[..., 0], np.full_like(deep[..., 0], 30000)]).astype(">u2")
    height, width = grey_alpha.shape[:2]
    rows = b"".join(b"\0" + row.tobytes() for row in grey_alpha)
    data = b"\x89PNG\r\n\x1a\n"
    for kind, content in (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 16, 4, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ):
        crc = zlib.crc32(kind + content)
        data += struct.pack(">I", len(content)) + kind + content + struct.pack(">I", crc)
    (tmp_path / "la.png").write_bytes(data)
    photo = read_photo(tmp_path / "la.png")
    assert (photo.pixels == deep[..., :1]).all()
    assert photo.alpha is not None and (photo.alpha == 30000).all()


def test_transparent_parts_look_white_and_stay_transparent(ramp: NDArray, tmp_path: Path) -> None:
    opacity = np.full(ramp.shape[:2], 255, np.uint8)
    opacity[:, :20], opacity[:, 20:30] = 0, 128
    path = save(tmp_path / "a.png", np.dstack([ramp, opacity]))
    photo = read_photo(path)
    assert (photo.pixels == ramp).all() and photo.alpha is not None
    assert (photo.alpha == opacity).all()
    seen = photo.to_srgb()
    assert (seen[:, :20] == 255).all() and (seen[:, 30:] == ramp[:, 30:]).all()
    for suffix in (".png", ".tif", ".webp"):
        write_photo(photo, tmp_path / f"out{suffix}", original=path)
        again = read_photo(tmp_path / f"out{suffix}")
        assert again.alpha is not None and (again.alpha == opacity).all()
    write_photo(photo, tmp_path / "out.jpg", original=path)
    assert np.abs(read_photo(tmp_path / "out.jpg").pixels[:, :12].astype(int) - 255).max() <= 4


@pytest.mark.parametrize("mode", ["L", "P", "1", "CMYK", "LA", "YCbCr", "LAB"])
def test_other_colour_modes_become_rgb(
    mode: str, astronaut: NDArray[np.uint8], tmp_path: Path
) -> None:
    source = Image.fromarray(astronaut)
    if mode == "LAB":
        lab = ImageCms.createProfile("LAB")
        picture = ImageCms.profileToProfile(
            source, ImageCms.createProfile("sRGB"), lab, outputMode="LAB"
        )
        assert picture is not None
    else:
        picture = source.convert(mode)
    picture.save(tmp_path / "x.tif" if mode not in ("CMYK", "YCbCr") else tmp_path / "x.jpg")
    (path,) = tmp_path.iterdir()
    image = read_photo(path).to_srgb()
    expected = np.asarray(source.convert("L" if mode in ("L", "LA", "1") else "RGB").convert("RGB"))
    assert image.shape == astronaut.shape
    small = [cv2.resize(i, (32, 32), interpolation=cv2.INTER_AREA) for i in (image, expected)]
    assert np.abs(small[0].astype(int) - small[1]).mean() < 8


def test_the_first_picture_of_an_animation_is_read(ramp: NDArray, tmp_path: Path) -> None:
    frames = [Image.fromarray(np.full_like(ramp, v)) for v in (10, 200)]
    for suffix in (".gif", ".png", ".webp", ".tif"):
        path = tmp_path / f"moving{suffix}"
        frames[0].save(path, save_all=True, append_images=frames[1:], duration=50)
        assert abs(int(read_photo(path).to_srgb().mean()) - 10) <= 2, suffix


def test_a_profile_is_applied_to_what_is_shown_only(
    wide_gamut_profile: bytes, ramp: NDArray, tmp_path: Path
) -> None:
    icc = wide_gamut_profile
    path = save(tmp_path / "wide.png", ramp, icc_profile=icc)
    photo = read_photo(path)
    assert photo.icc == icc and (photo.pixels == ramp).all()
    assert np.abs(photo.to_srgb().astype(int) - ramp).max() > 20
    for suffix in (".png", ".tif", ".jpg", ".webp"):
        write_photo(photo, tmp_path / f"out{suffix}", original=path)
        assert read_photo(tmp_path / f"out{suffix}").icc == icc


def grey_profile(gamma: float) -> bytes:
    """An ICC profile of grey with a power law, made of its few tags by hand."""
    text = b"A test profile\0"
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(79),
        b"wtpt": b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061),
        b"kTRC": b"curv" + struct.pack(">IIH", 0, 1, round(gamma * 256)) + b"\0\0",
    }
    body, table, at = b"", struct.pack(">I", len(tags)), 132 + 12 * len(tags)
    for kind, data in tags.items():
        data += bytes(-len(data) % 4)
        table += kind + struct.pack(">II", at + len(body), len(data))
        body += data
    header = bytearray(128)
    header[8:12], header[12:24], header[36:40] = b"\x02\x10\0\0", b"mntrGRAYXYZ ", b"acsp"
    header[68:80] = struct.pack(">3i", 63190, 65536, 54061)
    header[:4] = struct.pack(">I", 128 + len(table) + len(body))
    return bytes(header) + table + body


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_grey_becomes_srgb_by_its_own_profile(suffix: str, dtype: type, tmp_path: Path) -> None:
    grey = (np.arange(40 * 60).reshape(40, 60) * (np.iinfo(dtype).max // 2400)).astype(dtype)
    grey = grey if dtype == np.uint16 else (np.arange(2400).reshape(40, 60) % 256).astype(dtype)
    photo = read_photo(save(tmp_path / f"x{suffix}", grey, icc_profile=grey_profile(1.8)))
    linear = (grey / np.iinfo(dtype).max) ** 1.8
    right = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    assert photo.icc is None and photo.alpha is None and photo.pixels.dtype == dtype
    assert (photo.pixels == photo.pixels[..., :1]).all()
    off = np.abs(photo.pixels[..., 0] / np.iinfo(dtype).max - right)
    assert off.max() < 0.008  # lcms is that coarse in the dark


@pytest.mark.parametrize("suffix", [".png", ".tif", ".jpg"])
def test_grey_with_a_profile_of_colours_keeps_values_and_profile(
    suffix: str, wide_gamut_profile: bytes, tmp_path: Path
) -> None:
    grey = np.full((40, 60), 100, np.uint8)
    path = save(tmp_path / f"x{suffix}", grey, icc_profile=wide_gamut_profile)
    photo = read_photo(path)
    assert photo.icc == wide_gamut_profile and (photo.pixels == 100).all()
    write_photo(photo, tmp_path / f"y{suffix}", original=path)
    again = read_photo(tmp_path / f"y{suffix}")
    assert again.icc == wide_gamut_profile and (again.pixels == 100).all()


def test_an_srgb_profile_changes_nothing(ramp: NDArray, tmp_path: Path) -> None:
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    photo = read_photo(save(tmp_path / "x.png", ramp, icc_profile=icc))
    assert photo.icc == icc and (photo.to_srgb() == ramp).all()


def test_a_broken_profile_is_left_out(
    wide_gamut_profile: bytes, ramp: NDArray, tmp_path: Path
) -> None:
    for icc in (b"nonsense", wide_gamut_profile[:150]):
        photo = read_photo(save(tmp_path / "x.png", ramp, icc_profile=icc))
        assert photo.icc is None and (photo.to_srgb() == ramp).all()


def test_sixteen_bit_profiles_are_computed_as_lcms_does_but_finer(
    wide_gamut_profile: bytes,
) -> None:
    icc = wide_gamut_profile
    after = np.random.default_rng(3).uniform(0, 254, (500, 3)).astype(np.float32)
    before = np.zeros((500, 3), np.uint8)
    after = np.rint(after)
    coarse = colour.native_change(before, after, icc=icc, dtype=np.dtype(np.uint8))
    fine = colour.native_change(before, after, icc=icc, dtype=np.dtype(np.uint16))
    assert np.abs(coarse - fine / 257).max() < 1.01
    step = colour.native_change(before, after + np.float32(0.1), icc=icc, dtype=np.dtype(np.uint16))
    assert (step.sum(1) > fine.sum(1)).mean() > 0.95  # a tenth of an 8-bit level still shows


# --- what is no photo -------------------------------------------------------------------------


def jpeg_bytes(image: NDArray[np.uint8]) -> bytes:
    out = io.BytesIO()
    Image.fromarray(image).save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("notes.jpg", "Milk, eggs\nbread ä\n".encode(), "holds text"),
        ("page.png", b"<!DOCTYPE html><html></html>", "web page"),
        ("empty.jpg", b"", "is empty"),
        ("noise.jpg", bytes(range(256)) * 4, "not a photo"),
        ("x.jpg", b"\0\0\0\x18ftypheic\0\0\0\0", "damaged|HEIC"),
        ("x.CR2", b"II*\0" + bytes(100), "RAW"),
        ("x.nef", b"MM\0*" + bytes(100), "RAW"),
        ("x.dng", b"", "empty"),
        (
            "renamed.tif",
            b"II*\0\x08\0\0\0\x01\0\x12\xc6\x01\0\x04\0\0\0\x01\x04\0\0",
            "damaged|RAW",
        ),
    ],
)
def test_a_file_that_is_no_photo_gets_a_sentence(
    name: str, content: bytes, said: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(PhotoError, match=said) as caught:
        read_photo(tmp_path / name)
    assert name in caught.value.message and caught.value.hint


def test_a_folder_a_missing_file_and_a_pipe_get_sentences(tmp_path: Path) -> None:
    with pytest.raises(PhotoError, match="is a folder"):
        read_photo(tmp_path)
    with pytest.raises(PhotoError, match="There is no file"):
        read_photo(tmp_path / "nowhere.jpg")
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(PhotoError, match="not an ordinary file"):
        read_photo(tmp_path / "pipe.jpg")


def test_a_name_that_is_no_unicode_can_be_shown(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.jpg"))
    with pytest.raises(PhotoError) as caught:
        read_photo(path)
    caught.value.message.encode()


def test_truncated_photos_are_called_damaged(
    astronaut: NDArray[np.uint8], deep: NDArray, tmp_path: Path
) -> None:
    whole = {".jpg": jpeg_bytes(astronaut)}
    for suffix in (".png", ".tiff"):
        big = np.tile(deep, (5, 5, 1))
        whole[suffix] = cv2.imencode(suffix, big)[1].tobytes()
    for suffix, data in whole.items():
        path = tmp_path / f"cut{suffix}"
        path.write_bytes(data[: len(data) * 6 // 10])
        with pytest.raises(PhotoError, match=r"damaged or cut short|not a photo"):
            read_photo(path)


def test_damaged_photos_never_raise_anything_else(ramp: NDArray, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    sources = []
    for format in ("PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP"):
        out = io.BytesIO()
        Image.fromarray(ramp).save(out, format, exif=Image.Exif())
        sources.append(out.getvalue())
    sources.append(cv2.imencode(".tiff", ramp.astype(np.uint16) * 200)[1].tobytes())
    for k in range(210):
        data = bytearray(sources[k % len(sources)])
        for _ in range(3):
            data[rng.integers(len(data) if k % 2 else min(200, len(data)))] = rng.integers(256)
        path = tmp_path / "x"
        path.write_bytes(data)
        try:
            photo = read_photo(path)
        except PhotoError:
            continue
        assert photo.to_srgb().shape == photo.pixels.shape


def test_a_dot_is_no_photo_of_a_face(tmp_path: Path) -> None:
    path = save(tmp_path / "dot.png", np.zeros((1, 1, 3), np.uint8))
    with pytest.raises(PhotoError, match="1 x 1 pixels"):
        read_photo(path)


@pytest.mark.slow
def test_a_hundred_megapixels_are_read_and_one_more_row_is_not(tmp_path: Path) -> None:
    for rows, fits in ((10_000, True), (10_001, False)):
        path = tmp_path / f"{rows}.png"
        Image.new("1", (10_000, rows)).save(path)
        if fits:
            assert read_photo(path).pixels.shape == (10_000, 10_000, 3)
        else:
            with pytest.raises(PhotoError, match="100 megapixels"):
                read_photo(path)


def test_a_header_that_claims_gigapixels_is_refused_at_once(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("1", (64, 64)).save(out, "PNG")
    data = bytearray(out.getvalue())
    data[16:24] = struct.pack(">II", 100_000, 100_000)
    data[29:33] = struct.pack(">I", zlib.crc32(bytes(data[12:29])))
    (tmp_path / "bomb.png").write_bytes(data)
    with pytest.raises(PhotoError, match="too large"):
        read_photo(tmp_path / "bomb.png")


# --- writing ----------------------------------------------------------------------------------


def located_exif() -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x0131] = "Kamera", "Firmware 1"
    exif.get_ifd(EXIF_IFD).update(
        {0x829A: IFDRational(1, 125), 0x927C: b"maker", 0xA002: 1, 0xA003: 1}
    )
    exif.get_ifd(GPS_IFD).update({1: "N", 2: (52.0, 31.0, 0.0)})
    return exif.tobytes()


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp"])
def test_exports_say_how_they_were_made_and_not_where(
    suffix: str, ramp: NDArray, tmp_path: Path
) -> None:
    path = save(tmp_path / "located.jpg", ramp, exif=located_exif())
    write_photo(read_photo(path), tmp_path / f"out{suffix}", original=path)
    with Image.open(tmp_path / f"out{suffix}") as out:
        exif = out.getexif()
        assert exif[0x010F] == "Kamera" and exif[0x0131] == "S2-Flow Studio"
        assert not exif.get_ifd(GPS_IFD) and GPS_IFD not in exif
        details = exif.get_ifd(EXIF_IFD)
        assert float(details[0x829A]) == pytest.approx(1 / 125)
        assert 0x927C not in details
        size = (details.get(0xA002), details.get(0xA003))  # which a TIFF says elsewhere
        assert size == ((None, None) if suffix.startswith(".tif") else (60, 40))
        xmp = ElementTree.fromstring(out.info["xmp"])
    source_type = xmp.find(".//{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType")
    assert source_type is not None and source_type.text is not None
    assert source_type.text.endswith("/compositeWithTrainedAlgorithmicMedia")


def test_the_layout_tags_of_a_tiff_are_not_carried_over(ramp: NDArray, tmp_path: Path) -> None:
    path = tmp_path / "x.tif"
    Image.fromarray(ramp).save(path, compression="tiff_lzw", tiffinfo={270: "A day out"})
    photo = read_photo(path)
    for suffix in (".tif", ".jpg"):
        write_photo(photo, tmp_path / f"y{suffix}", original=path)
        with Image.open(tmp_path / f"y{suffix}") as out:
            out.load()
            assert out.getexif()[270] == "A day out"
            assert suffix == ".tif" or 273 not in out.getexif()


def test_jpeg_is_written_without_colour_subsampling(
    astronaut: NDArray[np.uint8], tmp_path: Path
) -> None:
    write_photo(photo_from_array(astronaut, "New face"), tmp_path / "x.jpg", original=None)
    off = read_photo(tmp_path / "x.jpg").pixels.astype(int) - astronaut
    assert np.sqrt((off**2).mean()) < 3
    with Image.open(tmp_path / "x.jpg") as out:
        assert JpegImagePlugin.get_sampling(out) == 0  # 4:4:4


def test_the_original_is_never_overwritten(ramp: NDArray, tmp_path: Path) -> None:
    path = save(tmp_path / "x.png", ramp)
    before = path.read_bytes()
    photo = read_photo(path)
    (tmp_path / "link.png").symlink_to(path)
    os.link(path, tmp_path / "hard.png")
    for name in ("x.png", "../" + tmp_path.name + "/x.png", "link.png", "hard.png"):
        with pytest.raises(PhotoError, match="original photo"):
            write_photo(photo, tmp_path / name, original=path)
    assert path.read_bytes() == before


def test_a_failed_write_leaves_the_old_file_and_no_other(
    ramp: NDArray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = save(tmp_path / "out.png", ramp)
    before = target.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PhotoError, match="No space left"):
        write_photo(photo_from_array(ramp, "x"), target, original=None)
    assert target.read_bytes() == before and list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    ("name", "said"),
    [("x.gif", "no format"), ("x", "no format"), ("nowhere/x.png", "cannot be written")],
)
def test_a_place_that_cannot_be_written_gets_a_sentence(
    name: str, said: str, ramp: NDArray, tmp_path: Path
) -> None:
    with pytest.raises(PhotoError, match=said):
        write_photo(photo_from_array(ramp, "x"), tmp_path / name, original=None)
    assert not list(tmp_path.iterdir())


def test_webp_says_that_it_cannot_hold_a_large_photo(tmp_path: Path) -> None:
    wide = Photo(np.zeros((32, 17000, 3), np.uint8), None, None, None, "PNG", "wide.png")
    with pytest.raises(PhotoError, match="16383 pixels"):
        write_photo(wide, tmp_path / "x.webp", original=None)
