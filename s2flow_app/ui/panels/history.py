"""The history: every step over mask, style and result; a click goes there."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from s2flow_app.document.document import Document


class HistoryPanel(QListWidget):
    """The start and all steps, oldest first; undone ones are grey."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self.setAccessibleName(self.tr("History"))
        self.setToolTip(self.tr("All steps; choose one to go there"))
        self.setUniformItemSizes(True)
        self.itemClicked.connect(self._go)
        document.history_changed.connect(self._refresh)
        document.face_changed.connect(self._refresh)
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        steps = self._document.history()
        self.clear()
        self.addItem(self.tr("Start"))
        for step in steps:
            item = QListWidgetItem(step.text)
            if not step.done:
                item.setForeground(self.palette().placeholderText())
            if step.kind == "edit":
                font = item.font()
                font.setBold(True)
                item.setFont(font)
            self.addItem(item)
        done = sum(step.done for step in steps)
        self.setCurrentRow(done)
        self.scrollToItem(self.item(done))

    @Slot(QListWidgetItem)
    def _go(self, item: QListWidgetItem) -> None:
        self._document.go_to(self.row(item))
