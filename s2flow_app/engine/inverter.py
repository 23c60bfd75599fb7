"""From an aligned crop to latents, and to the generator that draws the crop from them.

A pack with an encoder answers at once, one without searches (`engine/project`), and keeps on disk
how far it has come. Refining and tuning spend their time in turns: latents are moved, weights are
bent, and feature maps get what is still missing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from s2flow_app.engine.device import on_device, placed
from s2flow_app.engine.invert import Budget, refine
from s2flow_app.engine.pack import Pack
from s2flow_app.engine.progress import Progress, Report, stage
from s2flow_app.engine.project import Projection
from s2flow_app.engine.searches import KeptSearch
from s2flow_app.engine.tune import likeness, tune_generator, with_likeness
from s2flow_app.model.arrays import frozen
from s2flow_app.nets.encoder import inverted
from s2flow_app.nets.images import to_img
from s2flow_app.nets.likeness import likeness_of
from s2flow_app.nets.stylegan2 import Generator

REFINE_SHARE: Final = 0.2
"""Of the time of likeness tuning, how much moves the latents before the generator bends."""
BEND_SHARE: Final = 0.5
"""How much bends it; in the rest its feature maps get what is still missing."""
MOVED_SHARE: Final = 0.5
"""Of the time of refinement, how much moves the latents; the rest is for feature maps."""
TUNING_OTHERS: Final = 8
"""How many random faces the tuned generator is held to."""

Latents = NDArray[np.float32]
Crop = NDArray[np.uint8]
Found = tuple[Latents, Generator]
"""Latents ``[L, D]``, and what draws the crop from them."""


@dataclass(frozen=True, slots=True, eq=False)
class _Projected:
    """A search for a crop's latents, done or stopped."""

    crop: Crop
    search: Projection
    kept: KeptSearch


class Inverter:
    """Inverts crops ``[512, 512, 3]`` by one pack's networks, on one device.

    Args:
        before: the one on another device, whose search goes on here.
    """

    def __init__(self, pack: Pack, device: str, *, before: "Inverter | None" = None) -> None:
        self._pack, self._device = pack, device
        self._generator = placed(pack.generator, device)
        self._parser = placed(pack.parser, device)
        self._encoder = placed(pack.encoder, device) if pack.has("encoder") else None
        self._likeness = placed(pack.likeness, device) if pack.has("likeness") else None
        self._projection: _Projected | None = None
        if before is not None and before._projection is not None:
            self._projection = self._search(before._projection.crop)
            self._projection.search.restore(before._projection.search.state())

    @property
    def stage(self) -> str:
        """What inversion is called: a search takes minutes where an encoder takes a moment."""
        return "Inverting" if self._encoder is not None else "Searching for the face's latents"

    def img(self, crop: Crop) -> Tensor:
        """``[1, 3, R, R]`` of a crop, as large as the generator draws."""
        size = self._pack.manifest.resolution
        return F.interpolate(to_img(crop[None]), size=size, mode="area").to(self._device)

    def _ws(self, latents: Latents) -> Tensor:
        """``[1, L, D]`` for the generator."""
        return on_device(latents, self._device)[None]

    def invert(
        self, crop: Crop, *, cancel: Event | None = None, report: Report | None = None
    ) -> Found:
        """The latents of a crop, and the generator that draws it from them; `Cancelled`."""
        if self._encoder is None:
            return self._searched(crop, cancel, report)
        with torch.inference_mode():
            found = inverted(self._encoder, self._generator, self.img(crop))
        latents = _latents(found)
        return latents, self.alike_at_once(latents, crop)

    def alike_at_once(self, latents: Latents, crop: Crop) -> Generator:
        """The pack's generator, with what a glance says that it lacks of a crop."""
        return with_likeness(self._generator, self._glance(self._generator, latents, crop))

    def refine(
        self, latents: Latents, crop: Crop, budget: Budget, *, cancel: Event | None = None,
        progress: Progress | None = None,
    ) -> Found:  # fmt: skip
        """Latents moved towards the crop, and the generator with a likeness; `Cancelled`."""
        moved = self._moved(
            latents, crop, budget.part(MOVED_SHARE), cancel,
            stage(progress, "Refining", 0, MOVED_SHARE),
        )  # fmt: skip
        rest, report = budget.part(1 - MOVED_SHARE), stage(progress, "Refining", MOVED_SHARE, 1)
        return moved, self._alike(self._generator, moved, crop, rest, cancel, report)

    def tune(
        self, latents: Latents, crop: Crop, budget: Budget,
        others: Callable[[int], Tensor], *, cancel: Event | None = None,
        progress: Progress | None = None,
    ) -> Found:  # fmt: skip
        """As `refine`, and in between the generator's weights are fitted; `Cancelled`.

        Args:
            others: latents ``[L, D]`` of the random face of a seed, whose drawings are to stay.
        """
        title, bent = "Tuning the likeness", REFINE_SHARE + BEND_SHARE
        moved = self._moved(
            latents, crop, budget.part(REFINE_SHARE), cancel,
            stage(progress, "Refining", 0, REFINE_SHARE),
        )  # fmt: skip
        held = torch.stack([others(seed) for seed in range(TUNING_OTHERS)])
        tuned = tune_generator(
            self._generator, self._ws(moved), self.img(crop), held,
            budget=budget.part(BEND_SHARE), cancel=cancel,
            report=stage(progress, title, REFINE_SHARE, bent),
        )  # fmt: skip
        rest, report = budget.part(1 - bent), stage(progress, title, bent, 1)
        return moved, self._alike(tuned, moved, crop, rest, cancel, report)

    def _moved(
        self, latents: Latents, crop: Crop, budget: Budget, cancel: Event | None,
        report: Report | None,
    ) -> Latents:  # fmt: skip
        found = refine(
            self._generator, self._ws(latents), self.img(crop), budget=budget, cancel=cancel,
            report=report,
        )  # fmt: skip
        return _latents(found)

    def _alike(
        self, generator: Generator, latents: Latents, crop: Crop, budget: Budget,
        cancel: Event | None, report: Report | None,
    ) -> Generator:  # fmt: skip
        """The generator with a likeness that was looked for."""
        found = likeness(
            generator, self._ws(latents), self.img(crop), self._glance(generator, latents, crop),
            budget=budget, cancel=cancel, report=report,
        )  # fmt: skip
        return with_likeness(generator, found)

    @torch.inference_mode()
    def _glance(self, generator: Generator, latents: Latents, crop: Crop) -> Tensor | None:
        """A likeness at once; None from a pack that has no eye for it."""
        if self._likeness is None:
            return None
        return likeness_of(self._likeness, generator, self._ws(latents), self.img(crop))

    def _search(self, crop: Crop) -> _Projected:
        search = Projection(self._generator, self._parser, self.img(crop))
        return _Projected(crop, search, KeptSearch(self._pack, crop))

    def _searched(self, crop: Crop, cancel: Event | None, report: Report | None) -> Found:
        known = self._projection
        if known is None or not np.array_equal(known.crop, crop):
            known = self._projection = self._search(crop)
            known.kept.resume(known.search)
        search, kept = known.search, known.kept

        def done(share: float) -> None:
            kept.keep_now_and_then(search)
            if report is not None:
                report(share)

        begun = search.share
        try:
            search.run(cancel=cancel, report=done)
        finally:
            if search.share != begun:
                kept.keep(search)
        return frozen(search.ws[0].cpu().numpy().copy()), search.generator


def _latents(ws: Tensor) -> Latents:
    return frozen(ws[0].float().cpu().numpy())
