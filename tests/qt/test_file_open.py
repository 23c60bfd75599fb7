"""A file that the system hands over, as macOS does, is opened like one on the command line."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from s2flow_app.ui.file_open import FileOpen


def test_a_file_that_is_handed_over_is_opened(qapp: QApplication, tmp_path: Path) -> None:
    opened: list[list[Path]] = []
    files = FileOpen(qapp, opened.append)
    try:
        path = tmp_path / "größe 1.s2flow"
        QCoreApplication.sendEvent(qapp, QFileOpenEvent(str(path)))
        QCoreApplication.sendEvent(qapp, QFileOpenEvent(QUrl("https://example.org/a.jpg")))
        assert opened == [[path]]
    finally:
        qapp.removeEventFilter(files)
        files.setParent(None)
