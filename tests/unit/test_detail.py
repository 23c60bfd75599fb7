"""New drawings get the photo's texture: as strong, of the same kind, and nowhere else."""

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.detail import added
from s2flow_app.engine.painting import Painter
from s2flow_app.engine.paste_back import paste_back
from s2flow_app.engine.photo import photo_from_array
from s2flow_app.labels import BACKGROUND, EYEGLASSES, HAIR, SKIN
from s2flow_app.model.face import FaceState

SIZE, R = 512, 128
NONE_REPLACED = np.zeros((SIZE, SIZE), np.uint8)
MIDDLE = np.s_[200:300, 150:300]


def grainy(strength: NDArray | float, size: int = SIZE) -> NDArray[np.uint8]:
    """Grey with noise, as strong as asked at each pixel."""
    noise = np.random.default_rng(3).normal(0, 1, (size, size)) * strength
    return np.repeat((128 + noise)[..., None], 3, 2).clip(0, 255).astype(np.uint8)


def laplacian(picture: NDArray[np.uint8]) -> NDArray:
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return np.abs(cv2.Laplacian(grey, cv2.CV_32F))


def two_halves(right: int = SKIN) -> NDArray[np.uint8]:
    label_map = np.full((SIZE, SIZE), SKIN, np.uint8)
    label_map[:, SIZE // 2 :] = right
    return label_map


def painted(photo: NDArray[np.uint8], old: NDArray, new: NDArray) -> tuple[NDArray, NDArray]:
    """What differs in the maps, painted by a generator that draws flat grey."""
    flat = np.full((R, R, 3), 128, np.uint8)
    found = Painter(None, "cpu").fill(photo, (old, new), old != new, render=flat)
    replaced = np.rint(255 * found.alpha).astype(np.uint8)
    return np.rint(found.picture.clip(0, 255)).astype(np.uint8), replaced


def test_grain_goes_on_through_what_is_new() -> None:
    photo, old = grainy(6.0), two_halves()
    new = old.copy()
    new[MIDDLE] = EYEGLASSES  # of which the photo has none
    out, replaced = painted(photo, old, new)
    ratio = laplacian(out)[MIDDLE].mean() / laplacian(photo)[replaced == 0].mean()
    assert 0.8 < ratio < 1.2
    assert (out[replaced == 0] == photo[replaced == 0]).all()


def test_texture_comes_from_the_same_kind() -> None:
    strength = np.where(two_halves(HAIR) == HAIR, 20.0, 2.0)
    photo, old = grainy(strength), two_halves(HAIR)
    new = old.copy()
    new[200:300, 60:160] = HAIR
    out, _ = painted(photo, old, new)
    got = laplacian(out)[210:290, 70:150].mean()
    hair, skin = (laplacian(photo)[:150, part].mean() for part in (np.s_[300:], np.s_[:200]))
    assert 0.6 * hair < got < 1.6 * hair and got > 3 * skin


def test_detail_stays_where_the_structure_stands() -> None:
    photo, kinds = grainy(10.0).astype(np.float32), two_halves()
    drawn = cv2.GaussianBlur(photo, (0, 0), 3).astype(np.float32)
    filled = np.zeros((SIZE, SIZE), bool)
    filled[MIDDLE] = True
    own = added(
        drawn, photo.astype(np.uint8), (kinds, kinds), filled=filled, usable=~filled,
        finer_than_px=3.0,
    )  # fmt: skip
    inner = np.s_[216:284, 166:284]
    lost = (photo - drawn)[inner].ravel()
    assert np.corrcoef(own[inner].ravel(), lost)[0, 1] > 0.95


def test_a_large_photo_keeps_its_grain_in_the_edit() -> None:
    side = 1200
    photo = photo_from_array(grainy(6.0, side), "grain")
    quad = np.array([[0, 0], [0, side], [side, side], [side, 0]], np.float32)
    crop = cv2.resize(photo.pixels, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    old = two_halves(BACKGROUND)
    new = old.copy()
    new[MIDDLE] = EYEGLASSES
    out, replaced = painted(crop.astype(np.uint8), old, new)
    ws = np.zeros((12, 32), np.float32)
    start = FaceState(ws, old, crop.astype(np.uint8), NONE_REPLACED, quad)
    pasted = paste_back(photo, start, FaceState(ws, new, out, replaced, quad)).pixels
    inside = np.s_[500:680, 380:680]
    natural = laplacian(photo.pixels)[:300].mean()
    assert 0.7 < laplacian(pasted)[inside].mean() / natural < 1.4
    own = pasted[inside].astype(float) - cv2.resize(out, (side, side))[inside]
    was = photo.pixels[inside].astype(float) - cv2.resize(crop, (side, side))[inside]
    assert np.corrcoef(own.ravel(), was.ravel())[0, 1] < 0.2, "not the grain that was there"
    far = cv2.resize(replaced, (side, side), interpolation=cv2.INTER_NEAREST) == 0
    far = cv2.erode(far.astype(np.uint8), np.ones((15, 15), np.uint8)) > 0
    assert (pasted[far] == photo.pixels[far]).all()
