"""Operations that are done again on another face, and why others cannot be."""

import numpy as np
import pytest
from documents import POINTS, commit, opened, prepared, stroke, texts

from s2flow_app.document import repeating
from s2flow_app.document.document import Document
from s2flow_app.document.history import Node
from s2flow_app.document.repeating import do_again, why_not_again
from s2flow_app.label_shapes.presets import PRESETS
from s2flow_app.labels import HAIR, HAT, SKIN, STACKING
from s2flow_app.model import operations as ops
from s2flow_app.model.edit import Style
from s2flow_app.model.operations import Operation

WIDER = next(preset for preset in PRESETS if preset.name == "fuller_hair")
CODE = np.ones(8, np.float32)


@pytest.fixture
def document() -> Document:
    """Two faces, the second one edited, with hair on both."""
    document = Document()
    document.faces.open(*opened())
    for points in (POINTS + 1, POINTS):
        document.faces.set_face(points, prepared())
        _hair(document)
        commit(document, 20)
    return document


def _hair(document: Document) -> None:
    document.labels.begin_stroke()
    document.labels.paint(HAIR, np.ones((100, 300), bool), 100, 80)
    document.labels.end_stroke(ops.Stroke("brush", HAIR))


def _node(document: Document) -> Node:
    assert document.history.tree is not None
    return document.history.tree.current


def _shaped(document: Document) -> None:
    asked = WIDER.apply(document.labels.label_map, strength=0.7)
    assert document.labels.set_label_map(asked, ops.Preset("fuller_hair", 0.7))


def test_a_shape_and_a_style_are_done_again_on_another_face(document: Document) -> None:
    _shaped(document)
    shape, shaped = _node(document), document.labels.label_map.copy()
    style = Style((("smile", 0.4),), 3, 0.5, CODE, 0.8, "anna.jpg", (HAIR,))
    document.edits.set_style(style)
    styled = _node(document)
    document.faces.choose(0)
    assert do_again(document, shape) and np.array_equal(document.labels.label_map, shaped)
    assert do_again(document, styled) and document.edits.style == style
    assert texts(document)[-2:] == ["preset", "style_change"]
    assert not do_again(document, styled), "it is so already"


def test_of_an_applied_edit_all_that_can_be_is_done_again(document: Document) -> None:
    _shaped(document)
    stroke(document, HAT, 0, 0)
    document.edits.set_style(Style((("smile", 0.4),)))
    commit(document, 40)
    applied = _node(document)
    document.faces.choose(0)
    assert do_again(document, applied)
    assert texts(document) == ["stroke", "apply_edit", "preset", "style_change"]
    assert not (document.labels.label_map == HAT).any()


def test_layers_are_merged_stacked_and_discarded_again(document: Document) -> None:
    document.labels.set_stacking(STACKING[::-1])
    stacked = _node(document)
    document.labels.merge(SKIN, HAT)
    merged = _node(document)
    document.edits.discard()
    discarded = _node(document)
    document.faces.choose(0)
    assert do_again(document, stacked) and document.labels.stacking == STACKING[::-1]
    assert do_again(document, merged) and not (document.labels.label_map == SKIN).any()
    assert do_again(document, discarded) and not document.edits.is_pending


@pytest.mark.parametrize(
    ("operation", "why"),
    [
        (ops.Stroke("brush", HAIR), repeating.BY_HAND),
        (ops.Outline("lasso", HAIR), repeating.BY_HAND),
        (ops.Fill(HAIR), repeating.BY_HAND),
        (ops.ShapeTransfer("nose", "anna.jpg"), repeating.OTHER_FACE),
        (ops.LabelMapFile("map.png"), repeating.ONE_FACE),
        (ops.Preset("of_a_newer_version"), repeating.UNKNOWN),
    ],
)
def test_what_cannot_be_done_again_says_why(
    document: Document, operation: Operation, why: str
) -> None:
    document.labels.set_label_map(document.labels.label_map * 0 + HAT, operation)
    node, steps = _node(document), len(document.history.steps())
    assert why_not_again(node) == why
    assert not do_again(document, node) and len(document.history.steps()) == steps


def test_the_start_and_an_edit_of_strokes_cannot_be_done_again(document: Document) -> None:
    assert document.history.tree is not None
    assert why_not_again(document.history.tree.root) == repeating.ONE_FACE
    assert why_not_again(_node(document)) == repeating.NOTHING_OF_IT
