"""The half of the document that goes back: undo, other lines, named places, dropped pictures."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from s2flow_app.document.asked_edit import AskedEdit
from s2flow_app.document.face_session import FaceSession
from s2flow_app.document.history import Change, History, HistoryStep, Node
from s2flow_app.document.history_memory import DEFAULT_LIMIT_BYTES, bytes_held, drop_oldest
from s2flow_app.document.label_ops import Rect
from s2flow_app.document.place import Place, Result
from s2flow_app.document.thumbnails import small_map, small_picture
from s2flow_app.model.edit import Edit, Style, same_style
from s2flow_app.model.operations import Operation
from s2flow_app.worker.protocol import EditReady, RenderEdit


class WayBack(AskedEdit):
    """A tree of strokes, style changes, edits, amounts, alignments and tunings for each face: going
    back and on another way keeps the old line.

    A stroke costs some 10 KB, an edit 1.3 MB (its picture). Beyond `history_limit_bytes` the
    pictures that were not looked at for longest are dropped, to be rendered again when gone to.
    """

    faces_changed = Signal()
    """The photo's faces, or which of them are edited."""
    start_changed = Signal()
    """`original`, `quad`, `points`, `reconstruction` are others."""
    history_changed = Signal()
    thumbnail_changed = Signal(object)
    """`Node` whose small picture is another one."""
    result_wanted = Signal()
    """One wants to go where a picture was dropped: have `wanted_edit` rendered and hand it to
    `take_wanted`, until that is None."""

    def __init__(self, parent: QObject | None) -> None:
        super().__init__(parent)
        self._session: FaceSession | None = None
        self._limit_bytes = DEFAULT_LIMIT_BYTES
        self._uses = 0
        self._wanted: Node | None = None
        self._wanted_edit: Edit | None = None

    @property
    def here(self) -> Place | None:
        return self._session.place if self._session else None

    # --- the way back -------------------------------------------------------------------------

    @property
    def timeline(self) -> History | None:
        """The current face's history, to read; None without a face."""
        return self._session.history if self._session else None

    @property
    def can_undo(self) -> bool:
        return self.timeline is not None and self.timeline.current.parent is not None

    @property
    def can_redo(self) -> bool:
        return self.timeline is not None and self.timeline.current.latest is not None

    def history(self) -> tuple[HistoryStep, ...]:
        """The steps of the current line, oldest first."""
        steps, done = [], True
        for node in self.timeline.line() if self.timeline else ():
            if node.change:
                steps.append(HistoryStep(node.change.operation, done))
            done = done and self._current is not None and node.id != self._current.id
        return tuple(steps)

    @property
    def history_bytes(self) -> int:
        """Memory held by all faces' histories; arrays shared between places count once."""
        return bytes_held(self._histories())

    @property
    def history_limit_bytes(self) -> int:
        return self._limit_bytes

    def set_history_limit(self, limit_bytes: int) -> None:
        """How much `history_bytes` may be; what must be there is there, even so."""
        self._limit_bytes = limit_bytes
        self._drop_oldest()
        self.history_changed.emit()

    def undo(self) -> None:
        """One step back; an open stroke is taken back instead."""
        if self.in_stroke:
            self.cancel_stroke()
        elif self._current is not None and self._current.parent is not None:
            self.visit(self._current.parent)

    def redo(self) -> None:
        if not self.in_stroke and self._current is not None and self._current.latest is not None:
            self.visit(self._current.latest)

    def go_to(self, step: int) -> None:
        """To the place after ``step`` steps of `history` (0: the start)."""
        if self.timeline is not None:
            self.visit(self.timeline.line()[step])

    def visit(self, node: Node) -> bool:
        """To any place of the current face's history. False: a picture was dropped, and is asked
        for by `result_wanted`; one gets there when it is there, unless something else is done."""
        self.cancel_stroke()
        if node.place.missing() is None:
            self._go(node)
            return True
        if self._wanted is None or node.id != self._wanted.id:
            self._wanted = node
            self.result_wanted.emit()
        return False

    def asked_operations(self) -> tuple[Operation, ...]:
        """What was done since the last result: what `pending_edit` comes of."""
        return self.timeline.since_result() if self.timeline else ()

    def name_place(self, node: Node, name: str) -> None:
        """Take a snapshot of a place under a name; "" forgets it. No part of undo."""
        if node.name != name and self.timeline is not None:
            self.timeline.rename(node, name)
            self.history_changed.emit()

    # --- dropped pictures ---------------------------------------------------------------------

    def wanted_edit(self) -> Edit | None:
        """What is to be rendered so that `visit` can go on; None: nothing."""
        missing = self._wanted.place.missing() if self._wanted else None
        self._wanted_edit = missing.edit() if missing else None
        return self._wanted_edit

    def take_wanted(self, answer: EditReady) -> bool:
        """A rendered `wanted_edit`; False: it was something else, or is no longer wanted."""
        request = answer.request
        if self._wanted is None or not isinstance(request, RenderEdit):
            return False
        missing = self._wanted.place.missing()
        if missing is None or not self.is_wanted(request.edit):
            return False
        missing.state = answer.state
        if self._wanted.place.missing() is None:
            self._go(self._wanted)
        else:
            self.result_wanted.emit()
        return True

    def is_wanted(self, edit: Edit) -> bool:
        """Whether ``edit`` is what `wanted_edit` gave, and is waited for."""
        return self._wanted_edit is not None and edit.id == self._wanted_edit.id

    def forget_wanted(self) -> None:
        """It could not be rendered: stay here."""
        self._wanted = self._wanted_edit = None

    # --- within ------------------------------------------------------------------------------

    @property
    def _current(self) -> Node | None:
        return self._session.history.current if self._session else None

    def _histories(self) -> list[History]:
        """Of all faces."""
        raise NotImplementedError

    def _push(self, change: Change, place: Place | None = None) -> None:
        session = self._session
        assert session is not None
        self.forget_wanted()
        node = session.history.push(change, place or session.place)
        if node.kind == "mask":
            node.thumbnail = small_map(self.label_map)
        else:
            shown = self.result_crop if node.kind == "style" else node.place.base.crop
            node.thumbnail = None if shown is None else small_picture(shown)
        if place is not None:
            self._use(node.place.result)
            self._drop_oldest()
        self.history_changed.emit()
        if node.kind in ("edit", "amount"):
            self.faces_changed.emit()

    def _go(self, node: Node) -> None:
        """To a place whose pictures are there."""
        session = self._session
        assert session is not None
        undone, done = session.history.way_to(node)
        before, order = session.place, self.stacking
        session.history.move_to(node)
        rect = self._canvas.apply(*(c.patch for c in (*undone, *done) if c.patch))
        orders = [c.orders[0] for c in undone if c.orders] + [c.orders[1] for c in done if c.orders]
        if orders and orders[-1] != order:
            self._canvas.stack(orders[-1])
        if before.start.id != node.place.start.id:
            self._canvas.set_start(node.place.start.layers)
        self.forget_wanted()
        self._tell_way(before, node.place, rect, restacked=order != self.stacking)

    def _tell_way(self, before: Place, place: Place, rect: Rect | None, *, restacked: bool) -> None:
        """Signals of having gone from one place to another; ``rect`` of the layers changed."""
        self._use(place.result)
        self._drop_oldest()
        self._asked_map = None
        new_result = before.result.id != place.result.id
        if new_result:
            self._result_changed()
        else:
            self._asked_changed(stepping=True)
        if restacked or rect is not None:
            self.layers_changed.emit(None if restacked else rect)
        if restacked:
            self.stacking_changed.emit()
        if before.start.id != place.start.id:
            self._tell_start()
        if not same_style(before.style, place.style):
            self.style_changed.emit()
        if new_result:
            self._tell_result()
            self.faces_changed.emit()
        self.history_changed.emit()

    def _use(self, result: Result) -> None:
        self._uses += 1
        result.used = self._uses

    def _drop_oldest(self) -> None:
        drop_oldest(self._histories(), self._limit_bytes)

    def _style_before(self, gesture: object | None) -> Style:
        node = self._current
        if node is None:
            return self.style
        history = self.timeline
        merges = history is not None and history.merges(gesture)
        return node.parent.place.style if merges and node.parent else node.place.style

    def _preview_shown(self, crop: NDArray[np.uint8]) -> None:
        node = self._current
        if node is not None and node.kind == "style":
            node.thumbnail = small_picture(crop)
            self.thumbnail_changed.emit(node)

    def _tell_start(self) -> None:
        self.start_changed.emit()
        self.faces_changed.emit()

    def _tell_all(self) -> None:
        self._outdate()
        self.layers_changed.emit(None)
        self.style_changed.emit()
        self._tell_result()
        self.history_changed.emit()
