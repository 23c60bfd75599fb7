"""Search for anything the window can do, by its words (Ctrl+K)."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from s2flow_app.ui.actions import plain

_ACTION = Qt.ItemDataRole.UserRole


class CommandPalette(QDialog):
    """``actions`` that are enabled; Return does the chosen one, after the palette is closed."""

    def __init__(self, actions: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Search commands"))
        self.resize(460, 380)
        self.search, self.found = QLineEdit(), QListWidget()
        self.search.setPlaceholderText(self.tr("Type what you want to do"))
        self.search.setAccessibleName(self.tr("Search commands"))
        self.search.setToolTip(self.tr("Type words; arrows choose, Return does it"))
        self.found.setAccessibleName(self.tr("Commands found"))
        self.found.setToolTip(self.tr("Commands found"))
        layout = QVBoxLayout(self)
        layout.addWidget(self.search)
        layout.addWidget(self.found)
        for action in actions:
            if action.isEnabled():
                keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
                item = QListWidgetItem(plain(action.text()) + (f"   {keys}" if keys else ""))
                item.setToolTip(action.toolTip())
                item.setIcon(action.icon())
                item.setData(_ACTION, action)
                self.found.addItem(item)
        self.search.installEventFilter(self)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._do)
        self.found.itemActivated.connect(self._do)
        self._filter("")

    @Slot(str)
    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        first = -1
        for row in range(self.found.count()):
            item = self.found.item(row)
            told = f"{item.text()} {item.toolTip()}".casefold()
            item.setHidden(not all(word in told for word in words))
            if first < 0 and not item.isHidden():
                first = row
        self.found.setCurrentRow(first)

    @Slot()
    def _do(self) -> None:
        item = self.found.currentItem()
        if item is not None:
            self.accept()
            item.data(_ACTION).trigger()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        moves = (Qt.Key.Key_Down, Qt.Key.Key_Up)
        if isinstance(event, QKeyEvent) and event.key() in moves:
            QApplication.sendEvent(self.found, event)
            return True
        return super().eventFilter(watched, event)
