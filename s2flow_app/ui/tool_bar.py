"""The bar at the top: files, undo, tools, brush size, opacity of the labels."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QSlider, QSpinBox, QToolBar, QToolButton, QWidget

from s2flow_app.ui.actions import Actions, plain


class ToolBar(QToolBar):
    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Tools"))
        self.setObjectName("tools")
        self.setMovable(False)
        self.setIconSize(QSize(20, 20))
        self.addActions([actions[name] for name in ("open", "new_face", "export")])
        self.addSeparator()
        self.addActions([actions["undo"], actions["redo"]])
        self.addSeparator()
        self.addActions(list(actions.tools.values()))
        self.brush_size = QSpinBox()
        self.brush_size.setRange(1, 200)
        self.brush_size.setSuffix(self.tr(" px"))
        self.brush_size.setAccessibleName(self.tr("Brush size"))
        self.brush_size.setToolTip(self.tr("Brush size ([ and ])"))
        self.addWidget(QLabel(self.tr("  Size ")))
        self.addWidget(self.brush_size)
        self.addSeparator()
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setRange(0, 100)
        self.opacity.setFixedWidth(110)
        self.opacity.setAccessibleName(self.tr("Opacity of the label map"))
        self.opacity.setToolTip(self.tr("How opaque the label map lies over the picture"))
        self.addWidget(QLabel(self.tr(" Labels ")))
        self.addWidget(self.opacity)
        self.addActions([actions["view_photo"], actions["compare"], actions["split"]])
        for button in self.findChildren(QToolButton):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            if (action := button.defaultAction()) is not None:
                button.setAccessibleName(plain(action.text()))
