"""The history: every step with a small picture; a click goes there. Snapshots, other lines, and
how much memory all of it may take."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QInputDialog,
    QListView,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from s2flow_app.document.changes import Aspect, DocumentChange
from s2flow_app.document.document import Document
from s2flow_app.document.history import Node
from s2flow_app.document.repeating import do_again, why_not_again
from s2flow_app.settings import describe_settings
from s2flow_app.ui.panels.history_model import HistoryModel, IndentedRows
from s2flow_app.ui.panels.history_rows import Row, end_of
from s2flow_app.ui.told import told

PICTURE_PX: Final = 34


class HistoryPanel(QWidget):
    """Of the face that is edited, oldest first; what comes after where one is is grey."""

    limit_chosen = Signal(int)
    """Megabytes that the history may take."""
    refused = Signal(str)
    """Why nothing changed, as a sentence."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self.model = HistoryModel(document, self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(IndentedRows(self.list))
        self.list.setIconSize(QSize(PICTURE_PX, PICTURE_PX))
        self.list.setUniformItemSizes(True)
        self.list.setAccessibleName(self.tr("History"))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.setToolTip(self.tr("All steps; choose one to go there, right click for more"))
        self.take = QToolButton()
        self.take.setText(self.tr("Snapshot…"))
        self.take.setToolTip(self.tr("Give this place a name, to find it again"))
        self.snapshots = QToolButton()
        self.snapshots.setText(self.tr("Go to"))
        self.snapshots.setToolTip(self.tr("The snapshots that were taken"))
        self.snapshots.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.snapshots.setMenu(QMenu(self.snapshots))
        self.memory = QToolButton()
        self.memory.setAutoRaise(True)
        self.memory.setToolTip(
            self.tr("Memory of the history. Beyond it the pictures that were not looked at for "
                    "longest are dropped, and rendered again when you go there. Click to change it")
        )  # fmt: skip
        for button in (self.take, self.snapshots, self.memory):
            button.setAccessibleName(button.text() or self.tr("Memory of the history"))
        below = QHBoxLayout()
        below.setContentsMargins(4, 0, 4, 4)
        below.addWidget(self.take)
        below.addWidget(self.snapshots)
        below.addStretch(1)
        below.addWidget(self.memory)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.list, 1)
        layout.addLayout(below)
        self.list.clicked.connect(self._go)
        self.list.activated.connect(self._go)
        self.list.customContextMenuRequested.connect(self._show_menu)
        self.take.clicked.connect(self.take_snapshot)
        self.memory.clicked.connect(self._ask_limit)
        document.changed.connect(self._take_change)
        self.refresh()

    @Slot(object)
    def _take_change(self, change: DocumentChange) -> None:
        if change.has(Aspect.HISTORY, Aspect.PHOTO):
            self.refresh()

    def refresh(self) -> None:
        """Show the history as it is now."""
        self.model.refresh()
        index = self.model.index(self.model.current_row)
        if index.isValid():
            self.list.setCurrentIndex(index)
            self.list.scrollTo(index)
        history = self._document.history.tree
        self.take.setEnabled(history is not None)
        menu = self.snapshots.menu()
        menu.clear()
        for node in history.snapshots() if history else ():
            action = menu.addAction(node.name)
            action.setData(node)
            action.triggered.connect(self._go_to_snapshot)
        self.snapshots.setEnabled(not menu.isEmpty())
        held, limit = self._document.history.held_bytes, self._document.history.limit_bytes
        self.memory.setText(self.tr("{0:.0f} of {1:.0f} MB").format(held / 2**20, limit / 2**20))

    def show_safety(self, is_safe: Callable[[Node], bool]) -> None:
        """Mark the steps that are not on the disk yet; call `refresh_safety` when that changes."""
        self.model.is_safe = is_safe

    @Slot()
    def refresh_safety(self) -> None:
        self.list.viewport().update()

    @Slot()
    def take_snapshot(self) -> None:
        """Ask for a name of the place where one is."""
        history = self._document.history.tree
        if history is not None:
            self._ask_name(history.current)

    def _ask_name(self, node: Node) -> None:
        history = self._document.history.tree
        assert history is not None
        proposed = node.name or self.tr("Snapshot {0}").format(len(history.snapshots()) + 1)
        name, is_said = QInputDialog.getText(
            self, self.tr("Snapshot"), self.tr("Name of this place:"), text=proposed
        )
        if is_said and name.strip():
            self._document.history.name(node, name.strip())

    @Slot(QModelIndex)
    def _go(self, index: QModelIndex) -> None:
        row = self.model.rows[index.row()]
        history = self._document.history.tree
        if row.folded is not None:
            self.model.fold(row)
            self.list.setCurrentIndex(self.model.index(index.row()))
        elif history is not None and row.node.id != history.current.id:
            self._document.history.visit(row.node)

    @Slot()
    def _go_to_snapshot(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self._document.history.visit(action.data())

    @Slot(QPoint)
    def _show_menu(self, at: QPoint) -> None:
        index = self.list.indexAt(at)
        if index.isValid():
            menu = self.menu_of(self.model.rows[index.row()])
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.list.viewport().mapToGlobal(at))

    def menu_of(self, row: Row) -> QMenu:
        """What can be done with a row."""
        menu = QMenu(self)
        if row.folded is not None:
            go = menu.addAction(self.tr("Go to the end of this line"))
            go.triggered.connect(lambda: self._document.history.visit(end_of(row.node)))
            return menu
        go = menu.addAction(self.tr("Go here"))
        go.triggered.connect(lambda: self._document.history.visit(row.node))
        name = menu.addAction(self.tr("Name this place…"))
        name.triggered.connect(lambda: self._ask_name(row.node))
        self._add_again(menu, row.node)
        if row.run:
            text = (
                self.tr("Show these strokes as one step")
                if self.model.shows_strokes(row)
                else self.tr("Show each stroke")
            )
            menu.addAction(text).triggered.connect(lambda: self._fold_strokes(row))
        if row.node.name:
            forget = menu.addAction(self.tr("Forget its name"))
            forget.triggered.connect(lambda: self._document.history.name(row.node, ""))
        return menu

    def _add_again(self, menu: QMenu, node: Node) -> None:
        """Doing the step again where one is, and on the other faces that are prepared."""
        faces, why = self._document.faces, why_not_again(node)
        again = menu.addAction(self.tr("Do this again here"))
        again.triggered.connect(lambda: self._do_again(node))
        actions = [again]
        for index in sorted(faces.sessions):
            if index != faces.index:
                other = menu.addAction(self.tr("Do this again on face {0}").format(index + 1))
                other.triggered.connect(lambda _=False, i=index: self._do_again(node, i))
                actions.append(other)
        for action in actions:
            action.setEnabled(not why)
            action.setToolTip(told(why))
        menu.setToolTipsVisible(bool(why))

    def _do_again(self, node: Node, face: int | None = None) -> None:
        if face is not None:
            self._document.faces.choose(face)
        if not do_again(self._document, node):
            text = self.tr("{0}: nothing to change on this face.")
            self.refused.emit(text.format(self.model.title_of(node)))

    def _fold_strokes(self, row: Row) -> None:
        self.model.fold_strokes(row)
        self.list.setCurrentIndex(self.model.index(self.model.current_row))

    @Slot()
    def _ask_limit(self) -> None:
        rule = describe_settings()["history_megabytes"]
        now = self._document.history.limit_bytes >> 20
        limit, is_said = QInputDialog.getInt(
            self, self.tr("Memory of the history"), self.tr("Megabytes:"), now,
            int(rule.minimum or 0), int(rule.maximum or 0), 64,
        )  # fmt: skip
        if is_said:
            self._document.history.set_limit(limit << 20)
            self.limit_chosen.emit(limit)
