"""Pictures that come by clipboard or are dropped: files as they are, pixels as a temporary PNG."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMimeData, QTemporaryDir
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from s2flow_app.ui.image_qt import to_qimage


class Incoming:
    """Its temporary files live as long as it does."""

    def __init__(self) -> None:
        self._folder = QTemporaryDir()
        self._count = 0

    @staticmethod
    def has_picture(data: QMimeData) -> bool:
        return data.hasImage() or any(url.isLocalFile() for url in data.urls())

    def picture(self, data: QMimeData) -> Path | None:
        """The file of a picture in ``data``; None if there is none."""
        for url in data.urls():
            if url.isLocalFile():
                return Path(url.toLocalFile())
        image = QImage(data.imageData()) if data.hasImage() else QImage()
        self._count += 1
        path = Path(self._folder.filePath(f"pasted-{self._count}.png"))
        return path if image.save(str(path)) else None

    def is_temporary(self, path: Path) -> bool:
        return path.parent == Path(self._folder.path())


def copy_picture(pixels: NDArray[np.uint8]) -> None:
    """``[H, W, 3]`` to the clipboard."""
    QApplication.clipboard().setImage(to_qimage(pixels).copy())
