"""How the user likes the window: keys, theme, panels, label colours, full screen; the tour."""

import json

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QColor, QKeySequence
from PySide6.QtWidgets import QApplication, QMainWindow

from s2flow_app.document.layer_view import LayerView
from s2flow_app.labels import PALETTE
from s2flow_app.settings import Settings
from s2flow_app.ui.actions import PANEL, Actions
from s2flow_app.ui.canvas import Canvas
from s2flow_app.ui.dialogs.shortcuts import ShortcutDialog
from s2flow_app.ui.dialogs.tour import Tour
from s2flow_app.ui.docks import Docks
from s2flow_app.ui.icons import set_icons, swatch
from s2flow_app.ui.label_colours import SAFE
from s2flow_app.ui.theme import apply_theme


class Preferences(QObject):
    changed = Signal(object)
    """Settings to be replaced: name to value."""

    def __init__(
        self,
        window: QMainWindow,
        actions: Actions,
        canvas: Canvas,
        layer_view: LayerView,
        docks: Docks,
        settings: Settings,
    ) -> None:
        super().__init__(window)
        self._window, self._actions, self._canvas, self._docks = window, actions, canvas, docks
        self._layer_view = layer_view
        self.tour: Tour | None = None
        actions["light"].setChecked(settings.theme == "light")
        actions["safe_colours"].setChecked(settings.safe_colours)
        actions.set_keys(_kept_keys(settings.shortcuts))
        docks.restore(settings.layout, settings.geometry)
        canvas.addAction(actions["hide_panels"])
        self._colour_labels(settings.safe_colours)
        set_icons(actions.all.values(), window.palette())
        self._tell_keys()
        actions["light"].toggled.connect(self._set_theme)
        actions["safe_colours"].toggled.connect(self._set_label_colours)
        actions["full_screen"].setChecked(window.isFullScreen())
        actions["full_screen"].toggled.connect(self._set_full_screen)
        actions["hide_panels"].toggled.connect(docks.set_hidden)
        for name in docks.by_name:
            action = actions.all.get(f"{PANEL}{name.lower()}")
            if action is not None:
                action.setData(name)
                action.triggered.connect(self._toggle_panel)
                shown = docks.by_name[name].toggleViewAction()
                action.setChecked(shown.isChecked())
                shown.toggled.connect(action.setChecked)
        actions["reset_layout"].triggered.connect(self._reset_layout)
        actions["keys"].triggered.connect(self._ask_keys)
        actions["tour"].triggered.connect(self.show_tour)

    @Slot()
    def show_tour(self) -> None:
        if self.tour is not None:
            return
        panels = self._docks.by_name
        self.tour = Tour(
            (
                (
                    self._canvas,
                    self.tr("Drop or paste a photo here, or press {0}.").format(self._key("open")),
                ),
                (panels["Layers"], self.tr("Choose what you paint: hair, skin, a hat.")),
                (panels["Edit"], self.tr("See the preview here and apply it when you like it.")),
                (
                    panels["Style"],
                    self.tr(
                        "Change colours and light here, shapes such as a smile in the next tab."
                    ),
                ),
            ),
            self._window,
        )
        self.tour.finished.connect(self._end_tour)

    @Slot()
    def _end_tour(self) -> None:
        self.tour = None
        self._canvas.setFocus()  # or some number of a slider would be typed over
        self.changed.emit({"tour_seen": True})

    @Slot(bool)
    def _set_theme(self, light: bool) -> None:
        theme = "light" if light else "dark"
        application = QApplication.instance()
        if isinstance(application, QApplication):
            apply_theme(application, theme)
            set_icons(self._actions.all.values(), application.palette())
        self.changed.emit({"theme": theme})

    @Slot(bool)
    def _set_label_colours(self, safe: bool) -> None:
        self._colour_labels(safe)
        self.changed.emit({"safe_colours": safe})

    def _colour_labels(self, safe: bool) -> None:
        colours = SAFE if safe else PALETTE
        self._layer_view.set_colours(colours)
        for class_id, action in self._actions.classes.items():
            action.setIcon(swatch(QColor(*(int(v) for v in colours[class_id]))))

    @Slot(bool)
    def _set_full_screen(self, full: bool) -> None:
        self._window.showFullScreen() if full else self._window.showNormal()

    @Slot()
    def _toggle_panel(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self._docks.toggle(action.data())
            is_closed = self._docks.by_name[action.data()].isHidden()
            action.setChecked(not is_closed)
            if is_closed:
                self._canvas.setFocus()

    @Slot()
    def _reset_layout(self) -> None:
        self._actions["hide_panels"].setChecked(False)
        self._docks.reset()

    @Slot()
    def _ask_keys(self) -> None:
        dialog = ShortcutDialog(self._actions, self._window)
        dialog.changed.connect(self._set_keys)
        dialog.exec()
        dialog.deleteLater()

    def _tell_keys(self) -> None:
        """The empty canvas says how to begin."""
        text = self.tr("Open a photo ({0}), drop one here, or make a new face ({1})")
        self._canvas.set_empty_hint(text.format(self._key("open"), self._key("new_face")))

    def _key(self, name: str) -> str:
        return self._actions[name].shortcut().toString(QKeySequence.SequenceFormat.NativeText)

    @Slot(object)
    def _set_keys(self, keys: dict[str, tuple[str, ...]]) -> None:
        self._actions.set_keys(keys)
        self._tell_keys()
        self.changed.emit({"shortcuts": json.dumps(keys)})


def _kept_keys(text: str) -> dict[str, tuple[str, ...]]:
    """What a settings file says of keys; nothing where it is not readable."""
    try:
        kept = json.loads(text or "{}")
        return {str(name): tuple(str(key) for key in keys) for name, keys in kept.items()}
    except (ValueError, TypeError, AttributeError):
        return {}
