"""The pack manager: the model packs with terms and figures; use, verify, import, remove.

It runs the program's own commands as processes: see `commands`.
"""

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QTextCursor, QTextDocument
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from s2flow_app.ui.dialogs.commands import Commands
from s2flow_app.ui.dialogs.import_files import ImportDialog, dropped_files
from s2flow_app.ui.told import told
from s2flow_app.ui.translate import translate


class PackDialog(QDialog):
    """Lists the packs; `chosen` tells the name of one that is to be used."""

    chosen = Signal(str)

    def __init__(self, used: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Model packs"))
        self.resize(820, 480)
        self.setAcceptDrops(True)
        self._used, self._wanted, self._said = used, "", ""
        self.commands = Commands(self)
        self.list = QListWidget()
        self.details = QTextBrowser()
        self.status = QLabel()
        self.status.setWordWrap(True)
        self.status.setTextFormat(Qt.TextFormat.PlainText)  # files name their weights as they like
        self.list.setAccessibleName(self.tr("Model packs"))
        self.list.setToolTip(self.tr("The packs on this computer; drop checkpoints here to import"))
        self.details.setAccessibleName(self.tr("About the chosen pack"))
        self.details.setToolTip(self.tr("What the pack is, its terms and its measured figures"))
        self.details.setOpenExternalLinks(False)
        self.use = self._button(
            self.tr("Use"), self.tr("Use this pack from the next start"), self._use
        )
        self.verify = self._button(
            self.tr("Verify"), self.tr("Read and check every file of this pack"), self._verify
        )
        self.add = self._button(
            self.tr("Import…"), self.tr("Make a pack of checkpoints from elsewhere"), self._import
        )
        self.remove = self._button(
            self.tr("Remove…"), self.tr("Delete a pack that you imported"), self._remove
        )
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        ending = close.button(QDialogButtonBox.StandardButton.Close)
        ending.setToolTip(self.tr("Close this window"))
        ending.setAccessibleName(self.tr("Close"))
        row = QHBoxLayout()
        for widget in (self.use, self.verify, self.add, self.remove):
            row.addWidget(widget)
        row.addStretch()
        row.addWidget(close)
        middle = QHBoxLayout()
        middle.addWidget(self.list, 1)
        middle.addWidget(self.details, 2)
        whole = QVBoxLayout(self)
        whole.addLayout(middle, 1)
        whole.addWidget(self.status)
        whole.addLayout(row)
        self.list.currentItemChanged.connect(self._show)
        self.commands.failed.connect(self.status.setText)
        self.commands.running_changed.connect(self._enable)
        self._refresh()

    def done(self, result: int) -> None:
        self.commands.stop()
        super().done(result)

    @property
    def pack(self) -> dict[str, Any]:
        """What is known of the selected pack; empty if none is."""
        item = self.list.currentItem()
        return item.data(Qt.ItemDataRole.UserRole) if item else {}

    def _button(self, text: str, tip: str, slot: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        button.clicked.connect(slot)
        return button

    def _refresh(self) -> None:
        self.commands.run(["packs"], self._list)

    def _list(self, answer: dict[str, Any]) -> None:
        selected = self._wanted or self.pack.get("name", self._used)
        self._wanted = ""
        if self._said:
            self.status.setText(self._said)
            self._said = ""
        self.list.clear()
        for pack in answer["packs"]:
            mark = self.tr(" (in use)") if pack["name"] == self._used else ""
            item = QListWidgetItem(f"{pack.get('title', pack['name'])}{mark}")
            item.setData(Qt.ItemDataRole.UserRole, pack)
            self.list.addItem(item)
            if pack["name"] == selected:
                self.list.setCurrentItem(item)

    @Slot()
    def _show(self) -> None:
        self.details.setHtml(_described(self.pack))
        if card := self.pack.get("card"):
            end = QTextCursor(self.details.document())
            end.movePosition(QTextCursor.MoveOperation.End)
            end.insertBlock()
            end.insertMarkdown(card, QTextDocument.MarkdownFeature.MarkdownNoHTML)
        self._enable(self.commands.is_running)

    @Slot(bool)
    def _enable(self, running: bool) -> None:
        pack = self.pack
        sound = bool(pack) and "problem" not in pack
        self.use.setEnabled(not running and sound and pack["name"] != self._used)
        self.verify.setEnabled(not running and sound)
        self.add.setEnabled(not running)
        removable = bool(pack) and not pack.get("built_in", True) and pack["name"] != self._used
        self.remove.setEnabled(not running and removable)
        if running:
            self.status.setText(self.tr("Working…"))
        elif self.status.text() == self.tr("Working…"):
            self.status.clear()

    @Slot()
    def _use(self) -> None:
        self._used = self.pack["name"]
        self.chosen.emit(self._used)
        said = self.tr("{0} is used from the next start of the program.")
        self.status.setText(said.format(self.pack["title"]))
        self._refresh_marks()

    def _refresh_marks(self) -> None:
        packs = [self.list.item(i).data(Qt.ItemDataRole.UserRole) for i in range(self.list.count())]
        self._list({"packs": packs})

    @Slot()
    def _verify(self) -> None:
        name = self.pack["name"]
        self.commands.run(
            ["packs", "verify", name],
            lambda answer: self.status.setText(
                self.tr("{0}: every file is as its manifest says.").format(name)
            ),
        )

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_files(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.import_files(dropped_files(event))

    @Slot()
    def _import(self) -> None:
        self.import_files([])

    def import_files(self, files: Sequence[Path]) -> ImportDialog:
        """Have the user say what becomes of checkpoints; without any they are chosen there."""
        dialog = ImportDialog(files, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.imported.connect(self._imported)
        dialog.open()
        return dialog

    @Slot(str)
    def _imported(self, name: str) -> None:
        self._wanted = name
        self._said = self.tr("{0} was imported. It is not in use yet.").format(name)
        self._refresh()

    @Slot()
    def _remove(self) -> None:
        name = self.pack["name"]
        buttons = QMessageBox.StandardButton
        asked = self.tr("Remove the pack {0} and its files from this computer?").format(name)
        sure = QMessageBox.question(
            self, self.tr("Remove"), asked, buttons.Yes | buttons.Cancel, buttons.Cancel
        )
        if sure == buttons.Yes:
            self.commands.run(["packs", "remove", name], lambda answer: self._refresh())


def _described(pack: dict[str, Any]) -> str:
    """The pack's card as rich text: what it is, from where, its terms, its figures."""
    if not pack:
        return ""
    if "problem" in pack:
        return f"<h3>{escape(pack['name'])}</h3><p>{escape(told(pack['problem']))}</p>"
    rows = {
        translate("PackDialog", "Name"): pack["name"],
        translate("PackDialog", "Size of drawings"): f"{pack['resolution']} px"
        if pack["resolution"]
        else translate("PackDialog", "none"),
        translate("PackDialog", "Parts"): ", ".join(pack["components"]),
        translate("PackDialog", "Style sliders"): ", ".join(pack["attributes"])
        or translate("PackDialog", "none"),
        translate("PackDialog", "Photos"): translate("PackDialog", "opened at once by the encoder")
        if "encoder" in pack["components"]
        else translate("PackDialog", "searched for, which takes minutes each"),
        translate("PackDialog", "Licence"): pack["licence"],
        translate("PackDialog", "Terms"): pack["terms"],
        translate("PackDialog", "Folder"): pack["folder"],
    }
    if pack.get("gallery"):
        rows[translate("PackDialog", "Gallery")] = translate("PackDialog", "{0} faces").format(
            pack["gallery"]
        )
    for source in pack.get("sources", []):
        rows[translate("PackDialog", "From {0}").format(source["file"])] = (
            f"{source['kind']}, {source['sha256'][:16]}…"
        )
    figures = {c["figure"]: f"{c['measured']} ({c['bar']})" for c in pack["figures"]}
    parts = [f"<h3>{escape(pack['title'])}</h3>", _table(rows)]
    if figures:
        parts += [f"<h4>{escape(translate('PackDialog', 'Figures'))}</h4>", _table(figures)]
    return "".join(parts)


def _table(rows: dict[str, str]) -> str:
    lines = "".join(
        f"<tr><td><b>{escape(title)}</b></td><td>{escape(str(value))}</td></tr>"
        for title, value in rows.items()
    )
    return f"<table cellpadding=3>{lines}</table>"
