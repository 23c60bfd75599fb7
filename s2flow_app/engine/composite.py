"""Blends what the generator drew into the photo, so that what was not edited stays the photo's own.

Two kinds of change. A *style* change moves the photo by the difference of two renders, which
keeps all its detail. A *semantic* change draws something new: there the render itself is shown,
corrected by how the photo differs from its reconstruction round about.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.alignment import crop_matrix
from s2flow_app.engine import colour, detail, sharpness
from s2flow_app.engine.colour import eight_bits
from s2flow_app.engine.glass import adds_glasses, looked_through
from s2flow_app.engine.guided import enlarged_along
from s2flow_app.engine.measure import DILATION_SHARE, distance_px
from s2flow_app.engine.own_colours import colour_shift
from s2flow_app.engine.photo import Photo
from s2flow_app.engine.photo_encode import on_white
from s2flow_app.labels import LabelMap
from s2flow_app.messages import CROP_SIZE, frozen

CORE_PX: Final = 6
"""A semantic change is drawn in full up to this far around the changed pixels: the generator's
outlines do not keep to the pixel."""
BORDER_PX: Final = 24
"""Every change fades over this distance at the crop's border, or its edge showed in the photo."""
REGION_FEATHER_PX: Final = 8
PROTECTION_FADE_PX: Final = 8
RESAMPLING_PX: Final = 3
"""Cubic interpolation reaches two pixels out, and the quad's pixels lie askew."""
DIFFUSION_SIZE: Final = 64
"""Side at which the colour correction is spread: it is smooth."""
PRIOR_WEIGHT: Final = 0.02
"""Pull of coarser levels in `_spread`, against the weight 1 of a known pixel."""
DETAIL_SHARE: Final = 1.5
"""What is finer than so many of a render's pixels the render does not show."""
MIN_DETAIL_PX: Final = 1.0
TILE_PX: Final = 256
"""Side of the squares in which the photo's detail is exchanged."""

Image8 = NDArray[np.uint8]
Float = NDArray[np.float32]


def change_mask(old_map: LabelMap, new_map: LabelMap, *, feather_px: float | None = None) -> Float:
    """Where a semantic edit is drawn: ``[512, 512]`` 0..1.

    1 on and close to the pixels whose class changes, smoothly down to 0 at ``feather_px`` from
    them (at most, and by default, the 4 % that `outside_change` allows), and 0 at the crop's
    border.
    """
    farthest = DILATION_SHARE * CROP_SIZE
    feather_px = farthest if feather_px is None else min(max(feather_px, 1.0), farthest)
    distance = distance_px(old_map != new_map)
    core = min(CORE_PX, feather_px / 2)
    return _smoothstep((feather_px - distance) / (feather_px - core)) * _border_fade(old_map.shape)


def region_mask(
    label_map: LabelMap, regions: Collection[int], *, feather_px: float = REGION_FEATHER_PX
) -> Float:
    """Where a style edit is seen: ``[512, 512]`` 0..1.

    Args:
        regions: class ids; none: the whole crop. Their outline is soft over ``feather_px`` to
            either side.
    """
    fade = _border_fade(label_map.shape)
    if not regions:
        return fade
    inside = np.isin(label_map, list(regions))
    signed = distance_px(~inside) - distance_px(inside)
    return _smoothstep(0.5 + 0.5 * np.clip(signed / feather_px, -1, 1)) * fade


def free_mask(protected: NDArray[np.bool_], *, reach_px: float = RESAMPLING_PX) -> Float:
    """What is left of a change: ``[512, 512]`` 0 on protected pixels and up to ``reach_px`` from
    them, smoothly up to 1 beyond.

    Args:
        reach_px: how far a changed pixel of the crop reaches once it is put back.
    """
    return _smoothstep((distance_px(protected) - reach_px) / PROTECTION_FADE_PX)


def resampling_reach_px(quad: NDArray[np.float32]) -> float:
    """How far, in crop pixels, `paste_back` spreads one pixel of the crop of corners ``quad``."""
    side = float(np.linalg.norm(quad[3] - quad[0]))
    return RESAMPLING_PX * max(1.0, CROP_SIZE / max(side, 1.0))


def compose_crop(
    base_crop: Image8,
    base_replaced: Image8,
    base_render: Float,
    edited_render: Float,
    *,
    semantic_mask: Float,
    style_mask: Float,
    maps: tuple[LabelMap, LabelMap] | None = None,
    detailed: bool = True,
) -> tuple[Image8, Image8]:
    """The crop after an edit, and where its finest detail is the generator's.

    Args:
        base_crop: ``[512, 512, 3]`` the picture before the edit.
        base_replaced: ``[512, 512]`` see `FaceState.replaced`.
        base_render: ``[R, R, 3]`` 0..255, what the generator draws for the state before.
        edited_render: the same after the edit.
        semantic_mask: ``[512, 512]`` 0..1 from `change_mask`; zeros in a pure style edit.
        style_mask: ``[512, 512]`` 0..1 from `region_mask`; zeros in a pure semantic edit.
        maps: before and after; with them, what is drawn gets the picture's own colours (unless
            its style changes too) and, if ``detailed``, its own fine detail.

    Returns:
        crop and replaced; exactly the base's where both masks are 0.
    """
    touched = cv2.boundingRect(((semantic_mask > 0) | (style_mask > 0)).astype(np.uint8))
    x, y, w, h = touched
    if w == 0:
        return base_crop, base_replaced
    box = np.s_[y : y + h, x : x + w]
    size = base_crop.shape[0]
    base_render, edited_render = _at_most(base_render, size), _at_most(edited_render, size)
    before = base_crop[box].astype(np.float32)
    out = before
    if style_mask.any():
        moved = enlarged_along(edited_render - base_render, base_crop)[box]
        out = out + _three(style_mask[box]) * moved
    crop, replaced = base_crop.copy(), base_replaced
    if semantic_mask.any():
        correction = _correction(base_crop, base_render, semantic_mask)
        edited = _enlarged(edited_render, size)
        drawn = edited + _enlarged(correction, size)
        filled, own = semantic_mask > 0, base_replaced == 0
        if maps is not None and not style_mask.any():
            drawn = drawn + colour_shift(drawn, base_crop, maps, filled=filled, usable=own)
        lacking_px = DETAIL_SHARE * size / base_render.shape[0]
        if maps is not None and detailed and lacking_px >= MIN_DETAIL_PX:
            drawn = drawn + detail.added(
                drawn, base_crop, maps, filled=filled, usable=own & ~filled,
                finer_than_px=lacking_px,
            )  # fmt: skip
        if maps is not None and adds_glasses(maps):
            unedited = _enlarged(base_render, size)
            drawn = looked_through(drawn, base_crop, unedited, edited, maps)
        out = out + _three(semantic_mask[box]) * (drawn[box] - out)
        new = np.rint(semantic_mask[box] * 255).astype(np.uint8)
        replaced = base_replaced.copy()
        replaced[box] = np.maximum(replaced[box], new)
    crop[box] = cv2.convertScaleAbs(np.maximum(out, 0))
    return crop, replaced


def paste_back(
    photo: Photo, quad: NDArray[np.float32], original_crop: Image8, crop: Image8, replaced: Image8,
    *, maps: tuple[LabelMap, LabelMap] | None = None,
) -> Photo:  # fmt: skip
    """``photo`` with the edited crop put back at full resolution.

    What changed in the crop is added to the photo, in the photo's own colours and bits; where
    the picture is ``replaced``, the photo's detail finer than the crop goes too, and detail from
    elsewhere comes in its place. Everything else keeps its very values.

    Args:
        quad: ``[4, 2]`` corners of the crop in the photo.
        original_crop: ``[512, 512, 3]`` the crop as `extract_crop` gave it.
        crop: the same after the edits.
        replaced: ``[512, 512]`` 0..255.
        maps: what the two crops show; without them, what was replaced gets no detail.
    """
    change = cv2.subtract(crop, original_crop, dtype=cv2.CV_32F)
    touched = cv2.boundingRect((change.any(2) | (replaced > 0)).astype(np.uint8))
    size, shape = crop.shape[0], photo.pixels.shape
    box = _photo_box(touched, quad, size, shape)
    if box is None:
        return photo
    margin_px = sharpness.RING_SHARE * size if replaced.any() else 0.0
    around = _photo_box(touched, quad, size, shape, margin_px=margin_px)
    assert around is not None
    (seen, alpha), here = _seen(photo, around), _part(around, box)
    own, srgb = photo.pixels[box], seen[here]
    moved = _warped(change, quad, box)
    if replaced.any():
        new = _NewDetail(photo, quad, original_crop, crop, replaced, maps)
        there = _warped(replaced, quad, around)
        for tile in _tiles(there[here]):
            moved[tile] -= new.gone(_within(box, tile), srgb[tile])
        picture = _float(seen)
        picture[here] = np.clip(picture[here] + moved, 0, 255)
        grain = sharpness.grain(picture, there, _side_px(quad), rounded=own.dtype == np.uint8)
        if grain is not None:
            moved += grain[here][..., None]
    if alpha is not None:  # what shines through white must change by more to look the same
        moved /= np.maximum(alpha[here].astype(np.float32) / 255, 0.1)[..., None]
    pixels = photo.pixels.copy()
    depth = cv2.CV_8U if own.dtype == np.uint8 else cv2.CV_16U
    rows = max(1, colour.STRIP_PX // own.shape[1])
    for top in range(0, own.shape[0], rows):
        strip = np.s_[top : top + rows]
        seen = srgb[strip].reshape(-1, 3)
        after = _float(np.clip(moved[strip].reshape(-1, 3) + seen, 0, 255))
        native = colour.native_change(seen, after, icc=photo.icc, dtype=own.dtype)
        pixels[box][strip] = cv2.add(own[strip], native.reshape(own[strip].shape), dtype=depth)
    return replace(photo, pixels=frozen(pixels))


def _seen(photo: Photo, box: tuple[slice, slice]) -> tuple[Image8, Image8 | None]:
    """8-bit sRGB of a part of the photo, on white, and its alpha."""
    srgb = colour.to_srgb(photo.pixels[box], photo.icc)
    if photo.alpha is None:
        return srgb, None
    alpha = eight_bits(photo.alpha[box])
    return on_white(srgb, alpha), alpha


class _NewDetail:
    """What becomes of the photo's detail beyond the crop where the picture was replaced."""

    def __init__(
        self, photo: Photo, quad: NDArray[np.float32], original_crop: Image8, crop: Image8,
        replaced: Image8, maps: tuple[LabelMap, LabelMap] | None,
    ) -> None:  # fmt: skip
        self._quad, self._original, self._replaced = quad, original_crop, replaced
        self._transfer = None
        size = crop.shape[0]
        if maps is None or _side_px(quad) <= size:
            return
        self._transfer = detail.beyond_crop(original_crop, crop, maps, replaced)
        around = _photo_box(self._transfer.reach(replaced > 0), quad, size, photo.pixels.shape)
        assert around is not None
        fine = cv2.addWeighted(
            _seen(photo, around)[0], 1, _warped(original_crop, quad, around), -1, detail.NONE
        )
        self._detail = fine.astype(np.uint8, copy=False)
        self._top, self._left = around[0].start, around[1].start
        self._matrix = crop_matrix(quad, size)
        self._matrix[:, 2] += self._matrix[:, :2] @ (self._left, self._top)

    def gone(self, box: tuple[slice, slice], srgb: Image8) -> Float:
        """What to take from the photo's ``box [h, w, 3]``, which looks like ``srgb``."""
        fine = _float(
            cv2.subtract(srgb, _warped(self._original, self._quad, box), dtype=cv2.CV_32F)
        )
        if self._transfer is not None:
            area = (
                box[1].start - self._left, box[0].start - self._top, srgb.shape[1], srgb.shape[0]
            )  # fmt: skip
            fine -= self._transfer.in_photo(self._detail, self._matrix, area)
        return _three(_float(_warped(self._replaced, self._quad, box)) / np.float32(255)) * fine


def _tiles(mask: NDArray[np.uint8]) -> Iterator[tuple[slice, slice]]:
    """The squares of `TILE_PX` that hold anything of ``mask [h, w]``."""
    for top in range(0, mask.shape[0], TILE_PX):
        for left in range(0, mask.shape[1], TILE_PX):
            part = mask[top : top + TILE_PX, left : left + TILE_PX]
            if part.any():
                yield slice(top, top + part.shape[0]), slice(left, left + part.shape[1])


def _within(box: tuple[slice, slice], part: tuple[slice, slice]) -> tuple[slice, slice]:
    """The rows and columns ``part`` of ``box``, as those of the whole."""
    rows, columns = (
        slice(b.start + p.start, b.start + p.stop) for b, p in zip(box, part, strict=True)
    )
    return rows, columns


def _part(whole: tuple[slice, slice], part: tuple[slice, slice]) -> tuple[slice, slice]:
    """The rows and columns ``part`` of the same picture as ``whole``, counted in ``whole``."""
    rows, columns = (
        slice(p.start - w.start, p.stop - w.start) for w, p in zip(whole, part, strict=True)
    )
    return rows, columns


def _correction(crop: Image8, render: Float, mask: Float) -> Float:
    """Smooth ``[64, 64, 3]``: how photo and render differ, spread into ``mask`` from outside."""
    size = (DIFFUSION_SIZE, DIFFUSION_SIZE)
    small = cv2.resize(crop, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    difference = small - cv2.resize(render, size, interpolation=cv2.INTER_AREA)
    known = _float(cv2.resize(1 - mask, size, interpolation=cv2.INTER_AREA))
    return _spread(_float(difference), known * known)


def _spread(values: Float, weight: Float) -> Float:
    """Normalised convolution on a pyramid: ``values [S, S, 3]`` where ``weight [S, S]`` is 1,
    the smoothed surroundings where it is 0."""
    weighted, weights = [values * weight[..., None]], [weight]
    while weights[-1].shape[0] > 2:
        weighted.append(_float(cv2.pyrDown(weighted[-1])))
        weights.append(_float(cv2.pyrDown(weights[-1])))
    filled = weighted[-1] / (weights[-1] + 1e-6)[..., None]
    for value, known in zip(weighted[-2::-1], weights[-2::-1], strict=True):
        filled = _float(cv2.pyrUp(filled))
        filled = (value + PRIOR_WEIGHT * filled) / (known + PRIOR_WEIGHT)[..., None]
    return _float(filled)


def _photo_box(
    touched: Sequence[int], quad: NDArray, size: int, shape: tuple[int, ...], *,
    margin_px: float = 0.0,
) -> tuple[slice, slice] | None:  # fmt: skip
    """Rows and columns of the photo that the crop's rectangle ``touched`` lies in, or None.

    Args:
        margin_px: of the crop, about the rectangle.
    """
    x, y, w, h = touched
    if w == 0:
        return None
    far = 3 + margin_px  # cubic interpolation reaches two crop pixels out
    left, top, right, bottom = x - far, y - far, x + w + far, y + h + far
    corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
    back = cv2.invertAffineTransform(crop_matrix(quad, size))
    found = corners @ back[:, :2].T + back[:, 2]
    left, top = np.maximum(np.floor(found.min(0)).astype(int), 0)
    right, bottom = np.minimum(np.ceil(found.max(0)).astype(int) + 1, (shape[1], shape[0]))
    return None if left >= right or top >= bottom else (slice(top, bottom), slice(left, right))


def _warped(image: NDArray, quad: NDArray, box: tuple[slice, slice]) -> NDArray:
    """``image`` in crop space as it lies in the photo's ``box``; 0 outside the quad."""
    side = _side_px(quad)
    if side < image.shape[0]:  # a small face: average first, as `extract_crop` sampled finely
        size = max(1, round(side))
        image = cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA)
    matrix = crop_matrix(quad, image.shape[0])
    top, left = box[0].start, box[1].start
    matrix[:, 2] += matrix[:, :2] @ (left, top)
    interpolation = cv2.INTER_LINEAR if image.ndim == 2 else cv2.INTER_CUBIC
    return cv2.warpAffine(
        image, matrix, (box[1].stop - left, box[0].stop - top),
        flags=interpolation | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_CONSTANT,
    )  # fmt: skip


def _side_px(quad: NDArray[np.float32]) -> float:
    return float(np.linalg.norm(quad[3] - quad[0]))


def _enlarged(image: Float, size: int) -> Float:
    if image.shape[0] == size:
        return image
    return _float(cv2.resize(image, (size, size), interpolation=cv2.INTER_CUBIC))


def _at_most(render: Float, size: int) -> Float:
    if render.shape[0] <= size:
        return render
    return _float(cv2.resize(render, (size, size), interpolation=cv2.INTER_AREA))


def _border_fade(shape: tuple[int, ...]) -> Float:
    """1 inside, 0 on the outermost pixels of ``shape`` (h, w)."""
    rows, columns = (
        np.minimum(np.arange(n), np.arange(n)[::-1]).astype(np.float32) for n in shape[:2]
    )
    return _smoothstep(np.minimum(rows[:, None], columns[None]) / BORDER_PX)


def _smoothstep(t: NDArray) -> Float:
    t = np.clip(t, 0, 1).astype(np.float32, copy=False)
    return t * t * (3 - 2 * t)


def _three(mask: Float) -> Float:
    return _float(cv2.merge([mask, mask, mask]))


def _float(image: NDArray) -> Float:
    return image.astype(np.float32, copy=False)
