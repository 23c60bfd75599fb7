"""The label layers of the face that is edited: strokes, maps, merging, stacking, protection."""

import numpy as np

from s2flow_app.document.asked import Asked
from s2flow_app.document.changes import Aspect
from s2flow_app.document.current import Current
from s2flow_app.document.history import Change
from s2flow_app.document.label_ops import Mask, Rect
from s2flow_app.document.layer_view import LayerView
from s2flow_app.labels import NUM_CLASSES, LabelLayers, LabelMap
from s2flow_app.model.operations import FreeAll, Merge, Operation, Stacking


class LabelEditing:
    """Label layers that tools change, each gesture one undo step.

    Tools leave locked and hidden classes alone, and do nothing while there is no face or, if they
    are a step of their own, while a stroke is open (the pen is down).
    """

    def __init__(self, current: Current, asked: Asked, view: LayerView) -> None:
        self._current, self._asked, self._view = current, asked, view
        self._changes = current.changes

    @property
    def layers(self) -> LabelLayers:
        """The asked layers, a read-only view that changes with the document; zeros without face."""
        return self._current.canvas.layers

    @property
    def label_map(self) -> LabelMap:
        """The asked map: `layers` flattened, a read-only view; hidden classes count."""
        return self._current.canvas.label_map

    @property
    def shown_map(self) -> LabelMap:
        """As `label_map`, without the hidden classes: what the overlay shows. Read-only view."""
        return self._current.canvas.shown_map

    @property
    def protected(self) -> Mask:
        """``[512, 512]``: where the photo is protected from changes. Read-only view."""
        return self._current.canvas.protected

    @property
    def stacking(self) -> tuple[int, ...]:
        """Class ids from the bottom of the stack to its top."""
        return self._current.canvas.order

    @property
    def in_stroke(self) -> bool:
        return self._current.canvas.in_stroke

    def can_change(self, class_id: int) -> bool:
        """False if the class is locked or hidden: a tool would do nothing with it."""
        view, has_face = self._view, self._current.index is not None
        return has_face and view.is_visible(class_id) and not view.is_locked(class_id)

    def begin_stroke(self) -> bool:
        """Start a gesture of `paint` and `erase` calls that becomes one undo step."""
        if self._current.index is None or self.in_stroke:
            return False
        self._current.canvas.begin()
        return True

    def paint(self, class_id: int, mask: Mask, x: int, y: int) -> Rect | None:
        """Show ``class_id`` where ``mask [h, w]``, laid with its top-left at (x, y), is True.

        Sets the class's bit and clears those stacked above it. Locked and hidden classes stay as
        they are. Returns the rect that may differ; None: nothing changed, or no stroke is open
        (it ends if another face arrives while the pen is down).
        """
        return self._written(self._current.canvas.paint(class_id, mask, x, y))

    def erase(self, class_id: int | None, mask: Mask, x: int, y: int) -> Rect | None:
        """Take ``class_id`` away (None: whatever shows), so that what lies under it shows.

        Never a hole: under everything lies background. Otherwise as `paint`.
        """
        return self._written(self._current.canvas.erase(class_id, mask, x, y))

    def restore(self, mask: Mask, x: int, y: int) -> Rect | None:
        """Bring the parsed layers back. Otherwise as `paint`."""
        return self._written(self._current.canvas.restore(mask, x, y))

    def protect(self, mask: Mask, x: int, y: int, *, on: bool) -> Rect | None:
        """Keep the photo from changes, or no longer. Otherwise as `paint`; no lock counts."""
        return self._written(self._current.canvas.protect(mask, x, y, on=on))

    def place(self, rect: Rect, gone: Mask, new: LabelMap) -> Rect | None:
        """Show a part somewhere else, see `LayerCanvas.place`. Otherwise as `paint`."""
        return self._written(self._current.canvas.place(rect, gone, new))

    def show_in_stroke(self, label_map: LabelMap) -> None:
        """Have a map show, locks or not, in place of what the open stroke has done so far."""
        if not self.in_stroke:
            return
        canvas = self._current.canvas
        back = canvas.cancel()
        canvas.begin()
        there = canvas.paint_map(label_map)
        if back is not None or there is not None:
            with self._changes:
                self._asked.map_changed()
                self._changes.note_layers(None)

    def end_stroke(self, operation: Operation, *, gesture: object | None = None) -> bool:
        """Make the gesture one undo step; False if it changed nothing (no step then).

        Args:
            gesture: equal in strokes that are one step together, as by a key that is held.
        """
        patch = self._current.canvas.end()
        if patch is not None:
            with self._changes:
                self._current.push(Change(operation, patch, gesture=gesture))
        return patch is not None

    def cancel_stroke(self) -> None:
        """Take the open gesture back, without a step."""
        self._written(self._current.canvas.cancel(), stepping=True)

    def set_label_map(self, label_map: LabelMap, operation: Operation) -> bool:
        """Ask for another map (a scripted edit, a file) as one undo step; False if it is equal.

        Where the class differs, the asked one is painted as by `paint`, locks or not; what lies
        under it stays.
        """
        if not self.begin_stroke():
            return False
        with self._changes:
            self._written(self._current.canvas.paint_map(label_map))
            return self.end_stroke(operation)

    def merge(self, source: int, target: int) -> bool:
        """Make one class of two, as one undo step; False if there is nothing of ``source``."""
        if not self.begin_stroke():
            return False
        with self._changes:
            self._written(self._current.canvas.merge(source, target))
            return self.end_stroke(Merge(source, target))

    def free_all(self) -> bool:
        """Protect nothing any more, as one undo step; False if nothing is protected."""
        if not self.begin_stroke():
            return False
        with self._changes:
            self.protect(np.ones_like(self.protected), 0, 0, on=False)
            return self.end_stroke(FreeAll())

    def set_stacking(self, order: tuple[int, ...], class_id: int | None = None) -> bool:
        """Stack all classes in another order, as one undo step; False if it is equal.

        Consecutive calls with the same ``class_id``, the class that is moved, are one step; None:
        all are stacked anew.
        """
        if self._current.index is None or self.in_stroke or order == self.stacking:
            return False
        if sorted(order) != list(range(NUM_CLASSES)):
            raise ValueError("an order has every class once")
        gesture = None if class_id is None else ("stacking", class_id)
        orders = self.stacking, order
        with self._changes:
            self._current.canvas.stack(order)
            self._current.push(Change(Stacking(class_id), orders=orders, gesture=gesture))
            self._asked.map_changed()
            self._changes.note_layers(None)
            self._changes.note(Aspect.STACKING)
        return True

    def _written(self, rect: Rect | None, *, stepping: bool = False) -> Rect | None:
        if rect is not None:
            with self._changes:
                self._asked.map_changed(stepping=stepping)
                self._changes.note_layers(rect)
        return rect
