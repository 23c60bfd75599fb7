"""The quick part of the journal's counts: kills, a failing disk, flipped bits."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from failing_disk import COMPILER
from journal_flips import flipped_journals

FOLDER = Path(__file__).parent


def _run(script: str, *arguments: str) -> str:
    """A script in a process of its own: it forks, which is for processes without threads."""
    paths = os.pathsep.join([str(FOLDER), str(FOLDER.parent / "helpers"), os.getcwd()])
    environment = os.environ | {"PYTHONPATH": paths, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(FOLDER / script), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.skipif("sys.platform == 'win32'", reason="nothing kills like SIGKILL there")
def test_a_killed_process_loses_nothing_that_was_told_to_be_safe() -> None:
    assert ": 0 of those lost" in _run("journal_kills.py", "--count", "12", "--seed", "3")


@pytest.mark.skipif("sys.platform == 'win32'", reason="nothing kills like SIGKILL there")
def test_a_killed_editor_is_reopened_by_its_window() -> None:
    said = _run("editor_kills.py", "--count", "4", "--seed", "1")
    assert ": 0 of those lost" in said and ", 0 as another document" in said


@pytest.mark.skipif("sys.platform != 'linux'", reason="a library is preloaded")
@pytest.mark.skipif(not COMPILER, reason="there is no C compiler")
def test_a_failing_disk_stops_nobody_and_loses_nothing() -> None:
    assert ": 0 steps lost" in _run("journal_disk.py", "--every", "80")


def test_a_flipped_bit_is_never_loaded_without_a_word() -> None:
    counts = flipped_journals(150, seed=3)
    assert counts.wrong == 0 and counts.told > 50, str(counts)
