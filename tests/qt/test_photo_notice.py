"""What the window says of how a photo was read, and which files it offers to open."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from s2flow_app.app import Editor
from s2flow_app.settings import Settings
from s2flow_app.ui.panels.message_bar import COLOURS


@pytest.fixture
def editor(qapp, qtbot, fake_session, tmp_path: Path) -> Iterator[Editor]:
    """An editor on a fake session, without a photo."""
    settings = Settings(tour_seen=True, last_folder=str(tmp_path))
    made = Editor(qapp, settings, tmp_path / "settings.json", make_session=lambda: fake_session)
    qtbot.addWidget(made.window)
    made.start([])
    yield made
    made.close()


def test_how_a_photo_was_read_is_said_in_passing(
    qtbot, editor: Editor, fake_session, monkeypatch, tmp_path
) -> None:
    opening = fake_session.open_photo

    def open_photo(*given, **named):
        opened = opening(*given, **named)
        fake_session.photo = replace(fake_session.photo, notice="It was developed.")
        return opened

    monkeypatch.setattr(fake_session, "open_photo", open_photo)
    asked = []
    photo = (str(tmp_path / "shot.dng"), "")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a, **k: asked.append(a[3]) or photo)
    editor.window.actions_["open"].trigger()
    messages = editor.window.messages
    qtbot.waitUntil(lambda: editor.document.has_face and not messages.isHidden())
    assert messages.label.text() == "It was developed."
    assert COLOURS["note"] in messages.styleSheet()
    assert {"*.heic", "*.avif", "*.dng", "*.jpg"} <= set(asked[0].partition("(")[2].split())
