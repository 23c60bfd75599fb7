"""Tools that change nothing: pick the class under the pointer, pan (the canvas itself pans)."""

from typing import ClassVar

from PySide6.QtCore import Qt

from s2flow_app.ui.tools.tool import Pointer, Tool


class Pick(Tool):
    """The class under the pointer becomes the active one."""

    def press(self, pointer: Pointer) -> None:
        pixel = pointer.pixel
        if pixel is not None and self.document.has_face:
            class_id = int(self.document.labels.shown_map[pixel[1], pixel[0]])
            self.stage.active_class = class_id
            self.stage.class_picked.emit(class_id)


class Pan(Tool):
    """Moves the picture in the window."""

    pans: ClassVar = True

    def cursor(self, pointer: Pointer) -> Qt.CursorShape:
        return Qt.CursorShape.OpenHandCursor
