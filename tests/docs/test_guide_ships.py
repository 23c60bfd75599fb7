"""The guide goes along with the program, wherever it is installed."""

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = {f.relative_to(ROOT).as_posix() for f in (ROOT / "docs" / "guide").rglob("*.*")}


def test_the_wheel_has_all_pages_and_pictures() -> None:
    builders = pytest.importorskip("hatchling.builders.wheel", reason="hatchling is missing")
    builder = builders.WheelBuilder(str(ROOT))
    names = {file.distribution_path for file in builder.recurse_included_files()}
    assert len(FILES) > 50
    assert {f"s2flow_app/{name}" for name in FILES} <= names


def test_the_bundle_has_all_pages_and_pictures(monkeypatch) -> None:
    if not (ROOT / "installer" / "bundle_contents.py").is_file():
        pytest.skip("there is no bundle yet")
    monkeypatch.syspath_prepend(str(ROOT / "installer"))
    spec = importlib.util.find_spec("bundle_contents")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "bundle_contents", module)
    spec.loader.exec_module(module)
    names = {
        f"{folder}/{Path(file).name}".replace("\\", "/") for file, folder in module.own_files(ROOT)
    }
    assert names >= FILES
