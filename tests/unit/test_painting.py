"""Painting a place: nothing else changes, it meets its rim, and twice it is the same picture."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from s2flow_app.engine.painting import (
    DRAFT_WINDOW_PX,
    LEAST_WINDOW_PX,
    MOST_JOINED,
    Painter,
    _window,
    joined,
)
from s2flow_app.labels import HAIR, SKIN, LabelMap
from s2flow_app.nets.photo_painter import MULTIPLE_PX, PhotoPainter

SIZE = 512
BOX = np.s_[200:280, 220:300]
DEEP = np.s_[210:270, 230:290]
"""Where all is painted."""
FAR = 4
"""Pixels about a place that its soft edge may reach."""

Image8 = NDArray[np.uint8]
Mask = NDArray[np.bool_]


@pytest.fixture(scope="module")
def painter() -> Painter:
    torch.manual_seed(3)
    network = PhotoPainter(widths=(8, 8, 8, 8), dilations=(1,), fine=8)
    with torch.no_grad():
        for name, weight in network.named_parameters():
            if name.endswith("noise"):
                weight.fill_(0.3)
    return Painter(network.eval().requires_grad_(False), "cpu")


@pytest.fixture
def photo(astronaut: Image8) -> Image8:
    return astronaut


def place(box: tuple[slice, slice] = BOX) -> Mask:
    mask = np.zeros((SIZE, SIZE), np.bool_)
    mask[box] = True
    return mask


def about(mask: Mask, px: int = FAR) -> Mask:
    rows, columns = np.nonzero(mask)
    wide = np.zeros_like(mask)
    wide[rows.min() - px : rows.max() + px + 1, columns.min() - px : columns.max() + px + 1] = True
    return wide


def maps() -> tuple[LabelMap, LabelMap]:
    seen = np.full((SIZE, SIZE), SKIN, np.uint8)
    asked = seen.copy()
    asked[BOX] = HAIR
    return seen, asked


def drawn(shade: int = 90) -> Image8:
    return np.full((128, 128, 3), shade, np.uint8)


@pytest.mark.parametrize("draft", [False, True])
def test_nothing_changes_beyond_the_soft_rim(painter: Painter, photo: Image8, draft: bool) -> None:
    found = painter.fill(photo, maps(), place(), render=drawn(), draft=draft)
    assert found.picture.dtype == found.alpha.dtype == np.float32
    outside = ~about(place())
    np.testing.assert_array_equal(found.picture[outside], photo[outside])
    assert not found.alpha[outside].any()
    assert (found.alpha[DEEP] > 0.99).all() and found.alpha.max() <= 1 + 1e-6
    assert np.abs(found.picture - photo)[DEEP].mean() > 5


def test_no_place_is_no_change(painter: Painter, photo: Image8) -> None:
    found = painter.fill(photo, maps(), np.zeros((SIZE, SIZE), np.bool_), render=None)
    np.testing.assert_array_equal(found.picture, photo)
    assert not found.alpha.any()


def test_the_same_place_twice_is_the_same_picture(painter: Painter, photo: Image8) -> None:
    one, other = (painter.fill(photo, maps(), place(), render=drawn()) for _ in range(2))
    np.testing.assert_array_equal(one.picture, other.picture)


def test_what_was_there_before_is_not_painted_from(painter: Painter, photo: Image8) -> None:
    """But for what was drawn of the class: here the asked one is nowhere in the photo."""
    other = photo.copy()
    other[DEEP] = 255 - other[DEEP]
    one, two = (
        painter.fill(p, maps(), place(), render=drawn(), draft=True).picture for p in (photo, other)
    )
    np.testing.assert_allclose(one[DEEP], two[DEEP], atol=1e-3)


def test_the_generators_drawing_and_the_map_are_painted_from(
    painter: Painter, photo: Image8
) -> None:
    seen, asked = maps()
    first = painter.fill(photo, (seen, asked), place(), render=drawn()).picture
    for other in (
        painter.fill(photo, (seen, asked), place(), render=drawn(200)),
        painter.fill(photo, (seen, asked), place(), render=None),
        painter.fill(photo, (seen, seen), place(), render=drawn()),
    ):
        assert np.abs(other.picture - first)[DEEP].mean() > 0.5


@pytest.mark.parametrize("resolution", [64, 256, 1024])
def test_without_a_network_the_generators_drawing_is_laid_in(
    photo: Image8, resolution: int
) -> None:
    alone = Painter(None, "cpu")
    assert alone.shows_render
    flat = np.clip(photo, 100, 110)
    render = np.full((resolution, resolution, 3), (105, 160, 105), np.uint8)
    found = alone.fill(flat, maps(), place(), render=render, draft=True)
    middle = found.picture[DEEP].reshape(-1, 3).mean(0)
    # At most so much is it brought to the rim's colours.
    np.testing.assert_allclose(middle, (105, 160 - MOST_JOINED, 105), atol=4)
    np.testing.assert_array_equal(found.picture[~about(place())], flat[~about(place())])


def test_a_whole_face_is_as_large_as_its_map(painter: Painter) -> None:
    found = painter.whole_face(maps()[1], drawn())
    assert found.shape == (SIZE, SIZE, 3) and found.dtype == np.uint8
    other = painter.whole_face(maps()[0], drawn())
    assert (found[DEEP] != other[DEEP]).any()
    ramp = np.repeat(np.linspace(0, 255, 128, dtype=np.uint8)[None, :, None], 128, 0)
    alone = Painter(None, "cpu").whole_face(maps()[1], np.repeat(ramp, 3, 2))
    assert alone.shape == found.shape and np.abs(np.diff(alone[0, :, 0].astype(int))).max() <= 2


def test_a_whole_face_has_the_colours_of_its_drawing() -> None:
    """There is no photo, whose black would be taken for a colour of the classes."""
    network = PhotoPainter(widths=(8, 8, 8, 8), dilations=(1,), fine=8).eval()
    with torch.no_grad():  # it adds nothing to the colours that it goes on from
        for weight in network.paint.parameters():
            weight.zero_()
    found = Painter(network, "cpu").whole_face(maps()[1], drawn(180))
    assert np.abs(found.astype(int) - 180).max() <= 1


def test_large_places_are_drafted_in_the_colours_of_their_classes(painter: Painter) -> None:
    """Which takes no network: a hand does not wait."""
    seen = np.full((SIZE, SIZE), SKIN, np.uint8)
    seen[:, 400:] = HAIR
    photo = np.where((seen == HAIR)[..., None], (60, 40, 30), (200, 160, 140)).astype(np.uint8)
    large = place(np.s_[20:492, 20:360])
    assert large.sum() > (2 * DRAFT_WINDOW_PX) ** 2
    found = painter.fill(photo, (seen, np.full_like(seen, HAIR)), large, render=None, draft=True)
    middle = found.picture[200:300, 150:250].reshape(-1, 3).mean(0)
    np.testing.assert_allclose(middle, (60, 40, 30), atol=MOST_JOINED + 2)


# --- the join ----------------------------------------------------------------------------------


def test_a_painting_that_is_off_in_colour_meets_its_rim() -> None:
    before = np.full((SIZE, SIZE, 3), 120, np.float32)
    before += np.linspace(0, 40, SIZE, dtype=np.float32)[:, None, None]
    painted = before + np.array([9, -6, 3], np.float32)
    found = joined(before, painted, place())
    assert np.abs(found.picture - before).max() < 0.7


def test_another_structure_stays_another() -> None:
    """Black beside white is no cast of colour: no more than so much is taken off."""
    before = np.full((SIZE, SIZE, 3), 240, np.float32)
    found = joined(before, np.full_like(before, 20), place())
    np.testing.assert_allclose(found.picture[DEEP], 20 + MOST_JOINED, atol=1)


def test_everything_may_be_painted() -> None:
    before, painted = (np.full((SIZE, SIZE, 3), shade, np.float32) for shade in (10, 200))
    found = joined(before, painted, np.ones((SIZE, SIZE), np.bool_))
    np.testing.assert_allclose(found.picture, painted)


# --- the window --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "box",
    [np.s_[100:110, 40:50], np.s_[0:3, 250:256], np.s_[20:230, 100:120], np.s_[0:256, 0:256]],
)
def test_a_window_holds_its_place_with_what_is_about_it(box: tuple[slice, slice]) -> None:
    mask = np.zeros((256, 256), np.bool_)
    mask[box] = True
    for part, own in zip(_window(mask), box, strict=True):
        side = part.stop - part.start
        assert 0 <= part.start <= own.start and own.stop <= part.stop <= 256
        assert side >= LEAST_WINDOW_PX and side % MULTIPLE_PX == 0
