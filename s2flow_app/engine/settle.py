"""Settling: latents after an edit that leave more of the picture alone.

The flow moves the shared latent, and with it a little of everything. A few gradient steps on all
rows of the latents keep what the edit drew inside its change and bring back outside of it what was
there. No parser is asked: what is drawn inside stays the flow's.
"""

from threading import Event
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor

from s2flow_app.engine.invert import tick
from s2flow_app.nets.stylegan2 import Generator

STEPS: Final = 6
LEARNING_RATE: Final = 0.01
INSIDE_WEIGHT: Final = 10.0
"""Of what may change, beside what should not: else edits are taken back with the rest."""
LARGEST_SIZE: Final = 256
"""Pictures that a generator draws, in pixels: a step on larger ones takes seconds on a CPU."""


def settled(
    generator: Generator, before: Tensor, after: Tensor, near: Tensor, *,
    cancel: Event | None = None,
) -> Tensor:  # fmt: skip
    """Latents ``[1, L, D]`` beside ``after`` that draw as ``before`` outside of the change.

    Args:
        before, after: ``[1, L, D]`` latents before and after the edit.
        near: ``[1, 1, H, W]`` 0..1, where the picture may change.

    Raises:
        Cancelled: ``cancel`` was set.
    """
    with torch.inference_mode(False), torch.enable_grad():
        start, before, near = after.clone(), before.clone(), near.clone()
        with torch.no_grad():
            was, drawn = generator.synthesis(torch.cat([before, start])).split(1)
            near = F.interpolate(near, size=was.shape[2], mode="area")
            wanted = was.lerp(drawn, near)
            weight = 1 + (INSIDE_WEIGHT - 1) * near
        found = start.clone().requires_grad_(True)
        optimiser = torch.optim.Adam([found], lr=LEARNING_RATE, betas=(0.9, 0.99))
        for step in range(STEPS):
            tick(cancel, None, step / STEPS, step)
            loss = (weight * (generator.synthesis(found) - wanted).square()).mean()
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
        return found.detach()
