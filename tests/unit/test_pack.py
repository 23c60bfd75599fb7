"""A pack comes back as it was written, and a damaged one is named."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from s2flow_app.engine.pack import Source, load_pack, read_manifest, save_pack
from s2flow_app.errors import PackError
from s2flow_app.nets.parser import FaceParser

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
    ],
)
def test_a_wrong_manifest_is_refused(folder: Path, change: dict, sentence: str) -> None:
    file = folder / "pack.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(PackError, match=sentence):
        read_manifest(folder)


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
