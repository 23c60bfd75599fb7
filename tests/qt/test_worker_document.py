"""The document and the client wired as in the window: paint, preview, apply, undo."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from documents import go_to
from titles import titles

from s2flow_app.document.changes import Aspect, DocumentChange
from s2flow_app.document.document import Document
from s2flow_app.labels import HAT
from s2flow_app.model.operations import ApplyEdit, Stroke
from s2flow_app.worker.client import InferenceClient
from s2flow_app.worker.protocol import (
    Answer,
    EditReady,
    FaceReady,
    OpenPhoto,
    PhotoOpened,
    PrepareFace,
    PreviewEdit,
    PreviewReady,
    RenderEdit,
)

DAB = np.ones((20, 20), dtype=bool)


class Editor:
    """The least that a window does."""

    def __init__(self, client: InferenceClient) -> None:
        self.client, self.document = client, Document()
        self.refused = 0
        client.answered.connect(self.take)
        self.document.edits.previews_outdated.connect(client.drop_previews_before)
        self.document.changed.connect(self.take_change)

    def take(self, answer: Answer) -> None:
        taken = True
        match answer:
            case PhotoOpened():
                self.document.faces.open(answer.photo, answer.faces)
                self.client.submit(
                    PrepareFace(photo=self.document.faces.photo_id, points=answer.faces[0].points)
                )
            case FaceReady(request=PrepareFace(points=points)):
                self.document.faces.set_face(points, answer.prepared)
            case PreviewReady(request=PreviewEdit(edit=edit, revision=revision)):
                taken = self.document.edits.show_preview(edit, answer.crop, revision=revision)
            case EditReady(request=RenderEdit(edit=edit, revision=revision)):
                taken = self.document.edits.commit(
                    edit, answer.state, answer.measures, ApplyEdit(), revision=revision
                )
        self.refused += not taken

    def take_change(self, change: DocumentChange) -> None:
        if change.has(Aspect.EDIT):
            self.ask_for_a_preview()

    def ask_for_a_preview(self) -> None:
        edit = self.document.edits.pending()
        if edit is not None:
            photo, revision = self.document.faces.photo_id, self.document.edits.revision
            self.client.submit(PreviewEdit(photo=photo, edit=edit, revision=revision))

    def apply(self) -> None:
        edit = self.document.edits.pending()
        assert edit is not None
        photo, revision = self.document.faces.photo_id, self.document.edits.revision
        self.client.submit(RenderEdit(photo=photo, edit=edit, revision=revision))


@pytest.fixture
def editor(qtbot, fake_session) -> Iterator[Editor]:
    client = InferenceClient(lambda: fake_session)
    editor = Editor(client)
    client.start()
    client.submit(OpenPhoto(path=Path("a.png")))
    qtbot.waitUntil(lambda: editor.document.has_face)
    yield editor
    client.close()


def shade_of(document: Document) -> int:
    assert document.edits.result_crop is not None
    return int(document.edits.result_crop[0, 0, 0])


def test_stroke_is_previewed_while_the_pen_is_down(editor, qtbot, fake_session, make_gate) -> None:
    gate = fake_session.script["preview"] = make_gate()
    document = editor.document
    document.labels.begin_stroke()
    for x in range(0, 400, 4):
        document.labels.paint(HAT, DAB, x, 100)
        if x == 40:
            qtbot.waitUntil(gate.entered.is_set)
    gate.open()
    qtbot.waitUntil(lambda: fake_session.names.count("preview") == 2)
    assert document.labels.in_stroke
    qtbot.waitUntil(lambda: document.edits.is_preview)
    assert np.array_equal(fake_session.calls[-1].argument.label_map, document.labels.label_map)


def test_preview_on_its_way_when_the_stroke_is_undone_is_never_shown(
    editor, qtbot, fake_session, make_gate
) -> None:
    gate = fake_session.script["preview"] = make_gate()
    document = editor.document
    document.labels.begin_stroke()
    document.labels.paint(HAT, DAB, 0, 0)
    document.labels.end_stroke(Stroke("brush", HAT))
    qtbot.waitUntil(gate.entered.is_set)
    document.history.undo()
    gate.open()
    qtbot.wait(60)
    assert not document.edits.is_preview and shade_of(document) == 10 and editor.refused == 0


def test_edits_in_sequence_undo_and_go_on(editor, qtbot) -> None:
    document = editor.document
    for number in (1, 2):
        document.labels.begin_stroke()
        document.labels.paint(HAT, DAB, 0, 40 * number)
        document.labels.end_stroke(Stroke("brush", HAT))
        editor.apply()
        qtbot.waitUntil(lambda n=number: shade_of(document) == 10 + 10 * n)
    go_to(document, 2)
    assert shade_of(document) == 20 and document.edits.pending() is None
    document.history.undo()
    qtbot.waitUntil(lambda: document.edits.is_preview)
    editor.apply()
    qtbot.waitUntil(lambda: shade_of(document) == 20)
    assert titles(document) == ["Hat: brush", "Apply"]
