"""Every stage trains on CUDA as on the CPU, and goes from one to the other where it was.

The device is one that is not there: a tensor that was forgotten on the CPU fails an operation.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from drawn_faces import drawn_face
from fake_device import FakeDevice, is_there
from tiny_pack import tiny_pack
from torch import Tensor, nn

from s2flow_app.cli import train as cli_train
from s2flow_app.errors import DeviceError
from s2flow_app.labels import LEFT_BROW, PALETTE, RIGHT_BROW
from s2flow_app.nets.encoder import PhotoEncoder
from s2flow_app.nets.landmarks import LandmarkNet
from s2flow_app.nets.likeness import LikenessEncoder
from s2flow_app.nets.parser import FaceParser
from s2flow_app.nets.photo_painter import PhotoPainter
from s2flow_app.nets.stylegan2 import Generator
from s2flow_app.training import (
    flow,
    generator,
    landmarks,
    likeness,
    painter,
    parser,
    run,
    styles,
)
from s2flow_app.training.build_pack import checkpoint
from s2flow_app.training.critic import Critic
from s2flow_app.training.data import FaceData
from s2flow_app.training.latents import FaceLatents, best_maps, face_latents, face_renders
from s2flow_app.training.loop import StageConfig, Trainer
from s2flow_app.training.painter_data import PaintedFaces

COUNT = 12
NARROW = (8,) * 5
TinyParser = partial(FaceParser, channels=NARROW)


class TinyFeatures(nn.Module):
    """As `LiteFeatures`, of random weights."""

    def __init__(self, variant: int) -> None:
        super().__init__()
        self.channels = list(NARROW)
        self.convs = nn.ModuleList(nn.Conv2d(c, 8, 3, 2, 1) for c in (3, *NARROW[:-1]))
        self.requires_grad_(False)

    def forward(self, img: Tensor) -> list[Tensor]:
        found = [img]
        for conv in self.convs:
            found.append(conv(found[-1]))
        return found[1:]


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A stage in one of its phases."""

    stage: str
    train: Callable[[StageConfig, FaceData, FaceLatents], nn.Module]
    phase: float = 0.0
    """Share of its time that is used."""
    mixed: bool = True
    """It computes in bfloat16."""
    batch: int = 2

    def __str__(self) -> str:
        return f"{self.stage}-{self.phase:g}"


def _generator(config: StageConfig, data: FaceData, latents: FaceLatents) -> nn.Module:
    return generator.run(config, data, latents.label_maps, TinyParser())


def _flow(config: StageConfig, data: FaceData, latents: FaceLatents) -> nn.Module:
    judges = (TinyParser(), TinyParser())
    encoder = LikenessEncoder(features=8, width=8)
    return flow.run(config, data, latents, flow.Judges(latents.generator, encoder, judges))


def _painter(config: StageConfig, data: FaceData, latents: FaceLatents) -> nn.Module:
    return painter.run(config, PaintedFaces(data, latents.label_maps, data.images))


CASES = (
    Case("landmarks", lambda c, d, _: landmarks.run(c, d), mixed=False),
    Case("parser", lambda c, d, _: parser.run(c, d, "parser")),
    Case("generator", _generator, 0.01),
    Case("generator", _generator, 0.7, batch=4),
    Case("likeness", likeness.run, mixed=False),
    Case("flow", _flow, 0.1, mixed=False),
    Case("flow", _flow, 0.5),
    Case("painter", _painter),
)


@pytest.fixture
def faces() -> FaceData:
    maps = np.stack([drawn_face(40 + 2 * i) for i in range(COUNT)])
    maps[:, 95:101, 86:114], maps[:, 95:101, 142:170] = RIGHT_BROW, LEFT_BROW
    points = np.random.default_rng(0).uniform(60, 200, (COUNT, 478, 2)).astype(np.float32)
    names = tuple(f"cc0-{i:04d}" for i in range(COUNT))
    return FaceData(names, PALETTE[maps].astype(np.uint8), points, names, maps)


@pytest.fixture
def latents(faces: FaceData) -> FaceLatents:
    torch.manual_seed(1)
    ws = torch.randn(2, COUNT, 12, 512).numpy()
    drawing = Generator(channels=(8,) * 6).requires_grad_(False)
    return FaceLatents(ws, faces.label_maps, drawing)


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks that take milliseconds."""
    critic = partial(Critic, channels=(8,) * 6)
    for module, name, small in (
        (landmarks, "LandmarkNet", partial(LandmarkNet, channels=(8,) * 4)),
        (generator, "GENERATOR_CHANNELS", (8,) * 7),
        (generator, "ENCODER_CHANNELS", (8,) * 6),
        (generator, "OFFSET_RANK", 4),
        (generator, "fuse", lambda module: None),
        (generator, "Critic", critic),
        (flow, "Critic", critic),
        (flow, "SHOWN_EDITS", 2),
        (likeness, "LikenessEncoder", partial(LikenessEncoder, width=8)),
        (painter, "PhotoPainter", partial(PhotoPainter, widths=(8,) * 4, dilations=(1,), fine=8)),
        (painter, "LiteFeatures", TinyFeatures),
        (painter, "SHOWN", 1),
    ):
        monkeypatch.setattr(module, name, small)
    for module in (parser, generator, likeness, flow, painter):  # no batch is made that is not used
        monkeypatch.setattr(module, "prefetched", lambda items, ahead=0: items)
    monkeypatch.setitem(parser.ROLES, "parser", parser.Role(0, channels=NARROW))


def _train_until(
    step: int, case: Case, config: StageConfig, faces: FaceData, latents: FaceLatents,
    monkeypatch: pytest.MonkeyPatch,
) -> nn.Module:  # fmt: skip
    used = property(lambda self: case.phase if self.step < step else 1.0)
    monkeypatch.setattr(Trainer, "fraction", used)
    return case.train(config, faces, latents)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_stage_goes_from_cuda_to_the_cpu_and_back(
    case: Case, faces: FaceData, latents: FaceLatents, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    on_cpu, on_cuda = (
        StageConfig(tmp_path, tmp_path, minutes=60, batch=case.batch, device=name)
        for name in ("cpu", "cuda")
    )
    with FakeDevice("cuda") as there:
        net = _train_until(1, case, on_cuda, faces, latents, monkeypatch)
    assert all(is_there(p) for p in net.parameters()), "the network is on the device"
    assert there.mixed["cpu"] == 0 and (there.mixed["cuda"] > 0) is case.mixed
    _to_cpu(latents.generator)
    _train_until(2, case, on_cpu, faces, latents, monkeypatch)
    with FakeDevice("cuda"):
        net = _train_until(3, case, on_cuda, faces, latents, monkeypatch)
    saved = checkpoint(tmp_path, case.stage)
    assert saved is not None and saved["step"] == 3
    assert int(saved["optimiser"]["state"][0]["step"]) == 3, "the optimiser goes on, too"
    for key, value in net.state_dict().items():
        assert torch.equal(value, saved["averaged"][key]) and torch.isfinite(value).all()


def _to_cpu(module: nn.Module) -> None:
    with FakeDevice("cuda"):
        module.to("cpu")


def test_styles_are_the_same_from_both_devices(
    faces: FaceData, latents: FaceLatents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(styles, "DRAWN_FACES", 1)
    torch.manual_seed(2)
    encoder = PhotoEncoder(channels=(8,) * 6, num_ws=12, offset_rank=4).requires_grad_(False)
    net = flow.ConditionalFlow().eval().requires_grad_(False)
    config = StageConfig(tmp_path, tmp_path, minutes=1)
    expected = styles.run(config, faces, latents, net, encoder)
    with FakeDevice("cuda") as there:
        encoder.to("cuda")  # as `face_latents` leaves it
        config = StageConfig(tmp_path, tmp_path, minutes=1, device="cuda")
        found = styles.run(config, faces, latents, net, encoder)
        states = [part.state_dict() for part in (found.directions, found.prior)]
        assert not any(is_there(t) for state in states for t in state.values()), "saved on the CPU"
    assert there.convolutions[torch.float32] > 0
    for state, part in zip(states, (expected.directions, expected.prior), strict=True):
        wanted = part.state_dict()
        for key, value in state.items():
            torch.testing.assert_close(value, wanted[key], atol=1e-3, rtol=1e-2)


def test_faces_are_encoded_drawn_and_parsed_on_the_device(faces: FaceData, tmp_path: Path) -> None:
    two = slice(2)
    faces = FaceData(
        faces.names[two], faces.images[two], faces.points[two], faces.names[:1],
        faces.label_maps[:1],
    )  # fmt: skip
    packs = [tiny_pack(tmp_path / name) for name in ("latents", "renders", "maps")]
    caches = [pack.path for pack in packs]
    with FakeDevice("cuda") as there:
        found = face_latents(faces, packs[0], cache=caches[0], device="cuda")
        renders = face_renders(faces, packs[1], cache=caches[1], device="cuda")
        maps = best_maps(faces, packs[2].parser, cache=caches[2], device="cuda")
    of_latents = (packs[0].encoder, packs[0].generator, packs[0].parser)
    for network in (*of_latents, packs[1].encoder, packs[1].generator, packs[2].parser):
        assert all(is_there(p) for p in network.parameters())
    assert there.mixed["cpu"] == 0 and there.mixed["cuda"] > 0
    assert found.ws.shape == (2, 2, 12, 32) and np.isfinite(found.ws).all()
    assert (maps[0] == faces.label_maps[0]).all() and maps.shape == (2, 256, 256)
    assert renders.shape == (2, 256, 256, 3)


def test_a_checkpoint_of_cuda_loads_where_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    net, config = nn.Linear(2, 1), StageConfig(tmp_path, tmp_path, minutes=60)
    with monkeypatch.context() as saving:
        saving.setattr(torch.serialization, "location_tag", lambda storage: "cuda:0")
        Trainer("toy", config, {"net": net}).save()
    with pytest.raises(RuntimeError, match="CUDA"):
        torch.load(tmp_path / "toy" / "checkpoint.pt", weights_only=True)
    resumed = nn.Linear(2, 1)
    Trainer("toy", config, {"net": resumed})
    saved = checkpoint(tmp_path, "toy")
    assert saved is not None
    for weight in (resumed.weight, saved["net"]["weight"]):
        torch.testing.assert_close(weight, net.weight, check_device=True)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, faces: FaceData) -> list[StageConfig]:
    """What `run_stage` asks of stage `landmarks`, which does nothing."""
    configs: list[StageConfig] = []
    monkeypatch.setattr(run, "load_faces", lambda folder, cache: faces)
    monkeypatch.setattr(run, "keep_freed_memory", lambda: None)
    monkeypatch.setattr(landmarks, "run", lambda config, data: configs.append(config))
    return configs


def test_batches_are_larger_on_cuda_unless_asked(asked: list[StageConfig], tmp_path: Path) -> None:
    stage = partial(run.run_stage, "landmarks", tmp_path, tmp_path, None, tmp_path / "pack")
    stage()
    stage(device="cuda")
    stage(device="cuda", batch=5)
    found = [(config.device, config.batch) for config in asked]
    assert found == [("cpu", 16), ("cuda", 64), ("cuda", 5)]
    takes_steps = set(run.STAGES) - {"pack", "styles"}
    assert set(run.BATCHES) == takes_steps
    assert all(of["cuda"] > of["cpu"] for of in run.BATCHES.values())


def test_a_full_device_says_what_to_do(
    asked: list[StageConfig], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(config: StageConfig, data: FaceData) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB.")

    monkeypatch.setattr(landmarks, "run", full)
    with pytest.raises(DeviceError, match="CUDA is full") as raised:
        run.run_stage("landmarks", tmp_path, tmp_path, None, tmp_path / "pack", device="cuda")
    assert "--batch" in raised.value.hint and "64" in raised.value.hint


@pytest.mark.parametrize(
    ("there", "asked_for", "found"),
    [("cuda", "auto", "cuda"), ("mps", "auto", "cpu"), ("", "auto", "cpu"), ("cuda", "cpu", "cpu")],
)
def test_auto_is_cuda_where_it_is_there(
    there: str, asked_for: str, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: there == "cuda")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: there == "mps")
    assert cli_train.training_device(asked_for) == found


def test_cuda_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(DeviceError, match="cuda"):
        cli_train.training_device("cuda")
