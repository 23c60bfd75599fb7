"""Pipes, devices and endless files are never read, and what a file is not is said."""

import os
from pathlib import Path

import numpy as np
import pytest

from s2flow_app.engine.photo import read_photo
from s2flow_app.errors import LabelMapError, PhotoError
from s2flow_app.file_kinds import kind_of
from s2flow_app.label_files import read_label_map
from s2flow_app.ordinary_file import NotOrdinary, TooLong, read_ordinary_file
from s2flow_app.settings import Settings, load_settings, save_settings


def test_an_ordinary_file_is_read_to_the_bound(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"12345")
    assert read_ordinary_file(path, max_bytes=5) == b"12345"
    with pytest.raises(TooLong):
        read_ordinary_file(path, max_bytes=4)


def test_folders_pipes_devices_and_their_links_are_not_opened(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        read_ordinary_file(tmp_path, max_bytes=9)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/zero")
    for path in (tmp_path / "pipe", tmp_path / "link", Path("/dev/zero"), Path("/dev/tty")):
        with pytest.raises(NotOrdinary):
            read_ordinary_file(path, max_bytes=9)


def test_a_pipe_that_takes_the_place_of_a_file_does_not_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"x")
    os.mkfifo(tmp_path / "pipe")
    real, seen = os.stat, tmp_path / "file"
    monkeypatch.setattr(os, "stat", lambda path: real(seen))
    with pytest.raises(NotOrdinary):
        read_ordinary_file(tmp_path / "pipe", max_bytes=9)


@pytest.mark.skipif(not Path("/proc/self/pagemap").exists(), reason="no /proc")
def test_a_file_that_says_it_is_short_is_not_read_without_end() -> None:
    with pytest.raises(TooLong):
        read_ordinary_file(Path("/proc/self/smaps"), max_bytes=100)


@pytest.mark.parametrize("what", ["pipe", "/dev/zero", "/dev/full"])
def test_no_reader_waits_for_a_pipe_or_a_device(what: str, tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    if what == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(what)
    with pytest.raises(PhotoError, match="not an ordinary file"):
        read_photo(path)
    with pytest.raises(LabelMapError, match="no ordinary file"):
        read_label_map(path)
    assert load_settings(path) == Settings()
    save_settings(Settings(), path)  # which is logged only
    assert not path.is_file()


@pytest.mark.parametrize(
    ("start", "what"),
    [
        (b"\xff\x0a\xfa\x1f", "JPEG XL"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
        (b"8BPS\0\x01", "Photoshop document (PSD)"),
        (b"8BPS\0\x02", "Photoshop document (PSB)"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
        (b"\xff\x4f\xff\x51", "JPEG 2000"),
        (b"v/1\x01\x02\0\0\0", "OpenEXR"),
        (b"#?RADIANCE\n", "Radiance HDR"),
        (b"\0\0\0\x18ftypmp42", "video"),
        (b"\0\0\0\x18ftypcrx ", "RAW"),
        (b"FUJIFILMCCD-RAW 0201", "RAW"),
        (b"gimp xcf v011", "GIMP"),
        (b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/x-krita", "Krita"),
        (b"PK\x03\x04" + bytes(26) + b"mimetypeimage/openraster", "OpenRaster"),
        (b"PK\x03\x04" + bytes(60), "archive"),
        (b"P6\n640 480\n255\n", "PPM"),
        (b"qoif", "QOI"),
        (b"II\xbc\x01", "JPEG XR"),
        (b"%PDF-1.7", "PDF"),
        (b"%!PS-Adobe", "PostScript"),
        (b"<?xml version='1.0'?>\n<svg>", "SVG"),
        (b"\xef\xbb\xbf<svg width='1'>", "SVG"),
        (b"<!DOCTYPE html>", "web page"),
        (b"DDS |\0\0\0", "DDS"),
        (b"\0\0\x01\0\x01\0", "icon"),
        (b"SIMPLE  =                    T", "FITS"),
    ],
)
def test_what_is_not_read_is_named_with_what_to_do(start: bytes, what: str, tmp_path: Path) -> None:
    kind = kind_of(start)
    assert kind is not None and what in kind.what and kind.hint
    (tmp_path / "x.jpg").write_bytes(start.ljust(300, b"\0"))
    with pytest.raises(PhotoError, match=r"x\.jpg is") as caught:
        read_photo(tmp_path / "x.jpg")
    named = what in caught.value.message or what in caught.value.hint
    assert named and caught.value.hint


@pytest.mark.parametrize(
    ("start", "what"),
    [
        (b"\0\0\0\x18ftypheic", "HEIC"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif", "AVIF"),
        (b"\0\0\0\x1cftypavif", "AVIF"),
    ],
)
def test_a_header_alone_is_damaged(start: bytes, what: str, tmp_path: Path) -> None:
    kind = kind_of(start)
    assert kind is not None and what in kind.what and kind.hint
    (tmp_path / "x.jpg").write_bytes(start.ljust(300, b"\0"))
    with pytest.raises(PhotoError, match=rf"x\.jpg is (damaged|a {what})"):
        read_photo(tmp_path / "x.jpg")


def test_noise_is_of_no_known_kind(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        data = b"\x13\x37" + rng.bytes(200)
        assert kind_of(data) is None
