"""What was not edited stays the photo's own; what was fits in."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from s2flow_app.alignment import extract_crop
from s2flow_app.engine.composite import change_mask, compose_crop, paste_back, region_mask
from s2flow_app.engine.measure import outside_change
from s2flow_app.engine.photo import Photo, photo_from_array, read_photo, write_photo
from s2flow_app.labels import HAIR, SKIN

SIZE, R = 512, 128
NO_MASK = np.zeros((SIZE, SIZE), np.float32)
NONE_REPLACED = np.zeros((SIZE, SIZE), np.uint8)


@pytest.fixture(scope="module")
def crop(astronaut: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture with detail, as a crop."""
    return astronaut.copy()


@pytest.fixture(scope="module")
def render(crop: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What a generator might make of it: soft, and off in colour on one side."""
    small = cv2.resize(crop, (R, R), interpolation=cv2.INTER_AREA).astype(np.float32)
    tint = np.linspace(-20, 20, R, dtype=np.float32)[None, :, None] * np.array(
        [1, 0, -1], np.float32
    )
    return np.clip(cv2.GaussianBlur(small, (0, 0), 1.5) + tint, 0, 255)


def hair_box(top: int = 200, left: int = 150) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    old = np.full((SIZE, SIZE), SKIN, np.uint8)
    new = old.copy()
    new[top : top + 100, left : left + 150] = HAIR
    return old, new


# --- masks ------------------------------------------------------------------------------------


def test_a_change_is_drawn_in_full_and_fades_within_four_percent() -> None:
    old, new = hair_box()
    mask = change_mask(old, new)
    assert (mask[old != new] == 1).all()
    assert mask[:, :129].max() == 0 and mask[:179].max() == 0  # 20.5 px away
    assert (np.diff(mask[250, 120:160]) >= 0).all() and 0 < mask[250, 138] < 1
    assert mask.dtype == np.float32


def test_no_change_has_no_mask() -> None:
    old, _ = hair_box()
    assert not change_mask(old, old).any()


def test_every_mask_fades_at_the_crops_border() -> None:
    old, new = hair_box(top=0, left=0)
    for mask in (change_mask(old, new), region_mask(new, ()), region_mask(new, {HAIR})):
        border = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])
        assert border.max() == 0 and mask.max() == 1


def test_a_region_has_a_soft_outline() -> None:
    _, new = hair_box()
    mask = region_mask(new, {HAIR})
    assert mask[250, 225] == 1 and mask[50, 50] == 0
    assert 0.2 < mask[250, 150] < 0.8
    assert not region_mask(new, {HAIR + 1}).any()


# --- the crop ---------------------------------------------------------------------------------


def test_outside_the_masks_the_crop_is_untouched(crop: NDArray, render: NDArray) -> None:
    old, new = hair_box()
    semantic, style = change_mask(old, new), region_mask(new, {HAIR})
    edited = np.clip(render + 40, 0, 255)
    out, replaced = compose_crop(
        crop, NONE_REPLACED, render, edited, semantic_mask=semantic, style_mask=style
    )
    still = (semantic == 0) & (style == 0)
    assert (out[still] == crop[still]).all() and (replaced[still] == 0).all()
    assert outside_change(crop, out, old != new) == 0
    assert np.abs(out[old != new].astype(int) - crop[old != new]).mean() > 10


def test_a_style_edit_that_changes_nothing_keeps_every_pixel(
    crop: NDArray, render: NDArray
) -> None:
    out, replaced = compose_crop(
        crop, NONE_REPLACED, render, render,
        semantic_mask=NO_MASK, style_mask=region_mask(hair_box()[0], ()),
    )  # fmt: skip
    assert (out == crop).all() and not replaced.any()


def test_a_style_edit_keeps_the_photos_detail(crop: NDArray, render: NDArray) -> None:
    mask = region_mask(hair_box()[0], ())
    dimmed = np.clip(crop, 40, 200)  # no clipping at either end
    out, replaced = compose_crop(
        dimmed, NONE_REPLACED, render, render + 30, semantic_mask=NO_MASK, style_mask=mask
    )
    inside = mask == 1
    assert (out[inside].astype(int) - dimmed[inside] == 30).all() and not replaced.any()


def test_a_colour_change_does_not_leak_over_an_edge() -> None:
    picture = np.full((SIZE, SIZE, 3), 220, np.uint8)
    picture[:, :258] = 40  # the edge is not on the render's grid
    base = cv2.resize(picture, (R, R), interpolation=cv2.INTER_AREA).astype(np.float32)
    change = (220 - base) / 180 * 80
    out, _ = compose_crop(
        picture, NONE_REPLACED, base, base + change.astype(np.float32),
        semantic_mask=NO_MASK, style_mask=np.ones_like(NO_MASK),
    )  # fmt: skip
    moved = out[100].astype(int)[:, 0] - picture[100][:, 0]
    assert abs(moved[250:257] - 80).max() < 12 and abs(moved[259:266]).max() < 12


def test_a_semantic_edit_shows_the_render_in_the_photos_colours(crop: NDArray) -> None:
    base = cv2.resize(crop, (R, R), interpolation=cv2.INTER_AREA).astype(np.float32)
    tint = np.array([25, -10, -25], np.float32)
    old, new = hair_box()
    edited = base + tint
    edited[50:75, 38:75] = (
        np.array([90, 60, 30], np.float32) + tint
    )  # brown hair as this generator sees it
    out, replaced = compose_crop(
        crop, NONE_REPLACED, base + tint, edited,
        semantic_mask=change_mask(old, new), style_mask=NO_MASK,
    )  # fmt: skip
    middle = out[230:270, 190:260].reshape(-1, 3).mean(0)
    assert np.abs(middle - [90, 60, 30]).max() < 6
    assert (replaced[old != new] == 255).all()


def test_the_edge_of_a_semantic_edit_shows_no_step() -> None:
    y, x = np.mgrid[:SIZE, :SIZE]
    picture = np.stack([80 + x / 8, 90 + y / 8, 120 - x / 16], -1).astype(np.uint8)
    small = cv2.resize(picture, (R, R), interpolation=cv2.INTER_AREA).astype(np.float32)
    base = small + np.array([30, 10, -20], np.float32)  # a generator that is off everywhere
    old, new = hair_box()
    out, _ = compose_crop(
        picture, NONE_REPLACED, base, base,
        semantic_mask=change_mask(old, new), style_mask=NO_MASK,
    )  # fmt: skip
    assert np.abs(out.astype(int) - picture).max() <= 3


def test_sequential_edits_add_up_what_is_replaced(crop: NDArray, render: NDArray) -> None:
    replaced = NONE_REPLACED
    for left in (80, 300):
        old, new = hair_box(left=left)
        crop, replaced = compose_crop(
            crop, replaced, render, render,
            semantic_mask=change_mask(old, new), style_mask=NO_MASK,
        )  # fmt: skip
    assert replaced[250, 150] == replaced[250, 370] == 255 and replaced[250, 265] == 0


@pytest.mark.parametrize("side", [64, 512, 1024])
def test_renders_of_any_size_fit(side: int, crop: NDArray) -> None:
    base = cv2.resize(crop, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32)
    out, _ = compose_crop(
        crop, NONE_REPLACED, base, base + 20,
        semantic_mask=NO_MASK, style_mask=np.ones_like(NO_MASK),
    )  # fmt: skip
    assert abs(float(np.median(out.astype(int) - crop)) - 20) <= 1


# --- the photo --------------------------------------------------------------------------------


def quad_at(x: float, y: float, half: float, angle: float = 0.2) -> NDArray[np.float32]:
    across = half * np.array([np.cos(angle), np.sin(angle)])
    down = np.array([-across[1], across[0]])
    centre = np.array([x, y])
    corners = [centre - across - down, centre - across + down, centre + across + down]
    return np.array([*corners, centre + across - down], np.float32)


def brighter(image: NDArray[np.uint8], by: int) -> NDArray[np.uint8]:
    return np.clip(image.astype(np.int16) + by, 0, 255).astype(np.uint8)


def enlarged(image: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    return cv2.resize(image, (side, side)).astype(np.uint8)


def edited(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    out = crop.copy()
    cv2.circle(out, (256, 256), 60, (250, 20, 20), -1)
    return out


@pytest.mark.parametrize("half", [60.0, 200.0, 700.0])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_only_what_changed_is_touched(half: float, dtype: type, astronaut: NDArray) -> None:
    image = cv2.resize(astronaut, (900, 900))
    pixels = image.astype(dtype) * (257 if dtype == np.uint16 else 1)
    if dtype == np.uint16:
        pixels = pixels - (np.indices((900, 900)).sum(0) % 100).astype(dtype)[..., None]
    photo = Photo(pixels, None, None, None, "PNG", "x")
    quad = quad_at(450, 430, half)
    original = extract_crop(photo.to_srgb(), quad)
    out = paste_back(photo, quad, original, edited(original), NONE_REPLACED)
    far = np.hypot(*(np.indices((900, 900)) - [[[430]], [[450]]])) > half / 256 * 66 + 2
    assert (out.pixels[far] == photo.pixels[far]).all()
    assert out.pixels.dtype == dtype and not out.pixels.flags.writeable
    changed = (out.pixels != photo.pixels).any(2)
    pixel = half / 256  # of the crop, in the photo
    radius = 60 * pixel
    assert (
        np.pi * (radius - max(1, pixel)) ** 2
        < changed.sum()
        < np.pi * (radius + 3 * max(1, pixel)) ** 2
    )


def test_no_change_gives_the_same_values(crop: NDArray) -> None:
    photo = photo_from_array(crop, "x")
    quad = quad_at(250, 250, 150)
    original = extract_crop(crop, quad)
    out = paste_back(photo, quad, original, original, NONE_REPLACED)
    assert (out.pixels == photo.pixels).all()


@pytest.mark.parametrize("half", [100.0, 256.0, 600.0])
def test_the_edit_lands_where_the_crop_shows_it(half: float, astronaut: NDArray) -> None:
    photo = photo_from_array(enlarged(astronaut, 1400), "x")
    quad = quad_at(700, 690, half)
    original = extract_crop(photo.pixels, quad)
    shown = cv2.GaussianBlur(edited(original), (0, 0), 8).astype(np.uint8)
    replaced = np.full((SIZE, SIZE), 255, np.uint8)
    out = paste_back(photo, quad, original, shown, replaced)
    again = extract_crop(out.pixels, quad)
    inner = np.s_[8:-8, 8:-8]
    assert np.abs(again[inner].astype(int) - shown[inner]).mean() < 1.5


def test_detail_finer_than_the_crop_stays_or_goes_as_asked(astronaut: NDArray) -> None:
    image = cv2.resize(astronaut, (2048, 2048)).astype(int)
    image = np.clip(image, 30, 200) + 20 * (np.indices((2048, 2048)).sum(0) % 2)[..., None]
    photo = photo_from_array(image.astype(np.uint8), "x")
    quad = quad_at(1024, 1024, 1000, angle=0)
    original = extract_crop(photo.pixels, quad)
    lifted = brighter(original, 20)
    middle = np.s_[800:1200, 800:1200]

    def checkers(pixels: NDArray) -> float:
        return float(np.abs(np.diff(pixels[middle].astype(int), axis=1)).mean())

    kept = paste_back(photo, quad, original, lifted, NONE_REPLACED)
    gone = paste_back(photo, quad, original, lifted, np.full((SIZE, SIZE), 255, np.uint8))
    assert checkers(kept.pixels) > 15 and checkers(gone.pixels) < 4
    assert abs(int(np.median(kept.pixels[middle].astype(int) - photo.pixels[middle])) - 20) <= 1


def test_a_face_at_the_photos_edge_is_put_back(astronaut: NDArray) -> None:
    photo = photo_from_array(astronaut, "x")
    quad = quad_at(30, 500, 200)
    original = extract_crop(photo.pixels, quad)
    out = paste_back(photo, quad, original, edited(original), NONE_REPLACED)
    assert out.pixels.shape == photo.pixels.shape and (out.pixels != photo.pixels).any()


def test_an_edit_outside_the_photo_changes_nothing(astronaut: NDArray) -> None:
    photo = photo_from_array(astronaut, "x")
    quad = quad_at(-300, -300, 200)
    original = extract_crop(photo.pixels, quad)
    out = paste_back(photo, quad, original, edited(original), NONE_REPLACED)
    assert (out.pixels == photo.pixels).all()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_the_edit_goes_through_the_photos_profile(
    dtype: type, wide_gamut_profile: bytes, astronaut: NDArray
) -> None:
    image = (astronaut // 2 + 64).astype(dtype) * (257 if dtype == np.uint16 else 1)
    photo = Photo(image, None, wide_gamut_profile, None, "TIFF", "x")
    quad = quad_at(256, 256, 200)
    shown = photo.to_srgb()
    original = extract_crop(shown, quad)
    changed = brighter(original, 12)
    out = paste_back(photo, quad, original, changed, NONE_REPLACED)
    assert out.icc == wide_gamut_profile and out.pixels.dtype == dtype
    middle = np.s_[200:300, 200:300]
    moved = out.to_srgb()[middle].astype(int) - shown[middle]
    free = (shown[middle] > 5) & (shown[middle] < 240)
    assert abs(moved[free].mean() - 12) < 0.7 and np.abs(moved[free] - 12).max() <= 4
    assert (out.pixels[:15] == photo.pixels[:15]).all()


def test_a_half_transparent_edit_looks_as_asked_over_white(astronaut: NDArray) -> None:
    image = np.clip(astronaut, 90, 160)
    photo = Photo(image, np.full((512, 512), 128, np.uint8), None, None, "PNG", "x")
    quad = quad_at(256, 256, 200)
    shown = photo.to_srgb()
    original = extract_crop(shown, quad)
    out = paste_back(photo, quad, original, brighter(original, 10), NONE_REPLACED)
    assert out.alpha is photo.alpha
    moved = out.to_srgb()[200:300, 200:300].astype(int) - shown[200:300, 200:300]
    assert np.abs(moved - 10).max() <= 2


def test_a_lossless_export_differs_only_where_edited(astronaut: NDArray, tmp_path: Path) -> None:
    photo = photo_from_array(astronaut, "x")
    quad = quad_at(256, 256, 200)
    original = extract_crop(photo.pixels, quad)
    out = paste_back(photo, quad, original, edited(original), NONE_REPLACED)
    write_photo(out, tmp_path / "x.png", original=None)
    far = np.hypot(*(np.indices((512, 512)) - 256)) > 60
    assert (read_photo(tmp_path / "x.png").pixels[far] == astronaut[far]).all()
