"""The photo at full size, half, a quarter, ...: what is shown small is drawn from a small one.

Levels are made in Qt's thread pool, because halving 24 megapixels takes longer than a frame; until
one is there the photo itself is drawn, as it came from the decoder.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal, Slot
from PySide6.QtGui import QImage

from s2flow_app.ui.image_qt import halved, to_qimage, view_as_qimage

SMALLEST_PX: Final = 1024
"""A picture is halved until its longer side is below."""


class Pyramid(QObject):
    """One photo's levels, as far as they are made."""

    level_ready = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._photo: NDArray[np.uint8] | None = None
        self._levels: dict[int, QImage] = {}
        self._asked: set[int] = set()
        self._as_decoded: QImage | None = None
        self._count = 0
        self._messenger = _Messenger()
        self._messenger.made.connect(self._take, Qt.ConnectionType.QueuedConnection)

    @property
    def photo(self) -> NDArray[np.uint8] | None:
        """``[H, W, 3]``, as given."""
        return self._photo

    def set_photo(self, photo: NDArray[np.uint8] | None) -> None:
        """Another photo ``[H, W, 3]``, which must not change any more; its levels follow."""
        if photo is self._photo:
            return
        self._photo, self._levels, self._asked = photo, {}, set()
        self._as_decoded, self._count = None, 0
        if photo is not None:
            self._as_decoded = view_as_qimage(photo)
            while max(photo.shape[:2]) >> self._count > SMALLEST_PX:
                self._count += 1
            if self._count:
                self._start(range(1, self._count + 1))

    def level_for(self, scale: float) -> tuple[QImage, bool]:
        """What to draw at ``scale`` device pixels per photo pixel; whether a better one follows."""
        assert self._as_decoded is not None
        wanted = 0
        while wanted < self._count and scale * 2 ** (wanted + 1) <= 1:
            wanted += 1
        if wanted == 0 and 0 not in self._asked:
            self._start(range(1))
        if wanted in self._levels:
            return self._levels[wanted], False
        smaller = [level for level in self._levels if level > wanted]
        # A smaller one is quick to draw and blurred; only in the first moments after opening.
        return (self._levels[min(smaller)] if smaller else self._as_decoded), True

    def _start(self, levels: range) -> None:
        assert self._photo is not None
        self._asked.update(levels)
        QThreadPool.globalInstance().start(_Making(self._photo, levels, self._messenger))

    @Slot(object, int, object)
    def _take(self, photo: NDArray[np.uint8], level: int, image: QImage) -> None:
        if photo is self._photo:
            self._levels[level] = image
            self.level_ready.emit()


class _Messenger(QObject):
    """Says what was made; outlives the pyramid as long as something is being made."""

    made = Signal(object, int, object)
    """The photo, the level, its picture."""


class _Making(QRunnable):
    """Makes consecutive levels, each from the last one."""

    def __init__(self, photo: NDArray[np.uint8], levels: range, messenger: _Messenger) -> None:
        super().__init__()
        self._photo, self._levels, self._messenger = photo, levels, messenger

    def run(self) -> None:
        image = self._photo
        for level in range(self._levels.stop):
            if level:
                image = halved(image)
            if level in self._levels:
                self._messenger.made.emit(self._photo, level, to_qimage(image))
