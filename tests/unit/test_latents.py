"""What the later stages start from: latents, drawings and maps of all faces, cached by networks."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from drawn_faces import drawn_face
from tiny_pack import tiny_pack

from s2flow_app.engine.pack import Pack, load_pack
from s2flow_app.labels import HAIR
from s2flow_app.nets.encoder import inverted
from s2flow_app.nets.images import to_images, to_img
from s2flow_app.training import latents
from s2flow_app.training.augment import resized
from s2flow_app.training.data import FaceData
from s2flow_app.training.latents import best_maps, face_renders, parsed_maps

FACES = 3


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    folder = tmp_path_factory.mktemp("pack")
    tiny_pack(folder)
    return load_pack(folder)


@pytest.fixture(scope="module")
def data() -> FaceData:
    maps = np.stack([drawn_face(50 + 10 * k) for k in range(FACES)])
    images = np.repeat(maps[..., None] * 12, 3, 3)
    names = tuple(f"cc0-{k:04d}" for k in range(FACES))
    points = np.zeros((FACES, 478, 2), np.float32)
    return FaceData(names, images, points, names[1:2], maps[1:2])


def test_renders_are_what_the_generator_draws_of_the_latents(
    data: FaceData, pack: Pack, tmp_path: Path
) -> None:
    drawn = face_renders(data, pack, cache=tmp_path)
    assert drawn.shape == (FACES, 256, 256, 3) and drawn.dtype == np.uint8
    with torch.inference_mode():
        img = to_img(resized(data.images[2], 128)[None])
        ws = inverted(pack.encoder, pack.generator, img, looks=1)
        found = pack.generator.synthesis(ws, noise_mode="none")
        wanted = to_images(torch.nn.functional.interpolate(found, size=256, mode="area"))[0]
    assert np.abs(drawn[2].astype(int) - wanted).mean() < 3, "but for bfloat16"
    assert (drawn[0] != drawn[2]).any()


def test_renders_are_drawn_once_for_a_generator(
    data: FaceData, pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = np.array(face_renders(data, pack, cache=tmp_path))
    draw = latents._draw
    monkeypatch.setattr(latents, "_draw", pytest.fail)
    np.testing.assert_array_equal(face_renders(data, pack, cache=tmp_path), first)
    monkeypatch.setattr(latents, "_draw", draw)
    components = dict(pack.manifest.components)
    components["generator"] = replace(components["generator"], sha256="0" * 64)
    other = Pack(pack.path, replace(pack.manifest, components=components), pack.networks)
    face_renders(data, other, cache=tmp_path)
    assert len(list(tmp_path.glob("renders-*.npy"))) == 2


def test_drawing_that_was_stopped_leaves_no_cache(
    data: FaceData, pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(data: FaceData, pack: Pack, file: Path, *device: str) -> None:
        file.write_bytes(b"half")
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(latents, "_draw", stopped)
        with pytest.raises(KeyboardInterrupt):
            face_renders(data, pack, cache=tmp_path)
    assert face_renders(data, pack, cache=tmp_path).shape[0] == FACES


def test_the_best_maps_are_those_by_hand(data: FaceData, pack: Pack, tmp_path: Path) -> None:
    parsed = parsed_maps(data, pack.parser, cache=tmp_path)
    maps = best_maps(data, pack.parser, cache=tmp_path)
    np.testing.assert_array_equal(maps[1], data.label_maps[0])
    assert (maps[1] == HAIR).any()
    np.testing.assert_array_equal(maps[[0, 2]], parsed[[0, 2]])
    assert not np.array_equal(parsed[1], maps[1]), "the parser's own are left as they are"
