"""The panels around the canvas: where they stand at first, hidden, remembered, put back."""

from PySide6.QtCore import QByteArray, QCoreApplication, Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QScrollArea, QWidget

_STATE_VERSION = 1


class Docks:
    """The window's dock widgets by name."""

    def __init__(
        self,
        window: QMainWindow,
        layers: QWidget,
        edit: QWidget,
        style: QWidget,
        shapes: QWidget,
        history: QWidget,
    ) -> None:
        self._window = window
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        self.by_name: dict[str, QDockWidget] = {}
        for name, title, widget, area in (
            ("Layers", QCoreApplication.translate("Docks", "Layers"), layers, left),
            ("Edit", QCoreApplication.translate("Docks", "Edit"), _scrolled(edit), right),
            ("Style", QCoreApplication.translate("Docks", "Style"), _scrolled(style), right),
            ("Shapes", QCoreApplication.translate("Docks", "Shapes"), _scrolled(shapes), right),
            ("History", QCoreApplication.translate("Docks", "History"), history, right),
        ):
            dock = QDockWidget(title, window)
            dock.setObjectName(name)
            dock.setAccessibleName(title)
            dock.setWidget(widget)
            window.addDockWidget(area, dock)
            self.by_name[name] = dock
        window.tabifyDockWidget(self.by_name["Style"], self.by_name["Shapes"])
        self.by_name["Style"].raise_()
        sized = [self.by_name[n] for n in ("Edit", "Style", "History")]
        window.resizeDocks(sized, [215, 330, 240], Qt.Orientation.Vertical)
        pair = [self.by_name["Layers"], sized[0]]
        window.resizeDocks(pair, [330, 300], Qt.Orientation.Horizontal)
        self._first = window.saveState(_STATE_VERSION)
        self._hidden: list[QDockWidget] = []
        self._before = self._first

    def toggle(self, name: str) -> None:
        """Bring a panel into view, with the keyboard on it; close one that has the keyboard."""
        dock = self.by_name[name]
        focused = QApplication.focusWidget()
        is_seen = dock.isVisible() and not dock.visibleRegion().isEmpty()
        if is_seen and focused is not None and dock.isAncestorOf(focused):
            dock.close()
            return
        dock.show()
        dock.raise_()
        first = dock.widget()
        while first is not None and not first.focusPolicy() & Qt.FocusPolicy.TabFocus:
            first = first.nextInFocusChain()
        if first is not None and dock.isAncestorOf(first):
            first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def reset(self) -> None:
        """All panels as at the first start."""
        self._hidden = []
        self._window.restoreState(self._first, _STATE_VERSION)

    def set_hidden(self, hidden: bool) -> None:
        """Hide all panels, or show again those that were hidden by this."""
        if hidden:
            self._before = self._window.saveState(_STATE_VERSION)
            self._hidden = [d for d in self.by_name.values() if not d.isHidden()]
            for dock in self._hidden:
                dock.hide()
        elif self._hidden:
            self._hidden = []
            self._window.restoreState(self._before, _STATE_VERSION)  # their sizes too

    def layout(self) -> str:
        """Where all panels are, as text."""
        self.set_hidden(False)
        return self._window.saveState(_STATE_VERSION).toBase64().toStdString()

    def geometry(self) -> str:
        """Where the window is and how large, as text."""
        return self._window.saveGeometry().toBase64().toStdString()

    def restore(self, layout: str, geometry: str = "") -> None:
        """Window and panels as `geometry` and `layout` told; what is not readable changes nothing.

        Qt brings a window back that would lie on a screen which is gone.
        """
        if geometry:
            self._window.restoreGeometry(_bytes(geometry))
        if layout:
            self._window.restoreState(_bytes(layout), _STATE_VERSION)


def _bytes(text: str) -> QByteArray:
    return QByteArray.fromBase64(text.encode("ascii", "ignore"))


def _scrolled(panel: QWidget) -> QScrollArea:
    scroll = QScrollArea()
    scroll.setWidget(panel)
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QScrollArea.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setMinimumWidth(270)
    return scroll
