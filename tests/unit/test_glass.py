"""New glasses darken the photo and show what lies behind them."""

import numpy as np

from s2flow_app.engine.glass import looked_through
from s2flow_app.labels import BACKGROUND, EYEGLASSES, LEFT_EYE, SKIN

SIZE = 512
LENS, EYE = np.s_[200:280, 280:380], np.s_[225:255, 310:350]


def _asked() -> tuple[np.ndarray, np.ndarray]:
    old = np.full((SIZE, SIZE), SKIN, np.uint8)
    old[:100] = BACKGROUND
    old[EYE] = LEFT_EYE
    new = old.copy()
    new[LENS] = EYEGLASSES
    new[EYE] = LEFT_EYE
    return old, new


def _pictures() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A teal drawing, the photo with grain, and renders of which the second is half as light."""
    photo = np.random.default_rng(0).integers(150, 250, (SIZE, SIZE, 3)).astype(np.uint8)
    drawn = np.full((SIZE, SIZE, 3), (0, 160, 160), np.float32)
    return drawn, photo, np.full_like(drawn, 200), np.full_like(drawn, 96)


def test_lenses_show_the_darkened_photo_and_so_do_the_eyes_within() -> None:
    drawn, photo, before, after = _pictures()
    found = looked_through(drawn, photo, before, after, _asked())
    for part in (np.s_[210:220, 290:370], np.s_[232:248, 318:342]):
        np.testing.assert_allclose(found[part], photo[part] * 0.5, atol=1)


def test_beside_glasses_the_drawing_stays() -> None:
    drawn, photo, before, after = _pictures()
    found = looked_through(drawn, photo, before, after, _asked())
    np.testing.assert_array_equal(found[:190], drawn[:190])


def test_glasses_never_add_light() -> None:
    drawn, photo, before, after = _pictures()
    found = looked_through(drawn, photo, after, before, _asked())
    within = np.s_[208:272, 288:372]  # the outline fades over into the drawing
    assert (found[within] <= photo[within].astype(np.float32) + 0.1).all()


def test_without_new_glasses_nothing_changes() -> None:
    drawn, photo, before, after = _pictures()
    old, new = _asked()
    for maps in ((old, old), (new, new), (new, old)):
        assert looked_through(drawn, photo, before, after, maps) is drawn
