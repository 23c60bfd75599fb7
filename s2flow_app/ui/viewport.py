"""Which part of a picture a widget shows: zoom, pan, and the way between their coordinates."""

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QTransform

MIN_ZOOM, MAX_ZOOM = 0.02, 32.0
STEP = 1.25
MARGIN_PX = 24


class Viewport:
    """Maps picture pixels to widget pixels: ``widget = picture * zoom + offset``."""

    def __init__(self) -> None:
        self.zoom = 1.0
        self.offset = QPointF()
        self._picture, self._widget = QSizeF(1, 1), QSizeF(1, 1)
        self.is_fitted = True
        """Follows the widget's size until the user zooms or pans."""

    def set_sizes(self, picture: QSizeF, widget: QSizeF) -> None:
        """Sizes of picture and widget."""
        self._picture, self._widget = picture, widget
        if self.is_fitted:
            self.fit()
        else:
            self._hold()

    def fit(self) -> None:
        """The whole picture, as large as it goes."""
        room = self._widget - QSizeF(2 * MARGIN_PX, 2 * MARGIN_PX)
        zoom = min(room.width() / self._picture.width(), room.height() / self._picture.height())
        self.zoom = min(max(zoom, MIN_ZOOM), MAX_ZOOM)
        size = self._picture * self.zoom
        self.offset = QPointF(
            (self._widget.width() - size.width()) / 2, (self._widget.height() - size.height()) / 2
        )
        self.is_fitted = True

    def zoom_about(self, zoom: float, at: QPointF | None = None) -> None:
        """Another zoom; what lies at the widget's point ``at`` (its middle) stays there."""
        at = at or QPointF(self._widget.width() / 2, self._widget.height() / 2)
        kept = self.to_picture(at)
        self.zoom = min(max(zoom, MIN_ZOOM), MAX_ZOOM)
        self.offset = at - kept * self.zoom
        self.is_fitted = False
        self._hold()

    def pan(self, by: QPointF) -> None:
        """Move the picture in the widget."""
        self.offset = self.offset + by
        self.is_fitted = False
        self._hold()

    def to_picture(self, point: QPointF) -> QPointF:
        return (point - self.offset) / self.zoom

    def to_widget(self, point: QPointF) -> QPointF:
        return point * self.zoom + self.offset

    def rect_to_widget(self, rect: QRectF) -> QRectF:
        return QRectF(self.to_widget(rect.topLeft()), rect.size() * self.zoom)

    @property
    def transform(self) -> QTransform:
        """From picture to widget."""
        return QTransform(self.zoom, 0, 0, self.zoom, self.offset.x(), self.offset.y())

    def _hold(self) -> None:
        """Keep some of the picture in sight."""
        size, seen = self._picture * self.zoom, 2.0 * MARGIN_PX
        x = min(max(self.offset.x(), seen - size.width()), self._widget.width() - seen)
        y = min(max(self.offset.y(), seen - size.height()), self._widget.height() - seen)
        self.offset = QPointF(x, y)
