"""What the canvas asks of a tool. Each tool is one small class; the canvas only dispatches."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QTransform

from s2flow_app.labels import LABEL_SIZE
from s2flow_app.ui.tools.stage import Stage
from s2flow_app.ui.translate import translate


@dataclass(frozen=True, slots=True)
class Pointer:
    """A mouse or a pen over the canvas."""

    at: QPointF
    """Crop pixels; may lie outside the crop."""
    pressure: float = 1.0
    """0..1; 1 of a mouse."""
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    scale: float = 1.0
    """Widget pixels per crop pixel."""
    erases: bool = False
    """True of a pen's other end."""

    @property
    def shift(self) -> bool:
        return bool(self.modifiers & Qt.KeyboardModifier.ShiftModifier)

    @property
    def control(self) -> bool:
        return bool(self.modifiers & Qt.KeyboardModifier.ControlModifier)

    @property
    def pixel(self) -> tuple[int, int] | None:
        """(x, y) of the label pixel; None outside the crop."""
        x, y = int(np.floor(self.at.x())), int(np.floor(self.at.y()))
        return (x, y) if 0 <= x < LABEL_SIZE and 0 <= y < LABEL_SIZE else None


class Tool:
    """Turns the pointer's movements into strokes of the document: one gesture, one undo step."""

    options: ClassVar[tuple[str, ...]] = ()
    """Names of the `OptionValues` that matter to it."""
    paints: ClassVar[bool] = False
    """Whether it paints the active class."""
    respects_lock: ClassVar[bool] = False
    """Whether it does nothing where a locked class shows."""
    pans: ClassVar[bool] = False
    """Whether the canvas pans instead of calling it."""
    takes_eraser_tip: ClassVar[bool] = False
    """False: a pen's other end is the eraser instead."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.document = stage.document

    @property
    def is_busy(self) -> bool:
        """True while a gesture is under way: Esc takes it back."""
        return self.document.labels.in_stroke

    @property
    def outline_radius_px(self) -> float | None:
        """Of the brush around the pointer, in crop pixels; None: no brush."""
        return None

    def refusal(self, pointer: Pointer) -> str:
        """Why a gesture that starts here would do nothing, as a sentence; empty if it would."""
        stage, pixel = self.stage, pointer.pixel
        if not self.document.has_face:
            return translate("Tools", "Open a photo first: there is no face to paint on.")
        if self.respects_lock and pixel is not None:
            class_id = int(self.document.labels.shown_map[pixel[1], pixel[0]])
            if self.document.layer_view.is_locked(class_id):
                return stage.locked(class_id)
        if self.paints:
            return stage.refusal_of_class(stage.class_at(pointer.at.x(), pointer.at.y()))
        return ""

    def press(self, pointer: Pointer) -> None:
        """The button or pen goes down."""

    def move(self, pointer: Pointer) -> None:
        """The pointer moves, whether the button is down or not."""

    def release(self, pointer: Pointer) -> None:
        """The button or pen goes up."""

    def leave(self) -> None:
        """The pointer leaves the canvas."""

    def cancel(self) -> None:
        """Take the gesture back; also when another tool, photo or face is chosen."""
        self.document.labels.cancel_stroke()

    def forget(self) -> None:
        """Another face: nothing that was remembered means anything."""

    def key(self, key: int, modifiers: Qt.KeyboardModifier, *, repeats: bool = False) -> bool:
        """A key over the canvas; True if the tool has used it. ``repeats``: it is held."""
        return False

    def draw(self, painter: QPainter, crop_to_widget: QTransform) -> None:
        """Marks over the picture, in widget pixels."""

    def overlay_box(self) -> QRectF | None:
        """What `draw` may touch, in crop pixels, but for 12 widget pixels around; None: nothing."""
        return None

    def cursor(self, pointer: Pointer) -> Qt.CursorShape:
        brush = self.outline_radius_px is not None
        return Qt.CursorShape.BlankCursor if brush else Qt.CursorShape.CrossCursor
