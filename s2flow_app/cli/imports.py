"""`import`: checkpoints from elsewhere as a model pack."""

import argparse
import signal
import threading
from dataclasses import asdict
from pathlib import Path

from s2flow_app.cli.console import Console
from s2flow_app.importers.assemble import import_files
from s2flow_app.importers.inspect import inspect_files
from s2flow_app.outputs import check_output_folder
from s2flow_app.paths import user_models_dir


def add_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", type=Path, nargs="+", metavar="FILE",
        help="a StyleGAN2, S2-Flow or DeepLab checkpoint, a config.txt, StyleFlow's latents",
    )  # fmt: skip
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--name", help="what the pack is called")
    what.add_argument(
        "--inspect", action="store_true", help="say what each file is, and import nothing"
    )
    parser.add_argument(
        "--to", type=Path, metavar="DIR", help="the folder to make it in (your packs by default)"
    )
    parser.add_argument("--json", action="store_true", help="answer with one JSON object")


def import_(given: argparse.Namespace, console: Console) -> None:
    """Write the pack and say what is in it, and under which terms it stands."""
    if given.inspect:
        _inspect(given.files, console)
        return
    folder = given.to or user_models_dir()
    check_output_folder(folder)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # to leave nothing half written
    path, manifest = import_files(
        given.files, name=given.name, folder=folder,
        progress=console.progress,
    )  # fmt: skip
    answer = {
        "name": path.name,
        "path": str(path),
        "resolution": manifest.resolution,
        "components": {name: part.tensors for name, part in manifest.components.items()},
        "sources": [asdict(source) for source in manifest.sources],
        "licence": manifest.licence,
        "terms": manifest.terms,
    }
    lines = [
        f"{path}: {', '.join(sorted(manifest.components))}",
        *(f"  {source.file}: {source.kind}" for source in manifest.sources),
        f"  {manifest.terms}",
    ]
    console.answer(answer, "\n".join(lines))


def _inspect(files: list[Path], console: Console) -> None:
    """Say what each file is; a problem of one is no failure of the command."""
    seen, problem, name = inspect_files(files, console.progress)
    lines = []
    for one in seen:
        parts = f" ({', '.join(one.parts)})" if one.parts else ""
        lines.append(f"{one.file}: {one.kind}{parts}" if one.kind else one.problem)
    answer = {"files": [asdict(one) for one in seen], "problem": problem, "name": name}
    console.answer(answer, "\n".join([*lines, *([problem] if problem else [])]))
