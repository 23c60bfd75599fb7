"""Project files that anybody may have written: a sentence, and nothing outside is touched."""

import copy
import json
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from project_faults import flipped, truncated, walked
from projects import RandomEditor, encoder, saving_of

from s2flow_app.project.content import ProjectError, sha256_of
from s2flow_app.project.png import START, write_png
from s2flow_app.project.project_file import ProjectReader
from s2flow_app.project.project_saver import ProjectSaver

MEMORY = 400 << 20
"""Far less than what the bombs say they are."""


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """An honest project's members."""
    folder = tmp_path_factory.mktemp("project")
    editor = RandomEditor(1, folder / "a.png", side=64, plain=True)
    editor.steps(30)
    own = encoder()
    ProjectSaver(own).save(saving_of(editor, own), folder / "a.s2flow")
    with zipfile.ZipFile(folder / "a.s2flow") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


Pack = Callable[..., Path]


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    def packed(members: dict[str, bytes], more: tuple = (), how: int = zipfile.ZIP_STORED) -> Path:
        path = tmp_path / "hostile.s2flow"
        with zipfile.ZipFile(path, "w", how) as archive:
            for name, data in (*members.items(), *more):
                archive.writestr(zipfile.ZipInfo(name), data, how)
        return path

    return packed


def refused(path: Path, match: str) -> None:
    """Opening says so, in bounded memory, and changes nothing beside the file."""
    before = sorted(path.parent.iterdir())
    tracemalloc.start()
    try:
        with pytest.raises(ProjectError, match=match) as told, ProjectReader(path) as reader:
            reader.document()
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()
    assert "\n" not in str(told.value) and str(path) in str(told.value)
    assert sorted(path.parent.iterdir()) == before


def changed(members: dict[str, bytes], change: Callable[[dict[str, Any]], Any]) -> dict[str, bytes]:
    """The members with another `project.json`."""
    whole = copy.deepcopy(json.loads(members["project.json"]))
    change(whole)
    return {**members, "project.json": json.dumps(whole).encode()}


def record_of(whole: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(v for k, v in whole["records"].items() if k.startswith(f"{kind}/"))


# --- archives -----------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("name", "match"),
    [
        ("../../evil.txt", "no project has"),
        ("/etc/evil.txt", "no project has"),
        ("blobs/../../evil", "no project has"),
        ("blobs\\evil", "no project has"),
        ("C:evil", "no project has"),
        ("project.json", "twice"),
        ("mimetype", "twice"),
    ],
)
def test_members_of_other_names_are_refused(
    name: str, match: str, members: dict[str, bytes], pack: Pack
) -> None:
    refused(pack(members, ((name, b"x"),)), match)


def test_archives_of_other_kinds_are_refused(members: dict[str, bytes], pack: Pack) -> None:
    refused(pack({**members, "mimetype": b"image/openraster"}), "another program")
    refused(pack({"mimetype": b"application/x-s2flow"}), "project.json is missing")
    refused(pack({n: d for n, d in members.items() if n != "mimetype"}), "mimetype is missing")


def test_an_encrypted_archive_is_refused(members: dict[str, bytes], pack: Pack) -> None:
    path = pack(members)
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\1\2")
    data[at + 8] |= 1
    path.write_bytes(data)
    refused(path, "encrypted")


def test_bombs_are_not_unpacked(members: dict[str, bytes], pack: Pack) -> None:
    bomb = bytes(300 << 20)
    blob = next(name for name in members if name.startswith("blobs/"))
    refused(pack({**members, blob: bomb}, how=zipfile.ZIP_DEFLATED), "checksum|larger")
    refused(pack({**members, "project.json": bomb}, how=zipfile.ZIP_DEFLATED), "larger than it can")


def test_a_member_that_lies_about_its_size_is_refused(
    members: dict[str, bytes], pack: Pack
) -> None:
    path = pack(members)
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\1\2")
    for size in (1 << 31, 0, 19):
        data[at + 24 : at + 28] = struct.pack("<I", size)
        path.write_bytes(data)
        refused(path, "larger than it can|damaged|another length|another program|no whole archive")


# --- project.json -------------------------------------------------------------------------------


def test_descriptions_that_are_none_are_refused(members: dict[str, bytes], pack: Pack) -> None:
    for text in (b"", b"[]", b"{", b"\xff", b"{}", b'{"format": "else"}'):
        refused(pack({**members, "project.json": text}), "description|names no version")
    deep = b'{"format": "s2flow-project", "schema_version": 1, "a": ' + b"[" * 200_000
    refused(pack({**members, "project.json": deep}), "cannot be read")
    whole = members["project.json"]
    refused(
        pack({**members, "project.json": whole.replace(b'"child":0', b'"child":NaN', 1)}), "NaN"
    )
    twice = whole.replace(b'"format":', b'"format": 1, "format":', 1)
    refused(pack({**members, "project.json": twice}), "twice")


def test_a_newer_version_is_refused_by_name(members: dict[str, bytes], pack: Pack) -> None:
    newer = changed(members, lambda whole: whole.update(schema_version=2, program="9.0"))
    refused(pack(newer), r"newer version of this program \(9.0, projects of version 2")
    for version in (0, -1, "1", None, True):
        bad = changed(members, lambda whole, v=version: whole.update(schema_version=v))
        refused(pack(bad), "names no version")


def _cycle(whole: dict[str, Any]) -> None:
    records = whole["records"]
    for key, record in records.items():
        if key.startswith("result/") and record["recipe"]:
            record["recipe"]["before"] = key.removeprefix("result/")
            return


def _own_parent(whole: dict[str, Any]) -> None:
    for key, record in whole["records"].items():
        if key.startswith("node/") and record["parent"]:
            record["parent"] = key.split("/")[2]
            return


CHANGES: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "no photo": (lambda w: w["records"].pop("photo"), "photo is missing"),
    "a key that is none": (lambda w: w["records"].update({"../x": {}}), "no record's key"),
    "a record that is none": (lambda w: w["records"].update({"x": 3}), "is none"),
    "no hash": (lambda w: record_of(w, "start")["layers"].update(sha256="../../x"), "no SHA-256"),
    "a missing blob": (
        lambda w: record_of(w, "start")["layers"].update(sha256="0" * 64), "is missing",
    ),
    "another type": (lambda w: record_of(w, "start")["layers"].update(dtype="object"), "uint32"),
    "another shape": (
        lambda w: record_of(w, "start")["layers"].update(shape=[512, 513]), "has the shape",
    ),
    "a huge shape": (
        lambda w: record_of(w, "start")["reconstruction"].update(shape=[1 << 40, 9, 3]),
        "too large",
    ),
    "an unknown packing": (
        lambda w: record_of(w, "start")["layers"].update(packing="pickle"), "unknown way",
    ),
    "a result of itself": (_cycle, "starts from itself"),
    "a step of itself": (_own_parent, "nothing leads to"),
    "a step of nothing": (
        lambda w: record_of(w, "cursor").update(current="0" * 32), "makes no sense",
    ),
    "no start": (lambda w: record_of(w, "cursor").update(root="0" * 32), "is missing"),
    "an unknown operation": (
        lambda w: [r.update(operation={"operation": "os.system"}) for k, r in w["records"].items()
                   if k.startswith("node/") and r["operation"]],
        "makes no sense",
    ),
    "points at infinity": (
        lambda w: record_of(w, "face").update(points=[["inf", 0]] * 5), "finite",
    ),
    "a number that is text": (lambda w: record_of(w, "face").update(score="1"), "no number"),
    "a face that is not there": (lambda w: w["records"]["view"].update(face=7), "no history"),
    "a window of lists": (lambda w: w["records"]["view"].update(window={"a": [1]}), "view is none"),
    "a suffix that leads away": (
        lambda w: w["records"]["photo"].update(suffix="/../../x"), "ending|missing",
    ),
    "deep records": (
        lambda w: w["records"].update({"x": {"a": json.loads("[" * 40 + "]" * 40)}}),
        "nested too deeply",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_records_that_make_no_sense_are_refused(
    name: str, members: dict[str, bytes], pack: Pack
) -> None:
    change, match = CHANGES[name]
    refused(pack(changed(members, change)), match)


# --- blobs --------------------------------------------------------------------------------------


def with_blob(
    members: dict[str, bytes], pick: Callable[[dict[str, Any]], dict[str, Any]], data: bytes,
    **said: Any,
) -> dict[str, bytes]:  # fmt: skip
    """The members with another blob, under its own hash, where ``pick`` finds a reference."""
    name = sha256_of(data)
    found = changed(members, lambda whole: pick(whole).update(sha256=name, **said))
    return {**found, f"blobs/{name}": data}


def crop_of(whole: dict[str, Any]) -> dict[str, Any]:
    return next(
        r["state"]["crop"] for k, r in whole["records"].items()
        if k.startswith("result/") and r["state"]
    )  # fmt: skip


def layers_of(whole: dict[str, Any]) -> dict[str, Any]:
    return record_of(whole, "start")["layers"]


def png(width: int, height: int, body: bytes, *, kind: int = 2, more: bytes = b"") -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        crc = zlib.crc32(name + content)
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", crc)

    head = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    return START + chunk(b"IHDR", head) + more + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (write_png(np.zeros((512, 511, 3), np.uint8)), "another size"),
        (png(512, 512, zlib.compress(bytes(300 << 20))), "another size"),
        (png(512, 512, zlib.compress(bytes(10))), "another size"),
        (png(512, 512, b"nothing packed"), "damaged"),
        (png(1 << 30, 1 << 30, zlib.compress(bytes(10))), "another size"),
        (png(512, 512, zlib.compress(b"\4" * (512 * 1537))), "not as this program"),
        (png(512, 512, b"", more=png(1, 1, b"")[8:]), "not as this program|behind"),
        (START + b"\xff\xff\xff\xffIDAT", "cut short"),
        (b"GIF89a", "no PNG"),
        (b"", "no PNG"),
    ],
)
def test_hostile_pictures_are_refused(
    data: bytes, match: str, members: dict[str, bytes], pack: Pack
) -> None:
    refused(pack(with_blob(members, crop_of, data)), match)


def tensor(header: bytes, body: bytes = bytes(4 << 18)) -> bytes:
    return len(header).to_bytes(8, "little") + header + body


_FIELDS = b'{"array":{"dtype":"U32","shape":[512,512],"data_offsets":'


@pytest.mark.parametrize(
    ("data", "match"),
    [
        ((1 << 62).to_bytes(8, "little") + b"{}", "another size"),
        (tensor(b"{" + b" " * 5000), "another size"),
        (tensor(_FIELDS + b"[0,1048577]}}"), "cannot be read"),
        (tensor(_FIELDS + b"[0,9999999999999]}}"), "cannot be read"),
        (
            tensor(b'{"other":{"dtype":"U32","shape":[512,512],"data_offsets":[0,1048576]}}'),
            "another",
        ),
        (tensor(b"not json"), "cannot be read"),
        (tensor(_FIELDS + b"[0,1048576]}}", bytes(10)), "another size"),
        (b"", "another size"),
        (
            safetensors.numpy.save({"array": np.full((512, 512), 1 << 30, np.uint32)}),
            "not there|there is not",
        ),
    ],
)
def test_hostile_arrays_are_refused(
    data: bytes, match: str, members: dict[str, bytes], pack: Pack
) -> None:
    refused(pack(with_blob(members, layers_of, data, packing="safetensors")), match)


def test_a_deflated_bomb_is_not_unpacked(members: dict[str, bytes], pack: Pack) -> None:
    header = b"{}" + b" " * 98
    packed = zlib.compress(tensor(header, bytes(300 << 20)))
    hostile = with_blob(members, layers_of, packed, packing="safetensors+deflate")
    refused(pack(hostile), "another size")


def test_a_blob_that_was_exchanged_is_refused(members: dict[str, bytes], pack: Pack) -> None:
    name = f"blobs/{json_crop(members)}"
    other = write_png(np.full((512, 512, 3), 9, np.uint8))
    refused(pack({**members, name: other}), "checksum")


def json_crop(members: dict[str, bytes]) -> str:
    return crop_of(json.loads(members["project.json"]))["sha256"]


# --- many ---------------------------------------------------------------------------------------


def test_flipped_bits_are_never_loaded_without_a_word() -> None:
    opened = flipped(150, seed=3)
    assert opened.count == 150 and opened.faults == 0 and opened.refused > 100, str(opened)


def test_a_project_that_is_cut_short_is_refused() -> None:
    opened = truncated(1201, seed=3)
    assert opened.count > 50 and opened.refused == opened.count, str(opened)


def test_a_long_walk_with_saving_and_opening_ends_where_it_should() -> None:
    walk = walked(120, seed=3, nodes=40, every=30)
    assert (walk.steps, walk.reopened, walk.different) == (120, 4, 0), str(walk)
