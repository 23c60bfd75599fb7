"""Files that macOS hands over: it names them to the running program, not on a command line."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication


class FileOpen(QObject):
    """Calls ``open_files`` with a file that was double-clicked or dropped on the program's icon."""

    def __init__(
        self, application: QApplication, open_files: Callable[[list[Path]], object]
    ) -> None:
        super().__init__(application)
        self._open_files = open_files
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.FileOpen or not isinstance(event, QFileOpenEvent):
            return False
        if event.file():  # an address of a page, otherwise
            self._open_files([Path(event.file())])
        return True
