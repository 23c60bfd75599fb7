"""All actions of the window by name: text, keys, tip. What they do, the window connects.

A tool is ``tool.<name>``, a class of the label map ``class.<key>``. A new action is one line in
`SPECS`; its icon, if any, is `resources/icons/<name>.svg`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QWidget

from s2flow_app.labels import CLASSES
from s2flow_app.ui.panels.layers import SHORTCUTS
from s2flow_app.ui.strokes import TOOLS


@dataclass(frozen=True, slots=True)
class _Spec:
    text: str
    keys: tuple[str, ...] = ()
    tip: str = ""
    checkable: bool = False


_T = QT_TRANSLATE_NOOP
SPECS: Final[dict[str, _Spec]] = {
    "open": _Spec(
        _T("Actions", "&Open photo…"), ("Ctrl+O",), _T("Actions", "Open a photo and find its faces")
    ),
    "new_face": _Spec(
        _T("Actions", "&New face"), ("Ctrl+G",), _T("Actions", "Make up a face with the model pack")
    ),
    "export": _Spec(
        _T("Actions", "&Export photo…"),
        ("Ctrl+S", "Ctrl+E"),
        _T("Actions", "Write the edited photo to a new file"),
    ),
    "import_map": _Spec(
        _T("Actions", "&Import label map…"), tip=_T("Actions", "Ask for a map from a 512 x 512 PNG")
    ),
    "export_map": _Spec(
        _T("Actions", "E&xport label map…"), tip=_T("Actions", "Write the asked map as a PNG")
    ),
    "copy": _Spec(
        _T("Actions", "&Copy edited face"),
        ("Ctrl+C",),
        _T("Actions", "Put the edited face on the clipboard"),
    ),
    "paste": _Spec(
        _T("Actions", "&Paste picture"),
        ("Ctrl+V",),
        _T("Actions", "Open the picture or file on the clipboard"),
    ),
    "quit": _Spec(_T("Actions", "&Quit"), ("Ctrl+Q",)),
    "undo": _Spec(_T("Actions", "&Undo"), ("Ctrl+Z",), _T("Actions", "Take the last step back")),
    "redo": _Spec(
        _T("Actions", "&Redo"), ("Ctrl+Shift+Z", "Ctrl+Y"), _T("Actions", "Take the step again")
    ),
    "apply": _Spec(
        _T("Actions", "&Apply edit"),
        ("Ctrl+Return",),
        _T("Actions", "Make the preview the new start"),
    ),
    "discard": _Spec(
        _T("Actions", "&Discard changes"), tip=_T("Actions", "Back to the last applied edit")
    ),
    "view_photo": _Spec(
        _T("Actions", "Whole &photo"),
        ("F",),
        _T("Actions", "Show the photo or the aligned face"),
        True,
    ),
    "labels": _Spec(
        _T("Actions", "&Label map"),
        ("Ctrl+L",),
        _T("Actions", "Show the label map over the picture"),
        True,
    ),
    "compare": _Spec(
        _T("Actions", "&Before / after"),
        ("Ctrl+B",),
        _T("Actions", "Show the unedited picture"),
        True,
    ),
    "split": _Spec(
        _T("Actions", "&Split view"),
        ("Ctrl+D",),
        _T("Actions", "Unedited left of a line that can be dragged"),
        True,
    ),
    "zoom_in": _Spec(_T("Actions", "Zoom &in"), ("Ctrl++", "Ctrl+=")),
    "zoom_out": _Spec(_T("Actions", "Zoom &out"), ("Ctrl+-",)),
    "zoom_fit": _Spec(_T("Actions", "&Fit"), ("Ctrl+0",)),
    "zoom_100": _Spec(_T("Actions", "&100 %"), ("Ctrl+1",)),
    "align": _Spec(
        _T("Actions", "&Align by hand"),
        tip=_T("Actions", "Drag five points onto eyes, nose and mouth"),
        checkable=True,
    ),
    "tune": _Spec(
        _T("Actions", "&Tune likeness"),
        ("Ctrl+T",),
        _T("Actions", "Fit the generator to this photo; some seconds"),
    ),
    "packs": _Spec(
        _T("Actions", "Model &packs…"),
        tip=_T("Actions", "Choose, import, verify or remove model packs"),
    ),
    "shortcuts": _Spec(_T("Actions", "&Keys and gestures"), ("F1",)),
    "about": _Spec(_T("Actions", "&About")),
    "cancel": _Spec(_T("Actions", "&Cancel what is running"), ("Ctrl+.",)),
    "swap": _Spec(
        _T("Actions", "S&wap classes"),
        ("X",),
        _T("Actions", "Back to the class that was active before"),
    ),
    "smaller": _Spec(_T("Actions", "&Smaller brush"), ("[",)),
    "larger": _Spec(_T("Actions", "&Larger brush"), ("]",)),
    "full_screen": _Spec(
        _T("Actions", "F&ull screen"),
        ("F11",),
        _T("Actions", "The window on the whole screen"),
        True,
    ),
    "hide_panels": _Spec(
        _T("Actions", "&Hide panels"),
        ("Tab",),
        _T("Actions", "Only the picture; key on the canvas"),
        True,
    ),
    "reset_layout": _Spec(
        _T("Actions", "&Reset layout"), tip=_T("Actions", "All panels as at the first start")
    ),
    "safe_colours": _Spec(
        _T("Actions", "Colour-&blind-safe labels"),
        tip=_T("Actions", "Label colours that differ in lightness"),
        checkable=True,
    ),
    "search": _Spec(
        _T("Actions", "Search &commands…"),
        ("Ctrl+K",),
        _T("Actions", "Find an action, tool, shape or class"),
    ),
    "keys": _Spec(
        _T("Actions", "&Shortcuts…"), tip=_T("Actions", "Change the keys of all actions")
    ),
    "tour": _Spec(
        _T("Actions", "Show the &tour"), tip=_T("Actions", "Four steps through the window")
    ),
    "light": _Spec(_T("Actions", "Light &theme"), checkable=True),
}
TOOL_KEYS: Final = {"brush": "B", "eraser": "E", "lasso": "L", "fill": "G", "pick": "I", "pan": "V"}
ON_CANVAS: Final = ("hide_panels",)
"""Their keys mean something else in the rest of the window."""


class Actions:
    """`QAction`s by name; tools are one exclusive group."""

    def __init__(self, parent: QWidget) -> None:
        self.defaults: dict[str, tuple[str, ...]] = {}
        self._tips: dict[str, str] = {}
        self.all = {name: self._made(parent, name, spec) for name, spec in SPECS.items()}
        group = QActionGroup(parent)
        self.tools: dict[str, QAction] = {}
        for name, title in TOOLS.items():
            spec = _Spec(title, (TOOL_KEYS[name],), title, True)
            action = self._made(parent, f"tool.{name}", spec)
            action.setData(name)
            group.addAction(action)
            self.tools[name] = self.all[f"tool.{name}"] = action
        self.classes: dict[int, QAction] = {}
        for each in CLASSES:
            spec = _Spec(each.title, (SHORTCUTS[each.id],) if each.id in SHORTCUTS else ())
            action = self._made(parent, f"class.{each.key}", spec)
            action.setData(each.id)
            self.classes[each.id] = self.all[f"class.{each.key}"] = action
        for name in ON_CANVAS:
            self[name].setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.set_keys({})

    def __getitem__(self, name: str) -> QAction:
        return self.all[name]

    def set_keys(self, changed: Mapping[str, tuple[str, ...]]) -> None:
        """Keys of all actions: their own, but those of ``changed``; shown in the tooltips."""
        for name, action in self.all.items():
            keys = changed.get(name, self.defaults[name])
            action.setShortcuts([QKeySequence(each) for each in keys])
            shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            tip = self._tips[name]
            action.setToolTip(f"{tip} ({shown})" if shown else tip)

    def _made(self, parent: QWidget, name: str, spec: _Spec) -> QAction:
        text = QCoreApplication.translate("Actions", spec.text)
        action = QAction(text, parent)
        action.setObjectName(name)
        action.setCheckable(spec.checkable)
        tip = QCoreApplication.translate("Actions", spec.tip) if spec.tip else plain(text)
        self.defaults[name], self._tips[name] = spec.keys, tip
        parent.addAction(action)
        return action


def plain(text: str) -> str:
    """A menu's text without its mnemonic and dots."""
    return text.replace("&", "").rstrip("…")


def clashes(keys: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """Keys that more than one action has: their names."""
    owners: dict[str, list[str]] = {}
    for name, sequences in keys.items():
        for each in sequences:
            owners.setdefault(QKeySequence(each).toString(), []).append(name)
    return {key: names for key, names in owners.items() if key and len(names) > 1}
