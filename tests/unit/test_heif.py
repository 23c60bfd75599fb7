"""HEIC and AVIF files: the values, colours, depth, turn and opacity that were written."""

import builtins
import io
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from heif_card import HEIC, SIZE, card, opacity
from numpy.typing import NDArray
from PIL import Image

from s2flow_app.engine import colour, directories
from s2flow_app.engine.iso_media import Nclx, brands_of, is_avif, is_heic, main_picture
from s2flow_app.engine.nclx import PRIMARIES, is_known, profile_of
from s2flow_app.engine.photo import Photo, read_photo, write_photo
from s2flow_app.errors import PhotoError
from s2flow_app.extras import HEIC as HEIC_EXTRA

needs_heic = pytest.mark.skipif(not HEIC_EXTRA.is_there(), reason="the extra 'heic' is missing")
P3 = Nclx(12, 13)
TURNS: dict[int, Callable[[NDArray[Any]], NDArray[Any]]] = {
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: np.rot90(a, -1),
    7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
    8: lambda a: np.rot90(a),
}
"""By EXIF's number, what has to be done to the stored picture."""


def heic(name: str) -> Photo:
    return read_photo(HEIC / name)


def sixteen(values: NDArray[Any], most: int) -> NDArray[np.uint16]:
    return np.rint(values * (65535 / most)).astype(np.uint16)


def avif(path: Path, samples: NDArray[Any], **options: Any) -> Path:
    options = {"quality": 100, "subsampling": "4:4:4", "speed": 8} | options
    Image.fromarray(samples).save(path, "AVIF", **options)
    return path


def deep_avif(path: Path, samples: NDArray[np.uint16], bits: int) -> Path:
    """An AVIF of 10 or 12 bits a channel; skips where OpenCV writes none."""
    flags = [cv2.IMWRITE_AVIF_DEPTH, bits, cv2.IMWRITE_AVIF_QUALITY, 100]
    try:
        done, data = cv2.imencode(".avif", samples[..., ::-1], flags)
    except cv2.error:
        pytest.skip("this OpenCV has no AVIF")
    assert done
    data.tofile(path)
    return path


# --- HEIC -------------------------------------------------------------------------------------


@needs_heic
@pytest.mark.parametrize("name", ["exact.heic", "profile.heic", "grid.heic"])
def test_heic_has_the_values_that_were_compressed(name: str) -> None:
    photo = heic(name)
    assert photo.format == "HEIF" and photo.alpha is None and photo.name == name
    assert photo.pixels.dtype == np.uint8 and (photo.pixels == card()).all()
    assert (photo.icc is not None) == (name == "profile.heic")


@needs_heic
def test_heic_that_loses_looks_like_the_picture() -> None:
    off = np.abs(heic("plain.heic").pixels.astype(int) - card())
    assert off.mean() < 6


@needs_heic
def test_heic_in_grey_is_read() -> None:
    assert (heic("grey.heic").pixels == card()[..., :1]).all()


@needs_heic
def test_heic_of_12_bits_is_kept_in_16() -> None:
    photo = heic("exact-12.heic")
    assert photo.pixels.dtype == np.uint16
    assert (photo.pixels == sixteen(card(4095), 4095)).all()


@needs_heic
def test_heic_colours_by_number_become_a_profile(tmp_path: Path) -> None:
    photo = heic("p3-10.heic")
    assert (photo.pixels == sixteen(card(1023), 1023)).all()
    assert photo.icc == profile_of(P3)
    shown = photo.to_srgb()
    assert (shown == colour.to_srgb(photo.pixels, photo.icc)).all()
    assert (shown[0, -1] == (255, 0, 0)).sum() >= 2  # the widest red is sRGB's at most
    write_photo(photo, tmp_path / "out.tif", original=HEIC / "p3-10.heic")
    again = read_photo(tmp_path / "out.tif")
    assert again.icc == photo.icc and (again.pixels == photo.pixels).all()


@needs_heic
@pytest.mark.parametrize("turn", range(2, 9))
def test_heic_is_turned_once_by_its_properties(turn: int, tmp_path: Path) -> None:
    photo = heic(f"turned-{turn}.heic")  # whose EXIF says so, too
    assert (photo.pixels == TURNS[turn](card())).all()
    write_photo(photo, tmp_path / "out.png", original=None)
    assert (read_photo(tmp_path / "out.png").pixels == photo.pixels).all()


@needs_heic
def test_heic_opacity_is_kept(tmp_path: Path) -> None:
    photo = heic("alpha.heic")
    assert photo.alpha is not None and np.abs(photo.alpha.astype(int) - opacity()).max() <= 3
    assert (photo.to_srgb()[:, 0] == 255).all()
    write_photo(photo, tmp_path / "out.png", original=None)
    again = read_photo(tmp_path / "out.png").alpha
    assert again is not None and (again == photo.alpha).all()


@needs_heic
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp"])
def test_an_export_of_heic_says_how_it_was_taken_but_not_where(suffix: str, tmp_path: Path) -> None:
    out = tmp_path / f"out{suffix}"
    write_photo(heic("described.heic"), out, original=HEIC / "described.heic")
    with Image.open(out) as opened:
        exif = opened.getexif()
        assert exif[0x010F] == "A maker" and exif.get_ifd(0x8769)[0x829A] == 1 / 125
        assert 0x8825 not in exif and 0x0112 not in exif


@needs_heic
def test_high_dynamic_range_is_told() -> None:
    with pytest.raises(PhotoError, match=r"high dynamic range \(PQ\)") as caught:
        heic("pq.heic")
    assert "Develop" in caught.value.hint


@needs_heic
def test_rare_colours_are_told(tmp_path: Path) -> None:
    data = (HEIC / "p3-10.heic").read_bytes()
    before, after = (b"nclx" + struct.pack(">HH", *pair) for pair in ((12, 13), (12, 17)))
    assert before in data
    (tmp_path / "x.heic").write_bytes(data.replace(before, after))
    with pytest.raises(PhotoError, match="colours of a rare kind"):
        read_photo(tmp_path / "x.heic")


@needs_heic
@pytest.mark.parametrize(("size", "said"), [((20000, 6000), "megapixels"), ((16, 16), "No face")])
def test_heic_sizes_are_checked_before_anything_is_decoded(
    size: tuple[int, int], said: str, tmp_path: Path
) -> None:
    data = (HEIC / "exact.heic").read_bytes()
    sides = b"ispe" + bytes(4)
    assert data.count(sides + struct.pack(">II", *SIZE)) == 1
    claimed = data.replace(sides + struct.pack(">II", *SIZE), sides + struct.pack(">II", *size))
    (tmp_path / "x.heic").write_bytes(claimed)
    with pytest.raises(PhotoError, match=said):
        read_photo(tmp_path / "x.heic")


def test_heic_without_the_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    _hide(monkeypatch, "pi_heif")
    with pytest.raises(PhotoError, match=r"exact\.heic is a HEIC picture\.") as caught:
        heic("exact.heic")
    assert 'pip install "s2flow-app[heic]"' in caught.value.hint


def _hide(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    """As if ``module`` were not installed."""
    really = builtins.__import__

    def without(name: str, *more: Any) -> Any:
        if name.partition(".")[0] == module:
            raise ImportError(name)
        return really(name, *more)

    monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setattr(builtins, "__import__", without)


# --- AVIF -------------------------------------------------------------------------------------


def test_avif_has_the_values_that_were_compressed(tmp_path: Path) -> None:
    photo = read_photo(avif(tmp_path / "x.avif", card()))
    assert photo.format == "AVIF" and photo.alpha is None and photo.pixels.dtype == np.uint8
    assert np.abs(photo.pixels.astype(int) - card()).max() <= 3


@pytest.mark.parametrize("bits", [10, 12])
def test_avif_of_more_bits_is_kept_in_16(bits: int, tmp_path: Path) -> None:
    most = (1 << bits) - 1
    photo = read_photo(deep_avif(tmp_path / "x.avif", card(most), bits))
    assert photo.pixels.dtype == np.uint16
    off = np.abs(photo.pixels.astype(int) - sixteen(card(most), most))
    assert off.max() <= 4 * 257 and off.mean() < 64  # a fourth of what 8 bits can tell apart


@pytest.mark.parametrize("turn", range(2, 9))
def test_avif_stands_upright(turn: int, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    photo = read_photo(avif(tmp_path / "x.avif", card(), exif=exif.tobytes()))
    straight = read_photo(avif(tmp_path / "y.avif", card()))
    assert (photo.pixels == TURNS[turn](straight.pixels)).all()


def test_avif_opacity_and_profile_are_kept(tmp_path: Path) -> None:
    icc = profile_of(P3)
    path = avif(tmp_path / "x.avif", np.dstack([card(), opacity()]), icc_profile=icc)
    photo = read_photo(path)
    assert photo.icc == icc
    assert photo.alpha is not None and np.abs(photo.alpha.astype(int) - opacity()).max() <= 3


def test_avif_colours_by_number_become_a_profile(tmp_path: Path) -> None:
    data = avif(tmp_path / "x.avif", card()).read_bytes()
    assert read_photo(tmp_path / "x.avif").icc is None
    for pair, icc in (((12, 13), profile_of(P3)), ((2, 2), None), ((1, 1), None)):
        changed = data.replace(
            b"nclx" + struct.pack(">HH", 1, 13), b"nclx" + struct.pack(">HH", *pair)
        )
        (tmp_path / "y.avif").write_bytes(changed)
        assert read_photo(tmp_path / "y.avif").icc == icc
    hdr = data.replace(b"nclx" + struct.pack(">HH", 1, 13), b"nclx" + struct.pack(">HH", 9, 18))
    (tmp_path / "y.avif").write_bytes(hdr)
    with pytest.raises(PhotoError, match=r"an AVIF picture of high dynamic range \(HLG\)"):
        read_photo(tmp_path / "y.avif")


def test_an_export_of_avif_tells_no_place(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "A maker"
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 8.0, 14.0)})
    path = avif(tmp_path / "x.avif", card(), exif=exif.tobytes())
    photo = read_photo(path)
    assert photo.exif is not None
    first, _ = directories.read_block(photo.exif)
    assert 0x010F in first and 0x8825 not in first


@pytest.mark.parametrize("suffix", [".heic", ".avif"])
def test_what_is_cut_short_is_called_damaged(suffix: str, tmp_path: Path) -> None:
    if suffix == ".heic" and not HEIC_EXTRA.is_there():
        pytest.skip("the extra 'heic' is missing")
    whole = HEIC / "exact.heic" if suffix == ".heic" else avif(tmp_path / "whole.avif", card())
    data = whole.read_bytes()
    for length in range(64, len(data), 97):
        (tmp_path / f"x{suffix}").write_bytes(data[:length])
        with pytest.raises(PhotoError, match=r"damaged or cut short|not a photo"):
            read_photo(tmp_path / f"x{suffix}")


# --- headers and profiles ---------------------------------------------------------------------


def test_files_are_told_apart_by_brands() -> None:
    def file(*brands: bytes) -> bytes:
        content = brands[0] + bytes(4) + b"".join(brands[1:])
        return struct.pack(">I", 8 + len(content)) + b"ftyp" + content

    assert is_heic(file(b"heic", b"mif1")) and not is_avif(file(b"heic", b"mif1"))
    assert is_heic(file(b"mif1", b"heic")) and is_heic(file(b"mif1"))
    assert is_avif(file(b"avif", b"mif1")) and is_avif(file(b"mif1", b"avif"))
    for other in (file(b"isom", b"avif"), b"", b"\xff\xd8\xff", file(b"crx ", b"isom")):
        assert not is_heic(other) and not is_avif(other)
    assert brands_of(b"\0\0\0\x08ftyp") == frozenset()


def test_headers_that_are_damaged_say_nothing() -> None:
    data = (HEIC / "p3-10.heic").read_bytes()
    assert main_picture(data) == (type(main_picture(b""))(P3, 10))
    for length in range(0, 400, 3):
        assert main_picture(data[:length]).bits in (8, 10)
    rng = np.random.default_rng(0)
    for _ in range(2000):
        broken = bytearray(data[:500])
        for at in rng.integers(len(broken), size=3):
            broken[at] = int(rng.integers(256))
        main_picture(bytes(broken))


@pytest.mark.parametrize("primaries", PRIMARIES)
def test_profiles_of_numbers_are_good_ones(primaries: int) -> None:
    icc = profile_of(Nclx(primaries, 4))
    assert colour.usable_profile(icc) and icc is not None
    profile = colour.MatrixProfile.read(icc)
    assert profile is not None
    white = profile.from_srgb(np.full((1, 3), 255, np.float32))
    assert np.abs(white - 1).max() < 2e-3


def test_the_profile_of_display_p3_is_the_known_one() -> None:
    icc = profile_of(P3)
    assert icc is not None
    profile = colour.MatrixProfile.read(icc)
    assert profile is not None
    known = [[0.8225, 0.1774, 0], [0.0332, 0.9669, 0], [0.0171, 0.0724, 0.9108]]
    assert np.abs(profile.from_linear_srgb - known).max() < 3e-4


def test_colours_that_are_srgb_need_no_profile() -> None:
    for nclx in (Nclx(1, 13), Nclx(1, 1), Nclx(2, 2), None):
        assert profile_of(nclx) is None
    assert not is_known(Nclx(9, 16)) and not is_known(Nclx(99, 13)) and is_known(Nclx(9, 14))


def test_pictures_of_other_programs_are_still_pictures() -> None:
    """A picture opened by content, whatever its name: as everywhere."""
    out = io.BytesIO()
    Image.fromarray(card()).save(out, "PNG")
    assert not is_heic(out.getvalue()) and not is_avif(out.getvalue())
