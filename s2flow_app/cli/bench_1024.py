"""`bench --session 1024`: one whole edit by networks of the original's size, on random weights.

FFHQ's 1024 px generator (config-f), the flow of 18 x 512 rows, S2-Flow's condition encoder, and the
built-in parser where the original has a ResNet-101: that measures an edit, and is not in the bar.
"""

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import nn

from s2flow_app.cli.bars import held_to, reached
from s2flow_app.cli.console import Console
from s2flow_app.engine.pack import ARCHITECTURES, load_pack, save_pack
from s2flow_app.engine.paste_back import paste_back
from s2flow_app.engine.session import Session
from s2flow_app.labels import HAIR
from s2flow_app.model.edit import Edit
from s2flow_app.nets.flow import Flow
from s2flow_app.paths import DEFAULT_PACK, find_pack
from s2flow_app.peak_memory import peak_mb

EDITS: Final = 5
PREVIEWS: Final = 12
BARS: Final = {"full_edit_1024_s": 1.5, "preview_1024_s": 0.3, "peak_memory_1024_mb": 3072}
"""What must not be exceeded on two CPU cores: flow, drawing and paste-back; a preview; memory."""
CHANNELS: Final = [512, 512, 512, 512, 512, 256, 128, 64, 32]
"""Of FFHQ's config-f generator, at 4 to 1024 px."""
STEEPER: Final = 6.0
"""Makes the random flow as hard to integrate as a trained one: untrained, it hardly moves."""
NETWORKS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "generator": ("stylegan2", {"w_dim": 512, "z_dim": 512, "channels": CHANNELS}),
    "flow": ("s2flow", {"each_row": True}),
    "condition": ("condition_rgb", {}),
}
"""Component: architecture and configuration, as an import writes them."""


def bench_1024(console: Console) -> None:
    """Say the figures, and whether the bars are reached."""
    console.progress("Editing at 1024 px", 0.0)
    figures = measured()
    figures["reached"] = reached(figures, BARS)
    lines = held_to(figures, BARS)
    seconds = ", ".join(f"{stage} {value}" for stage, value in figures["seconds"].items())
    console.answer(figures, "\n".join([*lines, f"       of which, in seconds: {seconds}"]))


def random_pack(folder: Path) -> Path:
    """A pack of random weights in the shapes of the original's checkpoints."""
    torch.manual_seed(0)
    made: dict[str, tuple[str, dict[str, Any], nn.Module]] = {}
    for name, (architecture, config) in NETWORKS.items():
        arguments = {k: tuple(v) if isinstance(v, list) else v for k, v in config.items()}
        network = ARCHITECTURES[architecture](**arguments)
        for tensor in network.state_dict().values():
            if tensor.is_floating_point() and not tensor.any():
                tensor.normal_(0, 0.1)  # untrained biases and noise strengths cost nothing
        if isinstance(network, Flow):
            for key, tensor in network.state_dict().items():
                if key.endswith("_layer.weight"):
                    tensor.mul_(STEEPER)
        made[name] = (architecture, config, network)
    side = 2 << len(NETWORKS["generator"][1]["channels"])
    fields = {
        "title": "Random weights", "resolution": side, "licence": "none", "terms": "none",
        "training": {},
    }  # fmt: skip
    save_pack(folder / "random-1024", fields, made, half=False)
    return folder / "random-1024"


def measured() -> dict[str, Any]:
    """Medians of edits and previews by a session on the random pack, and its peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        pack = load_pack(random_pack(Path(folder)))
        session = Session(pack.completed_by(load_pack(find_pack(DEFAULT_PACK))))
        _, faces = session.new_face(1)
        face = session.prepare_face(faces[0].points)
        photo = session.photo
        assert photo is not None
        asked, previews = face.state.label_map.copy(), []
        session.preview(Edit(face.state, asked))
        for k in range(PREVIEWS):
            asked = asked.copy()
            asked[60 + 20 * k : 84 + 20 * k, 40:64] = HAIR
            start = time.perf_counter()
            session.preview(Edit(face.state, asked))
            previews.append(time.perf_counter() - start)
        edits, stages, evaluations = [], [], 0
        for k in range(EDITS + 1):
            asked = asked.copy()
            asked[100 + 40 * k : 140 + 40 * k, 200:300] = HAIR
            state, measures = session.render(Edit(face.state, asked))
            start = time.perf_counter()
            paste_back(photo, face.state, state)
            seconds = dict(measures.seconds) | {"paste back": time.perf_counter() - start}
            evaluations = measures.nfe
            if k:  # the first edit also warms up
                stages.append(seconds)
                edits.append(sum(v for stage, v in seconds.items() if stage != "measure"))
    peak = peak_mb()
    memory = {} if peak is None else {"peak_memory_1024_mb": round(peak)}
    return memory | {
        "full_edit_1024_s": round(statistics.median(edits), 3),
        "preview_1024_s": round(statistics.median(previews), 3),
        "seconds": {
            stage: round(float(np.median([s[stage] for s in stages])), 3) for stage in stages[0]
        },
        "evaluations": evaluations,
        "threads": torch.get_num_threads(),
    }
