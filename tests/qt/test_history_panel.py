"""The history panel: pictures, places to click, lines that were left, snapshots, memory."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget
from titles import titles

from s2flow_app.app import Editor
from s2flow_app.labels import HAT
from s2flow_app.model.edit import Style
from s2flow_app.model.face import FaceBox
from s2flow_app.model.operations import LabelMapFile, Stroke
from s2flow_app.settings import Settings, load_settings
from s2flow_app.ui.dialogs import unsaved
from s2flow_app.ui.label_colours import SAFE
from s2flow_app.worker.protocol import RenderEdit

LEFT = Qt.MouseButton.LeftButton
DAB = np.ones((60, 60), dtype=bool)
Role = Qt.ItemDataRole
OLD, NEW = "Label map Old {}", "Label map New"


@pytest.fixture
def editor(qapp, qtbot, fake_session, tmp_path: Path, monkeypatch) -> Iterator[Editor]:
    monkeypatch.setattr(unsaved, "ask_about_unsaved", lambda *_: "discard")
    settings = Settings(terms_shown="Only to be faked.", tour_seen=True)
    made = Editor(qapp, settings, tmp_path / "settings.json", make_session=lambda: fake_session)
    qtbot.addWidget(made.window)
    made.start([tmp_path / "photo.png"])
    qtbot.waitUntil(lambda: made.document.has_face)
    yield made
    made.close()


def _stroke(editor: Editor, y: int, name: str) -> None:
    document = editor.document
    document.labels.begin_stroke()
    document.labels.paint(HAT, DAB, 150, y)
    document.labels.end_stroke(LabelMapFile(name))


def _applied(qtbot, editor: Editor) -> None:
    base = editor.document.edits.base
    editor.editing.apply()
    qtbot.waitUntil(lambda: editor.document.edits.base is not base)


def _texts(editor: Editor) -> list[str]:
    return [str(i.data()) for i in map(editor.window.history.model.index, range(_count(editor)))]


def _count(editor: Editor) -> int:
    return editor.window.history.model.rowCount()


def _click(qtbot, editor: Editor, row: int) -> None:
    history = editor.window.history
    history.list.scrollTo(history.model.index(row))
    place = history.list.visualRect(history.model.index(row)).center()
    qtbot.mouseClick(history.list.viewport(), LEFT, pos=place)


def test_each_row_has_a_picture_and_the_current_one_is_chosen(qtbot, editor: Editor) -> None:
    history = editor.window.history
    _stroke(editor, 100, "First")
    _applied(qtbot, editor)
    assert _texts(editor) == ["Start", "Label map First", "Apply: Label map First"]
    assert history.list.currentIndex().row() == 2
    pictures = [history.model.index(row).data(Role.DecorationRole) for row in range(3)]
    assert all(isinstance(each, QIcon) and not each.isNull() for each in pictures)
    start, drawn, applied = (_pixel(each) for each in pictures)
    assert start.red() == 10 and applied.red() == 20
    assert drawn == _colour(editor, HAT)
    assert history.model.index(1).data(Role.ForegroundRole) is None
    editor.document.history.undo()
    assert history.model.index(2).data(Role.ForegroundRole) is not None, "undone: grey"


def _pixel(icon: QIcon) -> QColor:
    """Within the stroke at 100."""
    return icon.pixmap(64, 64).toImage().pixelColor(22, 16)


def _colour(editor: Editor, class_id: int) -> QColor:
    return QColor(*(int(v) for v in editor.document.layer_view.colours[class_id]))


def test_drawn_maps_follow_the_label_colours(editor: Editor) -> None:
    history = editor.window.history
    _stroke(editor, 100, "First")
    assert history.model.index(1).data(Role.DecorationRole) is not None
    editor.window.actions_["safe_colours"].setChecked(True)
    picture = history.model.index(1).data(Role.DecorationRole)
    assert (SAFE[HAT] != 0).any() and _pixel(picture) == _colour(editor, HAT)


def test_another_line_is_unfolded_and_gone_back_to(qtbot, editor: Editor) -> None:
    for number in range(3):
        _stroke(editor, 70 * number, f"Old {number}")
    old = editor.document.labels.layers.copy()
    _click(qtbot, editor, 1)
    assert [step.done for step in editor.document.history.steps()] == [True, False, False]
    _stroke(editor, 400, "New")
    assert _texts(editor) == [
        "Start",
        OLD.format(0),
        f"▸ Another line, 2 steps: {OLD.format(2)}",
        NEW,
    ]
    _click(qtbot, editor, 2)
    assert _texts(editor)[2:5] == [
        f"▾ Another line, 2 steps: {OLD.format(2)}",
        OLD.format(1),
        OLD.format(2),
    ]
    assert titles(editor.document)[-1] == NEW, "unfolding goes nowhere"
    _click(qtbot, editor, 4)
    assert np.array_equal(editor.document.labels.layers, old)
    assert _texts(editor)[:3] == ["Start", OLD.format(0), f"▸ Another line, 1 step: {NEW}"]
    assert _texts(editor)[3:] == [OLD.format(1), OLD.format(2)]


def _brush(editor: Editor, *ys: int) -> None:
    for y in ys:
        editor.document.labels.begin_stroke()
        editor.document.labels.paint(HAT, DAB, 150, y)
        editor.document.labels.end_stroke(Stroke("brush", HAT))


def test_equal_strokes_in_a_row_are_one_row_until_they_are_unfolded(qtbot, editor: Editor) -> None:
    history, labels = editor.window.history, editor.document.labels
    _brush(editor, 0, 70, 140, 210)
    assert _texts(editor) == ["Start", "Hat: brush, 4 strokes"]
    assert history.list.currentIndex().row() == 1
    editor.document.history.undo()
    assert _texts(editor) == ["Start", "Hat: brush, 3 strokes", "Hat: brush"]
    assert [row.is_done for row in history.model.rows] == [True, True, False]
    assert not (labels.label_map[220:260] == HAT).any(), "one stroke is undone, not the row"
    menu = history.menu_of(history.model.rows[1])
    (unfold,) = [each for each in menu.actions() if each.text() == "Show each stroke"]
    unfold.trigger()
    assert _texts(editor) == ["Start", *["Hat: brush"] * 4]
    assert history.list.currentIndex().row() == 3
    _click(qtbot, editor, 2)
    assert (labels.label_map[80:120, 160] == HAT).all()
    assert not (labels.label_map[150:190] == HAT).any()
    together = history.menu_of(history.model.rows[3])
    assert "Show these strokes as one step" in [each.text() for each in together.actions()]
    _stroke(editor, 300, "Apart")
    _brush(editor, 370, 440)
    assert _texts(editor)[-2:] == ["Label map Apart", "Hat: brush, 2 strokes"]
    for each in (menu, together):
        each.deleteLater()


def _again(editor: Editor, row: int) -> QMenu:
    return editor.window.history.menu_of(editor.window.history.model.rows[row])


def test_a_step_is_done_again_here_and_on_another_face(
    qtbot, editor: Editor, fake_session, tmp_path: Path
) -> None:
    document, window = editor.document, editor.window
    second = FaceBox(document.faces.boxes[0].points + 40, document.faces.boxes[0].quad, 0.5)
    fake_session.faces = (*fake_session.faces, second)
    window.open_photo(tmp_path / "two.png")
    qtbot.waitUntil(lambda: len(document.faces.boxes) > 1 and document.has_face)
    for index in (1, 0):
        editor.editing.choose_face(index)
        qtbot.waitUntil(lambda i=index: document.faces.index == i)
    document.edits.set_style(Style((("age", 0.5),)))
    _stroke(editor, 100, "Mine")
    by_hand, styled = _again(editor, 2), _again(editor, 1)
    texts = [action.text() for action in styled.actions()]
    assert texts[2:] == ["Do this again here", "Do this again on face 2"]
    assert not any(action.isEnabled() for action in by_hand.actions()[2:])
    assert "no other" in by_hand.actions()[2].toolTip()
    styled.actions()[2].trigger()
    assert "nothing to change" in window.messages.text, "it is so already"
    styled.actions()[3].trigger()
    assert document.faces.index == 1 and document.edits.style.attributes == (("age", 0.5),)
    assert titles(document) == ["age +50 %"]
    for menu in (by_hand, styled):
        menu.deleteLater()


def test_the_keyboard_goes_there_too(qtbot, editor: Editor) -> None:
    _stroke(editor, 100, "First")
    _stroke(editor, 200, "Second")
    history = editor.window.history
    history.list.setFocus()
    qtbot.keyClick(history.list, Qt.Key.Key_Up)
    assert editor.document.history.can_redo is False, "to look is not to go"
    qtbot.keyClick(history.list, Qt.Key.Key_Return)
    assert editor.document.history.steps()[-1].done is False


def test_keys_choose_a_row_and_return_alone_goes_there(qtbot, editor: Editor) -> None:
    history = editor.window.history
    for number in range(4):
        _stroke(editor, 100 + 40 * number, f"Stroke {number}")
    timeline = editor.document.history.tree
    assert timeline is not None
    here = timeline.current
    history.list.setFocus()
    keys = Qt.Key
    for key, row in (
        (keys.Key_Up, 3), (keys.Key_Home, 0), (keys.Key_Down, 1), (keys.Key_End, 4),
        (keys.Key_Home, 0), (keys.Key_Right, 0), (keys.Key_Left, 0), (keys.Key_Down, 1),
    ):  # fmt: skip
        qtbot.keyClick(history.list, key)
        assert timeline.current is here, key
        assert history.list.currentIndex().row() == row, key
    editor.document.layer_view.set_opacity(HAT, 0.5)
    assert history.list.currentIndex().row() == 1
    qtbot.keyClick(history.list, keys.Key_Return)
    assert [step.done for step in editor.document.history.steps()] == [True, False, False, False]


def test_a_snapshot_is_taken_found_renamed_and_forgotten(
    qtbot, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    history, names = editor.window.history, iter(["Before the hat", "Bare", "no"])
    monkeypatch.setattr(QInputDialog, "getText", lambda *a, **k: (next(names), True))
    assert not history.snapshots.isEnabled()
    editor.window.actions_["snapshot"].trigger()
    _stroke(editor, 100, "First")
    assert _texts(editor)[0] == "Before the hat: Start"
    (go,) = history.snapshots.menu().actions()
    go.trigger()
    assert not editor.document.history.can_undo and editor.document.history.can_redo
    menu = history.menu_of(history.model.rows[0])
    texts = [action.text() for action in menu.actions()]
    assert texts == ["Go here", "Name this place…", "Do this again here", "Forget its name"]
    menu.actions()[1].trigger()
    assert _texts(editor)[0] == "Bare: Start"
    menu.actions()[3].trigger()
    assert _texts(editor)[0] == "Start" and not history.snapshots.isEnabled()
    menu.deleteLater()


def test_a_dropped_picture_is_rendered_again_when_it_is_gone_to(
    qtbot, editor: Editor, fake_session
) -> None:
    for number in range(4):
        _stroke(editor, 70 * number, f"Stroke {number}")
        _applied(qtbot, editor)
    editor.document.history.set_limit(0)
    stages: list[str] = []
    editor.editing.progressed.connect(lambda stage, share: stages.append(stage))
    rendered = fake_session.names.count("render")
    _click(qtbot, editor, 4)
    qtbot.waitUntil(lambda: editor.document.edits.base.crop[0, 0, 0] == 30)  # type: ignore[union-attr]
    assert fake_session.names.count("render") == rendered + 2, "the first edit, then the second"
    assert "Rendering an earlier result" in stages
    assert [step.done for step in editor.document.history.steps()] == [True] * 4 + [False] * 4
    assert editor.document.edits.pending() is None and not editor.document.edits.is_preview


def test_a_picture_that_cannot_be_rendered_again_leaves_one_where_one_is(
    qtbot, editor: Editor, fake_session
) -> None:
    for number in range(3):
        _stroke(editor, 70 * number, f"Stroke {number}")
        _applied(qtbot, editor)
    editor.document.history.set_limit(0)
    fake_session.script["render"] = lambda call: 1 / 0
    _click(qtbot, editor, 2)
    qtbot.waitUntil(lambda: "our fault" in editor.window.messages.text)
    assert all(step.done for step in editor.document.history.steps())
    fake_session.script.clear()
    _click(qtbot, editor, 2)
    qtbot.waitUntil(lambda: editor.document.edits.base.crop[0, 0, 0] == 20)  # type: ignore[union-attr]


def test_what_is_rendered_again_in_vain_is_never_taken_for_an_edit(
    qtbot, editor: Editor, fake_session, make_gate
) -> None:
    for number in range(3):
        _stroke(editor, 70 * number, f"Stroke {number}")
        _applied(qtbot, editor)
    editor.document.history.set_limit(0)
    gate = fake_session.script["render"] = make_gate()
    _click(qtbot, editor, 2)
    qtbot.waitUntil(gate.entered.is_set)
    editor.document.history.visit(editor.document.history.tree.root)  # type: ignore[union-attr]
    _stroke(editor, 300, "Another way")
    answers: list[object] = []
    editor.client.answered.connect(answers.append)
    gate.open()
    qtbot.waitUntil(lambda: any(isinstance(a.request, RenderEdit) for a in answers))  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: not editor.editing.is_busy)
    assert titles(editor.document) == ["Label map Another way"]


def test_the_memory_bound_is_shown_changed_and_kept(
    qtbot, editor: Editor, monkeypatch, tmp_path: Path
) -> None:
    history: QWidget = editor.window.history
    assert editor.window.history.memory.text().endswith(" of 256 MB")
    bounds: list[tuple[int, int]] = []

    def answer(parent, title, label, value, low, high, step):
        bounds.append((low, high))
        return 64, True

    monkeypatch.setattr(QInputDialog, "getInt", answer)
    editor.window.history.memory.click()
    assert editor.document.history.limit_bytes == 64 << 20 and bounds == [(16, 65536)]
    assert editor.window.history.memory.text().endswith(" of 64 MB")
    assert load_settings(tmp_path / "settings.json").history_megabytes == 64
    assert history.isVisibleTo(editor.window)
