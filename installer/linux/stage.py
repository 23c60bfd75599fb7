"""Lays out what a Linux package installs: the bundle, the programs' names, what desktops read.

    python installer/linux/stage.py FOLDER [--prefix usr] [--bundle dist/s2flow-studio]

The .deb, the tarball, the AppDir and the Flatpak all begin with this.
"""

import argparse
import gzip
import io
import os
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

LINUX: Final = Path(__file__).resolve().parent
ROOT: Final = LINUX.parents[1]
sys.path[:0] = [str(ROOT), str(LINUX.parent), str(LINUX)]

from icons import drawn  # noqa: E402
from man_page import man_page  # noqa: E402

from s2flow_app import __version__  # noqa: E402

IDENTIFIER: Final = "io.github.s2flow.studio"
PACKAGE: Final = "s2flow-studio"
PROGRAMS: Final = ("s2flow", "s2flow-studio")
ICON_PX: Final = (16, 24, 32, 48, 64, 128, 256, 512)
MIME_ICON: Final = "application-x-s2flow"
SHARE: Final = LINUX / "share"


def built_on() -> date:
    """The day that goes into what is built; SOURCE_DATE_EPOCH decides where it is given."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    now = datetime.now(UTC) if epoch is None else datetime.fromtimestamp(int(epoch), UTC)
    return now.date()


def stage(folder: Path, bundle: Path, prefix: str = "usr", licences: Path | None = None) -> None:
    """Write the tree of a package to ``folder``, which must not be there.

    Args:
        bundle: what PyInstaller made.
        prefix: where programs lie under ``folder``; empty: in it.
        licences: the folder of what ships under which licence, by `licence_report.py`.
    """
    base = folder / prefix
    library = base / "lib" / PACKAGE
    library.parent.mkdir(parents=True)
    # Links in place of copies: 750 MB, which nobody changes.
    shutil.copytree(bundle, library, symlinks=True, copy_function=_link)
    (base / "bin").mkdir()
    for name in PROGRAMS:
        (base / "bin" / name).symlink_to(f"../lib/{PACKAGE}/{name}")
    _write_share(base / "share")
    document = base / "share" / "doc" / PACKAGE
    document.mkdir(parents=True)
    shutil.copy(ROOT / "THIRD_PARTY.md", document)
    for source in (ROOT / "LICENSES", licences):
        if source is not None:
            shutil.copytree(source, document / "licences", dirs_exist_ok=True)
    man = base / "share" / "man" / "man1"
    man.mkdir(parents=True)
    write_gzip(man / "s2flow.1.gz", man_page(built_on()).encode())
    (man / "s2flow-studio.1.gz").symlink_to("s2flow.1.gz")
    make_readable(folder)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


def _write_share(share: Path) -> None:
    for suffix, place in (
        ("desktop", "applications"), ("thumbnailer", "thumbnailers"), ("metainfo.xml", "metainfo"),
        ("mime.xml", "mime/packages"),
    ):  # fmt: skip
        target = share / place / f"{IDENTIFIER}.{suffix.removeprefix('mime.')}"
        target.parent.mkdir(parents=True, exist_ok=True)
        text = (SHARE / f"{IDENTIFIER}.{suffix}").read_text("utf-8")
        text = text.replace("@VERSION@", __version__).replace("@DATE@", f"{built_on():%Y-%m-%d}")
        target.write_text(text, "utf-8")
    icons = share / "icons" / "hicolor"
    for side in ICON_PX:
        place = icons / f"{side}x{side}" / "apps"
        place.mkdir(parents=True)
        drawn(side).save(place / f"{IDENTIFIER}.png", optimize=True)
    for place, source, name in (
        ("apps", ROOT / "resources" / "icon.svg", IDENTIFIER),
        ("mimetypes", SHARE / f"{MIME_ICON}.svg", MIME_ICON),
    ):
        (icons / "scalable" / place).mkdir(parents=True)
        shutil.copy(source, icons / "scalable" / place / f"{name}.svg")


def write_gzip(file: Path, data: bytes) -> None:
    """As packages want it: best, and without a time."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=buffer, mode="wb", compresslevel=9, mtime=0) as packed:
        packed.write(data)
    file.write_bytes(buffer.getvalue())


def make_readable(folder: Path) -> None:
    """Readable by everybody, written by root: a checkout may keep its files to itself."""
    subprocess.run(["chmod", "-R", "u=rwX,go=rX", str(folder)], check=True)
    for file in folder.rglob("*"):
        # Libraries and data are no programs.
        is_program = file.name in (*PROGRAMS, "torch_shm_manager")
        if file.is_file() and not file.is_symlink() and not is_program:
            file.chmod(0o644)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--prefix", default="usr")
    parser.add_argument("--bundle", type=Path, default=ROOT / "dist" / PACKAGE)
    parser.add_argument("--licences", type=Path)
    given = parser.parse_args()
    stage(given.folder, given.bundle, given.prefix, given.licences)


if __name__ == "__main__":
    main()
