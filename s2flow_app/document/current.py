"""The faces' sessions, and which of them is edited: what all parts of a document work on."""

import numpy as np
from numpy.typing import NDArray

from s2flow_app.document.changes import Aspect, Changes
from s2flow_app.document.face_session import FaceSession
from s2flow_app.document.history import Change, History, Node
from s2flow_app.document.history_memory import DEFAULT_LIMIT_BYTES, drop_oldest
from s2flow_app.document.layer_canvas import LayerCanvas
from s2flow_app.document.place import Place, Result
from s2flow_app.document.thumbnails import small_map, small_picture
from s2flow_app.model.edit import Style


class Current:
    """Nothing here tells by itself what changed: callers do, within ``with changes:``."""

    def __init__(self, changes: Changes) -> None:
        self.changes = changes
        self.sessions: dict[int, FaceSession] = {}
        """Of the faces that were prepared, by their index."""
        self.index: int | None = None
        """Of the face that is edited."""
        self.canvas = LayerCanvas()
        """Of the face that is edited; an empty one without."""
        self.preview: NDArray[np.uint8] | None = None
        """``[512, 512, 3]`` a draft of what is asked."""
        self.wanted: Node | None = None
        """A place to go to as soon as its pictures are there."""
        self.limit_bytes = DEFAULT_LIMIT_BYTES
        self._uses = 0

    @property
    def session(self) -> FaceSession | None:
        return None if self.index is None else self.sessions[self.index]

    @property
    def place(self) -> Place | None:
        """Where the face stands; None: there is no face."""
        session = self.session
        return session.place if session else None

    @property
    def history(self) -> History | None:
        session = self.session
        return session.history if session else None

    def histories(self) -> list[History]:
        """Of all faces."""
        return [session.history for session in self.sessions.values()]

    def clear(self) -> None:
        """There is no face."""
        self.sessions, self.index = {}, None
        self.canvas, self.preview, self.wanted = LayerCanvas(), None, None

    def enter(self, index: int) -> None:
        """Go on with another face."""
        self.index = index
        self.canvas, self.preview, self.wanted = self.sessions[index].canvas, None, None

    def push(self, change: Change, place: Place | None = None) -> None:
        """A step that is done, as far as the layers go, and leads to ``place`` (None: the same)."""
        session = self.session
        assert session is not None
        self.wanted = None
        node = session.history.push(change, place or session.place)
        if node.kind == "mask":
            node.thumbnail = small_map(self.canvas.label_map)
        else:
            drafted = self.preview if node.kind == "style" else None
            node.thumbnail = small_picture(node.place.base.crop if drafted is None else drafted)
        if place is not None:
            self.use(node.place.result)
            self.drop_oldest()
        self.changes.note(Aspect.HISTORY)
        if node.kind in ("edit", "amount"):
            self.changes.note(Aspect.FACES)

    def style_before(self, gesture: object | None) -> Style:
        """As it was before a step of that gesture, which may be under way."""
        history = self.history
        assert history is not None
        node = history.current
        merges = history.merges(gesture)
        return node.parent.place.style if merges and node.parent else node.place.style

    def use(self, result: Result) -> None:
        """It is looked at: it is dropped later than others."""
        self._uses += 1
        result.used = self._uses

    def drop_oldest(self) -> None:
        """Have the histories hold no more than they may."""
        drop_oldest(self.histories(), self.limit_bytes)
