"""The photo and its faces: which are prepared, which are edited, which one is being edited."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from s2flow_app.document.asked import Asked
from s2flow_app.document.changes import Aspect
from s2flow_app.document.current import Current
from s2flow_app.document.face_session import FaceSession
from s2flow_app.document.history import Change
from s2flow_app.document.label_editing import LabelEditing
from s2flow_app.document.layer_patch import difference
from s2flow_app.document.layer_view import LayerView
from s2flow_app.document.place import Place, Result, Start
from s2flow_app.document.thumbnails import small_picture
from s2flow_app.model.edit import Style
from s2flow_app.model.face import EditedFace, FaceBox, FaceState, PreparedFace
from s2flow_app.model.operations import Alignment, Tuning
from s2flow_app.model.photo import Photo, PhotoId

_ALL = (Aspect.STYLE, Aspect.RESULT, Aspect.PICTURE, Aspect.EDIT, Aspect.HISTORY)


class Faces:
    """One photo at a time. Each face that was prepared keeps its layers and its history."""

    def __init__(
        self, current: Current, asked: Asked, labels: LabelEditing, view: LayerView
    ) -> None:
        self._current, self._asked, self._labels, self._view = current, asked, labels, view
        self._changes = current.changes
        self._found: tuple[FaceBox, ...] = ()
        self._photo: Photo | None = None
        self._incoming: NDArray[np.uint8] | None = None
        view.changed.connect(self._guard)

    # --- the photo ----------------------------------------------------------------------------

    @property
    def photo(self) -> Photo | None:
        """The one that is open."""
        return self._photo

    @property
    def photo_id(self) -> PhotoId | None:
        """What requests call the photo; None without one."""
        return self._photo.id if self._photo else None

    @property
    def name(self) -> str:
        """The photo's file name; empty without a photo."""
        return self._photo.name if self._photo else ""

    @property
    def display(self) -> NDArray[np.uint8] | None:
        """``[H, W, 3]`` sRGB, the whole photo, unedited."""
        return self._photo.display if self._photo else None

    @property
    def incoming(self) -> NDArray[np.uint8] | None:
        """``[H, W, 3]`` sRGB: a photo that is being opened, to be shown instead of all else."""
        return self._incoming

    def set_incoming(self, display: NDArray[np.uint8] | None) -> None:
        """A photo ``[H, W, 3]`` is being opened; None: it could not be, all is as before."""
        if display is not None or self._incoming is not None:
            with self._changes:
                self._incoming = display
                self._changes.note(Aspect.INCOMING)

    def open(self, photo: Photo, found: tuple[FaceBox, ...]) -> None:
        """Another photo, no face yet. All histories go."""
        with self._changes:
            self._show(photo, found, {})

    def reopen(
        self, photo: Photo, found: tuple[FaceBox, ...], sessions: Mapping[int, FaceSession],
        index: int | None,
    ) -> None:  # fmt: skip
        """A photo as it was kept: its faces with their layers and histories; ``index``: which of
        them is edited."""
        with self._changes:
            self._show(photo, found, sessions)
            for session in self._current.sessions.values():
                self._current.use(session.place.result)
            if index is not None:
                self._enter(index)
            self._current.drop_oldest()
            self._note_face()

    # --- all faces ----------------------------------------------------------------------------

    @property
    def found(self) -> tuple[FaceBox, ...]:
        """The photo's faces as they were found, or first set by hand."""
        return self._found

    @property
    def boxes(self) -> tuple[FaceBox, ...]:
        """All faces as they are aligned now; those set by hand come last."""
        sessions = self._current.sessions
        return tuple(
            sessions[i].place.start.box if i in sessions else box
            for i, box in enumerate(self._found)
        )

    @property
    def sessions(self) -> Mapping[int, FaceSession]:
        """Of the faces that were prepared, by their index in `found`; to read."""
        return self._current.sessions

    def is_prepared(self, index: int) -> bool:
        """Whether `choose` can go to that face at once."""
        return index in self._current.sessions

    def is_edited(self, index: int) -> bool:
        """Whether an edit of that face was applied."""
        sessions = self._current.sessions
        return index in sessions and sessions[index].is_edited

    def edited(self) -> tuple[EditedFace, ...]:
        """All faces with applied edits: what is to be put back into the photo."""
        return tuple(s.edited() for s in self._current.sessions.values() if s.is_edited)

    def other_edited(self) -> tuple[EditedFace, ...]:
        """As `edited`, without the one that is edited now."""
        sessions = self._current.sessions.items()
        return tuple(s.edited() for i, s in sessions if s.is_edited and i != self.index)

    def standing(self) -> frozenset[str]:
        """Ids of the results that `edited` are of: to tell whether those were exported."""
        sessions = self._current.sessions.values()
        return frozenset(s.place.result.id for s in sessions if s.is_edited)

    @property
    def is_pending(self) -> bool:
        """Something is asked of any face that was not applied."""
        return any(session.is_pending for session in self._current.sessions.values())

    # --- the face that is edited --------------------------------------------------------------

    @property
    def index(self) -> int | None:
        """Which of `boxes` is edited; None: no face is prepared yet."""
        return self._current.index

    @property
    def start(self) -> Start | None:
        """What the face's edits go back to."""
        place = self._current.place
        return place.start if place else None

    @property
    def original(self) -> FaceState | None:
        """The face's start state; its ``crop`` is the unedited picture."""
        return self.start.state if self.start else None

    @property
    def quad(self) -> NDArray[np.float32] | None:
        """``[4, 2]`` photo pixels of the crop's corners: tl, bl, br, tr."""
        return self.start.state.quad if self.start else None

    @property
    def points(self) -> NDArray[np.float32] | None:
        """``[5, 2]`` photo pixels: eyes, nose tip, mouth corners that the crop was aligned by."""
        return self.start.box.points if self.start else None

    def choose(self, index: int) -> bool:
        """Go on with another face, as it was left; False: it has to be prepared first."""
        if index not in self._current.sessions:
            return False
        if index != self.index:
            with self._changes:
                self._labels.cancel_stroke()
                self._enter(index)
                self._note_face()
        return True

    def set_face(
        self, points: NDArray[np.float32], prepared: PreparedFace, index: int | None = None
    ) -> None:
        """A face was prepared, or aligned anew, by ``points [5, 2]``.

        The first of a face opens its session; everything later is a step in its history.

        Args:
            index: which face it is; None: the one with these points, or one more.
        """
        with self._changes:
            self._labels.cancel_stroke()
            index = self._index_of(points, index)
            found = self._found[index]
            box = FaceBox(points, prepared.state.quad, found.score, found.landmarks)
            start = _start_of(prepared, box)
            known = self._current.sessions.get(index)
            if known is None:
                known = self._current.sessions[index] = FaceSession(start)
                known.history.root.thumbnail = small_picture(prepared.state.crop)
                self._current.use(start.result)
            self._enter(index)
            if known.place.start.id != start.id:
                self._align(start)
            self._note_face()

    def set_tuned(self, tuned: FaceState, prepared: PreparedFace, index: int | None = None) -> bool:
        """The generator was fitted to a face, as a step of its history.

        Args:
            tuned: the start that was tuned. False, and nothing happens, if it has gone since.
            index: which face it is; None: the one that is edited.
        """
        index = self.index if index is None else index
        session = None if index is None else self._current.sessions.get(index)
        if index is None or session is None or session.place.start.state.id != tuned.id:
            return False
        box, layers = session.place.start.box, session.place.start.layers
        start = _start_of(prepared, box, layers)
        entered = index != self.index
        with self._changes:
            if entered:
                self._labels.cancel_stroke()
                self._enter(index)
            place = Place(start, start.result, session.place.style)
            self._current.preview = None
            self._asked.forget()
            self._current.push(Change(Tuning()), place)
            if entered:
                self._note_face()
            else:
                self._changes.note(Aspect.START, Aspect.FACES)
                self._note_all()
        return True

    # --- within -------------------------------------------------------------------------------

    def _show(
        self, photo: Photo, found: tuple[FaceBox, ...], sessions: Mapping[int, FaceSession]
    ) -> None:
        self._current.clear()
        self._asked.forget()
        self._photo, self._incoming = photo, None
        self._found, self._current.sessions = found, dict(sessions)
        self._guard()
        self._changes.note(Aspect.PHOTO, Aspect.FACES)
        self._note_all()

    def _index_of(self, points: NDArray[np.float32], index: int | None) -> int:
        """Which face is meant; one that is not known yet is added."""
        if index is None:
            known = zip(self._found, self.boxes, strict=True)
            same = (
                i
                for i, boxes in enumerate(known)
                if any(np.array_equal(box.points, points) for box in boxes)
            )
            index = next(same, len(self._found))
        if index == len(self._found):
            self._found += (FaceBox(points, np.zeros((4, 2), np.float32), 1.0),)
        return index

    def _enter(self, index: int) -> None:
        self._current.enter(index)
        self._asked.forget()
        self._guard()

    def _align(self, start: Start) -> None:
        """Another alignment as a step, with layers of its own."""
        canvas = self._current.canvas
        before, order = canvas.layers.copy(), canvas.order
        canvas.replace(start.layers)
        patch = difference(before, canvas.layers)
        orders = None if order == canvas.order else (order, canvas.order)
        place = Place(start, start.result, Style())
        self._current.push(Change(Alignment(), patch, orders), place)

    def _note_face(self) -> None:
        self._changes.note(Aspect.STACKING, Aspect.START, Aspect.FACES, Aspect.FACE)
        self._note_all()

    def _note_all(self) -> None:
        self._asked.outdate()
        self._changes.note_layers(None)
        self._changes.note(*_ALL)

    def _guard(self, _class_id: int | None = None) -> None:
        """No tool changes what is locked or hidden."""
        view = self._view
        self._current.canvas.guard(locked=view.locked_bits, hidden=view.hidden_bits)


def _start_of(
    prepared: PreparedFace, box: FaceBox, layers: NDArray[np.uint32] | None = None
) -> Start:
    return Start(
        Result(prepared.state),
        box,
        prepared.layers if layers is None else layers,
        prepared.reconstruction,
        prepared.inversion_psnr_db,
    )
