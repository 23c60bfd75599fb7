"""Pictures that come by clipboard or are dropped: files as they are, pixels as a temporary PNG."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QMimeData, QObject, QTemporaryDir, Signal
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QWidget

from s2flow_app.ui.image_qt import to_qimage


class Incoming:
    """Its temporary files live as long as it does."""

    def __init__(self) -> None:
        self._folder = QTemporaryDir()
        self._count = 0

    @staticmethod
    def has_picture(data: QMimeData) -> bool:
        return data.hasImage() or bool(local_files(data))

    def pictures(self, data: QMimeData) -> list[Path]:
        """The files of pictures in ``data``, in their order."""
        if files := local_files(data):
            return files
        image = QImage(data.imageData()) if data.hasImage() else QImage()
        self._count += 1
        path = Path(self._folder.filePath(f"pasted-{self._count}.png"))
        return [path] if image.save(str(path)) else []

    def is_temporary(self, path: Path) -> bool:
        return path.parent == Path(self._folder.path())


def local_files(data: QMimeData) -> list[Path]:
    """What is dragged from a file manager, or copied there."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


class FileDrop(QObject):
    """Has a widget take files that are dropped on it or on what it holds."""

    dropped = Signal(list)
    """Paths."""

    def __init__(self, target: QWidget) -> None:
        super().__init__(target)
        target.setAcceptDrops(True)
        target.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDropEvent) and (files := local_files(event.mimeData())):
            event.acceptProposedAction()
            if event.type() == QEvent.Type.Drop:
                self.dropped.emit(files)
            return True
        return super().eventFilter(watched, event)


def copy_picture(pixels: NDArray[np.uint8]) -> None:
    """``[H, W, 3]`` to the clipboard."""
    QApplication.clipboard().setImage(to_qimage(pixels).copy())
