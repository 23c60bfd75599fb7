"""Settling gives back what an edit moved besides, and keeps what it drew."""

from dataclasses import replace
from threading import Event

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from s2flow_app.engine.settle import Asked, settled
from s2flow_app.errors import Cancelled
from s2flow_app.labels import HAIR, MOUTH
from s2flow_app.nets.blending import Blending, Change
from s2flow_app.nets.painter import MapPainter, Painting
from s2flow_app.nets.parser import FaceParser
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
    kept = Blending()
    generator.synthesis(before, blending=kept)
    change = Change(kept.maps, near)
    drawn, now = (
        generator.synthesis(ws, blending=Blending(change=change)) for ws in (after, found)
    )
    assert ((now - drawn).abs() * inside).sum() < 0.5 * ((drawn - was).abs() * inside).sum()


class _DarkIsHair(FaceParser):
    def forward(self, img: torch.Tensor) -> torch.Tensor:
        light = F.avg_pool2d(img.mean(1), 2)
        logits = torch.zeros(1, 19, *light.shape[1:])
        logits[:, HAIR] = -8 * light
        return logits


def test_a_guide_draws_it_closer_to_what_was_asked(generator: Generator) -> None:
    guide = _DarkIsHair()
    before = torch.randn(1, 6, 32)
    after = before + 0.3 * torch.randn(1, 1, 32)
    changed = np.zeros((512, 512), bool)
    changed[128:384, 128:384] = True
    label_map = np.where(changed, HAIR, 0).astype(np.uint8)
    near = torch.from_numpy(changed.astype(np.float32))[None, None]

    def light(ws: torch.Tensor) -> float:
        return float(generator.synthesis(ws)[..., 4:12, 4:12].mean())

    alone = settled(generator, before, after, near)
    asked = Asked(guide, np.zeros_like(label_map), label_map)
    guided = settled(generator, before, after, near, asked=asked)
    again = settled(generator, before, after, near, asked=asked)
    assert light(guided) < light(alone) - 0.02
    assert torch.equal(guided, again), "the same every time"


class _Onlooker(FaceParser):
    def __init__(self) -> None:
        super().__init__(channels=(8, 8, 8, 8, 8))
        self.edge: list[torch.Tensor] = []

    def forward(self, img: torch.Tensor) -> torch.Tensor:
        self.edge.append(img[..., :24].detach())
        return torch.zeros(1, 19, *(side // 2 for side in img.shape[2:])) + 0 * img.mean()


def test_the_guide_sees_the_likeness_where_it_stays(generator: Generator) -> None:
    label_map = np.zeros((512, 512), np.uint8)
    label_map[192:320, 320:448] = HAIR
    near = torch.from_numpy(label_map > 0)[None, None].float()
    before, after = torch.randn(2, 1, 6, 32)
    stays = torch.ones(1, 1, 512, 512)
    seen = {}
    for name, shown in (("all", stays), ("none", 0 * stays)):
        generator.likeness = 5 * torch.ones(1, 32, 4, 4)
        guide = _Onlooker()
        asked = Asked(guide, np.zeros_like(label_map), label_map)
        settled(generator, before, after, near, asked=asked, stays=shown)
        seen[name] = guide.edge[0]
    assert (seen["all"] - seen["none"]).abs().mean() > 0.1


def test_the_guide_sees_what_will_be_drawn(generator: Generator) -> None:
    label_map = np.full((512, 512), HAIR, np.uint8)
    near = torch.ones(1, 1, 512, 512)
    before, after = torch.randn(2, 1, 6, 32)
    off = {}
    for name, where in (("nowhere", 0 * near), ("everywhere", near)):
        edges = []
        for ws in (before, after):
            guide = _Onlooker()
            asked = Asked(guide, np.zeros_like(label_map), label_map)
            settled(generator, before, ws, near, where=where, asked=asked)
            edges.append(guide.edge[0])
        off[name] = (edges[0] - edges[1]).abs().mean()
    assert off["nowhere"] < 1e-5
    assert off["everywhere"] > 0.1


@pytest.fixture
def painted() -> Painting:
    painter = MapPainter(features=32, widths=(8, 8, 8)).requires_grad_(False)
    torch.nn.init.normal_(painter.leave.weight, std=0.1)
    asked, where = torch.zeros(1, 19, 64, 64), torch.zeros(1, 1, 512, 512)
    where[..., 128:384, 128:384] = 1
    return Painting(painter, asked, where)


@pytest.mark.parametrize(("class_id", "led"), [(HAIR, True), (MOUTH, False)])
def test_a_painted_mouth_is_not_led_by_the_guide(
    painted: Painting, class_id: int, led: bool
) -> None:
    torch.manual_seed(5)
    generator = Generator(channels=(32,) * 5, w_dim=32).eval().requires_grad_(False)
    before = torch.randn(1, 10, 32)
    label_map = np.where(painted.where[0, 0].numpy() > 0, class_id, 0).astype(np.uint8)
    asked = Asked(_DarkIsHair(), np.zeros_like(label_map), label_map)
    found = [
        settled(generator, before, before, painted.where, asked=by, paintings=(None, painted))
        for by in (asked, replace(asked, guide=_Onlooker()))
    ]
    assert torch.equal(found[0], found[1]) != led


def test_it_stops_when_cancelled(generator: Generator) -> None:
    cancel = Event()
    cancel.set()
    with pytest.raises(Cancelled):
        settled(
            generator, torch.zeros(1, 6, 32), torch.ones(1, 6, 32), torch.zeros(1, 1, 64, 64),
            cancel=cancel,
        )  # fmt: skip
