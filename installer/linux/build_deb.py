"""Packs the staged tree as a Debian package.

    python installer/linux/build_deb.py STAGED SYSTEM_LIBRARIES OUT_FOLDER

STAGED is what stage.py wrote, under `usr`; SYSTEM_LIBRARIES the list of the bundle's files that the
system's packages brought: the .deb leaves them out and depends on those packages instead, as
dpkg-shlibdeps finds them. Build on the oldest release that the package is for: it asks for the
versions that were there (or newer).
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from stage import PACKAGE, SHARE, built_on, make_readable, write_gzip

from s2flow_app import __version__

MAINTAINER: Final = "S2-Flow Studio maintainers <maintainers@s2flow.invalid>"
HOMEPAGE: Final = "https://github.com/visinf/s2-flow"
OPENED_LATER: Final = ("libgl1", "libegl1", "libxcb-cursor0", "libxkbcommon-x11-0")
"""Packages of libraries that Qt opens while it runs, beside those that its files name."""
RECOMMENDED: Final = ("desktop-file-utils", "hicolor-icon-theme", "shared-mime-info")
SUGGESTED: Final = ("xdg-desktop-portal",)
DESCRIPTION: Final = """editor that changes faces in photos by their label map and style
 S2-Flow Studio opens a photo, finds the faces in it, and shows each as a map
 of its parts: hair, skin, brows, lips, glasses. Paint on the map, ask for a
 ready-made shape, or move a style slider; the photo follows.
 .
 It works on this computer alone, without a network and without a graphics
 card. The built-in model pack is for research use only.
 .
 This package also has the command line, s2flow."""


def leave_out(staged: Path, listed: Path) -> None:
    """Remove from the staged bundle what the system has."""
    internal = staged / "usr" / "lib" / PACKAGE / "_internal"
    for name in listed.read_text().splitlines():
        (internal / name).unlink(missing_ok=True)
    # They are in the package's documents, with those of the libraries.
    shutil.rmtree(internal / "LICENSES" / "third-party", ignore_errors=True)


def elf_files(folder: Path) -> list[Path]:
    """Programs and libraries in ``folder``."""
    found = []
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink():
            with open(file, "rb") as start:
                if start.read(4) == b"\x7fELF":
                    found.append(file)
    return found


def dependencies(staged: Path, work: Path) -> str:
    """The Depends field: packages of all libraries that are needed and not in the bundle.

    Raises:
        SystemExit: a library is in no package and not in the bundle; with dpkg-shlibdeps' words.
    """
    internal = staged / "usr" / "lib" / PACKAGE / "_internal"
    (work / "debian").mkdir(parents=True, exist_ok=True)
    stanzas = f"Source: {PACKAGE}\n\nPackage: {PACKAGE}\nArchitecture: any\n"
    (work / "debian" / "control").write_text(stanzas)
    files = elf_files(staged)
    folders = sorted({str(file.parent) for file in files if ".so" in file.name} | {str(internal)})
    done = subprocess.run(
        [
            "dpkg-shlibdeps", "-O", "--warnings=0", *(f"-l{folder}" for folder in folders),
            # the bundle's own libraries need no package
            "--ignore-missing-info", *(f"-e{file}" for file in files),
        ],
        cwd=work, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if "error" in line]
        raise SystemExit("\n".join(errors) or done.stderr)
    match = re.search(r"^shlibs:Depends=(.*)$", done.stdout, re.MULTILINE)
    listed = match.group(1).split(", ") if match else []
    named = {re.split(r"[ (]", each, maxsplit=1)[0] for each in listed}
    return ", ".join(sorted([*listed, *(name for name in OPENED_LATER if name not in named)]))


def control(depends: str, installed_kib: int) -> str:
    """The package's control file."""
    return f"""Package: {PACKAGE}
Version: {__version__}
Architecture: {_architecture()}
Maintainer: {MAINTAINER}
Installed-Size: {installed_kib}
Depends: {depends}
Recommends: {", ".join(RECOMMENDED)}
Suggests: {", ".join(SUGGESTED)}
Section: graphics
Priority: optional
Homepage: {HOMEPAGE}
Description: {DESCRIPTION}
"""


def _architecture() -> str:
    done = subprocess.run(
        ["dpkg", "--print-architecture"], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def copyright_text() -> str:
    """debian/copyright, with the pack's own terms in full."""
    terms = SHARE.parents[2] / "LICENSES" / "LicenseRef-S2Flow-Pack-Research.txt"
    lines = [line.strip() or "." for line in terms.read_text("utf-8").strip().splitlines()]
    return (SHARE / "copyright.in").read_text("utf-8") + "".join(f" {line}\n" for line in lines)


def build(staged: Path, listed: Path, out: Path) -> Path:
    """Make the package; returns its file."""
    leave_out(staged, listed)
    document = staged / "usr" / "share" / "doc" / PACKAGE
    (document / "copyright").write_text(copyright_text(), "utf-8")
    change = f"{PACKAGE} ({__version__}) unstable; urgency=medium\n\n  * See CHANGELOG.md.\n\n"
    change += f" -- {MAINTAINER}  {built_on():%a, %d %b %Y} 00:00:00 +0000\n"
    write_gzip(document / "changelog.gz", change.encode())
    overrides = staged / "usr" / "share" / "lintian" / "overrides" / PACKAGE
    overrides.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(SHARE / "lintian-overrides", overrides)
    make_readable(staged)

    debian = staged / "DEBIAN"
    debian.mkdir()
    depends = dependencies(staged, staged.parent / "shlibdeps")
    files = [f for f in sorted((staged / "usr").rglob("*")) if f.is_file() and not f.is_symlink()]
    size = sum(-(-file.stat().st_size // 1024) for file in files)
    (debian / "control").write_text(control(depends, size), "utf-8")
    sums = ""
    for file in files:
        with open(file, "rb") as opened:
            digest = hashlib.file_digest(opened, "md5").hexdigest()
        sums += f"{digest}  {file.relative_to(staged)}\n"
    (debian / "md5sums").write_text(sums, "utf-8")
    make_readable(debian)
    debian.chmod(0o755)
    out.mkdir(parents=True, exist_ok=True)
    package = out / f"{PACKAGE}_{__version__}_{_architecture()}.deb"
    command = ["dpkg-deb", "--root-owner-group", "-Zxz", "-z6", "--build", str(staged)]
    subprocess.run([*command, str(package)], check=True, env=os.environ)
    return package


if __name__ == "__main__":
    print(build(*(Path(name).resolve() for name in sys.argv[1:4])))
