"""The status bar: what runs and how far, class under the pointer, zoom, latency, device."""

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QProgressBar, QStatusBar, QToolButton, QWidget

from s2flow_app.ui.told import class_title, told
from s2flow_app.worker.protocol import PreviewReady

GAP_PX = 8


class StatusBar(QStatusBar):
    def __init__(self, cancel: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stage, self.progress, self.cancel = QLabel(), QProgressBar(), QToolButton()
        self.cursor_label, self.zoom, self.latency = QLabel(), QLabel(), QLabel()
        self._is_previewing = False
        self.device = QLabel(self.tr("Loading the networks…"))
        self.progress.setFixedWidth(140)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Progress"))
        self.cancel.setDefaultAction(cancel)
        self.cancel.setText(self.tr("Cancel"))
        for widget in (self.stage, self.progress, self.cancel):
            self.addWidget(widget)
        for label, tip in (
            (self.cursor_label, self.tr("Class and place under the pointer")),
            (self.zoom, self.tr("Zoom")),
            (self.latency, self.tr("Time of the last preview")),
            (self.device, self.tr("Model pack and where it runs")),
        ):
            label.setToolTip(tip)
            label.setContentsMargins(GAP_PX, 0, GAP_PX, 0)
            self.addPermanentWidget(label)

    @Slot(str, float)
    def show_progress(self, stage: str, share: float) -> None:
        """``stage`` may be in English, see `told`."""
        self.stage.setText(told(stage))
        self.progress.setRange(0, 100 if share > 0 else 0)
        self.progress.setValue(round(100 * share))

    @Slot(object)
    def show_busy(self, busy: bool) -> None:
        self.progress.setVisible(busy)
        self.cancel.setVisible(busy)
        if not busy:
            self.stage.setText("")

    @Slot(object)
    def show_previewing(self, previewing: bool) -> None:
        """While a preview is under way no older one's time stands in its place."""
        self._is_previewing = previewing
        self.latency.setText(self.tr("Preview…") if previewing else "")

    @Slot(object)
    def show_latency(self, preview: PreviewReady) -> None:
        if not self._is_previewing:
            self.latency.setText(self.tr("Preview in {0:.0f} ms").format(preview.latency_ms))

    def show_zoom(self, zoom: float, angle_deg: float) -> None:
        angle = round(angle_deg)
        self.zoom.setText(f"{zoom:.0%}" + (f"  {angle}°" if angle else ""))

    @Slot(object)
    def show_cursor(self, at: tuple[int, int, int] | None) -> None:
        """``at``: x, y and class id, or None off the face."""
        text = "" if at is None else f"{class_title(at[2])}  {at[0]}, {at[1]}"
        self.cursor_label.setText(text)
