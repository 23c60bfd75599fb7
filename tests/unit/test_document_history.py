"""Lines that are kept, places with names, memory that is bounded, and steps of every kind."""

import numpy as np
import pytest
from documents import (
    PAINTED,
    POINTS,
    asked,
    commit,
    emissions,
    face_ready,
    opened,
    rendered,
    same,
    shade_of,
    snapshot,
    stroke,
    texts,
)

from s2flow_app.document.document import Document
from s2flow_app.document.history import Node
from s2flow_app.labels import HAIR, HAT, SKIN
from s2flow_app.model.edit import Style
from s2flow_app.model.face import FaceState
from s2flow_app.model.operations import ApplyEdit
from s2flow_app.worker.protocol import EditReady, PrepareFace, RenderEdit, TuneLikeness

PICTURE_BYTES = 512 * 512 * 5


@pytest.fixture
def document() -> Document:
    document = Document()
    document.set_photo(opened())
    document.set_face(face_ready(PrepareFace(points=POINTS.copy())))
    return document


def here(document: Document) -> Node:
    assert document.timeline is not None
    return document.timeline.current


def tune(document: Document, shade: int) -> bool:
    assert document.original is not None
    return document.set_face(face_ready(TuneLikeness(start=document.original), shade))


# --- lines ------------------------------------------------------------------------------------


def test_the_old_line_is_kept_and_gone_back_to(document: Document) -> None:
    for number in range(3):
        stroke(document, HAIR, 0, 40 * number, f"Old {number}")
    old, tip = snapshot(document), here(document)
    document.go_to(1)
    stroke(document, HAT, 100, 0, "New")
    new, new_tip = snapshot(document), here(document)
    assert texts(document) == ["Old 0", "New"]
    document.visit(tip)
    assert texts(document) == ["Old 0", "Old 1", "Old 2"] and same(snapshot(document), old)
    document.undo()
    document.undo()
    document.redo()
    assert texts(document) == ["Old 0", "Old 1", "Old 2"], "redo goes on where one was last"
    document.visit(new_tip)
    assert same(snapshot(document), new)


def test_a_walk_over_many_lines_always_comes_back(document: Document) -> None:
    rng = np.random.default_rng(5)
    seen: dict[str, tuple] = {}
    nodes: list[Node] = []
    for step in range(60):
        kind = int(rng.integers(6))
        if kind == 0 and nodes:
            document.visit(nodes[int(rng.integers(len(nodes)))])
        elif kind == 1:
            document.set_style(Style(attributes=(("smile", float(rng.uniform(0.1, 1))),)))
        elif kind == 2 and document.pending_edit() is not None:
            commit(document, step)
        elif kind == 3 and step % 3 == 0:
            assert tune(document, step)
        elif kind == 4:
            order = tuple(int(k) for k in rng.permutation(19))
            document.set_stacking(order)
        else:
            x, y = (int(v) for v in rng.integers(0, 490, 2))
            stroke(document, int(rng.integers(19)), x, y)
        if here(document).id not in seen:
            seen[here(document).id] = (*snapshot(document), document.stacking, document.original)
            nodes.append(here(document))
    assert document.timeline is not None
    assert any(len(node.children) > 1 for node in document.timeline.nodes())
    for index in rng.permutation(len(nodes)):
        document.visit(nodes[int(index)])
        wanted = seen[nodes[int(index)].id]
        assert same(snapshot(document), wanted[:4])
        assert document.stacking == wanted[4] and document.original is wanted[5]


def test_a_place_has_a_name_and_is_not_merged_away(document: Document) -> None:
    told = emissions(document.history_changed)
    document.set_style(Style(attributes=(("smile", 0.5),)), merge="smile")
    document.name_place(here(document), "Half a smile")
    named = here(document)
    document.set_style(Style(attributes=(("smile", 0.9),)), merge="smile")
    assert here(document) is not named and len(told) == 3
    assert document.timeline is not None and document.timeline.snapshots() == [named]
    document.visit(named)
    assert document.style.attributes == (("smile", 0.5),)
    document.name_place(named, "")
    assert document.timeline.snapshots() == []


def test_each_place_has_a_small_picture(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    drawn = here(document).thumbnail
    assert drawn is not None and drawn.shape == (64, 64) and (drawn == HAIR).any()
    commit(document, 20)
    picture = here(document).thumbnail
    assert picture is not None and picture.shape == (64, 64, 3) and (picture == 20).all()


# --- alignment and tuning ---------------------------------------------------------------------


def test_alignment_is_undone_with_its_layers_style_and_result(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    commit(document, 20)
    document.set_style(Style(attributes=(("smile", 0.5),)))
    document.set_stacking((*range(1, 19), 0))
    before, points = snapshot(document), document.points
    moved = POINTS + 3
    document.set_face(face_ready(PrepareFace(points=moved, face=1), shade=40))
    assert document.face_index == 1 and shade_of(document) == 40
    assert np.array_equal(document.faces[1].points, moved)
    assert document.style.is_neutral and document.pending_edit() is None
    stroke(document, HAT, 0, 0)
    after = snapshot(document)
    document.undo()
    document.undo()
    assert same(snapshot(document), before)
    assert document.points is points and document.faces[1].points is points
    document.redo()
    document.redo()
    assert same(snapshot(document), after) and np.array_equal(document.faces[1].points, moved)


def test_the_eraser_restores_the_layers_of_the_alignment_one_is_at(document: Document) -> None:
    whole = np.ones((512, 512), bool)
    other = face_ready(PrepareFace(points=POINTS, face=1))
    other.layers[:] = 1 << HAT
    document.set_face(other)
    document.undo()
    stroke(document, HAIR, 150, 150)
    document.begin_stroke()
    document.restore(whole, 0, 0)
    document.end_stroke(PAINTED)
    assert document.label_map[160, 160] == SKIN and not (document.label_map == HAT).any()


def test_tuning_is_undone(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    commit(document, 20)
    before, original = snapshot(document), document.original
    starts, faces = emissions(document.start_changed), emissions(document.face_changed)
    assert tune(document, 30)
    assert shade_of(document) == 30 and document.original is not original
    assert asked(document).label_map[5, 5] == HAIR, "what was asked is asked of the new start"
    document.undo()
    assert same(snapshot(document), before) and document.original is original
    document.redo()
    assert shade_of(document) == 30
    assert len(starts) == 3 and not faces, "the view stays where it is"


def test_a_tuning_whose_start_has_gone_is_refused(document: Document) -> None:
    old = document.original
    assert old is not None
    document.set_face(face_ready(PrepareFace(points=POINTS + 3, face=1), shade=40))
    assert not document.set_face(face_ready(TuneLikeness(start=old), shade=50))
    assert shade_of(document) == 40 and texts(document) == ["alignment"]


# --- several faces ----------------------------------------------------------------------------


def test_faces_keep_layers_edits_and_history(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    commit(document, 20)
    stroke(document, HAT, 100, 0)
    first = snapshot(document)
    assert not document.choose_face(0), "it is not prepared yet"
    document.set_face(face_ready(PrepareFace(points=document.faces[0].points, face=0), shade=60))
    assert document.face_index == 0 and document.history() == () and shade_of(document) == 60
    stroke(document, HAT, 300, 300)
    commit(document, 70)
    second = snapshot(document)
    changed = emissions(document.face_changed)
    assert document.choose_face(1) and same(snapshot(document), first) and len(changed) == 1
    assert document.is_edited(0) and document.is_edited(1) and document.is_pending
    assert [int(f.state.crop[0, 0, 0]) for f in document.edited_faces()] == [20, 70]
    assert [int(f.state.crop[0, 0, 0]) for f in document.other_edited_faces()] == [70]
    document.undo()
    document.undo()
    assert not document.is_edited(1) and document.is_edited(0)
    assert document.choose_face(0) and same(snapshot(document), second)
    assert texts(document) == ["stroke", "apply_edit"]


def test_an_edit_of_the_face_that_was_left_is_refused_and_stays_asked(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    answer = rendered(asked(document), document.revision, 20)
    document.set_face(face_ready(PrepareFace(points=document.faces[0].points, face=0), shade=60))
    assert not document.commit_edit(answer, ApplyEdit()) and shade_of(document) == 60
    document.choose_face(1)
    assert asked(document).label_map[5, 5] == HAIR


# --- memory -----------------------------------------------------------------------------------


def edits(document: Document, count: int) -> list[Node]:
    nodes = []
    for number in range(count):
        stroke(document, HAIR, 0, 20 * number)
        commit(document, 20 + number)
        nodes.append(here(document))
    return nodes


def again(document: Document, made: list[FaceState]) -> None:
    """Render what is wanted, as an engine would: another object of the same shade."""
    while (edit := document.wanted_edit()) is not None:
        shade = int(edit.base.crop[0, 0, 0]) + (1 if edit.base.crop[0, 0, 0] >= 20 else 10)
        answer = rendered(edit, document.revision, shade)
        made.append(answer.state)
        assert isinstance(answer.request, RenderEdit)
        assert document.take_wanted(answer)


def test_the_oldest_pictures_are_dropped_and_rendered_again(document: Document) -> None:
    start = document.history_bytes
    document.set_history_limit(start + 4 * PICTURE_BYTES)
    nodes = edits(document, 10)
    assert document.history_bytes <= document.history_limit_bytes
    kept = [node.place.result.state is not None for node in nodes]
    assert kept == [False] * 7 + [True] * 3
    tip, wanted = snapshot(document), emissions(document.result_wanted)
    assert not document.visit(nodes[5]) and len(wanted) == 1
    assert same(snapshot(document), tip), "one stays until the picture is there"
    made: list[FaceState] = []
    again(document, made)
    assert len(made) == 6, "from the start on: none of those before was there"
    assert here(document) is nodes[5] and shade_of(document) == 25
    assert document.base is made[-1] and document.pending_edit() is None
    assert document.history_bytes <= document.history_limit_bytes
    assert document.edit_with_amount(0.5) is not None, "its own start is there, too"
    while document.can_redo:
        document.redo()
        again(document, made)
    assert here(document) is nodes[-1] and shade_of(document) == 29


def test_what_was_looked_at_last_is_kept_longest(document: Document) -> None:
    nodes = edits(document, 6)
    document.visit(nodes[0])
    document.visit(nodes[5])
    document.set_history_limit(0)
    kept = [k for k, node in enumerate(nodes) if node.place.result.state is not None]
    assert kept == [4, 5], "what stands, and what its amount starts from"


def test_undo_to_a_dropped_picture_waits_for_it_once(document: Document) -> None:
    nodes = edits(document, 3)
    document.set_history_limit(0)
    wanted = emissions(document.result_wanted)
    document.undo()  # the last edit; the stroke before it is asked of the second
    assert len(wanted) == 1 and here(document) is nodes[2], "the second's own start was dropped"
    document.undo()
    document.undo()
    assert len(wanted) == 1
    again(document, [])
    assert here(document) is nodes[2].parent


def test_something_else_is_done_instead_of_waiting(document: Document) -> None:
    nodes = edits(document, 4)
    document.set_history_limit(0)
    assert not document.visit(nodes[0])
    edit = document.wanted_edit()
    assert edit is not None and document.is_wanted(edit)
    answer: EditReady = rendered(edit, document.revision, 20)
    stroke(document, HAT, 300, 300)
    assert not document.take_wanted(answer) and shade_of(document) == 23
    assert not document.is_wanted(edit)


def test_protection_feather_and_style_are_rendered_again_too(document: Document) -> None:
    document.begin_stroke()
    document.protect(np.ones((30, 30), bool), 200, 200, on=True)
    document.end_stroke(PAINTED)
    document.set_feather(5.0)
    document.set_style(Style(attributes=(("smile", 0.5),)))
    first = asked(document)
    commit(document, 20)
    node = here(document)
    edits(document, 3)
    document.set_history_limit(0)
    assert not document.visit(node)
    found = document.wanted_edit()
    assert found is not None and found.base is first.base and found.feather_px == 5.0
    assert found.label_map is found.base.label_map, "a pure style edit stays one"
    assert found.style is first.style and found.protected is not None
    assert first.protected is not None and np.array_equal(found.protected, first.protected)
