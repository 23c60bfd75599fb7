"""Where an edit may change the picture, in soft masks."""

import numpy as np
import pytest

from s2flow_app.alignment import extract_crop
from s2flow_app.engine.masks import (
    BORDER_PX,
    PROTECTION_FADE_PX,
    RESAMPLING_PX,
    free_mask,
    region_mask,
    resampling_reach_px,
)
from s2flow_app.labels import HAIR, SKIN, LabelMap

SIZE = 512


def hair_box(top: int = 200, left: int = 150) -> LabelMap:
    label_map = np.full((SIZE, SIZE), SKIN, np.uint8)
    label_map[top : top + 100, left : left + 150] = HAIR
    return label_map


def test_a_region_has_a_soft_outline() -> None:
    mask = region_mask(hair_box(), {HAIR})
    assert mask.dtype == np.float32
    assert mask[250, 225] == 1 and mask[50, 50] == 0
    assert 0.2 < mask[250, 150] < 0.8
    assert (np.diff(mask[250, 130:170]) >= 0).all()
    assert not region_mask(hair_box(), {HAIR + 1}).any()


def test_an_outline_is_as_soft_as_asked() -> None:
    wide, narrow = (region_mask(hair_box(), {HAIR}, feather_px=px) for px in (20, 2))
    soft = [((m > 0) & (m < 1)).sum() for m in (wide, narrow)]
    assert soft[0] > 5 * soft[1]


@pytest.mark.parametrize("regions", [(), {HAIR}])
def test_every_mask_fades_at_the_crops_border(regions: set[int]) -> None:
    mask = region_mask(hair_box(top=0, left=0), regions)
    border = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])
    assert border.max() == 0 and mask.max() == 1
    if not regions:
        assert (mask[BORDER_PX:-BORDER_PX, BORDER_PX:-BORDER_PX] == 1).all()


def test_what_is_protected_is_kept_with_what_is_resampled_into_it() -> None:
    protected = np.zeros((SIZE, SIZE), np.bool_)
    protected[200:300, 200:300] = True
    free = free_mask(protected)
    near = np.s_[200 - RESAMPLING_PX : 300 + RESAMPLING_PX, 250]
    assert not free[protected].any() and not free[near].any()
    far = 300 + RESAMPLING_PX + PROTECTION_FADE_PX
    assert (free[:, far:] == 1).all() and 0 < free[250, far - 4] < 1
    assert not free_mask(protected, reach_px=20)[250, 300:319].any()


def test_nothing_protected_leaves_all_free() -> None:
    assert (free_mask(np.zeros((SIZE, SIZE), np.bool_)) == 1).all()


@pytest.mark.parametrize("side", [128, 512, 2048])
def test_pixels_of_small_faces_reach_farther(side: int) -> None:
    quad = np.array([[0, 0], [0, side], [side, side], [side, 0]], np.float32)
    assert resampling_reach_px(quad) == RESAMPLING_PX * max(1, 512 / side)
    crop = extract_crop(np.zeros((side, side, 3), np.uint8), quad)
    assert crop.shape == (SIZE, SIZE, 3)
