"""The document: one photo, one face in it, the edit that is asked for and the way back.

No torch, no widgets. The window reads it, calls its methods and listens to its signals; answers
of the worker are handed to it. What changes is changed first and signalled after.
"""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from s2flow_app.document.asked_map import AskedMap
from s2flow_app.document.commands import (
    AskStep,
    EditStep,
    HistoryStep,
    Situation,
    bytes_held,
    history_of,
)
from s2flow_app.document.layer_patch import LayerPatch
from s2flow_app.document.order_step import OrderStep
from s2flow_app.document.styles import remaining_style, same_style
from s2flow_app.labels import LabelMap
from s2flow_app.messages import (
    Edit,
    EditMeasures,
    EditReady,
    FaceBox,
    FaceReady,
    FaceState,
    PhotoOpened,
    PrepareFace,
    PreviewEdit,
    PreviewReady,
    RenderEdit,
    Style,
    TuneLikeness,
    frozen,
)

MAX_AMOUNT: Final = 1.5


class Document(AskedMap):
    """What is being edited.

    *Asked* is what tools and sliders want: `layers` (flattened: `label_map`) and `style`. *Base*
    is the face state that the next edit starts from. `pending_edit` is what lies between them.
    `commit_edit` makes a rendered edit the new base and the style neutral; the layers stay.

    One undo stack holds strokes, style changes, committed edits and their amounts, without a
    limit: a stroke costs some 10 KB, a committed edit 1.3 MB (its picture). A new photo, another
    face (or its alignment) and likeness tuning clear it, because old states mean nothing to the
    new one; tuning keeps what is asked, as a pending edit from the new start.
    """

    photo_changed = Signal()
    """Another photo is open, without a face yet."""
    incoming_changed = Signal()
    face_changed = Signal()
    """A face was prepared: `quad`, `original`, and everything below changed too."""
    style_changed = Signal()
    state_changed = Signal()
    """`base` is another one (committed, undone, redone, prepared)."""
    picture_changed = Signal()
    """`result_crop` is another picture."""
    edit_changed = Signal()
    """What `pending_edit` gives has changed: ask for a preview of it, if it is not None."""
    history_changed = Signal()
    measures_changed = Signal()
    previews_outdated = Signal(object)
    """int: previews of older revisions are wrong now; connect to the client's
    `drop_previews_before`."""

    # To read, not to set:
    name: str
    """The photo's file name; empty without a photo."""
    display: NDArray[np.uint8] | None
    """``[H, W, 3]`` sRGB, the whole photo, unedited."""
    incoming: NDArray[np.uint8] | None
    """``[H, W, 3]`` sRGB: a photo that is being opened, to be shown instead of all else."""
    faces: tuple[FaceBox, ...]
    face_index: int | None
    """Which of `faces` is prepared; None: no face, or one aligned by hand."""
    quad: NDArray[np.float32] | None
    """``[4, 2]`` photo pixels of the crop's corners: tl, bl, br, tr."""
    points: NDArray[np.float32] | None
    """``[5, 2]`` photo pixels: eyes, nose tip, mouth corners that the crop was aligned by."""
    reconstruction: NDArray[np.uint8] | None
    """``[R, R, 3]`` what the generator makes of the start state."""
    inversion_psnr_db: float | None
    original: FaceState | None
    """The face's start state; its ``crop`` is the unedited picture."""
    feather_px: float | None
    """Of the next edit; no part of undo."""
    revision: int
    """Grows with every change; the stamp of requests."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.revision = self._edits_since = self._previews_since = 0
        self.undo_stack.indexChanged.connect(self._tell_history)
        self._gesture = 0
        self.feather_px = None
        self._forget_photo()

    # --- what there is ------------------------------------------------------------------------

    @property
    def has_photo(self) -> bool:
        return self.display is not None

    @property
    def has_face(self) -> bool:
        return self._situation is not None

    @property
    def base(self) -> FaceState | None:
        """What the next edit starts from, and what is exported."""
        return self._situation.base if self._situation else None

    @property
    def style(self) -> Style:
        return self._situation.style if self._situation else Style()

    @property
    def last_edit(self) -> Edit | None:
        """The edit that led to `base`; None at the start state."""
        return self._situation.last_edit if self._situation else None

    @property
    def measures(self) -> EditMeasures | None:
        """Of the last committed edit."""
        return self._situation.measures if self._situation else None

    @property
    def amount(self) -> float:
        """0..1.5: the amount of the last committed edit; 1.0 if there is none."""
        return self.last_edit.amount if self.last_edit else 1.0

    @property
    def result_crop(self) -> NDArray[np.uint8] | None:
        """``[512, 512, 3]`` the picture to show: the newest preview, or ``base.crop``."""
        if self._preview is not None:
            return self._preview
        return self.base.crop if self.base else None

    @property
    def is_preview(self) -> bool:
        """True if `result_crop` is a preview."""
        return self._preview is not None

    def history(self) -> tuple[HistoryStep, ...]:
        """All steps, oldest first."""
        return history_of(self.undo_stack)

    @property
    def history_bytes(self) -> int:
        """Memory held by the undo stack; arrays shared between steps count once."""
        return bytes_held(self.undo_stack)

    # --- photo and face -----------------------------------------------------------------------

    def set_incoming(self, display: NDArray[np.uint8] | None) -> None:
        """A photo ``[H, W, 3]`` is being opened; None: it could not be, all is as before."""
        if display is not self.incoming:
            self.incoming = display
            self.incoming_changed.emit()

    def set_photo(self, answer: PhotoOpened) -> None:
        """Another photo, no face yet. Clears the undo stack."""
        self._forget_photo()
        self.name, self.display, self.faces = answer.name, answer.display, answer.faces
        self.photo_changed.emit()
        self._tell_all()

    def set_face(self, answer: FaceReady) -> None:
        """A prepared (or, after `TuneLikeness`, tuned) face. Clears the undo stack."""
        tuned = isinstance(answer.request, TuneLikeness) and self.has_face
        if isinstance(answer.request, PrepareFace):
            self.points = answer.request.points
            self.face_index = self._index_of(answer.request.points)
        self.quad, self.reconstruction = answer.quad, answer.reconstruction
        self.inversion_psnr_db = answer.inversion_psnr_db
        self.original = answer.state
        self._situation = Situation(answer.state, self.style if tuned else Style())
        self._preview = self._asked_map = None
        if not tuned:
            self._canvas.replace(answer.layers)
        self.undo_stack.clear()
        self.stacking_changed.emit()
        self.face_changed.emit()
        self._tell_all()

    # --- asking: the style --------------------------------------------------------------------

    def set_style(self, style: Style, text: str, *, merge: str | None = None) -> bool:
        """Ask for another style; False if it is equal.

        Consecutive calls with the same ``merge`` key are one undo step (a slider's drag), until
        `end_gesture` or any other step.
        """
        if not self.has_face or same_style(style, self.style):
            return False
        gesture = None if merge is None else (merge, self._gesture)
        step = AskStep(self, text, styles=(self.style, style), gesture=gesture)
        self.undo_stack.push(step)
        return True

    def end_gesture(self) -> None:
        """The slider was let go: the next `set_style` or amount is a step of its own."""
        self._gesture += 1

    def discard_pending(self, text: str) -> bool:
        """Ask for nothing: layers and style back to `base`'s, as one undo step."""
        if self.base is None:
            return False
        if not self.begin_stroke():
            return False
        self._written(self._canvas.paint_map(self.base.label_map))
        patch = self._canvas.end()
        styles = None if self.style.is_neutral else (self.style, Style())
        if patch is None and styles is None:
            return False
        self.undo_stack.push(AskStep(self, text, patch=patch, styles=styles))
        return True

    # --- edits --------------------------------------------------------------------------------

    def pending_edit(self) -> Edit | None:
        """The edit from `base` to what is asked, or None if nothing is asked."""
        if self.base is None:
            return None
        asked = self._snapshot()
        if asked is self.base.label_map and self.style.is_neutral:
            return None
        return Edit(
            base=self.base,
            label_map=asked,
            style=self.style,
            protected=frozen(self.protected.copy()) if self.protected.any() else None,
            feather_px=self.feather_px,
        )

    def set_feather(self, feather_px: float | None) -> None:
        """How softly the next edit fades into the photo, see `Edit.feather_px`."""
        if feather_px != self.feather_px:
            self.feather_px = feather_px
            if self.pending_edit() is not None:
                self._asked_changed(stepping=False)

    def edit_with_amount(self, amount: float) -> Edit | None:
        """The last committed edit, from its own base, with another amount (0..1.5)."""
        if self.last_edit is None:
            return None
        return replace(self.last_edit, amount=min(max(amount, 0.0), MAX_AMOUNT))

    def is_amount_of_last_edit(self, edit: Edit) -> bool:
        """Whether ``edit`` is the last committed one with some amount."""
        last = self.last_edit
        return last is not None and (
            (edit.base is last.base)
            and (edit.label_map is last.label_map)
            and (edit.style is last.style)
        )

    def show_preview(self, answer: PreviewReady) -> bool:
        """Show a draft in `result_crop`; False if it is outdated."""
        request = answer.request
        if not isinstance(request, PreviewEdit) or not self._is_valid(request.edit):
            return False
        if request.revision < self._previews_since:
            return False
        self._preview = answer.crop
        self.picture_changed.emit()
        return True

    def clear_preview(self) -> None:
        """Show ``base.crop`` again; previews that are on their way are outdated."""
        self._outdate_previews()
        if self._preview is not None:
            self._preview = None
            self.picture_changed.emit()

    def commit_edit(self, answer: EditReady, text: str) -> bool:
        """Make a rendered `pending_edit` the new base, as one undo step.

        What was painted or set while it was rendered stays pending. False, and nothing happens,
        if the edit is outdated: its base has gone, or there was an undo or redo since.
        """
        before, edit = self._situation, self._edit_of(answer)
        if before is None or edit is None or edit.base is not before.base:
            return False
        style = remaining_style(before.style, edit.style)
        after = Situation(answer.state, style, edit, answer.measures)
        self.undo_stack.push(EditStep(self, text, before, after, kind="edit"))
        return True

    def set_amount_of_last_edit(self, answer: EditReady, text: str) -> bool:
        """Take the rendering of `edit_with_amount`; mergeable as `set_style`; False if outdated."""
        before, edit = self._situation, self._edit_of(answer)
        if before is None or edit is None or not self.is_amount_of_last_edit(edit):
            return False
        after = Situation(answer.state, before.style, edit, answer.measures)
        gesture = ("amount", self._gesture)
        self.undo_stack.push(EditStep(self, text, before, after, kind="amount", gesture=gesture))
        return True

    # --- the way back -------------------------------------------------------------------------

    def undo(self) -> None:
        """One step back; an open stroke is taken back instead."""
        if self.in_stroke:
            self.cancel_stroke()
        else:
            self.undo_stack.undo()

    def redo(self) -> None:
        if not self.in_stroke:
            self.undo_stack.redo()

    def go_to(self, step: int) -> None:
        """To the state after ``step`` steps of `history` (0: the start)."""
        self.cancel_stroke()
        self.undo_stack.setIndex(step)

    # --- for undo steps only ------------------------------------------------------------------

    def apply_style(self, style: Style, *, stepping: bool) -> None:
        """A style asked for; ``stepping``: by undo or redo."""
        assert self._situation is not None
        self._situation = replace(self._situation, style=style)
        self._asked_changed(stepping=stepping)
        self.style_changed.emit()

    def apply_situation(self, situation: Situation) -> None:
        """An edit committed, undone or redone."""
        before, self._situation = self._situation, situation
        self._preview = self._asked_map = None
        self._outdate()
        if before is None or before.style is not situation.style:
            self.style_changed.emit()
        self.state_changed.emit()
        self.picture_changed.emit()
        self.measures_changed.emit()
        self.edit_changed.emit()

    # --- within -------------------------------------------------------------------------------

    def _forget_photo(self) -> None:
        self.name, self.display, self.faces, self.face_index = "", None, (), None
        self.incoming = None
        self.quad = self.points = None
        self.reconstruction = self.inversion_psnr_db = self.original = None
        self._situation: Situation | None = None
        self._preview: NDArray[np.uint8] | None = None
        self._asked_map: LabelMap | None = None
        self._canvas.replace(np.zeros_like(self._canvas.layers))
        self.undo_stack.clear()

    def _index_of(self, points: NDArray[np.float32]) -> int | None:
        same = (i for i, face in enumerate(self.faces) if np.array_equal(face.points, points))
        return next(same, None)

    def _snapshot(self) -> LabelMap:
        """The asked map as it is now, for another thread; `base`'s own if they are equal."""
        assert self.base is not None
        if self._asked_map is None:
            equal = np.array_equal(self.label_map, self.base.label_map)
            self._asked_map = self.base.label_map if equal else frozen(self.label_map.copy())
        return self._asked_map

    def _is_valid(self, edit: Edit) -> bool:
        """Whether ``edit`` starts where the next or the last one does."""
        return edit.base is self.base or self.is_amount_of_last_edit(edit)

    def _edit_of(self, answer: EditReady) -> Edit | None:
        """What was rendered, if it is not outdated."""
        request = answer.request
        if not isinstance(request, RenderEdit) or request.revision < self._edits_since:
            return None
        return request.edit if self._is_valid(request.edit) else None

    def _outdate(self) -> None:
        """What was asked up to now, drafts and edits, is wrong from here."""
        self._outdate_previews()
        self._edits_since = self.revision

    def _outdate_previews(self) -> None:
        self.revision += 1
        self._previews_since = self.revision
        self.previews_outdated.emit(self.revision)

    def _ask_step(self, text: str, patch: LayerPatch) -> AskStep:
        return AskStep(self, text, patch=patch)

    def _order_step(self, text: str, order: tuple[int, ...], gesture: object | None) -> OrderStep:
        return OrderStep(self, text, self.stacking, order, gesture=gesture)

    def _map_changed(self, *, stepping: bool) -> None:
        self._asked_map = None
        self._asked_changed(stepping=stepping)

    def _asked_changed(self, *, stepping: bool) -> None:
        """What is asked is another edit; ``stepping``: by undo or redo, not by going on."""
        self.revision += 1
        asks_nothing = self.pending_edit() is None
        if stepping or asks_nothing:
            self._outdate()
        if asks_nothing:
            # No other preview follows that would replace the last one.
            self.clear_preview()
        self.edit_changed.emit()

    def _tell_all(self) -> None:
        self._outdate()
        self.layers_changed.emit(None)
        for signal in (
            self.style_changed,
            self.state_changed,
            self.picture_changed,
            self.measures_changed,
            self.edit_changed,
        ):
            signal.emit()

    @Slot(int)
    def _tell_history(self, _index: int) -> None:
        self.history_changed.emit()
