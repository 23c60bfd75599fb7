"""What the history calls operations, in both languages."""

from collections.abc import Iterator

import pytest

from s2flow_app.labels import HAIR, HAT, LOWER_LIP, MOUTH, SKIN, UPPER_LIP
from s2flow_app.model import operations as ops
from s2flow_app.model.operation_json import OPERATIONS
from s2flow_app.model.operations import Operation
from s2flow_app.ui.told.operations import operation_title
from s2flow_app.ui.translate import set_language

SLIDERS = {"lips_colour": "Lips: pale - red"}
BRUSH = ops.Stroke("brush", HAIR)
TITLES: dict[Operation, tuple[str, str]] = {
    BRUSH: ("Hair: brush", "Haare: Pinsel"),
    ops.Stroke("eraser"): ("Eraser", "Radierer"),
    ops.Stroke("restore"): ("Back to the parsed map", "Zurück zur erkannten Karte"),
    ops.Stroke("protect"): ("Protect the photo", "Foto schützen"),
    ops.Outline("ellipse", HAT): ("Hat: ellipse", "Hut: Ellipse"),
    ops.Fill(SKIN): ("Skin: filled", "Haut: gefüllt"),
    ops.Select(HAT): ("Hat: smart selection", "Hut: intelligente Auswahl"),
    ops.Reshape("grow", HAIR): ("Hair: grown", "Haare: vergrößert"),
    ops.MovePart("warp", (MOUTH, UPPER_LIP, LOWER_LIP)): ("Mouth: warped", "Mund: verformt"),
    ops.MovePart("move", (HAT,)): ("Hat: moved", "Hut: verschoben"),
    ops.Preset("smile", 0.8): ("Smile 80 %", "Lächeln 80 %"),
    ops.Preset("remove_hat", None): ("Hat off", "Hut ab"),
    ops.Preset("of_a_newer_version", 1.0): ("of_a_newer_version 100 %", "of_a_newer_version 100 %"),
    ops.Smile(1.2): ("Smile 120 %", "Lächeln 120 %"),
    ops.ShapeTransfer("hat", "anna.jpg"): ("Hat of anna.jpg", "Hut von anna.jpg"),
    ops.Merge(HAIR, HAT): ("Merge hair into hat", "Haare vereinen mit Hut"),
    ops.Stacking(HAIR): ("Stack hair", "Haare stapeln"),
    ops.Stacking(): ("Usual order", "Übliche Folge"),
    ops.FreeAll(): ("Free all", "Alles frei"),
    ops.LabelMapFile("map.png"): ("Label map map.png", "Klassenkarte map.png"),
    ops.Discard(): ("Discard changes", "Änderungen verwerfen"),
    ops.DiscardStyle(): ("Discard changes", "Änderungen verwerfen"),
    ops.StyleChange((("lips_colour", 0.4),)): (
        "Lips: pale - red +40 %",
        "Lippen: blass - rot +40 %",
    ),
    ops.StyleChange((("unknown", -0.25),), variation=(3, 0.5)): (
        "unknown -25 %, Random variation 50 %",
        "unknown -25 %, Zufällige Variante 50 %",
    ),
    ops.StyleChange(reference=("anna.jpg", 1.0)): (
        "Style of anna.jpg 100 %",
        "Stil von anna.jpg 100 %",
    ),
    ops.StyleRegion(()): ("Style: everywhere", "Stil: überall"),
    ops.StyleRegion((HAIR, HAT)): ("Style: only hair, hat", "Stil: nur Haare, Hut"),
    ops.StyleReset(): ("Reset style", "Stil zurücksetzen"),
    ops.ApplyEdit(): ("Apply", "Anwenden"),
    ops.ApplyEdit((BRUSH, BRUSH, ops.Smile(0.5), ops.Fill(HAT), ops.Fill(HAT), ops.Fill(SKIN))): (
        "Apply: Hair: brush, 2 strokes; Smile 50 % and 2 more",
        "Anwenden: Haare: Pinsel, 2 Striche; Lächeln 50 % und 2 weitere",
    ),
    ops.Amount(0.7): ("Amount 70 %", "Stärke 70 %"),
    ops.Alignment(): ("Align", "Ausrichten"),
    ops.Tuning(): ("Tune likeness", "Ähnlichkeit verbessern"),
}


@pytest.fixture
def german(qapp) -> Iterator[None]:
    set_language(qapp, "de")
    yield
    set_language(qapp, "en")


def test_every_kind_has_a_title() -> None:
    assert {type(each) for each in TITLES} == set(OPERATIONS.values())


@pytest.mark.parametrize(("operation", "expected"), TITLES.items(), ids=repr)
def test_title_in_english(qapp, operation: Operation, expected: tuple[str, str]) -> None:
    assert operation_title(operation, sliders=SLIDERS) == expected[0]


@pytest.mark.parametrize(("operation", "expected"), TITLES.items(), ids=repr)
def test_title_in_german(german, operation: Operation, expected: tuple[str, str]) -> None:
    assert operation_title(operation, sliders=SLIDERS) == expected[1]


def test_equal_strokes_in_a_row_are_counted_and_long_names_are_cut(qapp) -> None:
    assert operation_title(BRUSH, count=3) == "Hair: brush, 3 strokes"
    long = operation_title(ops.LabelMapFile("a\nb" + 300 * "c"))
    assert long.startswith("Label map a bc") and long.endswith("…") and len(long) < 60
