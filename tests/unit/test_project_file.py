"""A document that was saved and opened is the same bit by bit, wherever it stood."""

import dataclasses
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from projects import PACK, RandomEditor, encoder, kept, layers_everywhere, saving_of

from s2flow_app.document.place import Recipe
from s2flow_app.model.edit import EditMeasures, Style
from s2flow_app.model.face import FaceState, Surroundings, Worn
from s2flow_app.project import original as original_module
from s2flow_app.project.content import Content, ProjectError, blobs_of
from s2flow_app.project.decode import Decoded, decoded
from s2flow_app.project.encode import STATE_ARRAYS
from s2flow_app.project.png import read_png
from s2flow_app.project.project_file import ProjectReader, looks_like_project
from s2flow_app.project.project_saver import ProjectSaver
from s2flow_app.ui.project.parts import parts_of

GOLDEN = Path(__file__).parent.parent / "golden"


def opened(path: Path) -> Decoded:
    with ProjectReader(path) as reader:
        return reader.document()


def kept_of(editor: RandomEditor) -> list:
    return kept(parts_of(editor.document, editor.original, is_made=False, embeds=True))


def saved(editor: RandomEditor, path: Path) -> ProjectSaver:
    own = encoder()
    saver = ProjectSaver(own)
    saver.save(saving_of(editor, own), path)
    return saver


@pytest.mark.parametrize("seed", range(4))
def test_what_is_opened_is_what_was_saved(seed: int, tmp_path: Path) -> None:
    editor, path = RandomEditor(seed, tmp_path / "a.png"), tmp_path / "a.s2flow"
    editor.steps(60)
    saved(editor, path)
    same = kept(opened(path).parts) == kept_of(editor)
    assert same  # the values themselves would be long to show


def test_going_on_with_what_was_opened_is_as_if_it_never_was_closed(tmp_path: Path) -> None:
    one, path = RandomEditor(7, tmp_path / "a.png", plain=True), tmp_path / "a.s2flow"
    one.steps(40)
    saver = saved(one, path)
    wanted = [layers_everywhere(s) for s in one.document.faces.sessions.values()]
    other = RandomEditor(7, tmp_path / "b.png", plain=True)
    other.reopen(opened(path))
    found = [layers_everywhere(s) for s in other.document.faces.sessions.values()]
    assert found == wanted
    tree = other.document.history.tree
    assert tree is not None
    for node in tree.nodes():
        one_tree = one.document.history.tree
        assert one_tree is not None
        there = next(n for n in one_tree.nodes() if n.id == node.id)
        one.document.history.visit(there)
        other.document.history.visit(node)
        one.render_wanted()
        other.render_wanted()
        for a, b in ((one.document.labels, other.document.labels),):
            np.testing.assert_array_equal(a.layers, b.layers)
            np.testing.assert_array_equal(a.label_map, b.label_map)
            np.testing.assert_array_equal(a.protected, b.protected)
            assert a.stacking == b.stacking
    assert saver.former is not None and saver.former.is_there()


def test_dropped_pictures_stay_dropped_and_are_rendered_again(tmp_path: Path) -> None:
    editor, path = RandomEditor(3, tmp_path / "a.png", plain=True), tmp_path / "a.s2flow"
    editor.steps(60)
    editor.document.history.set_limit(1)
    results = {
        node.place.result.id: node.place.result
        for session in editor.document.faces.sessions.values()
        for node in session.history.nodes()
    }
    dropped = {id for id, result in results.items() if result.state is None}
    assert dropped
    saved(editor, path)
    parts = opened(path).parts
    again = {
        node.place.result.id: node.place.result
        for session in parts.sessions.values()
        for node in session.history.nodes()
    }
    assert {id for id, result in again.items() if result.state is None} == dropped
    assert all(again[id].recipe is not None for id in dropped)


def test_saving_again_writes_what_is_new_and_copies_the_rest(tmp_path: Path) -> None:
    editor, path = RandomEditor(1, tmp_path / "a.png"), tmp_path / "a.s2flow"
    editor.steps(40)
    own = encoder()
    saver = ProjectSaver(own)
    saver.save(saving_of(editor, own), path)
    (tmp_path / "a.png").unlink()  # what was read when it was opened is enough
    editor.stroke()
    content = own.packed(saving_of(editor, own).drafts)
    assert set(content.blobs) == content.needed()
    with ProjectReader(path) as reader:
        before = set(blobs_of(reader.records))
    asked: list[str] = []

    class Counting(dict):
        def __getitem__(self, name: str) -> bytes:
            asked.append(name)
            return content.blobs[name]

    new = content.needed() - before
    own.packed = lambda drafts: Content(  # type: ignore[method-assign]
        type(own).packed(own, drafts).records, Counting()
    )
    saver.save(saving_of(editor, own), path)
    assert set(asked) == new
    same = kept(opened(path).parts) == kept_of(editor)
    assert same


def test_the_same_document_gives_the_same_bytes(tmp_path: Path) -> None:
    editor = RandomEditor(1, tmp_path / "a.png", plain=True)
    editor.steps(20)
    saved(editor, tmp_path / "a.s2flow")
    saved(editor, tmp_path / "b.s2flow")
    assert (tmp_path / "a.s2flow").read_bytes() == (tmp_path / "b.s2flow").read_bytes()


def test_nothing_of_a_state_or_an_edit_is_forgotten() -> None:
    """A new field must be kept, too: see `encode` and `decode`, and what old projects say of it."""
    names = {kind: {f.name for f in dataclasses.fields(kind)} for kind in (
        FaceState, Worn, Surroundings, Style, Recipe, EditMeasures
    )}  # fmt: skip
    assert names[FaceState] == {*STATE_ARRAYS, "worn", "around", "generator", "id"}
    assert names[Worn] == {"before", "after", "bare"}
    assert names[Surroundings] == {"picture", "label_map"}
    assert names[Style] == {
        "attributes", "variation_seed", "variation_strength", "reference_code",
        "reference_strength", "reference_name", "regions",
    }  # fmt: skip
    assert names[Recipe] == {
        "before", "packed_map", "style", "amount", "packed_protected", "feather_px",
    }  # fmt: skip
    assert names[EditMeasures] == {
        "mask_adherence", "mask_adherence_unedited", "outside_change", "painted", "nfe", "seconds",
        "seen",
    }  # fmt: skip


def test_other_programs_find_pictures_in_it(tmp_path: Path) -> None:
    from PIL import Image

    editor, path = RandomEditor(1, tmp_path / "a.png"), tmp_path / "a.s2flow"
    editor.steps(30)
    saved(editor, path)
    assert path.read_bytes()[30:58] == b"mimetypeapplication/x-s2flow"
    assert looks_like_project(path) and not looks_like_project(tmp_path / "a.png")
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.read("photo/original.png") == (tmp_path / "a.png").read_bytes()
        with archive.open("Thumbnails/thumbnail.png") as file, Image.open(file) as picture:
            assert max(picture.size) == 256
        with archive.open("merged.png") as file, Image.open(file) as picture:
            shown = np.asarray(picture)
        index = editor.document.faces.index
        with archive.open(f"layers/face-{index}.png") as file, Image.open(file) as picture:
            assert picture.mode == "P"
            np.testing.assert_array_equal(np.asarray(picture), editor.document.labels.label_map)
    assert (shown != editor.display).any() == bool(editor.document.faces.edited())


def test_a_project_that_another_program_packed_opens(tmp_path: Path) -> None:
    editor, path = RandomEditor(1, tmp_path / "a.png", plain=True), tmp_path / "a.s2flow"
    editor.steps(20)
    saved(editor, path)
    again = tmp_path / "b.s2flow"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as new:
        new.mkdir("blobs")
        for name in sorted(old.namelist(), reverse=True):
            new.writestr(name, old.read(name))
    same = kept(opened(again).parts) == kept_of(editor)
    assert same


def test_a_linked_photo_is_not_in_it(tmp_path: Path) -> None:
    editor, path = RandomEditor(1, tmp_path / "a.png", plain=True), tmp_path / "a.s2flow"
    own = encoder()
    ProjectSaver(own).save(saving_of(editor, own, embeds=False), path)
    found = opened(path)
    assert found.link == {
        "hash": editor.original.sha256, "path": str(tmp_path / "a.png"), "relative": "a.png",
    }  # fmt: skip
    assert found.parts.photo.data is None and not found.parts.embeds


def test_a_large_photo_that_has_changed_since_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(original_module, "HELD_BYTES", 10)
    editor, path = RandomEditor(1, tmp_path / "a.png", plain=True), tmp_path / "a.s2flow"
    saved(editor, path)
    before = path.read_bytes()
    (tmp_path / "a.png").write_bytes(b"something else")
    with pytest.raises(ProjectError, match="has changed since it was opened"):
        saved(editor, tmp_path / "b.s2flow")
    assert path.read_bytes() == before and not (tmp_path / "b.s2flow").exists()


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    editor = RandomEditor(1, tmp_path / "a.png", plain=True)
    with pytest.raises(ProjectError, match="cannot be saved: No such file"):
        saved(editor, tmp_path / "none" / "a.s2flow")


@pytest.mark.skipif("sys.platform == 'win32'", reason="no pipes in folders there")
def test_a_pipe_is_no_project(tmp_path: Path) -> None:
    pipe = tmp_path / "a.s2flow"
    os.mkfifo(pipe)
    assert not looks_like_project(pipe)
    with pytest.raises(ProjectError, match="no ordinary file"):
        ProjectReader(pipe)


def test_a_project_of_version_1_opens_for_ever() -> None:
    """Made by `tests/golden/make_project.py`, when version 1 was new."""
    with ProjectReader(GOLDEN / "project-1.s2flow") as reader:
        document, pack = reader.document(), reader.header.pack
        merged = reader.merged()
        thumbnail = reader.thumbnail()
        assert reader.header.program == "0.1.0"
    assert pack == PACK and merged.shape == (300, 300, 3) and thumbnail.shape == (256, 256, 3)
    parts = document.parts
    assert parts.photo.name == "project-1.png" and not parts.is_made and parts.embeds
    assert parts.photo.data is not None
    assert read_png(parts.photo.data, (300, 300, 3)).shape == (300, 300, 3)
    wanted = np.load(GOLDEN / "project-1.npz")
    assert sorted(parts.sessions) == wanted["faces"].tolist()
    for index, session in parts.sessions.items():
        np.testing.assert_array_equal(session.canvas.layers, wanted[f"layers_{index}"])
        np.testing.assert_array_equal(session.place.base.crop, wanted[f"crop_{index}"])
        nodes = list(session.history.nodes())
        operations = [n.operation.name if n.operation else "" for n in nodes]
        assert operations == wanted[f"operations_{index}"].tolist()
        assert len(layers_everywhere(session)) == len(nodes)


def test_content_is_the_same_without_a_file(tmp_path: Path) -> None:
    editor, own = RandomEditor(2, tmp_path / "a.png", plain=True), encoder()
    editor.steps(30)
    content = own.packed(saving_of(editor, own).drafts)
    whole = Content(content.records, {name: content.blobs[name] for name in content.needed()})
    same = kept(decoded(whole).parts) == kept_of(editor)
    assert same
