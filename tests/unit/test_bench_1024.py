"""The bench of whole edits, on networks that are small enough for a test."""

import json
from pathlib import Path

import pytest
from tiny_pack import tiny_pack

from s2flow_app.cli import bench_1024
from s2flow_app.cli.main import run
from s2flow_app.paths import DEFAULT_PACK


def test_the_bench_says_medians_and_bars(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("S2FLOW_MODELS", str(tmp_path))
    tiny_pack(tmp_path / DEFAULT_PACK)
    small = {
        "generator": ("stylegan2", {"w_dim": 32, "z_dim": 32, "channels": [8, 8, 8, 8, 8]}),
        "flow": ("s2flow", {"dim": 32, "hidden": [16], "each_row": True}),
        "condition": ("condition_rgb", {}),
    }
    monkeypatch.setattr(bench_1024, "NETWORKS", small)
    monkeypatch.setattr(bench_1024, "PREVIEWS", 2)
    monkeypatch.setattr(bench_1024, "EDITS", 2)
    assert run(["bench", "--session", "1024", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert set(figures["reached"]) == set(bench_1024.BARS)
    assert {"flow", "draw", "paste back"} <= set(figures["seconds"])
    assert figures["evaluations"] > 0
