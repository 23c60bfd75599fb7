"""A grown network computes what the smaller one did, and more channels can learn."""

import torch
import torch.nn.functional as F

from s2flow_app.nets.encoder import PhotoEncoder
from s2flow_app.nets.modulated_conv import upsample2d
from s2flow_app.nets.stylegan2 import Generator
from s2flow_app.training.growing import grow_encoder, grow_generator


def test_a_grown_generator_draws_the_enlarged_picture() -> None:
    torch.manual_seed(0)
    small = Generator(channels=(16, 12, 8), w_dim=32)
    large = Generator(channels=(16, 14, 12, 6), w_dim=32)
    grow_generator(large, small.state_dict())
    ws = torch.randn(2, 8, 32)
    with torch.inference_mode():
        drawn = small.synthesis(ws[:, :6], noise_mode="none")
        torch.testing.assert_close(large.synthesis(ws, noise_mode="none", upto=16), drawn)
        whole = large.synthesis(ws, noise_mode="none")
    torch.testing.assert_close(whole, upsample2d(drawn))


def test_what_is_new_in_a_grown_generator_learns() -> None:
    torch.manual_seed(0)
    small, large = [Generator(channels=(16, width), w_dim=32) for width in (8, 12)]
    grow_generator(large, small.state_dict())
    large.synthesis(torch.randn(2, 4, 32), noise_mode="none").square().mean().backward()
    weight = dict(large.named_parameters())["synthesis.b8.conv1.weight"].grad
    assert weight is not None and weight[:8, 8:].abs().max() > 0


def test_a_grown_encoder_reads_patches_as_their_means() -> None:
    torch.manual_seed(0)
    small = PhotoEncoder(channels=(8, 8, 16), num_ws=6, w_dim=32, offset_rank=4)
    large = PhotoEncoder(channels=(8, 8, 16), num_ws=8, w_dim=32, offset_rank=6, patch=2)
    grow_encoder(large, small.state_dict())
    img = torch.randn(2, 3, 32, 32)
    with torch.inference_mode():
        before, after = small(F.avg_pool2d(img, 2)), large(img)
    # Offsets are measured from their mean, which the added rows move.
    torch.testing.assert_close(before - before[:, :1], (after - after[:, :1])[:, :6])
    torch.testing.assert_close(after[:, 5], after[:, 7])
