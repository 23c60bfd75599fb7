"""Style sliders fitted to a face: what they are named after moves, the rest stays."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from s2flow_app.engine.style_proxies import TITLES, Regions, proxies, to_lab
from s2flow_app.engine.style_steps import StyleSteps
from s2flow_app.labels import (
    BACKGROUND,
    CLOTH,
    HAIR,
    LEFT_BROW,
    LEFT_EYE,
    LOWER_LIP,
    NOSE,
    RIGHT_BROW,
    RIGHT_EYE,
    SKIN,
    UPPER_LIP,
)
from s2flow_app.nets.flow import Flow
from s2flow_app.nets.images import to_img
from s2flow_app.nets.styles import StyleDirections

NAMES = list(TITLES)


def face_map() -> np.ndarray:
    label_map = np.full((128, 128), BACKGROUND, np.uint8)
    label_map[10:60, 25:103] = HAIR
    label_map[35:110, 35:93] = SKIN
    label_map[46:49, 42:58] = RIGHT_BROW
    label_map[46:49, 70:86] = LEFT_BROW
    label_map[52:58, 44:56] = RIGHT_EYE
    label_map[52:58, 72:84] = LEFT_EYE
    label_map[58:76, 60:68] = NOSE
    label_map[84:87, 52:76] = UPPER_LIP
    label_map[87:92, 52:76] = LOWER_LIP
    label_map[112:, 20:108] = CLOTH
    return label_map


def measured(image: np.ndarray, label_map: np.ndarray) -> np.ndarray:
    return proxies(to_img(image[None]), Regions.of(label_map))[0].numpy()


def test_lab_is_what_opencv_finds() -> None:
    import cv2

    image = np.random.default_rng(0).integers(0, 256, (1, 16, 16, 3), dtype=np.uint8)
    wanted = cv2.cvtColor(image[0].astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    found = to_lab(to_img(image))[0].permute(1, 2, 0).numpy()
    np.testing.assert_allclose(found, wanted, atol=0.3)  # it looks values up


@pytest.mark.parametrize(
    ("name", "colour", "where"),
    [
        ("hair_lightness", (200, 200, 200), (HAIR,)),
        ("hair_warmth", (130, 80, 60), (HAIR,)),
        ("skin_lightness", (250, 220, 200), (SKIN, NOSE)),
        ("skin_redness", (190, 100, 110), (SKIN, NOSE)),
        ("lips_lightness", (200, 200, 200), (UPPER_LIP, LOWER_LIP)),
        ("lips_colour", (170, 60, 70), (UPPER_LIP, LOWER_LIP)),
        ("background_lightness", (255, 255, 255), (BACKGROUND,)),
        ("background_warmth", (130, 100, 50), (BACKGROUND,)),
    ],
)
def test_a_proxy_grows_with_what_it_is_named_after(name, colour, where) -> None:
    label_map = face_map()
    image = np.full((128, 128, 3), 90, np.uint8)
    changed = image.copy()
    changed[np.isin(label_map, where)] = colour
    k = NAMES.index(name)
    assert measured(changed, label_map)[k] > measured(image, label_map)[k] + 5


def test_light_stubble_and_contrast_are_told_apart() -> None:
    label_map, base = face_map(), np.full((128, 128, 3), 150, np.uint8)
    rest = measured(base, label_map)
    lit, bearded, above, rested = (base.copy() for _ in range(4))
    lit[:, 64:] = 190
    above[:46] = 190
    rested[59:65] = 190
    bearded[92:] = 100
    for image, name in (
        (lit, "light_side"), (bearded, "stubble"), (above, "light_height"), (rested, "under_eyes"),
    ):  # fmt: skip
        moved = measured(image, label_map) - rest
        assert moved[NAMES.index(name)] > 1, name
    assert abs(measured(above, label_map) - rest)[NAMES.index("light_side")] < 1
    assert measured(lit, label_map)[NAMES.index("face_contrast")] > 5


def test_what_a_face_does_not_show_is_not_measured() -> None:
    bald = np.where(face_map() == HAIR, np.uint8(SKIN), face_map())
    regions = Regions.of(bald)
    assert not regions.shown[NAMES.index("hair_warmth")]
    assert regions.shown[NAMES.index("skin_warmth")]
    assert measured(np.full((128, 128, 3), 90, np.uint8), bald)[NAMES.index("hair_warmth")] == 0


class Painter:
    """Stands for a generator: each number of a latent recolours every part and adds grain."""

    def __init__(self, label_map: np.ndarray) -> None:
        across = torch.linspace(-1, 1, 128)[None, None, :, None]
        down = F.interpolate(torch.randn(32, 1, 16, 1), size=(128, 1)).permute(0, 2, 3, 1)
        grain = torch.randn(1, 128, 128, 1)
        colours = torch.randn(32, 19, 3)[:, torch.from_numpy(label_map).long()]
        strengths = torch.randn(2, 32, 1, 1, 1)
        shades = strengths[0] * across + down + strengths[1] * grain
        self._patterns = (colours + shades).permute(0, 3, 1, 2)
        self._rest = 30 * torch.randn(19, 3)[torch.from_numpy(label_map).long()].permute(2, 0, 1)

    def __call__(self, ws: Tensor, size_px: int) -> Tensor:
        painted = torch.einsum("nd,dchw->nchw", ws.mean(1), self._patterns)
        img = torch.tanh(0.02 * (painted + self._rest))
        return F.interpolate(img, size=size_px, mode="area")


@pytest.fixture(scope="module")
def steps() -> StyleSteps:
    torch.manual_seed(0)
    flow = Flow(dim=32, condition_dim=8, hidden=(32,)).eval().requires_grad_(False)
    styles = StyleDirections(names=tuple(NAMES), titles=tuple(TITLES.values()), dim=32)
    styles.directions = torch.randn(len(NAMES), 32)
    styles.basis = torch.eye(32)
    styles.targets = torch.full((len(NAMES),), 5.0)
    return StyleSteps(
        styles, flow, Painter(face_map()), code=torch.randn(32), condition=torch.randn(8),
        offsets=torch.zeros(12, 32), label_map=face_map(),
    )  # fmt: skip


# All the painting's contrast is that between its parts, which other sliders hold.
@pytest.mark.parametrize("name", [name for name in NAMES if name != "face_contrast"])
@pytest.mark.parametrize("amount", [-1.0, 0.6])
def test_a_slider_moves_its_own_proxy_and_no_other(
    steps: StyleSteps, name: str, amount: float
) -> None:
    moved = steps.moved_by(steps.step({name: amount})).numpy()
    k = NAMES.index(name)
    assert moved[k] == pytest.approx(amount, abs=0.2)
    assert np.abs(np.delete(moved, k)).max() < 0.2


def test_two_sliders_move_two_proxies(steps: StyleSteps) -> None:
    moved = steps.moved_by(steps.step({"hair_warmth": 0.5, "light_side": -0.5})).numpy()
    wanted = np.zeros(len(NAMES))
    wanted[[NAMES.index("hair_warmth"), NAMES.index("light_side")]] = 0.5, -0.5
    np.testing.assert_allclose(moved, wanted, atol=0.12)


def test_at_rest_nothing_moves(steps: StyleSteps) -> None:
    assert not steps.step({"hair_lightness": 0.0}).any()


def test_an_unknown_slider_is_an_error(steps: StyleSteps) -> None:
    with pytest.raises(KeyError):
        steps.step({"charm": 1.0})


def test_weights_from_before_faces_had_steps_of_their_own_still_load() -> None:
    styles = StyleDirections(names=("a",), titles=("A",), dim=4)
    styles.load_state_dict({"directions": torch.ones(1, 4)}, assign=True)
    assert len(styles.basis) == 0 and (styles({"a": 0.5}) == 0.5).all()
    fitted = StyleDirections(names=("a",), titles=("A",), dim=4)
    fitted.basis = torch.ones(7, 4)
    styles.load_state_dict(fitted.state_dict())
    assert styles.basis.shape == (7, 4)
