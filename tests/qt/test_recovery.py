"""Work that outlives the window: journalled, offered at the next start, gone on with."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from journalled import digest
from PySide6.QtCore import Qt
from PySide6.QtGui import QSessionManager
from PySide6.QtWidgets import QMessageBox

from s2flow_app.app import JOURNALS, Editor
from s2flow_app.labels import HAT
from s2flow_app.project.journal import Safe
from s2flow_app.project.journal_store import read_journal
from s2flow_app.settings import Settings
from s2flow_app.ui.dialogs import unsaved
from s2flow_app.ui.dialogs.recovery import RecoveryDialog

LEFT = Qt.MouseButton.LeftButton


class Starts:
    """Starts editors on the fake session, one after the other: the last one is closed first."""

    def __init__(self, make: Callable[[], Editor], qtbot) -> None:
        self._make, self._qtbot = make, qtbot
        self._editor: Editor | None = None

    def __call__(self, photo: Path | None = None) -> Editor:
        self.close()
        self._editor = editor = self._make()
        self._qtbot.addWidget(editor.window)
        editor.start([] if photo is None else [photo])
        if photo is not None:
            self._qtbot.waitUntil(lambda: editor.document.has_face)
        return editor

    def close(self) -> None:
        editor, self._editor = self._editor, None
        if editor is not None:
            editor.close()


@pytest.fixture
def start(
    qapp, qtbot, fake_session, tmp_path: Path, user_dirs: Path, monkeypatch
) -> Iterator[Starts]:
    monkeypatch.setattr(unsaved, "ask_about_unsaved", lambda *_: "discard")

    def make() -> Editor:
        settings = Settings(tour_seen=True, last_folder=str(tmp_path))
        return Editor(qapp, settings, None, make_session=lambda: fake_session)

    starts = Starts(make, qtbot)
    yield starts
    starts.close()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    path.write_bytes(b"bytes that the fake session takes for a photo")
    return path


def _journals(user_dirs: Path) -> list[Path]:
    return sorted((user_dirs / "data" / "s2flow" / JOURNALS).glob("*"))


def _paint(qtbot, editor: Editor, y: int = 200) -> None:
    canvas = editor.window.canvas
    editor.window.layers.set_current_class(HAT)
    places = [canvas.to_widget(x, y).toPoint() for x in (200, 260, 300)]
    qtbot.mousePress(canvas, LEFT, pos=places[0])
    for place in places[1:]:
        qtbot.mouseMove(canvas, place)
    qtbot.mouseRelease(canvas, LEFT, pos=places[-1])


def _edit(qtbot, editor: Editor) -> str:
    """Two strokes with an applied edit between; what must come back."""
    _paint(qtbot, editor)
    base = editor.document.edits.base
    editor.window.edit_panel.apply.click()
    qtbot.waitUntil(lambda: editor.document.edits.base is not base)
    _paint(qtbot, editor, 300)
    return digest(editor.document.faces.sessions)


def _killed(start: Starts, editor: Editor, user_dirs: Path) -> None:
    """What the disk holds at this moment is what a killed process leaves."""
    assert editor.recovery is not None
    assert editor.recovery.journaling.flush(wait_s=60)
    (journal,) = _journals(user_dirs)
    left = user_dirs / "left"
    shutil.copytree(journal, left)
    editor.recovery.journaling.remove()
    assert editor.recovery.journaling.flush(wait_s=60)
    start.close()
    left.rename(journal.parent / "20260101-left")


def _offered(qtbot, editor: Editor) -> RecoveryDialog:
    recovery = editor.recovery
    assert recovery is not None
    qtbot.waitUntil(lambda: not recovery.is_looking)
    assert recovery.dialog is not None
    return recovery.dialog


def test_after_a_kill_the_work_is_offered_and_gone_on_with(
    qtbot, start, photo: Path, user_dirs: Path, fake_session
) -> None:
    first = start(photo)
    done = _edit(qtbot, first)
    _killed(start, first, user_dirs)
    photo.unlink()
    fake_session.calls.clear()
    editor = start()
    dialog = _offered(qtbot, editor)
    assert dialog.list.count() == 1
    text = dialog.list.item(0).text()
    assert text.startswith("photo.png\n") and text.endswith("3 steps, 1 face")
    dialog.recover.click()
    qtbot.waitUntil(lambda: editor.document.has_face)
    assert digest(editor.document.faces.sessions) == done
    assert editor.document.faces.name == "photo.png"
    assert editor.editing.is_unsaved and "photo.png*" in editor.window.windowTitle()
    assert "prepare_face" not in fake_session.names
    editor.window.actions_["undo"].trigger()
    _paint(qtbot, editor, 350)
    again = digest(editor.document.faces.sessions)
    _killed(start, editor, user_dirs)
    last = start()
    _offered(qtbot, last).recover.click()
    qtbot.waitUntil(lambda: last.document.has_face)
    assert digest(last.document.faces.sessions) == again


def test_later_offers_it_again_and_delete_removes_it(
    qtbot, start, photo: Path, user_dirs: Path, monkeypatch
) -> None:
    first = start(photo)
    _edit(qtbot, first)
    _killed(start, first, user_dirs)
    second = start()
    _offered(qtbot, second).later.click()
    third = start()
    answers = iter((QMessageBox.StandardButton.Cancel, QMessageBox.StandardButton.Yes))
    monkeypatch.setattr(QMessageBox, "question", lambda *_: next(answers))
    dialog = _offered(qtbot, third)
    dialog.delete.click()
    assert dialog.list.count() == 1
    dialog.delete.click()
    assert not dialog.isVisible() and not _journals(user_dirs)
    fourth = start()
    recovery = fourth.recovery
    assert recovery is not None
    qtbot.waitUntil(lambda: not recovery.is_looking)
    assert recovery.dialog is None


def test_a_damaged_journal_says_so_and_another_takes_its_place(
    qtbot, start, photo: Path, user_dirs: Path
) -> None:
    first = start(photo)
    _edit(qtbot, first)
    _killed(start, first, user_dirs)
    (journal,) = _journals(user_dirs)
    log = journal / "journal.db-wal"
    data = bytearray(log.read_bytes())
    data[-100] ^= 1
    log.write_bytes(data)
    editor = start()
    dialog = _offered(qtbot, editor)
    assert "the last steps may be missing" in dialog.list.item(0).text()
    dialog.recover.click()
    qtbot.waitUntil(lambda: editor.document.has_face)
    qtbot.waitUntil(lambda: journal not in _journals(user_dirs))
    assert len(_journals(user_dirs)) == 1


def test_closing_the_window_leaves_nothing_and_the_end_of_the_desktop_leaves_all(
    qtbot, start, photo: Path, user_dirs: Path, qapp
) -> None:
    class Manager:
        def setRestartHint(self, hint) -> None:
            assert hint == QSessionManager.RestartHint.RestartNever

    first = start(photo)
    done = _edit(qtbot, first)
    first._end_of_desktop(Manager())
    assert first.window.close()
    start.close()
    (kept,) = _journals(user_dirs)
    second = start()
    _offered(qtbot, second).recover.click()
    qtbot.waitUntil(lambda: second.document.has_face)
    assert digest(second.document.faces.sessions) == done
    assert _journals(user_dirs) == [kept]
    assert second.window.close()
    start.close()
    assert not _journals(user_dirs)


def test_steps_are_marked_until_they_are_on_the_disk(
    qtbot, start, photo: Path, monkeypatch
) -> None:
    editor = start(photo)
    assert editor.recovery is not None
    journaling, document = editor.recovery.journaling, editor.document
    assert journaling.flush(wait_s=60)
    held: list = []
    take = journaling._take
    journaling._told.disconnect()
    journaling._told.connect(held.append)
    _paint(qtbot, editor)
    assert document.history.tree is not None
    node = document.history.tree.current
    model = editor.window.history.model
    row = model.index(model.current_row)
    qtbot.waitUntil(lambda: bool(held))
    assert not model.is_safe(node)
    assert model.data(row, Qt.ItemDataRole.ToolTipRole) == "Not on the disk yet"
    marked = editor.window.history.list.grab().toImage()
    for told in held:
        assert isinstance(told, Safe)
        take(told)
    assert model.is_safe(node)
    assert editor.window.history.list.grab().toImage() != marked


def test_a_journal_that_somebody_removes_begins_anew(
    qtbot, start, photo: Path, user_dirs: Path
) -> None:
    editor = start(photo)
    _edit(qtbot, editor)
    recovery = editor.recovery
    assert recovery is not None and recovery.journaling.flush(wait_s=60)
    (removed,) = _journals(user_dirs)
    shutil.rmtree(removed)
    _paint(qtbot, editor, 350)
    done = digest(editor.document.faces.sessions)

    def is_there() -> bool:
        found = [path for path in _journals(user_dirs) if path != removed]
        return bool(found) and bool(read_journal(found[0]).content.records)

    qtbot.waitUntil(is_there)
    _killed(start, editor, user_dirs)
    last = start()
    _offered(qtbot, last).recover.click()
    qtbot.waitUntil(lambda: last.document.has_face)
    assert digest(last.document.faces.sessions) == done


def test_where_nothing_can_be_kept_it_is_said_once(
    qtbot, start, photo: Path, user_dirs: Path
) -> None:
    folder = user_dirs / "data" / "s2flow"
    folder.mkdir(parents=True)
    (folder / JOURNALS).write_text("no folder")
    editor = start(photo)
    messages = editor.window.messages
    qtbot.waitUntil(lambda: "cannot be kept for recovery" in messages.text)
    messages.hide()
    _edit(qtbot, editor)
    assert "recovery" not in messages.text
    assert [step.operation.kind for step in editor.document.history.steps()] == [
        "mask", "edit", "mask",
    ]  # fmt: skip
