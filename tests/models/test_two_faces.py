"""Two faces in one photo with the committed pack: each edited, tuned, gone back, both exported."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from documents import go_to
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from s2flow_app.app import Editor
from s2flow_app.document.document import Document
from s2flow_app.settings import Settings
from s2flow_app.ui.dialogs import notices, unsaved

pytestmark = pytest.mark.pack
CONTROL = Qt.KeyboardModifier.ControlModifier
SIZE = (1500, 640)
PLACES = ((40, 60), (760, 90))
SIDES = (560, 512)


@pytest.fixture
def photo(astronaut: NDArray[np.uint8], tmp_path: Path) -> Path:
    """The portrait twice, the right one smaller and mirrored."""
    picture = Image.new("RGB", SIZE, (90, 110, 140))
    for k, (at, side) in enumerate(zip(PLACES, SIDES, strict=True)):
        pixels = astronaut[:, ::-1] if k else astronaut
        picture.paste(Image.fromarray(np.ascontiguousarray(pixels)).resize((side, side)), at)
    path = tmp_path / "two.png"
    picture.save(path)
    return path


@pytest.fixture
def editor(qapp, qtbot, pack_dir, tmp_path: Path, monkeypatch) -> Iterator[Editor]:
    monkeypatch.setattr(unsaved, "ask_about_unsaved", lambda *_: "discard")
    monkeypatch.setattr(notices, "confirm_terms", lambda parent, terms: True)
    settings = Settings(last_folder=str(tmp_path), tour_seen=True, tune_seconds=6.0)
    made = Editor(qapp, settings, tmp_path / "settings.json", device="cpu")
    qtbot.addWidget(made.window)
    made.start([])
    yield made
    made.close()


def _applied(qtbot, editor: Editor, preset: str) -> None:
    base = editor.document.edits.base
    QTest.mouseClick(editor.window.shapes_panel.presets[preset], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: editor.document.edits.is_preview)
    QTest.keyClick(editor.window.canvas, Qt.Key.Key_Return, CONTROL)
    qtbot.waitUntil(lambda: editor.document.edits.base is not base)


def _crop(editor: Editor) -> NDArray[np.uint8]:
    assert editor.document.edits.base is not None
    return editor.document.edits.base.crop


def _likeness_db(document: Document) -> float:
    assert document.faces.start is not None
    return document.faces.start.inversion_psnr_db


def test_two_portraits_from_open_to_export(
    editor: Editor, qtbot, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, document = editor.window, editor.document
    editor.editing.open_photo(photo)
    qtbot.waitUntil(lambda: document.has_face)
    assert len(document.faces.boxes) == 2
    assert all(face.landmarks.shape == (478, 2) for face in document.faces.boxes)
    for face in document.faces.boxes:  # the five points are among what the finder saw
        gaps = np.linalg.norm(face.landmarks[:, None] - face.points[None, 2:], axis=2).min(0)
        assert gaps.max() < 0.1 * np.linalg.norm(face.points[1] - face.points[0])
    window.docks.by_name["Shapes"].raise_()

    # The larger face: two edits.
    _applied(qtbot, editor, "fuller_hair")
    _applied(qtbot, editor, "smile")
    first, crop = document.edits.base, _crop(editor)

    # The other one: tuned, which is a step; edited; the tuning undone and done again.
    window.actions_["next_face"].trigger()
    qtbot.waitUntil(lambda: document.faces.index == 1)
    before_db = _likeness_db(document)
    window.actions_["tune"].trigger()
    qtbot.waitUntil(lambda: bool(document.history.steps()))
    tuned_db = _likeness_db(document)
    assert before_db is not None and tuned_db is not None and tuned_db > before_db + 1
    _applied(qtbot, editor, "longer_hair")
    second = document.edits.base
    go_to(document, 0)
    assert _likeness_db(document) == before_db
    _applied(qtbot, editor, "longer_hair")
    untuned = document.edits.base
    assert untuned is not None and second is not None
    assert untuned.generator != second.generator, "untuned it is drawn by another"
    timeline = document.history.tree
    assert timeline is not None and len(timeline.root.children) == 2
    document.history.visit(next(n for n in timeline.nodes() if n.place.result.state is second))
    assert document.edits.base is second

    # Back on the first: all as it was. Without memory its pictures are rendered again, the same.
    window.actions_["next_face"].trigger()
    assert document.faces.index == 0 and document.edits.base is first
    go_to(document, 0)
    document.history.set_limit(0)
    go_to(document, 4)
    qtbot.waitUntil(lambda: all(s.done for s in document.history.steps()))
    again = document.edits.base
    assert again is not None and again is not first
    apart = np.abs(again.crop.astype(int) - crop)
    assert apart.max() <= 2, "rendered again from its recipe"

    # Both go back into the photo.
    out = tmp_path / "out.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(out), ""))
    QTest.keyClick(window.canvas, Qt.Key.Key_E, CONTROL)
    qtbot.waitUntil(lambda: "Exported" in window.messages.text)
    source, result = np.asarray(Image.open(photo)), np.asarray(Image.open(out))
    differs = (source != result).any(axis=2)
    for (left, top), side in zip(PLACES, SIDES, strict=True):
        assert differs[top : top + side, left : left + side].mean() > 0.005
    quads = np.stack([face.quad for face in document.faces.boxes])
    columns = np.zeros(SIZE[0], bool)
    for low, high in zip(quads[..., 0].min(1), quads[..., 0].max(1), strict=True):
        columns[max(int(low) - 2, 0) : int(high) + 3] = True
    assert not differs[:, ~columns].any() and not differs[-8:].any()
