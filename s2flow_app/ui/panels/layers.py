"""Palette and layer list in one: which class is painted, shown, locked, on top, how opaque."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QDropEvent, QIcon, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHeaderView,
    QMenu,
    QPushButton,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from s2flow_app.document.changes import Aspect, DocumentChange
from s2flow_app.document.document import Document
from s2flow_app.labels import CLASSES, HAIR, STACKING
from s2flow_app.ui.icons import themed_icon
from s2flow_app.ui.image_qt import to_qpixmap
from s2flow_app.ui.panels.layer_thumbnails import THUMBNAIL_PX, layer_thumbnails
from s2flow_app.ui.panels.slider import TitledSlider
from s2flow_app.ui.told import class_in_text, class_title

_CLASS = Qt.ItemDataRole.UserRole
_NAME, _SHOWN, _LOCKED, _SOLO, _KEY = range(5)
_COLUMNS = {_SHOWN: "show", _LOCKED: "lock", _SOLO: "solo"}
"""Columns whose heads are icons: words would be wider than what stands below them."""


class LayersPanel(QWidget):
    """The topmost class of the stack on top; rows are dragged into another order."""

    class_chosen = Signal(int)
    protect_chosen = Signal()
    """The user wants to paint what is protected."""
    protection_shown = Signal(bool)
    refused = Signal(str)
    """Why nothing happened, as a sentence."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._view = document, document.layer_view
        self._is_refreshing = False
        self.tree = _LayerTree()
        self.tree.setHeaderLabels([self.tr("Class"), "", "", "", self.tr("Key")])
        self._draw_heads()
        self.tree.setAccessibleName(self.tr("Classes of the label map"))
        self.tree.setToolTip(self.tr("The class that is painted, and which are shown and locked"))
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        self._items = {class_id: self._item(class_id) for class_id in reversed(STACKING)}
        self.opacity = TitledSlider(self.tr("Opacity of this class"), 0, 100, 100)
        self.opacity.setToolTip(self.tr("How opaque the class lies over the picture"))
        self.up = self._button(self.tr("Up"), self.tr("Stack this class higher"))
        self.down = self._button(self.tr("Down"), self.tr("Stack this class lower"))
        self.reset = self._button(self.tr("Usual order"), self.tr("Stack all classes as usual"))
        self.merge = QToolButton()
        self.merge.setText(self.tr("Merge into…"))
        self.merge.setToolTip(self.tr("Make this class part of another one"))
        self.merge.setAccessibleName(self.tr("Merge this class into another one"))
        self.merge.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.merge.setMenu(self._merge_menu())
        self.protect = self._button(
            self.tr("Protect…"), self.tr("Paint over what must stay as it is in the photo")
        )
        self.hatch = self._button(
            self.tr("Hatched"), self.tr("Show what is protected; it is protected either way")
        )
        self.hatch.setCheckable(True)
        self.hatch.setChecked(True)
        self.free = self._button(self.tr("Free all"), self.tr("Protect nothing any more"))
        self._lay_out()
        self._connect()
        self._restack()
        self._refresh(None)

    @property
    def current_class(self) -> int:
        item = self.tree.currentItem()
        return HAIR if item is None else item.data(_NAME, _CLASS)

    def set_current_class(self, class_id: int) -> None:
        """Mark the class that is painted."""
        self.tree.setCurrentItem(self._items[class_id])

    def show_keys_of(self, actions: Mapping[int, QAction]) -> None:
        """Have the last column tell the keys of the classes' actions, also when they change."""
        for class_id, action in actions.items():
            action.changed.connect(partial(self._show_key, self._items[class_id], action))
            self._show_key(self._items[class_id], action)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_heads()

    # --- what it is made of -------------------------------------------------------------------

    def _draw_heads(self) -> None:
        """Icons in the theme's colours, and what they mean."""
        head = self.tree.headerItem()
        titles = {_SHOWN: self.tr("Show"), _LOCKED: self.tr("Lock"), _SOLO: self.tr("Solo")}
        for column, title in titles.items():
            head.setIcon(column, themed_icon(f"column.{_COLUMNS[column]}", self.palette()))
            head.setToolTip(column, title)
            head.setData(column, Qt.ItemDataRole.AccessibleTextRole, title)

    def _item(self, class_id: int) -> QTreeWidgetItem:
        title = class_in_text(class_id)
        item = QTreeWidgetItem(self.tree, [class_title(class_id)])
        item.setData(_NAME, _CLASS, class_id)
        # Rows are dropped between others, not on them.
        item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsDropEnabled)
        item.setToolTip(_NAME, self.tr("Paint {}; drag to stack it elsewhere").format(title))
        item.setToolTip(_SHOWN, self.tr("Show {}; hidden classes are not painted on").format(title))
        item.setToolTip(_LOCKED, self.tr("Keep the tools off {}").format(title))
        item.setToolTip(_SOLO, self.tr("Show {} alone").format(title))
        return item

    def _button(self, title: str, tip: str) -> QPushButton:
        button = QPushButton(title)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button

    def _merge_menu(self) -> QMenu:
        menu = QMenu(self)
        for entry in CLASSES:
            action = menu.addAction(class_title(entry.id))
            action.setData(entry.id)
            action.triggered.connect(self._merge)
        return menu

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self.tree)
        layout.addWidget(self.opacity)
        grid = QGridLayout()
        for place, button in enumerate((self.up, self.down, self.reset)):
            grid.addWidget(button, 0, place)
        for place, button in enumerate((self.protect, self.hatch, self.free)):
            grid.addWidget(button, 1, place)
        layout.addLayout(grid)
        layout.addWidget(self.merge)

    def _connect(self) -> None:
        document = self._document
        self.tree.currentItemChanged.connect(self._choose)
        self.tree.itemChanged.connect(self._take_checks)
        self.tree.moved.connect(self._take_move)
        self.opacity.changed.connect(self._take_opacity)
        self.up.clicked.connect(self._move_up)
        self.down.clicked.connect(self._move_down)
        self.reset.clicked.connect(self._reset_order)
        self.protect.clicked.connect(self.protect_chosen)
        self.hatch.toggled.connect(self.protection_shown)
        self.free.clicked.connect(self._free_all)
        self._view.changed.connect(self._refresh)
        document.changed.connect(self._take_change)

    @staticmethod
    def _show_key(item: QTreeWidgetItem, action: QAction) -> None:
        keys = action.shortcut()
        item.setToolTip(_KEY, keys.toString(QKeySequence.SequenceFormat.NativeText))
        short = keys.toString(QKeySequence.SequenceFormat.PortableText)
        item.setText(_KEY, short.replace("Shift+", "\u21e7"))

    # --- the document changes -----------------------------------------------------------------

    @Slot(object)
    def _take_change(self, change: DocumentChange) -> None:
        if change.has(Aspect.STACKING):
            self._restack()
        if change.has(Aspect.START, Aspect.PHOTO, Aspect.HISTORY):
            self._refresh_pictures()

    def _restack(self) -> None:
        """Rows in the document's order."""
        current = self.current_class
        self._is_refreshing = True
        for row, class_id in enumerate(reversed(self._document.labels.stacking)):
            item = self._items[class_id]
            if self.tree.indexOfTopLevelItem(item) != row:
                self.tree.takeTopLevelItem(self.tree.indexOfTopLevelItem(item))
                self.tree.insertTopLevelItem(row, item)
        self.set_current_class(current)
        self._is_refreshing = False
        self.reset.setEnabled(self._document.labels.stacking != STACKING)

    @Slot(object)
    def _refresh(self, class_id: object) -> None:
        self._is_refreshing = True
        states = {True: Qt.CheckState.Checked, False: Qt.CheckState.Unchecked}
        for each, item in self._items.items():
            item.setCheckState(_SHOWN, states[self._view.is_switched_on(each)])
            item.setCheckState(_LOCKED, states[self._view.is_locked(each)])
            item.setCheckState(_SOLO, states[self._view.solo == each])
        self.opacity.set_value(round(100 * self._view.opacity(self.current_class)))
        self._is_refreshing = False
        if class_id is None:  # several things at once, perhaps the colours
            self._refresh_pictures()

    @Slot()
    def _refresh_pictures(self) -> None:
        """After a step, not while the pen is down."""
        document = self._document
        pictures = layer_thumbnails(
            document.edits.result_crop, document.labels.layers, self._view.colours
        )
        self._is_refreshing = True
        for class_id, item in self._items.items():
            item.setIcon(_NAME, QIcon(to_qpixmap(pictures[class_id])))
        self._is_refreshing = False
        self.free.setEnabled(bool(document.labels.protected.any()))

    # --- the user -----------------------------------------------------------------------------

    @Slot(QTreeWidgetItem, QTreeWidgetItem)
    def _choose(self, item: QTreeWidgetItem | None, _before: QTreeWidgetItem | None) -> None:
        if item is not None and not self._is_refreshing:
            self.class_chosen.emit(self.current_class)
            self.opacity.set_value(round(100 * self._view.opacity(self.current_class)))
            if self._view.solo is not None:
                self._view.set_solo(self.current_class)

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
        elif column == _SOLO:
            self._view.set_solo(class_id if checked else None)

    @Slot(int)
    def _take_opacity(self, percent: int) -> None:
        self._view.set_opacity(self.current_class, percent / 100)

    @Slot()
    def _move_up(self) -> None:
        self._take_move(self.current_class, self._row(self.current_class) - 1)

    @Slot()
    def _move_down(self) -> None:
        self._take_move(self.current_class, self._row(self.current_class) + 1)

    @Slot()
    def _reset_order(self) -> None:
        self._document.labels.set_stacking(STACKING)

    @Slot(int, int)
    def _take_move(self, class_id: int, row: int) -> None:
        """Stack a class so that its row becomes ``row``."""
        if not self._document.has_face:
            self.refused.emit(self.tr("Open a photo first: there is nothing to stack."))
            return
        rows = [k for k in reversed(self._document.labels.stacking) if k != class_id]
        rows.insert(min(max(row, 0), len(rows)), class_id)
        self._document.labels.set_stacking(tuple(reversed(rows)), class_id)

    @Slot()
    def _merge(self) -> None:
        action = self.sender()
        source, target = self.current_class, int(action.data())  # type: ignore[union-attr]
        for class_id in (source, target):
            if not self._document.labels.can_change(class_id):
                text = self.tr("{} is locked or hidden; change that in the layer list.")
                self.refused.emit(text.format(class_title(class_id)))
                return
        if source == target or not self._document.labels.merge(source, target):
            self.refused.emit(self.tr("There is no {} to merge.").format(class_in_text(source)))

    @Slot()
    def _free_all(self) -> None:
        self._document.labels.free_all()

    def _row(self, class_id: int) -> int:
        return self.tree.indexOfTopLevelItem(self._items[class_id])


class _LayerTree(QTreeWidget):
    """A list whose rows are dragged; it only tells, the document decides."""

    moved = Signal(int, int)
    """(class id, row it was dropped at, counted without itself)"""

    def __init__(self) -> None:
        super().__init__()
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setIconSize(QSize(THUMBNAIL_PX, THUMBNAIL_PX))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)

    def dropEvent(self, event: QDropEvent) -> None:
        item = self.currentItem()
        if item is None or event.source() is not self:
            event.ignore()
            return
        onto: QModelIndex = self.indexAt(event.position().toPoint())
        row = onto.row() if onto.isValid() else self.topLevelItemCount()
        middle = self.visualRect(onto).center().y()
        if onto.isValid() and event.position().y() > middle:
            row += 1
        own = self.indexOfTopLevelItem(item)
        # As a copy, or Qt would take the dragged row out itself.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.moved.emit(item.data(_NAME, _CLASS), row - (own < row))
