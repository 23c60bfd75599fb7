"""The menu of languages, each by its own name."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from s2flow_app.ui.translate import LANGUAGES


class LanguageMenu(QMenu):
    chosen = Signal(str)
    """What to keep: ``auto`` (the system's language) or a code of `LANGUAGES`."""

    def __init__(self, kept: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("&Language"))
        group = QActionGroup(self)
        for code, title in {"auto": self.tr("As the system"), **LANGUAGES}.items():
            action = self.addAction(title)
            action.setData(code)
            action.setCheckable(True)
            action.setChecked(code == kept)
            group.addAction(action)
        group.triggered.connect(self._choose)

    @Slot(QAction)
    def _choose(self, action: QAction) -> None:
        self.chosen.emit(action.data())
