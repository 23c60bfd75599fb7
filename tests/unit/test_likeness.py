"""The likeness of a photo: looked for, or seen at once by a trained encoder."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_pack import tiny_pack
from torch import Tensor

from s2flow_app.engine.invert import Budget
from s2flow_app.engine.session import Session
from s2flow_app.engine.tune import likeness, with_likeness
from s2flow_app.nets.blending import Blending
from s2flow_app.nets.images import to_images
from s2flow_app.nets.likeness import LikenessEncoder, likeness_of
from s2flow_app.nets.stylegan2 import Generator
from s2flow_app.training.data import FaceData
from s2flow_app.training.latents import FaceLatents
from s2flow_app.training.likeness import features_at, run
from s2flow_app.training.loop import StageConfig


@pytest.fixture
def generator() -> Generator:
    torch.manual_seed(4)
    return Generator(channels=(16, 16, 16, 12, 8), w_dim=16).eval().requires_grad_(False)


def _off(generator: Generator, ws: Tensor, wanted: Tensor, found: Tensor | None) -> float:
    drawn = generator.synthesis(ws, blending=Blending(likeness=found))
    return float((drawn - wanted).square().mean())


def test_a_likeness_draws_what_the_latents_cannot(generator: Generator) -> None:
    ws = torch.randn(1, 10, 16)
    wanted = generator.synthesis(torch.randn(1, 10, 16))
    found = likeness(generator, ws, wanted, budget=Budget(60, steps=40))
    assert _off(generator, ws, wanted, found) < 0.5 * _off(generator, ws, wanted, None)
    on = likeness(generator, ws, wanted, found, budget=Budget(60, steps=5))
    assert _off(generator, ws, wanted, on) < 1.1 * _off(generator, ws, wanted, found)


def test_a_generator_with_a_likeness_shares_its_networks(generator: Generator) -> None:
    found = torch.ones(1, 16, 16, 16)
    alike = with_likeness(generator, found)
    assert alike.synthesis is generator.synthesis
    assert alike.likeness is found and generator.likeness is None
    assert with_likeness(generator, None) is generator


def _unlike(generator: Generator, ws: Tensor) -> Tensor:
    """Pictures that the latents nearly draw."""
    likeness = 0.3 * torch.randn(len(ws), 16, 16, 16)
    return generator.synthesis(ws, blending=Blending(likeness=likeness)).clamp(-1, 1)


def test_the_encoder_learns_to_see_it(generator: Generator, tmp_path: Path) -> None:
    count = 40
    ws = np.random.default_rng(1).standard_normal((1, count, 10, 16)).astype(np.float32)
    ws = 0.1 * ws.repeat(2, 0)
    images = to_images(_unlike(generator, torch.from_numpy(ws[0])))
    faces = FaceData(
        tuple(f"cc0-{i:04d}" for i in range(count)), images, np.zeros((count, 5, 2), np.float32),
        (), np.zeros((0, 64, 64), np.uint8),
    )  # fmt: skip
    latents = FaceLatents(ws, np.zeros((count, 256, 256), np.uint8), generator)
    encoder = run(StageConfig(tmp_path, tmp_path, minutes=0.08), faces, latents)
    assert isinstance(encoder, LikenessEncoder)
    assert [features_at(generator, size) for size in (16, 32)] == [16, 12]
    rows = torch.from_numpy(ws[0, :4])
    wanted = _unlike(generator, rows)
    with torch.no_grad():
        found = likeness_of(encoder, generator, rows, wanted)
    assert found.shape == (4, 16, 16, 16)
    assert _off(generator, rows, wanted, found) < 0.8 * _off(generator, rows, wanted, None)


def test_a_session_draws_an_opened_face_with_it(tmp_path: Path) -> None:
    session = Session(tiny_pack(tmp_path))
    picture = np.random.default_rng(2).integers(0, 255, (512, 512, 3), np.uint8)
    _, (face,) = session.open_aligned(picture, "a face")
    state = session.prepare_face(face.points).state
    assert state.generator, "its likeness is kept under a name"
