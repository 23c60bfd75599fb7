"""F1: the guide opens at the page about what has the keyboard, in one window."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from s2flow_app.app import Editor
from s2flow_app.settings import Settings
from s2flow_app.ui.dialogs import unsaved
from s2flow_app.ui.help.guide import page_in, sections
from s2flow_app.ui.tools.registry import TOOLS
from s2flow_app.ui.translate import set_language


@pytest.fixture(params=("en", "de"))
def editor(request, qapp, qtbot, fake_session, tmp_path: Path, monkeypatch) -> Iterator[Editor]:
    monkeypatch.setattr(unsaved, "ask_about_unsaved", lambda *_: "discard")
    settings = Settings(language=request.param, terms_shown="Only to be faked.", tour_seen=True)
    made = Editor(qapp, settings, tmp_path / "settings.json", make_session=lambda: fake_session)
    qtbot.addWidget(made.window)
    made.start([tmp_path / "photo.png"])
    qtbot.waitUntil(lambda: made.document.has_face)
    yield made
    if (guide := made.window.guide.guide) is not None:
        guide.close()
    made.document.edits.discard()
    made.close()
    set_language(qapp, "en")


def shown(editor: Editor) -> tuple[str, str]:
    """(page, anchor) in the guide's window."""
    guide = editor.window.guide.guide
    assert guide is not None
    return Path(guide.page.url.toLocalFile()).name, guide.page.url.fragment()


def test_the_key_opens_the_guide_at_the_tool(editor: Editor) -> None:
    editor.window.activateWindow()
    editor.window.canvas.setFocus()
    editor.window.canvas.set_tool("warp")
    QTest.keyClick(editor.window.canvas, Qt.Key.Key_F1)
    page, anchor = shown(editor)
    assert page == "tools.md"
    assert anchor in ("warp", "verformen")


def test_each_tool_has_a_section_that_the_key_finds(editor: Editor) -> None:
    language = editor.window.settings.language
    for tool in TOOLS:
        editor.window.canvas.set_tool(tool.name)
        page, _, anchor = editor.window.guide.page_of(editor.window.canvas).partition("#")
        assert anchor in {s.anchor for s in sections(page_in(language, page))}, tool.name


def test_each_panel_has_a_section_that_the_key_finds(editor: Editor) -> None:
    known = {s.anchor for s in sections(page_in(editor.window.settings.language, "panels.md"))}
    for dock in editor.window.docks.by_name.values():
        page, _, anchor = editor.window.guide.page_of(dock.widget()).partition("#")
        assert page == "panels.md"
        assert anchor in known, dock.windowTitle()


def test_the_faces_have_their_page_and_the_rest_has_the_contents(editor: Editor) -> None:
    opener = editor.window.guide
    assert opener.page_of(editor.window.faces_bar) == "open-a-photo.md"
    assert opener.page_of(editor.window.menuBar()) == "index.md"
    assert opener.page_of(None) == "index.md"


def test_there_is_one_window_which_goes_on(editor: Editor) -> None:
    editor.window.actions_["guide"].trigger()
    first = editor.window.guide.guide
    assert first is not None
    first.close()
    editor.window.actions_["guide"].trigger()
    assert editor.window.guide.guide is first
    assert first.isVisible()
    assert first.language == editor.window.settings.language
