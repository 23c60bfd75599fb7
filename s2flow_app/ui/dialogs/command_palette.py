"""Search for anything the window can do, by its words (Ctrl+K): titles before keys and tips."""

import re
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
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
        self.search, self.found = QLineEdit(), QTreeWidget()
        self.search.setPlaceholderText(self.tr("Type what you want to do"))
        self.search.setAccessibleName(self.tr("Search commands"))
        self.search.setToolTip(self.tr("Type words; arrows choose, Return does it"))
        self.found.setAccessibleName(self.tr("Commands found"))
        self.found.setToolTip(self.tr("Commands found"))
        self.found.setColumnCount(2)
        self.found.setHeaderHidden(True)
        self.found.setRootIsDecorated(False)
        self.found.setUniformRowHeights(True)
        header = self.found.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        layout = QVBoxLayout(self)
        layout.addWidget(self.search)
        layout.addWidget(self.found)
        self._items: list[QTreeWidgetItem] = []
        for action in actions:
            if action.isEnabled():
                keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
                item = QTreeWidgetItem(self.found, [plain(action.text()), keys])
                item.setToolTip(0, action.toolTip())
                item.setIcon(0, action.icon())
                item.setData(0, _ACTION, action)
                self._items.append(item)
        self.search.installEventFilter(self)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._do)
        self.found.itemActivated.connect(self._do)
        self._filter("")

    @Slot(str)
    def _filter(self, text: str) -> None:
        ranks = [rank(text, item.text(0), item.text(1), item.toolTip(0)) for item in self._items]
        while self.found.takeTopLevelItem(0) is not None:
            pass
        # Equally good ones stay in the menus' order.
        order = sorted(range(len(ranks)), key=lambda i: (ranks[i] is None, ranks[i] or 0))
        self.found.addTopLevelItems([self._items[i] for i in order])
        for item, found in zip(self._items, ranks, strict=True):
            item.setHidden(found is None)
        first = self._items[order[0]] if order and ranks[order[0]] is not None else None
        self.found.setCurrentItem(first)  # type: ignore[arg-type] - None: no row

    @Slot()
    def _do(self) -> None:
        item = self.found.currentItem()
        if item is not None and not item.isHidden():
            self.accept()
            item.data(0, _ACTION).trigger()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        moves = (Qt.Key.Key_Down, Qt.Key.Key_Up)
        if isinstance(event, QKeyEvent) and event.key() in moves:
            QApplication.sendEvent(self.found, event)
            return True
        return super().eventFilter(watched, event)


def rank(text: str, title: str, keys: str, tip: str) -> int | None:
    """How well a command fits what was typed, 0 the best; None: not at all.

    Its title begins so; one of the title's words does; the title has it; its keys or tip do.
    Of several words the worst counts.
    """
    words, title = text.casefold().split(), title.casefold()
    if not words or title.startswith(text.casefold().strip()):
        return 0
    starts = re.findall(r"\w+", title)
    rest = f"{keys} {tip}".casefold()
    found = []
    for word in words:
        if any(start.startswith(word) for start in starts):
            found.append(1)
        elif word in title:
            found.append(2)
        elif word in rest:
            found.append(3)
        else:
            return None
    return max(found)
