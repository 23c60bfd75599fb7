"""Between numpy pictures and QImages: the only place that knows both."""

import cv2
import numpy as np
import PySide6.QtGui  # noqa: F401 - qimage2ndarray takes the Qt that is imported already
import qimage2ndarray
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPixmap

from s2flow_app.labels import NUM_CLASSES


def view_as_qimage(image: NDArray[np.uint8]) -> QImage:
    """The pixels of ``image [H, W, 3]`` RGB themselves, which the QImage keeps alive.

    Nothing is copied unless rows are not contiguous. Drawing it scaled takes four times as long
    as `to_qimage`'s.
    """
    image = np.ascontiguousarray(image)
    height, width = image.shape[:2]
    return QImage(image.data, width, height, image.strides[0], QImage.Format.Format_RGB888)


def to_qimage(image: NDArray[np.uint8]) -> QImage:
    """A picture of its own (a copy) of ``image [H, W, 3]`` RGB, in Qt's quickest format.

    24 megapixels take 15 ms, in which other threads go on: OpenCV holds no lock of Python's.
    """
    height, width = image.shape[:2]
    converted = cv2.cvtColor(image, cv2.COLOR_RGB2BGRA)
    return QImage(converted.data, width, height, 4 * width, QImage.Format.Format_RGB32)


def to_translucent_qimage(image: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> QImage:
    """As `to_qimage`, with an opacity ``[H, W]``."""
    height, width = image.shape[:2]
    bgr = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    bgr = cv2.multiply(bgr, cv2.merge([alpha] * 3), scale=1 / 255)
    converted = cv2.merge([*cv2.split(bgr), alpha])
    form = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(converted.data, width, height, 4 * width, form)


def to_qpixmap(image: NDArray[np.uint8]) -> QPixmap:
    """As `to_qimage`, for labels and buttons."""
    return QPixmap.fromImage(to_qimage(image))


def halved(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """``image [H, W, 3]`` at half its size, averaged."""
    height, width = (max(n // 2, 1) for n in image.shape[:2])
    smaller = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
    return smaller.astype(np.uint8, copy=False)


def blank(width: int, height: int) -> tuple[QImage, NDArray[np.uint32]]:
    """An opaque picture to paint on, and its pixels ``[H, W]`` 0xffRRGGBB: keep both."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    return image, qimage2ndarray.raw_view(image)


class LabelImage:
    """A label map as a translucent picture.

    Its pixels are colours, not ids: an indexed picture takes Qt three to six times longer to draw.
    """

    def __init__(self, size: int) -> None:
        self.image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
        self.image.fill(0)
        self._colours = np.zeros(NUM_CLASSES, dtype=np.uint32)

    def set_colours(self, colours: NDArray[np.uint8], opacities: NDArray[np.float32]) -> None:
        """``[19, 3]`` and 0..1 of each class; shows in what is written from now on."""
        alpha = np.rint(255 * opacities)[:, None]
        parts = np.hstack([alpha, np.rint(colours * alpha / 255)]).astype(np.uint32)
        self._colours = np.bitwise_or.reduce(parts << np.array([24, 16, 8, 0], np.uint32), axis=1)

    def write(self, label_map: NDArray[np.uint8], x: int, y: int, w: int, h: int) -> None:
        """Take over the ids of a rectangle."""
        part = np.s_[y : y + h, x : x + w]
        qimage2ndarray.raw_view(self.image)[part] = self._colours[label_map[part]]
