"""The layer list, the options bar and the shapes panel in the window, by clicks and drags."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pointer import click, drag
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QFileDialog, QSpinBox, QWidget
from titles import titles

from s2flow_app.app import Editor
from s2flow_app.errors import NoFaceError
from s2flow_app.labels import BACKGROUND, CLASSES, HAIR, HAT, SKIN, STACKING
from s2flow_app.settings import Settings
from s2flow_app.ui.dialogs import unsaved
from s2flow_app.ui.panels.layers import LayersPanel

NAME, SHOWN, LOCKED, SOLO = range(4)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def editor(qapp, qtbot, fake_session, tmp_path: Path, monkeypatch) -> Iterator[Editor]:
    """A window on the fake session: hair with skin in its middle."""
    monkeypatch.setattr(unsaved, "ask_about_unsaved", lambda *_: "discard")
    settings = Settings(terms_shown="Only to be faked.", last_folder=str(tmp_path))
    made = Editor(qapp, settings, tmp_path / "settings.json", make_session=lambda: fake_session)
    qtbot.addWidget(made.window)
    made.start([tmp_path / "photo.png"])
    qtbot.waitUntil(lambda: made.document.has_face)
    yield made
    made.document.edits.discard()
    made.close()


@pytest.fixture
def panel(editor: Editor) -> LayersPanel:
    return editor.window.layers


def check(qtbot, panel: LayersPanel, class_id: int, column: int) -> None:
    """Click a row's check box."""
    box = panel.tree.visualRect(panel.tree.indexFromItem(panel._items[class_id], column))
    place = box.center()
    place.setX(box.left() + 10)
    qtbot.mouseClick(panel.tree.viewport(), LEFT, pos=place)


def rows(panel: LayersPanel) -> list[str]:
    items = (panel.tree.topLevelItem(row) for row in range(panel.tree.topLevelItemCount()))
    return [item.text(NAME) for item in items if item]


# --- layers -----------------------------------------------------------------------------------


def test_rows_stand_in_the_documents_order_and_buttons_change_it(
    qtbot, editor: Editor, panel: LayersPanel
) -> None:
    assert rows(panel) == [CLASSES[k].title for k in reversed(STACKING)]
    assert not panel.reset.isEnabled()
    panel.set_current_class(HAIR)
    qtbot.mouseClick(panel.up, LEFT)
    assert rows(panel)[:2] == ["Hair", "Hat"] and panel.current_class == HAIR
    panel.set_current_class(SKIN)
    for _ in range(20):
        qtbot.mouseClick(panel.up, LEFT)
    assert rows(panel)[0] == "Skin" and titles(editor.document) == ["Stack hair", "Stack skin"]
    assert editor.window.canvas.active_class == SKIN
    qtbot.mouseClick(panel.reset, LEFT)
    assert editor.document.labels.stacking == STACKING and not panel.reset.isEnabled()
    editor.document.history.undo()
    editor.document.history.undo()
    assert rows(panel)[:2] == ["Hair", "Hat"]


def test_a_row_is_dragged_elsewhere(editor: Editor, panel: LayersPanel) -> None:
    panel.set_current_class(HAIR)
    tree = panel.tree
    box = tree.visualItemRect(panel._items[BACKGROUND])
    where = QPointF(box.center().x(), box.bottom() - 1)
    event = _DropOfItself(tree, where)
    tree.dropEvent(event)
    assert rows(panel)[-1] == "Hair" and editor.document.labels.stacking[0] == HAIR
    assert event.isAccepted() and tree.topLevelItemCount() == len(CLASSES)
    assert (editor.document.labels.label_map[100] == HAIR).sum() == 300


class _DropOfItself(QDropEvent):
    """A drop whose source is known: Qt sets that in a real drag only."""

    def __init__(self, source: QWidget, at: QPointF) -> None:
        self._mime = QMimeData()
        actions = Qt.DropAction.MoveAction
        super().__init__(at, actions, self._mime, LEFT, Qt.KeyboardModifier.NoModifier)
        self._from = source

    def source(self) -> QWidget:
        return self._from


def test_show_lock_and_solo(qtbot, editor: Editor, panel: LayersPanel) -> None:
    view, document = editor.document.layer_view, editor.document
    check(qtbot, panel, HAIR, SHOWN)
    assert not view.is_visible(HAIR) and document.labels.shown_map[100, 120] == BACKGROUND
    check(qtbot, panel, SKIN, LOCKED)
    assert view.is_locked(SKIN)
    check(qtbot, panel, HAIR, SOLO)
    assert view.solo == HAIR and view.is_visible(HAIR) and not view.is_visible(SKIN)
    panel.set_current_class(SKIN)
    assert view.solo == SKIN, "solo follows the class that is chosen"
    check(qtbot, panel, SKIN, SOLO)
    assert view.solo is None and not view.is_visible(HAIR), "as before"
    panel.opacity.slider.setValue(40)
    assert view.opacity(SKIN) == 0.4


def test_merging_is_undone_and_refused_in_a_sentence(editor: Editor, panel: LayersPanel) -> None:
    panel.set_current_class(HAIR)
    merge = {a.text(): a for a in panel.merge.menu().actions()}
    merge["Hat"].trigger()
    assert titles(editor.document) == ["Merge hair into hat"]
    assert editor.document.labels.label_map[100, 120] == HAT
    merge["Hat"].trigger()
    assert "no hair to merge" in editor.window.messages.text
    editor.document.history.undo()
    editor.document.layer_view.set_locked(HAT, True)
    merge["Hat"].trigger()
    assert "Hat is locked" in editor.window.messages.text and len(titles(editor.document)) == 1


def test_thumbnails_follow_steps(editor: Editor, panel: LayersPanel) -> None:
    def picture() -> bytes:
        icon = panel._items[HAT].icon(NAME).pixmap(28, 28).toImage()
        return bytes(icon.constBits())

    before = picture()
    panel.set_current_class(HAT)
    canvas = editor.window.canvas
    drag(canvas, canvas.to_widget(120, 120), canvas.to_widget(300, 120))
    assert picture() != before
    editor.document.history.undo()
    assert picture() == before


def test_protection_from_the_list(qtbot, editor: Editor, panel: LayersPanel) -> None:
    canvas = editor.window.canvas
    assert not panel.free.isEnabled()
    qtbot.mouseClick(panel.protect, LEFT)
    assert canvas.tool == "protect" and editor.window.actions_.tools["protect"].isChecked()
    drag(canvas, canvas.to_widget(200, 200), canvas.to_widget(260, 200))
    assert editor.document.labels.protected.any() and panel.free.isEnabled()
    qtbot.mouseClick(panel.hatch, LEFT)
    assert not canvas.protection_visible
    qtbot.mouseClick(panel.free, LEFT)
    assert not editor.document.labels.protected.any()
    assert titles(editor.document) == ["Protect the photo", "Free all"]
    editor.document.history.undo()
    assert editor.document.labels.protected.any()


def test_protection_reaches_the_worker(qtbot, editor: Editor, fake_session) -> None:
    canvas = editor.window.canvas
    canvas.set_tool("protect")
    drag(canvas, canvas.to_widget(200, 200), canvas.to_widget(260, 200))
    editor.window.layers.set_current_class(HAT)
    canvas.set_tool("brush")
    drag(canvas, canvas.to_widget(120, 120), canvas.to_widget(300, 120))
    editor.editing.apply()
    qtbot.waitUntil(lambda: "render" in fake_session.names)
    edit = next(call.argument for call in fake_session.calls if call.name == "render")
    assert np.array_equal(edit.protected, editor.document.labels.protected)


# --- options ----------------------------------------------------------------------------------


def test_the_options_bar_sets_and_shows_what_tools_use(qtbot, editor: Editor) -> None:
    canvas, bar = editor.window.canvas, editor.window.tool_options
    size = bar.controls["size_px"]
    assert isinstance(size, QSpinBox) and size.value() == canvas.brush_size
    size.setValue(77)
    assert canvas.brush_size == 77
    qtbot.keyClick(canvas, Qt.Key.Key_BracketRight)
    assert size.value() == canvas.brush_size > 77
    sides = bar.controls["symmetric"]
    assert isinstance(sides, QCheckBox)
    qtbot.mouseClick(sides, LEFT, pos=sides.rect().center() - sides.rect().center() / 1.2)
    assert canvas.options.now.symmetric
    canvas.set_tool("eraser")
    modes = bar.controls["erase_to"]
    assert isinstance(modes, QComboBox)
    qtbot.waitUntil(modes.isVisible)
    modes.setCurrentIndex(1)
    assert canvas.options.now.erase_to == "parsed"
    canvas.options.set("erase_to", "underneath")
    assert modes.currentIndex() == 0


def test_every_control_is_named_and_explained(editor: Editor) -> None:
    window = editor.window
    controls = [*window.tool_options.controls.values(), window.shapes_panel.part]
    for panel in (window.layers, window.shapes_panel):
        controls += panel.findChildren(QAbstractButton)
    for control in controls:
        named = control.accessibleName() or getattr(control, "text", lambda: "")()
        assert named and control.toolTip(), control


# --- shapes -----------------------------------------------------------------------------------


def test_a_preset_is_one_step_or_a_sentence(qtbot, editor: Editor) -> None:
    shapes = editor.window.shapes_panel
    click(shapes.presets["fuller_hair"], QPointF(5, 5))
    assert titles(editor.document) == ["Fuller hair 100 %"]
    little = (editor.document.labels.label_map == HAIR).sum()
    editor.document.history.undo()
    shapes.amount.slider.setValue(150)
    click(shapes.presets["fuller_hair"], QPointF(5, 5))
    assert (editor.document.labels.label_map == HAIR).sum() > little
    for name, sentence in (
        ("smile", "No mouth shows"),
        ("remove_eyeglasses", "wears no glasses"),
        ("remove_hat", "wears no hat"),
        ("add_earrings", "No ear shows"),
    ):
        click(shapes.presets[name], QPointF(5, 5))
        assert sentence in editor.window.messages.text
    assert len(titles(editor.document)) == 1


def test_a_part_is_taken_from_another_face(
    qtbot, editor: Editor, fake_session, monkeypatch, tmp_path: Path
) -> None:
    shapes, file = editor.window.shapes_panel, tmp_path / "other.png"
    assert not shapes.take.isEnabled()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a, **k: (str(file), ""))
    qtbot.mouseClick(shapes.open_reference, LEFT)
    qtbot.waitUntil(shapes.take.isEnabled)
    assert not shapes.thumbnail.isHidden() and "read_shape" in fake_session.names
    shapes.part.setCurrentText("Hat")
    shapes.take.click()
    assert (
        titles(editor.document) == ["Hat of other.png"]
        and (editor.document.labels.label_map == HAT).any()
    )
    shapes.part.setCurrentText("Glasses")
    shapes.take.click()
    assert "shows no glasses" in editor.window.messages.text and len(titles(editor.document)) == 1


def test_a_photo_without_a_face_lends_nothing(
    qtbot, editor: Editor, fake_session, monkeypatch
) -> None:
    def fail(call) -> None:
        raise NoFaceError("No face was found in other.png.", "Choose another one.")

    fake_session.script["read_shape"] = fail
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a, **k: ("other.png", ""))
    editor.window.shapes_panel.open_reference.click()
    qtbot.waitUntil(lambda: "No face was found" in editor.window.messages.text)
    assert not editor.window.shapes_panel.take.isEnabled()
