"""Whatever is handed to the command line: one sentence that says what is wrong and what to do.

Runs the real program on the committed pack. Exit 1 where the work cannot be done; what is odd but
legitimate (CMYK, 16 bits, animated, huge) works.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from s2flow_app.cli.main import run

pytestmark = pytest.mark.pack
Say = Callable[..., str]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Say:
    """Runs `segment` on a file and gives what it said, after checking the exit code."""

    def segment(photo: Path, *more: str, code: int = 1) -> str:
        out = tmp_path / "labels.png"
        assert run(["segment", str(photo), "-o", str(out), *more]) == code
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        assert out.exists() == (code == 0)
        return captured.err

    return segment


@pytest.fixture(autouse=True)
def _needs_pack(pack_dir: Path) -> None:
    """Skips where there is no pack."""


def test_a_text_file_named_jpg(said: Say, tmp_path: Path) -> None:
    photo = tmp_path / "letter.jpg"
    photo.write_text("Dear Sir or Madam,")
    assert "letter.jpg" in said(photo)


def test_a_folder(said: Say, tmp_path: Path) -> None:
    assert "is a folder" in said(tmp_path)


def test_a_file_that_is_not_there(said: Say, tmp_path: Path) -> None:
    assert "no file" in said(tmp_path / "gone.jpg")


def test_a_camera_raw_file(said: Say, tmp_path: Path) -> None:
    photo = tmp_path / "shot.cr2"
    photo.write_bytes(b"II*\0\x10\0\0\0CR\x02\0" + bytes(400))
    assert "RAW converter" in said(photo)


def test_a_truncated_jpeg(said: Say, tmp_path: Path, astronaut: NDArray) -> None:
    photo = tmp_path / "cut.jpg"
    Image.fromarray(astronaut).save(photo)
    photo.write_bytes(photo.read_bytes()[:9000])
    assert "cut.jpg" in said(photo)


def test_one_pixel(said: Say, tmp_path: Path) -> None:
    photo = tmp_path / "dot.png"
    Image.new("RGB", (1, 1)).save(photo)
    assert "dot.png" in said(photo) or "No face" in said(photo)


def test_more_than_100_megapixels(said: Say, tmp_path: Path) -> None:
    photo = tmp_path / "poster.png"
    Image.new("L", (11000, 10000)).save(photo, compress_level=1)
    assert "megapixel" in said(photo)


def test_no_face(said: Say, tmp_path: Path) -> None:
    photo = tmp_path / "wall.png"
    Image.new("RGB", (400, 300), (120, 130, 140)).save(photo)
    assert "No face was found" in said(photo)


def test_a_face_number_that_is_not_there(said: Say, astronaut_path: Path) -> None:
    assert "there is no face 3" in said(astronaut_path, "--face", "3")


def test_cmyk_is_read(said: Say, tmp_path: Path, astronaut: NDArray) -> None:
    photo = tmp_path / "print.jpg"
    Image.fromarray(astronaut).convert("CMYK").save(photo)
    said(photo, code=0)


def test_sixteen_bit_colour_is_read(said: Say, tmp_path: Path, astronaut: NDArray) -> None:
    import cv2

    photo = tmp_path / "deep.png"
    cv2.imwrite(str(photo), astronaut[..., ::-1].astype(np.uint16) * 257)
    said(photo, code=0)


def test_of_an_animation_the_first_picture_is_read(
    said: Say, tmp_path: Path, astronaut: NDArray
) -> None:
    photo = tmp_path / "wave.gif"
    frames = [Image.fromarray(astronaut), Image.new("RGB", (512, 512))]
    frames[0].save(photo, save_all=True, append_images=frames[1:])
    said(photo, code=0)


def test_a_path_with_spaces_and_letters_of_all_kinds(
    said: Say, tmp_path: Path, astronaut: NDArray
) -> None:
    folder = tmp_path / "Fotos von Zoë 写真"
    folder.mkdir()
    Image.fromarray(astronaut).save(folder / "mein Bild ä.png")
    said(folder / "mein Bild ä.png", code=0)


@pytest.mark.parametrize(
    ("picture", "sentence"),
    [
        (Image.new("L", (256, 256)), "256 x 256"),
        (Image.new("L", (512, 512), 19), "holds the id 19"),
        (Image.new("RGB", (512, 512), (9, 9, 10)), "colour picture"),
    ],
)
def test_a_label_map_that_is_none(
    picture: Image.Image, sentence: str, astronaut_path: Path, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    labels, out = tmp_path / "map.png", tmp_path / "out.png"
    picture.save(labels)
    arguments = ["semantic", str(astronaut_path), "--labels", str(labels), "-o", str(out)]
    assert run(arguments) == 1
    said = capsys.readouterr().err
    assert sentence in said and "map.png" in said
    assert not out.exists()
