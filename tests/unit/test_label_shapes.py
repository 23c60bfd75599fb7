"""Scripted edits change a parsed face's map, and layers flatten to the map they came from."""

from pathlib import Path

import numpy as np
import pytest
from skimage.data import astronaut

from s2flow_app.engine.pack import load_pack
from s2flow_app.engine.parse import parse_face
from s2flow_app.label_shapes import SCRIPTED_EDITS, ScriptedEdit, fill_underneath
from s2flow_app.labels import LABEL_SIZE, NUM_CLASSES, LabelMap, flatten
from s2flow_app.paths import DEFAULT_PACK, models_dir


@pytest.fixture(scope="module")
def astronauts_map() -> LabelMap:
    pack: Path = models_dir() / DEFAULT_PACK
    return parse_face(load_pack(pack), astronaut()).label_map


@pytest.mark.parametrize("edit", SCRIPTED_EDITS, ids=lambda edit: edit.name)
def test_an_edit_is_deterministic_and_gives_known_classes(
    edit: ScriptedEdit, astronauts_map: LabelMap
) -> None:
    before = astronauts_map.copy()
    edited = edit.apply(astronauts_map)
    np.testing.assert_array_equal(astronauts_map, before)
    np.testing.assert_array_equal(edited, edit.apply(astronauts_map))
    assert edited.shape == (LABEL_SIZE, LABEL_SIZE) and edited.max() < NUM_CLASSES


def test_a_smile_changes_the_mouth(astronauts_map: LabelMap) -> None:
    smile = next(edit for edit in SCRIPTED_EDITS if edit.kind == "smile")
    assert (smile.apply(astronauts_map) != astronauts_map).sum() > 200


@pytest.mark.parametrize("edit", SCRIPTED_EDITS, ids=lambda edit: edit.name)
def test_a_map_without_a_face_is_left_as_it_is(edit: ScriptedEdit) -> None:
    empty = np.zeros((LABEL_SIZE, LABEL_SIZE), np.uint8)
    np.testing.assert_array_equal(edit.apply(empty), empty)


def test_layers_with_what_lies_underneath_still_show_the_map(astronauts_map: LabelMap) -> None:
    np.testing.assert_array_equal(flatten(fill_underneath(astronauts_map)), astronauts_map)
