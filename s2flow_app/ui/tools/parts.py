"""What move/scale/rotate and warp share: a part is chosen, its handles are dragged."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt

from s2flow_app.document.label_ops import Mask, Rect
from s2flow_app.document.part import Part, Points, together
from s2flow_app.document.regions import connected
from s2flow_app.labels import BACKGROUND, LOWER_LIP, MOUTH, UPPER_LIP
from s2flow_app.model.ids import new_id
from s2flow_app.model.operations import MovePart
from s2flow_app.ui.tools.stage import Stage
from s2flow_app.ui.tools.tool import Pointer, Tool
from s2flow_app.ui.translate import translate

MOUTH_PARTS = (MOUTH, UPPER_LIP, LOWER_LIP)
REACH_PX = 9
"""Widget pixels around a handle."""
NUDGES = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class PartTool(Tool):
    """A click chooses the part under the pointer; it stays chosen until another one is."""

    options: ClassVar = ("symmetric", "whole_mouth", "feather_px")
    respects_lock: ClassVar = True

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._mask: Mask | None = None
        self._classes: tuple[int, ...] = ()
        self._seen_revision = -1
        self.part: Part | None = None
        self.twin: Part | None = None
        self.start: Pointer | None = None
        """Where a drag began; None: none is under way."""
        self._changed: Rect | None = None
        self._after: Mask | None = None
        self._nudge = ""
        """What an arrow key does as long as it is held."""

    # --- what the kinds of handles differ in ------------------------------------------------------

    def handle_at(self, pointer: Pointer) -> object | None:
        """The handle under the pointer."""
        raise NotImplementedError

    def begin(self, handle: object | None) -> None:
        """A drag of a handle starts; None: of the part itself."""
        raise NotImplementedError

    def drag(self, pointer: Pointer) -> None:
        """The drag goes on: call `show_moved` or `show_warped`."""
        raise NotImplementedError

    def how(self) -> str:
        """What the drag does, see `MovePart.how`."""
        raise NotImplementedError

    # --- the part ---------------------------------------------------------------------------------

    def current(self) -> Part | None:
        """The chosen part as it is now: an undo may have moved it."""
        if self._mask is None or self.start is not None:
            return self.part
        if self._seen_revision != self.document.edits.revision:
            self._seen_revision = self.document.edits.revision
            shown = self.document.labels.shown_map
            left = connected(np.isin(shown, self._classes), self._mask)
            self._mask = left if left.any() else None
            self.part = Part(shown, left) if left.any() else None
        return self.part

    def choose(self, pointer: Pointer) -> None:
        """The part under the pointer."""
        pixel = pointer.pixel
        if pixel is None:
            return
        shown = self.document.labels.shown_map
        class_id = int(shown[pixel[1], pixel[0]])
        is_mouth = class_id in MOUTH_PARTS and self.stage.now.whole_mouth
        self._classes = MOUTH_PARTS if is_mouth else (class_id,)
        seeds = np.zeros_like(shown, dtype=np.bool_)
        seeds[pixel[1], pixel[0]] = True
        self._mask = connected(np.isin(shown, self._classes), seeds)
        self.part, self._seen_revision = Part(shown, self._mask), self.document.edits.revision

    def _find_twin(self) -> Part | None:
        """The eye, brow or ear of the other side, if both are to be moved."""
        twins = tuple(self.stage.twin(k) for k in self._classes)
        if not self.stage.now.symmetric or twins == self._classes:
            return None
        shown = self.document.labels.shown_map
        mask = np.isin(shown, twins)
        return Part(shown, mask) if mask.any() else None

    @property
    def reflection(self) -> NDArray[np.float64]:
        """``[2, 2]`` how a shift looks on the other side of the face."""
        return self.stage.axis.mirror[:, :2]

    # --- gestures ---------------------------------------------------------------------------------

    def press(self, pointer: Pointer) -> None:
        part, handle = self.current(), None
        if part is not None:
            handle = self.handle_at(pointer)
        if handle is None and not self._is_on_part(pointer):
            self.choose(pointer)
        if self.part is not None and self._open():
            self.start = pointer
            self.begin(handle)

    def move(self, pointer: Pointer) -> None:
        if self.start is None:
            return
        if self.document.labels.in_stroke:
            self.drag(pointer)
        else:  # an undo or another face ended the stroke
            self._drop()

    def release(self, pointer: Pointer) -> None:
        if self.start is None:
            return
        if self.document.labels.in_stroke and self._end(self.how()):
            self._mask = self._after
        self._drop()

    def cancel(self) -> None:
        super().cancel()
        self._drop()

    def forget(self) -> None:
        self._mask = self.part = self.twin = None
        self._drop()

    def key(self, key: int, modifiers: Qt.KeyboardModifier, *, repeats: bool = False) -> bool:
        """Arrows nudge the part by a pixel, with Shift by ten; one that is held is one step."""
        step = NUDGES.get(Qt.Key(key))
        if step is None or self.start is not None or self.current() is None or not self._open():
            return False
        far = 10 if modifiers & Qt.KeyboardModifier.ShiftModifier else 1
        self.show_moved(np.eye(2), np.array(step, dtype=np.float64) * far)
        if not repeats:
            self._nudge = new_id()
        if self._end("move", gesture=self._nudge):
            self._mask = self._after
        self._drop()
        return True

    def show_moved(self, linear: NDArray[np.float64], shift: NDArray[np.float64]) -> None:
        """Have the part seen after p -> centre + linear (p - centre) + shift, its twin mirrored."""
        assert self.part is not None
        drawn = [(self.part, self.part.moved(_affine(self.part, linear, shift)))]
        if self.twin is not None:
            flip = self.reflection
            matrix = _affine(self.twin, flip @ linear @ flip, flip @ shift)
            drawn.append((self.twin, self.twin.moved(matrix)))
        self._place(drawn)

    def show_warped(self, before: Points, after: Points) -> None:
        """Have the part seen after the nine points of its lattice moved, its twin mirrored."""
        assert self.part is not None
        drawn = [(self.part, self.part.warped(before, after))]
        if self.twin is not None:
            own = self.twin.lattice()
            shifts = ((after - before) @ self.reflection.T).reshape(3, 3, 2)[:, ::-1].reshape(9, 2)
            drawn.append((self.twin, self.twin.warped(own, own + shifts)))
        self._place(drawn)

    def _place(self, drawn: list[tuple[Part, tuple[Rect, NDArray[np.uint8]] | None]]) -> None:
        rect, gone, new = together(drawn, within=self._changed)
        self._changed = rect
        self.document.labels.place(rect, gone, new)
        self._after = np.zeros_like(drawn[0][0].mask)
        if drawn[0][1] is not None:
            (x, y, w, h), classes = drawn[0][1]
            self._after[y : y + h, x : x + w] = np.isin(classes, self._classes)

    def _open(self) -> bool:
        if not self.document.labels.begin_stroke():
            return False
        self.twin, self._changed, self._after = self._find_twin(), None, self._mask
        return True

    def _end(self, how: str, *, gesture: object | None = None) -> bool:
        operation = MovePart(how, tuple(self._classes))
        return self.document.labels.end_stroke(operation, gesture=gesture)

    def _drop(self) -> None:
        self.start = self._changed = self.twin = None
        self._seen_revision = -1

    def _is_on_part(self, pointer: Pointer) -> bool:
        pixel = pointer.pixel
        return self._mask is not None and pixel is not None and bool(self._mask[pixel[::-1]])

    def refusal(self, pointer: Pointer) -> str:
        pixel = pointer.pixel
        if not self.document.has_face or pixel is None:
            return super().refusal(pointer)
        if self.current() is not None and self.handle_at(pointer) is not None:
            return ""
        if self.document.labels.shown_map[pixel[1], pixel[0]] == BACKGROUND:
            return translate("Tools", "Click a part of the face; the background cannot be moved.")
        return super().refusal(pointer)

    # --- marks ------------------------------------------------------------------------------------

    def marks(self) -> Points | None:
        """``[N, 2]`` all points that are drawn, in crop pixels; None: nothing is chosen."""
        raise NotImplementedError

    def overlay_box(self) -> QRectF | None:
        points = self.marks()
        if points is None:
            return None
        (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
        return QRectF(x0, y0, x1 - x0, y1 - y0)

    def cursor(self, pointer: Pointer) -> Qt.CursorShape:
        if self.start is not None:
            return Qt.CursorShape.ClosedHandCursor
        if self.current() is not None and self.handle_at(pointer) is not None:
            return Qt.CursorShape.PointingHandCursor
        on_part = self._is_on_part(pointer)
        return Qt.CursorShape.SizeAllCursor if on_part else Qt.CursorShape.CrossCursor


def near(pointer: Pointer, points: Points) -> int | None:
    """Index of the point within reach of the pointer."""
    away = np.hypot(*(points - (pointer.at.x(), pointer.at.y())).T) * pointer.scale
    return int(away.argmin()) if away.min() < REACH_PX else None


def array_of(point: QPointF) -> NDArray[np.float64]:
    return np.array([point.x(), point.y()])


def _affine(part: Part, linear: NDArray, shift: NDArray) -> NDArray[np.float64]:
    centre = part.centre
    return np.column_stack([linear, centre - linear @ centre + shift])
