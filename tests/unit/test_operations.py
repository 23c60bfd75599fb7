"""Operations: every kind as JSON and back, and what is refused."""

import json
import math
from dataclasses import fields

import numpy as np
import pytest

from s2flow_app.document.styles import operation_between
from s2flow_app.labels import HAIR, HAT, LOWER_LIP, MOUTH, SKIN, UPPER_LIP
from s2flow_app.model import operations as ops
from s2flow_app.model.edit import Style
from s2flow_app.model.operation_json import OPERATIONS, as_json, from_json
from s2flow_app.model.operations import Operation

EXAMPLES: tuple[Operation, ...] = (
    ops.Stroke("brush", HAIR),
    ops.Stroke("eraser"),
    ops.Outline("lasso", HAT),
    ops.Fill(SKIN),
    ops.Select(HAT),
    ops.Reshape("grow", HAIR),
    ops.MovePart("warp", (MOUTH, UPPER_LIP, LOWER_LIP)),
    ops.Preset("fuller_hair", 0.8),
    ops.Preset("remove_hat", None),
    ops.Smile(0.8),
    ops.ShapeTransfer("nose", "anna.jpg"),
    ops.Merge(HAIR, HAT),
    ops.Stacking(HAIR),
    ops.Stacking(),
    ops.FreeAll(),
    ops.LabelMapFile("map.png"),
    ops.Discard(),
    ops.StyleChange((("lips_colour", 0.4),), (7, 0.5), ("bert.jpg", 1.0), (UPPER_LIP, LOWER_LIP)),
    ops.StyleChange((("lips_colour", -0.4),)),
    ops.StyleRegion(()),
    ops.StyleRegion(None),
    ops.StyleReset(),
    ops.DiscardStyle(),
    ops.ApplyEdit((ops.Smile(0.5), ops.Stroke("brush", HAIR))),
    ops.Amount(0.7),
    ops.Alignment(),
    ops.Tuning(),
)


def test_there_is_an_example_of_every_kind_and_each_has_one_name() -> None:
    assert {type(each) for each in EXAMPLES} == set(OPERATIONS.values())
    assert len(OPERATIONS) == len({kind.name for kind in OPERATIONS.values()})


@pytest.mark.parametrize("operation", EXAMPLES, ids=repr)
def test_an_operation_comes_back_from_json(operation: Operation) -> None:
    back = from_json(json.loads(json.dumps(as_json(operation), allow_nan=False)))
    assert back == operation and hash(back) == hash(operation) and back.kind == operation.kind


@pytest.mark.parametrize("operation", EXAMPLES, ids=repr)
def test_a_wrong_type_in_any_field_is_refused(operation: Operation) -> None:
    plain = as_json(operation)
    for field in fields(operation):
        for wrong in ({}, [[]], True, math.nan):
            with pytest.raises(ValueError, match=r"."):
                from_json({**plain, field.name: wrong})


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "stroke",
        {},
        {"operation": None},
        {"operation": "explode"},
        {"operation": "fill"},
        {"operation": "fill", "class_id": 19},
        {"operation": "fill", "class_id": -1},
        {"operation": "fill", "class_id": 1.0},
        {"operation": "fill", "class_id": 1, "more": 2},
        {"operation": "stroke", "tool": "hammer", "class_id": None},
        {"operation": "stroke", "tool": "brush", "class_id": None},
        {"operation": "stroke", "tool": "eraser", "class_id": 3},
        {"operation": "move_part", "how": "warp", "classes": []},
        {"operation": "amount", "value": math.inf},
        {"operation": "apply_edit", "applied": [{"operation": "apply_edit", "applied": []}]},
    ],
)
def test_what_is_no_operation_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_json(value)


CODE = np.ones(4, np.float32)
LIPS = Style(attributes=(("lips_colour", 0.4),))


@pytest.mark.parametrize(
    ("before", "after", "operation"),
    [
        (Style(), LIPS, ops.StyleChange((("lips_colour", 0.4),))),
        (LIPS, Style(), ops.StyleChange((("lips_colour", 0.0),))),
        (
            Style((("age", 0.1), ("smile", 0.2))),
            Style((("age", 0.1), ("smile", 0.3))),
            ops.StyleChange((("smile", 0.3),)),
        ),
        (
            LIPS,
            Style(LIPS.attributes, variation_seed=3, variation_strength=0.5, regions=()),
            ops.StyleChange(variation=(3, 0.5), regions=()),
        ),
        (
            Style(),
            Style(reference_code=CODE, reference_strength=0.6, reference_name="a.jpg"),
            ops.StyleChange(reference=("a.jpg", 0.6)),
        ),
        (
            Style(reference_code=CODE, reference_strength=0.6, reference_name="a.jpg"),
            Style(reference_strength=0.0),
            ops.StyleChange(reference=("a.jpg", 0.0)),
        ),
        (
            Style((("age", 0.1),), variation_seed=3, variation_strength=0.5),
            Style(),
            ops.StyleReset(),
        ),
        (LIPS, Style(LIPS.attributes, regions=(SKIN,)), ops.StyleRegion((SKIN,))),
    ],
)
def test_what_lies_between_two_styles(before: Style, after: Style, operation: Operation) -> None:
    assert operation_between(before, after) == operation
