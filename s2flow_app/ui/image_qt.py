"""Between numpy pictures and QImages: the only place that knows both."""

import numpy as np
import PySide6.QtGui  # noqa: F401 - qimage2ndarray takes the Qt that is imported already
import qimage2ndarray
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage, QPixmap

from s2flow_app.labels import PALETTE

MIP_LIMIT_PX = 1024
"""A picture is halved until its longer side is below."""


def to_qimage(image: NDArray[np.uint8]) -> QImage:
    """A picture of its own (a copy) of ``image [H, W, 3]`` RGB."""
    return qimage2ndarray.array2qimage(image)


def to_qpixmap(image: NDArray[np.uint8]) -> QPixmap:
    """As `to_qimage`, for labels and buttons."""
    return QPixmap.fromImage(to_qimage(image))


def mips(image: NDArray[np.uint8]) -> list[QImage]:
    """The picture, its half, its quarter, ...: what is shown small is drawn from a small one."""
    found = [to_qimage(image)]
    while max(image.shape[:2]) > MIP_LIMIT_PX:
        height, width = (n // 2 * 2 for n in image.shape[:2])
        blocks = image[:height, :width].reshape(height // 2, 2, width // 2, 2, 3)
        image = blocks.mean((1, 3), dtype=np.float32).astype(np.uint8)
        found.append(to_qimage(image))
    return found


class LabelImage:
    """A label map as a translucent picture in the official colours."""

    def __init__(self, size: int) -> None:
        self.image = QImage(size, size, QImage.Format.Format_Indexed8)
        self.set_opacities([0.0] * len(PALETTE))
        self.image.fill(0)

    def set_opacities(self, opacities: list[float]) -> None:
        """0..1 of each class."""
        self.image.setColorTable(
            [
                QColor(int(colour[0]), int(colour[1]), int(colour[2]), round(255 * opacity)).rgba()
                for colour, opacity in zip(PALETTE, opacities, strict=True)
            ]
        )

    def write(self, label_map: NDArray[np.uint8], x: int, y: int, w: int, h: int) -> None:
        """Take over the ids of a rectangle."""
        part = np.s_[y : y + h, x : x + w]
        qimage2ndarray.raw_view(self.image)[part] = label_map[part]
