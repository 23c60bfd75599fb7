"""StyleGAN2 synthesis: sizes, previews, and the modulated convolution by its definition."""

import copy

import pytest
import torch
import torch.nn.functional as F

from s2flow_app.nets import modulated_conv
from s2flow_app.nets.modulated_conv import modulated_conv2d, resample_filter, upsample2d
from s2flow_app.nets.stylegan2 import (
    Generator,
    MappingNetwork,
    SynthesisLayer,
    SynthesisNetwork,
)
from s2flow_app.training.loop import average_into


@pytest.fixture
def synthesis() -> SynthesisNetwork:
    torch.manual_seed(0)
    network = SynthesisNetwork(w_dim=16, channels=(16, 12, 8))
    for name, parameter in network.named_parameters():
        if name.endswith("noise_strength"):
            torch.nn.init.constant_(parameter, 0.3)  # untrained zeros would hide the noise
    return network.requires_grad_(False)


@pytest.mark.parametrize("demodulate", [True, False])
@pytest.mark.parametrize("count", [1, 2])
def test_scaled_convolution_equals_modulated_weights(count: int, demodulate: bool) -> None:
    torch.manual_seed(1)
    x, styles = torch.randn(count, 5, 8, 8), torch.rand(count, 5) + 0.5
    weight, bias = torch.randn(7, 5, 3, 3), torch.randn(7)
    w = weight[None] * styles[:, None, :, None, None]
    if demodulate:
        w = w * (w.square().sum((2, 3, 4), keepdim=True) + 1e-8).rsqrt()
    gain = 1.4 if demodulate else 1.0
    drawn = [gain * F.conv2d(x[i : i + 1], w[i], padding=1) for i in range(count)]
    expected = torch.cat(drawn) + bias[:, None, None]
    found = modulated_conv2d(x, weight, styles, bias=bias, gain=gain, demodulate=demodulate)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("inputs", [8, modulated_conv.PHASES_FROM])
def test_enlarging_is_zero_insertion_convolution_and_fir(
    inputs: int, dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(2)
    x, styles = torch.randn(1, inputs, 6, 5), torch.rand(1, inputs) + 0.5
    weight, bias = torch.randn(4, inputs, 3, 3), torch.randn(4)
    w = weight * styles[0, :, None, None]
    w = w * (w.square().sum((1, 2, 3), keepdim=True) + 1e-8).rsqrt()
    spread = torch.zeros(1, inputs, 12, 10)
    spread[:, :, ::2, ::2] = x
    drawn = F.conv2d(F.pad(spread, (2, 2, 2, 2)), w.flip(2, 3))[:, :, :-1, :-1]
    fir = (4 * resample_filter()).expand(4, 1, 4, 4)
    expected = F.conv2d(drawn, fir, bias, padding=1, groups=4)
    with torch.inference_mode():
        for own in (0, 1000):
            monkeypatch.setattr(modulated_conv, "OWN_WEIGHTS_FROM", own)
            found = modulated_conv2d(
                x.to(dtype), weight, styles, bias=bias, upsample_kernel=resample_filter()
            )
            assert found.shape == (1, 4, 12, 10)
            off = (found.float() - expected).abs().max()
            assert off < (1e-4 if dtype == torch.float32 else 0.1)


def test_the_skip_is_enlarged_by_zero_insertion_and_the_fir() -> None:
    img = torch.randn(1, 3, 5, 7)
    spread = torch.zeros(1, 3, 10, 14)
    spread[:, :, ::2, ::2] = img
    fir = (4 * resample_filter()).expand(3, 1, 4, 4)
    expected = F.conv2d(F.pad(spread, (2, 1, 2, 1)), fir, groups=3)
    torch.testing.assert_close(upsample2d(img), expected)


def test_weights_that_change_are_not_the_kept_ones(synthesis: SynthesisNetwork) -> None:
    ws, layer = torch.randn(1, 6, 16), synthesis.get_submodule("b16.conv0")
    assert isinstance(layer, SynthesisLayer)
    for dtype in (torch.float32, torch.bfloat16):
        with torch.inference_mode():
            before = synthesis(ws, dtype=dtype)
        with torch.no_grad():
            layer.weight.mul_(torch.rand(8, 12, 1, 1) * 2)
        with torch.inference_mode():
            changed = synthesis(ws, dtype=dtype)
            fresh = copy.deepcopy(synthesis)(ws, dtype=dtype)
        assert not torch.equal(changed, before)
        torch.testing.assert_close(changed, fresh)
        layer.weight = torch.nn.Parameter(-layer.weight.detach(), requires_grad=False)
        with torch.inference_mode():
            assert not torch.equal(synthesis(ws, dtype=dtype), changed)


def test_averaging_weights_is_heard_of(synthesis: SynthesisNetwork) -> None:
    other, ws = copy.deepcopy(synthesis), torch.randn(1, 6, 16)
    for parameter in other.parameters():
        torch.nn.init.normal_(parameter)
    with torch.inference_mode():
        synthesis(ws)
    average_into(synthesis, other, decay=0.5)
    with torch.inference_mode():
        torch.testing.assert_close(synthesis(ws), copy.deepcopy(synthesis)(ws))


def test_upsampling_keeps_a_flat_picture_flat() -> None:
    flat = torch.full((1, 3, 6, 6), 0.5)
    enlarged = upsample2d(flat)
    assert enlarged.shape == (1, 3, 12, 12)
    torch.testing.assert_close(enlarged[..., 2:-2, 2:-2], torch.full((1, 3, 8, 8), 0.5))


def test_each_row_steers_its_own_layers(synthesis: SynthesisNetwork) -> None:
    assert synthesis.num_ws == 6
    ws = torch.randn(1, 6, 16)
    base = synthesis(ws)
    assert base.shape == (1, 3, 16, 16)
    for row in range(6):
        moved = ws.clone()
        moved[:, row] += 1
        assert not torch.equal(synthesis(moved), base), f"row {row} has no effect"


def test_preview_ignores_the_rows_of_finer_blocks(synthesis: SynthesisNetwork) -> None:
    ws = torch.randn(1, 6, 16)
    preview = synthesis(ws, upto=8)
    ws[:, 4:] += 1
    assert preview.shape == (1, 3, 8, 8)
    torch.testing.assert_close(synthesis(ws, upto=8), preview)


def test_noise_modes_differ_only_by_noise(synthesis: SynthesisNetwork) -> None:
    ws = torch.randn(1, 6, 16)
    assert torch.equal(synthesis(ws), synthesis(ws))
    assert not torch.equal(synthesis(ws), synthesis(ws, noise_mode="none"))
    assert not torch.equal(synthesis(ws, noise_mode="random"), synthesis(ws, noise_mode="random"))


def test_bfloat16_is_close_to_float32(synthesis: SynthesisNetwork) -> None:
    ws = torch.randn(1, 6, 16)
    exact, rough = synthesis(ws), synthesis(ws, dtype=torch.bfloat16)
    assert rough.dtype == torch.float32
    assert (exact - rough).abs().mean() < 0.05 * exact.abs().mean()


def test_full_truncation_gives_the_mean_latent() -> None:
    mapping = MappingNetwork(z_dim=8, w_dim=16, num_ws=4, num_layers=2)
    mapping.w_avg.copy_(torch.arange(16.0))
    ws = mapping(torch.randn(3, 8), truncation_psi=0)
    torch.testing.assert_close(ws, torch.arange(16.0).expand(3, 4, 16))


def test_parameters_are_named_as_in_stylegan2_ada_pytorch() -> None:
    names = set(Generator(w_dim=16, channels=(8, 8), z_dim=16).state_dict())
    expected = {
        "mapping.fc0.weight", "mapping.fc7.bias", "mapping.w_avg", "synthesis.b4.const",
        "synthesis.b4.conv1.affine.weight", "synthesis.b4.conv1.noise_const",
        "synthesis.b4.conv1.noise_strength", "synthesis.b8.conv0.resample_filter",
        "synthesis.b8.torgb.weight", "synthesis.b8.resample_filter",
    }  # fmt: skip
    assert expected <= names
