"""One face of the photo while it is edited: its layers, its history, where it stands."""

import numpy as np

from s2flow_app.document.history import History
from s2flow_app.document.layer_canvas import LayerCanvas
from s2flow_app.document.place import Place, Start
from s2flow_app.model.edit import Style
from s2flow_app.model.face import EditedFace


class FaceSession:
    """Kept when another face is chosen: coming back is as if one had never left."""

    def __init__(self, start: Start) -> None:
        self.canvas = LayerCanvas()
        self.canvas.replace(start.layers)
        self.history = History(Place(start, start.result, Style()))

    @property
    def place(self) -> Place:
        return self.history.current.place

    @property
    def is_edited(self) -> bool:
        """An edit was applied, and not undone."""
        return self.place.result.id != self.place.start.result.id

    @property
    def is_pending(self) -> bool:
        """Something is asked for that was not applied."""
        place = self.place
        same = np.array_equal(self.canvas.label_map, place.base.label_map)
        return not (same and place.style.is_neutral)

    def edited(self) -> EditedFace:
        return EditedFace(self.place.start.state, self.place.base)
