"""Which part of a picture a widget shows: zoom, turn, pan, and the way between coordinates."""

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QTransform

MIN_ZOOM, MAX_ZOOM = 0.02, 32.0
STEP = 1.25
TURN_DEG = 15.0
MARGIN_PX = 24


class Viewport:
    """Maps picture pixels to widget pixels: ``widget = turned(picture * zoom) + offset``."""

    def __init__(self) -> None:
        self.zoom = 1.0
        self.angle_deg = 0.0
        """Clockwise, in -180..180."""
        self.offset = QPointF()
        self.grid_px = 1.0
        """A device pixel in widget pixels: panning keeps to whole ones, so that what is painted
        already can be moved."""
        self._picture, self._area = QSizeF(1, 1), QRectF(0, 0, 1, 1)
        self._pan_rest = QPointF()
        self.is_fitted = True
        """Follows the widget's size until the user zooms or pans."""

    def set_sizes(self, picture: QSizeF, area: QRectF) -> None:
        """Size of the picture, and the part of the widget that it is shown in.

        What was in the middle stays there.
        """
        kept = self.to_picture(self._area.center())
        self._picture, self._area = picture, area
        if self.is_fitted:
            self.fit()
        else:
            self._place(kept, area.center())
            self._hold()

    def fit(self) -> None:
        """The whole picture, as large as it goes."""
        self.show(QRectF(QPointF(), self._picture))
        self.is_fitted = True

    def show(self, part: QRectF) -> None:
        """A part of the picture, as large as it goes."""
        box = QTransform().rotate(self.angle_deg).mapRect(part)
        room = self._area.size() - QSizeF(2 * MARGIN_PX, 2 * MARGIN_PX)
        zoom = min(room.width() / box.width(), room.height() / box.height())
        self.zoom = min(max(zoom, MIN_ZOOM), MAX_ZOOM)
        self._place(part.center(), self._area.center())
        self.is_fitted = False

    def zoom_about(self, zoom: float, at: QPointF | None = None) -> None:
        """Another zoom; what lies at the widget's point ``at`` (its middle) stays there."""
        at = at or self._area.center()
        kept = self.to_picture(at)
        self.zoom = min(max(zoom, MIN_ZOOM), MAX_ZOOM)
        self._place(kept, at)
        self.is_fitted = False
        self._hold()

    def turn_to(self, angle_deg: float, at: QPointF | None = None) -> None:
        """Another angle, clockwise; what lies at the widget's point ``at`` (its middle) stays."""
        at = at or self._area.center()
        kept = self.to_picture(at)
        self.angle_deg = (angle_deg + 180) % 360 - 180
        if self.is_fitted:
            self.fit()
        else:
            self._place(kept, at)
            self._hold()

    def pan(self, by: QPointF) -> None:
        """Move the picture in the widget, by whole device pixels; the rest is kept for later."""
        wanted = (by + self._pan_rest) / self.grid_px
        whole = QPointF(round(wanted.x()), round(wanted.y()))
        self._pan_rest = (wanted - whole) * self.grid_px
        self.offset = self.offset + whole * self.grid_px
        self.is_fitted = False
        self._hold()

    def to_picture(self, point: QPointF) -> QPointF:
        return self.transform.inverted()[0].map(point)

    def to_widget(self, point: QPointF) -> QPointF:
        return self.transform.map(point)

    @property
    def middle(self) -> QPointF:
        """Of the part of the widget that the picture is shown in."""
        return self._area.center()

    @property
    def transform(self) -> QTransform:
        """From picture to widget."""
        turned = QTransform().rotate(self.angle_deg).scale(self.zoom, self.zoom)
        return turned * QTransform.fromTranslate(self.offset.x(), self.offset.y())

    def _place(self, picture: QPointF, widget: QPointF) -> None:
        """Have a picture point lie at a widget point."""
        self._pan_rest = QPointF()
        self.offset += widget - self.to_widget(picture)

    def _hold(self) -> None:
        """Keep some of the picture in sight."""
        box, area = self.transform.mapRect(QRectF(QPointF(), self._picture)), self._area
        seen = 2.0 * MARGIN_PX
        x = min(max(box.left(), area.left() + seen - box.width()), area.right() - seen)
        y = min(max(box.top(), area.top() + seen - box.height()), area.bottom() - seen)
        self.offset += QPointF(x - box.left(), y - box.top())
