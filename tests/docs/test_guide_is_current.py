"""What the guide says of the program is so: generated pages, commands, menus, keys, Python."""

import re
import shlex
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget

from s2flow_app.cli.main import COMMANDS
from s2flow_app.paths import guide_dir
from s2flow_app.ui.actions import Actions, plain
from s2flow_app.ui.docks import Docks
from s2flow_app.ui.help.guide import anchor_of, sections
from s2flow_app.ui.menus import Menus
from s2flow_app.ui.tools.registry import TOOLS
from s2flow_app.ui.translate import set_language, translate

GUIDE = guide_dir().resolve()
LANGUAGES = ("en", "de")
PAGES = sorted(GUIDE.rglob("*.md"))
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`s2flow ([^`]+)`")
MENU = re.compile(r"\*\*([^*>]+) > ([^*]+)\*\*(?: \(([^)]+)\))?")
OPERATORS = {">", "||", "&&", "|", ";", "<"}


def name(page: Path) -> str:
    return page.relative_to(GUIDE).as_posix()


# --- commands -----------------------------------------------------------------------------------


def commands(page: Path) -> list[list[str]]:
    """The arguments of each call of `s2flow` in a page's shell code."""
    found = []
    for kind, code in BLOCK.findall(page.read_text(encoding="utf-8")):
        if kind != "sh":
            continue
        for line in code.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            if "s2flow" in words:
                words = words[words.index("s2flow") + 1 :]
                end = next((i for i, word in enumerate(words) if word in OPERATORS), len(words))
                found.append(words[:end])
    return found


@pytest.mark.parametrize("page", [p for p in PAGES if commands(p)], ids=name)
def test_commands_are_understood_by_the_program(page: Path, make_pages: ModuleType) -> None:
    for words in commands(page):
        assert words[0] in COMMANDS, words
        try:
            make_pages.parser_of(words[0]).parse_args(words[1:])
        except SystemExit:
            pytest.fail(f"s2flow {' '.join(words)} is not understood")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_in_sentences_exist_with_their_options(page: Path, make_pages: ModuleType) -> None:
    for call in INLINE.findall(page.read_text(encoding="utf-8")):
        command, *rest = call.split()
        if command == "COMMAND" or "." in command:  # any of them; a file, which opens the editor
            continue
        known = make_pages.parser_of(command)._option_string_actions
        assert [word for word in rest if word.startswith("-") and word not in known] == []


def test_generated_pages_are_current(make_pages: ModuleType, qapp) -> None:
    """`make pages` mends it."""
    stale = [name(f) for f, text in make_pages.pages().items() if f.read_text("utf-8") != text]
    assert stale == []


# --- the window ---------------------------------------------------------------------------------


class Window:
    """Menus, tools and panels in one language."""

    def __init__(self) -> None:
        self.main = QMainWindow()
        self.actions = Actions(self.main)
        self.docks = Docks(self.main, *(QWidget() for _ in range(5)))
        recent = QMenu(translate("RecentMenu", "Open &recent"), self.main)
        language = QMenu(translate("LanguageMenu", "&Language"), self.main)
        Menus(self.main, self.actions, self.docks, recent, language)
        self.menus: dict[str, dict[str, set[str]]] = {}
        for top in self.main.menuBar().actions():
            menu = top.menu()
            assert isinstance(menu, QMenu)
            self.menus[plain(top.text())] = {
                plain(each.text()): {
                    keys.toString(QKeySequence.SequenceFormat.NativeText)
                    for keys in each.shortcuts()
                }
                for each in menu.actions()
                if each.text()
            }


@pytest.fixture(params=LANGUAGES)
def window(request, qapp, qtbot):
    set_language(qapp, request.param)
    made = Window()
    made.language = request.param  # type: ignore[attr-defined]
    qtbot.addWidget(made.main)
    yield made
    set_language(qapp, "en")


def test_menus_and_keys_in_the_text_are_the_program_s(window) -> None:
    wrong = []
    for page in sorted((GUIDE / window.language).glob("*.md")):
        text = " ".join(page.read_text(encoding="utf-8").split())
        for menu, item, keys in MENU.findall(text):
            known = window.menus.get(menu, {})
            if item not in known:
                wrong.append(f"{page.name}: {menu} > {item}")
            elif keys and keys not in known[item]:
                wrong.append(f"{page.name}: {menu} > {item} ({keys})")
    assert wrong == []


def test_every_tool_has_its_section_with_its_key(window) -> None:
    found = {s.anchor: s.text for s in sections(GUIDE / window.language / "tools.md")}
    form = QKeySequence.SequenceFormat.NativeText
    word = {"en": "Key", "de": "Taste"}[window.language]
    for tool in TOOLS:
        title = QCoreApplication.translate("Tools", tool.title)
        text = found.get(anchor_of(title), "")
        assert text.startswith(f"{word}: {QKeySequence(tool.key).toString(form)}."), title


def test_every_panel_has_its_section(window) -> None:
    found = {s.anchor for s in sections(GUIDE / window.language / "panels.md")}
    docks = window.docks.by_name.values()
    assert [d.windowTitle() for d in docks if anchor_of(d.windowTitle()) not in found] == []


# --- Python -------------------------------------------------------------------------------------


def python_blocks() -> list[str]:
    page = GUIDE / "en" / "python.md"
    return [code for kind, code in BLOCK.findall(page.read_text("utf-8")) if kind == "python"]


@pytest.mark.pack
@pytest.mark.usefixtures("pack_dir")
def test_the_python_code_runs(tmp_path, monkeypatch, astronaut_path, capsys) -> None:
    from PIL import Image

    from s2flow_app.label_files import write_label_map
    from s2flow_app.labels import colourise

    monkeypatch.chdir(tmp_path)
    Image.open(astronaut_path).save("portrait.jpg")
    import numpy as np

    label_map = np.zeros((512, 512), np.uint8)
    label_map[100:400, 100:400] = 1
    write_label_map(Path("map.png"), label_map)
    assert colourise(label_map).any()
    for code in python_blocks():
        exec(compile(code, "python.md", "exec"), {})
    assert "took" in capsys.readouterr().out
    assert (tmp_path / "edited.png").is_file()
    assert (tmp_path / "copy.png").read_bytes() == (tmp_path / "map.png").read_bytes()
