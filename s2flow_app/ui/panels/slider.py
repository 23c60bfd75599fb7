"""A slider with its title, and its value as a number that can be typed."""

from typing import Final

from PySide6.QtCore import QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QSlider,
    QSpinBox,
    QStyle,
    QStyleOptionSlider,
    QWidget,
)

from s2flow_app.ui.panels.wheel import guard_wheel

GESTURE_MS: Final = 500
"""Turns of the wheel that follow each other faster than this are one gesture."""
_MOVING_KEYS: Final = (
    Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown,
)  # fmt: skip
_FILL_PX: Final = 4
"""Height of the bar from zero to the handle."""
_TICK_PX: Final = 10
"""Height of the mark at zero."""


class TitledSlider(QWidget):
    """Whole percents; a double click on the title sets the resting value.

    Of a range about zero, zero lies in the middle and the bar is drawn from there.
    """

    changed = Signal(int)
    """Moved by the user."""
    released = Signal()
    """A gesture has ended: a drag, turns of the wheel, a held key, a typed number."""

    def __init__(
        self, title: str, low: int, high: int, rest: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._rest, self._is_set_by_program, self._is_told = rest, False, True
        self._awaits_preview = False
        self._title = QLabel(title)
        self.slider = _Slider()
        self.slider.setRange(low, high)
        self.slider.setValue(rest)
        self.slider.setAccessibleName(title)
        self.slider.setPageStep(10)
        self.number = _Number(self.slider)
        self.number.setRange(low, high)
        self.number.setValue(rest)
        self.number.setAccessibleName(title)
        self._busy = QLabel()
        self._busy.setAccessibleName(self.tr("A preview is under way"))
        self._busy.setToolTip(self.tr("A preview is under way"))
        self.setToolTip(title)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setVerticalSpacing(0)
        layout.addWidget(self._title, 0, 0)
        layout.addWidget(self._busy, 0, 1, Qt.AlignmentFlag.AlignRight)
        layout.addWidget(self.number, 0, 2)
        layout.addWidget(self.slider, 1, 0, 1, 3)
        layout.setColumnStretch(0, 1)
        self.slider.valueChanged.connect(self._tell)
        self.slider.gesture_ended.connect(self._end)
        self.number.valueChanged.connect(self._type)

    @property
    def value(self) -> int:
        return self.slider.value()

    @property
    def is_busy(self) -> bool:
        """Whether a preview of it is shown to be under way."""
        return bool(self._busy.text())

    @Slot(object)
    def show_previewing(self, previewing: bool) -> None:
        """A preview is under way, or none is any more: shown if it is of what this one asks."""
        self._busy.setText("⋯" if previewing and self._awaits_preview else "")
        self._awaits_preview = previewing and self._awaits_preview

    def set_value(self, value: int) -> None:
        """Show a value without telling anybody; not while the handle is held."""
        if not self.slider.is_pressed:
            self._is_set_by_program = True
            self.slider.setValue(value)
            self.number.setValue(value)
            self._is_set_by_program = False

    def setToolTip(self, tip: str) -> None:
        super().setToolTip(tip)
        self.slider.setToolTip(tip)
        self.number.setToolTip(self.tr("{0}: type a number").format(tip))

    @Slot(int)
    def _tell(self, value: int) -> None:
        if self._is_set_by_program:
            return
        self._is_set_by_program = True
        self.number.setValue(value)
        self._is_set_by_program = False
        self._is_told = False
        self._awaits_preview = True
        self.changed.emit(value)
        if not self.slider.is_moved_by_hand:
            self._end()

    @Slot(int)
    def _type(self, value: int) -> None:
        if not self._is_set_by_program:
            self.slider.setValue(value)

    @Slot()
    def _end(self) -> None:
        if not self._is_told:
            self._is_told = True
            self.released.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.slider.setValue(self._rest)


class _Slider(QSlider):
    """Knows when a gesture begins and ends, and draws a range about zero from its middle."""

    gesture_ended = Signal()

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._turning = QTimer(self, singleShot=True, interval=GESTURE_MS)
        self._turning.timeout.connect(self._end)
        self._is_held = self._is_key_down = False
        self.sliderReleased.connect(self._end)
        guard_wheel(self)

    @property
    def is_pressed(self) -> bool:
        """A button is down on its handle or beside it."""
        return self._is_held or self.isSliderDown()

    @property
    def is_moved_by_hand(self) -> bool:
        """A button or a key is down on it, or the wheel has moved it just now."""
        return self.is_pressed or self._is_key_down or self._turning.isActive()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._turning.stop()
        self._is_held = True
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self._is_held = False
        self._end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._turning.start()
        super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._is_key_down = True  # until it is let go, however long it takes until it repeats
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        super().keyReleaseEvent(event)
        if not event.isAutoRepeat():
            self._end()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._is_key_down or self._turning.isActive():
            self._end()

    @Slot()
    def _end(self) -> None:
        self._is_key_down = False
        self._turning.stop()
        self.gesture_ended.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.minimum() < 0 < self.maximum():
            super().paintEvent(event)
            return
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        painter, style = QPainter(self), self.style()
        parts, control = QStyle.SubControl, QStyle.ComplexControl.CC_Slider
        handle = style.subControlRect(control, option, parts.SC_SliderHandle, self)
        # The style fills the groove from its left end to the handle: none of it at the left end.
        option.sliderPosition = option.sliderValue = self.minimum()  # type: ignore[attr-defined]
        option.subControls = parts.SC_SliderGroove  # type: ignore[attr-defined]
        style.drawComplexControl(control, option, painter, self)
        self._draw_from_zero(painter, handle)
        self.initStyleOption(option)
        option.subControls = parts.SC_SliderHandle  # type: ignore[attr-defined]
        style.drawComplexControl(control, option, painter, self)

    def _draw_from_zero(self, painter: QPainter, handle: QRect) -> None:
        group = QPalette.ColorGroup.Normal if self.isEnabled() else QPalette.ColorGroup.Disabled
        room = self.width() - handle.width()
        zero = handle.width() // 2 + QStyle.sliderPositionFromValue(
            self.minimum(), self.maximum(), 0, room
        )
        middle, here = self.rect().center().y() + 1, handle.center().x()
        bar = QRect(min(zero, here), middle - _FILL_PX // 2, abs(here - zero), _FILL_PX)
        if self.isEnabled():
            painter.fillRect(bar, self.palette().color(group, QPalette.ColorRole.Highlight))
        tick = self.palette().color(group, QPalette.ColorRole.PlaceholderText)
        painter.fillRect(QRect(zero, middle - _TICK_PX // 2, 1, _TICK_PX), tick)


class _Number(QSpinBox):
    """The slider's value; the keys and the wheel that move a spin box move the slider."""

    def __init__(self, slider: _Slider) -> None:
        super().__init__()
        self._slider = slider
        self.setSuffix(" %")
        self.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.setFrame(False)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setKeyboardTracking(False)  # 75 is not 7 first
        self.lineEdit().setAcceptDrops(False)  # a photo's name is no number
        guard_wheel(self)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._slider.wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _MOVING_KEYS:
            self._slider.keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Escape:
            self.setValue(self._slider.value())  # what was typed is off
            self.selectAll()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() in _MOVING_KEYS:
            self._slider.keyReleaseEvent(event)
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._slider.focusOutEvent(event)
