"""Who is evaluated: held-out faces, prepared as in use, and the scripted edits that fit them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from s2flow_app.engine.session import PreparedFace, Session
from s2flow_app.label_shapes import SCRIPTED_EDITS, ScriptedEdit
from s2flow_app.model.edit import Edit
from s2flow_app.training.data import FaceData

JUDGED: Final = tuple(edit for edit in SCRIPTED_EDITS if edit.name != "longer_hair")
"""The scripted edits whose kinds have a bar."""
KINDS: Final = tuple(dict.fromkeys(edit.kind for edit in JUDGED))
MIN_CHANGED_PX: Final = 200
"""Of 512 x 512: an edit that asks for less is no case."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How many faces each measure sees."""

    inverted: int
    """Faces that are encoded and drawn again."""
    tuned: int
    edited: int
    styled: int
    enlarged: int
    """Photos that are edited at 12 megapixels."""
    presets: int
    """Photos that get every preset, to be told from photos."""
    one_a_kind: bool = False
    """Of the edits of a kind a face gets one, the next face the next one."""


QUICK: Final = Extent(
    inverted=20, tuned=12, edited=40, styled=6, enlarged=2, presets=24, one_a_kind=True
)
FULL: Final = Extent(inverted=39, tuned=30, edited=120, styled=30, enlarged=10, presets=40)


@dataclass(frozen=True, slots=True)
class Subjects:
    """Indices into the data of held-out faces."""

    portraits: tuple[int, ...]
    """The CC0 portraits: photos in real-looking scenes."""
    edited: tuple[int, ...]
    """Portraits and labelled photos, in equal shares as far as there are so many."""


def held_out(faces: FaceData, extent: Extent) -> Subjects:
    """Chosen by their order alone, evenly over it."""
    portraits = [int(i) for i in faces.held_out_portraits()]
    labelled, _ = faces.select_labelled(held_out=True)
    others = [int(i) for i in labelled if i not in portraits]
    first = spaced(portraits, extent.edited // 2)
    return Subjects(
        tuple(spaced(portraits, extent.inverted)),
        tuple(first + spaced(others, extent.edited - len(first))),
    )


def prepared(session: Session, faces: FaceData, index: int) -> PreparedFace:
    """The face as the session sees it when its picture is opened."""
    picture = np.ascontiguousarray(faces.images[index])
    _, (face,) = session.open_aligned(picture, faces.names[index])
    return session.prepare_face(face.points)


def edits_of(face: PreparedFace, names: Sequence[str] = ()) -> Iterator[tuple[ScriptedEdit, Edit]]:
    """The scripted edits (of ``names``, or all judged ones) that apply to a face."""
    for scripted in JUDGED:
        if names and scripted.name not in names:
            continue
        asked = scripted.apply(face.state.label_map)
        if (asked != face.state.label_map).sum() >= MIN_CHANGED_PX:
            yield scripted, Edit(face.state, asked)


def one_of_each_kind(
    edits: Iterable[tuple[ScriptedEdit, Edit]], turn: int
) -> list[tuple[ScriptedEdit, Edit]]:
    """Of the edits of a kind the one whose ``turn`` it is."""
    by_kind: dict[str, list[tuple[ScriptedEdit, Edit]]] = {}
    for scripted, edit in edits:
        by_kind.setdefault(scripted.kind, []).append((scripted, edit))
    return [of[turn % len(of)] for of in by_kind.values()]


def spaced(indices: list[int], count: int) -> list[int]:
    """At most ``count`` of them, evenly spaced."""
    if len(indices) <= count:
        return indices
    return [indices[int(k)] for k in np.linspace(0, len(indices) - 1, count)]
