"""What the options bar sets and the tools read."""

from dataclasses import dataclass, replace
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

MAX_SIZE_PX: Final = 200
MAX_FEATHER_PX: Final = 20
"""A change of the picture fades within 4 % of the crop: further out nothing may change."""


@dataclass(frozen=True, slots=True)
class OptionValues:
    """One value of each option, whichever tool uses it. Lengths are in crop pixels."""

    size_px: float = 24.0
    """Diameter of the brush."""
    feather_px: int = MAX_FEATHER_PX
    """Over which the picture fades into the photo around what is asked."""
    pressure: bool = True
    """Whether a pen's pressure scales the brush."""
    symmetric: bool = False
    """Whether everything is done on the other side of the face too."""
    auto_side: bool = True
    """Whether eyes, brows and ears choose themselves by side."""
    erase_to: str = "underneath"
    """``underneath`` or ``parsed``."""
    protects: bool = True
    """False: the protect brush frees what was protected."""
    contiguous: bool = True
    tolerance: int = 100
    """0..100: how strong an edge of the photo must be to stop a fill; 100: none does."""
    region_mode: str = "grow"
    """``grow``, ``shrink`` or ``smooth``."""
    amount_px: int = 4
    whole_mouth: bool = True
    """Whether lips and mouth are moved as one part."""


class ToolOptions(QObject):
    """The values, and who wants to know of them."""

    changed = Signal(str)
    """The option that has another value."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.now = OptionValues()

    def set(self, name: str, value: Any) -> None:
        """Give one option another value."""
        if getattr(self.now, name) != value:
            self.now = replace(self.now, **{name: value})
            self.changed.emit(name)
