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
REACH_PX: Final = 4 * RADIUS_PX


class PointHandles:
    """Points ``[5, 2]`` in photo pixels and which of them is held."""

    def __init__(self, points: NDArray[np.float32], size: tuple[int, int]) -> None:
        """``size``: width and height of the photo, which points do not leave."""
        self.points = points.astype(np.float32)
        self._limit = np.array(size, dtype=np.float32) - 1
        self._held: int | None = None
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

    def move(self, viewport: Viewport, at: QPointF) -> None:
        found = viewport.to_picture(at)
        self.points[self._held] = np.clip((found.x(), found.y()), 0, self._limit)

    def release(self) -> None:
        self._held = None

    def cancel(self) -> None:
        """The held point goes back to where it was taken."""
        self.points, self._held = self._held_from, None

    def draw(self, painter: QPainter, viewport: Viewport) -> None:
        for text, (x, y) in zip(NAMES, self.points, strict=True):
            name = translate("Points", text)
            at = viewport.to_widget(QPointF(float(x), float(y)))
            painter.setPen(QPen(QColor(0, 0, 0), 2))
            painter.setBrush(QColor(CHOSEN.red(), CHOSEN.green(), CHOSEN.blue(), 160))
            painter.drawEllipse(at, RADIUS_PX, RADIUS_PX)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            beside = at + QPointF(RADIUS_PX + 4, RADIUS_PX - 2)
            painter.drawText(beside + QPointF(1, 1), name)
            painter.setPen(CHOSEN)
            painter.drawText(beside, name)
