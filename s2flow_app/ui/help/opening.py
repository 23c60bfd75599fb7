"""F1: the guide at the page of what has the keyboard."""

from typing import Final

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication, QDockWidget, QWidget

from s2flow_app.ui.actions import Actions, plain
from s2flow_app.ui.canvas import Canvas
from s2flow_app.ui.help.guide import INDEX, anchor_of
from s2flow_app.ui.help.help_window import HelpWindow
from s2flow_app.ui.panels.alignment_bar import AlignmentBar
from s2flow_app.ui.panels.faces_bar import FacesBar
from s2flow_app.ui.panels.tool_options import ToolOptionsBar

TOOLS_PAGE: Final = "tools.md"
PANELS_PAGE: Final = "panels.md"
FACES_PAGE: Final = "open-a-photo.md"


class GuideOpener(QObject):
    """Shows the guide beside ``window``: one, which is raised when it is asked for again."""

    def __init__(self, window: QWidget, actions: Actions, canvas: Canvas) -> None:
        super().__init__(window)
        self._window, self._actions, self._canvas = window, actions, canvas
        self.guide: HelpWindow | None = None
        actions["guide"].triggered.connect(self.show)

    @Slot()
    def show(self) -> None:
        """Open the guide at what has the keyboard."""
        page = self.page_of(QApplication.focusWidget())
        if self.guide is None:
            self.guide = HelpWindow(self._window)
        self.guide.open_page(page)
        self.guide.show()
        self.guide.raise_()
        self.guide.activateWindow()

    def page_of(self, focused: QWidget | None) -> str:
        """The page about a widget of the window; the contents if there is none of its own."""
        widget = focused
        while widget is not None:
            if isinstance(widget, QDockWidget):
                return f"{PANELS_PAGE}#{anchor_of(widget.windowTitle())}"
            if isinstance(widget, (AlignmentBar, FacesBar)):
                return FACES_PAGE
            if isinstance(widget, (Canvas, ToolOptionsBar)):
                return self._page_of_tool()
            widget = widget.parentWidget()
        return INDEX

    def _page_of_tool(self) -> str:
        if not self._actions["view_photo"].isEnabled():  # there is no face yet
            return FACES_PAGE
        action = self._actions.tools[self._canvas.tool]
        return f"{TOOLS_PAGE}#{anchor_of(plain(action.text()))}"
