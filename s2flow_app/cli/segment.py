"""`segment`: a face as a label map."""

import argparse
from pathlib import Path

from s2flow_app.cli.console import Console
from s2flow_app.cli.options import add_pack, whole
from s2flow_app.cli.pictures import write_picture
from s2flow_app.engine.pack import load_pack
from s2flow_app.engine.parse import parse_face
from s2flow_app.engine.picture_process import PictureProcess
from s2flow_app.label_files import write_label_map
from s2flow_app.labels import CLASSES
from s2flow_app.outputs import LABEL_MAP_SUFFIXES, PICTURE_SUFFIXES, check_outputs
from s2flow_app.paths import find_pack


def add_segment(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("photo", type=Path)
    parser.add_argument("-o", "--out", type=Path, required=True, help="label map to write (PNG)")
    parser.add_argument("--crop", type=Path, help="also write the aligned crop")
    parser.add_argument("--face", type=whole(0, 999), default=0, help="0 is the largest (default)")
    add_pack(parser)


def segment(given: argparse.Namespace, console: Console) -> None:
    """Parse one face and write its label map."""
    check_outputs(
        [(given.out, LABEL_MAP_SUFFIXES), (given.crop, PICTURE_SUFFIXES)], inputs=[given.photo]
    )
    read = PictureProcess().read_photo(given.photo)
    if read.photo.notice:
        console.note(read.photo.notice)
    found = parse_face(load_pack(find_pack(given.pack)), read.display, index=given.face)
    write_label_map(given.out, found.label_map)
    if given.crop:
        write_picture(given.crop, found.crop)
    present = [c.key for c in CLASSES if (found.label_map == c.id).any()]
    answer = {
        "labels": str(given.out),
        "pack": given.pack,
        "quad": found.face.quad.round(2).tolist(),
        "score": round(found.face.score, 4),
        "classes": present,
    }
    console.answer(answer, f"{given.out}: {', '.join(present)}")
