"""What of a document its journal has not got yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from s2flow_app.document.face_session import FaceSession
from s2flow_app.document.history import Node
from s2flow_app.model.face import FaceBox
from s2flow_app.project.content import Content
from s2flow_app.project.encode import Encoder
from s2flow_app.project.parts import OriginalPhoto, Parts, View

Drafts = dict[str, dict[str, Any]]
LASTING: Final = ("result/", "start/")


@dataclass(frozen=True, slots=True)
class Recorded:
    """Drafts of records, and the history's nodes among them."""

    drafts: Drafts
    nodes: tuple[Node, ...] = ()


class Recorder:
    """Remembers what it has given for one photo; belongs to the document's thread.

    Args:
        known: content that the journal holds already.
    """

    def __init__(self, encoder: Encoder, known: Content | None = None) -> None:
        self.encoder = encoder
        records = known.records if known else {}
        self._lasting = {key for key in records if key.startswith(LASTING)}
        """Keys of starts and results: they stay as they are, and a result whose picture was dropped
        since must not take the place of the whole one."""
        self._nodes = {key for key in records if key.startswith("node/")}
        self._boxes = sum(key.startswith("face/") for key in records)
        self._view: View | None = None
        self._followed: dict[int, str] = {}
        """Roots of the histories whose changes were taken, by face."""

    def changes(
        self, sessions: Mapping[int, FaceSession], boxes: tuple[FaceBox, ...], view: View
    ) -> Recorded:
        """What has not been given yet, but for the photo."""
        drafts, nodes = self._beside(boxes, view), []
        for index, session in sessions.items():
            history = session.history
            changed = history.take_changed()
            if self._followed.get(index) == history.root.id:
                new = changed.nodes
            else:
                self._followed[index] = history.root.id
                new = tuple(n for n in history.nodes() if f"node/{index}/{n.id}" not in self._nodes)
            if new or changed.moved:
                nodes += new
                drafts |= self.encoder.taken_nodes(index, history, new, self._lasting)
        self._lasting |= {key for key in drafts if key.startswith(LASTING)}
        return Recorded(drafts, tuple(nodes))

    def _beside(self, boxes: tuple[FaceBox, ...], view: View) -> Drafts:
        """Drafts of boxes and view, as far as they are new."""
        if len(boxes) <= self._boxes and view == self._view:
            return {}
        # The photo's bytes are not asked for.
        parts = Parts(OriginalPhoto("", "", "", 0), True, False, boxes, {}, view)
        taken = self.encoder.taken(parts)
        wanted = {f"face/{k}" for k in range(self._boxes, len(boxes))}
        wanted |= {"view"} if view != self._view else set()
        self._boxes, self._view = len(boxes), view
        return {key: taken[key] for key in wanted}
