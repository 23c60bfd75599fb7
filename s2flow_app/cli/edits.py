"""`semantic`, `sequence` and `style`: edits of a face in a photo."""

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from s2flow_app.cli.console import Console
from s2flow_app.cli.options import add_edit, attribute, number, regions
from s2flow_app.cli.pictures import make_folder, write_picture
from s2flow_app.engine.invert import Budget
from s2flow_app.engine.picture_process import PictureProcess
from s2flow_app.engine.session import Session
from s2flow_app.engine.signing import Signing
from s2flow_app.errors import LabelMapError, NoFaceError, OutputError, UserError
from s2flow_app.model.edit import Edit, EditMeasures, Style
from s2flow_app.model.face import EditedFace, FaceState
from s2flow_app.outputs import (
    PICTURE_SUFFIXES,
    InputFile,
    check_output,
    check_output_folder,
    check_outputs,
)
from s2flow_app.paths import find_pack


def add_semantic(parser: argparse.ArgumentParser) -> None:
    add_edit(parser)
    parser.add_argument("--labels", type=Path, required=True, help="the map asked for (PNG)")
    parser.add_argument(
        "--from", dest="source", type=Path, help="the photo's map, instead of parsing"
    )
    parser.add_argument("-o", "--out", type=Path, required=True, help="the edited photo to write")
    parser.add_argument("--crop-out", type=Path, help="also write the aligned crop after the edit")


def add_sequence(parser: argparse.ArgumentParser) -> None:
    add_edit(parser)
    parser.add_argument("--labels", type=Path, nargs="+", required=True, help="maps, in order")
    parser.add_argument("-o", "--out", type=Path, required=True, help="folder to write to")


def add_style(parser: argparse.ArgumentParser) -> None:
    add_edit(parser)
    parser.add_argument(
        "--reference", type=Path, help="photo whose style is borrowed, or gallery:N"
    )
    parser.add_argument("--strength", type=number(0, 1), default=1.0, help="towards the reference")
    parser.add_argument(
        "--regions", type=regions, help="as in hair,skin, or everywhere (each slider's own part)"
    )
    parser.add_argument(
        "--attribute", type=attribute, action="append", default=[], metavar="NAME=AMOUNT",
        help="amount -1 to 1; 's2flow packs' lists the names",
    )  # fmt: skip
    parser.add_argument("--random", type=number(0, 1), default=0.0, help="towards --seed's code")
    parser.add_argument("-o", "--out", type=Path, required=True, help="the edited photo to write")


class _Job:
    """A photo with its face prepared, and the seconds that took."""

    def __init__(
        self, given: argparse.Namespace, console: Console, inputs: Sequence[InputFile],
        pictures: PictureProcess,
    ) -> None:  # fmt: skip
        """``inputs``: what the command reads, which may be renamed while it works."""
        self._given, self._console, self._inputs = given, console, inputs
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()
        signing = _signing(given)
        pictures.start()  # it is ready when the networks are
        pack = find_pack(given.pack)
        self.session = Session.load(pack, device=given.device, pictures=pictures)
        self.session.signing = signing
        self._lap("load")
        _, faces = opened(self.session, given.photo)
        self._lap("find")
        if self.session.photo is not None and self.session.photo.notice:
            console.note(self.session.photo.notice)
        face = chosen_face(faces, given.face, given.photo)
        self.face = self.session.prepare_face(face.points, progress=console.progress)
        self._lap("prepare")
        if given.refine:
            self.face = self.session.refine(
                self.face.state, Budget(seconds=600, steps=given.refine), progress=console.progress
            )
            self._lap("refine")
        if given.tune:
            self.face = self.session.tune(
                self.face.state, seconds=given.tune, progress=console.progress
            )
            self._lap("tune")

    def edit(self, edit: Edit) -> tuple[FaceState, EditMeasures]:
        """Render an edit at the amount that was given."""
        edit = replace(edit, amount=self._given.amount / 100)
        state, measures = self.session.render(edit, progress=self._console.progress)
        self._last = time.perf_counter()
        return state, measures

    def export(self, state: FaceState, path: Path) -> None:
        check_output(path, inputs=self._inputs)
        self.session.export([EditedFace(self.face.state, state)], path)
        self._lap("export")

    def report(self, measures: EditMeasures) -> dict[str, Any]:
        """What `--json` says of an edit."""
        seen = measures.seen
        return {
            "seconds": self.seconds | dict(measures.seconds),
            "nfe": measures.nfe,
            "inversion_psnr_db": round(self.face.inversion_psnr_db, 2),
            "mask_adherence": measures.mask_adherence,
            "mask_adherence_unedited": measures.mask_adherence_unedited,
            "outside_change": measures.outside_change,
            "painted": round(measures.painted, 4),
            "told_from_photos": None if seen is None else round(seen.share, 3),
            "pack": self._given.pack,
            "device": self.session.device,
        }

    def _lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.seconds[stage] = round(now - self._last, 3)
        self._last = now


def _signing(given: argparse.Namespace) -> Signing | None:
    """With what the results are signed, looked at before any work; raises `OutputError`."""
    if given.sign_cert is None and given.sign_key is None:
        return None
    if given.sign_cert is None or given.sign_key is None:
        raise OutputError(
            "To sign what is written takes a certificate and its key.",
            "Give both --sign-cert and --sign-key.",
        )
    signing = Signing(given.sign_cert, given.sign_key)
    signing.check()
    return signing


def opened(session: Session, photo: Path) -> tuple[Any, Sequence[Any]]:
    """The photo, or with ``gallery:N`` a face of the pack's gallery, and the faces in it."""
    index = gallery_index(photo)
    return session.open_photo(photo) if index is None else session.gallery_face(index)


def gallery_index(photo: Path) -> int | None:
    """N of ``gallery:N``; None: it names a file."""
    which, sign, index = str(photo).partition(":")
    return int(index) if which == "gallery" and sign and index.isdecimal() else None


def chosen_face(faces: Sequence[Any], index: int, photo: Path) -> Any:
    """The face asked for; raises `NoFaceError` with what to do."""
    if not faces:
        raise NoFaceError(
            f"No face was found in {photo}.",
            "Use a photo with a face turned to the camera, or set its points in the editor.",
        )
    if index >= len(faces):
        raise NoFaceError(
            f"{photo} shows {len(faces)} face(s); there is no face {index}.",
            f"Use --face 0 to {len(faces) - 1}; 0 is the largest.",
        )
    return faces[index]


def semantic(given: argparse.Namespace, console: Console) -> None:
    """Change a face by its label map."""
    inputs = _read(given.photo, given.labels, given.source, given.sign_cert, given.sign_key)
    outputs = (given.out, given.crop_out)
    check_outputs([(out, PICTURE_SUFFIXES) for out in outputs], inputs=inputs)
    pictures = PictureProcess()
    asked = pictures.read_label_map(given.labels)
    source = pictures.read_label_map(given.source) if given.source else None
    job = _Job(given, console, inputs, pictures)
    base = job.face.state
    if source is not None:
        base = replace(base, label_map=source)
    if np.array_equal(asked, base.label_map):
        raise LabelMapError(
            f"{given.labels} is the photo's own label map: it asks for no change.",
            "Paint a map that 's2flow segment' wrote, and give that.",
        )
    state, measures = job.edit(Edit(base, asked))
    job.export(state, given.out)
    if given.crop_out:
        check_output(given.crop_out, inputs=inputs)
        write_picture(given.crop_out, state.crop)
    console.answer(job.report(measures) | {"out": str(given.out)}, _sentence(given.out, measures))


def sequence(given: argparse.Namespace, console: Console) -> None:
    """Change a face by several maps, each starting from the last result."""
    names = [f"{number_:02d}.png" for number_ in range(1, len(given.labels) + 1)]
    inputs = _read(given.photo, *given.labels, given.sign_cert, given.sign_key)
    check_output_folder(given.out, names=names, inputs=inputs)
    pictures = PictureProcess()
    maps = [pictures.read_label_map(path) for path in given.labels]
    make_folder(given.out)
    job = _Job(given, console, inputs, pictures)
    state, steps, lines = job.face.state, [], []
    for name, asked in zip(names, maps, strict=True):
        state, measures = job.edit(Edit(state, asked))
        out = given.out / name
        job.export(state, out)
        steps.append(job.report(measures) | {"out": str(out)})
        lines.append(_sentence(out, measures))
    console.answer({"steps": steps}, "\n".join(lines))


def style(given: argparse.Namespace, console: Console) -> None:
    """Change a face's style, its map left alone."""
    if not (given.reference or given.attribute or given.random):
        raise UserError(
            "No style is asked for.",
            "Give --reference PHOTO, --attribute NAME=AMOUNT or --random STRENGTH.",
        )
    inputs = _read(given.photo, given.reference, given.sign_cert, given.sign_key)
    check_output(given.out, inputs=inputs, suffixes=PICTURE_SUFFIXES)
    job = _Job(given, console, inputs, PictureProcess())
    known = [name for name, _ in job.session.attributes]
    for name, _ in given.attribute:
        if name not in known:
            raise UserError(
                f"The pack {given.pack} has no attribute '{name}'.", f"It has {', '.join(known)}."
            )
    code = None
    if given.reference:
        code = _style_of(given.reference, job.session, console)
    asked = Style(
        attributes=tuple(given.attribute),
        variation_seed=given.seed,
        variation_strength=given.random,
        reference_code=code,
        reference_strength=given.strength,
        regions=given.regions,
    )
    state, measures = job.edit(Edit(job.face.state, job.face.state.label_map, asked))
    job.export(state, given.out)
    console.answer(job.report(measures) | {"out": str(given.out)}, f"{given.out}: style changed")


def _style_of(reference: Path, session: Session, console: Console) -> Any:
    """The style code of a photo, or of a face of the pack's gallery."""
    index = gallery_index(reference)
    if index is not None:
        return session.gallery_style(index)
    code, _ = session.read_style(reference, progress=console.progress)
    return code


def _read(*paths: Path | None) -> list[InputFile]:
    """The files that a command reads, as they are before it begins."""
    return [InputFile.at(path) for path in paths if path and gallery_index(path) is None]


def _sentence(out: Path, measures: EditMeasures) -> str:
    if measures.mask_adherence is None:
        return f"{out}: no change was asked for"
    before = measures.mask_adherence_unedited or 0.0
    return (
        f"{out}: {measures.mask_adherence:.0%} of the change asked for took "
        f"({before:.0%} was there before)"
    )
