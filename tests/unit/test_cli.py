"""The commands that edit, sample and list, on a pack of small random networks."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dng_card import dng, linear_card
from PIL import Image
from tiny_pack import tiny_pack

from s2flow_app.alignment import quad_from_points
from s2flow_app.cli.main import COMMANDS, run
from s2flow_app.engine import session as session_module
from s2flow_app.engine.photo_session import FFHQ_POINTS
from s2flow_app.extras import C2PA, EXTRAS, RAW, Extra
from s2flow_app.label_files import read_label_map, write_label_map
from s2flow_app.labels import HAIR, SKIN
from s2flow_app.model.face import FaceBox


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("packs") / "tiny"
    tiny_pack(folder)
    return str(folder)


@pytest.fixture
def photo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A photo in which one face is found."""
    points = (FFHQ_POINTS * 300 + (60, 40)).astype(np.float32)

    class Finder:
        def find(
            self, image: np.ndarray, *, cancel: object = None, report: object = None
        ) -> list[FaceBox]:
            return [FaceBox(points, quad_from_points(points), 0.9)]

    monkeypatch.setattr(session_module, "face_finder", lambda net: Finder())
    rng = np.random.default_rng(1)
    small = Image.fromarray(rng.integers(0, 255, (8, 9, 3), np.uint8))
    path = tmp_path / "photo.png"
    small.resize((450, 400)).save(path)
    return str(path)


@pytest.fixture
def maps(tmp_path: Path) -> list[str]:
    """Two label maps."""
    paths = []
    for k, class_id in enumerate((HAIR, SKIN)):
        label_map = np.zeros((512, 512), np.uint8)
        label_map[100:300, 100 + 50 * k : 300] = class_id
        write_label_map(tmp_path / f"{k}.png", label_map)
        paths.append(str(tmp_path / f"{k}.png"))
    return paths


def _picture(path: str | Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture)


def _answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert run([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_semantic_edits_the_photo_and_says_how_well(
    photo: str, maps: list[str], pack: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, crop = tmp_path / "out.png", tmp_path / "crop.png"
    said = _answer(
        capsys, "semantic", photo, "--labels", maps[0], "-o", str(out), "--pack", pack,
        "--crop-out", str(crop), "--device", "cpu",
    )  # fmt: skip
    assert {"find", "flow", "export"} <= set(said["seconds"])
    assert 0 <= said["mask_adherence"] <= 1 and 0 <= said["mask_adherence_unedited"] <= 1
    assert 0 <= said["painted"] <= 1 and said["nfe"] > 0
    assert said["outside_change"] is None, "what is asked reaches everywhere"
    assert said["device"] == "cpu" and said["inversion_psnr_db"] > 0
    before, after = _picture(photo), _picture(out)
    assert after.shape == before.shape and (after != before).any()
    assert _picture(crop).shape == (512, 512, 3)


def test_a_map_that_asks_for_nothing_is_refused(
    photo: str, maps: list[str], pack: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.png"
    code = run(
        ["semantic", photo, "--labels", maps[0], "--from", maps[0], "-o", str(out), "--pack", pack]
    )
    assert code == 1 and "asks for no change" in capsys.readouterr().err
    assert not out.exists()


def test_sequence_goes_on_from_the_last_result(
    photo: str, maps: list[str], pack: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "steps"
    said = _answer(capsys, "sequence", photo, "--labels", *maps, "-o", str(out), "--pack", pack)
    assert [Path(step["out"]).name for step in said["steps"]] == ["01.png", "02.png"]
    first, second = (_picture(step["out"]) for step in said["steps"])
    assert (first != second).any()


def test_style_by_attribute_chance_and_amount(
    photo: str, pack: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pictures = []
    for more in (["--attribute", "warm=0.8"], ["--random", "0.5", "--seed", "4"]):
        for amount in ("100", "50"):
            out = tmp_path / f"{len(pictures)}.png"
            _answer(
                capsys, "style", photo, *more, "--amount", amount, "-o", str(out), "--pack", pack
            )
            pictures.append(_picture(out).tobytes())
    assert len(set(pictures)) == 4


def test_a_style_needs_something_asked_that_the_pack_has(
    photo: str, pack: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "out.png")
    assert run(["style", photo, "-o", out, "--pack", pack]) == 1
    assert "--attribute" in capsys.readouterr().err
    assert run(["style", photo, "--attribute", "nose=1", "-o", out, "--pack", pack]) == 1
    assert "light, warm" in capsys.readouterr().err


def test_sample_and_disentangle_write_sheets(
    maps: list[str], pack: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet, folder = tmp_path / "sheet.png", tmp_path / "sheets"
    _answer(capsys, "sample", "--labels", maps[0], "-n", "10", "-o", str(sheet), "--pack", pack)
    assert _picture(sheet).shape == (2 * 512, 8 * 512, 3)
    said = _answer(
        capsys, "disentangle", "--labels", *maps, "-n", "3", "-o", str(folder), "--pack", pack
    )
    shapes = [_picture(path).shape[:2] for path in said["out"]]
    assert shapes == [(2 * 512, 4 * 512), (4 * 512, 2 * 512)]


def test_packs_are_listed_with_their_terms(
    pack: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("S2FLOW_MODELS", str(Path(pack).parent))
    (found,) = _answer(capsys, "packs", "--check")["packs"]
    assert found["name"] == "tiny" and found["attributes"] == ["light", "warm"]
    assert found["terms"]


def test_doctor_names_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("S2FLOW_MODELS", str(tmp_path))
    assert run(["doctor", "--json"]) == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)["window"] == "ok"
    assert "no model pack" in captured.err


def test_doctor_lists_the_extras_and_how_those_come_that_are_missing(
    pack: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("S2FLOW_MODELS", str(Path(pack).parent))
    monkeypatch.setattr(Extra, "is_there", lambda self: self.name != "raw")
    extras = _answer(capsys, "doctor")["extras"]
    assert extras["heic"] == "opens HEIC pictures"
    assert extras["raw"].startswith("not installed: develops camera RAW files")
    assert 'pip install "s2flow-app[raw]"' in extras["raw"]
    assert list(extras) == ["heic", "raw", "c2pa", "train", "evaluate"]


def test_extras_are_those_of_the_project_file() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
    named = project["project"]["optional-dependencies"]
    assert {extra.name for extra in EXTRAS} <= named.keys()


def test_how_a_photo_was_developed_is_said(
    maps: list[str], pack: str, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch, photo: str,
) -> None:  # fmt: skip
    if not RAW.is_there():
        pytest.skip("the extra 'raw' is missing")
    shot = tmp_path / "shot.dng"
    shot.write_bytes(dng(linear_card(512, 512)))
    said = "shot.dng was developed neutrally: the camera's white balance"
    style = ["style", str(shot), "--attribute", "light=0.5", "-o", str(tmp_path / "out.png")]
    assert run([*style, "--pack", pack, "--json"]) == 0
    captured = capsys.readouterr()
    assert said in captured.err and json.loads(captured.out)["out"]
    run(["segment", str(shot), "-o", str(tmp_path / "labels.png"), "--pack", pack])
    assert said in capsys.readouterr().err


def test_exports_are_signed_if_asked(
    maps: list[str], photo: str, pack: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if not C2PA.is_there():
        pytest.skip("the extra 'c2pa' is missing")
    from own_certificates import own_certificate

    own, out = own_certificate(tmp_path), tmp_path / "out.png"
    edit = ["style", photo, "--attribute", "light=0.5", "--pack", pack]
    both = ["--sign-cert", str(own.certificate), "--sign-key", str(own.key)]
    assert run([*edit, "-o", str(out), *both]) == 0
    assert b"caBX" in out.read_bytes()  # the chunk of a manifest
    assert run([*edit, "-o", str(out)]) == 0
    assert b"caBX" not in out.read_bytes()
    capsys.readouterr()
    for given, said in (
        (both[:2], "takes a certificate and its key"),
        ([*both[:3], str(own.certificate)], "holds no private key"),
    ):
        assert run([*edit, "-o", str(tmp_path / "no.png"), *given]) == 1
        assert said in capsys.readouterr().err and not (tmp_path / "no.png").exists()
    key = own.key.read_bytes()
    assert run([*edit, "-o", str(own.key), *both]) == 1
    assert own.key.read_bytes() == key


def test_a_label_map_comes_back_as_it_was_written(maps: list[str]) -> None:
    label_map = read_label_map(Path(maps[0]))
    assert (label_map[100:300, 100:300] == HAIR).all() and label_map.sum() == HAIR * 200 * 200


@pytest.mark.parametrize("value", ["101", "-1", "x"])
def test_usage_errors_exit_with_2(value: str) -> None:
    with pytest.raises(SystemExit) as stop:
        run(["sample", "--labels", "m.png", "-n", "0", "-o", "x.png", "--seed", value])
    assert stop.value.code == 2


def test_help_of_every_command_is_there_and_the_list_needs_no_torch() -> None:
    for command in COMMANDS:
        with pytest.raises(SystemExit) as stop:
            run([command, "--help"])
        assert stop.value.code == 0
    code = (
        "import sys; from s2flow_app.__main__ import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: sys.exit('torch' in sys.modules or 'PySide6' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert done.returncode == 0
