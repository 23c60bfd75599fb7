"""What the pointer does to the label map, in crop coordinates: brush, eraser, lasso, fill, pick."""

import numpy as np
from PySide6.QtCore import QPointF

from s2flow_app.document.document import Document
from s2flow_app.document.label_ops import brush_mask, polygon_mask
from s2flow_app.labels import CLASSES, LABEL_SIZE

TOOLS = {
    "brush": "Brush",
    "eraser": "Eraser",
    "lasso": "Lasso",
    "fill": "Fill",
    "pick": "Pick class",
    "pan": "Pan",
}
"""Tool: its title."""


class StrokePainter:
    """Turns pointer movements into strokes of the document: one gesture, one undo step."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.tool = "brush"
        self.active_class = 13
        self.brush_size_px = 24.0
        self.lasso: list[QPointF] = []
        self._last: QPointF | None = None
        self._painted_class = self.active_class
        document.face_changed.connect(self._forget)

    @property
    def is_down(self) -> bool:
        return self._document.in_stroke

    def refusal(self) -> str:
        """Why the active tool can do nothing now, as a sentence; empty if it can."""
        title = CLASSES[self.active_class].title
        view = self._document.layer_view
        if not self._document.has_face:
            return "Open a photo first: there is no face to paint on."
        if self.tool in ("brush", "fill", "lasso"):
            if view.is_locked(self.active_class):
                return f"{title} is locked; unlock it in the layer list."
            if not view.is_visible(self.active_class):
                return f"{title} is hidden; show it in the layer list."
        return ""

    def press(self, point: QPointF, *, pressure: float = 1.0, straight: bool = False) -> None:
        """The pen goes down at a crop point; ``straight``: a line from where it last was."""
        # A class chosen while the pen is down is for the next stroke.
        self._painted_class = self.active_class
        if self.tool == "fill":
            x, y = int(point.x()), int(point.y())
            if 0 <= x < LABEL_SIZE and 0 <= y < LABEL_SIZE:
                self._document.fill(self.active_class, x, y, f"Fill {self._title}")
            return
        if not self._document.begin_stroke():
            return
        if self.tool == "lasso":
            self.lasso = [point]
            return
        start = self._last if straight and self._last is not None else point
        self._line(start, point, pressure)

    def move(self, point: QPointF, *, pressure: float = 1.0) -> None:
        """The pen moves while it is down."""
        if not self.is_down:
            return
        if self.tool == "lasso":
            self.lasso.append(point)
        elif self._last is not None:
            self._line(self._last, point, pressure)

    def release(self) -> bool:
        """The pen goes up: the stroke is an undo step; False if it changed nothing."""
        if not self.is_down:
            return False
        if self.tool == "lasso":
            self._close_lasso()
        verb = {"eraser": "Erase", "lasso": "Outline"}.get(self.tool, "Paint")
        return self._document.end_stroke(verb if self.tool == "eraser" else f"{verb} {self._title}")

    def cancel(self) -> None:
        """Take the open stroke back."""
        self.lasso = []
        self._document.cancel_stroke()

    @property
    def _title(self) -> str:
        return CLASSES[self._painted_class].title.lower()

    def _forget(self) -> None:
        """Another face: no line goes on from the last one's."""
        self._last = None

    def _line(self, start: QPointF, end: QPointF, pressure: float) -> None:
        radius = self.brush_size_px / 2 * max(0.1, pressure)
        mask, x, y = brush_mask(start.x(), start.y(), end.x(), end.y(), radius)
        if self.tool == "eraser":
            self._document.erase(None, mask, x, y)
        else:
            self._document.paint(self._painted_class, mask, x, y)
        self._last = end

    def _close_lasso(self) -> None:
        if len(self.lasso) > 2:
            points = np.array([(p.x(), p.y()) for p in self.lasso], np.float32)
            mask, x, y = polygon_mask(points)
            self._document.paint(self._painted_class, mask, x, y)
        self.lasso = []
