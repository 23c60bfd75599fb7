"""Inversion: from an aligned crop to the latents that draw it."""

import time
from dataclasses import dataclass
from threading import Event
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor

from s2flow_app.engine.progress import Report, tick
from s2flow_app.nets.stylegan2 import Generator

LEARNING_RATE: Final = 0.03
PULL: Final = 0.002
"""Weight of the squared distance from the encoder's latents: far from them edits obey less."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How long an optimisation runs: until either is used up."""

    seconds: float
    steps: int = 100_000

    def part(self, share: float) -> "Budget":
        """The given share of it."""
        return Budget(share * self.seconds, max(1, round(share * self.steps)))

    def share(self, step: int, start_s: float) -> float:
        """Used share 0..1 at ``step``, having begun at ``start_s`` of `time.monotonic`."""
        return min(1.0, max(step / self.steps, (time.monotonic() - start_s) / self.seconds))


def reconstruction_loss(found: Tensor, wanted: Tensor) -> Tensor:
    """Squares, and L1 at full and half size: PSNR is what is reported, L1 keeps edges."""
    small = [F.avg_pool2d(x, 2) for x in (found, wanted)]
    l1 = (found - wanted).abs().mean() + (small[0] - small[1]).abs().mean()
    return (found - wanted).square().mean() + 0.2 * l1


def refine(
    generator: Generator, ws: Tensor, wanted: Tensor, *, budget: Budget,
    cancel: Event | None = None, report: Report | None = None,
) -> Tensor:  # fmt: skip
    """Latents ``[1, L, D]`` near ``ws`` that draw ``wanted [1, 3, R, R]`` more closely.

    Raises:
        Cancelled: ``cancel`` was set.
    """
    start, step = time.monotonic(), 0
    with torch.inference_mode(False), torch.enable_grad():
        first = ws.detach().clone()
        found = first.clone().requires_grad_(True)
        wanted = wanted.clone()
        optimiser = torch.optim.Adam([found], lr=LEARNING_RATE, betas=(0.9, 0.99))
        while (share := budget.share(step, start)) < 1:
            tick(cancel, report, share, step)
            optimiser.param_groups[0]["lr"] = LEARNING_RATE * annealed(share)
            img = generator.synthesis(found, noise_mode="const")
            loss = reconstruction_loss(img, wanted) + PULL * (found - first).square().mean()
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            step += 1
        return found.detach()


def annealed(share: float) -> float:
    """Learning-rate factor: full for most of the time, then down to 0.1 linearly."""
    return min(1.0, 0.1 + 1.8 * (1 - share))
