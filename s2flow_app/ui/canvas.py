"""The canvas: the photo or the aligned face, the label map over it, and the pointer's work on both.

A plain widget that repaints rectangles: on a CPU faster than a graphics view or OpenGL. Strokes
and what `Canvas.cursor_moved` tells are in crop pixels (0..512) in both views.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPointingDevice,
    QResizeEvent,
    QTabletEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from s2flow_app.document.document import Document
from s2flow_app.document.label_ops import Rect
from s2flow_app.labels import CLASSES, LABEL_SIZE
from s2flow_app.ui.strokes import TOOLS, StrokePainter
from s2flow_app.ui.tools import marks
from s2flow_app.ui.tools.pictures import SQUARE, Pictures, crop_transform, draw_text
from s2flow_app.ui.tools.points import NAMES, PointHandles
from s2flow_app.ui.viewport import STEP, Viewport

BACKDROP = QColor(30, 31, 34)
HINT = "Open a photo (Ctrl+O), drop one here, or make a new face (Ctrl+G)"
NO_FACE_HINT = "No face is ready yet"
DIVIDER_REACH_PX = 7
MAX_BRUSH_PX = 200


class Canvas(QWidget):
    """Shows the document and paints on it."""

    zoom_changed = Signal(float)
    class_picked = Signal(int)
    brush_size_changed = Signal(int)
    tool_changed = Signal(str)
    face_chosen = Signal(int)
    points_changed = Signal(object)
    """``[5, 2]`` photo pixels, while the points of a manual alignment are dragged."""
    files_dropped = Signal(list)
    cursor_moved = Signal(object)
    """(x, y, class id) under the pointer in crop pixels, or None."""
    stroke_refused = Signal(str)
    """Why the tool does nothing here, as a sentence."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._painter = StrokePainter(document)
        self._viewport = Viewport()
        self._pictures = Pictures(document)
        self._view = "face"
        self._handles: PointHandles | None = None
        self._pan_from: QPointF | None = None
        self._pan_button = Qt.MouseButton.NoButton
        self._drags_divider = self._space = self._pen_is_down = False
        self._tool_of_pen_tip: str | None = None
        self._pointer: QPointF | None = None
        self.setMouseTracking(True)
        self.setTabletTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setMinimumSize(320, 240)
        self.setAccessibleName("Canvas")
        self.setAccessibleDescription(
            "The photo or the aligned face with its label map. Tools paint on it with a mouse or "
            "a pen."
        )
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        document.photo_changed.connect(self._take_photo)
        document.face_changed.connect(self._take_face)
        document.picture_changed.connect(self._take_result)
        document.layers_changed.connect(self._take_labels)
        document.layer_view.changed.connect(self._take_layer_view)
        self._pictures.take_photo()
        self._pictures.take_face()
        self._pictures.take_result()
        self._take_layer_view(None)

    # --- what the window sets and asks --------------------------------------------------------

    @property
    def view(self) -> str:
        """``face`` or ``photo``."""
        return self._view

    def set_view(self, view: str) -> None:
        """Show the aligned face, or the whole photo."""
        if view != self._view:
            self._view = view
            self._refit()

    @property
    def tool(self) -> str:
        return self._painter.tool

    def set_tool(self, tool: str) -> None:
        """One of `strokes.TOOLS`; an open stroke is taken back."""
        if tool not in TOOLS:
            raise ValueError(f"no such tool: {tool}")
        if tool != self._painter.tool:
            self._cancel_stroke()
            self._painter.tool = tool
            self.tool_changed.emit(tool)
            self._show_cursor()
            self.update()

    @property
    def active_class(self) -> int:
        return self._painter.active_class

    def set_active_class(self, class_id: int) -> None:
        """What brush, fill and lasso paint."""
        self._painter.active_class = class_id

    @property
    def brush_size(self) -> int:
        """Diameter in crop pixels."""
        return round(self._painter.brush_size_px)

    def set_brush_size(self, size_px: int) -> None:
        """Diameter in crop pixels, 1 to 200."""
        size_px = min(max(size_px, 1), MAX_BRUSH_PX)
        if size_px != self.brush_size:
            self._painter.brush_size_px = float(size_px)
            self.brush_size_changed.emit(size_px)
            self.update()

    def set_label_opacity(self, opacity: float) -> None:
        """0..1 of the whole label map."""
        self._pictures.label_opacity = min(max(opacity, 0.0), 1.0)
        self._take_layer_view(None)

    def set_label_colours(self, colours: NDArray[np.uint8]) -> None:
        """``[19, 3]`` colours of the labels on the screen."""
        self._pictures.set_label_colours(colours)
        self.update()

    def set_labels_visible(self, visible: bool) -> None:
        self._pictures.labels_visible = visible
        self.update()

    def set_compare(self, comparing: bool) -> None:
        """Show the unedited picture, while True; nothing is painted meanwhile."""
        self._pictures.comparing = comparing
        self.update()

    def set_split(self, splitting: bool) -> None:
        """Show the unedited picture left of a line that can be dragged."""
        self._pictures.splitting = splitting
        self.update()

    @property
    def points(self) -> NDArray[np.float32] | None:
        """The points of the manual alignment ``[5, 2]`` in photo pixels, if that is on."""
        return None if self._handles is None else self._handles.points.copy()

    def set_point_mode(self, points: NDArray[np.float32] | None) -> None:
        """Let the user drag five points on the photo; None: no longer."""
        display = self._document.display
        if points is None or display is None:
            self._handles = None
        else:
            self._cancel_stroke()
            self._handles = PointHandles(points, (display.shape[1], display.shape[0]))
            self.set_view("photo")
        self._show_cursor()
        self.update()

    @property
    def zoom(self) -> float:
        """Widget pixels per picture pixel."""
        return self._viewport.zoom

    def zoom_in(self) -> None:
        self._zoom_to(self.zoom * STEP)

    def zoom_out(self) -> None:
        self._zoom_to(self.zoom / STEP)

    def zoom_to_100(self) -> None:
        self._zoom_to(1.0)

    def zoom_to_fit(self) -> None:
        self._viewport.fit()
        self._viewport_changed()

    def to_widget(self, x: float, y: float) -> QPointF:
        """Where a crop pixel lies in the widget."""
        return self._crop_to_widget.map(QPointF(x, y))

    # --- the document changes -----------------------------------------------------------------

    @Slot()
    def _take_photo(self) -> None:
        self._pictures.take_photo()
        self._show_other("photo")

    @Slot()
    def _take_face(self) -> None:
        self._pictures.take_face()
        self._show_other("face")

    @Slot()
    def _take_result(self) -> None:
        self._pictures.take_result()
        self.update(self._crop_to_widget.mapRect(SQUARE).toAlignedRect().adjusted(-2, -2, 2, 2))

    @Slot(object)
    def _take_labels(self, rect: Rect | None) -> None:
        rect = rect or (0, 0, LABEL_SIZE, LABEL_SIZE)
        self._pictures.take_labels(rect)
        box = self._crop_to_widget.mapRect(QRectF(*rect))
        self.update(box.toAlignedRect().adjusted(-2, -2, 2, 2))

    @Slot(object)
    def _take_layer_view(self, _class_id: object) -> None:
        self._pictures.take_opacities()
        self.update()

    def _show_other(self, view: str) -> None:
        """Another photo or face: what was under way on the last one is off."""
        self._cancel_stroke()
        self._handles = None
        self._drags_divider = False
        self._view = view
        self._refit()

    # --- painting -----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), BACKDROP)
        room = QRectF(self.rect()).adjusted(24, 24, -24, -24)
        if not self._document.has_photo:
            draw_text(painter, room, HINT)
            return
        pictures, on_photo = self._pictures, self._view == "photo"
        if not on_photo and not pictures.has_face:
            draw_text(painter, room, NO_FACE_HINT)
            return
        if on_photo and not self._face_covers(event):
            pictures.draw_photo(painter, self._viewport)
        if pictures.has_face:
            labels = self._handles is None  # they would hide what the points are put on
            pictures.draw_face(painter, self._crop_to_widget, self._scale, labels=labels)
        if on_photo:
            document = self._document
            marks.draw_boxes(painter, self._viewport, document.faces, document.face_index)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._handles is not None:
            self._handles.draw(painter, self._viewport)
        if len(self._painter.lasso) > 1:
            marks.draw_lasso(painter, [self._crop_to_widget.map(p) for p in self._painter.lasso])
        if self._pointer is not None and self._brush_is_shown:
            marks.draw_outline(painter, self._pointer, self._outline_px)

    def _face_covers(self, event: QPaintEvent) -> bool:
        """Whether nothing of the photo shows beside the face in what is to be painted."""
        if not self._pictures.has_face:
            return False
        rect = QRectF(event.rect())
        corners = (rect.topLeft(), rect.topRight(), rect.bottomLeft(), rect.bottomRight())
        back = self._crop_to_widget.inverted()[0]
        inside = SQUARE.adjusted(1, 1, -1, -1)
        return all(inside.contains(back.map(corner)) for corner in corners)

    # --- the pointer --------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._pen_is_down:  # a pen sends mouse events too
            self._press(event.position(), event.button(), 1.0, event.modifiers())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._pen_is_down:
            self._move(event.position(), 1.0)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._pen_is_down:
            self._release(event.button())

    def tabletEvent(self, event: QTabletEvent) -> None:
        event.accept()
        if event.type() == QEvent.Type.TabletPress:
            self._pen_is_down = True
            if event.pointerType() == QPointingDevice.PointerType.Eraser:
                self._tool_of_pen_tip = self.tool
                self._painter.tool = "eraser"
            self._press(event.position(), event.button(), event.pressure(), event.modifiers())
        elif event.type() == QEvent.Type.TabletMove:
            self._move(event.position(), event.pressure())
        elif event.type() == QEvent.Type.TabletRelease:
            self._release(event.button())
            self._pen_is_down = False
            if self._tool_of_pen_tip is not None:
                self._painter.tool, self._tool_of_pen_tip = self._tool_of_pen_tip, None

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._document.has_photo:
            steps = event.angleDelta().y() / 120
            self._viewport.zoom_about(self.zoom * STEP**steps, event.position())
            self._viewport_changed()

    def leaveEvent(self, event: QEvent) -> None:
        self._update_outline()
        self._pointer = None
        self.cursor_moved.emit(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Space:
            self._set_space(True)
        elif key == Qt.Key.Key_Escape and self._cancel():
            self.update()
        elif key in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight):
            larger = key == Qt.Key.Key_BracketRight
            size = self.brush_size
            self.set_brush_size(max(size + 1, round(size * 1.2)) if larger else int(size / 1.2))
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Space:
            super().keyReleaseEvent(event)
        elif not event.isAutoRepeat():
            self._set_space(False)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._set_space(False)
        super().focusOutEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._viewport.set_sizes(self._picture_size(), QSizeF(self.size()))
        self._viewport_changed()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [Path(u.toLocalFile()) for u in event.mimeData().urls() if u.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.files_dropped.emit(files)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tip_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def tip_at(self, at: QPointF) -> str:
        """The tool tip for a widget point; empty where it would only be in the way."""
        if self._handles is not None:
            point = self._handles.nearest(self._viewport, at)
            return "" if point is None else f"{NAMES[point]}: drag it to its place"
        if self._other_face_at(at) is not None:
            return "Click to edit this face"
        if self._is_on_divider(at):
            return "Drag to compare: before on the left, after on the right"
        seen = self._seen_at(self._to_crop(at))
        return CLASSES[seen[2]].title if seen is not None and self.tool == "pick" else ""

    # --- gestures -----------------------------------------------------------------------------

    def _press(
        self,
        at: QPointF,
        button: Qt.MouseButton,
        pressure: float,
        modifiers: Qt.KeyboardModifier,
    ) -> None:
        if not self._document.has_photo or self._painter.is_down:
            return
        primary = button == Qt.MouseButton.LeftButton
        if not primary or self._space:
            self._start_pan(at, button)
        elif self._handles is not None:
            self._handles.press(self._viewport, at)
        elif (face := self._other_face_at(at)) is not None:
            self.face_chosen.emit(face)
        elif self._is_on_divider(at):
            self._drags_divider = True
        elif self.tool == "pan":
            self._start_pan(at, button)
        elif self.tool == "pick" or modifiers & Qt.KeyboardModifier.AltModifier:
            self._pick(self._to_crop(at))
        elif refusal := self._refusal(self._to_crop(at)):
            self.stroke_refused.emit(refusal)
        else:
            straight = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
            self._painter.press(self._to_crop(at), pressure=pressure, straight=straight)

    def _move(self, at: QPointF, pressure: float) -> None:
        self._update_outline()
        old, self._pointer = self._pointer, at
        if self._pan_from is not None:
            self._viewport.pan(at - self._pan_from)
            self._pan_from = at
            self._viewport_changed()
        elif self._drags_divider:
            self._pictures.split_at = min(max(self._to_crop(at).x() / LABEL_SIZE, 0.0), 1.0)
            self.update()
        elif self._handles is not None and self._handles.is_held:
            self._handles.move(self._viewport, at)
            self.points_changed.emit(self._handles.points.copy())
            self.update()
        elif self._painter.is_down:
            self._painter.move(self._to_crop(at), pressure=pressure)
            if self._painter.lasso:
                self.update(marks.line_rect(old or at, at))
        elif self._painter.lasso:  # an undo or another face ended the stroke
            self._cancel_stroke()
            self.update()
        else:
            self._show_cursor()
        self.cursor_moved.emit(self._seen_at(self._to_crop(at)))
        self._update_outline()

    def _release(self, button: Qt.MouseButton) -> None:
        if self._pan_from is not None:
            if button == self._pan_button:
                self._pan_from = None
                self._show_cursor()
        elif button == Qt.MouseButton.LeftButton:
            self._drags_divider = False
            if self._handles is not None:
                self._handles.release()
            if self._painter.lasso:
                self.update()
            self._painter.release()

    def _start_pan(self, at: QPointF, button: Qt.MouseButton) -> None:
        self._pan_from, self._pan_button = at, button
        self._show_cursor()

    def _cancel(self) -> bool:
        """Take back what is under way; False: nothing is."""
        if self._handles is not None and self._handles.is_held:
            self._handles.cancel()
            self.points_changed.emit(self._handles.points.copy())
            return True
        return self._cancel_stroke()

    def _cancel_stroke(self) -> bool:
        was_down = self._painter.is_down
        self._painter.cancel()
        return was_down

    def _pick(self, crop: QPointF) -> None:
        seen = self._seen_at(crop)
        if seen is not None:
            self.set_active_class(seen[2])
            self.class_picked.emit(seen[2])

    def _refusal(self, crop: QPointF) -> str:
        """Why a stroke that starts here would do nothing, as a sentence; empty if it would."""
        if self._pictures.comparing:
            return "This is the unedited picture; switch 'Before / after' off to paint."
        seen = self._seen_at(crop)
        locked = seen is not None and self._document.layer_view.is_locked(seen[2])
        if seen is not None and locked and self.tool in ("eraser", "fill"):
            return f"{CLASSES[seen[2]].title} is locked; unlock it in the layer list."
        return self._painter.refusal()

    def _set_space(self, is_down: bool) -> None:
        if is_down != self._space:
            self._update_outline()
            self._space = is_down
            self._show_cursor()

    # --- where things are ---------------------------------------------------------------------

    def _seen_at(self, crop: QPointF) -> tuple[int, int, int] | None:
        """Crop pixel and shown class at a crop point."""
        x, y = int(np.floor(crop.x())), int(np.floor(crop.y()))
        if not (self._document.has_face and 0 <= x < LABEL_SIZE and 0 <= y < LABEL_SIZE):
            return None
        return x, y, int(self._document.shown_map[y, x])

    def _other_face_at(self, at: QPointF) -> int | None:
        """The face that a click would choose."""
        document = self._document
        if self._view != "photo":
            return None
        face = marks.face_at(self._viewport, document.faces, at, document.face_index)
        return None if face == document.face_index else face

    def _is_on_divider(self, at: QPointF) -> bool:
        pictures = self._pictures
        if not pictures.splitting or pictures.comparing or not pictures.has_face:
            return False
        crop = self._to_crop(at)
        away = abs(crop.x() - pictures.split_at * LABEL_SIZE) * self._scale
        return away < DIVIDER_REACH_PX and 0 <= crop.y() <= LABEL_SIZE

    @property
    def _brush_is_shown(self) -> bool:
        if self.tool not in ("brush", "eraser") or self._handles is not None or self._space:
            return False
        return self._document.has_face and self._pan_from is None

    @property
    def _outline_px(self) -> float:
        return max(self._painter.brush_size_px / 2 * self._scale, 1.5)

    def _update_outline(self) -> None:
        """Repaint where the brush's outline is."""
        if self._pointer is not None:
            self.update(marks.outline_rect(self._pointer, self._outline_px))

    @property
    def _crop_to_widget(self) -> QTransform:
        """From crop pixels to widget pixels, in either view."""
        quad = self._document.quad
        if self._view == "face" or quad is None:
            return self._viewport.transform
        return crop_transform(quad) * self._viewport.transform

    @property
    def _scale(self) -> float:
        """Widget pixels per crop pixel."""
        transform = self._crop_to_widget
        return float(np.hypot(transform.m11(), transform.m12()))

    def _to_crop(self, at: QPointF) -> QPointF:
        return self._crop_to_widget.inverted()[0].map(at)

    def _picture_size(self) -> QSizeF:
        display = self._document.display
        if self._view == "face" or display is None:
            return QSizeF(LABEL_SIZE, LABEL_SIZE)
        return QSizeF(display.shape[1], display.shape[0])

    def _zoom_to(self, zoom: float) -> None:
        self._viewport.zoom_about(zoom)
        self._viewport_changed()

    def _refit(self) -> None:
        """Another picture is shown: all of it."""
        self._viewport.is_fitted = True
        self._viewport.set_sizes(self._picture_size(), QSizeF(self.size()))
        self._viewport_changed()
        self._show_cursor()

    def _viewport_changed(self) -> None:
        self.zoom_changed.emit(self.zoom)
        self.update()

    def _show_cursor(self) -> None:
        shapes = Qt.CursorShape
        if self._pan_from is not None:
            shape = shapes.ClosedHandCursor
        elif self._space:
            shape = shapes.OpenHandCursor
        elif self._handles is not None or not self._document.has_face:
            shape = shapes.ArrowCursor
        elif self._pointer is not None and self._is_on_divider(self._pointer):
            shape = shapes.SplitHCursor
        elif self.tool == "pan":
            shape = shapes.OpenHandCursor
        else:
            shape = shapes.BlankCursor if self._brush_is_shown else shapes.CrossCursor
        if self._pointer is not None and self._handles is None and self._pan_from is None:
            over_face = self._other_face_at(self._pointer) is not None
            shape = shapes.PointingHandCursor if over_face and not self._space else shape
        if self.cursor().shape() != shape:
            self.setCursor(shape)
