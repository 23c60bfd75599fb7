"""Stage `correction`: a second encoder that looks at what the first one's latents draw.

The first encoder stays as it is; the generator goes on learning with the correction, now on as
many photos as studio portraits. Each step trains another one of the looks; no gradient passes from
one to the next.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from s2flow_app.nets.encoder import CORRECTIONS, PhotoEncoder, corrected, inverted
from s2flow_app.nets.images import to_img
from s2flow_app.nets.parser import FaceParser
from s2flow_app.nets.stylegan2 import Generator
from s2flow_app.training.augment import random_parts, resized
from s2flow_app.training.data import FaceData
from s2flow_app.training.generator import (
    GENERATOR_CHANNELS,
    cc0_held_out,
    perceptual,
    pyramid_l1,
    training_picture,
)
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

CHANNELS = (32, 64, 128, 160, 192)
"""Widths at 64 ... 4 px."""
OFFSET_RANK = 128
LEARNING_RATE, GENERATOR_LEARNING_RATE = 1e-3, 4e-4
BATCH = 24
PERCEPT_EVERY = 2
SHARES = {"generated": 0.45, "celebamask": 0.35, "cc0": 0.2}
"""How often a face of each source is shown: those in real surroundings are few, and the hardest."""


class CorrectedGenerator(nn.Module):
    """What this stage trains."""

    def __init__(self) -> None:
        super().__init__()
        self.generator = Generator(channels=GENERATOR_CHANNELS)
        num_ws = self.generator.synthesis.num_ws
        self.correction = PhotoEncoder(**correction_config(num_ws))
        for layer in (self.correction.shared, self.correction.offsets):  # first changes nothing
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)


def correction_config(num_ws: int) -> dict[str, Any]:
    """The correction as a configuration of `PhotoEncoder`."""
    return {
        "channels": CHANNELS, "num_ws": num_ws, "offset_rank": OFFSET_RANK, "in_channels": 6
    }  # fmt: skip


def run(
    config: StageConfig, data: FaceData, maps: NDArray[np.uint8], encoder: PhotoEncoder,
    generator: Generator, teacher: FaceParser,
) -> CorrectedGenerator:  # fmt: skip
    """Train (or go on training) and return the averaged networks.

    Args:
        maps: ``[N, 256, 256]`` parsed maps of all faces, for taking pictures apart.
    """
    torch.manual_seed(config.seed)
    net = channels_last(CorrectedGenerator())
    net.generator.load_state_dict(generator.state_dict())
    averaged = averaged_copy(net)
    rates = (LEARNING_RATE, GENERATOR_LEARNING_RATE)
    groups = [{"params": list(n.parameters())} for n in (net.correction, net.generator)]
    optimiser = torch.optim.Adam(groups, lr=LEARNING_RATE, betas=(0.9, 0.99), fused=True)
    trainer = Trainer(
        "correction", config, {"net": net, "averaged": averaged, "optimiser": optimiser}
    )
    encoder = channels_last(encoder).eval().requires_grad_(False)
    teacher = channels_last(teacher).eval().requires_grad_(False)
    rng = np.random.default_rng(config.seed + trainer.step)
    shown = to_img(np.stack([resized(data.images[i], 128) for i in cc0_held_out(data)]))
    assert isinstance(averaged, CorrectedGenerator)

    @torch.no_grad()
    def report() -> None:
        ws = inverted(encoder, averaged.correction, averaged.generator, shown)
        found = averaged.generator.synthesis(ws, noise_mode="none")
        error = (found - shown).square().mean((1, 2, 3)) / 4
        psnr_db = float((-10 * error.log10()).median())
        print(f"held-out CC0 portraits, median PSNR {psnr_db:.2f} dB", flush=True)

    batches = prefetched(_batches(data, maps, rng))
    for step in trainer.steps(report):
        img = next(batches)
        with reduced_precision() as precision:
            with torch.no_grad():
                ws = encoder(img).float()
                for _ in range(step % CORRECTIONS):
                    ws = corrected(net.correction, net.generator, img, ws, dtype=precision)
            ws = corrected(net.correction, net.generator, img, ws, dtype=precision)
            found = net.generator.synthesis(ws, noise_mode="none", dtype=precision).float()
            asked = step % PERCEPT_EVERY == 0
            percept = perceptual(teacher, found, img) if asked else found.new_zeros(())
        pixel, square = pyramid_l1(found, img), (found - img).square().mean()
        offsets = ws - ws.mean(1, keepdim=True)
        size_of_ws = 0.005 * (ws.square().mean() + offsets.square().mean())
        loss = pixel + 3 * square + 0.3 * PERCEPT_EVERY * percept + size_of_ws
        for group, rate in zip(optimiser.param_groups, rates, strict=True):
            group["lr"] = rate * cosine(trainer.fraction)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5)
        optimiser.step()
        average_into(averaged, net, decay=min(0.99, 1 - 1 / (step + 2)))
        trainer.record(pixel=pixel.detach(), square=square.detach())
    return averaged


def _batches(data: FaceData, maps: NDArray[np.uint8], rng: np.random.Generator) -> Iterator[Tensor]:
    train = data.select(held_out=False)
    sources = np.array([data.names[i].split("-")[0] for i in train])
    weights = np.zeros(len(train))
    for source, share in SHARES.items():
        of_source = sources == source
        weights[of_source] = share / max(1, of_source.sum())
    weights = weights / weights.sum()
    while True:
        pictures = []
        picked = (rng.choice(train, BATCH, p=weights) for _ in range(2))
        for i, other in zip(*picked, strict=True):
            image = resized(data.images[i], 128)
            if rng.random() < 0.6:
                behind = resized(data.images[other], 128)
                image = random_parts(rng, image, maps[i][::2, ::2], behind)
            pictures.append(training_picture(rng, image, 128))
        yield to_img(np.stack(pictures))
