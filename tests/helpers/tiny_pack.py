"""A pack of small random networks: everything runs, nothing is recognised."""

from collections.abc import Collection
from pathlib import Path

import torch

from s2flow_app.engine.pack import Pack, load_pack, save_pack
from s2flow_app.nets.condition import OneHotConditionEncoder
from s2flow_app.nets.encoder import PhotoEncoder
from s2flow_app.nets.flow import Flow
from s2flow_app.nets.landmarks import LandmarkNet
from s2flow_app.nets.parser import FaceParser
from s2flow_app.nets.prior import FacePrior
from s2flow_app.nets.stylegan2 import Generator
from s2flow_app.nets.styles import StyleDirections

DIM = 32


def tiny_pack(folder: Path, *, without: Collection[str] = ()) -> Pack:
    """Write the pack to ``folder``, ``without`` some of its components, and load it."""
    torch.manual_seed(0)
    wide = (16, 16, 16, 16, 8, 8)
    styles = {"names": ["light", "warm"], "titles": ["Light", "Warm"], "dim": DIM}
    networks = {
        "generator": ("stylegan2", {"w_dim": DIM, "channels": list(wide)}),
        "encoder": ("photo_encoder", {"w_dim": DIM, "channels": list(wide[::-1]), "num_ws": 12}),
        "flow": ("s2flow", {"dim": DIM, "condition_dim": 8, "hidden": [32]}),
        "condition": ("condition_one_hot", {"channels": [8, 8, 8, 8], "condition_dim": 8}),
        "prior": ("face_prior", {"condition_dim": 8, "dim": DIM, "num_ws": 12}),
        "styles": ("style_directions", styles),
        "parser": ("face_parser", {"channels": [8, 8, 8, 8, 8]}),
        "landmarks": ("landmark_net", {"channels": [8, 8, 8, 8]}),
    }
    kinds = {
        "stylegan2": Generator, "photo_encoder": PhotoEncoder, "s2flow": Flow,
        "condition_one_hot": OneHotConditionEncoder, "face_prior": FacePrior,
        "style_directions": StyleDirections, "face_parser": FaceParser,
        "landmark_net": LandmarkNet,
    }  # fmt: skip
    made = {}
    for name, (architecture, config) in networks.items():
        if name in without:
            continue
        arguments = {k: tuple(v) if isinstance(v, list) else v for k, v in config.items()}
        network = kinds[architecture](**arguments)
        if isinstance(network, StyleDirections):
            network.directions = torch.randn_like(network.directions)
        made[name] = (architecture, config, network)
    fields = {
        "title": "Tiny", "resolution": 128, "licence": "none", "terms": "none",
        "training": {},
    }  # fmt: skip
    save_pack(folder, fields, made)
    return load_pack(folder)
