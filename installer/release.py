"""`make release`: checks what a release needs, builds what this system can, sums and signs it.

    python installer/release.py [--key KEY] [--check | --notes VERSION]

Nothing is uploaded, and no tag is made: a release is made of a tag that is there (RELEASE.md).
"""

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parents[1]
SUMS: Final = "SHA256SUMS"
ARTEFACTS: Final = ("*.whl", "*.tar.gz", "*.tar.xz", "*.deb", "*.exe", "*.dmg", "*.cdx.json")
"""What in dist/ is passed on."""
TARGETS: Final = ("wheel", "licences", "sbom", "nsis-check")
LINUX_TARGETS: Final = ("deb",)
_VERSION: Final = re.compile(r"\d+\.\d+\.\d+")
_HEADING: Final = re.compile(r"^## \[(?P<version>[^\]]+)\](?: - (?P<day>\S+))?$", re.MULTILINE)


class NotReady(Exception):  # noqa: N818 - named for what it means
    """Something that a release needs is missing; says what, and what to do."""


def version(root: Path) -> str:
    """The version that the program tells.

    Raises:
        NotReady: it is none of the form x.y.z.
    """
    text = (root / "s2flow_app" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "(.+)"$', text, re.MULTILINE)
    if found is None or not _VERSION.fullmatch(found[1]):
        raise NotReady("s2flow_app/__init__.py names no version x.y.z")
    return found[1]


def notes(root: Path, of_version: str) -> str:
    """What CHANGELOG.md says of a version.

    Raises:
        NotReady: it says nothing, or gives no day.
    """
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = list(_HEADING.finditer(text))
    for at, heading in enumerate(headings):
        if heading["version"] != of_version:
            continue
        end = headings[at + 1].start() if at + 1 < len(headings) else len(text)
        said = re.sub(r"(?m)^\[[^\]]+\]: .*$", "", text[heading.end() : end]).strip()
        try:
            date.fromisoformat(heading["day"] or "")
        except ValueError as error:
            raise NotReady(
                f"CHANGELOG.md gives no day for {of_version}: '## [{of_version}] - YYYY-MM-DD'"
            ) from error
        if not said:
            raise NotReady(f"CHANGELOG.md says nothing under {of_version}")
        return said
    raise NotReady(f"CHANGELOG.md has no entry for {of_version}: move what is under [Unreleased]")


def check(root: Path) -> str:
    """The version, if everything that a release needs is there.

    Raises:
        NotReady: what is not.
    """
    of_version = version(root)
    notes(root, of_version)
    if changed := _git(root, "status", "--porcelain"):
        raise NotReady(f"the working tree has changes: commit or remove them\n{changed}")
    tag = f"v{of_version}"
    if not _git(root, "tag", "--list", tag):
        raise NotReady(f"there is no tag {tag}: git tag -s {tag} -m 'S2-Flow Studio {of_version}'")
    if _git(root, "rev-parse", f"{tag}^{{commit}}") != _git(root, "rev-parse", "HEAD"):
        raise NotReady(f"the tag {tag} is not on what is checked out: git checkout {tag}")
    return of_version


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=root, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise NotReady(f"git {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout.strip()


def artefacts(folder: Path) -> list[Path]:
    """What in ``folder`` is passed on, by name."""
    found = {path for pattern in ARTEFACTS for path in folder.glob(pattern) if path.is_file()}
    return sorted(found)


def write_sums(folder: Path, of: Iterable[Path]) -> Path:
    """SHA256SUMS in the form that `sha256sum --check` reads."""
    lines = [f"{_sha256(path)}  {path.name}\n" for path in of]
    sums = folder / SUMS
    sums.write_text("".join(lines), encoding="utf-8")
    return sums


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sign(sums: Path, key: str) -> Path:
    """A detached signature of the sums, which so is one of everything.

    Raises:
        NotReady: gpg is missing or does not sign.
    """
    if shutil.which("gpg") is None:
        raise NotReady("gpg is not installed: it signs the checksums")
    signature = sums.with_name(sums.name + ".asc")
    command = ["gpg", "--batch", "--yes", "--local-user", key, "--armor", "--detach-sign"]
    done = subprocess.run(
        [*command, "--output", str(signature), str(sums)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise NotReady(f"gpg does not sign with {key}: {done.stderr.strip()}")
    return signature


def build(root: Path) -> None:
    """Everything that this system can build, by make, in an empty dist/."""
    shutil.rmtree(root / "dist", ignore_errors=True)
    targets = TARGETS + (LINUX_TARGETS if sys.platform.startswith("linux") else ())
    for target in targets:
        print(f"== make {target}", flush=True)
        if subprocess.run(["make", target], cwd=root, check=False).returncode:
            raise NotReady(f"make {target} fails")


def main(arguments: Sequence[str] | None = None, *, root: Path = REPOSITORY) -> int:
    parser = argparse.ArgumentParser(description="Build a release of what is checked out.")
    parser.add_argument("--key", help="sign the checksums with this key of gpg")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true", help="only check, build nothing")
    what.add_argument("--notes", metavar="VERSION", help="print what CHANGELOG.md says of it")
    given = parser.parse_args(arguments)
    try:
        if given.notes:
            print(notes(root, given.notes))
            return 0
        of_version = check(root)
        if given.check:
            print(f"{of_version} can be released")
            return 0
        build(root)
        found = artefacts(root / "dist")
        sums = write_sums(root / "dist", found)
        signature = sign(sums, given.key) if given.key else None
    except NotReady as error:
        print(f"No release: {error}", file=sys.stderr)
        return 1
    print("".join(f"{path.name}  {path.stat().st_size / 1e6:.1f} MB\n" for path in found), end="")
    print(f"{sums}" + (f", signed: {signature}" if signature else ", not signed: no --key"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
