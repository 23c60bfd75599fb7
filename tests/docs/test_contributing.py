"""What contributors are told is true: files, commands, targets and versions are there."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = ("CONTRIBUTING.md", "installer/README.md", "installer/RELEASE.md")
MAKEFILES = [REPOSITORY / "Makefile", *sorted((REPOSITORY / "installer").rglob("*.mk"))]


def text(name: str) -> str:
    return (REPOSITORY / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_files_that_are_named_are_there(page: str) -> None:
    quoted = re.findall(r"`([\w./-]+)`", text(page))
    ending = re.compile(r"/$|\.(py|sh|md|mk|nsi|ps1|spec|svg|toml|json|plist|lock|yaml)$")
    named = [name for name in quoted if "NAME" not in name and ending.search(name)]
    named += re.findall(r"\]\(([^)#:]+)\)", text(page))
    packages = ("s2flow_app", "s2flow_app/ui", "s2flow_app/training", "installer")
    folders = [REPOSITORY / name for name in (".", *packages)]
    searched = [REPOSITORY / name for name in ("s2flow_app", "installer", "models")]
    inside = {file.name for folder in searched for file in folder.rglob("*")}
    missing = {
        name
        for name in named
        if name not in inside and not any((folder / name).exists() for folder in folders)
    }
    made = ("dist/", ".s2flow", "SHA256SUMS")
    assert {name for name in missing if not name.startswith(made)} == set()


@pytest.mark.parametrize("page", PAGES)
def test_targets_that_are_named_are_the_makefile_s(page: str) -> None:
    targets = "\n".join(file.read_text(encoding="utf-8") for file in MAKEFILES)
    heads = re.findall(r"^([a-z][a-z -]*):", targets, re.MULTILINE)
    named = re.findall(r"`(?:PYTHON=\S+ )?make ([a-z -]+)", text(page))
    named += re.findall(r"^    make ([a-z-]+)", text(page), re.MULTILINE)
    known = {name for head in heads for name in head.split()}
    assert {name for line in named for name in line.split()} - known == set()


def test_names_of_the_code_that_are_told_are_there() -> None:
    from s2flow_app.engine.manifest import COMPONENTS
    from s2flow_app.engine.pack import ARCHITECTURES
    from s2flow_app.label_shapes.presets import PRESETS, Preset
    from s2flow_app.training.run import BATCHES, STAGES
    from s2flow_app.ui.tools.registry import TOOLS, ToolSpec

    assert COMPONENTS and ARCHITECTURES and BATCHES and STAGES
    assert isinstance(PRESETS[0], Preset) and isinstance(TOOLS[0], ToolSpec)
    for tool in TOOLS:
        assert (REPOSITORY / "resources" / "icons" / f"tool.{tool.name}.svg").is_file()


def locked() -> dict[str, Version]:
    lines = [line for line in text("requirements-dev.lock").splitlines() if line[:1] != "#"]
    pairs = [line.split("==") for line in lines]
    return {canonicalize_name(name): Version(version) for name, version in pairs}


def test_the_lock_file_has_what_pyproject_asks_for() -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    extras = project["optional-dependencies"]
    asked = [*project["dependencies"]]
    for extra in ("test", "dev", "heic", "raw", "c2pa", "train", "evaluate"):
        asked += extras[extra]
    versions, wrong = locked(), []
    for requirement in map(Requirement, asked):
        name = canonicalize_name(requirement.name)
        if name != project["name"] and not requirement.specifier.contains(
            str(versions.get(name, Version("0"))), prereleases=True
        ):
            wrong.append(f"{requirement}: {versions.get(name)}")
    assert wrong == [], "run make lock"


def test_the_lock_file_names_no_index_and_no_path() -> None:
    lines = [line for line in text("requirements-dev.lock").splitlines() if line[:1] != "#"]
    assert lines and all(re.fullmatch(r"[a-z0-9-]+==[0-9a-z.]+", line) for line in lines)


def test_hooks_run_what_is_installed_here() -> None:
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
    (repository,) = yaml.safe_load(text(".pre-commit-config.yaml"))["repos"]
    assert repository["repo"] == "local"
    entries = [hook["entry"] for hook in repository["hooks"]]
    assert all(entry.startswith(".venv/bin/") for entry in entries)
    assert {hook["language"] for hook in repository["hooks"]} == {"system"}
