"""What a stranger sees of an edit: cues that say it, weights that are fitted, the worst place."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from s2flow_app.engine.changed_places import places
from s2flow_app.engine.realism import CUES, SeenModel, cues
from s2flow_app.labels import HAIR, SKIN
from s2flow_app.model.face import FaceState
from s2flow_app.training.evaluation.seen_estimate import estimate


@pytest.fixture
def before() -> FaceState:
    noise = np.random.default_rng(0).normal(128, 20, (512, 512, 3))
    label_map = np.full((512, 512), SKIN, np.uint8)
    nothing = np.zeros((512, 512), np.uint8)
    crop = noise.clip(0, 255).astype(np.uint8)
    return FaceState(np.zeros((12, 512), np.float32), label_map, crop, nothing)


def painted(state: FaceState, x: int, *, smooth: bool) -> FaceState:
    """Hair painted about a column."""
    box = np.s_[200:300, x - 40 : x + 40]
    crop, replaced, label_map = (a.copy() for a in (state.crop, state.replaced, state.label_map))
    if smooth:
        crop[box] = cv2.GaussianBlur(crop[box], (0, 0), 3)
    replaced[box], label_map[box] = 255, HAIR
    return replace(state, crop=crop, replaced=replaced, label_map=label_map)


def cue(name: str, before: FaceState, after: FaceState) -> float:
    where = places(before.label_map != after.label_map)
    return float(cues(before, after, where)[0, CUES.index(name)])


def test_cues_tell_what_is_painted_as_what_and_how_fine(before) -> None:
    sharp, smooth = (painted(before, 250, smooth=s) for s in (False, True))
    for after in (sharp, smooth):
        assert cue("painted", before, after) > 0.5
        assert cue("painted_hair", before, after) == cue("painted", before, after)
        assert cue("painted_skin", before, after) == 0
        assert cue("more_hair", before, after) > 0.5
    assert cue("grain", before, smooth) > cue("grain", before, sharp) + 0.5
    assert cue("change", before, sharp) == 0 < cue("change", before, smooth)


def test_cues_tell_how_far_the_photo_moved(before) -> None:
    moved = np.zeros((512, 512, 2), np.float16)
    moved[..., 0] = 3
    after = replace(painted(before, 250, smooth=False), moved=moved)
    assert cue("shift", before, after) == pytest.approx(3)
    assert cue("stretch", before, after) == 0


def test_the_estimate_learns_which_cue_shows_and_says_how_well_it_does() -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(0, 1, (400, len(CUES)))
    seen = values[:, CUES.index("grain")] + 0.3 * rng.normal(size=400) > 0
    found = estimate(values, seen, np.arange(400) % 40)
    assert found["ranked_right"] > 0.9
    weights = {name: abs(of["weight"]) for name, of in found["cues"].items()}
    assert max(weights, key=weights.__getitem__) == "grain"
    estimated = [each["estimated"] for each in found["bins"]]
    assert estimated == sorted(estimated)
    model = SeenModel.of_figures({"realism": {"estimate": found}})
    assert model is not None
    shares = model.share(values)
    assert np.corrcoef(shares, seen)[0, 1] > 0.7


def test_too_few_people_give_no_estimate() -> None:
    values = np.zeros((30, len(CUES)))
    assert estimate(values, np.arange(30) % 2 > 0, np.arange(30) % 5) == {}


def test_a_pack_without_an_estimate_or_with_one_of_other_cues_knows_nothing() -> None:
    assert SeenModel.of_figures({}) is None
    other = {"offset": 0.0, "cues": {"else": {"mean": 0, "scale": 1, "weight": 1}}}
    assert SeenModel.of_figures({"realism": {"estimate": other}}) is None


def test_the_worst_place_is_told_with_what_was_made_there(before) -> None:
    weights = np.array([float(name == "grain") for name in CUES])
    model = SeenModel(np.zeros(len(CUES)), np.ones(len(CUES)), weights, 0.0)
    after = painted(painted(before, 100, smooth=False), 400, smooth=True)
    seen = model.seen(before, after, before.label_map != after.label_map)
    assert seen is not None and seen.class_id == HAIR
    assert seen.place[1] > 350, "where it is too smooth"
    assert seen.share > 0.6
    assert model.seen(before, before, np.zeros((512, 512), np.bool_)) is None
