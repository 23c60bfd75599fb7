"""DeepLab's sizes, and its standardised filters: kept while frozen, never stale."""

import torch

from s2flow_app.nets.deeplab import DeepLabV3, StandardisedConv2d


def test_deeplab_answers_at_the_input_s_size() -> None:
    parser = DeepLabV3(blocks=(1, 1, 1, 1), width=32, aspp_width=32).eval()
    with torch.inference_mode():
        assert parser(torch.rand(2, 3, 65, 48) * 2 - 1).shape == (2, 19, 65, 48)


def test_frozen_filters_are_standardised_once_and_anew_when_they_change() -> None:
    layer = StandardisedConv2d(4, 8, 3).requires_grad_(False)
    kept = layer.standardised()
    torch.testing.assert_close(kept.mean((1, 2, 3)), torch.zeros(8), atol=1e-6, rtol=0)
    torch.testing.assert_close(kept.std((1, 2, 3)), torch.ones(8), atol=1e-3, rtol=0)
    assert layer.standardised() is kept
    state = {"weight": torch.randn(8, 4, 3, 3)}
    for assign in (False, True):
        layer.load_state_dict(state, assign=assign)
        assert not torch.equal(layer.standardised(), kept)
        kept, state = layer.standardised(), {"weight": torch.randn(8, 4, 3, 3)}
    assert layer.double().standardised().dtype == torch.float64


def test_filters_kept_in_inference_serve_gradients_to_the_input() -> None:
    layer = StandardisedConv2d(1, 1, 3).requires_grad_(False)
    x = torch.ones(1, 1, 5, 5)
    with torch.inference_mode():
        layer(x)
    layer(x.requires_grad_()).sum().backward()
    assert x.grad is not None and x.grad.abs().max() > 0


def test_filters_in_training_get_gradients() -> None:
    layer = StandardisedConv2d(2, 3, 3)
    layer(torch.randn(1, 2, 5, 5)).square().sum().backward()
    assert layer.weight.grad is not None and layer.weight.grad.abs().max() > 0
