"""Tricks of pickles that ask for much time or memory, or dress things up as what is allowed."""

import io
import pickle
import struct
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from s2flow_app.errors import CheckpointError
from s2flow_app.importers.reading import read_foreign
from s2flow_app.importers.recognise import recognised


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
    assert time.monotonic() - start < 20


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
    assert "damaged" in _refused(tmp_path, b"\x80\x04" + dress + call + b".")


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
    assert time.monotonic() - start < 20


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
    assert time.monotonic() - start < 20


def test_archives_whose_members_share_a_name_or_lie(tmp_path: Path) -> None:
    torch.save({"Latent": torch.zeros(3)}, tmp_path / "whole.pt")
    twice = tmp_path / "twice.pt"
    with zipfile.ZipFile(tmp_path / "whole.pt") as good, zipfile.ZipFile(twice, "w") as bad:
        for name in good.namelist():
            bad.writestr(name, good.read(name))
        with pytest.warns(UserWarning, match="Duplicate name"):
            bad.writestr("whole/data.pkl", pickle.dumps({"Latent": np.array(None)}))
    _refused(tmp_path, twice.read_bytes())
