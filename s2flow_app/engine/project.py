"""Inversion by optimisation, for packs without a photo encoder.

After StyleGAN2's projector (Karras et al. 2020, appendix D): Adam on the latents and on the noise
maps, which a regulariser keeps noise. Two things differ. Latents go on from one shared row to all
of W+. Most steps draw at a lower resolution, where the large forms are found at a tenth of the
cost.
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Event
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor

from s2flow_app.engine.progress import Report, tick
from s2flow_app.nets.parser import AnyParser, feature_distance
from s2flow_app.nets.stylegan2 import Generator, SynthesisLayer

STEPS: Final = 240
LEARNING_RATE: Final = 0.1
NOISE_LEARNING_RATE: Final = 0.05
NOISE_WEIGHT: Final = 1e3
"""Of the noise maps' self-similarity, in the loss of the picture."""
FEATURE_WEIGHT: Final = 0.5
ROWS_FROM: Final = 0.3
"""Share of the steps after which the rows part."""
ROWS_WEIGHT: Final = 0.01
"""Pull of the rows towards each other: far from their mean edits obey less."""
SIZES: Final = ((0.4, 64), (0.8, 128), (1.0, 256))
"""(share of the steps until which, side in pixels that is compared)."""
MEAN_DRAWS: Final = 2000
ADAM: Final = ("step", "exp_avg", "exp_avg_sq")
"""What `torch.optim.Adam` knows of each tensor."""


@dataclass(frozen=True, slots=True)
class LatentSpread:
    """Where latents usually lie."""

    mean: Tensor
    """``[D]``"""
    deviation: float
    """Root mean square distance of a coordinate from the mean."""


def latent_spread(generator: Generator) -> LatentSpread:
    """Of a generator with a mapping network, measured; zeros and one without."""
    mapping = getattr(generator, "mapping", None)
    if mapping is None:
        return LatentSpread(torch.zeros(generator.synthesis.w_dim), 1.0)
    z = torch.randn(MEAN_DRAWS, mapping.z_dim, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        w = mapping(z.to(mapping.w_avg))[:, 0]
    mean = w.mean(0)
    return LatentSpread(mean.clone(), float((w - mean).square().mean().sqrt()))


class Projection:
    """The search for one picture's latents; goes on where it was stopped.

    Args:
        wanted: ``[1, 3, R, R]`` in [-1, 1].
        steps: of the whole search.
    """

    def __init__(
        self, generator: Generator, parser: AnyParser, wanted: Tensor, *, steps: int = STEPS
    ) -> None:
        with torch.inference_mode(False):
            self._generator = copy.deepcopy(generator).requires_grad_(False)
            self._parser, self._wanted = parser, wanted.clone()
            self._steps, self._step = steps, 0
            spread = latent_spread(generator)
            self._deviation = spread.deviation
            rows = spread.mean.clone().repeat(1, generator.synthesis.num_ws, 1)
            self._ws = rows.to(wanted.device).requires_grad_(True)
            layers = [m for m in self._generator.modules() if isinstance(m, SynthesisLayer)]
            self._noise = [m.noise_const for m in layers if m.resolution <= SIZES[-1][1]]
            for noise in self._noise:
                noise.requires_grad_(True)
        self._optimiser = torch.optim.Adam(
            [{"params": [self._ws]}, {"params": self._noise}], lr=LEARNING_RATE, betas=(0.9, 0.999)
        )
        self._random = torch.Generator().manual_seed(0)

    @property
    def share(self) -> float:
        """How much of the search is done, 0..1."""
        return self._step / self._steps

    @property
    def ws(self) -> Tensor:
        """``[1, L, D]`` so far."""
        rows = self._ws.detach()
        return rows if self.share > ROWS_FROM else rows.mean(1, keepdim=True).expand_as(rows)

    @property
    def generator(self) -> Generator:
        """A generator with the noise found so far; it is not changed by going on."""
        with torch.inference_mode(False), torch.no_grad():
            found = copy.deepcopy(self._generator)
            for buffer in found.buffers():
                buffer.requires_grad_(False)
        return found.eval()

    def state(self) -> dict[str, Tensor]:
        """All that `restore` needs, by name."""
        found = {
            "step": torch.tensor(self._step), "steps": torch.tensor(self._steps),
            "random": self._random.get_state().clone(),
        }  # fmt: skip
        for i, tensor in enumerate([self._ws, *self._noise]):
            found[f"{i}"] = tensor.detach().cpu().clone()
            for name, value in self._optimiser.state.get(tensor, {}).items():
                found[f"{i}.{name}"] = torch.as_tensor(value).detach().cpu().clone()
        return found

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Go on where another search for the same stood.

        Raises:
            KeyError, ValueError: the state is not of such a search; this one is as it was.
        """
        step, moved = int(state["step"]), [self._ws, *self._noise]
        if int(state["steps"]) != self._steps or not 0 <= step <= self._steps:
            raise ValueError("a search of another length")
        kept: list[dict[str, Tensor]] = []
        for i, tensor in enumerate(moved):
            kept.append({name: state[f"{i}.{name}"] for name in ADAM if step})
            found = [state[f"{i}"], *(v for k, v in kept[-1].items() if k != "step")]
            if any(f.shape != tensor.shape or not torch.isfinite(f).all() for f in found):
                raise ValueError("a search for something else")
        self._random.set_state(state["random"])
        self._step = step
        with torch.inference_mode(False), torch.no_grad():
            for i, (tensor, adam) in enumerate(zip(moved, kept, strict=True)):
                tensor.copy_(state[f"{i}"])
                if adam:
                    self._optimiser.state[tensor] = {
                        k: v.clone() if k == "step" else v.to(tensor) for k, v in adam.items()
                    }

    def run(self, *, cancel: Event | None = None, report: Report | None = None) -> None:
        """Go on until all steps are done.

        Raises:
            Cancelled: ``cancel`` was set; the next `run` goes on from there.
        """
        with torch.inference_mode(False), torch.enable_grad():
            while self._step < self._steps:
                tick(cancel, report, self.share, self._step)
                self._improve()
                self._step += 1

    def _improve(self) -> None:
        share = self.share
        rates = (LEARNING_RATE * self._deviation, NOISE_LEARNING_RATE)
        for group, rate in zip(self._optimiser.param_groups, rates, strict=True):
            group["lr"] = rate * min(1.0, (1 - share) / 0.25, 0.05 + share / 0.05)
        size = min(next(s for until, s in SIZES if share <= until), self._wanted.shape[-1])
        wanted = F.interpolate(self._wanted, size=size, mode="area")
        mean = self._ws.mean(1, keepdim=True)
        rows = self._ws if share > ROWS_FROM else mean.expand_as(self._ws)
        shaken = max(0.0, 1 - share / 0.75) ** 2 * 0.05 * self._deviation
        rows = rows + shaken * torch.randn(rows.shape, generator=self._random).to(rows)
        found = self._generator.synthesis(rows, noise_mode="const", upto=size)
        pixels = (found - wanted).abs().mean() + (found - wanted).square().mean()
        apart = (self._ws - mean).square().mean() / self._deviation**2
        loss = pixels + FEATURE_WEIGHT * feature_distance(self._parser, found, wanted)
        loss = loss + ROWS_WEIGHT * apart + NOISE_WEIGHT * self_similarity(self._noise)
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self._optimiser.step()
        with torch.no_grad():
            for noise in self._noise:
                noise.sub_(noise.mean()).mul_(noise.square().mean().rsqrt())


def self_similarity(noise: list[Tensor]) -> Tensor:
    """How much maps ``[R, R]`` resemble themselves one pixel on, at all scales (equation 2)."""
    total = noise[0].new_zeros(())
    for one in noise:
        x = one[None, None]
        while True:
            for axis in (2, 3):
                total = total + (x * x.roll(1, axis)).mean().square()
            if x.shape[2] <= 8:
                break
            x = F.avg_pool2d(x, 2) * 2
    return total
