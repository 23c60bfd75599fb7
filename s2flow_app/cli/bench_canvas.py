"""`bench canvas`: how quickly the canvas follows the hand, on photos of 24 and 50 megapixels.

Everything is measured in processes of their own, offscreen, at one and at two device pixels per
widget pixel, with the real networks at work; see `canvas_timing`.
"""

import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image

from s2flow_app.cli.console import Console
from s2flow_app.cli.sample_photo import enlarged, sample_picture
from s2flow_app.engine.session import Session
from s2flow_app.errors import UserError
from s2flow_app.paths import find_pack
from s2flow_app.program import CANVAS_TIMING, command

SIZE_24MP: Final = (6000, 4000)
SIZE_50MP: Final = (8660, 5774)
GRAIN: Final = 5.0
"""Standard deviation of the noise in a made-up photo: without any it would decode too quickly."""
LIMIT_S: Final = 600
AT_MOST: Final = {
    "open_24mp_to_first_paint_s": 1.5,
    "stroke_ms_median": 8.0,
    "stroke_ms_p95": 16.0,
    "stroke_ms_median_2x": 8.0,
    "stroke_ms_p95_2x": 16.0,
    "history_1000_strokes_mb": 64.0,
    "peak_50mp_mb": 2048.0,
}
AT_LEAST: Final = {
    "pan_fps": 50.0,
    "pan_fps_2x": 50.0,
    "zoom_fps": 50.0,
    "zoom_fps_2x": 30.0,
    "undo_redo_identical": 1.0,
}


def bench_canvas(given: argparse.Namespace, console: Console) -> None:
    """Time strokes, panning, zooming, opening; count the memory of a history and a large photo."""
    pack = find_pack(given.pack)
    with tempfile.TemporaryDirectory() as folder:
        photo = given.photo or Path(folder) / "sample.png"
        if given.photo is None:
            session = Session.load(pack, device=given.device)
            Image.fromarray(sample_picture(session)).save(photo)
        photo_24mp, photo_50mp = Path(folder) / "24mp.jpg", Path(folder) / "50mp.jpg"
        _grainy(enlarged(photo, SIZE_24MP)).save(photo_24mp, quality=92)
        _grainy(enlarged(photo, SIZE_50MP)).save(photo_50mp, quality=92)

        def run(part: str, on: Path, ratio: int, share: float) -> dict[str, Any]:
            console.progress(f"Canvas: {part} at {ratio}x", share)
            return _run(part, on, str(pack), given.device, ratio)

        single = run("speed", photo_24mp, 1, 0.1)
        double = run("speed", photo_24mp, 2, 0.3)
        history = run("history", photo_24mp, 1, 0.5)
        large = run("large", photo_50mp, 1, 0.8)
    figures = {
        "open_24mp_to_first_paint_s": max(single["open_s"], double["open_s"]),
        "history_1000_strokes_mb": 1000 * history["history_mb"] / history["history_steps"],
        "undo_redo_identical": history["undo_redo_identical"],
        "peak_50mp_mb": large["peak_mb"],
        "open_50mp_to_first_paint_s": large["open_50mp_s"],
    }
    for suffix, speed in (("", single), ("_2x", double)):
        for name in ("stroke_ms_median", "stroke_ms_p95", "pan_fps", "zoom_fps"):
            figures[name + suffix] = speed[name]
    answer(figures, console)


def answer(figures: dict[str, Any], console: Console) -> None:
    """Figures beside the bars they are held to; without those that this system does not tell."""
    figures = {name: figure for name, figure in figures.items() if figure is not None}
    rounded = {k: round(v, 2) if isinstance(v, float) else v for k, v in figures.items()}
    reached = {name: bool(figures[name] <= bar) for name, bar in AT_MOST.items() if name in figures}
    reached |= {n: bool(figures[n] >= bar) for n, bar in AT_LEAST.items() if n in figures}
    bars = {k: f"<= {v:g}" for k, v in AT_MOST.items()} | {
        k: f">= {v:g}" for k, v in AT_LEAST.items()
    }
    lines = [
        f"{'ok    ' if reached[name] else 'MISSED'} {name}: {rounded[name]} ({bar})"
        for name, bar in bars.items()
        if name in reached
    ]
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    told = rounded | {"cpus": os.cpu_count() or 1, "load_average": load, "reached": reached}
    console.answer(told, "\n".join(lines))


def _run(part: str, photo: Path, pack: str, device: str, ratio: int) -> dict[str, Any]:
    run = subprocess.run(
        command(CANVAS_TIMING, part, str(photo), pack, device),
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(ratio)},
        capture_output=True, text=True, timeout=LIMIT_S, check=False,
    )  # fmt: skip
    try:
        return json.loads(run.stdout.splitlines()[-1])
    except (IndexError, ValueError) as error:
        raise UserError(
            f"The canvas could not be timed: {run.stderr[-500:]}", "See 's2flow doctor'."
        ) from error


def _grainy(picture: Image.Image) -> Image.Image:
    pixels = np.asarray(picture).astype(np.float32)
    noise = np.random.default_rng(1).normal(0, GRAIN, pixels.shape[:2]).astype(np.float32)
    return Image.fromarray(np.clip(pixels + noise[..., None], 0, 255).astype(np.uint8))
