"""Import: checkpoints are chosen or dropped, each is said to be what it is, then made a pack."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from s2flow_app.ui.dialogs.commands import Commands
from s2flow_app.ui.told import told

CHECKPOINTS = "*.pkl *.pt *.pth *.pickle *.txt"


def dropped_files(event: QDropEvent) -> list[Path]:
    """The local files that are dragged."""
    urls = event.mimeData().urls()
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]


class ImportDialog(QDialog):
    """`imported` tells the new pack's name."""

    imported = Signal(str)

    def __init__(self, files: Sequence[Path] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Import checkpoints"))
        self.resize(720, 380)
        self.setAcceptDrops(True)
        self._files: list[Path] = []
        self._sound = False
        self.commands = Commands(self)
        self.list = QTreeWidget()
        self.list.setHeaderLabels([self.tr("File"), self.tr("What it is")])
        self.list.setRootIsDecorated(False)
        self.list.setWordWrap(True)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.list.setAccessibleName(self.tr("Files of the new pack"))
        self.list.setToolTip(self.tr("Files of the new pack; drop more onto this window"))
        self.name = QLineEdit()
        self.name.setMaxLength(64)
        self.name.setAccessibleName(self.tr("Name of the new pack"))
        self.name.setToolTip(self.tr("Letters, digits, '.', '_' and '-'"))
        self.status = QLabel()
        self.status.setWordWrap(True)
        self.status.setTextFormat(Qt.TextFormat.PlainText)  # files name their weights as they like
        self.add = self._button(self.tr("Add files…"), self.tr("Choose more checkpoints"))
        self.drop = self._button(self.tr("Leave out"), self.tr("Take the chosen file off the list"))
        self.do = self._button(self.tr("Import"), self.tr("Make the pack"))
        cancel = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        cancel.rejected.connect(self.reject)
        ending = cancel.button(QDialogButtonBox.StandardButton.Cancel)
        ending.setToolTip(self.tr("Stop and import nothing"))
        ending.setAccessibleName(self.tr("Cancel"))
        ending.setAutoDefault(False)
        self.do.setDefault(True)
        form = QFormLayout()
        form.addRow(self.tr("Name"), self.name)
        row = QHBoxLayout()
        for button in (self.add, self.drop):
            row.addWidget(button)
        row.addStretch()
        row.addWidget(self.do)
        row.addWidget(cancel)
        whole = QVBoxLayout(self)
        whole.addWidget(
            QLabel(
                self.tr(
                    "StyleGAN2 (.pkl, .pt), S2-Flow (last_checkpoint.pt, config.txt), DeepLab "
                    "(.pth) and StyleFlow's latents. Nothing in a file is run."
                ),
                wordWrap=True,
            )
        )
        whole.addWidget(self.list, 1)
        whole.addLayout(form)
        whole.addWidget(self.status)
        whole.addLayout(row)
        self.add.clicked.connect(self._choose)
        self.drop.clicked.connect(self._leave_out)
        self.do.clicked.connect(self._import)
        self.list.currentItemChanged.connect(self._enable)
        self.name.textChanged.connect(self._enable)
        self.commands.failed.connect(self._fail)
        self.commands.running_changed.connect(self._enable)
        self._enable()
        if files:
            self.add_files(files)

    def done(self, result: int) -> None:
        self.commands.stop()
        super().done(result)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_files(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.add_files(dropped_files(event))

    def add_files(self, files: Sequence[Path]) -> None:
        """Take files onto the list and look what they are."""
        self._files += [file for file in files if file not in self._files]
        self._inspect()

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.setToolTip(tip)
        button.setAccessibleName(text)
        return button

    @Slot()
    def _choose(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(
            self,
            self.tr("Checkpoints of one pack"),
            "",
            self.tr("Checkpoints ({0});;All files (*)").format(CHECKPOINTS),
        )
        if names:
            self.add_files([Path(name) for name in names])

    @Slot()
    def _leave_out(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            del self._files[self.list.indexOfTopLevelItem(item)]
            self._inspect()

    def _inspect(self) -> None:
        """Ask what the files are; what is asked already is of another list."""
        self.commands.stop()
        self._sound = False
        self.list.clear()
        for file in self._files:
            self.list.addTopLevelItem(QTreeWidgetItem([file.name, self.tr("Looking…")]))
        self.status.clear()
        if self._files:
            self.commands.run(["import", *map(str, self._files), "--inspect"], self._show)
        self._enable()

    def _show(self, answer: dict[str, Any]) -> None:
        self.list.clear()
        for seen in answer["files"]:
            parts = self.tr(", ").join(seen["parts"]) or self.tr("settings")
            what = f"{seen['kind']}: {parts}" if seen["kind"] else told(seen["problem"])
            item = QTreeWidgetItem([seen["file"], what])
            item.setToolTip(1, f"<p>{escape(seen['licence'] or what)}</p>")
            if not seen["kind"]:
                item.setForeground(1, QColor("#e06c6c"))
            self.list.addTopLevelItem(item)
        unread = [seen for seen in answer["files"] if not seen["kind"]]
        self._sound = not unread and not answer["problem"]
        if unread:
            self.status.setText(self.tr("Leave out what cannot be read, then import the rest."))
        else:
            self.status.setText(told(answer["problem"]))
        if not self.name.isModified():
            self.name.setText(answer["name"])
        self._enable()

    @Slot()
    def _enable(self) -> None:
        running = self.commands.is_running
        self.add.setEnabled(not running)
        self.drop.setEnabled(not running and self.list.currentItem() is not None)
        self.do.setEnabled(not running and self._sound and bool(self.name.text().strip()))

    @Slot()
    def _import(self) -> None:
        self.status.setText(self.tr("Importing…"))
        given = ["import", *map(str, self._files), "--name", self.name.text().strip()]
        self.commands.run(given, self._imported)

    def _imported(self, answer: dict[str, Any]) -> None:
        self.imported.emit(answer["name"])
        self.accept()

    @Slot(str)
    def _fail(self, why: str) -> None:
        self.status.setText(why)
        self._enable()
