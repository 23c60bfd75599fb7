"""Outputs that are inputs, or cannot be written, are refused before any network is loaded."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from s2flow_app.cli import segment
from s2flow_app.cli.main import run
from s2flow_app.engine.session import Session
from s2flow_app.label_files import write_label_map


@pytest.fixture
def inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a photo, a reference, label maps, links to them; no pack may be loaded."""

    def load(*given: object, **named: object) -> None:
        pytest.fail("networks were loaded")

    monkeypatch.setattr(Session, "load", load)
    monkeypatch.setattr(segment, "load_pack", load)
    noise = np.random.default_rng(1).integers(0, 255, (64, 64, 3), np.uint8)
    for name in ("P.png", "P.jpg", "R.png", "sample.png"):
        Image.fromarray(noise).save(tmp_path / name)
    for name in ("m.png", "01.png", "one-map-many-codes.png"):
        write_label_map(tmp_path / name, np.ones((512, 512), np.uint8))
    (tmp_path / "link.png").symlink_to("P.png")
    (tmp_path / "hard.png").hardlink_to(tmp_path / "P.png")
    (tmp_path / "hard-m.png").hardlink_to(tmp_path / "m.png")
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def hashes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def refused(
    inputs: Path, command: str, capsys: pytest.CaptureFixture[str], *, out: str = ""
) -> str:
    before = hashes(inputs)
    assert run(command.split()) == 1
    assert hashes(inputs) == before
    captured = capsys.readouterr()
    assert captured.out == out
    assert captured.err.count("\n") == 1, "one sentence"
    return captured.err


@pytest.mark.parametrize(
    "command",
    [
        "segment P.png -o P.png",
        "segment P.png -o link.png",
        "segment P.png -o hard.png",
        "segment link.png -o P.png",
        "segment P.jpg -o new.png --crop P.jpg",
        "segment P.png -o new.png --crop ./data/../P.png",
        "semantic P.png --labels m.png -o m.png",
        "semantic P.png --labels m.png -o hard-m.png",
        "semantic P.png --labels m.png -o P.png",
        "semantic P.png --labels m.png --from 01.png -o 01.png",
        "semantic P.jpg --labels m.png -o new.png --crop-out P.jpg",
        "semantic P.jpg --labels m.png -o new.png --crop-out m.png",
        "style P.png --reference R.png -o R.png",
        "style P.png --random 1 -o hard.png",
        "sequence P.png --labels m.png 01.png -o .",
        "sample --labels m.png -o m.png",
        "sample --labels hard-m.png -o m.png",
        "disentangle --labels m.png one-map-many-codes.png -o .",
        "demo -o . --photo sample.png",
    ],
)
def test_an_output_that_is_an_input_is_refused(
    command: str, inputs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "one of the files that are read, which are never" in refused(inputs, command, capsys)


@pytest.mark.parametrize(
    "command", ["train parser --data data --work data", "evaluate --data data --sheets data"]
)
def test_a_folder_that_is_read_is_not_written_to(
    command: str, inputs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "is a folder that is read from" in refused(inputs, command, capsys)


COMMANDS = (
    "segment P.png -o {}",
    "segment P.png -o new.png --crop {}",
    "semantic P.png --labels m.png -o {}",
    "semantic P.png --labels m.png -o new.png --crop-out {}",
    "style P.png --random 1 -o {}",
    "sample --labels m.png -o {}",
    "gallery -o {}",
)
FOLDERS = (
    "sequence P.png --labels m.png -o {}",
    "disentangle --labels m.png -o {}",
    "demo -o {}",
    "import P.png --name new --to {}",
    "train parser --data data --work {}",
    "train pack --data data --out {}",
    "evaluate --data data --sheets {}",
    "evaluate --data data --work {}",
)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("missing/new.png", "There is no folder missing."),
        ("P.png/new.png", "P.png is not a folder."),
        ("new.xyz", "its ending names no format that is known here. Use one of"),
        ("new", "its ending names no format that is known here. Use one of"),
        ("sub.png", "sub.png is a folder. Add a file name to it."),
    ],
)
def test_what_cannot_be_written_is_refused(
    command: str, out: str, said: str, inputs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (inputs / "sub.png").mkdir()
    assert said in refused(inputs, command.format(out), capsys)


@pytest.mark.parametrize("command", FOLDERS)
@pytest.mark.parametrize("out", ["P.png", "P.png/deeper/still"])
def test_a_folder_that_cannot_be_made_is_refused(
    command: str, out: str, inputs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "P.png is not a folder." in refused(inputs, command.format(out), capsys)


def test_a_label_map_is_no_jpeg(inputs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Use one of .png." in refused(inputs, "segment P.png -o new.jpg", capsys)


def test_two_outputs_are_two_files(inputs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = "semantic P.png --labels m.png -o new.png --crop-out ./new.png"
    assert "asked for twice" in refused(inputs, command, capsys)
