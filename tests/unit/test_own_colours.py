"""What is newly drawn comes in the photo's own colours, where the photo has some to give."""

import numpy as np
import pytest
from numpy.typing import NDArray

from s2flow_app.engine.own_colours import colour_shift
from s2flow_app.labels import BACKGROUND, HAIR, HAT, LEFT_EYE, MOUTH, SKIN

WALL, BROWN, RED, SKIN_TONE = (200, 205, 215), (110, 80, 50), (190, 90, 90), (225, 180, 160)
LONGER = np.s_[300:420, 60:160]
EVERYWHERE = np.ones((512, 512), np.bool_)


def _photo() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """A picture and its map: wall, brown hair, skin, an eye."""
    photo = np.full((512, 512, 3), WALL, np.uint8)
    label_map = np.full((512, 512), BACKGROUND, np.uint8)
    for part, class_id, colour in (
        (np.s_[60:300, 60:460], HAIR, BROWN), (np.s_[150:450, 160:360], SKIN, SKIN_TONE),
        (np.s_[220:240, 300:330], LEFT_EYE, (60, 90, 160)),
    ):  # fmt: skip
        photo[part], label_map[part] = colour, class_id
    return photo, label_map


def _drawn(asked: int) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.uint8]]:
    """Drawing, shift and asked map of `LONGER`, asked to be a class and drawn in red."""
    photo, label_map = _photo()
    new_map, drawn = label_map.copy(), photo.astype(np.float32)
    new_map[LONGER], drawn[LONGER] = asked, RED
    filled = np.zeros((512, 512), np.bool_)
    filled[LONGER] = True
    shift = colour_shift(drawn, photo, (label_map, new_map), filled=filled, usable=EVERYWHERE)
    return drawn, shift, new_map


def test_new_hair_comes_in_the_colour_of_the_hair() -> None:
    drawn, shift, _ = _drawn(HAIR)
    middle = (drawn + shift)[330:390, 90:130].mean((0, 1))
    np.testing.assert_allclose(middle, BROWN, atol=12)


def test_what_is_not_seen_is_not_moved() -> None:
    _, shift, _ = _drawn(HAIR)
    away = np.abs(shift).max(2)
    away[280:440, 40:180] = 0
    assert away.max() < 1e-3


def test_a_class_that_the_photo_does_not_show_keeps_the_drawings_colour() -> None:
    _, shift, _ = _drawn(HAT)
    assert np.abs(shift).max() < 1e-3


def test_teeth_that_the_photo_does_not_show_are_nearly_white_and_not_dark() -> None:
    drawn, shift, _ = _drawn(MOUTH)
    middle = (drawn + shift)[330:390, 90:130].mean((0, 1))
    assert np.ptp(middle) < 25 < np.ptp(RED)
    assert middle.mean() == pytest.approx(np.mean(SKIN_TONE), abs=15)


def test_eyes_keep_their_colours() -> None:
    photo, label_map = _photo()
    drawn = photo.astype(np.float32)
    drawn[225:235, 310:320] = RED
    maps = (label_map, label_map)
    shift = colour_shift(drawn, photo, maps, filled=EVERYWHERE, usable=EVERYWHERE)
    assert np.abs(shift[224:236, 304:326]).max() < 1e-3


def test_colours_that_an_edit_drew_before_are_not_taken_for_the_photos() -> None:
    photo, label_map = _photo()
    photo[60:300, 300:460] = RED
    usable = EVERYWHERE.copy()
    usable[60:300, 300:460] = False
    new_map, drawn = label_map.copy(), photo.astype(np.float32)
    new_map[LONGER] = HAIR
    shift = colour_shift(drawn, photo, (label_map, new_map), filled=new_map == HAIR, usable=usable)
    found = (drawn + shift)[330:390, 90:130].mean((0, 1))
    np.testing.assert_allclose(found, BROWN, atol=12)
