"""The window as a user meets it: opened, painted on, applied, undone, styled, exported."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPointingDevice, QTabletEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QFileDialog
from titles import titles

from s2flow_app.app import Editor
from s2flow_app.errors import PhotoError
from s2flow_app.label_files import write_label_map
from s2flow_app.labels import BACKGROUND, HAIR, HAT, SKIN
from s2flow_app.settings import Settings
from s2flow_app.ui.dialogs import notices, unsaved

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def editor(qapp, qtbot, fake_session, tmp_path: Path, monkeypatch) -> Iterator[Editor]:
    """A window on the fake session, with a face open."""
    monkeypatch.setattr(unsaved, "ask_about_unsaved", lambda *_: "discard")  # or closing would wait
    settings = Settings(terms_shown="Only to be faked.", last_folder=str(tmp_path))
    made = Editor(qapp, settings, tmp_path / "settings.json", make_session=lambda: fake_session)
    qtbot.addWidget(made.window)
    made.start([tmp_path / "photo.png"])
    qtbot.waitUntil(lambda: made.document.has_face)
    yield made
    made.document.edits.discard()
    made.close()


def _drag(qtbot, editor: Editor, *points: tuple[int, int], button=LEFT) -> None:
    """Press at the first crop point, move over the others, release at the last."""
    canvas = editor.window.canvas
    places = [canvas.to_widget(x, y).toPoint() for x, y in points]
    qtbot.mousePress(canvas, button, pos=places[0])
    for place in places[1:]:
        qtbot.mouseMove(canvas, place)
    qtbot.mouseRelease(canvas, button, pos=places[-1])


def _painted(qtbot, editor: Editor) -> None:
    editor.window.layers.set_current_class(HAT)
    _drag(qtbot, editor, (200, 200), (300, 200))


def _applied(qtbot, editor: Editor) -> None:
    base = editor.document.edits.base
    editor.window.edit_panel.apply.click()
    qtbot.waitUntil(lambda: editor.document.edits.base is not base)


# --- the canvas -----------------------------------------------------------------------------------


def test_a_stroke_paints_the_class_and_is_one_step(qtbot, editor: Editor) -> None:
    document = editor.document
    _painted(qtbot, editor)
    assert (document.labels.label_map[200, 200:300] == HAT).all()
    assert document.labels.label_map[240, 250] == SKIN
    assert titles(document) == ["Hat: brush"]
    qtbot.keyClick(editor.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not (document.labels.label_map == HAT).any()


def test_the_eraser_shows_what_lies_underneath(qtbot, editor: Editor) -> None:
    _painted(qtbot, editor)
    editor.window.canvas.set_tool("eraser")
    _drag(qtbot, editor, (200, 200), (300, 200))
    assert (editor.document.labels.label_map[200, 200:300] == SKIN).all()


def test_fill_lasso_and_pick(qtbot, editor: Editor) -> None:
    document, canvas = editor.document, editor.window.canvas
    editor.window.layers.set_current_class(HAT)
    canvas.set_tool("lasso")
    _drag(qtbot, editor, (200, 200), (260, 200), (260, 260), (200, 260))
    assert (document.labels.label_map[210:250, 210:250] == HAT).all()
    assert document.labels.label_map[300, 300] == SKIN
    canvas.set_tool("pick")
    qtbot.mouseClick(canvas, LEFT, pos=canvas.to_widget(120, 300).toPoint())
    assert canvas.active_class == editor.window.layers.current_class == HAIR
    canvas.set_tool("fill")
    qtbot.mouseClick(canvas, LEFT, pos=canvas.to_widget(300, 400).toPoint())
    assert not (document.labels.label_map == SKIN).any()


def test_a_locked_class_is_refused_with_a_sentence(qtbot, editor: Editor) -> None:
    editor.document.layer_view.set_locked(HAT, True)
    _painted(qtbot, editor)
    assert not editor.document.history.steps()
    assert "Hat is locked" in editor.window.messages.text


def test_escape_takes_the_open_stroke_back(qtbot, editor: Editor) -> None:
    canvas = editor.window.canvas
    editor.window.layers.set_current_class(HAT)
    qtbot.mousePress(canvas, LEFT, pos=canvas.to_widget(200, 200).toPoint())
    qtbot.mouseMove(canvas, canvas.to_widget(250, 200).toPoint())
    assert (editor.document.labels.label_map == HAT).any()
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert not (editor.document.labels.label_map == HAT).any()
    qtbot.mouseRelease(canvas, LEFT, pos=canvas.to_widget(250, 200).toPoint())
    assert not editor.document.history.steps()


def test_a_pen_paints_as_wide_as_it_is_pressed(qtbot, editor: Editor) -> None:
    canvas = editor.window.canvas
    editor.window.layers.set_current_class(HAT)
    widths = []
    for y, pressure in ((200, 1.0), (300, 0.3)):
        for kind in (QEvent.Type.TabletPress, QEvent.Type.TabletRelease):
            at = QPointF(canvas.to_widget(250, y))
            event = QTabletEvent(
                kind, QPointingDevice.primaryPointingDevice(), at, at, pressure, 0, 0, 0, 0, 0,
                Qt.KeyboardModifier.NoModifier, LEFT, LEFT,
            )  # fmt: skip
            QApplication.sendEvent(canvas, event)
        widths.append(int((editor.document.labels.label_map[y] == HAT).sum()))
    assert widths[0] > 2 * widths[1] > 0


def test_the_wheel_keeps_the_pixel_under_the_pointer(qtbot, editor: Editor) -> None:
    canvas = editor.window.canvas
    at, zoom = canvas.to_widget(100, 120), canvas.zoom
    event = QWheelEvent(
        at, at, QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)
    assert canvas.zoom > 1.4 * zoom
    assert (canvas.to_widget(100, 120) - at).manhattanLength() < 1


def test_a_drag_with_the_right_button_pans(qtbot, editor: Editor) -> None:
    canvas = editor.window.canvas
    before = canvas.to_widget(0, 0)
    _drag(qtbot, editor, (200, 200), (230, 220), button=Qt.MouseButton.RightButton)
    moved = canvas.to_widget(0, 0) - before
    assert moved.x() == pytest.approx(30 * canvas.zoom, abs=2)
    assert not editor.document.history.steps()


def test_before_and_after(qtbot, editor: Editor) -> None:
    window, canvas = editor.window, editor.window.canvas
    window.actions_["labels"].setChecked(False)
    _painted(qtbot, editor)
    qtbot.waitUntil(lambda: editor.document.edits.is_preview)
    at = canvas.to_widget(400, 300).toPoint()
    after = canvas.grab().toImage().pixelColor(at).red()
    window.actions_["compare"].setChecked(True)
    before = canvas.grab().toImage().pixelColor(at).red()
    assert (before, after) == (10, 77)


def test_the_photo_view_shows_the_edited_face_in_its_place(qtbot, editor: Editor) -> None:
    window, canvas = editor.window, editor.window.canvas
    window.actions_["labels"].setChecked(False)
    window.actions_["view_photo"].setChecked(True)
    inside = canvas.to_widget(256, 256).toPoint()
    outside = canvas.to_widget(600, 256).toPoint()
    assert canvas.grab().toImage().pixelColor(inside).red() == 100, "nothing is edited yet"
    _painted(qtbot, editor)
    qtbot.waitUntil(lambda: editor.document.edits.is_preview)
    image = canvas.grab().toImage()
    assert image.pixelColor(inside).red() == 77
    assert image.pixelColor(outside).red() == 100


# --- edits ----------------------------------------------------------------------------------------


def test_previews_come_while_the_pen_is_down(qtbot, editor: Editor) -> None:
    canvas = editor.window.canvas
    editor.window.layers.set_current_class(HAT)
    qtbot.mousePress(canvas, LEFT, pos=canvas.to_widget(200, 200).toPoint())
    qtbot.mouseMove(canvas, canvas.to_widget(250, 200).toPoint())
    qtbot.waitUntil(lambda: editor.document.edits.is_preview)
    qtbot.mouseRelease(canvas, LEFT, pos=canvas.to_widget(250, 200).toPoint())


def test_when_the_hand_rests_the_preview_is_what_applying_gives(
    qtbot, editor: Editor, fake_session
) -> None:
    _painted(qtbot, editor)
    qtbot.waitUntil(lambda: "settled_preview" in fake_session.names)
    asked = [call.argument for call in fake_session.calls if call.name == "settled_preview"]
    pending = editor.document.edits.pending()
    assert pending is not None and np.array_equal(asked[0].label_map, pending.label_map)
    _drag(qtbot, editor, (200, 240), (300, 240))
    qtbot.waitUntil(lambda: fake_session.names.count("settled_preview") == 2)


def test_apply_undo_redo_and_going_on_from_the_result(qtbot, editor: Editor) -> None:
    document = editor.document
    start = document.edits.base
    _painted(qtbot, editor)
    _applied(qtbot, editor)
    first = document.edits.base
    assert first is not None and document.edits.pending() is None
    assert "70% took (10%" in editor.window.edit_panel.figures.text()
    _drag(qtbot, editor, (200, 300), (300, 300))
    _applied(qtbot, editor)
    edit = document.edits.last
    assert edit is not None and edit.base is first
    for _ in range(4):
        editor.window.actions_["undo"].trigger()
    assert document.edits.base is start and not (document.labels.label_map == HAT).any()
    history = editor.window.history
    place = history.list.visualRect(history.model.index(4)).center()
    qtbot.mouseClick(history.list.viewport(), LEFT, pos=place)
    assert document.edits.base is not None and document.edits.base.crop[0, 0, 0] == 30


def test_the_amount_of_the_last_edit(qtbot, editor: Editor, fake_session) -> None:
    _painted(qtbot, editor)
    _applied(qtbot, editor)
    editor.window.edit_panel.amount.slider.setValue(150)
    qtbot.waitUntil(lambda: editor.document.edits.amount == 1.5)
    renders = [c.argument.amount for c in fake_session.calls if c.name == "render"]
    assert renders == [1.0, 1.5]


def test_discard_goes_back_to_the_last_result(qtbot, editor: Editor) -> None:
    _painted(qtbot, editor)
    editor.window.edit_panel.discard.click()
    assert not (editor.document.labels.label_map == HAT).any()
    assert not editor.window.edit_panel.apply.isEnabled()


def test_the_style_sliders_are_the_packs_and_a_drag_is_one_step(qtbot, editor: Editor) -> None:
    panel = editor.window.style_panel
    assert list(panel.sliders) == ["smile", "age"]
    slider = panel.sliders["age"].slider
    slider.setSliderDown(True)
    for value in (10, 30, 50):
        slider.setValue(value)
    slider.setSliderDown(False)
    assert editor.document.edits.style.attributes == (("age", 0.5),)
    assert len(editor.document.history.steps()) == 1
    panel.dice.click()
    assert editor.document.edits.style.variation_strength == 0.5
    panel.reset.click()
    assert editor.document.edits.style.is_neutral and slider.value() == 0


def test_a_reference_photo_lends_its_style(qtbot, editor: Editor, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(
        QFileDialog, "getOpenFileName", lambda *a, **k: (str(tmp_path / "r.jpg"), "")
    )
    editor.window.style_panel.open_reference.click()
    qtbot.waitUntil(lambda: editor.document.edits.style.reference_code is not None)
    assert editor.window.style_panel.reference.value == 100
    assert not editor.window.style_panel.thumbnail.isHidden()


def test_a_shape_changes_the_map(qtbot, editor: Editor) -> None:
    shapes = {a.text(): a for a in editor.window.menus.shapes.actions()}
    shapes["Fuller hair"].trigger()
    assert titles(editor.document) == ["Fuller hair 100 %"]
    shapes["Smile"].trigger()  # this face has no mouth
    assert "No mouth shows" in editor.window.messages.text


def test_label_maps_go_out_and_come_in(qtbot, editor: Editor, monkeypatch, tmp_path) -> None:
    file = tmp_path / "map.png"
    write_label_map(file, np.full((512, 512), BACKGROUND, np.uint8))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a: (str(file), ""))
    editor.window.actions_["import_map"].trigger()
    qtbot.waitUntil(lambda: not editor.document.labels.label_map.any())
    assert titles(editor.document) == ["Label map map.png"]
    Image.new("RGB", (512, 512), (9, 9, 30)).save(file)
    editor.window.actions_["import_map"].trigger()
    qtbot.waitUntil(lambda: "colour picture" in editor.window.messages.text)


# --- files, failures, the end ---------------------------------------------------------------------


def test_export_writes_what_was_applied(
    qtbot, editor: Editor, fake_session, monkeypatch, tmp_path
) -> None:
    _painted(qtbot, editor)
    _applied(qtbot, editor)
    assert editor.editing.is_unsaved and "*" in editor.window.windowTitle()
    out = tmp_path / "out.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a: (str(out), ""))
    editor.window.actions_["export"].trigger()
    qtbot.waitUntil(out.exists)
    qtbot.waitUntil(lambda: not editor.editing.is_unsaved)
    assert "Exported" in editor.window.messages.text


def test_the_first_export_shows_the_terms(qtbot, editor: Editor, monkeypatch) -> None:
    shown = []
    monkeypatch.setattr(notices, "confirm_terms", lambda parent, terms: shown.append(terms))
    editor.window.settings = Settings()
    editor.window.actions_["export"].trigger()
    assert shown == ["Only to be faked."] and not editor.window.settings.terms_shown


def test_a_failure_is_said_and_the_session_goes_on(
    qtbot, editor: Editor, fake_session, tmp_path
) -> None:
    _painted(qtbot, editor)

    def fail(call) -> None:
        raise PhotoError("x.jpg is not a photo.", "Open another one.")

    fake_session.script["open_photo"] = fail
    editor.editing.open_photo(tmp_path / "x.jpg")
    qtbot.waitUntil(lambda: "not a photo. Open another" in editor.window.messages.text)
    assert (editor.document.labels.label_map == HAT).any()
    fake_session.script.clear()
    _applied(qtbot, editor)


def test_a_bug_is_called_our_fault(qtbot, editor: Editor, fake_session, caplog) -> None:
    fake_session.script["render"] = lambda call: 1 / 0
    _painted(qtbot, editor)
    editor.window.edit_panel.apply.click()
    qtbot.waitUntil(lambda: "our fault" in editor.window.messages.text)
    assert (editor.document.labels.label_map == HAT).any()


def test_a_photo_without_a_face_says_what_to_do(
    qtbot, editor: Editor, fake_session, monkeypatch, tmp_path
) -> None:
    display = np.full((60, 80, 3), 100, np.uint8)

    def open_empty(_path: Path, *, photo_id=None, **_options):
        fake_session.photo_id = photo_id
        return display, ()

    monkeypatch.setattr(fake_session, "open_photo", open_empty)
    editor.editing.open_photo(tmp_path / "empty.png")
    qtbot.waitUntil(lambda: "Align by hand" in editor.window.messages.text)
    align = editor.window.actions_["align"]
    align.setChecked(True)
    canvas = editor.window.canvas
    points = canvas.points
    assert points is not None and points.shape == (5, 2)
    fitted = canvas.zoom
    start = QPoint(round(points[0][0] * fitted), round(points[0][1] * fitted))
    offset = canvas._viewport.offset.toPoint()
    qtbot.mousePress(canvas, LEFT, pos=start + offset)
    qtbot.mouseMove(canvas, start + offset + QPoint(10, 0))
    qtbot.mouseRelease(canvas, LEFT, pos=start + offset + QPoint(10, 0))
    moved = canvas.points
    assert moved is not None and moved[0][0] > points[0][0]
    align.setChecked(False)
    qtbot.waitUntil(lambda: editor.document.has_face)
    np.testing.assert_allclose(fake_session.calls[-1].argument, moved)


def test_actions_wait_for_a_face(qtbot, qapp, fake_session, tmp_path) -> None:
    editor = Editor(qapp, Settings(), tmp_path / "s.json", make_session=lambda: fake_session)
    qtbot.addWidget(editor.window)
    for name in ("export", "undo", "redo", "apply", "tune", "compare"):
        assert not editor.window.actions_[name].isEnabled(), name
    assert editor.window.actions_["open"].isEnabled()
    editor.close()


def test_a_dropped_photo_is_opened(qtbot, editor: Editor, fake_session, tmp_path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "dropped.png"))])
    given = (Qt.DropAction.CopyAction, mime, LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(editor.window.canvas, QDragEnterEvent(QPoint(50, 50), *given))
    QApplication.sendEvent(editor.window.canvas, QDropEvent(QPointF(50, 50), *given))
    qtbot.waitUntil(lambda: editor.document.faces.name == "dropped.png")


def test_unsaved_edits_are_asked_about(qtbot, editor: Editor, fake_session, monkeypatch, tmp_path):
    _painted(qtbot, editor)
    asked = []

    def keep(_parent, name: str, faces: int) -> str:
        asked.append((name, faces))
        return "cancel"

    monkeypatch.setattr(unsaved, "ask_about_unsaved", keep)
    editor.window.open_photo(tmp_path / "other.png")
    qtbot.waitUntil(lambda: len(asked) == 1)  # once it is known that the photo opens
    qtbot.waitUntil(lambda: not editor.editing.is_busy)
    assert editor.document.faces.name != "other.png"
    assert not editor.window.close()
    assert len(asked) == 2
    monkeypatch.setattr(unsaved, "ask_about_unsaved", lambda *_: "discard")
    assert editor.window.close()


def test_the_window_leaves_torch_unloaded() -> None:
    code = "import sys, s2flow_app.app; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
