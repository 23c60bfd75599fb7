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
    changes,
    commit,
    emissions,
    go_to,
    opened,
    prepared,
    previewed,
    rendered,
    same,
    shade_of,
    skin_map,
    snapshot,
    stroke,
    texts,
)

from s2flow_app.document.changes import Aspect
from s2flow_app.document.document import Document
from s2flow_app.document.history import HistoryStep
from s2flow_app.labels import HAIR, SKIN, LabelMap, flatten
from s2flow_app.model.edit import Style
from s2flow_app.model.operations import LabelMapFile, StyleChange


@pytest.fixture
def document() -> Document:
    """A photo with its second face prepared."""
    document = Document()
    document.faces.open(*opened())
    document.faces.set_face(POINTS.copy(), prepared())
    return document


# --- photo and face ---------------------------------------------------------------------------


def test_nothing_is_asked_of_an_empty_document() -> None:
    document = Document()
    assert document.edits.pending() is None and document.edits.result_crop is None
    assert not document.labels.begin_stroke() and document.labels.paint(HAIR, DAB, 0, 0) is None
    assert not document.labels.merge(HAIR, SKIN) and not document.edits.set_style(Style())
    assert not document.edits.discard()


def test_prepared_face_is_the_start_state(document: Document) -> None:
    assert document.faces.name == "a.png" and document.faces.index == 1
    assert document.edits.base is document.faces.original and shade_of(document) == 10
    assert np.array_equal(document.labels.label_map, skin_map())
    assert document.edits.pending() is None and document.history.steps() == ()


def test_points_that_are_no_faces_are_one_more_face(document: Document) -> None:
    document.faces.set_face(POINTS + 7, prepared())
    assert document.faces.index == 2 and np.array_equal(document.faces.boxes[2].points, POINTS + 7)
    assert document.history.steps() == ()


def test_a_new_alignment_is_a_step_and_a_new_photo_clears_all(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    document.faces.set_face(POINTS, prepared())
    assert texts(document) == ["stroke", "alignment"] and document.edits.pending() is None
    document.history.undo()
    assert asked(document).label_map[5, 5] == HAIR
    document.faces.open(*opened())
    assert document.history.steps() == () and not document.has_face
    assert not document.labels.layers.any() and document.faces.original is None


def test_tuning_keeps_what_is_asked_as_a_pending_edit(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    commit(document, 20)
    assert document.faces.original is not None
    document.faces.set_tuned(document.faces.original, prepared(11))
    assert texts(document) == ["stroke", "apply_edit", "tuning"] and document.faces.index == 1
    assert shade_of(document) == 11 and (asked(document).label_map[:20, :20] == HAIR).all()


# --- strokes ----------------------------------------------------------------------------------


def test_stroke_of_many_dabs_is_one_step_and_its_first_redo_is_skipped(document: Document) -> None:
    document.labels.begin_stroke()
    for x in range(0, 100, 5):
        document.labels.paint(HAIR, DAB, x, 0)
    assert document.labels.end_stroke(PAINTED)
    assert (document.labels.label_map[:20, :115] == HAIR).all()
    assert document.history.steps() == (HistoryStep(PAINTED, True),)
    document.history.undo()
    assert np.array_equal(document.labels.label_map, skin_map())
    document.history.redo()
    assert (document.labels.label_map[:20, :115] == HAIR).all()


def test_stroke_that_changes_nothing_is_no_step(document: Document) -> None:
    document.labels.begin_stroke()
    assert document.labels.paint(SKIN, DAB, 200, 200) is None
    assert not document.labels.end_stroke(PAINTED)
    document.labels.begin_stroke()
    document.labels.paint(HAIR, DAB, 200, 200)
    document.labels.erase(HAIR, DAB, 200, 200)
    assert not document.labels.end_stroke(PAINTED)
    assert document.history.steps() == ()


def test_undo_with_the_pen_down_takes_the_stroke_back(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    document.labels.begin_stroke()
    document.labels.paint(HAIR, DAB, 300, 300)
    document.history.undo()
    assert not document.labels.in_stroke and len(document.history.steps()) == 1
    assert (document.labels.label_map[:20, :20] == HAIR).all()
    assert document.labels.label_map[310, 310] == SKIN


def test_face_that_arrives_with_the_pen_down_ends_the_stroke(document: Document) -> None:
    document.labels.begin_stroke()
    document.faces.set_face(POINTS, prepared())
    assert document.labels.paint(HAIR, DAB, 0, 0) is None
    assert not document.labels.end_stroke(PAINTED)
    assert document.edits.pending() is None


def test_a_map_is_one_step_and_an_equal_one_is_none(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    wanted = np.full((512, 512), HAIR, dtype=np.uint8)
    assert document.labels.set_label_map(wanted, LabelMapFile("map.png"))
    assert np.array_equal(document.labels.label_map, wanted)
    assert not document.labels.set_label_map(wanted, LabelMapFile("map.png"))
    assert document.labels.set_label_map(skin_map(), LabelMapFile("skin.png"))
    assert texts(document) == ["stroke", "map.png", "skin.png"]
    go_to(document, 1)
    assert (document.labels.label_map == HAIR).sum() == 400
    go_to(document, 0)
    assert np.array_equal(document.labels.label_map, skin_map())


def test_locked_class_is_left_alone_and_view_state_is_no_step(document: Document) -> None:
    document.layer_view.set_locked(SKIN, True)
    assert not document.labels.can_change(SKIN) and document.labels.can_change(HAIR)
    stroke(document, HAIR, 90, 200)
    assert (document.labels.label_map[200:220, 90:100] == HAIR).all()
    assert (document.labels.label_map[200:220, 100:110] == SKIN).all()
    document.layer_view.set_visible(HAIR, False)
    document.layer_view.set_opacity(HAIR, 3.0)
    assert document.layer_view.opacity(HAIR) == 1.0
    assert HAIR in document.labels.label_map and HAIR not in document.labels.shown_map
    assert len(document.history.steps()) == 1
    document.layer_view.reset()
    assert HAIR in document.labels.shown_map


def test_layers_changed_names_the_dirty_rect(document: Document) -> None:
    seen = changes(document, Aspect.LAYERS)
    document.labels.begin_stroke()
    document.labels.paint(HAIR, DAB, -10, 30)
    document.labels.end_stroke(PAINTED)
    assert [change.rect for change in seen] == [(0, 30, 10, 20)]
    document.history.undo()
    assert seen[1].rect == (0, 0, 64, 64)


# --- style ------------------------------------------------------------------------------------


def smile(amount: float) -> Style:
    return Style(attributes=(("smile", amount),))


def style_changes(document: Document) -> list[tuple[tuple[str, float], ...]]:
    """Of the style, step by step."""
    operations = (step.operation for step in document.history.steps())
    return [each.attributes for each in operations if isinstance(each, StyleChange)]


def test_slider_drag_is_one_step_and_the_next_drag_another(document: Document) -> None:
    for amount in (0.1, 0.2, 0.3):
        document.edits.set_style(smile(amount), merge="smile")
    document.edits.end_gesture()
    for amount in (0.4, 0.5):
        document.edits.set_style(smile(amount), merge="smile")
    assert style_changes(document) == [(("smile", 0.3),), (("smile", 0.5),)]
    document.history.undo()
    assert document.edits.style.attributes == (("smile", 0.3),)
    document.history.undo()
    assert document.edits.style.is_neutral and document.edits.pending() is None
    go_to(document, 2)
    assert document.edits.style.attributes == (("smile", 0.5),)


def test_stroke_between_two_moves_of_a_slider_keeps_them_apart(document: Document) -> None:
    document.edits.set_style(smile(0.1), merge="smile")
    stroke(document, HAIR, 0, 0)
    document.edits.set_style(smile(0.2), merge="smile")
    assert texts(document) == ["style_change", "stroke", "style_change"]


def test_equal_style_is_no_step(document: Document) -> None:
    assert not document.edits.set_style(Style(attributes=(("smile", 0.0),)))
    code = np.zeros(512, dtype=np.float32)
    assert document.edits.set_style(Style(reference_code=code))
    assert not document.edits.set_style(Style(reference_code=code))
    assert document.history.steps()[0].operation.kind == "style"


# --- edits ------------------------------------------------------------------------------------


def test_pending_edit_is_a_read_only_snapshot(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    edit = asked(document)
    assert edit.base is document.edits.base and not edit.label_map.flags.writeable
    stroke(document, HAIR, 100, 0)
    assert edit.label_map[5, 105] != HAIR and asked(document).label_map[5, 105] == HAIR


def test_pure_style_edit_has_the_bases_own_map(document: Document) -> None:
    document.edits.set_style(smile(0.5))
    assert (
        document.edits.base is not None
        and asked(document).label_map is document.edits.base.label_map
    )


def test_commit_makes_a_new_base_and_a_neutral_style_in_one_step(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    document.edits.set_style(smile(0.5))
    before = snapshot(document)
    measures = changes(document, Aspect.RESULT)
    answer = commit(document, 20, adherence=0.7)
    assert document.edits.base is answer.state and shade_of(document) == 20
    assert document.edits.style.is_neutral and document.edits.pending() is None
    assert document.edits.measures is answer.measures and len(measures) == 1
    assert texts(document) == ["stroke", "style_change", "apply_edit"]
    document.history.undo()
    assert same(snapshot(document), before) and document.edits.measures is None
    document.history.redo()
    assert document.edits.base is answer.state and document.edits.pending() is None


def test_sequential_edits_start_from_the_last_result(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    first = commit(document, 20)
    stroke(document, HAIR, 100, 0)
    assert asked(document).base is first.state
    commit(document, 30)
    assert shade_of(document) == 30 and document.edits.last is not None
    go_to(document, 2)
    assert shade_of(document) == 20 and document.edits.base is first.state


def test_what_is_asked_during_the_render_stays_pending(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    document.edits.set_style(smile(0.5))
    answer = rendered(asked(document), document.edits.revision, 20)
    stroke(document, HAIR, 100, 0)
    document.edits.set_style(smile(0.75))
    assert answer.commit(document)
    assert document.edits.style.attributes == (("smile", 0.25),)
    assert asked(document).label_map[5, 105] == HAIR


def test_edit_rendered_before_an_undo_is_refused(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    stroke(document, HAIR, 100, 0)
    answer = rendered(asked(document), document.edits.revision, 20)
    document.history.undo()
    assert not answer.commit(document) and shade_of(document) == 10


def test_edit_of_a_base_that_has_gone_is_refused(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    answer = rendered(asked(document), document.edits.revision, 20)
    document.faces.set_face(POINTS, prepared())
    late = replace(answer, revision=10**6)
    assert not answer.commit(document) and not late.commit(document)


def test_amount_is_rendered_from_the_last_edits_base_and_merges(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    commit(document, 20)
    assert document.edits.with_amount(9.0).amount == 1.5  # type: ignore[union-attr]
    for amount, shade in ((0.5, 15), (0.8, 18)):
        edit = document.edits.with_amount(amount)
        assert edit is not None and edit.base is document.faces.original
        assert document.edits.is_amount_of_last(edit)
        assert rendered(edit, document.edits.revision, shade).commit_amount(document)
    assert document.edits.amount == 0.8 and shade_of(document) == 18
    assert [step.operation.kind for step in document.history.steps()] == ["mask", "edit", "amount"]
    document.history.undo()
    assert document.edits.amount == 1.0 and shade_of(document) == 20
    document.history.redo()
    assert document.edits.amount == 0.8 and shade_of(document) == 18


def test_amount_of_an_edit_that_is_not_the_last_is_refused(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    commit(document, 20)
    answer = rendered(document.edits.with_amount(0.5), document.edits.revision + 99, 15)  # type: ignore[arg-type]
    stroke(document, HAIR, 100, 0)
    commit(document, 30)
    assert not answer.commit_amount(document) and shade_of(document) == 30


def test_discard_takes_map_and_style_back_in_one_step(document: Document) -> None:
    stroke(document, HAIR, 150, 150)
    document.edits.set_style(smile(0.5))
    assert document.edits.discard()
    assert document.edits.pending() is None and len(document.history.steps()) == 3
    document.history.undo()
    assert asked(document).style.attributes == (("smile", 0.5),)
    assert asked(document).label_map[160, 160] == HAIR


# --- previews ---------------------------------------------------------------------------------


def test_preview_is_shown_until_the_edit_is_committed(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    assert previewed(asked(document), document.edits.revision).show(document)
    assert document.edits.is_preview and shade_of(document) == 77
    commit(document, 20)
    assert not document.edits.is_preview and shade_of(document) == 20


def test_preview_of_a_stroke_is_welcome_while_it_goes_on(document: Document) -> None:
    document.labels.begin_stroke()
    document.labels.paint(HAIR, DAB, 0, 0)
    answer = previewed(asked(document), document.edits.revision)
    document.labels.paint(HAIR, DAB, 50, 0)
    assert answer.show(document)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.history.undo(),
        lambda d: commit(d, 20),
        lambda d: d.edits.discard(),
        lambda d: d.faces.set_face(POINTS, prepared()),
        lambda d: d.faces.open(*opened()),
    ],
)
def test_stale_preview_is_dropped(document: Document, change: Callable[[Document], Any]) -> None:
    stroke(document, HAIR, 0, 0)
    answer = previewed(asked(document), document.edits.revision)
    outdated = emissions(document.edits.previews_outdated)
    change(document)
    assert not answer.show(document) and not document.edits.is_preview
    assert answer.revision < outdated[-1][0] <= document.edits.revision


def test_preview_goes_when_nothing_is_asked_any_more(document: Document) -> None:
    document.edits.set_style(smile(0.5), merge="smile")
    previewed(asked(document), document.edits.revision).show(document)
    document.edits.set_style(smile(0.0), merge="smile")
    assert not document.edits.is_preview and shade_of(document) == 10


def test_preview_of_another_amount_is_shown(document: Document) -> None:
    stroke(document, HAIR, 0, 0)
    commit(document, 20)
    edit = document.edits.with_amount(0.3)
    assert edit is not None and previewed(edit, document.edits.revision).show(document)


# --- everything -------------------------------------------------------------------------------


def test_random_walk_over_the_history_always_comes_back(document: Document) -> None:
    rng = np.random.default_rng(3)
    states = [snapshot(document)]
    for step in range(40):
        kind = rng.integers(3)
        if kind == 0 or (kind == 2 and document.edits.pending() is None):
            x, y = (int(v) for v in rng.integers(0, 490, 2))
            document.labels.set_label_map(_with_dab(document, x, y, int(rng.integers(19))), PAINTED)
        elif kind == 1:
            document.edits.set_style(smile(float(rng.uniform(-1, 1))))
        else:
            commit(document, step)
        if len(document.history.steps()) == len(states):
            states.append(snapshot(document))
    assert len(document.history.steps()) == len(states) - 1 > 30
    for target in (*rng.integers(0, len(states), 20), 0, len(states) - 1):
        go_to(document, int(target))
        assert same(snapshot(document), states[target])
        assert np.array_equal(document.labels.label_map, flatten(document.labels.layers))


def _with_dab(document: Document, x: int, y: int, class_id: int) -> LabelMap:
    label_map = document.labels.label_map.copy()
    label_map[y : y + 20, x : x + 20] = class_id
    return label_map


def test_history_counts_shared_arrays_once(document: Document) -> None:
    start = document.history.held_bytes
    stroke(document, HAIR, 0, 0)
    assert 0 < document.history.held_bytes - start < 12_000
    picture = 512 * 512 * (3 + 1 + 1)
    for number in range(4):
        stroke(document, HAIR, 0, 30 * number + 30)
        commit(document, number)
    # Four states more, which share their map with the edit that led to them.
    assert document.history.held_bytes - start == pytest.approx(4 * picture, rel=0.05)
    document.faces.open(*opened())
    assert document.history.held_bytes == 0


def test_undone_steps_that_are_painted_over_leave_the_line(document: Document) -> None:
    stroke(document, HAIR, 0, 0, "First")
    document.history.undo()
    assert document.history.steps() == (HistoryStep(LabelMapFile("First"), False),)
    stroke(document, HAIR, 0, 30, "Second")
    assert texts(document) == ["Second"]


def test_where_it_stands_follows_undo(document: Document) -> None:
    clean = document.faces.standing()
    stroke(document, HAIR, 0, 0)
    assert document.faces.is_pending and document.faces.standing() == clean
    commit(document, 20)
    edited = document.faces.standing()
    assert not document.faces.is_pending and edited != clean
    document.history.undo()
    assert document.faces.is_pending and document.faces.standing() == clean
    document.history.redo()
    assert not document.faces.is_pending and document.faces.standing() == edited
