"""Wrong, partial and hostile files: one sentence each, nothing run, nothing left behind."""

import builtins
import io
import json
import os
import pickle
import struct
import subprocess
import sys
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import foreign_files as foreign
import numpy as np
import pytest
import torch

from s2flow_app.errors import CheckpointError, PackError
from s2flow_app.importers import reading
from s2flow_app.importers.assemble import import_files
from s2flow_app.paths import DEFAULT_PACK

MARKER = "ran"


class _Calls:
    """Pickled as a call of ``function`` with ``arguments``."""

    def __init__(self, function: Callable, *arguments: Any) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> Any:
        return self.call


def _marking(tmp_path: Path) -> _Calls:
    return _Calls(os.system, f"touch {tmp_path / MARKER}")


def _refused(tmp_path: Path, *files: Path, name: str = "mine") -> str:
    """The sentence with which the import of files is refused."""
    folder = tmp_path / "packs"
    with pytest.raises((CheckpointError, PackError)) as refused:
        import_files(list(files), name=name, folder=folder)
    assert not (tmp_path / MARKER).exists(), "something in the file ran"
    assert not folder.exists() or not list(folder.iterdir()), "something was left behind"
    message = refused.value.message
    assert "\n" not in message and message.endswith(".") and len(message) < 500
    return message


def _written(tmp_path: Path, data: bytes, name: str = "file.pt") -> Path:
    (tmp_path / name).write_bytes(data)
    return tmp_path / name


def _saved(tmp_path: Path, value: Any, *, zipped: bool = True) -> Path:
    torch.save(value, tmp_path / "file.pt", _use_new_zipfile_serialization=zipped)
    return tmp_path / "file.pt"


@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
def test_a_pickle_that_calls_the_system_is_refused(tmp_path: Path, protocol: int) -> None:
    file = _written(tmp_path, pickle.dumps({"g_ema": _marking(tmp_path)}, protocol))
    _refused(tmp_path, file)


@pytest.mark.parametrize("zipped", [True, False])
def test_so_is_a_torch_file_that_does(tmp_path: Path, zipped: bool) -> None:
    file = _saved(tmp_path, {"g_ema": {"w": _marking(tmp_path)}}, zipped=zipped)
    assert "asks for posix.system" in _refused(tmp_path, file)


def test_so_is_a_torch_file_inside_a_pickle_that_does(tmp_path: Path) -> None:
    inner = io.BytesIO()
    torch.save(_marking(tmp_path), inner, _use_new_zipfile_serialization=False)
    nested = _Calls(torch.storage._load_from_bytes, inner.getvalue())
    file = foreign.write_ada(tmp_path / "g.pkl", nested)
    assert "asks for posix.system" in _refused(tmp_path, file)


def test_files_within_files_come_to_an_end(tmp_path: Path) -> None:
    value: Any = torch.zeros(3).untyped_storage()
    for _ in range(5):
        inner = io.BytesIO()
        torch.save(value, inner, _use_new_zipfile_serialization=False)
        value = _Calls(torch.storage._load_from_bytes, inner.getvalue())
    assert "files within files" in _refused(tmp_path, foreign.write_ada(tmp_path / "g.pkl", value))


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (builtins.eval, ("1",)),
        (builtins.exec, ("1",)),
        (builtins.getattr, ("a", "upper")),
        (builtins.open, ("x", "w")),
        (pickle.loads, (b"N.",)),
        (torch.load, ("x",)),
        (np.load, ("x",)),
        (subprocess.Popen, (["true"],)),
    ],
)
def test_functions_that_are_not_in_the_table_are_named_and_refused(
    tmp_path: Path, function: Callable, arguments: tuple[Any, ...]
) -> None:
    file = _written(tmp_path, pickle.dumps({"Latent": _Calls(function, *arguments)}))
    assert function.__name__ in _refused(tmp_path, file)


@pytest.mark.parametrize(
    "name",
    ["_rebuild_tensor_v2.__globals__", "sys.modules", "_rebuild_tensor_v2\x1b[31m\n" + 300 * "x"],
)
def test_names_are_matched_whole(tmp_path: Path, name: str) -> None:
    text = name.encode()
    asked = b"\x80\x04\x8c\x0ctorch._utilsX" + struct.pack("<I", len(text)) + text + b"\x93."
    assert "asks for torch._utils." in _refused(tmp_path, _written(tmp_path, asked))


def test_attributes_of_the_table_cannot_be_changed_to_run_something(tmp_path: Path) -> None:
    # BUILD on a class, with slot state: its __setstate__ becomes another function of the table.
    code = (
        b"\x80\x02cdnnlib.tflib.network\nNetwork\nN}X\x0c\x00\x00\x00__setstate__"
        b"ccollections\nOrderedDict\ns\x86b."
    )
    _refused(tmp_path, _written(tmp_path, code))


def test_what_a_hole_in_the_table_would_allow_is_stopped_by_the_process(tmp_path: Path) -> None:
    code = (
        "import os, socket, sys\n"
        "from s2flow_app.errors import CheckpointError\n"
        "from s2flow_app.importers.unpickle import limit_process\n"
        "limit_process(1000)\n"
        f"for call in (lambda: os.system('touch {tmp_path / MARKER}'), lambda: exec('1'),\n"
        "             lambda: socket.socket(), lambda: os.remove('x'), lambda: bytes(1 << 40)):\n"
        "    try:\n"
        "        call()\n"
        "    except (CheckpointError, MemoryError):\n"
        "        continue\n"
        "    sys.exit('allowed')\n"
        "bytes(4 << 30)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert b"MemoryError" in done.stderr and not (tmp_path / MARKER).exists()


def _old_torch(numel: int, data: bytes) -> bytes:
    """A torch file of before 1.6 with one storage that declares ``numel`` floats."""
    file = io.BytesIO()
    torch.save({"Latent": torch.zeros(77)}, file, _use_new_zipfile_serialization=False)
    whole = file.getvalue()
    start = whole[: -8 - 4 * 77]
    assert start.count(b"KM") == 2  # 77 in the persistent id and in the size
    return start.replace(b"KM", b"\x8a\x08" + struct.pack("<q", numel)) + data


@pytest.mark.parametrize("numel", [1 << 20, 1 << 40, 1 << 47, (1 << 63) - 1, -5])
def test_a_storage_that_declares_more_than_the_file_has(tmp_path: Path, numel: int) -> None:
    data = struct.pack("<q", numel) + bytes(40)
    _refused(tmp_path, _written(tmp_path, _old_torch(numel, data)))


@pytest.mark.parametrize(
    "code",
    [
        b"\x80\x04\x8e" + struct.pack("<Q", 1 << 42) + b"x.",  # bytes of 4 TB
        b"\x80\x04\x8e" + struct.pack("<Q", (1 << 64) - 1) + b"x.",
        b"\x80\x05\x96" + struct.pack("<Q", 1 << 42) + b"x.",  # bytearray
        b"\x80\x04X\xff\xff\xff\xffx.",  # text
        b"\x80\x04Nr\xff\xff\xff\xff.",  # a memo of 4 G entries
        b"\x80\x04" + b"]" * 5000 + b"a" * 4999 + b".",  # lists within lists
        b"\x80\x04]" + b"".join(b"\x94](h%c" % i + b"h%c" % i * 9 + b"e" for i in range(9)) + b".",
    ],
)
def test_small_pickles_that_ask_for_much(tmp_path: Path, code: bytes) -> None:
    _refused(tmp_path, _written(tmp_path, code))


def test_tensors_that_leave_or_multiply_their_storage(tmp_path: Path) -> None:
    weights = torch.zeros(10)
    spread = {"Latent": weights.expand(1000, 1000, 10)}
    assert "more than it holds" in _refused(tmp_path, _saved(tmp_path, spread))
    outside = pickle.dumps({"Latent": np.zeros((3, 4, 5), np.float32)}, 2)
    outside = outside.replace(b"K\x03K\x04K\x05", b"K\x63K\x04K\x05")
    assert "larger than its data" in _refused(tmp_path, _written(tmp_path, outside))


def test_archives_that_are_packed_or_overlap(tmp_path: Path) -> None:
    packed = tmp_path / "packed.pt"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", bytes(50_000_000))
    assert "packed archive" in _refused(tmp_path, packed)
    other = tmp_path / "other.pt"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("readme", "x")
    assert "not one of torch's" in _refused(tmp_path, other)
    sized = _saved(tmp_path, {"Latent": torch.zeros(3)}).read_bytes()
    at = sized.index(b"PK\x01\x02") + 24  # the uncompressed size of the first member
    _refused(tmp_path, _written(tmp_path, sized[:at] + b"\xff\xff\xff\x7f" + sized[at + 4 :]))


def _checkpoints(tmp_path: Path) -> dict[str, Path]:
    network = foreign.small_generator()
    torch.save(dict(foreign.small_deeplab().state_dict()), tmp_path / "zip")
    torch.save(
        {"g_ema": foreign.rosinality_state(network)}, tmp_path / "old",
        _use_new_zipfile_serialization=False,
    )  # fmt: skip
    return {
        "zip": tmp_path / "zip",
        "old": tmp_path / "old",
        "ada": foreign.write_ada(tmp_path / "ada", foreign.ada_object(network)),
        "tf": foreign.write_tensorflow(tmp_path / "tf", foreign.tensorflow_network(network)),
    }


@pytest.mark.parametrize("kind", ["zip", "old", "ada", "tf"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.999])
def test_files_that_are_cut_short(tmp_path: Path, kind: str, share: float) -> None:
    whole = _checkpoints(tmp_path)[kind].read_bytes()
    _refused(tmp_path, _written(tmp_path, whole[: int(share * len(whole))], "cut"))


def _state() -> dict[str, Any]:
    return dict(foreign.small_deeplab().state_dict())


def _changed(**change: Any) -> dict[str, Any]:
    return _state() | {name.replace("__", "."): value for name, value in change.items()}


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (_changed(bn1__weight=torch.full((32,), float("nan"))), "not finite, in bn1.weight"),
        (_changed(bn1__weight=torch.full((32,), 1e300, dtype=torch.float64)), "not finite"),
        (_changed(bn1__weight=torch.ones(31)), "has bn1.weight in shape [31]"),
        (_changed(extra=torch.ones(1)), "do not belong there: extra"),
        ({k: v for k, v in _state().items() if k != "bn1.bias"}, "lacks bn1.bias"),
        (_changed(conv1__weight=torch.ones(3)), "sizes that no parser has"),
        ({"aspp.conv3.weight": torch.ones(19, 64, 1, 1)}, "lacks"),
        ({"weights": torch.ones(3)}, "no checkpoint that this program knows"),
        ([1, 2, 3], "no checkpoint that this program knows"),
        ({"g_ema": [1]}, "plain state dict"),
        ({"g_ema": {"convs.0.conv.weight": torch.ones(1)}}, "lacks"),
        ({"g_ema": {"style.x.weight": torch.ones(1)}}, "weight that StyleGAN2 lacks"),
        ({"prior_ntwk": OrderedDict(a=torch.ones(1))}, "lacks cnd_ntwk"),
        ({"prior_ntwk": {"a": torch.ones(1)}, "cnd_ntwk": {}}, "lacks"),
        ({"flow_modules": "8-12", "cond_type": torch.ones(3)}, "as something that is no setting"),
        ({"Latent": torch.ones(4)}, "latents of shape [4]"),
        ({"Latent": "none"}, "not an array"),
    ],
)
def test_weights_that_do_not_fit(tmp_path: Path, state: Any, said: str) -> None:
    assert said in _refused(tmp_path, _saved(tmp_path, state))


def _ada_without(name: str, value: Any) -> foreign.Persistent:
    network = foreign.ada_object(foreign.small_generator())
    network.meta["state"]["_modules"]["mapping"].meta["state"]["_modules"]["fc0"].meta["state"][
        name
    ] = value
    return network


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("bias_gain", 1.0, "another learning rate"),
        ("activation", "relu", "other than leaky ReLU"),
        ("_parameters", OrderedDict(), "lacks mapping.fc0.weight"),
        ("_parameters", [1, 2], "lacks mapping.fc0.weight"),
        ("_modules", "none", None),
        ("conv_clamp", 3.0, "clamps some layers"),
    ],
)
def test_pytorch_pickles_of_other_networks(
    tmp_path: Path, name: str, value: Any, said: str | None
) -> None:
    file = foreign.write_ada(tmp_path / "g.pkl", _ada_without(name, value))
    if said is None:
        import_files([file], name="mine", folder=tmp_path / "packs")
    else:
        assert said in _refused(tmp_path, file)


@pytest.mark.parametrize("layer", ["b8.resample_filter", "b8.conv0.resample_filter"])
def test_generators_that_resample_with_another_filter(tmp_path: Path, layer: str) -> None:
    network = foreign.small_generator()
    network.get_buffer(f"synthesis.{layer}").copy_(torch.full((4, 4), 1 / 16))
    file = foreign.write_ada(tmp_path / "g.pkl", foreign.ada_object(network))
    assert "another filter than [1, 3, 3, 1]" in _refused(tmp_path, file)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"version": 3}, "too old"),
        ({"label_size": 10}, "another label_size than 0"),
        ({"architecture": "resnet"}, "another architecture than skip"),
        ({"conv_clamp": "much"}, "not a number"),
    ],
)
def test_tensorflow_pickles_of_other_networks(
    tmp_path: Path, told: dict[str, Any], said: str
) -> None:
    network = foreign.tensorflow_network(foreign.small_generator(), **told)
    assert said in _refused(tmp_path, foreign.write_tensorflow(tmp_path / "t.pkl", network))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"hello, world\n" * 100, "neither a torch file nor a pickle"),
        (b"<!DOCTYPE html><title>Quota exceeded</title>", "neither a torch file nor a pickle"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "neither a torch file nor a pickle"),
        (b'{"flow_modules": ', "text, but not JSON"),
        (b"{" + b'"a":{' * 50_000, "text, but not JSON"),
        (b'{"seed": 34}', "no checkpoint that this program knows"),
        (b"PK\x03\x04" + bytes(200), "cut short or damaged"),
        (b"\x80\x04N.", "no checkpoint that this program knows"),
        (b"\x80" + bytes(range(256)), "cut short or damaged"),
    ],
)
def test_files_that_are_no_checkpoints(tmp_path: Path, data: bytes, said: str) -> None:
    assert said in _refused(tmp_path, _written(tmp_path, data))


def test_folders_and_files_that_are_not_there(tmp_path: Path) -> None:
    assert "is a folder" in _refused(tmp_path, tmp_path)
    assert "is not there" in _refused(tmp_path, tmp_path / "nothing.pt")


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"layer_type": "concat"}, "layer_type is not concatsquash"),
        ({"cond_size": 20}, "cond_size is not 19"),
        ({"flow_modules": "512-512"}, "the checkpoint's layers are 8-12"),
    ],
)
def test_a_configuration_of_another_flow(tmp_path: Path, config: dict[str, Any], said: str) -> None:
    text = json.dumps(foreign.s2flow_config(**config)).encode()
    settings = _written(tmp_path, text, "config.txt")
    checkpoint = _saved(tmp_path, foreign.s2flow_checkpoint(*foreign.small_s2flow()))
    assert said in _refused(tmp_path, checkpoint, settings)
    assert "config.txt" in _refused(tmp_path, settings)


def test_files_that_do_not_go_together(tmp_path: Path) -> None:
    generator = foreign.write_ada(tmp_path / "g", foreign.ada_object(foreign.small_generator()))
    assert "Two of the files hold a generator" in _refused(tmp_path, generator, generator)
    latents = _saved(tmp_path, {"Latent": torch.zeros(2, 18, foreign.DIM)})
    assert "latents' rows (generator 8, latents 18)" in _refused(tmp_path, generator, latents)
    latents = _saved(tmp_path, {"Latent": torch.zeros(2, foreign.NUM_WS, 5)})
    assert "latents' width (generator 16, latents 5)" in _refused(tmp_path, generator, latents)


@pytest.mark.parametrize("name", ["", "..", "a/b", "/tmp/x", ".hidden", DEFAULT_PACK, "a" * 65])
def test_names_that_cannot_be_a_packs(tmp_path: Path, name: str) -> None:
    _refused(tmp_path, tmp_path / "nothing.pt", name=name)


def test_a_pack_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "packs" / "mine").mkdir(parents=True)
    with pytest.raises(PackError, match="already a pack 'mine'"):
        import_files([tmp_path / "x"], name="mine", folder=tmp_path / "packs")


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    file = _saved(tmp_path, _state())
    with pytest.raises(PackError, match="cannot be written"):
        import_files([file], name="mine", folder=file / "packs")


def test_a_file_that_takes_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SECONDS", 0.001)
    assert "took too long" in _refused(tmp_path, _saved(tmp_path, _state()))


def test_the_reader_imports_neither_torch_nor_the_networks() -> None:
    code = (
        "import sys, s2flow_app.importers.unpickle\n"
        "sys.exit(bool({'torch', 's2flow_app.nets'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
