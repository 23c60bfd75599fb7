"""Keys, command palette, clipboard, recent files, panels, themes, tour: through real events."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QColor, QImage, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QScrollBar,
    QTabBar,
    QWidget,
)
from titles import titles

from s2flow_app.app import Editor
from s2flow_app.labels import CLASSES, HAIR, PALETTE, SKIN
from s2flow_app.model.operations import Stroke
from s2flow_app.settings import Settings, load_settings
from s2flow_app.ui.actions import clashes
from s2flow_app.ui.dialogs import unsaved
from s2flow_app.ui.dialogs.command_palette import CommandPalette, rank
from s2flow_app.ui.dialogs.shortcuts import ShortcutDialog
from s2flow_app.ui.label_colours import SAFE

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
CONTROLS = (
    QAbstractButton, QAbstractSlider, QAbstractSpinBox, QAbstractItemView, QComboBox, QLineEdit,
)  # fmt: skip


@pytest.fixture
def editor(qapp, qtbot, fake_session, tmp_path: Path, monkeypatch) -> Iterator[Editor]:
    monkeypatch.setattr(unsaved, "ask_about_unsaved", lambda *_: "discard")
    settings = Settings(terms_shown="Only to be faked.", tour_seen=True)
    made = Editor(qapp, settings, tmp_path / "settings.json", make_session=lambda: fake_session)
    qtbot.addWidget(made.window)
    made.start([tmp_path / "photo.png"])
    qtbot.waitUntil(lambda: made.document.has_face)
    yield made
    made.document.edits.discard()
    made.close()


def test_no_two_actions_share_a_key(editor: Editor) -> None:
    assert not clashes(editor.window.actions_.defaults)


@pytest.mark.parametrize(
    ("key", "tool"),
    [(Key.Key_E, "eraser"), (Key.Key_G, "fill"), (Key.Key_L, "lasso"), (Key.Key_I, "pick")],
)
def test_tools_have_the_keys_of_painting_programs(qtbot, editor: Editor, key, tool) -> None:
    qtbot.keyClick(editor.window.canvas, key)
    assert editor.window.canvas.tool == tool


def test_x_swaps_the_last_two_classes(qtbot, editor: Editor) -> None:
    window = editor.window
    qtbot.keyClick(window.canvas, Key.Key_H)
    qtbot.keyClick(window.canvas, Key.Key_S)
    qtbot.keyClick(window.canvas, Key.Key_X)
    assert window.canvas.active_class == HAIR
    qtbot.keyClick(window.canvas, Key.Key_X)
    assert window.canvas.active_class == SKIN


def test_keys_are_changed_kept_and_shown(qtbot, editor: Editor, tmp_path) -> None:
    window = editor.window
    dialog = ShortcutDialog(window.actions_, window)
    qtbot.addWidget(dialog)
    dialog.changed.connect(window.preferences._set_keys)
    dialog.choose("tool.brush")
    ok = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    qtbot.keyClick(dialog.edit, Key.Key_E)
    assert "Brush" in dialog.conflict.text() and "Eraser" in dialog.conflict.text()
    assert not ok.isEnabled()
    dialog.edit.setKeySequence(QKeySequence("F6"))
    assert ok.isEnabled() and not dialog.conflict.text()
    ok.click()
    assert window.actions_["tool.brush"].toolTip().endswith("(F6)")
    window.canvas.set_tool("eraser")
    qtbot.keyClick(window.canvas, Key.Key_F6)
    assert window.canvas.tool == "brush"
    assert "F6" in load_settings(tmp_path / "settings.json").shortcuts
    again = ShortcutDialog(window.actions_, window)
    qtbot.addWidget(again)
    again.reset_all.click()
    assert again.keys["tool.brush"] == ("B",)


def test_the_command_palette_finds_and_does(qtbot, editor: Editor) -> None:
    window = editor.window
    qtbot.keyClick(window, Key.Key_K, CONTROL)
    palette = window.findChild(CommandPalette)
    assert palette is not None
    qtbot.keyClicks(palette.search, "fuller")
    qtbot.keyClick(palette.search, Key.Key_Return)
    assert titles(editor.document) == ["Fuller hair 100 %"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("smi", "Smile"), ("brush", "Brush"), ("hair", "Hair"), ("undo", "Undo"),
        ("zoom", "Zoom in"), ("open", "Open"), ("fuller", "Fuller hair"),
        ("smaller br", "Smaller brush"), ("Ctrl+Z", "Undo"),
    ],
)  # fmt: skip
def test_the_palette_has_titles_before_tips(qtbot, editor: Editor, text, first) -> None:
    window = editor.window
    editor.document.labels.begin_stroke()
    editor.document.labels.paint(SKIN, np.ones((9, 9), bool), 5, 5)
    editor.document.labels.end_stroke(Stroke("brush", SKIN))
    palette = CommandPalette(list(window.actions_.all.values()), window)
    qtbot.addWidget(palette)
    palette.search.setText(text)
    found = [
        item for i in range(palette.found.topLevelItemCount())
        if (item := palette.found.topLevelItem(i)) is not None and not item.isHidden()
    ]  # fmt: skip
    assert found[0].text(0) == first and palette.found.currentItem() is found[0]
    ranks = [rank(text, i.text(0), i.text(1), i.toolTip(0)) for i in found]
    assert ranks == sorted(place for place in ranks if place is not None)
    palette.search.clear()
    top = palette.found.topLevelItem(0)
    assert top is not None and top.text(0) == "Open"
    palette.search.setText("zzz")
    assert palette.found.currentItem() is None


def test_alt_and_a_number_go_to_a_panel_and_from_there_close_it(qtbot, editor: Editor) -> None:
    window = editor.window
    window.activateWindow()
    window.canvas.setFocus()
    alt, docks = Qt.KeyboardModifier.AltModifier, window.docks.by_name
    for key, name in ((Key.Key_1, "Layers"), (Key.Key_4, "Shapes"), (Key.Key_5, "History")):
        dock, action = docks[name], window.actions_[f"panel.{name.lower()}"]
        qtbot.keyClick(window, key, alt)
        focused = QApplication.focusWidget()
        assert dock.isVisible() and focused and dock.isAncestorOf(focused), name
        assert action.isChecked()
        qtbot.keyClick(window, key, alt)
        assert dock.isHidden() and not action.isChecked(), name
        assert window.canvas.hasFocus()
        qtbot.keyClick(window, key, alt)
        focused = QApplication.focusWidget()
        assert dock.isVisible() and focused and dock.isAncestorOf(focused), name


def test_a_picture_is_pasted_and_the_face_copied(qtbot, editor: Editor, fake_session) -> None:
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(QColor(1, 2, 3))
    QApplication.clipboard().setImage(image)
    qtbot.keyClick(editor.window, Key.Key_V, CONTROL)
    opened = [c.argument for c in fake_session.calls if c.name == "open_photo"]
    qtbot.waitUntil(lambda: fake_session.names.count("open_photo") == 2)
    opened = [c.argument for c in fake_session.calls if c.name == "open_photo"]
    assert QImage(str(opened[-1])).pixelColor(5, 5) == QColor(1, 2, 3)
    qtbot.waitUntil(lambda: editor.document.has_face)
    editor.window.actions_["copy"].trigger()
    copied = QApplication.clipboard().image()
    crop = editor.document.edits.result_crop
    assert crop is not None
    assert copied.pixelColor(9, 9).red() == int(crop[9, 9, 0])


def test_a_file_is_pasted_and_becomes_recent(qtbot, editor: Editor, fake_session, tmp_path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "gone.png"))])
    QApplication.clipboard().setMimeData(data)
    editor.window.actions_["paste"].trigger()
    qtbot.waitUntil(lambda: fake_session.names.count("open_photo") == 2)
    recent = editor.window.recent
    qtbot.waitUntil(lambda: [a.text() for a in recent.actions()][:1] == ["gone.png"])
    recent.actions()[0].trigger()
    assert "no longer there" in editor.window.messages.text
    assert "gone.png" not in [a.text() for a in recent.actions()]


def test_nothing_to_paste_is_said(editor: Editor) -> None:
    QApplication.clipboard().setText("words")
    editor.window.actions_["paste"].trigger()
    assert "no picture on the clipboard" in editor.window.messages.text


def test_panels_hide_come_back_and_are_remembered(qtbot, editor: Editor, tmp_path) -> None:
    window = editor.window
    docks = window.docks.by_name
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Key.Key_Tab)
    assert all(dock.isHidden() for dock in docks.values())
    qtbot.keyClick(window.canvas, Key.Key_Tab)
    assert not any(dock.isHidden() for dock in docks.values())
    docks["History"].hide()
    window.close()
    kept = load_settings(tmp_path / "settings.json").layout
    window.actions_["reset_layout"].trigger()
    assert not docks["History"].isHidden()
    window.docks.restore(kept)
    assert docks["History"].isHidden()


def test_the_window_comes_back_in_its_size(qapp, qtbot, editor: Editor, tmp_path) -> None:
    editor.window.resize(790, 741)  # what fits on the offscreen screen of 800 x 800
    editor.window.close()
    kept = load_settings(tmp_path / "settings.json")
    again = Editor(qapp, kept, tmp_path / "again.json", make_session=editor.client._make_session)
    qtbot.addWidget(again.window)
    assert again.window.height() == 741
    assert again.close()


def test_safe_colours_are_of_the_screen_only(editor: Editor) -> None:
    assert len(np.unique(SAFE, axis=0)) == len(PALETTE)
    editor.window.actions_["safe_colours"].trigger()
    assert editor.document.layer_view.colours is SAFE
    assert CLASSES[SKIN].colour == (204, 0, 0)


def test_the_tour_has_four_steps_and_ends_for_good(qtbot, editor: Editor) -> None:
    window = editor.window
    window.settings = replace(window.settings, tour_seen=False)
    window.actions_["tour"].trigger()
    tour = window.preferences.tour
    assert tour is not None
    for step in range(4):
        assert tour.step == step and tour.isVisible()
        qtbot.keyClick(tour.next, Key.Key_Return if step % 2 else Key.Key_Space)
    assert window.preferences.tour is None and window.settings.tour_seen


def test_the_tour_follows_the_size_of_the_window(qtbot, editor: Editor) -> None:
    window = editor.window
    window.actions_["tour"].trigger()
    tour = window.preferences.tour
    assert tour is not None
    for step in range(4):
        places = set()
        for width, height in ((1360, 860), (900, 600), (1100, 760)):
            window.resize(width, height)
            qtbot.waitUntil(lambda: not tour._placing.isActive())
            assert window.rect().contains(tour.geometry()), (step, width)
            there = tour.pos()
            tour._place()
            assert tour.pos() == there, (step, width)
            places.add(there.toTuple())
        assert len(places) > 1 or step == 1, "the layers stand at the left at any size"
        tour.next.click()
    assert window.preferences.tour is None


def test_every_action_of_the_bar_has_an_icon(editor: Editor) -> None:
    shown = [a for a in editor.window.tool_bar.actions() if a.objectName()]
    assert [a.objectName() for a in shown if a.icon().isNull()] == []


def test_every_action_but_shapes_and_panels_has_an_icon(editor: Editor) -> None:
    bare = [name for name, action in editor.window.actions_.all.items() if action.icon().isNull()]
    kinds = {name.split(".")[0] for name in bare}
    assert kinds == {"shape", "panel", "hold_compare"}


def _is_popup(widget: QWidget) -> bool:
    """Part of a combo box or of tabs, made and named by Qt."""
    parent = widget.parentWidget()
    return parent is not None and (
        parent.inherits("QComboBoxPrivateContainer") or isinstance(parent, QTabBar)
    )


def test_every_control_is_named_told_and_reached(editor: Editor) -> None:
    wrong = []
    for widget in editor.window.findChildren(QWidget):
        is_part = isinstance(widget, (QScrollBar, QHeaderView)) or _is_popup(widget)
        if isinstance(widget, CONTROLS) and not is_part:
            if widget.objectName().startswith("qt_"):
                continue
            name = widget.accessibleName() or getattr(widget, "text", str)()
            reached = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            if not (name and widget.toolTip() and reached):
                kind = type(widget).__name__
                wrong.append((kind, name, widget.toolTip(), bool(reached)))
    assert not wrong, "\n".join(map(str, wrong))
