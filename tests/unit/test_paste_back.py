"""What was not edited stays the photo's own; what moved is, too, at its own resolution."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from drawn_faces import drawn_face
from numpy.typing import NDArray

from s2flow_app.alignment import crop_matrix, extract_crop
from s2flow_app.engine.eyeglasses import eyeglasses_of
from s2flow_app.engine.moving import moved
from s2flow_app.engine.paste_back import paste_back
from s2flow_app.engine.photo import Photo, photo_from_array, read_photo, write_photo
from s2flow_app.label_shapes import add_eyeglasses
from s2flow_app.labels import SKIN
from s2flow_app.model.face import FaceState, Worn

SIZE = 512
NONE_REPLACED = np.zeros((SIZE, SIZE), np.uint8)
ALL_REPLACED = np.full((SIZE, SIZE), 255, np.uint8)

Image8 = NDArray[np.uint8]
Quad = NDArray[np.float32]


def quad_at(x: float, y: float, half: float, angle: float = 0.2) -> Quad:
    across = half * np.array([np.cos(angle), np.sin(angle)])
    down = np.array([-across[1], across[0]])
    centre = np.array([x, y])
    corners = [centre - across - down, centre - across + down, centre + across + down]
    return np.array([*corners, centre + across - down], np.float32)


def whole(side: int) -> Quad:
    return np.array([[0, 0], [0, side], [side, side], [side, 0]], np.float32)


def state_of(crop: Image8, quad: Quad, *, replaced: Image8 = NONE_REPLACED) -> FaceState:
    label_map = np.full((SIZE, SIZE), SKIN, np.uint8)
    return FaceState(np.zeros((12, 32), np.float32), label_map, crop, replaced, quad)


def pasted(
    photo: Photo, quad: Quad, original: Image8, crop: Image8, replaced: Image8 = NONE_REPLACED
) -> Photo:
    """With a face whose pixels got other colours, or were replaced."""
    start = state_of(original, quad)
    return paste_back(photo, start, replace(start, crop=crop, replaced=replaced))


def brighter(image: Image8, by: int) -> Image8:
    return np.clip(image.astype(np.int16) + by, 0, 255).astype(np.uint8)


def enlarged(image: Image8, side: int) -> Image8:
    return cv2.resize(image, (side, side)).astype(np.uint8)


def edited(crop: Image8) -> Image8:
    out = crop.copy()
    cv2.circle(out, (256, 256), 60, (250, 20, 20), -1)
    return out


def deep(image: Image8, dtype: type) -> NDArray:
    """The same in 8 bits, or in 16 of which the lower ones say something."""
    if dtype == np.uint8:
        return image
    bits = (np.indices(image.shape[:2]).sum(0) % 100).astype(np.uint16)
    return image.astype(np.uint16) * 257 - bits[..., None]


# --- what is added -----------------------------------------------------------------------------


@pytest.mark.parametrize("half", [60.0, 200.0, 700.0])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_only_what_changed_is_touched(half: float, dtype: type, astronaut: Image8) -> None:
    pixels = deep(np.clip(enlarged(astronaut, 900), 1, 255), dtype)
    photo = Photo(pixels, None, None, None, "PNG", "x")
    quad = quad_at(450, 430, half)
    original = extract_crop(photo.to_srgb(), quad)
    out = pasted(photo, quad, original, edited(original))
    far = np.hypot(*(np.indices((900, 900)) - [[[430]], [[450]]])) > half / 256 * 66 + 2
    assert (out.pixels[far] == photo.pixels[far]).all()
    assert out.pixels.dtype == dtype and not out.pixels.flags.writeable
    changed = (out.pixels != photo.pixels).any(2)
    pixel = half / 256  # of the crop, in the photo
    radius = 60 * pixel
    low, high = (np.pi * (radius + d * max(1, pixel)) ** 2 for d in (-1, 3))
    assert low < changed.sum() < high


def test_no_change_gives_the_same_values(astronaut: Image8) -> None:
    photo = photo_from_array(astronaut, "x")
    quad = quad_at(250, 250, 150)
    original = extract_crop(astronaut, quad)
    out = pasted(photo, quad, original, original)
    assert (out.pixels == photo.pixels).all()


@pytest.mark.parametrize("half", [100.0, 256.0, 600.0])
def test_the_edit_lands_where_the_crop_shows_it(half: float, astronaut: Image8) -> None:
    photo = photo_from_array(enlarged(astronaut, 1400), "x")
    quad = quad_at(700, 690, half)
    original = extract_crop(photo.pixels, quad)
    shown = cv2.GaussianBlur(edited(original), (0, 0), 8).astype(np.uint8)
    out = pasted(photo, quad, original, shown, ALL_REPLACED)
    again = extract_crop(out.pixels, quad)
    inner = np.s_[8:-8, 8:-8]
    assert np.abs(again[inner].astype(int) - shown[inner]).mean() < 1.5


def test_detail_finer_than_the_crop_stays_or_goes_as_asked(astronaut: Image8) -> None:
    image = enlarged(astronaut, 2048).astype(int)
    image = np.clip(image, 30, 200) + 20 * (np.indices((2048, 2048)).sum(0) % 2)[..., None]
    photo = photo_from_array(image.astype(np.uint8), "x")
    quad = quad_at(1024, 1024, 1000, angle=0)
    original = extract_crop(photo.pixels, quad)
    lifted = brighter(original, 20)
    middle = np.s_[800:1200, 800:1200]

    def checkers(pixels: NDArray) -> float:
        return float(np.abs(np.diff(pixels[middle].astype(int), axis=1)).mean())

    kept = pasted(photo, quad, original, lifted)
    assert checkers(kept.pixels) > 15
    assert abs(int(np.median(kept.pixels[middle].astype(int) - photo.pixels[middle])) - 20) <= 1
    painted = NONE_REPLACED.copy()
    painted[150:350, 150:350] = 255
    gone = pasted(photo, quad, original, edited(original), painted)
    lattice = 20 * (np.indices((2048, 2048)).sum(0) % 2)[middle][..., None] - 10
    left = (gone.pixels[middle].astype(float) * lattice).mean() / 100
    assert abs(left) < 0.25, "the very checkers of what was replaced do not shine through"


def test_a_painted_place_is_in_the_photo_and_nothing_else(astronaut: Image8) -> None:
    photo = photo_from_array(enlarged(astronaut, 1536), "x")
    quad = whole(1536)
    original = extract_crop(photo.pixels, quad)
    painted, crop = NONE_REPLACED.copy(), original.copy()
    painted[200:260, 220:300], crop[200:260, 220:300] = 255, (40, 160, 60)
    out = pasted(photo, quad, original, crop, painted).pixels
    middle = np.s_[630:750, 690:870]
    assert np.abs(out[middle].reshape(-1, 3).mean(0) - (40, 160, 60)).max() < 3
    reach = np.zeros((1536, 1536), np.bool_)
    reach[3 * 196 : 3 * 264, 3 * 216 : 3 * 304] = True
    assert (out[~reach] == photo.pixels[~reach]).all()


def test_a_face_at_the_photos_edge_is_put_back(astronaut: Image8) -> None:
    photo = photo_from_array(astronaut, "x")
    quad = quad_at(30, 500, 200)
    original = extract_crop(photo.pixels, quad)
    out = pasted(photo, quad, original, edited(original))
    assert out.pixels.shape == photo.pixels.shape and (out.pixels != photo.pixels).any()


def test_an_edit_outside_the_photo_changes_nothing(astronaut: Image8) -> None:
    photo = photo_from_array(astronaut, "x")
    quad = quad_at(-300, -300, 200)
    start = state_of(extract_crop(photo.pixels, quad), quad)
    state = replace(start, crop=edited(start.crop), moved=bump((2.0, 0.0)).astype(np.float16))
    assert (paste_back(photo, start, state).pixels == photo.pixels).all()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_the_edit_goes_through_the_photos_profile(
    dtype: type, wide_gamut_profile: bytes, astronaut: Image8
) -> None:
    image = (astronaut // 2 + 64).astype(dtype) * (257 if dtype == np.uint16 else 1)
    photo = Photo(image, None, wide_gamut_profile, None, "TIFF", "x")
    quad = quad_at(256, 256, 200)
    shown = photo.to_srgb()
    original = extract_crop(shown, quad)
    out = pasted(photo, quad, original, brighter(original, 12))
    assert out.icc == wide_gamut_profile and out.pixels.dtype == dtype
    middle = np.s_[200:300, 200:300]
    gained = out.to_srgb()[middle].astype(int) - shown[middle]
    free = (shown[middle] > 5) & (shown[middle] < 240)
    assert abs(gained[free].mean() - 12) < 0.7 and np.abs(gained[free] - 12).max() <= 4
    assert (out.pixels[:15] == photo.pixels[:15]).all()


def test_a_half_transparent_edit_looks_as_asked_over_white(astronaut: Image8) -> None:
    image = np.clip(astronaut, 90, 160)
    photo = Photo(image, np.full((512, 512), 128, np.uint8), None, None, "PNG", "x")
    quad = quad_at(256, 256, 200)
    shown = photo.to_srgb()
    original = extract_crop(shown, quad)
    out = pasted(photo, quad, original, brighter(original, 10))
    assert out.alpha is photo.alpha
    gained = out.to_srgb()[200:300, 200:300].astype(int) - shown[200:300, 200:300]
    assert np.abs(gained - 10).max() <= 2


def test_a_lossless_export_differs_only_where_edited(astronaut: Image8, tmp_path: Path) -> None:
    photo = photo_from_array(astronaut, "x")
    quad = quad_at(256, 256, 200)
    original = extract_crop(photo.pixels, quad)
    out = pasted(photo, quad, original, edited(original))
    write_photo(out, tmp_path / "x.png", original=None)
    far = np.hypot(*(np.indices((512, 512)) - 256)) > 60
    assert (read_photo(tmp_path / "x.png").pixels[far] == astronaut[far]).all()


# --- what moved --------------------------------------------------------------------------------


def bump(by: tuple[float, float], *, flat_px: int = 60, reach_px: int = 150) -> Quad:
    """A displacement ``[512, 512, 2]`` that is ``by`` about the middle and 0 beyond."""
    away = np.hypot(*(np.indices((SIZE, SIZE)) - 255.5))
    share = np.clip((reach_px - away) / (reach_px - flat_px), 0, 1)
    smooth = share * share * (3 - 2 * share)
    return (smooth[..., None] * np.array(by)).astype(np.float32)


def shifted(photo: Photo, quad: Quad, field: Quad) -> Photo:
    """With a face whose pixels have moved, and nothing else."""
    start = state_of(extract_crop(photo.to_srgb(), quad), quad)
    state = replace(start, crop=moved(start.crop, field), moved=field.astype(np.float16))
    return paste_back(photo, start, state)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_lines_of_one_pixel_move_as_they_are(dtype: type, astronaut: Image8) -> None:
    """Of a photo four times as large as the crop, in which no such line is to be seen."""
    side = 2048
    image = np.clip(enlarged(astronaut, side), 60, 190)
    image[::4] = brighter(image, 50)[::4]
    photo = Photo(deep(image, dtype), None, None, None, "PNG", "x")
    out = shifted(photo, whole(side), bump((2.0, 1.25)))
    # Pixel p of the output shows p + field[p]: 8 and 5 pixels of the photo.
    middle, there = np.s_[900:1140, 900:1140], np.s_[905:1145, 908:1148]
    np.testing.assert_array_equal(out.pixels[middle], photo.pixels[there])
    still = np.hypot(*(np.indices((side, side)) - side / 2)) > 4 * 152
    np.testing.assert_array_equal(out.pixels[still], photo.pixels[still])
    assert out.pixels.dtype == dtype and not out.pixels.flags.writeable


def test_what_moves_by_parts_of_a_pixel_stays_sharp() -> None:
    side = 2048
    noise = np.random.default_rng(2).normal(0, 1, (side, side)).astype(np.float32)
    pores = 128 + 60 * cv2.GaussianBlur(noise, (0, 0), 1.0)
    photo = photo_from_array(np.repeat(pores[..., None], 3, 2).clip(0, 255).astype(np.uint8), "x")
    out = shifted(photo, whole(side), bump((2.1, 0.9)))
    middle = np.s_[900:1140, 900:1140]

    def energy(pixels: NDArray) -> float:
        return float(cv2.Laplacian(pixels[middle][..., 0], cv2.CV_32F).var())

    assert energy(out.pixels) > 0.9 * energy(photo.pixels)


@pytest.mark.parametrize("half", [90.0, 256.0, 600.0])
def test_the_photo_moves_as_the_crop_does(half: float, astronaut: Image8) -> None:
    photo = photo_from_array(enlarged(astronaut, 1400), "x")
    quad, field = quad_at(700, 690, half), bump((-6.0, 4.0))
    out = shifted(photo, quad, field)
    again = extract_crop(out.pixels, quad)
    wanted = moved(extract_crop(photo.pixels, quad), field)
    off = np.abs(again[16:-16, 16:-16].astype(int) - wanted[16:-16, 16:-16])
    assert off.mean() < 1.5
    far = np.hypot(*(np.indices((1400, 1400)) - [[[690]], [[700]]])) > half / 256 * 156 + 4
    assert (out.pixels[far] == photo.pixels[far]).all()


def test_what_moved_keeps_its_profile_and_its_alpha_moves_along(
    wide_gamut_profile: bytes, astronaut: Image8
) -> None:
    alpha = (np.indices((512, 512))[1] // 2).astype(np.uint8)
    photo = Photo(astronaut, alpha, wide_gamut_profile, None, "PNG", "x")
    out = shifted(photo, whole(512), bump((6.0, 0.0)))
    middle, there = np.s_[230:280, 230:280], np.s_[230:280, 236:286]
    np.testing.assert_array_equal(out.pixels[middle], photo.pixels[there])
    assert out.alpha is not None and out.icc == wide_gamut_profile
    np.testing.assert_array_equal(out.alpha[middle], alpha[there])
    np.testing.assert_array_equal(out.alpha[:90], alpha[:90])
    np.testing.assert_array_equal(photo.alpha, alpha)


def test_what_moved_may_get_other_colours_too(astronaut: Image8) -> None:
    photo = photo_from_array(np.clip(enlarged(astronaut, 1024), 40, 200), "x")
    quad, field = whole(1024), bump((4.0, 0.0))
    start = state_of(extract_crop(photo.pixels, quad), quad)
    crop = brighter(moved(start.crop, field), 25)
    state = replace(start, crop=crop, moved=field.astype(np.float16))
    out = paste_back(photo, start, state)
    middle, there = np.s_[480:540, 480:540], np.s_[480:540, 488:548]
    gained = out.pixels[middle].astype(int) - photo.pixels[there]
    assert np.abs(gained - 25).max() <= 1


# --- glasses -----------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_glasses_are_drawn_at_the_photos_resolution(dtype: type) -> None:
    side = 2048
    before = np.ascontiguousarray(np.kron(drawn_face(70), np.ones((2, 2), np.uint8)))
    after = add_eyeglasses(before)
    noise = np.random.default_rng(1).normal(0, 3, (side, side, 1))
    skin = (np.array((205, 160, 140)) + noise).clip(0, 255).astype(np.uint8)
    photo, quad = Photo(deep(skin, dtype), None, None, None, "PNG", "x"), whole(side)
    bare = extract_crop(photo.to_srgb(), quad)
    start = replace(state_of(bare, quad), label_map=before)
    state = replace(start, label_map=after, worn=Worn(before, after, bare), crop=bare)
    out = paste_back(photo, start, state)
    glasses = eyeglasses_of(before, after, bare)
    assert glasses is not None
    shown = photo.to_srgb()
    wanted = glasses.over(shown.astype(np.float32), crop_matrix(quad))
    assert np.abs(out.to_srgb() - wanted).max() <= 1.5
    bare_skin = (np.abs(wanted - shown) == 0).all(2)
    assert 0.3 < bare_skin.mean() < 1
    np.testing.assert_array_equal(out.pixels[bare_skin], photo.pixels[bare_skin])
    frame = (np.abs(wanted - shown) > 60).any(2)
    assert frame.mean() > 0.002
