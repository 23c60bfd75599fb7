"""Every tool of the canvas through real mouse, pen and key events, on a drawn face."""

import time
from statistics import median

import cv2
import numpy as np
import pytest
from pointer import click, drag, hover, move, pen_stroke, press, release
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from titles import titles

from s2flow_app.document.changes import Aspect
from s2flow_app.document.document import Document
from s2flow_app.labels import (
    BACKGROUND,
    HAIR,
    HAT,
    LEFT_BROW,
    LEFT_EYE,
    LOWER_LIP,
    MOUTH,
    NOSE,
    RIGHT_BROW,
    RIGHT_EYE,
    SKIN,
    UPPER_LIP,
    flatten,
)
from s2flow_app.model.face import FaceState, PreparedFace
from s2flow_app.model.photo import Photo, PhotoId
from s2flow_app.paths import resources_dir
from s2flow_app.ui.canvas import Canvas
from s2flow_app.ui.panels.tool_options import ToolOptionsBar
from s2flow_app.ui.tools.registry import TOOLS
from s2flow_app.ui.tools.transform import ARM_PX, PAD_PX

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
POINTS = np.array([[192, 243], [320, 243], [256, 310], [208, 371], [304, 371]], np.float32)
QUAD = np.array([[0, 0], [0, 512], [512, 512], [512, 0]], np.float32)
PARTS = {
    RIGHT_EYE: (172, 232, 40, 20),
    LEFT_EYE: (300, 232, 40, 20),
    RIGHT_BROW: (165, 205, 55, 10),
    LEFT_BROW: (292, 205, 55, 10),
    NOSE: (236, 240, 40, 80),
    UPPER_LIP: (206, 360, 100, 12),
    MOUTH: (216, 372, 80, 10),
    LOWER_LIP: (206, 382, 100, 14),
}
"""Class: its box (x, y, width, height) on the skin."""
DONE = {"grow": "grown", "shrink": "shrunk"}


def drawn_layers() -> np.ndarray:
    layers = np.full((512, 512), 1 << BACKGROUND, dtype=np.uint32)
    layers[60:200, 100:412] = 1 << HAIR
    layers[150:450, 130:382] |= np.uint32(1 << SKIN)
    for class_id, (x, y, w, h) in PARTS.items():
        layers[y : y + h, x : x + w] |= np.uint32(1 << class_id)
    return layers


@pytest.fixture
def document(qapp) -> Document:
    layers = drawn_layers()
    # The photo: a bright disc on the background, for tools that look at it.
    crop = np.full((512, 512, 3), 60, np.uint8)
    cv2.circle(crop, (460, 60), 30, (220, 200, 40), -1)
    state = FaceState(
        np.zeros((12, 512), np.float32),
        flatten(layers),
        crop,
        np.zeros((512, 512), np.uint8),
        QUAD,
    )
    made = Document()
    made.faces.open(Photo(PhotoId(), "a", crop), ())
    made.faces.set_face(POINTS, PreparedFace(state, layers, crop, 20.0))
    return made


@pytest.fixture
def canvas(document: Document, qtbot) -> Canvas:
    made = Canvas(document)
    qtbot.addWidget(made)
    made.resize(800, 640)
    made.show()
    made.set_active_class(HAT)
    return made


def at(canvas: Canvas, x: float, y: float) -> QPointF:
    return canvas.to_widget(x, y)


def box_of(document: Document, *class_ids: int) -> tuple[int, int, int, int]:
    """(x, y, width, height)"""
    x, y, w, h = cv2.boundingRect(np.isin(document.labels.label_map, class_ids).astype(np.uint8))
    return x, y, w, h


def colours(canvas: Canvas, x: float, y: float) -> set[tuple[int, int, int]]:
    """Seen around a crop pixel."""
    image, where = canvas.grab().toImage(), at(canvas, x, y).toPoint()
    found = set()
    for dx in range(-6, 7):
        pixel = image.pixelColor(where.x() + dx, where.y())
        found.add((pixel.red(), pixel.green(), pixel.blue()))
    return found


# --- all of them ------------------------------------------------------------------------------


@pytest.mark.parametrize("spec", TOOLS, ids=lambda spec: spec.name)
def test_a_gesture_of_any_tool_is_taken_back_and_its_options_are_shown(
    canvas: Canvas, document: Document, qtbot, spec
) -> None:
    bar = ToolOptionsBar(canvas)
    qtbot.addWidget(bar)
    canvas.set_tool(spec.name)
    shown = {name for name, action in bar._shown.items() if action.isVisible()}
    assert shown == set(canvas.active_tool.options)
    press(canvas, at(canvas, 256, 280))
    move(canvas, at(canvas, 290, 300))
    canvas.grab()
    canvas.set_tool("pan" if spec.name != "pan" else "brush")
    assert not document.labels.in_stroke and canvas.active_tool is not None
    steps = len(document.history.steps())
    assert steps <= 1  # a click of fill or reshape is done at once
    for _ in range(steps):
        document.history.undo()
    assert np.array_equal(document.labels.layers, drawn_layers())


@pytest.mark.parametrize("spec", TOOLS, ids=lambda spec: spec.name)
def test_a_pen_does_what_a_mouse_does(canvas: Canvas, document: Document, qtbot, spec) -> None:
    def outcome(do) -> tuple[bytes, int, QPointF]:
        canvas.set_tool(spec.name)
        canvas.set_active_class(HAT)
        canvas.zoom_to_fit()
        path = [at(canvas, x, y) for x, y in ((246, 262), (300, 300), (340, 345), (252, 268))]
        if spec.name == "polygon":
            for corner in path[:3]:
                do(canvas, corner)
            qtbot.keyClick(canvas, Qt.Key.Key_Return)
        else:
            do(canvas, *path)
        done = document.labels.layers.tobytes(), canvas.active_class, at(canvas, 0, 0)
        canvas.set_tool("brush")
        while document.labels.layers.tobytes() != drawn_layers().tobytes():
            document.history.undo()
        return done

    before = drawn_layers().tobytes(), HAT, at(canvas, 0, 0)
    by_mouse = outcome(drag)
    assert by_mouse != before  # it did something
    assert outcome(pen_stroke) == by_mouse


@pytest.mark.parametrize("spec", TOOLS, ids=lambda spec: spec.name)
def test_every_tool_is_named_and_has_its_own_key(spec) -> None:
    assert spec.title and spec.tip
    assert (resources_dir() / "icons" / f"tool.{spec.name}.svg").is_file()
    assert [other.key for other in TOOLS].count(spec.key) == 1


@pytest.mark.parametrize(
    "name", ["brush", "fill", "lasso", "polygon", "rectangle", "ellipse", "smart"]
)
def test_painting_tools_respect_locks(canvas: Canvas, document: Document, qtbot, name: str) -> None:
    document.layer_view.set_locked(HAT, True)
    canvas.set_tool(name)
    with qtbot.waitSignal(canvas.stroke_refused) as refused:
        drag(canvas, at(canvas, 200, 280), at(canvas, 230, 330))
    assert "Hat is locked" in refused.args[0]
    document.layer_view.reset()
    document.layer_view.set_locked(NOSE, True)
    if name == "brush":
        drag(canvas, at(canvas, 200, 280), at(canvas, 330, 280))
        assert box_of(document, NOSE) == PARTS[NOSE] and document.labels.label_map[280, 210] == HAT


# --- brushes ----------------------------------------------------------------------------------


def test_auto_side_chooses_the_twin_and_can_be_switched_off(
    canvas: Canvas, document: Document
) -> None:
    canvas.set_active_class(LEFT_BROW)
    drag(canvas, at(canvas, 170, 180), at(canvas, 200, 180))
    assert document.labels.label_map[180, 185] == RIGHT_BROW and titles(document) == [
        "Right brow: brush"
    ]
    canvas.options.set("auto_side", False)
    drag(canvas, at(canvas, 170, 180), at(canvas, 200, 180))
    assert document.labels.label_map[180, 185] == LEFT_BROW


def test_mirrored_painting_paints_the_twin_on_the_other_side(
    canvas: Canvas, document: Document
) -> None:
    canvas.options.set("symmetric", True)
    canvas.set_active_class(LEFT_BROW)
    drag(canvas, at(canvas, 300, 180), at(canvas, 340, 190))
    left, right = document.labels.label_map == LEFT_BROW, document.labels.label_map == RIGHT_BROW
    assert left[185, 320] and right[185, 512 - 320]
    assert np.array_equal(left[:200, ::-1], right[:200])
    assert len(document.history.steps()) == 1


def test_pressure_can_be_switched_off(canvas: Canvas, document: Document) -> None:
    canvas.set_brush_size(40)
    pen_stroke(canvas, at(canvas, 60.5, 480.5), pressure=0.5)
    assert (document.labels.label_map[480] == HAT).sum() == pytest.approx(20, abs=1)
    canvas.options.set("pressure", False)
    pen_stroke(canvas, at(canvas, 60.5, 480.5), pressure=0.5)
    assert (document.labels.label_map[480] == HAT).sum() == pytest.approx(40, abs=1)


def test_the_eraser_goes_back_to_the_parsed_map(canvas: Canvas, document: Document) -> None:
    canvas.set_brush_size(60)
    drag(canvas, at(canvas, 230, 280), at(canvas, 290, 280))
    canvas.set_tool("eraser")
    canvas.options.set("erase_to", "parsed")
    drag(canvas, at(canvas, 230, 280), at(canvas, 290, 280))
    assert np.array_equal(document.labels.layers, drawn_layers())
    canvas.options.set("erase_to", "underneath")
    drag(canvas, at(canvas, 230, 280), at(canvas, 290, 280))
    assert document.labels.label_map[280, 256] == SKIN
    assert titles(document) == ["Hat: brush", "Back to the parsed map", "Eraser"]


def test_the_preview_of_the_brush_fades_over_its_feather(canvas: Canvas) -> None:
    canvas.set_labels_visible(False)
    canvas.set_brush_size(40)
    canvas.options.set("feather_px", 16)
    hover(canvas, at(canvas, 60, 300))

    def redness(x: float) -> int:
        return canvas.grab().toImage().pixelColor(at(canvas, x, 300).toPoint()).red()

    inside, fading, beyond = redness(65), redness(60 + 28), redness(60 + 40)
    assert inside > fading + 10 > beyond + 20 and beyond == 60


def test_feather_goes_into_the_edit(canvas: Canvas, document: Document) -> None:
    drag(canvas, at(canvas, 60, 60), at(canvas, 90, 60))
    assert document.edits.pending().feather_px is None  # type: ignore[union-attr]
    asked: list[float | None] = []
    document.changed.connect(
        lambda change: change.has(Aspect.EDIT) and asked.append(document.edits.pending().feather_px)  # type: ignore[union-attr]
    )
    canvas.options.set("feather_px", 5)
    assert asked == [5], "the preview follows"


def test_protection_is_painted_freed_hatched_and_undone(canvas: Canvas, document: Document) -> None:
    canvas.set_labels_visible(False)
    canvas.set_tool("protect")
    canvas.set_brush_size(40)
    pen_stroke(canvas, at(canvas, 60, 300), at(canvas, 100, 300))
    assert document.labels.protected[300, 60:100].all() and not document.labels.protected[200].any()
    hover(canvas, at(canvas, 400, 480))
    assert len(colours(canvas, 80, 300)) > 1, "hatched"
    canvas.set_protection_visible(False)
    assert len(colours(canvas, 80, 300)) == 1
    pen_stroke(canvas, at(canvas, 100, 300), other_end=True)
    assert document.labels.protected[300, 60] and not document.labels.protected[300, 100]
    canvas.options.set("protects", False)
    drag(canvas, at(canvas, 60, 300), at(canvas, 100, 300))
    assert not document.labels.protected.any()
    for _ in range(3):
        document.history.undo()
    assert titles(document) == ["Protect the photo", "Free the photo", "Free the photo"]
    assert np.array_equal(document.labels.layers, drawn_layers())


@pytest.mark.parametrize("name", ["brush", "eraser", "protect"])
def test_a_stroke_event_takes_few_milliseconds(canvas: Canvas, name: str) -> None:
    canvas.set_tool(name)
    canvas.set_brush_size(100)
    canvas.options.set("symmetric", True)
    press(canvas, at(canvas, 100, 100))
    times_ms = []
    for step in range(60):
        point = at(canvas, 100 + 5 * step, 100 + 5 * step)
        start_s = time.thread_time()
        move(canvas, point)
        times_ms.append(1000 * (time.thread_time() - start_s))
    release(canvas, at(canvas, 400, 400))
    assert median(times_ms) < 8


# --- outlines ---------------------------------------------------------------------------------


def test_a_polygon_closes_by_enter_by_its_first_corner_and_takes_corners_back(
    canvas: Canvas, document: Document, qtbot
) -> None:
    canvas.set_tool("polygon")
    corners = [(20, 420), (100, 420), (100, 500)]
    for x, y in [*corners, (5, 5)]:
        click(canvas, at(canvas, x, y))
        hover(canvas, at(canvas, x + 4, y))
    qtbot.keyClick(canvas, Qt.Key.Key_Backspace)
    assert document.history.steps() == ()
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert (
        document.labels.label_map[440, 80] == HAT
        and document.labels.label_map[490, 30] == BACKGROUND
    )
    for x, y in [*corners, corners[0]]:
        click(canvas, at(canvas, x + 300, y))
    assert document.labels.label_map[440, 380] == HAT and titles(document) == ["Hat: polygon"] * 2
    click(canvas, at(canvas, 20, 20))
    with qtbot.waitSignal(canvas.stroke_refused) as refused:
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert "three corners" in refused.args[0]
    click(canvas, at(canvas, 20, 20))
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert not canvas.active_tool.is_busy and len(document.history.steps()) == 2


def test_a_rectangle_a_square_and_one_about_its_middle(canvas: Canvas, document: Document) -> None:
    canvas.set_tool("rectangle")
    drag(canvas, at(canvas, 20, 460), at(canvas, 80, 500))
    assert box_of(document, HAT) == pytest.approx((20, 460, 60, 40), abs=1)
    document.history.undo()
    drag(canvas, at(canvas, 20, 440), at(canvas, 80, 460), modifiers=SHIFT)
    assert box_of(document, HAT) == pytest.approx((20, 440, 60, 60), abs=1)
    document.history.undo()
    drag(canvas, at(canvas, 60, 470), at(canvas, 80, 480), modifiers=CONTROL)
    assert box_of(document, HAT) == pytest.approx((40, 460, 40, 20), abs=1)


def test_an_ellipse_leaves_its_corners_out(canvas: Canvas, document: Document) -> None:
    canvas.set_tool("ellipse")
    drag(canvas, at(canvas, 20, 440), at(canvas, 80, 500))
    painted = document.labels.label_map == HAT
    assert painted.sum() == pytest.approx(np.pi * 30**2, rel=0.05) and not painted[442, 22]


def test_a_lasso_by_pen_on_both_sides(canvas: Canvas, document: Document) -> None:
    canvas.set_tool("lasso")
    canvas.options.set("symmetric", True)
    corners = ((20, 440), (80, 440), (80, 500), (20, 500))
    pen_stroke(canvas, *(at(canvas, x, y) for x, y in corners))
    painted = document.labels.label_map == HAT
    assert painted[470, 50] and painted[470, 512 - 50] and len(document.history.steps()) == 1


# --- tools that look --------------------------------------------------------------------------


def test_fill_stops_at_the_photos_edges_and_fills_everywhere(
    canvas: Canvas, document: Document
) -> None:
    canvas.set_tool("fill")
    canvas.options.set("tolerance", 30)
    click(canvas, at(canvas, 460, 60))
    filled = (document.labels.label_map == HAT).sum()
    assert filled == pytest.approx(np.pi * 30**2, rel=0.1)
    document.history.undo()
    canvas.options.set("tolerance", 100)
    canvas.options.set("contiguous", False)
    canvas.set_active_class(NOSE)
    click(canvas, at(canvas, 190, 240))
    assert not (document.labels.label_map == RIGHT_EYE).any() and titles(document) == [
        "Nose: filled"
    ]


def test_a_smart_selection_finds_the_object_under_the_stroke(
    canvas: Canvas, document: Document
) -> None:
    canvas.set_tool("smart")
    canvas.set_brush_size(10)
    start_s = time.thread_time()
    drag(canvas, at(canvas, 450, 50), at(canvas, 470, 70))
    seconds = time.thread_time() - start_s
    y, x = np.mgrid[0:512, 0:512]
    disc = (x - 460) ** 2 + (y - 60) ** 2 < 30**2
    found = document.labels.label_map == HAT
    assert (found & disc).sum() / (found | disc).sum() > 0.9
    assert titles(document) == ["Hat: smart selection"] and seconds < 0.9


@pytest.mark.parametrize(("mode", "grown"), [("grow", 5), ("shrink", -5)])
def test_a_region_grows_and_shrinks_on_both_sides(
    canvas: Canvas, document: Document, mode: str, grown: int
) -> None:
    canvas.set_tool("reshape")
    canvas.options.set("region_mode", mode)
    canvas.options.set("amount_px", 5)
    canvas.options.set("symmetric", True)
    click(canvas, at(canvas, 190, 240))
    for eye in (LEFT_EYE, RIGHT_EYE):
        x, y, w, h = PARTS[eye]
        wanted = (x - grown, y - grown, w + 2 * grown, h + 2 * grown)
        assert box_of(document, eye) == pytest.approx(wanted, abs=1)
    assert titles(document) == [f"Right eye: {DONE[mode]}"]
    assert (document.labels.label_map[PARTS[NOSE][1] : 300, 256] == NOSE).all()


def test_smoothing_rounds_corners_and_shrinking_leaves_no_hole(
    canvas: Canvas, document: Document
) -> None:
    canvas.set_tool("reshape")
    canvas.options.set("region_mode", "smooth")
    click(canvas, at(canvas, 256, 280))
    x, y, _, _ = PARTS[NOSE]
    assert document.labels.label_map[y, x] == SKIN and document.labels.label_map[280, 256] == NOSE
    canvas.options.set("region_mode", "shrink")
    click(canvas, at(canvas, 256, 170))  # hair, over skin here
    assert document.labels.label_map[198, 256] == SKIN
    assert document.labels.label_map[198, 110] == BACKGROUND


# --- parts ------------------------------------------------------------------------------------


def chosen(canvas: Canvas, tool: str, class_id: int) -> None:
    """Take the tool and click the part of a class."""
    x, y, w, h = PARTS[class_id]
    canvas.set_tool(tool)
    click(canvas, at(canvas, x + w / 2, y + h / 2))


def test_a_part_is_moved_whole_and_stays_chosen(canvas: Canvas, document: Document) -> None:
    canvas.set_tool("transform")
    drag(canvas, at(canvas, 256, 365), at(canvas, 250, 360), at(canvas, 246, 355))
    for class_id in (UPPER_LIP, MOUTH, LOWER_LIP):
        x, y, w, h = PARTS[class_id]
        assert box_of(document, class_id) == (x - 10, y - 10, w, h)
    assert document.labels.label_map[394, 256] == SKIN, "what was underneath"
    drag(canvas, at(canvas, 246, 355), at(canvas, 256, 365))
    assert np.array_equal(document.labels.layers, drawn_layers())
    assert titles(document) == ["Mouth: moved"] * 2
    document.history.undo()
    assert box_of(document, UPPER_LIP)[0] == PARTS[UPPER_LIP][0] - 10


def test_lips_can_be_moved_alone(canvas: Canvas, document: Document) -> None:
    canvas.options.set("whole_mouth", False)
    canvas.set_tool("transform")
    drag(canvas, at(canvas, 256, 365), at(canvas, 256, 355))
    assert box_of(document, UPPER_LIP)[1] == PARTS[UPPER_LIP][1] - 10
    assert box_of(document, LOWER_LIP) == PARTS[LOWER_LIP]


def test_handles_scale_from_the_other_side_or_the_middle(
    canvas: Canvas, document: Document
) -> None:
    chosen(canvas, "transform", NOSE)
    x, y, w, h = PARTS[NOSE]
    drag(canvas, at(canvas, x + w + 4, y + h / 2), at(canvas, x + w + 24, y + h / 2))
    assert box_of(document, NOSE) == pytest.approx((x, y, w + 20, h), abs=1)
    document.history.undo()
    chosen(canvas, "transform", NOSE)
    drag(canvas, at(canvas, x + w + 4, y + h / 2), at(canvas, x + w + 14, y), modifiers=CONTROL)
    assert box_of(document, NOSE) == pytest.approx((x - 10, y, w + 20, h), abs=1)
    document.history.undo()
    chosen(canvas, "transform", NOSE)
    drag(canvas, at(canvas, x + w + 4, y + h + 4), at(canvas, x + w + 24, y + h), modifiers=SHIFT)
    assert box_of(document, NOSE) == pytest.approx((x, y, 1.5 * w, 1.5 * h), abs=1)
    assert titles(document) == ["Nose: scaled"]


def test_the_knob_rotates_in_steps(canvas: Canvas, document: Document) -> None:
    chosen(canvas, "transform", NOSE)
    x, y, w, h = PARTS[NOSE]
    knob = at(canvas, x + w / 2, y) - QPointF(0, PAD_PX + ARM_PX)
    beside = at(canvas, x + w + 60, y + h / 2 - 4)
    drag(canvas, knob, beside, modifiers=SHIFT)
    wanted = (x + w / 2 - h / 2, y + h / 2 - w / 2, h, w)
    assert box_of(document, NOSE) == pytest.approx(wanted, abs=1.5)
    assert titles(document) == ["Nose: rotated"]


def test_both_sides_move_twins_against_each_other(canvas: Canvas, document: Document) -> None:
    canvas.options.set("symmetric", True)
    canvas.set_tool("transform")
    drag(canvas, at(canvas, 310, 240), at(canvas, 322, 246))
    x, y, w, h = PARTS[LEFT_EYE]
    assert box_of(document, LEFT_EYE) == (x + 12, y + 6, w, h)
    x, y, w, h = PARTS[RIGHT_EYE]
    assert box_of(document, RIGHT_EYE) == (x - 12, y + 6, w, h)
    assert len(document.history.steps()) == 1


def test_arrows_nudge_the_part(canvas: Canvas, document: Document, qtbot) -> None:
    chosen(canvas, "transform", NOSE)
    qtbot.keyClick(canvas, Qt.Key.Key_Up)
    qtbot.keyClick(canvas, Qt.Key.Key_Right, SHIFT)
    x, y, w, h = PARTS[NOSE]
    assert box_of(document, NOSE) == (x + 10, y - 1, w, h)
    assert titles(document) == ["Nose: moved"] * 2


def test_an_arrow_that_is_held_is_one_step(canvas: Canvas, document: Document) -> None:
    chosen(canvas, "transform", NOSE)
    before = document.labels.layers.copy()
    for repeats in (False, True, True, True, False):
        event = QKeyEvent(
            QEvent.Type.KeyPress, Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, "", repeats
        )
        QApplication.sendEvent(canvas, event)
    x, y, w, h = PARTS[NOSE]
    assert box_of(document, NOSE) == (x + 5, y, w, h)
    assert titles(document) == ["Nose: moved"] * 2
    after = document.labels.layers.copy()
    document.history.undo()
    assert box_of(document, NOSE) == (x + 4, y, w, h)
    document.history.undo()
    assert np.array_equal(document.labels.layers, before)
    document.history.redo()
    document.history.redo()
    assert np.array_equal(document.labels.layers, after)


def test_escape_takes_a_drag_back_and_the_background_is_no_part(
    canvas: Canvas, document: Document, qtbot
) -> None:
    canvas.set_tool("transform")
    press(canvas, at(canvas, 256, 280))
    move(canvas, at(canvas, 280, 300))
    assert box_of(document, NOSE) != PARTS[NOSE]
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    move(canvas, at(canvas, 290, 300))
    release(canvas, at(canvas, 290, 300))
    assert np.array_equal(document.labels.layers, drawn_layers()) and document.history.steps() == ()
    with qtbot.waitSignal(canvas.stroke_refused) as refused:
        click(canvas, at(canvas, 30, 480))
    assert "background" in refused.args[0]
    document.layer_view.set_locked(NOSE, True)
    with qtbot.waitSignal(canvas.stroke_refused) as locked:
        click(canvas, at(canvas, 256, 280))
    assert "Nose is locked" in locked.args[0]


def test_mouth_corners_up_is_a_smile(canvas: Canvas, document: Document) -> None:
    canvas.options.set("symmetric", True)
    chosen(canvas, "warp", MOUTH)
    x, y, w, h = box_of(document, UPPER_LIP, MOUTH, LOWER_LIP)
    drag(canvas, at(canvas, x, y + h / 2), at(canvas, x - 8, y + h / 2 - 20))
    mouth = np.isin(document.labels.label_map, (UPPER_LIP, MOUTH, LOWER_LIP))
    centre_y = [np.flatnonzero(mouth[:, c]).mean() for c in (x + 2, x + w // 2, x + w - 3)]
    assert centre_y[0] < centre_y[1] - 8 and centre_y[2] < centre_y[1] - 8
    assert abs(centre_y[0] - centre_y[2]) < 3, "the other corner went along"
    assert titles(document) == ["Mouth: warped"]
    document.history.undo()
    assert np.array_equal(document.labels.layers, drawn_layers())


def test_warping_a_brow_warps_its_twin(canvas: Canvas, document: Document) -> None:
    canvas.options.set("symmetric", True)
    chosen(canvas, "warp", LEFT_BROW)
    x, y, w, h = PARTS[LEFT_BROW]
    drag(canvas, at(canvas, x + w, y + h / 2), at(canvas, x + w, y + h / 2 + 12))
    left, right = document.labels.label_map == LEFT_BROW, document.labels.label_map == RIGHT_BROW
    assert box_of(document, LEFT_BROW)[3] > h + 5
    assert (left[:, ::-1] ^ right).sum() < 0.15 * left.sum()
