"""Warp a part by nine points: mouth corners up is a smile."""

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPolygonF, QTransform

from s2flow_app.document.part import Points
from s2flow_app.ui.tools import marks
from s2flow_app.ui.tools.parts import PartTool, array_of, near
from s2flow_app.ui.tools.stage import Stage
from s2flow_app.ui.tools.tool import Pointer

_OPPOSITE = np.arange(9).reshape(3, 3)[:, ::-1].ravel()
"""Of each point of the lattice the one at the mirrored place."""
_ALONG = {1: {4: 0.5}, 3: {0: 1.0, 6: 1.0}, 5: {2: 1.0, 8: 1.0}, 7: {4: 0.5}}
"""What goes along with a dragged point, and how far: a mouth's corner takes its side with it."""
_LINES = ((0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8))


class Warp(PartTool):
    """Drag a point; dragged beside the points, the part moves as a whole."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._held: int | None = None
        self._points: Points = np.zeros((9, 2))

    def handle_at(self, pointer: Pointer) -> int | None:
        part = self.current()
        return None if part is None else near(pointer, part.lattice())

    def begin(self, handle: object | None) -> None:
        assert self.part is not None
        self._held = handle if isinstance(handle, int) else None
        self._points = self.part.lattice()

    def drag(self, pointer: Pointer) -> None:
        assert self.start is not None and self.part is not None
        moved = array_of(pointer.at) - array_of(self.start.at)
        if self._held is None:
            self._points = self.part.lattice() + moved
            self.show_moved(np.eye(2), moved)
            return
        before = self.part.lattice()
        after = before.copy()
        both = self.stage.now.symmetric and self.twin is None
        for point, share in {self._held: 1.0, **_ALONG.get(self._held, {})}.items():
            after[point] += share * moved
            other = int(_OPPOSITE[point])
            if both and other != point:
                after[other] += share * (self.reflection @ moved)
        self._points = after
        self.show_warped(before, after)

    def how(self) -> str:
        return "move" if self._held is None else "warp"

    def marks(self) -> Points | None:
        part = self.current()
        if part is None:
            return None
        return part.lattice() if self.start is None else self._points

    def draw(self, painter: QPainter, crop_to_widget: QTransform) -> None:
        points = self.marks()
        if points is None:
            return
        at = [crop_to_widget.map(QPointF(x, y)) for x, y in points]
        for line in _LINES:
            marks.draw_frame(painter, QPolygonF([at[i] for i in line]), closed=False)
        for handle in at:
            marks.draw_handle(painter, handle, round_=True)
