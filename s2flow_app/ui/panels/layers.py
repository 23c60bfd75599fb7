"""Palette and layer list in one: which class is painted, shown, locked, and how opaque."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from s2flow_app.document.document import Document
from s2flow_app.labels import CLASSES, STACKING
from s2flow_app.ui.panels.slider import TitledSlider

SHORTCUTS: Final = {
    13: "H", 1: "S", 2: "N", 3: "Q", 4: "Y", 5: "Shift+Y", 6: "R", 7: "Shift+R", 10: "M", 11: "U",
    12: "D", 17: "K", 18: "C", 0: "0", 14: "T", 8: "A", 9: "Shift+A", 15: "Z", 16: "J",
}  # fmt: skip
"""Class: the key that makes it the active one."""
_CLASS = Qt.ItemDataRole.UserRole
_NAME, _SHOWN, _LOCKED, _KEY = range(4)


class LayersPanel(QWidget):
    """The topmost class of the stack on top."""

    class_chosen = Signal(int)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = document.layer_view
        self._is_refreshing = False
        self.tree = QTreeWidget()
        self.tree.setHeaderLabels(["Class", "Shown", "Locked", "Key"])
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        self.tree.setIconSize(QSize(16, 16))
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.tree.setAccessibleName("Classes of the label map")
        self.tree.setToolTip(self.tr("The class that is painted, and which are shown and locked"))
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        self._items = {class_id: self._item(class_id) for class_id in reversed(STACKING)}
        self.opacity = TitledSlider("Opacity of this class", 0, 100, 100)
        self.show_only = QPushButton("Show only this")
        self.show_only.setToolTip(self.tr("Hide all other classes"))
        self.show_only.setCheckable(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self.tree)
        layout.addWidget(self.opacity)
        layout.addWidget(self.show_only)
        self.tree.currentItemChanged.connect(self._choose)
        self.tree.itemChanged.connect(self._take_checks)
        self.opacity.changed.connect(self._take_opacity)
        self.show_only.toggled.connect(self._take_show_only)
        self._view.changed.connect(self._refresh)
        self._refresh(None)

    @property
    def current_class(self) -> int:
        item = self.tree.currentItem()
        return 13 if item is None else item.data(_NAME, _CLASS)

    def set_current_class(self, class_id: int) -> None:
        """Mark the class that is painted."""
        self.tree.setCurrentItem(self._items[class_id])

    def _item(self, class_id: int) -> QTreeWidgetItem:
        entry = CLASSES[class_id]
        swatch = QPixmap(16, 16)
        swatch.fill(QColor(*entry.colour))
        item = QTreeWidgetItem(self.tree, [entry.title, "", "", SHORTCUTS.get(class_id, "")])
        item.setIcon(_NAME, QIcon(swatch))
        item.setData(_NAME, _CLASS, class_id)
        item.setToolTip(_SHOWN, f"Show {entry.title.lower()}; hidden classes are not painted on")
        item.setToolTip(_LOCKED, f"Protect {entry.title.lower()} from the tools")
        return item

    @Slot(object)
    def _refresh(self, _class_id: object) -> None:
        self._is_refreshing = True
        states = {True: Qt.CheckState.Checked, False: Qt.CheckState.Unchecked}
        for class_id, item in self._items.items():
            item.setCheckState(_SHOWN, states[self._view.is_visible(class_id)])
            item.setCheckState(_LOCKED, states[self._view.is_locked(class_id)])
        self.opacity.set_value(round(100 * self._view.opacity(self.current_class)))
        self._is_refreshing = False

    @Slot(QTreeWidgetItem, QTreeWidgetItem)
    def _choose(self, item: QTreeWidgetItem | None, _before: QTreeWidgetItem | None) -> None:
        if item is not None:
            self.class_chosen.emit(self.current_class)
            self.opacity.set_value(round(100 * self._view.opacity(self.current_class)))
            if self.show_only.isChecked():
                self._view.show_only(self.current_class)

    @Slot(QTreeWidgetItem, int)
    def _take_checks(self, item: QTreeWidgetItem, column: int) -> None:
        if self._is_refreshing:
            return
        checked = item.checkState(column) == Qt.CheckState.Checked
        class_id = item.data(_NAME, _CLASS)
        if column == _SHOWN:
            self._view.set_visible(class_id, checked)
        elif column == _LOCKED:
            self._view.set_locked(class_id, checked)

    @Slot(int)
    def _take_opacity(self, percent: int) -> None:
        self._view.set_opacity(self.current_class, percent / 100)

    @Slot(bool)
    def _take_show_only(self, only: bool) -> None:
        self._view.show_only(self.current_class if only else None)
