"""Change the keys of all actions; keys that two actions have are shown and cannot be kept."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QKeySequenceEdit,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from s2flow_app.ui.actions import Actions, clashes, plain

_NAME = Qt.ItemDataRole.UserRole


class ShortcutDialog(QDialog):
    changed = Signal(object)
    """Action's name: its keys, where they are not its own."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Shortcuts"))
        self.resize(520, 560)
        self._defaults = actions.defaults
        self._titles = {name: plain(action.text()) for name, action in actions.all.items()}
        self.keys = {
            name: tuple(key.toString() for key in action.shortcuts())
            for name, action in actions.all.items()
        }
        self.tree, self.edit, self.conflict = QTreeWidget(), QKeySequenceEdit(), QLabel()
        self.tree.setHeaderLabels([self.tr("Action"), self.tr("Keys")])
        self.tree.setRootIsDecorated(False)
        self.tree.setColumnWidth(0, 300)
        self.tree.setAccessibleName(self.tr("Actions and their keys"))
        self.tree.setToolTip(self.tr("Choose an action, then press its new keys below"))
        self.edit.setAccessibleName(self.tr("New keys of the chosen action"))
        self.edit.setToolTip(self.tr("Press the new keys"))
        self.edit.setMaximumSequenceLength(1)
        self.conflict.setWordWrap(True)
        self.clear = QPushButton(self.tr("No key"))
        self.clear.setToolTip(self.tr("The chosen action has no key"))
        self.reset = QPushButton(self.tr("Reset"))
        self.reset.setToolTip(self.tr("The chosen action's own keys"))
        self.reset_all = QPushButton(self.tr("Reset all"))
        self.reset_all.setToolTip(self.tr("Every action's own keys"))
        buttons = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(buttons.Ok | buttons.Cancel)
        row = QHBoxLayout()
        for widget in (self.edit, self.clear, self.reset, self.reset_all):
            row.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.addWidget(self.tree)
        layout.addLayout(row)
        layout.addWidget(self.conflict)
        layout.addWidget(self.buttons)
        self._items: dict[str, QTreeWidgetItem] = {}
        for name, title in self._titles.items():
            self._items[name] = item = QTreeWidgetItem([title, ""])
            item.setData(0, _NAME, name)
            self.tree.addTopLevelItem(item)
        self.choose("open")
        self._show()
        self.edit.keySequenceChanged.connect(self._take)
        self.clear.clicked.connect(self._clear)
        self.reset.clicked.connect(self._reset)
        self.reset_all.clicked.connect(self._reset_all)
        self.tree.currentItemChanged.connect(self.edit.clear)
        self.buttons.accepted.connect(self._keep)
        self.buttons.rejected.connect(self.reject)

    def choose(self, name: str) -> None:
        """Make an action the chosen one."""
        self.tree.setCurrentItem(self._items[name])

    @property
    def _chosen(self) -> str:
        item = self.tree.currentItem()
        assert item is not None
        return item.data(0, _NAME)

    @Slot(QKeySequence)
    def _take(self, keys: QKeySequence) -> None:
        if not keys.isEmpty():
            self.keys[self._chosen] = (keys.toString(),)
            self._show()

    @Slot()
    def _clear(self) -> None:
        self.keys[self._chosen] = ()
        self._show()

    @Slot()
    def _reset(self) -> None:
        self.keys[self._chosen] = self._defaults[self._chosen]
        self._show()

    @Slot()
    def _reset_all(self) -> None:
        self.keys = dict(self._defaults)
        self._show()

    def _show(self) -> None:
        for name, keys in self.keys.items():
            self._items[name].setText(1, ",  ".join(map(_native, keys)))
        twice = clashes(self.keys)
        self.conflict.setText(
            "\n".join(
                self.tr("{0} is the key of: {1}. Change one of them.").format(
                    _native(key), ", ".join(self._titles[name] for name in names)
                )
                for key, names in twice.items()
            )
        )
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not twice)

    @Slot()
    def _keep(self) -> None:
        own = {n: tuple(QKeySequence(k).toString() for k in v) for n, v in self._defaults.items()}
        self.changed.emit({n: k for n, k in self.keys.items() if k != own[n]})
        self.accept()


def _native(keys: str) -> str:
    """As they are called on this system, in the window's language."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
