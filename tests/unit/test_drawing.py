"""What the generators draw of states and latents, and what is kept of that."""

import copy
from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest
import torch
from tiny_pack import DIM, tiny_pack

from s2flow_app.engine import drawing as module
from s2flow_app.engine.drawing import DRAFT_SIZES, Drawing, as_picture, draft_size
from s2flow_app.engine.edit import draw
from s2flow_app.engine.generators import Generators
from s2flow_app.engine.pack import Pack
from s2flow_app.labels import SKIN
from s2flow_app.model.face import FaceState


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return tiny_pack(tmp_path_factory.mktemp("pack"))


@pytest.fixture
def drawing(pack: Pack) -> Drawing:
    return Drawing(Generators(pack.generator), "cpu")


@pytest.fixture
def state() -> FaceState:
    ws = np.random.default_rng(2).standard_normal((12, DIM)).astype(np.float32)
    crop, nothing = np.zeros((512, 512, 3), np.uint8), np.zeros((512, 512), np.uint8)
    return FaceState(ws, np.full((512, 512), SKIN, np.uint8), crop, nothing)


def test_latents_are_drawn_in_levels_with_fractions(
    pack: Pack, drawing: Drawing, state: FaceState
) -> None:
    render = drawing.latents(state.ws, "")
    img = draw(pack.generator, state.ws[None].copy())[0]
    wanted = ((img.clamp(-1, 1) + 1) * 127.5).permute(1, 2, 0).numpy()
    assert render.shape == (128, 128, 3) and render.dtype == np.float32
    np.testing.assert_allclose(render, wanted, atol=1e-3)
    assert render.min() >= 0 and render.max() <= 255
    rounded = as_picture(render)
    assert rounded.dtype == np.uint8 and np.abs(rounded - render).max() <= 0.5


def test_a_state_is_drawn_once_in_full_and_once_as_a_draft(
    drawing: Drawing, state: FaceState
) -> None:
    with patch.object(module, "draw", wraps=draw) as drawn:
        first, again = drawing.state(state), drawing.state(state)
        draft = drawing.state(state, draft=True)
        assert again is first and draft is not first and drawn.call_count == 2
        drawing.state(state)
        assert drawn.call_count == 2, "a draft does not put out the other"
        other = drawing.state(replace(state, ws=-state.ws))
        assert drawn.call_count == 3 and (other.render != first.render).any()
        drawing.forget()
        drawing.state(state)
        assert drawn.call_count == 4
    assert first.state is state and first.parsed is None


@pytest.mark.parametrize(("resolution", "size"), [(64, 128), (128, 128), (512, 256), (1024, 256)])
def test_drafts_are_half_as_large_within_bounds(resolution: int, size: int) -> None:
    assert draft_size(resolution) == size
    assert DRAFT_SIZES[0] <= size <= DRAFT_SIZES[1]


def test_what_a_generator_adds_to_be_like_its_photo_can_be_left_out(
    pack: Pack, state: FaceState
) -> None:
    generators = Generators(pack.generator)
    tuned = copy.deepcopy(pack.generator)
    tuned.likeness = torch.randn(1, 16, 32, 32)
    name = generators.keep(tuned)
    drawing = Drawing(generators, "cpu")
    plain = drawing.latents(state.ws, "")
    alike = drawing.latents(state.ws, name)
    np.testing.assert_allclose(drawing.latents(state.ws, name, likeness=False), plain, atol=1e-3)
    assert np.abs(alike - plain).mean() > 0.1
    small = drawing.small(torch.from_numpy(state.ws)[None], 64, generator=name)
    assert small.shape == (1, 3, 64, 64)
    assert (small - drawing.small(torch.from_numpy(state.ws)[None], 64, generator="")).any()
