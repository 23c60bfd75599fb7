"""The label classes and how layers stack."""

import numpy as np

from s2flow_app import labels


def test_layers_of_a_map_flatten_to_the_map() -> None:
    label_map = np.arange(19, dtype=np.uint8).repeat(4).reshape(4, 19)
    np.testing.assert_array_equal(labels.flatten(labels.single_layers(label_map)), label_map)


def test_the_topmost_layer_shows() -> None:
    layers = np.array([[1 << labels.SKIN | 1 << labels.HAIR | 1 << labels.NOSE]], np.uint32)
    assert labels.flatten(layers)[0, 0] == labels.HAIR


def test_every_class_has_its_place_and_colour() -> None:
    assert sorted(labels.STACKING) == list(range(labels.NUM_CLASSES))
    assert len({c.colour for c in labels.CLASSES}) == labels.NUM_CLASSES
    assert [c.id for c in labels.CLASSES] == list(range(labels.NUM_CLASSES))


def test_mirroring_twice_changes_nothing() -> None:
    table = labels.mirror_table()
    np.testing.assert_array_equal(table[table], np.arange(labels.NUM_CLASSES))
    assert table[labels.LEFT_EYE] == labels.RIGHT_EYE
