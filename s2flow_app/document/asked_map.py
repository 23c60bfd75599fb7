"""The half of the document that asks for a label map: layers, strokes, fills."""

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from s2flow_app.document.history import Change
from s2flow_app.document.label_ops import Mask, Rect, flood_region
from s2flow_app.document.layer_canvas import LayerCanvas
from s2flow_app.document.layer_view import LayerView
from s2flow_app.labels import NUM_CLASSES, LabelLayers, LabelMap
from s2flow_app.model.operations import Fill, FreeAll, Merge, Operation, Stacking


class AskedMap(QObject):
    """Label layers that tools change, each gesture one undo step.

    Tools leave locked and hidden classes alone, and do nothing while there is no face or, if they
    are a step of their own, while a stroke is open (the pen is down).
    """

    layers_changed = Signal(object)
    """`Rect` of the label pixels that may differ, or None: all."""

    stacking_changed = Signal()
    """`stacking` is another order."""

    layer_view: LayerView

    def __init__(self, parent: QObject | None) -> None:
        super().__init__(parent)
        self.layer_view = LayerView(self)
        self.layer_view.changed.connect(self._protect)
        self._canvas = LayerCanvas()

    @property
    def has_face(self) -> bool:
        raise NotImplementedError

    @property
    def layers(self) -> LabelLayers:
        """The asked layers, a read-only view that changes with the document; zeros without face."""
        return self._canvas.layers

    @property
    def label_map(self) -> LabelMap:
        """The asked map: `layers` flattened, a read-only view; hidden classes count."""
        return self._canvas.label_map

    @property
    def shown_map(self) -> LabelMap:
        """As `label_map`, without the hidden classes: what the overlay shows. Read-only view."""
        return self._canvas.shown_map

    @property
    def protected(self) -> Mask:
        """``[512, 512]``: where the photo is protected from changes. Read-only view."""
        return self._canvas.protected

    @property
    def stacking(self) -> tuple[int, ...]:
        """Class ids from the bottom of the stack to its top."""
        return self._canvas.order

    @property
    def in_stroke(self) -> bool:
        return self._canvas.in_stroke

    def can_change(self, class_id: int) -> bool:
        """False if the class is locked or hidden: a tool would do nothing with it."""
        view = self.layer_view
        return self.has_face and view.is_visible(class_id) and not view.is_locked(class_id)

    def begin_stroke(self) -> bool:
        """Start a gesture of `paint` and `erase` calls that becomes one undo step."""
        if not self.has_face or self.in_stroke:
            return False
        self._canvas.begin()
        return True

    def paint(self, class_id: int, mask: Mask, x: int, y: int) -> Rect | None:
        """Show ``class_id`` where ``mask [h, w]``, laid with its top-left at (x, y), is True.

        Sets the class's bit and clears those stacked above it. Locked and hidden classes stay as
        they are. Returns the rect that may differ; None: nothing changed, or no stroke is open
        (it ends if another face arrives while the pen is down).
        """
        return self._written(self._canvas.paint(class_id, mask, x, y))

    def erase(self, class_id: int | None, mask: Mask, x: int, y: int) -> Rect | None:
        """Take ``class_id`` away (None: whatever shows), so that what lies under it shows.

        Never a hole: under everything lies background. Otherwise as `paint`.
        """
        return self._written(self._canvas.erase(class_id, mask, x, y))

    def restore(self, mask: Mask, x: int, y: int) -> Rect | None:
        """Bring the parsed layers back. Otherwise as `paint`."""
        return self._written(self._canvas.restore(mask, x, y))

    def protect(self, mask: Mask, x: int, y: int, *, on: bool) -> Rect | None:
        """Keep the photo from changes, or no longer. Otherwise as `paint`; no lock counts."""
        return self._written(self._canvas.protect(mask, x, y, on=on))

    def place(self, rect: Rect, gone: Mask, new: LabelMap) -> Rect | None:
        """Show a part somewhere else, see `LayerCanvas.place`. Otherwise as `paint`."""
        return self._written(self._canvas.place(rect, gone, new))

    def show_in_stroke(self, label_map: LabelMap) -> None:
        """Have a map show, locks or not, in place of what the open stroke has done so far."""
        if not self.in_stroke:
            return
        back = self._canvas.cancel()
        self._canvas.begin()
        there = self._canvas.paint_map(label_map)
        if back is not None or there is not None:
            self._map_changed(stepping=False)
            self.layers_changed.emit(None)

    def end_stroke(self, operation: Operation) -> bool:
        """Make the gesture one undo step; False if it changed nothing (no step then)."""
        patch = self._canvas.end()
        if patch is not None:
            self._push(Change(operation, patch))
        return patch is not None

    def cancel_stroke(self) -> None:
        """Take the open gesture back, without a step."""
        self._written(self._canvas.cancel(), stepping=True)

    def fill(self, class_id: int, x: int, y: int) -> bool:
        """Paint the connected region of the shown class at (x, y); one undo step."""
        if not self.begin_stroke():
            return False
        self.paint(class_id, flood_region(self.shown_map, x, y), 0, 0)
        return self.end_stroke(Fill(class_id))

    def set_layers(self, layers: LabelLayers, operation: Operation) -> bool:
        """Ask for other layers as one undo step (locks do not matter); False if they are equal."""
        if not self.begin_stroke():
            return False
        self._written(self._canvas.put(layers))
        return self.end_stroke(operation)

    def set_label_map(self, label_map: LabelMap, operation: Operation) -> bool:
        """Ask for another map (a scripted edit, a file) as one undo step; False if it is equal.

        Where the class differs, the asked one is painted as by `paint`, locks or not; what lies
        under it stays.
        """
        if not self.begin_stroke():
            return False
        self._written(self._canvas.paint_map(label_map))
        return self.end_stroke(operation)

    def merge(self, source: int, target: int) -> bool:
        """Make one class of two, as one undo step; False if there is nothing of ``source``."""
        if not self.begin_stroke():
            return False
        self._written(self._canvas.merge(source, target))
        return self.end_stroke(Merge(source, target))

    def free_all(self) -> bool:
        """Protect nothing any more, as one undo step; False if nothing is protected."""
        if not self.begin_stroke():
            return False
        self.protect(np.ones_like(self.protected), 0, 0, on=False)
        return self.end_stroke(FreeAll())

    def set_stacking(self, order: tuple[int, ...], class_id: int | None = None) -> bool:
        """Stack all classes in another order, as one undo step; False if it is equal.

        Consecutive calls with the same ``class_id``, the class that is moved, are one step; None:
        all are stacked anew.
        """
        if not self.has_face or self.in_stroke or order == self.stacking:
            return False
        if sorted(order) != list(range(NUM_CLASSES)):
            raise ValueError("an order has every class once")
        gesture = None if class_id is None else ("stacking", class_id)
        orders = self.stacking, order
        self._canvas.stack(order)
        self._push(Change(Stacking(class_id), orders=orders, gesture=gesture))
        self._map_changed(stepping=False)
        self.layers_changed.emit(None)
        self.stacking_changed.emit()
        return True

    def _push(self, change: Change) -> None:
        """A step that is done already, and changed the layers alone."""
        raise NotImplementedError

    def _map_changed(self, *, stepping: bool) -> None:
        """The asked map is another one; ``stepping``: not by a tool."""
        raise NotImplementedError

    def _written(self, rect: Rect | None, *, stepping: bool = False) -> Rect | None:
        if rect is not None:
            self._map_changed(stepping=stepping)
            self.layers_changed.emit(rect)
        return rect

    @Slot(object)
    def _protect(self, _class_id: int | None) -> None:
        view = self.layer_view
        self._canvas.guard(locked=view.locked_bits, hidden=view.hidden_bits)
