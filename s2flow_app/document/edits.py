"""Edits of the face: the style that is asked for, the pending edit, previews, results, amount."""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import SignalInstance

from s2flow_app.document.asked import Asked
from s2flow_app.document.changes import Aspect
from s2flow_app.document.current import Current
from s2flow_app.document.history import Change
from s2flow_app.document.place import Recipe, Result
from s2flow_app.document.styles import operation_between, remaining_style
from s2flow_app.document.thumbnails import small_picture
from s2flow_app.model.edit import Edit, EditMeasures, Style, same_style
from s2flow_app.model.face import FaceState
from s2flow_app.model.operations import Amount, ApplyEdit, Discard, DiscardStyle

MAX_AMOUNT: Final = 1.5


class Edits:
    """*Base* is the face state that the next edit starts from. `commit` makes a rendered edit the
    new base and the style neutral; the layers stay.

    Requests carry `revision`: answers to what was asked before an undo, of another face or of a
    base that has gone are refused.
    """

    def __init__(self, current: Current, asked: Asked) -> None:
        self._current, self._asked = current, asked
        self._changes = current.changes
        self._gesture = 0
        self.previews_outdated: SignalInstance = asked.previews_outdated
        """int: previews of older revisions are wrong now; connect to the client's
        `drop_previews_before`."""

    # --- what there is ------------------------------------------------------------------------

    @property
    def base(self) -> FaceState | None:
        """What the next edit starts from, and what is exported."""
        place = self._current.place
        return place.base if place else None

    @property
    def style(self) -> Style:
        place = self._current.place
        return place.style if place else Style()

    @property
    def revision(self) -> int:
        """Grows with every change; the stamp of requests."""
        return self._asked.revision

    @property
    def feather_px(self) -> float | None:
        """Of the next edit; no part of undo."""
        return self._asked.feather_px

    @property
    def last(self) -> Edit | None:
        """The edit that led to `base`; None at a start."""
        place = self._current.place
        return place.result.edit() if place else None

    @property
    def measures(self) -> EditMeasures | None:
        """Of the last committed edit."""
        place = self._current.place
        return place.result.measures if place else None

    @property
    def amount(self) -> float:
        """0..1.5: the amount of the last committed edit; 1.0 if there is none."""
        place = self._current.place
        recipe = place.result.recipe if place else None
        return recipe.amount if recipe else 1.0

    @property
    def result_crop(self) -> NDArray[np.uint8] | None:
        """``[512, 512, 3]`` the picture to show: the newest preview, or ``base.crop``."""
        if self._current.preview is not None:
            return self._current.preview
        return self.base.crop if self.base else None

    @property
    def is_preview(self) -> bool:
        """True if `result_crop` is a preview."""
        return self._current.preview is not None

    @property
    def shows_original(self) -> bool:
        """Whether `result_crop` is the face as it was found."""
        place = self._current.place
        return (
            place is not None and not self.is_preview and place.result.id == place.start.result.id
        )

    # --- asking -------------------------------------------------------------------------------

    def set_style(self, style: Style, *, merge: str | None = None) -> bool:
        """Ask for another style; False if it is equal.

        Consecutive calls with the same ``merge`` key are one undo step (a slider's drag), until
        `end_gesture` or any other step.
        """
        place = self._current.place
        if place is None or same_style(style, place.style):
            return False
        gesture = None if merge is None else (merge, self._gesture)
        operation = operation_between(self._current.style_before(gesture), style)
        with self._changes:
            self._current.push(Change(operation, gesture=gesture), replace(place, style=style))
            self._asked.changed()
            self._changes.note(Aspect.STYLE)
        return True

    def end_gesture(self) -> None:
        """The slider was let go: the next `set_style` or amount is a step of its own."""
        self._gesture += 1

    def set_feather(self, feather_px: float | None) -> None:
        """How softly the next edit fades into the photo, see `Edit.feather_px`."""
        if feather_px != self.feather_px:
            self._asked.feather_px = feather_px
            if self.is_pending:
                with self._changes:
                    self._asked.changed()

    def discard(self) -> bool:
        """Ask for nothing: layers and style back to `base`'s, as one undo step."""
        place, canvas = self._current.place, self._current.canvas
        if place is None or canvas.in_stroke:
            return False
        canvas.begin()
        rect = canvas.paint_map(place.base.label_map)
        patch = canvas.end()
        restyled = not place.style.is_neutral
        if patch is None and not restyled:
            return False
        operation = DiscardStyle() if patch is None else Discard()
        with self._changes:
            self._asked.clear_preview()
            self._current.push(Change(operation, patch), replace(place, style=Style()))
            self._asked.map_changed()
            if rect is not None:
                self._changes.note_layers(rect)
            if restyled:
                self._changes.note(Aspect.STYLE)
        return True

    # --- edits --------------------------------------------------------------------------------

    @property
    def is_pending(self) -> bool:
        """Whether anything is asked: `pending` is not None."""
        return self._asked.is_anything

    def pending(self) -> Edit | None:
        """The edit from `base` to what is asked, or None if nothing is asked."""
        return self._asked.pending()

    def with_amount(self, amount: float) -> Edit | None:
        """The last committed edit, from its own base, with another amount (0..1.5)."""
        last = self.last
        return None if last is None else replace(last, amount=min(max(amount, 0.0), MAX_AMOUNT))

    def is_amount_of_last(self, edit: Edit) -> bool:
        """Whether ``edit`` is the last committed one with some amount."""
        last = self.last
        return last is not None and (
            edit.base.id == last.base.id
            and np.array_equal(edit.label_map, last.label_map)
            and same_style(edit.style, last.style)
        )

    def show_preview(self, edit: Edit, crop: NDArray[np.uint8], *, revision: int) -> bool:
        """Show a draft of an edit, ``crop [512, 512, 3]``; False if it is outdated."""
        if not self._is_valid(edit) or revision < self._asked.previews_since:
            return False
        history = self._current.history
        with self._changes:
            self._current.preview = crop
            self._changes.note(Aspect.PICTURE)
            if history is not None and history.current.kind == "style":
                history.current.thumbnail = small_picture(crop)
                self._changes.note(Aspect.THUMBNAIL)
        return True

    def commit(
        self, edit: Edit, state: FaceState, measures: EditMeasures, operation: ApplyEdit, *,
        revision: int,
    ) -> bool:  # fmt: skip
        """Make a pending edit that was rendered the new base, as one undo step.

        What was painted or set while it was rendered stays pending. False, and nothing happens,
        if the edit is outdated: its base has gone, or there was an undo or redo since.
        """
        place = self._current.place
        if place is None or edit.base.id != place.base.id or revision < self._asked.edits_since:
            return False
        recipe = Recipe.of(edit, place.result)
        style = remaining_style(place.style, edit.style)
        self._take_result(Change(operation), Result(state, recipe, measures), style)
        return True

    def commit_amount(
        self, edit: Edit, state: FaceState, measures: EditMeasures, *, revision: int
    ) -> bool:
        """Take the rendering of `with_amount`; mergeable as `set_style`; False if outdated."""
        place = self._current.place
        outdated = revision < self._asked.edits_since
        if place is None or outdated or not self.is_amount_of_last(edit):
            return False
        last = place.result.recipe
        assert last is not None
        recipe = replace(last, amount=edit.amount)
        change = Change(Amount(edit.amount), gesture=("amount", self._gesture))
        self._take_result(change, Result(state, recipe, measures), place.style)
        return True

    def _take_result(self, change: Change, result: Result, style: Style) -> None:
        place = self._current.place
        assert place is not None
        with self._changes:
            self._current.push(change, replace(place, result=result, style=style))
            self._asked.result_changed()
            if not same_style(style, place.style):
                self._changes.note(Aspect.STYLE)

    def _is_valid(self, edit: Edit) -> bool:
        """Whether ``edit`` starts where the next or the last one does."""
        base = self.base
        return (base is not None and edit.base.id == base.id) or self.is_amount_of_last(edit)
