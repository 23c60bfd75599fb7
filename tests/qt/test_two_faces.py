"""A whole retouch of a photo with two faces, by mouse and keys, from open to export."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pointer import drag
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog, QToolButton
from titles import titles

from s2flow_app.alignment import quad_from_points
from s2flow_app.app import Editor
from s2flow_app.labels import HAIR, HAT
from s2flow_app.model.face import FaceBox
from s2flow_app.settings import Settings
from s2flow_app.ui.dialogs import notices, unsaved

LEFT, CONTROL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
POINTS = np.array([[80, 100], [120, 100], [100, 120], [84, 140], [116, 140]], np.float32)
ASIDE = np.array([200, 0], np.float32)


@pytest.fixture
def editor(qapp, qtbot, fake_session, tmp_path: Path, monkeypatch) -> Iterator[Editor]:
    monkeypatch.setattr(unsaved, "ask_about_unsaved", lambda *_: "discard")
    fake_session.faces = tuple(
        FaceBox(points, quad_from_points(points), 0.9) for points in (POINTS, POINTS + ASIDE)
    )
    fake_session.display = np.full((240, 400, 3), 100, np.uint8)
    settings = Settings(last_folder=str(tmp_path), tour_seen=True)
    made = Editor(qapp, settings, tmp_path / "settings.json", make_session=lambda: fake_session)
    qtbot.addWidget(made.window)
    made.start([])
    yield made
    made.close()


def _press(editor: Editor, key: Qt.Key, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(editor.window.canvas, key, modifiers)


def _paint(qtbot, editor: Editor, key: Qt.Key, *at: tuple[float, float]) -> None:
    """A stroke of the class that the key chooses, applied."""
    canvas, base = editor.window.canvas, editor.document.edits.base
    _press(editor, key)
    _press(editor, Qt.Key.Key_B)
    canvas.set_brush_size(60)
    drag(canvas, *(canvas.to_widget(x, y) for x, y in at))
    qtbot.waitUntil(lambda: editor.document.edits.is_preview)
    _press(editor, Qt.Key.Key_Return, CONTROL)
    qtbot.waitUntil(lambda: editor.document.edits.base is not base)


def _choose(qtbot, editor: Editor, index: int) -> None:
    button = editor.window.faces_bar.buttons.button(index)
    assert isinstance(button, QToolButton)
    qtbot.mouseClick(button, LEFT)
    qtbot.waitUntil(lambda: editor.document.faces.index == index)


def test_two_faces_from_open_to_export(
    qtbot, editor: Editor, fake_session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, canvas, document = editor.window, editor.window.canvas, editor.document
    monkeypatch.setattr(notices, "confirm_terms", lambda parent, terms: True)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a, **k: (str(tmp_path / "a"), ""))
    monkeypatch.setattr(QInputDialog, "getText", lambda *a, **k: ("First hat", True))

    # Open: the first face is prepared, the bar shows both.
    _press(editor, Qt.Key.Key_O, CONTROL)
    qtbot.waitUntil(lambda: document.has_face)
    assert window.faces_bar.isVisible() and document.faces.index == 0

    # The first face gets a hat, a name in the history, and is left with a stroke not applied.
    _paint(qtbot, editor, Qt.Key.Key_T, (150, 120), (350, 120))
    _press(editor, Qt.Key.Key_S, CONTROL | Qt.KeyboardModifier.AltModifier)
    drag(canvas, canvas.to_widget(120, 300), canvas.to_widget(180, 300))
    first = document.labels.layers.copy()

    # The second face: points by hand, tuned, a hat, another amount, a style.
    _choose(qtbot, editor, 1)
    assert titles(editor.document) == [] and not (document.labels.label_map == HAT).any()
    window.actions_["align"].trigger()
    eye = POINTS[0] + ASIDE
    at = [canvas._viewport.to_widget(QPointF(float(eye[0]) + dx, float(eye[1]))) for dx in (0, -8)]
    drag(canvas, *at)
    _press(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: titles(editor.document) == ["Align"])
    window.actions_["tune"].trigger()
    qtbot.waitUntil(lambda: titles(editor.document) == ["Align", "Tune likeness"])
    _paint(qtbot, editor, Qt.Key.Key_T, (150, 120), (350, 120))
    base = document.edits.base
    window.edit_panel.amount.slider.setValue(120)
    qtbot.waitUntil(lambda: document.edits.base is not base)
    window.style_panel.sliders["smile"].slider.setValue(50)
    qtbot.waitUntil(lambda: document.edits.is_preview)
    base = document.edits.base
    _press(editor, Qt.Key.Key_Return, CONTROL)
    qtbot.waitUntil(lambda: document.edits.base is not base)
    second, steps = document.edits.base, len(titles(editor.document))
    assert steps == 7

    # All the way back, over tuning and alignment, another way, and onto the old line again.
    while window.actions_["undo"].isEnabled():
        _press(editor, Qt.Key.Key_Z, CONTROL)
    assert document.faces.quad is not None
    np.testing.assert_array_equal(document.faces.quad, quad_from_points(POINTS + ASIDE))
    _paint(qtbot, editor, Qt.Key.Key_H, (60, 470), (120, 490))
    assert (document.labels.label_map[470:490, 60:120] == HAIR).any()
    history = window.history
    head = next(row for row in history.model.rows if row.folded)
    menu = history.menu_of(head)
    menu.actions()[0].trigger()
    menu.deleteLater()
    assert document.edits.base is second and len(titles(editor.document)) == steps

    # The first face is as it was left; its snapshot is found.
    _choose(qtbot, editor, 0)
    np.testing.assert_array_equal(document.labels.layers, first)
    window.history.snapshots.menu().actions()[0].trigger()
    assert document.edits.pending() is None and titles(editor.document)[:2] == [
        "Hat: brush",
        "Apply: Hat: brush",
    ]
    one = document.edits.base

    # Export: both faces go back into the photo.
    out = tmp_path / "out.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(out), ""))
    assert editor.editing.is_unsaved
    _press(editor, Qt.Key.Key_E, CONTROL)
    qtbot.waitUntil(lambda: "Exported" in window.messages.text)
    exported = fake_session.calls[-1].argument
    assert [face.state for face in exported] == [one, second]
    assert exported[1].start.crop[0, 0, 0] == 11, "the tuned start"
    assert out.exists() and not editor.editing.is_unsaved


def test_edits_of_a_collage_are_never_drawn_on_the_next_picture(
    qtbot, editor: Editor, fake_session, tmp_path: Path, make_gate
) -> None:
    canvas, document = editor.window.canvas, editor.document
    editor.editing.open_photo(tmp_path / "collage.png")
    qtbot.waitUntil(lambda: document.has_face)
    for index in (1, 0):
        _choose(qtbot, editor, index)
        _paint(qtbot, editor, Qt.Key.Key_H, (100, 100), (300, 100))
    assert document.faces.is_edited(0) and document.faces.is_edited(1)
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))  # the brush's ring goes
    fake_session.display = np.full((240, 400, 3), 200, np.uint8)
    fake_session.faces = ()
    gate = fake_session.script["faces"] = make_gate()
    editor.editing.open_photo(tmp_path / "landscape.png")
    qtbot.waitUntil(lambda: document.faces.incoming is not None)

    def looks_unedited() -> bool:
        width, height = canvas.width(), canvas.height()
        picture = canvas.grab().toImage()
        shades = {
            picture.pixelColor(x, y).red()
            for x in range(2, width, 7) for y in range(2, height, 7)
        }  # fmt: skip
        return shades <= {200, 30}  # the picture, and the backdrop around it

    assert looks_unedited(), "while it is being opened"
    gate.open()
    qtbot.waitUntil(lambda: document.faces.name == "landscape.png")
    assert looks_unedited() and not document.faces.edited()


def test_a_name_that_was_asked_for_is_not_given_to_another_photo(
    qtbot, editor: Editor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, out = editor.document, tmp_path / "first-edited.jpg"
    monkeypatch.setattr(notices, "confirm_terms", lambda parent, terms: True)
    editor.editing.open_photo(tmp_path / "first.png")
    qtbot.waitUntil(lambda: document.has_face)

    def ask(*given, **named) -> tuple[str, str]:
        editor.editing.open_photo(tmp_path / "second.png")
        qtbot.waitUntil(lambda: document.faces.name == "second.png" and document.has_face)
        return str(out), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    editor.window.actions_["export"].trigger()
    assert "Another photo was opened meanwhile" in editor.window.messages.text
    qtbot.wait(60)
    assert not out.exists()
