"""The document: one photo, the faces in it, what is asked of each, and the way back.

No torch, no widgets. The window reads it, calls its methods and listens to its signals; answers
of the worker are handed to it. What changes is changed first and signalled after.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from s2flow_app.document.asked_edit import AskedEdit
from s2flow_app.document.face_session import FaceSession
from s2flow_app.document.history import Change, History, HistoryStep, Node
from s2flow_app.document.history_memory import DEFAULT_LIMIT_BYTES, bytes_held, drop_oldest
from s2flow_app.document.label_ops import Rect
from s2flow_app.document.layer_canvas import LayerCanvas
from s2flow_app.document.layer_patch import difference
from s2flow_app.document.place import Place, Result, Start
from s2flow_app.document.thumbnails import small_map, small_picture
from s2flow_app.messages import (
    Edit,
    EditedFace,
    EditReady,
    FaceBox,
    FaceReady,
    FaceState,
    PhotoOpened,
    PrepareFace,
    RenderEdit,
    Style,
    TuneLikeness,
)


class Document(AskedEdit):
    """What is being edited: one of the photo's faces at a time, see `AskedEdit`.

    Each face that was prepared keeps its layers and its history. That is a tree of strokes, style
    changes, edits, amounts, alignments and tunings: going back and on another way keeps the old
    line. A stroke costs some 10 KB, an edit 1.3 MB (its picture); beyond `history_limit_bytes` the
    pictures that were not looked at for longest are dropped, to be rendered again when gone to.
    """

    photo_changed = Signal()
    """Another photo is open, without a face yet."""
    incoming_changed = Signal()
    face_changed = Signal()
    """Another face is edited, or the same one newly aligned; everything below changed too."""
    faces_changed = Signal()
    """`faces`, or which of them are edited."""
    start_changed = Signal()
    """`original`, `quad`, `points`, `reconstruction` are others."""
    history_changed = Signal()
    thumbnail_changed = Signal(object)
    """`Node` whose small picture is another one."""
    result_wanted = Signal()
    """One wants to go where a picture was dropped: have `wanted_edit` rendered and hand it to
    `take_wanted`, until that is None."""

    # To read, not to set:
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
        self._limit_bytes = DEFAULT_LIMIT_BYTES
        self._uses = 0
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
    def here(self) -> Place | None:
        return self._session.place if self._session else None

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
        others = (s for s in self._sessions.values() if s is not self._session)
        return tuple(session.edited() for session in others if session.is_edited)

    def standing(self) -> frozenset[Result]:
        """The results that `edited_faces` are of: to tell whether those have been exported."""
        return frozenset(s.place.result for s in self._sessions.values() if s.is_edited)

    @property
    def is_pending(self) -> bool:
        """Something is asked of any face that was not applied."""
        return any(session.is_pending for session in self._sessions.values())

    # --- photo and faces ----------------------------------------------------------------------

    def set_incoming(self, display: NDArray[np.uint8] | None) -> None:
        """A photo ``[H, W, 3]`` is being opened; None: it could not be, all is as before."""
        if display is not self.incoming:
            self.incoming = display
            self.incoming_changed.emit()

    def set_photo(self, answer: PhotoOpened) -> None:
        """Another photo, no face yet. All histories go."""
        self._forget_photo()
        self.name, self.display, self._found = answer.name, answer.display, answer.faces
        self.photo_changed.emit()
        self._tell_all()

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
        if known.place.start is not start:
            self._push_start("Align", "alignment", Place(start, start.result, Style()))
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
                steps.append(HistoryStep(node.text, node.kind, done))
            done = done and node is not self._current
        return tuple(steps)

    @property
    def history_bytes(self) -> int:
        """Memory held by all faces' histories; arrays shared between places count once."""
        return bytes_held(session.history for session in self._sessions.values())

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
        if node is not self._wanted:
            self._wanted = node
            self.result_wanted.emit()
        return False

    def name_place(self, node: Node, name: str) -> None:
        """Take a snapshot of a place under a name; "" forgets it. No part of undo."""
        if node.name != name:
            node.name = name
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
        if missing is None or request.edit is not self._wanted_edit:
            return False
        missing.state = answer.state
        if self._wanted.place.missing() is None:
            self._go(self._wanted)
        else:
            self.result_wanted.emit()
        return True

    def is_wanted(self, edit: Edit) -> bool:
        """Whether ``edit`` is what `wanted_edit` gave, and is waited for."""
        return self._wanted is not None and edit is self._wanted_edit

    def forget_wanted(self) -> None:
        """It could not be rendered: stay here."""
        self._wanted = self._wanted_edit = None

    # --- within -------------------------------------------------------------------------------

    @property
    def _current(self) -> Node | None:
        return self._session.history.current if self._session else None

    def _forget_photo(self) -> None:
        self.name, self.display, self.face_index = "", None, None
        self.incoming = None
        self._found: tuple[FaceBox, ...] = ()
        self._sessions: dict[int, FaceSession] = {}
        self._session: FaceSession | None = None
        self._canvas = LayerCanvas()
        self._protect(None)
        self._preview = self._asked_map = None
        self.forget_wanted()

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
        if session is None or session.place.start.state is not request.start:
            return False
        start = replace(
            _start_of(answer, session.place.start.box), layers=session.place.start.layers
        )
        entered = session is not self._session
        if entered and index is not None:
            self._enter(index)
        self._push_start("Tune likeness", "tuning", Place(start, start.result, self.style))
        if entered:
            self._tell_face()
        else:
            self._tell_start()
            self._tell_all()
        return True

    def _push_start(self, text: str, kind: str, place: Place) -> None:
        """Another alignment or tuning, as a step; the former has layers of its own."""
        canvas, patch, orders = self._canvas, None, None
        if kind == "alignment":
            before, order = canvas.layers.copy(), canvas.order
            canvas.replace(place.start.layers)
            patch = difference(before, canvas.layers)
            orders = None if order == canvas.order else (order, canvas.order)
        self._preview = self._asked_map = None
        self._push(Change(text, kind, patch, orders), place)

    def _push(self, change: Change, place: Place | None = None) -> None:
        session = self._session
        assert session is not None
        self.forget_wanted()
        node = session.history.push(change, place or session.place)
        if change.kind == "mask":
            node.thumbnail = small_map(self.label_map)
        else:
            shown = self.result_crop if change.kind == "style" else node.place.base.crop
            node.thumbnail = None if shown is None else small_picture(shown)
        if place is not None:
            self._use(node.place.result)
            self._drop_oldest()
        self.history_changed.emit()
        if change.kind in ("edit", "amount"):
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
        if before.start is not node.place.start:
            self._canvas.set_start(node.place.start.layers)
        self.forget_wanted()
        self._tell_way(before, node.place, rect, restacked=order != self.stacking)

    def _tell_way(self, before: Place, place: Place, rect: Rect | None, *, restacked: bool) -> None:
        """Signals of having gone from one place to another; ``rect`` of the layers changed."""
        self._use(place.result)
        self._drop_oldest()
        self._asked_map = None
        new_result = before.result is not place.result
        if new_result:
            self._result_changed()
        else:
            self._asked_changed(stepping=True)
        if restacked or rect is not None:
            self.layers_changed.emit(None if restacked else rect)
        if restacked:
            self.stacking_changed.emit()
        if before.start is not place.start:
            self._tell_start()
        if before.style is not place.style:
            self.style_changed.emit()
        if new_result:
            self._tell_result()
            self.faces_changed.emit()
        self.history_changed.emit()

    def _use(self, result: Result) -> None:
        self._uses += 1
        result.used = self._uses

    def _drop_oldest(self) -> None:
        drop_oldest([session.history for session in self._sessions.values()], self._limit_bytes)

    def _preview_shown(self, crop: NDArray[np.uint8]) -> None:
        node = self._current
        if node is not None and node.kind == "style":
            node.thumbnail = small_picture(crop)
            self.thumbnail_changed.emit(node)

    def _tell_face(self) -> None:
        self.stacking_changed.emit()
        self._tell_start()
        self.face_changed.emit()
        self._tell_all()

    def _tell_start(self) -> None:
        self.start_changed.emit()
        self.faces_changed.emit()

    def _tell_all(self) -> None:
        self._outdate()
        self.layers_changed.emit(None)
        self.style_changed.emit()
        self._tell_result()
        self.history_changed.emit()


def _start_of(answer: FaceReady, box: FaceBox) -> Start:
    return Start(
        Result(answer.state), box, answer.layers, answer.reconstruction, answer.inversion_psnr_db
    )
