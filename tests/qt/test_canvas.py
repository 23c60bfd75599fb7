"""The canvas, driven by real events: what it shows and what strokes do to the document."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QImage,
    QInputDevice,
    QMouseEvent,
    QPointingDevice,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication

from s2flow_app.document.changes import Aspect
from s2flow_app.document.document import Document
from s2flow_app.labels import BACKGROUND, HAIR, SKIN, single_layers
from s2flow_app.model.edit import Edit
from s2flow_app.model.face import FaceBox, FaceState, PreparedFace
from s2flow_app.model.photo import Photo, PhotoId
from s2flow_app.ui.canvas import Canvas

LEFT, RIGHT, NO_BUTTON = (
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.RightButton,
    Qt.MouseButton.NoButton,
)
PLAIN = Qt.KeyboardModifier.NoModifier
POINTS = np.array([[30, 40], [50, 40], [40, 50], [32, 60], [48, 60]], dtype=np.float32)
QUAD = np.array([[10, 20], [10, 80], [70, 80], [70, 20]], dtype=np.float32)
OTHER_QUAD = QUAD + np.array([100, 0], np.float32)


def opened() -> tuple[Photo, tuple[FaceBox, ...]]:
    faces = (
        FaceBox(POINTS, QUAD, 0.9),
        FaceBox(POINTS + np.array([100, 0], np.float32), OTHER_QUAD, 0.8),
    )
    display = np.full((120, 200, 3), 100, dtype=np.uint8)
    return Photo(PhotoId(), "a", display), faces


def prepared(shade: int = 10) -> PreparedFace:
    """Hair with skin under its middle."""
    label_map = np.zeros((512, 512), dtype=np.uint8)
    label_map[100:400, 100:400] = HAIR
    layers = single_layers(label_map)
    layers[200:300, 200:300] |= np.uint32(1 << SKIN)
    state = FaceState(
        ws=np.zeros((12, 512), dtype=np.float32),
        label_map=label_map,
        crop=np.full((512, 512, 3), shade, dtype=np.uint8),
        replaced=np.zeros((512, 512), dtype=np.uint8),
        quad=QUAD,
    )
    return PreparedFace(state, layers, np.zeros((128, 128, 3), dtype=np.uint8), 20.0)


@pytest.fixture
def document(qapp) -> Document:
    document = Document()
    document.faces.open(*opened())
    document.faces.set_face(POINTS, prepared())
    return document


@pytest.fixture
def canvas(document: Document, qtbot) -> Canvas:
    canvas = Canvas(document)
    qtbot.addWidget(canvas)
    canvas.resize(800, 600)
    canvas.show()
    canvas.set_active_class(SKIN)
    return canvas


def send(canvas: Canvas, kind: QEvent.Type, at: QPointF, button, buttons, modifiers=PLAIN) -> None:
    where = QPointF(canvas.mapToGlobal(at))
    QApplication.sendEvent(canvas, QMouseEvent(kind, at, where, button, buttons, modifiers))


def press(canvas: Canvas, at: QPointF, button=LEFT, modifiers=PLAIN) -> None:
    send(canvas, QEvent.Type.MouseButtonPress, at, button, button, modifiers)


def move(canvas: Canvas, at: QPointF, button=LEFT) -> None:
    send(canvas, QEvent.Type.MouseMove, at, NO_BUTTON, button)


def release(canvas: Canvas, at: QPointF, button=LEFT) -> None:
    send(canvas, QEvent.Type.MouseButtonRelease, at, button, NO_BUTTON)


def drag(canvas: Canvas, *at: QPointF, button=LEFT) -> None:
    press(canvas, at[0], button)
    for point in at[1:]:
        move(canvas, point, button)
    release(canvas, at[-1], button)


def click(canvas: Canvas, at: QPointF, modifiers=PLAIN) -> None:
    press(canvas, at, LEFT, modifiers)
    release(canvas, at)


def pen(canvas: Canvas, kind: QEvent.Type, at: QPointF, pressure: float, *, eraser=False) -> None:
    tips = QPointingDevice.PointerType
    tip = tips.Eraser if eraser else tips.Pen
    capabilities = QInputDevice.Capability.Position | QInputDevice.Capability.Pressure
    device = QPointingDevice(
        "pen", 1, QInputDevice.DeviceType.Stylus, tip, capabilities, 1, 1
    )  # fmt: skip
    held = NO_BUTTON if kind == QEvent.Type.TabletRelease else LEFT
    event = QTabletEvent(
        kind, device, at, QPointF(canvas.mapToGlobal(at)), pressure, 0, 0, 0, 0, 0, PLAIN, LEFT,
        held,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def show(document: Document, shade: int) -> None:
    """A preview in one shade of grey."""
    assert document.edits.base is not None
    edit = Edit(document.edits.base, document.labels.label_map)
    crop = np.full((512, 512, 3), shade, dtype=np.uint8)
    assert document.edits.show_preview(edit, crop, revision=document.edits.revision)


def colour(canvas: Canvas, at: QPointF) -> tuple[int, int, int]:
    where = (at * canvas.devicePixelRatioF()).toPoint()
    found: QColor = canvas.grab().toImage().pixelColor(where)
    return found.red(), found.green(), found.blue()


# --- strokes ----------------------------------------------------------------------------------


def test_a_stroke_paints_without_gaps_and_is_one_step(canvas: Canvas, document: Document) -> None:
    asked: list[bool] = []
    document.changed.connect(
        lambda change: change.has(Aspect.EDIT) and asked.append(document.labels.in_stroke)
    )
    drag(canvas, canvas.to_widget(120, 150), canvas.to_widget(250, 150), canvas.to_widget(380, 150))
    assert (document.labels.label_map[145:155, 120:380] == SKIN).all()
    assert document.labels.label_map[180, 250] == HAIR
    assert len(document.history.steps()) == 1
    assert asked.count(True) >= 2, "previews run while the pen is down"
    document.history.undo()
    assert document.labels.label_map[150, 250] == HAIR


def test_erasing_reveals_what_lies_underneath(canvas: Canvas, document: Document) -> None:
    canvas.set_tool("eraser")
    drag(canvas, canvas.to_widget(250, 250), canvas.to_widget(260, 250))
    drag(canvas, canvas.to_widget(150, 150), canvas.to_widget(160, 150))
    assert (
        document.labels.label_map[250, 255] == SKIN
        and document.labels.label_map[150, 155] == BACKGROUND
    )


def test_a_locked_or_hidden_class_is_refused(canvas: Canvas, document: Document, qtbot) -> None:
    document.layer_view.set_locked(SKIN, True)
    with qtbot.waitSignal(canvas.stroke_refused) as locked:
        click(canvas, canvas.to_widget(150, 150))
    document.layer_view.reset()
    document.layer_view.set_visible(SKIN, False)
    with qtbot.waitSignal(canvas.stroke_refused) as hidden:
        click(canvas, canvas.to_widget(150, 150))
    assert "locked" in locked.args[0] and "hidden" in hidden.args[0]
    assert document.history.steps() == ()


@pytest.mark.parametrize("tool", ["eraser", "fill"])
def test_nothing_is_taken_from_a_locked_class(
    canvas: Canvas, document: Document, qtbot, tool: str
) -> None:
    document.layer_view.set_locked(HAIR, True)
    canvas.set_tool(tool)
    with qtbot.waitSignal(canvas.stroke_refused) as refused:
        click(canvas, canvas.to_widget(150, 150))
    assert refused.args == ["Hair is locked; unlock it in the layer list."]


def test_escape_takes_the_open_stroke_back(canvas: Canvas, document: Document, qtbot) -> None:
    press(canvas, canvas.to_widget(150, 150))
    move(canvas, canvas.to_widget(200, 150))
    assert document.labels.label_map[150, 170] == SKIN
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    move(canvas, canvas.to_widget(250, 150))
    release(canvas, canvas.to_widget(250, 150))
    assert (
        document.labels.label_map[150, 100:400] == HAIR
    ).all() and document.history.steps() == ()


def test_shift_click_draws_a_straight_line(canvas: Canvas, document: Document) -> None:
    click(canvas, canvas.to_widget(120, 120))
    click(canvas, canvas.to_widget(320, 320), Qt.KeyboardModifier.ShiftModifier)
    assert (document.labels.label_map[range(120, 320), range(120, 320)] == SKIN).all()


def test_pressure_scales_the_brush_and_the_pens_other_end_erases(
    canvas: Canvas, document: Document
) -> None:
    canvas.set_brush_size(40)
    kinds = QEvent.Type
    at = canvas.to_widget(250.5, 150.5)
    pen(canvas, kinds.TabletPress, at, 0.5)
    press(canvas, canvas.to_widget(120, 350))  # what Qt may make of the same pen
    pen(canvas, kinds.TabletRelease, at, 0.0)
    painted = document.labels.label_map == SKIN
    assert painted[150].sum() == pytest.approx(20, abs=1) and not painted[350].any()
    pen(canvas, kinds.TabletPress, at, 1.0, eraser=True)
    pen(canvas, kinds.TabletRelease, at, 0.0, eraser=True)
    assert document.labels.label_map[150, 250] == BACKGROUND and canvas.tool == "brush"
    assert len(document.history.steps()) == 2


# --- other tools ------------------------------------------------------------------------------


def test_fill_and_lasso_fill(canvas: Canvas, document: Document) -> None:
    canvas.set_tool("fill")
    click(canvas, canvas.to_widget(150, 150))
    assert (document.labels.label_map[100:400, 100:400] == SKIN).all()
    document.history.undo()
    canvas.set_tool("lasso")
    corners = [(150, 150), (250, 150), (250, 250), (150, 250)]
    drag(canvas, *(canvas.to_widget(x, y) for x, y in corners))
    assert (document.labels.label_map[155:245, 155:245] == SKIN).all()
    assert document.labels.label_map[260, 260] == HAIR and len(document.history.steps()) == 1


def test_an_undo_drops_the_lasso(canvas: Canvas, document: Document) -> None:
    canvas.set_tool("lasso")
    press(canvas, canvas.to_widget(150, 150))
    move(canvas, canvas.to_widget(250, 150))
    document.history.undo()
    for x, y in ((250, 250), (150, 250)):
        move(canvas, canvas.to_widget(x, y))
    release(canvas, canvas.to_widget(150, 250))
    assert document.history.steps() == () and not (document.labels.label_map == SKIN).any()


def test_pick_and_alt_click_pick(canvas: Canvas, qtbot) -> None:
    with qtbot.waitSignal(canvas.class_picked) as picked:
        click(canvas, canvas.to_widget(150, 150), Qt.KeyboardModifier.AltModifier)
    assert picked.args == [HAIR] and canvas.active_class == HAIR
    canvas.set_tool("pick")
    click(canvas, canvas.to_widget(50, 50))
    assert canvas.active_class == BACKGROUND
    with pytest.raises(ValueError, match="no such tool"):
        canvas.set_tool("spray")


def test_brackets_change_the_brush(canvas: Canvas, qtbot) -> None:
    canvas.set_brush_size(50)
    qtbot.keyClick(canvas, Qt.Key.Key_BracketRight)
    assert canvas.brush_size == 60
    canvas.set_brush_size(1)
    qtbot.keyClick(canvas, Qt.Key.Key_BracketLeft)
    assert canvas.brush_size == 1
    canvas.set_brush_size(999)
    assert canvas.brush_size == 200


# --- zoom and pan -----------------------------------------------------------------------------


def test_the_wheel_keeps_the_pixel_under_the_pointer(canvas: Canvas, qtbot) -> None:
    at, zoom = canvas.to_widget(130, 300), canvas.zoom
    where = QPointF(canvas.mapToGlobal(at))
    phase = Qt.ScrollPhase.NoScrollPhase
    for delta in (240, 120, -120):
        event = QWheelEvent(at, where, QPoint(), QPoint(0, delta), NO_BUTTON, PLAIN, phase, False)
        QApplication.sendEvent(canvas, event)
        there = canvas.to_widget(130, 300)
        assert (there - at).manhattanLength() < 1e-6
    assert canvas.zoom == pytest.approx(zoom * 1.25**2)
    canvas.zoom_to_fit()
    assert canvas.zoom == pytest.approx(zoom)


@pytest.mark.parametrize("view", ["face", "photo"])
def test_100_percent_is_a_pixel_of_the_photo_in_either_view(canvas: Canvas, view: str) -> None:
    told = []
    canvas.zoom_changed.connect(told.append)
    canvas.set_view(view)
    canvas.zoom_to_100()
    left, right = canvas.photo_to_widget(20, 30), canvas.photo_to_widget(60, 30)
    assert (right - left).x() * canvas.devicePixelRatioF() == pytest.approx(40)
    assert told[-1] == canvas.photo_zoom == pytest.approx(1.0)
    canvas.zoom_in()
    assert told[-1] == pytest.approx(1.25)


def marked(canvas: Canvas, document: Document) -> np.ndarray:
    """Pixels ``[H, W]`` that show marks of the tool, as the screen has them."""
    canvas.set_labels_visible(False)
    shown = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    canvas.leaveEvent(QEvent(QEvent.Type.Leave))
    bare = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    both = [
        np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
        for image in (shown, bare)
    ]
    return (both[0] != both[1]).any(axis=2)


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.set_comparison("split"), lambda c: c.set_comparison("side"),
        lambda c: c.set_view("photo"), lambda c: c.resize(640, 560), lambda c: c.zoom_in(),
        lambda c: c.turn_left(), lambda c: c.zoom_to_100(),
    ],
)  # fmt: skip
def test_ring_and_stain_stay_together_whatever_changes_under_the_pointer(
    canvas: Canvas, document: Document, change
) -> None:
    canvas.set_brush_size(30)
    canvas.options.set("feather_px", 2.0)
    where = QPointF(400, 300)
    move(canvas, where)
    change(canvas)
    canvas.set_comparison("none") if canvas._pictures.comparison == "side" else None
    y, x = np.array(np.nonzero(marked(canvas, document))) / canvas.devicePixelRatioF()
    reach = (15 + 2) * canvas._scale + 4
    assert len(x)
    assert abs(x - where.x()).max() <= reach and abs(y - where.y()).max() <= reach


@pytest.mark.parametrize("how", ["leave", "hide", "align", "space", "incoming", "compare", "photo"])
def test_ring_and_stain_go(canvas: Canvas, document: Document, qtbot, how: str) -> None:
    move(canvas, QPointF(400, 300))
    assert canvas._tool_is_shown
    if how == "leave":
        QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    elif how == "hide":
        canvas.hide()
        canvas.show()
    elif how == "align":
        canvas.set_point_mode(POINTS)
    elif how == "space":
        qtbot.keyPress(canvas, Qt.Key.Key_Space)
    elif how == "incoming":
        document.faces.set_incoming(np.zeros((50, 60, 3), np.uint8))
    elif how == "compare":
        canvas.set_compare(True)
    else:
        document.faces.open(*opened())
    assert canvas._pointer is None or not canvas._tool_is_shown
    assert not marked(canvas, document).any()


@pytest.mark.parametrize("how", ["right", "space", "tool"])
def test_panning_moves_the_picture(canvas: Canvas, document: Document, qtbot, how: str) -> None:
    before, shift = canvas.to_widget(100, 100), QPointF(37, -21)
    if how == "space":
        qtbot.keyPress(canvas, Qt.Key.Key_Space)
    if how == "tool":
        canvas.set_tool("pan")
    drag(canvas, before, before + shift, button=RIGHT if how == "right" else LEFT)
    assert canvas.to_widget(100, 100) == before + shift and document.history.steps() == ()
    if how == "space":
        qtbot.keyRelease(canvas, Qt.Key.Key_Space)
        click(canvas, canvas.to_widget(150, 150))
        assert len(document.history.steps()) == 1


# --- what is shown ----------------------------------------------------------------------------


def test_compare_and_split_show_the_original(canvas: Canvas, document: Document, qtbot) -> None:
    canvas.set_labels_visible(False)
    document.faces.original.crop[...] = 200  # type: ignore[union-attr]
    canvas._take_face()
    left, right = canvas.to_widget(60, 450), canvas.to_widget(450, 450)
    assert colour(canvas, left) == (10, 10, 10)
    canvas.set_compare(True)
    assert colour(canvas, left) == (200, 200, 200)
    with qtbot.waitSignal(canvas.stroke_refused):
        click(canvas, left)
    canvas.set_compare(False)
    canvas.set_split(True)
    assert colour(canvas, left) == (200, 200, 200) and colour(canvas, right) == (10, 10, 10)
    drag(canvas, canvas.to_widget(256, 450), canvas.to_widget(20, 450))
    assert colour(canvas, left) == (10, 10, 10) and document.history.steps() == ()


def test_labels_are_shown_in_their_colours(canvas: Canvas, document: Document) -> None:
    at = canvas.to_widget(150, 150)
    canvas.set_label_style("tint")
    canvas.set_label_opacity(1.0)
    assert colour(canvas, at) == (0, 0, 204)
    canvas.set_label_opacity(0.5)
    assert colour(canvas, at) == pytest.approx((5, 5, 107), abs=2)
    document.layer_view.set_visible(HAIR, False)
    assert colour(canvas, at) == (10, 10, 10)


def test_photo_view_places_the_crop_and_chooses_faces(
    canvas: Canvas, document: Document, qtbot
) -> None:
    canvas.set_labels_visible(False)
    canvas.set_view("photo")
    inside, outside = canvas.to_widget(256, 256), canvas.to_widget(700, 700)
    assert colour(canvas, inside) == (100, 100, 100), "the photo itself where nothing is edited"
    show(document, 30)
    assert colour(canvas, inside) == (30, 30, 30) and colour(canvas, outside) == (100, 100, 100)
    other = canvas.to_widget(256, 256) + QPointF(100 * canvas.zoom, 0)
    with qtbot.waitSignal(canvas.face_chosen) as chosen:
        click(canvas, other)
    assert chosen.args == [1] and canvas.tip_at(other) == "Click to edit this face"
    click(canvas, inside)
    assert document.labels.label_map[256, 256] == SKIN, "the brush works in the photo view too"


def test_empty_canvas_says_what_to_do_and_takes_drops(qtbot, tmp_path: Path) -> None:
    canvas = Canvas(Document())
    qtbot.addWidget(canvas)
    canvas.resize(640, 480)
    canvas.show()
    image = canvas.grab().toImage()
    row, ends = image.height() // 2, (image.width() // 16, image.width() * 15 // 16)
    middle = {image.pixelColor(x, row).lightness() for x in range(*ends)}
    assert max(middle) > 120
    click(canvas, QPointF(100, 100))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "a b ü.jpg"))])
    actions = Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(9, 9), actions, mime, LEFT, PLAIN)
    QApplication.sendEvent(canvas, enter)
    assert enter.isAccepted()
    with qtbot.waitSignal(canvas.files_dropped) as dropped:
        QApplication.sendEvent(canvas, QDropEvent(QPointF(9, 9), actions, mime, LEFT, PLAIN))
    assert dropped.args == [[tmp_path / "a b ü.jpg"]]


def test_cursor_is_told_and_canvas_is_accessible(canvas: Canvas, qtbot) -> None:
    with qtbot.waitSignal(canvas.cursor_moved) as moved:
        move(canvas, canvas.to_widget(150.5, 160.5), NO_BUTTON)
    assert moved.args == [(150, 160, HAIR)]
    with qtbot.waitSignal(canvas.cursor_moved) as gone:
        QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert gone.args == [None]
    assert canvas.accessibleName() and canvas.focusPolicy() == Qt.FocusPolicy.StrongFocus


def test_five_points_are_dragged_on_the_photo(canvas: Canvas, document: Document, qtbot) -> None:
    canvas.set_label_opacity(1.0)
    canvas.set_point_mode(POINTS)
    assert canvas.view == "photo"
    assert colour(canvas, canvas.to_widget(120, 380)) == (100, 100, 100), "no labels in the way"
    scale = 512 / 60
    nose = canvas.to_widget(30 * scale, 30 * scale)  # (40, 50) in the photo
    press(canvas, nose)
    with qtbot.waitSignal(canvas.points_changed) as changed:
        move(canvas, nose + QPointF(5, 3) * canvas.zoom)
    release(canvas, nose)
    assert changed.args[0][2] == pytest.approx((45, 53), abs=0.1)
    assert canvas.points[2] == pytest.approx((45, 53), abs=0.1)  # type: ignore[index]
    assert canvas.tip_at(nose).startswith("Nose") and document.history.steps() == ()
    canvas.set_point_mode(None)
    assert canvas.points is None
