"""The window in German: nothing is left in English, and everything in the code is translated."""

import ast
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import PySide6
import pytest
from patience import PATIENCE_S
from pointer import drag
from PySide6.QtCore import QObject, QTranslator
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDockWidget,
    QGroupBox,
    QLabel,
    QMenu,
    QTreeWidget,
    QWidget,
)
from titles import titles

from s2flow_app.app import Editor
from s2flow_app.settings import Settings, load_settings
from s2flow_app.ui.dialogs import commands, notices, unsaved
from s2flow_app.ui.dialogs.command_palette import CommandPalette
from s2flow_app.ui.dialogs.commands import Commands
from s2flow_app.ui.dialogs.import_files import ImportDialog
from s2flow_app.ui.dialogs.shortcuts import ShortcutDialog
from s2flow_app.ui.told import class_in_text, told
from s2flow_app.ui.translate import set_language

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "resources" / "translations" / "s2flow_de.ts"
PLACES = re.compile(r"\{[^}]*\}")
Texts = dict[tuple[str, str], str]


@pytest.fixture
def german(qapp) -> Iterator[None]:
    set_language(qapp, "de")
    yield
    set_language(qapp, "en")


@pytest.fixture
def editor(qapp, qtbot, fake_session, tmp_path: Path, monkeypatch) -> Iterator[Editor]:
    monkeypatch.setattr(unsaved, "ask_about_unsaved", lambda *_: "discard")
    settings = Settings(language="de", terms_shown="Only to be faked.", tour_seen=True)
    made = Editor(qapp, settings, tmp_path / "settings.json", make_session=lambda: fake_session)
    qtbot.addWidget(made.window)
    made.start([tmp_path / "photo.png"])
    qtbot.waitUntil(lambda: made.document.has_face)
    yield made
    made.document.edits.discard()
    made.close()
    set_language(qapp, "en")


def catalogue(file: Path = CATALOGUE) -> Texts:
    """(context, English text): German text; fails if one is unfinished."""
    found: Texts = {}
    for context in ET.parse(file).getroot().iter("context"):
        for message in context.iter("message"):
            german = message.find("translation")
            assert german is not None
            source = message.findtext("source", "")
            found[context.findtext("name", ""), source] = german.text or ""
    return found


# --- the catalogue ----------------------------------------------------------------------------


def test_no_german_text_is_unfinished() -> None:
    unfinished = [
        message.findtext("source")
        for message in ET.parse(CATALOGUE).getroot().iter("message")
        if message.find("translation[@type]") is not None
        or not (message.findtext("translation") or "").strip(" ")
    ]
    assert unfinished == []


def test_the_catalogue_has_the_texts_of_the_code(tmp_path) -> None:
    """`make translations` mends it."""
    tool = Path(PySide6.__file__).parent / ("lupdate.exe" if os.name == "nt" else "lupdate")
    files = sorted((ROOT / "s2flow_app" / "ui").rglob("*.py"))
    files.append(ROOT / "s2flow_app" / "app.py")
    fresh = tmp_path / "fresh.ts"
    subprocess.run(
        [tool, *files, "-ts", fresh], check=True, capture_output=True, timeout=PATIENCE_S
    )
    assert catalogue(fresh).keys() == catalogue().keys()


def test_the_compiled_texts_are_the_catalogue_s(qapp) -> None:
    """`make translations` mends it."""
    compiled = QTranslator()
    assert compiled.load(str(CATALOGUE.with_suffix(".qm")))
    texts = catalogue()
    assert {key: compiled.translate(*key) for key in texts} == texts


def test_translations_fill_in_what_the_texts_do() -> None:
    for (_, source), german in catalogue().items():
        assert sorted(PLACES.findall(source)) == sorted(PLACES.findall(german)), source
        assert ("&" in source) == ("&" in german), source


MARKS = {"tr", "translate", "QT_TRANSLATE_NOOP"}
NO_TEXT = {
    "setObjectName", "inherits", "setStyle", "critical", "warning", "info", "exception",
    "setShortcut",
    "_Spec", "UserError",
}  # fmt: skip
NAMES = {"S2-Flow Studio", "MessageBar { background: "}
"""Not translated: the program's name, a style sheet."""
SENTENCE = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}|^[A-Z][a-z]+ [a-z]+")


class Unmarked(ast.NodeVisitor):
    """Collects what reads like words and is not marked for translation."""

    def __init__(self) -> None:
        self.found: list[tuple[int, str]] = []

    def visit_Call(self, node: ast.Call) -> None:
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name not in MARKS | NO_TEXT:
            self.generic_visit(node)
        elif name == "_Spec":
            for argument in node.args:
                self.visit(argument)

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # else a docstring
            self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        """An error of ours."""

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and SENTENCE.search(re.sub(r"<[^>]*>", "", node.value)):
            self.found.append((node.lineno, node.value))


def test_every_sentence_of_the_window_is_marked() -> None:
    wrong = []
    for file in sorted((ROOT / "s2flow_app" / "ui").rglob("*.py")):
        if file.name == "theme.py":  # a style sheet
            continue
        visitor = Unmarked()
        visitor.visit(ast.parse(file.read_text(encoding="utf-8")))
        wrong += [(file.name, *each) for each in visitor.found if each[1] not in NAMES]
    assert wrong == []


# --- the window -------------------------------------------------------------------------------


def shown(window: QWidget) -> Iterator[str]:
    """All that can be read on a window or heard of it."""
    for action in window.findChildren(QAction):
        yield from (action.text(), action.toolTip())
    for widget in (window, *window.findChildren(QWidget)):
        yield from (widget.toolTip(), widget.accessibleName(), widget.windowTitle())
        if isinstance(widget, (QAbstractButton, QLabel)):
            yield widget.text()
        elif isinstance(widget, (QGroupBox, QMenu)):
            yield widget.title()
        elif isinstance(widget, QDockWidget):
            yield widget.windowTitle()
        elif isinstance(widget, QComboBox):
            yield from (widget.itemText(k) for k in range(widget.count()))
        elif isinstance(widget, QTreeWidget):
            rows = (widget.topLevelItem(k) for k in range(widget.topLevelItemCount()))
            for item in (widget.headerItem(), *rows):
                assert item is not None
                for column in range(widget.columnCount()):
                    yield from (item.text(column), item.toolTip(column))


def left_in_english(window: QWidget) -> set[str]:
    """Texts of the window that have a German one."""
    texts = catalogue()
    english = {source for (_, source), german in texts.items() if german != source}
    english -= set(texts.values())
    return {text for text in shown(window) if re.sub(r" \([^()]*\)$", "", text) in english}


def test_the_window_comes_up_in_german(editor: Editor) -> None:
    window = editor.window
    assert [a.text().replace("&", "") for a in window.menuBar().actions()][:2] == [
        "Datei", "Bearbeiten",
    ]  # fmt: skip
    assert window.docks.by_name["Layers"].windowTitle() == "Ebenen"
    assert "Haare" in set(shown(window.layers))
    assert left_in_english(window) == set()


def test_dialogs_come_up_in_german(qtbot, editor: Editor) -> None:
    window = editor.window
    for dialog in (
        CommandPalette(list(window.actions_.all.values()), window),
        ShortcutDialog(window.actions_, window),
    ):
        qtbot.addWidget(dialog)
        assert left_in_english(dialog) == set()
    window.preferences.show_tour()
    tour = window.preferences.tour
    assert tour is not None and tour.skip.text() == "Überspringen"
    tour.skip.click()
    assert "Pinsel" in notices.shortcut_help(window.actions_)


def test_steps_figures_and_messages_are_german(qtbot, editor: Editor) -> None:
    window, canvas = editor.window, editor.window.canvas
    drag(canvas, canvas.to_widget(40, 40), canvas.to_widget(80, 60))
    window.shapes_panel.presets["remove_hat"].click()
    assert window.messages.text == "Hut ab: Dieses Gesicht trägt keinen Hut."
    assert titles(editor.document) == ["Haare: Pinsel"]
    base = editor.document.edits.base
    window.edit_panel.apply.click()
    qtbot.waitUntil(lambda: editor.document.edits.base is not base)
    assert "gelangen 70 %" in window.edit_panel.figures.text()
    assert "0,10 s" in window.edit_panel.figures.text()


def test_the_choice_of_a_language_is_kept(editor: Editor, tmp_path) -> None:
    english = next(a for a in editor.window.language.actions() if a.data() == "en")
    english.trigger()
    assert load_settings(tmp_path / "settings.json").language == "en"
    assert "nächsten Start" in editor.window.messages.text


def test_what_the_engine_says_is_german(german) -> None:
    assert told("a.png is empty.") == "a.png ist leer."
    said = told("b.txt is not a photo that this program can read: it is a web page.")
    assert said == "b.txt ist kein Foto, das dieses Programm lesen kann, sondern eine Webseite."
    assert told("Nobody knows this.") == "Nobody knows this."
    assert class_in_text(4) == "linkes Auge"


@pytest.mark.parametrize(
    ("english", "translated"),
    [
        (
            "a.tif is a TIFF with 32-bit floating-point samples, which this program does not read.",
            "a.tif ist ein TIFF mit 32-Bit-Werten (Gleitkomma); das liest dieses Programm nicht.",
        ),
        (
            "a.jpg is damaged or cut short: its header says 640 x 480 pixels, but only the first 12"
            " rows are there.",
            "a.jpg ist beschädigt oder abgeschnitten: Laut Dateikopf sind es 640 x 480 Pixel, aber"
            " nur die ersten 12 Zeilen sind da.",
        ),
        (
            "a.png is too large (20000 x 9000 pixels): at most 100 megapixels can be edited.",
            "a.png ist zu groß (20000 x 9000 Pixel): Höchstens 100 Megapixel lassen sich"
            " bearbeiten.",
        ),
        (
            "/a/map.png cannot be read as a label map (it is a JPEG XL picture, no PNG).",
            "/a/map.png lässt sich nicht als Klassenkarte lesen (ein JPEG-XL-Bild, kein PNG).",
        ),
        (
            "A label map is a 512 x 512 PNG whose values are class ids: save it without"
            " transparency.",
            "Eine Klassenkarte ist ein PNG mit 512 x 512 Pixeln, dessen Werte Klassennummern sind:"
            " ohne Transparenz speichern.",
        ),
        (
            "/p/pack.json is not a readable pack manifest (a name in training is no text).",
            "/p/pack.json ist kein lesbares Paketmanifest (ein Name in training ist kein Text).",
        ),
        (
            "b.jpg cannot be written: No space left on device.",
            "b.jpg lässt sich nicht schreiben: kein Platz auf dem Datenträger.",
        ),
    ],
)
def test_reasons_are_german_within_sentences(german, english: str, translated: str) -> None:
    assert told(english) == translated


def test_what_commands_print_is_german_in_dialogs(german, qtbot, monkeypatch) -> None:
    hint = "Get the whole file again from its authors."
    seen = {"file": "a.pkl", "kind": "", "parts": [], "licence": ""}
    seen["problem"] = f"a.pkl has a G_ema that is no network. {hint}"
    answer = {"files": [seen], "problem": "", "name": "a"}
    monkeypatch.setattr(Commands, "run", lambda self, given, answered: answered(answer))
    dialog = ImportDialog([Path("a.pkl")])
    qtbot.addWidget(dialog)
    item = dialog.list.topLevelItem(0)
    assert item is not None and item.text(1).startswith("a.pkl hat ein G_ema, das kein Netz ist. ")


def test_why_a_command_failed_is_german(german, qtbot, monkeypatch) -> None:
    text = "Reading a.pkl\\nThe files hold settings only, no network. Add a checkpoint."
    says = f"import sys; sys.exit('{text}')"
    monkeypatch.setattr(commands, "command", lambda *given: [sys.executable, "-c", says])
    owner = QObject()
    asked = Commands(owner)
    with qtbot.waitSignal(asked.failed) as failed:
        asked.run(["import"], lambda answer: None)
    assert failed.args == [
        "Die Dateien enthalten nur Einstellungen, kein Netz. Einen Checkpoint hinzufügen."
    ]


def test_a_message_and_its_hint_in_one_text_are_german(german) -> None:
    """As commands print them, whatever dots the file's name has."""
    said = "a. b.pkl is cut short or damaged. Nothing in it was run. Get the file again from its "
    assert told(f"{said}authors.") == (
        "a. b.pkl ist abgeschnitten oder beschädigt. Nichts darin wurde ausgeführt. Die Datei noch"
        " einmal von ihren Urhebern holen."
    )
    assert told("a.pkl is cut short or damaged. Nobody knows this.") == (
        "a.pkl is cut short or damaged. Nobody knows this."
    )


@pytest.mark.parametrize(("system", "expected"), [("de_AT", "de"), ("fr_FR", "en")])
def test_the_system_s_language_is_taken(system: str, expected: str) -> None:
    code = (
        "from PySide6.QtCore import QCoreApplication as A; a = A([]);"
        "from s2flow_app.ui.translate import set_language; print(set_language(a, 'auto'))"
    )
    told_by = {"LC_ALL": f"{system}.UTF-8", "LANGUAGE": system}
    run = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | told_by, cwd=ROOT,
        capture_output=True, text=True, timeout=PATIENCE_S, check=True,
    )  # fmt: skip
    assert run.stdout.strip() == expected
