"""Projects of one document: keeper and opener together."""

from pathlib import Path

from PySide6.QtCore import QObject, Slot

from s2flow_app.control.editing import Editing
from s2flow_app.document.document import Document
from s2flow_app.generator_folder import GeneratorFolder
from s2flow_app.ui.project.keeper import ProjectKeeper
from s2flow_app.ui.project.opener import ProjectOpener
from s2flow_app.worker.protocol import Ready


class ProjectWork(QObject):
    """Made beside the window; `ProjectInWindow` connects it with what the user sees.

    Args:
        generators: where the session keeps those that are fitted to faces.
        data: the user's data folder, where windows see each other; None: they do not.
    """

    def __init__(
        self, document: Document, editing: Editing, generators: GeneratorFolder, data: Path | None,
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.keeper = ProjectKeeper(document, generators, data, self)
        self.opener = ProjectOpener(document, editing, self.keeper, generators, self)
        editing.saved_state = self.keeper.is_saved
        editing.ready.connect(self._take_ready)

    @property
    def is_busy(self) -> bool:
        """Whether a project is saved or read."""
        return self.keeper.is_busy or self.opener.is_busy

    def close(self) -> None:
        """Finish saving, let go of everything."""
        self.opener.close()
        self.keeper.close()

    @Slot(object)
    def _take_ready(self, ready: Ready) -> None:
        self.keeper.pack = ready.pack
