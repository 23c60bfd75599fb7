"""The document: what is asked, what is committed, and the way back."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from documents import (
    DAB,
    PAINTED,
    POINTS,
    asked,
    commit,
    emissions,
    face_ready,
    opened,
    previewed,
    rendered,
    same,
    shade_of,
    skin_map,
    snapshot,
    stroke,
    texts,
)

from s2flow_app.document.document import Document
from s2flow_app.document.history import HistoryStep
from s2flow_app.labels import HAIR, SKIN, LabelMap, flatten, single_layers
from s2flow_app.model.edit import Style
from s2flow_app.model.operations import ApplyEdit, Discard, LabelMapFile, StyleChange
from s2flow_app.worker.protocol import PrepareFace, RenderEdit, TuneLikeness


@pytest.fixture
def document() -> Document:
    """A photo with its second face prepared."""
    document = Document()
    document.set_photo(opened())
    document.set_face(face_ready(PrepareFace(points=POINTS.copy())))
    return document


# --- photo and face ---------------------------------------------------------------------------


def test_nothing_is_asked_of_an_empty_document() -> None:
    document = Document()
    assert document.pending_edit() is None and document.result_crop is None
    assert not document.begin_stroke() and document.paint(HAIR, DAB, 0, 0) is None
    assert not document.fill(HAIR, 0, 0) and not document.set_style(Style())
    assert not document.discard_pending()


def test_prepared_face_is_the_start_state(document: Document) -> None:
    assert document.name == "a.png" and document.face_index == 1
    assert document.base is document.original and shade_of(document) == 10
    assert np.array_equal(document.label_map, skin_map())
    assert document.pending_edit() is None and document.history() == ()


def test_points_that_are_no_faces_are_one_more_face(document: Document) -> None:
    document.set_face(face_ready(PrepareFace(points=POINTS + 7)))
    assert document.face_index == 2 and np.array_equal(document.faces[2].points, POINTS + 7)
    assert document.history() == ()


def test_a_new_alignment_is_a_step_and_a_new_photo_clears_all(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    document.set_face(face_ready(PrepareFace(points=POINTS)))
    assert texts(document) == ["stroke", "alignment"] and document.pending_edit() is None
    document.undo()
    assert asked(document).label_map[5, 5] == HAIR
    document.set_photo(opened())
    assert document.history() == () and not document.has_face
    assert not document.layers.any() and document.original is None


def test_tuning_keeps_what_is_asked_as_a_pending_edit(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    commit(document, 20)
    assert document.original is not None
    document.set_face(face_ready(TuneLikeness(start=document.original), shade=11))
    assert texts(document) == ["stroke", "apply_edit", "tuning"] and document.face_index == 1
    assert shade_of(document) == 11 and (asked(document).label_map[:20, :20] == HAIR).all()


# --- strokes ----------------------------------------------------------------------------------


def test_stroke_of_many_dabs_is_one_step_and_its_first_redo_is_skipped(document: Document) -> None:
    document.begin_stroke()
    for x in range(0, 100, 5):
        document.paint(HAIR, DAB, x, 0)
    assert document.end_stroke(PAINTED)
    assert (document.label_map[:20, :115] == HAIR).all()
    assert document.history() == (HistoryStep(PAINTED, True),)
    document.undo()
    assert np.array_equal(document.label_map, skin_map())
    document.redo()
    assert (document.label_map[:20, :115] == HAIR).all()


def test_stroke_that_changes_nothing_is_no_step(document: Document) -> None:
    document.begin_stroke()
    assert document.paint(SKIN, DAB, 200, 200) is None
    assert not document.end_stroke(PAINTED)
    document.begin_stroke()
    document.paint(HAIR, DAB, 200, 200)
    document.erase(HAIR, DAB, 200, 200)
    assert not document.end_stroke(PAINTED)
    assert document.history() == ()


def test_undo_with_the_pen_down_takes_the_stroke_back(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    document.begin_stroke()
    document.paint(HAIR, DAB, 300, 300)
    document.undo()
    assert not document.in_stroke and len(document.history()) == 1
    assert (document.label_map[:20, :20] == HAIR).all()
    assert document.label_map[310, 310] == SKIN


def test_face_that_arrives_with_the_pen_down_ends_the_stroke(document: Document) -> None:
    document.begin_stroke()
    document.set_face(face_ready(PrepareFace(points=POINTS)))
    assert document.paint(HAIR, DAB, 0, 0) is None
    assert not document.end_stroke(PAINTED)
    assert document.pending_edit() is None


def test_fill_map_and_layers_are_one_step_each(document: Document) -> None:
    assert document.fill(HAIR, 0, 0)
    assert (document.label_map == HAIR).sum() == 512 * 512 - 300 * 300
    wanted = np.full((512, 512), HAIR, dtype=np.uint8)
    assert document.set_label_map(wanted, LabelMapFile("map.png"))
    assert np.array_equal(document.label_map, wanted)
    assert not document.set_label_map(wanted, LabelMapFile("map.png"))
    assert document.set_layers(single_layers(skin_map()), Discard())
    assert texts(document) == ["fill", "map.png", "discard"]
    document.go_to(1)
    assert (document.label_map == HAIR).sum() == 512 * 512 - 300 * 300
    document.go_to(0)
    assert np.array_equal(document.label_map, skin_map())


def test_locked_class_is_left_alone_and_view_state_is_no_step(document: Document) -> None:
    document.layer_view.set_locked(SKIN, True)
    assert not document.can_change(SKIN) and document.can_change(HAIR)
    stroke(document, HAIR, 90, 200)
    assert (document.label_map[200:220, 90:100] == HAIR).all()
    assert (document.label_map[200:220, 100:110] == SKIN).all()
    document.layer_view.set_visible(HAIR, False)
    document.layer_view.set_opacity(HAIR, 3.0)
    assert document.layer_view.opacity(HAIR) == 1.0
    assert HAIR in document.label_map and HAIR not in document.shown_map
    assert len(document.history()) == 1
    document.layer_view.reset()
    assert HAIR in document.shown_map


def test_layers_changed_names_the_dirty_rect(document: Document) -> None:
    seen = emissions(document.layers_changed)
    document.begin_stroke()
    document.paint(HAIR, DAB, -10, 30)
    document.end_stroke(PAINTED)
    assert seen == [((0, 30, 10, 20),)]
    document.undo()
    assert seen[1] == ((0, 0, 64, 64),)


# --- style ------------------------------------------------------------------------------------


def smile(amount: float) -> Style:
    return Style(attributes=(("smile", amount),))


def changes(document: Document) -> list[tuple[tuple[str, float], ...]]:
    """Of the style, step by step."""
    operations = (step.operation for step in document.history())
    return [each.attributes for each in operations if isinstance(each, StyleChange)]


def test_slider_drag_is_one_step_and_the_next_drag_another(document: Document) -> None:
    for amount in (0.1, 0.2, 0.3):
        document.set_style(smile(amount), merge="smile")
    document.end_gesture()
    for amount in (0.4, 0.5):
        document.set_style(smile(amount), merge="smile")
    assert changes(document) == [(("smile", 0.3),), (("smile", 0.5),)]
    document.undo()
    assert document.style.attributes == (("smile", 0.3),)
    document.undo()
    assert document.style.is_neutral and document.pending_edit() is None
    document.go_to(2)
    assert document.style.attributes == (("smile", 0.5),)


def test_stroke_between_two_moves_of_a_slider_keeps_them_apart(document: Document) -> None:
    document.set_style(smile(0.1), merge="smile")
    stroke(document, HAIR, 0, 0)
    document.set_style(smile(0.2), merge="smile")
    assert texts(document) == ["style_change", "stroke", "style_change"]


def test_equal_style_is_no_step(document: Document) -> None:
    assert not document.set_style(Style(attributes=(("smile", 0.0),)))
    code = np.zeros(512, dtype=np.float32)
    assert document.set_style(Style(reference_code=code))
    assert not document.set_style(Style(reference_code=code))
    assert document.history()[0].operation.kind == "style"


# --- edits ------------------------------------------------------------------------------------


def test_pending_edit_is_a_read_only_snapshot(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    edit = asked(document)
    assert edit.base is document.base and not edit.label_map.flags.writeable
    stroke(document, HAIR, 100, 0)
    assert edit.label_map[5, 105] != HAIR and asked(document).label_map[5, 105] == HAIR


def test_pure_style_edit_has_the_bases_own_map(document: Document) -> None:
    document.set_style(smile(0.5))
    assert document.base is not None and asked(document).label_map is document.base.label_map


def test_commit_makes_a_new_base_and_a_neutral_style_in_one_step(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    document.set_style(smile(0.5))
    before = snapshot(document)
    measures = emissions(document.measures_changed)
    answer = commit(document, 20, adherence=0.7)
    assert document.base is answer.state and shade_of(document) == 20
    assert document.style.is_neutral and document.pending_edit() is None
    assert document.measures is answer.measures and len(measures) == 1
    assert texts(document) == ["stroke", "style_change", "apply_edit"]
    document.undo()
    assert same(snapshot(document), before) and document.measures is None
    document.redo()
    assert document.base is answer.state and document.pending_edit() is None


def test_sequential_edits_start_from_the_last_result(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    first = commit(document, 20)
    stroke(document, HAIR, 100, 0)
    assert asked(document).base is first.state
    commit(document, 30)
    assert shade_of(document) == 30 and document.last_edit is not None
    document.go_to(2)
    assert shade_of(document) == 20 and document.base is first.state


def test_what_is_asked_during_the_render_stays_pending(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    document.set_style(smile(0.5))
    answer = rendered(asked(document), document.revision, 20)
    stroke(document, HAIR, 100, 0)
    document.set_style(smile(0.75))
    assert document.commit_edit(answer, ApplyEdit())
    assert document.style.attributes == (("smile", 0.25),)
    assert asked(document).label_map[5, 105] == HAIR


def test_edit_rendered_before_an_undo_is_refused(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    stroke(document, HAIR, 100, 0)
    answer = rendered(asked(document), document.revision, 20)
    document.undo()
    assert not document.commit_edit(answer, ApplyEdit()) and shade_of(document) == 10


def test_edit_of_a_base_that_has_gone_is_refused(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    answer = rendered(asked(document), document.revision, 20)
    document.set_face(face_ready(PrepareFace(points=POINTS)))
    late = replace(answer, request=RenderEdit(edit=answer.request.edit, revision=10**6))  # type: ignore[attr-defined]
    assert not document.commit_edit(answer, ApplyEdit()) and not document.commit_edit(
        late, ApplyEdit()
    )


def test_amount_is_rendered_from_the_last_edits_base_and_merges(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    commit(document, 20)
    assert document.edit_with_amount(9.0).amount == 1.5  # type: ignore[union-attr]
    for amount, shade in ((0.5, 15), (0.8, 18)):
        edit = document.edit_with_amount(amount)
        assert edit is not None and edit.base is document.original
        assert document.is_amount_of_last_edit(edit)
        assert document.set_amount_of_last_edit(rendered(edit, document.revision, shade))
    assert document.amount == 0.8 and shade_of(document) == 18
    assert [step.operation.kind for step in document.history()] == ["mask", "edit", "amount"]
    document.undo()
    assert document.amount == 1.0 and shade_of(document) == 20
    document.redo()
    assert document.amount == 0.8 and shade_of(document) == 18


def test_amount_of_an_edit_that_is_not_the_last_is_refused(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    commit(document, 20)
    answer = rendered(document.edit_with_amount(0.5), document.revision + 99, 15)  # type: ignore[arg-type]
    stroke(document, HAIR, 100, 0)
    commit(document, 30)
    assert not document.set_amount_of_last_edit(answer) and shade_of(document) == 30


def test_discard_takes_map_and_style_back_in_one_step(document: Document) -> None:
    stroke(document, HAIR, 150, 150)
    document.set_style(smile(0.5))
    assert document.discard_pending()
    assert document.pending_edit() is None and len(document.history()) == 3
    document.undo()
    assert asked(document).style.attributes == (("smile", 0.5),)
    assert asked(document).label_map[160, 160] == HAIR


# --- previews ---------------------------------------------------------------------------------


def test_preview_is_shown_until_the_edit_is_committed(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    assert document.show_preview(previewed(asked(document), document.revision))
    assert document.is_preview and shade_of(document) == 77
    commit(document, 20)
    assert not document.is_preview and shade_of(document) == 20


def test_preview_of_a_stroke_is_welcome_while_it_goes_on(document: Document) -> None:
    document.begin_stroke()
    document.paint(HAIR, DAB, 0, 0)
    answer = previewed(asked(document), document.revision)
    document.paint(HAIR, DAB, 50, 0)
    assert document.show_preview(answer)


@pytest.mark.parametrize(
    "change",
    [
        Document.undo,
        lambda d: commit(d, 20),
        lambda d: d.discard_pending(),
        lambda d: d.set_face(face_ready(PrepareFace(points=POINTS))),
        lambda d: d.set_photo(opened()),
        Document.clear_preview,
    ],
)
def test_stale_preview_is_dropped(document: Document, change: Callable[[Document], Any]) -> None:
    stroke(document, HAIR, 0, 0)
    answer = previewed(asked(document), document.revision)
    outdated = emissions(document.previews_outdated)
    change(document)
    assert not document.show_preview(answer) and not document.is_preview
    assert answer.request.revision < outdated[-1][0] <= document.revision


def test_preview_goes_when_nothing_is_asked_any_more(document: Document) -> None:
    document.set_style(smile(0.5), merge="smile")
    document.show_preview(previewed(asked(document), document.revision))
    document.set_style(smile(0.0), merge="smile")
    assert not document.is_preview and shade_of(document) == 10


def test_preview_of_another_amount_is_shown(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    commit(document, 20)
    edit = document.edit_with_amount(0.3)
    assert edit is not None and document.show_preview(previewed(edit, document.revision))


# --- everything -------------------------------------------------------------------------------


def test_random_walk_over_the_history_always_comes_back(document: Document) -> None:
    rng = np.random.default_rng(3)
    states = [snapshot(document)]
    for step in range(40):
        kind = rng.integers(3)
        if kind == 0 or (kind == 2 and document.pending_edit() is None):
            x, y = (int(v) for v in rng.integers(0, 490, 2))
            document.set_label_map(_with_dab(document, x, y, int(rng.integers(19))), PAINTED)
        elif kind == 1:
            document.set_style(smile(float(rng.uniform(-1, 1))))
        else:
            commit(document, step)
        if len(document.history()) == len(states):
            states.append(snapshot(document))
    assert len(document.history()) == len(states) - 1 > 30
    for target in (*rng.integers(0, len(states), 20), 0, len(states) - 1):
        document.go_to(int(target))
        assert same(snapshot(document), states[target])
        assert np.array_equal(document.label_map, flatten(document.layers))


def _with_dab(document: Document, x: int, y: int, class_id: int) -> LabelMap:
    label_map = document.label_map.copy()
    label_map[y : y + 20, x : x + 20] = class_id
    return label_map


def test_history_counts_shared_arrays_once(document: Document) -> None:
    start = document.history_bytes
    stroke(document, HAIR, 0, 0)
    assert 0 < document.history_bytes - start < 12_000
    picture = 512 * 512 * (3 + 1 + 1)
    for number in range(4):
        stroke(document, HAIR, 0, 30 * number + 30)
        commit(document, number)
    # Four states more, which share their map with the edit that led to them.
    assert document.history_bytes - start == pytest.approx(4 * picture, rel=0.05)
    document.set_photo(opened())
    assert document.history_bytes == 0


def test_undone_steps_that_are_painted_over_leave_the_line(document: Document) -> None:
    stroke(document, HAIR, 0, 0, "First")
    document.undo()
    assert document.history() == (HistoryStep(LabelMapFile("First"), False),)
    stroke(document, HAIR, 0, 30, "Second")
    assert texts(document) == ["Second"]


def test_where_it_stands_follows_undo(document: Document) -> None:
    clean = document.standing()
    stroke(document, HAIR, 0, 0)
    assert document.is_pending and document.standing() == clean
    commit(document, 20)
    edited = document.standing()
    assert not document.is_pending and edited != clean
    document.undo()
    assert document.is_pending and document.standing() == clean
    document.redo()
    assert not document.is_pending and document.standing() == edited
