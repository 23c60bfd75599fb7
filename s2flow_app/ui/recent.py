"""The menu of photos opened last."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

LIMIT: Final = 10


class RecentMenu(QMenu):
    chosen = Signal(object)
    """Path, which may be gone."""

    def __init__(self, kept: str, parent: QWidget | None = None) -> None:
        """``kept``: paths, one a line, newest first."""
        super().__init__(parent)
        self.setTitle(self.tr("Open &recent"))
        self._paths = kept.splitlines()
        self._fill()

    def add(self, path: Path) -> str:
        """Put ``path`` first; returns what to keep."""
        text = str(path.absolute())
        self._paths = [text, *(p for p in self._paths if p != text)][:LIMIT]
        return self._fill()

    def remove(self, path: Path) -> str:
        self._paths = [p for p in self._paths if p != str(path)]
        return self._fill()

    def _fill(self) -> str:
        self.clear()
        for text in self._paths:
            action = self.addAction(Path(text).name.replace("&", "&&"))
            action.setToolTip(text)
            action.setData(text)
            action.triggered.connect(self._choose)
        self.setToolTipsVisible(True)
        self.setEnabled(bool(self._paths))
        return "\n".join(self._paths)

    @Slot()
    def _choose(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.chosen.emit(Path(action.data()))
