"""Stage `likeness`: the likeness encoder, on the latents of all faces under the frozen generator.

All that lies above the latents is local, so parts of pictures are enough: a step takes a quarter of
the time of whole ones. All is float32: it is about what drawings lack by a few grey levels.
"""

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from s2flow_app.engine.invert import reconstruction_loss
from s2flow_app.nets.blending import LIKENESS_AT, Blending
from s2flow_app.nets.images import to_img
from s2flow_app.nets.likeness import LOOKS, LikenessEncoder, likeness_of
from s2flow_app.nets.stylegan2 import Generator
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
)

PART = 2
"""Side of a picture in sides of the part of it that is shown."""
PULL = 1e-3
"""Weight of the likeness's mean square: no more than a photo needs."""


def features_at(generator: Generator, size: int) -> int:
    """Channels of the feature maps of side ``size``."""
    block = generator.synthesis.get_submodule(f"b{size}.conv1")
    return block.get_parameter("weight").shape[0]


@torch.no_grad()
def unit_at(generator: Generator, ws: NDArray[np.float32], size: int) -> Tensor:
    """Root mean square of the feature maps of side ``size`` that latents ``[N, L, D]`` give."""
    kept, device = Blending(), next(generator.parameters()).device
    generator.synthesis(torch.from_numpy(ws).to(device), upto=size, blending=kept)
    return kept.maps[size][0].square().mean().sqrt()


def run(config: StageConfig, data: FaceData, latents: FaceLatents) -> LikenessEncoder:
    """Train (or go on training) and return the averaged `LikenessEncoder`."""
    device = config.device
    torch.manual_seed(config.seed)
    generator = channels_last(latents.generator).to(device).eval().requires_grad_(False)
    size = generator.synthesis.resolutions[-1]
    coarse = size // LIKENESS_AT
    net = channels_last(LikenessEncoder(features=features_at(generator, coarse))).to(device)
    train = data.select(held_out=False)
    net.unit.copy_(unit_at(generator, latents.ws[0, train[:16]], coarse))
    averaged = averaged_copy(net)
    optimiser = torch.optim.Adam(net.parameters(), lr=2e-3, betas=(0.9, 0.99))
    parts = {"net": net, "averaged": averaged, "optimiser": optimiser}
    trainer = Trainer("likeness", config, parts)
    shown = data.held_out_portraits()[:SHOWN]

    def sheet() -> None:
        img = to_img(data.pictures(shown, size)).to(device)
        ws = torch.from_numpy(latents.ws[0, shown]).to(device)
        with torch.no_grad():
            found = likeness_of(averaged, generator, ws, img)
            drawn = generator.synthesis(ws, blending=Blending(likeness=found))
        trainer.write_reconstructions(img, drawn)

    rng = np.random.default_rng(config.seed + trainer.step)
    batches = prefetched(_batches(data, latents, train, rng, size, config.batch))
    for step in trainer.steps(sheet):
        img, ws = (tensor.to(device) for tensor in next(batches))
        optimiser.param_groups[0]["lr"] = 2e-3 * cosine(trainer.fraction)
        with torch.no_grad():
            kept = Blending()
            drawn = generator.synthesis(ws, noise_mode="none", blending=kept)
        img, drawn, features, begun = _part(rng, img, drawn, *kept.maps[coarse])
        found, loss = torch.zeros_like(features), torch.zeros([], device=device)
        for _ in range(LOOKS):
            found = found + net(img - drawn, features + found)
            drawn = generator.synthesis(
                ws, noise_mode="none", drawn=(coarse, features + found, begun)
            )
            loss = loss + reconstruction_loss(drawn, img) / LOOKS
        loss = loss + PULL * (found / net.unit).square().mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        average_into(averaged, net, decay=min(0.99, 1 - 1 / (step + 2)))
        trainer.record(loss=loss.detach())
    return averaged


def _part(
    rng: np.random.Generator, img: Tensor, drawn: Tensor, features: Tensor, begun: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The same part of all four, of one place for the batch."""
    whole = features.shape[2]
    side = whole // PART
    y, x = (int(v) for v in rng.integers(0, whole - side + 1, 2))
    coarse = np.s_[:, :, y : y + side, x : x + side]
    fine = np.s_[
        :, :, y * LIKENESS_AT : (y + side) * LIKENESS_AT, x * LIKENESS_AT : (x + side) * LIKENESS_AT
    ]
    return img[fine], drawn[fine], features[coarse], begun[coarse]


def _batches(
    data: FaceData, latents: FaceLatents, train: np.ndarray, rng: np.random.Generator, size: int,
    batch: int,
) -> Iterator[tuple[Tensor, Tensor]]:  # fmt: skip
    while True:
        ids = rng.choice(train, batch)
        mirrored = rng.random(batch) < 0.5
        img = to_img(data.pictures(ids, size, mirrored=mirrored))
        yield img, torch.from_numpy(latents.ws[mirrored.astype(int), ids])
