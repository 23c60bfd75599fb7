"""What the wheel and the source archive hold: all that the program needs, and nothing else."""

import json
from pathlib import Path

import pytest

from s2flow_app.paths import DEFAULT_PACK, MANIFEST_NAME

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDERS = ("models", "resources", "docs", "LICENSES")
"""They stand beside the package in a checkout, in a wheel inside it."""
builders = pytest.importorskip("hatchling.builders.wheel", reason="hatchling is not installed")


def _names(builder) -> set[str]:
    return {file.distribution_path for file in builder.recurse_included_files()}


@pytest.fixture(scope="module")
def in_wheel() -> set[str]:
    return _names(builders.WheelBuilder(str(REPOSITORY)))


def test_the_wheel_carries_the_whole_pack(in_wheel: set[str], pack_dir: Path) -> None:
    manifest = json.loads((pack_dir / MANIFEST_NAME).read_text())
    files = [MANIFEST_NAME, *(part["file"] for part in manifest["components"].values())]
    assert len(files) > 5
    assert {f"s2flow_app/models/{DEFAULT_PACK}/{name}" for name in files} <= in_wheel


def test_the_wheel_carries_all_resources(in_wheel: set[str]) -> None:
    resources = REPOSITORY / "resources"
    files = [p.relative_to(REPOSITORY).as_posix() for p in resources.rglob("*") if p.is_file()]
    assert len(files) > 50
    assert {f"s2flow_app/{name}" for name in files} <= in_wheel


def test_the_wheel_carries_the_whole_package_and_its_types(in_wheel: set[str]) -> None:
    modules = [
        p.relative_to(REPOSITORY).as_posix() for p in (REPOSITORY / "s2flow_app").rglob("*.py")
    ]
    assert {"s2flow_app/py.typed", *modules} <= in_wheel


def test_the_wheel_holds_no_tests_tools_or_leftovers(in_wheel: set[str]) -> None:
    assert {name.split("/", 1)[0] for name in in_wheel} == {"s2flow_app"}
    # `training/` and `evaluation/` are commands of the program; tests are not.
    assert not [name for name in in_wheel if "tests/" in name or name.endswith((".pyc", ".pt"))]


def test_licences_go_with_wheel_and_source() -> None:
    metadata = builders.WheelBuilder(str(REPOSITORY)).metadata.core
    texts = sorted(p.relative_to(REPOSITORY).as_posix() for p in REPOSITORY.glob("LICENSES/*"))
    assert metadata.license_files == ["LICENSE", *texts]


def test_the_source_archive_holds_what_the_wheel_is_built_of(in_wheel: set[str]) -> None:
    sdist = pytest.importorskip("hatchling.builders.sdist")
    names = _names(sdist.SdistBuilder(str(REPOSITORY)))
    moved = {
        name.removeprefix("s2flow_app/")
        if name.startswith(tuple(f"s2flow_app/{folder}/" for folder in FOLDERS))
        else name
        for name in in_wheel
    }
    assert moved <= names
    assert {"LICENSE", "README.md"} <= names  # pyproject.toml is put there by hatchling itself
    assert not [name for name in names if name.startswith(("tests/", "docs/adr/", ".work/"))]
