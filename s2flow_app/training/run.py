"""`s2flow train STAGE`: which stage needs what, in the order they are trained in."""

from pathlib import Path
from typing import Final

from s2flow_app.engine.device import is_out_of_memory
from s2flow_app.engine.pack import Pack
from s2flow_app.errors import DataError, DeviceError
from s2flow_app.nets.parser import FaceParser
from s2flow_app.training import flow, generator, judge, landmarks, likeness, painter, parser, styles
from s2flow_app.training.build_pack import (
    PACKED_STAGES,
    build_pack,
    checkpoint,
    checkpoint_file,
    checkpoint_of_pack,
    saved_pack,
)
from s2flow_app.training.data import load_faces
from s2flow_app.training.latents import best_maps, face_latents, face_renders, parsed_maps
from s2flow_app.training.loop import StageConfig, keep_freed_memory
from s2flow_app.training.painter_data import PaintedFaces

STAGES: Final[dict[str, float]] = {
    "landmarks": 10,
    "parser": 24,
    "teacher": 5,
    "guide": 10,
    "judge": 24,
    "generator": 135,
    "likeness": 8,
    "flow": 91,
    "painter": 69,
    "styles": 1,
    "pack": 1,
}
"""Stage: how many minutes the built-in pack was trained. `pack` puts the others together; `judge`,
which `evaluate` judges by, is not part of it."""
BATCHES: Final[dict[str, dict[str, int]]] = {
    "landmarks": {"cpu": 16, "cuda": 64},
    "parser": {"cpu": 16, "cuda": 64},
    "teacher": {"cpu": 16, "cuda": 64},
    "guide": {"cpu": 16, "cuda": 64},
    "judge": {"cpu": 16, "cuda": 64},
    "generator": {"cpu": 16, "cuda": 64},
    "likeness": {"cpu": 8, "cuda": 32},
    "flow": {"cpu": 8, "cuda": 32},
    "painter": {"cpu": 8, "cuda": 32},
}
"""Stage: pictures in a step, by device. Learning rates are the same for both: with Adam a larger
batch of the same rate is a step of less noise, and a checkpoint that goes from one device to the
other goes on as it was. The stages that are not named here take no steps."""


def run_stage(
    stage: str, data: Path, work: Path, minutes: float | None, out: Path, *,
    start: Path | None = None, device: str = "cpu", batch: int | None = None,
) -> None:  # fmt: skip
    """Train a stage, or go on training it, on the data folder ``data``.

    Args:
        work: checkpoints, logs and sheets; where it has none, the pack ``out`` is started from.
        minutes: the stage's whole time; `STAGES` by default.
        out: the pack that stage `pack` writes.
        start: the pack that ``out`` is started from where it is none yet.
        device: cpu or cuda; `pack` needs neither.
        batch: pictures in a step; `BATCHES` by default.

    Raises:
        DataError: the data, or an earlier stage, is missing.
        DeviceError: the device has too little memory.
    """
    if stage == "pack":
        build_pack(work, out, start=start)
        return
    keep_freed_memory()
    batch = batch or BATCHES.get(stage, {}).get(device, 1)
    config = StageConfig(data, work, minutes or STAGES[stage], batch=batch, device=device)
    try:
        _run(stage, config, out, start)
    except RuntimeError as error:
        if not is_out_of_memory(error):
            raise
        raise DeviceError(
            f"The memory of {device.upper()} is full.",
            f"Take fewer pictures in a step than {batch} ('--batch'), or '--device cpu'; the stage "
            "goes on from its last checkpoint.",
        ) from error


def _run(stage: str, config: StageConfig, out: Path, start: Path | None) -> None:
    work, device = config.work, config.device
    cache = work / "cache"
    faces = load_faces(config.data, cache=cache)
    if stage == "judge":
        judge.save_judge(parser.run(config, faces, stage))
        return
    if any(checkpoint_file(work, trained).is_file() for trained in PACKED_STAGES):
        build_pack(work, out, start=start)
    pack = saved_pack(out) or (saved_pack(start) if start else None)
    if pack is not None:
        checkpoint_of_pack(pack, stage, work)
    if stage == "landmarks":
        landmarks.run(config, faces)
    elif stage in parser.ROLES:
        parser.run(config, faces, stage)
    elif pack is None:
        raise DataError(f"{work} holds no trained stage.", "Run 's2flow train parser' first.")
    elif stage == "generator":
        maps = parsed_maps(faces, pack.parser, cache=cache, device=device)
        generator.run(config, faces, maps, _parser(work, "teacher"))
    elif stage == "painter":
        maps = best_maps(faces, pack.parser, cache=cache, device=device)
        renders = face_renders(faces, pack, cache=cache, device=device)
        painter.run(config, PaintedFaces(faces, maps, renders))
    else:
        latents = face_latents(faces, pack, cache=cache, device=device)
        if stage == "likeness":
            likeness.run(config, faces, latents)
        elif stage == "flow":
            parsers = (_parser(work, "teacher"), _parser(work, "guide"))
            flow.run(config, faces, latents, flow.Judges(pack.generator, pack.likeness, parsers))
        else:
            styles.run(config, faces, latents, _flow(pack), pack.encoder)


def _flow(pack: Pack) -> flow.ConditionalFlow:
    net = flow.ConditionalFlow()
    net.flow.load_state_dict(pack.flow.state_dict())
    net.condition.load_state_dict(pack.condition.state_dict())
    return net.eval().requires_grad_(False)


def _parser(work: Path, role: str) -> FaceParser:
    """One that serves training alone."""
    saved = checkpoint(work, role)
    if saved is None:
        raise DataError(f"{work} holds no {role}.", f"Run 's2flow train {role}' first.")
    network = FaceParser(channels=parser.ROLES[role].channels)
    network.load_state_dict(saved["averaged"])
    return network
