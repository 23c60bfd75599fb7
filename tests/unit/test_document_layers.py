"""Painting, erasing and flattening label layers; patches."""

import numpy as np
import pytest

from s2flow_app import labels
from s2flow_app.document import label_ops
from s2flow_app.document.layer_canvas import LayerCanvas
from s2flow_app.document.layer_patch import difference
from s2flow_app.labels import BACKGROUND, EYEGLASSES, HAIR, LEFT_EYE, SKIN

ALL = np.ones((512, 512), dtype=bool)


def random_layers(seed: int = 0) -> labels.LabelLayers:
    return np.random.default_rng(seed).integers(0, 1 << 19, (512, 512), dtype=np.uint32)


def canvas_of(*class_ids: int) -> LayerCanvas:
    canvas = LayerCanvas()
    canvas.replace(np.full((512, 512), sum(1 << k for k in class_ids), dtype=np.uint32))
    canvas.begin()
    return canvas


def test_fast_flatten_equals_the_plain_one() -> None:
    layers = random_layers()
    layers[:8] = 0
    assert np.array_equal(label_ops.flatten_fast(layers), labels.flatten(layers))


def test_flatten_leaves_hidden_classes_out() -> None:
    layers = random_layers()
    hidden = (1 << HAIR) | (1 << SKIN)
    shown = label_ops.flatten_fast(layers, without=hidden)
    assert np.array_equal(shown, labels.flatten(layers & ~np.uint32(hidden)))


@pytest.mark.parametrize("class_id", range(labels.NUM_CLASSES))
def test_what_is_painted_shows(class_id: int) -> None:
    painted = label_ops.painted(random_layers()[:16], class_id)
    assert (labels.flatten(painted) == class_id).all()


def test_painted_map_shows_that_map_and_leaves_equal_pixels_alone() -> None:
    layers, asked = random_layers(1), labels.flatten(random_layers(2))
    painted = label_ops.painted_map(layers, asked)
    assert np.array_equal(labels.flatten(painted), asked)
    same = labels.flatten(layers) == asked
    assert np.array_equal(painted[same], layers[same])


def test_erased_glasses_show_eyes_and_never_a_hole() -> None:
    canvas = canvas_of(SKIN, LEFT_EYE, EYEGLASSES)
    canvas.erase(EYEGLASSES, ALL, 0, 0)
    assert (canvas.label_map == LEFT_EYE).all()
    canvas.erase(LEFT_EYE, ALL, 0, 0)
    canvas.erase(SKIN, ALL, 0, 0)
    assert (canvas.label_map == BACKGROUND).all()
    assert (canvas.layers == 1 << BACKGROUND).all()


def test_eraser_of_what_shows_does_not_dig_within_a_stroke() -> None:
    canvas = canvas_of(SKIN, HAIR)
    for _ in range(3):
        canvas.erase(None, ALL, 0, 0)
    assert (canvas.label_map == SKIN).all()


def test_locked_class_is_neither_covered_nor_cleared() -> None:
    canvas = canvas_of(SKIN)
    canvas.paint(LEFT_EYE, np.ones((10, 10), dtype=bool), 20, 30)
    canvas.guard(locked=1 << LEFT_EYE, hidden=0)
    canvas.paint(HAIR, ALL, 0, 0)
    expected = np.full((512, 512), HAIR, dtype=np.uint8)
    expected[30:40, 20:30] = LEFT_EYE
    assert np.array_equal(canvas.label_map, expected)
    assert canvas.paint(LEFT_EYE, ALL, 0, 0) is None
    assert canvas.erase(LEFT_EYE, ALL, 0, 0) is None


def test_hidden_class_stays_over_what_is_painted_under_it() -> None:
    canvas = canvas_of(BACKGROUND, HAIR)
    canvas.guard(locked=0, hidden=1 << HAIR)
    canvas.paint(SKIN, ALL, 0, 0)
    assert (canvas.shown_map == SKIN).all()
    assert (canvas.label_map == HAIR).all()
    canvas.guard(locked=0, hidden=0)
    canvas.erase(HAIR, ALL, 0, 0)
    assert (canvas.shown_map == SKIN).all()


def test_mask_beyond_the_border_is_clipped() -> None:
    canvas = canvas_of(SKIN)
    assert canvas.paint(HAIR, np.ones((8, 8), dtype=bool), -5, 508) == (0, 508, 3, 4)
    assert (canvas.label_map == HAIR).sum() == 12
    assert canvas.paint(HAIR, np.ones((8, 8), dtype=bool), 600, 0) is None


def test_views_cannot_be_written_and_outside_a_stroke_nothing_changes() -> None:
    canvas = canvas_of(SKIN)
    canvas.end()
    with pytest.raises(ValueError):
        canvas.label_map[0, 0] = 1
    assert canvas.paint(HAIR, ALL, 0, 0) is None


def test_patch_applied_twice_changes_nothing_and_is_small() -> None:
    before = random_layers()
    after = before.copy()
    mask, x, y = label_ops.brush_mask(100, 100, 300, 140, 20)
    index = label_ops.slices((x, y, mask.shape[1], mask.shape[0]))
    after[index][mask] ^= np.uint32(1 << HAIR)
    patch = difference(before, after, (x, y, mask.shape[1], mask.shape[0]))
    layers = before.copy()
    patch.apply(layers)
    assert np.array_equal(layers, after)
    patch.apply(layers)
    assert np.array_equal(layers, before)
    assert patch.nbytes < 12_000


def test_cancelled_stroke_leaves_nothing() -> None:
    canvas = LayerCanvas()
    layers = random_layers()
    canvas.replace(layers)
    canvas.begin()
    canvas.paint(HAIR, ALL[:50, :50], 10, 10)
    canvas.cancel()
    assert np.array_equal(canvas.layers, layers)
    assert np.array_equal(canvas.label_map, labels.flatten(layers))
    assert not canvas.in_stroke


def test_patch_under_an_open_stroke_is_not_part_of_the_stroke() -> None:
    canvas = canvas_of(SKIN)
    canvas.paint(HAIR, ALL[:50, :50], 10, 10)
    first = canvas.end()
    assert first is not None
    canvas.begin()
    canvas.paint(LEFT_EYE, ALL[:5, :5], 200, 200)
    canvas.apply(first)
    second = canvas.end()
    assert second is not None and len(second.tiles) == 1
    canvas.apply(second)
    assert (canvas.label_map == SKIN).all()


def test_brush_covers_a_disc_and_the_way_between() -> None:
    mask, x, y = label_ops.brush_mask(50, 60, 50, 60, 10)
    assert mask.sum() == pytest.approx(np.pi * 100, rel=0.02)
    assert (x, y) == (40, 50) and mask.shape == (20, 20)
    mask, _, _ = label_ops.brush_mask(50, 60, 90, 60, 10)
    assert mask.sum() == pytest.approx(np.pi * 100 + 40 * 20, rel=0.02)


def test_thinnest_brush_covers_one_pixel() -> None:
    for where in (7.0, 7.3, 7.5):
        mask, x, y = label_ops.brush_mask(where, where, where, where, 0)
        rows, columns = np.nonzero(mask)
        assert (y + rows[0], x + columns[0]) == (7, 7) and len(rows) == 1


def test_lasso_fills_its_inside() -> None:
    corners = np.array([[10.0, 10.0], [30.0, 10.0], [30.0, 20.0], [10.0, 20.0]])
    mask, x, y = label_ops.polygon_mask(corners)
    assert (x, y) == (10, 10)
    assert mask.sum() == pytest.approx(200, rel=0.2)


def test_flood_stops_at_other_classes() -> None:
    label_map = np.full((512, 512), SKIN, dtype=np.uint8)
    label_map[:, 100] = HAIR
    assert label_ops.flood_region(label_map, 5, 5).sum() == 100 * 512
    assert label_ops.flood_region(label_map, 100, 5).sum() == 512
    label_map[:] = 0
    assert label_ops.flood_region(label_map, 5, 5).all()
