"""Several foreign files as one model pack: all of it, or nothing."""

import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from s2flow_app.engine.pack import Manifest, load_pack, save_pack
from s2flow_app.errors import CheckpointError, PackError
from s2flow_app.importers.fitting import Part
from s2flow_app.importers.reading import read_foreign
from s2flow_app.importers.recognise import Recognised, recognised
from s2flow_app.importers.s2flow import check_config
from s2flow_app.importers.terms import together
from s2flow_app.paths import all_packs

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
Progress = Callable[[str, float], None]


def import_files(
    files: list[Path], *, name: str, folder: Path, progress: Progress = lambda stage, share: None
) -> tuple[Path, Manifest]:
    """Write the pack ``folder/name`` from foreign ``files`` and read it back.

    The weights stay float32, as the originals computed. The pack is written beside its place and
    moved there at the end.

    Raises:
        CheckpointError: a file is not what it must be, or the files do not go together.
        PackError: the name is not fit for a folder or taken, or the folder cannot be written.
    """
    target = _free(folder, name)
    found = []
    for i, file in enumerate(files):
        progress(f"Reading {file.name}", i / (len(files) + 1))
        found.append(recognised(read_foreign(file)))
    parts = check_files(found)
    sources = [item.source for item in found]
    licence, terms = together(sources)
    manifest = {
        "title": name, "resolution": _resolution(parts), "licence": licence, "terms": terms,
        "training": {}, "sources": sources,
    }  # fmt: skip
    progress("Writing the pack", len(files) / (len(files) + 1))
    return target, _write(target, manifest, parts)


def check_files(found: list[Recognised]) -> list[Part]:
    """The parts of files that make a pack; raises `CheckpointError` where they do not."""
    parts = [part for item in found for part in item.parts]
    for item in found:
        if item.config is not None:
            _named(item.source.file, lambda config=item.config: check_config(config, parts))
    if not parts:
        raise CheckpointError("The files hold settings only, no network.", "Add a checkpoint.")
    _check_together(parts)
    return parts


def _free(folder: Path, name: str) -> Path:
    if not NAME.fullmatch(name):
        raise PackError(
            f"A pack cannot be called '{name}'.", "Use letters, digits, '.', '_' and '-'."
        )
    target = folder / name
    if target.exists() or name in {pack.name for pack in all_packs()}:
        raise PackError(
            f"There is already a pack '{name}'.",
            "Choose another --name, or remove one that you imported with 's2flow packs remove'.",
        )
    return target


def _named(file: str, check: Callable[[], None]) -> None:
    try:
        check()
    except CheckpointError as error:
        raise CheckpointError(f"{file} {error.message}.") from error


def _check_together(parts: list[Part]) -> None:
    by_name: dict[str, Part] = {}
    for part in parts:
        if part.component in by_name:
            raise CheckpointError(
                f"Two of the files hold a {part.component}, and a pack has one.",
                "Import them into two packs.",
            )
        by_name[part.component] = part
    widths: dict[str, Any] = {}
    for component, key in (("generator", "w_dim"), ("flow", "dim"), ("latents", "dim")):
        if component in by_name:
            widths[component] = by_name[component].config[key]
    rows: dict[str, Any] = {}
    if "generator" in by_name:
        rows["generator"] = 2 * len(by_name["generator"].config["channels"])
    if "latents" in by_name:
        rows["latents"] = by_name["latents"].config["num_ws"]
    conditions: dict[str, Any] = {}
    for component, key in (("flow", "condition_dim"), ("condition", "channels")):
        if component in by_name:
            conditions[component] = by_name[component].config[key]
    for what, sizes in (
        ("latents' width", widths), ("latents' rows", rows), ("condition's width", conditions),
    ):  # fmt: skip
        if len(set(sizes.values())) > 1:
            said = ", ".join(f"{component} {size}" for component, size in sizes.items())
            raise CheckpointError(
                f"The files do not go together: they differ in the {what} ({said}).",
                "Import the files of one model.",
            )


def _resolution(parts: list[Part]) -> int:
    """Of the generator's pictures, in pixels; 0 for a pack without one."""
    for part in parts:
        if part.component == "generator":
            return 4 << (len(part.config["channels"]) - 1)
    return 0


def _write(target: Path, manifest: dict[str, Any], parts: list[Part]) -> Manifest:
    networks = {part.component: (part.architecture, part.config, part.network) for part in parts}
    beside: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".import-", dir=target.parent))
        written = save_pack(beside / target.name, manifest, networks, half=False)
        load_pack(beside / target.name)
        (beside / target.name).rename(target)
    except OSError as error:
        raise PackError(
            f"The pack cannot be written to {target.parent}: {error.strerror}.",
            "Name another folder with --to, or free some space.",
        ) from error
    finally:
        if beside is not None:
            shutil.rmtree(beside, ignore_errors=True)
    return written
