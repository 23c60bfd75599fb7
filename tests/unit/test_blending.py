"""Local blending: nothing changes where nothing may; a likeness is drawn where it stays."""

import pytest
import torch
from torch import Tensor

from s2flow_app.nets.blending import Blending, Change
from s2flow_app.nets.stylegan2 import Generator


@pytest.fixture
def generator() -> Generator:
    torch.manual_seed(3)
    return Generator(channels=(16, 16, 16, 16), w_dim=16).eval().requires_grad_(False)


@pytest.fixture
def half() -> Tensor:
    mask = torch.zeros(1, 1, 64, 64)
    mask[..., 32:] = 1
    return mask


def _drawn(generator: Generator, ws: Tensor) -> tuple[Tensor, Blending]:
    kept = Blending()
    return generator.synthesis(ws, blending=kept), kept


def test_outside_of_the_change_the_picture_stays(generator: Generator, half: Tensor) -> None:
    before, after = torch.randn(2, 1, 8, 16)
    was, kept = _drawn(generator, before)
    change = Change(kept.maps, half)
    now = generator.synthesis(after, blending=Blending(change=change))
    moved = (now - was).abs().mean(1)[0]
    assert moved[:, :8].max() < 1e-6, "beyond what one convolution sees"
    assert moved[:, 24:].mean() > 0.1


def test_a_change_everywhere_is_the_other_picture(generator: Generator, half: Tensor) -> None:
    before, after = torch.randn(2, 1, 8, 16)
    _, kept = _drawn(generator, before)
    change = Change(kept.maps, torch.ones_like(half))
    now = generator.synthesis(after, blending=Blending(change=change))
    assert torch.allclose(now, generator.synthesis(after), atol=1e-5)


def test_a_likeness_is_added_only_where_it_stays(generator: Generator, half: Tensor) -> None:
    ws, likeness = torch.randn(1, 8, 16), torch.randn(1, 16, 8, 8)
    plain = generator.synthesis(ws)
    everywhere = generator.synthesis(ws, blending=Blending(likeness=likeness))
    left = generator.synthesis(ws, blending=Blending(likeness=likeness, stays=1 - half))
    assert (everywhere - plain).abs().mean() > 0.01
    assert torch.allclose(left[..., :6], everywhere[..., :6], atol=1e-5)
    assert torch.allclose(left[..., 26:], plain[..., 26:], atol=1e-5)


def test_drawing_goes_on_from_feature_maps(generator: Generator) -> None:
    ws = torch.randn(1, 8, 16)
    whole, kept = _drawn(generator, ws)
    assert torch.equal(generator.synthesis(ws, drawn=(8, *kept.maps[8])), whole)
