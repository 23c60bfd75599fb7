"""`gallery`: what an imported pack's latents look like, as sheets or as one face to start from."""

import argparse
from pathlib import Path

import numpy as np

from s2flow_app.cli.console import Console
from s2flow_app.cli.options import add_pack, whole
from s2flow_app.cli.pictures import sheet, write_picture
from s2flow_app.engine.session import Session
from s2flow_app.errors import PackError
from s2flow_app.outputs import PICTURE_SUFFIXES, check_output
from s2flow_app.paths import find_pack

COLUMNS = 8


def add_gallery(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--start", type=whole(0, 10**9), default=0, help="the first face (0)")
    parser.add_argument("-n", "--count", type=whole(1, 1000), default=40, help="how many (40)")
    parser.add_argument("--face", type=whole(0, 10**9), help="this one alone, as large as edited")
    parser.add_argument("-o", "--out", type=Path, required=True, help="the picture to write")
    add_pack(parser)


def gallery(given: argparse.Namespace, console: Console) -> None:
    """Write a sheet of the gallery, or one of its faces.

    Raises:
        PackError: the pack has no gallery, or not so many faces.
    """
    check_output(given.out, suffixes=PICTURE_SUFFIXES)
    session = Session.load(find_pack(given.pack), device=given.device)
    size = session.gallery_size
    if not size:
        raise PackError(
            f"The pack {given.pack} has no gallery.",
            "Import one with StyleFlow's all_latents.pickle and its generator.",
        )
    if given.face is not None:
        picture, _ = session.gallery_face(given.face)
        write_picture(given.out, picture)
        answer = {"out": str(given.out), "face": given.face, "of": size}
        console.answer(answer, f"{given.out}: face {given.face} of {size}")
        return
    indices = range(given.start, min(given.start + given.count, size))
    if not indices:
        raise PackError(f"The gallery has {size} faces.", f"Use --start 0 to {size - 1}.")
    tiles = []
    for k, index in enumerate(indices):
        console.progress("Drawing", k / len(indices))
        tiles.append(session.gallery_pictures([index])[0])
    columns = min(COLUMNS, len(tiles))
    tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % columns)
    faces = np.stack(tiles).reshape(-1, columns, *tiles[0].shape)
    write_picture(given.out, sheet(faces))
    answer = {"out": str(given.out), "first": indices[0], "last": indices[-1], "of": size}
    console.answer(answer, f"{given.out}: faces {indices[0]} to {indices[-1]} of {size}")
