"""All actions of the window by name: text, keys, tip. What they do, the window connects.

A tool is ``tool.<name>``, a class of the label map ``class.<key>``, a ready-made change
``shape.<name>``. A new action is one line in `SPECS`; its icon, if any, is
`resources/icons/<name>.svg`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QWidget

from s2flow_app.label_shapes.presets import PRESETS
from s2flow_app.labels import CLASSES
from s2flow_app.ui.told import CONTEXT
from s2flow_app.ui.tools.registry import TOOLS
from s2flow_app.ui.translate import QT_TRANSLATE_NOOP


@dataclass(frozen=True, slots=True)
class _Spec:
    text: str
    keys: tuple[str, ...] = ()
    tip: str = ""
    checkable: bool = False


SPECS: Final[dict[str, _Spec]] = {
    "open": _Spec(
        QT_TRANSLATE_NOOP("Actions", "&Open…"),
        ("Ctrl+O",),
        QT_TRANSLATE_NOOP("Actions", "Open a photo and find its faces, or go on with a project"),
    ),
    "save": _Spec(
        QT_TRANSLATE_NOOP("Actions", "&Save project"),
        ("Ctrl+S",),
        QT_TRANSLATE_NOOP("Actions", "Keep photo, faces, edits and history in one file"),
    ),
    "save_as": _Spec(
        QT_TRANSLATE_NOOP("Actions", "Save project &as…"),
        ("Ctrl+Shift+S",),
        QT_TRANSLATE_NOOP("Actions", "Save the project under another name"),
    ),
    "embed_photo": _Spec(
        QT_TRANSLATE_NOOP("Actions", "Projects &hold the photo"),
        (),
        QT_TRANSLATE_NOOP("Actions", "Off: the project has a link to the photo's file instead"),
        True,
    ),
    "new_face": _Spec(
        QT_TRANSLATE_NOOP("Actions", "&New face"),
        ("Ctrl+G",),
        QT_TRANSLATE_NOOP("Actions", "Make up a face with the model pack"),
    ),
    "gallery": _Spec(
        QT_TRANSLATE_NOOP("Actions", "&Face from the gallery…"),
        (),
        QT_TRANSLATE_NOOP("Actions", "Start from a face that the pack brings along"),
        False,
    ),
    "export": _Spec(
        QT_TRANSLATE_NOOP("Actions", "&Export photo…"),
        ("Ctrl+E",),
        QT_TRANSLATE_NOOP("Actions", "Write the edited photo to a new file"),
    ),
    "import_map": _Spec(
        QT_TRANSLATE_NOOP("Actions", "&Import label map…"),
        tip=QT_TRANSLATE_NOOP("Actions", "Ask for a map from a 512 x 512 PNG"),
    ),
    "export_map": _Spec(
        QT_TRANSLATE_NOOP("Actions", "Export label &map…"),
        tip=QT_TRANSLATE_NOOP("Actions", "Write the asked map as a PNG"),
    ),
    "copy": _Spec(
        QT_TRANSLATE_NOOP("Actions", "Copy edited &face"),
        ("Ctrl+C",),
        QT_TRANSLATE_NOOP("Actions", "Put the edited face on the clipboard"),
    ),
    "paste": _Spec(
        QT_TRANSLATE_NOOP("Actions", "&Paste picture"),
        ("Ctrl+V",),
        QT_TRANSLATE_NOOP("Actions", "Open the picture or file on the clipboard"),
    ),
    "quit": _Spec(QT_TRANSLATE_NOOP("Actions", "&Quit"), ("Ctrl+Q",)),
    "undo": _Spec(
        QT_TRANSLATE_NOOP("Actions", "&Undo"),
        ("Ctrl+Z",),
        QT_TRANSLATE_NOOP("Actions", "Take the last step back"),
    ),
    "redo": _Spec(
        QT_TRANSLATE_NOOP("Actions", "&Redo"),
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        QT_TRANSLATE_NOOP("Actions", "Take the step again"),
    ),
    "snapshot": _Spec(
        QT_TRANSLATE_NOOP("Actions", "&Take a snapshot…"),
        ("Ctrl+Alt+S",),
        QT_TRANSLATE_NOOP("Actions", "Give this place in the history a name"),
    ),
    "apply": _Spec(
        QT_TRANSLATE_NOOP("Actions", "&Apply edit"),
        ("Ctrl+Return",),
        QT_TRANSLATE_NOOP("Actions", "Make the preview the new start"),
    ),
    "discard": _Spec(
        QT_TRANSLATE_NOOP("Actions", "&Discard changes"),
        tip=QT_TRANSLATE_NOOP("Actions", "Back to the last applied edit"),
    ),
    "view_photo": _Spec(
        QT_TRANSLATE_NOOP("Actions", "&Whole photo"),
        ("F",),
        QT_TRANSLATE_NOOP("Actions", "Show the photo or the aligned face"),
        True,
    ),
    "labels": _Spec(
        QT_TRANSLATE_NOOP("Actions", "Label ma&p"),
        ("Ctrl+L",),
        QT_TRANSLATE_NOOP("Actions", "Show the label map over the picture"),
        True,
    ),
    "compare": _Spec(
        QT_TRANSLATE_NOOP("Actions", "&Before / after"),
        ("Ctrl+B",),
        QT_TRANSLATE_NOOP("Actions", "Show the unedited picture"),
        True,
    ),
    "hold_compare": _Spec(
        QT_TRANSLATE_NOOP("Actions", "Before, while held"),
        ("\\", "#"),  # the same key on an English and on a German keyboard
        QT_TRANSLATE_NOOP("Actions", "Show the unedited picture as long as the key is held"),
    ),
    "split": _Spec(
        QT_TRANSLATE_NOOP("Actions", "Split &view"),
        ("Ctrl+D",),
        QT_TRANSLATE_NOOP("Actions", "Unedited left of a line that can be dragged"),
        True,
    ),
    "side": _Spec(
        QT_TRANSLATE_NOOP("Actions", "Side b&y side"),
        ("Ctrl+Shift+D",),
        QT_TRANSLATE_NOOP("Actions", "Unedited left, edited right"),
        True,
    ),
    "difference": _Spec(
        QT_TRANSLATE_NOOP("Actions", "What &differs"),
        (),
        QT_TRANSLATE_NOOP("Actions", "How far before and after are apart, times 4"),
        True,
    ),
    "tint": _Spec(
        QT_TRANSLATE_NOOP("Actions", "Lab&els as tint"),
        ("2",),
        QT_TRANSLATE_NOOP("Actions", "Each class as a colour over the picture"),
        True,
    ),
    "contour": _Spec(
        QT_TRANSLATE_NOOP("Actions", "Labels &as contours"),
        ("1",),
        QT_TRANSLATE_NOOP("Actions", "Only the borders of the classes"),
        True,
    ),
    "flat": _Spec(
        QT_TRANSLATE_NOOP("Actions", "Labels as flat &map"),
        ("3",),
        QT_TRANSLATE_NOOP("Actions", "The label map instead of the picture"),
        True,
    ),
    "onion_skin": _Spec(
        QT_TRANSLATE_NOOP("Actions", "&Onion skin"),
        ("Ctrl+Shift+L",),
        QT_TRANSLATE_NOOP("Actions", "Borders of the map that the face started with"),
        True,
    ),
    "landmarks": _Spec(
        QT_TRANSLATE_NOOP("Actions", "Landmar&ks"),
        ("Ctrl+Shift+M",),
        QT_TRANSLATE_NOOP("Actions", "The points that the face finder saw"),
        True,
    ),
    "zoom_in": _Spec(QT_TRANSLATE_NOOP("Actions", "Zoom &in"), ("Ctrl++", "Ctrl+=")),
    "zoom_out": _Spec(QT_TRANSLATE_NOOP("Actions", "&Zoom out"), ("Ctrl+-",)),
    "zoom_fit": _Spec(QT_TRANSLATE_NOOP("Actions", "&Fit"), ("Ctrl+0",)),
    "zoom_100": _Spec(QT_TRANSLATE_NOOP("Actions", "&100 %"), ("Ctrl+1",)),
    "zoom_face": _Spec(
        QT_TRANSLATE_NOOP("Actions", "Zoom to fa&ce"),
        ("Ctrl+2",),
        QT_TRANSLATE_NOOP("Actions", "The face as large as it goes"),
        False,
    ),
    "turn_left": _Spec(
        QT_TRANSLATE_NOOP("Actions", "&Turn left"),
        ("4",),
        QT_TRANSLATE_NOOP("Actions", "Turn the view; or drag, Shift and the wheel held"),
        False,
    ),
    "turn_right": _Spec(
        QT_TRANSLATE_NOOP("Actions", "Tur&n right"),
        ("6",),
        QT_TRANSLATE_NOOP("Actions", "Turn the view the other way"),
        False,
    ),
    "turn_upright": _Spec(
        QT_TRANSLATE_NOOP("Actions", "&Upright"),
        ("5",),
        QT_TRANSLATE_NOOP("Actions", "Turn the view back"),
        False,
    ),
    "align": _Spec(
        QT_TRANSLATE_NOOP("Actions", "&Align by hand"),
        tip=QT_TRANSLATE_NOOP("Actions", "Drag five points onto eyes, nose and mouth"),
        checkable=True,
    ),
    "add_face": _Spec(
        QT_TRANSLATE_NOOP("Actions", "Add a face &by hand"),
        tip=QT_TRANSLATE_NOOP("Actions", "Set five points on a face that was not found"),
    ),
    "next_face": _Spec(
        QT_TRANSLATE_NOOP("Actions", "&Next face"),
        ("Ctrl+PgDown",),
        QT_TRANSLATE_NOOP("Actions", "Go on with another face of the photo"),
    ),
    "tune": _Spec(
        QT_TRANSLATE_NOOP("Actions", "&Tune likeness"),
        ("Ctrl+T",),
        QT_TRANSLATE_NOOP("Actions", "Fit the generator to this photo; some seconds"),
    ),
    "packs": _Spec(
        QT_TRANSLATE_NOOP("Actions", "Model &packs…"),
        tip=QT_TRANSLATE_NOOP("Actions", "Choose, import, verify or remove model packs"),
    ),
    "guide": _Spec(
        QT_TRANSLATE_NOOP("Actions", "&User guide"),
        ("F1",),
        QT_TRANSLATE_NOOP("Actions", "The guide, at the page about what has the keyboard"),
    ),
    "shortcuts": _Spec(QT_TRANSLATE_NOOP("Actions", "&Keys and gestures"), ("Ctrl+F1",)),
    "about": _Spec(QT_TRANSLATE_NOOP("Actions", "&About")),
    "cancel": _Spec(QT_TRANSLATE_NOOP("Actions", "Cancel &what is running"), ("Ctrl+.",)),
    "swap": _Spec(
        QT_TRANSLATE_NOOP("Actions", "Swap &classes"),
        ("X",),
        QT_TRANSLATE_NOOP("Actions", "Back to the class that was active before"),
    ),
    "smaller": _Spec(QT_TRANSLATE_NOOP("Actions", "&Smaller brush"), ("[",)),
    "larger": _Spec(QT_TRANSLATE_NOOP("Actions", "Larger &brush"), ("]",)),
    "layer_up": _Spec(
        QT_TRANSLATE_NOOP("Actions", "La&yer up"),
        ("Alt+Up",),
        QT_TRANSLATE_NOOP("Actions", "Stack this class higher"),
    ),
    "layer_down": _Spec(
        QT_TRANSLATE_NOOP("Actions", "&Layer down"),
        ("Alt+Down",),
        QT_TRANSLATE_NOOP("Actions", "Stack this class lower"),
    ),
    "panel.layers": _Spec(QT_TRANSLATE_NOOP("Docks", "Layers"), ("Alt+1",), "", True),
    "panel.edit": _Spec(QT_TRANSLATE_NOOP("Docks", "Edit"), ("Alt+2",), "", True),
    "panel.style": _Spec(QT_TRANSLATE_NOOP("Docks", "Style"), ("Alt+3",), "", True),
    "panel.shapes": _Spec(QT_TRANSLATE_NOOP("Docks", "Shapes"), ("Alt+4",), "", True),
    "panel.history": _Spec(QT_TRANSLATE_NOOP("Docks", "History"), ("Alt+5",), "", True),
    "full_screen": _Spec(
        QT_TRANSLATE_NOOP("Actions", "Full &screen"),
        ("F11",),
        QT_TRANSLATE_NOOP("Actions", "The window on the whole screen"),
        True,
    ),
    "hide_panels": _Spec(
        QT_TRANSLATE_NOOP("Actions", "&Hide panels"),
        ("Tab",),
        QT_TRANSLATE_NOOP("Actions", "Only the picture; key on the canvas"),
        True,
    ),
    "reset_layout": _Spec(
        QT_TRANSLATE_NOOP("Actions", "&Reset layout"),
        tip=QT_TRANSLATE_NOOP("Actions", "All panels as at the first start"),
    ),
    "safe_colours": _Spec(
        QT_TRANSLATE_NOOP("Actions", "&Colour-blind-safe labels"),
        tip=QT_TRANSLATE_NOOP("Actions", "Label colours that differ in lightness"),
        checkable=True,
    ),
    "search": _Spec(
        QT_TRANSLATE_NOOP("Actions", "S&earch commands…"),
        ("Ctrl+K",),
        QT_TRANSLATE_NOOP("Actions", "Find an action, tool, shape or class"),
    ),
    "keys": _Spec(
        QT_TRANSLATE_NOOP("Actions", "S&hortcuts…"),
        tip=QT_TRANSLATE_NOOP("Actions", "Change the keys of all actions"),
    ),
    "tour": _Spec(
        QT_TRANSLATE_NOOP("Actions", "Show the &tour"),
        tip=QT_TRANSLATE_NOOP("Actions", "Four steps through the window"),
    ),
    "light": _Spec(QT_TRANSLATE_NOOP("Actions", "Li&ght theme"), checkable=True),
}
PANEL: Final = "panel."
"""How the names of the panels' actions begin; the rest is the panel's name."""
CLASS_KEYS: Final = {
    13: "H", 1: "S", 2: "N", 3: "Q", 4: "Y", 5: "Shift+Y", 6: "R", 7: "Shift+R", 10: "M", 11: "U",
    12: "D", 17: "K", 18: "C", 0: "0", 14: "T", 8: "A", 9: "Shift+A", 15: "J", 16: "Shift+J",
}  # fmt: skip
"""Class: the key that makes it the active one."""
ON_CANVAS: Final = ("hide_panels",)
"""Their keys mean something else in the rest of the window."""
HELD: Final = ("hold_compare",)
"""They last as long as their key is down: the window itself looks at the keys."""


class Actions:
    """`QAction`s by name; tools are one exclusive group, those of `shapes` hold a `Preset`."""

    def __init__(self, parent: QWidget) -> None:
        self.defaults: dict[str, tuple[str, ...]] = {}
        self._tips: dict[str, str] = {}
        self.all = {
            name: self._made(parent, name, spec, "Docks" if name.startswith(PANEL) else "Actions")
            for name, spec in SPECS.items()
        }
        group = QActionGroup(parent)
        self.tools: dict[str, QAction] = {}
        for tool in TOOLS:
            spec = _Spec(tool.title, (tool.key,), tool.tip, True)
            action = self._made(parent, f"tool.{tool.name}", spec, "Tools")
            action.setData(tool.name)
            group.addAction(action)
            self.tools[tool.name] = self.all[f"tool.{tool.name}"] = action
        self.classes: dict[int, QAction] = {}
        for each in CLASSES:
            spec = _Spec(each.title, (CLASS_KEYS[each.id],))
            action = self._made(parent, f"class.{each.key}", spec, CONTEXT)
            action.setData(each.id)
            self.classes[each.id] = self.all[f"class.{each.key}"] = action
        self.shapes: dict[str, QAction] = {}
        for preset in PRESETS:
            action = self._made(parent, f"shape.{preset.name}", _Spec(preset.title), CONTEXT)
            action.setData(preset)
            self.shapes[preset.name] = self.all[f"shape.{preset.name}"] = action
        for name in (*ON_CANVAS, *HELD):
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

    def _made(self, parent: QWidget, name: str, spec: _Spec, context: str) -> QAction:
        text = QCoreApplication.translate(context, spec.text)
        action = QAction(text, parent)
        action.setObjectName(name)
        action.setCheckable(spec.checkable)
        tip = QCoreApplication.translate(context, spec.tip) if spec.tip else plain(text)
        if name.startswith(PANEL):
            tip = QCoreApplication.translate("Docks", "To the panel {0}; from there, close it")
            tip = tip.format(text)
        self.defaults[name], self._tips[name] = spec.keys, tip
        parent.addAction(action)
        return action


def show_tip_of(action: QAction, widget: QWidget) -> None:
    """Have a control that does the same tell the action's tip and key, also when that changes."""

    def tell() -> None:
        widget.setToolTip(action.toolTip())

    action.changed.connect(tell)
    tell()


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
