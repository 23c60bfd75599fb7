"""What is asked of the face that is edited, and which drafts and edits of it still count."""

from typing import Final

import numpy as np
from PySide6.QtCore import QObject, Signal

from s2flow_app.document.changes import Aspect
from s2flow_app.document.current import Current
from s2flow_app.labels import LabelMap
from s2flow_app.model.arrays import frozen
from s2flow_app.model.edit import Edit
from s2flow_app.model.face import FaceState

_RESULT: Final = (Aspect.RESULT, Aspect.PICTURE, Aspect.EDIT)


class Asked(QObject):
    """*Asked* is what tools and sliders want: the label map and the style. What lies between it
    and the base, the state that the next edit starts from, is the pending edit."""

    previews_outdated = Signal(object)
    """int: previews of older revisions are wrong now."""

    def __init__(self, current: Current, parent: QObject) -> None:
        super().__init__(parent)
        self._current = current
        self._map: LabelMap | None = None
        """The asked map as it was when it was last asked for; None: it has changed since."""
        self._map_differs = False
        """Whether it is another one than the base's."""
        self.revision = self.edits_since = self.previews_since = 0
        """Grows with every change; older edits, and older previews, are outdated."""
        self.feather_px: float | None = None

    @property
    def is_anything(self) -> bool:
        """Whether anything is asked."""
        place = self._current.place
        if place is None:
            return False
        self._snapshot(place.base)
        return self._map_differs or not place.style.is_neutral

    def pending(self) -> Edit | None:
        """The edit from the base to what is asked, or None if nothing is asked."""
        place, protected = self._current.place, self._current.canvas.protected
        if place is None or not self.is_anything:
            return None
        return Edit(
            base=place.base,
            label_map=self._snapshot(place.base),
            style=place.style,
            protected=frozen(protected.copy()) if protected.any() else None,
            feather_px=self.feather_px,
        )

    def forget(self) -> None:
        """Another face is edited, or none."""
        self._map = None

    def map_changed(self, *, stepping: bool = False) -> None:
        """The layers are others; ``stepping``: not by a tool."""
        self._map = None
        self.changed(stepping=stepping)

    def changed(self, *, stepping: bool = False) -> None:
        """What is asked is another edit; ``stepping``: by undo or redo, not by going on."""
        self.revision += 1
        asks_nothing = not self.is_anything
        if stepping or asks_nothing:
            self.outdate()
        if asks_nothing:
            # No other preview follows that would replace the last one.
            self.clear_preview()
        self._current.changes.note(Aspect.EDIT)

    def result_changed(self) -> None:
        """The base is another one: nothing that was computed from the last one counts."""
        self._current.preview = self._map = None
        self.outdate()
        self._current.changes.note(*_RESULT)

    def clear_preview(self) -> None:
        """Show the base again; previews that are on their way are outdated."""
        self._outdate_previews()
        if self._current.preview is not None:
            self._current.preview = None
            self._current.changes.note(Aspect.PICTURE)

    def outdate(self) -> None:
        """What was asked up to now, drafts and edits, is wrong from here."""
        self._outdate_previews()
        self.edits_since = self.revision

    def _outdate_previews(self) -> None:
        self.revision += 1
        self.previews_since = self.revision
        self.previews_outdated.emit(self.revision)

    def _snapshot(self, base: FaceState) -> LabelMap:
        """The asked map as it is now, for another thread; ``base``'s own if they are equal."""
        if self._map is None:
            label_map = self._current.canvas.label_map
            self._map_differs = not np.array_equal(label_map, base.label_map)
            self._map = frozen(label_map.copy()) if self._map_differs else base.label_map
        return self._map
