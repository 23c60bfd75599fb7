"""`import` and `packs` on the command line."""

import json
import os
import signal
from pathlib import Path
from typing import Any

import foreign_files as foreign
import numpy as np
import pytest
import torch
from PIL import Image
from tiny_pack import tiny_original_pack, tiny_pack

from s2flow_app.cli.main import run
from s2flow_app.label_files import write_label_map
from s2flow_app.labels import SKIN
from s2flow_app.paths import DEFAULT_PACK, find_pack, user_models_dir


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of shipped packs with one in it, `tiny`."""
    monkeypatch.setenv("S2FLOW_MODELS", str(tmp_path / "models"))
    tiny_pack(tmp_path / "models" / "tiny")
    return tmp_path / "models"


@pytest.fixture
def checkpoint(tmp_path: Path) -> str:
    torch.save(dict(foreign.small_deeplab().state_dict()), tmp_path / "parser.pth")
    return str(tmp_path / "parser.pth")


def _answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert run([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def _said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command that fails says."""
    assert run(list(arguments)) == 1
    captured = capsys.readouterr()
    assert captured.out == "" and "Traceback" not in captured.err
    return captured.err.splitlines()[-1]


def test_import_makes_a_pack_that_is_found_by_its_name(
    shipped: Path, checkpoint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = _answer(capsys, "import", checkpoint, "--name", "mine")
    assert Path(answer["path"]) == user_models_dir() / "mine" == find_pack("mine")
    assert list(answer["components"]) == ["parser"]
    assert answer["sources"][0]["file"] == "parser.pth"
    listed = _answer(capsys, "packs")["packs"]
    assert [pack["name"] for pack in listed] == ["tiny", "mine"]
    assert run(["import", checkpoint, "--name", "other"]) == 0
    assert "DeepLab v3 face parser" in capsys.readouterr().out


def test_import_to_another_folder(
    shipped: Path, checkpoint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    to = tmp_path / "elsewhere"
    answer = _answer(capsys, "import", checkpoint, "--name", "mine", "--to", str(to))
    assert Path(answer["path"]) == to / "mine"
    assert _answer(capsys, "packs", "verify", str(to / "mine"))["components"] == ["parser"]


def test_import_that_fails_says_why_in_one_line_and_leaves_nothing(
    shipped: Path, checkpoint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "text").write_text("no weights")
    said = _said(capsys, "import", checkpoint, str(tmp_path / "text"), "--name", "mine")
    assert said.startswith("text is neither a torch file nor a pickle.")
    assert "already a pack 'tiny'" in _said(capsys, "import", checkpoint, "--name", "tiny")
    assert not user_models_dir().exists()


def test_packs_show_says_what_is_in_a_pack_and_where_it_is_from(
    shipped: Path, checkpoint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _answer(capsys, "import", checkpoint, "--name", "mine")
    shown = _answer(capsys, "packs", "show", "mine")
    assert shown["files"]["parser"]["architecture"] == "deeplab_v3"
    (source,) = shown["sources"]
    assert source["kind"] == "DeepLab v3 face parser" and len(source["sha256"]) == 64
    assert run(["packs", "show", "mine"]) == 0
    out = capsys.readouterr().out
    assert source["sha256"] in out and "CelebAMask-HQ" in out
    assert _answer(capsys, "packs", "show", "tiny")["attributes"] == ["light", "warm"]


def test_packs_verify_reads_every_file(shipped: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _answer(capsys, "packs", "verify", "tiny")["whole"]
    with (shipped / "tiny" / "flow.safetensors").open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\x7f")
    assert "flow.safetensors is damaged" in _said(capsys, "packs", "verify", "tiny")
    assert "problem" in _answer(capsys, "packs", "list", "--check")["packs"][0]
    assert "problem" in _answer(capsys, "packs", "--check", "list")["packs"][0]
    assert "problem" not in _answer(capsys, "packs", "list")["packs"][0]


def test_packs_remove_deletes_imported_packs_only(
    shipped: Path, checkpoint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _answer(capsys, "import", checkpoint, "--name", "mine")
    _answer(capsys, "import", checkpoint, "--name", "away", "--to", str(tmp_path / "elsewhere"))
    for name in ("tiny", str(tmp_path / "elsewhere" / "away"), str(shipped / "tiny")):
        assert "not one that you imported" in _said(capsys, "packs", "remove", name)
    for name in ("nothing", "..", "../models", "."):
        assert "no model pack" in _said(capsys, "packs", "remove", name)
    _answer(capsys, "packs", "remove", "mine")
    assert list(user_models_dir().iterdir()) == []
    assert (shipped / "tiny").is_dir() and (tmp_path / "elsewhere" / "away").is_dir()


@pytest.mark.parametrize(
    "arguments", [["import", "x.pt"], ["import", "--name", "x"], ["packs", "show"], ["packs", "x"]]
)
def test_usage_errors_exit_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        run(arguments)
    assert stop.value.code == 2


def _size(path: Path) -> tuple[int, int]:
    with Image.open(path) as picture:
        return picture.size


def test_import_inspect_says_what_each_file_is_and_writes_nothing(
    shipped: Path, checkpoint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.txt").write_text("no weights")
    answer = _answer(capsys, "import", "--inspect", checkpoint, str(tmp_path / "bad.txt"))
    good, bad = answer["files"]
    assert good["kind"] == "DeepLab v3 face parser" and good["parts"] == ["parser"]
    assert bad["problem"].startswith("bad.txt is neither") and not bad["kind"]
    assert answer["name"] == "parser" and not answer["problem"]
    assert not user_models_dir().exists()
    _answer(capsys, "import", checkpoint, "--name", "parser")
    twice = _answer(capsys, "import", "--inspect", checkpoint, checkpoint)
    assert twice["name"] == "parser-2" and "hold a parser" in twice["problem"]


def test_the_gallery_of_a_pack_is_drawn_and_edited_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("S2FLOW_MODELS", str(tmp_path / "models"))
    tiny_pack(tmp_path / "models" / DEFAULT_PACK)
    pack = str(tmp_path / "theirs")
    tiny_original_pack(tmp_path / "theirs")
    out = tmp_path / "sheet.png"
    answer = _answer(capsys, "gallery", "--pack", pack, "--start", "2", "-n", "9", "-o", str(out))
    assert (answer["first"], answer["last"], answer["of"]) == (2, 5, 6)
    assert _size(out) == (4 * 128, 128)
    _answer(capsys, "gallery", "--pack", pack, "--face", "3", "-o", str(tmp_path / "face.png"))
    assert _size(tmp_path / "face.png") == (512, 512)
    write_label_map(tmp_path / "map.png", np.full((512, 512), SKIN, np.uint8))
    edit = ["semantic", "gallery:3", "--labels", str(tmp_path / "map.png"), "--pack", pack]
    _answer(capsys, *edit, "-o", str(tmp_path / "edited.png"))
    assert _size(tmp_path / "edited.png") == (512, 512)
    gallery = ["gallery", "-o", str(out), "--pack"]
    assert "The gallery has 6 faces" in _said(capsys, *gallery, pack, "--face", "6")
    assert "has no gallery" in _said(capsys, *gallery, DEFAULT_PACK)


def test_the_style_of_one_face_of_the_gallery_goes_to_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("S2FLOW_MODELS", str(tmp_path / "models"))
    tiny_pack(tmp_path / "models" / DEFAULT_PACK)
    pack = str(tmp_path / "theirs")
    tiny_original_pack(tmp_path / "theirs")
    style = ["style", "gallery:2", "--pack", pack, "--regions", "everywhere", "--reference"]
    pictures = []
    for reference in (2, 3, 4):
        out = tmp_path / f"{reference}.png"
        answer = _answer(capsys, *style, f"gallery:{reference}", "-o", str(out))
        assert answer["nfe"] > 0
        with Image.open(out) as picture:
            pictures.append(np.asarray(picture).astype(int))
    own, one, other = pictures
    assert np.abs(one - own).max() > 0 and np.abs(other - one).max() > 0
    out = ["-o", str(tmp_path / "out.png")]
    assert "The gallery has 6 faces" in _said(capsys, *style, "gallery:6", *out)
    built_in = ["style", "gallery:0", "--reference", "gallery:1", "--pack", DEFAULT_PACK]
    assert "no gallery" in _said(capsys, *built_in, *out)


def test_an_import_that_is_ended_leaves_nothing(
    shipped: Path, checkpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = signal.getsignal(signal.SIGTERM)

    def ended(path: Path) -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr("s2flow_app.importers.assemble.load_pack", ended)
    try:
        with pytest.raises(KeyboardInterrupt):  # which `ending` makes an exit code of
            run(["import", checkpoint, "--name", "mine"])
    finally:
        signal.signal(signal.SIGTERM, before)
    assert not list(user_models_dir().iterdir())
