"""The document's pictures as the canvas shows them: photo, face, labels, before and after."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QTransform

from s2flow_app.document.document import Document
from s2flow_app.document.label_ops import Rect
from s2flow_app.labels import BACKGROUND, LABEL_SIZE, NUM_CLASSES
from s2flow_app.ui.image_qt import LabelImage, mips, to_qimage
from s2flow_app.ui.viewport import Viewport

SQUARE = QRectF(0, 0, LABEL_SIZE, LABEL_SIZE)
PIXELS_SHOW_AT = 8
"""Widget pixels per picture pixel from which they are drawn as squares."""


class Pictures:
    """Copies of what the document holds, ready to be drawn."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._photo: list[QImage] = []
        self._result: QImage | None = None
        self._original: QImage | None = None
        self._labels = LabelImage(LABEL_SIZE)
        self.label_opacity, self.labels_visible = 0.55, True
        self.comparing = self.splitting = False
        self.split_at = 0.5
        """Where the line between before (left) and after is, as a share of the crop."""

    @property
    def has_face(self) -> bool:
        return self._result is not None

    def take_photo(self) -> None:
        display = self._document.display
        self._photo = [] if display is None else mips(display)
        self._result = self._original = None

    def take_face(self) -> None:
        original = self._document.original
        self._original = None if original is None else to_qimage(original.crop)

    def take_result(self) -> None:
        crop = self._document.result_crop
        self._result = None if crop is None else to_qimage(crop)

    def take_labels(self, rect: Rect) -> None:
        self._labels.write(self._document.shown_map, *rect)

    def set_label_colours(self, colours: NDArray[np.uint8]) -> None:
        """``[19, 3]``."""
        self._labels.palette = colours
        self.take_opacities()

    def take_opacities(self) -> None:
        """What the layer view and the opacity of all say. Background is never coloured."""
        view = self._document.layer_view
        self._labels.set_opacities(
            [
                self.label_opacity * view.opacity(k) * (view.is_visible(k) and k != BACKGROUND)
                for k in range(NUM_CLASSES)
            ]
        )
        self.take_labels((0, 0, LABEL_SIZE, LABEL_SIZE))

    def draw_photo(self, painter: QPainter, viewport: Viewport) -> None:
        level = 0
        while level + 1 < len(self._photo) and viewport.zoom * 2 ** (level + 1) <= 1:
            level += 1
        size = self._photo[0].size()
        target = viewport.rect_to_widget(QRectF(0, 0, size.width(), size.height()))
        _set_smooth(painter, viewport.zoom)
        painter.drawImage(target, self._photo[level])

    def draw_face(
        self, painter: QPainter, crop_to_widget: QTransform, scale: float, *, labels: bool
    ) -> None:
        """The crop, with its labels if wanted; ``scale`` is widget pixels per crop pixel."""
        assert self._result is not None
        before = self._original if self._original is not None else self._result
        painter.save()
        painter.setTransform(crop_to_widget)
        _set_smooth(painter, scale)
        painter.drawImage(SQUARE, before if self.comparing else self._result)
        if labels and self.labels_visible and not self.comparing:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawImage(SQUARE, self._labels.image)
        if self.splitting and not self.comparing:
            at = self.split_at * LABEL_SIZE
            left = QRectF(0, 0, at, LABEL_SIZE)
            _set_smooth(painter, scale)
            painter.drawImage(left, before, left)
            pen = QPen(QColor(255, 255, 255), 2)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawLine(QPointF(at, 0), QPointF(at, LABEL_SIZE))
        painter.restore()


def crop_transform(quad: NDArray[np.float32]) -> QTransform:
    """From crop pixels to photo pixels, for the crop's corners ``[4, 2]`` tl, bl, br, tr."""
    across, down = (quad[3] - quad[0]) / LABEL_SIZE, (quad[1] - quad[0]) / LABEL_SIZE
    return QTransform(*(float(v) for v in (*across, *down, *quad[0])))


def draw_text(painter: QPainter, where: QRectF, text: str) -> None:
    """A friendly word in an empty canvas."""
    painter.setPen(QColor(200, 203, 210))
    painter.drawText(where, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)


def _set_smooth(painter: QPainter, scale: float) -> None:
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < PIXELS_SHOW_AT)
