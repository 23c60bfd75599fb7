"""How the canvas comes onto the screen: lazily, at any angle and pixel ratio, right in the end."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import qimage2ndarray
from patience import PATIENCE_S
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QTransform, QWheelEvent
from PySide6.QtWidgets import QApplication

from s2flow_app.document.document import Document
from s2flow_app.labels import BACKGROUND, HAIR, NUM_CLASSES, PALETTE, SKIN, single_layers
from s2flow_app.model.edit import Edit
from s2flow_app.model.face import (
    FaceBox,
    FaceState,
    PreparedFace,
    Surroundings,
    surroundings_quad,
)
from s2flow_app.model.operations import LabelMapFile
from s2flow_app.model.photo import Photo, PhotoId
from s2flow_app.ui.canvas import Canvas
from s2flow_app.ui.painting.outlines import outline
from s2flow_app.ui.painting.pyramid import Pyramid
from s2flow_app.ui.painting.surface import Surface
from s2flow_app.ui.painting.surroundings import about_crop
from s2flow_app.ui.viewport import MARGIN_PX, Viewport

LEFT, MIDDLE, RIGHT, NONE = (
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.MiddleButton,
    Qt.MouseButton.RightButton,
    Qt.MouseButton.NoButton,
)
PLAIN, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
QUAD = np.array([[410, 220], [380, 820], [980, 850], [1010, 250]], dtype=np.float32)
POINTS = np.array([[600, 500], [800, 510], [700, 600], [620, 680], [780, 690]], dtype=np.float32)


def noise(height: int, width: int, seed: int = 0) -> np.ndarray:
    """A picture with detail everywhere, but none that a pixel more or less would change much."""
    small = np.random.default_rng(seed).integers(0, 255, (height // 16, width // 16, 3))
    return cv2.resize(small.astype(np.uint8), (width, height), interpolation=cv2.INTER_CUBIC)


@pytest.fixture
def document(qapp) -> Document:
    """A photo of 1600 x 1200 with a tilted face whose hair covers a square."""
    document = Document()
    faces = (FaceBox(POINTS, QUAD, 0.9),)
    display = noise(1200, 1600)
    document.faces.open(Photo(PhotoId(), "a", display), faces)
    label_map = np.zeros((512, 512), dtype=np.uint8)
    label_map[100:400, 100:400] = HAIR
    state = FaceState(
        ws=np.zeros((12, 512), dtype=np.float32),
        label_map=label_map,
        crop=noise(512, 512, 1),
        replaced=np.zeros((512, 512), dtype=np.uint8),
        quad=QUAD,
    )
    drawn = np.zeros((128, 128, 3), dtype=np.uint8)
    document.faces.set_face(POINTS, PreparedFace(state, single_layers(label_map), drawn, 20.0))
    return document


@pytest.fixture
def canvas(document: Document, qtbot) -> Canvas:
    return shown(document, qtbot)


def shown(document: Document, qtbot) -> Canvas:
    canvas = Canvas(document)
    qtbot.addWidget(canvas)
    canvas.resize(810, 600)
    with qtbot.waitExposed(canvas):
        canvas.show()
    canvas.set_active_class(SKIN)
    qtbot.waitUntil(lambda: is_still(canvas))
    return canvas


def is_still(canvas: Canvas) -> bool:
    canvas.repaint()
    timers = canvas._rest.isActive() or canvas._refiner.isActive()
    return not (canvas._surface.is_coarse or timers)


def preview(document: Document, crop: np.ndarray) -> None:
    assert document.edits.base is not None
    edit = Edit(document.edits.base, document.labels.label_map)
    assert document.edits.show_preview(edit, crop, revision=document.edits.revision)


def mouse(canvas: Canvas, kind: str, at: QPointF, button=LEFT, modifiers=PLAIN) -> None:
    kinds = {
        "press": (QEvent.Type.MouseButtonPress, button, button),
        "move": (QEvent.Type.MouseMove, NONE, button),
        "release": (QEvent.Type.MouseButtonRelease, button, NONE),
    }
    what, changed, held = kinds[kind]
    event = QMouseEvent(what, at, QPointF(canvas.mapToGlobal(at)), changed, held, modifiers)
    QApplication.sendEvent(canvas, event)


def drag(canvas: Canvas, *points: QPointF, button=LEFT, modifiers=PLAIN) -> None:
    mouse(canvas, "press", points[0], button, modifiers)
    for at in points[1:]:
        mouse(canvas, "move", at, button, modifiers)
        QApplication.processEvents()
    mouse(canvas, "release", points[-1], button, modifiers)


def wheel(canvas: Canvas, at: QPointF, delta: int) -> None:
    event = QWheelEvent(
        at, QPointF(canvas.mapToGlobal(at)), QPoint(), QPoint(0, delta), NONE, PLAIN,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def pixels(canvas: Canvas) -> np.ndarray:
    """What is on the screen ``[H, W, 3]`` in device pixels, without pointer marks."""
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return qimage2ndarray.rgb_view(image).astype(np.int16)


def at(canvas: Canvas, place: QPointF) -> tuple[int, ...]:
    ratio = canvas.devicePixelRatioF()
    x, y = int(place.x() * ratio), int(place.y() * ratio)
    return tuple(int(v) for v in pixels(canvas)[y, x])


# --- viewport ---------------------------------------------------------------------------------


def test_turning_and_zooming_keep_the_point_under_the_pointer() -> None:
    viewport = Viewport()
    viewport.set_sizes(QSizeF(6000, 4000), QRectF(0, 0, 1600, 1000))
    pointer = QPointF(731.25, 402.5)
    viewport.zoom_about(0.5, pointer)
    held = viewport.to_picture(pointer)
    for angle, zoom in ((15, 0.3), (100, 1.7), (-170, 7.3), (359, 0.21)):
        viewport.turn_to(angle, pointer)
        viewport.zoom_about(zoom, pointer)
        found = viewport.to_picture(pointer)
        assert (found.x(), found.y()) == pytest.approx((held.x(), held.y()), abs=1e-6)
    assert viewport.angle_deg == pytest.approx(-1)


def test_what_is_in_the_middle_stays_when_the_area_changes() -> None:
    viewport = Viewport()
    viewport.set_sizes(QSizeF(6000, 4000), QRectF(0, 0, 800, 600))
    viewport.show(QRectF(1000, 500, 300, 300))
    # Full screen, then the right half of side by side.
    for area in (QRectF(0, 0, 1600, 1000), QRectF(800, 0, 800, 1000)):
        viewport.set_sizes(QSizeF(6000, 4000), area)
        seen = viewport.to_picture(area.center())
        assert (round(seen.x()), round(seen.y())) == (1150, 650)


@pytest.mark.parametrize("angle", [0, 30, 90, -135])
def test_a_fitted_picture_is_whole_at_any_angle(angle: float) -> None:
    viewport = Viewport()
    viewport.set_sizes(QSizeF(600, 400), QRectF(100, 0, 900, 700))
    viewport.turn_to(angle)
    box = viewport.transform.mapRect(QRectF(0, 0, 600, 400))
    room = QRectF(100, 0, 900, 700).adjusted(MARGIN_PX, MARGIN_PX, -MARGIN_PX, -MARGIN_PX)
    assert room.adjusted(-1e-6, -1e-6, 1e-6, 1e-6).contains(box)
    touches = box.width() == pytest.approx(room.width())
    assert touches or box.height() == pytest.approx(room.height())


def test_panning_goes_by_whole_device_pixels_and_loses_nothing() -> None:
    viewport = Viewport()
    viewport.set_sizes(QSizeF(600, 400), QRectF(0, 0, 600, 400))
    viewport.grid_px = 0.5
    start = QPointF(viewport.offset)
    for _ in range(10):
        viewport.pan(QPointF(0.3, -0.2))
        moved = (viewport.offset - start) / 0.5
        assert moved.x() == pytest.approx(round(moved.x())), "so that what is painted can be moved"
    assert moved.x() == pytest.approx(6) and moved.y() == pytest.approx(-4)


# --- surface and pyramid ----------------------------------------------------------------------


class Pattern:
    """Composes what depends on where the picture lies; keeps count of the pixels."""

    def __init__(self) -> None:
        self.dx = self.dy = self.composed = 0
        self.quick_marks = True

    def __call__(self, image: QImage, pixels: np.ndarray, rect: QRect, quick: bool) -> None:
        y, x = np.mgrid[rect.top() : rect.bottom() + 1, rect.left() : rect.right() + 1]
        value = ((x - self.dx) * 7 + (y - self.dy) * 13) % 251 + (quick and self.quick_marks) * 4096
        pixels[rect.top() : rect.bottom() + 1, rect.left() : rect.right() + 1] = value
        self.composed += rect.width() * rect.height()

    def whole(self, size: tuple[int, int]) -> np.ndarray:
        y, x = np.mgrid[: size[0], : size[1]]
        return ((x - self.dx) * 7 + (y - self.dy) * 13) % 251


def test_panning_moves_pixels_and_composes_the_strips_only() -> None:
    surface, pattern, size = Surface(), Pattern(), (90, 140)
    pattern.quick_marks = False
    surface.resize(QSize(size[1], size[0]))
    rng = np.random.default_rng(4)
    for step in range(40):
        surface.show(QTransform(2, 0.1, -0.1, 2, pattern.dx, pattern.dy))
        surface.compose(pattern, moving=bool(step % 2), hurried=False)
        assert np.array_equal(surface._pixels, pattern.whole(size)), step
        pattern.dx, pattern.dy = (int(v) for v in rng.integers(-25, 25, 2))
        if step == 20:
            pattern.dx = 1000  # nothing of it is left
    first, surface, pattern = pattern, Surface(), Pattern()
    del first
    surface.resize(QSize(size[1], size[0]))
    surface.show(QTransform())
    surface.compose(pattern, moving=True, hurried=False)
    before, pattern.dx = pattern.composed, 3
    surface.show(QTransform.fromTranslate(3, 0))
    surface.compose(pattern, moving=True, hurried=False)
    assert pattern.composed - before == 3 * size[0]


def test_what_was_composed_quickly_is_refined_within_a_budget() -> None:
    surface, pattern, size = Surface(), Pattern(), (900, 1500)
    surface.resize(QSize(size[1], size[0]))
    surface.show(QTransform())
    surface.compose(pattern, moving=True, hurried=False)
    assert surface.is_coarse and (surface._pixels >= 4096).all()
    changed = surface.refine(pattern, 0.0)
    assert changed.isEmpty()
    rounds = 0
    while surface.is_coarse:
        changed = surface.refine(pattern, 1e-6)
        assert changed.boundingRect().width() <= 256, "one piece at least, no more than time allows"
        rounds += 1
    assert rounds > 5 and np.array_equal(surface._pixels, pattern.whole(size))
    surface.invalidate(QRect(10, 10, 50, 50))
    surface.compose(pattern, moving=False, hurried=True)
    assert not surface.is_coarse, "little is composed smoothly at once, also in a hurry"
    surface.invalidate()
    surface.compose(pattern, moving=False, hurried=True)
    assert surface.is_coarse


def test_the_pyramid_is_made_beside_the_window(qtbot) -> None:
    photo = np.zeros((1100, 4200, 3), dtype=np.uint8)
    photo[:, 2100:] = 240
    pyramid = Pyramid()
    with qtbot.waitSignals([pyramid.level_ready] * 3):
        pyramid.set_photo(photo)
        image, later = pyramid.level_for(0.2)
        assert (image.width(), later) == (4200, True), "until then the photo itself"
    image, later = pyramid.level_for(0.2)
    assert (image.width(), image.height(), later) == (1050, 275, False)
    assert image.pixelColor(100, 0).red() == 0 and image.pixelColor(900, 9).red() == 240
    assert pyramid.level_for(0.3)[0].width() == 2100
    with qtbot.waitSignal(pyramid.level_ready):
        assert pyramid.level_for(0.8)[1], "full size is converted when it is wanted"
    assert not pyramid.level_for(3.0)[1] and pyramid.level_for(3.0)[0].width() == 4200
    pyramid.set_photo(np.zeros((600, 600, 3), np.uint8))
    pyramid.level_for(1.0)
    pyramid.set_photo(photo.copy())
    with qtbot.assertNotEmitted(pyramid.level_ready, wait=1):
        pyramid.set_photo(None)


# --- labels -----------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1, 2, 3])
def test_an_outline_is_as_thin_at_every_zoom(scale: int) -> None:
    label_map = np.zeros((512, 512), dtype=np.uint8)
    label_map[100:200, 100:200] = HAIR
    enlarged, rect = QTransform.fromScale(scale, scale), QRect(0, 0, 700, 700)
    lines = outline(label_map, enlarged, rect, width_px=1)
    drawn = np.full((700, 700), 255, np.uint8)
    drawn[lines.y, lines.x] = lines.class_ids
    low, high = 100 * scale, 200 * scale
    row = drawn[150 * scale]
    assert row[low] == HAIR and row[low - 1] == BACKGROUND and row[low + 1] == row[low - 2] == 255
    if high < 700:
        assert row[high - 1] == HAIR and row[high] == BACKGROUND
    coarse = outline(label_map, enlarged, rect, width_px=2, step=2)
    near = {(x // 2, y // 2) for x, y in zip(lines.x, lines.y, strict=True)}
    found = {(x // 2, y // 2) for x, y in zip(coarse.x, coarse.y, strict=True)}
    assert near <= found and max(coarse.x) < 700, "looking at every second pixel misses nothing"
    right = outline(label_map, enlarged, rect, width_px=1, right_of=150)
    assert len(right.x) and right.x.min() >= 150 * scale


def test_label_styles_and_onion_skin(canvas: Canvas, document: Document) -> None:
    inside, edge, beside = (canvas.to_widget(x, 250.5) for x in (250.5, 100.3, 50.5))
    canvas.set_label_opacity(1.0)
    canvas.set_label_style("flat")
    assert at(canvas, inside) == tuple(PALETTE[HAIR]) and at(canvas, beside) == (0, 0, 0)
    canvas.set_label_style("contour")
    assert at(canvas, edge) == tuple(PALETTE[HAIR]) != at(canvas, inside)
    plain = at(canvas, inside)
    document.layer_view.set_opacity(HAIR, 0.0)
    assert at(canvas, edge) != tuple(PALETTE[HAIR])
    canvas.set_label_style("tint")
    document.layer_view.reset()
    canvas.set_label_opacity(0.5)
    mixed = (np.array(plain) + PALETTE[HAIR]) / 2
    assert at(canvas, inside) == pytest.approx(tuple(mixed), abs=2)
    canvas.set_labels_visible(False)
    assert at(canvas, inside) == plain
    without = pixels(canvas)
    document.labels.set_label_map(np.full((512, 512), SKIN, np.uint8), LabelMapFile("skin.png"))
    canvas.set_onion_skin(True)
    changed = np.nonzero((pixels(canvas) != without).any(axis=2))
    ratio = canvas.devicePixelRatioF()
    corner, far = canvas.to_widget(100, 100) * ratio, canvas.to_widget(400, 400) * ratio
    assert changed[1].min() == pytest.approx(corner.x(), abs=2 * ratio)
    assert changed[0].max() == pytest.approx(far.y(), abs=2 * ratio)
    with pytest.raises(ValueError, match="no such style"):
        canvas.set_label_style("glow")


# --- comparisons ------------------------------------------------------------------------------


@pytest.mark.parametrize("view", ["face", "photo"])
@pytest.mark.parametrize("angle", [0.0, 40.0])
def test_before_and_after_lie_at_the_same_place(
    canvas: Canvas, document: Document, view: str, angle: float
) -> None:
    canvas.set_labels_visible(False)
    assert document.faces.original is not None
    edited = document.faces.original.crop.copy()
    edited[200:312, 300:420] = (255, 0, 0)
    preview(document, edited)
    canvas.set_view(view)
    canvas.turn_by(angle)
    changed, kept = canvas.to_widget(360, 256), canvas.to_widget(60, 60)
    after = at(canvas, changed), at(canvas, kept)
    canvas.set_compare(True)
    before = at(canvas, changed), at(canvas, kept)
    assert after[0] == (255, 0, 0) != before[0] and after[1] == before[1]
    canvas.set_compare(False)
    canvas.set_split(True)
    assert at(canvas, changed) == (255, 0, 0)
    canvas._pictures.split_at = 0.9
    canvas.update()
    assert at(canvas, changed) == before[0] and at(canvas, kept) == after[1]
    canvas.set_comparison("difference")
    original = document.faces.original.crop[256, 360].astype(int)
    wanted = np.minimum(255, 4 * np.abs(original - (255, 0, 0)))
    assert at(canvas, changed) == pytest.approx(tuple(wanted), abs=40)
    assert at(canvas, kept) == (0, 0, 0)
    canvas.set_comparison("none")
    assert (at(canvas, changed), at(canvas, kept)) == after
    with pytest.raises(ValueError, match="no such comparison"):
        canvas.set_comparison("overlay")


def test_side_by_side_works_in_both_halves(canvas: Canvas, document: Document, qtbot) -> None:
    canvas.set_labels_visible(False)
    preview(document, np.full((512, 512, 3), 255, np.uint8))
    canvas.set_comparison("side")
    right = canvas.to_widget(250.5, 250.5)
    left = right - QPointF(canvas.width() - canvas.width() // 2, 0)
    assert right.x() > canvas.width() / 2 and at(canvas, right) == (255, 255, 255)
    assert document.faces.original is not None
    unedited = tuple(document.faces.original.crop[250, 250])
    assert at(canvas, left) == pytest.approx(unedited, abs=30)
    drag(canvas, left, left + QPointF(40, 0))
    assert document.labels.label_map[250, 255] == SKIN, "the left half means the same place"
    below = canvas.to_widget(250.5, 350.5)
    drag(canvas, left, below)
    assert document.labels.label_map[350, 250] == HAIR, (
        "a stroke stays in the half that it began in"
    )
    held = canvas._to_crop(right)
    wheel(canvas, left, 240)
    assert (canvas._to_crop(right) - held).manhattanLength() < 1e-6
    canvas.set_comparison("none")
    assert canvas._viewport.middle.x() == canvas.width() / 2


# --- the whole --------------------------------------------------------------------------------


def test_shift_and_the_wheel_button_turn_the_view(canvas: Canvas, document: Document) -> None:
    middle = QPointF(canvas.rect().center())
    held = canvas._to_crop(canvas._viewport.middle)
    drag(canvas, middle + QPointF(200, 0), middle + QPointF(141, 141), middle + QPointF(0, 200),
         button=MIDDLE, modifiers=SHIFT)  # fmt: skip
    assert canvas.angle_deg == pytest.approx(90, abs=1) and document.history.steps() == ()
    assert (canvas._to_crop(canvas._viewport.middle) - held).manhattanLength() < 1e-6
    canvas.turn_left()
    assert canvas.angle_deg == pytest.approx(75, abs=1)
    drag(canvas, canvas.to_widget(120, 300), canvas.to_widget(380, 300))
    assert (document.labels.label_map[300, 120:380] == SKIN).all(), (
        "strokes follow the turned picture"
    )
    canvas.turn_upright()
    assert canvas.angle_deg == 0


def test_the_face_is_shown_large_in_the_photo(canvas: Canvas) -> None:
    canvas.set_view("photo")
    fitted = canvas.zoom
    canvas.zoom_to_face()
    corners = [canvas.to_widget(x, y) for x, y in ((0, 0), (512, 0), (0, 512), (512, 512))]
    assert canvas.zoom > 1.2 * fitted
    assert all(canvas.rect().contains(corner.toPoint()) for corner in corners)
    canvas.zoom_to_100()
    assert canvas.zoom * canvas.devicePixelRatioF() == 1.0


def test_whatever_was_done_the_canvas_looks_as_if_painted_anew(
    canvas: Canvas, document: Document, qtbot
) -> None:
    """Strokes, panning, zooming, previews, in any order: only what changed was composed."""
    rng = np.random.default_rng(7)

    def somewhere() -> QPointF:
        return QPointF(*(float(v) for v in rng.uniform((250, 150), (560, 450))))

    for step in range(60):
        what = step % 6
        if what == 0:
            wheel(canvas, somewhere(), int(rng.integers(-200, 240)))
        elif what == 1:
            drag(canvas, somewhere(), somewhere(), somewhere(), button=RIGHT)
        elif what in (2, 3):
            canvas.set_active_class(int(rng.integers(1, NUM_CLASSES)))
            drag(canvas, somewhere(), somewhere(), somewhere())
        elif what == 4:
            crop = noise(512, 512, int(rng.integers(99)))
            mouse(canvas, "press", somewhere())
            mouse(canvas, "move", somewhere())
            preview(document, crop)
            mouse(canvas, "release", somewhere())
        else:
            if step == 29:
                canvas.set_view("photo")
            canvas.set_label_style(("tint", "contour")[step % 2])
            canvas.set_onion_skin(bool(step % 4))
            canvas.turn_by(float(rng.integers(-40, 40)))
        if step % 10 == 9:
            qtbot.waitUntil(lambda: is_still(canvas))
            seen = pixels(canvas)
            canvas._surface.invalidate()
            anew = pixels(canvas)
            apart = np.abs(seen - anew).max(axis=2)
            # Smooth scaling of a part rounds a little differently from that of the whole.
            assert np.percentile(apart, 99.5) <= 3 and (apart > 24).mean() < 2e-3, step


def test_while_it_moves_pixels_are_nearest_and_then_smooth(canvas: Canvas, qtbot) -> None:
    canvas.set_labels_visible(False)
    canvas.zoom_in()
    moving = pixels(canvas)
    qtbot.waitUntil(lambda: is_still(canvas))
    still = pixels(canvas)
    assert (moving != still).mean() > 0.2
    canvas._surface.invalidate()
    assert np.abs(pixels(canvas) - still).max() <= 2
    for _ in range(9):
        canvas.zoom_in()
    qtbot.waitUntil(lambda: is_still(canvas))
    assert canvas.zoom > 8
    colours = np.unique(pixels(canvas).reshape(-1, 3), axis=0)
    assert len(colours) < 110 * 80, "far in, every pixel is one square"


def test_all_of_it_holds_at_two_device_pixels() -> None:
    here = Path(__file__)
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider",
         "-k", "not two_device_pixels", str(here), str(here.with_name("test_canvas.py"))],
        env=os.environ | {"QT_SCALE_FACTOR": "2"},
        cwd=here.parent.parent.parent, capture_output=True, text=True, check=False,
        timeout=2 * PATIENCE_S,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-3000:]


def about(shade: int) -> Surroundings:
    return Surroundings(
        np.full((512, 512, 3), shade, dtype=np.uint8), np.zeros((512, 512), dtype=np.uint8)
    )


def test_what_a_style_changed_about_the_crop_is_drawn_there_and_not_over_the_crop(
    document: Document,
) -> None:
    start = document.faces.original
    assert start is not None
    before, after = (replace(start, around=about(shade)) for shade in (100, 160))
    found = about_crop(after, before)
    assert found is not None
    picture, to_photo = found
    opacity = qimage2ndarray.alpha_view(picture)
    assert (opacity[:100] == 255).all() and (opacity[:, 400:] == 255).all()
    assert not opacity[200:300, 200:300].any(), "the crop has a finer picture of that"
    corner = to_photo.map(QPointF(0, 0))
    np.testing.assert_allclose((corner.x(), corner.y()), surroundings_quad(QUAD)[0], atol=1e-3)


def test_nothing_is_drawn_about_a_crop_that_no_style_has_changed(document: Document) -> None:
    start = document.faces.original
    assert start is not None
    same = replace(start, around=about(100))
    assert about_crop(replace(start, around=about(100)), same) is None
    assert about_crop(start, same) is None
