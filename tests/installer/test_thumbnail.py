"""The thumbnail of a project file: of real, of damaged and of hostile ones."""

import io
import os
import stat
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest
from PIL import Image

from s2flow_app.cli.thumbnail import MAX_STORED_SIDE, thumbnail
from s2flow_app.project.archive import MIMETYPE, THUMBNAIL
from s2flow_app.project.content import ContentError

ROOT = Path(__file__).resolve().parents[2]


def _png(width: int, height: int) -> bytes:
    encoded = io.BytesIO()
    Image.new("RGB", (width, height), (200, 80, 40)).save(encoded, "PNG")
    return encoded.getvalue()


def _project(file: Path, picture: bytes | None, mimetype: bytes = MIMETYPE.encode()) -> Path:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", mimetype)
        archive.writestr("project.json", b"{}")
        if picture is not None:
            archive.writestr(THUMBNAIL, picture)
    return file


def _main(*arguments: object) -> subprocess.CompletedProcess[str]:
    """As file managers start it: a process of its own, because of what it gives up."""
    code = "import sys; from s2flow_app.cli.thumbnail import main; sys.exit(main(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_the_thumbnail_has_the_side_that_is_asked_for(tmp_path: Path) -> None:
    project = _project(tmp_path / "a.s2flow", _png(256, 192))
    with Image.open(io.BytesIO(thumbnail(project, 128))) as picture:
        assert picture.size == (128, 96)
        assert picture.getpixel((5, 5)) == (200, 80, 40)


def test_a_file_manager_gets_a_png(tmp_path: Path) -> None:
    project = _project(tmp_path / "a b.s2flow", _png(64, 64))
    done = _main(project, tmp_path / "out.png", 32)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    with Image.open(tmp_path / "out.png") as picture:
        assert (picture.format, picture.size) == ("PNG", (32, 32))


@pytest.mark.parametrize("arguments", [(), ("a",), ("a", "b", "c"), ("a", "b", "-1"), ("a",) * 4])
def test_wrong_usage_is_told(arguments: tuple[str, ...]) -> None:
    done = _main(*arguments)
    assert done.returncode == 2 and done.stderr.startswith("usage: ")


def _bomb() -> bytes:
    """A PNG that says it has 60,000 pixels a side."""
    head = (60_000).to_bytes(4) * 2 + bytes((8, 2, 0, 0, 0))
    chunk = b"IHDR" + head
    return b"\x89PNG\r\n\x1a\n" + len(head).to_bytes(4) + chunk + zlib.crc32(chunk).to_bytes(4)


@pytest.mark.parametrize(
    ("picture", "mimetype"),
    [
        (None, MIMETYPE.encode()),
        (b"", MIMETYPE.encode()),
        (b"no picture", MIMETYPE.encode()),
        (_png(64, 64)[:-30], MIMETYPE.encode()),
        (_png(8, MAX_STORED_SIDE + 1), MIMETYPE.encode()),
        (_bomb(), MIMETYPE.encode()),
        (b"GIF89a" + bytes(40), MIMETYPE.encode()),
        (_png(64, 64), b"application/epub+zip"),
    ],
)
def test_what_shows_nothing_is_refused(
    tmp_path: Path, picture: bytes | None, mimetype: bytes
) -> None:
    project = _project(tmp_path / "a.s2flow", picture, mimetype)
    with pytest.raises(ContentError):
        thumbnail(project, 128)


def test_a_packed_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    project = tmp_path / "a.s2flow"
    with zipfile.ZipFile(project, "w") as archive:
        archive.writestr("mimetype", MIMETYPE)
        archive.writestr(THUMBNAIL, bytes(8 << 20), zipfile.ZIP_DEFLATED)
    with pytest.raises(ContentError):
        thumbnail(project, 128)


def test_every_cut_of_a_project_is_refused_or_shows_the_same(tmp_path: Path) -> None:
    whole = _project(tmp_path / "a.s2flow", _png(32, 32))
    data, shown = whole.read_bytes(), thumbnail(whole, 32)
    for length in range(0, len(data), 7):
        whole.write_bytes(data[:length])
        try:
            assert thumbnail(whole, 32) == shown
        except ContentError:
            continue


def test_what_is_no_file_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    paths = [tmp_path, tmp_path / "missing.s2flow"]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.s2flow")
        assert stat.S_ISFIFO(os.stat(tmp_path / "pipe.s2flow").st_mode)
        paths.append(tmp_path / "pipe.s2flow")
    for path in paths:
        done = _main(path, out)
        assert done.returncode == 1 and done.stderr.count("\n") == 1, done.stderr
        assert str(path) in done.stderr
    assert not out.exists()
