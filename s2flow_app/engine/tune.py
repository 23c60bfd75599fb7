"""Likeness tuning: the generator bends to one photo (pivotal tuning, Roich et al. 2022).

What its weights cannot give in seconds, it then gets as its *likeness*: what to add to its feature
maps of one resolution. Edits draw without that where they draw something new (`nets/blending`), so
it costs them nothing.
"""

import copy
import math
import time
from threading import Event
from typing import Final

import torch
from torch import Tensor

from s2flow_app.engine.invert import Budget, annealed, reconstruction_loss
from s2flow_app.engine.progress import Report, tick
from s2flow_app.nets.blending import LIKENESS_AT, Blending
from s2flow_app.nets.stylegan2 import Generator

LEARNING_RATE: Final = 1e-3
LOCALITY_EVERY: Final = 4
LOCALITY_WEIGHT: Final = 1.0
REACH: Final = 0.7
"""How far from the pivot, towards other latents, the generator is kept as it was."""
LIKENESS_RATE: Final = 0.25
"""Step of the likeness, in the root mean square of the feature maps."""
ON_RATE: Final = 0.06
"""The same of one that only goes on: large steps would first lead away from what is good."""
LIKENESS_PULL: Final = 1e-3
"""Weight of its mean square, in the same unit: no more than the photo needs."""


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


def likeness(
    generator: Generator, ws: Tensor, wanted: Tensor, first: Tensor | None = None, *,
    budget: Budget, cancel: Event | None = None, report: Report | None = None,
) -> Tensor:  # fmt: skip
    """``[1, C, R / 4, R / 4]`` for `Generator.likeness`: with it ``ws [1, L, D]`` draws ``wanted``.

    Only the layers above it are computed, so a step takes half as long as one of the weights.

    Args:
        first: where to begin; nothing by default.

    Raises:
        Cancelled: ``cancel`` was set.
    """
    start, step = time.monotonic(), 0
    with torch.inference_mode(False), torch.enable_grad():
        ws, wanted = ws.clone(), wanted.clone()
        size = wanted.shape[2] // LIKENESS_AT
        with torch.no_grad():
            begun = Blending()
            generator.synthesis(ws, upto=size, blending=begun)
        features, img = begun.maps[size]
        unit = features.square().mean().sqrt()
        found = torch.zeros_like(features) if first is None else first / unit
        found = found.clone().requires_grad_(True)
        rate, least, best = LIKENESS_RATE if first is None else ON_RATE, math.inf, found
        optimiser = torch.optim.Adam([found], lr=rate, betas=(0.9, 0.99))
        while (share := budget.share(step, start)) < 1:
            tick(cancel, report, share, step)
            optimiser.param_groups[0]["lr"] = rate * annealed(share)
            drawn = generator.synthesis(ws, drawn=(size, features + unit * found, img))
            loss = reconstruction_loss(drawn, wanted) + LIKENESS_PULL * found.square().mean()
            if loss.item() < least:
                least, best = loss.item(), found.detach().clone()
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            step += 1
        return (unit * best).detach()


def with_likeness(generator: Generator, found: Tensor | None) -> Generator:
    """The generator with that likeness, which shares its networks; itself if there is none."""
    if found is None:
        return generator
    alike = copy.copy(generator)
    alike._buffers = {**generator._buffers, "likeness": found}
    return alike
