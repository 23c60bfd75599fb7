"""Ready-made shapes act on the largest piece of a part, not on specks that a parser saw."""

import numpy as np
import pytest

from s2flow_app.label_shapes.specks import on_largest_pieces, without_specks
from s2flow_app.labels import HAIR, LEFT_BROW, LEFT_EYE, LOWER_LIP, MOUTH, SKIN, UPPER_LIP, LabelMap


@pytest.fixture
def face() -> LabelMap:
    """Skin with one brow of 40 x 10 px."""
    label_map = np.full((128, 128), SKIN, np.uint8)
    label_map[40:50, 30:70] = LEFT_BROW
    return label_map


def test_a_map_without_specks_is_itself(face: LabelMap) -> None:
    assert without_specks(face) is face


def test_specks_become_what_is_nearest(face: LabelMap) -> None:
    spotted = face.copy()
    spotted[10:13, 30:60] = LEFT_BROW  # a wrinkle on the forehead
    spotted[100:102, 20:22] = LEFT_BROW
    before = spotted.copy()
    np.testing.assert_array_equal(without_specks(spotted), face)
    np.testing.assert_array_equal(spotted, before)


def test_one_piece_of_a_part_stays(face: LabelMap) -> None:
    second = face.copy()
    second[80:90, 30:66] = LEFT_BROW
    np.testing.assert_array_equal(without_specks(second), face)


def test_a_brow_is_the_piece_near_its_eye(face: LabelMap) -> None:
    """Folds of an old forehead are longer than brows."""
    face[60:70, 40:60] = LEFT_EYE
    folded = face.copy()
    folded[2:14, 20:80] = LEFT_BROW
    np.testing.assert_array_equal(without_specks(folded), face)


def test_a_mouth_is_one_part() -> None:
    """Lips apart by the mouth's inside are one piece, however thin one of them is."""
    label_map = np.full((128, 128), SKIN, np.uint8)
    label_map[60:62, 40:80] = UPPER_LIP
    label_map[62:80, 40:80] = MOUTH
    label_map[80:95, 40:80] = LOWER_LIP
    assert without_specks(label_map) is label_map


def test_other_classes_may_have_many_pieces() -> None:
    label_map = np.full((128, 128), SKIN, np.uint8)
    label_map[:40] = HAIR
    label_map[100:102, 10:12] = HAIR
    assert without_specks(label_map) is label_map


def test_an_edit_does_not_see_specks_and_leaves_them(face: LabelMap) -> None:
    seen: list[LabelMap] = []

    def lower(label_map: LabelMap, *, strength: float = 1.0) -> LabelMap:
        seen.append(label_map)
        out = label_map.copy()
        out[label_map == LEFT_BROW] = SKIN
        return np.where(np.roll(label_map, round(8 * strength), 0) == LEFT_BROW, LEFT_BROW, out)

    spotted = face.copy()
    spotted[10:13, 30:60] = LEFT_BROW
    found = on_largest_pieces(lower)(spotted, strength=0.5)
    np.testing.assert_array_equal(seen[0], face)
    assert (found[10:13, 30:60] == LEFT_BROW).all(), "the speck stays"
    assert (found[44:54, 30:70] == LEFT_BROW).all() and (found[40:44, 30:70] == SKIN).all()
