"""How the label layers are shown and which may be changed. View state: no part of undo."""

from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QObject, Signal

from s2flow_app.labels import NUM_CLASSES


@dataclass(frozen=True, slots=True)
class _ClassView:
    locked: bool = False
    visible: bool = True
    opacity: float = 1.0


_PLAIN: Final = _ClassView()


class LayerView(QObject):
    """Visibility, opacity and lock of each of the 19 classes.

    A class that is locked or hidden is never changed by a tool, and pixels that show a locked
    class are left alone altogether.
    """

    changed = Signal(object)
    """The class id whose lock, visibility or opacity changed; None: several."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._views = [_PLAIN] * NUM_CLASSES

    def is_locked(self, class_id: int) -> bool:
        return self._views[class_id].locked

    def is_visible(self, class_id: int) -> bool:
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
        return sum(1 << k for k, view in enumerate(self._views) if not view.visible)

    def set_locked(self, class_id: int, locked: bool) -> None:
        self._set(class_id, replace(self._views[class_id], locked=locked))

    def set_visible(self, class_id: int, visible: bool) -> None:
        self._set(class_id, replace(self._views[class_id], visible=visible))

    def set_opacity(self, class_id: int, opacity: float) -> None:
        self._set(class_id, replace(self._views[class_id], opacity=min(max(opacity, 0.0), 1.0)))

    def show_only(self, class_id: int | None) -> None:
        """Hide all other classes; None: show all."""
        self._set_all(
            [
                replace(view, visible=class_id is None or k == class_id)
                for k, view in enumerate(self._views)
            ]
        )

    def reset(self) -> None:
        """All visible, unlocked, opaque."""
        self._set_all([_PLAIN] * NUM_CLASSES)

    def _set(self, class_id: int, view: _ClassView) -> None:
        if view != self._views[class_id]:
            self._views[class_id] = view
            self.changed.emit(class_id)

    def _set_all(self, views: list[_ClassView]) -> None:
        if views != self._views:
            self._views = views
            self.changed.emit(None)
