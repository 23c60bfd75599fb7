"""What the generators draw of latents, on one device, and what is kept of that."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from s2flow_app.engine.edit import draw
from s2flow_app.engine.generators import Generators
from s2flow_app.errors import NotFiniteError
from s2flow_app.labels import LabelMap
from s2flow_app.model.face import FaceState
from s2flow_app.nets.blending import Blending

DRAFT_SIZES = (128, 256)
"""Smallest and largest side at which previews are drawn, by a generator of larger pictures."""

Float = NDArray[np.float32]


@dataclass(slots=True, eq=False)
class Drawn:
    """What the generator draws for a state, and what the parser sees in its picture."""

    state: FaceState
    render: Float
    """``[R, R, 3]`` 0..255 with fractions."""
    parsed: LabelMap | None = None


class Drawing:
    """Draws by the generators that states name.

    What it drew for a state is kept, in full and as a draft, until it is asked for another one:
    edits go on from the same state many times.
    """

    def __init__(self, generators: Generators, device: str) -> None:
        self._generators, self._device = generators, device
        self._known: dict[bool, Drawn] = {}
        """By whether it is a draft."""

    def forget(self) -> None:
        """Another photo is open."""
        self._known = {}

    def state(self, state: FaceState, *, draft: bool = False) -> Drawn:
        """What is drawn for a state."""
        known = self._known.get(draft)
        if known is None or known.state.id != state.id:
            render = self.latents(state.ws, state.generator, draft=draft)
            known = self._known[draft] = Drawn(state, render)
        return known

    def latents(
        self, ws: Float, generator: str, *, likeness: bool = True, draft: bool = False
    ) -> Float:
        """``[R, R, 3]`` 0..255 of latents ``[L, D]``.

        Args:
            generator: its name.
            likeness: with what it adds to be like its photo, if it does.

        Raises:
            NotFiniteError: NaN or infinity was drawn.
        """
        network = self._generators.get(generator)
        size = draft_size(network.synthesis.resolutions[-1]) if draft else None
        blending = Blending(likeness=network.likeness) if likeness else None
        img = draw(
            network, ws[None].copy(), device=self._device, draft_size=size, blending=blending
        )
        if not torch.isfinite(img).all():
            raise NotFiniteError("A picture of the generator")
        return ((img[0].clamp(-1, 1) + 1) * 127.5).permute(1, 2, 0).contiguous().cpu().numpy()

    def small(self, ws: torch.Tensor, size_px: int, *, generator: str) -> torch.Tensor:
        """Pictures ``[N, 3, R, R]`` of latents ``[N, L, D]`` at a size, with the likeness."""
        network = self._generators.get(generator)
        blending = Blending(likeness=network.likeness)
        return draw(network, ws, device=self._device, draft_size=size_px, blending=blending)


def draft_size(resolution: int) -> int:
    """Half a generator's side, within `DRAFT_SIZES`: a quarter of the time."""
    smallest, largest = DRAFT_SIZES
    return min(largest, max(smallest, resolution // 2))


def as_picture(render: Float) -> NDArray[np.uint8]:
    """A render ``[R, R, 3]`` 0..255 with fractions, rounded."""
    return np.rint(render).clip(0, 255).astype(np.uint8)
