"""Checkpoints in their foreign layouts become packs that hold the same numbers."""

import json
import pickle
from argparse import Namespace
from pathlib import Path
from typing import Any

import foreign_files as foreign
import golden_networks
import numpy as np
import pytest
import torch
from golden_networks import DEEPLAB_SMALL
from golden_weights import golden_state, read_layouts
from torch import nn

from s2flow_app.engine.pack import Pack, load_pack
from s2flow_app.importers.assemble import import_files


def _imported(tmp_path: Path, *files: Path) -> Pack:
    path, _ = import_files(list(files), name="mine", folder=tmp_path / "packs")
    assert [p.name for p in (tmp_path / "packs").iterdir()] == ["mine"]
    return load_pack(path)


def _same(found: nn.Module, expected: nn.Module) -> None:
    theirs = expected.state_dict()
    assert found.state_dict().keys() == theirs.keys()
    for name, tensor in found.state_dict().items():
        torch.testing.assert_close(tensor, theirs[name], rtol=0, atol=0, msg=name)


def _close(found: nn.Module, expected: nn.Module) -> None:
    """The same but for the rounding of an addition and its undoing."""
    torch.testing.assert_close(dict(found.state_dict()), dict(expected.state_dict()))


def _saved(path: Path, value: Any, *, zipped: bool = True) -> Path:
    torch.save(value, path, _use_new_zipfile_serialization=zipped)
    return path


@pytest.mark.parametrize("clamp", [None, 256.0])
def test_nvidias_pytorch_pickle(tmp_path: Path, clamp: float | None) -> None:
    expected = foreign.small_generator(conv_clamp=clamp)
    marker = tmp_path / "ran"
    source = f"open({str(marker)!r}, 'w')"
    pack = _imported(
        tmp_path, foreign.write_ada(tmp_path / "any.bin", foreign.ada_object(expected, source))
    )
    _same(pack.generator, expected)
    assert pack.manifest.components["generator"].config.get("conv_clamp") == clamp
    assert pack.manifest.resolution == 32
    assert "NVIDIA Source Code License" in pack.manifest.terms
    assert not marker.exists(), "the source in the pickle ran"
    z = torch.randn(2, foreign.DIM)
    ws = expected.mapping(z)
    torch.testing.assert_close(pack.generator.mapping(z), ws)
    torch.testing.assert_close(pack.generator.synthesis(ws), expected.synthesis(ws))


def test_tensorflow_pickle(tmp_path: Path) -> None:
    expected = foreign.small_generator()
    network = foreign.tensorflow_network(expected, mapping_lrmul=0.01, label_size=0)
    pack = _imported(tmp_path, foreign.write_tensorflow(tmp_path / "tf.pkl", network))
    _close(pack.generator, expected)
    assert pack.manifest.sources[0].kind == "StyleGAN2 (TensorFlow)"


@pytest.mark.parametrize("zipped", [True, False])
def test_rosinality_checkpoint(tmp_path: Path, zipped: bool) -> None:
    expected = foreign.small_generator()
    state = foreign.rosinality_state(expected)
    whole = {
        "g_ema": state, "g": state, "args": Namespace(size=32),
        "latent_avg": expected.mapping.w_avg, "ada_aug_p": 0.0,
    }  # fmt: skip
    pack = _imported(tmp_path, _saved(tmp_path / "r.pt", whole, zipped=zipped))
    _same(pack.generator, expected)


def test_a_checkpoint_without_a_mean_latent_gets_one(tmp_path: Path) -> None:
    expected = foreign.small_generator()
    whole = {"g_ema": foreign.rosinality_state(expected)}
    pack = _imported(tmp_path, _saved(tmp_path / "r.pt", whole))
    z = torch.randn(20_000, foreign.DIM, generator=torch.Generator().manual_seed(9))
    mean = expected.mapping(z)[:, 0].mean(0)
    torch.testing.assert_close(pack.generator.mapping.w_avg, mean, rtol=0, atol=0.1)


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("prefix", ["", "module."])
def test_s2flow_checkpoint_with_its_configuration(
    tmp_path: Path, zipped: bool, prefix: str
) -> None:
    flow, condition = foreign.small_s2flow()
    whole = foreign.s2flow_checkpoint(flow, condition)
    for key in ("prior_ntwk", "cnd_ntwk"):
        whole[key] = {prefix + name: tensor for name, tensor in whole[key].items()}
    config = tmp_path / "config.txt"
    config.write_text(json.dumps(foreign.s2flow_config()))
    pack = _imported(tmp_path, _saved(tmp_path / "last.pt", whole, zipped=zipped), config)
    _same(pack.flow, flow)
    _same(pack.condition, condition)
    assert pack.flow.each_row
    assert [source.kind for source in pack.manifest.sources] == ["S2-Flow", "S2-Flow configuration"]


def test_deeplab_parser(tmp_path: Path) -> None:
    expected = foreign.small_deeplab()
    state = {f"module.{name}": tensor for name, tensor in expected.state_dict().items()}
    state["module.bn1.num_batches_tracked"] = torch.tensor(7)
    whole = {"state_dict": state, "epoch": 50, "optimizer": {"state": {}}}
    pack = _imported(tmp_path, _saved(tmp_path / "d.pth", whole, zipped=False))
    _same(pack.parser, expected)
    picture = torch.rand(1, 3, 64, 64) * 2 - 1
    torch.testing.assert_close(pack.parser(picture), expected(picture), rtol=1e-4, atol=1e-3)
    assert "CelebAMask-HQ" in pack.manifest.terms


def test_the_original_networks_state_dicts_are_taken_as_they_are(tmp_path: Path) -> None:
    layouts = read_layouts()
    whole = {
        "prior_ntwk": golden_state("flow", layouts["flow"]),
        "cnd_ntwk": golden_state("condition", layouts["condition"]),
    }
    parser = golden_state("deeplab", layouts["deeplab_small"])
    pack = _imported(
        tmp_path, _saved(tmp_path / "last.pt", whole), _saved(tmp_path / "d.pth", parser)
    )
    _same(pack.flow, golden_networks.flow(layouts["flow"]))
    _same(pack.condition, golden_networks.condition(layouts["condition"]))
    _same(pack.parser, golden_networks.deeplab(DEEPLAB_SMALL, layouts["deeplab_small"]))
    assert pack.manifest.components["flow"].config["hidden"] == [512] * 5


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("core", ["numpy._core", "numpy.core"])
def test_styleflows_latents(tmp_path: Path, protocol: int, core: str) -> None:
    latents = np.random.default_rng(0).normal(size=(1, 5, 8, 16)).astype(np.float32)
    file = tmp_path / "latents"
    written = pickle.dumps({"Latent": latents, "Seed": [np.int64(3)]}, protocol)
    if protocol < 4:  # names are lines, not counted texts
        written = written.replace(b"numpy._core", core.encode())
    file.write_bytes(written)
    pack = _imported(tmp_path, file)
    np.testing.assert_array_equal(pack.latents.ws.numpy(), latents[0])


def test_latents_may_be_a_list_of_faces_of_any_kind_of_float(tmp_path: Path) -> None:
    faces = [np.full((1, 8, 16), i, ">f8", order="F") for i in range(3)]
    file = tmp_path / "latents"
    file.write_bytes(pickle.dumps({"Latent": faces}, 4))
    ws = _imported(tmp_path, file).latents.ws
    assert ws.dtype == torch.float32 and ws[:, 0, 0].tolist() == [0, 1, 2]


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16, torch.bfloat16])
def test_weights_of_another_precision_become_float32(tmp_path: Path, dtype: torch.dtype) -> None:
    expected = foreign.small_deeplab()
    state = {name: tensor.to(dtype) for name, tensor in expected.state_dict().items()}
    pack = _imported(tmp_path, _saved(tmp_path / "d.pth", state))
    expected.load_state_dict(state)
    _same(pack.parser, expected)


def test_tensors_may_share_and_turn_their_storage(tmp_path: Path) -> None:
    expected = foreign.small_deeplab()
    state = expected.state_dict()
    weight = state["conv1.weight"]
    state["conv1.weight"] = weight.permute(3, 2, 1, 0).contiguous().permute(3, 2, 1, 0)
    both = torch.cat([state["bn1.weight"], state["bn1.bias"]])
    state["bn1.weight"], state["bn1.bias"] = both[:32], both[32:]
    _same(_imported(tmp_path, _saved(tmp_path / "d.pth", state)).parser, expected)


def test_files_of_one_model_make_one_pack(tmp_path: Path) -> None:
    generator, parser = foreign.small_generator(), foreign.small_deeplab()
    flow, condition = foreign.small_s2flow()
    latents = tmp_path / "latents"
    rows = np.zeros((2, foreign.NUM_WS, foreign.DIM), np.float32)
    latents.write_bytes(pickle.dumps({"Latent": rows}))
    files = [
        foreign.write_ada(tmp_path / "g", foreign.ada_object(generator)),
        _saved(tmp_path / "f", foreign.s2flow_checkpoint(flow, condition)),
        _saved(tmp_path / "d", dict(parser.state_dict())),
        latents,
    ]
    pack = _imported(tmp_path, *files)
    assert set(pack.networks) == {"generator", "flow", "condition", "parser", "latents"}
    sources = pack.manifest.sources
    assert [source.file for source in sources] == ["g", "f", "d", "latents"]
    assert all(len(source.sha256) == 64 for source in sources)
    for source in sources:
        assert source.licence in pack.manifest.licence and source.terms in pack.manifest.terms
