"""Stage `generator`: encoder and generator as an autoencoder, growing from 32 to 128 px.

Loss: L1 at three pyramid levels, a perceptual term on the parser's first stages, a small pull of
w to zero. Noise inputs are off: a critic would otherwise paint stipple through them.
"""

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from s2flow_app.nets.encoder import PhotoEncoder
from s2flow_app.nets.images import to_images, to_img
from s2flow_app.nets.parser import FaceParser
from s2flow_app.nets.stylegan2 import Generator
from s2flow_app.training.data import FaceData
from s2flow_app.training.loop import StageConfig, Trainer, average_into, averaged_copy, cosine

GENERATOR_CHANNELS = (256, 256, 192, 96, 48, 24)
ENCODER_CHANNELS = (24, 48, 96, 160, 192, 256)
"""Widths at 128 ... 4 px."""
SCHEDULE = ((0.35, 32), (0.7, 64), (1.0, 128))
"""(share of the time until which, resolution in pixels)."""


class Autoencoder(nn.Module):
    """Encoder and generator; while it grows, small pictures enter at the encoder's full size."""

    def __init__(self) -> None:
        super().__init__()
        self.generator = Generator(channels=GENERATOR_CHANNELS)
        num_ws = self.generator.synthesis.num_ws
        self.encoder = PhotoEncoder(channels=ENCODER_CHANNELS, num_ws=num_ws)
        # One entrance per resolution: the encoder's later stages are shared by all of them.
        self.entrances = nn.ModuleDict(
            {
                str(size): nn.Conv2d(3, ENCODER_CHANNELS[skip], 1)
                for size, skip in ((64, 1), (32, 2))
            }
        )

    def encode(self, img: Tensor) -> Tensor:
        """ws of ``img`` at 32, 64 or 128 px."""
        if img.shape[2] == 128:
            return self.encoder(img)
        entrance = self.entrances[str(img.shape[2])]
        skip = {64: 1, 32: 2}[img.shape[2]]
        return self.encoder.forward_from(entrance(img), skip)

    def forward(self, img: Tensor) -> tuple[Tensor, Tensor]:
        """The reconstruction and its ws."""
        ws = self.encode(img)
        return self.generator.synthesis(ws, noise_mode="none", upto=img.shape[2]), ws


def run(config: StageConfig, data: FaceData, parser: FaceParser) -> Autoencoder:
    """Train (or go on training) and return the averaged autoencoder."""
    torch.manual_seed(config.seed)
    net = Autoencoder()
    averaged = averaged_copy(net)
    optimiser = torch.optim.Adam(net.parameters(), lr=2e-3, betas=(0.9, 0.99))
    trainer = Trainer(
        "generator", config, {"net": net, "averaged": averaged, "optimiser": optimiser}
    )
    parser = parser.eval().requires_grad_(False)
    rng = np.random.default_rng(config.seed + trainer.step)
    train = data.select(held_out=False)
    held_out = data.select(held_out=True)[:12]
    assert isinstance(averaged, Autoencoder)

    def sheet() -> None:
        size = _resolution(trainer.fraction)
        img = _pictures(data, np.concatenate([held_out, train[:4]]), size)
        with torch.no_grad():
            pair = to_images(torch.cat([img, averaged(img)[0]]))
        rows = np.concatenate([np.concatenate(list(r), 1) for r in np.split(pair, 2)])
        cv2.imwrite(str(trainer.folder / f"{trainer.step:06d}.png"), rows[..., ::-1])

    for step in trainer.steps(sheet):
        size = _resolution(trainer.fraction)
        img = _pictures(data, rng.choice(train, config.batch), size)
        flip = torch.from_numpy(rng.random(config.batch) < 0.5)
        img = torch.where(flip[:, None, None, None], img.flip(3), img)
        found, ws = net(img)
        pixel = pyramid_l1(found, img)
        percept = perceptual(parser, found, img)
        loss = pixel + 0.5 * percept + 0.005 * ws.square().mean()
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * cosine(trainer.fraction, floor=0.1)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.encoder.parameters(), 5)
        optimiser.step()
        average_into(averaged, net, decay=min(0.995, 1 - 1 / (step + 2)))
        trainer.record(pixel=pixel.detach(), percept=percept.detach())
    return averaged


def _resolution(fraction: float) -> int:
    return next(size for until, size in SCHEDULE if fraction <= until)


def _pictures(data: FaceData, picked: np.ndarray, size: int) -> Tensor:
    area = cv2.INTER_AREA
    small = [cv2.resize(data.images[i], (size, size), interpolation=area) for i in picked]
    return to_img(np.stack(small).astype(np.uint8, copy=False))


def pyramid_l1(found: Tensor, wanted: Tensor) -> Tensor:
    """Mean absolute difference, the mean of full, half and quarter size."""
    total = found.new_zeros(())
    for _ in range(3):
        total = total + (found - wanted).abs().mean() / 3
        found, wanted = F.avg_pool2d(found, 2), F.avg_pool2d(wanted, 2)
    return total


def perceptual(parser: FaceParser, found: Tensor, wanted: Tensor) -> Tensor:
    """Difference of the parser's first four stages, each relative to its magnitude."""
    if found.shape[2] < 64:
        found, wanted = (F.interpolate(x, size=64, mode="bilinear") for x in (found, wanted))
    with torch.no_grad():
        targets = parser.features(wanted)[:4]
    pairs = zip(parser.features(found)[:4], targets, strict=True)
    return torch.stack([(a - b).abs().mean() / b.abs().mean() for a, b in pairs]).mean()
