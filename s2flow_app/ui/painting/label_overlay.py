"""The label map over the picture: as a tint, as contours or as a flat map; and the onion skin."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter

from s2flow_app.document.document import Document
from s2flow_app.document.label_ops import Rect
from s2flow_app.labels import BACKGROUND, LABEL_SIZE, NUM_CLASSES, PALETTE, LabelMap
from s2flow_app.ui.image_qt import LabelImage
from s2flow_app.ui.painting.outlines import blend, outline
from s2flow_app.ui.painting.place import SQUARE, Place

STYLES: Final = ("tint", "contour", "flat")
CONTOUR_PX: Final = 1.5
"""Width of a contour on either side of a border, in widget pixels."""
_DASH_PX: Final = 5
_WHOLE: Final = (0, 0, LABEL_SIZE, LABEL_SIZE)


class LabelOverlay:
    """A copy of the shown map in colours, and how it is drawn."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._image = LabelImage(LABEL_SIZE)
        self._opacities = np.zeros(NUM_CLASSES, np.float32)
        self.style: str = STYLES[0]
        self.opacity = 0.55
        """0..1, of the whole map; a flat map is opaque."""
        self.is_visible = True
        self.onion_skin = False
        """Show the borders of the map that the face started with, where it is another one now."""

    def take_labels(self, rect: Rect) -> None:
        self._image.write(self._document.shown_map, *rect)

    def take_opacities(self) -> None:
        """What the layer view and the opacity of all say. Background is never laid over."""
        view, flat = self._document.layer_view, self.style == "flat"
        self._opacities[:] = [
            flat or self.opacity * view.opacity(k) * (view.is_visible(k) and k != BACKGROUND)
            for k in range(NUM_CLASSES)
        ]
        self._image.set_opacities(self._opacities.tolist())
        self.take_labels(_WHOLE)

    def draw(self, painter: QPainter, part: QRectF) -> None:
        """The colours of a part of the map, in crop pixels, unless it is shown by contours."""
        if self.is_visible and self.style != "contour":
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawImage(part, self._image.image, part)

    def draw_lines(
        self, pixels: NDArray[np.uint32], rect: QRect, place: Place, *, right_of: float
    ) -> None:
        """Contours and onion skin straight into the pixels ``[H, W]``, which no painter is on.

        ``right_of``: as in `outlines.outline`.
        """
        rect = rect & place.crop.mapRect(SQUARE).toAlignedRect()
        if rect.isEmpty():
            return
        if self.is_visible and self.style == "contour":
            width_px = round(CONTOUR_PX * place.pixel_ratio)
            lines = outline(
                self._document.shown_map, place.crop, rect, width_px=width_px, right_of=right_of
            )
            alpha = np.minimum(1, 1.6 * self._opacities)[lines.class_ids]
            blend(pixels, lines, PALETTE[lines.class_ids], alpha)
        original = self._document.original
        if self.onion_skin and original is not None:
            self._draw_onion_skin(pixels, rect, place, original.label_map, right_of)

    def _draw_onion_skin(
        self,
        pixels: NDArray[np.uint32],
        rect: QRect,
        place: Place,
        start: LabelMap,
        right_of: float,
    ) -> None:
        """Borders in dashes of black and white, where the map is another one now."""
        changed = (self._document.label_map != start).astype(np.uint8)
        near = cv2.dilate(changed, np.ones((3, 3), np.uint8)) != 0
        width_px = round(0.5 * place.pixel_ratio)
        lines = outline(start, place.crop, rect, width_px=width_px, right_of=right_of, within=near)
        dash = max(round(_DASH_PX * place.pixel_ratio), 1)
        # Dashes are fixed to the crop, so that panning may move what is painted.
        across = lines.x + lines.y - round(place.crop.dx()) - round(place.crop.dy())
        light = (across // dash % 2 == 0)[:, None]
        colours = np.where(light, np.uint8(255), np.uint8(0)).repeat(3, axis=1)
        blend(pixels, lines, colours, np.full(len(lines.x), 0.85, np.float32))
