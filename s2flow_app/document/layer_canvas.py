"""The label layers that tools write, with their flattened maps kept up to date. No Qt."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from s2flow_app.document import label_ops
from s2flow_app.document.label_ops import Mask, Rect, slices
from s2flow_app.document.layer_patch import LayerPatch, difference
from s2flow_app.labels import (
    LABEL_SIZE,
    NUM_CLASSES,
    PROTECTED,
    STACKING,
    LabelLayers,
    LabelMap,
)

ALL: Final[Rect] = (0, 0, LABEL_SIZE, LABEL_SIZE)
NO_CLASS: Final = NUM_CLASSES
"""In maps of a part: not of it."""
_PROTECTED: Final = np.uint32(1 << PROTECTED)


class LayerCanvas:
    """Layers ``[512, 512]`` uint32; a gesture's changes become a `LayerPatch`.

    They change between `begin` and `end` only; `paint` and `erase` do nothing outside.
    `layers`, `label_map` and `shown_map` are read-only views of what changes in place.
    """

    def __init__(self) -> None:
        shape = (LABEL_SIZE, LABEL_SIZE)
        self._layers: LabelLayers = np.zeros(shape, dtype=np.uint32)
        self._map: LabelMap = np.zeros(shape, dtype=np.uint8)
        self._shown: LabelMap = np.zeros(shape, dtype=np.uint8)
        self.layers, self.label_map, self.shown_map = map(
            _read_only_view, (self._layers, self._map, self._shown)
        )
        self._protected: Mask = np.zeros(shape, dtype=np.bool_)
        self.protected = _read_only_view(self._protected)
        """``[512, 512]``: where the photo is protected."""
        self._start = self._layers.copy()
        self._order = STACKING
        self._locked = self._hidden = 0
        self._before: LabelLayers | None = None
        self._shown_before = self._shown
        self._dirty: Rect | None = None

    @property
    def in_stroke(self) -> bool:
        return self._before is not None

    @property
    def order(self) -> tuple[int, ...]:
        """Class ids from the bottom of the stack to its top."""
        return self._order

    def replace(self, layers: LabelLayers) -> None:
        """Other layers in the usual order, without a way back; ends an open stroke.

        They are what `restore` goes back to.
        """
        self._before = None
        self._layers[...] = self._start[...] = layers
        self._order = STACKING
        self._refresh(ALL)

    def set_start(self, layers: LabelLayers) -> None:
        """What `restore` goes back to."""
        self._start[...] = layers

    def stack(self, order: tuple[int, ...]) -> None:
        """Another order of all classes."""
        self._order = order
        self._refresh(ALL)

    def guard(self, *, locked: int, hidden: int) -> None:
        """Bits of the classes that no tool changes, and that do not show."""
        self._locked, self._hidden = locked, hidden
        self._refresh(ALL)

    def begin(self) -> None:
        """Start a stroke."""
        self._before = self._layers.copy()
        self._shown_before = self._shown.copy()
        self._dirty = None

    def paint(self, class_id: int, mask: Mask, x: int, y: int) -> Rect | None:
        """See `Document.paint`."""
        kept = self._locked | self._hidden
        clipped = label_ops.clip(mask, x, y, LABEL_SIZE)
        if self._before is None or clipped is None or kept >> class_id & 1:
            return None
        mask, rect = clipped
        return self._write(rect, mask, self._painted(self._part(rect), class_id))

    def erase(self, class_id: int | None, mask: Mask, x: int, y: int) -> Rect | None:
        """See `Document.erase`."""
        kept = self._locked | self._hidden
        clipped = label_ops.clip(mask, x, y, LABEL_SIZE)
        if self._before is None or clipped is None:
            return None
        if class_id is not None and kept >> class_id & 1:
            return None
        mask, rect = clipped
        # What showed when the stroke began: the dabs of one stroke overlap and must not dig.
        gone = self._shown_before[slices(rect)] if class_id is None else class_id
        return self._write(rect, mask, label_ops.erased(self._part(rect), gone, kept=kept))

    def restore(self, mask: Mask, x: int, y: int) -> Rect | None:
        """What `replace` set, where ``mask`` is True; locks count."""
        clipped = label_ops.clip(mask, x, y, LABEL_SIZE)
        if self._before is None or clipped is None:
            return None
        mask, rect = clipped
        kept = np.uint32(self._locked | self._hidden | 1 << PROTECTED)
        now, start = self._part(rect), self._start[slices(rect)]
        return self._write(rect, mask, (start & ~kept) | (now & kept))

    def protect(self, mask: Mask, x: int, y: int, *, on: bool) -> Rect | None:
        """Protect the photo, or free it, where ``mask`` is True."""
        clipped = label_ops.clip(mask, x, y, LABEL_SIZE)
        if self._before is None or clipped is None:
            return None
        mask, rect = clipped
        part = self._part(rect)
        new = part | _PROTECTED if on else part & ~_PROTECTED
        changed = mask & (new != part)
        return self._change(rect, changed, new) if changed.any() else None

    def place(self, rect: Rect, gone: Mask, new: LabelMap) -> Rect | None:
        """Move a part: from the stroke's start, take what showed away where ``gone [h, w]`` is
        True, then add the classes of ``new [h, w]`` (`NO_CLASS`: none) under what lies over them.

        Calls of one stroke replace each other if their rects hold the earlier ones' changes.
        """
        if self._before is None:
            return None
        index, kept = slices(rect), self._locked | self._hidden
        before, shown = self._before[index], self._shown_before[index]
        layers = np.where(gone, label_ops.erased(before, shown, kept=kept), before)
        for class_id in range(NUM_CLASSES):
            added = new == class_id
            if not kept >> class_id & 1 and added.any():
                layers[added] |= np.uint32(1 << class_id)
        if self._locked:
            locked = label_ops.shows_any(shown, self._locked)
            layers = np.where(locked, before, layers)
        changed = layers != self._part(rect)
        return self._change(rect, changed, layers) if changed.any() else None

    def paint_map(self, label_map: LabelMap) -> Rect | None:
        """Have ``label_map`` show, locks or not."""
        return self.put(label_ops.painted_map(self._layers, label_map, order=self._order))

    def put(self, layers: LabelLayers) -> Rect | None:
        """Other layers, locks or not, as part of the open stroke; protection stays."""
        layers = (layers & ~_PROTECTED) | (self._layers & _PROTECTED)
        changed = layers != self._layers
        return self._change(ALL, changed, layers) if changed.any() else None

    def merge(self, source: int, target: int) -> Rect | None:
        """See `label_ops.merged`; locks do not count."""
        return self.put(label_ops.merged(self._layers, source, target, order=self._order))

    def end(self) -> LayerPatch | None:
        """Finish the stroke: what it changed, or None."""
        before, self._before = self._before, None
        if before is None or self._dirty is None:
            return None
        patch = difference(before, self._layers, self._dirty)
        return patch if patch.tiles else None

    def cancel(self) -> Rect | None:
        """Take the open stroke back; returns the rect that changed."""
        before, self._before = self._before, None
        if before is None or self._dirty is None:
            return None
        self._part(self._dirty)[...] = before[slices(self._dirty)]
        self._refresh(self._dirty)
        return self._dirty

    def apply(self, *patches: LayerPatch) -> Rect | None:
        """Undo or redo strokes; also under an open one, for XORs commute."""
        rect = None
        for patch in patches:
            rect = label_ops.united(rect, patch.apply(self._layers))
            if self._before is not None:
                patch.apply(self._before)
        if rect is not None:
            self._refresh(rect)
        return rect

    def _part(self, rect: Rect) -> LabelLayers:
        return self._layers[slices(rect)]

    def _painted(self, part: LabelLayers, class_id: int) -> LabelLayers:
        kept = self._locked | self._hidden
        return label_ops.painted(part, class_id, kept=kept, order=self._order)

    def _write(self, rect: Rect, mask: Mask, new: LabelLayers) -> Rect | None:
        changed = mask & (new != self._part(rect))
        if self._locked:
            changed &= ~label_ops.shows_any(self._shown[slices(rect)], self._locked)
        return self._change(rect, changed, new) if changed.any() else None

    def _change(self, rect: Rect, where: Mask, new: LabelLayers) -> Rect:
        np.copyto(self._part(rect), new, where=where)
        self._refresh(rect)
        self._dirty = label_ops.united(self._dirty, rect)
        return rect

    def _refresh(self, rect: Rect) -> None:
        part, index = self._part(rect), slices(rect)
        self._map[index] = label_ops.flatten_fast(part, order=self._order)
        self._protected[index] = part & _PROTECTED != 0
        if self._hidden:
            shown = label_ops.flatten_fast(part, without=self._hidden, order=self._order)
            self._shown[index] = shown
        else:
            self._shown[index] = self._map[index]


def _read_only_view(array: NDArray) -> NDArray:
    view = array.view()
    view.flags.writeable = False
    return view
