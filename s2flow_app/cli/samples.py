"""`sample` and `disentangle`: faces that the pack makes up for label maps."""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from s2flow_app.cli.console import Console
from s2flow_app.cli.options import add_pack, whole
from s2flow_app.cli.pictures import make_folder, sheet, write_picture
from s2flow_app.engine.picture_process import PictureProcess
from s2flow_app.engine.session import Session
from s2flow_app.labels import LabelMap, colourise
from s2flow_app.outputs import PICTURE_SUFFIXES, check_output, check_output_folder
from s2flow_app.paths import find_pack


def add_sample(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--labels", type=Path, required=True, help="the map (PNG)")
    parser.add_argument("-n", "--count", type=whole(1, 400), default=8, help="how many faces")
    parser.add_argument("-o", "--out", type=Path, required=True, help="the sheet to write")
    parser.add_argument("--seed", type=whole(0, 2**31 - 1), default=0)
    add_pack(parser)


def add_disentangle(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--labels", type=Path, nargs="+", required=True, help="maps (PNG)")
    parser.add_argument("-n", "--count", type=whole(1, 100), default=6, help="style codes")
    parser.add_argument("-o", "--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--seed", type=whole(0, 2**31 - 1), default=0)
    add_pack(parser)


def sample(given: argparse.Namespace, console: Console) -> None:
    """Faces of one map, each with a style code of its own."""
    check_output(given.out, inputs=[given.labels], suffixes=PICTURE_SUFFIXES)
    label_map = PictureProcess().read_label_map(given.labels)
    session, seeds = _session(given), _seeds(given)
    columns = min(8, given.count)
    faces = session.sample([label_map], seeds)[0]
    blank = np.zeros_like(faces[:1])
    faces = np.concatenate([faces] + [blank] * (-len(faces) % columns))
    rows = faces.reshape(-1, columns, *faces.shape[1:])
    write_picture(given.out, sheet(rows))
    answer = {"out": str(given.out), "seeds": seeds, "pack": given.pack}
    console.answer(answer, f"{given.out}: {given.count} faces")


def disentangle(given: argparse.Namespace, console: Console) -> None:
    """One map with many codes and one code with many maps, as two sheets."""
    names = ("one-map-many-codes.png", "one-code-many-maps.png")
    check_output_folder(given.out, names=names, inputs=given.labels)
    pictures = PictureProcess()
    maps = [pictures.read_label_map(path) for path in given.labels]
    make_folder(given.out)
    session, seeds = _session(given), _seeds(given)
    faces = session.sample(maps, seeds)
    shown = np.stack([_shown(m, faces.shape[2]) for m in maps])[:, None]
    by_map, by_code = (given.out / name for name in names)
    write_picture(by_map, sheet(np.concatenate([shown, faces], 1)))
    write_picture(by_code, sheet(np.concatenate([shown, faces], 1).swapaxes(0, 1)))
    answer = {"out": [str(by_map), str(by_code)], "seeds": seeds, "pack": given.pack}
    console.answer(answer, f"{by_map}\n{by_code}")


def _session(given: argparse.Namespace) -> Session:
    return Session.load(find_pack(given.pack), device=given.device)


def _seeds(given: argparse.Namespace) -> list[int]:
    return list(range(given.seed, given.seed + given.count))


def _shown(label_map: LabelMap, size: int) -> NDArray[np.uint8]:
    """Label colours ``[size, size, 3]`` of a map, each pixel the nearest of the map's."""
    nearest = np.arange(size) * len(label_map) // size
    return colourise(label_map[np.ix_(nearest, nearest)])
