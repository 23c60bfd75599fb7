"""Mattes follow the photo's edges near an outline and are exact away from it."""

import numpy as np
import pytest
from numpy.typing import NDArray

from s2flow_app.engine.matte import border_fade, matte, mattes

RADIUS_PX = 8


def _halves(edge: int = 60) -> NDArray[np.uint8]:
    """Dark to the left of column ``edge``, light to the right."""
    picture = np.full((96, 128, 3), (60, 40, 30), np.uint8)
    picture[:, edge:] = (210, 200, 190)
    return picture


def _left_of(column: int) -> NDArray[np.bool_]:
    mask = np.zeros((96, 128), np.bool_)
    mask[:, :column] = True
    return mask


def test_it_is_exact_away_from_the_outline() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (96, 128, 3)).astype(np.uint8)
    found = matte(noise, _left_of(64), radius_px=RADIUS_PX)
    assert found.dtype == np.float32
    assert found.shape == (96, 128)
    assert (found[:, : 64 - RADIUS_PX] == 1).all()
    assert (found[:, 64 + RADIUS_PX :] == 0).all()
    assert found.min() >= 0 and found.max() <= 1


def test_it_follows_an_edge_that_the_map_missed() -> None:
    found = matte(_halves(60), _left_of(63), radius_px=RADIUS_PX)
    assert found[48, 62] < 0.4  # the map says 1, the photo is light here
    assert found[48, 64:].max() < 0.15
    assert found[48, 57] > 0.9


def test_soft_edges_get_shares() -> None:
    picture = _halves().astype(np.float32)
    share = np.clip((np.arange(128) - 56) / 8, 0, 1)[None, :, None]
    ramp = ((1 - share) * picture[:, :1] + share * picture[:, -1:]).astype(np.uint8)
    found = matte(ramp, _left_of(60), radius_px=RADIUS_PX)[48]
    assert 0.1 < found[59] < 0.9 or 0.1 < found[60] < 0.9
    assert (np.diff(found[52:68]) <= 0.02).all()


def test_mattes_of_a_whole_partition_sum_to_one() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (96, 128, 3)).astype(np.uint8)
    left = _left_of(50)
    middle = _left_of(90) & ~left
    found = mattes(noise, [left, middle, ~(left | middle)], radius_px=RADIUS_PX)
    np.testing.assert_allclose(found.sum(0), 1, atol=0.15)  # each is clipped to 0..1
    assert found.sum(0).max() <= 1 + 1e-5


def test_a_small_part_is_as_in_the_whole_picture() -> None:
    noise = np.random.default_rng(2).integers(90, 140, (301, 203, 3)).astype(np.uint8)
    mask = np.zeros(noise.shape[:2], np.bool_)
    mask[141:160, 101:120] = True
    part = matte(noise, mask, radius_px=RADIUS_PX)
    mask[0, 0] = mask[-1, -1] = True  # nothing is left out now
    whole = matte(noise, mask, radius_px=RADIUS_PX)
    near = np.s_[120:180, 80:140]
    np.testing.assert_allclose(part[near], whole[near], atol=0.02)


@pytest.mark.parametrize("share", [0, 1])
def test_nothing_and_everything_have_no_outline(share: int) -> None:
    mask = np.full((96, 128), share, np.bool_)
    assert (matte(_halves(), mask, radius_px=RADIUS_PX) == share).all()


def test_a_radius_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="radius"):
        matte(_halves(), _left_of(60), radius_px=0)


def test_the_border_fades_smoothly_to_nothing() -> None:
    fade = border_fade((100, 140), 20)
    assert fade.shape == (100, 140)
    assert not fade[0].any() and not fade[:, -1].any()
    assert (fade[20:-20, 20:-20] == 1).all()
    assert np.abs(np.diff(fade[50])).max() < 0.1
