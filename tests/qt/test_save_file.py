"""The name that is asked about is the name that is written; the chosen kind decides its ending."""

import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from s2flow_app.outputs import InputFile
from s2flow_app.ui.dialogs.save_file import (
    LABEL_MAP_KINDS,
    PHOTO_KINDS,
    ask_where_to_save,
    completed,
)

BY_NAME, JPEG, PNG, TIFF, WEBP = PHOTO_KINDS
YES, NO = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No


@pytest.mark.parametrize(
    ("name", "kind", "written"),
    [
        ("portrait", LABEL_MAP_KINDS[0], "portrait.png"),
        ("face.v2", LABEL_MAP_KINDS[0], "face.v2.png"),
        ("face.v2.png", LABEL_MAP_KINDS[0], "face.v2.png"),
        ("map.PNG", LABEL_MAP_KINDS[0], "map.PNG"),
        ("map.jpg", LABEL_MAP_KINDS[0], "map.png"),
        ("done", PNG, "done.png"),
        ("done.jpg", PNG, "done.png"),
        ("done.jpeg", JPEG, "done.jpeg"),
        ("done.TIFF", TIFF, "done.TIFF"),
        ("done.webp", JPEG, "done.jpg"),
        ("done", BY_NAME, "done.jpg"),
        ("done.png", BY_NAME, "done.png"),
        ("face.v2", BY_NAME, "face.v2.jpg"),
        ("2.5", WEBP, "2.5.webp"),
        (".hidden", PNG, ".hidden.png"),
        ("dots..", PNG, "dots...png"),
    ],
)
def test_the_chosen_kind_decides_the_ending(name, kind, written) -> None:
    assert completed(Path("/a") / name, kind) == Path("/a") / written


class Dialogs:
    """What a user types and answers, in order; what was asked."""

    def __init__(self, monkeypatch, names: list[tuple[str, str]], answers: list) -> None:
        self.questions: list[str] = []
        self.refusals: list[str] = []
        self.proposed: list[str] = []
        monkeypatch.setattr(QFileDialog, "getSaveFileName", self._name)
        monkeypatch.setattr(QMessageBox, "question", self._question)
        monkeypatch.setattr(QMessageBox, "warning", self._warning)
        self._names, self._answers = names, answers

    def _name(self, _parent, _title, proposed, _filters, _chosen, options) -> tuple[str, str]:
        assert options == QFileDialog.Option.DontConfirmOverwrite
        self.proposed.append(Path(proposed).name)
        return self._names.pop(0)

    def _question(self, _parent, _title, text, *_buttons):
        self.questions.append(text)
        return self._answers.pop(0)

    def _warning(self, _parent, _title, text) -> None:
        self.refusals.append(text)


@pytest.fixture
def parent(qtbot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def test_a_file_is_replaced_only_if_its_own_name_was_asked_about(
    parent, monkeypatch, tmp_path: Path
) -> None:
    (tmp_path / "done.png").write_bytes(b"old")
    names = [(str(tmp_path / "done"), PNG.filter), (str(tmp_path / "other"), PNG.filter)]
    dialogs = Dialogs(monkeypatch, names, [NO])
    path = ask_where_to_save(parent, "Export", tmp_path / "a.jpg", PHOTO_KINDS)
    assert path == tmp_path / "other.png"
    assert len(dialogs.questions) == 1 and "done.png" in dialogs.questions[0]
    assert dialogs.proposed == ["a.jpg", "done.png"]


def test_a_free_name_is_not_asked_about(parent, monkeypatch, tmp_path: Path) -> None:
    (tmp_path / "face").write_bytes(b"not the file that is written")
    dialogs = Dialogs(monkeypatch, [(str(tmp_path / "face"), "")], [])
    path = ask_where_to_save(parent, "Export", tmp_path / "a.png", LABEL_MAP_KINDS)
    assert path == tmp_path / "face.png" and dialogs.questions == []


@pytest.mark.parametrize("link", [None, os.symlink, os.link])
def test_the_open_photo_is_refused_by_any_name(parent, monkeypatch, tmp_path: Path, link) -> None:
    photo = tmp_path / "portrait.png"
    photo.write_bytes(b"a photo")
    name = photo
    if link is not None:
        name = tmp_path / "link.png"
        link(photo, name)
    names = [(str(name.with_suffix("")), ""), ("", "")]
    dialogs = Dialogs(monkeypatch, names, [])
    path = ask_where_to_save(
        parent, "Export", tmp_path / "a.png", LABEL_MAP_KINDS, inputs=[InputFile.at(photo)]
    )
    assert path is None and dialogs.questions == []
    assert len(dialogs.refusals) == 1 and name.name in dialogs.refusals[0]
    assert photo.read_bytes() == b"a photo"


def test_a_folder_that_is_gone_is_said_at_once(parent, monkeypatch, tmp_path: Path) -> None:
    dialogs = Dialogs(monkeypatch, [(str(tmp_path / "gone" / "a"), ""), ("", "")], [])
    assert ask_where_to_save(parent, "Export", tmp_path / "a", PHOTO_KINDS) is None
    assert "There is no folder" in dialogs.refusals[0]
