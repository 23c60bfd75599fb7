"""StyleGAN2 synthesis: sizes, previews, and the modulated convolution by its definition."""

import pytest
import torch
import torch.nn.functional as F

from s2flow_app.nets.stylegan2 import (
    Generator,
    MappingNetwork,
    SynthesisNetwork,
    modulated_conv2d,
    resample_filter,
    upsample2d,
)


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


def test_upsampling_keeps_a_flat_picture_flat() -> None:
    flat = torch.full((1, 3, 6, 6), 0.5)
    enlarged = upsample2d(flat, resample_filter())
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
