"""Settling gives back what an edit moved besides, and keeps what it drew."""

from threading import Event

import pytest
import torch

from s2flow_app.engine.settle import settled
from s2flow_app.errors import Cancelled
from s2flow_app.nets.stylegan2 import Generator


@pytest.fixture
def generator() -> Generator:
    torch.manual_seed(5)
    return Generator(channels=(32, 32, 32), w_dim=32).eval().requires_grad_(False)


def test_what_lies_outside_comes_nearer_to_what_was(generator: Generator) -> None:
    before = torch.randn(1, 6, 32)
    after = before + 0.3 * torch.randn(1, 1, 32)
    near = torch.zeros(1, 1, 64, 64)
    near[..., 16:32, 16:32] = 1
    found = settled(generator, before, after, near)
    was, drawn, now = (generator.synthesis(ws) for ws in (before, after, found))
    inside = near[..., ::4, ::4]
    outside = 1 - inside
    assert ((now - was).abs() * outside).sum() < 0.9 * ((drawn - was).abs() * outside).sum()
    assert ((now - drawn).abs() * inside).sum() < 0.5 * ((drawn - was).abs() * inside).sum()


def test_it_stops_when_cancelled(generator: Generator) -> None:
    cancel = Event()
    cancel.set()
    with pytest.raises(Cancelled):
        settled(
            generator, torch.zeros(1, 6, 32), torch.ones(1, 6, 32), torch.zeros(1, 1, 64, 64),
            cancel=cancel,
        )  # fmt: skip
