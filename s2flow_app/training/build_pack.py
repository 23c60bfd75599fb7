"""Puts what the stages have trained so far into a model pack.

A stage that has no checkpoint yet is left out: the pack then says so where that part is needed.
"""

from pathlib import Path
from typing import Any, Final

import torch
from torch import nn

from s2flow_app.engine.pack import Manifest, save_pack
from s2flow_app.errors import DataError
from s2flow_app.nets.landmarks import LandmarkNet
from s2flow_app.nets.parser import FaceParser

RESOLUTION: Final = 128
LICENCE: Final = "LicenseRef-S2Flow-Pack-Research"
TERMS: Final = (
    "Research use only: part of the label maps is CelebAMask-HQ's (non-commercial research and "
    "education), and some training pictures state no licence."
)
STAGES: Final[dict[str, tuple[str, type[nn.Module]]]] = {
    "landmarks": ("landmark_net", LandmarkNet),
    "parser": ("face_parser", FaceParser),
}
"""Component (and stage) name: architecture and its class, at its default configuration."""


def build_pack(work: Path, folder: Path, *, quality: dict[str, Any]) -> Manifest:
    """Write the pack ``folder`` from the checkpoints in ``work``.

    Raises:
        DataError: no stage has been trained.
    """
    networks, notes = {}, []
    for stage, (architecture, make) in STAGES.items():
        checkpoint = work / stage / "checkpoint.pt"
        if not checkpoint.is_file():
            continue
        saved = torch.load(checkpoint, weights_only=True)
        network = make()
        network.load_state_dict(saved["averaged"])
        networks[stage] = (architecture, {}, network)
        notes.append(f"{stage}: {saved['step']} steps, {saved['elapsed_s'] / 60:.0f} minutes")
    if not networks:
        raise DataError(f"{work} holds no trained stage.", "Run 's2flow train' first.")
    fields = {
        "title": "Portraits, 128 px",
        "resolution": RESOLUTION,
        "licence": LICENCE,
        "terms": TERMS,
        "training": "; ".join(notes),
        "quality": quality,
    }
    return save_pack(folder, fields, networks)
