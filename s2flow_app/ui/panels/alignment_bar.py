"""Over the canvas while five points are set by hand: what to do, and how to end it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton


class AlignmentBar(QFrame):
    """Hidden at other times."""

    ended = Signal(object)
    """bool: whether the points are to be used."""
    reset_wanted = Signal()
    """The points back to where they were at first."""

    def __init__(self) -> None:
        super().__init__()
        self.setAutoFillBackground(True)
        self.text = QLabel(
            self.tr("Drag the points onto both eyes, the nose tip and the corners of the mouth. "
                    "Or choose one with 1 to 5 and move it with the arrow keys.")
        )  # fmt: skip
        self.text.setWordWrap(True)
        self.use = QPushButton(self.tr("Use these points"))
        self.use.setToolTip(self.tr("Cut out and prepare the face anew (Return)"))
        self.reset = QPushButton(self.tr("Reset"))
        self.reset.setToolTip(self.tr("All points back to where they were"))
        self.leave = QPushButton(self.tr("Cancel"))
        self.leave.setToolTip(self.tr("Keep the face as it is (Esc)"))
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.addWidget(self.text, 1)
        for button in (self.use, self.reset, self.leave):
            row.addWidget(button)
        self.use.clicked.connect(self._use)
        self.reset.clicked.connect(self.reset_wanted)
        self.leave.clicked.connect(self._leave)
        self.hide()

    def _use(self) -> None:
        self.ended.emit(True)

    def _leave(self) -> None:
        self.ended.emit(False)
