"""The styles' stage: each direction moves its own proxy, and the prior is that of the faces."""

from pathlib import Path

import numpy as np
import pytest
import torch
from drawn_faces import drawn_face

from s2flow_app.labels import LEFT_BROW, PALETTE, RIGHT_BROW
from s2flow_app.nets.encoder import PhotoEncoder
from s2flow_app.nets.prior import FacePrior
from s2flow_app.nets.stylegan2 import Generator
from s2flow_app.nets.styles import StyleDirections
from s2flow_app.training import styles
from s2flow_app.training.build_pack import checkpoint, trained_parts
from s2flow_app.training.data import FaceData
from s2flow_app.training.flow import ConditionalFlow
from s2flow_app.training.latents import FaceLatents
from s2flow_app.training.loop import StageConfig

COUNT = 12


def test_a_direction_moves_its_own_proxy_alone() -> None:
    slopes = torch.randn(3, 8, generator=torch.Generator().manual_seed(1))
    everything, no_last = torch.ones(3, dtype=torch.bool), torch.tensor([True, True, False])
    factor = torch.randn(8, 8, generator=torch.Generator().manual_seed(2)).tril()
    answers = [(slopes, everything), (slopes, everything), (slopes, no_last)]
    directions, basis = styles.solved(answers, factor)
    moved = slopes @ directions.t()
    assert torch.allclose(moved.diagonal(), torch.ones(3), atol=0.02)
    assert (moved - moved.diagonal().diag())[:2].abs().max() < 0.02
    # They are combinations of the basis.
    mixed = torch.linalg.lstsq(basis.t(), directions.t()).solution
    assert torch.allclose(basis.t() @ mixed, directions.t(), atol=1e-4)


def test_the_stage_makes_directions_and_a_prior_of_the_faces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(1)
    monkeypatch.setattr(styles, "DRAWN_FACES", 1)
    maps = np.stack([drawn_face(40 + 2 * i) for i in range(COUNT)])
    maps[:, 95:101, 86:114], maps[:, 95:101, 142:170] = RIGHT_BROW, LEFT_BROW
    points, none = np.zeros((COUNT, 5, 2), np.float32), np.zeros((0, 256, 256), np.uint8)
    names = tuple(f"cc0-{i:04d}" for i in range(COUNT))
    faces = FaceData(names, PALETTE[maps].astype(np.uint8), points, (), none)
    generator = Generator(channels=(8,) * 6).requires_grad_(False)
    encoder = PhotoEncoder(channels=(8,) * 6, num_ws=12, offset_rank=4).requires_grad_(False)
    shared = torch.randn(COUNT, 512)
    ws = shared[:, None] + torch.einsum("ldk,nk->nld", encoder.offset_basis(), shared[:, :4])
    latents = FaceLatents(torch.stack([ws, ws]).numpy(), maps, generator)
    net = ConditionalFlow().eval().requires_grad_(False)

    styles.run(StageConfig(tmp_path, tmp_path, minutes=1), faces, latents, net, encoder)
    saved = checkpoint(tmp_path, "styles")
    assert saved is not None
    parts = trained_parts("styles", saved)
    directions, prior = parts["styles"][2], parts["prior"][2]
    assert isinstance(directions, StyleDirections) and isinstance(prior, FacePrior)
    assert torch.isfinite(directions.directions).all() and directions.directions.any()
    of_faces = ws[faces.select(held_out=False)]
    assert (prior.ws(of_faces.mean(1), encoder.offset_basis()) - of_faces).abs().mean() < 0.02
