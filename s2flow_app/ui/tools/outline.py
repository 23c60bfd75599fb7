"""Tools that paint what an outline encloses: lasso, polygon, rectangle, ellipse."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF, QTransform

from s2flow_app.document.label_ops import polygon_mask
from s2flow_app.model.operations import Outline
from s2flow_app.ui.tools import marks
from s2flow_app.ui.tools.stage import Stage
from s2flow_app.ui.tools.tool import Pointer, Tool
from s2flow_app.ui.translate import translate

CLOSE_REACH_PX = 8
"""Widget pixels within which a click on the first point closes a polygon."""


class OutlineTool(Tool):
    """Collects points; what they enclose is painted."""

    options: ClassVar = ("feather_px", "symmetric", "auto_side")
    paints: ClassVar = True
    outline: ClassVar[str]
    """What the history calls it, see `operations.Outline`."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.points: list[QPointF] = []

    def cancel(self) -> None:
        self.points = []
        super().cancel()

    def forget(self) -> None:
        self.points = []

    def drawn(self) -> list[QPointF]:
        """The outline as it is now, in crop pixels."""
        return self.points

    def draw(self, painter: QPainter, crop_to_widget: QTransform) -> None:
        points = self.drawn()
        if len(points) > 1:
            marks.draw_lasso(painter, [crop_to_widget.map(point) for point in points])

    def overlay_box(self) -> QRectF | None:
        points = self.drawn()
        return QPolygonF(points).boundingRect() if len(points) > 1 else None

    def paint_inside(self, points: NDArray[np.floating]) -> None:
        """Paint the polygon ``[N, 2]`` as part of the open stroke, then end it."""
        class_id = self.stage.class_at(*points.mean(axis=0))
        refusal = self.stage.refusal_of_class(class_id)
        if refusal:
            self.stage.said.emit(refusal)
            self.cancel()
            return
        self.stage.paint(class_id, *polygon_mask(points))
        self.document.labels.end_stroke(Outline(self.outline, class_id))


class Lasso(OutlineTool):
    """Drawn freely while the button is down."""

    outline: ClassVar = "lasso"

    def press(self, pointer: Pointer) -> None:
        if self.document.labels.begin_stroke():
            self.points = [pointer.at]

    def move(self, pointer: Pointer) -> None:
        if not self.points:
            return
        if self.document.labels.in_stroke:
            self.points.append(pointer.at)
        else:  # an undo or another face ended the stroke
            self.points = []

    def release(self, pointer: Pointer) -> None:
        points, self.points = self.points, []
        if not self.document.labels.in_stroke:
            return
        if len(points) > 2:
            self.paint_inside(_array(points))
        else:
            self.document.labels.cancel_stroke()


class Polygon(OutlineTool):
    """Corner by corner; Enter, or a click on the first or last corner, closes it."""

    outline: ClassVar = "polygon"

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._hover: QPointF | None = None

    @property
    def is_busy(self) -> bool:
        return bool(self.points)

    def press(self, pointer: Pointer) -> None:
        near = CLOSE_REACH_PX / pointer.scale
        ends = (self.points[0], self.points[-1]) if self.points else ()
        if any((pointer.at - end).manhattanLength() < near for end in ends):
            self._close()
        else:
            self.points.append(pointer.at)
            self._hover = pointer.at

    def move(self, pointer: Pointer) -> None:
        self._hover = pointer.at

    def key(self, key: int, modifiers: Qt.KeyboardModifier, *, repeats: bool = False) -> bool:
        if not self.points:
            return False
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._close()
        elif key == Qt.Key.Key_Backspace:
            self.points.pop()
        else:
            return False
        return True

    def drawn(self) -> list[QPointF]:
        if not self.points or self._hover is None:
            return self.points
        return [*self.points, self._hover]

    def _close(self) -> None:
        points, self.points = self.points, []
        if len(points) < 3:
            self.stage.said.emit(translate("Tools", "A polygon needs three corners or more."))
        elif self.document.labels.begin_stroke():
            self.paint_inside(_array(points))


class Box(OutlineTool):
    """A rectangle between two corners; Shift: a square, Ctrl: about the first point."""

    outline: ClassVar = "rectangle"

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._start: QPointF | None = None

    def cancel(self) -> None:
        self._start = None
        super().cancel()

    def forget(self) -> None:
        self._start = None
        super().forget()

    def press(self, pointer: Pointer) -> None:
        if self.document.labels.begin_stroke():
            self._start = pointer.at

    def move(self, pointer: Pointer) -> None:
        if self._start is None:
            return
        if not self.document.labels.in_stroke:
            self.forget()
            return
        reach = pointer.at - self._start
        if pointer.shift:
            side = max(abs(reach.x()), abs(reach.y()))
            reach = QPointF(np.copysign(side, reach.x()), np.copysign(side, reach.y()))
        first = self._start - reach if pointer.control else self._start
        self.points = self.shape(QRectF(first, self._start + reach))

    def release(self, pointer: Pointer) -> None:
        if self._start is None:
            return
        self.move(pointer)
        points, self.points, self._start = self.points, [], None
        if not self.document.labels.in_stroke:
            return
        if len(points) > 2 and QPolygonF(points).boundingRect().normalized().width() >= 1:
            self.paint_inside(_array(points))
        else:
            self.document.labels.cancel_stroke()

    def shape(self, box: QRectF) -> list[QPointF]:
        """The closed outline in a box."""
        corners = [box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft()]
        return [*corners, corners[0]]


class Ellipse(Box):
    """As the rectangle, rounded."""

    outline: ClassVar = "ellipse"

    def shape(self, box: QRectF) -> list[QPointF]:
        angles = np.linspace(0, 2 * np.pi, 73)
        middle, a, b = box.center(), box.width() / 2, box.height() / 2
        return [
            middle + QPointF(a * c, b * s)
            for c, s in zip(np.cos(angles), np.sin(angles), strict=True)
        ]


def _array(points: list[QPointF]) -> NDArray[np.float32]:
    return np.array([(p.x(), p.y()) for p in points], np.float32)
