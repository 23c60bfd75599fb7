"""What the user is asked about projects: the window's dialogs, or a script in tests."""

from pathlib import Path
from typing import Protocol

from s2flow_app.outputs import InputFile


class Asks(Protocol):
    """Each asks and waits."""

    def where_to_save(self, proposed: Path, inputs: tuple[InputFile, ...]) -> Path | None:
        """A file to write; None: none is to be written."""
        ...

    def may_lose(self) -> bool:
        """Whether what is edited may go, saved or not."""
        ...

    def may_replace_changed(self, path: Path) -> bool:
        """The project was changed by another program since it was opened or saved."""
        ...

    def open_copy(self, path: Path) -> bool:
        """Another window has the project open: whether a copy is to be opened here."""
        ...

    def find_photo(self, name: str, path: str, *, is_changed: bool) -> Path | None:
        """The linked photo is not where it was, or another file lies there."""
        ...
