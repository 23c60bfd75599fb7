"""What the window says of what comes from below it: every text is there to be translated."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

from s2flow_app.engine.tiff import COLOUR_SPACES, SAMPLE_KINDS
from s2flow_app.label_shapes.presets import PRESETS
from s2flow_app.label_shapes.transfer import PARTS
from s2flow_app.labels import CLASSES
from s2flow_app.paths import models_dir
from s2flow_app.ui.told import TEXTS

PACKAGE = Path(__file__).resolve().parents[2] / "s2flow_app"
FOLDERS = ("engine", "worker", "nets", "document", "importers", "project", "ui/project")
FILES = (
    "atomic_file.py", "errors.py", "file_kinds.py", "label_files.py", "ordinary_file.py",
    "outputs.py", "paths.py", "generator_folder.py", "cli/packs.py", "cli/project.py",
)  # fmt: skip
SAYING = re.compile(
    r"(User|Photo|Output|NoFace|LabelMap|Pack|Checkpoint|Device|Integration|Project)Error|Failed"
    r"|__init__|FileKind|damaged|not_read|too_large|_unreadable|error_type|step|stage|checked_count"
)
"""What takes a message, a hint, a stage, or a reason that a message has in it."""
REASONS = re.compile(r"(Value|Runtime|OS|IsADirectory)Error|NotOrdinary|TooLong")
GIVE_REASONS = {
    "atomic_file.py", "bounded.py", "label_files.py", "manifest.py", "ordinary_file.py", "pack.py",
    "tiff_samples.py",
}  # fmt: skip
"""Modules whose exceptions that are no `UserError` are told as reasons."""
MADE_OF = {
    "{} {}.": (
        "{} is a folder.",
        "{} is not there, or is not a file.",
        "{} is cut short or damaged.",
        "{} asks for more memory than a checkpoint of its size.",
    ),
    "{} {}, so it is no checkpoint.": (
        "{} is empty, so it is no checkpoint.",
        "{} has more than {} GiB, so it is no checkpoint.",
    ),
    "{} {}{} (of the {})": (
        "{} lacks {} (of the {}).",
        "{} has weights that do not belong there: {} (of the {}).",
        "{} and {} more",
    ),
}
"""Templates all of whose words are variable: what they become."""
KNOWN = {re.sub(r"\{\d\}", "{}", text) for text in TEXTS}


def known(text: str) -> bool:
    """``text`` has ``{}`` where a name or number stands."""
    return text in KNOWN


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
    """The errors, reasons and stages that a module tells, with ``{}`` for what is filled in."""
    module = ast.parse(file.read_text(encoding="utf-8"))
    constants: dict[str, object] = {}
    for node in module.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        if isinstance(node, ast.AnnAssign):
            target = node.target
        if isinstance(target, ast.Name) and isinstance(node, ast.Assign | ast.AnnAssign):
            constants[target.id] = node.value and _template(node.value, constants)
    for node in ast.walk(module):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        is_reason = file.name in GIVE_REASONS and REASONS.fullmatch(name)
        if not (SAYING.fullmatch(name) or is_reason):
            continue
        given = [*node.args, *(k.value for k in node.keywords if k.arg in ("message", "hint"))]
        for argument in (each for one in given for each in _choices(one)):
            text = _template(argument, constants)
            if text and name == "CheckpointError" and text[0].islower():
                text = f"{{}} {text}."  # a file's name is put before its verb
            if text:
                yield from MADE_OF.get(text, (text,))


def _choices(node: ast.expr) -> Iterator[ast.expr]:
    """Both of ``a if x else b``, which may be nested; any other as it is."""
    if isinstance(node, ast.IfExp):
        yield from _choices(node.body)
        yield from _choices(node.orelse)
    else:
        yield node


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
    # A constant that is filled in itself is a text of its own, which is told in this one's place.
    return value if isinstance(value, str) and "{}" not in value else "{}"


def test_errors_and_stages_can_be_translated() -> None:
    """One that fails here gets a line in a module of `ui/told`; then `make translations`."""
    said = [(file.name, text) for file in sources() for text in said_in(file)]
    assert [each for each in said if not known(each[1])] == []


def test_the_variants_of_tiff_can_be_translated() -> None:
    assert [t for t in (*COLOUR_SPACES.values(), *SAMPLE_KINDS.values()) if not known(t)] == []


def test_the_collection_finds_texts() -> None:
    found = {text for file in sources() for text in said_in(file)}
    assert len(found) > 250
    assert found >= {
        "{} is empty.",
        "Parsing",
        "is a JPEG 2000 picture",
        "it has {} samples a pixel",
        "{} is no whole number of 0 to {}",
        "{} lacks {}, or has it in another shape.",
        "its parts overlap",
    }
