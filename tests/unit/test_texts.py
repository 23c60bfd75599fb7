"""What the window says of what comes from below it: every text is there to be translated."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

from s2flow_app.label_shapes.presets import PRESETS
from s2flow_app.label_shapes.transfer import PARTS
from s2flow_app.labels import CLASSES
from s2flow_app.paths import models_dir
from s2flow_app.ui.told import TEXTS

PACKAGE = Path(__file__).resolve().parents[2] / "s2flow_app"
FOLDERS = ("engine", "worker", "nets", "document")
FILES = ("label_files.py", "paths.py")
ERRORS = re.compile(r"(User|Photo|NoFace|LabelMap|Pack|Device|Integration)Error|Failed")
STAGES = ("step", "stage")


def known(text: str) -> bool:
    """``text`` has ``{}`` where a name or number stands."""
    return text in {re.sub(r"\{\d\}", "{}", each) for each in TEXTS}


def test_classes_shapes_and_parts_can_be_translated() -> None:
    titles = [c.title for c in CLASSES] + [c.title.lower() for c in CLASSES]
    titles += [text for p in PRESETS for text in (p.group, p.title, p.nothing)]
    titles += [text for p in PARTS for text in (p.title, p.title.lower())]
    assert [title for title in titles if not known(title)] == []


def test_style_sliders_of_the_built_in_pack_can_be_translated() -> None:
    manifests = list(models_dir().glob("*/pack.json"))
    assert manifests
    for manifest in manifests:
        styles = json.loads(manifest.read_text(encoding="utf-8"))["components"].get("styles")
        titles = styles["config"]["titles"] if styles else []
        assert [title for title in titles if not known(title)] == []


def sources() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from sorted((PACKAGE / folder).rglob("*.py"))
    for file in FILES:
        yield PACKAGE / file


def said_in(file: Path) -> Iterator[str]:
    """The errors and stages that a module tells, with ``{}`` where something is filled in."""
    module = ast.parse(file.read_text(encoding="utf-8"))
    constants = {}
    for node in module.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        if isinstance(node, ast.AnnAssign):
            target = node.target
        if isinstance(target, ast.Name) and isinstance(node.value, ast.Constant):  # type: ignore[union-attr]
            constants[target.id] = node.value.value  # type: ignore[union-attr]
    for node in ast.walk(module):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        given = [*node.args, *(k.value for k in node.keywords if k.arg in ("message", "hint"))]
        if not (ERRORS.fullmatch(name) or name in STAGES):
            continue
        for argument in given:
            text = _template(argument, constants)
            if text:
                yield text


def _template(node: ast.expr, constants: dict[str, object]) -> str | None:
    if isinstance(node, (ast.Name, ast.Constant)):
        value = constants.get(node.id) if isinstance(node, ast.Name) else node.value
        return value if isinstance(value, str) else None
    if isinstance(node, ast.JoinedStr):
        parts = (
            v.value if isinstance(v, ast.Constant) else _filled(v, constants) for v in node.values
        )
        return "".join(map(str, parts))
    return None


def _filled(node: ast.expr, constants: dict[str, object]) -> str:
    inner = node.value if isinstance(node, ast.FormattedValue) else node
    value = constants.get(inner.id) if isinstance(inner, ast.Name) else None
    return value if isinstance(value, str) else "{}"


def test_errors_and_stages_can_be_translated() -> None:
    """One that fails here gets a line in `ui/told.py`; then `make translations`."""
    said = [(file.name, text) for file in sources() for text in said_in(file)]
    assert [each for each in said if not known(each[1])] == []


def test_the_collection_finds_texts() -> None:
    found = [text for file in sources() for text in said_in(file)]
    assert "{} is empty." in found and "Parsing" in found and len(found) > 60
