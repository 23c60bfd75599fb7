"""`project`: what is in a project file, and the edited photo out of it. Runs no network."""

import argparse
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from s2flow_app.cli.console import Console
from s2flow_app.engine.paste_back import paste_back
from s2flow_app.engine.photo import write_photo
from s2flow_app.engine.picture_process import PictureProcess
from s2flow_app.errors import PhotoError
from s2flow_app.generator_folder import GeneratorFolder
from s2flow_app.outputs import PICTURE_SUFFIXES, check_output
from s2flow_app.project.content import Record
from s2flow_app.project.project_file import ProjectReader
from s2flow_app.project.reading import read_project


def add_project(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="answer with one JSON object")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for action, help_text in (
        ("info", "photo, pack, faces and steps of a project"),
        ("export", "write the photo with the applied edits of all faces"),
    ):
        command = actions.add_parser(action, help=help_text, description=help_text.capitalize())
        command.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS,
            help="answer with one JSON object",
        )  # fmt: skip
        command.add_argument("project", type=Path, metavar="PROJECT", help="a .s2flow file")
        if action == "export":
            command.add_argument(
                "-o", "--out", type=Path, required=True, metavar="PHOTO", help="file to write"
            )


def project(given: argparse.Namespace, console: Console) -> None:
    """Do what is asked.

    Raises:
        UserError: the project or its photo cannot be read, or the output cannot be written.
    """
    if given.action == "info":
        _info(given.project, console)
    else:
        _export(given.project, given.out, console)


def _info(path: Path, console: Console) -> None:
    with ProjectReader(path) as reader:
        document = reader.document()
        photo, pack = document.parts.photo, reader.header.pack
        link: Record | None = document.link
        steps = Counter(
            node.kind
            for session in document.parts.sessions.values()
            for node in session.history.nodes()
            if node.parent is not None
        )
        fields: dict[str, Any] = {
            "project": str(path),
            "program": reader.header.program,
            "pack": pack.name,
            "pack_sha256": pack.sha256,
            "photo": photo.name,
            "photo_bytes": photo.size_bytes,
            "photo_sha256": photo.sha256,
            "photo_is_inside": link is None,
            "photo_path": None if link is None else link["path"],
            "faces": len(document.parts.found),
            "faces_edited": sum(s.is_edited for s in document.parts.sessions.values()),
            "steps": dict(sorted(steps.items())),
        }
    where = "inside" if link is None else f"linked to {link['path']}"
    counted = ", ".join(f"{count} {kind}" for kind, count in sorted(steps.items())) or "none"
    lines = (
        f"Photo: {photo.name}, {photo.size_bytes} bytes, {where}",
        f"Pack: {pack.title or pack.name or '-'}, saved by version {fields['program']}",
        f"Faces: {fields['faces']}, {fields['faces_edited']} of them edited",
        f"Steps: {counted}",
    )
    console.answer(fields, "\n".join(lines))


def _export(path: Path, out: Path, console: Console) -> None:
    check_output(out, inputs=(path,), suffixes=PICTURE_SUFFIXES)
    generators = GeneratorFolder()
    with tempfile.TemporaryDirectory(prefix="s2flow-photo-") as folder:
        console.progress("Reading the project", 0.0)
        read = read_project(path, generators, Path(folder), lambda _: None)
        if read.photo_file is None:
            link = read.document.link or {}
            state = "has changed" if read.is_changed else "is not there"
            raise PhotoError(
                f"The photo of this project, {link.get('path') or '-'}, {state}.",
                "Put the file as it was beside the project.",
            )
        check_output(out, inputs=(path, read.photo_file), suffixes=PICTURE_SUFFIXES)
        pictures = PictureProcess()
        try:
            photo = pictures.read_photo(read.photo_file).photo
        finally:
            pictures.close()
        faces = [s.edited() for s in read.document.parts.sessions.values() if s.is_edited]
        for k, face in enumerate(faces):
            console.progress("Exporting", k / len(faces))
            photo = paste_back(photo, face.start, face.state)
        write_photo(photo, out, original=read.photo_file)
    count = len(faces)
    console.answer(
        {"out": str(out), "faces_edited": count},
        f"{out}: {count} edited {'face' if count == 1 else 'faces'}",
    )
