"""What is asked about projects: unsaved edits, files changed elsewhere, photos that moved."""

from pathlib import Path
from typing import Final, Literal

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from s2flow_app.project.project_file import SUFFIX
from s2flow_app.ui.dialogs.save_file import FileKind
from s2flow_app.ui.translate import QT_TRANSLATE_NOOP, translate

Choice = Literal["save", "export", "discard", "cancel"]
PROJECT_KINDS: Final = (FileKind(QT_TRANSLATE_NOOP("SaveFile", "Project"), (SUFFIX,)),)


def ask_about_unsaved(parent: QWidget, name: str, faces: int) -> Choice:
    """What to do with edits before they go.

    Args:
        name: of the photo, or of its project.
        faces: how many have edits.
    """
    box = unsaved_box(parent, name, faces)
    box.exec()
    return choice_of(box)


def unsaved_box(parent: QWidget, name: str, faces: int) -> QMessageBox:
    """The dialog of `ask_about_unsaved`."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle(translate("Unsaved", "Unsaved edits"))
    if faces == 1:
        text = translate("Unsaved", "{0} has edits of 1 face that are not saved.").format(name)
    else:
        text = translate("Unsaved", "{0} has edits of {1} faces that are not saved.")
        text = text.format(name, faces)
    box.setText(text)
    box.setInformativeText(
        translate(
            "Unsaved",
            "A project keeps photo, edits and history, to go on later. An export is the photo "
            "with the applied edits.",
        )
    )
    kinds = QMessageBox.StandardButton
    box.setStandardButtons(kinds.Save | kinds.Discard | kinds.Cancel)
    role = QMessageBox.ButtonRole.AcceptRole
    box.addButton(translate("Unsaved", "Export…"), role).setObjectName("export")
    box.setDefaultButton(kinds.Save)
    box.setEscapeButton(kinds.Cancel)
    return box


def choice_of(box: QMessageBox) -> Choice:
    """What was clicked in an `unsaved_box`."""
    clicked, kinds = box.clickedButton(), QMessageBox.StandardButton
    if clicked is not None and clicked.objectName() == "export":
        return "export"
    found: dict[QMessageBox.StandardButton, Choice] = {kinds.Save: "save", kinds.Discard: "discard"}
    return "cancel" if clicked is None else found.get(box.standardButton(clicked), "cancel")


def may_replace_changed(parent: QWidget, path: Path) -> bool:
    """Ask whether a project that another program has changed is to be replaced."""
    kinds = QMessageBox.StandardButton
    text = translate(
        "Unsaved", "{0} was changed by another program since it was opened here. Replace it?"
    )
    title = translate("Unsaved", "Changed elsewhere")
    answer = QMessageBox.question(
        parent, title, text.format(path.name), kinds.Yes | kinds.No, kinds.No
    )
    return answer == kinds.Yes


def may_open_copy(parent: QWidget, path: Path) -> bool:
    """Ask whether to open a copy of a project that another window has open."""
    kinds = QMessageBox.StandardButton
    text = translate(
        "Unsaved",
        "{0} is open in another window. Open a copy here? It is saved under another name.",
    )
    title = translate("Unsaved", "Open in another window")
    answer = QMessageBox.question(
        parent, title, text.format(path.name), kinds.Open | kinds.Cancel, kinds.Cancel
    )
    return answer == kinds.Open


def find_photo(
    parent: QWidget, name: str, path: str, filter: str, *, is_changed: bool
) -> Path | None:
    """Ask where the photo of a project lies that has only a link to it."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(translate("Unsaved", "Find the photo"))
    if is_changed:
        text = translate(
            "Unsaved", "The photo of this project, {0}, has changed since the project was saved."
        )
    else:
        text = translate("Unsaved", "The photo of this project, {0}, is not where it was.")
    box.setText(text.format(name))
    where = translate("Unsaved", "It lay in {0}. Choose the file as it was then.")
    box.setInformativeText(where.format(path or "-"))
    find = box.addButton(translate("Unsaved", "Find…"), QMessageBox.ButtonRole.AcceptRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(find)
    box.exec()
    if box.clickedButton() is not find:
        return None
    title = translate("Unsaved", "Find {0}").format(name)
    chosen, _ = QFileDialog.getOpenFileName(parent, title, str(Path(path).parent), filter)
    return Path(chosen) if chosen else None
