"""Parser, encoder and landmark net: what goes in, what comes out."""

import numpy as np
import torch

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
