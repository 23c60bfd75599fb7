"""The undo step of another stacking order."""

from typing import Protocol

from numpy.typing import NDArray

from s2flow_app.document.commands import Step, Undoable

Order = tuple[int, ...]


class Stackable(Undoable, Protocol):
    """What the step does to the document."""

    def apply_stacking(self, order: Order, *, stepping: bool) -> None: ...


class OrderStep(Step):
    """From one order of the classes to another."""

    kind = "mask"

    def __init__(
        self,
        document: Stackable,
        text: str,
        before: Order,
        after: Order,
        *,
        gesture: object | None = None,
    ) -> None:
        super().__init__(document, text, gesture)
        self._stackable, self._before, self._after = document, before, after

    def do(self, *, first: bool) -> None:
        self._stackable.apply_stacking(self._after, stepping=not first)

    def undo(self) -> None:
        self._stackable.apply_stacking(self._before, stepping=True)

    def take_over(self, later: Step) -> None:
        assert isinstance(later, OrderStep)
        self._after = later._after

    def memory(self) -> tuple[int, tuple[NDArray, ...]]:
        return 0, ()
