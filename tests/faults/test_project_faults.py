"""The quick part of `project_faults` that needs a process of its own: a disk that fails."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from failing_disk import COMPILER

FOLDER = Path(__file__).parent


@pytest.mark.skipif("sys.platform != 'linux'", reason="a library is preloaded")
@pytest.mark.skipif(not COMPILER, reason="there is no C compiler")
def test_a_save_that_fails_leaves_the_old_project_or_the_new_one() -> None:
    paths = os.pathsep.join([str(FOLDER), str(FOLDER.parent / "helpers"), os.getcwd()])
    environment = os.environ | {"PYTHONPATH": paths, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(FOLDER / "project_faults.py"), "--fail-every", "11"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert ": 0 neither the old nor the new project" in done.stdout
