"""The flow's stage learns from maps; asked maps are maps; attributes measure what they say."""

import numpy as np
import torch
from drawn_faces import drawn_face

from s2flow_app.labels import HAIR, NUM_CLASSES, SKIN
from s2flow_app.training.asked_maps import AskedMaps
from s2flow_app.training.flow import ConditionalFlow, matching_loss


def test_flow_matching_learns_what_the_map_says() -> None:
    torch.manual_seed(0)
    net = ConditionalFlow()
    maps = torch.zeros(64, 19, 64, 64)
    maps[:32, HAIR], maps[32:, SKIN] = 1, 1
    rows = torch.where(torch.arange(64)[:, None] < 32, 2.0, -2.0) + 0.1 * torch.randn(64, 512)
    optimiser = torch.optim.Adam(net.parameters(), lr=2e-3)
    first = last = 0.0
    for step in range(25):
        loss = matching_loss(net, rows, maps)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        first, last = (loss.item() if step == 0 else first), loss.item()
    assert last < 0.6 * first


def test_asked_maps_are_label_maps_and_often_ask_for_something() -> None:
    others = np.stack([drawn_face(w) for w in range(48, 72)])
    asked_maps = AskedMaps(others, np.random.default_rng(0))
    source = drawn_face()
    drawn = [asked_maps.draw(source) for _ in range(40)]
    assert all(m.shape == (256, 256) and m.dtype == np.uint8 for m in drawn)
    assert max(int(m.max()) for m in drawn) < NUM_CLASSES
    assert np.mean([(m != source).any() for m in drawn]) > 0.3
