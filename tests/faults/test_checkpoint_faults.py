"""One hostile checkpoint of every kind; `checkpoint_faults.py` tries as many as one likes."""

import importlib.util
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("checkpoint_faults.py")


def test_nothing_runs_and_no_reader_crashes() -> None:
    spec = importlib.util.spec_from_file_location("checkpoint_faults", SCRIPT)
    assert spec is not None and spec.loader is not None
    faults = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = faults  # dataclasses look their module up
    spec.loader.exec_module(faults)
    counts = faults.try_files(13, seed=18)
    assert counts.faults == []
    assert len(counts.kinds) == 13 and counts.refused > 8
