"""Critics of patches learn what is sharp; parts of pictures and of their features are the same."""

import numpy as np
import torch
import torch.nn.functional as F

from s2flow_app.training.critic import PatchCritic, teach
from s2flow_app.training.parts import PART, same_part


def _sharp(count: int) -> torch.Tensor:
    """Stripes ``[N, 3, 64, 64]`` of many widths, directions and colours."""
    across = torch.linspace(0, 1, 64)[None, None, None] * torch.randn(count, 1, 1, 1)
    down = torch.linspace(0, 1, 64)[None, None, :, None] * torch.randn(count, 1, 1, 1)
    return torch.tanh(3 * torch.sin(60 * (across + down)) * torch.rand(count, 3, 1, 1))


def test_a_critic_of_patches_soon_tells_sharp_pictures_from_blurred_ones() -> None:
    torch.manual_seed(0)
    critic = PatchCritic(channels=(16, 32, 32))
    optimiser = torch.optim.Adam(critic.parameters(), lr=2e-3, betas=(0.0, 0.99))
    losses = []
    for _ in range(60):
        blurred = F.interpolate(F.avg_pool2d(_sharp(8), 4), scale_factor=4, mode="bilinear")
        losses.append(float(teach(critic, optimiser, _sharp(8), blurred, penalised=False)))
    assert np.mean(losses[-10:]) < 0.8 < np.mean(losses[:5])


def test_a_critic_of_patches_sees_neither_colour_nor_light() -> None:
    torch.manual_seed(0)
    critic, img = PatchCritic(channels=(16, 32)).eval(), _sharp(2)
    tinted = img + torch.tensor([0.3, -0.2, 0.1])[None, :, None, None]
    with torch.no_grad():
        torch.testing.assert_close(critic(tinted), critic(img), atol=1e-4, rtol=1e-4)


def test_parts_of_pictures_and_features_are_of_one_place() -> None:
    where = torch.arange(16.0).reshape(1, 1, 4, 4)
    large = F.interpolate(where, size=16)
    for seed in range(5):
        small, part = same_part(np.random.default_rng(seed), where, large)
        assert small.shape == (1, 1, 4 // PART, 4 // PART)
        torch.testing.assert_close(F.avg_pool2d(part, 4), small)
