"""`packs`: which model packs there are, what is in one, whether it is whole; removes one's own."""

import argparse
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

from s2flow_app.cli.console import Console
from s2flow_app.engine.pack import Manifest, load_pack, read_manifest
from s2flow_app.errors import PackError
from s2flow_app.paths import all_packs, find_pack, models_dir, user_models_dir

CARDS = ("card.md", "CARD.md", "README.md", "MODEL_CARD.md")
MOST_CARD_BYTES = 100_000


def add_packs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="answer with one JSON object")
    parser.add_argument("--check", action="store_true", help="also read and check every file")
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    for action, help_text in (
        ("list", "the packs (as without an action)"),
        ("show", "what is in a pack, where it is from and its terms"),
        ("verify", "read and check every file of a pack"),
        ("remove", "delete a pack that you imported"),
    ):
        command = actions.add_parser(action, help=help_text, description=help_text.capitalize())
        # Suppressed: what was said before the action stands.
        command.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS,
            help="answer with one JSON object",
        )  # fmt: skip
        if action == "list":
            command.add_argument(
                "--check", action="store_true", default=argparse.SUPPRESS,
                help="also read and check every file",
            )  # fmt: skip
        else:
            command.add_argument("name", help="the pack's name or folder")


def packs(given: argparse.Namespace, console: Console) -> None:
    """Do what is asked; without an action list the packs.

    Raises:
        PackError: there is no such pack, it is damaged, or it is not the user's to remove.
    """
    if given.action == "show":
        _show(find_pack(given.name), console)
    elif given.action == "verify":
        _verify(find_pack(given.name), console)
    elif given.action == "remove":
        _remove(given.name, console)
    else:
        _list(console, check=given.check)


def _list(console: Console, *, check: bool) -> None:
    found, lines = [], []
    for folder in all_packs():
        try:
            manifest = read_manifest(folder)
            if check:
                load_pack(folder)
        except PackError as error:
            found.append({"name": folder.name, "problem": str(error)})
            lines.append(f"{folder.name}: {error}")
            continue
        fields = _summary(folder, manifest)
        found.append(fields)
        lines += _lines(fields)
    console.answer({"packs": found}, "\n".join(lines) or f"No packs in {models_dir()}.")


def _show(folder: Path, console: Console) -> None:
    manifest = read_manifest(folder)
    fields = _summary(folder, manifest) | {
        "files": {name: asdict(part) for name, part in manifest.components.items()},
        "training": manifest.training,
        "quality": manifest.quality,
    }
    lines = _lines(fields)
    for name, part in manifest.components.items():
        size = (folder / part.file).stat().st_size if (folder / part.file).is_file() else 0
        lines.append(f"  {name}: {part.architecture}, {part.tensors} tensors, {size / 1e6:.1f} MB")
    lines += [f"  from {s.file} ({s.kind}), SHA-256 {s.sha256}" for s in manifest.sources]
    console.answer(fields, "\n".join([*lines, f"  {folder}"]))


def _verify(folder: Path, console: Console) -> None:
    pack = load_pack(folder)
    parts = sorted(pack.networks)
    console.answer(
        {"name": folder.name, "whole": True, "components": parts},
        f"{folder.name} is whole: {', '.join(parts)}.",
    )


def _remove(name: str, console: Console) -> None:
    mine = user_models_dir()
    folder = mine / name
    if folder.parent != mine or folder.is_symlink() or folder not in all_packs():
        found = find_pack(name)
        raise PackError(
            f"The pack '{found.name}' is not one that you imported, so it stays.",
            f"Your packs are in {mine}.",
        )
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise PackError(f"{folder} cannot be removed: {error.strerror}.") from error
    console.answer({"name": name, "removed": str(folder)}, f"Removed {folder}.")


def _summary(folder: Path, manifest: Manifest) -> dict[str, Any]:
    styles, latents = map(manifest.components.get, ("styles", "latents"))
    return {
        "name": folder.name,
        "title": manifest.title,
        "resolution": manifest.resolution,
        "components": sorted(manifest.components),
        "attributes": list(styles.config["names"]) if styles else [],
        "licence": manifest.licence,
        "terms": manifest.terms,
        "folder": str(folder),
        "built_in": folder.parent != user_models_dir(),
        "figures": manifest.quality.get("checks", []),
        "sources": [asdict(source) for source in manifest.sources],
        "gallery": latents.config["count"] if latents else 0,
        "card": _card(folder),
    }


def _card(folder: Path) -> str:
    """What its authors say of the pack, if they do."""
    for name in CARDS:
        file = folder / name
        if file.is_file() and file.stat().st_size <= MOST_CARD_BYTES:
            return file.read_text(encoding="utf-8", errors="replace")
    return ""


def _lines(fields: dict[str, Any]) -> list[str]:
    return [
        f"{fields['name']}: {fields['title']}",
        f"  parts: {', '.join(fields['components'])}",
        f"  attributes: {', '.join(fields['attributes']) or 'none'}",
        f"  {fields['terms']}",
    ]
