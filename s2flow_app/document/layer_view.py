"""How the label layers are shown and which may be changed. View state: no part of undo."""

from PySide6.QtCore import QObject, Signal


class LayerView(QObject):
    """Visibility, opacity and lock of each of the 19 classes.

    A class that is locked or hidden is never changed by a tool, and pixels that show a locked
    class are left alone altogether.
    """

    changed = Signal(object)
    """The class id whose lock, visibility or opacity changed; None: several."""

    def is_locked(self, class_id: int) -> bool:
        raise NotImplementedError

    def is_visible(self, class_id: int) -> bool:
        raise NotImplementedError

    def opacity(self, class_id: int) -> float:
        """0..1; multiplied with the overlay's own opacity."""
        raise NotImplementedError

    def set_locked(self, class_id: int, locked: bool) -> None:
        raise NotImplementedError

    def set_visible(self, class_id: int, visible: bool) -> None:
        raise NotImplementedError

    def set_opacity(self, class_id: int, opacity: float) -> None:
        raise NotImplementedError

    def show_only(self, class_id: int | None) -> None:
        """Hide all other classes; None: show all."""
        raise NotImplementedError

    def reset(self) -> None:
        """All visible, unlocked, opaque."""
        raise NotImplementedError
