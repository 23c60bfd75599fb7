"""The pack manager: the model packs with terms and figures; use, verify, import, remove.

It runs the program's own commands (`s2flow packs`, `s2flow import`) as processes: torch stays out
of the window, a hostile checkpoint out of the program, and what takes long can be stopped.
"""

import json
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from PySide6.QtCore import QObject, QProcess, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from s2flow_app.program import command

Answered = Callable[[dict[str, Any]], None]
CHECKPOINTS = "Checkpoints (*.pkl *.pt *.pth *.pickle *.txt);;All files (*)"


class Commands(QObject):
    """Runs one of the program's commands at a time."""

    failed = Signal(str)
    running_changed = Signal(bool)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._process = QProcess(self)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._not_started)
        self._answered: Answered | None = None

    @property
    def is_running(self) -> bool:
        return self._process.state() != QProcess.ProcessState.NotRunning

    def run(self, arguments: Sequence[str], answered: Answered) -> None:
        """Call ``answered`` with the command's JSON object; on failure `failed` says why."""
        if self.is_running:
            return
        self._answered = answered
        self.running_changed.emit(True)
        program, *given = command(*arguments, "--json")
        self._process.start(program, given)

    def stop(self) -> None:
        """End what runs and wait for it."""
        self._answered = None
        self._process.kill()
        self._process.waitForFinished(3000)

    @Slot()
    def _not_started(self) -> None:
        if self._process.error() == QProcess.ProcessError.FailedToStart:
            self.running_changed.emit(False)
            self.failed.emit("The program could not start itself to do this.")

    @Slot(int)
    def _finished(self, code: int) -> None:
        self.running_changed.emit(False)
        answered, self._answered = self._answered, None
        if answered is None:
            return
        said = bytes(self._process.readAllStandardOutput().data()).decode(errors="replace")
        why = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
        if code == 0:
            answered(json.loads(said))
        else:
            self.failed.emit(
                why.strip().splitlines()[-1] if why.strip() else f"It ended with {code}."
            )


class PackDialog(QDialog):
    """Lists the packs; `chosen` tells the name of one that is to be used."""

    chosen = Signal(str)

    def __init__(self, used: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Model packs")
        self.resize(760, 440)
        self._used = used
        self.commands = Commands(self)
        self.list = QListWidget()
        self.details = QTextBrowser()
        self.status = QLabel()
        self.status.setWordWrap(True)
        self.use = self._button("Use", self._use)
        self.verify = self._button("Verify", self._verify)
        self.add = self._button("Import…", self._import)
        self.remove = self._button("Remove", self._remove)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
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

    def _button(self, text: str, slot: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(slot)
        return button

    def _refresh(self) -> None:
        self.commands.run(["packs"], self._list)

    def _list(self, answer: dict[str, Any]) -> None:
        selected = self.pack.get("name", self._used)
        self.list.clear()
        for pack in answer["packs"]:
            mark = " (in use)" if pack["name"] == self._used else ""
            item = QListWidgetItem(f"{pack.get('title', pack['name'])}{mark}")
            item.setData(Qt.ItemDataRole.UserRole, pack)
            self.list.addItem(item)
            if pack["name"] == selected:
                self.list.setCurrentItem(item)

    @Slot()
    def _show(self) -> None:
        self.details.setHtml(_described(self.pack))
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
            self.status.setText("Working…")
        elif self.status.text() == "Working…":
            self.status.clear()

    @Slot()
    def _use(self) -> None:
        self._used = self.pack["name"]
        self.chosen.emit(self._used)
        self.status.setText(f"{self.pack['title']} is used from the next start of the program.")
        self._refresh_marks()

    def _refresh_marks(self) -> None:
        packs = [self.list.item(i).data(Qt.ItemDataRole.UserRole) for i in range(self.list.count())]
        self._list({"packs": packs})

    @Slot()
    def _verify(self) -> None:
        name = self.pack["name"]
        self.commands.run(
            ["packs", "verify", name],
            lambda answer: self.status.setText(f"{name}: every file is as its manifest says."),
        )

    @Slot()
    def _import(self) -> None:
        files, _ = QFileDialog.getOpenFileNames(self, "Checkpoints of one pack", "", CHECKPOINTS)
        if not files:
            return
        name, given = QInputDialog.getText(self, "Import", "Name of the new pack:")
        if given and name.strip():
            self.commands.run(["import", *files, "--name", name.strip()], self._imported)

    def _imported(self, answer: dict[str, Any]) -> None:
        self.status.setText(f"{answer['name']} was imported.")
        self._refresh()

    @Slot()
    def _remove(self) -> None:
        name = self.pack["name"]
        buttons = QMessageBox.StandardButton
        asked = f"Remove the pack {name} and its files from this computer?"
        sure = QMessageBox.question(
            self, "Remove", asked, buttons.Yes | buttons.Cancel, buttons.Cancel
        )
        if sure == buttons.Yes:
            self.commands.run(["packs", "remove", name], lambda answer: self._refresh())


def _described(pack: dict[str, Any]) -> str:
    if not pack:
        return ""
    if "problem" in pack:
        return f"<h3>{escape(pack['name'])}</h3><p>{escape(pack['problem'])}</p>"
    rows = {
        "Name": pack["name"],
        "Size of drawings": f"{pack['resolution']} px",
        "Parts": ", ".join(pack["components"]),
        "Style sliders": ", ".join(pack["attributes"]) or "none",
        "Licence": pack["licence"],
        "Terms": pack["terms"],
        "Folder": pack["folder"],
    }
    rows |= {check["figure"]: f"{check['measured']} ({check['bar']})" for check in pack["figures"]}
    lines = "".join(
        f"<tr><td><b>{escape(title)}</b></td><td>{escape(str(value))}</td></tr>"
        for title, value in rows.items()
    )
    return f"<h3>{escape(pack['title'])}</h3><table cellpadding=3>{lines}</table>"
