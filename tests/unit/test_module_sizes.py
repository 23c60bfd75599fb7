"""Modules and classes of the parts that everything rests on stay small, and know no widgets."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "s2flow_app"
MODULES = sorted(
    file for part in ("model", "document", "control") for file in (PACKAGE / part).glob("*.py")
)
MAX_LINES, MAX_NAMES = 400, 25
WINDOW = {"PySide6.QtWidgets", "PySide6.QtGui"}


@pytest.mark.parametrize("file", MODULES, ids=lambda file: f"{file.parent.name}.{file.stem}")
def test_a_module_is_small_and_knows_no_widgets(file: Path) -> None:
    text = file.read_text("utf-8")
    assert len(text.splitlines()) <= MAX_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef):
            names = {
                each.name
                for each in node.body
                if isinstance(each, ast.FunctionDef) and not each.name.startswith("_")
            }
            assert len(names) <= MAX_NAMES, node.name
        elif isinstance(node, ast.ImportFrom):
            assert node.module not in WINDOW
        elif isinstance(node, ast.Import):
            assert not WINDOW & {each.name for each in node.names}
