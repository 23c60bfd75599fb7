"""How the label layers are shown and which may be changed. View state: no part of undo."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from s2flow_app.labels import NUM_CLASSES, PALETTE


@dataclass(frozen=True, slots=True)
class _ClassView:
    locked: bool = False
    visible: bool = True
    opacity: float = 1.0


_PLAIN: Final = _ClassView()


class LayerView(QObject):
    """Colour, visibility, opacity and lock of each of the 19 classes.

    A class that is locked or hidden is never changed by a tool, and pixels that show a locked
    class are left alone altogether.
    """

    changed = Signal(object)
    """The class id whose lock, visibility or opacity changed; None: several."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._views = [_PLAIN] * NUM_CLASSES
        self._solo: int | None = None
        self._colours = PALETTE

    @property
    def colours(self) -> NDArray[np.uint8]:
        """``[19, 3]`` of the classes on the screen; files always have those of `labels`."""
        return self._colours

    def set_colours(self, colours: NDArray[np.uint8]) -> None:
        """``[19, 3]``."""
        self._colours = colours
        self.changed.emit(None)

    @property
    def solo(self) -> int | None:
        """The class that shows alone; None: all that are visible."""
        return self._solo

    def set_solo(self, class_id: int | None) -> None:
        """Show one class alone; None: as before."""
        if class_id != self._solo:
            self._solo = class_id
            self.changed.emit(None)

    def is_locked(self, class_id: int) -> bool:
        return self._views[class_id].locked

    def is_visible(self, class_id: int) -> bool:
        if self._solo is not None:
            return class_id == self._solo
        return self._views[class_id].visible

    def is_switched_on(self, class_id: int) -> bool:
        """Whether the class is visible when none is shown alone."""
        return self._views[class_id].visible

    def opacity(self, class_id: int) -> float:
        """0..1; multiplied with the overlay's own opacity."""
        return self._views[class_id].opacity

    @property
    def locked_bits(self) -> int:
        """Bit ``k`` set: class ``k`` is locked."""
        return sum(1 << k for k, view in enumerate(self._views) if view.locked)

    @property
    def hidden_bits(self) -> int:
        """Bit ``k`` set: class ``k`` is hidden."""
        return sum(1 << k for k in range(NUM_CLASSES) if not self.is_visible(k))

    def set_locked(self, class_id: int, locked: bool) -> None:
        self._set(class_id, replace(self._views[class_id], locked=locked))

    def set_visible(self, class_id: int, visible: bool) -> None:
        self._set(class_id, replace(self._views[class_id], visible=visible))

    def set_opacity(self, class_id: int, opacity: float) -> None:
        self._set(class_id, replace(self._views[class_id], opacity=min(max(opacity, 0.0), 1.0)))

    def reset(self) -> None:
        """All visible, unlocked, opaque."""
        plain = [_PLAIN] * NUM_CLASSES
        if self._views != plain or self._solo is not None:
            self._views, self._solo = plain, None
            self.changed.emit(None)

    def _set(self, class_id: int, view: _ClassView) -> None:
        if view != self._views[class_id]:
            self._views[class_id] = view
            self.changed.emit(class_id)
