"""The first draft of a slider does not wait until its steps are fitted to the face."""

import numpy as np
import pytest
import torch
from tiny_pack import DIM, tiny_pack

from s2flow_app.engine import edit as edit_module
from s2flow_app.engine.edit import LatentEditor
from s2flow_app.model.edit import Edit, Style
from s2flow_app.model.face import FaceState


class Fitted:
    """Stands for steps that were fitted: five times as far."""

    made = 0

    def __init__(self, styles, *_args, **_options) -> None:
        type(self).made += 1
        self._styles = styles

    def step(self, amounts: dict[str, float]) -> torch.Tensor:
        return 5 * self._styles(amounts)


@pytest.fixture
def editor(tmp_path, monkeypatch) -> LatentEditor:
    monkeypatch.setattr(edit_module, "StyleSteps", Fitted)
    Fitted.made = 0
    pack = tiny_pack(tmp_path)
    pack.styles.basis = torch.eye(DIM)
    return LatentEditor(pack)


def test_a_draft_moves_the_slider_as_on_average_until_its_steps_are_known(
    editor: LatentEditor,
) -> None:
    state = FaceState(
        ws=np.random.default_rng(0).normal(size=(8, DIM)).astype(np.float32),
        label_map=np.zeros((512, 512), np.uint8),
        crop=np.zeros((512, 512, 3), np.uint8),
        replaced=np.zeros((512, 512), np.uint8),
    )
    name = editor.attributes[0][0]
    asked = Edit(state, state.label_map, Style(attributes=((name, 0.2),)))
    with torch.inference_mode():
        first = editor.edited_ws(asked, draft=True)[0]
        assert Fitted.made == 0 and np.abs(first - state.ws).max() > 0
        fitted = editor.edited_ws(asked)[0]
        later = editor.edited_ws(asked, draft=True)[0]
    assert Fitted.made == 1, "found once, for what is shown when the hand rests"
    assert np.abs(fitted - first).max() > 0
    np.testing.assert_array_equal(later, fitted)
