"""Drawn over the pictures: the brush's outline, the lasso, the boxes of the found faces."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QTransform

from s2flow_app.document.face_axis import FaceAxis
from s2flow_app.labels import LABEL_SIZE
from s2flow_app.model.face import FaceBox
from s2flow_app.ui.viewport import Viewport

CHOSEN = QColor(255, 196, 0)
_DARK, _LIGHT = QColor(0, 0, 0, 160), QColor(255, 255, 255)
_EDGE_PX = 4
_HANDLE_PX = 4.5


def draw_outline(painter: QPainter, at: QPointF, radius_px: float) -> None:
    """The brush, legible on dark and light."""
    for colour, width in ((_DARK, 3), (_LIGHT, 1)):
        painter.setPen(QPen(colour, width))
        painter.drawEllipse(at, radius_px, radius_px)


def outline_rect(at: QPointF, radius_px: float) -> QRect:
    """The widget pixels that `draw_outline` may touch."""
    reach = radius_px + _EDGE_PX
    return QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach).toAlignedRect()


def draw_lasso(painter: QPainter, points: Sequence[QPointF]) -> None:
    line = QPolygonF(list(points))
    painter.setPen(QPen(_DARK, 3))
    painter.drawPolyline(line)
    painter.setPen(QPen(_LIGHT, 1, Qt.PenStyle.DashLine))
    painter.drawPolyline(line)


def draw_axis(painter: QPainter, axis: FaceAxis, crop_to_widget: QTransform) -> None:
    """The line that strokes are mirrored about."""
    (x, y), reach = axis.origin, 2 * LABEL_SIZE * axis.down
    ends = [
        crop_to_widget.map(QPointF(x + sign * reach[0], y + sign * reach[1])) for sign in (-1, 1)
    ]
    for colour, width in ((_DARK, 3), (_LIGHT, 1)):
        painter.setPen(QPen(colour, width, Qt.PenStyle.DashLine))
        painter.drawLine(*ends)


def draw_frame(painter: QPainter, line: QPolygonF, *, closed: bool = True) -> None:
    """The box of a transformation, or a line of a lattice."""
    for colour, width in ((_DARK, 3), (_LIGHT, 1)):
        painter.setPen(QPen(colour, width))
        if closed:
            painter.drawPolygon(line)
        else:
            painter.drawPolyline(line)


def draw_handle(painter: QPainter, at: QPointF, *, round_: bool = False) -> None:
    """Something to be dragged."""
    painter.setPen(QPen(_DARK, 1))
    painter.setBrush(CHOSEN)
    box = QRectF(at.x() - _HANDLE_PX, at.y() - _HANDLE_PX, 2 * _HANDLE_PX, 2 * _HANDLE_PX)
    if round_:
        painter.drawEllipse(box)
    else:
        painter.drawRect(box)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def draw_boxes(
    painter: QPainter, viewport: Viewport, faces: Sequence[FaceBox], chosen: int | None
) -> None:
    """The crops of all faces, the chosen one in colour; antialiased they would cost 7 ms."""
    for index, face in enumerate(faces):
        draw_box(painter, viewport, face.quad, is_chosen=index == chosen)


def draw_box(
    painter: QPainter, viewport: Viewport, quad: NDArray[np.float32], *, is_chosen: bool
) -> None:
    """The crop of one face by its corners ``[4, 2]``."""
    polygon = _polygon(viewport, quad)
    for colour, width in ((_DARK, 4), (CHOSEN if is_chosen else _LIGHT, 2)):
        painter.setPen(QPen(colour, width))
        painter.drawPolygon(polygon)


def draw_landmarks(
    painter: QPainter, faces: Sequence[FaceBox], chosen: int | None, photo_to_widget: QTransform
) -> None:
    """All points that the finder saw of each face, and larger the five that align it."""
    for index, face in enumerate(faces):
        colour = CHOSEN if index == chosen else _LIGHT
        eyes = [photo_to_widget.map(QPointF(float(x), float(y))) for x, y in face.points[:2]]
        apart_px = (eyes[1] - eyes[0]).manhattanLength()
        dot_px = min(max(apart_px / 40, 1.5), 4.0)
        for points, size_px in ((face.landmarks, dot_px), (face.points, 2.5 * dot_px)):
            line = QPolygonF([QPointF(float(x), float(y)) for x, y in points])
            for pen, width in ((_DARK, size_px + 1.5), (colour, size_px)):
                painter.setPen(QPen(pen, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
                painter.drawPoints(photo_to_widget.map(line))


def face_at(
    viewport: Viewport, faces: Sequence[FaceBox], at: QPointF, chosen: int | None
) -> int | None:
    """The face that a click at a widget point means.

    Crops are large and overlap. Inside the chosen one another face is meant only between its own
    eyes and mouth; elsewhere the one whose middle is nearest.
    """
    hits = [k for k, face in enumerate(faces) if _contains(_polygon(viewport, face.quad), at)]
    point = viewport.to_picture(at)
    if chosen in hits:
        hits = [k for k in hits if k != chosen and _within(faces[k].points, point)] or [chosen]
    middles = {k: faces[k].quad.mean(axis=0) for k in hits}
    away = {k: float(np.hypot(m[0] - point.x(), m[1] - point.y())) for k, m in middles.items()}
    return min(away, key=away.__getitem__) if away else None


def _polygon(viewport: Viewport, quad: NDArray[np.float32]) -> QPolygonF:
    return QPolygonF([viewport.to_widget(QPointF(float(x), float(y))) for x, y in quad])


def _contains(polygon: QPolygonF, at: QPointF) -> bool:
    return polygon.containsPoint(at, Qt.FillRule.OddEvenFill)


def _within(points: NDArray[np.float32], at: QPointF) -> bool:
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return bool(left <= at.x() <= right and top <= at.y() <= bottom)
