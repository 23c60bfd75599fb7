"""`bench canvas`: its hand really strokes, pans and zooms; its bars are held both ways."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from s2flow_app import canvas_timing
from s2flow_app.canvas_timing import Desk
from s2flow_app.cli import bench_canvas
from s2flow_app.cli.console import Console
from s2flow_app.cli.sample_photo import enlarged


@pytest.fixture
def desk(qapp, qtbot, fake_session, monkeypatch):
    monkeypatch.setattr(canvas_timing, "PATIENCE_S", 10.0)
    monkeypatch.setattr(canvas_timing, "SETTLE_S", 0.05)
    monkeypatch.setattr(canvas_timing, "session_maker", lambda pack, device: lambda: fake_session)
    for name, few in (("STROKES", 2), ("MOVES", 8), ("FRAMES", 12), ("UNDONE", 12), ("KEPT", 20)):
        monkeypatch.setattr(canvas_timing, name, few)
    desk = Desk(qapp, "any", "cpu")
    yield desk
    desk.close()
    desk.canvas.deleteLater()


def test_speed_is_of_strokes_that_changed_the_map(desk: Desk, fake_session) -> None:
    figures = canvas_timing.measure_speed(desk, Path("a.png"))
    assert set(figures) == {"open_s", "stroke_ms_median", "stroke_ms_p95", "pan_fps", "zoom_fps"}
    assert all(value > 0 for value in figures.values())
    assert figures["stroke_ms_median"] <= figures["stroke_ms_p95"]
    assert fake_session.names.count("preview") > 3 and "tune" in fake_session.names


def test_history_is_undone_and_redone(desk: Desk) -> None:
    figures = canvas_timing.measure_history(desk, Path("a.png"))
    assert figures["undo_redo_identical"] and 15 <= figures["history_steps"] <= 25
    assert 0.001 < figures["history_mb"] < 1


def test_a_large_photo_is_edited_and_exported(desk: Desk, fake_session) -> None:
    figures = canvas_timing.measure_large(desk, Path("a.png"))
    assert fake_session.names[-1] == "export" and figures["open_50mp_s"] > 0


def test_a_failure_is_told(desk: Desk, fake_session) -> None:
    fake_session.script["open_photo"] = lambda call: 1 / 0
    with pytest.raises(RuntimeError, match="Something went wrong"):
        desk.open(Path("a.png"))


def test_bars_are_upper_and_lower(capsys) -> None:
    good = {name: bar for name, bar in (bench_canvas.AT_MOST | bench_canvas.AT_LEAST).items()}
    bench_canvas.answer(good, Console(as_json=True))
    told = json.loads(capsys.readouterr().out)
    assert all(told["reached"].values()) and set(told["reached"]) == set(good)
    bench_canvas.answer(
        good | {"stroke_ms_p95": 16.5, "zoom_fps_2x": 29.0, "undo_redo_identical": False},
        Console(as_json=False),
    )
    text = capsys.readouterr().out
    assert text.count("MISSED") == 3 and "MISSED zoom_fps_2x: 29.0 (>= 30)" in text


def test_photos_to_bench_on_are_as_large_as_asked(tmp_path: Path) -> None:
    path = tmp_path / "small.png"
    Image.fromarray(np.full((50, 40, 3), 9, np.uint8)).save(path)
    large = enlarged(path, (600, 400))
    assert large.size == (600, 400)
    assert bench_canvas._grainy(large).size == (600, 400)
