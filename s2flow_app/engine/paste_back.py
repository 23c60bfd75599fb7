"""Puts an edited crop back into the photo, so that what was not edited keeps its very values.

What moved is the photo's own pixels, moved at their own resolution; what was painted, or got other
colours, is added to them as what changed in the crop (ADR 2).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.alignment import crop_matrix
from s2flow_app.engine import colour, detail, sharpness
from s2flow_app.engine.colour import eight_bits
from s2flow_app.engine.eyeglasses import eyeglasses_of
from s2flow_app.engine.moving import moved, moved_in_photo
from s2flow_app.engine.photo import Photo
from s2flow_app.engine.photo_encode import on_white
from s2flow_app.engine.surroundings import change_around
from s2flow_app.labels import LabelMap
from s2flow_app.model.arrays import frozen, single
from s2flow_app.model.face import FaceState, surroundings_quad

TILE_PX: Final = 256
"""Side of the squares in which the photo's detail is exchanged."""

Image8 = NDArray[np.uint8]
Float = NDArray[np.float32]


def paste_back(photo: Photo, start: FaceState, state: FaceState) -> Photo:
    """``photo`` with an edited face put back at full resolution.

    Args:
        start: the face as it was prepared: its crop is what `extract_crop` gave.
        state: after the edits.
    """
    bare = state.crop if state.worn is None else state.worn.bare
    quad, size, shape = start.quad, bare.shape[0], photo.pixels.shape
    original = start.crop
    whole, shown = photo, start.label_map
    if state.moved is not None:
        field = state.moved.astype(np.float32)
        whole = _moved_photo(photo, field, quad)
        original = moved(original, field)
        shown = moved(shown, field, nearest=True)
    change = cv2.subtract(bare, original, dtype=cv2.CV_32F)
    # A cubic overshoots by a level: what nobody painted or coloured stays the photo's own.
    touched = cv2.boundingRect((change.any(2) | (state.replaced > 0)).astype(np.uint8))
    box = _photo_box(touched, quad, size, shape)
    if box is not None:
        around = _photo_box(
            touched, quad, size, shape,
            margin_px=sharpness.RING_SHARE * size if state.replaced.any() else 0.0,
        )  # fmt: skip
        assert around is not None
        (seen, alpha), here = _seen(whole, around), _part(around, box)
        srgb, added = seen[here], single(_warped(change, quad, box))
        if state.replaced.any():
            now = state.seen_map if state.worn is None else state.worn.before
            new = _NewDetail(whole, quad, original, bare, state.replaced, (shown, now))
            there = _warped(state.replaced, quad, around)
            for tile in _tiles(there[here]):
                added[tile] -= new.gone(_within(box, tile), srgb[tile])
            picture = single(seen)
            picture[here] = np.clip(picture[here] + added, 0, 255)
            rounded = photo.pixels.dtype == np.uint8
            grain = sharpness.grain(picture, there, _side_px(quad), rounded=rounded)
            if grain is not None:
                added += grain[here][..., None]
        whole = _added(whole, box, srgb, alpha if alpha is None else alpha[here], added)
    whole = _with_surroundings(whole, start, state)
    return whole if state.worn is None else _with_glasses(whole, state, quad)


def _with_surroundings(photo: Photo, start: FaceState, state: FaceState) -> Photo:
    """What styles have changed beyond the crop."""
    if start.around is None or state.around is None or state.around is start.around:
        return photo
    change, quad = change_around(start.around, state.around), surroundings_quad(start.quad)
    touched = cv2.boundingRect(np.any(change, 2).view(np.uint8))
    box = _photo_box(touched, quad, change.shape[0], photo.pixels.shape)
    if box is None:
        return photo
    srgb, alpha = _seen(photo, box)
    return _added(photo, box, srgb, alpha, single(_warped(change, quad, box)))


def _moved_photo(photo: Photo, field: Float, quad: NDArray[np.float32]) -> Photo:
    """The photo, moved where the crop is."""
    rows, columns = np.nonzero(field.any(2))
    touched = cv2.boundingRect(np.stack([columns, rows], 1).astype(np.int32)[:, None])
    box = _photo_box(touched, quad, field.shape[0], photo.pixels.shape)
    if box is None:
        return photo
    matrix = crop_matrix(quad)
    pixels = photo.pixels.copy()
    pixels[box] = moved_in_photo(photo.pixels, field, matrix, box)
    alpha = photo.alpha
    if alpha is not None:
        there = moved_in_photo(alpha, field, matrix, box)
        alpha = alpha.copy()
        alpha[box] = there
        alpha = frozen(alpha)
    return replace(photo, pixels=frozen(pixels), alpha=alpha)


def _with_glasses(photo: Photo, state: FaceState, quad: NDArray[np.float32]) -> Photo:
    """The glasses that edits have put on, drawn at the photo's resolution."""
    worn = state.worn
    assert worn is not None
    glasses = eyeglasses_of(worn.before, worn.after, worn.bare)
    box = _photo_box((0, 0, *worn.bare.shape[:2]), quad, worn.bare.shape[0], photo.pixels.shape)
    if glasses is None or box is None:
        return photo
    srgb, alpha = _seen(photo, box)
    matrix = crop_matrix(quad)
    matrix[:, 2] += matrix[:, :2] @ (box[1].start, box[0].start)
    before = srgb.astype(np.float32)
    added = glasses.over(before, matrix) - before
    return _added(photo, box, srgb, alpha, added)


def _added(
    photo: Photo, box: tuple[slice, slice], srgb: Image8, alpha: Image8 | None, added: Float
) -> Photo:
    """The photo with something added to a part of it, in its own colours and bits.

    Args:
        srgb: ``[h, w, 3]`` how that part looks.
        alpha: ``[h, w]``
        added: ``[h, w, 3]`` levels of sRGB.
    """
    if alpha is not None:  # what shines through white must change by more to look the same
        added = single(added / np.maximum(alpha / np.float32(255), 0.1)[..., None])
    own, pixels = photo.pixels[box], photo.pixels.copy()
    depth = cv2.CV_8U if own.dtype == np.uint8 else cv2.CV_16U
    rows = max(1, colour.STRIP_PX // own.shape[1])
    for top in range(0, own.shape[0], rows):
        strip = np.s_[top : top + rows]
        seen = srgb[strip].reshape(-1, 3)
        after = single(np.clip(added[strip].reshape(-1, 3) + seen, 0, 255))
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
        replaced: Image8, maps: tuple[LabelMap, LabelMap],
    ) -> None:  # fmt: skip
        self._quad, self._original, self._replaced = quad, original_crop, replaced
        self._transfer = None
        size = crop.shape[0]
        if _side_px(quad) <= size:
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
        fine = single(
            cv2.subtract(srgb, _warped(self._original, self._quad, box), dtype=cv2.CV_32F)
        )
        if self._transfer is not None:
            area = (
                box[1].start - self._left, box[0].start - self._top, srgb.shape[1], srgb.shape[0]
            )  # fmt: skip
            fine -= self._transfer.in_photo(self._detail, self._matrix, area)
        return _three(single(_warped(self._replaced, self._quad, box)) / np.float32(255)) * fine


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


def _three(mask: Float) -> Float:
    return single(cv2.merge([mask, mask, mask]))
