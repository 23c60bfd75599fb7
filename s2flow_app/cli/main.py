"""The command line: one command so far, `segment`."""

import argparse
import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from s2flow_app import __version__
from s2flow_app.errors import UserError
from s2flow_app.paths import find_pack

DEFAULT_PACK = "portrait-128"
log = logging.getLogger(__name__)


def run(arguments: Sequence[str]) -> int:
    """Run one command; 0 done, 1 the work failed, 2 usage."""
    given = _arguments().parse_args(arguments)
    try:
        segment(given)
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    except Exception:
        log.exception("s2flow %s failed", " ".join(arguments))
        print("This is our fault, not yours; the lines above say where.", file=sys.stderr)
        return 1
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="s2flow", description="Faces in photos as label maps.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("segment", help="parse the face of a photo into a label map")
    command.add_argument("photo", type=Path)
    command.add_argument("-o", "--out", type=Path, required=True, help="label map to write (PNG)")
    command.add_argument("--crop", type=Path, help="also write the aligned crop")
    command.add_argument("--face", type=int, default=0, help="which face, 0 is the largest")
    command.add_argument("--pack", default=DEFAULT_PACK)
    command.add_argument("--json", action="store_true", help="answer with one JSON object")
    return parser


def segment(given: argparse.Namespace) -> None:
    """Parse one face and write its label map."""
    from PIL import Image  # torch and Pillow only now: --help answers at once

    from s2flow_app.engine.pack import load_pack
    from s2flow_app.engine.parse import parse_face
    from s2flow_app.engine.photo import read_photo
    from s2flow_app.label_files import write_label_map
    from s2flow_app.labels import CLASSES

    photo = read_photo(given.photo).to_srgb()
    found = parse_face(load_pack(find_pack(given.pack)), photo, index=max(0, given.face))
    write_label_map(given.out, found.label_map)
    if given.crop:
        Image.fromarray(found.crop).save(given.crop)
    present = [c.key for c in CLASSES if (found.label_map == c.id).any()]
    answer = {
        "labels": str(given.out),
        "pack": given.pack,
        "quad": found.face.quad.round(2).tolist(),
        "score": round(found.face.score, 4),
        "classes": present,
    }
    print(json.dumps(answer) if given.json else f"{given.out}: {', '.join(present)}")
