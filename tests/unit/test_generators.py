"""Generators of faces are found under their names, also when memory or the session has gone."""

import copy
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from tiny_pack import tiny_pack

from s2flow_app.engine.generators import GeneratorFolder, Generators
from s2flow_app.engine.photo_session import FFHQ_POINTS
from s2flow_app.engine.session import Session
from s2flow_app.errors import UserError
from s2flow_app.labels import HAIR, SKIN
from s2flow_app.model.edit import Edit, Style
from s2flow_app.model.face import EditedFace
from s2flow_app.nets.stylegan2 import Generator

POINTS = (FFHQ_POINTS * 300 + (60, 40)).astype(np.float32)


@pytest.fixture
def own() -> Generator:
    torch.manual_seed(2)
    return Generator(w_dim=16, channels=(16, 16, 16), z_dim=16).eval().requires_grad_(False)


def _bent(own: Generator, by: float) -> Generator:
    found = copy.deepcopy(own)
    for weight in found.synthesis.parameters():
        weight.add_(by)
    return found


def _drawn(generator: Generator) -> torch.Tensor:
    ws = torch.ones(1, generator.synthesis.num_ws, 16)
    return generator.synthesis(ws, noise_mode="const")


def test_a_generator_is_read_back_as_it_was(own: Generator) -> None:
    folder = GeneratorFolder()
    first = Generators(own, folder, held_bytes=0)
    assert first.keep(own) == "" and first.get("") is own
    bent = [_bent(own, by) for by in (0.1, 0.2)]
    names = [first.keep(each) for each in bent]
    assert len(set(names)) == 2
    assert first.get(names[1]) is bent[1], "the newest is in memory"
    found = first.get(names[0])
    assert found is not bent[0] and torch.equal(_drawn(found), _drawn(bent[0]))
    after_a_hang = Generators(own, folder)
    assert torch.equal(_drawn(after_a_hang.get(names[1])), _drawn(bent[1]))
    assert not any(p.requires_grad for p in found.parameters())


def test_a_likeness_is_read_back_too(own: Generator) -> None:
    kept, tuned = Generators(own, held_bytes=0), _bent(own, 0.1)
    tuned.likeness = torch.randn(1, 16, 4, 4)
    name = kept.keep(tuned)
    kept.keep(_bent(own, 0.2))
    found = kept.get(name)
    assert found is not tuned and found.likeness is not None
    assert torch.equal(found.likeness, tuned.likeness) and own.likeness is None


def test_only_what_differs_is_written_and_memory_is_bounded(own: Generator) -> None:
    folder = GeneratorFolder()
    size = sum(t.nbytes for t in own.state_dict().values())
    kept = Generators(own, folder, held_bytes=2 * size)
    for by in (0.1, 0.2, 0.3, 0.4):
        kept.keep(_bent(own, by))
        assert kept.bytes_in_memory <= 2 * size
    mapping = sum(t.nbytes for t in own.mapping.state_dict().values())
    files = list(folder.path.iterdir())
    assert len(files) == 4 and all(f.stat().st_size < size - 0.9 * mapping for f in files)
    names = [file.stem for file in files]
    kept.forget()
    assert not kept.bytes_in_memory and len(list(folder.path.iterdir())) == 4
    folder.keep_only(names[1:2])
    assert [file.stem for file in folder.path.iterdir()] == names[1:2]


def test_generators_of_a_folder_of_their_own_go_with_the_photo(own: Generator) -> None:
    kept = Generators(own, held_bytes=0)
    name = kept.keep(_bent(own, 0.1))
    kept.keep(_bent(own, 0.2))
    kept.forget()
    with pytest.raises(UserError, match="gone"):
        kept.get(name)


def test_a_generator_of_another_pack_is_refused(own: Generator) -> None:
    folder = GeneratorFolder()
    other = Generator(w_dim=16, channels=(8, 8, 8), z_dim=16).eval().requires_grad_(False)
    name = Generators(own, folder).keep(other)
    with pytest.raises(UserError, match="none of this pack"):
        Generators(own, folder).get(name)


def test_a_generator_that_is_gone_is_said(own: Generator) -> None:
    kept = Generators(own, held_bytes=0)
    with pytest.raises(UserError, match="gone"):
        kept.get("none")


def test_the_folder_goes_with_its_last_owner(own: Generator) -> None:
    folder = GeneratorFolder()
    path, kept = folder.path, Generators(own, folder)
    assert path.stat().st_mode & 0o077 == 0, "it holds a likeness: only for its user"
    del folder
    kept.keep(_bent(own, 0.1))
    del kept
    assert not path.exists()


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


def _asked(face) -> Edit:
    asked = face.state.label_map.copy()
    box = asked[200:300, 200:300]
    box[:] = np.where(box == HAIR, SKIN, HAIR)
    # A style: what of an edit is seen through the generator.
    return Edit(face.state, asked, Style(variation_seed=3, variation_strength=0.8))


def test_states_of_before_and_after_a_tuning_are_edited_in_any_order(
    pack_folder: Path, photo: Path
) -> None:
    folder = GeneratorFolder()
    session = Session.load(pack_folder, device="cpu", generators=folder)
    session.open_photo(photo)
    face = session.prepare_face(POINTS)
    before = session.preview(_asked(face))
    tuned = session.tune(face.state, seconds=1.0)
    assert tuned.state.generator != face.state.generator
    after = session.preview(_asked(tuned))
    assert (before != after).any()
    np.testing.assert_array_equal(session.preview(_asked(face)), before)
    np.testing.assert_array_equal(session.preview(_asked(tuned)), after)
    state = session.render(_asked(tuned))[0]
    assert state.generator == tuned.state.generator
    other = Session.load(pack_folder, device="cpu", generators=folder)
    other.open_photo(photo)  # as after a hang: only the photo is opened again
    np.testing.assert_array_equal(other.preview(_asked(tuned)), after)
    session.open_photo(photo)
    np.testing.assert_array_equal(session.preview(_asked(tuned)), after)
    folder.keep_only(())
    session.open_photo(photo)
    with pytest.raises(UserError, match="gone"):
        session.preview(_asked(tuned))


def test_two_faces_are_put_back_into_one_photo(
    pack_folder: Path, photo: Path, tmp_path: Path
) -> None:
    session = Session.load(pack_folder, device="cpu")
    session.open_photo(photo)
    aside = np.array((450, 0), np.float32)
    faces = [session.prepare_face(points) for points in (POINTS, POINTS + aside)]
    edited = [EditedFace(face.state, session.render(_asked(face))[0]) for face in faces]
    pictures = {}
    for name, chosen in (("left", edited[:1]), ("right", edited[1:]), ("both", edited)):
        session.export(chosen, tmp_path / f"{name}.png")
        pictures[name] = np.asarray(Image.open(tmp_path / f"{name}.png"))
    before = np.asarray(Image.open(photo))
    for name, here, there in (("left", np.s_[:, :450], np.s_[:, 450:]),
                              ("right", np.s_[:, 450:], np.s_[:, :450])):  # fmt: skip
        assert (pictures[name][here] != before[here]).any()
        np.testing.assert_array_equal(pictures[name][there], before[there])
        np.testing.assert_array_equal(pictures["both"][here], pictures[name][here])
