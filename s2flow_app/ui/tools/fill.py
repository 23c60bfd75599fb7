"""Fill a region of one class with another."""

from typing import ClassVar

from s2flow_app.document.label_ops import flood_region
from s2flow_app.labels import CLASSES
from s2flow_app.ui.tools.tool import Pointer, Tool


class Fill(Tool):
    """One click paints the region under it."""

    options: ClassVar = ("contiguous", "tolerance", "symmetric", "auto_side")
    paints: ClassVar = True
    respects_lock: ClassVar = True

    def press(self, pointer: Pointer) -> None:
        pixel = pointer.pixel
        if pixel is None or not self.document.begin_stroke():
            return
        class_id = self.stage.class_at(*pixel)
        region = flood_region(self.document.shown_map, *pixel)
        self.stage.paint(class_id, region, 0, 0)
        self.document.end_stroke(f"Fill {CLASSES[class_id].title.lower()}")
