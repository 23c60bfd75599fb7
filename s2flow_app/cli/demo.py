"""`demo`: what a user does in the window, without one; `make run` where there is no display."""

import argparse
from pathlib import Path
from typing import Final

from PIL import Image

from s2flow_app.cli.console import Console
from s2flow_app.cli.edits import chosen_face
from s2flow_app.cli.options import add_pack
from s2flow_app.cli.pictures import make_folder, write_picture
from s2flow_app.cli.sample_photo import sample_picture
from s2flow_app.engine.session import Session
from s2flow_app.label_files import write_label_map
from s2flow_app.label_shapes import fuller_hair, smile
from s2flow_app.labels import HAIR
from s2flow_app.model.edit import Edit, Style
from s2flow_app.model.face import EditedFace
from s2flow_app.outputs import check_output_folder
from s2flow_app.paths import find_pack

SAMPLE: Final = "sample.png"
WRITTEN: Final = (
    "labels.png", "crop.png", "reconstruction.png", "hair-preview.png", "smile-preview.png",
    "edited.png",
)  # fmt: skip


def add_demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", "--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--photo", type=Path, help="a photo with a face, instead of the sample")
    add_pack(parser)


def demo(given: argparse.Namespace, console: Console) -> None:
    """Open, parse, paint, preview, apply, change the style, go on from it, export."""
    inputs = [given.photo] if given.photo else []
    check_output_folder(given.out, names=(SAMPLE, *WRITTEN), inputs=inputs)
    out = make_folder(given.out)
    session = Session.load(find_pack(given.pack), device=given.device)
    photo = given.photo or out / SAMPLE
    if given.photo is None:
        Image.fromarray(sample_picture(session)).save(photo)
    _, faces = session.open_photo(photo)
    face = session.prepare_face(chosen_face(faces, 0, photo).points, progress=console.progress)
    state = face.state
    write_label_map(out / "labels.png", state.label_map)
    write_picture(out / "crop.png", state.crop)
    write_picture(out / "reconstruction.png", face.reconstruction)
    steps = []
    for name, shape in (("hair", fuller_hair), ("smile", smile)):
        edit = Edit(state, shape(state.label_map))
        write_picture(out / f"{name}-preview.png", session.preview(edit))
        state, measures = session.render(edit)
        steps.append(
            {
                "edit": name,
                "mask_adherence": measures.mask_adherence,
                "mask_adherence_unedited": measures.mask_adherence_unedited,
            }
        )
    name, _ = session.attributes[0]
    style = Style(attributes=((name, 0.8),), regions=(HAIR,))
    state, _ = session.render(Edit(state, state.label_map, style))
    session.export([EditedFace(face.state, state)], out / "edited.png")
    answer = {
        "out": str(out),
        "inversion_psnr_db": round(face.inversion_psnr_db, 2),
        "steps": steps,
    }
    console.answer(answer, f"The session's pictures are in {out}; the edited photo is edited.png.")
