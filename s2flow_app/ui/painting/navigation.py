"""Which part of which picture the canvas shows, and the way between widget, photo and crop."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QPolygonF, QSinglePointEvent, QTransform
from PySide6.QtWidgets import QWidget

from s2flow_app.document.document import Document
from s2flow_app.labels import LABEL_SIZE
from s2flow_app.ui.painting.pictures import Pictures
from s2flow_app.ui.painting.place import crop_transform, scale_of
from s2flow_app.ui.painting.pyramid import Pyramid
from s2flow_app.ui.painting.turning import TurnGesture
from s2flow_app.ui.viewport import STEP, TURN_DEG, Viewport


class Navigation(QWidget):
    """The photo or the aligned face, zoomed, turned, panned; alone or side by side."""

    zoom_changed = Signal(float)
    """`photo_zoom`"""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._viewport = Viewport()
        self._pictures = Pictures(document, Pyramid(self))
        self._view = "face"
        self._is_in_before_pane = False
        self._turning = TurnGesture(self, lambda: self._viewport.middle, self.turn_by)

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
    def zoom(self) -> float:
        """Widget pixels per picture pixel."""
        return self._viewport.zoom

    @property
    def photo_zoom(self) -> float:
        """Device pixels per pixel of the photo, in either view: 1.0 is 100 %."""
        return scale_of(self._photo_to_widget) * self.devicePixelRatioF()

    @property
    def angle_deg(self) -> float:
        """How far the view is turned clockwise."""
        return self._viewport.angle_deg

    def zoom_in(self) -> None:
        self._zoom_to(self.zoom * STEP)

    def zoom_out(self) -> None:
        self._zoom_to(self.zoom / STEP)

    def zoom_to_100(self) -> None:
        """A pixel of the photo is a pixel of the screen."""
        self._zoom_to(self.zoom / self.photo_zoom)

    def zoom_to_fit(self) -> None:
        self._viewport.fit()
        self._viewport_changed()

    def zoom_to_face(self) -> None:
        """The face's crop, as large as it goes; in the photo too."""
        quad = self._document.faces.quad
        if self._view == "face" or quad is None or not self._pictures.has_face:
            self.zoom_to_fit()
            return
        self._viewport.show(QPolygonF([QPointF(*map(float, at)) for at in quad]).boundingRect())
        self._viewport_changed()

    def zoom_to_photo(self, part: QRectF) -> None:
        """A part of the photo, as large as it goes, in the photo view."""
        self._viewport.show(part)
        self._viewport_changed()

    def turn_by(self, angle_deg: float) -> None:
        """Turn the view clockwise about its middle."""
        self._viewport.turn_to(self.angle_deg + angle_deg)
        self._viewport_changed()

    def turn_left(self) -> None:
        self.turn_by(-TURN_DEG)

    def turn_right(self) -> None:
        self.turn_by(TURN_DEG)

    def turn_upright(self) -> None:
        self.turn_by(-self.angle_deg)

    def to_widget(self, x: float, y: float) -> QPointF:
        """Where a crop pixel lies in the widget (in side by side: in the edited picture)."""
        return self._crop_to_widget.map(QPointF(x, y))

    def photo_to_widget(self, x: float, y: float) -> QPointF:
        """Where a pixel of the photo lies in the widget."""
        return self._photo_to_widget.map(QPointF(x, y))

    def seen_photo(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of what is seen of the photo, in its pixels; all of it while
        the face alone is shown."""
        photo = self._pictures.pyramid.photo
        whole = QRectF() if photo is None else QRectF(0, 0, photo.shape[1], photo.shape[0])
        if self._view == "photo":
            seen = self._viewport.transform.inverted()[0].mapRect(self._area) & whole
            whole = whole if seen.isEmpty() else seen
        return whole.left(), whole.top(), whole.right(), whole.bottom()

    # --- side by side -------------------------------------------------------------------------

    def work_point(self, event: QSinglePointEvent) -> QPointF:
        """Where a pointer event means; in side by side both halves mean the same."""
        is_free = event.isBeginEvent() or event.buttons() == Qt.MouseButton.NoButton
        return self.work_place(event.position(), is_free=is_free)

    def work_place(self, at: QPointF, *, is_free: bool = True) -> QPointF:
        """The same of a widget point; what is dragged stays in its half unless it ``is_free``."""
        pane = self._before_pane
        if pane is None:
            return at
        if is_free:
            self._is_in_before_pane = at.x() < pane.right()
        return at - self._to_before if self._is_in_before_pane else at

    def update(self, *where) -> None:
        """As Qt's; what changes in one half of side by side changes in the other."""
        super().update(*where)
        if where and self._before_pane is not None:
            super().update(where[0].translated(self._to_before.toPoint()).adjusted(-1, 0, 1, 0))

    # --- where things are ---------------------------------------------------------------------

    @property
    def _crop_to_widget(self) -> QTransform:
        """From crop pixels to widget pixels, in either view."""
        quad = self._document.faces.quad
        if self._view == "face" or quad is None:
            return self._viewport.transform
        return crop_transform(quad) * self._viewport.transform

    @property
    def _photo_to_widget(self) -> QTransform:
        """From photo pixels to widget pixels, in either view."""
        quad = self._document.faces.quad
        if self._view == "photo" or quad is None:
            return self._viewport.transform
        return crop_transform(quad).inverted()[0] * self._viewport.transform

    @property
    def _scale(self) -> float:
        """Widget pixels per crop pixel."""
        return scale_of(self._crop_to_widget)

    def _to_crop(self, at: QPointF) -> QPointF:
        return self._crop_to_widget.inverted()[0].map(at)

    def _to_device(self, crop: QRectF) -> QRect:
        """The device pixels that a rect of the crop may touch."""
        ratio = self.devicePixelRatioF()
        box = (self._crop_to_widget * QTransform.fromScale(ratio, ratio)).mapRect(crop)
        # A contour reaches over its border, smooth pixels into their neighbours.
        return box.toAlignedRect().adjusted(-4, -4, 4, 4)

    def _picture_size(self) -> QSizeF:
        photo = self._pictures.pyramid.photo
        if self._view == "face" or photo is None:
            return QSizeF(LABEL_SIZE, LABEL_SIZE)
        return QSizeF(photo.shape[1], photo.shape[0])

    @property
    def _before_pane(self) -> QRect | None:
        """The left half, where that shows the unedited picture."""
        if self._pictures.comparison != "side" or not self._pictures.has_face:
            return None
        return QRect(0, 0, self.width() // 2, self.height())

    @property
    def _area(self) -> QRectF:
        """Where the edited picture is shown."""
        pane, whole = self._before_pane, QRectF(self.rect())
        return whole if pane is None else whole.adjusted(pane.width(), 0, 0, 0)

    @property
    def _to_before(self) -> QPointF:
        """What takes a point of the edited picture to the same one in the left half."""
        return QPointF(-self._area.left(), 0)

    def _zoom_to(self, zoom: float) -> None:
        self._viewport.zoom_about(zoom)
        self._viewport_changed()

    def _refit(self) -> None:
        """Another picture is shown: all of it."""
        self._viewport.is_fitted = True
        self._viewport.set_sizes(self._picture_size(), self._area)
        self._viewport_changed()

    def _viewport_changed(self) -> None:
        self.zoom_changed.emit(self.photo_zoom)
        self.update()
