"""Lines that are kept, places with names, memory that is bounded, and steps of every kind."""

import numpy as np
import pytest
from documents import (
    PAINTED,
    POINTS,
    asked,
    changes,
    commit,
    emissions,
    go_to,
    opened,
    prepared,
    rendered,
    same,
    shade_of,
    snapshot,
    stroke,
    texts,
)

from s2flow_app.document.changes import Aspect
from s2flow_app.document.document import Document
from s2flow_app.document.history import Node
from s2flow_app.labels import HAIR, HAT, SKIN
from s2flow_app.model.edit import Style
from s2flow_app.model.face import FaceState

PICTURE_BYTES = 512 * 512 * 5


@pytest.fixture
def document() -> Document:
    document = Document()
    document.faces.open(*opened())
    document.faces.set_face(POINTS.copy(), prepared())
    return document


def here(document: Document) -> Node:
    assert document.history.tree is not None
    return document.history.tree.current


def tune(document: Document, shade: int) -> bool:
    assert document.faces.original is not None
    return document.faces.set_tuned(document.faces.original, prepared(shade))


# --- lines ------------------------------------------------------------------------------------


def test_the_old_line_is_kept_and_gone_back_to(document: Document) -> None:
    for number in range(3):
        stroke(document, HAIR, 0, 40 * number, f"Old {number}")
    old, tip = snapshot(document), here(document)
    go_to(document, 1)
    stroke(document, HAT, 100, 0, "New")
    new, new_tip = snapshot(document), here(document)
    assert texts(document) == ["Old 0", "New"]
    document.history.visit(tip)
    assert texts(document) == ["Old 0", "Old 1", "Old 2"] and same(snapshot(document), old)
    document.history.undo()
    document.history.undo()
    document.history.redo()
    assert texts(document) == ["Old 0", "Old 1", "Old 2"], "redo goes on where one was last"
    document.history.visit(new_tip)
    assert same(snapshot(document), new)


def test_a_walk_over_many_lines_always_comes_back(document: Document) -> None:
    rng = np.random.default_rng(5)
    seen: dict[str, tuple] = {}
    nodes: list[Node] = []
    for step in range(60):
        kind = int(rng.integers(6))
        if kind == 0 and nodes:
            document.history.visit(nodes[int(rng.integers(len(nodes)))])
        elif kind == 1:
            document.edits.set_style(Style(attributes=(("smile", float(rng.uniform(0.1, 1))),)))
        elif kind == 2 and document.edits.pending() is not None:
            commit(document, step)
        elif kind == 3 and step % 3 == 0:
            assert tune(document, step)
        elif kind == 4:
            order = tuple(int(k) for k in rng.permutation(19))
            document.labels.set_stacking(order)
        else:
            x, y = (int(v) for v in rng.integers(0, 490, 2))
            stroke(document, int(rng.integers(19)), x, y)
        if here(document).id not in seen:
            seen[here(document).id] = (
                *snapshot(document),
                document.labels.stacking,
                document.faces.original,
            )
            nodes.append(here(document))
    assert document.history.tree is not None
    assert any(len(node.children) > 1 for node in document.history.tree.nodes())
    for index in rng.permutation(len(nodes)):
        document.history.visit(nodes[int(index)])
        wanted = seen[nodes[int(index)].id]
        assert same(snapshot(document), wanted[:4])
        assert document.labels.stacking == wanted[4] and document.faces.original is wanted[5]


def test_a_place_has_a_name_and_is_not_merged_away(document: Document) -> None:
    told = changes(document, Aspect.HISTORY)
    document.edits.set_style(Style(attributes=(("smile", 0.5),)), merge="smile")
    document.history.name(here(document), "Half a smile")
    named = here(document)
    document.edits.set_style(Style(attributes=(("smile", 0.9),)), merge="smile")
    assert here(document) is not named and len(told) == 3
    assert document.history.tree is not None and document.history.tree.snapshots() == [named]
    document.history.visit(named)
    assert document.edits.style.attributes == (("smile", 0.5),)
    document.history.name(named, "")
    assert document.history.tree.snapshots() == []


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
    document.edits.set_style(Style(attributes=(("smile", 0.5),)))
    document.labels.set_stacking((*range(1, 19), 0))
    before, points = snapshot(document), document.faces.points
    moved = POINTS + 3
    document.faces.set_face(moved, prepared(40), 1)
    assert document.faces.index == 1 and shade_of(document) == 40
    assert np.array_equal(document.faces.boxes[1].points, moved)
    assert document.edits.style.is_neutral and document.edits.pending() is None
    stroke(document, HAT, 0, 0)
    after = snapshot(document)
    document.history.undo()
    document.history.undo()
    assert same(snapshot(document), before)
    assert document.faces.points is points and document.faces.boxes[1].points is points
    document.history.redo()
    document.history.redo()
    assert same(snapshot(document), after) and np.array_equal(document.faces.boxes[1].points, moved)


def test_the_eraser_restores_the_layers_of_the_alignment_one_is_at(document: Document) -> None:
    whole = np.ones((512, 512), bool)
    other = prepared()
    other.layers[:] = 1 << HAT
    document.faces.set_face(POINTS, other, 1)
    document.history.undo()
    stroke(document, HAIR, 150, 150)
    document.labels.begin_stroke()
    document.labels.restore(whole, 0, 0)
    document.labels.end_stroke(PAINTED)
    assert (
        document.labels.label_map[160, 160] == SKIN and not (document.labels.label_map == HAT).any()
    )


def test_tuning_is_undone(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    commit(document, 20)
    before, original = snapshot(document), document.faces.original
    starts, faces = changes(document, Aspect.START), changes(document, Aspect.FACE)
    assert tune(document, 30)
    assert shade_of(document) == 30 and document.faces.original is not original
    assert asked(document).label_map[5, 5] == HAIR, "what was asked is asked of the new start"
    document.history.undo()
    assert same(snapshot(document), before) and document.faces.original is original
    document.history.redo()
    assert shade_of(document) == 30
    assert len(starts) == 3 and not faces, "the view stays where it is"


def test_a_tuning_whose_start_has_gone_is_refused(document: Document) -> None:
    old = document.faces.original
    assert old is not None
    document.faces.set_face(POINTS + 3, prepared(40), 1)
    assert not document.faces.set_tuned(old, prepared(50))
    assert shade_of(document) == 40 and texts(document) == ["alignment"]


# --- several faces ----------------------------------------------------------------------------


def test_faces_keep_layers_edits_and_history(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    commit(document, 20)
    stroke(document, HAT, 100, 0)
    first = snapshot(document)
    assert not document.faces.choose(0), "it is not prepared yet"
    document.faces.set_face(document.faces.boxes[0].points, prepared(60), 0)
    assert document.faces.index == 0 and document.history.steps() == () and shade_of(document) == 60
    stroke(document, HAT, 300, 300)
    commit(document, 70)
    second = snapshot(document)
    changed = changes(document, Aspect.FACE)
    assert document.faces.choose(1) and same(snapshot(document), first) and len(changed) == 1
    assert document.faces.is_edited(0) and document.faces.is_edited(1) and document.faces.is_pending
    assert [int(f.state.crop[0, 0, 0]) for f in document.faces.edited()] == [20, 70]
    assert [int(f.state.crop[0, 0, 0]) for f in document.faces.other_edited()] == [70]
    document.history.undo()
    document.history.undo()
    assert not document.faces.is_edited(1) and document.faces.is_edited(0)
    assert document.faces.choose(0) and same(snapshot(document), second)
    assert texts(document) == ["stroke", "apply_edit"]


def test_an_edit_of_the_face_that_was_left_is_refused_and_stays_asked(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    answer = rendered(asked(document), document.edits.revision, 20)
    document.faces.set_face(document.faces.boxes[0].points, prepared(60), 0)
    assert not answer.commit(document) and shade_of(document) == 60
    document.faces.choose(1)
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
    while (edit := document.history.wanted_edit()) is not None:
        shade = int(edit.base.crop[0, 0, 0]) + (1 if edit.base.crop[0, 0, 0] >= 20 else 10)
        answer = rendered(edit, document.edits.revision, shade)
        made.append(answer.state)
        assert document.history.take_wanted(edit, answer.state)


def test_the_oldest_pictures_are_dropped_and_rendered_again(document: Document) -> None:
    start = document.history.held_bytes
    document.history.set_limit(start + 4 * PICTURE_BYTES)
    nodes = edits(document, 10)
    assert document.history.held_bytes <= document.history.limit_bytes
    kept = [node.place.result.state is not None for node in nodes]
    assert kept == [False] * 7 + [True] * 3
    tip, wanted = snapshot(document), emissions(document.history.result_wanted)
    assert not document.history.visit(nodes[5]) and len(wanted) == 1
    assert same(snapshot(document), tip), "one stays until the picture is there"
    made: list[FaceState] = []
    again(document, made)
    assert len(made) == 6, "from the start on: none of those before was there"
    assert here(document) is nodes[5] and shade_of(document) == 25
    assert document.edits.base is made[-1] and document.edits.pending() is None
    assert document.history.held_bytes <= document.history.limit_bytes
    assert document.edits.with_amount(0.5) is not None, "its own start is there, too"
    while document.history.can_redo:
        document.history.redo()
        again(document, made)
    assert here(document) is nodes[-1] and shade_of(document) == 29


def test_what_was_looked_at_last_is_kept_longest(document: Document) -> None:
    nodes = edits(document, 6)
    document.history.visit(nodes[0])
    document.history.visit(nodes[5])
    document.history.set_limit(0)
    kept = [k for k, node in enumerate(nodes) if node.place.result.state is not None]
    assert kept == [4, 5], "what stands, and what its amount starts from"


def test_undo_to_a_dropped_picture_waits_for_it_once(document: Document) -> None:
    nodes = edits(document, 3)
    document.history.set_limit(0)
    wanted = emissions(document.history.result_wanted)
    document.history.undo()  # the last edit; the stroke before it is asked of the second
    assert len(wanted) == 1 and here(document) is nodes[2], "the second's own start was dropped"
    document.history.undo()
    document.history.undo()
    assert len(wanted) == 1
    again(document, [])
    assert here(document) is nodes[2].parent


def test_something_else_is_done_instead_of_waiting(document: Document) -> None:
    nodes = edits(document, 4)
    document.history.set_limit(0)
    assert not document.history.visit(nodes[0])
    edit = document.history.wanted_edit()
    assert edit is not None and document.history.is_wanted(edit)
    answer = rendered(edit, document.edits.revision, 20)
    stroke(document, HAT, 300, 300)
    assert not document.history.take_wanted(edit, answer.state) and shade_of(document) == 23
    assert not document.history.is_wanted(edit)


def test_protection_feather_and_style_are_rendered_again_too(document: Document) -> None:
    document.labels.begin_stroke()
    document.labels.protect(np.ones((30, 30), bool), 200, 200, on=True)
    document.labels.end_stroke(PAINTED)
    document.edits.set_feather(5.0)
    document.edits.set_style(Style(attributes=(("smile", 0.5),)))
    first = asked(document)
    commit(document, 20)
    node = here(document)
    edits(document, 3)
    document.history.set_limit(0)
    assert not document.history.visit(node)
    found = document.history.wanted_edit()
    assert found is not None and found.base is first.base and found.feather_px == 5.0
    assert found.label_map is found.base.label_map, "a pure style edit stays one"
    assert found.style is first.style and found.protected is not None
    assert first.protected is not None and np.array_equal(found.protected, first.protected)
