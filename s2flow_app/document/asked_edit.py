"""The half of the document that asks for edits: style, the pending edit, previews, results."""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from s2flow_app.document.asked_map import AskedMap
from s2flow_app.document.history import Change
from s2flow_app.document.place import Place, Recipe, Result
from s2flow_app.document.styles import operation_between, remaining_style
from s2flow_app.labels import LabelMap
from s2flow_app.model.arrays import frozen
from s2flow_app.model.edit import Edit, EditMeasures, Style, same_style
from s2flow_app.model.face import FaceState
from s2flow_app.model.operations import Amount, ApplyEdit, Discard, DiscardStyle
from s2flow_app.worker.protocol import EditReady, PreviewEdit, PreviewReady, RenderEdit

MAX_AMOUNT: Final = 1.5


class AskedEdit(AskedMap):
    """*Asked* is what tools and sliders want: `layers` (flattened: `label_map`) and `style`. *Base*
    is the face state that the next edit starts from. `pending_edit` is what lies between them.
    `commit_edit` makes a rendered edit the new base and the style neutral; the layers stay.
    """

    style_changed = Signal()
    state_changed = Signal()
    """`base` is another one (committed, undone, redone, prepared)."""
    picture_changed = Signal()
    """`result_crop` is another picture."""
    edit_changed = Signal()
    """What `pending_edit` gives has changed: ask for a preview of it, if it is not None."""
    measures_changed = Signal()
    previews_outdated = Signal(object)
    """int: previews of older revisions are wrong now; connect to the client's
    `drop_previews_before`."""

    # To read, not to set:
    feather_px: float | None
    """Of the next edit; no part of undo."""
    revision: int
    """Grows with every change; the stamp of requests."""

    def __init__(self, parent: QObject | None) -> None:
        super().__init__(parent)
        self.revision = self._edits_since = self._previews_since = 0
        self._gesture = 0
        self.feather_px = None
        self._preview: NDArray[np.uint8] | None = None
        self._asked_map: LabelMap | None = None

    # --- what there is ------------------------------------------------------------------------

    @property
    def here(self) -> Place | None:
        """Where the face stands; None: there is no face."""
        raise NotImplementedError

    @property
    def has_face(self) -> bool:
        return self.here is not None

    @property
    def base(self) -> FaceState | None:
        """What the next edit starts from, and what is exported."""
        return self.here.base if self.here else None

    @property
    def style(self) -> Style:
        return self.here.style if self.here else Style()

    @property
    def last_edit(self) -> Edit | None:
        """The edit that led to `base`; None at a start."""
        return self.here.result.edit() if self.here else None

    @property
    def measures(self) -> EditMeasures | None:
        """Of the last committed edit."""
        return self.here.result.measures if self.here else None

    @property
    def amount(self) -> float:
        """0..1.5: the amount of the last committed edit; 1.0 if there is none."""
        recipe = self.here.result.recipe if self.here else None
        return recipe.amount if recipe else 1.0

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

    # --- asking: the style --------------------------------------------------------------------

    def set_style(self, style: Style, *, merge: str | None = None) -> bool:
        """Ask for another style; False if it is equal.

        Consecutive calls with the same ``merge`` key are one undo step (a slider's drag), until
        `end_gesture` or any other step.
        """
        if self.here is None or same_style(style, self.style):
            return False
        gesture = None if merge is None else (merge, self._gesture)
        operation = operation_between(self._style_before(gesture), style)
        self._push(Change(operation, gesture=gesture), replace(self.here, style=style))
        self._asked_changed(stepping=False)
        self.style_changed.emit()
        return True

    def end_gesture(self) -> None:
        """The slider was let go: the next `set_style` or amount is a step of its own."""
        self._gesture += 1

    def discard_pending(self) -> bool:
        """Ask for nothing: layers and style back to `base`'s, as one undo step."""
        if self.here is None or not self.begin_stroke():
            return False
        self._written(self._canvas.paint_map(self.here.base.label_map))
        patch = self._canvas.end()
        restyled = not self.style.is_neutral
        if patch is None and not restyled:
            return False
        operation = DiscardStyle() if patch is None else Discard()
        self._push(Change(operation, patch), replace(self.here, style=Style()))
        if restyled:
            self._asked_changed(stepping=False)
            self.style_changed.emit()
        return True

    # --- edits --------------------------------------------------------------------------------

    def pending_edit(self) -> Edit | None:
        """The edit from `base` to what is asked, or None if nothing is asked."""
        base = self.base
        if base is None:
            return None
        asked = self._snapshot(base)
        if np.array_equal(asked, base.label_map) and self.style.is_neutral:
            return None
        return Edit(
            base=base,
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
        last = self.last_edit
        return None if last is None else replace(last, amount=min(max(amount, 0.0), MAX_AMOUNT))

    def is_amount_of_last_edit(self, edit: Edit) -> bool:
        """Whether ``edit`` is the last committed one with some amount."""
        last = self.last_edit
        return last is not None and (
            edit.base.id == last.base.id
            and np.array_equal(edit.label_map, last.label_map)
            and same_style(edit.style, last.style)
        )

    def show_preview(self, answer: PreviewReady) -> bool:
        """Show a draft in `result_crop`; False if it is outdated."""
        request = answer.request
        if not isinstance(request, PreviewEdit) or not self._is_valid(request.edit):
            return False
        if request.revision < self._previews_since:
            return False
        self._preview = answer.crop
        self._preview_shown(answer.crop)
        self.picture_changed.emit()
        return True

    def clear_preview(self) -> None:
        """Show ``base.crop`` again; previews that are on their way are outdated."""
        self._outdate_previews()
        if self._preview is not None:
            self._preview = None
            self.picture_changed.emit()

    def commit_edit(self, answer: EditReady, operation: ApplyEdit) -> bool:
        """Make a rendered `pending_edit` the new base, as one undo step.

        What was painted or set while it was rendered stays pending. False, and nothing happens,
        if the edit is outdated: its base has gone, or there was an undo or redo since.
        """
        place, edit = self.here, self._edit_of(answer)
        if place is None or edit is None or edit.base.id != place.base.id:
            return False
        recipe = Recipe.of(edit, place.result)
        style = remaining_style(place.style, edit.style)
        self._take_result(Change(operation), answer, recipe, style)
        return True

    def set_amount_of_last_edit(self, answer: EditReady) -> bool:
        """Take the rendering of `edit_with_amount`; mergeable as `set_style`; False if outdated."""
        place, edit = self.here, self._edit_of(answer)
        if place is None or edit is None or not self.is_amount_of_last_edit(edit):
            return False
        last = place.result.recipe
        assert last is not None
        recipe = replace(last, amount=edit.amount)
        change = Change(Amount(edit.amount), gesture=("amount", self._gesture))
        self._take_result(change, answer, recipe, place.style)
        return True

    # --- for the document ---------------------------------------------------------------------

    def _push(self, change: Change, place: Place | None = None) -> None:
        """A step that is done, as far as the layers go, and leads to ``place`` (None: the same)."""
        raise NotImplementedError

    def _style_before(self, gesture: object | None) -> Style:
        """As it was before a step of that gesture, which may be under way."""
        raise NotImplementedError

    def _preview_shown(self, crop: NDArray[np.uint8]) -> None:
        raise NotImplementedError

    def _take_result(self, change: Change, answer: EditReady, recipe: Recipe, style: Style) -> None:
        assert self.here is not None
        restyled = not same_style(style, self.here.style)
        result = Result(answer.state, recipe, answer.measures)
        self._push(change, replace(self.here, result=result, style=style))
        self._result_changed()
        if restyled:
            self.style_changed.emit()
        self._tell_result()

    def _result_changed(self) -> None:
        """`base` is another one: nothing that was computed from the last one counts."""
        self._preview = self._asked_map = None
        self._outdate()

    def _tell_result(self) -> None:
        self.state_changed.emit()
        self.picture_changed.emit()
        self.measures_changed.emit()
        self.edit_changed.emit()

    def _snapshot(self, base: FaceState) -> LabelMap:
        """The asked map as it is now, for another thread; ``base``'s own if they are equal."""
        if self._asked_map is None:
            equal = np.array_equal(self.label_map, base.label_map)
            self._asked_map = base.label_map if equal else frozen(self.label_map.copy())
        return self._asked_map

    def _is_valid(self, edit: Edit) -> bool:
        """Whether ``edit`` starts where the next or the last one does."""
        is_next = self.base is not None and edit.base.id == self.base.id
        return is_next or self.is_amount_of_last_edit(edit)

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
