"""A line over the canvas that says what went wrong or came of it; it never stops anybody."""

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

SHOWN_MS = 12_000
COLOURS = {"note": "#2f6f4f", "problem": "#8a5a12", "fault": "#8e2f2f"}


class MessageBar(QFrame):
    """Hidden until there is something to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = QToolButton()
        close.setText(self.tr("Close"))
        close.setAutoRaise(True)
        close.setToolTip(self.tr("Close this message"))
        close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 6, 6)
        layout.addWidget(self.label, 1)
        layout.addWidget(close)
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        self.hide()

    @property
    def text(self) -> str:
        """What is said; empty while hidden."""
        return "" if self.isHidden() else self.label.text()

    def say(self, text: str, kind: str = "note") -> None:
        """``note``, ``problem`` (the user can do something) or ``fault`` (ours; stays)."""
        self.label.setText(text)
        self.setStyleSheet(
            f"MessageBar {{ background: {COLOURS[kind]}; }}"
            "QLabel, QToolButton { color: white; }"
            "QToolButton { border: none; padding: 3px 8px; border-radius: 2px; }"
            "QToolButton:hover, QToolButton:focus { background: rgba(0, 0, 0, 90); }"
        )
        self.show()
        # Screen readers say it, though the keyboard is elsewhere.
        QAccessible.updateAccessibility(QAccessibleEvent(self.label, QAccessible.Event.Alert))
        if kind == "fault":
            self._timer.stop()
        else:
            self._timer.start()

    @Slot()
    def hide(self) -> None:
        self._timer.stop()
        super().hide()
