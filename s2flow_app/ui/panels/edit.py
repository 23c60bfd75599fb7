"""The edit panel: apply or discard what is asked, the amount of the last edit, how well it took."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from s2flow_app.document.changes import Aspect, DocumentChange
from s2flow_app.document.document import Document
from s2flow_app.model.edit import EditMeasures
from s2flow_app.ui.panels.slider import TitledSlider
from s2flow_app.ui.told import class_in_text
from s2flow_app.ui.translate import number, translate

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
        self.apply = QPushButton(self.tr("Apply edit"))
        self.discard = QPushButton(self.tr("Discard"))
        self.amount = TitledSlider(self.tr("Amount of the last edit"), 0, 150, 100)
        self.figures = QLabel()
        self.figures.setWordWrap(True)
        self.figures.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.figures.setAccessibleName(self.tr("How well the last edit took"))
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
        document.changed.connect(self._take_change)
        self._can_edit = True
        self.refresh()

    def set_can_edit(self, on: bool) -> None:
        """Whether edits can be rendered: False for what is of another pack."""
        if on != self._can_edit:
            self._can_edit = on
            self.refresh()

    @Slot(object)
    def _take_change(self, change: DocumentChange) -> None:
        if change.has(Aspect.EDIT, Aspect.RESULT, Aspect.START, Aspect.PHOTO):
            self.refresh()

    def refresh(self) -> None:
        """Show the document as it is now."""
        document, start = self._document, self._document.faces.start
        pending = document.edits.is_pending
        self.apply.setEnabled(pending and self._can_edit)
        self.discard.setEnabled(pending)
        self.amount.setEnabled(document.edits.last is not None and not pending and self._can_edit)
        self.amount.set_value(round(100 * document.edits.amount))
        self.figures.setText(
            describe(document.edits.measures, start.inversion_psnr_db if start else None)
        )

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
        text = translate("EditPanel", "Likeness of the start: {0} dB PSNR.")
        lines.append(text.format(number(inversion_psnr_db, 1)))
    if measures is None:
        return "\n".join(lines)
    if measures.mask_adherence is not None:
        text = translate(
            "EditPanel", "Of the change asked for, {0}% took ({1}% of it was there before)."
        )
        before = measures.mask_adherence_unedited or 0.0
        lines.append(text.format(round(100 * measures.mask_adherence), round(100 * before)))
        # Of a style there is nothing to say here: it paints nothing, and moves nothing.
        text = translate(
            "EditPanel", "{0}% of it is painted, the rest is the photo's own, moved or recoloured."
        )
        lines.append(text.format(round(100 * measures.painted)))
    if measures.seen is not None:
        text = translate(
            "EditPanel",
            "An independent network tells {0}% of edits like this one from photos, here by: {1}.",
        )
        class_id = measures.seen.class_id
        lines.append(text.format(round(100 * measures.seen.share), class_in_text(class_id)))
    seconds = number(sum(s for _, s in measures.seconds), 2)
    lines.append(translate("EditPanel", "{0} s, {1} flow steps.").format(seconds, measures.nfe))
    return "\n".join(lines)
