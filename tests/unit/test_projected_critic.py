"""The projected critic judges painted places alone, and learns to tell them from photos."""

import pytest
import torch
from torch import Tensor

from s2flow_app.labels import NUM_CLASSES, SKIN
from s2flow_app.training.projected_critic import (
    HALVED,
    LEAST_PAINTED,
    ProjectedCritic,
    critic_loss,
    realness_loss,
)

CHANNELS = (4, 6, 8, 8, 8)
SIDE = 32


@pytest.fixture
def critic() -> ProjectedCritic:
    torch.manual_seed(1)
    return ProjectedCritic(CHANNELS, width=8)


def features(*, mean: float = 0.0, count: int = 2) -> list[Tensor]:
    return [
        torch.randn(count, c, SIDE >> (k + 1), SIDE >> (k + 1)) + mean
        for k, c in enumerate(CHANNELS)
    ]


def asked(share: float = 1.0, count: int = 2) -> Tensor:
    """Skin, of which the upper ``share`` is painted."""
    found = torch.zeros(count, NUM_CLASSES + 1, SIDE, SIDE)
    found[:, SKIN] = 1
    found[:, NUM_CLASSES, : round(share * SIDE)] = 1
    return found


def test_each_size_says_how_real_its_places_are(critic: ProjectedCritic) -> None:
    found = critic(features(), asked())
    assert len(found) == len(CHANNELS)
    for k, (logits, judged) in enumerate(found):
        side = (SIDE >> (k + 1)) // (2 if k < HALVED else 1)
        assert logits.shape == judged.shape == (2, 1, side, side)
        assert logits.dtype == torch.float32 and (judged == 1).all()


def test_only_places_that_are_painted_are_judged(critic: ProjectedCritic) -> None:
    logits, judged = critic(features(), asked(0.5))[0]
    half = judged.shape[2] // 2
    assert (judged[:, :, :half] == 1).all() and not judged[:, :, half:].any()
    changed = logits.clone()
    changed[:, :, half:] += 100
    for loss in (realness_loss, lambda one: critic_loss(one, [(logits, judged)])):
        assert torch.equal(loss([(logits, judged)]), loss([(changed, judged)]))


@pytest.mark.parametrize(("share", "is_judged"), [(LEAST_PAINTED + 0.1, True), (0.2, False)])
def test_a_place_is_judged_if_enough_of_it_is_painted(
    critic: ProjectedCritic, share: float, is_judged: bool
) -> None:
    _, judged = critic(features(), asked(share))[-1]  # one place for all
    assert bool(judged.any()) == is_judged


def test_nothing_painted_is_no_loss(critic: ProjectedCritic) -> None:
    found = critic(features(), asked(0.0))
    assert realness_loss(found) == 0 and critic_loss(found, found) == 0


def test_losses_are_the_hinges_and_the_mean() -> None:
    def of(value: float) -> list[tuple[Tensor, Tensor]]:
        return [(torch.full((1, 1, 4, 4), value), torch.ones(1, 1, 4, 4))] * 2

    assert critic_loss(of(0.5), of(-0.5)).item() == pytest.approx(2 * (0.5 + 0.5), rel=1e-3)
    assert critic_loss(of(2.0), of(-3.0)).item() == 0, "told apart by the margin"
    assert realness_loss(of(0.7)).item() == pytest.approx(-2 * 0.7, rel=1e-3)


def test_it_learns_to_tell_photos_from_paintings(critic: ProjectedCritic) -> None:
    optimiser = torch.optim.Adam(critic.parameters(), 1e-2, betas=(0.0, 0.99))
    losses = []
    for _ in range(25):
        of_photos = critic(features(mean=0.5), asked())
        of_painted = critic(features(mean=-0.5), asked())
        loss = critic_loss(of_photos, of_painted)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.detach().item())
    assert losses[-1] < 0.6 * losses[0]
    with torch.no_grad():
        real, painted = (critic(features(mean=m), asked()) for m in (0.5, -0.5))
    assert realness_loss(real) < realness_loss(painted)


def test_the_map_is_looked_at(critic: ProjectedCritic) -> None:
    given, other = features(), asked()
    other[:, SKIN], other[:, SKIN + 1] = 0, 1
    with torch.no_grad():
        one, two = critic.eval()(given, asked()), critic(given, other)
    assert all((a != b).any() for (a, _), (b, _) in zip(one, two, strict=True))
