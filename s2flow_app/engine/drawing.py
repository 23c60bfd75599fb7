"""Drawing face states and edits of them: which parts a generator draws anew, and which it keeps."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from s2flow_app.engine.composite import change_mask, region_mask
from s2flow_app.engine.edit import draw, one_hot_maps
from s2flow_app.engine.generators import Generators
from s2flow_app.labels import LabelMap
from s2flow_app.messages import Edit, FaceState
from s2flow_app.nets.blending import Blending, Change, FeatureMaps
from s2flow_app.nets.painter import MapPainter, Painting

DRAFT_SIZES: Final = (128, 256)
"""Smallest and largest side at which previews are drawn, by a generator of larger pictures."""

Float = NDArray[np.float32]


@dataclass(slots=True, eq=False)
class Drawn:
    """What the generator draws for a state, and what the parser sees in that."""

    state: FaceState
    render: Float
    """``[R, R, 3]`` 0..255 with fractions: differences of renders are taken."""
    maps: FeatureMaps
    parsed: LabelMap | None = None


class Drawing:
    """Draws by the generators that states name, and by the pack's painter, on one device.

    What it drew for a state is kept, in full and as a draft, until it is asked for another one:
    edits go on from the same state many times.
    """

    def __init__(
        self, generators: Generators, device: str, *, painter: MapPainter | None = None
    ) -> None:
        self._generators, self._device, self._painter = generators, device, painter
        self._known: dict[bool, Drawn] = {}
        """By whether it is a draft."""

    def forget(self) -> None:
        """Another photo is open."""
        self._known = {}

    def state(self, state: FaceState, *, draft: bool = False) -> Drawn:
        """What is drawn for a state."""
        known = self._known.get(draft)
        if known is None or known.state is not state:
            blending = Blending(
                likeness=self._generators.get(state.generator).likeness,
                stays=self.stays(state), painting=self.painting(state),
            )  # fmt: skip
            render = self._render(state.ws, state.generator, blending, draft=draft)
            known = self._known[draft] = Drawn(state, render, blending.maps)
        return known

    def edit(self, edit: Edit, ws: Float, *, draft: bool = False) -> Float:
        """``[R, R, 3]`` 0..255 for an edit whose latents are ``ws [L, D]``.

        Where nothing changes it is what was drawn for the state before.
        """
        blending = self._blending(edit, draft=draft)()
        return self._render(ws, edit.base.generator, blending, draft=draft)

    def small(self, edit: Edit) -> Callable[[torch.Tensor, int], torch.Tensor]:
        """What draws latents ``[N, L, D]`` for an edit at a size: pictures ``[N, 3, R, R]``.

        Nothing is prepared before the first of them is asked for: who knows a face's sliders
        already has one that draws.
        """
        network = self._generators.get(edit.base.generator)
        blending = cache(lambda: self._blending(edit, draft=True))

        def drawn(ws: torch.Tensor, size_px: int) -> torch.Tensor:
            return draw(network, ws, device=self._device, draft_size=size_px, blending=blending()())

        return drawn

    def made_up(self, ws: torch.Tensor, label_maps: NDArray[np.uint8]) -> torch.Tensor:
        """Pictures ``[N, 3, R, R]`` of faces that come from no photo, by the pack's generator.

        Args:
            ws: ``[N, L, D]``.
            label_maps: ``[N, 512, 512]`` what they show.
        """
        everywhere = np.ones(label_maps.shape[1:], np.float32)
        blending = Blending(painting=self._painting(label_maps, everywhere))
        return draw(self._generators.get(""), ws, device=self._device, blending=blending)

    def stays(self, state: FaceState) -> torch.Tensor:
        """``[1, 1, 512, 512]`` 0..1: where the likeness shows, which is where nothing is new."""
        return self._mask(1 - _unit(state.replaced))

    def painting(self, state: FaceState) -> Painting | None:
        """What is painted of a state: what edits so far have replaced."""
        return self._painting(state.label_map[None], _unit(state.replaced))

    def new_in(self, edit: Edit) -> tuple[torch.Tensor, Painting | None]:
        """``[1, 1, 512, 512]`` 0..1, where something new is drawn in an edit, and what is painted
        of it, besides what was."""
        new, _ = edit_masks(edit)
        return self._mask(new), self._painting_of(edit, new)

    def _painting_of(self, edit: Edit, new: Float) -> Painting | None:
        share = np.float32(min(1.0, max(0.0, edit.amount)))
        where = np.maximum(_unit(edit.base.replaced), share * new)
        return self._painting(edit.label_map[None], where)

    def _painting(self, label_maps: NDArray[np.uint8], where: Float) -> Painting | None:
        if self._painter is None or not where.any():
            return None
        asked = one_hot_maps(label_maps).to(self._device)
        return Painting(self._painter, asked, self._mask(where))

    def _blending(self, edit: Edit, *, draft: bool) -> Callable[[], Blending]:
        """Makes the blending of one drawing of an edit."""
        base = edit.base
        new, restyled = edit_masks(edit)
        return partial(
            Blending,
            likeness=self._generators.get(base.generator).likeness,
            stays=self.stays(base) * (1 - self._mask(new)),
            painting=self._painting_of(edit, new),
            change=Change(
                self.state(base, draft=draft).maps, self._mask(np.maximum(new, restyled))
            ),
        )

    def _render(self, ws: Float, generator: str, blending: Blending, *, draft: bool) -> Float:
        network = self._generators.get(generator)
        size = draft_size(network.synthesis.resolutions[-1]) if draft else None
        img = draw(
            network, ws[None].copy(), device=self._device, draft_size=size, blending=blending
        )[0]
        return ((img.clamp(-1, 1) + 1) * 127.5).permute(1, 2, 0).contiguous().cpu().numpy()

    def _mask(self, mask: Float) -> torch.Tensor:
        """``[1, 1, 512, 512]``"""
        return torch.from_numpy(mask)[None, None].to(self._device)


def draft_size(resolution: int) -> int:
    """Half a generator's side, within `DRAFT_SIZES`: a quarter of the time."""
    smallest, largest = DRAFT_SIZES
    return min(largest, max(smallest, resolution // 2))


def edit_masks(edit: Edit) -> tuple[Float, Float]:
    """Where something new is drawn, and where the style changes: ``[512, 512]`` 0..1 each."""
    base = edit.base
    semantic = style = np.zeros(base.label_map.shape, np.float32)
    if base.label_map is not edit.label_map:
        semantic = change_mask(base.label_map, edit.label_map, feather_px=edit.feather_px)
    if not edit.style.is_neutral:
        style = region_mask(edit.label_map, edit.style.regions)
    return semantic, style


def as_picture(render: Float) -> NDArray[np.uint8]:
    """A render ``[R, R, 3]`` 0..255 with fractions, rounded."""
    return np.rint(render).clip(0, 255).astype(np.uint8)


def _unit(mask: NDArray[np.uint8]) -> Float:
    """0..255 as 0..1."""
    return mask.astype(np.float32) * np.float32(1 / 255)
