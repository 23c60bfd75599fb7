"""The document: one photo, one face in it, the edit that is asked for and the way back.

No torch, no widgets. The window reads it, calls its methods and listens to its signals; answers
of the worker are handed to it. What changes is changed first and signalled after.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from s2flow_app.document.label_ops import Mask, Rect
from s2flow_app.document.layer_view import LayerView
from s2flow_app.labels import LabelLayers, LabelMap
from s2flow_app.messages import (
    Edit,
    EditMeasures,
    EditReady,
    FaceBox,
    FaceReady,
    FaceState,
    PhotoOpened,
    PreviewReady,
    Style,
)


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """One line of the history list."""

    text: str
    kind: str
    """``mask``, ``style``, ``edit`` or ``amount``."""
    done: bool
    """False: undone, can be redone."""


class Document(QObject):
    """What is being edited.

    *Asked* is what tools and sliders want: `layers` (flattened: `label_map`) and `style`. *Base*
    is the face state that the next edit starts from. `pending_edit` is what lies between them.
    `commit_edit` makes a rendered edit the new base and the style neutral; the layers stay.

    One undo stack holds strokes, style changes, committed edits and their amounts. A new photo,
    another face (or its alignment) and likeness tuning clear it, because old states mean nothing
    to the new one; tuning keeps what is asked, as a pending edit from the new start.
    """

    photo_changed = Signal()
    """Another photo is open, without a face yet."""
    face_changed = Signal()
    """A face was prepared: `quad`, `original`, and everything below changed too."""
    layers_changed = Signal(object)
    """`Rect` of the label pixels that may differ, or None: all."""
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

    def __init__(self, parent: QObject | None = None) -> None:
        raise NotImplementedError

    # --- what there is -----------------------------------------------------------------------

    @property
    def revision(self) -> int:
        """Grows with every change; the stamp of requests."""
        raise NotImplementedError

    @property
    def undo_stack(self) -> QUndoStack:
        """For actions and a `QUndoView`. Call `undo` and `redo` of the document, not of the stack."""
        raise NotImplementedError

    @property
    def layer_view(self) -> LayerView:
        raise NotImplementedError

    @property
    def has_photo(self) -> bool:
        raise NotImplementedError

    @property
    def has_face(self) -> bool:
        raise NotImplementedError

    @property
    def name(self) -> str:
        """The photo's file name; empty without a photo."""
        raise NotImplementedError

    @property
    def display(self) -> NDArray[np.uint8] | None:
        """``[H, W, 3]`` sRGB, the whole photo, unedited."""
        raise NotImplementedError

    @property
    def faces(self) -> tuple[FaceBox, ...]:
        raise NotImplementedError

    @property
    def face_index(self) -> int | None:
        """Which of `faces` is prepared; None: no face, or one aligned by hand."""
        raise NotImplementedError

    @property
    def quad(self) -> NDArray[np.float32] | None:
        """``[4, 2]`` photo pixels of the crop's corners: tl, bl, br, tr."""
        raise NotImplementedError

    @property
    def reconstruction(self) -> NDArray[np.uint8] | None:
        raise NotImplementedError

    @property
    def inversion_psnr_db(self) -> float | None:
        raise NotImplementedError

    @property
    def original(self) -> FaceState | None:
        """The face's start state; its ``crop`` is the unedited picture."""
        raise NotImplementedError

    @property
    def base(self) -> FaceState | None:
        """What the next edit starts from, and what is exported."""
        raise NotImplementedError

    @property
    def result_crop(self) -> NDArray[np.uint8] | None:
        """``[512, 512, 3]`` the picture to show: the newest preview, or ``base.crop``."""
        raise NotImplementedError

    @property
    def is_preview(self) -> bool:
        """True if `result_crop` is a preview."""
        raise NotImplementedError

    @property
    def layers(self) -> LabelLayers:
        """The asked layers, a read-only view: it changes with the document. Zeros without a face."""
        raise NotImplementedError

    @property
    def label_map(self) -> LabelMap:
        """The asked map: `layers` flattened, a read-only view; hidden classes count."""
        raise NotImplementedError

    @property
    def shown_map(self) -> LabelMap:
        """As `label_map`, without the hidden classes: what the overlay shows. Read-only view."""
        raise NotImplementedError

    @property
    def style(self) -> Style:
        raise NotImplementedError

    @property
    def amount(self) -> float:
        """0..1.5: the amount of the last committed edit; 1.0 if there is none."""
        raise NotImplementedError

    @property
    def last_edit(self) -> Edit | None:
        """The edit that led to `base`; None at the start state."""
        raise NotImplementedError

    @property
    def measures(self) -> EditMeasures | None:
        """Of the last committed edit."""
        raise NotImplementedError

    def history(self) -> tuple[HistoryStep, ...]:
        """All steps, oldest first."""
        raise NotImplementedError

    @property
    def history_bytes(self) -> int:
        """Memory held by the undo stack; arrays shared between steps count once."""
        raise NotImplementedError

    # --- photo and face ------------------------------------------------------------------------

    def set_photo(self, answer: PhotoOpened) -> None:
        """Another photo, no face yet. Clears the undo stack."""
        raise NotImplementedError

    def set_face(self, answer: FaceReady) -> None:
        """A prepared (or, after `TuneLikeness`, tuned) face. Clears the undo stack."""
        raise NotImplementedError

    # --- asking: the label map --------------------------------------------------------------------

    def can_change(self, class_id: int) -> bool:
        """False if the class is locked or hidden: a tool would do nothing with it."""
        raise NotImplementedError

    def begin_stroke(self) -> None:
        """Start a gesture of `paint` and `erase` calls that becomes one undo step."""
        raise NotImplementedError

    def paint(self, class_id: int, mask: Mask, x: int, y: int) -> Rect | None:
        """Show ``class_id`` where ``mask [h, w]``, laid with its top-left at (x, y), is True.

        Sets the class's bit and clears those stacked above it. Locked and hidden classes stay as
        they are. Returns what changed, or None. Needs an open stroke.
        """
        raise NotImplementedError

    def erase(self, class_id: int | None, mask: Mask, x: int, y: int) -> Rect | None:
        """Take ``class_id`` away (None: whatever shows), so that what lies under it shows.

        Never a hole: under everything lies background. Otherwise as `paint`.
        """
        raise NotImplementedError

    def end_stroke(self, text: str) -> bool:
        """Make the gesture one undo step; False if it changed nothing (no step then)."""
        raise NotImplementedError

    def cancel_stroke(self) -> None:
        """Take the open gesture back, without a step."""
        raise NotImplementedError

    @property
    def in_stroke(self) -> bool:
        raise NotImplementedError

    def fill(self, class_id: int, x: int, y: int, text: str) -> bool:
        """Paint the connected region of the shown class at (x, y); one undo step."""
        raise NotImplementedError

    def set_layers(self, layers: LabelLayers, text: str) -> bool:
        """Ask for other layers as one undo step (locks do not matter); False if they are equal."""
        raise NotImplementedError

    def set_label_map(self, label_map: LabelMap, text: str) -> bool:
        """Ask for another map (a scripted edit, a file) as one undo step; False if it is equal.

        Where the class differs, the asked one is painted as by `paint`; what lies under it stays.
        """
        raise NotImplementedError

    # --- asking: the style -----------------------------------------------------------------------

    def set_style(self, style: Style, text: str, *, merge: str | None = None) -> bool:
        """Ask for another style; False if it is equal.

        Consecutive calls with the same ``merge`` key are one undo step (a slider's drag), until
        `end_gesture` or any other step.
        """
        raise NotImplementedError

    def end_gesture(self) -> None:
        """The slider was let go: the next `set_style` or amount is a step of its own."""
        raise NotImplementedError

    def discard_pending(self, text: str) -> bool:
        """Ask for nothing: layers and style back to `base`'s, as one undo step."""
        raise NotImplementedError

    # --- edits --------------------------------------------------------------------------------------

    def pending_edit(self, *, refine_steps: int = 0) -> Edit | None:
        """The edit from `base` to what is asked, or None if nothing is asked."""
        raise NotImplementedError

    def edit_with_amount(self, amount: float) -> Edit | None:
        """The last committed edit, from its own base, with another amount (0..1.5)."""
        raise NotImplementedError

    def show_preview(self, answer: PreviewReady) -> bool:
        """Show a draft in `result_crop`; False if it is outdated."""
        raise NotImplementedError

    def clear_preview(self) -> None:
        """Show ``base.crop`` again."""
        raise NotImplementedError

    def commit_edit(self, answer: EditReady, text: str) -> bool:
        """Make a rendered `pending_edit` the new base, as one undo step.

        What was painted or set while it was rendered stays pending. False, and nothing happens,
        if the edit is outdated: its base has gone, or there was an undo or redo since.
        """
        raise NotImplementedError

    def set_amount_of_last_edit(self, answer: EditReady, text: str) -> bool:
        """Take the rendering of `edit_with_amount`; mergeable as `set_style`; False if outdated."""
        raise NotImplementedError

    def is_amount_of_last_edit(self, edit: Edit) -> bool:
        """Whether ``edit`` is the last committed one with some amount."""
        raise NotImplementedError

    # --- the way back ---------------------------------------------------------------------------

    def undo(self) -> None:
        """One step back; an open stroke is taken back instead."""
        raise NotImplementedError

    def redo(self) -> None:
        raise NotImplementedError

    def go_to(self, step: int) -> None:
        """To the state after ``step`` steps of `history` (0: the start)."""
        raise NotImplementedError
