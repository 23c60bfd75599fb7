"""About: version, terms and licences are shown; diagnostics reach the clipboard without names."""

import getpass
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from pytestqt.qtbot import QtBot

from s2flow_app import __version__
from s2flow_app.ui.dialogs import diagnostics
from s2flow_app.ui.dialogs.about import AboutDialog


@pytest.fixture
def dialog(qtbot: QtBot) -> AboutDialog:
    dialog = AboutDialog("portrait-256 on the CPU", "Research use only.")
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_version_pack_terms_and_licence_are_told(dialog: AboutDialog) -> None:
    assert __version__ in dialog.about.text() and "portrait-256 on the CPU" in dialog.about.text()
    assert "Research use only." in dialog.terms.toPlainText()
    assert "CelebAMask-HQ" in dialog.terms.toPlainText()
    assert "Apache License" in dialog.licence.toPlainText()


def test_other_software_is_listed_with_its_licence_text(
    dialog: AboutDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = (dialog.list.topLevelItem(row) for row in range(dialog.list.topLevelItemCount()))
    items = {item.text(0): item for item in rows if item is not None}
    dialog.list.setCurrentItem(items["numpy"])
    assert items["numpy"].text(1) and "NumPy Developers" in dialog.details.toPlainText()
    dialog.list.setCurrentItem(items["Qt"])
    text = dialog.details.toPlainText()
    assert "You may change these libraries" in text and "GNU LESSER GENERAL PUBLIC" in text
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    dialog.list.itemDoubleClicked.emit(items["Qt"], 0)
    assert opened == [QUrl("https://www.qt.io")]


def test_what_doctor_says_is_copied_without_names(
    qtbot: QtBot, dialog: AboutDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = f"print('folder', {str(tmp_path / 'berta-x' / 'data')!r}); raise SystemExit(1)"
    python = diagnostics.command()[0]
    monkeypatch.setattr(diagnostics, "command", lambda *given: [python, "-c", script])
    monkeypatch.setattr(getpass, "getuser", lambda: "berta-x")
    with qtbot.waitSignal(dialog.diagnostics.collected):
        dialog.copy.click()
        assert not dialog.copy.isEnabled()
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith(f"S2-Flow Studio {__version__}")
    assert "folder" in copied and "doctor: exit 1" in copied
    assert "berta-x" not in copied and "/USER/data" in copied
    assert dialog.copy.isEnabled() and "Copied" in dialog.said.text()


def test_a_program_that_cannot_start_itself_is_reported_too(
    qtbot: QtBot, dialog: AboutDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = str(tmp_path / "no-such-program")
    monkeypatch.setattr(diagnostics, "command", lambda *given: [missing, *given])
    with qtbot.waitSignal(dialog.diagnostics.collected):
        dialog.copy.click()
    assert "doctor: " in QGuiApplication.clipboard().text()


def test_closing_ends_what_is_still_collected(
    qtbot: QtBot, dialog: AboutDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = diagnostics.command()[0]
    forever = [python, "-c", "import sys; sys.stdin.read()"]
    monkeypatch.setattr(diagnostics, "command", lambda *given: forever)
    dialog.copy.click()
    qtbot.waitUntil(lambda: dialog.diagnostics.is_running)
    dialog.close()
    assert not dialog.diagnostics.is_running
