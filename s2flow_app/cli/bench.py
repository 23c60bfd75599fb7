"""`bench`: how long a user waits on this computer, in medians."""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image

from s2flow_app.cli.against import against_original
from s2flow_app.cli.bars import held_to, reached
from s2flow_app.cli.bench_1024 import bench_1024
from s2flow_app.cli.bench_canvas import bench_canvas
from s2flow_app.cli.console import Console
from s2flow_app.cli.options import add_pack
from s2flow_app.cli.sample_photo import enlarged, sample_picture
from s2flow_app.engine.session import Session
from s2flow_app.errors import UserError
from s2flow_app.label_shapes import smile
from s2flow_app.labels import HAIR
from s2flow_app.model.edit import Edit
from s2flow_app.model.face import EditedFace
from s2flow_app.paths import find_pack
from s2flow_app.peak_memory import peak_mb
from s2flow_app.program import command

STARTS: Final = 3
STROKES: Final = 40
FULL_EDITS: Final = 5
LARGE_SIZE: Final = (4000, 3000)
DRAWN_IN: Final = ("flow", "draw", "compose")
"""The stages of a full edit that a picture at the generator's size takes, apart from settling."""
BARS: Final = {
    "window_s": 2.0,
    "first_face_after_window_s": 6.0,
    "preview_ms_median": 120.0,
    "preview_ms_p95": 300.0,
    "render_ms_median": 350.0,
    "full_edit_12mp_s": 2.5,
    "peak_memory_mb": 1536.0,
}
"""What must not be exceeded on two CPU cores."""


def add_bench(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", nargs="?", choices=("canvas",), help="how quickly the canvas follows the hand"
    )
    parser.add_argument("--photo", type=Path, help="a photo with a face, instead of the sample")
    parser.add_argument(
        "--against", nargs=2, metavar=("original", "DIR"),
        help="time the original repository's code in DIR beside this program's",
    )  # fmt: skip
    parser.add_argument(
        "--session", choices=("1024",),
        help="time whole edits by networks of FFHQ's size, of random weights",
    )  # fmt: skip
    add_pack(parser)


def bench(given: argparse.Namespace, console: Console) -> None:
    """Time start, previews and a full edit; also how much memory they take."""
    if given.against:
        which, folder = given.against
        if which != "original":
            raise UserError(
                f"There is nothing to bench against called '{which}'.", "Give 'original'."
            )
        against_original(Path(folder), console)
        return
    if given.what == "canvas":
        bench_canvas(given, console)
        return
    if given.session:
        bench_1024(console)
        return
    session = Session.load(find_pack(given.pack), device=given.device)
    with tempfile.TemporaryDirectory() as folder:
        photo = given.photo or Path(folder) / "sample.png"
        if given.photo is None:
            Image.fromarray(sample_picture(session)).save(photo)
        large = Path(folder) / "large.jpg"
        enlarged(photo, LARGE_SIZE).save(large, quality=92)
        console.progress("Starting the window", 0.0)
        figures = _starts(photo)
        console.progress("Previews", 0.4)
        figures |= _previews(session, photo)
        console.progress("Full edits", 0.7)
        figures |= _full_edits(session, large, Path(folder))
    own = peak_mb()
    if own is not None:
        figures["peak_memory_mb"] = round(max(own, peak_mb(children=True) or 0.0))
    figures["cpus"] = os.cpu_count() or 1
    figures["reached"] = reached(figures, BARS)
    console.answer(figures, "\n".join(held_to(figures, BARS)))


def _starts(photo: Path) -> dict[str, Any]:
    """The editor as a process of its own, offscreen, until the first face is ready."""
    windows, faces = [], []
    for _ in range(STARTS):
        run = subprocess.run(
            command(str(photo)),
            env=os.environ | {"S2FLOW_QUIT_WHEN": "face", "QT_QPA_PLATFORM": "offscreen"},
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        events = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
        at = {event["event"]: event["ms"] / 1000 for event in events}
        if "face" not in at:
            raise UserError(
                f"The editor did not start: {run.stderr[-500:]}", "See 's2flow doctor'."
            )
        windows.append(at["window"])
        faces.append(at["face"] - at["window"])
    return {
        "window_s": round(statistics.median(windows), 2),
        "first_face_after_window_s": round(statistics.median(faces), 2),
    }


def _previews(session: Session, photo: Path) -> dict[str, Any]:
    """A stroke of hair that grows, as while the pen is down."""
    _, faces = session.open_photo(photo)
    state = session.prepare_face(faces[0].points).state
    asked, taken = state.label_map.copy(), []
    session.preview(Edit(state, asked))
    for k in range(STROKES):
        asked = asked.copy()
        asked[60 + 8 * k : 84 + 8 * k, 40:64] = HAIR
        start = time.perf_counter()
        session.preview(Edit(state, asked))
        taken.append(1000 * (time.perf_counter() - start))
    return {
        "preview_ms_median": round(statistics.median(taken), 1),
        "preview_ms_p95": round(float(np.percentile(taken, 95)), 1),
    }


def _full_edits(session: Session, photo: Path, folder: Path) -> dict[str, Any]:
    """Render at full quality, measure, paste back, write a JPEG."""
    _, faces = session.open_photo(photo)
    state = session.prepare_face(faces[0].points).state
    taken, drawn = [], []
    for k in range(FULL_EDITS):
        start = time.perf_counter()
        edited, measures = session.render(Edit(state, smile(state.label_map)))
        drawn.append(1000 * sum(s for stage, s in measures.seconds if stage in DRAWN_IN))
        session.export([EditedFace(state, edited)], folder / f"edited-{k}.jpg")
        taken.append(time.perf_counter() - start)
    return {
        "full_edit_12mp_s": round(statistics.median(taken), 2),
        "render_ms_median": round(statistics.median(drawn), 1),
    }
