"""Which of the photo's faces is edited, and setting its points by hand."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRectF, Slot

from s2flow_app.alignment import quad_from_points
from s2flow_app.control.editing import Editing
from s2flow_app.document.changes import Aspect, DocumentChange
from s2flow_app.document.document import Document
from s2flow_app.ui.actions import Actions
from s2flow_app.ui.canvas import Canvas
from s2flow_app.ui.dialogs import notices
from s2flow_app.ui.panels.alignment_bar import AlignmentBar
from s2flow_app.ui.panels.faces_bar import FacesBar

MARGIN_SHARE: Final = 0.3
"""Of the crop's side, how much of the photo is shown around it."""
FIRST_SPREAD: Final = np.array([[-0.25, -0.1], [0.25, -0.1], [0, 0.1], [-0.2, 0.25], [0.2, 0.25]])
"""Where points of a face that was not found are at first, about the view's middle."""


class FaceWork(QObject):
    """Connects the actions, the canvas and the bars over it with document and `Editing`."""

    def __init__(
        self, document: Document, editing: Editing, actions: Actions, canvas: Canvas,
        faces: FacesBar, bar: AlignmentBar, parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._document, self._editing, self._actions = document, editing, actions
        self._canvas, self._bar = canvas, bar
        self._face: int | None = None
        """Which one is being aligned; None: one more."""
        self._first: NDArray[np.float32] | None = None
        canvas.face_chosen.connect(self.choose)
        faces.face_chosen.connect(self.choose)
        actions["next_face"].triggered.connect(self._choose_next)
        actions["align"].toggled.connect(self._align)
        actions["add_face"].triggered.connect(self._add)
        actions["landmarks"].toggled.connect(canvas.set_landmarks_visible)
        canvas.alignment_ended.connect(self._end)
        bar.ended.connect(self._end)
        bar.reset_wanted.connect(self._reset)
        document.changed.connect(self._take_change)

    @Slot(int)
    def choose(self, index: int) -> None:
        """Edit another face; the one that is left is kept as it is."""
        self._editing.choose_face(index)

    @Slot()
    def _choose_next(self) -> None:
        count, index = len(self._document.faces.boxes), self._document.faces.index
        if count:
            self.choose(0 if index is None else (index + 1) % count)

    @Slot(bool)
    def _align(self, on: bool) -> None:
        if not on:
            self._use()
            return
        index = self._document.faces.index
        if index is None and self._document.faces.boxes:
            index = 0
        self._start(index)

    @Slot()
    def _add(self) -> None:
        self._check(True)
        self._start(None)

    def _start(self, face: int | None) -> None:
        self._face = face
        self._first = self._middle() if face is None else self._document.faces.boxes[face].points
        self._canvas.set_point_mode(self._first)
        self._bar.show()
        if face is not None:
            self._show_face(self._first)
        self._canvas.setFocus()

    def _use(self) -> None:
        """Prepare the face with the points as they are."""
        points, first = self._canvas.points, self._first
        face, document = self._face, self._document
        prepared = face is not None and document.faces.is_prepared(face)
        anew = False
        if points is not None and first is not None:
            anew = not (prepared and np.array_equal(points, first))
        if anew and self._has_edits() and not notices.confirm_alignment(self._canvas.window()):
            self._check(True)  # the points stay, to go on with or to cancel
            return
        self.leave()
        if anew and points is not None:
            points.flags.writeable = False
            self._editing.prepare_points(points, face)

    def _has_edits(self) -> bool:
        """Whether the face that is aligned would lose some, applied or asked for."""
        face, document = self._face, self._document
        if face is None:
            return False
        is_asked = face == document.faces.index and document.edits.is_pending
        return is_asked or document.faces.is_edited(face)

    @Slot(object)
    def _end(self, use: bool) -> None:
        if use:
            self._use()
        else:
            self.leave()

    @Slot()
    def _reset(self) -> None:
        self._canvas.set_point_mode(self._first)
        self._canvas.setFocus()

    @Slot(object)
    def _take_change(self, change: DocumentChange) -> None:
        if change.has(Aspect.PHOTO, Aspect.FACE):
            self.leave()

    def leave(self) -> None:
        """No points are set any more."""
        self._check(False)
        self._bar.hide()
        self._canvas.set_point_mode(None)
        view = self._actions["view_photo"]
        view.blockSignals(True)
        view.setChecked(self._canvas.view == "photo")
        view.blockSignals(False)

    def _show_face(self, points: NDArray[np.float32]) -> None:
        """Large enough to set points, with its surroundings."""
        quad = quad_from_points(points)
        (left, top), (right, bottom) = quad.min(axis=0), quad.max(axis=0)
        around = QRectF(float(left), float(top), float(right - left), float(bottom - top))
        margin = MARGIN_SHARE * around.width()
        self._canvas.zoom_to_photo(around.adjusted(-margin, -margin, margin, margin))
        self._canvas.set_point_mode(points)

    def _check(self, on: bool) -> None:
        action = self._actions["align"]
        action.blockSignals(True)
        action.setChecked(on)
        action.blockSignals(False)

    def _middle(self) -> NDArray[np.float32]:
        """Points of a face in the middle of what is seen of the photo."""
        display = self._document.faces.display
        assert display is not None
        height, width = display.shape[:2]
        left, top, right, bottom = self._canvas.seen_photo()
        side = 0.5 * min(right - left, bottom - top)
        points = FIRST_SPREAD * side + ((left + right) / 2, (top + bottom) / 2)
        return np.clip(points, 0, (width - 1, height - 1)).astype(np.float32)
