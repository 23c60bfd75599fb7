"""What the canvas gives its tools: document, options, the class that is painted."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPointF, Signal
from PySide6.QtGui import QColor

from s2flow_app.document.document import Document
from s2flow_app.document.face_axis import FaceAxis, face_axis
from s2flow_app.document.label_ops import Mask
from s2flow_app.labels import HAIR, LABEL_SIZE, mirror_table
from s2flow_app.ui.told import class_title
from s2flow_app.ui.tools.options import OptionValues, ToolOptions

_TWIN_OF = mirror_table()


class Stage(QObject):
    """Shared by all tools of one canvas."""

    class_picked = Signal(int)
    said = Signal(str)
    """A sentence for the user: why nothing happened."""
    overlay_changed = Signal()
    """A tool draws something else, though the pointer did not move."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.options = ToolOptions(self)
        self.active_class = HAIR

    @property
    def now(self) -> OptionValues:
        return self.options.now

    @property
    def axis(self) -> FaceAxis:
        """Of the face that is edited."""
        return face_axis(self.document.faces.points, self.document.faces.quad)

    def class_at(self, x: float, y: float) -> int:
        """What a gesture that starts at a crop point paints: the active class, or its twin."""
        if not self.now.auto_side:
            return self.active_class
        return self.axis.twin_at(self.active_class, x, y)

    def colour_at(self, at: QPointF) -> QColor:
        """On the screen, of the class that painting at a crop point means."""
        colours = self.document.layer_view.colours
        return QColor(*(int(v) for v in colours[self.class_at(at.x(), at.y())]))

    def twin(self, class_id: int) -> int:
        """The class on the other side of the face."""
        return int(_TWIN_OF[class_id])

    def paint(self, class_id: int, mask: Mask, x: int, y: int) -> None:
        """`Document.labels.paint`, on both sides of the face if that is wanted."""
        self.document.labels.paint(class_id, mask, x, y)
        if self.now.symmetric:
            self.document.labels.paint(self.twin(class_id), self.mirrored(mask, x, y), 0, 0)

    def mirrored(self, mask: Mask, x: int, y: int) -> Mask:
        """``[512, 512]`` the mirror image of a mask laid at (x, y)."""
        matrix = self.axis.mirror
        # OpenCV's integers are the pixels' middles: x = column + 0.5.
        matrix[:, 2] += matrix[:, :2] @ (x + 0.5, y + 0.5) - 0.5
        soft = np.where(mask, np.float32(1), np.float32(0))
        size = (LABEL_SIZE, LABEL_SIZE)
        return np.asarray(cv2.warpAffine(soft, matrix, size, flags=cv2.INTER_LINEAR)) > 0.5

    def refusal_of_class(self, class_id: int) -> str:
        """Why this class cannot be painted, as a sentence; empty if it can."""
        view = self.document.layer_view
        if view.is_locked(class_id):
            return self.locked(class_id)
        if not view.is_visible(class_id):
            text = self.tr("{} is hidden; show it in the layer list.")
            return text.format(class_title(class_id))
        return ""

    def locked(self, class_id: int) -> str:
        """The sentence about a class that is locked."""
        return self.tr("{} is locked; unlock it in the layer list.").format(class_title(class_id))

    def crop(self) -> NDArray[np.uint8] | None:
        """``[512, 512, 3]`` the picture that the next edit starts from."""
        base = self.document.edits.base
        return None if base is None else base.crop
