"""The painter's stage: what it has learnt draws photos better by their maps, and it goes on."""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from drawn_faces import drawn_face
from torch import Tensor

from s2flow_app.engine.edit import one_hot_maps
from s2flow_app.labels import PALETTE
from s2flow_app.nets.blending import Blending
from s2flow_app.nets.images import to_img
from s2flow_app.nets.likeness import LikenessEncoder
from s2flow_app.nets.painter import MapPainter, Painting, detail
from s2flow_app.nets.parser import FaceParser
from s2flow_app.nets.stylegan2 import Generator
from s2flow_app.training.build_pack import checkpoint
from s2flow_app.training.data import FaceData
from s2flow_app.training.flow import ConditionalFlow, Judges
from s2flow_app.training.latents import FaceLatents
from s2flow_app.training.loop import StageConfig
from s2flow_app.training.painter import CRISPEST, lacking_crispness, run

COUNT = 24


def _off(generator: Generator, ws: Tensor, photos: Tensor, painting: Painting | None) -> float:
    with torch.no_grad():
        drawn = generator.synthesis(ws, noise_mode="none", blending=Blending(painting=painting))
    return F.l1_loss(drawn, photos).item()


def test_it_learns_to_draw_photos_by_their_maps(tmp_path: Path) -> None:
    torch.manual_seed(1)
    maps = np.stack([drawn_face(40 + 2 * i) for i in range(COUNT)])
    names = tuple(f"cc0-{i:04d}" for i in range(COUNT))
    images = PALETTE[maps].astype(np.uint8)
    points, none = np.zeros((COUNT, 5, 2), np.float32), np.zeros((0, 256, 256), np.uint8)
    faces = FaceData(names, images, points, (), none)
    generator = Generator(channels=(8,) * 6)
    ws = 0.1 * np.random.default_rng(0).standard_normal((2, COUNT, 12, 512)).astype(np.float32)
    latents = FaceLatents(ws, maps, generator)
    parsers = (FaceParser(channels=(8,) * 5), FaceParser(channels=(8,) * 5))
    judges = Judges(generator, LikenessEncoder(features=8, width=8), parsers)
    flow, work = ConditionalFlow(), StageConfig(tmp_path, tmp_path, minutes=0.15)
    painter = run(work, faces, latents, flow, judges)
    assert isinstance(painter, MapPainter)
    assert 0 <= painter.crispness <= CRISPEST
    painter.crispness.zero_()  # of noise, here

    rows, photos = torch.from_numpy(ws[0, :6]), to_img(np.ascontiguousarray(images[:6, ::2, ::2]))
    painting = Painting(painter, one_hot_maps(maps[:6]), torch.ones(1, 1, 64, 64))
    assert _off(generator, rows, photos, painting) < 0.97 * _off(generator, rows, photos, None)

    saved = checkpoint(tmp_path, "painter")
    assert saved is not None and saved["step"] > 3
    longer = StageConfig(tmp_path, tmp_path, minutes=0.16)
    run(longer, faces, latents, flow, judges)
    again = checkpoint(tmp_path, "painter")
    assert again is not None and again["step"] > saved["step"]


def test_dull_drawings_are_made_as_crisp_as_their_photos() -> None:
    torch.manual_seed(0)
    photos = torch.randn(4, 3, 128, 128)
    dull = photos - 0.4 * detail(photos)
    everywhere = torch.ones(4, 1, 128, 128)
    painter = MapPainter(features=8)
    painter.crispness.copy_(lacking_crispness([(dull, photos, everywhere)]))
    found, wanted = (
        detail(img).square().mean() for img in (painter.crisper(dull, everywhere), photos)
    )
    assert 0.98 < found / wanted < 1.02


def test_nothing_is_made_crisper_than_outlines_bear() -> None:
    photos = torch.randn(4, 3, 128, 128)
    assert lacking_crispness([(0.1 * photos, photos, torch.ones(4, 1, 128, 128))]) == CRISPEST


def test_drawings_that_are_crisper_than_photos_are_left_so() -> None:
    photos = torch.randn(4, 3, 128, 128)
    crisp = photos + 0.5 * detail(photos)
    assert lacking_crispness([(crisp, photos, torch.ones(4, 1, 128, 128))]) == 0


def test_only_where_it_is_compared_crispness_counts() -> None:
    torch.manual_seed(0)
    photos = torch.randn(4, 3, 128, 128)
    where = torch.zeros(4, 1, 128, 128)
    where[..., :64] = 1
    dull = photos.clone()
    dull[..., 70:] *= 0.1
    assert lacking_crispness([(dull, photos, where)]) < 1e-3
