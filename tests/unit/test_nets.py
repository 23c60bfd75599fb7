"""Parser, encoder and landmark net: what goes in, what comes out."""

import numpy as np
import torch

from s2flow_app.nets.deeplab import DeepLabV3, StandardisedConv2d
from s2flow_app.nets.encoder import PhotoEncoder
from s2flow_app.nets.images import to_images, to_img
from s2flow_app.nets.landmarks import LandmarkNet
from s2flow_app.nets.parser import FaceParser


def test_parser_answers_at_half_the_size() -> None:
    parser = FaceParser(channels=(8, 8, 16, 16, 16)).eval()
    with torch.no_grad():
        assert parser(torch.randn(1, 3, 64, 96)).shape == (1, 19, 32, 48)


def test_row_offsets_of_the_encoder_have_mean_zero() -> None:
    encoder = PhotoEncoder(channels=(8, 8, 16), w_dim=32, num_ws=6)
    torch.nn.init.normal_(encoder.offsets.weight)
    with torch.no_grad():
        img = torch.randn(2, 3, 16, 16)
        ws = encoder(img)
        encoder.offsets.weight.zero_()
        shared = encoder(img)
    assert ws.shape == (2, 6, 32)
    assert ws.std(1).min() > 0
    torch.testing.assert_close(ws.mean(1), shared.mean(1), rtol=1e-4, atol=1e-4)


def test_landmarks_are_in_units_of_the_crop() -> None:
    net = LandmarkNet(channels=(16, 16, 16, 16)).eval()
    with torch.no_grad():
        points, score = net(torch.zeros(2, 3, 128, 128))
    assert points.shape == (2, 478, 2) and score.shape == (2,)
    assert ((points > -1) & (points < 2)).all()


def test_pictures_survive_the_way_to_the_networks_and_back() -> None:
    images = np.random.default_rng(0).integers(0, 256, (2, 5, 4, 3), dtype=np.uint8)
    img = to_img(images)
    assert img.shape == (2, 3, 5, 4) and img.min() >= -1 and img.max() <= 1
    np.testing.assert_array_equal(to_images(img), images)


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
