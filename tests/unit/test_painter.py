"""The map painter: it adds where something is asked for, at one size, and learns maps."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from s2flow_app.labels import NUM_CLASSES
from s2flow_app.nets.blending import Blending
from s2flow_app.nets.painter import PAINTED_AT, MapPainter, Painting, detail
from s2flow_app.nets.stylegan2 import Generator


@pytest.fixture
def painter() -> MapPainter:
    torch.manual_seed(3)
    net = MapPainter(features=8, widths=(8, 8, 8)).requires_grad_(False)
    torch.nn.init.normal_(net.leave.weight, std=0.1)
    return net


@pytest.fixture
def generator() -> Generator:
    torch.manual_seed(3)
    return Generator(channels=(8,) * 6, w_dim=16).eval().requires_grad_(False)


@pytest.fixture
def half() -> Tensor:
    mask = torch.zeros(1, 1, 256, 256)
    mask[..., 128:] = 1
    return mask


def _asked(class_id: int) -> Tensor:
    asked = torch.zeros(1, NUM_CLASSES, PAINTED_AT, PAINTED_AT)
    asked[:, class_id] = 1
    return asked


def test_only_where_something_is_asked_for_it_paints(
    painter: MapPainter, generator: Generator, half: Tensor
) -> None:
    ws = torch.randn(2, 12, 16)
    plain = generator.synthesis(ws)
    found = generator.synthesis(ws, blending=Blending(painting=Painting(painter, _asked(1), half)))
    moved = (found - plain).abs().mean((0, 1))
    assert moved[:, :60].max() < 1e-5
    assert moved[:, 70:].mean() > 1e-3


def test_it_paints_what_is_asked_for(
    painter: MapPainter, generator: Generator, half: Tensor
) -> None:
    ws = torch.randn(1, 12, 16)
    hair, skin = (
        generator.synthesis(ws, blending=Blending(painting=Painting(painter, asked, half)))
        for asked in (_asked(17), _asked(1))
    )
    assert (hair - skin)[..., 70:].abs().mean() > 1e-3


def test_smaller_drafts_are_left_alone(
    painter: MapPainter, generator: Generator, half: Tensor
) -> None:
    ws = torch.randn(1, 12, 16)
    painting = Painting(painter, _asked(1), half)
    draft = generator.synthesis(ws, upto=32, blending=Blending(painting=painting))
    assert torch.equal(draft, generator.synthesis(ws, upto=32))


def test_an_untrained_one_adds_nothing(half: Tensor) -> None:
    features = torch.randn(2, 8, PAINTED_AT, PAINTED_AT)
    img = torch.randn(2, 3, PAINTED_AT, PAINTED_AT)
    painting = Painting(MapPainter(features=8), _asked(1), half)
    for found, was in zip(painting(features, img), (features, img), strict=True):
        assert torch.equal(found, was)


def test_what_is_painted_is_as_crisp_as_it_says(
    painter: MapPainter, generator: Generator, half: Tensor
) -> None:
    ws = torch.randn(1, 12, 16)
    dull = generator.synthesis(ws, blending=Blending(painting=Painting(painter, _asked(1), half)))
    painter.crispness.fill_(0.7)
    crisp = generator.synthesis(ws, blending=Blending(painting=Painting(painter, _asked(1), half)))
    change = (crisp - dull)[..., 4:-4, :]
    assert change[..., :60].abs().max() < 1e-5
    wanted = 0.7 * detail(dull)[..., 4:-4, :]
    assert torch.allclose(change[..., 70:], wanted[..., 70:], atol=1e-5)


def test_detail_is_what_is_fine() -> None:
    y, x = torch.meshgrid(torch.arange(32), torch.arange(32), indexing="ij")
    board, slope = ((x + y) % 2 * 2.0 - 1).expand(1, 3, -1, -1), (x / 32).expand(1, 3, -1, -1)
    assert torch.allclose(detail(board)[..., 2:-2, 2:-2], board[..., 2:-2, 2:-2], atol=1e-5)
    assert detail(slope)[..., 2:-2].abs().max() < 1e-6


def test_painters_from_before_crispness_was_measured_draw_as_they_did() -> None:
    saved = MapPainter(features=8).state_dict()
    del saved["crispness"]
    painter = MapPainter(features=8)
    painter.crispness.fill_(1.0)
    painter.load_state_dict(saved)
    assert painter.crispness == 0


def test_gradients_pass_a_copy_made_without_any(painter: MapPainter, half: Tensor) -> None:
    with torch.inference_mode():
        kept = Painting(painter, _asked(1).clone(), half.clone())
        kept(torch.randn(1, 8, PAINTED_AT, PAINTED_AT), torch.zeros(1, 3, PAINTED_AT, PAINTED_AT))
    with torch.inference_mode(False), torch.enable_grad():
        features = torch.randn(1, 8, PAINTED_AT, PAINTED_AT, requires_grad=True)
        kept.copied()(features, features.detach()[:, :3])[0].sum().backward()
    assert features.grad is not None


def test_it_learns_to_draw_two_classes_apart(painter: MapPainter) -> None:
    painter.requires_grad_(True)
    features = torch.zeros(1, 8, PAINTED_AT, PAINTED_AT)
    img = torch.zeros(1, 3, PAINTED_AT, PAINTED_AT)
    asked = _asked(0)
    asked[:, 0, :, 32:], asked[:, 1, :, 32:] = 0, 1
    everywhere, wanted = torch.ones_like(img[:, :1]), asked[:, 1:2].expand(-1, 8, -1, -1)
    optimiser = torch.optim.Adam(painter.parameters(), lr=1e-2)
    losses = []
    for _ in range(30):
        loss = F.mse_loss(painter(features, img, asked, everywhere)[0], wanted)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.2 * losses[0]
