"""All actions of the window by name: text, keys, tip. What they do, the window connects."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QWidget

from s2flow_app.ui.tools.registry import TOOLS


@dataclass(frozen=True, slots=True)
class _Spec:
    text: str
    keys: tuple[str, ...] = ()
    tip: str = ""
    checkable: bool = False


SPECS: Final[dict[str, _Spec]] = {
    "open": _Spec("&Open photo…", ("Ctrl+O",), "Open a photo and find its faces"),
    "new_face": _Spec("&New face", ("Ctrl+G",), "Make up a face with the model pack"),
    "gallery": _Spec("Face from the &gallery…", tip="Start from a face that the pack brings along"),
    "export": _Spec("&Export photo…", ("Ctrl+S", "Ctrl+E"), "Write the edited photo to a new file"),
    "import_map": _Spec("&Import label map…", tip="Ask for a map from a 512 x 512 PNG"),
    "export_map": _Spec("E&xport label map…", tip="Write the asked map as a PNG"),
    "quit": _Spec("&Quit", ("Ctrl+Q",)),
    "undo": _Spec("&Undo", ("Ctrl+Z",), "Take the last step back"),
    "redo": _Spec("&Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "Take the step again"),
    "apply": _Spec("&Apply edit", ("Ctrl+Return",), "Make the preview the new start"),
    "discard": _Spec("&Discard changes", tip="Back to the last applied edit"),
    "view_photo": _Spec("Whole &photo", ("Tab",), "Show the photo or the aligned face", True),
    "labels": _Spec("&Label map", ("Ctrl+L",), "Show the label map over the picture", True),
    "compare": _Spec("&Before / after", ("Ctrl+B",), "Show the unedited picture", True),
    "split": _Spec("&Split view", ("Ctrl+D",), "Unedited left of a line that can be dragged", True),
    "side": _Spec("Side b&y side", ("Ctrl+Shift+D",), "Unedited left, edited right", True),
    "difference": _Spec("&What differs", (), "How far before and after are apart, times 4", True),
    "tint": _Spec("Labels as &tint", (), "Each class as a colour over the picture", True),
    "contour": _Spec("Labels as &contours", (), "Only the borders of the classes", True),
    "flat": _Spec("Labels as &flat map", (), "The label map instead of the picture", True),
    "onion_skin": _Spec(
        "&Onion skin", ("Ctrl+Shift+L",), "Borders of the map that the face started with", True
    ),
    "zoom_in": _Spec("Zoom &in", ("Ctrl++", "Ctrl+=")),
    "zoom_out": _Spec("Zoom &out", ("Ctrl+-",)),
    "zoom_fit": _Spec("&Fit", ("Ctrl+0",)),
    "zoom_100": _Spec("&100 %", ("Ctrl+1",)),
    "zoom_face": _Spec("Zoom to f&ace", ("Ctrl+2",), "The face as large as it goes"),
    "turn_left": _Spec("Turn &left", ("4",), "Turn the view; or drag, Shift and the wheel held"),
    "turn_right": _Spec("Turn &right", ("6",), "Turn the view the other way"),
    "turn_upright": _Spec("&Upright", ("5",), "Turn the view back"),
    "align": _Spec(
        "&Align by hand", tip="Drag five points onto eyes, nose and mouth", checkable=True
    ),
    "tune": _Spec("&Tune likeness", ("Ctrl+T",), "Fit the generator to this photo; some seconds"),
    "packs": _Spec("Model &packs…", tip="Choose, import, verify or remove model packs"),
    "shortcuts": _Spec("&Keys and gestures", ("F1",)),
    "about": _Spec("&About"),
    "cancel": _Spec("&Cancel what is running", ("Ctrl+.",)),
    "light": _Spec("Light &theme", checkable=True),
}


class Actions:
    """`QAction`s by name; tools are one exclusive group."""

    def __init__(self, parent: QWidget) -> None:
        self._actions = {name: self._made(parent, spec) for name, spec in SPECS.items()}
        group = QActionGroup(parent)
        self.tools: dict[str, QAction] = {}
        for tool in TOOLS:
            title = QCoreApplication.translate("Tools", tool.title)
            tip = QCoreApplication.translate("Tools", tool.tip)
            action = self._made(parent, _Spec(title, (tool.key,), tip, True))
            action.setData(tool.name)
            group.addAction(action)
            self.tools[tool.name] = action

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    @staticmethod
    def _made(parent: QWidget, spec: _Spec) -> QAction:
        action = QAction(spec.text, parent)
        action.setShortcuts([QKeySequence(keys) for keys in spec.keys])
        action.setCheckable(spec.checkable)
        tip = spec.tip or spec.text.replace("&", "")
        action.setToolTip(f"{tip} ({spec.keys[0]})" if spec.keys else tip)
        parent.addAction(action)
        return action
