"""The smile slider: the mouth of the asked map, warped by how far it is moved, and back."""

from typing import Final

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from s2flow_app.document.changes import Aspect, DocumentChange
from s2flow_app.document.document import Document
from s2flow_app.label_shapes.presets import PRESETS
from s2flow_app.labels import LabelMap
from s2flow_app.model.operations import Smile
from s2flow_app.ui.panels.slider import TitledSlider

SMILE: Final = next(preset for preset in PRESETS if preset.name == "smile")
LARGEST: Final = 150


class SmileSlider(QWidget):
    """A drag is one undo step of the map; at 0 the mouth is as it was before the first.

    The slider stands at 0 again as soon as anything else has changed the map: what it shows is
    then the mouth to start from.
    """

    refused = Signal(str)
    """Why nothing changed, as a sentence."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._asked: dict[int, LabelMap] = {}
        """Maps by the slider's value, all from the one at 0; empty before the first drag."""
        self._ended: set[int] = set()
        """Values at which drags ended: undo and redo lead to no others."""
        self._wanted = 0
        self.slider = TitledSlider(self.tr("Smile"), 0, LARGEST, 0)
        self.slider.setToolTip(self.tr("Mouth corners out and up; back at 0"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.slider)
        self.slider.changed.connect(self._take)
        self.slider.released.connect(self._end)
        document.changed.connect(self._take_change)
        self._refresh()

    @Slot(int)
    def _take(self, percent: int) -> None:
        document = self._document
        if not document.labels.in_stroke:
            if not document.labels.begin_stroke():
                self._refresh()
                return
            if self._value_of(document.labels.label_map) is None:
                self._asked, self._ended = {0: document.labels.label_map.copy()}, set()
        rest = self._asked[0]
        asked = SMILE.apply(rest, strength=percent / 100) if percent else rest
        self._asked[percent] = asked
        self._wanted = percent
        document.labels.show_in_stroke(asked)

    @Slot()
    def _end(self) -> None:
        document = self._document
        if not document.labels.in_stroke:
            return
        rest, asked = self._asked[0], self._asked[self._wanted]
        self._ended |= {0, self._wanted}
        self._asked = {v: m for v, m in self._asked.items() if v in self._ended}
        document.labels.end_stroke(Smile(self._wanted / 100))
        document.edits.end_gesture()
        if self._wanted and np.array_equal(rest, asked):
            self.refused.emit(f"{SMILE.title}: {SMILE.nothing}")
        self._refresh()

    @Slot(object)
    def _take_change(self, change: DocumentChange) -> None:
        if change.has(Aspect.LAYERS, Aspect.HISTORY, Aspect.FACE, Aspect.PHOTO):
            self._refresh()

    def _refresh(self) -> None:
        document = self._document
        self.slider.setEnabled(document.has_face)
        if not document.labels.in_stroke:
            self.slider.set_value(self._value_of(document.labels.label_map) or 0)

    def _value_of(self, label_map: LabelMap) -> int | None:
        """At which value the slider asks for this map; None: at none."""
        same = (v for v, asked in self._asked.items() if np.array_equal(asked, label_map))
        return next(same, None)
