"""Stage `landmarks`: the landmark net, on crops as the face finder cuts them.

Positives are squares about the face under rotation, scale and shift; negatives are squares of
the same pictures that miss the face or show it far too large or too small. All is float32:
in bfloat16 points would be rounded to about a pixel of a crop of 256.
"""

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from s2flow_app.nets.images import to_img
from s2flow_app.nets.landmarks import INPUT_SIZE, LandmarkNet
from s2flow_app.training.augment import random_affine, random_colour, warp
from s2flow_app.training.data import FaceData
from s2flow_app.training.loop import (
    StageConfig,
    Trainer,
    average_into,
    averaged_copy,
    channels_last,
    cosine,
)

NEGATIVE_SHARE = 0.25
LEFT_EYE_CORNERS = (33, 133, 159, 145)
RIGHT_EYE_CORNERS = (362, 263, 386, 374)


def run(config: StageConfig, data: FaceData) -> LandmarkNet:
    """Train (or go on training) and return the averaged landmark net."""
    torch.manual_seed(config.seed)
    net = channels_last(LandmarkNet()).to(config.device)
    averaged = averaged_copy(net)
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.01)
    trainer = Trainer(
        "landmarks", config, {"net": net, "averaged": averaged, "optimiser": optimiser}
    )
    train = data.select(held_out=False)
    rng = np.random.default_rng(config.seed + trainer.step)
    for step in trainer.steps():
        batch = _batch(rng, data, rng.choice(train, 2 * config.batch))
        img, points, is_face = (tensor.to(config.device) for tensor in batch)
        found, logits = net.train()(img)
        off = (found - points).abs().mean((1, 2))
        # 0.02 of the side is where a miss starts to hurt alignment; L1 keeps pulling below it.
        loss = 20 * (off * is_face).sum() / is_face.sum().clamp(min=1)
        loss = loss + F.binary_cross_entropy_with_logits(logits, is_face)
        for group in optimiser.param_groups:
            group["lr"] = 1e-3 * cosine(trainer.fraction)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        average_into(averaged, net, decay=min(0.998, 1 - 1 / (step + 2)))
        trainer.record(loss=loss.detach(), off=(off * is_face).sum().detach() / is_face.sum())
    return averaged


def _batch(
    rng: np.random.Generator, data: FaceData, picked: np.ndarray
) -> tuple[Tensor, Tensor, Tensor]:
    images, all_points, is_face = [], [], []
    for i in picked:
        points = data.points[i]
        eyes = [points[list(ids)].mean(0) for ids in (LEFT_EYE_CORNERS, RIGHT_EYE_CORNERS)]
        distance = float(np.linalg.norm(eyes[1] - eyes[0])) + 1
        middle = (eyes[0] + eyes[1]) / 2 + (0, 0.3 * distance)
        face = bool(rng.random() > NEGATIVE_SHARE)
        side = 2.6 * distance
        if not face:
            if rng.random() < 0.3:
                side *= rng.choice([0.3, 3.5])
            else:
                turn = rng.uniform(0, 2 * np.pi)
                middle = middle + rng.uniform(0.65, 1.2) * side * np.array(
                    [np.cos(turn), np.sin(turn)]
                )
                side *= rng.uniform(0.4, 1)
        matrix = random_affine(
            rng, source=256, size=INPUT_SIZE, rotation_deg=15, scale_sd=0.15, shift_sd=0.06,
            centre=(float(middle[0]), float(middle[1])), side=side,
        )  # fmt: skip
        image = random_colour(rng, warp(data.images[i], matrix, INPUT_SIZE))
        moved = cv2.transform(points[None], matrix)[0] / INPUT_SIZE
        if rng.random() < 0.2:  # what lies outside a photo's border is black or grey
            image[: rng.integers(1, 30)] = rng.integers(0, 255)
        images.append(image)
        all_points.append(moved)
        is_face.append(float(face))
    return (
        to_img(np.stack(images)),
        torch.from_numpy(np.stack(all_points)).float(),
        torch.tensor(is_face),
    )
