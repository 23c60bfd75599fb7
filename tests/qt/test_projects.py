"""Projects in the window: saved, opened, asked about; no photo is inverted again."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtWidgets import QMessageBox

from s2flow_app.app import Editor
from s2flow_app.labels import HAT
from s2flow_app.model.operations import Stroke
from s2flow_app.model.pack import PackId
from s2flow_app.project.claim import claim
from s2flow_app.project.project_file import ProjectReader
from s2flow_app.settings import Settings
from s2flow_app.ui.dialogs import unsaved
from s2flow_app.ui.dialogs.unsaved import Choice, choice_of, unsaved_box

SETTINGS = Settings(terms_shown="Only to be faked.", tour_seen=True)


class Answers:
    """What a scripted user answers to all that the keeper and the opener ask."""

    def __init__(self, save_as: Path | None = None) -> None:
        self.save_as = save_as
        self.photo: Path | None = None
        self.yes = True
        self.asked: list[str] = []

    def where_to_save(self, proposed: Path, inputs) -> Path | None:
        self.asked.append(f"where {proposed}")
        return self.save_as

    def may_lose(self) -> bool:
        self.asked.append("lose")
        return self.yes

    def may_replace_changed(self, path: Path) -> bool:
        self.asked.append("replace")
        return self.yes

    def open_copy(self, path: Path) -> bool:
        self.asked.append("copy")
        return self.yes

    def find_photo(self, name: str, path: str, *, is_changed: bool) -> Path | None:
        self.asked.append(f"find {name} {is_changed}")
        return self.photo


@pytest.fixture
def make_editor(
    qapp, qtbot, fake_session, monkeypatch, tmp_path
) -> Iterator[Callable[..., Editor]]:
    monkeypatch.setattr(unsaved, "ask_about_unsaved", lambda *_: "discard")
    made: list[Editor] = []

    def make(*files: Path, answers: Answers | None = None, settings: Settings = SETTINGS) -> Editor:
        editor = Editor(
            qapp, settings, tmp_path / "settings.json", make_session=lambda: fake_session
        )
        qtbot.addWidget(editor.window)
        if answers is not None:
            editor.window.project.work.keeper.asks = answers
        made.append(editor)
        editor.start(list(files))
        return editor

    yield make
    for editor in made:
        assert editor.window.close()
        assert editor.close()


@pytest.fixture
def photo(tmp_path: Path, fake_session) -> Path:
    path = tmp_path / "photo.png"
    Image.fromarray(fake_session.display).save(path)
    return path


@pytest.fixture
def answers(tmp_path: Path) -> Answers:
    return Answers(tmp_path / "work.s2flow")


@pytest.fixture
def edited(qtbot, make_editor, photo: Path, answers: Answers) -> Editor:
    """A photo with an edit that was applied and a stroke that was not."""
    editor = make_editor(photo, answers=answers)
    qtbot.waitUntil(lambda: editor.document.has_face)
    paint(editor, 100)
    editor.editing.apply()
    qtbot.waitUntil(lambda: bool(editor.document.faces.edited()))
    paint(editor, 300)
    return editor


def paint(editor: Editor, x: int) -> None:
    labels = editor.document.labels
    labels.begin_stroke()
    labels.paint(HAT, np.ones((20, 20), bool), x, 10)
    assert labels.end_stroke(Stroke("brush", HAT))


def save(qtbot, editor: Editor) -> Path:
    work = editor.window.project.work
    with qtbot.waitSignal(work.keeper.saved) as saved:
        editor.window.actions_["save"].trigger()
    return saved.args[0]


def is_open(editor: Editor, path: Path) -> Callable[[], bool]:
    return lambda: editor.window.project.work.keeper.path == path and editor.document.has_face


def texts(editor: Editor) -> str:
    return editor.window.messages.text


# --- saving and opening -----------------------------------------------------------------------


def test_a_project_is_saved_and_opened_in_another_window(
    qtbot, edited: Editor, make_editor, fake_session, photo: Path
) -> None:
    assert edited.window.windowTitle() == "photo.png* - S2-Flow Studio"
    assert edited.editing.is_unsaved
    path = save(qtbot, edited)
    assert edited.window.windowTitle() == "work.s2flow - S2-Flow Studio"
    assert not edited.editing.is_unsaved
    edited.project.close()  # lets go of it
    photo.unlink()  # the project holds it
    fake_session.calls.clear()
    other = make_editor(path)
    qtbot.waitUntil(is_open(other, path))
    assert "prepare_face" not in fake_session.names and "render" not in fake_session.names
    assert fake_session.photo.name == "photo.png"
    labels = (edited.document.labels, other.document.labels)
    np.testing.assert_array_equal(labels[0].layers, labels[1].layers)
    assert [s.operation for s in other.document.history.steps()] == [
        s.operation for s in edited.document.history.steps()
    ]
    assert other.window.windowTitle() == "work.s2flow - S2-Flow Studio"
    assert not other.editing.is_unsaved
    assert str(path) in other.window.settings.recent_files
    other.document.history.undo()
    other.document.history.undo()
    assert other.window.windowTitle() == "work.s2flow* - S2-Flow Studio"
    assert other.document.faces.edited() == ()
    other.document.history.redo()
    other.document.history.redo()
    assert other.window.windowTitle() == "work.s2flow - S2-Flow Studio"


def test_the_merged_picture_is_there_before_the_photo(
    qtbot, edited: Editor, make_editor, fake_session, make_gate
) -> None:
    path = save(qtbot, edited)
    edited.project.close()
    gate = fake_session.script["open_photo"] = make_gate()
    other = make_editor(path)
    qtbot.waitUntil(lambda: other.document.faces.incoming is not None)
    incoming = other.document.faces.incoming
    assert incoming.shape == fake_session.display.shape and not other.document.has_face
    qtbot.waitUntil(gate.entered.is_set)
    gate.open()
    qtbot.waitUntil(is_open(other, path))
    assert other.document.faces.incoming is None


def test_a_face_that_was_made_up_is_kept(qtbot, make_editor, answers: Answers) -> None:
    editor = make_editor(answers=answers)
    editor.editing.new_face(3)
    qtbot.waitUntil(lambda: editor.document.has_face)
    assert not editor.window.actions_["embed_photo"].isEnabled()
    path = save(qtbot, editor)
    editor.project.close()
    other = make_editor(path)
    qtbot.waitUntil(is_open(other, path))
    photo = other.document.faces.photo
    assert photo is not None and photo.name == "face 3" and photo.source is None
    with ProjectReader(path) as reader:
        assert reader.records["photo"]["made"] is True


def test_what_was_saved_before_its_face_was_prepared_prepares_it(
    qtbot, make_editor, fake_session, make_gate, photo: Path, answers: Answers
) -> None:
    gate = fake_session.script["prepare_face"] = make_gate()
    editor = make_editor(photo, answers=answers)
    qtbot.waitUntil(gate.entered.is_set)
    path = save(qtbot, editor)
    gate.open()
    editor.project.close()
    other = make_editor(path)
    qtbot.waitUntil(is_open(other, path))
    assert fake_session.names[-1] == "prepare_face"


def test_the_journal_of_an_opened_project_gets_the_photo_itself(
    qtbot, edited: Editor, make_editor, photo: Path
) -> None:
    path = save(qtbot, edited)
    edited.project.close()
    other = make_editor(path)
    qtbot.waitUntil(is_open(other, path))
    kept = other.window.project.work.keeper.photo
    assert kept is not None and not kept.is_made
    assert kept.get().data == photo.read_bytes()


def test_closing_while_it_is_saved_waits_for_that(
    qtbot, edited: Editor, answers: Answers, monkeypatch
) -> None:
    monkeypatch.setattr(unsaved, "ask_about_unsaved", lambda *_: "save")
    assert edited.window.project.work.keeper.save()
    assert edited.window.close()
    assert answers.save_as is not None and answers.save_as.exists()


def test_what_is_done_while_it_is_saved_is_not_taken_for_saved(qtbot, edited: Editor) -> None:
    save(qtbot, edited)
    paint(edited, 200)
    keeper = edited.window.project.work.keeper
    with qtbot.waitSignal(keeper.saved):
        assert keeper.save()
        paint(edited, 400)
    assert keeper.is_saved() is False and edited.editing.is_unsaved


def test_files_that_are_dropped_or_given_may_be_projects(
    qtbot, edited: Editor, make_editor, tmp_path: Path
) -> None:
    path = save(qtbot, edited)
    edited.project.close()
    renamed = tmp_path / "renamed.dat"
    shutil.copy(path, renamed)
    other = make_editor()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(renamed))])
    other.window._take_picture(data)
    qtbot.waitUntil(is_open(other, renamed))


def test_how_classes_are_shown_comes_back(qtbot, edited: Editor, make_editor) -> None:
    view = edited.document.layer_view
    view.set_locked(3, True)
    view.set_opacity(5, 0.25)
    view.set_solo(HAT)
    edited.window.actions_["view_photo"].setChecked(True)
    path = save(qtbot, edited)
    edited.project.close()
    other = make_editor(path)
    qtbot.waitUntil(is_open(other, path))
    found = other.document.layer_view
    assert found.is_locked(3) and found.opacity(5) == 0.25 and found.solo == HAT
    assert other.window.actions_["view_photo"].isChecked()


# --- links --------------------------------------------------------------------------------------


def linked(qtbot, editor: Editor) -> Path:
    editor.window.actions_["embed_photo"].trigger()
    assert editor.window.settings.embed_photo is False
    path = save(qtbot, editor)
    with ProjectReader(path) as reader:
        assert reader.records["photo"]["original"] is None
    editor.project.close()
    return path


def test_a_linked_photo_is_found_beside_the_project(
    qtbot, edited: Editor, make_editor, photo: Path, tmp_path: Path
) -> None:
    path = linked(qtbot, edited)
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    photo.rename(moved / photo.name)
    moved_project = path.rename(moved / path.name)
    other = make_editor(moved_project)
    qtbot.waitUntil(is_open(other, moved_project))
    source = other.document.faces.photo.source
    assert source is not None and source.path == (moved / photo.name).resolve()
    assert not other.window.project.work.keeper.embeds


def test_a_linked_photo_that_has_changed_is_asked_for(
    qtbot, edited: Editor, make_editor, photo: Path, tmp_path: Path
) -> None:
    path = linked(qtbot, edited)
    kept = tmp_path / "kept.png"
    shutil.copy(photo, kept)
    Image.new("RGB", (80, 60)).save(photo)
    answers = Answers()
    answers.photo = kept
    other = make_editor(path, answers=answers)
    qtbot.waitUntil(is_open(other, path))
    assert answers.asked == ["find photo.png True"]


def test_a_project_whose_photo_is_not_found_is_not_opened(
    qtbot, edited: Editor, make_editor, photo: Path
) -> None:
    path = linked(qtbot, edited)
    photo.unlink()
    answers = Answers()
    other = make_editor(path, answers=answers)
    qtbot.waitUntil(lambda: bool(answers.asked) and not other.project.is_busy)
    assert answers.asked == ["find photo.png False"]
    assert other.document.faces.photo is None and other.document.faces.incoming is None


# --- other windows, other programs, other packs ---------------------------------------------------


def test_a_project_that_another_window_has_is_opened_as_a_copy(
    qtbot, edited: Editor, make_editor, tmp_path: Path
) -> None:
    path = save(qtbot, edited)
    answers = Answers(tmp_path / "copy.s2flow")
    other = make_editor(path, answers=answers)
    qtbot.waitUntil(lambda: other.document.has_face)
    assert answers.asked == ["copy"] and other.window.project.work.keeper.path is None
    before = path.read_bytes()
    assert save(qtbot, other) == tmp_path / "copy.s2flow"
    assert path.read_bytes() == before
    answers.save_as = path
    other.window.actions_["save_as"].trigger()
    assert "open in another window" in texts(other)


def test_a_project_that_another_program_changed_is_not_replaced_unasked(
    qtbot, edited: Editor, answers: Answers
) -> None:
    path = save(qtbot, edited)
    path.write_bytes(b"from elsewhere")
    answers.yes = False
    paint(edited, 200)
    edited.window.actions_["save"].trigger()
    assert "replace" in answers.asked and path.read_bytes() == b"from elsewhere"


def test_a_project_of_another_pack_can_be_looked_at_and_exported(
    qtbot, edited: Editor, make_editor, fake_session, monkeypatch, tmp_path: Path
) -> None:
    path = save(qtbot, edited)
    edited.project.close()
    other_pack = PackId("other", "Other", "e" * 64)
    monkeypatch.setattr(type(fake_session), "pack_id", other_pack)
    other = make_editor(path, answers=Answers(tmp_path / "again.s2flow"))
    qtbot.waitUntil(is_open(other, path))
    assert "edited with the pack Fake" in texts(other)
    assert not other.window.actions_["apply"].isEnabled()
    assert not other.window.actions_["tune"].isEnabled()
    assert not other.window.edit_panel.apply.isEnabled()
    assert other.window.status.latency.text() == ""  # no preview is waited for
    fake_session.calls.clear()
    other.editing.apply()
    assert "another pack" in texts(other)
    paint(other, 400)
    other.editing.export(tmp_path / "out.jpg")
    qtbot.waitUntil(lambda: "export" in fake_session.names)
    assert fake_session.names == ["export"]
    other.window.actions_["save_as"].trigger()
    qtbot.waitUntil(lambda: not other.project.is_busy)
    with ProjectReader(tmp_path / "again.s2flow") as reader:
        assert reader.header.pack == replace(other_pack, name="fake", title="Fake", sha256="f" * 64)


def test_a_damaged_project_leaves_what_is_edited(
    qtbot, edited: Editor, answers: Answers, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.s2flow"
    bad.write_bytes(save(qtbot, edited).read_bytes()[:-100])
    paint(edited, 200)
    layers = edited.document.labels.layers.copy()
    edited.window.open_photo(bad)
    qtbot.waitUntil(lambda: "no project that can be opened" in texts(edited))
    np.testing.assert_array_equal(edited.document.labels.layers, layers)
    assert "lose" not in answers.asked


def test_a_photo_is_never_replaced_by_a_project(
    qtbot, edited: Editor, answers: Answers, photo: Path, tmp_path: Path
) -> None:
    before = photo.read_bytes()
    link = tmp_path / "link.s2flow"
    link.symlink_to(photo)
    answers.save_as = link
    edited.window.actions_["save"].trigger()
    assert "never overwritten" in texts(edited)
    assert photo.read_bytes() == before and edited.window.project.work.keeper.path is None


def test_a_folder_that_allows_no_writing_is_said(
    qtbot, edited: Editor, answers: Answers, tmp_path: Path
) -> None:
    answers.save_as = tmp_path / "none" / "work.s2flow"
    edited.window.actions_["save"].trigger()
    assert "There is no folder" in texts(edited)
    assert edited.editing.is_unsaved


# --- closing --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["save", "discard", "cancel", "export"])
def test_closing_offers_four_ways(name: Choice, qtbot) -> None:
    from PySide6.QtWidgets import QWidget

    parent = QWidget()
    qtbot.addWidget(parent)
    box = unsaved_box(parent, "photo.png", 2)
    assert box.text() == "photo.png has edits of 2 faces that are not saved."
    buttons = {choice: button for button in box.buttons() for choice in [_named(box, button)]}
    assert set(buttons) == {"save", "discard", "cancel", "export"}
    box.show()
    buttons[name].click()
    assert choice_of(box) == name


def _named(box: QMessageBox, button) -> str:
    kinds = QMessageBox.StandardButton
    if button.objectName() == "export":
        return "export"
    return {kinds.Save: "save", kinds.Discard: "discard", kinds.Cancel: "cancel"}[
        box.standardButton(button)
    ]


def test_closing_saves_if_that_is_wanted(qtbot, edited: Editor, answers, monkeypatch) -> None:
    asked = []
    edited.window.project.work.keeper.asks = answers

    def choose(_parent, name: str, faces: int) -> str:
        asked.append((name, faces))
        return "save"

    monkeypatch.setattr(unsaved, "ask_about_unsaved", choose)
    assert edited.window.close()
    assert asked == [("photo.png", 1)] and answers.save_as.exists()


def test_closing_exports_if_that_is_wanted(
    qtbot, edited: Editor, monkeypatch, tmp_path: Path
) -> None:
    edited.document.history.undo()  # all that is left is applied
    monkeypatch.setattr(unsaved, "ask_about_unsaved", lambda *_: "export")
    target = tmp_path / "out.png"
    monkeypatch.setattr(
        "s2flow_app.ui.main_window.ask_where_to_save", lambda *given, **named: target
    )
    assert edited.window.close()
    assert target.exists()


def test_a_save_that_fails_does_not_close(qtbot, edited: Editor, answers, monkeypatch) -> None:
    answers.save_as = answers.save_as / "no folder.s2flow"
    monkeypatch.setattr(unsaved, "ask_about_unsaved", lambda *_: "save")
    assert not edited.window.close()
    monkeypatch.setattr(unsaved, "ask_about_unsaved", lambda *_: "discard")


def test_another_photo_lets_go_of_the_project(
    qtbot, edited: Editor, photo: Path, user_dirs: Path
) -> None:
    path = save(qtbot, edited)
    data = edited.window.project.work.keeper._data
    assert data is not None and claim(path, data) is None
    edited.window.open_photo(photo)
    qtbot.waitUntil(lambda: edited.window.project.work.keeper.path is None)
    held = claim(path, data)
    assert held is not None
    held.release()
