"""Likeness tuning: the generator bends to one photo (pivotal tuning, Roich et al. 2022)."""

import copy
import time
from threading import Event
from typing import Final

import torch
from torch import Tensor

from s2flow_app.engine.invert import Budget, Report, annealed, reconstruction_loss, tick
from s2flow_app.nets.stylegan2 import Generator

LEARNING_RATE: Final = 1e-3
LOCALITY_EVERY: Final = 4
LOCALITY_WEIGHT: Final = 1.0
REACH: Final = 0.7
"""How far from the pivot, towards other latents, the generator is kept as it was."""


def tune_generator(
    generator: Generator, ws: Tensor, wanted: Tensor, others: Tensor, *, budget: Budget,
    cancel: Event | None = None, report: Report | None = None,
) -> Generator:  # fmt: skip
    """A copy of the generator that draws ``wanted [1, 3, R, R]`` at the pivot ``ws [1, L, D]``.

    Args:
        others: latents ``[N, L, D]`` of other faces. Between the pivot and them the copy is held
            to what the generator drew, so that edits go on working.

    Raises:
        Cancelled: ``cancel`` was set.
    """
    start, step = time.monotonic(), 0
    with torch.inference_mode(False), torch.enable_grad():
        tuned = copy.deepcopy(generator).requires_grad_(True)
        pivot, wanted, others = ws.clone(), wanted.clone(), others.clone()
        optimiser = torch.optim.Adam(tuned.parameters(), lr=LEARNING_RATE, betas=(0.9, 0.99))
        while (share := budget.share(step, start)) < 1:
            tick(cancel, report, share, step)
            optimiser.param_groups[0]["lr"] = LEARNING_RATE * annealed(share)
            loss = reconstruction_loss(tuned.synthesis(pivot, noise_mode="const"), wanted)
            if step % LOCALITY_EVERY == 0:
                near = pivot.lerp(others[step // LOCALITY_EVERY % len(others)][None], REACH)
                with torch.no_grad():
                    before = generator.synthesis(near, noise_mode="const")
                after = tuned.synthesis(near, noise_mode="const")
                loss = loss + LOCALITY_WEIGHT * (after - before).square().mean()
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            step += 1
    return tuned.eval().requires_grad_(False)
