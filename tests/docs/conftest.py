"""What the tests of the guide share: its pages, and the script that makes some of them."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def make_pages() -> ModuleType:
    """`docs/scripts/make_pages.py`."""
    spec = importlib.util.spec_from_file_location(
        "make_pages", ROOT / "docs" / "scripts" / "make_pages.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_pages"] = module
    spec.loader.exec_module(module)
    return module
