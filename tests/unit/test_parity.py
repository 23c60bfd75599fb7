"""Our networks answer as the original ones do on the same weights (docs/parity.md).

The weights come in the original state dicts' layouts, by the formula of `golden_weights`; what the
original code made of them was computed once, by `golden/make_goldens.py`.
"""

from typing import Final

import golden_networks
import pytest
import torch
from golden_networks import DEEPLAB_SMALL, GENERATOR_FFHQ, GENERATORS, our_name
from golden_weights import enlarged, golden_state, layout_of, read_golden, read_layouts, sketch
from torch import Tensor

from s2flow_app.engine.edit import SOLVER
from s2flow_app.labels import PALETTE
from s2flow_app.nets.condition import RgbConditionEncoder
from s2flow_app.nets.deeplab import DeepLabV3
from s2flow_app.nets.flow import ORIGINAL_ONLY, Flow, Integration, Solver
from s2flow_app.nets.stylegan2 import Generator, SynthesisLayer, ToRGBLayer

LAYOUTS: Final = read_layouts()
ORIGINAL_SOLVER: Final = Solver(rtol=1e-7, atol=1e-7)


def off(found: Tensor, expected: Tensor) -> float:
    """The largest absolute difference."""
    assert found.shape == expected.shape
    return (found.double() - expected.double()).abs().max().item()


def relative(found: Tensor, expected: Tensor) -> float:
    """The largest difference as a share of the largest value."""
    return off(found, expected) / expected.abs().max().item()


@pytest.fixture(autouse=True)
def no_gradients():
    with torch.inference_mode():
        yield


@pytest.mark.parametrize("name", [*GENERATORS, "generator_ffhq"])
def test_generator_state_is_laid_out_as_the_original_s(name: str) -> None:
    case = GENERATORS.get(name, GENERATOR_FFHQ)
    network = Generator(channels=case.channels, z_dim=512, conv_clamp=case.conv_clamp)
    assert layout_of(network.state_dict()) == LAYOUTS[name]


def test_flow_state_is_the_original_s_without_its_counter() -> None:
    theirs = {k: v for k, v in LAYOUTS["flow"].items() if k not in ORIGINAL_ONLY}
    assert layout_of(Flow().state_dict()) == theirs
    assert set(LAYOUTS["flow"]) >= ORIGINAL_ONLY


def test_condition_encoder_state_is_the_original_s_renamed() -> None:
    theirs = {our_name(name): entry for name, entry in LAYOUTS["condition"].items()}
    assert layout_of(RgbConditionEncoder().state_dict()) == theirs
    assert len(theirs) == len(LAYOUTS["condition"])


@pytest.mark.parametrize("name, blocks", [("deeplab", None), ("deeplab_small", DEEPLAB_SMALL)])
def test_deeplab_state_is_laid_out_as_the_original_s(name: str, blocks) -> None:
    network = DeepLabV3() if blocks is None else DeepLabV3(blocks=blocks)
    assert layout_of(network.state_dict()) == LAYOUTS[name]


@pytest.mark.parametrize("name", GENERATORS)
def test_generator_draws_as_the_original(name: str) -> None:
    golden = read_golden(name)
    network = golden_networks.generator(GENERATORS[name], LAYOUTS[name])
    ws = network.mapping(golden["z"])
    truncated = network.mapping(golden["z"], truncation_psi=0.7)
    for found, key in ((ws, "w"), (truncated, "w_truncated")):
        assert torch.equal(found, found[:, :1].expand_as(found))
        assert off(found[:, 0], golden[key]) <= 1e-5
    for key, found in sketch(network.synthesis(ws)).items():
        assert off(found, golden[key]) <= 2e-3, key


@pytest.mark.parametrize("kind", [SynthesisLayer, ToRGBLayer])
def test_the_clamp_bites_in_every_kind_of_layer(kind: type[SynthesisLayer | ToRGBLayer]) -> None:
    """So that the case with a clamp tells whether and where it is applied."""
    name = "generator_clamp"
    golden = read_golden(name)
    network = golden_networks.generator(GENERATORS[name], LAYOUTS[name])
    for module in network.modules():
        if isinstance(module, kind):
            module.conv_clamp = None
    found = sketch(network.synthesis(network.mapping(golden["z"])))
    assert off(found["patches"], golden["patches"]) > 0.02


def test_flow_moves_latents_as_the_original() -> None:
    golden, network = read_golden("flow"), golden_networks.flow(LAYOUTS["flow"])
    assert (golden["evaluations"] >= 30).all()
    runs = Integration(), Integration()
    solver = ORIGINAL_SOLVER
    code = network(golden["ws"], golden["c"], solver=solver, run=runs[0])
    ws = network.inverse(golden["code"], golden["other_c"], solver=solver, run=runs[1])
    assert min(run.nfe for run in runs) >= 30
    assert relative(code, golden["code"]) <= 1e-4
    assert relative(ws, golden["other_ws"]) <= 1e-4


def test_flow_as_edits_integrate_it_is_within_the_bound_too() -> None:
    golden, network = read_golden("flow"), golden_networks.flow(LAYOUTS["flow"])
    code = network(golden["ws"], golden["c"], solver=SOLVER)
    ws = network.inverse(golden["code"], golden["other_c"], solver=SOLVER)
    assert relative(code, golden["code"]) <= 1e-4
    assert relative(ws, golden["other_ws"]) <= 1e-4


def test_condition_encoder_answers_as_the_original() -> None:
    golden = read_golden("condition")
    assert torch.equal(torch.from_numpy(PALETTE), golden["palette"])
    colours = golden["palette"][golden["label_map"].long()].permute(2, 0, 1)[None].float() / 255
    answer = golden_networks.condition(LAYOUTS["condition"])(colours)
    assert off(answer, golden["answer"]) <= 1e-4


def test_deeplab_answers_as_the_original() -> None:
    golden = read_golden("deeplab_small")
    network = golden_networks.deeplab(DEEPLAB_SMALL, LAYOUTS["deeplab_small"])
    for key, found in sketch(network(enlarged(golden["img"]))).items():
        assert off(found, golden[key]) <= 1e-4, key


@pytest.mark.parametrize("name", LAYOUTS)
def test_weights_leave_nothing_at_its_initial_value(name: str) -> None:
    """Zero strengths and biases, unit statistics or an end time of 1 would hide errors."""
    for key, tensor in golden_state(name.split("_")[0], LAYOUTS[name]).items():
        assert not (tensor == 0).all() and not (tensor == 1).all(), key
