"""The bar at the top: files, undo, opacity of the labels, views; and the list of tools."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QSlider, QToolBar, QToolButton, QWidget

from s2flow_app.ui.actions import Actions, plain
from s2flow_app.ui.panels.wheel import guard_wheel


class ToolBar(QToolBar):
    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Tools"))
        self.setObjectName("tools")
        self.setMovable(False)
        self.setIconSize(QSize(20, 20))
        self.addActions([actions[name] for name in ("open", "new_face", "save", "export")])
        self.addSeparator()
        self.addActions([actions["undo"], actions["redo"]])
        self.addSeparator()
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setRange(0, 100)
        guard_wheel(self.opacity)
        self.opacity.setFixedWidth(110)
        self.opacity.setAccessibleName(self.tr("Opacity of the label map"))
        self.opacity.setToolTip(self.tr("How opaque the label map lies over the picture"))
        self.addWidget(QLabel(self.tr(" Labels ")))
        self.addWidget(self.opacity)
        self.addActions([actions["view_photo"], actions["compare"], actions["split"]])
        _name_buttons(self)


class ToolList(QToolBar):
    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Tool list"))
        self.setObjectName("tool_list")
        self.setIconSize(QSize(22, 22))
        self.addActions(list(actions.tools.values()))
        _name_buttons(self)


def _name_buttons(bar: QToolBar) -> None:
    """For screen readers, and to be reached with Tab."""
    for button in bar.findChildren(QToolButton):
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if (action := button.defaultAction()) is not None:
            button.setAccessibleName(plain(action.text()))
