"""What edited pictures are asked for in training: that parsers see the edit, in the face's hues."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from s2flow_app.labels import (
    BROWS,
    EYEGLASSES,
    HAIR,
    LIPS,
    MOUTH,
    NOSE,
    SKIN,
)
from s2flow_app.nets.parser import FaceParser
from s2flow_app.training.generator import TEACHER_SIZE
from s2flow_app.training.loop import reduced_precision

OF_ONE_HUE = ((SKIN, NOSE), (HAIR,), BROWS, LIPS)
"""Kinds that look alike all over a face: new ones have the hue of old ones."""
FEW_PX = 8
"""Of 64 x 64: a kind that a face shows less of has no hue to go by."""
TEETH_HUE = 0.25
"""Of the skin's: what a mouth that opens shows is nearly white."""
TEETH_LIGHT = 0.25
"""How much lighter than skin new teeth may be."""
SMALL_CHANGE = 20
"""Of 64 x 64: a change that is so small counts less."""


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """How far a parser sees what was asked for."""

    everywhere: Tensor
    """Cross-entropy of all pixels."""
    inside: Tensor
    """Of the changed ones."""
    hits: Tensor
    """Share of the changed pixels that are seen as asked."""


def taken(img: Tensor, ids: Tensor, changed: Tensor, parser: FaceParser) -> Taken:
    """How far ``parser`` sees an edit in shaken pictures ``img [N, 3, R, R]``.

    Args:
        ids: ``[N, 64, 64]`` the asked classes.
        changed: ``[N, 64, 64]`` bool, where they are others than before.
    """
    with reduced_precision(img.device.type):
        seen = F.interpolate(img, size=TEACHER_SIZE, mode="area")
        shaken, ids, changed = _shaken(seen, ids, changed)
        logits = parser(shaken).float()
    entropy = F.cross_entropy(logits, ids, reduction="none")
    inside = ((entropy * changed).sum((1, 2)) / (changed.sum((1, 2)) + SMALL_CHANGE)).mean()
    with torch.no_grad():
        hits = ((logits.argmax(1) == ids) & changed).sum() / changed.sum().clamp(min=1)
    return Taken(entropy.mean(), inside, hits)


def tint(edited: Tensor, before: Tensor, ids: Tensor, changed: Tensor) -> Tensor:
    """How far what is new has another hue than the face's own: parsers take red for a nose.

    New teeth are nearly white, and not much lighter than skin; glass is as what is behind it.
    Arguments as of `taken`.
    """
    after, was = (F.adaptive_avg_pool2d(img, changed.shape[-1]) for img in (edited, before))
    light_after, light_was = (img.mean(1, keepdim=True) for img in (after, was))
    hue_after, hue_was = after - light_after, was - light_was
    total = after.new_zeros(())

    def add(new: Tensor, off: Tensor) -> None:  # each kind counts alike: mouths are small
        nonlocal total
        total = total + (off.abs().mean(1) * new).sum() / (new.sum() + FEW_PX)

    for kind in OF_ONE_HUE:
        of_kind = torch.isin(ids, torch.tensor(kind, device=ids.device))
        old = of_kind & ~changed
        known = (old.sum((1, 2)) >= FEW_PX)[:, None, None]
        add(of_kind & changed & known, hue_after - _mean(hue_was, old))
    glass = changed & (ids == EYEGLASSES)
    add(glass, hue_after - hue_was)
    teeth = changed & (ids == MOUTH) & ((ids == MOUTH) & ~changed).sum((1, 2), keepdim=True).eq(0)
    skin = (ids == SKIN) & ~changed
    add(teeth, hue_after - TEETH_HUE * _mean(hue_was, skin))
    add(teeth, F.relu(light_after - _mean(light_was, skin) - TEETH_LIGHT))
    return total


def _mean(img: Tensor, where: Tensor) -> Tensor:
    """``[N, C, 1, 1]`` over ``where [N, H, W]``."""
    total = (img * where[:, None]).sum((2, 3), keepdim=True)
    return total / (where.sum((1, 2)) + 1)[:, None, None, None]


def _shaken(img: Tensor, ids: Tensor, changed: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Shifted, recoloured and noisy: what only one parser at one place believes is no edit."""
    dx, dy = (int(v) for v in torch.randint(-4, 5, (2,)))
    img = torch.roll(img, (2 * dy, 2 * dx), (2, 3))
    count, device = len(img), img.device
    img = img * (0.85 + 0.3 * torch.rand(count, 1, 1, 1, device=device))
    img = img + 0.1 * torch.randn(count, 3, 1, 1, device=device) + 0.03 * torch.randn_like(img)
    return img, torch.roll(ids, (dy, dx), (1, 2)), torch.roll(changed, (dy, dx), (1, 2))
