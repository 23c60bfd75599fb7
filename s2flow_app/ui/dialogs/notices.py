"""What has to be said or asked once: terms before the first export, unsaved edits, help."""

from html import escape
from typing import Final

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMessageBox, QWidget

from s2flow_app.ui.actions import Actions, plain
from s2flow_app.ui.translate import QT_TRANSLATE_NOOP, translate

PROGRAM: Final = "S2-Flow Studio"
GESTURES: Final = (
    (
        QT_TRANSLATE_NOOP("Notices", "Shift+click"),
        QT_TRANSLATE_NOOP("Notices", "straight line from the last stroke"),
    ),
    (
        QT_TRANSLATE_NOOP("Notices", "Alt+click"),
        QT_TRANSLATE_NOOP("Notices", "pick the class under the pointer"),
    ),
    (
        QT_TRANSLATE_NOOP("Notices", "Space+drag, right drag"),
        QT_TRANSLATE_NOOP("Notices", "pan; the wheel zooms about the pointer"),
    ),
    (
        QT_TRANSLATE_NOOP("Notices", "Shift+wheel button drag"),
        QT_TRANSLATE_NOOP("Notices", "turn the view"),
    ),
    (QT_TRANSLATE_NOOP("Notices", "Esc"), QT_TRANSLATE_NOOP("Notices", "take the stroke back")),
)
ROWS: Final = (
    ("tool.brush", "tool.eraser", "tool.protect", "tool.fill"),
    ("tool.lasso", "tool.polygon", "tool.rectangle", "tool.ellipse", "tool.smart"),
    ("tool.transform", "tool.warp", "tool.reshape"),
    ("tool.pick", "tool.pan"),
    ("smaller", "larger", "swap"),
    ("undo", "redo", "apply"),
    ("hold_compare", "compare", "split", "side"),
    ("contour", "tint", "flat"),
    ("view_photo", "zoom_fit", "zoom_face", "zoom_100"),
    ("turn_left", "turn_right", "turn_upright"),
    ("hide_panels", "full_screen", "search"),
)
"""Actions whose keys are worth knowing, as they are told together."""


def confirm_terms(parent: QWidget, terms: str) -> bool:
    """Show the pack's ``terms`` before the first export with it; False: do not export."""
    buttons = QMessageBox.StandardButton
    notice = translate(
        "Notices",
        "The exported picture is marked as edited with AI and carries no place. Edit pictures of "
        "people only with their consent.",
    )
    answer = QMessageBox.information(
        parent,
        translate("Notices", "Before the first export"),
        f"{terms}\n\n{notice}",
        buttons.Ok | buttons.Cancel,
        buttons.Ok,
    )
    return answer == buttons.Ok


def confirm_alignment(parent: QWidget) -> bool:
    """Ask whether a face with edits is to be prepared anew, without them."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(translate("Notices", "Align anew"))
    box.setText(translate("Notices", "This face has edits. Aligned anew it starts without them."))
    box.setInformativeText(translate("Notices", "They stay in the history: undo brings them back."))
    go_on = box.addButton(translate("Notices", "Align anew"), QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
    box.exec()
    return box.clickedButton() is go_on


def show_shortcuts(parent: QWidget, actions: Actions) -> None:
    title = translate("Notices", "Keys and gestures")
    QMessageBox.information(parent, title, shortcut_help(actions))


def shortcut_help(actions: Actions) -> str:
    """The keys as they are now, and what is done with the pointer, as rich text."""
    rows = []
    for names in ROWS:
        told = [(_keys(actions, name), plain(actions[name].text())) for name in names]
        rows.append(tuple(", ".join(each) for each in zip(*told, strict=True)))
    rows += [(translate("Notices", a), translate("Notices", b)) for a, b in GESTURES]
    lines = "".join(f"<tr><td><b>{escape(a)}</b></td><td>{escape(b)}</td></tr>" for a, b in rows)
    rest = translate("Notices", "The keys of the classes stand in the layer list.")
    return f"<table cellpadding=4>{lines}</table>{escape(rest)}"


def _keys(actions: Actions, name: str) -> str:
    return actions[name].shortcut().toString(QKeySequence.SequenceFormat.NativeText) or "\u2013"
