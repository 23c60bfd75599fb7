"""A whole session in the window on a pack of foreign checkpoints: no encoder, so the photo is
inverted by optimisation, which is shown, stopped, gone on with after a restart; then edited."""

import json
import pickle
from collections.abc import Iterator
from pathlib import Path

import foreign_files as foreign
import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from tiny_pack import tiny_pack

from s2flow_app.app import Editor
from s2flow_app.cli.main import run
from s2flow_app.engine import project
from s2flow_app.labels import HAT
from s2flow_app.paths import DEFAULT_PACK, user_data_dir
from s2flow_app.settings import Settings
from s2flow_app.ui.dialogs import notices, unsaved
from s2flow_app.ui.dialogs.gallery import GalleryDialog

LEFT = Qt.MouseButton.LeftButton
SEARCHING = "Searching for the face's latents"


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Foreign files, imported by the command: generator, flow, condition, parser, latents."""
    monkeypatch.setenv("S2FLOW_MODELS", str(tmp_path / "models"))
    tiny_pack(tmp_path / "models" / DEFAULT_PACK)
    files = tmp_path / "files"
    files.mkdir()
    foreign.write_ada(files / "ffhq.pkl", foreign.ada_object(foreign.small_generator()))
    torch.save(foreign.s2flow_checkpoint(*foreign.small_s2flow()), files / "last_checkpoint.pt")
    (files / "config.txt").write_text(json.dumps(foreign.s2flow_config()))
    torch.save({"state_dict": foreign.small_deeplab().state_dict()}, files / "deeplab_model.pth")
    latents = np.random.default_rng(0).normal(size=(9, foreign.NUM_WS, foreign.DIM))
    (files / "all_latents.pickle").write_bytes(pickle.dumps({"Latent": latents.astype("f4")}))
    assert run(["import", *map(str, sorted(files.iterdir())), "--name", "theirs"]) == 0
    monkeypatch.setattr(project.Projection.__init__, "__kwdefaults__", {"steps": 40})
    monkeypatch.setattr(unsaved, "ask_about_unsaved", lambda *_: "discard")
    monkeypatch.setattr(notices, "confirm_terms", lambda parent, terms: True)
    return "theirs"


@pytest.fixture
def started(pack: str, qapp, qtbot, tmp_path: Path, astronaut_path: Path) -> Iterator:
    """Starts the program on the photo; ends it at the test's end, or when called again."""
    editors: list[Editor] = []

    def end() -> None:
        for editor in editors:
            editor.document.edits.discard()
            editor.close()
        editors.clear()

    def start(photo: Path | None = astronaut_path) -> Editor:
        end()
        settings = Settings(pack=pack, last_folder=str(tmp_path))
        editor = Editor(qapp, settings, tmp_path / "settings.json")
        editors.append(editor)
        qtbot.addWidget(editor.window)
        editor.start([photo] if photo else [])
        qtbot.waitUntil(lambda: not editor.editing.is_busy)
        return editor

    yield start
    end()


def _align(editor: Editor) -> None:
    """As by hand: the tiny landmark net finds nobody."""
    editor.window.actions_["align"].trigger()
    editor.window.actions_["align"].trigger()


def _watched(editor: Editor) -> list[float]:
    """How far the search is, each time that the window is told."""
    shares: list[float] = []
    editor.editing.progressed.connect(
        lambda stage, share: shares.append(share) if stage == SEARCHING else None
    )
    return shares


def test_a_photo_is_inverted_stopped_gone_on_with_and_edited(
    started, qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = started()
    window, shares = editor.window, _watched(editor)
    _align(editor)
    qtbot.waitUntil(lambda: max(shares, default=0) > 0.1)
    assert window.status.progress.isVisible() and window.status.progress.value() > 0
    assert window.status.stage.text() == SEARCHING
    qtbot.mouseClick(window.status.cancel, LEFT)
    qtbot.waitUntil(lambda: not editor.editing.is_busy)
    assert not editor.document.has_face and "Stopped." in window.messages.text
    reached = max(shares)
    assert reached < 0.8 and len(list((user_data_dir() / "inversions").iterdir())) == 1

    editor = started()
    window, shares = editor.window, _watched(editor)
    _align(editor)
    qtbot.waitUntil(lambda: editor.document.has_face)
    begun = [share for share in shares if share > 0]
    assert begun[0] >= reached, "it went on where it was stopped before the restart"

    document, canvas = editor.document, window.canvas
    window.layers.set_current_class(HAT)
    places = [canvas.to_widget(x, 150).toPoint() for x in (150, 250, 350)]
    qtbot.mousePress(canvas, LEFT, pos=places[0])
    for place in places[1:]:
        qtbot.mouseMove(canvas, place)
    qtbot.mouseRelease(canvas, LEFT, pos=places[-1])
    qtbot.waitUntil(lambda: document.edits.is_preview)
    first = document.edits.base
    window.edit_panel.apply.click()
    qtbot.waitUntil(lambda: document.edits.base is not first)
    edited = document.edits.base
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: document.edits.base is first)
    qtbot.keyClick(window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert document.edits.base is edited
    out = tmp_path / "out.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a: (str(out), ""))
    window.actions_["export"].trigger()
    qtbot.waitUntil(lambda: "Exported" in window.messages.text)
    assert out.stat().st_size > 10_000


def test_a_face_of_the_gallery_is_a_start(started, qtbot) -> None:
    editor = started(None)
    window = editor.window
    assert window.actions_["gallery"].isEnabled()
    window.actions_["gallery"].trigger()
    dialog = next(w for w in window.findChildren(GalleryDialog))
    assert dialog.list.count() == 9
    qtbot.waitUntil(lambda: len(dialog._pictures) == 9)
    place = dialog.list.visualItemRect(dialog.list.item(4)).center()
    qtbot.mouseClick(dialog.list.viewport(), LEFT, pos=place)
    qtbot.mouseClick(dialog.start, LEFT)
    qtbot.waitUntil(lambda: editor.document.has_face)
    assert editor.document.faces.name == "Gallery 4"
    assert editor.document.edits.base is not None and editor.document.edits.base.ws.shape == (8, 16)
