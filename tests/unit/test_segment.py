"""`s2flow segment` on the public-domain astronaut, and on files that are no photos."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage.data import astronaut

from s2flow_app.alignment import crop_matrix, extract_crop, quad_from_points
from s2flow_app.cli.main import run
from s2flow_app.labels import HAIR, LABEL_SIZE, NOSE, SKIN

EYES_NOSE_MOUTH = np.array([[197, 113], [243, 107], [224, 140], [204, 163], [246, 158]], np.float32)


def test_segment_writes_the_label_map_of_the_face(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo, labels = tmp_path / "Frau Müller.png", tmp_path / "labels.png"
    Image.fromarray(astronaut()).save(photo)
    assert run(["segment", str(photo), "-o", str(labels), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert {"skin", "nose", "hair", "left_eye", "right_eye"} <= set(answer["classes"])
    middle = np.mean(answer["quad"], axis=0)
    assert np.linalg.norm(middle - EYES_NOSE_MOUTH.mean(0)) < 40
    with Image.open(labels) as image:
        label_map = np.asarray(image)
    assert label_map.shape == (LABEL_SIZE, LABEL_SIZE)
    assert label_map[290, 256] in (NOSE, SKIN)
    assert (label_map == HAIR).mean() > 0.05


def test_a_photo_on_its_side_is_turned_by_its_exif(tmp_path: Path) -> None:
    photo, labels = tmp_path / "turned.jpg", tmp_path / "labels.png"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(np.rot90(astronaut()).copy()).save(photo, exif=exif)
    assert run(["segment", str(photo), "-o", str(labels)]) == 0


def test_sixteen_bit_grey_is_scaled_not_clipped(tmp_path: Path) -> None:
    photo, labels = tmp_path / "deep.png", tmp_path / "labels.png"
    grey = astronaut().mean(2) * 257
    Image.fromarray(grey.astype(np.uint16)).save(photo)
    assert run(["segment", str(photo), "-o", str(labels)]) == 0


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("text.jpg", b"not a photo", "not a photo that this program can read"),
        ("photo.nef", b"II*" + bytes(99), "RAW file"),
        ("missing.jpg", None, "There is no file"),
        (".", None, "is a folder"),
        ("one.bmp", "1x1", "No face was found"),
    ],
)
def test_bad_input_gets_one_sentence(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    content: bytes | str | None,
    sentence: str,
) -> None:
    photo = tmp_path / name
    if isinstance(content, bytes):
        photo.write_bytes(content)
    elif content:
        Image.new("RGB", (1, 1)).save(photo)
    assert run(["segment", str(photo), "-o", str(tmp_path / "labels.png")]) == 1
    said = capsys.readouterr().err
    assert sentence in said and "Traceback" not in said
    assert not (tmp_path / "labels.png").exists()


def test_a_truncated_photo_is_called_damaged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo = tmp_path / "cut.jpg"
    Image.fromarray(astronaut()).save(photo)
    photo.write_bytes(photo.read_bytes()[:5000])
    assert run(["segment", str(photo), "-o", str(tmp_path / "labels.png")]) == 1
    assert "damaged or cut short" in capsys.readouterr().err


def test_the_quads_corners_are_the_crops_corners() -> None:
    quad = quad_from_points(EYES_NOSE_MOUTH)
    matrix = crop_matrix(quad, 100)
    corners = (quad - 0.5) @ matrix[:, :2].T + matrix[:, 2] + 0.5
    np.testing.assert_allclose(corners, [[0, 0], [0, 100], [100, 100], [100, 0]], atol=1e-3)
    assert extract_crop(astronaut(), quad, 100).shape == (100, 100, 3)
