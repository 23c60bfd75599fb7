"""Which device and precision are chosen; no device but the CPU is needed to test it."""

from types import SimpleNamespace

import pytest
import torch

from s2flow_app.engine import device
from s2flow_app.engine.device import choose_device, draft_dtype
from s2flow_app.engine.edit import draw
from s2flow_app.errors import DeviceError
from s2flow_app.nets.stylegan2 import Generator


def _there(monkeypatch: pytest.MonkeyPatch, *, cuda: bool, mps: bool) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends, "mps", SimpleNamespace(is_available=lambda: mps))


@pytest.mark.parametrize(
    ("cuda", "mps", "chosen"),
    [(True, True, "cuda"), (False, True, "mps"), (False, False, "cpu")],
)
def test_the_fastest_device_is_chosen(
    monkeypatch: pytest.MonkeyPatch, cuda: bool, mps: bool, chosen: str
) -> None:
    _there(monkeypatch, cuda=cuda, mps=mps)
    assert choose_device("auto") == chosen
    assert choose_device("cpu") == "cpu"


def test_a_device_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    _there(monkeypatch, cuda=False, mps=False)
    for missing in ("cuda", "mps"):
        with pytest.raises(DeviceError, match=missing):
            choose_device(missing)


@pytest.mark.parametrize(("native", "dtype"), [(True, torch.bfloat16), (False, torch.float32)])
def test_drafts_are_in_the_precision_that_is_fast(
    monkeypatch: pytest.MonkeyPatch, native: bool, dtype: torch.dtype
) -> None:
    monkeypatch.setattr(device, "native_bfloat16", lambda: native)
    assert draft_dtype("cpu") == dtype
    assert draft_dtype("cuda") == torch.float16
    assert draft_dtype("mps") == torch.float32


@pytest.mark.parametrize(
    ("can", "seconds", "native"),
    [(True, 1.0, True), (True, 2.9, False), (True, 12.0, False), (False, 1.0, False)],
)
def test_bfloat16_is_for_processors_that_it_is_faster_on(
    monkeypatch: pytest.MonkeyPatch, can: bool, seconds: float, native: bool
) -> None:
    taken = {torch.bfloat16: seconds, torch.float32: 3.0}
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: can)
    monkeypatch.setattr(device, "_convolution_s", taken.__getitem__)
    assert device.native_bfloat16.__wrapped__() == native


def test_how_fast_a_convolution_is_can_be_measured() -> None:
    assert 0 < device._convolution_s(torch.float32) < 1


def test_a_draft_is_smaller_only_where_that_helps() -> None:
    generator = Generator(w_dim=8, channels=(8, 8, 8, 8)).eval()
    ws = torch.randn(1, generator.synthesis.num_ws, 8)
    with torch.inference_mode():
        assert draw(generator, ws, draft_size=16).shape == (1, 3, 16, 16)
        assert draw(generator, ws, draft_size=64).shape == (1, 3, 32, 32)
        torch.testing.assert_close(draw(generator, ws, draft_size=64), draw(generator, ws))
        assert draw(generator, ws, draft_size=16).dtype == torch.float32
