"""From a foreign file to the original's answers: golden weights in every container, imported by the
command, loaded as a pack, held to the bounds of `test_parity` (docs/parity.md)."""

import json
from pathlib import Path

import foreign_files as foreign
import golden_networks
import pytest
import torch
from golden_networks import DEEPLAB_SMALL, GENERATORS
from golden_weights import enlarged, golden_state, read_golden, read_layouts, sketch
from torch import Tensor

from s2flow_app.cli.main import run
from s2flow_app.engine.edit import SOLVER
from s2flow_app.engine.pack import Pack, load_pack
from s2flow_app.nets.flow import Integration, Solver
from s2flow_app.paths import find_pack

LAYOUTS = read_layouts()
ORIGINAL_SOLVER = Solver(rtol=1e-7, atol=1e-7)


def imported(name: str, *files: Path) -> Pack:
    """The pack that ``s2flow import`` makes of files."""
    assert run(["import", *map(str, files), "--name", name]) == 0
    return load_pack(find_pack(name))


def off(found: Tensor, expected: Tensor) -> float:
    assert found.shape == expected.shape
    return (found.double() - expected.double()).abs().max().item()


def generator_file(container: str, case: str, folder: Path) -> Path:
    network = golden_networks.generator(GENERATORS[case], LAYOUTS[case])
    if container == "ada":
        return foreign.write_ada(folder / "ffhq.pkl", foreign.ada_object(network))
    if container == "tensorflow":
        told = foreign.tensorflow_network(network, conv_clamp=GENERATORS[case].conv_clamp)
        return foreign.write_tensorflow(folder / "stylegan2-ffhq-config-f.pkl", told)
    g_ema = foreign.rosinality_state(network)
    state = {"g_ema": g_ema, "latent_avg": network.mapping.w_avg}
    torch.save(state, folder / "550000.pt", _use_new_zipfile_serialization=container == "zip")
    return folder / "550000.pt"


@pytest.mark.parametrize(
    ("container", "case"),
    [
        ("ada", "generator_clamp"), ("tensorflow", "generator_clamp"),
        ("zip", "generator_64"), ("before torch 1.6", "generator_64"),
    ],
)  # fmt: skip
def test_an_imported_generator_draws_as_the_original(
    container: str, case: str, tmp_path: Path
) -> None:
    golden = read_golden(case)
    pack = imported("generator", generator_file(container, case, tmp_path))
    config = pack.manifest.components["generator"].config
    assert config.get("conv_clamp") == GENERATORS[case].conv_clamp
    with torch.inference_mode():
        ws = pack.generator.mapping(golden["z"])
        truncated = pack.generator.mapping(golden["z"], truncation_psi=0.7)
        assert off(ws[:, 0], golden["w"]) <= 1e-5
        assert off(truncated[:, 0], golden["w_truncated"]) <= 1e-5
        for key, found in sketch(pack.generator.synthesis(ws)).items():
            assert off(found, golden[key]) <= 2e-3, key


@pytest.mark.parametrize("zipped", [True, False])
def test_an_imported_s2flow_checkpoint_answers_as_the_original(
    zipped: bool, tmp_path: Path
) -> None:
    states = {
        "prior_ntwk": golden_state("flow", LAYOUTS["flow"]),
        "cnd_ntwk": golden_state("condition", LAYOUTS["condition"]),
        "epoch": 100,
        "optimizer": {"state": {0: {"step": 3}}, "param_groups": [{"lr": 3e-4}]},
    }
    checkpoint, config = tmp_path / "last_checkpoint.pt", tmp_path / "config.txt"
    torch.save(states, checkpoint, _use_new_zipfile_serialization=zipped)
    widths = [
        shape[0] for name, (shape, _) in LAYOUTS["flow"].items() if name.endswith("._layer.weight")
    ]
    told = foreign.s2flow_config(flow_modules="-".join(map(str, widths[:-1])))
    config.write_text(json.dumps(told))
    pack = imported("s2flow", checkpoint, config)
    golden, flow = read_golden("flow"), pack.flow
    with torch.inference_mode():
        for solver in (ORIGINAL_SOLVER, SOLVER):
            runs = Integration(), Integration()
            code = flow(golden["ws"], golden["c"], solver=solver, run=runs[0])
            ws = flow.inverse(golden["code"], golden["other_c"], solver=solver, run=runs[1])
            assert min(run.nfe for run in runs) >= 30
            assert off(code, golden["code"]) <= 1e-4 * golden["code"].abs().max()
            assert off(ws, golden["other_ws"]) <= 1e-4 * golden["other_ws"].abs().max()
        seen = read_golden("condition")
        colours = seen["palette"][seen["label_map"].long()].permute(2, 0, 1)[None].float() / 255
        assert off(pack.condition(colours), seen["answer"]) <= 1e-4


@pytest.mark.parametrize("zipped", [True, False])
def test_an_imported_deeplab_parser_answers_as_the_original(zipped: bool, tmp_path: Path) -> None:
    golden = read_golden("deeplab_small")
    state = golden_state("deeplab", LAYOUTS["deeplab_small"])
    whole = {"state_dict": {f"module.{name}": tensor for name, tensor in state.items()}}
    file = tmp_path / "deeplab_model.pth"
    torch.save(whole, file, _use_new_zipfile_serialization=zipped)
    pack = imported("parser", file)
    assert pack.manifest.components["parser"].config["blocks"] == list(DEEPLAB_SMALL)
    with torch.inference_mode():
        for key, found in sketch(pack.parser(enlarged(golden["img"]))).items():
            assert off(found, golden[key]) <= 1e-4, key
