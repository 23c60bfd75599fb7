"""What the workflows of continuous integration run is there."""

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
INSTALLER = REPOSITORY / "installer"
WORKFLOWS = sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_name_only_what_is_there(workflow: Path) -> None:
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
    text = workflow.read_text(encoding="utf-8")
    jobs = yaml.safe_load(text)["jobs"]
    for name, job in jobs.items():
        assert job["runs-on"] and job["steps"], name
        assert set(job.get("needs", ())) <= set(jobs)
    for path in re.findall(r"(?:installer|docs|tests)/[\w./-]+\.(?:sh|py|ps1|spec)", text):
        assert (REPOSITORY / path).is_file(), path
    makefiles = [REPOSITORY / "Makefile", *INSTALLER.rglob("*.mk")]
    targets = "\n".join(path.read_text(encoding="utf-8") for path in makefiles)
    heads = re.findall(r"^([a-z][a-z -]*):", targets, re.MULTILINE)
    known = {target for head in heads for target in head.split()}
    called = re.findall(r"\bmake ((?:[a-z-]+ ?)+)", text)
    assert {target for line in called for target in line.split()} - known == set()


def test_workflows_build_and_test_on_all_three_systems() -> None:
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
    tests, installers = (
        yaml.safe_load((REPOSITORY / ".github" / "workflows" / name).read_text(encoding="utf-8"))
        for name in ("tests.yml", "installers.yml")
    )
    systems = " ".join(tests["jobs"]["matrix"]["strategy"]["matrix"]["os"])
    assert all(system in systems for system in ("ubuntu", "windows", "macos"))
    assert {"python", "linux", "windows", "macos"} == set(installers["jobs"]["release"]["needs"])
