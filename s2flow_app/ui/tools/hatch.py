"""Hatching over what is protected in the photo."""

import numpy as np
import qimage2ndarray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QTransform

from s2flow_app.document.document import Document
from s2flow_app.document.label_ops import Rect, slices
from s2flow_app.labels import LABEL_SIZE

PERIOD_PX = 10
_LINE, _SHADE = 0xD0D09A00, 0x30302400
"""Premultiplied ARGB of the stripes and of what lies between them."""


class ProtectionHatch:
    """A picture ``[512, 512]`` of stripes, kept up to date with the document's layers."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.visible = True
        y, x = np.mgrid[0:LABEL_SIZE, 0:LABEL_SIZE]
        self._stripes = np.where((x + y) % PERIOD_PX < 3, _LINE, _SHADE).astype(np.uint32)
        self._image = QImage(LABEL_SIZE, LABEL_SIZE, QImage.Format.Format_ARGB32_Premultiplied)
        self._image.fill(0)

    def take(self, rect: Rect) -> None:
        """The layers of a rect have changed."""
        index = slices(rect)
        part = np.where(self._document.labels.protected[index], self._stripes[index], np.uint32(0))
        qimage2ndarray.raw_view(self._image)[index] = part

    def draw(self, painter: QPainter, crop_to_widget: QTransform) -> None:
        if not self.visible or not self._document.labels.protected.any():
            return
        painter.save()
        painter.setTransform(crop_to_widget)
        painter.drawImage(QRectF(0, 0, LABEL_SIZE, LABEL_SIZE), self._image)
        painter.restore()
