"""Several faces of a photo, points set by hand with the crop beside them, landmarks."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pointer import drag, move, press, release
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from titles import titles

from s2flow_app.alignment import extract_crop, quad_from_points
from s2flow_app.app import Editor
from s2flow_app.labels import HAT
from s2flow_app.model.face import FaceBox
from s2flow_app.model.operations import LabelMapFile, Stroke
from s2flow_app.settings import Settings
from s2flow_app.ui.dialogs import notices, unsaved
from s2flow_app.ui.tools.crop_preview import SIDE_PX, CropPreview

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier
ASIDE = np.array([200, 0], np.float32)
POINTS = np.array([[80, 100], [120, 100], [100, 120], [84, 140], [116, 140]], np.float32)
DAB = np.ones((200, 200), dtype=bool)


def _face(points: np.ndarray) -> FaceBox:
    landmarks = points.mean(0) + np.random.default_rng(0).normal(0, 12, (478, 2))
    return FaceBox(points, quad_from_points(points), 0.9, landmarks.astype(np.float32))


@pytest.fixture
def editor(qapp, qtbot, fake_session, tmp_path: Path, monkeypatch) -> Iterator[Editor]:
    """A photo with two faces beside one another; the left one is prepared."""
    monkeypatch.setattr(unsaved, "ask_about_unsaved", lambda *_: "discard")
    fake_session.faces = (_face(POINTS), _face(POINTS + ASIDE))
    x = np.linspace(0, 255, 400)[None, :, None]
    fake_session.display = np.broadcast_to(x, (240, 400, 3)).astype(np.uint8).copy()
    settings = Settings(terms_shown="Only to be faked.", tour_seen=True)
    made = Editor(qapp, settings, tmp_path / "settings.json", make_session=lambda: fake_session)
    qtbot.addWidget(made.window)
    made.start([tmp_path / "photo.png"])
    qtbot.waitUntil(lambda: made.document.has_face)
    yield made
    made.close()


def _edit(qtbot, editor: Editor) -> None:
    document = editor.document
    document.labels.begin_stroke()
    document.labels.paint(HAT, DAB, 150, 150)
    document.labels.end_stroke(Stroke("brush", HAT))
    base = document.edits.base
    editor.editing.apply()
    qtbot.waitUntil(lambda: document.edits.base is not base)


def _button(editor: Editor, index: int) -> QToolButton:
    button = editor.window.faces_bar.buttons.button(index)
    assert isinstance(button, QToolButton)
    return button


def _on_photo(editor: Editor, x: float, y: float) -> QPointF:
    canvas = editor.window.canvas
    assert canvas.view == "photo"
    return canvas._viewport.to_widget(QPointF(x, y))


# --- several faces ----------------------------------------------------------------------------


def test_the_bar_shows_all_faces_and_switches_between_them(
    qtbot, editor: Editor, fake_session, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, asked = editor.document, []
    monkeypatch.setattr(
        unsaved, "ask_about_unsaved", lambda *given: asked.append(given) or "discard"
    )
    assert editor.window.faces_bar.isVisible()
    assert _button(editor, 0).isChecked() and _button(editor, 1).text() == "Face 2"
    _edit(qtbot, editor)
    assert _button(editor, 0).text() == "Face 1 •" and "edited" in _button(editor, 0).toolTip()
    first = document.edits.base
    qtbot.mouseClick(_button(editor, 1), LEFT)
    assert _button(editor, 0).isChecked(), "until the other one is there"
    qtbot.waitUntil(lambda: document.faces.index == 1)
    assert _button(editor, 1).isChecked() and document.history.steps() == ()
    prepared = fake_session.names.count("prepare_face")
    qtbot.mouseClick(_button(editor, 0), LEFT)
    assert document.faces.index == 0 and document.edits.base is first, "at once"
    assert fake_session.names.count("prepare_face") == prepared
    assert not asked, "nothing is lost"
    assert titles(document) == ["Hat: brush", "Apply: Hat: brush"]


def test_a_photo_with_one_face_has_no_bar(qtbot, editor: Editor, fake_session, tmp_path) -> None:
    fake_session.faces = fake_session.faces[:1]
    editor.editing.open_photo(tmp_path / "other.png")
    qtbot.waitUntil(lambda: len(editor.document.faces.boxes) == 1)
    assert not editor.window.faces_bar.isVisible()
    assert not editor.window.actions_["next_face"].isEnabled()


def test_a_click_on_the_photo_and_a_key_switch_too(qtbot, editor: Editor) -> None:
    editor.window.actions_["view_photo"].setChecked(True)
    at = _on_photo(editor, 300, 120)
    qtbot.mouseClick(editor.window.canvas, LEFT, pos=at.toPoint())
    qtbot.waitUntil(lambda: editor.document.faces.index == 1)
    assert editor.window.canvas.view == "face"
    editor.window.actions_["next_face"].trigger()
    assert editor.document.faces.index == 0


def test_the_photo_shows_the_edits_of_all_faces(qtbot, editor: Editor) -> None:
    _edit(qtbot, editor)
    editor.editing.choose_face(1)
    qtbot.waitUntil(lambda: editor.document.faces.index == 1)
    window, canvas = editor.window, editor.window.canvas
    window.actions_["view_photo"].setChecked(True)
    window.actions_["labels"].setChecked(False)
    inside = _on_photo(editor, 105, 115).toPoint()
    edited = canvas.grab().toImage().pixelColor(inside).red()
    assert abs(edited - 20) < 5, "of the face that was left"
    canvas.set_compare(True)
    unedited = canvas.grab().toImage().pixelColor(inside).red()
    display = editor.document.faces.display
    assert display is not None and abs(unedited - int(display[115, 105, 0])) < 3


def test_all_edited_faces_are_exported(qtbot, editor: Editor, fake_session, tmp_path) -> None:
    _edit(qtbot, editor)
    editor.editing.choose_face(1)
    qtbot.waitUntil(lambda: editor.document.faces.index == 1)
    assert editor.editing.is_unsaved, "the first face's edit would be lost"
    _edit(qtbot, editor)
    second = editor.document.edits.base
    editor.editing.export(tmp_path / "out.png")
    qtbot.waitUntil(lambda: not editor.editing.is_unsaved)
    faces = fake_session.calls[-1].argument
    assert len(faces) == 2 and faces[1].state is second
    for face, points in zip(faces, (POINTS, POINTS + ASIDE), strict=True):
        np.testing.assert_array_equal(face.start.quad, quad_from_points(points))
        np.testing.assert_array_equal(face.state.quad, face.start.quad)
    editor.document.history.undo()
    editor.document.history.undo()
    assert not editor.editing.is_unsaved, "less than what was exported"
    editor.document.faces.choose(0)
    assert titles(editor.document) == ["Hat: brush", "Apply: Hat: brush"]


def test_one_paints_on_while_another_face_is_prepared(
    qtbot, editor: Editor, fake_session, make_gate
) -> None:
    document, gate = editor.document, make_gate()

    def prepare(call) -> None:
        gate(call)
        call.progress("Inverting", 0.5)

    fake_session.script["prepare_face"] = prepare
    editor.editing.choose_face(1)
    qtbot.waitUntil(gate.entered.is_set)
    document.labels.begin_stroke()
    document.labels.paint(HAT, DAB, 150, 150)
    document.labels.end_stroke(Stroke("brush", HAT))
    seen: list[object] = []
    editor.editing.previewed.connect(seen.append)
    gate.open()
    qtbot.waitUntil(lambda: document.faces.index == 1)
    assert len(seen) == 1, "a preview of the first face came between the steps"
    document.faces.choose(0)
    assert titles(document) == ["Hat: brush"]


def test_an_answer_about_the_photo_before_is_ignored(
    qtbot, editor: Editor, fake_session, make_gate, tmp_path
) -> None:
    gate = fake_session.script["open_photo"] = make_gate()
    editor.editing.open_photo(tmp_path / "other.png")
    qtbot.waitUntil(gate.entered.is_set)
    editor.editing.choose_face(1)  # of the old photo; done after the new one is open
    fake_session.faces = fake_session.faces[:1]
    gate.open()
    qtbot.waitUntil(lambda: not editor.editing.is_busy)
    qtbot.waitUntil(lambda: editor.document.has_face)
    assert len(editor.document.faces.boxes) == 1 and editor.document.faces.index == 0
    assert fake_session.names.count("prepare_face") == 2, "of the new photo alone"


# --- points by hand ---------------------------------------------------------------------------


def test_the_crop_is_shown_while_a_point_is_dragged(qtbot, editor: Editor, fake_session) -> None:
    window, canvas = editor.window, editor.window.canvas
    assert not window.alignment_bar.isVisible()
    window.actions_["align"].setChecked(True)
    assert window.alignment_bar.isVisible() and canvas.view == "photo"
    preview = CropPreview(editor.document.faces.display, POINTS)  # type: ignore[arg-type]
    area = preview.place(QRectF(canvas.rect()))
    middle = area.center().toPoint()
    before = canvas.grab().toImage().pixelColor(middle).red()
    press(canvas, _on_photo(editor, *POINTS[1]))
    move(canvas, _on_photo(editor, *(POINTS[1] + (60, 0))))
    during = canvas.grab().toImage().pixelColor(middle).red()
    moved = POINTS.copy()
    moved[1] += (60, 0)
    display = editor.document.faces.display
    assert display is not None
    crop = extract_crop(display, quad_from_points(moved), SIDE_PX)
    assert abs(during - int(crop[SIDE_PX // 2, SIDE_PX // 2, 0])) < 4 and during > before + 6
    assert fake_session.names.count("prepare_face") == 1, "without the networks"
    release(canvas, _on_photo(editor, *moved[1]))
    qtbot.mouseClick(window.alignment_bar.use, LEFT)
    qtbot.waitUntil(lambda: bool(editor.document.history.steps()))
    np.testing.assert_allclose(fake_session.calls[-1].argument, moved, atol=0.01)
    assert editor.document.faces.index == 0 and not window.alignment_bar.isVisible()
    assert titles(editor.document) == ["Align"]
    np.testing.assert_allclose(editor.document.faces.boxes[0].points, moved, atol=0.01)
    assert editor.document.faces.quad is not None
    before_quad = editor.document.faces.quad
    window.actions_["undo"].trigger()
    np.testing.assert_array_equal(editor.document.faces.quad, quad_from_points(POINTS))
    window.actions_["redo"].trigger()
    assert editor.document.faces.quad is before_quad


def test_points_are_set_by_keys(qtbot, editor: Editor) -> None:
    window, canvas = editor.window, editor.window.canvas
    window.actions_["align"].trigger()
    angle = canvas.angle_deg
    QTest.keyClick(canvas, Qt.Key.Key_4)
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Down, SHIFT)
    points = canvas.points
    assert points is not None and canvas.angle_deg == angle, "4 turns the view at other times"
    scale = canvas.zoom
    np.testing.assert_allclose(points[3] - POINTS[3], (1 / scale, 10 / scale), rtol=1e-3)
    np.testing.assert_array_equal(np.delete(points, 3, 0), np.delete(POINTS, 3, 0))
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(editor.document.history.steps()))
    assert canvas.points is None


def test_escape_and_cancel_keep_the_face_and_reset_the_points(qtbot, editor: Editor) -> None:
    window, canvas = editor.window, editor.window.canvas
    for leave in (
        lambda: QTest.keyClick(canvas, Qt.Key.Key_Escape),
        lambda: qtbot.mouseClick(window.alignment_bar.leave, LEFT),
    ):
        window.actions_["align"].trigger()
        drag(canvas, *(_on_photo(editor, *(POINTS[0] + (dx, 0))) for dx in (0, -20)))
        assert canvas.points is not None and canvas.points[0, 0] < 70
        leave()
        assert canvas.points is None and not window.actions_["align"].isChecked()
        assert editor.document.history.steps() == () and not editor.editing.is_busy
    window.actions_["align"].trigger()
    drag(canvas, *(_on_photo(editor, *(POINTS[0] + (dx, 0))) for dx in (0, -20)))
    qtbot.mouseClick(window.alignment_bar.reset, LEFT)
    np.testing.assert_array_equal(canvas.points, POINTS)
    qtbot.mouseClick(window.alignment_bar.use, LEFT)
    assert not editor.editing.is_busy, "as they were: nothing to prepare"


@pytest.mark.parametrize("edited", ["applied", "asked"])
def test_aligning_a_face_with_edits_again_is_asked_about(
    qtbot, editor: Editor, monkeypatch, edited
) -> None:
    window, canvas, document = editor.window, editor.window.canvas, editor.document
    answers = [False, True]
    monkeypatch.setattr(notices, "confirm_alignment", lambda parent: answers.pop(0))
    if edited == "applied":
        _edit(qtbot, editor)
    else:
        document.labels.set_label_map(np.full((512, 512), HAT, np.uint8), LabelMapFile("hat.png"))
    steps, base = len(document.history.steps()), document.edits.base
    window.actions_["align"].trigger()
    drag(canvas, *(_on_photo(editor, *(POINTS[0] + (dx, 0))) for dx in (0, -20)))
    moved = canvas.points
    assert moved is not None
    window.actions_["align"].trigger()
    assert answers == [True] and document.edits.base is base and not editor.editing.is_busy
    assert window.actions_["align"].isChecked() and window.alignment_bar.isVisible()
    np.testing.assert_array_equal(canvas.points, moved)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: document.edits.base is not base)
    assert answers == [] and canvas.points is None
    assert len(document.history.steps()) == steps + 1
    document.history.undo()
    assert document.edits.base is base, "what was edited is still there to go back to"


def test_a_face_that_was_not_found_is_added(qtbot, editor: Editor, fake_session) -> None:
    window, document = editor.window, editor.document
    _edit(qtbot, editor)
    window.actions_["add_face"].trigger()
    points = window.canvas.points
    assert points is not None and not np.array_equal(points, POINTS)
    QTest.keyClick(window.canvas, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: document.faces.index == 2)
    assert len(document.faces.boxes) == 3 and document.history.steps() == ()
    assert _button(editor, 2).isChecked() and _button(editor, 0).text() == "Face 1 •"
    np.testing.assert_array_equal(document.faces.boxes[2].points, points)
    assert document.faces.choose(0) and len(document.history.steps()) == 2


# --- landmarks --------------------------------------------------------------------------------


def test_landmarks_lie_on_photo_and_face(editor: Editor) -> None:
    window, canvas = editor.window, editor.window.canvas
    window.actions_["labels"].setChecked(False)
    for view in (True, False):
        window.actions_["view_photo"].setChecked(view)
        bare = canvas.grab().toImage()
        window.actions_["landmarks"].setChecked(True)
        shown = canvas.grab().toImage()
        face = editor.document.faces.boxes[0]
        marked = 0
        for x, y in (*face.landmarks[:20], *face.points):
            at = canvas._photo_to_widget.map(QPointF(float(x), float(y))).toPoint()
            marked += bare.rect().contains(at) and bare.pixel(at) != shown.pixel(at)
        assert marked > 20
        window.actions_["landmarks"].setChecked(False)
        assert canvas.grab().toImage() == bare
