"""The smile slider of the style panel, through real key and mouse events, on a drawn face."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from titles import titles

from s2flow_app.document.document import Document
from s2flow_app.labels import BACKGROUND, HAIR, LOWER_LIP, MOUTH, SKIN, UPPER_LIP, flatten
from s2flow_app.model.face import FaceState, PreparedFace
from s2flow_app.model.operations import Fill
from s2flow_app.model.photo import Photo, PhotoId
from s2flow_app.ui.panels.smile import SmileSlider
from s2flow_app.ui.panels.style import StylePanel

LEFT = Qt.MouseButton.LeftButton
MOUTH_PARTS = (UPPER_LIP, MOUTH, LOWER_LIP)
PARTS = {UPPER_LIP: (206, 360, 100, 12), LOWER_LIP: (206, 372, 100, 16)}


def drawn_layers(*, with_mouth: bool = True) -> np.ndarray:
    layers = np.full((512, 512), 1 << BACKGROUND, dtype=np.uint32)
    layers[60:200, 100:412] = 1 << HAIR
    layers[150:450, 130:382] |= np.uint32(1 << SKIN)
    for class_id, (x, y, w, h) in PARTS.items() if with_mouth else ():
        layers[y : y + h, x : x + w] |= np.uint32(1 << class_id)
    return layers


def document_of(layers: np.ndarray) -> Document:
    crop = np.zeros((512, 512, 3), np.uint8)
    state = FaceState(
        np.zeros((12, 512), np.float32), flatten(layers), crop, np.zeros((512, 512), np.uint8)
    )
    document = Document()
    document.faces.open(Photo(PhotoId(), "drawn", crop), ())
    document.faces.set_face(np.zeros((5, 2), np.float32), PreparedFace(state, layers, crop, 20.0))
    return document


@pytest.fixture
def document(qapp) -> Document:
    return document_of(drawn_layers())


@pytest.fixture
def smile(qtbot, document: Document) -> Iterator[SmileSlider]:
    panel = StylePanel(document)
    qtbot.addWidget(panel)
    panel.show()
    yield panel.smile  # the panel lives as long as the test


def drag(qtbot, smile: SmileSlider, *percents: int) -> None:
    """With the handle held, so that the values come one by one."""
    slider = smile.slider.slider
    slider.setSliderDown(True)
    for percent in percents:
        slider.setValue(percent)
    slider.setSliderDown(False)


def corners_up_px(document: Document) -> float:
    """How much higher the mouth's corners are than its middle."""
    mouth = np.isin(document.labels.label_map, MOUTH_PARTS)
    columns = np.flatnonzero(mouth.any(0))
    rows = [np.flatnonzero(mouth[:, c]).mean() for c in (columns[2], 256, columns[-3])]
    return float(rows[1] - (rows[0] + rows[2]) / 2)


def test_a_drag_is_one_step_that_lifts_the_corners(
    qtbot, document: Document, smile: SmileSlider
) -> None:
    drag(qtbot, smile, 20, 60, 100)
    full = corners_up_px(document)
    assert full > 5 and titles(document) == ["Smile 100 %"]
    assert document.edits.pending() is not None and smile.slider.value == 100
    drag(qtbot, smile, 80, 40)
    assert 0 < corners_up_px(document) < full
    assert titles(document) == ["Smile 100 %", "Smile 40 %"]


def test_back_at_rest_the_mouth_is_as_it_was(qtbot, document: Document, smile: SmileSlider) -> None:
    drag(qtbot, smile, 100)
    drag(qtbot, smile, 50, 0)
    assert document.edits.base is not None and document.edits.pending() is None
    np.testing.assert_array_equal(document.labels.label_map, document.edits.base.label_map)


def test_a_drag_there_and_back_is_no_step(qtbot, document: Document, smile: SmileSlider) -> None:
    drag(qtbot, smile, 70, 0)
    assert titles(document) == [] and (document.labels.layers == drawn_layers()).all()


def test_undo_and_redo_move_the_slider(qtbot, document: Document, smile: SmileSlider) -> None:
    drag(qtbot, smile, 60)
    drag(qtbot, smile, 100)
    document.history.undo()
    assert smile.slider.value == 60
    document.history.undo()
    assert smile.slider.value == 0 and (document.labels.layers == drawn_layers()).all()
    document.history.redo()
    assert smile.slider.value == 60


def test_another_change_of_the_map_is_what_the_next_smile_starts_from(
    qtbot, document: Document, smile: SmileSlider
) -> None:
    drag(qtbot, smile, 60)
    smiling = document.labels.label_map.copy()
    document.labels.begin_stroke()
    document.labels.paint(HAIR, np.ones((62, 512), bool), 0, 450)
    document.labels.end_stroke(Fill(HAIR))
    assert smile.slider.value == 0
    drag(qtbot, smile, 50)
    assert (document.labels.label_map[450:] == HAIR).all()
    drag(qtbot, smile, 0)
    mouth = np.isin(smiling, MOUTH_PARTS)
    np.testing.assert_array_equal(document.labels.label_map[mouth], smiling[mouth])


def test_a_key_is_a_step_of_its_own(qtbot, document: Document, smile: SmileSlider) -> None:
    qtbot.mouseClick(smile.slider, LEFT, pos=QPoint(1, 1))
    smile.slider.slider.setFocus()
    qtbot.keyClick(smile.slider.slider, Qt.Key.Key_PageUp)
    qtbot.keyClick(smile.slider.slider, Qt.Key.Key_PageUp)
    assert smile.slider.value == 20 and not document.labels.in_stroke


def test_a_face_without_a_mouth_is_told_so(qtbot, qapp) -> None:
    document = document_of(drawn_layers(with_mouth=False))
    smile = SmileSlider(document)
    qtbot.addWidget(smile)
    with qtbot.waitSignal(smile.refused) as refused:
        drag(qtbot, smile, 80)
    assert "No mouth shows" in refused.args[0]
    assert titles(document) == [] and smile.slider.value == 0
