"""The document: one photo, the faces in it, what is asked of each, and the way back.

No torch, no widgets. The window reads it, calls its methods and listens to its signals; answers
of the worker are handed to it. What changes is changed first and signalled after.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from s2flow_app.document.face_session import FaceSession
from s2flow_app.document.history import Change, History
from s2flow_app.document.layer_canvas import LayerCanvas
from s2flow_app.document.layer_patch import difference
from s2flow_app.document.place import Place, Result, Start
from s2flow_app.document.thumbnails import small_picture
from s2flow_app.document.way_back import WayBack
from s2flow_app.model.edit import Style
from s2flow_app.model.face import EditedFace, FaceBox, FaceState
from s2flow_app.model.operations import Alignment, Operation, Tuning
from s2flow_app.model.photo import PhotoId
from s2flow_app.outputs import InputFile
from s2flow_app.worker.protocol import FaceReady, Opening, PhotoOpened, PrepareFace, TuneLikeness


class Document(WayBack):
    """What is being edited: one of the photo's faces at a time, see `AskedEdit`.

    Each face that was prepared keeps its layers and its history, see `WayBack`.
    """

    photo_changed = Signal()
    """Another photo is open, without a face yet."""
    incoming_changed = Signal()
    face_changed = Signal()
    """Another face is edited, or the same one newly aligned; everything below changed too."""

    # To read, not to set:
    photo: PhotoId | None
    """What requests call the photo; None without one."""
    source: InputFile | None
    """The photo's file, which nothing may replace; None: it was made up."""
    name: str
    """The photo's file name; empty without a photo."""
    display: NDArray[np.uint8] | None
    """``[H, W, 3]`` sRGB, the whole photo, unedited."""
    incoming: NDArray[np.uint8] | None
    """``[H, W, 3]`` sRGB: a photo that is being opened, to be shown instead of all else."""
    face_index: int | None
    """Which of `faces` is edited; None: no face is prepared yet."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._forget_photo()

    # --- what there is ------------------------------------------------------------------------

    @property
    def has_photo(self) -> bool:
        return self.display is not None

    @property
    def faces(self) -> tuple[FaceBox, ...]:
        """All faces as they are aligned now; those set by hand come last."""
        return tuple(
            self._sessions[i].place.start.box if i in self._sessions else box
            for i, box in enumerate(self._found)
        )

    @property
    def found(self) -> tuple[FaceBox, ...]:
        """The photo's faces as they were found, or first set by hand."""
        return self._found

    @property
    def sessions(self) -> Mapping[int, FaceSession]:
        """Of the faces that were prepared, by their index in `found`; to read."""
        return self._sessions

    @property
    def original(self) -> FaceState | None:
        """The face's start state; its ``crop`` is the unedited picture."""
        return self.here.start.state if self.here else None

    @property
    def quad(self) -> NDArray[np.float32] | None:
        """``[4, 2]`` photo pixels of the crop's corners: tl, bl, br, tr."""
        return self.original.quad if self.original else None

    @property
    def points(self) -> NDArray[np.float32] | None:
        """``[5, 2]`` photo pixels: eyes, nose tip, mouth corners that the crop was aligned by."""
        return self.here.start.box.points if self.here else None

    @property
    def reconstruction(self) -> NDArray[np.uint8] | None:
        """``[R, R, 3]`` what the generator makes of the start state."""
        return self.here.start.reconstruction if self.here else None

    @property
    def inversion_psnr_db(self) -> float | None:
        return self.here.start.inversion_psnr_db if self.here else None

    def is_prepared(self, index: int) -> bool:
        """Whether `choose_face` can go to that face at once."""
        return index in self._sessions

    def is_edited(self, index: int) -> bool:
        """Whether an edit of that face was applied."""
        return index in self._sessions and self._sessions[index].is_edited

    def edited_faces(self) -> tuple[EditedFace, ...]:
        """All faces with applied edits: what is to be put back into the photo."""
        return tuple(s.edited() for s in self._sessions.values() if s.is_edited)

    def other_edited_faces(self) -> tuple[EditedFace, ...]:
        """As `edited_faces`, without the one that is edited now."""
        others = (s for index, s in self._sessions.items() if index != self.face_index)
        return tuple(session.edited() for session in others if session.is_edited)

    def standing(self) -> frozenset[str]:
        """Ids of the results that `edited_faces` are of: to tell whether those were exported."""
        return frozenset(s.place.result.id for s in self._sessions.values() if s.is_edited)

    @property
    def shows_original(self) -> bool:
        """Whether `result_crop` is the face as it was found."""
        here = self.here
        return here is not None and not self.is_preview and here.base.id == here.start.state.id

    @property
    def is_pending(self) -> bool:
        """Something is asked of any face that was not applied."""
        return any(session.is_pending for session in self._sessions.values())

    # --- photo and faces ----------------------------------------------------------------------

    def set_incoming(self, display: NDArray[np.uint8] | None) -> None:
        """A photo ``[H, W, 3]`` is being opened; None: it could not be, all is as before."""
        if not (display is None and self.incoming is None):
            self.incoming = display
            self.incoming_changed.emit()

    def set_photo(self, answer: PhotoOpened) -> None:
        """Another photo, no face yet. All histories go."""
        self._show_photo(answer, answer.faces, {})

    def reopen(
        self, answer: PhotoOpened, found: tuple[FaceBox, ...], sessions: Mapping[int, FaceSession],
        index: int | None,
    ) -> None:  # fmt: skip
        """A photo as it was kept: its faces with their layers and histories; ``index``: which of
        them is edited."""
        self._show_photo(answer, found, sessions)
        for session in self._sessions.values():
            self._use(session.place.result)
        if index is not None:
            self._enter(index)
        self._drop_oldest()
        self._tell_face()

    def set_face(self, answer: FaceReady) -> bool:
        """A face was prepared, aligned anew, or tuned.

        The first of a face opens its session; everything later is a step in its history. False,
        and nothing happens, if a tuning is outdated: its start has gone since.
        """
        request = answer.request
        if isinstance(request, TuneLikeness):
            return self._take_tuning(answer, request)
        assert isinstance(request, PrepareFace)
        self.cancel_stroke()
        index = self._index_of(request)
        found = self._found[index]
        box = FaceBox(request.points, answer.state.quad, found.score, found.landmarks)
        start = _start_of(answer, box)
        known = self._sessions.get(index)
        if known is None:
            known = self._sessions[index] = FaceSession(start)
            known.history.root.thumbnail = small_picture(answer.state.crop)
            self._use(start.result)
        self._enter(index)
        if known.place.start.id != start.id:
            self._push_start(Alignment(), Place(start, start.result, Style()))
        self._tell_face()
        return True

    def choose_face(self, index: int) -> bool:
        """Go on with another face, as it was left; False: it has to be prepared first."""
        if index not in self._sessions:
            return False
        if index != self.face_index:
            self.cancel_stroke()
            self._enter(index)
            self._tell_face()
        return True

    # --- within -------------------------------------------------------------------------------

    def _show_photo(
        self, answer: PhotoOpened, found: tuple[FaceBox, ...], sessions: Mapping[int, FaceSession]
    ) -> None:
        self._forget_photo()
        request = answer.request
        self.photo = request.photo if isinstance(request, Opening) else None
        self.name, self.source = answer.name, answer.source
        self.display = answer.display
        self._found, self._sessions = found, dict(sessions)
        self.photo_changed.emit()
        self.faces_changed.emit()
        self._tell_all()

    def _forget_photo(self) -> None:
        self.photo = self.source = None
        self.name, self.display, self.face_index = "", None, None
        self.incoming = None
        self._found: tuple[FaceBox, ...] = ()
        self._sessions: dict[int, FaceSession] = {}
        self._session = None
        self._canvas = LayerCanvas()
        self._protect(None)
        self._preview = self._asked_map = None
        self.forget_wanted()

    def _histories(self) -> list[History]:
        return [session.history for session in self._sessions.values()]

    def _index_of(self, request: PrepareFace) -> int:
        """Which face is meant; one that is not known yet is added."""
        points, index = request.points, request.face
        if index is None:
            known = zip(self._found, self.faces, strict=True)
            index = next(
                (
                    i
                    for i, boxes in enumerate(known)
                    if any(np.array_equal(box.points, points) for box in boxes)
                ),
                len(self._found),
            )
        if index == len(self._found):
            self._found += (FaceBox(points, np.zeros((4, 2), np.float32), 1.0),)
        return index

    def _enter(self, index: int) -> None:
        self.forget_wanted()
        self.face_index, self._session = index, self._sessions[index]
        self._canvas = self._session.canvas
        self._protect(None)
        self._preview = self._asked_map = None

    def _take_tuning(self, answer: FaceReady, request: TuneLikeness) -> bool:
        index = self.face_index if request.face is None else request.face
        session = self._sessions.get(-1 if index is None else index)
        if session is None or session.place.start.state.id != request.start.id:
            return False
        start = replace(
            _start_of(answer, session.place.start.box), layers=session.place.start.layers
        )
        entered = index != self.face_index
        if entered and index is not None:
            self._enter(index)
        self._push_start(Tuning(), Place(start, start.result, self.style))
        if entered:
            self._tell_face()
        else:
            self._tell_start()
            self._tell_all()
        return True

    def _push_start(self, operation: Operation, place: Place) -> None:
        """Another alignment or tuning, as a step; the former has layers of its own."""
        canvas, patch, orders = self._canvas, None, None
        if isinstance(operation, Alignment):
            before, order = canvas.layers.copy(), canvas.order
            canvas.replace(place.start.layers)
            patch = difference(before, canvas.layers)
            orders = None if order == canvas.order else (order, canvas.order)
        self._preview = self._asked_map = None
        self._push(Change(operation, patch, orders), place)

    def _tell_face(self) -> None:
        self.stacking_changed.emit()
        self._tell_start()
        self.face_changed.emit()
        self._tell_all()


def _start_of(answer: FaceReady, box: FaceBox) -> Start:
    return Start(
        Result(answer.state), box, answer.layers, answer.reconstruction, answer.inversion_psnr_db
    )
