"""What an edit consists of, and how well it took."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from s2flow_app.labels import LabelMap
from s2flow_app.model.face import FaceState
from s2flow_app.model.ids import new_id


@dataclass(frozen=True, slots=True, eq=False)
class Style:
    """How the style code is moved, the label map left alone. Compared by value."""

    attributes: tuple[tuple[str, float], ...] = ()
    """(direction name, amount in -1..1) of the sliders that are not at 0."""
    variation_seed: int = 0
    variation_strength: float = 0.0
    """0..1: how far towards the random code of `variation_seed`."""
    reference_code: NDArray[np.float32] | None = None
    """Style code ``[D]`` or ``[L, D]`` of a reference face (see `StyleCodeReady`)."""
    reference_strength: float = 1.0
    """0..1: how far towards `reference_code`."""
    reference_name: str = ""
    """File name of the reference's photo."""
    regions: tuple[int, ...] | None = None
    """Class ids that the style change is confined to; empty: the whole crop. None: the part of each
    slider (`style_parts`), the whole crop for a variation or a reference."""

    @property
    def is_neutral(self) -> bool:
        """True if this style changes nothing."""
        moved = any(amount for _, amount in self.attributes)
        borrowed = self.reference_code is not None and self.reference_strength != 0
        return not (moved or borrowed or self.variation_strength)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Style) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def _values(self) -> tuple:
        code = self.reference_code
        return (
            self.attributes, self.variation_seed, self.variation_strength,
            None if code is None else code.tobytes(), self.reference_strength, self.reference_name,
            self.regions,
        )  # fmt: skip


def same_style(a: Style, b: Style) -> bool:
    """True if both move the style code alike, whatever a reference is called."""
    return _moves(a) == _moves(b)


def _moves(style: Style) -> tuple:
    moved = tuple(sorted((name, amount) for name, amount in style.attributes if amount))
    regions = None if style.regions is None else tuple(sorted(style.regions))
    return moved, variation_of(style), reference_of(style), regions


def variation_of(style: Style) -> tuple[int, float]:
    """Seed and strength; zeros of none."""
    strength = style.variation_strength
    return (style.variation_seed, strength) if strength else (0, 0.0)


def reference_of(style: Style) -> tuple[bytes | None, float]:
    """A reference's code by value, and how far towards it."""
    code = style.reference_code
    return (None, 0.0) if code is None else (code.tobytes(), style.reference_strength)


@dataclass(frozen=True, slots=True, eq=False)
class Edit:
    """One edit: the asked label map and style, from a face state."""

    base: FaceState
    label_map: LabelMap
    """The asked map; equal to ``base.label_map`` in a pure style edit."""
    style: Style = field(default_factory=Style)
    amount: float = 1.0
    """0..1.5: 1 is the edit as asked, less interpolates, more extrapolates the latents."""
    protected: NDArray[np.bool_] | None = None
    """``[512, 512]``: where the picture stays exactly as it is, here and in the photo."""
    feather_px: float | None = None
    """How far around a changed pixel something may be painted; None: as far as its kind needs."""
    id: str = field(default_factory=new_id, init=False)
    """Each edit has its own, also one that `dataclasses.replace` makes of another."""

    @property
    def changes_map(self) -> bool:
        """True if the asked map differs from the base's, whatever arrays they are."""
        return not np.array_equal(self.label_map, self.base.label_map)


@dataclass(frozen=True, slots=True)
class Seen:
    """Whether a stranger is likely to see that a photo was edited."""

    share: float
    """0..1 of such edits that a network which took no part tells from photos."""
    place: tuple[int, int]
    """(row, column) of the crop: the middle of where it shows most."""
    class_id: int
    """What most of the change there became."""


@dataclass(frozen=True, slots=True, eq=False)
class EditMeasures:
    """How well an edit took. ``None`` where it does not apply (a pure style edit)."""

    mask_adherence: float | None
    """Share of the pixels asked to change whose re-parsed class is the asked one, 0..1."""
    mask_adherence_unedited: float | None
    """The same of the picture before the edit."""
    outside_change: float | None
    """Mean absolute 8-bit difference of the crop beyond the dilated change: what moves along.
    None: the change is everywhere."""
    painted: float
    """Share of what changed that is painted, 0..1; the rest is the photo's own, moved."""
    nfe: int
    """Evaluations of the velocity field."""
    seconds: tuple[tuple[str, float], ...]
    """(stage, seconds) in order."""
    seen: Seen | None = None
    """None: nothing was reshaped, or the pack does not know."""
