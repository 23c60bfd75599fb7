"""The document: one photo, the faces in it, what is asked of each, and the way back.

No torch, no widgets, no worker. The window reads its parts, calls their methods and listens to
`Document.changed`; what the worker answers is handed to it as values.
"""

from PySide6.QtCore import QObject, Signal

from s2flow_app.document.asked import Asked
from s2flow_app.document.changes import Changes
from s2flow_app.document.current import Current
from s2flow_app.document.edits import Edits
from s2flow_app.document.faces import Faces
from s2flow_app.document.history_navigation import HistoryNavigation
from s2flow_app.document.label_editing import LabelEditing
from s2flow_app.document.layer_view import LayerView


class Document(QObject):
    """What is being edited: one of the photo's faces at a time.

    Its parts have one job each: `faces` the photo and its faces, `labels` the label layers,
    `edits` style, previews and results, `history` going back; `layer_view` is how layers are shown.
    """

    changed = Signal(object)
    """`DocumentChange`: what is different, told after all of it is."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        current = Current(Changes(self.changed.emit))
        asked = Asked(current, self)
        self.layer_view = LayerView(self)
        self.labels = LabelEditing(current, asked, self.layer_view)
        self.edits = Edits(current, asked)
        self.history = HistoryNavigation(current, asked, self.labels, self)
        self.faces = Faces(current, asked, self.labels, self.layer_view)

    @property
    def has_face(self) -> bool:
        """Whether a face can be edited."""
        return self.faces.index is not None
