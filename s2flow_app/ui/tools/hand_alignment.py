"""Setting the points of a face by hand: the points, the crop that they give, its frame."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter

from s2flow_app.ui.tools.crop_preview import CropPreview
from s2flow_app.ui.tools.marks import draw_box
from s2flow_app.ui.tools.points import PointHandles
from s2flow_app.ui.viewport import Viewport


class HandAlignment(PointHandles):
    """Points ``[5, 2]`` on a photo ``[H, W, 3]``, with a preview that follows them."""

    def __init__(self, points: NDArray[np.float32], display: NDArray[np.uint8]) -> None:
        super().__init__(points, (display.shape[1], display.shape[0]))
        self._preview = CropPreview(display, points)

    def follow(self) -> None:
        """The points are elsewhere."""
        self._preview.take(self.points)

    def keep_clear(self, viewport: Viewport, area: QRectF) -> None:
        """Have the crop in the corner that the points are not in."""
        x, y = (float(v) for v in self.points.mean(axis=0))
        self._preview.on_left = viewport.to_widget(QPointF(x, y)).x() > area.center().x() + 1

    def take_key(self, event: QKeyEvent, viewport: Viewport) -> bool:
        """See `PointHandles.key`; ten times as far with Shift."""
        far = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        return self.key(Qt.Key(event.key()), viewport, far=far)

    def draw_frame(self, painter: QPainter, viewport: Viewport) -> None:
        """Where the crop lies in the photo."""
        draw_box(painter, viewport, self._preview.quad, is_chosen=True)

    def draw_over(self, painter: QPainter, viewport: Viewport, area: QRectF) -> None:
        """The points, and the crop in its corner."""
        self.draw(painter, viewport)
        self._preview.draw(painter, area)
