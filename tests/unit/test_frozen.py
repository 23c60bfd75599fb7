"""Frozen into a bundle the program is its own Python: it starts itself as the reader."""

import sys
from pathlib import Path

import foreign_files as foreign
import pytest
import torch
from numpy.typing import NDArray

from s2flow_app.__main__ import main
from s2flow_app.engine.picture_process import PictureProcess
from s2flow_app.errors import CheckpointError
from s2flow_app.importers.reading import read_foreign
from s2flow_app.program import (
    PICTURE_READER,
    READER,
    command,
    picture_reader_command,
    reader_command,
)

PROGRAM = """#!{python}
import sys
sys.frozen, sys._MEIPASS = True, {root!r}
sys.path.insert(0, {root!r})
from s2flow_app.__main__ import main
sys.exit(main())
"""


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that can only be started as what it is, as PyInstaller's are."""
    program = tmp_path / "s2flow"
    root = Path(__file__).resolve().parents[2]
    program.write_text(PROGRAM.format(python=sys.executable, root=str(root)))
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    return program


def test_the_bundle_starts_itself_without_naming_modules(bundle: Path) -> None:
    assert command("packs", "--json") == [str(bundle), "packs", "--json"]
    assert reader_command("a.pt", "out") == [str(bundle), READER, "a.pt", "out"]


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script")
@pytest.mark.parametrize("zipped", [True, False])
def test_a_bundle_reads_a_checkpoint(bundle: Path, tmp_path: Path, zipped: bool) -> None:
    state = {"w": torch.arange(6.0).reshape(2, 3)}
    torch.save({"g_ema": state}, tmp_path / "a.pt", _use_new_zipfile_serialization=zipped)
    content = read_foreign(tmp_path / "a.pt").content
    assert torch.equal(content["g_ema"]["w"], state["w"])
    pickled = foreign.write_ada(tmp_path / "b.pkl", foreign.ada_object(foreign.small_generator()))
    assert read_foreign(pickled).content["G_ema"].name == "Generator"


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script")
def test_a_bundle_decodes_a_photo(bundle: Path, astronaut_path: Path, astronaut: NDArray) -> None:
    assert picture_reader_command() == [str(bundle), PICTURE_READER]
    assert (PictureProcess().read_photo(astronaut_path).display == astronaut).all()


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script")
def test_a_bundle_refuses_with_a_sentence(bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.pkl").write_bytes(b"\x80\x02cos\nsystem\nX\x04\x00\x00\x00true\x85R.")
    with pytest.raises(CheckpointError, match=r"bad\.pkl asks for os\.system"):
        read_foreign(tmp_path / "bad.pkl")


def test_the_reader_is_no_command_that_help_lists(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    listed = capsys.readouterr().out
    assert READER not in listed and PICTURE_READER not in listed


def test_unfrozen_the_reader_is_a_module_that_nothing_beside_the_file_replaces() -> None:
    assert reader_command("a", "b")[1:] == [
        "-P", "-B", "-m", "s2flow_app.importers.unpickle", "a", "b",
    ]  # fmt: skip
    assert picture_reader_command()[1:] == ["-P", "-B", "-m", "s2flow_app.engine.picture_reader"]


def test_only_one_place_starts_modules_of_the_program() -> None:
    root = Path(__file__).resolve().parents[2] / "s2flow_app"
    by_name = [file.name for file in root.rglob("*.py") if '"-m", ' in file.read_text("utf-8")]
    assert by_name == ["program.py"]
