"""Tricks of pickles that ask for much time or memory, or dress things up as what is allowed."""

import hashlib
import io
import os
import pickle
import struct
import time
import zipfile
from pathlib import Path

import hostile_pickles as hostile
import numpy as np
import pytest
import torch
from patience import PATIENCE_S

from s2flow_app.errors import CheckpointError
from s2flow_app.importers import reading, unpickle
from s2flow_app.importers.reading import CRASHED, open_regular, read_foreign
from s2flow_app.importers.recognise import recognised
from s2flow_app.importers.stand_ins import Storage, StorageKind, TensorRecord


def _refused(tmp_path: Path, data: bytes) -> str:
    (tmp_path / "file.pt").write_bytes(data)
    with pytest.raises(CheckpointError) as refused:
        recognised(read_foreign(tmp_path / "file.pt"))
    message = refused.value.message
    assert message.isprintable() and message.endswith(".") and len(message) < 500
    return message


def _named(module: str, name: str) -> bytes:
    return b"c" + f"{module}\n{name}\n".encode()


KIND, ARRAY = _named("numpy", "dtype"), _named("numpy.core.numeric", "_frombuffer")
DICT, NETWORK = _named("dnnlib.util", "EasyDict"), _named("dnnlib.tflib.network", "Network")
NESTED = b"]q\x00" + b"".join(b"]q%c(%se" % (i, b"h%c" % (i - 1) * 10) for i in range(1, 9))
"""A list of lists of lists, each ten times: 10^8 in all."""


@pytest.mark.parametrize(
    "code",
    [
        b"]q\x00h\x00a.",  # a list that holds itself
        b"}q\x00X\x01\x00\x00\x00ah\x00s.",  # a dict that does
        _named("collections", "OrderedDict") + b")Rq\x00X\x01\x00\x00\x00ah\x00s.",
        NETWORK + b")\x81q\x00h\x00b.",  # an object that is its own state
        NESTED + b".",
    ],
)
def test_what_holds_itself_or_multiplies(tmp_path: Path, code: bytes) -> None:
    assert "than any checkpoint" in _refused(tmp_path, b"\x80\x02" + code)


def test_a_class_name_that_is_no_text_is_not_spelt_out(tmp_path: Path) -> None:
    meta = b"}(X\x0a\x00\x00\x00class_name" + NESTED + b"X\x05\x00\x00\x00stateNu"
    call = _named("torch_utils.persistence", "_reconstruct_persistent_obj")
    assert "damaged" in _refused(tmp_path, b"\x80\x02" + call + meta + b"\x85R.")


def test_keys_that_are_no_text_are_not_spelt_out(tmp_path: Path) -> None:
    deep: tuple = ()
    for _ in range(6):
        deep = (deep,) * 9
    start = time.monotonic()
    _refused(tmp_path, pickle.dumps({deep: 1, "x": 2}))
    assert time.monotonic() - start < PATIENCE_S


@pytest.mark.parametrize("claimed", [b"X\x01\x00\x00\x00O", b"X\x02\x00\x00\x00S8", b"N"])
def test_what_only_says_that_it_is_a_dtype(tmp_path: Path, claimed: bytes) -> None:
    # An EasyDict with the attributes `dtype` and `itemsize`; a NumpyKind made without __init__.
    for kind in (DICT, KIND):
        state = b"}(X\x05\x00\x00\x00dtype" + claimed + b"X\x08\x00\x00\x00itemsizeK\x08u"
        made = kind + b")\x81" + (state + b"b" if kind == DICT else b"")
        data = b"\x8e" + struct.pack("<Q", 8) + bytes(8)
        call = ARRAY + b"(" + data + made + b"K\x01\x85X\x01\x00\x00\x00CtR"
        _refused(tmp_path, b"\x80\x04}X\x06\x00\x00\x00Latent" + call + b"s.")


def test_classes_of_the_table_cannot_be_dressed_up(tmp_path: Path) -> None:
    # BUILD with slot state on a class sets attributes: here, what a dtype is.
    dress = KIND + b"N}X\x05\x00\x00\x00dtypeX\x01\x00\x00\x00Os\x86b0"
    made = KIND + b")\x81"
    data = b"\x8e" + struct.pack("<Q", 8) + bytes(8)
    call = ARRAY + b"(" + data + made + b"K\x01\x85X\x01\x00\x00\x00CtR"
    assert "replaces parts" in _refused(tmp_path, b"\x80\x04" + dress + call + b".")


FIELDS = ("offset", "size", "stride")


def _refused_here(tmp_path: Path, data: bytes) -> str:
    """As `_refused`, without a process for each file."""
    with pytest.raises(CheckpointError) as refused:
        unpickle.read(data, tmp_path)
    return refused.value.message


@pytest.mark.parametrize(
    "fields",
    [
        (0, (64,), (1,)),  # what lies behind the storage
        (0, (1 << 20,), (4096,)),
        (3, (2,), (-1,)),  # backwards: what lies before it
        (0, (4,), (-4096,)),
        (-8, (4,), (1,)),
        (1 << 62, (4,), (1 << 62,)),  # products beyond 64 bits
        (0, (2,), ((1 << 61) + 1,)),
        ("0", (4,), (1,)),
        (0, [4], None),
        (0, (4, 4), (1,)),
    ],
)
def test_a_tensor_s_fields_cannot_leave_its_storage_said_or_replaced(
    tmp_path: Path, fields: tuple
) -> None:
    numbers, true = hostile.storage(4), (0, (4,), (1,))
    _refused_here(tmp_path, hostile.latents(hostile.tensor(numbers, *fields)))
    honest = hostile.tensor(numbers, *true)
    for state in (
        dict(zip(FIELDS, fields, strict=True)), (None, dict(zip(FIELDS, fields, strict=True))),
        [None, *fields], list(fields),
    ):  # fmt: skip
        file = hostile.latents(hostile.built(honest, hostile.value(state)))
        assert "replaces parts" in _refused_here(tmp_path, file)


def test_the_check_of_a_view_does_not_rest_on_where_it_came_from() -> None:
    numbers = Storage(StorageKind(np.dtype("<f4")), 4, bytes(16))
    honest = TensorRecord(numbers, 0, (2, 2), (2, 1))
    assert honest.array(most_bytes=16).shape == (2, 2)
    with pytest.raises(CheckpointError, match="more than it holds"):
        honest.array(most_bytes=15)
    for offset, size, stride in ((1, (2, 2), (2, 1)), (3, (2,), (-1,)), (0, (4,), (1 << 47,))):
        record = TensorRecord(numbers, 0, (1,), (1,))
        # What BUILD would have done; dataclass() gives frozen slotted classes this method.
        record.__setstate__([numbers, offset, size, stride])  # pyright: ignore[reportAttributeAccessIssue]
        with pytest.raises(CheckpointError):
            record.array(most_bytes=1 << 60)


@pytest.mark.parametrize(
    "thing",
    [
        hostile.storage(4),
        hostile.named("torch", "FloatStorage"),
        hostile.named("torch._utils", "_rebuild_tensor_v2"),
        hostile.named("torch.storage", "_load_from_bytes"),
        hostile.named("argparse", "Namespace"),
        hostile.value("text"),
    ],
)
def test_nothing_without_a_state_of_its_own_takes_one(tmp_path: Path, thing: bytes) -> None:
    for state in ({"numel": 1 << 40}, (None, {"numel": 1 << 40}), [None, 1 << 40, "x"]):
        file = hostile.latents(hostile.built(thing, hostile.value(state)))
        assert "replaces parts" in _refused_here(tmp_path, file)


def test_views_within_their_storage_are_read_as_torch_reads_them(tmp_path: Path) -> None:
    for dtype in (torch.float32, torch.float16, torch.bfloat16, torch.float64):
        numbers = torch.arange(48.0).to(dtype)
        views = {
            "behind": numbers[8:].reshape(2, 4, 5),
            "permuted": numbers[:24].reshape(2, 3, 4).permute(2, 0, 1),
            "every second": numbers[::2].reshape(2, 3, 4),
            "the last": numbers[47:].reshape(1, 1, 1),
            "none": numbers[:0],
            "a stride that is never taken": numbers.as_strided((1, 2, 3), (1 << 40, 3, 1)),
        }
        torch.save(views, tmp_path / "views.pt")
        found = read_foreign(tmp_path / "views.pt").content
        for name, view in views.items():
            assert torch.equal(found[name].float(), view.float()), name


DEEP = 300_000
"""Tuples in tuples: to hash them takes more stack than a process has."""


@pytest.mark.parametrize(
    "code",
    [
        b"})" + DEEP * b"\x85" + b"K\x01s",  # a key
        hostile.called(
            hostile.named("collections", "OrderedDict"), b"](](" + b")" + DEEP * b"\x85" + b"Nee"
        ),
        b"\x8f()" + DEEP * b"\x85" + b"\x90",  # an item of a set
        b"()" + DEEP * b"\x85" + b"\x91",  # of a frozen one
        hostile.called(hostile.named("builtins", "set"), b"](" + b")" + DEEP * b"\x85" + b"e"),
        b"})" + DEEP * b"\x85" + b"K\x01s0" + DEEP * b"]" + (DEEP - 1) * b"a",
    ],
)
def test_what_is_nested_very_deeply_is_never_hashed(tmp_path: Path, code: bytes) -> None:
    message = _refused(tmp_path, hostile.whole(code))
    assert CRASHED not in message and "limits" not in message


def test_a_storage_key_that_is_nested_very_deeply(tmp_path: Path) -> None:
    torch.save({"x": torch.zeros(3)}, tmp_path / "old", _use_new_zipfile_serialization=False)
    start = (tmp_path / "old").read_bytes().rpartition(b"\x80\x02]")[0]
    keys = b"\x80\x02])" + DEEP * b"\x85" + b"a."
    assert "damaged" in _refused(tmp_path, start + keys)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_named_pipes_and_devices_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pt")
    (tmp_path / "zero.pt").symlink_to("/dev/zero")
    for name in ("pipe.pt", "zero.pt", "nul\0.pt"):
        with pytest.raises(CheckpointError, match="is not a file"):
            read_foreign(tmp_path / name)


def test_what_is_hashed_is_what_is_read(tmp_path: Path) -> None:
    """The name may stand for another file at any moment; the open one stays."""
    file = tmp_path / "file.pt"
    torch.save({"x": torch.ones(3)}, file)
    good = file.read_bytes()
    with open_regular(file) as stream:
        file.unlink()
        file.write_bytes(b"other")
        sha256, content = reading._in_subprocess("file.pt", stream)
    assert sha256 == hashlib.sha256(good).hexdigest()
    assert torch.equal(content["x"], torch.ones(3))
    config = tmp_path / "config.txt"
    config.write_text('  {"seed": 3}')
    assert read_foreign(config).sha256 == hashlib.sha256(config.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    "code",
    [
        b"P1\n.",  # a persistent id as text
        b"\x80\x02K\x01Q.",  # one that is a number
        b"\x80\x02(X\x07\x00\x00\x00storageX\x01\x00\x00\x00aX\x01\x00\x00\x00aNK\x01tQ.",
        b"\x80\x02\x82\x01.",  # the registry of extensions
        b"\x80\x05\x97.",  # a buffer beside the file
        b"\x80\x02h\x07.",  # a memo that is empty there
        b"\x80\x02I" + b"9" * 100_000 + b"\n.",
        b"\x80\x02(i__main__\nX\n.",
        b"\x80\x02" + NETWORK + b"(o.",
    ],
)
def test_odd_words_of_the_pickle_language(tmp_path: Path, code: bytes) -> None:
    if not code.startswith(b"\x80"):
        code = b"\x80\x02" + code
    _refused(tmp_path, code)


def test_one_inner_file_is_not_read_again_and_again(tmp_path: Path) -> None:
    inner = io.BytesIO()
    torch.save(torch.zeros(9)._typed_storage(), inner, _use_new_zipfile_serialization=False)
    data = inner.getvalue()
    load = _named("torch.storage", "_load_from_bytes") + b"q\x00"
    said = b"\x8e" + struct.pack("<Q", len(data)) + data + b"q\x010"
    calls = b"](" + b"h\x00h\x01\x85R" * 30_000 + b"e"
    start = time.monotonic()
    message = _refused(tmp_path, b"\x80\x04" + load + said + calls + b".")
    assert "declares more than it holds" in message or "than any checkpoint" in message
    assert time.monotonic() - start < PATIENCE_S


def test_names_cannot_write_to_the_terminal(tmp_path: Path) -> None:
    state = {"prior_ntwk": {"\x1b[2J\n<b>": torch.zeros(2)}, "cnd_ntwk": {}}
    torch.save(state, tmp_path / "named.pt")
    _refused(tmp_path, (tmp_path / "named.pt").read_bytes())


@pytest.mark.parametrize("shape", [(1 << 47, 0), (0, 1 << 47), (0,) * 40])
def test_sizes_without_numbers(tmp_path: Path, shape: tuple[int, ...]) -> None:
    """Empty arrays may declare any size."""
    weights = {"style.1.weight": torch.empty(shape), "input.input": torch.empty(shape)}
    for i in range(3):
        weights |= {f"convs.{i}.conv.weight": torch.empty(shape)}
    torch.save({"g_ema": weights}, tmp_path / "empty.pt")
    _refused(tmp_path, (tmp_path / "empty.pt").read_bytes())


def test_networks_of_very_many_layers(tmp_path: Path) -> None:
    one, start = torch.zeros(4, 4), time.monotonic()
    state = {f"style.{i + 1}.weight": one for i in range(20_000)}
    state |= {"conv1.conv.weight": torch.zeros(1, 4, 4, 3, 3), "noises.noise_0": one[None, None]}
    state |= {"conv1.conv.modulation.weight": one}
    torch.save({"g_ema": state, "latent_avg": one[0]}, tmp_path / "many.pt")
    assert "mapping layers" in _refused(tmp_path, (tmp_path / "many.pt").read_bytes())
    assert time.monotonic() - start < PATIENCE_S


def test_archives_whose_members_share_a_name_or_lie(tmp_path: Path) -> None:
    torch.save({"Latent": torch.zeros(3)}, tmp_path / "whole.pt")
    twice = tmp_path / "twice.pt"
    with zipfile.ZipFile(tmp_path / "whole.pt") as good, zipfile.ZipFile(twice, "w") as bad:
        for name in good.namelist():
            bad.writestr(name, good.read(name))
        with pytest.warns(UserWarning, match="Duplicate name"):
            bad.writestr("whole/data.pkl", pickle.dumps({"Latent": np.array(None)}))
    _refused(tmp_path, twice.read_bytes())
