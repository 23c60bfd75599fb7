"""A whole retouch in the window, by mouse and keys, with the committed pack: open to export."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from pointer import drag
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from s2flow_app.app import Editor
from s2flow_app.labels import BACKGROUND, HAIR, RIGHT_EYE
from s2flow_app.settings import Settings
from s2flow_app.ui.dialogs import notices, unsaved

pytestmark = pytest.mark.pack
CONTROL = Qt.KeyboardModifier.ControlModifier
SIZE = (1400, 1100)


@pytest.fixture
def photo(astronaut: NDArray[np.uint8], tmp_path: Path) -> Path:
    """The portrait as a part of a larger photo."""
    picture = Image.new("RGB", SIZE, (90, 110, 140))
    picture.paste(Image.fromarray(astronaut).resize((1024, 1024)), (200, 50))
    path = tmp_path / "Porträt 1.png"
    picture.save(path)
    return path


@pytest.fixture
def editor(qapp, qtbot, pack_dir, tmp_path: Path, monkeypatch) -> Iterator[Editor]:
    monkeypatch.setattr(unsaved, "ask_about_unsaved", lambda *_: "discard")
    settings = Settings(last_folder=str(tmp_path), tour_seen=True)
    made = Editor(qapp, settings, tmp_path / "settings.json", device="cpu")
    qtbot.addWidget(made.window)
    made.start([])
    yield made
    made.document.edits.discard()
    made.close()


def _press(editor: Editor, key: Qt.Key, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(editor.window.canvas, key, modifiers)


def _applied(editor: Editor, qtbot) -> None:
    """Wait for the preview, then apply it with the key."""
    base = editor.document.edits.base
    qtbot.waitUntil(lambda: editor.document.edits.is_preview)
    _press(editor, Qt.Key.Key_Return, CONTROL)
    qtbot.waitUntil(lambda: editor.document.edits.base is not base)


def test_from_open_to_export(
    editor: Editor, qtbot, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, canvas, document = editor.window, editor.window.canvas, editor.document
    shown: list[str] = []
    monkeypatch.setattr(notices, "confirm_terms", lambda parent, terms: not shown.append(terms))

    # Open.
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a, **k: (str(photo), ""))
    _press(editor, Qt.Key.Key_O, CONTROL)
    qtbot.waitUntil(lambda: document.has_face)
    original = document.edits.base
    assert original is not None and "Porträt 1.png" in window.windowTitle()
    parsed = original.label_map.copy()

    # Keep an eye from any change, then paint hair above the head.
    rows, columns = np.nonzero(parsed == RIGHT_EYE)
    eye = (float(columns.mean()), float(rows.mean()))
    _press(editor, Qt.Key.Key_P)
    drag(canvas, canvas.to_widget(eye[0] - 12, eye[1]), canvas.to_widget(eye[0] + 12, eye[1]))
    assert document.labels.protected[round(eye[1]), round(eye[0])]
    _press(editor, Qt.Key.Key_H)
    _press(editor, Qt.Key.Key_B)
    canvas.set_brush_size(60)
    top = int(np.nonzero((parsed == HAIR).any(axis=1))[0][0])
    drag(canvas, *(canvas.to_widget(x, max(top - 12, 4)) for x in (180, 240, 300)))
    painted = document.labels.label_map.copy()
    assert ((painted == HAIR) & (parsed == BACKGROUND)).any()
    _applied(editor, qtbot)

    # A mouth by a ready-made shape, on top of the first result.
    window.docks.by_name["Shapes"].raise_()
    QTest.mouseClick(window.shapes_panel.presets["neutral_mouth"], Qt.MouseButton.LeftButton)
    assert not np.array_equal(document.labels.label_map, painted)
    _applied(editor, qtbot)

    # Style: the first slider, by its keys.
    window.docks.by_name["Style"].raise_()
    slider = next(iter(window.style_panel.sliders.values())).slider
    slider.setFocus()
    for _ in range(5):
        QTest.keyClick(slider, Qt.Key.Key_PageUp)
    _applied(editor, qtbot)
    last = document.edits.base
    assert last is not None and not np.array_equal(last.crop, original.crop)
    kept = np.s_[round(eye[1]), round(eye[0])]
    assert np.array_equal(last.crop[kept], original.crop[kept])

    # Back to the start, and all of it again.
    while window.actions_["undo"].isEnabled():
        _press(editor, Qt.Key.Key_Z, CONTROL)
    assert np.array_equal(document.labels.label_map, parsed)
    assert document.edits.base is not None and np.array_equal(
        document.edits.base.crop, original.crop
    )
    while window.actions_["redo"].isEnabled():
        _press(editor, Qt.Key.Key_Y, CONTROL)
    assert document.edits.base is not None and np.array_equal(document.edits.base.crop, last.crop)

    # Export.
    out = tmp_path / "out.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(out), ""))
    before = photo.read_bytes()
    _press(editor, Qt.Key.Key_E, CONTROL)
    qtbot.waitUntil(lambda: "Exported" in window.messages.text)
    assert shown and photo.read_bytes() == before
    source, result = np.asarray(Image.open(photo)), np.asarray(Image.open(out))
    assert result.shape == source.shape
    differs = (source != result).any(axis=2)
    assert 0.001 < differs.mean() < 0.5 and not differs[:40].any() and not differs[:, :150].any()
    assert b"compositeWithTrainedAlgorithmicMedia" in out.read_bytes()
