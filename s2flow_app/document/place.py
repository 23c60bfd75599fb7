"""What a place in a face's history is: which start, which result, which style is asked for.

Layers are not here: they are walked to, stroke by stroke (see `history`).
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from s2flow_app.labels import LABEL_SIZE, LabelLayers
from s2flow_app.model.arrays import frozen
from s2flow_app.model.edit import Edit, EditMeasures, Style
from s2flow_app.model.face import FaceBox, FaceState
from s2flow_app.model.ids import new_id

_LEVEL: Final = 1
"""zlib's fastest: a map of large areas shrinks to some 3 KB either way."""
_SHAPE: Final = (LABEL_SIZE, LABEL_SIZE)


@dataclass(frozen=True, slots=True, eq=False)
class Recipe:
    """An edit without its start's picture: small, and enough to render it again."""

    before: "Result"
    packed_map: bytes | None
    """The asked map; None: that of `before`."""
    style: Style
    amount: float
    packed_protected: bytes | None
    feather_px: float | None

    @classmethod
    def of(cls, edit: Edit, before: "Result") -> "Recipe":
        """``edit`` starts from the state of ``before``."""
        asks_map = edit.changes_map
        protected = None
        if edit.protected is not None:
            protected = zlib.compress(np.packbits(edit.protected).tobytes(), _LEVEL)
        packed = zlib.compress(edit.label_map.tobytes(), _LEVEL) if asks_map else None
        return cls(before, packed, edit.style, edit.amount, protected, edit.feather_px)

    @property
    def nbytes(self) -> int:
        return len(self.packed_map or b"") + len(self.packed_protected or b"")


class Result:
    """A state of the face: a start, or what an edit gave. The latter may be dropped to save memory
    and rendered again."""

    def __init__(
        self,
        state: FaceState,
        recipe: Recipe | None = None,
        measures: EditMeasures | None = None,
        *,
        id: str = "",
    ) -> None:
        """``recipe`` is what led here; None: a start, which is never dropped. ``id``: that it was
        kept under; empty: it is a new one."""
        self.id = id or new_id()
        self.state: FaceState | None = state
        """None: dropped."""
        self.recipe, self.measures = recipe, measures
        self.used = 0
        """When it was last the current one; grows."""

    @property
    def before(self) -> "Result | None":
        """What the edit started from; None: this is a start."""
        return self.recipe.before if self.recipe else None

    @property
    def can_be_dropped(self) -> bool:
        return self.recipe is not None and self.state is not None

    def edit(self) -> Edit | None:
        """The edit that leads here; None: this is a start. `before` must not be dropped."""
        recipe = self.recipe
        if recipe is None:
            return None
        base = recipe.before.state
        assert base is not None
        label_map = base.label_map
        if recipe.packed_map is not None and self.state is not None:
            label_map = self.state.label_map
        elif recipe.packed_map is not None:
            flat = np.frombuffer(zlib.decompress(recipe.packed_map), np.uint8)
            label_map = frozen(flat.reshape(_SHAPE))
        protected = None
        if recipe.packed_protected is not None:
            bits = np.frombuffer(zlib.decompress(recipe.packed_protected), np.uint8)
            protected = frozen(np.unpackbits(bits).reshape(_SHAPE).astype(np.bool_))
        return Edit(base, label_map, recipe.style, recipe.amount, protected, recipe.feather_px)

    def drop(self) -> None:
        assert self.can_be_dropped
        self.state = None

    def arrays(self) -> Iterator[NDArray]:
        """Everything heavy that is held."""
        if self.state is not None:
            yield from self.state.arrays()


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """A face as it was aligned and, maybe, tuned: what its edits go back to."""

    result: Result
    box: FaceBox
    """Where it lies in the photo."""
    layers: LabelLayers
    """What the parser saw."""
    reconstruction: NDArray[np.uint8]
    """``[R, R, 3]``."""
    inversion_psnr_db: float
    id: str = field(default_factory=new_id, kw_only=True)

    @property
    def state(self) -> FaceState:
        assert self.result.state is not None
        return self.result.state


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where a face stands, but for its layers."""

    start: Start
    result: Result
    """What the next edit starts from."""
    style: Style
    """Asked for on top of that."""

    @property
    def base(self) -> FaceState:
        """Of the current place: its result is never dropped."""
        assert self.result.state is not None
        return self.result.state

    def missing(self) -> Result | None:
        """The first result to be rendered before one can go here: this place's own and the one
        that the amount slider starts from must be there. None: all is."""
        for needed in (self.result.before, self.result):
            if needed is None or needed.state is not None:
                continue
            while needed.before is not None and needed.before.state is None:
                needed = needed.before
            return needed
        return None
