"""The five points of a manual alignment: dragged over the photo."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from s2flow_app.ui.tools.marks import CHOSEN
from s2flow_app.ui.translate import QT_TRANSLATE_NOOP, translate
from s2flow_app.ui.viewport import Viewport

NAMES: Final = (
    QT_TRANSLATE_NOOP("Points", "Eye"),
    QT_TRANSLATE_NOOP("Points", "Eye"),
    QT_TRANSLATE_NOOP("Points", "Nose"),
    QT_TRANSLATE_NOOP("Points", "Mouth"),
    QT_TRANSLATE_NOOP("Points", "Mouth"),
)
"""Source texts of context ``Points``."""
RADIUS_PX: Final = 7
STEP_PX: Final = 1.0
LONG_STEP_PX: Final = 10.0
"""Of an arrow key, and with Shift, in widget pixels."""
REACH_PX: Final = 4 * RADIUS_PX


_ARROWS: Final = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}


class PointHandles:
    """Points ``[5, 2]`` in photo pixels and which of them is held."""

    def __init__(self, points: NDArray[np.float32], size: tuple[int, int]) -> None:
        """``size``: width and height of the photo, which points do not leave."""
        self.points = points.astype(np.float32)
        self._limit = np.array(size, dtype=np.float32) - 1
        self._held: int | None = None
        self.chosen: int | None = None
        """The point that was taken last: the arrow keys move it."""
        self._held_from = self.points.copy()

    @property
    def is_held(self) -> bool:
        return self._held is not None

    def nearest(self, viewport: Viewport, at: QPointF) -> int | None:
        """The point near the widget point ``at``."""
        found = viewport.to_picture(at)
        away = np.hypot(*(self.points - (found.x(), found.y())).T) * viewport.zoom
        return int(away.argmin()) if away.min() < REACH_PX else None

    def press(self, viewport: Viewport, at: QPointF) -> None:
        self._held, self._held_from = self.nearest(viewport, at), self.points.copy()
        if self._held is not None:
            self.chosen = self._held

    def move(self, viewport: Viewport, at: QPointF) -> None:
        if self._held is not None:
            self._put(self._held, viewport.to_picture(at))

    def release(self) -> None:
        self._held = None

    def takes(self, key: Qt.Key) -> bool:
        """Whether a key means something to `key`."""
        return key in _ARROWS or Qt.Key.Key_1 <= key <= Qt.Key.Key_5

    def key(self, key: Qt.Key, viewport: Viewport, *, far: bool) -> bool:
        """1 to 5 choose a point, arrows move it; False: the key means nothing here."""
        number = int(key) - int(Qt.Key.Key_1)
        if 0 <= number < len(self.points):
            self.chosen = number
        elif key in _ARROWS and self.chosen is not None:
            step = LONG_STEP_PX if far else STEP_PX
            x, y = self.points[self.chosen]
            at = viewport.to_widget(QPointF(float(x), float(y))) + _ARROWS[key] * step
            self._put(self.chosen, viewport.to_picture(at))
        else:
            return False
        return True

    def _put(self, index: int, at: QPointF) -> None:
        self.points[index] = np.clip((at.x(), at.y()), 0, self._limit)

    def cancel(self) -> None:
        """The held point goes back to where it was taken."""
        self.points, self._held = self._held_from, None

    def draw(self, painter: QPainter, viewport: Viewport) -> None:
        for index, (text, (x, y)) in enumerate(zip(NAMES, self.points, strict=True)):
            name = translate("Points", text)
            at = viewport.to_widget(QPointF(float(x), float(y)))
            light = QColor(255, 255, 255) if index == self.chosen else QColor(0, 0, 0)
            painter.setPen(QPen(light, 2))
            painter.setBrush(QColor(CHOSEN.red(), CHOSEN.green(), CHOSEN.blue(), 160))
            painter.drawEllipse(at, RADIUS_PX, RADIUS_PX)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            beside = at + QPointF(RADIUS_PX + 4, RADIUS_PX - 2)
            painter.drawText(beside + QPointF(1, 1), name)
            painter.setPen(CHOSEN)
            painter.drawText(beside, name)
