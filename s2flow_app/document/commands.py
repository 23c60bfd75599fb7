"""Undo steps. Each only calls the document, and says what it holds in memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from numpy.typing import NDArray
from PySide6.QtGui import QUndoCommand, QUndoStack

from s2flow_app.document.layer_patch import LayerPatch
from s2flow_app.messages import Edit, EditMeasures, FaceState, Style

_MERGEABLE: Final = 1
"""`QUndoCommand.id` of steps with a gesture; -1 (Qt's default) never merges."""


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """One line of the history list."""

    text: str
    kind: str
    """``mask``, ``style``, ``edit`` or ``amount``."""
    done: bool
    """False: undone, can be redone."""


@dataclass(frozen=True, slots=True, eq=False)
class Situation:
    """Where a committed edit leads: all of the document that the layers are not."""

    base: FaceState
    style: Style
    last_edit: Edit | None = None
    """What led to `base`."""
    measures: EditMeasures | None = None

    def arrays(self) -> Iterator[NDArray]:
        """Everything heavy, to count it."""
        states = (self.base, self.last_edit.base) if self.last_edit else (self.base,)
        for state in states:
            yield from (state.ws, state.label_map, state.crop, state.replaced)
        if self.last_edit:
            yield self.last_edit.label_map


class Undoable(Protocol):
    """What a step does to the document."""

    def apply_patch(self, patch: LayerPatch) -> None: ...
    def apply_style(self, style: Style, *, stepping: bool) -> None: ...
    def apply_situation(self, situation: Situation) -> None: ...


class Step(QUndoCommand):
    """One undo step; consecutive ones of the same gesture are merged into one."""

    kind: str = ""

    def __init__(self, document: Undoable, text: str, gesture: object | None) -> None:
        super().__init__(text)
        self._document = document
        self.gesture = gesture
        """Equal in steps that may be merged; None: never."""
        self._done_before = False

    def id(self) -> int:
        return -1 if self.gesture is None else _MERGEABLE

    def redo(self) -> None:
        """`QUndoStack.push` calls this too, as the step's first time."""
        first, self._done_before = not self._done_before, True
        self.do(first=first)

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, type(self)) or other.gesture != self.gesture:
            return False
        self.take_over(other)
        return True

    def do(self, *, first: bool) -> None:
        raise NotImplementedError

    def take_over(self, later: "Step") -> None:
        """Lead to where ``later`` leads."""
        raise NotImplementedError

    def memory(self) -> tuple[int, tuple[NDArray, ...]]:
        """Own bytes, and arrays that other steps may hold too."""
        raise NotImplementedError


class AskStep(Step):
    """Other layers, another style, or both."""

    def __init__(
        self,
        document: Undoable,
        text: str,
        *,
        patch: LayerPatch | None = None,
        styles: tuple[Style, Style] | None = None,
        gesture: object | None = None,
    ) -> None:
        """``patch`` is in the layers already; ``styles`` (before, after) is not done yet."""
        super().__init__(document, text, gesture)
        self.kind = "style" if patch is None else "mask"
        self._patch, self.styles = patch, styles

    def do(self, *, first: bool) -> None:
        if self._patch is not None and not first:
            self._document.apply_patch(self._patch)
        if self.styles is not None:
            self._document.apply_style(self.styles[1], stepping=not first)

    def undo(self) -> None:
        if self._patch is not None:
            self._document.apply_patch(self._patch)
        if self.styles is not None:
            self._document.apply_style(self.styles[0], stepping=True)

    def take_over(self, later: Step) -> None:
        assert isinstance(later, AskStep) and self.styles and later.styles
        self.styles = self.styles[0], later.styles[1]
        self.setText(later.text())

    def memory(self) -> tuple[int, tuple[NDArray, ...]]:
        codes = (style.reference_code for style in self.styles or ())
        own = self._patch.nbytes if self._patch is not None else 0
        return own, tuple(code for code in codes if code is not None)


class EditStep(Step):
    """A committed edit, or another amount of it."""

    def __init__(
        self,
        document: Undoable,
        text: str,
        before: Situation,
        after: Situation,
        *,
        kind: str,
        gesture: object | None = None,
    ) -> None:
        super().__init__(document, text, gesture)
        self.kind, self._before, self.after = kind, before, after

    def do(self, *, first: bool) -> None:
        self._document.apply_situation(self.after)

    def undo(self) -> None:
        self._document.apply_situation(self._before)

    def take_over(self, later: Step) -> None:
        assert isinstance(later, EditStep)
        self.after = later.after
        self.setText(later.text())

    def memory(self) -> tuple[int, tuple[NDArray, ...]]:
        return 0, (*self._before.arrays(), *self.after.arrays())


def history_of(stack: QUndoStack) -> tuple[HistoryStep, ...]:
    """All steps of ``stack``, oldest first."""
    return tuple(
        HistoryStep(step.text(), step.kind, i < stack.index())
        for i, step in enumerate(_steps_of(stack))
    )


def bytes_held(stack: QUndoStack) -> int:
    """Memory of all steps of ``stack``; an array that several hold counts once."""
    own_bytes, shared = 0, {}
    for step in _steps_of(stack):
        own, arrays = step.memory()
        own_bytes += own
        shared.update({id(array): array for array in arrays})
    return own_bytes + sum(array.nbytes for array in shared.values())


def _steps_of(stack: QUndoStack) -> list[Step]:
    steps = (stack.command(i) for i in range(stack.count()))
    return [step for step in steps if isinstance(step, Step)]
