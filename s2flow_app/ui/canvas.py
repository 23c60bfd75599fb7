"""The canvas: the photo or the aligned face, the label map over it, and the pointer's work on both.

What is shown and how it is painted is in `painting`. Strokes and what `Canvas.cursor_moved` tells
are in crop pixels (0..512) in both views.
"""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPointingDevice,
    QResizeEvent,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from s2flow_app.document.changes import Aspect, DocumentChange
from s2flow_app.document.document import Document
from s2flow_app.labels import LABEL_SIZE
from s2flow_app.ui.incoming import local_files
from s2flow_app.ui.painting.picture_view import PictureView
from s2flow_app.ui.told import class_title
from s2flow_app.ui.tools import marks
from s2flow_app.ui.tools.hand_alignment import HandAlignment
from s2flow_app.ui.tools.hatch import ProtectionHatch
from s2flow_app.ui.tools.options import MAX_FEATHER_PX, MAX_SIZE_PX, ToolOptions
from s2flow_app.ui.tools.points import NAMES
from s2flow_app.ui.tools.registry import make_tools
from s2flow_app.ui.tools.stage import Stage
from s2flow_app.ui.tools.tool import Pointer, Tool
from s2flow_app.ui.translate import translate
from s2flow_app.ui.viewport import STEP

DIVIDER_REACH_PX = 7
OVERLAY_EDGE_PX = 14


class Canvas(PictureView):
    """Shows the document and paints on it."""

    class_picked = Signal(int)
    brush_size_changed = Signal(int)
    tool_changed = Signal(str)
    face_chosen = Signal(int)
    points_changed = Signal(object)
    """``[5, 2]`` photo pixels, while the points of a manual alignment are dragged."""
    alignment_ended = Signal(object)
    """bool: by key, whether its points are to be used."""
    files_dropped = Signal(list)
    cursor_moved = Signal(object)
    """(x, y, class id) under the pointer in crop pixels, or None."""
    stroke_refused = Signal(str)
    """Why the tool does nothing here, as a sentence."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(document, parent)
        self._stage = Stage(document, self)
        self._tools = make_tools(self._stage)
        self._tool = self._tools["brush"]
        self._hatch = ProtectionHatch(document)
        self._handles: HandAlignment | None = None
        self._shows_landmarks = False
        self._pan_from: QPointF | None = None
        self._pan_button = Qt.MouseButton.NoButton
        self._drags_divider = self._space = self._pen_is_down = self._pen_erases = False
        self._tool_of_pen_tip: Tool | None = None
        self._pointer: QPointF | None = None
        self._pointer_on_screen: QPointF | None = None
        self.setMouseTracking(True)
        self.setTabletTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setMinimumSize(320, 240)
        self.setAccessibleName(self.tr("Canvas"))
        self.setAccessibleDescription(
            self.tr(
                "The photo or the aligned face with its label map. Tools paint on it with a mouse "
                "or a pen."
            )
        )
        document.changed.connect(self._take_protection)
        self._stage.class_picked.connect(self.class_picked)
        self._stage.said.connect(self.stroke_refused)
        self._stage.overlay_changed.connect(self.update)
        self._stage.options.changed.connect(self._take_option)

    # --- what the window sets and asks --------------------------------------------------------

    @property
    def tool(self) -> str:
        """Name of the active tool, see `tools.registry`."""
        return next(name for name, tool in self._tools.items() if tool is self._tool)

    @property
    def active_tool(self) -> Tool:
        return self._tool

    @property
    def options(self) -> ToolOptions:
        """Of all tools."""
        return self._stage.options

    def set_tool(self, name: str) -> None:
        """One of `tools.registry.TOOLS`; an open stroke is taken back."""
        if name not in self._tools:
            raise ValueError(f"no such tool: {name}")
        if name != self.tool:
            self._cancel_stroke()
            self._tool.leave()
            self._tool = self._tools[name]
            self.tool_changed.emit(name)
            self._show_cursor()
            self.update()

    @property
    def active_class(self) -> int:
        return self._stage.active_class

    def set_active_class(self, class_id: int) -> None:
        """What brush, fill and lasso paint."""
        self._stage.active_class = class_id
        self.update()

    @property
    def brush_size(self) -> int:
        """Diameter in crop pixels."""
        return round(self.options.now.size_px)

    def set_brush_size(self, size_px: int) -> None:
        """Diameter in crop pixels, 1 to 200."""
        self.options.set("size_px", float(min(max(size_px, 1), MAX_SIZE_PX)))

    @Slot(str)
    def _take_option(self, name: str) -> None:
        if name == "size_px":
            self.brush_size_changed.emit(self.brush_size)
        elif name == "feather_px":
            feather_px = self.options.now.feather_px
            self._document.edits.set_feather(None if feather_px >= MAX_FEATHER_PX else feather_px)
        self.update()

    @property
    def protection_visible(self) -> bool:
        return self._hatch.visible

    def set_protection_visible(self, visible: bool) -> None:
        """Hatch what is protected, or hide that; it is protected either way."""
        self._hatch.visible = visible
        self.update()

    @Slot(object)
    def _take_protection(self, change: DocumentChange) -> None:
        if change.has(Aspect.LAYERS):
            self._hatch.take(change.rect or (0, 0, LABEL_SIZE, LABEL_SIZE))

    @property
    def points(self) -> NDArray[np.float32] | None:
        """The points of the manual alignment ``[5, 2]`` in photo pixels, if that is on."""
        return None if self._handles is None else self._handles.points.copy()

    def set_point_mode(self, points: NDArray[np.float32] | None) -> None:
        """Let the user drag five points on the photo; None: no longer."""
        display = self._document.faces.display
        if points is None or display is None:
            self._handles = None
        else:
            self._cancel_stroke()
            self._handles = HandAlignment(points, display)
            self.set_view("photo")
            self._handles.keep_clear(self._viewport, self._area)
        self.set_labels_aside(self._handles is not None)
        self._follow_pointer()

    def set_landmarks_visible(self, visible: bool) -> None:
        """Show the points that the face finder saw."""
        self._shows_landmarks = visible
        self.update()

    # --- painting -----------------------------------------------------------------------------

    def picture_replaced(self) -> None:
        self._cancel_stroke()
        for tool in self._tools.values():
            tool.forget()
        self._handles = None
        self._drags_divider = False
        self.set_labels_aside(False)
        self._show_cursor()

    def paint_over(self, painter: QPainter) -> None:
        if self._view == "photo" and self._document.faces.incoming is None:
            document = self._document
            if self._handles is None:
                marks.draw_boxes(
                    painter, self._viewport, document.faces.boxes, document.faces.index
                )
            else:
                self._handles.draw_frame(painter, self._viewport)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._shows_landmarks and self._document.faces.incoming is None:
            faces, chosen = self._document.faces.boxes, self._document.faces.index
            marks.draw_landmarks(painter, faces, chosen, self._photo_to_widget)
        if self._handles is not None:
            self._handles.draw_over(painter, self._viewport, self._area)
        if self._tool_is_shown:
            self._hatch.draw(painter, self._crop_to_widget)
            if self.options.now.symmetric and "symmetric" in self._tool.options:
                marks.draw_axis(painter, self._stage.axis, self._crop_to_widget)
            self._tool.draw(painter, self._crop_to_widget)
        if self._pointer is not None and self._brush_is_shown:
            marks.draw_outline(painter, self._pointer, self._outline_px)

    # --- the pointer --------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._follow_pointer()

    def hideEvent(self, event: QHideEvent) -> None:
        self._forget_pointer()
        super().hideEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._pen_is_down and self._document.faces.incoming is None:  # a pen sends these too
            self._press(self.work_point(event), event.button(), 1.0, event.modifiers())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._pen_is_down:
            self._pointer_on_screen = event.globalPosition()
            self._move(self.work_point(event), 1.0, event.modifiers())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._pen_is_down:
            self._release(self.work_point(event), event.button(), event.modifiers())

    def tabletEvent(self, event: QTabletEvent) -> None:
        event.accept()
        at = self.work_point(event)
        if event.type() == QEvent.Type.TabletPress and self._document.faces.incoming is None:
            self._pen_is_down = True
            if event.pointerType() == QPointingDevice.PointerType.Eraser:
                self._pen_erases = True
                if not self._tool.takes_eraser_tip:
                    self._tool_of_pen_tip, self._tool = self._tool, self._tools["eraser"]
            self._press(at, event.button(), event.pressure(), event.modifiers())
        elif event.type() == QEvent.Type.TabletMove:
            self._pointer_on_screen = event.globalPosition()
            self._move(at, event.pressure(), event.modifiers())
        elif event.type() == QEvent.Type.TabletRelease:
            self._release(self.work_point(event), event.button(), event.modifiers())
            self._pen_is_down = self._pen_erases = False
            if self._tool_of_pen_tip is not None:
                self._tool, self._tool_of_pen_tip = self._tool_of_pen_tip, None

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / 120
        self._viewport.zoom_about(self.zoom * STEP**steps, self.work_point(event))
        self._viewport_changed()

    def leaveEvent(self, event: QEvent) -> None:
        self._forget_pointer()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Space:
            self._set_space(True)
        elif (
            (self._handles is not None and self._align_key(event))
            or (key == Qt.Key.Key_Escape and self._cancel())
            or (self._document.has_face and self._tool_key(event))
        ):
            self.update()
        elif key in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight):
            larger = key == Qt.Key.Key_BracketRight
            size = self.brush_size
            self.set_brush_size(max(size + 1, round(size * 1.2)) if larger else int(size / 1.2))
        else:
            super().keyPressEvent(event)

    def _tool_key(self, event: QKeyEvent) -> bool:
        return self._tool.key(event.key(), event.modifiers(), repeats=event.isAutoRepeat())

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Space:
            super().keyReleaseEvent(event)
        elif not event.isAutoRepeat():
            self._set_space(False)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._set_space(False)
        super().focusOutEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if files := local_files(event.mimeData()):
            event.acceptProposedAction()
            self.files_dropped.emit(files)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tip_at(QPointF(event.pos())), self)
            return True
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and self._handles is not None
            and self._handles.takes(Qt.Key(event.key()))
        ):
            event.accept()  # 4 and 5 would turn the view
            return True
        return super().event(event)

    def tip_at(self, at: QPointF) -> str:
        """The tool tip for a widget point; empty where it would only be in the way."""
        if self._handles is not None:
            point = self._handles.nearest(self._viewport, at)
            name = "" if point is None else translate("Points", NAMES[point])
            return name and self.tr("{}: drag it to its place").format(name)
        if self._other_face_at(at) is not None:
            return self.tr("Click to edit this face")
        if self._is_on_divider(at):
            return self.tr("Drag to compare: before on the left, after on the right")
        seen = self._seen_at(self._to_crop(at))
        return class_title(seen[2]) if seen is not None and self.tool == "pick" else ""

    # --- gestures -----------------------------------------------------------------------------

    def _press(
        self,
        at: QPointF,
        button: Qt.MouseButton,
        pressure: float,
        modifiers: Qt.KeyboardModifier,
    ) -> None:
        if self._document.faces.photo is None or self._document.labels.in_stroke:
            return
        primary = button == Qt.MouseButton.LeftButton
        pointer = self._pointer_at(at, pressure, modifiers)
        picks = bool(modifiers & Qt.KeyboardModifier.AltModifier)
        if not primary or self._space:
            self._start_pan(at, button)
        elif self._handles is not None:
            self._handles.press(self._viewport, at)
        elif (face := self._other_face_at(at)) is not None:
            self.face_chosen.emit(face)
        elif self._is_on_divider(at):
            self._drags_divider = True
            self.update()
        elif self._tool.pans:
            self._start_pan(at, button)
        elif picks and not self._tool.is_busy:
            self._tools["pick"].press(pointer)
        elif refusal := self._refusal(pointer):
            self.stroke_refused.emit(refusal)
        else:
            self._update_overlay()
            self._tool.press(pointer)
            self._update_overlay()

    def _move(self, at: QPointF, pressure: float, modifiers: Qt.KeyboardModifier) -> None:
        self._update_outline()
        self._pointer = at
        if self._pan_from is not None:
            self._viewport.pan(at - self._pan_from)
            self._pan_from = at
            self._viewport_changed()
        elif self._drags_divider:
            self._pictures.split_at = min(max(self._to_crop(at).x() / LABEL_SIZE, 0.0), 1.0)
            self.update()
        elif self._handles is not None and self._handles.is_held:
            self._handles.move(self._viewport, at)
            self._points_moved()
        else:
            self._update_overlay()
            self._tool.move(self._pointer_at(at, pressure, modifiers))
            self._update_overlay()
            if not self._document.labels.in_stroke:
                self._show_cursor()
        self.cursor_moved.emit(self._seen_at(self._to_crop(at)))
        self._update_outline()

    def _release(self, at: QPointF, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier) -> None:
        if self._pan_from is not None:
            if button == self._pan_button:
                self._pan_from = None
                self._follow_pointer()
        elif button == Qt.MouseButton.LeftButton:
            if self._drags_divider:
                self._drags_divider = False
                self._follow_pointer()
            if self._handles is not None:
                self._handles.release()
                self._handles.keep_clear(self._viewport, self._area)
                self.update()
            self._update_overlay()
            self._tool.release(self._pointer_at(at, 1.0, modifiers))
            self._update_overlay()

    def _pointer_at(self, at: QPointF, pressure: float, modifiers: Qt.KeyboardModifier) -> Pointer:
        crop = self._to_crop(at)
        return Pointer(crop, pressure, modifiers, self._scale, self._pen_erases)

    def _start_pan(self, at: QPointF, button: Qt.MouseButton) -> None:
        self._pan_from, self._pan_button = at, button
        self._show_cursor()
        self.update()

    def _cancel(self) -> bool:
        """Take back what is under way; False: nothing is."""
        if self._handles is not None and self._handles.is_held:
            self._handles.cancel()
            self._points_moved()
            return True
        return self._cancel_stroke()

    def _align_key(self, event: QKeyEvent) -> bool:
        """A key while points are set by hand; False: it means nothing to them."""
        key, handles = Qt.Key(event.key()), self._handles
        assert handles is not None
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.alignment_ended.emit(True)
        elif key == Qt.Key.Key_Escape and not handles.is_held:
            self.alignment_ended.emit(False)
        elif handles.take_key(event, self._viewport):
            self._points_moved()
        else:
            return False
        return True

    def _points_moved(self) -> None:
        if self._handles is not None:
            self._handles.follow()
            self.points_changed.emit(self._handles.points.copy())
        self.update()

    def _cancel_stroke(self) -> bool:
        was_busy = self._tool.is_busy
        self._tool.cancel()
        return was_busy

    def _refusal(self, pointer: Pointer) -> str:
        """Why a gesture that starts here would do nothing, as a sentence; empty if it would."""
        if self._pictures.comparing:
            return self.tr("This is the unedited picture; switch 'Before / after' off to paint.")
        return self._tool.refusal(pointer)

    def _set_space(self, is_down: bool) -> None:
        if is_down != self._space:
            self._update_outline()
            self._update_overlay()
            self._space = is_down
            self._show_cursor()

    # --- where the pointer is -----------------------------------------------------------------

    def _viewport_changed(self) -> None:
        super()._viewport_changed()
        self._follow_pointer()

    def _follow_pointer(self) -> None:
        """The pointer has not moved, what is under it has: the tool's marks go along."""
        if self._pointer_on_screen is None:
            return
        at = self.mapFromGlobal(self._pointer_on_screen)
        if not QRectF(self.rect()).contains(at):
            self._forget_pointer()
            return
        self._pointer = self.work_place(at)
        if self._pan_from is None and not (self._document.labels.in_stroke or self._tool.is_busy):
            self._tool.leave()
            self._tool.move(self._pointer_at(self._pointer, 1.0, Qt.KeyboardModifier.NoModifier))
        self.cursor_moved.emit(self._seen_at(self._to_crop(self._pointer)))
        self._show_cursor()
        self.update()

    def _forget_pointer(self) -> None:
        """It is elsewhere, and so are the tool's marks."""
        self._update_outline()
        self._update_overlay()
        self._tool.leave()
        self._pointer = self._pointer_on_screen = None
        self.cursor_moved.emit(None)

    # --- where things are ---------------------------------------------------------------------

    def _seen_at(self, crop: QPointF) -> tuple[int, int, int] | None:
        """Crop pixel and shown class at a crop point."""
        x, y = int(np.floor(crop.x())), int(np.floor(crop.y()))
        if not (self._document.has_face and 0 <= x < LABEL_SIZE and 0 <= y < LABEL_SIZE):
            return None
        return x, y, int(self._document.labels.shown_map[y, x])

    def _other_face_at(self, at: QPointF) -> int | None:
        """The face that a click would choose."""
        document = self._document
        if self._view != "photo":
            return None
        face = marks.face_at(self._viewport, document.faces.boxes, at, document.faces.index)
        return None if face == document.faces.index else face

    def _is_on_divider(self, at: QPointF) -> bool:
        pictures = self._pictures
        if not pictures.splitting or pictures.comparing or not pictures.has_face:
            return False
        crop = self._to_crop(at)
        away = abs(crop.x() - pictures.split_at * LABEL_SIZE) * self._scale
        return away < DIVIDER_REACH_PX and 0 <= crop.y() <= LABEL_SIZE

    @property
    def _tool_is_shown(self) -> bool:
        """Whether the tool's marks mean anything now."""
        if self._handles is not None or self._space or self._pictures.comparing:
            return False
        if self._drags_divider or self._pan_from is not None:
            return False
        return self._document.has_face and self._document.faces.incoming is None

    @property
    def _brush_is_shown(self) -> bool:
        return self._tool_is_shown and self._tool.outline_radius_px is not None

    @property
    def _outline_px(self) -> float:
        return max((self._tool.outline_radius_px or 0.0) * self._scale, 1.5)

    def _update_overlay(self) -> None:
        """Repaint where the tool's marks are."""
        box = self._tool.overlay_box()
        if box is not None:
            found = self._crop_to_widget.mapRect(box).toAlignedRect()
            edge = OVERLAY_EDGE_PX
            self.update(found.adjusted(-edge, -edge, edge, edge))

    def _update_outline(self) -> None:
        """Repaint where the brush's outline is."""
        if self._pointer is not None:
            self.update(marks.outline_rect(self._pointer, self._outline_px))

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
        else:
            at = self._pointer or QPointF(-1e6, -1e6)
            shape = self._tool.cursor(self._pointer_at(at, 1.0, Qt.KeyboardModifier.NoModifier))
        if self._pointer is not None and self._handles is None and self._pan_from is None:
            over_face = self._other_face_at(self._pointer) is not None
            shape = shapes.PointingHandCursor if over_face and not self._space else shape
        if self.cursor().shape() != shape:
            self.setCursor(shape)
