"""Stage `painter`: the photo painter, on places that are taken out of photos.

Losses over what is painted: differences of pixels, fine and broad, of a pretrained network's
features (EfficientNet-Lite0), and what a projected critic on the same features says. No parser is
in them.
"""

from typing import Final

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from s2flow_app.nets.photo_painter import PainterInput, PhotoPainter
from s2flow_app.training.lite_features import LiteFeatures
from s2flow_app.training.loop import (
    StageConfig,
    Trainer,
    average_into,
    averaged_copy,
    channels_last,
    prefetched,
    reduced_precision,
)
from s2flow_app.training.painter_data import PaintedFaces, Places
from s2flow_app.training.projected_critic import ProjectedCritic, critic_loss, realness_loss

LEARNING_RATE: Final = 4e-4
WARM_UP_STEPS: Final = 200
FALLS_FROM: Final = 0.6
"""Share of the stage's time from which the learning rate falls."""
PIXELS_WEIGHT, FEATURES_WEIGHT, REALNESS_WEIGHT = 1.5, 0.5, 0.25
PYRAMID: Final = ((1, 0.5), (4, 1.0))
"""Sides in pixels that pixels are averaged over, and what the difference of those weighs."""
STAGE_WEIGHTS: Final = (0.5, 1.0, 1.0, 1.0, 0.5)
CRITIC_RAMP_STEPS: Final = 600
LEAST_SHARE: Final = 0.004
"""Of a window: places that are so small count less."""
DECAY: Final = 0.998
CLIP: Final = 20.0
VARIANT: Final = 0
"""Of EfficientNet-Lite."""
SHOWN: Final = 6


def run(config: StageConfig, faces: PaintedFaces) -> PhotoPainter:
    """Train (or go on training) and return the averaged network."""
    device = config.device
    torch.manual_seed(config.seed)
    net = channels_last(PhotoPainter()).to(device)
    features = channels_last(LiteFeatures(VARIANT)).to(device)
    critic = channels_last(ProjectedCritic(features.channels)).to(device)
    averaged = averaged_copy(net)
    optimiser = torch.optim.Adam(net.parameters(), LEARNING_RATE, betas=(0.5, 0.99))
    critic_optimiser = torch.optim.Adam(critic.parameters(), LEARNING_RATE, betas=(0.0, 0.99))
    parts = {
        "net": net, "averaged": averaged, "optimiser": optimiser,
        "critic": critic, "critic_optimiser": critic_optimiser,
    }  # fmt: skip
    trainer = Trainer("painter", config, parts)
    rng = np.random.default_rng(config.seed + trainer.step)
    places = Places(faces, faces.data.select(held_out=False), rng)
    shown = [given.to(device) for given in _shown(faces)]

    def sheet() -> None:
        with torch.no_grad():
            columns = [_composed(given, averaged(given)) for given in shown]
        rows = [torch.cat([g.photo for g in shown]), torch.cat(columns)]
        trainer.write_sheet(*rows)

    unit: list[Tensor] = []
    ready = prefetched(places.batches(config.batch), ahead=4)
    for step in trainer.steps(sheet):
        given = next(ready).to(device)
        rate = LEARNING_RATE * min(1.0, (step + 1) / WARM_UP_STEPS) * _fall(trainer.fraction)
        for group in (*optimiser.param_groups, *critic_optimiser.param_groups):
            group["lr"] = rate
        asked = torch.cat([given.classes, given.mask], 1)
        with reduced_precision(device):
            img = net(given)
            found = features(_composed(given, img))
            with torch.no_grad():
                wanted = features(given.photo)
            lesson = critic_loss(
                critic([f.detach() for f in wanted], asked),
                critic([f.detach() for f in found], asked),
            )
        critic_optimiser.zero_grad(set_to_none=True)
        lesson.backward()
        critic_optimiser.step()
        critic.requires_grad_(False)
        with reduced_precision(device):
            realness = realness_loss(critic(found, asked))
        critic.requires_grad_(True)
        unit = unit or [f.float().abs().mean((0, 2, 3), keepdim=True) + 1e-3 for f in wanted]
        pixels = _pixels_off(img, given)
        seen = _features_off(found, wanted, unit, given)
        ramp = min(1.0, step / CRITIC_RAMP_STEPS)
        loss = PIXELS_WEIGHT * pixels + FEATURES_WEIGHT * seen + REALNESS_WEIGHT * ramp * realness
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), CLIP)
        optimiser.step()
        average_into(averaged, net, decay=min(DECAY, 1 - 1 / (step + 2)))
        trainer.record(
            pixels=pixels.detach(), features=seen.detach(), realness=realness.detach(),
            critic=lesson.detach(),
        )  # fmt: skip
    return averaged


def _composed(given: PainterInput, img: Tensor) -> Tensor:
    return given.photo + given.mask * (img - given.photo)


def _pixels_off(img: Tensor, given: PainterInput) -> Tensor:
    off, share = given.mask * (img - given.photo), _share(given)
    total = torch.zeros((), device=img.device)
    for side, weight in PYRAMID:
        blurred = F.avg_pool2d(off, side) if side > 1 else off
        total = total + weight * (blurred.abs().mean((1, 2, 3)) / share).mean()
    return total


def _features_off(
    found: list[Tensor], wanted: list[Tensor], unit: list[Tensor], given: PainterInput
) -> Tensor:
    share, total = _share(given), torch.zeros((), device=given.photo.device)
    for a, b, scale, weight in zip(found, wanted, unit, STAGE_WEIGHTS, strict=True):
        off = ((a.float() - b.float()).abs() / scale).mean((1, 2, 3))
        total = total + weight * (off / share).mean()
    return total


def _share(given: PainterInput) -> Tensor:
    """``[N]`` of each picture, that is painted."""
    return given.mask.mean((1, 2, 3)).clamp(min=LEAST_SHARE)


def _fall(fraction: float) -> float:
    """Factor of the learning rate: 1, then a cosine to a twentieth."""
    left = max(0.0, (fraction - FALLS_FROM) / (1 - FALLS_FROM))
    return 0.05 + 0.95 * 0.5 * (1 + float(np.cos(np.pi * left)))


def _shown(faces: PaintedFaces) -> list[PainterInput]:
    """Held-out portraits with the places that sheets show."""
    ids = faces.data.held_out_portraits()[: 2 * SHOWN]
    places = Places(faces, ids, np.random.default_rng(1))
    masks = [places.place(np.asarray(faces.label_maps[i])) for i in ids[:SHOWN]]
    masks += [np.ones(faces.label_maps.shape[1:], np.bool_)] * (len(ids) - SHOWN)
    return [places.whole(int(i), mask) for i, mask in zip(ids, masks, strict=True)]
