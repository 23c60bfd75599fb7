"""Painting a place of the crop by its asked map, from what the photo shows about it.

The painter works at 256 px a face, in a window about the place. What it paints is joined to the
crop by what differs at the place's rim, carried on into it, and softly laid over.
"""

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from s2flow_app.engine import detail
from s2flow_app.engine.masks import dilated
from s2flow_app.engine.painter_input import PAINTED_SIZE, known_colours, painter_input
from s2flow_app.engine.spread import spread
from s2flow_app.labels import LabelMap
from s2flow_app.model.arrays import rounded
from s2flow_app.model.face import CROP_SIZE
from s2flow_app.nets.images import to_images
from s2flow_app.nets.photo_painter import MULTIPLE_PX, PhotoPainter

CONTEXT_PX: Final = 40
"""Of 256: what the painter sees about a place, at least."""
LEAST_WINDOW_PX: Final = 128
"""As it was trained."""
SEED: Final = 0
"""Of the painter's noise: the same edit twice is the same picture."""
RIM_PX: Final = 5
"""Width of the rim at which painting and picture are compared."""
MOST_JOINED: Final = 16.0
"""Levels of 255 by which painting is moved to meet the rim: what differs by more is structure."""
DRAFT_WINDOW_PX: Final = 176
"""Side of the largest square that drafts paint in: larger ones take longer than a hand waits."""
FINEST_PAINTED_PX: Final = 3.0
"""Of 512: what is finer the painter does not show."""
SOFT_PX: Final = 1.5
"""Standard deviation of a painting's edge."""

Float = NDArray[np.float32]
Image8 = NDArray[np.uint8]
Mask = NDArray[np.bool_]
SCALE: Final = CROP_SIZE // PAINTED_SIZE


@dataclass(frozen=True, slots=True, eq=False)
class Painting:
    """A place that was painted."""

    picture: Float
    """``[512, 512, 3]`` 0..255: the crop with it."""
    alpha: Float
    """``[512, 512]`` 0..1: how much of each pixel is painted."""


class Painter:
    """A pack's painter on one device. Without one, the generator's drawing takes its place."""

    def __init__(self, network: PhotoPainter | None, device: str) -> None:
        self._network, self._device = network, device

    @property
    def shows_render(self) -> bool:
        """True if all that is painted is the generator's drawing, which must then be given."""
        return self._network is None

    def fill(
        self, crop: Image8 | Float, maps: tuple[LabelMap, LabelMap], mask: Mask, *,
        render: Image8 | None, draft: bool = False,
    ) -> Painting:  # fmt: skip
        """The crop ``[512, 512, 3]`` with its masked part painted.

        Args:
            maps: ``[512, 512]`` each: what the crop shows outside of the mask, and what is asked.
            mask: ``[512, 512]``
            render: ``[R, R, 3]`` what the generator draws for the edit, if it is known.
            draft: without the photo's fine detail; large places in broad colours alone.
        """
        before = crop.astype(np.float32)
        if not mask.any():
            return Painting(before, np.zeros(mask.shape, np.float32))
        photo = rounded(crop)
        painted = self._painted(photo, maps, mask, render, draft=draft)
        painting = joined(before, painted, mask)
        if draft:
            return painting
        fine = detail.added(
            painting.picture, photo, maps, filled=painting.alpha > 0, usable=~mask,
            finer_than_px=FINEST_PAINTED_PX,
        )  # fmt: skip
        return replace(painting, picture=painting.picture + painting.alpha[..., None] * fine)

    @torch.inference_mode()
    def whole_face(self, label_map: LabelMap, render: Image8) -> Image8:
        """A face ``[512, 512, 3]`` that comes from no photo, of its map and its drawing."""
        everything = np.ones(label_map.shape, np.bool_)
        nothing = np.zeros((*label_map.shape, 3), np.uint8)
        found = self._painted(nothing, (label_map, label_map), everything, render)
        return rounded(found)

    @torch.inference_mode()
    def _painted(
        self, crop: Image8, maps: tuple[LabelMap, LabelMap], mask: Mask, render: Image8 | None,
        *, draft: bool = False,
    ) -> Float:  # fmt: skip
        """``[512, 512, 3]`` 0..255, of which the masked part is to be used."""
        size = (PAINTED_SIZE, PAINTED_SIZE)
        drawn = None if render is None else _resized(render, PAINTED_SIZE)
        if self._network is None:
            drawn = np.zeros((*size, 3), np.uint8) if drawn is None else drawn
            return _resized(drawn, CROP_SIZE).astype(np.float32)
        photo = _resized(crop, PAINTED_SIZE)
        cells = mask.reshape(PAINTED_SIZE, SCALE, PAINTED_SIZE, SCALE)
        small: Mask = np.any(cells, axis=(1, 3))
        seen, asked = (m[::SCALE, ::SCALE] for m in maps)
        # Of a face that comes from no photo nothing is hidden.
        colours = known_colours(photo, seen, small, asked, hidden=not small.all())
        window = _window(small)
        if draft and (window[0].stop - window[0].start) * (window[1].stop - window[1].start) > (
            DRAFT_WINDOW_PX**2
        ):
            broad = np.where(colours[..., 3:] > 0, 127.5 * (colours[..., :3] + 1), photo)
            return _resized(rounded(broad), CROP_SIZE).astype(np.float32)
        given = painter_input(
            [photo[window]], [small[window]], [asked[window]], [colours[window]],
            [None if drawn is None else drawn[window]],
        )  # fmt: skip
        noise = torch.Generator().manual_seed(SEED)  # the CPU's: the same on every device
        img = self._network(given.to(self._device), noise=noise)
        photo = photo.copy()
        photo[window] = to_images(img)[0]
        return _resized(photo, CROP_SIZE).astype(np.float32)


def joined(before: Float, painted: Float, mask: Mask) -> Painting:
    """``painted [512, 512, 3]`` laid over ``before`` where ``mask`` says.

    What the two differ by at the rim is carried on into the painting (a membrane, as in Poisson
    image editing, Pérez et al. 2003, by pull-push).
    """
    rim = dilated(mask, RIM_PX) & ~mask
    if rim.any():
        off = np.clip(before - painted, -MOST_JOINED, MOST_JOINED)
        painted = painted + spread(off, rim.astype(np.float32))
    alpha = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), SOFT_PX)
    # The rim outside of the mask stays the picture's: the painter has not seen it as its own.
    alpha = (alpha * dilated(mask, 2)).astype(np.float32)
    mixed = before + alpha[..., None] * (painted - before)
    return Painting(mixed.astype(np.float32, copy=False), alpha)


def _window(mask: Mask) -> tuple[slice, slice]:
    """The part of the painter's picture that a place is painted in."""
    spans = []
    for axis in (1, 0):
        found = np.flatnonzero(mask.any(axis))
        side = int(found[-1] - found[0] + 1) + 2 * CONTEXT_PX
        side = max(LEAST_WINDOW_PX, -(-side // MULTIPLE_PX) * MULTIPLE_PX)
        side = min(side, mask.shape[0])
        middle = int(found[0] + found[-1] + 1) // 2
        start = min(max(0, middle - side // 2), mask.shape[0] - side)
        spans.append(slice(start, start + side))
    return spans[0], spans[1]


def _resized(picture: Image8, side: int) -> Image8:
    if picture.shape[0] == side:
        return picture
    how = cv2.INTER_AREA if picture.shape[0] > side else cv2.INTER_CUBIC
    return cv2.resize(picture, (side, side), interpolation=how).astype(np.uint8, copy=False)
