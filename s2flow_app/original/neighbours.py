"""Edits of label maps by those of similar faces, drawn as the original draws them.

As `AugmentDataset` of its `tools/editing_functions.py`: numpy's old generator by the
configuration's seed, lists that are shuffled where they lie, a face in which the attributes saw
nobody "wears" glasses that are no reading glasses.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from s2flow_app.labels import LabelMap
from s2flow_app.original.layout import UNSEEN, Attributes
from s2flow_app.original.map_edits import with_glasses, with_hair, with_mouth, without_glasses

NO_GLASSES: Final = "NoGlasses"


class NeighbourEdits:
    """Edited maps; each call goes on with the same random numbers.

    Args:
        attributes: of all faces.
        neighbours: latent indices of similar faces, of each face that has some.
        map_of: the label map of a face.
        seed: of the configuration.
    """

    def __init__(
        self, attributes: Sequence[Attributes], neighbours: Mapping[int, Sequence[int]],
        map_of: Callable[[int], LabelMap], *, seed: int,
    ) -> None:  # fmt: skip
        self._attributes, self._map_of = attributes, map_of
        self._near = {k: list(values) for k, values in neighbours.items()}
        self._smiling = {
            k: [v for v in near if self._of(v).smiles] for k, near in self._near.items()
        }
        self._rng = np.random.RandomState(seed)  # numpy's old one: the original's numbers

    def smile(self, index: int, source: LabelMap) -> LabelMap | None:
        """The mouth of a neighbour that smiles; None where none does."""
        near = self._smiling.get(index)
        return with_mouth(source, self._map_of(int(self._rng.choice(near)))) if near else None

    def hair(self, index: int, source: LabelMap) -> LabelMap | None:
        """The hair of a neighbour of the same gender; None where there is none."""
        for other in self._shuffled(index):
            if self._of(other).gender == self._of(index).gender:
                return with_hair(source, self._map_of(other))
        return None

    def add_glasses(self, index: int, source: LabelMap) -> LabelMap | None:
        """A neighbour's glasses; None where it has some, or no neighbour has."""
        if not self._near.get(index) or self._wears_glasses(index):
            return None
        for other in self._shuffled(index):
            if self._wears_glasses(other):
                reading = self._of(other).glasses == "ReadingGlasses"
                return with_glasses(source, self._map_of(other), reading=reading)
        return None

    def remove_glasses(self, index: int, source: LabelMap) -> LabelMap | None:
        """The eyes of a neighbour without glasses; None where it has none itself."""
        if not self._wears_glasses(index):
            return None
        for other in self._near.get(index, []):
            if not self._wears_glasses(other):
                return without_glasses(source, self._map_of(other))
        return None

    def _shuffled(self, index: int) -> list[int]:
        near = self._near.get(index, [])
        if near:
            self._rng.shuffle(near)  # in place: the next draw starts from this order
        return near

    def _of(self, index: int) -> Attributes:
        return self._attributes[index] if index < len(self._attributes) else UNSEEN

    def _wears_glasses(self, index: int) -> bool:
        return self._of(index).glasses != NO_GLASSES
