"""Who is evaluated: held out, evenly chosen, and compared with other people's pictures only."""

import numpy as np

from s2flow_app.label_shapes import SCRIPTED_EDITS
from s2flow_app.model.edit import Edit
from s2flow_app.model.face import FaceState
from s2flow_app.training.data import FaceData, is_held_out
from s2flow_app.training.evaluation.frechet import references, source_of
from s2flow_app.training.evaluation.subjects import Extent, held_out, one_of_each_kind

EXTENT = Extent(inverted=5, tuned=2, edited=12, styled=2, enlarged=1, presets=1)


def faces_named() -> FaceData:
    names = tuple(
        f"{source}-{i:04d}"
        for source, count in (("cc0", 60), ("celebamask", 400), ("generated", 200))
        for i in range(count)
    )
    labelled = tuple(n for n in names if n.startswith("celebamask-"))
    return FaceData(
        names, np.zeros((len(names), 1, 1, 3), np.uint8),
        np.zeros((len(names), 478, 2), np.float32), labelled,
        np.zeros((len(labelled), 1, 1), np.uint8),
    )  # fmt: skip


def test_subjects_are_held_out_and_of_both_kinds() -> None:
    faces = faces_named()
    subjects = held_out(faces, EXTENT)
    assert len(subjects.portraits) == EXTENT.inverted
    assert len(set(subjects.edited)) == EXTENT.edited
    named = [faces.names[i] for i in (*subjects.portraits, *subjects.edited)]
    assert all(is_held_out(name) for name in named)
    edited = [source_of(faces.names[i]) for i in subjects.edited]
    assert edited.count("cc0") == edited.count("celebamask") == EXTENT.edited // 2


def test_references_are_training_faces_of_the_same_sources() -> None:
    faces = faces_named()
    judged = [int(i) for i in faces.select(held_out=True)]
    found = references(faces, judged)
    assert [source_of(faces.names[i]) for i in found] == [source_of(faces.names[i]) for i in judged]
    assert not any(is_held_out(faces.names[i]) for i in found)
    assert found == references(faces, judged), "the same at every run"


def test_kinds_take_turns_over_the_faces() -> None:
    empty = np.zeros((512, 512), np.uint8)
    state = FaceState(np.zeros((12, 4), np.float32), empty, empty, empty)
    edits = [(s, Edit(state, empty)) for s in SCRIPTED_EDITS if s.kind in ("smile", "brows")]
    turns = [[s.name for s, _ in one_of_each_kind(edits, turn)] for turn in range(3)]
    assert turns == [
        ["smile", "raise_brows"],
        ["smile", "thicker_brows"],
        ["smile", "raise_brows"],
    ]
