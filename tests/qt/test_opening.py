"""A photo is seen as soon as it is decoded; until its faces are found nothing is lost."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt

from s2flow_app.control.editing import Editing
from s2flow_app.document.document import Document
from s2flow_app.errors import PhotoError
from s2flow_app.ui.canvas import Canvas
from s2flow_app.worker.client import InferenceClient
from s2flow_app.worker.protocol import Answer, OpenPhoto, PhotoDecoded, PhotoOpened

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def client(qtbot, fake_session) -> Iterator[InferenceClient]:
    client = InferenceClient(lambda: fake_session)
    client.start()
    yield client
    client.close()


@pytest.fixture
def editing(client: InferenceClient) -> Editing:
    return Editing(Document(), client)


@pytest.fixture
def canvas(editing: Editing, qtbot) -> Canvas:
    canvas = Canvas(editing._document)
    qtbot.addWidget(canvas)
    canvas.resize(800, 600)
    canvas.show()
    return canvas


def middle(canvas: Canvas) -> int:
    return canvas.grab().toImage().pixelColor(canvas.rect().center()).red()


def test_the_decoded_photo_comes_before_the_one_answer(qtbot, client: InferenceClient) -> None:
    answers: list[Answer] = []
    client.answered.connect(answers.append)
    client.progressed.connect(answers.append)
    request = OpenPhoto(path=Path("a.png"))
    client.submit(request)
    qtbot.waitUntil(lambda: any(isinstance(a, PhotoOpened) for a in answers))
    decoded, opened = [answer for answer in answers if answer.request is request]
    assert isinstance(decoded, PhotoDecoded) and isinstance(opened, PhotoOpened)
    assert decoded.display is opened.photo.display and not decoded.display.flags.writeable


def test_the_photo_is_shown_while_its_faces_are_looked_for(
    qtbot, editing: Editing, canvas: Canvas, fake_session, make_gate
) -> None:
    gate = fake_session.script["faces"] = make_gate()
    editing.open_photo(Path("a.png"))
    qtbot.waitUntil(lambda: middle(canvas) == 100)
    document = editing._document
    assert canvas.view == "photo" and document.faces.photo is None
    canvas.zoom_in()
    zoom = canvas.zoom
    fake_session.script["prepare_face"] = prepare = make_gate()
    gate.open()
    qtbot.waitUntil(lambda: document.faces.photo is not None)
    assert canvas.zoom == zoom and middle(canvas) == 100, "nothing jumps when the faces are there"
    prepare.open()
    qtbot.waitUntil(lambda: document.has_face)
    assert canvas.view == "face"


def test_a_photo_that_fails_after_all_gives_way_to_the_old_one(
    qtbot, editing: Editing, canvas: Canvas, fake_session, make_gate
) -> None:
    document = editing._document
    editing.open_photo(Path("a.png"))
    qtbot.waitUntil(lambda: document.has_face)
    canvas.set_labels_visible(False)
    gate = make_gate()

    def fail(call) -> None:
        gate(call)
        raise PhotoError("No.", "Never.")

    fake_session.script["faces"] = fail
    editing.open_photo(Path("b.png"))
    qtbot.waitUntil(lambda: document.faces.incoming is not None)
    assert canvas.view == "photo" and middle(canvas) == 100
    before = document.labels.label_map.copy()
    qtbot.mousePress(canvas, LEFT, pos=canvas.rect().center())
    qtbot.mouseMove(canvas, canvas.rect().center() / 2)
    qtbot.mouseRelease(canvas, LEFT, pos=canvas.rect().center() / 2)
    assert np.array_equal(document.labels.label_map, before), "nobody paints on what is not seen"
    with qtbot.waitSignal(editing.failed):
        gate.open()
    assert canvas.view == "face" and middle(canvas) == 10 and document.faces.incoming is None
