"""The pack manager asks the program's own commands and shows what they say."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox
from pytestqt.qtbot import QtBot

from s2flow_app.ui.dialogs.packs import Commands, PackDialog

OURS = {
    "name": "portrait", "title": "Portraits", "resolution": 128, "components": ["generator"],
    "attributes": [], "licence": "L", "terms": "Research use only.", "folder": "/models/portrait",
    "built_in": True, "figures": [{"figure": "parser mean F1", "measured": 0.8, "bar": ">= 0.75"}],
}  # fmt: skip
THEIRS = OURS | {"name": "ffhq", "title": "FFHQ", "built_in": False, "figures": []}
BROKEN = {"name": "broken", "problem": "generator.safetensors is damaged."}


class _Answers:
    """Stands for the processes: records commands, answers at once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[list[str]] = []
        self.packs = [OURS, THEIRS, BROKEN]
        monkeypatch.setattr(Commands, "run", lambda commands, *a: self.run(*a))

    def run(self, arguments, answered) -> None:
        self.asked.append(list(arguments))
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


def test_importing_asks_for_files_and_a_name(
    dialog: PackDialog, answers: _Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *a: (["/a.pkl", "/b.pt"], ""))
    monkeypatch.setattr(QInputDialog, "getText", lambda *a: ("new", True))
    dialog.add.click()
    assert ["import", "/a.pkl", "/b.pt", "--name", "new"] in answers.asked
    assert "new was imported" in dialog.status.text()


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
    qtbot.waitUntil(lambda: not dialog.commands.is_running, timeout=60_000)
    with qtbot.waitSignal(dialog.commands.failed, timeout=60_000) as failed:
        dialog.commands.run(["packs", "verify", "nobody"], print)
    assert failed.args is not None and "Packs found" in failed.args[0]
