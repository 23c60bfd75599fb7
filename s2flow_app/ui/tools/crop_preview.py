"""What the aligned crop will be, beside the points that are dragged."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from s2flow_app.alignment import crop_matrix, extract_crop, quad_from_points
from s2flow_app.ui.image_qt import to_qimage
from s2flow_app.ui.tools.marks import CHOSEN

SIDE_PX: Final = 224
EDGE_PX: Final = 12
_DOT_PX: Final = 3.0


class CropPreview:
    """The crop by five points ``[5, 2]`` of a photo ``[H, W, 3]``, small."""

    def __init__(self, display: NDArray[np.uint8], points: NDArray[np.float32]) -> None:
        self._display = display
        self.image = QImage()
        self.on_left = False
        """In which upper corner it is, away from the points."""
        self._dots: NDArray[np.float64] = np.zeros((5, 2))
        self.take(points)

    def take(self, points: NDArray[np.float32]) -> None:
        """The points are elsewhere; follows a drag also on 50 megapixels."""
        quad = self.quad = quad_from_points(points)
        side = float(np.linalg.norm(quad[3] - quad[0]))
        # Every so manieth pixel of a large face: averaging all of them takes too long to follow.
        step = max(1, int(side // (2 * SIDE_PX)))
        small = self._display[::step, ::step]
        self.image = to_qimage(extract_crop(small, quad / step, SIDE_PX))
        matrix = crop_matrix(quad, SIDE_PX)
        self._dots = (points - 0.5) @ matrix[:, :2].T + matrix[:, 2] + 0.5

    def place(self, area: QRectF) -> QRectF:
        """Where it lies in the widget."""
        side = min(SIDE_PX, area.width() / 3, area.height() / 2)
        left = area.left() + EDGE_PX if self.on_left else area.right() - side - EDGE_PX
        return QRectF(left, area.top() + EDGE_PX, side, side)

    def draw(self, painter: QPainter, area: QRectF) -> None:
        where = self.place(area)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(where, self.image)
        painter.setPen(QPen(CHOSEN, 1))
        scale = where.width() / SIDE_PX
        for x, y in self._dots:
            at = where.topLeft() + QPointF(float(x), float(y)) * scale
            if where.contains(at):
                painter.drawEllipse(at, _DOT_PX, _DOT_PX)
        painter.setPen(QPen(QColor(0, 0, 0), 3))
        painter.drawRect(where)
        painter.setPen(QPen(QColor(255, 255, 255), 1))
        painter.drawRect(where)
        title = QCoreApplication.translate("CropPreview", "The crop")
        below = where.bottomLeft() + QPointF(2, painter.fontMetrics().ascent() + 5)
        painter.setPen(QColor(0, 0, 0))
        painter.drawText(below + QPointF(1, 1), title)
        painter.setPen(CHOSEN)
        painter.drawText(below, title)
