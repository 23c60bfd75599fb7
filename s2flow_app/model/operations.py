"""What was done to a face, as data: plain values without a language, which files can hold.

A title is made when it is shown (`ui.told.operations`). What an operation did to the label layers
is in the history's patches, what an edit was rendered from in its recipe.
"""

import math
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from s2flow_app.labels import NUM_CLASSES

Kind = Literal["mask", "style", "edit", "amount", "alignment", "tuning"]
"""What an operation changes: the layers, the style, the result (by an edit or its amount), or the
start (by another alignment or a tuned generator)."""

STROKES: Final = ("brush", "eraser", "restore", "protect", "free")
OUTLINES: Final = ("lasso", "polygon", "rectangle", "ellipse")
RESHAPES: Final = ("grow", "shrink", "smooth")
MOVES: Final = ("move", "scale", "rotate", "warp")


@dataclass(frozen=True, slots=True)
class Operation:
    """Base of all operations.

    Values that make no sense raise `ValueError` when one is made.
    """

    name: ClassVar[str]
    """Stable identifier, for files."""
    kind: ClassVar[Kind] = "mask"


# --- the label map ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stroke(Operation):
    """One stroke of a round brush."""

    name: ClassVar = "stroke"
    tool: str
    """One of `STROKES`: paints a class, erases what shows, brings the parsed map back, protects
    the photo or frees it."""
    class_id: int | None = None
    """What a brush paints; None for the others."""

    def __post_init__(self) -> None:
        _check_choice(self.tool, STROKES)
        if (self.tool == "brush") != (self.class_id is not None):
            raise ValueError("a brush paints a class, and nothing else does")
        _check_classes(self.class_id)


@dataclass(frozen=True, slots=True)
class Outline(Operation):
    """An outline that was filled."""

    name: ClassVar = "outline"
    shape: str
    """One of `OUTLINES`."""
    class_id: int

    def __post_init__(self) -> None:
        _check_choice(self.shape, OUTLINES)
        _check_classes(self.class_id)


@dataclass(frozen=True, slots=True)
class Fill(Operation):
    """A region that was filled."""

    name: ClassVar = "fill"
    class_id: int

    def __post_init__(self) -> None:
        _check_classes(self.class_id)


@dataclass(frozen=True, slots=True)
class Select(Operation):
    """An object that was found in the photo and painted."""

    name: ClassVar = "select"
    class_id: int

    def __post_init__(self) -> None:
        _check_classes(self.class_id)


@dataclass(frozen=True, slots=True)
class Reshape(Operation):
    """A region that was grown, shrunk or smoothed."""

    name: ClassVar = "reshape"
    how: str
    """One of `RESHAPES`."""
    class_id: int

    def __post_init__(self) -> None:
        _check_choice(self.how, RESHAPES)
        _check_classes(self.class_id)


@dataclass(frozen=True, slots=True)
class MovePart(Operation):
    """A part of the face that was moved, scaled, rotated or warped."""

    name: ClassVar = "move_part"
    how: str
    """One of `MOVES`."""
    classes: tuple[int, ...]
    """Of the part: one, or those of a mouth."""

    def __post_init__(self) -> None:
        _check_choice(self.how, MOVES)
        _check_classes(*self.classes)
        if not self.classes:
            raise ValueError("a part has a class")


@dataclass(frozen=True, slots=True)
class Preset(Operation):
    """A ready-made shape."""

    name: ClassVar = "preset"
    preset: str
    """Its name in `label_shapes.presets`."""
    amount: float | None = 1.0
    """1 is the shape as it is usually wanted; None: all or nothing."""

    def __post_init__(self) -> None:
        if self.amount is not None:
            _check_finite(self.amount)


@dataclass(frozen=True, slots=True)
class Smile(Operation):
    """The smile slider; 0 is the mouth as it was before it was moved first."""

    name: ClassVar = "smile"
    amount: float

    def __post_init__(self) -> None:
        _check_finite(self.amount)


@dataclass(frozen=True, slots=True)
class ShapeTransfer(Operation):
    """A part's shape from another face."""

    name: ClassVar = "shape_transfer"
    part: str
    """Its name in `label_shapes.transfer`."""
    reference: str
    """File name of the other face's photo."""


@dataclass(frozen=True, slots=True)
class Merge(Operation):
    """One class made part of another."""

    name: ClassVar = "merge"
    source: int
    target: int

    def __post_init__(self) -> None:
        _check_classes(self.source, self.target)


@dataclass(frozen=True, slots=True)
class Stacking(Operation):
    """Another order of the classes."""

    name: ClassVar = "stacking"
    class_id: int | None = None
    """The class that was stacked elsewhere; None: the usual order."""

    def __post_init__(self) -> None:
        _check_classes(self.class_id)


@dataclass(frozen=True, slots=True)
class FreeAll(Operation):
    """Nothing is protected any more."""

    name: ClassVar = "free_all"


@dataclass(frozen=True, slots=True)
class LabelMapFile(Operation):
    """A label map from a file."""

    name: ClassVar = "label_map_file"
    file: str
    """Its name."""


@dataclass(frozen=True, slots=True)
class Discard(Operation):
    """What was asked for is asked for no more."""

    name: ClassVar = "discard"


# --- the style ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StyleChange(Operation):
    """Sliders of the style that were moved, a variation, a reference."""

    name: ClassVar = "style_change"
    kind: ClassVar = "style"
    attributes: tuple[tuple[str, float], ...] = ()
    """(direction name, amount in -1..1 after the change) of those that changed."""
    variation: tuple[int, float] | None = None
    """(seed, strength) after the change; None: it did not change."""
    reference: tuple[str, float] | None = None
    """(file name, strength) after the change; None: it did not change."""
    regions: tuple[int, ...] | None = None
    """As `Style.regions`, after the change."""

    def __post_init__(self) -> None:
        _check_finite(*(amount for _, amount in self.attributes))
        _check_finite(*(pair[1] for pair in (self.variation, self.reference) if pair))
        _check_classes(*self.regions or ())


@dataclass(frozen=True, slots=True)
class StyleRegion(Operation):
    """Another part of the face that the style changes."""

    name: ClassVar = "style_region"
    kind: ClassVar = "style"
    regions: tuple[int, ...] | None
    """As `Style.regions`."""

    def __post_init__(self) -> None:
        _check_classes(*self.regions or ())


@dataclass(frozen=True, slots=True)
class StyleReset(Operation):
    """All sliders of the style back to their rest."""

    name: ClassVar = "style_reset"
    kind: ClassVar = "style"


@dataclass(frozen=True, slots=True)
class DiscardStyle(Operation):
    """As `Discard`, where only a style was asked for."""

    name: ClassVar = "discard_style"
    kind: ClassVar = "style"


# --- results and starts -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ApplyEdit(Operation):
    """An edit that was rendered: what was asked for is the face now."""

    name: ClassVar = "apply_edit"
    kind: ClassVar = "edit"
    applied: tuple[Operation, ...] = ()
    """What was done since the last result, oldest first; none of it is an `ApplyEdit`."""

    def __post_init__(self) -> None:
        if any(isinstance(each, ApplyEdit) for each in self.applied):
            raise ValueError("an edit applies no other edit")


@dataclass(frozen=True, slots=True)
class Amount(Operation):
    """The last edit with another amount."""

    name: ClassVar = "amount"
    kind: ClassVar = "amount"
    value: float
    """0..1.5."""

    def __post_init__(self) -> None:
        _check_finite(self.value)


@dataclass(frozen=True, slots=True)
class Alignment(Operation):
    """The face aligned anew by points that were set by hand."""

    name: ClassVar = "alignment"
    kind: ClassVar = "alignment"


@dataclass(frozen=True, slots=True)
class Tuning(Operation):
    """The generator fitted to the face."""

    name: ClassVar = "tuning"
    kind: ClassVar = "tuning"


def _check_choice(value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise ValueError(f"{value!r} is none of {', '.join(known)}")


def _check_classes(*class_ids: int | None) -> None:
    for class_id in class_ids:
        if class_id is not None and not 0 <= class_id < NUM_CLASSES:
            raise ValueError(f"there is no class {class_id}")


def _check_finite(*values: float) -> None:
    if not all(map(math.isfinite, values)):
        raise ValueError("an amount is no number")
