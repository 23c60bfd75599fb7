"""The first-run tour: callouts beside the real widgets; the window stays usable."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

_MOVES: Final = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide)


class Tour(QFrame):
    """``steps``: what is pointed at, and what is said."""

    finished = Signal()

    def __init__(self, steps: Sequence[tuple[QWidget, str]], window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._steps, self.step = steps, 0
        self.setFrameShape(QFrame.Shape.Box)
        self.setAutoFillBackground(True)
        self.setFixedWidth(300)
        self.setAccessibleName(self.tr("Tour"))
        self.text, self.next, self.skip = QLabel(), QPushButton(), QPushButton(self.tr("Skip"))
        self.text.setWordWrap(True)
        self.next.setToolTip(self.tr("The next step of the tour"))
        self.skip.setToolTip(self.tr("End the tour; Help > Show the tour starts it again"))
        row = QHBoxLayout()
        row.addWidget(self.skip)
        row.addStretch()
        row.addWidget(self.next)
        layout = QVBoxLayout(self)
        layout.addWidget(self.text)
        layout.addLayout(row)
        self.next.clicked.connect(self._go_on)
        self.skip.clicked.connect(self._end)
        self._placing = QTimer(self, singleShot=True, interval=0)
        self._placing.timeout.connect(self._place)
        for widget in {window, *(target for target, _ in steps)}:
            widget.installEventFilter(self)
        self._show_step()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES:
            self._placing.start()  # once the layout is done
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._end()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go_on()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _go_on(self) -> None:
        self.step += 1
        if self.step == len(self._steps):
            self._end()
        else:
            self._show_step()

    @Slot()
    def _end(self) -> None:
        self.hide()
        self.finished.emit()
        self.deleteLater()

    def _show_step(self) -> None:
        is_last = self.step + 1 == len(self._steps)
        self.next.setText(self.tr("Done") if is_last else self.tr("Next"))
        self._place()
        self.show()
        self.raise_()
        self.next.setFocus()

    @Slot()
    def _place(self) -> None:
        """Beside what is pointed at, wherever that is now, and within the window."""
        target, text = self._steps[self.step]
        window = self._window
        corner = target.mapTo(window, QPoint(0, 0))
        left, right = corner.x() - self.width() - 8, corner.x() + target.width() + 8
        beside = right + self.width() <= window.width() or left >= 8
        if target.width() > 2 * self.width() or not beside:  # on it
            x = corner.x() + (target.width() - self.width()) // 2
        elif right + self.width() <= window.width():
            x = right
        else:
            x = left
        sign = "\u25b6" if x == left else "\u25c0" if x == right else ""
        self.text.setText(f"<b>{self.step + 1} / {len(self._steps)}</b> {sign} {text}")
        self.adjustSize()
        y = corner.y() + min(40, target.height() + 8)
        x = min(x, window.width() - self.width() - 8)
        self.move(max(8, x), max(8, min(y, window.height() - self.height() - 8)))
