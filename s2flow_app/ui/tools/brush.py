"""Round brushes: paint a class, erase what shows, protect the photo."""

from collections.abc import Iterator
from functools import lru_cache
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QRadialGradient, QTransform

from s2flow_app.document.label_ops import Mask, brush_mask
from s2flow_app.model.operations import Stroke
from s2flow_app.ui.tools.stage import Stage
from s2flow_app.ui.tools.tool import Pointer, Tool

MIN_PRESSURE = 0.1
_ALPHA = 90


@lru_cache(maxsize=8)
def soft_disc(colour: int, radius_px: int, reach_px: int) -> QImage:
    """A disc that fades out from ``radius_px`` to ``reach_px``; drawn anew it would cost 1 ms."""
    side = 2 * reach_px + 1
    disc = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    disc.fill(Qt.GlobalColor.transparent)
    middle = QPointF(disc.rect().center())
    gradient = QRadialGradient(middle, reach_px)
    shade = QColor(colour)
    for place, alpha in ((0.0, _ALPHA), (radius_px / max(reach_px, 1), _ALPHA), (1.0, 0)):
        shade.setAlpha(alpha)
        gradient.setColorAt(place, shade)
    painter = QPainter(disc)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(gradient)
    painter.drawEllipse(middle, reach_px, reach_px)
    painter.end()
    return disc


class RoundBrush(Tool):
    """Marks what it passes over, on both sides of the face if that is wanted."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._last: QPointF | None = None
        self._hover: QPointF | None = None

    @property
    def outline_radius_px(self) -> float | None:
        return self.stage.now.size_px / 2

    def press(self, pointer: Pointer) -> None:
        if not self.document.labels.begin_stroke():
            return
        self.begin(pointer)
        start = self._last if pointer.shift and self._last is not None else pointer.at
        self._line(start, pointer)

    def move(self, pointer: Pointer) -> None:
        self._hover = pointer.at
        if self.document.labels.in_stroke and self._last is not None:
            self._line(self._last, pointer)

    def release(self, pointer: Pointer) -> None:
        if self.document.labels.in_stroke:
            self.document.labels.end_stroke(self.operation())

    def leave(self) -> None:
        self._hover = None

    def forget(self) -> None:
        self._last = None

    def begin(self, pointer: Pointer) -> None:
        """A stroke starts."""

    def dab(self, mask: Mask, x: int, y: int, *, mirrored: bool) -> None:
        """Mark what one movement passed over."""
        raise NotImplementedError

    def operation(self) -> Stroke:
        """What the stroke is."""
        raise NotImplementedError

    def _line(self, start: QPointF, pointer: Pointer) -> None:
        radius = self.stage.now.size_px / 2
        if self.stage.now.pressure:
            radius *= max(MIN_PRESSURE, pointer.pressure)
        ends = np.array([[start.x(), start.y()], [pointer.at.x(), pointer.at.y()]])
        both = [ends, self.stage.axis.mirrored(ends)] if self.stage.now.symmetric else [ends]
        for side, ((x0, y0), (x1, y1)) in enumerate(both):
            self.dab(*brush_mask(x0, y0, x1, y1, radius), mirrored=side == 1)
        self._last = pointer.at

    def _spots(self) -> Iterator[QPointF]:
        """Where the brush is, and its mirror image."""
        if self._hover is None:
            return
        yield self._hover
        if self.stage.now.symmetric:
            x, y = self.stage.axis.mirrored(np.array([self._hover.x(), self._hover.y()]))
            yield QPointF(x, y)

    def overlay_box(self) -> QRectF | None:
        reach = self.stage.now.size_px / 2 + self.stage.now.feather_px
        box = QRectF()
        for spot in self._spots():
            corner = QPointF(reach, reach)
            box = box.united(QRectF(spot - corner, spot + corner))
        return None if box.isNull() else box

    def colour(self, at: QPointF) -> QColor:
        """Of the preview at a crop point."""
        raise NotImplementedError

    def draw(self, painter: QPainter, crop_to_widget: QTransform) -> None:
        """What a click would ask for, fading as the picture will."""
        ratio = painter.device().devicePixelRatioF()
        scale = ratio * float(np.hypot(crop_to_widget.m11(), crop_to_widget.m12()))
        radius = self.stage.now.size_px / 2 * scale
        reach = radius + self.soft_px() * scale
        for spot in self._spots():
            disc = soft_disc(self.colour(spot).rgb(), round(radius), round(reach))
            disc.setDevicePixelRatio(ratio)
            half = disc.width() / 2
            corner = crop_to_widget.map(spot) * ratio - QPointF(half, half)
            # On whole device pixels: between them it would be resampled, which takes five times
            # as long.
            painter.drawImage(QPointF(corner.toPoint()) / ratio, disc)

    def soft_px(self) -> float:
        """How far beyond the brush the picture changes."""
        return float(self.stage.now.feather_px)


class Brush(RoundBrush):
    """Paints the active class."""

    options: ClassVar = ("size_px", "feather_px", "pressure", "symmetric", "auto_side")
    paints: ClassVar = True

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._class = stage.active_class

    def begin(self, pointer: Pointer) -> None:
        # A class chosen while the pen is down is for the next stroke.
        self._class = self.stage.class_at(pointer.at.x(), pointer.at.y())

    def dab(self, mask: Mask, x: int, y: int, *, mirrored: bool) -> None:
        class_id = self.stage.twin(self._class) if mirrored else self._class
        self.document.labels.paint(class_id, mask, x, y)

    def operation(self) -> Stroke:
        return Stroke("brush", self._class)

    def colour(self, at: QPointF) -> QColor:
        return self.stage.colour_at(at)


class Eraser(RoundBrush):
    """Takes away what shows, or brings the parsed map back."""

    options: ClassVar = ("size_px", "erase_to", "feather_px", "pressure", "symmetric")
    respects_lock: ClassVar = True

    def dab(self, mask: Mask, x: int, y: int, *, mirrored: bool) -> None:
        if self.stage.now.erase_to == "parsed":
            self.document.labels.restore(mask, x, y)
        else:
            self.document.labels.erase(None, mask, x, y)

    def operation(self) -> Stroke:
        return Stroke("restore" if self.stage.now.erase_to == "parsed" else "eraser")

    def colour(self, at: QPointF) -> QColor:
        return QColor(255, 255, 255)


class Protect(RoundBrush):
    """Keeps the photo as it is where it was painted; a pen's other end frees it."""

    options: ClassVar = ("size_px", "protects", "pressure", "symmetric")
    takes_eraser_tip: ClassVar = True

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._protects = True

    def begin(self, pointer: Pointer) -> None:
        self._protects = self.stage.now.protects and not pointer.erases

    def dab(self, mask: Mask, x: int, y: int, *, mirrored: bool) -> None:
        self.document.labels.protect(mask, x, y, on=self._protects)

    def operation(self) -> Stroke:
        return Stroke("protect" if self._protects else "free")

    def colour(self, at: QPointF) -> QColor:
        return QColor(255, 196, 0) if self.stage.now.protects else QColor(255, 255, 255)

    def soft_px(self) -> float:
        return 1.0
