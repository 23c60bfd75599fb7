"""The edit panel: apply or discard what is asked, the amount of the last edit, how well it took."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from s2flow_app.document.document import Document
from s2flow_app.messages import EditMeasures
from s2flow_app.ui.panels.slider import TitledSlider

FIGURE_LINES = 7


class EditPanel(QWidget):
    """Amounts are 0 to 150 percent."""

    apply_wanted = Signal()
    discard_wanted = Signal()
    amount_dragged = Signal(float)
    amount_set = Signal(float)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.apply = QPushButton("Apply edit")
        self.apply.setToolTip("Make the preview the new start (Ctrl+Return)")
        self.discard = QPushButton("Discard")
        self.discard.setToolTip("Back to the last applied edit")
        self.amount = TitledSlider("Amount of the last edit", 0, 150, 100)
        self.figures = QLabel()
        self.figures.setWordWrap(True)
        self.figures.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.figures.setAccessibleName("How well the last edit took")
        self.figures.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.figures.setMinimumHeight(FIGURE_LINES * self.fontMetrics().lineSpacing())
        buttons = QHBoxLayout()
        buttons.addWidget(self.apply, 1)
        buttons.addWidget(self.discard)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.addLayout(buttons)
        layout.addWidget(self.amount)
        layout.addWidget(self.figures, 1)
        self.apply.clicked.connect(self.apply_wanted)
        self.discard.clicked.connect(self.discard_wanted)
        self.amount.changed.connect(self._drag)
        self.amount.released.connect(self._set)
        document.edit_changed.connect(self.refresh)
        document.measures_changed.connect(self.refresh)
        document.start_changed.connect(self.refresh)
        document.photo_changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show the document as it is now."""
        document = self._document
        pending = document.pending_edit() is not None
        self.apply.setEnabled(pending)
        self.discard.setEnabled(pending)
        self.amount.setEnabled(document.last_edit is not None and not pending)
        self.amount.set_value(round(100 * document.amount))
        self.figures.setText(describe(document.measures, document.inversion_psnr_db))

    @Slot(int)
    def _drag(self, percent: int) -> None:
        self.amount_dragged.emit(percent / 100)

    @Slot()
    def _set(self) -> None:
        self.amount_set.emit(self.amount.value / 100)


def describe(measures: EditMeasures | None, inversion_psnr_db: float | None) -> str:
    """The figures of the last edit, in sentences."""
    lines = []
    if inversion_psnr_db is not None:
        lines.append(f"Likeness of the start: {inversion_psnr_db:.1f} dB PSNR.")
    if measures is not None:
        if measures.mask_adherence is not None:
            before = measures.mask_adherence_unedited or 0.0
            lines.append(
                f"Of the change asked for, {measures.mask_adherence:.0%} took ({before:.0%} of "
                "it was there before)."
            )
        lines.append(
            f"Beside the edit the drawing moved by {measures.outside_change:.1f} of 255; in the "
            f"photo by {measures.outside_change_composited:.1f}."
        )
        lines.append(f"{sum(s for _, s in measures.seconds):.2f} s, {measures.nfe} flow steps.")
    return "\n".join(lines)
