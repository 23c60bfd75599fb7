"""Between the document and its parts as they are kept."""

from collections.abc import Mapping

from s2flow_app.document.document import Document
from s2flow_app.labels import NUM_CLASSES
from s2flow_app.project.parts import ClassView, OriginalPhoto, Parts, View

Window = Mapping[str, bool | int | float | str | None]
"""What the window has kept of how it shows the document."""


def parts_of(
    document: Document, photo: OriginalPhoto, *, is_made: bool, embeds: bool,
    window: Window | None = None,
) -> Parts:  # fmt: skip
    """What is kept of the document as it is now; histories and canvases are its own."""
    return Parts(
        photo,
        is_made,
        embeds,
        document.faces.found,
        document.faces.sessions,
        view_of(document, window or {}),
    )


def view_of(document: Document, window: Window) -> View:
    """What is no part of undo."""
    view = document.layer_view
    classes = tuple(
        ClassView(view.is_locked(k), view.is_switched_on(k), view.opacity(k))
        for k in range(NUM_CLASSES)
    )
    return View(classes, view.solo, document.edits.feather_px, document.faces.index, dict(window))


def show_view(document: Document, view: View) -> None:
    """Have the document shown as it was."""
    shown = document.layer_view
    shown.reset()
    for class_id, each in enumerate(view.classes):
        shown.set_locked(class_id, each.locked)
        shown.set_visible(class_id, each.visible)
        shown.set_opacity(class_id, each.opacity)
    shown.set_solo(view.solo)
    document.edits.set_feather(view.feather_px)
