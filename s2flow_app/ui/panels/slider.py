"""A slider with its title and value."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QWidget


class TitledSlider(QWidget):
    """Whole percents; a double click on the title sets the resting value."""

    changed = Signal(int)
    """Moved by the user."""
    released = Signal()
    """Let go, or moved by a key."""

    def __init__(
        self, title: str, low: int, high: int, rest: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._rest, self._is_set_by_program = rest, False
        self._title, self._value = QLabel(title), QLabel()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(low, high)
        self.slider.setValue(rest)
        self.slider.setAccessibleName(title)
        self.slider.setToolTip(title)
        self.slider.setPageStep(10)
        self._value.setAlignment(Qt.AlignmentFlag.AlignRight)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setVerticalSpacing(0)
        layout.addWidget(self._title, 0, 0)
        layout.addWidget(self._value, 0, 1)
        layout.addWidget(self.slider, 1, 0, 1, 2)
        self.slider.valueChanged.connect(self._tell)
        self.slider.sliderReleased.connect(self.released)
        self._show(rest)

    @property
    def value(self) -> int:
        return self.slider.value()

    def set_value(self, value: int) -> None:
        """Show a value without telling anybody."""
        if not self.slider.isSliderDown():
            self._is_set_by_program = True
            self.slider.setValue(value)
            self._is_set_by_program = False
            self._show(value)

    @Slot(int)
    def _tell(self, value: int) -> None:
        self._show(value)
        if not self._is_set_by_program:
            self.changed.emit(value)
            if not self.slider.isSliderDown():
                self.released.emit()

    def _show(self, value: int) -> None:
        self._value.setText(f"{value} %")

    def mouseDoubleClickEvent(self, event) -> None:
        self.slider.setValue(self._rest)
