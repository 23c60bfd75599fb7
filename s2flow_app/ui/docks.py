"""The panels around the canvas: where they stand at first, hidden, remembered, put back."""

from PySide6.QtCore import QByteArray, QCoreApplication, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QScrollArea, QWidget

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
            ("Edit", QCoreApplication.translate("Docks", "Edit"), edit, right),
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
        window.resizeDocks(sized, [170, 340, 270], Qt.Orientation.Vertical)
        pair = [self.by_name["Layers"], sized[0]]
        window.resizeDocks(pair, [330, 300], Qt.Orientation.Horizontal)
        self._first = window.saveState(_STATE_VERSION)
        self._hidden: list[QDockWidget] = []
        self._before = self._first

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

    def restore(self, layout: str) -> None:
        """Panels as `layout` told; what is not readable changes nothing."""
        if layout:
            kept = QByteArray.fromBase64(layout.encode("ascii", "ignore"))
            self._window.restoreState(kept, _STATE_VERSION)


def _scrolled(panel: QWidget) -> QScrollArea:
    scroll = QScrollArea()
    scroll.setWidget(panel)
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QScrollArea.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setMinimumWidth(270)
    return scroll
