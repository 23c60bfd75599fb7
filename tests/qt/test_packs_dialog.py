"""The pack manager asks the program's own commands and shows what they say."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from s2flow_app.ui.dialogs.commands import Commands
from s2flow_app.ui.dialogs.import_files import ImportDialog
from s2flow_app.ui.dialogs.packs import PackDialog

OURS = {
    "name": "portrait", "title": "Portraits", "resolution": 128, "components": ["generator"],
    "attributes": [], "licence": "L", "terms": "Research use only.", "folder": "/models/portrait",
    "built_in": True, "figures": [{"figure": "parser mean F1", "measured": 0.8, "bar": ">= 0.75"}],
}  # fmt: skip
THEIRS = OURS | {"name": "ffhq", "title": "FFHQ", "built_in": False, "figures": []}
BROKEN = {"name": "broken", "problem": "generator.safetensors is damaged."}


def _inspected(files) -> dict:
    """As `s2flow import --inspect` answers."""
    seen = [
        {"file": Path(f).name, "kind": "", "parts": [], "licence": "", "problem": "no checkpoint"}
        if f.endswith(".txt")
        else {
            "file": Path(f).name, "kind": "StyleGAN2 (rosinality)", "parts": ["generator"],
            "licence": "L", "problem": "",
        }
        for f in files
    ]  # fmt: skip
    return {"files": seen, "problem": "", "name": Path(files[0]).stem}


class _Answers:
    """Stands for the processes: records commands, answers at once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[list[str]] = []
        self.packs = [OURS, THEIRS, BROKEN]
        monkeypatch.setattr(Commands, "run", lambda commands, *a: self.run(*a))

    def run(self, arguments, answered) -> None:
        self.asked.append(list(arguments))
        if arguments[-1] == "--inspect":
            answered(_inspected(arguments[1:-1]))
        else:
            answered({"packs": self.packs} if arguments == ["packs"] else {"name": "new"})


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> _Answers:
    return _Answers(monkeypatch)


@pytest.fixture
def dialog(qtbot: QtBot, answers: _Answers) -> PackDialog:
    dialog = PackDialog("portrait")
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_the_pack_in_use_is_shown_with_terms_and_figures(dialog: PackDialog) -> None:
    text = dialog.details.toPlainText()
    assert "Research use only." in text and "0.8 (>= 0.75)" in text
    assert not dialog.use.isEnabled() and not dialog.remove.isEnabled()


def test_another_pack_can_be_chosen(qtbot: QtBot, dialog: PackDialog) -> None:
    dialog.list.setCurrentRow(1)
    with qtbot.waitSignal(dialog.chosen) as chosen:
        dialog.use.click()
    assert chosen.args == ["ffhq"]
    assert "next start" in dialog.status.text()
    assert not dialog.remove.isEnabled(), "what is in use stays"


def test_a_broken_pack_says_what_is_wrong(dialog: PackDialog) -> None:
    dialog.list.setCurrentRow(2)
    assert "is damaged" in dialog.details.toPlainText()
    assert not dialog.use.isEnabled() and not dialog.verify.isEnabled()


def test_importing_says_what_files_are_suggests_a_name_and_makes_the_pack(
    qtbot: QtBot, dialog: PackDialog, answers: _Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *a: (["/a.pkl", "/b.pt"], ""))
    dialog.add.click()
    asking = dialog.findChild(ImportDialog)
    assert asking is not None and not asking.do.isEnabled()
    asking.add.click()
    assert answers.asked[-1] == ["import", "/a.pkl", "/b.pt", "--inspect"]
    said = asking.list.topLevelItem(0)
    assert said is not None and said.text(1) == "StyleGAN2 (rosinality): generator"
    assert asking.name.text() == "a"
    asking.name.selectAll()
    qtbot.keyClicks(asking.name, "mine")
    asking.do.click()
    assert ["import", "/a.pkl", "/b.pt", "--name", "mine"] in answers.asked
    assert "new was imported" in dialog.status.text()


def test_a_file_that_is_no_checkpoint_is_left_out(
    dialog: PackDialog, answers: _Answers, tmp_path: Path
) -> None:
    asking = dialog.import_files([Path("/a.pkl"), Path("/bad.txt")])
    bad = asking.list.topLevelItem(1)
    assert bad is not None and "no checkpoint" in bad.text(1)
    assert not asking.do.isEnabled() and "Leave out" in asking.status.text()
    asking.list.setCurrentItem(bad)
    asking.drop.click()
    assert answers.asked[-1] == ["import", "/a.pkl", "--inspect"] and asking.do.isEnabled()
    asking.reject()


def test_files_are_dropped_onto_the_window(qtbot: QtBot, dialog: PackDialog) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/a.pkl"), QUrl.fromLocalFile("/b.pt")])
    given = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton)
    key = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(dialog, QDragEnterEvent(QPoint(20, 20), *given, key))
    QApplication.sendEvent(dialog, QDropEvent(QPointF(20, 20), *given, key))
    asking = dialog.findChild(ImportDialog)
    assert asking is not None and asking.list.topLevelItemCount() == 2
    asking.reject()


def test_every_control_says_what_it_is_for(dialog: PackDialog) -> None:
    asking = dialog.import_files([])
    for button in [*dialog.findChildren(QPushButton), *asking.findChildren(QPushButton)]:
        assert button.toolTip(), button.text()
        assert button.accessibleName(), button.text()
    asking.reject()


def test_only_an_imported_pack_is_removed_and_only_when_sure(
    dialog: PackDialog, answers: _Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog.list.setCurrentRow(1)
    buttons = QMessageBox.StandardButton
    monkeypatch.setattr(QMessageBox, "question", lambda *a: buttons.Cancel)
    dialog.remove.click()
    assert ["packs", "remove", "ffhq"] not in answers.asked
    monkeypatch.setattr(QMessageBox, "question", lambda *a: buttons.Yes)
    dialog.remove.click()
    assert ["packs", "remove", "ffhq"] in answers.asked


def test_the_real_commands_answer_and_fail_with_a_sentence(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("S2FLOW_MODELS", str(tmp_path))
    dialog = PackDialog("portrait")
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: not dialog.commands.is_running)
    with qtbot.waitSignal(dialog.commands.failed) as failed:
        dialog.commands.run(["packs", "verify", "nobody"], print)
    assert failed.args is not None and "Packs found" in failed.args[0]
