"""Another stacking order, merging, the way back to the parsed map, protection, moved parts."""

import numpy as np
import pytest
from documents import PAINTED

from s2flow_app import labels
from s2flow_app.document import label_ops
from s2flow_app.document.changes import Aspect
from s2flow_app.document.document import Document
from s2flow_app.document.face_axis import face_axis
from s2flow_app.document.layer_canvas import NO_CLASS, LayerCanvas
from s2flow_app.labels import (
    BACKGROUND,
    HAIR,
    HAT,
    LEFT_BROW,
    LEFT_EYE,
    NOSE,
    NUM_CLASSES,
    PROTECTED,
    RIGHT_BROW,
    SKIN,
    STACKING,
)
from s2flow_app.model.face import FaceState, PreparedFace
from s2flow_app.model.photo import Photo, PhotoId

ALL = np.ones((512, 512), dtype=bool)
UPSIDE_DOWN = tuple(reversed(STACKING))
BOX = np.ones((40, 40), dtype=bool)


def random_layers(seed: int = 0) -> labels.LabelLayers:
    return np.random.default_rng(seed).integers(0, 1 << 19, (64, 64), dtype=np.uint32)


def bits(*class_ids: int) -> np.uint32:
    return np.uint32(sum(1 << k for k in class_ids))


@pytest.fixture
def document(qapp) -> Document:
    """Hair over skin, a nose on the skin, background."""
    layers = np.full((512, 512), bits(BACKGROUND), dtype=np.uint32)
    layers[100:400, 100:400] = bits(SKIN)
    layers[100:200, 100:400] = bits(SKIN, HAIR)
    layers[250:300, 240:270] = bits(SKIN, NOSE)
    label_map = labels.flatten(layers)
    state = FaceState(
        np.zeros((12, 512), np.float32),
        label_map,
        np.zeros((512, 512, 3), np.uint8),
        np.zeros((512, 512), np.uint8),
        np.array([[10, 20], [10, 80], [70, 80], [70, 20]], np.float32),
    )
    points = np.array([[30, 40], [50, 40], [40, 50], [32, 60], [48, 60]], np.float32)
    made = Document()
    display = np.zeros((100, 100, 3), np.uint8)
    made.faces.open(Photo(PhotoId(), "a", display), ())
    made.faces.set_face(
        points, PreparedFace(state, layers, np.zeros((128, 128, 3), np.uint8), 20.0)
    )
    return made


# --- order ------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [STACKING, UPSIDE_DOWN])
def test_flattening_and_painting_honour_the_order(order: tuple[int, ...]) -> None:
    layers = random_layers()
    layers[:4] = 0
    expected = np.zeros(layers.shape, dtype=np.uint8)
    for class_id in order:
        expected[layers >> np.uint32(class_id) & 1 != 0] = class_id
    assert np.array_equal(label_ops.flatten_fast(layers, order=order), expected)
    for class_id in range(NUM_CLASSES):
        painted = label_ops.painted(layers, class_id, order=order)
        assert (label_ops.flatten_fast(painted, order=order) == class_id).all()


def test_an_order_is_one_step_back_and_forth(document: Document) -> None:
    before = document.labels.label_map.copy()
    order = (*(k for k in STACKING if k != SKIN), SKIN)
    told: list[tuple[int, ...]] = []
    document.changed.connect(
        lambda change: change.has(Aspect.STACKING) and told.append(document.labels.stacking)
    )
    assert document.labels.set_stacking(order)
    assert (document.labels.label_map[100:400, 100:400] == SKIN).all()
    assert document.edits.pending() is not None
    assert not document.labels.set_stacking(order) and len(document.history.steps()) == 1
    document.history.undo()
    assert (
        np.array_equal(document.labels.label_map, before) and document.labels.stacking == STACKING
    )
    document.history.redo()
    assert document.labels.stacking == order and told == [order, STACKING, order]
    with pytest.raises(ValueError, match="every class once"):
        document.labels.set_stacking((1, 2))


def test_another_face_has_the_usual_order(document: Document) -> None:
    document.labels.set_stacking(UPSIDE_DOWN)
    document.faces.sessions[0].canvas.replace(document.labels.layers)
    assert document.labels.stacking == STACKING


# --- merging ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("source", "target"), [(HAIR, HAT), (HAT, SKIN), (NOSE, SKIN)])
def test_merging_replaces_what_shows_and_uncovers_nothing(source: int, target: int) -> None:
    layers = random_layers()
    before = label_ops.flatten_fast(layers)
    merged = label_ops.merged(layers, source, target)
    after = label_ops.flatten_fast(merged)
    assert not (merged & bits(source)).any()
    assert np.array_equal(after, np.where(before == source, target, before))


def test_merging_is_one_step(document: Document) -> None:
    assert document.labels.merge(HAIR, HAT)
    assert document.labels.label_map[150, 150] == HAT
    assert not document.labels.merge(HAIR, HAT)
    document.history.undo()
    assert document.labels.label_map[150, 150] == HAIR and len(document.history.steps()) == 1


# --- back to the parsed map -------------------------------------------------------------------


def test_restoring_brings_the_parsed_layers_back_but_not_over_a_lock(document: Document) -> None:
    parsed = document.labels.layers.copy()
    document.labels.begin_stroke()
    document.labels.paint(HAT, ALL, 0, 0)
    document.labels.end_stroke(PAINTED)
    document.labels.begin_stroke()
    document.labels.restore(BOX, 110, 180)
    document.labels.end_stroke(PAINTED)
    box = np.s_[180:220, 110:150]
    assert np.array_equal(document.labels.layers[box], parsed[box])
    assert document.labels.label_map[300, 300] == HAT
    document.layer_view.set_locked(HAT, True)
    document.labels.begin_stroke()
    document.labels.restore(ALL, 0, 0)
    document.labels.cancel_stroke()
    assert document.labels.label_map[300, 300] == HAT


# --- protection -------------------------------------------------------------------------------


def test_protection_is_undone_kept_by_other_tools_and_asked_for(document: Document) -> None:
    document.labels.begin_stroke()
    document.labels.protect(BOX, 150, 150, on=True)
    assert document.labels.end_stroke(PAINTED)
    assert document.labels.protected.sum() == BOX.size and document.edits.pending() is None
    document.labels.begin_stroke()
    document.labels.paint(HAT, ALL, 0, 0)
    document.labels.erase(None, BOX, 150, 150)
    document.labels.restore(BOX, 150, 150)
    document.labels.end_stroke(PAINTED)
    assert document.labels.protected.sum() == BOX.size
    edit = document.edits.pending()
    assert edit is not None and edit.protected is not None
    assert np.array_equal(edit.protected, document.labels.protected)
    document.history.undo()
    document.history.undo()
    assert not document.labels.protected.any()
    document.history.redo()
    assert document.labels.protected.sum() == BOX.size
    document.labels.begin_stroke()
    document.labels.protect(ALL, 0, 0, on=False)
    document.labels.end_stroke(PAINTED)
    assert not (document.labels.layers >> np.uint32(PROTECTED)).any()


# --- moved parts ------------------------------------------------------------------------------


def test_a_moved_part_leaves_skin_and_lies_under_what_covers_it(document: Document) -> None:
    gone = document.labels.label_map == NOSE
    new = np.full((512, 512), NO_CLASS, dtype=np.uint8)
    new[180:230, 240:270] = NOSE
    whole = (0, 0, 512, 512)
    document.labels.begin_stroke()
    document.labels.place(whole, gone, new)
    assert (document.labels.label_map[250:300, 240:270] == SKIN).all()
    assert (document.labels.label_map[200:230, 240:270] == NOSE).all()
    assert (document.labels.label_map[180:200, 240:270] == HAIR).all()
    document.labels.place(whole, np.zeros_like(gone), np.full_like(new, NO_CLASS))
    assert not document.labels.end_stroke(PAINTED), "placing starts from the stroke's start"


def test_locks_stop_moved_parts() -> None:
    canvas = LayerCanvas()
    canvas.replace(np.full((512, 512), bits(SKIN), dtype=np.uint32))
    canvas.guard(locked=1 << SKIN, hidden=0)
    canvas.begin()
    assert canvas.place((0, 0, 40, 40), ~BOX, np.full((40, 40), NOSE, np.uint8)) is None


# --- the axis ---------------------------------------------------------------------------------


def test_the_axis_mirrors_and_knows_sides(document: Document) -> None:
    axis = face_axis(document.faces.points, document.faces.quad)
    assert axis.mirrored(np.array([200.0, 300.0])) == pytest.approx([312, 300])
    assert axis.twin_at(LEFT_BROW, 100, 100) == RIGHT_BROW, "the picture's left: subject's right"
    assert axis.twin_at(LEFT_EYE, 400, 100) == LEFT_EYE and axis.twin_at(HAIR, 1, 1) == HAIR


def test_the_axis_of_a_turned_face_is_turned() -> None:
    quad = np.array([[0, 0], [0, 512], [512, 512], [512, 0]], np.float32)
    points = np.array([[200, 200], [200, 300], [0, 0], [100, 200], [100, 300]], np.float32)
    axis = face_axis(points, quad)
    assert axis.mirrored(np.array([150.0, 200.0])) == pytest.approx([150, 300])
    assert face_axis(None, quad).mirrored(np.array([0.0, 9.0])) == pytest.approx([512, 9])
