"""`python -m s2flow_app.training STAGE --data DIR`: train a stage, or `pack` what is trained."""

import argparse
import json
import sys
from pathlib import Path

import torch

from s2flow_app.engine.pack import load_pack
from s2flow_app.errors import UserError
from s2flow_app.nets.parser import FaceParser
from s2flow_app.training import generator, landmarks, parser
from s2flow_app.training.build_pack import build_pack
from s2flow_app.training.data import load_faces
from s2flow_app.training.loop import StageConfig
from s2flow_app.training.parser_quality import parser_quality


def main() -> int:
    """Parse the arguments and run the stage."""
    options = argparse.ArgumentParser(prog="python -m s2flow_app.training", description=__doc__)
    options.add_argument("stage", choices=("landmarks", "parser", "teacher", "generator", "pack"))
    options.add_argument("--data", type=Path, required=True, help="folder of aligned portraits")
    options.add_argument("--work", type=Path, default=Path(".work"), help="checkpoints and logs")
    options.add_argument("--minutes", type=float, default=20, help="the stage's whole time")
    options.add_argument("--out", type=Path, default=Path("models/portrait-128"))
    given = options.parse_args()
    try:
        _run(given)
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _run(given: argparse.Namespace) -> None:
    data = load_faces(given.data, cache=given.work / "cache")
    config = StageConfig(given.data, given.work, given.minutes)
    if given.stage == "landmarks":
        landmarks.run(config, data)
    elif given.stage == "parser":
        parser.run(config, data)
    elif given.stage == "teacher":
        parser.run(config, data, teacher=True)
    elif given.stage == "generator":
        teacher = FaceParser()
        saved = torch.load(given.work / "teacher" / "checkpoint.pt", weights_only=True)
        teacher.load_state_dict(saved["averaged"])
        generator.run(config, data, teacher)
    else:
        build_pack(given.work, given.out, quality={})
        figures = {"parser": parser_quality(load_pack(given.out).parser, data)}
        build_pack(given.work, given.out, quality=figures)
        print(json.dumps(figures))


if __name__ == "__main__":
    sys.exit(main())
