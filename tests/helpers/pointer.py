"""Mouse and pen events as a canvas gets them. Places are widget points."""

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QInputDevice, QMouseEvent, QPointingDevice, QTabletEvent
from PySide6.QtWidgets import QApplication, QWidget

LEFT, NO_BUTTON = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
PLAIN = Qt.KeyboardModifier.NoModifier


def _send(widget: QWidget, kind: QEvent.Type, at: QPointF, button, buttons, modifiers) -> None:
    where = QPointF(widget.mapToGlobal(at))
    QApplication.sendEvent(widget, QMouseEvent(kind, at, where, button, buttons, modifiers))


def press(widget: QWidget, at: QPointF, modifiers=PLAIN) -> None:
    _send(widget, QEvent.Type.MouseButtonPress, at, LEFT, LEFT, modifiers)


def move(widget: QWidget, at: QPointF, modifiers=PLAIN, button=LEFT) -> None:
    _send(widget, QEvent.Type.MouseMove, at, NO_BUTTON, button, modifiers)


def hover(widget: QWidget, at: QPointF) -> None:
    move(widget, at, button=NO_BUTTON)


def release(widget: QWidget, at: QPointF, modifiers=PLAIN) -> None:
    _send(widget, QEvent.Type.MouseButtonRelease, at, LEFT, NO_BUTTON, modifiers)


def click(widget: QWidget, at: QPointF, modifiers=PLAIN) -> None:
    press(widget, at, modifiers)
    release(widget, at, modifiers)


def drag(widget: QWidget, *at: QPointF, modifiers=PLAIN) -> None:
    """Press at the first place, move over the others, release at the last."""
    press(widget, at[0], modifiers)
    for point in at[1:]:
        move(widget, point, modifiers)
    release(widget, at[-1], modifiers)


def pen_stroke(widget: QWidget, *at: QPointF, pressure: float = 1.0, other_end=False) -> None:
    """Down at the first place, over the others, up at the last."""
    tips, kinds = QPointingDevice.PointerType, QEvent.Type
    capabilities = QInputDevice.Capability.Position | QInputDevice.Capability.Pressure
    device = QPointingDevice(
        "pen", 1, QInputDevice.DeviceType.Stylus, tips.Eraser if other_end else tips.Pen,
        capabilities, 1, 1,
    )  # fmt: skip
    steps = [(kinds.TabletPress, at[0])]
    steps += [(kinds.TabletMove, point) for point in at[1:]]
    steps += [(kinds.TabletRelease, at[-1])]
    for kind, point in steps:
        held = NO_BUTTON if kind == kinds.TabletRelease else LEFT
        event = QTabletEvent(
            kind, device, point, QPointF(widget.mapToGlobal(point)), pressure, 0, 0, 0, 0, 0,
            PLAIN, LEFT, held,
        )  # fmt: skip
        QApplication.sendEvent(widget, event)
