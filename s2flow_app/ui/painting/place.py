"""Where things lie on the surface: the picture, the face's crop, the halves of side by side."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter, QTransform

from s2flow_app.labels import LABEL_SIZE

SQUARE = QRectF(0, 0, LABEL_SIZE, LABEL_SIZE)
PIXELS_SHOW_AT = 8
"""Widget pixels per picture pixel from which they are drawn as squares."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """What the surface is to show, in device pixels."""

    picture: QTransform
    """From picture pixels (the photo's, or the crop's in the face view)."""
    crop: QTransform
    """From crop pixels."""
    on_photo: bool
    pixel_ratio: float
    """Device pixels per widget pixel."""
    before: QRect | None = None
    """In side by side, the half that shows the unedited picture."""
    before_shift_px: float = 0.0
    """What takes a point in the other half there."""

    @property
    def moved_before(self) -> "Place":
        """The same in the half that shows the unedited picture."""
        by = QTransform.fromTranslate(self.before_shift_px, 0)
        return replace(self, picture=self.picture * by, crop=self.crop * by)

    def crop_covers(self, rect: QRect) -> bool:
        """Whether nothing shows beside the crop in a rect."""
        back = self.crop.inverted()[0]
        box = QRectF(rect)
        corners = (box.topLeft(), box.topRight(), box.bottomLeft(), box.bottomRight())
        inside = SQUARE.adjusted(1, 1, -1, -1)
        return all(inside.contains(back.map(corner)) for corner in corners)

    def set_smooth(self, painter: QPainter, transform: QTransform, *, quick: bool) -> None:
        """Smooth between picture pixels, unless they are to be seen or time is short."""
        squares = scale_of(transform) / self.pixel_ratio >= PIXELS_SHOW_AT
        hint = QPainter.RenderHint.SmoothPixmapTransform
        painter.setRenderHint(hint, not (quick or squares))


def scale_of(transform: QTransform) -> float:
    """How much a transform without shear enlarges."""
    return float(np.hypot(transform.m11(), transform.m12()))


def crop_transform(quad: NDArray[np.float32]) -> QTransform:
    """From crop pixels to photo pixels, for the crop's corners ``[4, 2]`` tl, bl, br, tr."""
    across, down = (quad[3] - quad[0]) / LABEL_SIZE, (quad[1] - quad[0]) / LABEL_SIZE
    return QTransform(*(float(v) for v in (*across, *down, *quad[0])))
