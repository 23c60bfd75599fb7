"""Faces that the pack brings along, to start from: small pictures, drawn as they come into view."""

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from s2flow_app.control.editing import Editing
from s2flow_app.ui.image_qt import to_qpixmap
from s2flow_app.worker.protocol import DrawGallery, GalleryDrawn

PAGE = 60
AT_ONCE = 6
"""Pictures of one request: what else is asked of the networks waits no longer than for these."""
PICTURE_PX = 96


class GalleryDialog(QDialog):
    """Pages of a gallery of ``count`` faces; `chosen` tells the index of one to start from."""

    chosen = Signal(int)

    def __init__(self, editing: Editing, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Faces of the model pack"))
        self.resize(780, 560)
        self._editing, self._count = editing, count
        self._request: DrawGallery | None = None
        self._pictures: dict[int, QIcon] = {}
        self.list = QListWidget()
        self.list.setViewMode(QListView.ViewMode.IconMode)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setMovement(QListView.Movement.Static)
        self.list.setIconSize(QSize(PICTURE_PX, PICTURE_PX))
        self.list.setGridSize(QSize(PICTURE_PX + 18, PICTURE_PX + 30))
        self.list.setUniformItemSizes(True)
        self.list.setAccessibleName(self.tr("Faces"))
        self.list.setToolTip(self.tr("Double-click a face to start from it"))
        self.first = QSpinBox()
        self.first.setRange(0, max(0, count - 1))
        self.first.setSingleStep(PAGE)
        self.first.setKeyboardTracking(False)
        self.first.setAccessibleName(self.tr("First face shown"))
        self.first.setToolTip(self.tr("The first face shown, of {count}").format(count=count))
        self.back = self._button(self.tr("Back"), self.tr("The faces before these"))
        self.forward = self._button(self.tr("Forward"), self.tr("The faces after these"))
        self.start = self._button(self.tr("Start from this face"), self.tr("Edit the chosen face"))
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        ending = close.button(QDialogButtonBox.StandardButton.Close)
        ending.setToolTip(self.tr("Close this window"))
        ending.setAccessibleName(self.tr("Close"))
        row = QHBoxLayout()
        row.addWidget(self.back)
        row.addWidget(self.forward)
        row.addWidget(QLabel(self.tr("From number")))
        row.addWidget(self.first)
        row.addWidget(QLabel(self.tr("of {count}").format(count=count)))
        row.addStretch()
        row.addWidget(self.start)
        row.addWidget(close)
        whole = QVBoxLayout(self)
        whole.addWidget(self.list, 1)
        whole.addLayout(row)
        self.back.clicked.connect(self._go_back)
        self.forward.clicked.connect(self._go_forward)
        self.start.clicked.connect(self._choose)
        self.first.valueChanged.connect(self._fill)
        self.list.itemActivated.connect(self._choose)
        self.list.currentItemChanged.connect(self._enable)
        self.list.verticalScrollBar().valueChanged.connect(self._ask)
        editing.gallery_drawn.connect(self._take)
        editing.failed.connect(self._stop)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._ask)
        self._fill()

    def done(self, result: int) -> None:
        self._soon.stop()
        self._stop()
        super().done(result)

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.setToolTip(tip)
        button.setAccessibleName(text)
        return button

    @Slot()
    def _fill(self) -> None:
        """Show a page, with what is drawn already."""
        self._stop()
        begin = self.first.value()
        self.list.clear()
        for index in range(begin, min(begin + PAGE, self._count)):
            item = QListWidgetItem(self._pictures.get(index, self._blank()), str(index))
            item.setData(Qt.ItemDataRole.UserRole, index)
            self.list.addItem(item)
        self.back.setEnabled(begin > 0)
        self.forward.setEnabled(begin + PAGE < self._count)
        self._enable()
        self._soon.start()

    @staticmethod
    def _blank() -> QIcon:
        pixmap = QPixmap(PICTURE_PX, PICTURE_PX)
        pixmap.fill(Qt.GlobalColor.darkGray)
        return QIcon(pixmap)

    @Slot()
    def _enable(self) -> None:
        self.start.setEnabled(self.list.currentItem() is not None)

    @Slot()
    def _go_back(self) -> None:
        self.first.setValue(self.first.value() - PAGE)

    @Slot()
    def _go_forward(self) -> None:
        self.first.setValue(self.first.value() + PAGE)

    @Slot()
    def _ask(self) -> None:
        """Have the next pictures drawn that are in view and are not yet; a request at a time."""
        if self._request is not None or not self.isVisible():
            return
        view = self.list.viewport().rect()
        wanted = []
        for row in range(self.list.count()):
            item = self.list.item(row)
            index = item.data(Qt.ItemDataRole.UserRole)
            if index not in self._pictures and self.list.visualItemRect(item).intersects(view):
                wanted.append(index)
        if wanted:
            self._request = self._editing.draw_gallery(tuple(wanted[:AT_ONCE]))

    @Slot(object)
    def _take(self, drawn: GalleryDrawn) -> None:
        request = drawn.request
        if not isinstance(request, DrawGallery) or request is not self._request:
            return
        self._request = None
        for index, picture in zip(request.indices, drawn.pictures, strict=True):
            self._pictures[index] = QIcon(to_qpixmap(picture))
            row = index - self.first.value()
            if 0 <= row < self.list.count():
                self.list.item(row).setIcon(self._pictures[index])
        self._ask()

    @Slot()
    def _stop(self) -> None:
        """What is still drawn is not wanted any more."""
        if self._request is not None:
            self._request.cancel.set()
            self._request = None

    @Slot()
    def _choose(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))
            self.accept()
