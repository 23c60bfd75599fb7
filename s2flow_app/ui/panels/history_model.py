"""The history as a list for Qt: texts, small pictures, how far other lines are indented."""

from collections.abc import Callable
from typing import Any, Final
from weakref import WeakKeyDictionary

from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    Qt,
    Slot,
)
from PySide6.QtGui import QFont, QGuiApplication, QIcon, QPainter, QPalette, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from s2flow_app.document.changes import Aspect, DocumentChange
from s2flow_app.document.document import Document
from s2flow_app.document.history import Node
from s2flow_app.ui.image_qt import to_qpixmap
from s2flow_app.ui.panels.history_rows import Row, end_of, rows_of
from s2flow_app.ui.told.operations import operation_title

Index = QModelIndex | QPersistentModelIndex
Role: Final = Qt.ItemDataRole
INDENT_PX: Final = 18
HERE_PX: Final = 4
UNSAFE_PX: Final = 6
"""Of the ring that marks a step which is not on the disk yet."""


class HistoryModel(QAbstractListModel):
    """Rows of the face that is edited; empty without one."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._unfolded: set[str] = set()
        self._icons: WeakKeyDictionary[Node, tuple[NDArray, QIcon]] = WeakKeyDictionary()
        self._sliders: dict[str, str] = {}
        self.rows: list[Row] = []
        self.is_safe: Callable[[Node], bool] = lambda _node: True
        """Whether a step is on the disk."""
        document.changed.connect(self._take_change)
        document.layer_view.changed.connect(self._take_colours)
        self.refresh()

    @property
    def current_row(self) -> int:
        """Where one is; -1 without a face."""
        history = self._document.history.tree
        here = None if history is None else history.current.id
        places = (
            i for i, row in enumerate(self.rows) if row.node.id == here and row.folded is None
        )
        return next(places, -1)

    def refresh(self) -> None:
        """The history has other steps, or one is elsewhere in it."""
        history = self._document.history.tree
        self.beginResetModel()
        self.rows = [] if history is None else rows_of(history, self._unfolded)
        self.endResetModel()

    def set_sliders(self, titles: dict[str, str]) -> None:
        """English titles of the style's sliders, by their names."""
        self._sliders = titles
        self.refresh()

    def fold(self, row: Row) -> None:
        """Show the line that a head stands for, or hide it."""
        self._unfolded ^= {row.node.id}
        self.refresh()

    def shows_strokes(self, row: Row) -> bool:
        """Whether each of the equal strokes that a row is of has a row."""
        return row.run in self._unfolded

    def fold_strokes(self, row: Row) -> None:
        """Show each of the equal strokes that a row stands for, or all as one."""
        self._unfolded ^= {row.run}
        self.refresh()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self.rows):
            return None
        row = self.rows[index.row()]
        match role:
            case Role.DisplayRole | Role.AccessibleTextRole:
                return self._text(row)
            case Role.DecorationRole:
                return self._picture(row.node if row.folded is None else end_of(row.node))
            case Role.ToolTipRole:
                return self._tip(row)
            case Role.FontRole:
                font = QFont(QGuiApplication.font())
                font.setBold(bool(row.node.name) or row.node.kind == "edit")
                font.setItalic(row.folded is not None)
                return font
            case Role.ForegroundRole if not row.is_done:
                return QGuiApplication.palette().brush(QPalette.ColorRole.PlaceholderText)
        return None

    def _text(self, row: Row) -> str:
        if row.folded is not None:
            steps = sum(1 for _ in row.node.line())
            mark = "▸" if row.folded else "▾"
            one, more = (
                self.tr("{0} Another line, 1 step: {2}"),
                self.tr("{0} Another line, {1} steps: {2}"),
            )
            text = one if steps == 1 else more
            return text.format(mark, steps, self.title_of(end_of(row.node)))
        text = self.title_of(row.node, row.count)
        return f"{row.node.name}: {text}" if row.node.name else text

    def title_of(self, node: Node, count: int = 1) -> str:
        """What a step, or ``count`` equal strokes that end with it, are called."""
        return operation_title(node.operation, sliders=self._sliders, count=count)

    def _tip(self, row: Row) -> str:
        if row.folded is not None:
            return self.tr("Steps that were left when one went back and on another way")
        if not self.is_safe(row.node):
            return self.tr("Not on the disk yet")
        if row.node.place.result.state is None:
            return self.tr("Its picture was dropped to save memory; it is rendered again")
        return self._text(row)  # as a whole: the list may be too narrow

    def _picture(self, node: Node) -> QIcon | None:
        small = node.thumbnail
        if small is None:
            return None
        known = self._icons.get(node)
        if known is None or known[0] is not small:
            picture = small if small.ndim == 3 else self._document.layer_view.colours[small]
            icon, pixmap = QIcon(), to_qpixmap(picture)
            icon.addPixmap(pixmap, QIcon.Mode.Normal)
            icon.addPixmap(pixmap, QIcon.Mode.Selected)  # or it would be tinted
            known = self._icons[node] = small, icon
        return known[1]

    @Slot(object)
    def _take_change(self, change: DocumentChange) -> None:
        number = self.current_row if change.has(Aspect.THUMBNAIL) else -1
        if number >= 0:
            self.dataChanged.emit(self.index(number), self.index(number))

    @Slot(object)
    def _take_colours(self, class_id: int | None) -> None:
        if class_id is None:
            self._icons.clear()
            self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1))


class IndentedRows(QStyledItemDelegate):
    """Rows of other lines stand further to the right; a bar marks where one is, a ring what is not
    on the disk yet."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if isinstance(model, HistoryModel):
            moved = QStyleOptionViewItem(option)
            moved.rect = option.rect.adjusted(  # type: ignore[attr-defined]
                INDENT_PX * model.rows[index.row()].depth, 0, 0, 0
            )
            super().paint(painter, moved, index)
            if index.row() == model.current_row:
                place = option.rect.adjusted(0, 2, 0, -2)  # type: ignore[attr-defined]
                place.setWidth(HERE_PX)
                painter.fillRect(place, QGuiApplication.palette().highlight())
            row = model.rows[index.row()]
            if row.folded is None and not model.is_safe(row.node):
                _paint_ring(painter, option.rect)  # type: ignore[attr-defined]


def _paint_ring(painter: QPainter, row: QRect) -> None:
    """At the right end of a row."""
    ring = QRectF(0, 0, UNSAFE_PX, UNSAFE_PX)
    ring.moveCenter(QPointF(row.right() - 1.5 * UNSAFE_PX, row.center().y() + 0.5))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QGuiApplication.palette().color(QPalette.ColorRole.Text), 1.5))
    painter.drawEllipse(ring)
    painter.restore()
