"""What is composed for the screen, kept in device pixels.

Composing is lazy and only of what changed. What was composed quickly (nearest pixel) while things
moved is composed again smoothly, piece by piece, when they are still; a piece takes 1 ms, so that
nobody waits for it. Panning moves the pixels.
"""

import ctypes
import time
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QImage, QRegion, QTransform

from s2flow_app.ui.image_qt import blank

SMOOTH_LIMIT_PX: Final = 300_000
"""Device pixels that are composed smoothly at once, while the pen is down: 3 ms."""
PIECE_PX: Final = 256
"""Side of the pieces that are composed again smoothly."""

MOST_RECTS: Final = 8
"""More dirty ones are composed as one."""

Compose = Callable[[QImage, NDArray[np.uint32], QRect, bool], None]
"""Paints a rect of the image (and its pixels ``[H, W]``, which are the same); True: quickly."""


class Surface:
    """A picture of the size of the widget, in device pixels."""

    def __init__(self) -> None:
        self.image: QImage | None = None
        self._pixels: NDArray[np.uint32] = np.zeros((0, 0), np.uint32)
        self._dirty, self._coarse = QRegion(), QRegion()
        self._shown: QTransform | None = None

    @property
    def is_coarse(self) -> bool:
        """Some of it is to be refined."""
        return not self._coarse.isEmpty()

    def resize(self, size: QSize) -> None:
        """To so many device pixels."""
        if self.image is None or self.image.size() != size:
            self.image, self._pixels = blank(max(size.width(), 1), max(size.height(), 1))
            self.invalidate()

    def invalidate(self, rect: QRect | None = None) -> None:
        """A rect of device pixels is to be composed again; None: all."""
        if self.image is None:
            return
        whole = self.image.rect()
        if rect is None:
            self._coarse = QRegion()
        self._dirty += whole if rect is None else rect.intersected(whole)

    def outdate(self, rect: QRect | None = None) -> None:
        """A rect of device pixels is to be refined, as soon as there is time; None: all."""
        if self.image is not None:
            whole = self.image.rect()
            self._coarse += whole if rect is None else rect.intersected(whole)

    def show(self, picture_to_device: QTransform) -> None:
        """Where the picture lies now: moved pixels stay, all else is composed again."""
        old, self._shown = self._shown, picture_to_device
        if old is None or self.image is None or not _is_translation(old, picture_to_device):
            self.invalidate()
            return
        shift = QPoint(
            round(picture_to_device.dx() - old.dx()), round(picture_to_device.dy() - old.dy())
        )
        if not shift.isNull():
            self._move(shift)

    def compose(self, compose: Compose, *, moving: bool, hurried: bool) -> None:
        """Bring all that is dirty up to date; quickly if it moves, or if much is hurried."""
        if self.image is None or self._dirty.isEmpty():
            return
        rects = list(self._dirty)  # type: ignore[call-overload] - a QRegion is iterable
        if len(rects) > MOST_RECTS:
            rects = [self._dirty.boundingRect()]
        size = sum(rect.width() * rect.height() for rect in rects)
        quick = moving or (hurried and size > SMOOTH_LIMIT_PX)
        for rect in rects:
            compose(self.image, self._pixels, rect, quick)
            self._coarse = self._coarse + rect if quick else self._coarse - QRegion(rect)
        self._dirty = QRegion()

    def refine(self, compose: Compose, budget_s: float) -> QRegion:
        """Compose some of what is coarse smoothly; returns what changed, in device pixels."""
        done, until_s = QRegion(), time.perf_counter() + budget_s
        while self.image is not None and self.is_coarse and time.perf_counter() < until_s:
            first = next(iter(self._coarse))  # type: ignore[call-overload]
            piece = QRect(first.topLeft(), QSize(PIECE_PX, PIECE_PX)) & first
            compose(self.image, self._pixels, piece, False)
            self._coarse -= QRegion(piece)
            done += piece
        return done

    def _move(self, shift: QPoint) -> None:
        assert self.image is not None
        whole = self.image.rect()
        kept = whole.translated(shift) & whole
        if kept.isEmpty():
            self.invalidate()
            return
        # All rows lie in one block: moving that by a constant moves each; what is pushed over
        # the sides lands in what is composed anew.
        size = self._pixels.nbytes
        by = shift.y() * self.image.bytesPerLine() + 4 * shift.x()
        start = self._pixels.ctypes.data
        ctypes.memmove(start + max(by, 0), start + max(-by, 0), size - abs(by))
        fresh = QRegion(whole) - QRegion(kept)
        self._dirty = (self._dirty.translated(shift) & QRegion(whole)) + fresh
        self._coarse = (self._coarse.translated(shift) & QRegion(whole)) - fresh


def _is_translation(old: QTransform, new: QTransform) -> bool:
    """Whether ``new`` is ``old`` moved by whole pixels."""
    same = all(
        abs(a - b) < 1e-12
        for a, b in (
            (old.m11(), new.m11()), (old.m12(), new.m12()),
            (old.m21(), new.m21()), (old.m22(), new.m22()),
        )
    )  # fmt: skip
    x, y = new.dx() - old.dx(), new.dy() - old.dy()
    return same and abs(x - round(x)) < 1e-6 and abs(y - round(y)) < 1e-6
