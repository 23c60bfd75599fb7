"""The .deb in bare systems: installed, a photo retouched in its window, removed without a trace.

    python installer/linux/installer_test.py DEB [SUITE ...] [--report docs/reliability.md]

Each system is a fresh debootstrap root with nothing in it but its base. The window is driven by
keys on a virtual screen outside of it, so that nothing that shows windows is installed there beside
what the package itself depends on. Pictures of each step lie in build/installer-test/SUITE.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import skimage.data
from bare_system import HOME, SUITES, USER, BareSystem, Unreachable
from PIL import Image
from window_session import WindowSession, screen

PACKAGE: Final = "s2flow-studio"
WORK: Final = Path("build/installer-test")
HEADING: Final = "## Installers"
BEGIN: Final = "<!-- installer:begin -->"
END: Final = "<!-- installer:end -->"
BARS: Final = {"package_mb": 230.0, "installed_mib": 720.0, "cold_start_s": 2.5}
"""At most."""
LEAST_CHANGE: Final = 20
"""Of 255, somewhere in an edited photo."""
WARM_STARTS: Final = 3
DISPLAY_NUMBER: Final = 87
STYLE_SLIDER: Final = (*("Tab",) * 5, *("Right",) * 20)
"""From the beginning of the Style panel to its slider of random variation, and 20 % up."""
THUMBNAIL_PX: Final = 128

Figures = dict[str, Any]


class Failed(Exception):  # noqa: N818 - named for what happened
    """The package does not do what it should; says what."""


def check(is_so: bool, what: str) -> None:
    if not is_so:
        raise Failed(what)


# --- in one system --------------------------------------------------------------------------------


def try_in(system: BareSystem, package: Path) -> Figures:
    """Install, use and remove ``package``; what was measured.

    Raises:
        Failed, Stuck: by name of what did not work.
    """
    say = _Teller(system.suite.title)
    figures: Figures = {"system": system.suite.title}
    system.make()
    system.run("apt-get", "update", "-q")
    before = system.files()
    say("a bare system is there")

    shutil.copy(package, system.root / "tmp" / package.name)
    options = () if system.suite.name == "bookworm" else ("--no-install-recommends",)
    system.run("apt-get", "install", "-y", "-q", *options, f"/tmp/{package.name}")
    (system.root / "tmp" / package.name).unlink()
    kib = system.run("dpkg-query", "-W", "-f=${Installed-Size}", PACKAGE)
    figures["installed_mib"] = int(kib) / 1024
    names = system.run("dpkg-query", "-W", "-f=${Package}\n").split()
    figures["packages"] = len(names)
    say(f"installed: {figures['installed_mib']:.0f} MiB, {len(names)} packages in all")
    check(_verified(system), "dpkg --verify finds files that are not as they were packed")
    types = system.root / "usr/share/mime/globs2"
    if types.is_file():
        check("application/x-s2flow" in types.read_text(), "the MIME type is not known")
        figures["mime"] = True

    _photos(system)
    figures |= _command_line(system, say)
    with screen(DISPLAY_NUMBER) as display:
        figures |= _starts(system, display, say)
        figures |= _retouch(system, display, say)
    figures |= _after_the_window(system, say)

    system.run("apt-get", "purge", "-y", "-q", PACKAGE)
    left = [path for path in system.files() if re.search("s2flow|s2-flow", path, re.IGNORECASE)]
    check(not left, f"purge leaves {left}")
    system.run("apt-get", "autoremove", "--purge", "-y", "-q")
    after = system.files()
    more, fewer = sorted(set(after) - set(before)), sorted(set(before) - set(after))
    figures["left"] = more
    check(not fewer, f"files of others are gone: {fewer[:5]}")
    check(not [path for path in more if after[path]], f"files are left: {more[:10]}")
    if types.is_file():
        check("x-s2flow" not in types.read_text(), "the MIME type is known after purge")
    say(f"purged: nothing of it is left; empty folders of dependencies: {len(more)}")
    return figures


class _Teller:
    def __init__(self, title: str) -> None:
        self._title, self._since = title, time.monotonic()

    def __call__(self, text: str) -> None:
        print(f"{self._title}, {time.monotonic() - self._since:.0f} s: {text}", flush=True)


def _verified(system: BareSystem) -> bool:
    return not system.run("dpkg", "--verify", PACKAGE).strip()


def _photos(system: BareSystem) -> None:
    """Three photos of one public-domain portrait, in the user's folder."""
    folder = system.root / HOME.lstrip("/") / "photos"
    folder.mkdir()
    whole = Image.fromarray(skimage.data.astronaut())
    whole.save(folder / "portrait.png")
    whole.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(folder / "mirrored.jpg", quality=95)
    whole.resize((1024, 1024), Image.Resampling.LANCZOS).save(folder / "large.tif")
    _give_to_user(folder)


def _give_to_user(folder: Path) -> None:
    owner = folder.parent.stat()
    for path in (folder, *folder.iterdir()):
        os.chown(path, owner.st_uid, owner.st_gid)


def _inside(system: BareSystem, name: str) -> Path:
    """A file of the system's user, as it is seen from outside."""
    return system.root / HOME.lstrip("/") / name


def _s2flow(system: BareSystem, *arguments: str) -> str:
    try:
        return system.run("s2flow", *arguments, user=USER)
    except subprocess.CalledProcessError as error:
        raise Failed(f"s2flow {' '.join(arguments)}: {error.stderr[-800:]}") from error


def _command_line(system: BareSystem, say: _Teller) -> Figures:
    """`--version`, `doctor`, and three photos edited one after another."""
    version = _s2flow(system, "--version").strip()
    found = json.loads(_s2flow(system, "doctor", "--json"))
    check(not found["problems"], f"doctor finds {found['problems']}")
    _inside(system, "batch").mkdir()
    _give_to_user(_inside(system, "batch"))
    begin = time.monotonic()
    for name in ("portrait.png", "mirrored.jpg", "large.tif"):
        target = f"batch/{name}"
        _s2flow(
            system, "style", f"photos/{name}", "--attribute", "hair_lightness=0.8", "-o", target
        )
        change = _change(_inside(system, f"photos/{name}"), _inside(system, target))
        check(change.max() >= LEAST_CHANGE, f"{name} is edited by {change.max()} of 255 only")
    seconds = time.monotonic() - begin
    say(f"{version}; doctor finds no problem; three photos edited in {seconds:.0f} s")
    return {"version": version, "three_photos_s": seconds}


def _change(first: Path, second: Path) -> np.ndarray:
    """How far each pixel went, of 255."""
    pixels = [np.asarray(Image.open(file).convert("RGB")).astype(int) for file in (first, second)]
    check(pixels[0].shape == pixels[1].shape, f"{second.name} has another size than its photo")
    return np.abs(pixels[0] - pixels[1]).max(axis=-1)


# --- its window -----------------------------------------------------------------------------------


def _started(
    system: BareSystem, display: str, *files: str, quit_when: str = "never"
) -> WindowSession:
    """The installed window; it says when the window and when a face was there."""
    command = system.command(
        PACKAGE, *files, user=USER,
        environment=(f"DISPLAY={display}", f"S2FLOW_QUIT_WHEN={quit_when}"),
    )  # fmt: skip
    return WindowSession(display, command, WORK / system.suite.name)


def _starts(system: BareSystem, display: str, say: _Teller) -> Figures:
    """Seconds to the window: with nothing of the program in memory, and again."""
    _forget(system.root / "usr")
    seconds = []
    for _ in range(1 + WARM_STARTS):
        session = _started(system, display, quit_when="window")
        seconds.append(session.wait_for("window") / 1000)
        session.close()
    cold, warm = seconds[0], statistics.median(seconds[1:])
    load = os.getloadavg()[0]
    say(f"starts in {cold:.1f} s cold, {warm:.1f} s warm (load {load:.1f})")
    return {"cold_start_s": cold, "warm_start_s": warm, "load": load}


def _forget(folder: Path) -> None:
    """Have the system forget what it holds of the files in memory, so that a start reads them."""
    os.sync()
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            descriptor = os.open(path, os.O_RDONLY)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def _retouch(system: BareSystem, display: str, say: _Teller) -> Figures:
    """Open, smile, style, save, export, quit; then the project again."""
    session = _started(system, display, "photos/portrait.png")
    face_s = session.wait_for("face") / 1000
    session.settle()
    session.picture("1-open")
    say(f"the face is there after {face_s:.1f} s")

    before = session.grab()
    session.keys("ctrl+k")
    session.type("smile")
    session.keys("Return")
    session.settle(before)
    session.picture("2-smile")
    before = session.grab()
    session.keys("ctrl+Return")
    session.settle(before)
    session.picture("3-applied")
    say("a smile is applied")

    before = session.grab()
    session.keys("alt+3", *STYLE_SLIDER)
    session.settle(before)
    session.picture("4-style")
    before = session.grab()
    session.keys("ctrl+Return")
    session.settle(before)
    session.picture("5-style-applied")
    say("a style slider is moved and applied")

    _save_as(session, "ctrl+s", "retouch.s2flow", _inside(system, "retouch.s2flow"))
    session.picture("6-saved")
    before = session.grab()
    session.keys("ctrl+e")
    session.settle(before)
    session.picture("6-terms")  # of the pack, before the first export
    _save_as(session, "Return", "retouched.png", _inside(system, "retouched.png"))
    session.settle()
    session.picture("6-exported")
    code = session.close("ctrl+q")
    check(code == 0, f"the window ends with exit code {code}")
    say("saved, exported, closed")

    session = _started(system, display, "retouch.s2flow")
    again_s = session.wait_for("face") / 1000
    session.settle()
    session.picture("7-project-again")
    check(session.close("ctrl+q") == 0, "the window of a project does not end well")
    say(f"the project is open again after {again_s:.1f} s")
    return {"face_s": face_s, "project_s": again_s}


def _save_as(session: WindowSession, key: str, name: str, file: Path) -> None:
    """Name ``name`` in the user's folder in the dialog that ``key`` opens."""
    before = session.grab()
    session.keys(key)
    session.settle(before)
    session.picture(f"dialog-{file.suffix[1:]}")
    session.keys("ctrl+a")
    session.type(f"{HOME}/{name}")
    session.keys("Return")
    session.wait_for_file(file)


def _after_the_window(system: BareSystem, say: _Teller) -> Figures:
    """What the window wrote: the photo, the project, its thumbnail."""
    change = _change(_inside(system, "photos/portrait.png"), _inside(system, "retouched.png"))
    kept = float((change == 0).mean())
    check(change.max() >= LEAST_CHANGE, f"the retouch changes by {change.max()} of 255 only")
    project = _inside(system, "retouch.s2flow")
    with zipfile.ZipFile(project) as archive:
        first = archive.infolist()[0]
        check(
            first.filename == "mimetype" and not first.compress_type, "the project's first member"
        )
        check(archive.testzip() is None, "the project is damaged")
    _s2flow(system, "project", "info", "retouch.s2flow")
    _s2flow(system, "--thumbnail", "retouch.s2flow", "thumbnail.png", str(THUMBNAIL_PX))
    with Image.open(_inside(system, "thumbnail.png")) as picture:
        check(max(picture.size) <= THUMBNAIL_PX, "the thumbnail is larger than asked for")
    shutil.copy(_inside(system, "thumbnail.png"), WORK / system.suite.name / "8-thumbnail.png")
    shutil.copy(_inside(system, "retouched.png"), WORK / system.suite.name / "9-retouched.png")
    say(f"the export differs by up to {change.max()}, {kept:.0%} of its pixels are the photo's")
    return {"kept": kept, "changed_by": int(change.max()), "project_kb": _kb(project)}


def _kb(file: Path) -> float:
    return file.stat().st_size / 1e3


# --- about the package ----------------------------------------------------------------------------


def lint(package: Path) -> Figures:
    """What lintian says; its errors fail, unless they are overridden with a reason."""
    done = subprocess.run(
        ["lintian", "--allow-root", "--no-tag-display-limit", str(package)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    errors = [line for line in lines if line.startswith("E:")]
    (WORK / "lintian.txt").write_text(done.stdout)
    check(not errors, "lintian: " + "; ".join(errors[:10]))
    return {"lintian_warnings": sum(line.startswith("W:") for line in lines)}


def report(package: Path, tried: Sequence[Figures], skipped: Sequence[str], lines: Figures) -> str:
    """The section for docs/reliability.md."""
    size = package.stat().st_size / 1e6
    text = [
        "`make installer-test` makes bare systems, installs the .deb, retouches a photo in its "
        "window by keys, and removes it.",
        "",
        f"{package.name}: {size:.0f} MB (bar: {BARS['package_mb']:.0f}); lintian: no errors, "
        f"{lines['lintian_warnings']} warnings.",
        "",
        "| | " + " | ".join(each["system"] for each in tried) + " |",
        "| --- |" + " --- |" * len(tried),
    ]
    rows = (
        ("installed, MiB (bar: 720)", "installed_mib", "{:.0f}"),
        ("to the window, cold, s (bar: 2.5)", "cold_start_s", "{:.1f}"),
        ("to the window, warm, s", "warm_start_s", "{:.1f}"),
        ("to the face of a 512 px photo, s", "face_s", "{:.1f}"),
        ("to the face of its project, s", "project_s", "{:.1f}"),
        ("three photos by the command line, s", "three_photos_s", "{:.0f}"),
        ("pixels of the export that are the photo's", "kept", "{:.0%}"),
        ("load of the computer meanwhile", "load", "{:.1f}"),
    )
    for title, name, form in rows:
        text.append(f"| {title} | " + " | ".join(form.format(each[name]) for each in tried) + " |")
    text.append("| files left after purge | " + " | ".join("0" for _ in tried) + " |")
    text += ["", *(f"Not tried: {reason}." for reason in skipped)]
    return "\n".join(text).rstrip() + "\n"


def write_report(file: Path, section: str) -> None:
    """Put ``section`` between its markers in ``file``."""
    old = file.read_text("utf-8") if file.is_file() else "# Reliability\n"
    marked = f"{BEGIN}\n\n{section}\n{END}"
    if BEGIN in old and END in old:
        new = old[: old.index(BEGIN)] + marked + old[old.index(END) + len(END) :]
    else:
        new = old.rstrip("\n") + f"\n\n{HEADING}\n\n{marked}\n"
    file.write_text(new, "utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("deb", type=Path)
    parser.add_argument("suites", nargs="*", help=f"of {', '.join(SUITES)}; all if none is named")
    parser.add_argument("--report", type=Path)
    parser.add_argument("--keep", action="store_true", help="leave the systems, to look into them")
    given = parser.parse_args()
    unknown = set(given.suites) - set(SUITES)
    if unknown:
        parser.error(f"no such suite: {', '.join(unknown)}")
    WORK.mkdir(parents=True, exist_ok=True)
    tried, skipped = [], []
    lines = lint(given.deb)
    for name in given.suites or SUITES:
        system = BareSystem(SUITES[name], WORK.resolve())
        try:
            tried.append(try_in(system, given.deb))
        except Unreachable as error:
            skipped.append(f"{SUITES[name].title}, {error}")
            print(skipped[-1], flush=True)
        if not given.keep:
            system.remove()
    section = report(given.deb, tried, skipped, lines)
    print(section)
    if given.report and tried:
        write_report(given.report, section)
    missed = [
        f"{each['system']}: {name} {each[name]:.1f} > {BARS[name]}"
        for each in tried
        for name in ("installed_mib", "cold_start_s")
        if each[name] > BARS[name]
    ]
    if given.deb.stat().st_size / 1e6 > BARS["package_mb"]:
        missed.append(f"the package is larger than {BARS['package_mb']} MB")
    print("\n".join(f"MISSED {line}" for line in missed) or "all bars reached")
    return 1 if missed or not tried else 0


if __name__ == "__main__":
    sys.exit(main())
