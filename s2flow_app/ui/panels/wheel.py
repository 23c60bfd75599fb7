"""The wheel over a panel scrolls it: a control takes a turn only while it has the focus."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget


def guard_wheel(*controls: QWidget) -> None:
    """Have sliders, combo boxes and spin boxes leave the wheel to the panel they stand on."""
    for control in controls:
        if control.focusPolicy() == Qt.FocusPolicy.WheelFocus:
            control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        control.installEventFilter(_Guard(control))


class _Guard(QObject):
    """Belongs to the control."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.Wheel
            and isinstance(watched, QWidget)
            and not watched.hasFocus()
        ):
            event.ignore()  # so that it goes on to the parent
            return True
        return super().eventFilter(watched, event)
