"""The canvas: the photo or the aligned face, the label map over it, and the pointer's work on both.

A plain widget that repaints rectangles: on a CPU faster than a graphics view or OpenGL. All
coordinates handed out are crop pixels (0..512) in face view, photo pixels in photo view.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QTabletEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from s2flow_app.document.document import Document
from s2flow_app.document.label_ops import Rect
from s2flow_app.labels import CLASSES, LABEL_SIZE, NUM_CLASSES
from s2flow_app.ui.image_qt import LabelImage, mips, to_qimage
from s2flow_app.ui.strokes import TOOLS, StrokePainter
from s2flow_app.ui.viewport import STEP, Viewport

BACKDROP = QColor(30, 31, 34)
HINT = "Open a photo (Ctrl+O), drop one here, or make a new face (Ctrl+G)."
HANDLE_PX = 7
POINT_NAMES = ("left eye", "right eye", "nose tip", "left mouth corner", "right mouth corner")


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

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._painter = StrokePainter(document)
        self._viewport = Viewport()
        self._labels = LabelImage(LABEL_SIZE)
        self._label_opacity, self._labels_visible = 0.55, True
        self._photo: list[QImage] = []
        self._result: QImage | None = None
        self._original: QImage | None = None
        self._view = "face"
        self._comparing = self._splitting = False
        self._split_at = 0.5
        self._points: NDArray[np.float32] | None = None
        self._dragged: int | None = None
        self._pan_from: QPointF | None = None
        self._space = self._pen_is_down = False
        self._pointer: QPointF | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setMinimumSize(320, 240)
        self.setAccessibleName("Canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        document.photo_changed.connect(self._take_photo)
        document.face_changed.connect(self._take_face)
        document.picture_changed.connect(self._take_result)
        document.layers_changed.connect(self._take_labels)
        document.layer_view.changed.connect(self._take_layer_view)
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
        """One of `strokes.TOOLS`."""
        if tool not in TOOLS:
            raise ValueError(f"no such tool: {tool}")
        if tool != self._painter.tool:
            self._painter.cancel()
            self._painter.tool = tool
            self.tool_changed.emit(tool)
            self._show_cursor()

    @property
    def active_class(self) -> int:
        return self._painter.active_class

    def set_active_class(self, class_id: int) -> None:
        """What brush, fill and lasso paint."""
        self._painter.active_class = class_id
        self.update()

    @property
    def brush_size(self) -> int:
        """Diameter in crop pixels."""
        return round(self._painter.brush_size_px)

    def set_brush_size(self, size_px: int) -> None:
        """Diameter in crop pixels, 1 to 200."""
        size_px = min(max(size_px, 1), 200)
        if size_px != self.brush_size:
            self._painter.brush_size_px = float(size_px)
            self.brush_size_changed.emit(size_px)
            self.update()

    def set_label_opacity(self, opacity: float) -> None:
        """0..1 of the whole label map."""
        self._label_opacity = opacity
        self._take_layer_view(None)

    def set_labels_visible(self, visible: bool) -> None:
        self._labels_visible = visible
        self.update()

    def set_compare(self, comparing: bool) -> None:
        """Show the unedited picture, while True."""
        self._comparing = comparing
        self.update()

    def set_split(self, splitting: bool) -> None:
        """Show the unedited picture left of a line that can be dragged."""
        self._splitting = splitting
        self.update()

    @property
    def points(self) -> NDArray[np.float32] | None:
        """The points of the manual alignment ``[5, 2]`` in photo pixels, if that is on."""
        return None if self._points is None else self._points.copy()

    def set_point_mode(self, points: NDArray[np.float32] | None) -> None:
        """Let the user drag five points on the photo; None: no longer."""
        self._points = None if points is None else points.astype(np.float32)
        if points is not None:
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
        display = self._document.display
        self._photo = [] if display is None else mips(display)
        self._result = self._original = None
        self._points = None
        self._view = "photo"
        self._refit()

    @Slot()
    def _take_face(self) -> None:
        original = self._document.original
        self._original = None if original is None else to_qimage(original.crop)
        self._points = None
        self._view = "face"
        self._refit()

    @Slot()
    def _take_result(self) -> None:
        crop = self._document.result_crop
        self._result = None if crop is None else to_qimage(crop)
        self.update()

    @Slot(object)
    def _take_labels(self, rect: Rect | None) -> None:
        x, y, w, h = rect or (0, 0, LABEL_SIZE, LABEL_SIZE)
        self._labels.write(self._document.shown_map, x, y, w, h)
        box = self._crop_to_widget.mapRect(QRectF(x, y, w, h))
        self.update(box.toAlignedRect().adjusted(-2, -2, 2, 2))

    @Slot(object)
    def _take_layer_view(self, _class_id: object) -> None:
        view = self._document.layer_view
        opacities = [
            self._label_opacity * view.opacity(k) * view.is_visible(k) for k in range(NUM_CLASSES)
        ]
        opacities[0] = 0.0
        self._labels.set_opacities(opacities)
        self._take_labels(None)

    # --- painting -----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), BACKDROP)
        if not self._document.has_photo:
            painter.setPen(QColor(160, 163, 170))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, HINT)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.zoom < 4)
        if self._view == "photo":
            self._draw_photo(painter)
        if self._result is not None:
            self._draw_face(painter)
        if self._view == "photo":
            self._draw_boxes(painter)
        self._draw_tool(painter)

    def _draw_photo(self, painter: QPainter) -> None:
        level = 0
        while level + 1 < len(self._photo) and self.zoom * 2 ** (level + 1) <= 1:
            level += 1
        size = self._photo[0].size()
        target = self._viewport.rect_to_widget(QRectF(0, 0, size.width(), size.height()))
        painter.drawImage(target, self._photo[level])

    def _draw_face(self, painter: QPainter) -> None:
        assert self._result is not None
        square = QRectF(0, 0, LABEL_SIZE, LABEL_SIZE)
        painter.save()
        painter.setTransform(self._crop_to_widget)
        before = self._original if self._original is not None else self._result
        painter.drawImage(square, before if self._comparing else self._result)
        if self._labels_visible and not self._comparing:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawImage(square, self._labels.image)
        if self._splitting and not self._comparing:
            at = self._split_at * LABEL_SIZE
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.zoom < 4)
            left = QRectF(0, 0, at, LABEL_SIZE)
            painter.drawImage(left, before, left)
            pen = QPen(QColor(255, 255, 255), 2)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawLine(QPointF(at, 0), QPointF(at, LABEL_SIZE))
        painter.restore()

    def _draw_boxes(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, face in enumerate(self._document.faces):
            chosen = index == self._document.face_index
            pen = QPen(QColor(255, 196, 0) if chosen else QColor(255, 255, 255, 200), 2)
            painter.setPen(pen)
            painter.drawPolygon(self._polygon(face.quad))
        if self._points is not None:
            for point in self._points:
                at = self._viewport.to_widget(QPointF(float(point[0]), float(point[1])))
                painter.setBrush(QColor(255, 196, 0, 160))
                painter.drawEllipse(at, HANDLE_PX, HANDLE_PX)
            painter.setBrush(Qt.BrushStyle.NoBrush)

    def _draw_tool(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if len(self._painter.lasso) > 1:
            painter.setPen(QPen(QColor(255, 255, 255), 1, Qt.PenStyle.DashLine))
            shape = QPolygonF([self._crop_to_widget.map(p) for p in self._painter.lasso])
            painter.drawPolyline(shape)
        if self._pointer is not None and self._brush_is_shown:
            radius = self._painter.brush_size_px / 2 * self._scale
            for colour, width in ((QColor(0, 0, 0, 160), 3), (QColor(255, 255, 255), 1)):
                painter.setPen(QPen(colour, width))
                painter.drawEllipse(self._pointer, radius, radius)

    # --- the pointer --------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._pen_is_down:  # a pen sends mouse events too
            return
        at, button = event.position(), event.button()
        panning = button == Qt.MouseButton.MiddleButton or button == Qt.MouseButton.RightButton
        if panning or self._space or self.tool == "pan":
            self._pan_from = at
            self._show_cursor()
        elif button == Qt.MouseButton.LeftButton:
            self._press(at, 1.0, event.modifiers())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._pen_is_down:
            self._move(event.position(), 1.0)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._pen_is_down:
            self._release()

    def tabletEvent(self, event: QTabletEvent) -> None:
        event.accept()
        if event.type() == QEvent.Type.TabletPress:
            self._pen_is_down = True
            self._press(event.position(), event.pressure(), event.modifiers())
        elif event.type() == QEvent.Type.TabletMove:
            self._move(event.position(), event.pressure() if self._pen_is_down else 1.0)
        elif event.type() == QEvent.Type.TabletRelease:
            self._release()
            self._pen_is_down = False

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._document.has_photo:
            steps = event.angleDelta().y() / 120
            self._viewport.zoom_about(self.zoom * STEP**steps, event.position())
            self._viewport_changed()

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self.cursor_moved.emit(None)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = True
            self._show_cursor()
        elif key == Qt.Key.Key_Escape:
            self._painter.cancel()
            self.update()
        elif key in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight):
            larger = key == Qt.Key.Key_BracketRight
            size = self.brush_size
            self.set_brush_size(max(size + 1, round(size * 1.2)) if larger else int(size / 1.2))
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
            self._show_cursor()
        else:
            super().keyReleaseEvent(event)

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

    # --- within -------------------------------------------------------------------------------

    def _press(self, at: QPointF, pressure: float, modifiers: Qt.KeyboardModifier) -> None:
        if not self._document.has_photo:
            return
        if self._points is not None:
            self._dragged = self._nearest_point(at)
            return
        face = self._face_at(at) if self._view == "photo" else None
        if face is not None and face != self._document.face_index:
            self.face_chosen.emit(face)
            return
        crop = self._to_crop(at)
        from_line = abs(crop.x() - self._split_at * LABEL_SIZE) * self._scale
        if self._splitting and from_line < HANDLE_PX:
            self._dragged = -1
            return
        if modifiers & Qt.KeyboardModifier.AltModifier or self.tool == "pick":
            self._pick(crop)
            return
        if refusal := self._painter.refusal():
            self.stroke_refused.emit(refusal)
            return
        straight = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        self._painter.press(crop, pressure=pressure, straight=straight)

    def _move(self, at: QPointF, pressure: float) -> None:
        old, self._pointer = self._pointer, at
        if self._pan_from is not None:
            self._viewport.pan(at - self._pan_from)
            self._pan_from = at
            self._viewport_changed()
            return
        if self._dragged == -1:
            self._split_at = min(max(self._to_crop(at).x() / LABEL_SIZE, 0.0), 1.0)
            self.update()
        elif self._dragged is not None and self._points is not None:
            point = self._viewport.to_picture(at)
            self._points[self._dragged] = point.x(), point.y()
            self.points_changed.emit(self._points.copy())
            self.update()
        elif self._painter.is_down:
            self._painter.move(self._to_crop(at), pressure=pressure)
            if self._painter.lasso:
                self.update()
        self._tell_cursor(self._to_crop(at))
        self._update_outline(old)

    def _release(self) -> None:
        self._dragged = None
        if self._pan_from is not None:
            self._pan_from = None
            self._show_cursor()
        elif self._painter.release():
            self.update()

    def _pick(self, crop: QPointF) -> None:
        x, y = int(crop.x()), int(crop.y())
        if self._document.has_face and 0 <= x < LABEL_SIZE and 0 <= y < LABEL_SIZE:
            class_id = int(self._document.shown_map[y, x])
            self.set_active_class(class_id)
            self.class_picked.emit(class_id)

    def _tell_cursor(self, crop: QPointF) -> None:
        x, y = int(np.floor(crop.x())), int(np.floor(crop.y()))
        inside = self._document.has_face and 0 <= x < LABEL_SIZE and 0 <= y < LABEL_SIZE
        told = (x, y, int(self._document.shown_map[y, x])) if inside else None
        self.cursor_moved.emit(told)
        self.setToolTip(CLASSES[told[2]].title if told and self.tool == "pick" else "")

    def _update_outline(self, old: QPointF | None) -> None:
        """Repaint where the brush's outline was and is."""
        reach = round(self._painter.brush_size_px / 2 * self._scale) + 4
        for point in (old, self._pointer):
            if point is not None:
                corner = point.toPoint() - QPoint(reach, reach)
                self.update(QRect(corner.x(), corner.y(), 2 * reach, 2 * reach))

    @property
    def _brush_is_shown(self) -> bool:
        painting = self.tool in ("brush", "eraser") and self._points is None
        return painting and self._document.has_face and not self._space

    @property
    def _crop_to_widget(self) -> QTransform:
        """From crop pixels to widget pixels, in either view."""
        quad = self._document.quad
        if self._view == "face" or quad is None:
            return self._viewport.transform
        across, down = (quad[3] - quad[0]) / LABEL_SIZE, (quad[1] - quad[0]) / LABEL_SIZE
        values = [float(v) for v in (*across, *down, *quad[0])]
        return QTransform(*values) * self._viewport.transform

    @property
    def _scale(self) -> float:
        """Widget pixels per crop pixel."""
        transform = self._crop_to_widget
        return float(np.hypot(transform.m11(), transform.m12()))

    def _to_crop(self, at: QPointF) -> QPointF:
        return self._crop_to_widget.inverted()[0].map(at)

    def _polygon(self, quad: NDArray[np.float32]) -> QPolygonF:
        corners = [self._viewport.to_widget(QPointF(float(x), float(y))) for x, y in quad]
        return QPolygonF(corners)

    def _face_at(self, at: QPointF) -> int | None:
        for index, face in enumerate(self._document.faces):
            if self._polygon(face.quad).containsPoint(at, Qt.FillRule.OddEvenFill):
                return index
        return None

    def _nearest_point(self, at: QPointF) -> int | None:
        assert self._points is not None
        found = self._viewport.to_picture(at)
        away = np.hypot(*(self._points - (found.x(), found.y())).T) * self.zoom
        return int(away.argmin()) if away.min() < 4 * HANDLE_PX else None

    def _zoom_to(self, zoom: float) -> None:
        self._viewport.zoom_about(zoom)
        self._viewport_changed()

    def _picture_size(self) -> QSizeF:
        display = self._document.display
        if self._view == "face" or display is None:
            picture = QSizeF(LABEL_SIZE, LABEL_SIZE)
        else:
            picture = QSizeF(display.shape[1], display.shape[0])
        return picture

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
        if self._pan_from is not None:
            shape = Qt.CursorShape.ClosedHandCursor
        elif self._space or self.tool == "pan":
            shape = Qt.CursorShape.OpenHandCursor
        elif self.tool in ("brush", "eraser"):
            shape = (
                Qt.CursorShape.BlankCursor if self._brush_is_shown else Qt.CursorShape.ArrowCursor
            )
        else:
            shape = Qt.CursorShape.CrossCursor
        self.setCursor(shape)
