"""`packs`: which model packs there are."""

import argparse

from s2flow_app.cli.console import Console
from s2flow_app.engine.pack import MANIFEST_NAME, load_pack, read_manifest
from s2flow_app.errors import PackError
from s2flow_app.paths import models_dir


def add_packs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="answer with one JSON object")
    parser.add_argument("--check", action="store_true", help="also read and check every file")


def packs(given: argparse.Namespace, console: Console) -> None:
    """List the packs, with their terms and style attributes."""
    found, lines = [], []
    for manifest_file in sorted(models_dir().glob(f"*/{MANIFEST_NAME}")):
        folder = manifest_file.parent
        try:
            manifest = read_manifest(folder)
            if given.check:
                load_pack(folder)
        except PackError as error:
            found.append({"name": folder.name, "problem": str(error)})
            lines.append(f"{folder.name}: {error}")
            continue
        styles = manifest.components.get("styles")
        names = list(styles.config["names"]) if styles else []
        found.append(
            {
                "name": folder.name,
                "title": manifest.title,
                "resolution": manifest.resolution,
                "components": sorted(manifest.components),
                "attributes": names,
                "licence": manifest.licence,
                "terms": manifest.terms,
            }
        )
        lines += [
            f"{folder.name}: {manifest.title}",
            f"  parts: {', '.join(sorted(manifest.components))}",
            f"  attributes: {', '.join(names) or 'none'}",
            f"  {manifest.terms}",
        ]
    console.answer({"packs": found}, "\n".join(lines) or f"No packs in {models_dir()}.")
