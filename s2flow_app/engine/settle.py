"""Settling: latents after a mask edit that draw what was asked, there and nowhere else.

The flow moves the shared latent, and with it a little of everything. A few gradient steps on all
rows of the latents bring back what was there outside of the change, and inside draw more of what
was asked for, as the pack's guide reads it: a small parser that does nothing else, so that those
that measure edits stay independent (ADR 3, ADR 6). The guide sees the picture shifted, recoloured
and noisy, and hues stay those that the flow drew: a parser's gradient alone paints lips purple.
"""

from dataclasses import dataclass
from threading import Event
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from s2flow_app.engine.invert import tick
from s2flow_app.labels import LabelMap
from s2flow_app.nets.parser import FaceParser
from s2flow_app.nets.stylegan2 import Generator

LEARNING_RATE: Final = 0.01
LARGEST_SIZE: Final = 256
"""Pictures that a generator draws, in pixels: a step on larger ones takes seconds on a CPU."""
HUE_WEIGHT: Final = 40.0
ASKED_WEIGHT: Final = 0.04
GUIDE_SIZE: Final = 128
SMALL_REGION: Final = 20
"""Logits of a change that is so small that it counts less."""
SEED: Final = 0


@dataclass(frozen=True, slots=True)
class Effort:
    """How settling goes about it."""

    steps: int
    inside_weight: float
    """Of what may change, beside what should not: else edits are taken back with the rest."""


ALONE: Final = Effort(steps=6, inside_weight=10.0)
GUIDED: Final = Effort(steps=10, inside_weight=2.0)


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What a mask edit asks for."""

    guide: FaceParser
    label_map: LabelMap
    """``[512, 512]``"""
    changed: np.ndarray
    """``[512, 512]`` where that differs from the map before."""


def settled(
    generator: Generator, before: Tensor, after: Tensor, near: Tensor, *,
    asked: Asked | None = None, cancel: Event | None = None,
) -> Tensor:  # fmt: skip
    """Latents ``[1, L, D]`` beside ``after`` that draw as ``before`` outside of the change.

    Args:
        before, after: ``[1, L, D]`` latents before and after the edit.
        near: ``[1, 1, H, W]`` 0..1, where the picture may change.
        asked: what to draw there; None: what ``after`` does.

    Raises:
        Cancelled: ``cancel`` was set.
    """
    effort = ALONE if asked is None else GUIDED
    with torch.inference_mode(False), torch.enable_grad():
        start, before, near = after.clone(), before.clone(), near.clone()
        with torch.no_grad():
            was, drawn = generator.synthesis(torch.cat([before, start])).split(1)
            near = F.interpolate(near, size=was.shape[2], mode="area")
            wanted = was.lerp(drawn, near)
            weight = 1 + (effort.inside_weight - 1) * near
        took = None if asked is None else _Took(asked, near.device)
        found = start.clone().requires_grad_(True)
        optimiser = torch.optim.Adam([found], lr=LEARNING_RATE, betas=(0.9, 0.99))
        for step in range(effort.steps):
            tick(cancel, None, step / effort.steps, step)
            img = generator.synthesis(found)
            off = img - wanted
            loss = (weight * off.square()).mean()
            if took is not None:
                hue = F.avg_pool2d(off - off.mean(1, keepdim=True), 2)
                loss = loss + HUE_WEIGHT * hue.square().mean() + ASKED_WEIGHT * took(img)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
        return found.detach()


class _Took:
    """The guide's cross-entropy inside the change, of pictures shaken anew at every call."""

    def __init__(self, asked: Asked, device: torch.device) -> None:
        self._guide, self._device = asked.guide, device
        self._random = torch.Generator().manual_seed(SEED)
        step = asked.label_map.shape[0] // (GUIDE_SIZE // 2)
        every = np.s_[step // 2 :: step, step // 2 :: step]
        ids, changed = asked.label_map[every], asked.changed[every]
        self._ids = torch.from_numpy(ids.astype(np.int64))[None].to(device)
        self._changed = torch.from_numpy(changed.astype(np.float32))[None].to(device)

    def __call__(self, img: Tensor) -> Tensor:
        if img.shape[2] > GUIDE_SIZE:
            img = F.interpolate(img, size=GUIDE_SIZE, mode="area")
        else:
            img = F.interpolate(img, size=GUIDE_SIZE, mode="bilinear", align_corners=False)
        dx, dy = (int(v) for v in torch.randint(-3, 4, (2,), generator=self._random))
        gain = 0.85 + 0.3 * torch.rand(1, generator=self._random)
        tint = 0.1 * torch.randn(1, 3, 1, 1, generator=self._random)
        noise = 0.03 * torch.randn(img.shape, generator=self._random)
        shaken = torch.roll(img, (2 * dy, 2 * dx), (2, 3)) * gain.to(self._device)
        logits = self._guide(shaken + (tint + noise).to(self._device))
        ids, changed = (torch.roll(t, (dy, dx), (1, 2)) for t in (self._ids, self._changed))
        entropy = F.cross_entropy(logits, ids, reduction="none")
        return (entropy * changed).sum() / (changed.sum() + SMALL_REGION)
