"""The actions that choose how the canvas shows things: label styles, comparisons, turning."""

from typing import Final

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QActionGroup

from s2flow_app.ui.actions import Actions
from s2flow_app.ui.canvas import Canvas
from s2flow_app.ui.painting.label_overlay import STYLES
from s2flow_app.ui.painting.pictures import COMPARISONS

FACE_MODES: Final = (*COMPARISONS[1:], *STYLES, "onion_skin", "zoom_face")
"""Actions that mean something only once there is a face."""


def connect_view_modes(window: QObject, actions: Actions, canvas: Canvas) -> None:
    """Have the actions change the canvas; those that exclude one another do."""
    _Modes(window, actions, canvas)
    actions["onion_skin"].toggled.connect(canvas.set_onion_skin)
    actions["zoom_face"].triggered.connect(canvas.zoom_to_face)
    actions["turn_left"].triggered.connect(canvas.turn_left)
    actions["turn_right"].triggered.connect(canvas.turn_right)
    actions["turn_upright"].triggered.connect(canvas.turn_upright)


class _Modes(QObject):
    """Groups of which one, or one at most, is on."""

    def __init__(self, window: QObject, actions: Actions, canvas: Canvas) -> None:
        super().__init__(window)
        self._canvas = canvas
        self._styles = QActionGroup(self)
        self._comparisons = QActionGroup(self)
        self._comparisons.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
        for group, names in ((self._styles, STYLES), (self._comparisons, COMPARISONS[1:])):
            for name in names:
                actions[name].setData(name)
                group.addAction(actions[name])
                actions[name].toggled.connect(self._show)
        actions[STYLES[0]].setChecked(True)

    @Slot()
    def _show(self) -> None:
        style, comparison = self._styles.checkedAction(), self._comparisons.checkedAction()
        self._canvas.set_label_style(_name(style, STYLES[0]))
        self._canvas.set_comparison(_name(comparison, COMPARISONS[0]))


def _name(action: QAction | None, otherwise: str) -> str:
    return otherwise if action is None else str(action.data())
