"""Turning the view with the pointer: drag with Shift and the wheel's button held."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget


class TurnGesture(QObject):
    """Sees a widget's mouse events before the widget does, and keeps those of its gesture."""

    def __init__(
        self,
        widget: QWidget,
        middle: Callable[[], QPointF],
        turn_by: Callable[[float], None],
    ) -> None:
        """``middle``: what is turned about, a widget point; ``turn_by`` takes degrees."""
        super().__init__(widget)
        self._middle, self._turn_by = middle, turn_by
        self._last_deg: float | None = None
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QMouseEvent):
            return False
        wheel = event.button() == Qt.MouseButton.MiddleButton
        if event.type() == QEvent.Type.MouseButtonPress:
            if not (wheel and event.modifiers() & Qt.KeyboardModifier.ShiftModifier):
                return self._last_deg is not None
            self._last_deg = self._angle_at(event.position())
            return True
        if self._last_deg is None:
            return False
        if event.type() == QEvent.Type.MouseMove:
            angle = self._angle_at(event.position())
            self._turn_by((angle - self._last_deg + 180) % 360 - 180)
            self._last_deg = angle
        elif event.type() == QEvent.Type.MouseButtonRelease and wheel:
            self._last_deg = None
        return True

    def _angle_at(self, at: QPointF) -> float:
        away = at - self._middle()
        return float(np.rad2deg(np.arctan2(away.y(), away.x())))
