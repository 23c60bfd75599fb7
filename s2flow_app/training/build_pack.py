"""Puts what the stages have trained so far into a model pack.

A stage that has no checkpoint in the work folder keeps what the pack holds of it already: the
committed pack is the checkpoint of stages that were trained elsewhere. A part that neither has is
left out, and the pack says so where it is needed.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import torch
from torch import nn

from s2flow_app.engine.pack import Pack, load_pack, save_pack, write_manifest
from s2flow_app.errors import DataError, PackError
from s2flow_app.nets.landmarks import LandmarkNet
from s2flow_app.nets.likeness import LikenessEncoder
from s2flow_app.nets.parser import FaceParser
from s2flow_app.nets.photo_painter import PhotoPainter
from s2flow_app.nets.prior import FacePrior
from s2flow_app.nets.stylegan2 import Generator
from s2flow_app.nets.styles import StyleDirections
from s2flow_app.training.flow import ConditionalFlow
from s2flow_app.training.generator import (
    ENCODER_CHANNELS,
    FULL_SIZE,
    GENERATOR_CHANNELS,
    OFFSET_RANK,
    Autoencoder,
)
from s2flow_app.training.growing import grow_encoder, grow_generator
from s2flow_app.training.parser import ROLES

LICENCE: Final = "LicenseRef-S2Flow-Pack-Research"
TERMS: Final = (
    "Research use only: part of the label maps is CelebAMask-HQ's (non-commercial research and "
    "education), and some training pictures state no licence."
)

TRAINED_PACK: Final = f"portrait-{FULL_SIZE}"
"""What the stages make, from the built-in pack where that is a smaller one."""

Part = tuple[str, dict[str, Any], nn.Module]
"""Architecture, its configuration, the network."""


def saved_pack(folder: Path) -> Pack | None:
    """The pack in ``folder``, or None where there is none yet."""
    try:
        return load_pack(folder)
    except PackError:
        if (folder / "pack.json").exists():
            raise
        return None


def checkpoint_file(work: Path, stage: str) -> Path:
    """Where a stage keeps its checkpoint."""
    return work / stage / "checkpoint.pt"


def checkpoint(work: Path, stage: str) -> dict[str, Any] | None:
    """What a stage saved last, on whatever device, or None; on the CPU."""
    file = checkpoint_file(work, stage)
    if not file.is_file():
        return None
    return torch.load(file, map_location="cpu", weights_only=True)


def checkpoint_of_pack(pack: Pack, stage: str, work: Path) -> None:
    """Give a stage without a checkpoint in ``work`` the one that a pack is, if the pack has it.

    Optimisers and critics are not in a pack: those start afresh. A pack of smaller pictures, or
    narrower networks, is grown. The teacher, which no pack has, starts as the pack's parser: what
    it learns from there on, at another size and from other draws, tells the two apart.
    """
    file = checkpoint_file(work, stage)
    trained = pack.manifest.training.get(stage)
    if stage == "teacher" and "parser" in pack.networks:
        trained = {"steps": 0, "minutes": 0.0}
    if file.is_file() or trained is None or "minutes" not in trained:
        return
    net: nn.Module
    if stage == "generator":
        net = Autoencoder()
        grow_generator(net.generator, pack.generator.state_dict())
        grow_encoder(net.encoder, pack.encoder.state_dict())
    elif stage == "flow":
        net = ConditionalFlow()
        net.flow.load_state_dict(pack.flow.state_dict())
        net.condition.load_state_dict(pack.condition.state_dict())
    else:
        net = pack.networks["parser" if stage == "teacher" else stage]
    weights = net.state_dict()
    saved = {"net": weights, "averaged": weights}
    saved |= {"step": int(trained["steps"]), "elapsed_s": 60.0 * trained["minutes"]}
    file.parent.mkdir(parents=True, exist_ok=True)
    torch.save(saved, file)


def trained_parts(stage: str, saved: dict[str, Any]) -> dict[str, Part]:
    """The pack's components that a stage's checkpoint gives."""
    if stage == "styles":
        names, titles = saved["names"], saved["titles"]
        config = {"names": names, "titles": titles}
        directions = StyleDirections(names=tuple(names), titles=tuple(titles))
        directions.load_state_dict(saved["styles"])
        of_prior = saved["prior"]
        num_ws, rank = len(of_prior["offsets"]), len(of_prior["rows_from_shared"])
        sizes = {"num_ws": num_ws, "offset_rank": rank}
        prior = FacePrior(**sizes)
        prior.load_state_dict(of_prior)
        return {
            "styles": ("style_directions", config, directions),
            "prior": ("face_prior", sizes, prior),
        }
    if stage == "generator":
        net = Autoencoder()
        net.load_state_dict(saved["averaged"])
        widths = {
            "channels": list(ENCODER_CHANNELS), "num_ws": net.generator.synthesis.num_ws,
            "offset_rank": OFFSET_RANK, "patch": net.encoder.patch,
        }  # fmt: skip
        return {
            "generator": ("stylegan2", {"channels": list(GENERATOR_CHANNELS)}, net.generator),
            "encoder": ("photo_encoder", widths, net.encoder),
        }
    if stage == "flow":
        flow = ConditionalFlow()
        flow.load_state_dict(saved["averaged"])
        return {
            "flow": ("s2flow", {"condition_dim": 64}, flow.flow),
            "condition": ("condition_one_hot", {}, flow.condition),
        }
    if stage == "likeness":
        features = len(saved["averaged"]["leave.bias"])
        part = ("likeness_encoder", {"features": features}, LikenessEncoder(features=features))
    elif stage == "painter":
        part = ("photo_painter", {}, PhotoPainter())
    elif stage == "landmarks":
        part = ("landmark_net", {}, LandmarkNet())
    else:
        channels = ROLES[stage].channels
        part = ("face_parser", {"channels": list(channels)}, FaceParser(channels=channels))
    part[2].load_state_dict(saved["averaged"])
    return {stage: part}


PACKED_STAGES: Final = (
    "landmarks", "parser", "generator", "likeness", "flow", "painter",
    "styles",
)  # fmt: skip


def build_pack(work: Path, folder: Path, *, start: Path | None = None) -> None:
    """Write the pack ``folder`` from the checkpoints in ``work``; measured figures are dropped.

    Args:
        start: the pack whose parts stay where ``folder`` is no pack yet.

    Raises:
        DataError: no stage has been trained.
    """
    parts: dict[str, Part] = {}
    trained: dict[str, dict[str, float]] = {}
    old = saved_pack(folder) or (saved_pack(start) if start else None)
    if old is not None:
        trained = dict(old.manifest.training)
        for name, part in old.manifest.components.items():
            parts[name] = (part.architecture, part.config, old.networks[name])
    for stage in PACKED_STAGES:
        saved = checkpoint(work, stage)
        if saved is None:
            continue
        parts |= trained_parts(stage, saved)
        if "step" in saved:
            minutes = round(saved["elapsed_s"] / 60, 1)
            trained[stage] = {"steps": saved["step"], "minutes": minutes}
        else:
            trained[stage] = {"faces": saved["faces"]}
    if not parts:
        raise DataError(f"{work} holds no trained stage.", "Run 's2flow train' first.")
    generator = parts["generator"][2] if "generator" in parts else None
    size = generator.synthesis.resolutions[-1] if isinstance(generator, Generator) else FULL_SIZE
    fields = {
        "title": f"Portraits, {size} px",
        "resolution": size,
        "licence": LICENCE,
        "terms": TERMS,
        "training": trained,
    }
    save_pack(folder, fields, parts)


def state_quality(folder: Path, quality: dict[str, Any]) -> None:
    """Write measured figures into the manifest of the pack in ``folder``."""
    manifest = load_pack(folder).manifest
    manifest = replace(manifest, quality=quality)
    write_manifest(folder, manifest)
