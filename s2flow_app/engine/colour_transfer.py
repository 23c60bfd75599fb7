"""A style edit as a colour transform of the photo, fitted to two renders.

The generator says which colours and which light a style brings: by what it draws before and after.
Its pixels are too coarse to show, and their difference redraws a face's structure. So per group of
classes a transform of few parameters is fitted to the two renders, and the photo goes through it:

* lightness: a line in the log-odds of L* - a tone curve that keeps black black and white white;
* light: an offset of that line that varies slowly over the picture;
* chroma: relative to lightness (a*, b* over L* + 16, constant where only the light changes), one
  gain and one offset.

Each pixel then has five parameters, mixed from those of the groups under mattes.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.colour_fit import CHROMA_SCALE, GroupFits, GroupTransfer, in_classes
from s2flow_app.engine.lab import from_log_odds, lab_of, lightness_of, log_odds, rgb_of, tone_of
from s2flow_app.engine.matte import border_fade, mattes
from s2flow_app.labels import (
    BACKGROUND,
    BROWS,
    CLOTH,
    EARRING,
    EYEGLASSES,
    EYES,
    HAIR,
    HAT,
    LIPS,
    MOUTH,
    NECKLACE,
    SKIN,
    SKIN_PARTS,
    LabelMap,
)
from s2flow_app.model.arrays import single
from s2flow_app.model.face import CROP_SIZE

GROUPS: Final[tuple[tuple[int, ...], ...]] = (
    SKIN_PARTS, (HAIR,), (BACKGROUND,), (CLOTH,), LIPS, BROWS, EYES, (MOUTH,), (HAT,),
    (EYEGLASSES,), (EARRING, NECKLACE),
)  # fmt: skip
"""Classes that share a transform: what is one material."""
OWN_COLOURED: Final = (EYES, (MOUTH,), (EARRING, NECKLACE))
"""Groups that keep their colours unless they are asked for without the skin: irises, teeth, metal.
They take part in the light that falls on the skin."""
MATTE_PX: Final = 12
"""Of the 512 px crop: how far the parser's outlines lie off the photo's, and strands beyond."""
BORDER_PX: Final = 40
"""Of the 512 px crop: every change fades over this distance at its border, or its edge showed in
the photo."""
IDENTITY: Final = np.array([1, 0, 1, 0, 0], np.float32).reshape(5, 1, 1)
"""The parameters of a pixel that does not change (`ColourTransfer.parameters`)."""

Float = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class ColourTransfer:
    """A transform of colours whose parameters vary smoothly within each group of classes."""

    groups: tuple[GroupTransfer, ...]
    tone: Float | None
    """``[101, 2]`` a*, b* by L* of a photo of one tone, which it keeps; None of one in colour."""

    @classmethod
    def fit(
        cls, crop: NDArray[np.uint8], label_map: LabelMap, before: Float, after: Float, *,
        regions: Collection[int] = (), where: Float | None = None,
    ) -> "ColourTransfer":  # fmt: skip
        """What two renders of a photo's crop say.

        Args:
            crop: ``[S, S, 3]`` the photo.
            label_map: ``[S, S]`` what it shows.
            before: ``[R, R, 3]`` 0..255, what the generator draws for it.
            after: the same after the edit.
            regions: class ids that may change; none: all of them. With the skin among them, irises,
                teeth and jewels only take part in the light, and glasses are looked through.
            where: ``[S, S]`` 0..1, narrower than the classes (`style_parts.part_matte`).
        """
        fits = GroupFits(crop, label_map, before, after, where=where)
        groups, lit = [], ()
        with_skin = not regions or SKIN in regions
        for group in GROUPS:
            chosen = tuple(k for k in group if not regions or k in regions)
            if not chosen:
                continue
            if group in OWN_COLOURED and with_skin:
                lit += chosen
                continue
            if with_skin and group == (EYEGLASSES,):
                found = fits.seen_through(chosen)
            elif with_skin and group == BROWS:
                found = fits.brows()
            else:
                found = fits.group(group)
            if found is not None:
                groups.append(replace(found, classes=chosen))
        light = fits.light(lit) if lit else None
        if light is not None:
            groups.append(light)
        return cls(tuple(groups), tone_of(crop))

    def parameters(
        self, picture: NDArray[np.uint8], label_map: LabelMap, *,
        matrix: NDArray[np.float64] | None = None, fade: Float | None = None,
    ) -> Float:  # fmt: skip
        """``[5, H, W]`` for each pixel of a picture: gain and offset of the log-odds of L*, gain
        of the relative chroma and its offsets in a* and b*; `IDENTITY`: it does not change.

        Args:
            picture: ``[H, W, 3]`` the crop, or another part of the photo, beyond it too.
            label_map: ``[H, W]`` what it shows.
            matrix: ``[2, 3]`` from its pixels to shares of the crop's side; by default it is the
                crop.
            fade: ``[H, W]`` 0..1 how much of the change is made.
        """
        height, width = picture.shape[:2]
        mixed = np.empty((5, height, width), np.float32)
        mixed[...] = IDENTITY
        masks = [in_classes(label_map, group.classes) for group in self.groups]
        shown = [k for k, mask in enumerate(masks) if mask.any()]
        if not shown:
            return mixed
        lightness = lightness_of(picture)
        radius_px = max(1, round(MATTE_PX / _crop_px(width, matrix)))
        weights = mattes(picture, [masks[k] for k in shown], radius_px=radius_px)
        for k, weight in zip(shown, weights, strict=True):
            group = self.groups[k]
            if group.darkest > 0:
                weight *= np.clip(2 * lightness / group.darkest - 1, 0, 1)
            if group.brightest < 100:
                weight *= np.minimum((group.brightest + 16) / (lightness + 16), 1) ** 2
            if fade is not None:
                weight *= fade
            mixed[0] += (group.gain - 1) * weight
            mixed[1] += weight * _placed(group.light, (width, height), matrix)
            mixed[2] += (group.chroma_gain - 1) * weight
            mixed[3] += group.shift[0] * weight
            mixed[4] += group.shift[1] * weight
        return mixed

    def in_crop(
        self, crop: NDArray[np.uint8], label_map: LabelMap, *, where: Float | None = None
    ) -> Float:
        """``[S, S, 3]`` 0..255 the crop in the new colours and light, less and less changed towards
        its border; arguments as in `fit`."""
        fade = border_fade(crop.shape, BORDER_PX * crop.shape[0] / CROP_SIZE)
        if where is not None:
            fade *= where
        return self.applied(crop, self.parameters(crop, label_map, fade=fade))

    def applied(self, pixels: NDArray, parameters: Float) -> Float:
        """``[H, W, 3]`` 0..255 of ``pixels [H, W, 3]`` 0..255, exactly themselves where the
        ``parameters [5, H, W]`` are `IDENTITY`."""
        out = pixels.astype(np.float32)
        touched = np.zeros(pixels.shape[:2], np.bool_)
        for plane, still in zip(parameters, IDENTITY, strict=True):
            touched |= plane != still
        x, y, w, h = cv2.boundingRect(touched.view(np.uint8))
        if w:
            box = np.s_[y : y + h, x : x + w]
            moved = self._moved(pixels[box], parameters[:, *box])
            np.copyto(out[box], moved, where=touched[box][..., None])
        return out

    def _moved(self, pixels: NDArray, parameters: Float) -> Float:
        gain, offset, chroma_gain, du, dv = parameters
        lightness, a, b = (single(plane) for plane in cv2.split(lab_of(pixels)))
        after = from_log_odds(gain * log_odds(lightness) + offset)
        if self.tone is None:
            relative = (after + 16) / (lightness + 16) * chroma_gain
            shifted = (after + 16) / CHROMA_SCALE
            return rgb_of(_merged(after, a * relative + shifted * du, b * relative + shifted * dv))
        if not self.tone.any():  # exactly neutral, not to within rounding
            grey = single(cv2.extractChannel(rgb_of(_merged(after, 0 * after, 0 * after)), 1))
            return _merged(grey, grey, grey)
        # The photo's own tone at the new lightness, and what grain it has about that.
        was, becomes = self._tone_at(lightness), self._tone_at(after)
        return rgb_of(_merged(after, a + becomes[0] - was[0], b + becomes[1] - was[1]))

    def _tone_at(self, lightness: Float) -> list[Float]:
        assert self.tone is not None
        levels = np.arange(len(self.tone))
        return [np.interp(lightness, levels, c).astype(np.float32) for c in self.tone.T]


def _placed(
    plane: Float, size: tuple[int, int], matrix: NDArray[np.float64] | None
) -> NDArray[np.float32]:
    """A plane ``[F, F]`` over the crop at the size (w, h) of a picture; its outermost values go
    on beyond the crop."""
    if matrix is None:
        return cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR).astype(np.float32)
    to_plane = matrix * len(plane)
    to_plane[:, 2] -= 0.5  # shares count from the crop's edge, planes from a pixel's middle
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    moved = cv2.warpAffine(plane, to_plane, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return single(moved)


def _crop_px(width: int, matrix: NDArray[np.float64] | None) -> float:
    """The side of a picture's pixel in those of the 512 px crop."""
    share = 1 / width if matrix is None else float(np.hypot(*matrix[:, 0]))
    return CROP_SIZE * share


def _merged(*planes: Float) -> Float:
    return single(cv2.merge(planes))
