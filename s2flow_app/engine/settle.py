"""Settling: latents after a mask edit that draw what was asked, there and nowhere else.

The flow moves the shared latent, and with it a little of everything. Outside of the change feature
maps are blended with those of the picture before (`nets/blending`), so a few gradient steps on all
rows of the latents are free to draw inside more of what was asked for, as the pack's guide reads
it: a small parser that does nothing else, so that those that measure edits stay independent
(ADR 3, ADR 6). The guide sees the picture shifted, recoloured and noisy, and hues are led to the
picture's own: a parser's gradient alone paints lips purple.
"""

from dataclasses import dataclass
from threading import Event
from typing import Final

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from s2flow_app.engine.own_colours import colour_shift
from s2flow_app.engine.progress import tick
from s2flow_app.labels import EYEGLASSES, LOWER_LIP, MOUTH, UPPER_LIP, LabelMap
from s2flow_app.nets.blending import Blending, Change
from s2flow_app.nets.images import at_most, to_images, to_img
from s2flow_app.nets.painter import Painting
from s2flow_app.nets.parser import FaceParser
from s2flow_app.nets.stylegan2 import Generator

LEARNING_RATE: Final = 0.025
LARGEST_SIZE: Final = 256
"""Pictures that a generator draws, in pixels: a step on larger ones takes seconds on a CPU."""
DRAWN_SIZE: Final = 128
"""Pictures that are drawn on the way: what is finer does not decide what a face shows."""
HUE_WEIGHT: Final = 8.0
SMALL_SHARE: Final = 0.01
"""Of the picture: colours of a place that is so small count less."""
ASKED_WEIGHT: Final = 0.3
GUIDE_SIZE: Final = 128
SMALL_REGION: Final = 20
"""Logits of a change that is so small that it counts less."""
PAINTED_BETTER: Final = (MOUTH, UPPER_LIP, LOWER_LIP)
"""What the guide is not asked about once it is painted: it blurs mouths that the painter has right.
"""
SEED: Final = 0
STEPS: Final = 8
OUTSIDE_EVERY: Final = 4
"""In every so many steps also the picture without blending is held to what it was outside of the
change: the next edit starts from the latents alone."""
INSIDE_WEIGHT: Final = 1.0
"""Of what may change, beside what should not: else edits are taken back with the rest."""
UNGUIDED_WEIGHT: Final = 20.0
"""The same where no guide asks for more."""


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What a mask edit asks for."""

    guide: FaceParser
    before: LabelMap
    """``[512, 512]``"""
    label_map: LabelMap
    """``[512, 512]``"""

    @property
    def changed(self) -> NDArray[np.bool_]:
        """``[512, 512]``"""
        return self.before != self.label_map


def settled(
    generator: Generator, before: Tensor, after: Tensor, near: Tensor, *,
    where: Tensor | None = None, asked: Asked | None = None, stays: Tensor | None = None,
    paintings: tuple[Painting | None, Painting | None] = (None, None),
    cancel: Event | None = None,
) -> Tensor:  # fmt: skip
    """Latents ``[1, L, D]`` beside ``after`` that draw as ``before`` outside of the change.

    Args:
        before, after: ``[1, L, D]`` latents before and after the edit.
        near: ``[1, 1, H, W]`` 0..1, where the picture may change.
        where: ``[1, 1, H, W]`` 0..1, where it will be drawn anew; ``near`` by default.
        asked: what to draw there; None: what ``after`` does.
        stays: ``[1, 1, H, W]`` 0..1, how much the generator's likeness shows before.
        paintings: what is painted before the edit, and after it.

    Raises:
        Cancelled: ``cancel`` was set.
    """
    size = min(DRAWN_SIZE, generator.synthesis.resolutions[-1])
    with torch.inference_mode(False), torch.enable_grad():
        start, before, near = after.clone(), before.clone(), near.clone()
        where = near if where is None else where.clone()
        likeness = None if generator.likeness is None else generator.likeness.clone()
        stays = torch.ones_like(near) if stays is None else stays.clone()
        painted, painting = (p and p.copied() for p in paintings)
        kept = Blending(likeness=likeness, stays=stays, painting=painted)
        change, left = Change(kept.maps, where), stays * (1 - where)

        def shown(ws: Tensor) -> Tensor:
            blending = Blending(likeness=likeness, stays=left, painting=painting, change=change)
            return generator.synthesis(ws, upto=size, blending=blending)

        with torch.no_grad():
            was = generator.synthesis(before, upto=size, blending=kept)
            alone = was if likeness is None else generator.synthesis(before, upto=size)
            drawn = shown(start)
            near = F.interpolate(near, size=size, mode="area")
            wanted = was.lerp(drawn, near)
            inside = F.avg_pool2d(near, 2)
            hue_wanted = _hue(wanted if asked is None else _own_colours(was, wanted, asked))
        took = asked and _Took(asked, near.device, painted=painting is not None)
        inside_weight = UNGUIDED_WEIGHT if asked is None else INSIDE_WEIGHT
        found = start.clone().requires_grad_(True)
        optimiser = torch.optim.Adam([found], lr=LEARNING_RATE, betas=(0.9, 0.99))
        for step in range(STEPS):
            tick(cancel, None, step / STEPS, step)
            img = shown(found)
            off = near * (img - wanted).square()
            loss = inside_weight * off.mean() / (near.mean() + SMALL_SHARE)
            if took is not None:
                off = inside * (_hue(img) - hue_wanted).square()
                loss = loss + HUE_WEIGHT * off.mean() / (inside.mean() + SMALL_SHARE)
                loss = loss + ASKED_WEIGHT * took(img)
            if step % OUTSIDE_EVERY == 0:
                off = (1 - near) * (generator.synthesis(found, upto=size) - alone)
                loss = loss + OUTSIDE_EVERY * off.square().mean()
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
        return found.detach()


def _hue(img: Tensor) -> Tensor:
    """``[N, 3, R / 2, R / 2]``: what is not grey."""
    return F.avg_pool2d(img - img.mean(1, keepdim=True), 2)


def _own_colours(was: Tensor, drawn: Tensor, asked: Asked) -> Tensor:
    """The drawing ``[1, 3, R, R]`` in the colours of the picture before, behind glasses too."""
    size = was.shape[2]
    maps = tuple(
        cv2.resize(m, (size, size), interpolation=cv2.INTER_NEAREST).astype(np.uint8)
        for m in (asked.before, asked.label_map)
    )
    changed = maps[0] != maps[1]
    photo, picture = to_images(was)[0], to_images(drawn)[0].astype(np.float32)
    shift = colour_shift(picture, photo, (maps[0], maps[1]), filled=changed, usable=~changed)
    own = to_img(np.clip(picture + shift, 0, 255).astype(np.uint8)[None]).to(was.device)
    glass = torch.from_numpy(changed & (maps[1] == EYEGLASSES))[None, None].to(was.device)
    return torch.where(glass, was, own)


class _Took:
    """The guide's cross-entropy inside the change, of pictures shaken anew at every call."""

    def __init__(self, asked: Asked, device: torch.device, *, painted: bool) -> None:
        self._guide, self._device = asked.guide, device
        self._random = torch.Generator().manual_seed(SEED)
        step = asked.label_map.shape[0] // (GUIDE_SIZE // 2)
        every = np.s_[step // 2 :: step, step // 2 :: step]
        ids, changed = asked.label_map[every], asked.changed[every]
        if painted:
            mouth = np.isin(asked.before[every], PAINTED_BETTER) | np.isin(ids, PAINTED_BETTER)
            changed = changed & ~mouth
        self._ids = torch.from_numpy(ids.astype(np.int64))[None].to(device)
        self._changed = torch.from_numpy(changed.astype(np.float32))[None].to(device)

    def __call__(self, img: Tensor) -> Tensor:
        img = at_most(img, GUIDE_SIZE)
        if img.shape[2] < GUIDE_SIZE:
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
