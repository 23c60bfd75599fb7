"""A whole session on a device that is not there: nothing is left behind on the CPU, CUDA draws in
half precision as stylegan2-ada does, and a full memory leads back to the CPU with a sentence."""

from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
import torch
from fake_device import FakeDevice, is_there
from PIL import Image
from tiny_pack import tiny_original_pack, tiny_pack

from s2flow_app.engine import device, project
from s2flow_app.engine.device import Precision, is_out_of_memory, placed, precision
from s2flow_app.engine.invert import Budget
from s2flow_app.engine.photo_session import FFHQ_POINTS
from s2flow_app.engine.session import PreparedFace, Session
from s2flow_app.labels import HAIR, SKIN
from s2flow_app.model.edit import Edit, Style
from s2flow_app.nets.stylegan2 import Generator, SynthesisLayer
from s2flow_app.original.networks import OriginalNetworks

POINTS = (FFHQ_POINTS * 300 + (60, 40)).astype(np.float32)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project.Projection.__init__, "__kwdefaults__", {"steps": 6})
    monkeypatch.setattr(device, "empty_cache", lambda name: None)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    rng = np.random.default_rng(1)
    path = tmp_path / "a photo.png"
    Image.fromarray(rng.integers(0, 255, (8, 9, 3), np.uint8)).resize((450, 400)).save(path)
    return path


def _session(kind: str, folder: Path, name: str) -> Session:
    make = tiny_pack if kind == "own" else tiny_original_pack
    pack = make(folder / "pack")
    return Session(pack.completed_by(tiny_pack(folder / "own")), device=name)


def _prepared(session: Session, photo: Path) -> PreparedFace:
    session.open_photo(photo)
    return session.prepare_face(POINTS)


def _painted(face: PreparedFace) -> Edit:
    asked = face.state.label_map.copy()
    asked[200:300, 200:300] = np.where(asked[200:300, 200:300] == HAIR, SKIN, HAIR)
    return Edit(face.state, asked)


@pytest.mark.parametrize("name", ["cuda", "mps"])
@pytest.mark.parametrize("kind", ["own", "original"])
def test_all_of_a_session_runs_on_the_device(
    kind: str, name: str, photo: Path, tmp_path: Path
) -> None:
    with FakeDevice(name) as there:
        session = _session(kind, tmp_path, name)
        face = _prepared(session, photo)
        edit = _painted(face)
        assert session.preview(edit).shape == (512, 512, 3)
        state, _ = session.render(edit)
        assert np.isfinite(state.ws).all() and (state.crop != face.state.crop).any()
        styled = Edit(state, state.label_map, Style(variation_strength=0.5, variation_seed=3))
        session.render(styled)
        session.refine(face.state, Budget(60, steps=1))
        session.tune(face.state, seconds=0.01)
        session.new_face(4)
        session.sample([face.state.label_map], [1, 2])
    half = there.convolutions[torch.float16]
    assert half > 0 if name == "cuda" else half == 0
    assert there.convolutions[torch.bfloat16] == 0 and there.convolutions[torch.float32] > 0
    assert session.device == name and not session.notice


@pytest.mark.parametrize("name", ["cuda", "mps"])
def test_the_original_s_tools_run_on_the_device(name: str, tmp_path: Path) -> None:
    colours = np.zeros((512, 512, 3), np.uint8)
    with FakeDevice(name) as there:
        pack = tiny_original_pack(tmp_path)
        nets = OriginalNetworks(pack, device=name)
        ws = nets.edited(nets.latents[2], colours, colours)
        assert is_there(ws) and nets.draw(ws).shape == (512, 512, 3)
        assert nets.parse(nets.draw(ws)).shape == (512, 512)
    assert there.convolutions.total() > 0


@pytest.mark.parametrize("name", ["cuda", "mps"])
@pytest.mark.parametrize("kind", ["own", "original"])
def test_a_full_memory_leads_to_the_cpu_with_a_sentence(
    kind: str, name: str, photo: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with FakeDevice(name) as there:
        session = _session(kind, tmp_path, name)
        session.open_photo(photo)
        there.room = there.convolutions.total() + 30
        face = session.prepare_face(POINTS)
        session.render(_painted(face))
        assert not is_there(next(session._pack_generator.parameters()))
    assert session.device == "cpu"
    assert session.notice.startswith(f"The memory of {name.upper()} is full")
    assert [r.message for r in caplog.records].count(session.notice) == 1


def test_a_device_that_cannot_hold_the_networks_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny_pack(tmp_path)

    def full(network: torch.nn.Module, name: str) -> torch.nn.Module:
        if name == "cuda":
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return network

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr("s2flow_app.engine.session.placed", full)
    monkeypatch.setattr("s2flow_app.engine.edit.placed", full)
    monkeypatch.setattr("s2flow_app.engine.inverter.placed", full)
    session = Session.load(tmp_path, device="cuda")
    assert session.device == "cpu" and "CUDA is full" in session.notice


def test_other_errors_and_a_full_computer_are_what_they_are(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(tiny_pack(tmp_path / "pack"))
    session.open_photo(photo)
    error = torch.OutOfMemoryError("no device")
    monkeypatch.setattr(session._inverter, "invert", Mock(side_effect=error))
    with pytest.raises(torch.OutOfMemoryError):
        session.prepare_face(POINTS)
    assert not is_out_of_memory(RuntimeError("size mismatch"))
    assert is_out_of_memory(RuntimeError("MPS backend out of memory (9 GB)"))


def test_cuda_draws_the_four_finest_resolutions_in_half() -> None:
    resolutions = (4, 8, 16, 32, 64, 128, 256, 512, 1024)
    for draft in (False, True):
        how = precision("cuda", draft=draft)
        assert how == Precision(torch.float16, 4)
        assert how.starts_at(resolutions) == 128
    assert precision("cuda", draft=False).starts_at((4, 8, 16)) == 8, "4 px is never in half"
    assert precision("mps", draft=True) == precision("cpu", draft=False) == Precision()


@pytest.fixture
def generator() -> Generator:
    torch.manual_seed(2)
    return Generator(w_dim=16, channels=(32, 32, 32, 16, 16), z_dim=16).eval().requires_grad_(False)


def _layers(generator: Generator) -> list[SynthesisLayer]:
    return [m for m in generator.modules() if isinstance(m, SynthesisLayer)]


@pytest.mark.parametrize("count", [1, 3])
def test_half_precision_is_close_and_stays_finite(generator: Generator, count: int) -> None:
    """Also of large latents and weights, whose plain sums leave float16."""
    ws = 5 * torch.randn(count, generator.synthesis.num_ws, 16)
    for layer in _layers(generator):
        if layer.resolution >= 8:
            layer.weight.mul_(200)
    with torch.inference_mode():
        exact = generator.synthesis(ws)
        half = generator.synthesis(ws, dtype=torch.float16, dtype_from=8)
    assert half.dtype == torch.float32 and torch.isfinite(half).all()
    assert (half - exact).abs().mean() < 0.01 * exact.abs().mean()


def test_only_half_precision_clamps_a_generator_that_has_no_bound(generator: Generator) -> None:
    layer = _layers(generator)[-1]
    layer.bias.add_(1000)
    ws = torch.randn(1, generator.synthesis.num_ws, 16)
    found = {}
    for dtype in (torch.float32, torch.float16):
        x = torch.randn(1, 16, 64, 64).to(dtype)
        with torch.inference_mode():
            found[dtype] = layer(x, ws[:, 0]).max().item()
    assert found[torch.float32] > 1000 and found[torch.float16] == 256


def test_mps_has_networks_in_the_plain_layout() -> None:
    network = torch.nn.Conv2d(4, 4, 3).to(memory_format=torch.channels_last)  # pyright: ignore
    with FakeDevice("mps"):
        moved = placed(network, "mps")
        assert is_there(moved.weight)
    assert moved.weight.is_contiguous()
