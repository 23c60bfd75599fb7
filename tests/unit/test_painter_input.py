"""What the painter is given: colours of classes from where the photo shows them."""

import numpy as np
import pytest
from numpy.typing import NDArray

from s2flow_app.engine import painter_input as given_by
from s2flow_app.engine.painter_input import KIND_OF, painter_input
from s2flow_app.engine.spread import spread
from s2flow_app.labels import (
    HAIR,
    HAT,
    LEFT_BROW,
    LOWER_LIP,
    NUM_CLASSES,
    RIGHT_BROW,
    SKIN,
    UPPER_LIP,
    LabelMap,
)

SIDE = 64
RED, BLUE = (200, 40, 20), (20, 30, 180)
BOX = np.s_[24:40, 24:40]


def two_halves() -> tuple[NDArray[np.uint8], LabelMap]:
    """Red skin on the left, blue hair on the right."""
    photo = np.empty((SIDE, SIDE, 3), np.uint8)
    photo[:, :32], photo[:, 32:] = RED, BLUE
    seen = np.full((SIDE, SIDE), SKIN, np.uint8)
    seen[:, 32:] = HAIR
    return photo, seen


def box() -> NDArray[np.bool_]:
    mask = np.zeros((SIDE, SIDE), np.bool_)
    mask[BOX] = True
    return mask


def known_colours(
    photo: NDArray[np.uint8], seen: LabelMap, mask: NDArray[np.bool_], asked: LabelMap, *,
    hidden: bool = False,
) -> NDArray[np.float32]:  # fmt: skip
    return given_by.known_colours(photo, seen, mask, asked, hidden=hidden)


def levels(found: NDArray[np.float32]) -> NDArray[np.float32]:
    return (found[..., :3] + 1) * 127.5


@pytest.mark.parametrize(("asked", "colour"), [(SKIN, RED), (HAIR, BLUE)])
def test_the_asked_class_has_the_colour_that_it_has_elsewhere(
    asked: int, colour: tuple[int, int, int]
) -> None:
    photo, seen = two_halves()
    found = known_colours(photo, seen, box(), np.full_like(seen, asked))
    assert found.shape == (SIDE, SIDE, 4) and found.dtype == np.float32
    np.testing.assert_allclose(levels(found)[BOX], np.broadcast_to(colour, (16, 16, 3)), atol=3)
    assert (found[BOX][..., 3] == 1).all()
    assert not found[~box()].any(), "nothing is said of what is not painted"


def test_what_the_photo_does_not_show_has_no_colour() -> None:
    photo, seen = two_halves()
    found = known_colours(photo, seen, box(), np.full_like(seen, HAT))
    assert not found.any()
    seen[box()] = HAT  # under the mask it is not shown
    assert not known_colours(photo, seen, box(), np.full_like(seen, HAT)).any()


def test_what_is_to_be_seen_under_the_mask_alone_has_its_mean_there() -> None:
    photo, seen = two_halves()
    asked = np.full_like(seen, HAT)
    seen[box()] = HAT
    photo[BOX][:, :8], photo[BOX][:, 8:] = 40, 80
    found = known_colours(photo, seen, box(), asked, hidden=True)
    np.testing.assert_allclose(levels(found)[BOX], np.full((16, 16, 3), 60), atol=0.5)
    assert not found[~box()].any()
    seen[box()] = SKIN  # which is to be seen beside the mask, too
    found = known_colours(photo, seen, box(), np.full_like(seen, SKIN), hidden=True)
    np.testing.assert_allclose(levels(found)[BOX], np.broadcast_to(RED, (16, 16, 3)), atol=3)


@pytest.mark.parametrize(("seen_as", "asked"), [(LEFT_BROW, RIGHT_BROW), (UPPER_LIP, LOWER_LIP)])
def test_twins_and_lips_share_their_colour(seen_as: int, asked: int) -> None:
    photo, seen = two_halves()
    seen[seen == HAIR] = seen_as
    found = known_colours(photo, seen, box(), np.full_like(seen, asked))
    np.testing.assert_allclose(levels(found)[BOX], np.broadcast_to(BLUE, (16, 16, 3)), atol=3)


def test_kinds_are_classes_that_look_alike() -> None:
    assert KIND_OF.shape == (NUM_CLASSES,)
    assert KIND_OF[UPPER_LIP] == KIND_OF[LOWER_LIP] and KIND_OF[SKIN] != KIND_OF[HAIR]
    np.testing.assert_array_equal(KIND_OF[KIND_OF], KIND_OF)


def test_colours_do_not_look_under_the_mask() -> None:
    photo, seen = two_halves()
    asked = np.full_like(seen, SKIN)
    before = known_colours(photo, seen, box(), asked)
    photo[box()] = 255
    np.testing.assert_array_equal(known_colours(photo, seen, box(), asked), before)


def test_colours_are_those_of_nearby() -> None:
    """Skin that is lit from above: a place has the light of its own height."""
    photo = np.repeat(np.linspace(240, 60, SIDE, dtype=np.uint8)[:, None], SIDE, 1)
    photo = np.repeat(photo[..., None], 3, 2)
    seen = np.full((SIDE, SIDE), SKIN, np.uint8)
    found = levels(known_colours(photo, seen, box(), seen))[BOX].mean((1, 2))
    assert np.abs(found - photo[24:40, 0, 0]).max() < 8


def test_all_parts_are_tensors_of_the_same_size() -> None:
    photo, seen = two_halves()
    colours = known_colours(photo, seen, box(), seen)
    given = painter_input([photo] * 2, [box()] * 2, [seen] * 2, [colours] * 2, [photo, None])
    shapes = [tuple(t.shape) for t in given.tensors()]
    assert shapes == [(2, c, SIDE, SIDE) for c in (3, 1, NUM_CLASSES, 4, 4)]
    assert float(given.photo.min()) >= -1 and float(given.photo.max()) <= 1
    assert given.classes[0, HAIR, 0, -1] == 1
    np.testing.assert_allclose(given.classes.sum(1).numpy(), 1, atol=1e-6)
    assert (given.mask[:, 0].numpy().astype(np.bool_) == box()).all()
    assert (given.render[0, 3] == 1).all() and not given.render[1].any()
    np.testing.assert_allclose(given.render[0, :3].numpy(), given.photo[0].numpy(), atol=1e-6)
    np.testing.assert_array_equal(given.colours[0].permute(1, 2, 0).numpy(), colours)


# --- spread ------------------------------------------------------------------------------------


def test_what_is_known_nowhere_else_is_carried_everywhere() -> None:
    values = np.zeros((SIDE, 48, 2), np.float32)
    weight = np.zeros((SIDE, 48), np.float32)
    values[3:9, 40:46], weight[3:9, 40:46] = (3.0, -5.0), 1
    found = spread(values, weight)
    np.testing.assert_allclose(found, np.broadcast_to((3.0, -5.0), found.shape), rtol=0.02)


def test_between_two_values_it_goes_smoothly_from_one_to_the_other() -> None:
    values = np.zeros((SIDE, SIDE, 3), np.float32)
    weight = np.zeros((SIDE, SIDE), np.float32)
    values[:, -4:], weight[:, :4], weight[:, -4:] = 10, 1, 1
    row = spread(values, weight)[SIDE // 2, :, 0]
    assert abs(row[1]) < 0.3 and abs(row[-2] - 10) < 0.3
    assert (np.diff(row) > -0.05).all() and np.diff(row).max() < 1.5
