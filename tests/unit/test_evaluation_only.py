"""Measuring some parts of a pack: the others stay as the pack states them, and are said to."""

from s2flow_app.training.evaluation.evaluate import _kept

STATED = {
    "judged": {"pack_sha256": "abc"}, "parser": {"mean_f1": 0.8}, "edits": {"kinds": {}},
    "survived": {"near": {}}, "checks": [],
}  # fmt: skip


def test_what_is_not_asked_for_is_kept_with_what_judged_it() -> None:
    found = _kept(STATED, {"edits"})
    assert found["parser"] == {"mean_f1": 0.8} and "edits" not in found
    assert found["kept"] == {"parts": ["parser"], "judged": {"pack_sha256": "abc"}}
    assert "checks" not in found


def test_what_survived_is_measured_with_edits_or_realism() -> None:
    assert "survived" not in _kept(STATED, {"realism"})
    assert _kept(STATED, {"styles"})["survived"] == {"near": {}}
