"""Stage `parser`: the face parser on the labelled faces.

Cross-entropy with rarity weights (frequency ** -0.3, capped at 3) plus soft dice; flips swap the
left and right classes. The first part of the time runs at 128 px, the rest at 256 px.

Stage `teacher` is a second parser, of another seed and at 128 px alone: it serves the losses of
the generator and the flow. Stage `judge` is a third one, slimmer and of yet another seed, that
`s2flow evaluate` judges edits by: no loss and no decision of the program ever sees it. Stage
`guide` is a small one that the flow is tuned by, beside the teacher.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from s2flow_app.labels import NUM_CLASSES, mirror_table
from s2flow_app.nets.images import to_img
from s2flow_app.nets.parser import FaceParser
from s2flow_app.training.augment import random_affine, random_colour, warp, warp_labels
from s2flow_app.training.data import FaceData
from s2flow_app.training.loop import (
    StageConfig,
    Trainer,
    average_into,
    averaged_copy,
    channels_last,
    cosine,
    prefetched,
    reduced_precision,
)

SMALL_SHARE = 0.6
"""Share of the time at 128 px: four times as many faces a second."""


@dataclass(frozen=True, slots=True)
class Role:
    """What tells the parsers' trainings apart."""

    seed: int
    channels: tuple[int, ...] = (24, 48, 96, 160, 224)
    small_only: bool = False
    """Trained at 128 px alone."""


ROLES: Final = {
    "parser": Role(0),
    "teacher": Role(1, small_only=True),
    "judge": Role(2, channels=(24, 48, 88, 128, 168)),
    "guide": Role(3, channels=(16, 32, 64, 96, 128), small_only=True),
}


def run(config: StageConfig, data: FaceData, stage: str) -> FaceParser:
    """Train (or go on training) the parser that is a key of `ROLES`; returns the averaged one."""
    role = ROLES[stage]
    config = replace(config, seed=config.seed + role.seed)
    torch.manual_seed(config.seed)
    net = channels_last(FaceParser(channels=role.channels)).to(config.device)
    averaged = averaged_copy(net)
    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=0.02)
    trainer = Trainer(stage, config, {"net": net, "averaged": averaged, "optimiser": optimiser})
    image_ids, map_ids = data.select_labelled(held_out=False)
    frequency = np.bincount(data.label_maps[map_ids].ravel(), minlength=NUM_CLASSES) + 1
    weights = torch.tensor((frequency / frequency.max()) ** -0.3).float().clamp(max=3)
    weights = weights.to(config.device)

    def batches() -> Iterator[tuple[Tensor, Tensor]]:
        rng = np.random.default_rng(config.seed + trainer.step)
        while True:
            size = 128 if role.small_only or trainer.fraction < SMALL_SHARE else 256
            picked = rng.integers(len(map_ids), size=config.batch * 128 // size)
            yield _batch(rng, data, image_ids[picked], map_ids[picked], size)

    drawn = prefetched(batches())
    for step in trainer.steps():
        img, target = (tensor.to(config.device) for tensor in next(drawn))
        with reduced_precision(config.device):
            logits = net.train()(img).float()
        target = F.interpolate(target[:, None].float(), logits.shape[2:]).squeeze(1).long()
        loss = F.cross_entropy(logits, target, weights, ignore_index=255) + dice_loss(
            logits, target
        )
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * cosine(trainer.fraction)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        average_into(averaged, net, decay=min(0.998, 1 - 1 / (step + 2)))
        trainer.record(loss=loss.detach())
    return averaged


def dice_loss(logits: Tensor, target: Tensor) -> Tensor:
    """One minus the mean soft dice of the classes in ``target [N, H, W]`` (255 ignored)."""
    known = (target != 255).unsqueeze(1)
    truth = F.one_hot(target.clamp(max=NUM_CLASSES - 1), NUM_CLASSES).permute(0, 3, 1, 2) * known
    guess = logits.softmax(1) * known
    overlap = (truth * guess).sum((0, 2, 3))
    total = truth.sum((0, 2, 3)) + guess.sum((0, 2, 3))
    present = truth.sum((0, 2, 3)) > 0
    return 1 - (2 * overlap / (total + 1))[present].mean()


def _batch(
    rng: np.random.Generator, data: FaceData, image_ids: np.ndarray, map_ids: np.ndarray, size: int
) -> tuple[Tensor, Tensor]:
    images, maps = [], []
    mirrored = mirror_table()
    for i, j in zip(image_ids, map_ids, strict=True):
        image, labels = data.images[i], data.label_maps[j]
        if rng.random() < 0.5:
            image, labels = np.ascontiguousarray(image[:, ::-1]), mirrored[labels[:, ::-1]]
        matrix = random_affine(rng, source=image.shape[0], size=size)
        images.append(random_colour(rng, warp(image, matrix, size)))
        maps.append(warp_labels(labels, matrix, size))
    return to_img(np.stack(images)), torch.from_numpy(np.stack(maps))
