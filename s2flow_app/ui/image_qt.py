"""Between numpy pictures and QImages: the only place that knows both."""

import cv2
import numpy as np
import PySide6.QtGui  # noqa: F401 - qimage2ndarray takes the Qt that is imported already
import qimage2ndarray
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPixmap

from s2flow_app.labels import PALETTE

MIP_LIMIT_PX = 1024
"""A picture is halved until its longer side is below."""


def to_qimage(image: NDArray[np.uint8]) -> QImage:
    """A picture of its own (a copy) of ``image [H, W, 3]`` RGB.

    Qt's conversion copies 24 megapixels in 50 ms, `qimage2ndarray.array2qimage` in 150 ms.
    """
    image = np.ascontiguousarray(image)
    height, width = image.shape[:2]
    seen = QImage(image.data, width, height, image.strides[0], QImage.Format.Format_RGB888)
    return seen.convertToFormat(QImage.Format.Format_RGB32)


def to_qpixmap(image: NDArray[np.uint8]) -> QPixmap:
    """As `to_qimage`, for labels and buttons."""
    return QPixmap.fromImage(to_qimage(image))


def mips(image: NDArray[np.uint8]) -> list[QImage]:
    """The picture, its half, its quarter, ...: what is shown small is drawn from a small one."""
    found = [to_qimage(image)]
    while max(image.shape[:2]) > MIP_LIMIT_PX:
        height, width = (max(n // 2, 1) for n in image.shape[:2])
        image = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
        found.append(to_qimage(image))
    return found


class LabelImage:
    """A label map as a translucent picture in the colours of `palette`.

    Its pixels are colours, not ids: an indexed picture takes Qt three to six times longer to draw.
    """

    def __init__(self, size: int) -> None:
        self.image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
        self.image.fill(0)
        self.palette = PALETTE
        """``[19, 3]`` colours of the classes; taken over by `set_opacities`."""
        self._colours = np.zeros(len(PALETTE), dtype=np.uint32)

    def set_opacities(self, opacities: list[float]) -> None:
        """0..1 of each class; shows in what is written from now on."""
        alpha = np.rint(255 * np.array(opacities))[:, None]
        parts = np.hstack([alpha, np.rint(self.palette * alpha / 255)]).astype(np.uint32)
        self._colours = np.bitwise_or.reduce(parts << np.array([24, 16, 8, 0], np.uint32), axis=1)

    def write(self, label_map: NDArray[np.uint8], x: int, y: int, w: int, h: int) -> None:
        """Take over the ids of a rectangle."""
        part = np.s_[y : y + h, x : x + w]
        qimage2ndarray.raw_view(self.image)[part] = self._colours[label_map[part]]
