"""The flow's stage learns from maps; asked maps are maps; attributes measure what they say."""

import numpy as np
import torch

from s2flow_app.labels import (
    BACKGROUND,
    HAIR,
    LEFT_EYE,
    LOWER_LIP,
    NUM_CLASSES,
    RIGHT_EYE,
    SKIN,
    UPPER_LIP,
)
from s2flow_app.training.asked_maps import AskedMaps
from s2flow_app.training.flow import ConditionalFlow, matching_loss


def _face(width: int = 60) -> np.ndarray:
    """A drawn label map ``[256, 256]``."""
    y, x = np.mgrid[:256, :256]
    label_map = np.full((256, 256), BACKGROUND, np.uint8)
    label_map[np.hypot((x - 128) / (width + 20), (y - 110) / 100) < 1] = HAIR
    label_map[np.hypot((x - 128) / width, (y - 130) / 85) < 1] = SKIN
    for centre, class_id in ((100, RIGHT_EYE), (156, LEFT_EYE)):
        label_map[np.hypot((x - centre) / 14, (y - 115) / 7) < 1] = class_id
    label_map[np.hypot((x - 128) / 28, (y - 180) / 6) < 1] = UPPER_LIP
    label_map[(label_map == UPPER_LIP) & (y > 180)] = LOWER_LIP
    return label_map


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
    others = np.stack([_face(w) for w in range(48, 72)])
    asked_maps = AskedMaps(others, np.random.default_rng(0))
    source = _face()
    drawn = [asked_maps.draw(source) for _ in range(40)]
    assert all(m.shape == (256, 256) and m.dtype == np.uint8 for m in drawn)
    assert max(int(m.max()) for m in drawn) < NUM_CLASSES
    assert np.mean([(m != source).any() for m in drawn]) > 0.3
