"""Stage `generator`: encoder and generator as an autoencoder, growing from 32 to 256 px.

Loss: L1 at three pyramid levels, squares, a perceptual term on the teacher's first stages, a small
pull of w to zero. When the autoencoder stands, latents are corrected as in use, and photos are
shown as often as studio portraits. At full size a critic on half of the reconstructions sharpens
them. Noise inputs are off: the critic would otherwise paint stipple through them.
"""

from collections.abc import Iterator

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from s2flow_app.nets.encoder import LOOKS, PhotoEncoder, corrected
from s2flow_app.nets.images import to_img
from s2flow_app.nets.parser import FaceParser, feature_distance
from s2flow_app.nets.stylegan2 import Generator
from s2flow_app.training.augment import random_affine, random_parts, resized, warp
from s2flow_app.training.critic import R1_EVERY, Critic, teach, with_realness
from s2flow_app.training.data import FaceData
from s2flow_app.training.loop import (
    StageConfig,
    Trainer,
    average_into,
    averaged_copy,
    channels_last,
    cosine,
    fuse,
    prefetched,
    reduced_precision,
)

GENERATOR_CHANNELS = (256, 256, 192, 128, 64, 32, 16)
"""Widths at 4 ... 256 px."""
ENCODER_CHANNELS = (24, 48, 96, 160, 192, 256)
"""Widths at 128 ... 4 px; pictures of 256 px enter as patches of 2 x 2."""
OFFSET_RANK = 192
ENTRANCES = {128: 0, 64: 1, 32: 2}
"""Smaller sizes in pixels, and how many of the encoder's stages their pictures pass by."""
FULL_SIZE = 256
TEACHER_SIZE = 128
SCHEDULE = ((0.04, 32), (0.12, 64), (0.5, 128), (1.0, FULL_SIZE))
"""(share of the time until which, resolution in pixels)."""
WHOLE_BATCH_PX = 128
"""Side of the largest pictures of which a step sees a whole batch; of larger ones fewer."""
LOOKS_FROM = 0.4
"""Share of the time after which latents are corrected."""
LOOKS_OF_STEPS = (0, 1)
"""How often they are, in turn: each look costs nearly a step."""
SHARES = {"generated": 0.45, "celebamask": 0.35, "cc0": 0.2}
"""How often a face of each source is shown from then on: those in real surroundings are few."""
CRITIC_FROM, CRITIC_RAMP, CRITIC_SHARE = 0.62, 0.1, 0.3
"""Share of the time from which there is a critic, over which its pull rises, and how hard it
pulls then, in the pull of the likeness."""


class Autoencoder(nn.Module):
    """Encoder and generator; while it grows, small pictures enter at the encoder's full size."""

    def __init__(self) -> None:
        super().__init__()
        self.generator = Generator(channels=GENERATOR_CHANNELS)
        num_ws = self.generator.synthesis.num_ws
        self.encoder = PhotoEncoder(
            channels=ENCODER_CHANNELS, num_ws=num_ws, offset_rank=OFFSET_RANK, patch=2
        )
        # One entrance per resolution: the encoder's later stages are shared by all of them.
        self.entrances = nn.ModuleDict(
            {str(size): nn.Conv2d(3, ENCODER_CHANNELS[skip], 1) for size, skip in ENTRANCES.items()}
        )

    def encode(self, img: Tensor, *, looks: int, dtype: torch.dtype) -> Tensor:
        """ws of ``img`` at 32 ... 256 px; gradients pass the last of the ``looks`` (256 px)."""
        if img.shape[2] == FULL_SIZE:
            first = ws = self.encoder(img).float()
            for look in range(looks):
                with torch.set_grad_enabled(look == looks - 1 and torch.is_grad_enabled()):
                    ws = corrected(self.encoder, self.generator, first, ws, dtype=dtype).float()
            return ws
        size = img.shape[2]
        return self.encoder.forward_from(self.entrances[str(size)](img), ENTRANCES[size])

    def forward(
        self, img: Tensor, *, looks: int = 0, dtype: torch.dtype = torch.float32
    ) -> tuple[Tensor, Tensor]:
        """The reconstruction and its ws, both float32."""
        ws = self.encode(img, looks=looks, dtype=dtype).float()
        found = self.generator.synthesis(ws, noise_mode="none", upto=img.shape[2], dtype=dtype)
        return found.float(), ws


def run(
    config: StageConfig, data: FaceData, maps: NDArray[np.uint8], teacher: FaceParser
) -> Autoencoder:
    """Train (or go on training) and return the averaged autoencoder.

    Args:
        maps: ``[N, 256, 256]`` parsed maps of all faces, for taking pictures apart.
    """
    device = config.device
    torch.manual_seed(config.seed)
    net, critic = channels_last(Autoencoder()).to(device), channels_last(Critic()).to(device)
    averaged = averaged_copy(net)
    if device == "cpu":  # elsewhere a compiler of its own would be needed
        fuse(net.encoder)
        fuse(net.generator.synthesis)
    optimiser = torch.optim.Adam(net.parameters(), lr=2e-3, betas=(0.9, 0.99), fused=True)
    critic_optimiser = torch.optim.Adam(critic.parameters(), lr=1e-3, betas=(0.0, 0.99), fused=True)
    parts = {
        "net": net, "averaged": averaged, "optimiser": optimiser,
        "critic": critic, "critic_optimiser": critic_optimiser,
    }  # fmt: skip
    trainer = Trainer("generator", config, parts)
    teacher = channels_last(teacher).to(device).eval().requires_grad_(False)
    rng = np.random.default_rng(config.seed + trainer.step)
    train = data.select(held_out=False)
    shown = data.held_out_portraits()

    def sheet() -> None:
        size = _resolution(trainer.fraction)
        img = to_img(data.pictures(shown, size)).to(device)
        with torch.no_grad():
            found = averaged(img, looks=LOOKS if size == FULL_SIZE else 0)[0]
        trainer.write_reconstructions(img, found)

    batches = prefetched(_batches(data, maps, train, rng, trainer, config.batch))
    for step in trainer.steps(sheet):
        img = next(batches).to(device)
        optimiser.param_groups[0]["lr"] = 2e-3 * cosine(trainer.fraction, floor=0.05)
        looks = LOOKS_OF_STEPS[step % len(LOOKS_OF_STEPS)] if trainer.fraction > LOOKS_FROM else 0
        with reduced_precision(device) as precision:
            found, ws = net(img, looks=looks, dtype=precision)
            percept = _percept(teacher, found, img)
        pixel, square = pyramid_l1(found, img), (found - img).square().mean()
        offsets = ws - ws.mean(1, keepdim=True)
        likeness = pixel + 2 * square + 0.4 * percept
        size_of_ws = 0.005 * (ws.square().mean() + offsets.square().mean())
        (pull,) = torch.autograd.grad(likeness, found, retain_graph=True)
        half = len(img) // 2
        criticised = trainer.fraction >= CRITIC_FROM
        if criticised:
            share = CRITIC_SHARE * min(1.0, (trainer.fraction - CRITIC_FROM) / CRITIC_RAMP)
            pull = with_realness(pull, found, critic, share=share, count=half)
        optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward([found, size_of_ws], [pull, None])
        nn.utils.clip_grad_norm_(net.parameters(), 5)
        optimiser.step()
        average_into(averaged, net, decay=min(0.997, 1 - 1 / (step + 2)))
        trainer.record(pixel=pixel.detach(), percept=percept.detach())
        if criticised:
            real, fake = img[half:], found[:half].detach()
            penalised = step % R1_EVERY == 0
            judged = teach(critic, critic_optimiser, real, fake, penalised=penalised)
            trainer.record_also(critic=judged)
    return averaged


def _percept(teacher: FaceParser, found: Tensor, wanted: Tensor) -> Tensor:
    """The teacher's distance at the size it knows; of large pictures also of a part in detail."""
    if found.shape[2] <= TEACHER_SIZE:
        return feature_distance(teacher, found, wanted)
    x, y = (int(v) for v in torch.randint(0, found.shape[2] - TEACHER_SIZE + 1, (2,)))
    detail = [img[:, :, y : y + TEACHER_SIZE, x : x + TEACHER_SIZE] for img in (found, wanted)]
    whole = [F.interpolate(img, size=TEACHER_SIZE, mode="area") for img in (found, wanted)]
    return 0.5 * (feature_distance(teacher, *whole) + feature_distance(teacher, *detail))


def _resolution(fraction: float) -> int:
    return next(size for until, size in SCHEDULE if fraction <= until)


def _batches(
    data: FaceData, maps: NDArray[np.uint8], train: np.ndarray, rng: np.random.Generator,
    trainer: Trainer, batch: int,
) -> Iterator[Tensor]:  # fmt: skip
    balanced = _balanced([data.names[i] for i in train])
    while True:
        size = _resolution(trainer.fraction)
        weights = balanced if trainer.fraction > LOOKS_FROM else None
        pictures = []
        count = min(batch, batch * WHOLE_BATCH_PX // size)
        picked = (rng.choice(train, count, p=weights) for _ in range(2))
        for i, other in zip(*picked, strict=True):
            image = resized(data.images[i], size)
            if rng.random() < 0.6:
                step = maps.shape[1] // size
                behind = resized(data.images[other], size)
                image = random_parts(rng, image, maps[i][::step, ::step], behind)
            pictures.append(_picture(rng, image, size))
        yield to_img(np.stack(pictures))


def _balanced(names: list[str]) -> NDArray[np.float64]:
    """How likely each face is shown, so that the sources have their `SHARES`."""
    sources = np.array([name.split("-")[0] for name in names])
    weights = np.zeros(len(names))
    for source, share in SHARES.items():
        of_source = sources == source
        weights[of_source] = share / max(1, of_source.sum())
    return weights / weights.sum()


def _picture(rng: np.random.Generator, image: np.ndarray, size: int) -> np.ndarray:
    """A training picture: mirrored, and slightly turned, scaled, shifted and recoloured."""
    if rng.random() < 0.5:
        image = np.ascontiguousarray(image[:, ::-1])
    if rng.random() < 0.7:
        matrix = random_affine(
            rng, source=size, size=size, rotation_deg=4, scale_sd=0.06, shift_sd=0.02
        )
        image = warp(image, matrix, size)
    if rng.random() < 0.5:
        gain = np.exp(rng.normal(0, 0.1) + rng.normal(0, 0.05, 3))
        image = (image * gain + rng.normal(0, 8)).clip(0, 255).astype(np.uint8)
    return image


def pyramid_l1(found: Tensor, wanted: Tensor) -> Tensor:
    """Mean absolute difference, the mean of full, half and quarter size."""
    total = found.new_zeros(())
    for _ in range(3):
        total = total + (found - wanted).abs().mean() / 3
        found, wanted = F.avg_pool2d(found, 2), F.avg_pool2d(wanted, 2)
    return total
