"""Going back and on in the history: undo, other branches, named places, dropped pictures."""

from PySide6.QtCore import QObject, Signal

from s2flow_app.document.asked import Asked
from s2flow_app.document.changes import Aspect
from s2flow_app.document.current import Current
from s2flow_app.document.history import History, HistoryStep, Node
from s2flow_app.document.history_memory import bytes_held
from s2flow_app.document.label_editing import LabelEditing
from s2flow_app.document.label_ops import Rect
from s2flow_app.document.place import Place
from s2flow_app.model.edit import Edit, same_style
from s2flow_app.model.face import FaceState
from s2flow_app.model.operations import Operation


class HistoryNavigation(QObject):
    """A tree of strokes, style changes, edits, amounts, alignments and tunings for each face: going
    back and on another way keeps the old line.

    A stroke costs some 10 KB, an edit 1.3 MB (its picture). Beyond `limit_bytes` the pictures that
    were not looked at for longest are dropped, to be rendered again when gone to.
    """

    result_wanted = Signal()
    """One wants to go where a picture was dropped: have `wanted_edit` rendered and hand it to
    `take_wanted`, until that is None."""

    def __init__(
        self, current: Current, asked: Asked, labels: LabelEditing, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._current, self._asked, self._labels = current, asked, labels
        self._changes = current.changes
        self._wanted_edit: Edit | None = None

    # --- what there is ------------------------------------------------------------------------

    @property
    def tree(self) -> History | None:
        """Of the face that is edited, to read; None without a face."""
        return self._current.history

    @property
    def can_undo(self) -> bool:
        return self.tree is not None and self.tree.current.parent is not None

    @property
    def can_redo(self) -> bool:
        return self.tree is not None and self.tree.current.latest is not None

    def steps(self) -> tuple[HistoryStep, ...]:
        """Those of the current line, oldest first."""
        if self.tree is None:
            return ()
        here, steps, done = self.tree.current.id, [], True
        for node in self.tree.line():
            if node.operation is not None:
                steps.append(HistoryStep(node.operation, done))
            done = done and node.id != here
        return tuple(steps)

    def asked_operations(self) -> tuple[Operation, ...]:
        """What was done since the last result: what the pending edit comes of."""
        return self.tree.since_result() if self.tree else ()

    # --- going --------------------------------------------------------------------------------

    def undo(self) -> None:
        """One step back; an open stroke is taken back instead."""
        if self._labels.in_stroke:
            self._labels.cancel_stroke()
        elif self.tree is not None and self.tree.current.parent is not None:
            self.visit(self.tree.current.parent)

    def redo(self) -> None:
        tree = self.tree
        if not self._labels.in_stroke and tree is not None and tree.current.latest is not None:
            self.visit(tree.current.latest)

    def visit(self, node: Node) -> bool:
        """To any place of the current face's history. False: a picture was dropped, and is asked
        for by `result_wanted`; one gets there when it is there, unless something else is done."""
        with self._changes:
            self._labels.cancel_stroke()
            if node.place.missing() is None:
                self._go(node)
                return True
        wanted = self._current.wanted
        if wanted is None or node.id != wanted.id:
            self._current.wanted = node
            self.result_wanted.emit()
        return False

    def name(self, node: Node, name: str) -> None:
        """Take a snapshot of a place under a name; "" forgets it. No part of undo."""
        if node.name != name and self.tree is not None:
            with self._changes:
                self.tree.rename(node, name)
                self._changes.note(Aspect.HISTORY)

    # --- memory -------------------------------------------------------------------------------

    @property
    def held_bytes(self) -> int:
        """Memory held by all faces' histories; arrays shared between places count once."""
        return bytes_held(self._current.histories())

    @property
    def limit_bytes(self) -> int:
        return self._current.limit_bytes

    def set_limit(self, limit_bytes: int) -> None:
        """How much `held_bytes` may be; what must be there is there, even so."""
        with self._changes:
            self._current.limit_bytes = limit_bytes
            self._current.drop_oldest()
            self._changes.note(Aspect.HISTORY)

    def wanted_edit(self) -> Edit | None:
        """What is to be rendered so that `visit` can go on; None: nothing."""
        wanted = self._current.wanted
        missing = wanted.place.missing() if wanted else None
        self._wanted_edit = missing.edit() if missing else None
        return self._wanted_edit

    def take_wanted(self, edit: Edit, state: FaceState) -> bool:
        """A rendered `wanted_edit`; False: it was something else, or is no longer wanted."""
        wanted = self._current.wanted
        missing = wanted.place.missing() if wanted else None
        if wanted is None or missing is None or not self.is_wanted(edit):
            return False
        missing.state = state
        if wanted.place.missing() is None:
            with self._changes:
                self._go(wanted)
        else:
            self.result_wanted.emit()
        return True

    def is_wanted(self, edit: Edit) -> bool:
        """Whether ``edit`` is what `wanted_edit` gave, and is waited for."""
        known = self._wanted_edit if self._current.wanted is not None else None
        return known is not None and edit.id == known.id

    def forget_wanted(self) -> None:
        """It could not be rendered: stay here."""
        self._current.wanted = None

    # --- within -------------------------------------------------------------------------------

    def _go(self, node: Node) -> None:
        """To a place whose pictures are there."""
        history, before, canvas = self.tree, self._current.place, self._current.canvas
        assert history is not None and before is not None
        undone, done = history.way_to(node)
        order = canvas.order
        history.move_to(node)
        rect = canvas.apply(*(c.patch for c in (*undone, *done) if c.patch))
        orders = [c.orders[0] for c in undone if c.orders] + [c.orders[1] for c in done if c.orders]
        if orders and orders[-1] != order:
            canvas.stack(orders[-1])
        if before.start.id != node.place.start.id:
            canvas.set_start(node.place.start.layers)
        self.forget_wanted()
        self._current.use(node.place.result)
        self._current.drop_oldest()
        self._note(before, node.place, rect, restacked=order != canvas.order)

    def _note(self, before: Place, place: Place, rect: Rect | None, *, restacked: bool) -> None:
        """What is different from one place to another; ``rect`` of the layers changed."""
        changes = self._changes
        changes.note(Aspect.HISTORY)
        if before.result.id != place.result.id:
            self._asked.result_changed()
            changes.note(Aspect.FACES)
        else:
            self._asked.map_changed(stepping=True)
        if restacked or rect is not None:
            changes.note_layers(None if restacked else rect)
        if restacked:
            changes.note(Aspect.STACKING)
        if before.start.id != place.start.id:
            changes.note(Aspect.START, Aspect.FACES)
        if not same_style(before.style, place.style):
            changes.note(Aspect.STYLE)
