"""Photos that are opened, dropped and refused: what is asked when, and what is remembered."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop, QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from s2flow_app.app import Editor
from s2flow_app.errors import UserError
from s2flow_app.model.edit import Style
from s2flow_app.settings import Settings
from s2flow_app.ui.dialogs import unsaved


class Asked:
    """The question about edits that would be lost."""

    def __init__(self) -> None:
        self.times = 0
        self.answer = True
        self.while_asked = lambda: None

    def __call__(self, _parent: QWidget, _name: str, _faces: int) -> str:
        self.times += 1
        self.while_asked()
        return "discard" if self.answer else "cancel"


@pytest.fixture
def asked(monkeypatch) -> Asked:
    made = Asked()
    monkeypatch.setattr(unsaved, "ask_about_unsaved", made)
    return made


@pytest.fixture
def editor(qapp, qtbot, fake_session, tmp_path: Path, asked: Asked) -> Iterator[Editor]:
    settings = Settings(terms_shown="Only to be faked.", tour_seen=True)
    made = Editor(qapp, settings, tmp_path / "settings.json", make_session=lambda: fake_session)
    qtbot.addWidget(made.window)
    made.start([tmp_path / "photo.png"])
    qtbot.waitUntil(lambda: made.document.has_face)
    yield made
    asked.answer = True
    made.document.edits.discard()
    made.close()


def drop(target: QWidget, *files: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    at, action = QPointF(target.rect().center()), Qt.DropAction.CopyAction
    buttons, no_keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(at.toPoint(), action, data, buttons, no_keys)
    QApplication.sendEvent(target, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(target, QDropEvent(at, action, data, buttons, no_keys))


def recent(editor: Editor) -> list[str]:
    return [action.text() for action in editor.window.recent.actions()]


def change(editor: Editor) -> None:
    editor.document.edits.set_style(Style(attributes=(("age", 0.5),)))
    assert editor.editing.is_unsaved


def paths(fake_session, method: str) -> list[str]:
    return [call.argument.name for call in fake_session.calls if call.name == method]


def test_the_photo_of_the_command_line_is_recent_and_its_folder_is_kept(
    editor: Editor, tmp_path
) -> None:
    assert recent(editor) == ["photo.png"]
    assert editor.window.settings.last_folder == str(tmp_path)


def test_a_photo_dropped_on_a_panel_is_the_reference(qtbot, editor, fake_session, tmp_path) -> None:
    window = editor.window
    drop(window.style_panel, tmp_path / "style.png")
    qtbot.waitUntil(lambda: editor.document.edits.style.reference_code is not None)
    drop(window.shapes_panel, tmp_path / "shape.png")
    qtbot.waitUntil(lambda: window.shapes_panel.take.isEnabled())
    assert paths(fake_session, "read_style") == ["style.png"]
    assert paths(fake_session, "read_shape") == ["shape.png"]
    assert paths(fake_session, "open_photo") == ["photo.png"]
    assert not window.messages.text


@pytest.mark.parametrize("where", ["canvas", "window"])
def test_of_several_that_are_dropped_the_first_opens_and_the_others_are_told(
    qtbot, editor, fake_session, tmp_path, where
) -> None:
    target = editor.window.canvas if where == "canvas" else editor.window
    drop(target, *(tmp_path / f"{name}.png" for name in "abcdef"))
    said = editor.window.messages.text
    assert "a.png" in said and "b.png, c.png, d.png and 2 more" in said
    qtbot.waitUntil(lambda: editor.document.faces.name == "a.png")
    assert paths(fake_session, "open_photo") == ["photo.png", "a.png"]
    assert recent(editor) == ["a.png", "photo.png"]


def test_of_several_references_the_others_are_told(qtbot, editor, fake_session, tmp_path) -> None:
    drop(editor.window.style_panel, tmp_path / "a.png", tmp_path / "b.png")
    assert "b.png" in editor.window.messages.text
    qtbot.waitUntil(lambda: paths(fake_session, "read_style") == ["a.png"])


def test_what_cannot_be_opened_is_not_recent_and_nothing_is_asked(
    qtbot, editor, fake_session, asked, tmp_path
) -> None:
    def fail(_call) -> None:
        raise UserError("This is no photo.")

    change(editor)
    fake_session.script["open_photo"] = fail
    editor.window.open_photo(tmp_path / "bad.png")
    qtbot.waitUntil(lambda: "no photo" in editor.window.messages.text)
    assert asked.times == 0 and recent(editor) == ["photo.png"]
    assert editor.editing.is_unsaved and editor.document.faces.name == "photo.png"


def test_edits_are_asked_about_once_the_photo_has_been_read(
    qtbot, editor, fake_session, asked, make_gate, tmp_path
) -> None:
    change(editor)
    gate = fake_session.script["open_photo"] = make_gate()
    editor.window.open_photo(tmp_path / "next.png")
    qtbot.waitUntil(gate.entered.is_set)
    assert asked.times == 0
    gate.open()
    qtbot.waitUntil(lambda: editor.document.faces.name == "next.png")
    assert asked.times == 1 and recent(editor) == ["next.png", "photo.png"]


def test_nothing_is_asked_without_edits(qtbot, editor, asked, tmp_path) -> None:
    editor.window.open_photo(tmp_path / "next.png")
    qtbot.waitUntil(lambda: editor.document.faces.name == "next.png")
    assert asked.times == 0


def wait_ms(time_ms: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(time_ms, loop.quit)
    loop.exec()


@pytest.mark.parametrize("is_open_by_then", [False, True])
def test_who_keeps_the_edits_goes_on_with_the_same_photo(
    qtbot, editor, fake_session, asked, make_gate, tmp_path, is_open_by_then
) -> None:
    """Also in the session, which may have the other photo already."""
    change(editor)
    photo, style = editor.document.faces.photo_id, editor.document.edits.style
    asked.answer = False
    if is_open_by_then:
        asked.while_asked = lambda: wait_ms(200)
    else:
        gate = fake_session.script["faces"] = make_gate(heeds_cancel=True)
    editor.window.open_photo(tmp_path / "next.png")
    qtbot.waitUntil(lambda: asked.times == 1 and not editor.editing.is_busy)
    assert is_open_by_then or gate.entered.is_set()
    assert editor.document.faces.photo_id is photo and editor.document.faces.name == "photo.png"
    assert editor.document.edits.style is style and editor.document.faces.incoming is None
    assert recent(editor) == ["photo.png"] and asked.times == 1
    editor.editing.apply()
    qtbot.waitUntil(lambda: bool(editor.document.faces.standing()))
    editor.editing.export(tmp_path / "out.png")
    qtbot.waitUntil((tmp_path / "out.png").exists)
    assert "photo.png" in editor.window.windowTitle()
    if is_open_by_then:
        assert paths(fake_session, "open_photo") == ["photo.png", "next.png", "photo.png"]


def test_who_lets_the_edits_go_gets_the_photo_that_was_opened_meanwhile(
    qtbot, editor, asked, tmp_path
) -> None:
    change(editor)
    asked.while_asked = lambda: wait_ms(200)
    editor.window.open_photo(tmp_path / "next.png")
    qtbot.waitUntil(lambda: editor.document.faces.name == "next.png" and editor.document.has_face)
    assert asked.times == 1 and editor.document.faces.incoming is None
    assert not editor.editing.is_unsaved
