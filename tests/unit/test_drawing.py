"""What is drawn of a state or an edit: what is new is painted, and what edits replaced before."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from tiny_pack import DIM, tiny_pack

from s2flow_app.engine.drawing import Drawing
from s2flow_app.engine.edit import draw
from s2flow_app.engine.generators import Generators
from s2flow_app.engine.pack import Pack
from s2flow_app.labels import HAIR, SKIN
from s2flow_app.messages import Edit, FaceState

CHANGED = np.s_[53:72, 53:72]
"""Well within the painted box, of 128 x 128."""
FAR = np.s_[:30]


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return tiny_pack(tmp_path_factory.mktemp("pack"))


@pytest.fixture
def state() -> FaceState:
    rng = np.random.default_rng(2)
    ws = rng.standard_normal((12, DIM)).astype(np.float32)
    crop, nothing = np.zeros((512, 512, 3), np.uint8), np.zeros((512, 512), np.uint8)
    label_map = np.full((512, 512), SKIN, np.uint8)
    return FaceState(ws, label_map, crop, nothing, np.zeros((4, 2), np.float32), "")


def _asked(state: FaceState) -> np.ndarray:
    asked = state.label_map.copy()
    asked[200:300, 200:300] = HAIR
    return asked


def _off(pack: Pack, drawn: str, *given: object) -> np.ndarray:
    """How far a drawing with the painter differs from one without it."""
    pictures = []
    for painter in (pack.painter, None):
        drawing = Drawing(Generators(pack.generator), "cpu", painter=painter)
        found = getattr(drawing, drawn)(*given)
        pictures.append(getattr(found, "render", found))
    return np.abs(pictures[0] - pictures[1]).max(2)


def test_what_is_new_is_painted(pack: Pack, state: FaceState) -> None:
    off = _off(pack, "edit", Edit(state, _asked(state)), state.ws)
    assert off[CHANGED].mean() > 1 and off[FAR].max() < 0.01


def test_what_edits_replaced_stays_painted(pack: Pack, state: FaceState) -> None:
    assert not _off(pack, "state", state).any()
    replaced = np.zeros((512, 512), np.uint8)
    replaced[200:300, 200:300] = 255
    off = _off(pack, "state", replace(state, label_map=_asked(state), replaced=replaced))
    assert off[CHANGED].mean() > 1 and off[FAR].max() < 0.01


def test_half_an_edit_is_half_painted(pack: Pack, state: FaceState) -> None:
    whole, half, none = (
        _off(pack, "edit", Edit(state, _asked(state), amount=amount), state.ws)
        for amount in (1.0, 0.5, 0.0)
    )
    assert 0.3 < half[CHANGED].mean() / whole[CHANGED].mean() < 0.8
    assert not none.any()


def test_made_up_faces_are_painted_everywhere(pack: Pack, state: FaceState) -> None:
    ws = torch.from_numpy(np.stack([state.ws, -state.ws]))
    off = []
    for label_map in (state.label_map, _asked(state)):
        drawing = Drawing(Generators(pack.generator), "cpu", painter=pack.painter)
        off.append(drawing.made_up(ws, label_map[None]) - draw(pack.generator, ws))
    assert off[0].shape == (2, 3, 128, 128)
    assert (off[0].abs().mean((0, 1)) > 1e-3).float().mean() > 0.9
    assert (off[1] - off[0]).abs().mean((0, 1))[CHANGED].mean() > 1e-3
