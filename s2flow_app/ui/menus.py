"""The menu bar: which action stands in which menu."""

from typing import Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMainWindow, QMenu

from s2flow_app.ui.actions import PANEL, Actions
from s2flow_app.ui.docks import Docks
from s2flow_app.ui.translate import QT_TRANSLATE_NOOP

PLAN: Final[dict[str, tuple[str | None, ...]]] = {
    QT_TRANSLATE_NOOP("Menus", "&File"): (
        "open", "new_face", "gallery", "paste", None, "save", "save_as", "embed_photo", None,
        "export", "import_map", "export_map", None, "quit",
    ),
    QT_TRANSLATE_NOOP("Menus", "&Edit"): (
        "undo", "redo", "snapshot", None, "copy", None, "apply", "discard", None, "swap",
        "smaller", "larger", None, "layer_up", "layer_down", None, "search", "keys", None, "cancel",
    ),
    QT_TRANSLATE_NOOP("Menus", "&View"): (
        "view_photo", "labels", "contour", "tint", "flat", "onion_skin", "landmarks", None,
        "compare", "split", "side", "difference", None, "zoom_in", "zoom_out", "zoom_fit",
        "zoom_face", "zoom_100", None, "turn_left", "turn_right", "turn_upright", None,
        "full_screen", "hide_panels", "reset_layout", None, "safe_colours", "light",
    ),
    QT_TRANSLATE_NOOP("Menus", "F&ace"): ("align", "add_face", "next_face", None, "tune"),
}  # fmt: skip
"""Menu: names of actions; None is a line."""
HELP: Final = ("guide", "shortcuts", "tour", "packs", "about")


class Menus:
    """The window's menus; `shapes` and `panels` hold an action for each."""

    def __init__(
        self,
        window: QMainWindow,
        actions: Actions,
        docks: Docks,
        recent: QMenu,
        language: QMenu,
    ) -> None:
        bar = window.menuBar()
        for title, names in PLAN.items():
            menu = bar.addMenu(QCoreApplication.translate("Menus", title))
            _fill(menu, actions, names)
            if "open" in names:
                menu.insertMenu(actions["new_face"], recent)
            if "light" in names:
                menu.addMenu(language)
        self.shapes = bar.addMenu(QCoreApplication.translate("Menus", "&Shapes"))
        self.shapes.addActions(list(actions.shapes.values()))
        tools = bar.addMenu(QCoreApplication.translate("Menus", "&Tools"))
        tools.addActions(list(actions.tools.values()))
        self.panels = bar.addMenu(QCoreApplication.translate("Menus", "&Panels"))
        for dock in docks.by_name.values():
            own = actions.all.get(f"{PANEL}{dock.objectName().lower()}")
            self.panels.addAction(own or dock.toggleViewAction())
        _fill(bar.addMenu(QCoreApplication.translate("Menus", "&Help")), actions, HELP)


def _fill(menu: QMenu, actions: Actions, names: tuple[str | None, ...]) -> None:
    for name in names:
        if name is None:
            menu.addSeparator()
        else:
            menu.addAction(actions[name])
