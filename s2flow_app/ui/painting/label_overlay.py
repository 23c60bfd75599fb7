"""The label map over the picture: as a tint, as contours or as a flat map; and the onion skin."""

from functools import partial
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter

from s2flow_app.document.document import Document
from s2flow_app.document.label_ops import Rect
from s2flow_app.labels import BACKGROUND, LABEL_SIZE, NUM_CLASSES, LabelMap
from s2flow_app.ui.image_qt import LabelImage
from s2flow_app.ui.painting.outlines import Outline, blend, outline
from s2flow_app.ui.painting.place import SQUARE, Place

STYLES: Final = ("contour", "tint", "flat")
"""The first is how a photo opens: as a photo."""
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
        self._image.write(self._document.labels.shown_map, *rect)

    def take_opacities(self) -> None:
        """What the layer view and the opacity of all say. Background is never laid over."""
        view, flat = self._document.layer_view, self.style == "flat"
        self._opacities[:] = [
            flat or self.opacity * view.opacity(k) * (view.is_visible(k) and k != BACKGROUND)
            for k in range(NUM_CLASSES)
        ]
        self._image.set_colours(view.colours, self._opacities)
        self.take_labels(_WHOLE)

    def draw(self, painter: QPainter, part: QRectF) -> None:
        """The colours of a part of the map, in crop pixels, unless it is shown by contours."""
        if self.is_visible and self.style != "contour":
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawImage(part, self._image.image, part)

    def draw_lines(
        self,
        pixels: NDArray[np.uint32],
        rect: QRect,
        place: Place,
        *,
        right_of: float,
        quick: bool,
    ) -> None:
        """Contours and onion skin straight into the pixels ``[H, W]``, which no painter is on.

        ``right_of``: as in `outlines.outline`.
        """
        rect = rect & place.crop.mapRect(SQUARE).toAlignedRect()
        step = max(int(place.pixel_ratio), 1) if quick else 1
        find = partial(outline, crop_to_device=place.crop, right_of=right_of, step=step)
        if self.is_visible and self.style == "contour" and not rect.isEmpty():
            lines = find(
                self._document.labels.shown_map,
                rect=rect,
                width_px=round(CONTOUR_PX * place.pixel_ratio),
            )
            alpha = np.minimum(1, 1.6 * self._opacities)[lines.class_ids]
            colours = self._document.layer_view.colours[lines.class_ids]
            blend(pixels, lines, colours, alpha)
        original = self._document.faces.original
        if self.onion_skin and original is not None:
            start = original.label_map
            near = _changed(self._document.labels.label_map, start)
            x, y, width, height = cv2.boundingRect(near)
            rect = rect & place.crop.mapRect(QRectF(x, y, width, height)).toAlignedRect()
            if not rect.isEmpty():
                width_px = round(0.5 * place.pixel_ratio)
                lines = find(start, rect=rect, width_px=width_px, within=near != 0)
                _draw_dashes(pixels, lines, place)


def _changed(label_map: LabelMap, start: LabelMap) -> NDArray[np.uint8]:
    """``[512, 512]``: 1 where the maps differ, and right beside that."""
    changed = (label_map != start).astype(np.uint8)
    return cv2.dilate(changed, np.ones((3, 3), np.uint8)).astype(np.uint8, copy=False)


def _draw_dashes(pixels: NDArray[np.uint32], lines: Outline, place: Place) -> None:
    """Black and white by turns, legible on everything."""
    dash = max(round(_DASH_PX * place.pixel_ratio), 1)
    # They are fixed to the crop, so that panning may move what is painted.
    along = lines.x + lines.y - round(place.crop.dx()) - round(place.crop.dy())
    light = (along // dash % 2 == 0)[:, None]
    colours = np.where(light, np.uint8(255), np.uint8(0)).repeat(3, axis=1)
    blend(pixels, lines, colours, np.full(len(lines.x), 0.85, np.float32))
