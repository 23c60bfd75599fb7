"""Move, scale and rotate a part by the handles of a box."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPolygonF, QTransform

from s2flow_app.document.part import Points
from s2flow_app.ui.tools import marks
from s2flow_app.ui.tools.parts import PartTool, array_of, near
from s2flow_app.ui.tools.stage import Stage
from s2flow_app.ui.tools.tool import Pointer

SIDES = ((-1, -1), (0, -1), (1, -1), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0))
"""The eight handles of scaling: which way each looks from the box's centre."""
ROTATE = len(SIDES)
ARM_PX = 26
"""Widget pixels from the box to the handle of rotation."""
PAD_PX = 8
"""Widget pixels between a part and its box: the handles of small parts would cover them."""
SNAP_DEGREES = 15
SMALLEST = 0.05


class Transform(PartTool):
    """Inside: move. Handles: scale (Shift keeps the proportions, Ctrl the centre). Knob: rotate
    (Shift: in steps of 15 degrees)."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._handle: int | None = None
        self._linear, self._shift = np.eye(2), np.zeros(2)
        self._scale = 1.0

    def move(self, pointer: Pointer) -> None:
        self._scale = pointer.scale
        super().move(pointer)

    def handle_at(self, pointer: Pointer) -> int | None:
        self._scale = pointer.scale
        points = self.marks()
        return None if points is None else near(pointer, points[4:])

    def begin(self, handle: object | None) -> None:
        self._handle = handle if isinstance(handle, int) else None

    def drag(self, pointer: Pointer) -> None:
        assert self.start is not None and self.part is not None
        at, centre = array_of(pointer.at), self.part.centre
        moved = at - array_of(self.start.at)
        if self._handle is None:
            self._linear, self._shift = np.eye(2), moved
        elif self._handle == ROTATE:
            self._linear, self._shift = self._rotation(at, centre, pointer), np.zeros(2)
        else:
            self._linear, self._shift = self._scaling(moved, pointer)
        self.show_moved(self._linear, self._shift)

    def how(self) -> str:
        if self._handle is None:
            return "move"
        return "rotate" if self._handle == ROTATE else "scale"

    def _rotation(
        self, at: NDArray[np.float64], centre: NDArray[np.float64], pointer: Pointer
    ) -> NDArray[np.float64]:
        assert self.start is not None
        before, after = array_of(self.start.at) - centre, at - centre
        angle = np.arctan2(after[1], after[0]) - np.arctan2(before[1], before[0])
        if pointer.shift:
            angle = np.deg2rad(SNAP_DEGREES) * np.rint(angle / np.deg2rad(SNAP_DEGREES))
        cos, sin = np.cos(angle), np.sin(angle)
        return np.array([[cos, -sin], [sin, cos]])

    def _scaling(
        self, moved: NDArray[np.float64], pointer: Pointer
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        assert self.part is not None and self._handle is not None
        side = np.array(SIDES[self._handle], dtype=np.float64)
        size = np.array(self.part.box[2:], dtype=np.float64)
        # From the opposite side, or from the centre, which the handle is half as far from.
        way = size / 2 if pointer.control else size
        factors = np.maximum(1 + side * moved / np.maximum(way, 1), SMALLEST)
        if pointer.shift:
            factors[:] = factors[np.argmax(np.abs(factors - 1))]
        fixed = np.zeros(2) if pointer.control else -side * size / 2
        return np.diag(factors), fixed - factors * fixed

    def marks(self) -> Points | None:
        """``[13, 2]``: the box's corners, then the handles."""
        part = self.current()
        if part is None:
            return None
        half = np.array(part.box[2:]) / 2 + PAD_PX / self._scale
        centre, sides = part.centre, np.array(SIDES)
        knob = centre - (0, half[1] + ARM_PX / self._scale)
        points = np.vstack([centre + sides[::2] * half, centre + sides * half, knob])
        if self.start is not None:
            points = centre + (points - centre) @ self._linear.T + self._shift
        return points

    def _drop(self) -> None:
        super()._drop()
        self._linear, self._shift, self._handle = np.eye(2), np.zeros(2), None

    def draw(self, painter: QPainter, crop_to_widget: QTransform) -> None:
        points = self.marks()
        if points is None:
            return
        at = [crop_to_widget.map(QPointF(x, y)) for x, y in points]
        marks.draw_frame(painter, QPolygonF(at[:4]))
        marks.draw_frame(painter, QPolygonF([at[5], at[-1]]))
        for handle in at[4:-1]:
            marks.draw_handle(painter, handle)
        marks.draw_handle(painter, at[-1], round_=True)
