"""Asking for a file to write: the name that is asked about is the name that is written."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from s2flow_app.errors import UserError
from s2flow_app.outputs import PICTURE_SUFFIXES, InputFile, check_output
from s2flow_app.ui.told import told
from s2flow_app.ui.translate import QT_TRANSLATE_NOOP, translate


@dataclass(frozen=True, slots=True)
class FileKind:
    """One of the kinds that a dialog offers."""

    title: str
    """Source text of context ``SaveFile``."""
    suffixes: tuple[str, ...]
    """In lower case; a name without any of them gets the first."""

    @property
    def filter(self) -> str:
        """As `QFileDialog` wants it."""
        endings = " ".join(f"*{suffix}" for suffix in self.suffixes)
        return f"{translate('SaveFile', self.title)} ({endings})"


PHOTO_KINDS: Final = (
    FileKind(
        QT_TRANSLATE_NOOP("SaveFile", "Photo, as its name ends"),
        (".jpg", *(suffix for suffix in PICTURE_SUFFIXES if suffix != ".jpg")),
    ),
    FileKind("JPEG", (".jpg", ".jpeg")),
    FileKind("PNG", (".png",)),
    FileKind("TIFF", (".tif", ".tiff")),
    FileKind("WebP", (".webp",)),
)
LABEL_MAP_KINDS: Final = (FileKind(QT_TRANSLATE_NOOP("SaveFile", "Label map"), (".png",)),)


def completed(path: Path, kind: FileKind) -> Path:
    """``path`` with an ending of ``kind``.

    The ending of another kind of picture is replaced; what is none is part of the name:
    ``face.v2`` becomes ``face.v2.png``.
    """
    ending = path.suffix.lower()
    if ending in kind.suffixes:
        return path
    stem = path.stem if ending in PICTURE_SUFFIXES else path.name
    return path.with_name(stem + kind.suffixes[0])


def ask_where_to_save(
    parent: QWidget,
    title: str,
    proposed: Path,
    kinds: tuple[FileKind, ...],
    *,
    inputs: Iterable[InputFile] = (),
) -> Path | None:
    """The file to write, with its ending; None: nothing is to be written.

    A name that cannot be written, or is one of ``inputs``, is refused; a file that is there is
    replaced only if that is wanted. Then the dialog is shown again.
    """
    inputs = tuple(inputs)
    by_filter = {kind.filter: kind for kind in kinds}
    chosen = kinds[0].filter
    while True:
        # Qt would ask about the name as it was typed, before it has its ending.
        name, chosen = QFileDialog.getSaveFileName(
            parent, title, str(proposed), ";;".join(by_filter), chosen,
            QFileDialog.Option.DontConfirmOverwrite,
        )  # fmt: skip
        if not name:
            return None
        path = completed(Path(name), by_filter.get(chosen, kinds[0]))
        try:
            check_output(path, inputs=inputs)
        except UserError as error:
            _refuse(parent, title, error)
        else:
            if not path.exists() or _may_replace(parent, title, path):
                return path
        proposed = path


def _refuse(parent: QWidget, title: str, error: UserError) -> None:
    QMessageBox.warning(parent, title, f"{told(error.message)} {told(error.hint)}".strip())


def _may_replace(parent: QWidget, title: str, path: Path) -> bool:
    text = translate("SaveFile", "{0} is there already. Replace it?").format(path.name)
    buttons = QMessageBox.StandardButton
    answer = QMessageBox.question(parent, title, text, buttons.Yes | buttons.No, buttons.No)
    return answer == buttons.Yes
