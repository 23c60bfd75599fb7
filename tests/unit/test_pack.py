"""A pack comes back as it was written, and a damaged one is named."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
import torch

from s2flow_app.engine.pack import Source, load_pack, read_manifest, save_pack
from s2flow_app.errors import PackError
from s2flow_app.nets.bounded import bounded
from s2flow_app.nets.gallery import LatentGallery
from s2flow_app.nets.parser import FaceParser
from s2flow_app.nets.prior import FacePrior
from s2flow_app.nets.stylegan2 import Generator

CONFIG: dict[str, Any] = {"channels": (8, 8, 8, 8, 8)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    fields = {"title": "T", "resolution": 128, "licence": "L", "terms": "t", "training": {}}
    parser = FaceParser(**CONFIG)
    save_pack(tmp_path / "small", fields, {"parser": ("face_parser", CONFIG, parser)})
    return tmp_path / "small"


def test_a_saved_pack_loads_ready_for_inference(folder: Path) -> None:
    pack = load_pack(folder)
    assert not pack.parser.training
    assert pack.manifest.components["parser"].tensors == len(pack.parser.state_dict())
    with torch.no_grad():
        assert pack.parser(torch.zeros(1, 3, 32, 32)).shape == (1, 19, 16, 16)


def test_a_part_the_pack_lacks_is_named(folder: Path) -> None:
    with pytest.raises(PackError, match="no landmarks network"):
        _ = load_pack(folder).landmarks


def test_a_changed_file_is_named(folder: Path) -> None:
    with (folder / "parser.safetensors").open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\x7f")
    with pytest.raises(PackError, match=r"parser\.safetensors is damaged"):
        load_pack(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "parser.safetensors").unlink()
    with pytest.raises(PackError, match=r"parser\.safetensors cannot be read"):
        load_pack(folder)


def test_weights_that_are_not_numbers_are_refused(tmp_path: Path) -> None:
    parser = FaceParser(**CONFIG)
    torch.nn.init.constant_(parser.head.weight, float("nan"))
    fields = {"title": "T", "resolution": 128, "licence": "L", "terms": "t", "training": {}}
    save_pack(tmp_path, fields, {"parser": ("face_parser", CONFIG, parser)})
    with pytest.raises(PackError, match=r"not finite, in head\.weight"):
        load_pack(tmp_path)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"schema_version": 99}, "schema version 99"),
        ({"components": {"brain": None}}, "not a readable pack manifest"),
        ({"titel": "T"}, "not a readable pack manifest"),
        ({"sources": [{"file": "x.pt"}]}, "not a readable pack manifest"),
        ({"schema_version": None}, "schema_version is no whole number"),
        ({"schema_version": True}, "not a readable pack manifest"),
        ({"schema_version": 99, "of": "later"}, "schema version 99"),
        ({"title": None}, "title is no text"),
        ({"title": ["T"]}, "title is no text"),
        ({"title": "\x1b[2J"}, "characters that cannot be shown"),
        ({"title": "T" * 100_000}, "title is no text"),
        ({"resolution": "128"}, "resolution is no whole number"),
        ({"resolution": -1}, "resolution is no whole number"),
        ({"resolution": 1 << 40}, "resolution is no whole number"),
        ({"licence": {}}, "licence is no text"),
        ({"training": []}, "training is not an object"),
        ({"training": {"parser": {"steps": "many"}}}, "steps is no number"),
        ({"training": {"parser": {"steps": float("nan")}}}, "steps is not finite"),
        ({"components": []}, "components is not an object"),
        ({"components": [["parser", {}]]}, "components is not an object"),
        ({"components": {"parser": []}}, "not an object"),
        ({"sources": {}}, "sources is not a list"),
        ({"quality": [1]}, "quality is not an object"),
        ({"quality": {"deep": [[[[[[[[[[[[1]]]]]]]]]]]]}}, "nested too deeply"),
    ],
)
def test_a_wrong_manifest_is_refused(folder: Path, change: dict, sentence: str) -> None:
    file = folder / "pack.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(PackError, match=sentence):
        read_manifest(folder)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"file": None}, "file is no text"),
        ({"file": "a\0.safetensors"}, "characters that cannot be shown"),
        ({"file": ".."}, "outside the pack"),
        ({"file": "sub/x.safetensors"}, "outside the pack"),
        ({"file": ""}, "is no file name"),
        ({"file": "x" * 200}, "is no file name"),
        ({"sha256": None}, "is no SHA-256"),
        ({"sha256": "0" * 63}, "is no SHA-256"),
        ({"tensors": -1}, "tensors is no whole number"),
        ({"tensors": 3}, "the manifest says 3"),
        ({"architecture": None}, "architecture is no text"),
        ({"architecture": "brain"}, "unknown architecture, brain"),
        ({"config": [1]}, "config is not an object"),
        ({"config": {"channels": [[8]]}}, "a list that no network takes"),
        ({"config": {"channels": {"a": 1}}}, "channels is no number"),
        ({"config": {"channels": [1 << 60] * 5}}, "no whole number"),
        ({"config": {"channels": [1 << 23] * 5}}, "does not fit its architecture"),
        ({"config": {"channels": [8.5] * 5}}, "does not fit its architecture"),
        ({"config": {"channels": []}}, "does not fit its architecture"),
        ({"config": {"neurons": 8}}, "does not fit its architecture"),
        ({"architecture": "latent_gallery", "config": {"count": 1 << 24, "num_ws": 1 << 20,
          "dim": 1 << 20}}, "does not fit its architecture"),
        ({"architecture": "deeplab_v3", "config": {"blocks": [1 << 20] * 4}}, "more than 100"),
        ({"architecture": "stylegan2", "config": {"channels": [8] * 64}}, "does not fit"),
        ({"architecture": "stylegan2", "config": {"channels": [8], "mapping_layers": 1 << 20}},
         "more than 100"),
    ],
)  # fmt: skip
def test_a_part_that_is_not_as_the_schema_says_is_refused_before_anything_is_made(
    folder: Path, change: dict, sentence: str
) -> None:
    file = folder / "pack.json"
    fields = json.loads(file.read_text())
    fields["components"]["parser"] |= change
    file.write_text(json.dumps(fields))
    with pytest.raises(PackError, match=sentence) as refused:
        load_pack(folder)
    assert "pack.json" in str(refused.value) or "parser.safetensors" in str(refused.value)
    assert str(refused.value).isprintable() and len(str(refused.value)) < 700


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "null", "{", '{"a":' * 100_000, "[" * 100_000, "9" * 10_000, "\0",
        '{"schema_version": ' + "9" * 5000 + "}", "\ufeff{}", " " * (1 << 21),
    ],
)  # fmt: skip
def test_manifests_that_are_no_manifests(folder: Path, text: str) -> None:
    (folder / "pack.json").write_text(text)
    with pytest.raises(PackError, match=r"pack\.json is not a readable pack manifest"):
        read_manifest(folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
@pytest.mark.parametrize("name", ["pack.json", "parser.safetensors"])
@pytest.mark.parametrize("kind", ["pipe", "endless", "folder"])
def test_pipes_devices_and_folders_are_no_parts(folder: Path, name: str, kind: str) -> None:
    (folder / name).unlink()
    if kind == "pipe":
        os.mkfifo(folder / name)
    elif kind == "endless":
        (folder / name).symlink_to("/dev/zero")
    else:
        (folder / name).mkdir()
    with pytest.raises(PackError, match=name.replace(".", r"\.")):
        load_pack(folder)


def test_a_part_of_another_kind_of_number_is_refused(folder: Path) -> None:
    network = FaceParser(**CONFIG)
    fields = {"title": "T", "resolution": 128, "licence": "L", "terms": "t", "training": {}}
    state = {k: t.long() for k, t in network.state_dict().items()}
    network.state_dict = lambda *_, **__: state
    save_pack(folder, fields, {"parser": ("face_parser", CONFIG, network)})
    with pytest.raises(PackError, match="another kind of number"):
        load_pack(folder)


def test_half_precision_is_a_choice(folder: Path) -> None:
    network = FaceParser(**CONFIG)
    fields = {"title": "T", "resolution": 128, "licence": "L", "terms": "t", "training": {}}
    parts = {"parser": ("face_parser", CONFIG, network)}
    for half in (True, False):
        save_pack(folder, fields, parts, half=half)
        found = load_pack(folder).parser.state_dict()["head.weight"]
        assert found.dtype == torch.float32
        assert torch.equal(found, network.state_dict()["head.weight"]) is not half


def test_where_a_pack_is_from_comes_back(folder: Path) -> None:
    fields = {"title": "T", "resolution": 128, "licence": "L", "terms": "t", "training": {}}
    assert read_manifest(folder).sources == []
    sources = [Source("x.pt", "0" * 64, "S2-Flow", "L", "t")]
    save_pack(folder, fields | {"sources": sources}, {})
    assert read_manifest(folder).sources == sources


def test_a_manifest_cannot_name_files_outside_the_pack(folder: Path) -> None:
    file = folder / "pack.json"
    fields = json.loads(file.read_text())
    fields["components"]["parser"]["file"] = "../elsewhere.safetensors"
    file.write_text(json.dumps(fields))
    with pytest.raises(PackError, match="outside the pack"):
        load_pack(folder)


def test_a_configuration_makes_no_more_numbers_than_its_file_has() -> None:
    state = {"weight": torch.zeros(8, 8)}
    assert bounded(lambda: torch.nn.Linear(8, 8), state).in_features == 8
    for make in (
        lambda: torch.nn.Linear(1 << 20, 1 << 20), lambda: torch.nn.Conv2d(4096, 4096, 3),
        lambda: Generator(channels=(8,) * 12), lambda: FacePrior(dim=1 << 20, num_ws=1 << 10),
        lambda: LatentGallery(count=1 << 20, num_ws=18, dim=512),
    ):  # fmt: skip
        with pytest.raises(ValueError, match="larger than its file"):
            bounded(make, state)
