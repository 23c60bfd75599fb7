"""A pack of small random networks: everything runs, nothing is recognised."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import torch

from s2flow_app.engine.pack import ARCHITECTURES, Pack, load_pack, save_pack
from s2flow_app.nets.gallery import LatentGallery
from s2flow_app.nets.prior import FacePrior
from s2flow_app.nets.styles import StyleDirections

DIM = 32
WIDE = (16, 16, 16, 16, 8, 8)


def tiny_pack(folder: Path, *, without: Collection[str] = ()) -> Pack:
    """Write the pack to ``folder``, ``without`` some of its components, and load it."""
    styles = {"names": ["light", "warm"], "titles": ["Light", "Warm"], "dim": DIM}
    networks = {
        "generator": ("stylegan2", {"w_dim": DIM, "channels": list(WIDE)}),
        "encoder": ("photo_encoder", {"w_dim": DIM, "channels": list(WIDE[::-1]), "num_ws": 12}),
        "likeness": ("likeness_encoder", {"features": 16, "width": 8}),
        "painter": ("photo_painter", {"widths": [8, 8, 8, 8], "dilations": [1], "fine": 8}),
        "flow": ("s2flow", {"dim": DIM, "condition_dim": 8, "hidden": [32]}),
        "condition": ("condition_one_hot", {"channels": [8, 8, 8, 8], "condition_dim": 8}),
        "prior": ("face_prior", {"condition_dim": 8, "dim": DIM, "num_ws": 12, "offset_rank": 64}),
        "styles": ("style_directions", styles),
        "parser": ("face_parser", {"channels": [8, 8, 8, 8, 8]}),
        "landmarks": ("landmark_net", {"channels": [8, 8, 8, 8]}),
    }
    return _written(folder, {k: v for k, v in networks.items() if k not in without})


def tiny_original_pack(folder: Path) -> Pack:
    """The same of what S2-Flow's own checkpoints hold: no encoder, prior or style directions."""
    deeplab = {"blocks": [1, 1, 1, 1], "width": 32, "aspp_width": 64}
    networks = {
        "generator": ("stylegan2", {"w_dim": DIM, "z_dim": DIM, "channels": list(WIDE)}),
        "flow": ("s2flow", {"dim": DIM, "hidden": [32], "each_row": True}),
        "condition": ("condition_rgb", {}),
        "parser": ("deeplab_v3", deeplab),
        "latents": ("latent_gallery", {"count": 6, "num_ws": 12, "dim": DIM}),
    }
    return _written(folder, networks)


def _written(folder: Path, networks: Mapping[str, tuple[str, dict[str, Any]]]) -> Pack:
    torch.manual_seed(0)
    made = {}
    for name, (architecture, config) in networks.items():
        arguments = {k: tuple(v) if isinstance(v, list) else v for k, v in config.items()}
        network = ARCHITECTURES[architecture](**arguments)
        if isinstance(network, StyleDirections):
            network.directions = torch.randn_like(network.directions)
        if isinstance(network, FacePrior):
            network.rows_from_shared = torch.randn_like(network.rows_from_shared)
        if isinstance(network, LatentGallery):
            network.ws = torch.randn_like(network.ws)
        made[name] = (architecture, config, network)
    fields = {
        "title": "Tiny", "resolution": 128, "licence": "none", "terms": "none",
        "training": {},
    }  # fmt: skip
    save_pack(folder, fields, made)
    return load_pack(folder)
