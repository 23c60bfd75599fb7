"""`train` and `evaluate`: the built-in pack's making and its figures."""

import argparse
from pathlib import Path
from typing import Final

from s2flow_app.cli.console import Console
from s2flow_app.cli.options import number, whole
from s2flow_app.engine.device import choose_device
from s2flow_app.engine.session import Session
from s2flow_app.outputs import check_output_folder
from s2flow_app.paths import DEFAULT_PACK, find_pack, models_dir
from s2flow_app.training.build_pack import TRAINED_PACK, state_quality
from s2flow_app.training.evaluation.evaluate import PARTS
from s2flow_app.training.evaluation.evaluate import evaluate as measure
from s2flow_app.training.evaluation.sheets import generated_sheet
from s2flow_app.training.model_card import SHEET, write_figures
from s2flow_app.training.run import STAGES, run_stage

DEVICES: Final = ("cpu", "cuda")
"""Those that stages train on."""


def add_train(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("stage", choices=tuple(STAGES))
    parser.add_argument("--data", type=Path, required=True, help="folder of aligned portraits")
    parser.add_argument("--work", type=Path, default=Path(".work"), help="checkpoints and logs")
    parser.add_argument("--minutes", type=number(0, 1e5), help="the stage's whole time")
    parser.add_argument(
        "--device", choices=("auto", *DEVICES), default="auto", help="auto: cuda where it is there"
    )
    parser.add_argument(
        "--batch", type=whole(1, 4096), help="pictures in a step (more on cuda than on the cpu)"
    )
    parser.add_argument("--out", type=Path, help=f"the pack (models/{TRAINED_PACK})")
    parser.add_argument("--json", action="store_true", help="answer with one JSON object")


def add_evaluate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, help="folder of aligned portraits")
    parser.add_argument("--photos", type=Path, help="folder of photos with faces.json")
    parser.add_argument("--sheets", type=Path, help="folder for pictures of what was judged")
    parser.add_argument("--work", type=Path, default=Path(".work"), help="caches")
    parser.add_argument(
        "--only", nargs="+", choices=PARTS, default=(), metavar="PART",
        help=f"some of {', '.join(PARTS)}; the others stay as the pack states them",
    )  # fmt: skip
    parser.add_argument("--quick", action="store_true", help="fewer faces: minutes")
    parser.add_argument(
        "--record", action="store_true", help="write the figures into the pack and its card"
    )
    parser.add_argument("--pack", default=DEFAULT_PACK)
    parser.add_argument("--json", action="store_true", help="answer with one JSON object")


def train(given: argparse.Namespace, console: Console) -> None:
    """Train a stage, or go on training it."""
    out, built_in = given.out or models_dir() / TRAINED_PACK, models_dir() / DEFAULT_PACK
    for folder in (given.work, out):
        check_output_folder(folder, inputs=[given.data])
    device = training_device(given.device)
    run_stage(
        given.stage, given.data, given.work, given.minutes, out,
        start=built_in, device=device, batch=given.batch,
    )  # fmt: skip
    minutes = given.minutes or STAGES[given.stage]
    answer = {
        "stage": given.stage, "minutes": minutes, "work": str(given.work), "out": str(out),
        "device": device,
    }  # fmt: skip
    console.answer(answer, f"{given.stage}: done")


def training_device(asked: str) -> str:
    """One of `DEVICES`: ``asked``, or with "auto" CUDA where it is there.

    Raises:
        DeviceError: the asked one is not there.
    """
    found = choose_device(asked)
    return found if found in DEVICES else "cpu"


def evaluate(given: argparse.Namespace, console: Console) -> None:
    """Measure a pack on faces that no stage trained on."""
    folder = find_pack(given.pack)
    read = [given.data, *([given.photos] if given.photos else [])]
    for written in (given.work, *([given.sheets] if given.sheets else [])):
        check_output_folder(written, inputs=read)
    if given.record:
        check_output_folder(folder)
    figures = measure(
        folder, given.data, given.photos, given.sheets,
        work=given.work, quick=given.quick, only=given.only, progress=console.progress,
    )  # fmt: skip
    if given.record:
        state_quality(folder, figures)
        write_figures(folder, figures)
        generated_sheet(Session.load(folder), folder / SHEET)
    lines = [
        f"{'ok    ' if c['reached'] else 'MISSED'} {c['figure']}: {c['measured']} ({c['bar']})"
        for c in figures["checks"]
    ]
    console.answer(figures, "\n".join(lines))
