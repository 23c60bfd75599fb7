"""What a session does with the photo and the faces of a project: no face is looked for, none is
inverted or tuned again."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tiny_pack import tiny_pack

from s2flow_app.engine.photo_session import FFHQ_POINTS
from s2flow_app.engine.session import Session
from s2flow_app.generator_folder import GeneratorFolder
from s2flow_app.labels import HAIR, SKIN
from s2flow_app.model.edit import Edit, Style
from s2flow_app.model.face import EditedFace, FaceBox, FaceState
from s2flow_app.outputs import InputFile
from s2flow_app.project.content import SHA256, sha256_of
from s2flow_app.project.decode_values import generator_name

POINTS = (FFHQ_POINTS * 300 + (60, 40)).astype(np.float32)


@dataclass(frozen=True)
class Known:
    name: str
    faces: tuple[FaceBox, ...]
    source: InputFile | None


@pytest.fixture(scope="module")
def pack_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pack")
    tiny_pack(folder)
    return folder


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    small = Image.fromarray(np.random.default_rng(1).integers(0, 255, (8, 18, 3), np.uint8))
    path = tmp_path / "a photo.png"
    small.resize((900, 400)).save(path)
    return path


def asked(state: FaceState) -> Edit:
    label_map = state.label_map.copy()
    box = label_map[200:300, 200:300]
    box[:] = np.where(box == HAIR, SKIN, HAIR)
    return Edit(state, label_map, Style(variation_seed=3, variation_strength=0.8))


def test_a_tuned_face_goes_on_in_another_session_without_tuning(
    pack_folder: Path, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = GeneratorFolder()
    session = Session.load(pack_folder, device="cpu", generators=folder)
    session.open_photo(photo)
    prepared = session.prepare_face(POINTS)
    tuned = session.tune(prepared.state, seconds=0.5).state
    draft = session.preview(asked(tuned))
    edited, measures = session.render(asked(tuned))
    session.export([EditedFace(tuned, edited)], tmp_path / "before.png")

    weights = folder.read(tuned.generator)
    name = generator_name({SHA256: sha256_of(weights)})
    other_folder = GeneratorFolder()
    other_folder.put(name, weights)
    other = Session.load(pack_folder, device="cpu", generators=other_folder)
    monkeypatch.setattr(other, "_finder", None)  # nobody looks for faces
    monkeypatch.setattr(other, "_inverter", None)
    kept = Known("As it was called.png", (FaceBox(POINTS, tuned.quad, 0.5),), None)
    display, faces = other.open_photo(photo, known=kept)
    assert faces == kept.faces and display.shape == (400, 900, 3)
    assert other.photo is not None and other.photo.name == kept.name and other.source is None
    again = replace(tuned, generator=name)
    np.testing.assert_array_equal(other.preview(asked(again)), draft)
    state, found = other.render(asked(again))
    np.testing.assert_array_equal(state.crop, edited.crop)
    assert found.mask_adherence == measures.mask_adherence
    other.export([EditedFace(again, state)], tmp_path / "after.png")
    before, after = (Image.open(tmp_path / f"{n}.png") for n in ("before", "after"))
    np.testing.assert_array_equal(np.asarray(before), np.asarray(after))


def test_packs_are_one_if_their_networks_are(pack_folder: Path, tmp_path: Path) -> None:
    import json
    import shutil

    first = Session.load(pack_folder, device="cpu").pack_id
    copy = tmp_path / "renamed"
    shutil.copytree(pack_folder, copy)
    manifest = json.loads((copy / "pack.json").read_text())
    manifest["title"] = "Another title"
    (copy / "pack.json").write_text(json.dumps(manifest))
    second = Session.load(copy, device="cpu").pack_id
    assert first.sha256 == second.sha256 and second.title == "Another title"
    assert second.name == "renamed" and len(first.sha256) == 64
