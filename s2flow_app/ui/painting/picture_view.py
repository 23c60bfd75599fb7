"""The canvas's half that shows: which picture, how large, how turned, with what over it.

A plain widget that repaints rectangles: on a CPU faster than a graphics view or OpenGL.
"""

from typing import Final

from PySide6.QtCore import QRect, QRectF, QSizeF, Qt, QTimer, Slot
from PySide6.QtGui import (
    QHideEvent,
    QImage,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTransform,
)
from PySide6.QtWidgets import QWidget

from s2flow_app.document.changes import Aspect, DocumentChange
from s2flow_app.document.document import Document
from s2flow_app.document.label_ops import Rect
from s2flow_app.labels import LABEL_SIZE
from s2flow_app.ui.painting.label_overlay import STYLES
from s2flow_app.ui.painting.navigation import Navigation
from s2flow_app.ui.painting.pictures import BACKDROP, COMPARISONS, draw_text
from s2flow_app.ui.painting.place import Place
from s2flow_app.ui.painting.surface import Surface

REST_MS: Final = 120
"""How long nothing must have moved before the picture is made smooth."""
REFINE_S: Final = 0.002
"""How long that may hold up what else happens, at a time."""
STROKE_PAUSE_MS: Final = 4
"""While the pen is down, how long that then waits for it."""


class PictureView(Navigation):
    """Shows the document; what is done with the pointer comes from a subclass."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(document, parent)
        self._surface = Surface()
        self._labels_are_aside = False
        self._empty_hint = self.tr("Open a photo, or drop one here")
        self._composed_look: tuple = ()
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._refiner = QTimer(self, singleShot=True, interval=0)
        self._rest.timeout.connect(self._refine)
        self._refiner.timeout.connect(self._refine)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._pictures.pyramid.level_ready.connect(self._take_level)
        document.changed.connect(self._take_change)
        document.layer_view.changed.connect(self._take_layer_view)
        self._pictures.take_photo()
        self._pictures.take_face()
        self._pictures.take_result()
        self._take_layer_view(None)

    # --- what the window sets and asks --------------------------------------------------------

    def set_label_opacity(self, opacity: float) -> None:
        """0..1 of the whole label map."""
        self._pictures.labels.opacity = min(max(opacity, 0.0), 1.0)
        self._take_layer_view(None)

    def set_labels_visible(self, visible: bool) -> None:
        self._pictures.labels.is_visible = visible
        self.update()

    def set_label_style(self, style: str) -> None:
        """How the label map is laid over the picture: one of `label_overlay.STYLES`."""
        if style not in STYLES:
            raise ValueError(f"no such style: {style}")
        self._pictures.labels.style = style
        self._take_layer_view(None)

    def set_onion_skin(self, visible: bool) -> None:
        """Show the borders of the map that the face started with."""
        self._pictures.labels.onion_skin = visible
        self.update()

    def set_compare(self, comparing: bool) -> None:
        """Show the unedited picture, while True; nothing is painted meanwhile."""
        self._pictures.comparing = comparing
        self.update()

    def set_comparison(self, comparison: str) -> None:
        """Show before and after together: one of `pictures.COMPARISONS`."""
        if comparison not in COMPARISONS:
            raise ValueError(f"no such comparison: {comparison}")
        self._pictures.comparison = comparison
        self._viewport.set_sizes(self._picture_size(), self._area)
        self._viewport_changed()

    def set_empty_hint(self, hint: str) -> None:
        """What is said where no photo is open."""
        self._empty_hint = hint
        self.update()

    def set_split(self, splitting: bool) -> None:
        """Show the unedited picture left of a line that can be dragged."""
        if splitting or self._pictures.splitting:
            self.set_comparison("split" if splitting else "none")

    # --- for the subclass ---------------------------------------------------------------------

    def paint_over(self, painter: QPainter) -> None:
        """Draw what lies over the pictures, in widget pixels."""

    def picture_replaced(self) -> None:
        """Another photo or face: what was under way on the last one is off."""

    def set_labels_aside(self, aside: bool) -> None:
        """Hide labels, while they would be in the way of something else."""
        self._labels_are_aside = aside
        self.update()

    # --- the document changes -----------------------------------------------------------------

    @Slot(object)
    def _take_change(self, change: DocumentChange) -> None:
        """In this order: the photo, then its faces, then what is shown of the one edited."""
        for aspect, take in (
            (Aspect.PHOTO, self._take_photo), (Aspect.INCOMING, self._take_incoming),
            (Aspect.START, self._take_start), (Aspect.FACES, self._take_others),
            (Aspect.FACE, self._take_face), (Aspect.PICTURE, self._take_result),
        ):  # fmt: skip
            if change.has(aspect):
                take()
        if change.has(Aspect.LAYERS):
            self._take_labels(change.rect)

    @Slot()
    def _take_photo(self) -> None:
        was_shown = self._pictures.pyramid.photo
        self._pictures.take_photo()
        if self._pictures.pyramid.photo is was_shown and self._view == "photo":
            self.picture_replaced()  # it was shown already while it was being opened
            self._surface.invalidate()
            self.update()
        else:
            self._viewport.angle_deg = 0.0
            self._show_other("photo")

    @Slot()
    def _take_incoming(self) -> None:
        self._take_photo()
        if (
            self._document.faces.incoming is None and self._document.has_face
        ):  # it could not be opened
            self._take_face()

    @Slot()
    def _take_face(self) -> None:
        self._pictures.take_face()
        if not self._pictures.has_face:
            self._pictures.take_result()
        self._show_other("face")

    @Slot()
    def _take_start(self) -> None:
        """Another alignment or tuning of the same face; what is shown stays in its place."""
        self._pictures.take_face()
        self._surface.invalidate()
        self.update()

    @Slot()
    def _take_others(self) -> None:
        if self._pictures.take_others():
            self._surface.invalidate()
        self.update()

    @Slot()
    def _take_result(self) -> None:
        had_face, reached = self._pictures.has_face, self._pictures.reach
        self._pictures.take_result()
        reached |= self._pictures.reach
        if not had_face or not self._document.labels.in_stroke:
            self._surface.invalidate(self._to_device(reached))
        else:
            self._surface.outdate(self._to_device(reached))
            self._start(self._refiner)
        self.update(self._crop_to_widget.mapRect(reached).toAlignedRect().adjusted(-2, -2, 2, 2))

    @Slot(object)
    def _take_labels(self, rect: Rect | None) -> None:
        rect = rect or (0, 0, LABEL_SIZE, LABEL_SIZE)
        self._pictures.take_labels(rect)
        # The onion skin shows up to a label pixel beside what changed.
        around = QRectF(*rect).adjusted(-2, -2, 2, 2)
        self._surface.invalidate(self._to_device(around))
        box = self._crop_to_widget.mapRect(around)
        self.update(box.toAlignedRect().adjusted(-4, -4, 4, 4))

    @Slot(object)
    def _take_layer_view(self, _class_id: object) -> None:
        self._pictures.labels.take_opacities()
        self._surface.invalidate()
        self.update()

    @Slot()
    def _take_level(self) -> None:
        self._surface.outdate()
        self._start(self._refiner)

    def _show_other(self, view: str) -> None:
        self._view = view
        self._surface.invalidate()
        self.picture_replaced()
        self._refit()

    # --- painting -----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        hint = self._hint()
        if hint:
            painter.fillRect(event.rect(), BACKDROP)
            draw_text(painter, QRectF(self.rect()).adjusted(24, 24, -24, -24), hint)
            return
        self._bring_up_to_date()
        if self._surface.image is not None:
            ratio = self.devicePixelRatioF()
            painter.scale(1 / ratio, 1 / ratio)
            painter.drawImage(0, 0, self._surface.image)
            painter.resetTransform()
        pane = self._before_pane
        if pane is not None:
            painter.setClipRect(pane)
            painter.translate(self._to_before)
            self.paint_over(painter)
            painter.resetTransform()
            painter.setClipRect(self._area)
        self.paint_over(painter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._viewport.set_sizes(self._picture_size(), self._area)
        self._viewport_changed()

    def hideEvent(self, event: QHideEvent) -> None:
        self._rest.stop()
        self._refiner.stop()
        super().hideEvent(event)

    def _hint(self) -> str:
        """What to say where there is nothing to show."""
        if self._pictures.pyramid.photo is None:
            return self._empty_hint
        if self._view == "face" and not self._pictures.has_face:
            return self.tr("No face is ready yet")
        return ""

    def _bring_up_to_date(self) -> None:
        ratio = self.devicePixelRatioF()
        self._viewport.grid_px = 1 / ratio
        # Rounded up: no row of a screen whose pixels are no whole part of the widget's is left.
        self._surface.resize((QSizeF(self.size()) * ratio + QSizeF(0.49, 0.49)).toSize())
        look = self._look()
        if look != self._composed_look:
            self._composed_look = look
            self._surface.invalidate()
        place = self._place()
        self._surface.show(place.picture)
        moving = self._rest.isActive() or self._pictures.draws_better_later(place)
        self._surface.compose(self._compose, moving=moving, hurried=self._document.labels.in_stroke)
        if self._surface.is_coarse and not (self._refiner.isActive() or self._rest.isActive()):
            self._start(self._rest)

    def _look(self) -> tuple:
        """All that decides how the surface looks and is no picture: another one, all is new."""
        pictures, labels = self._pictures, self._pictures.labels
        return (
            self._view, self._labels_are_aside, pictures.comparing, pictures.comparison,
            pictures.split_at, labels.is_visible, labels.style, labels.onion_skin,
        )  # fmt: skip

    def _place(self) -> Place:
        ratio = self.devicePixelRatioF()
        enlarged = QTransform.fromScale(ratio, ratio)
        pane = self._before_pane
        return Place(
            picture=self._viewport.transform * enlarged,
            crop=self._crop_to_widget * enlarged,
            on_photo=self._view == "photo",
            pixel_ratio=ratio,
            before=None if pane is None else enlarged.mapRect(pane),
            before_shift_px=self._to_before.x() * ratio,
        )

    def _compose(self, image: QImage, pixels, rect: QRect, quick: bool) -> None:
        labels = not self._labels_are_aside
        self._pictures.compose(image, pixels, rect, self._place(), quick=quick, labels=labels)

    @Slot()
    def _refine(self) -> None:
        if self._hint():
            return
        ratio = self.devicePixelRatioF()
        for rect in self._surface.refine(self._compose, REFINE_S):  # type: ignore[attr-defined]
            back = QTransform.fromScale(1 / ratio, 1 / ratio)
            super().update(back.mapRect(QRectF(rect)).toAlignedRect())
        if self._surface.is_coarse:
            self._start(self._refiner)

    def _start(self, timer: QTimer) -> None:
        if not self.isVisible() or (timer is self._refiner and self._rest.isActive()):
            return
        self._refiner.setInterval(STROKE_PAUSE_MS if self._document.labels.in_stroke else 0)
        timer.start()

    def _viewport_changed(self) -> None:
        self._refiner.stop()
        self._start(self._rest)
        super()._viewport_changed()
