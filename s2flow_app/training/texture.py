"""Stage `texture`: the generator's fine layers learn to draw what photos look like close by.

An autoencoder draws the mean of what is likely: hair without strands. A critic of whole faces knows
five thousand of them by heart at once, and then says nothing; one that sees patches of some 30
pixels does not (PatchGAN, Isola et al. 2017). Only layers from 64 px on learn, and what they draw,
averaged over 8 x 8 pixels, stays what it was: latents, and all that is trained on them, go on to
mean the same. Latents between faces are drawn as often as those of faces, since edits lie there.
These layers are local: a step sees parts of pictures.
"""

import copy
from collections.abc import Iterator

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from s2flow_app.nets.blending import Blending
from s2flow_app.nets.images import to_img
from s2flow_app.nets.parser import FaceParser, feature_distance
from s2flow_app.nets.stylegan2 import Generator
from s2flow_app.training.critic import PatchCritic, augmented, teach
from s2flow_app.training.data import FaceData
from s2flow_app.training.latents import FaceLatents
from s2flow_app.training.loop import (
    SHOWN,
    StageConfig,
    Trainer,
    average_into,
    averaged_copy,
    channels_last,
    cosine,
    prefetched,
    reduced_precision,
)
from s2flow_app.training.parts import same_part

BATCH = 16
COARSE_PX = 32
"""Resolution of the last layers that stay."""
MEAN_PX = 8
"""Side of what stays as it was on average."""
MEAN_WEIGHT, PERCEPT_WEIGHT, REAL_WEIGHT = 10.0, 0.5, 0.5


def run(
    config: StageConfig, data: FaceData, latents: FaceLatents, teacher: FaceParser
) -> Generator:
    """Train (or go on training) and return the averaged generator.

    Args:
        latents: of the generator that is gone on from.
    """
    torch.manual_seed(config.seed)
    was = channels_last(latents.generator).eval().requires_grad_(False)
    net = copy.deepcopy(was)
    fine = [
        parameter
        for size in net.synthesis.resolutions
        if size > COARSE_PX
        for parameter in net.synthesis.get_submodule(f"b{size}").parameters()
    ]
    for parameter in fine:
        parameter.requires_grad_(True)
    averaged, critic = averaged_copy(net), channels_last(PatchCritic())
    assert isinstance(averaged, Generator)
    optimiser = torch.optim.Adam(fine, lr=1e-3, betas=(0.0, 0.99))
    critic_optimiser = torch.optim.Adam(critic.parameters(), lr=1e-3, betas=(0.0, 0.99))
    parts = {
        "net": net, "averaged": averaged, "optimiser": optimiser,
        "critic": critic, "critic_optimiser": critic_optimiser,
    }  # fmt: skip
    trainer = Trainer("texture", config, parts)
    teacher = channels_last(teacher).eval().requires_grad_(False)
    size = net.synthesis.resolutions[-1]
    shown = data.held_out_portraits()[:SHOWN]

    def sheet() -> None:
        ws = torch.from_numpy(latents.ws[0, shown])
        with torch.no_grad():
            pictures = [one.synthesis(ws, noise_mode="none") for one in (was, averaged)]
        trainer.write_sheet(to_img(data.pictures(shown, size)), *pictures)

    rng = np.random.default_rng(config.seed + trainer.step)
    batches = prefetched(_batches(data, latents, data.select(held_out=False), rng, size))
    for step in trainer.steps(sheet):
        photos, ws = next(batches)
        optimiser.param_groups[0]["lr"] = 1e-3 * cosine(trainer.fraction, floor=0.1)
        half = len(photos)
        with torch.no_grad():
            kept = Blending()
            was.synthesis(ws, noise_mode="none", upto=COARSE_PX, blending=kept)
            photos, *begun = same_part(rng, photos, *kept.maps[COARSE_PX])
            drawn = COARSE_PX, *begun
            before = was.synthesis(ws, noise_mode="none", drawn=drawn)
        img = net.synthesis(ws, noise_mode="none", drawn=drawn)
        mean = F.l1_loss(F.avg_pool2d(img, MEAN_PX), F.avg_pool2d(before, MEAN_PX))
        percept = feature_distance(teacher, img[:half], photos)
        critic.requires_grad_(False)
        with reduced_precision():
            real = F.softplus(-critic(augmented(img))).mean()
        loss = MEAN_WEIGHT * mean + PERCEPT_WEIGHT * percept + REAL_WEIGHT * real
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(fine, 5)
        optimiser.step()
        average_into(averaged, net, decay=min(0.997, 1 - 1 / (step + 2)))
        trainer.record(mean=mean.detach(), percept=percept.detach(), real=real.detach())
        fakes = img.detach()[step % 2 :: 2]
        judged = teach(critic, critic_optimiser, photos, fakes, penalised=False)
        trainer.record_also(critic=judged)
    return averaged


def _batches(
    data: FaceData, latents: FaceLatents, train: np.ndarray, rng: np.random.Generator, size: int
) -> Iterator[tuple[Tensor, Tensor]]:
    """Photos ``[N / 2, 3, R, R]``, and latents ``[N, L, D]`` of them and between faces."""
    half = BATCH // 2
    while True:
        ids, others = rng.choice(train, half), rng.choice(train, (2, half))
        mirrored = rng.random(half) < 0.5
        own = latents.ws[mirrored.astype(int), ids]
        first, second = (latents.ws[0, picked] for picked in others)
        share = rng.random((half, 1, 1), dtype=np.float32)
        between = first + share * (second - first).mean(1, keepdims=True)
        photos = to_img(data.pictures(ids, size, mirrored=mirrored))
        yield photos, torch.from_numpy(np.concatenate([own, between]))
