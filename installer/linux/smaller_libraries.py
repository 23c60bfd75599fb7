"""Makes the bundle's largest libraries smaller by what the program never uses. Linux only.

* symbol tables of torch's two large libraries, of libpython and of Python's own modules. The
  others are left alone: stripping what auditwheel has patched breaks some of them (numpy's).
* FFmpeg, which OpenCV's wheel links although only its video reader calls it: libraries of the same
  names whose functions end the process. Nothing of the program reads video, and a photo cannot
  make OpenCV's picture readers do it.
* ICU's data, which Qt's QtCore links: languages, scripts' dictionaries and encodings beside those
  that Qt asks for (collation, case, time zones) and the languages that the program speaks.

A tool that is missing (binutils, gcc, icupkg) leaves the library as it was, and is told.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

Entry = tuple[str, str, str]

STRIPPED: Final = re.compile(
    r"(torch/lib/libtorch_(cpu|python)\.so|libpython3\.\d+\.so[.\d]*|python3\.\d+/lib-dynload/.*)$"
)
FFMPEG: Final = re.compile(r"opencv_python_headless\.libs/lib(av(codec|format|util)|sw\w+)-")
"""What OpenCV links of it."""
ONLY_FOR_FFMPEG: Final = re.compile(
    r"(opencv_python_headless\.libs/)?lib((vpx|crypto|ssl|drm|dav1d)-\w+\.so|swresample-)"
)
CALLER: Final = "cv2/cv2.abi3.so"
ICU: Final = re.compile(r"PySide6/Qt/lib/libicudata\.so\.(\d+)$")
_DIVISIONS: Final = r"(coll|curr|lang|region|unit|zone)"
KEPT_OF_ICU: Final = re.compile(
    r"([^/]+\.(icu|nrm|spp)"
    r"|coll/ucadata\.icu"
    rf"|({_DIVISIONS}/)?(root|pool|res_index|supplementalData|tzdbNames|(en|de)(_\w*)?)\.res"
    # tables that are of no language
    r"|(zoneinfo64|timezoneTypes|windowsZones|metaZones|numberingSystems|keyTypeData|likelySubtags"
    r"|plurals|pluralRanges|currencyNumericCodes|dayPeriods|genderList|grammaticalFeatures"
    r"|icustd|icuver|langInfo|metadata|units)\.res)$"
)


def smaller(binaries: Iterable[Entry], folder: Path) -> list[Entry]:
    """``binaries`` with copies in ``folder`` in place of the ones that can be made smaller."""
    entries = list(binaries)
    caller = next((source for name, source, _ in entries if name == CALLER), None)
    kept: list[Entry] = []
    for name, source, kind in entries:
        make: Callable[[Path, Path], None] | None = None
        if STRIPPED.match(name):
            make = _strip
        elif ONLY_FOR_FFMPEG.match(name):
            if caller is not None and shutil.which("gcc"):
                continue
        elif FFMPEG.match(name) and caller is not None and kind != "SYMLINK":
            make = _stub_for(Path(caller))
        elif ICU.match(name) and kind != "SYMLINK":
            make = _trim_icu
        kept.append((name, _copy(source, name, folder, make), kind))
    return kept


def _copy(source: str, name: str, folder: Path, make: Callable[[Path, Path], None] | None) -> str:
    """The library to take for ``source``: what ``make`` makes of it, itself where that fails."""
    if make is None:
        return source
    target = folder / "smaller" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        make(Path(source), target)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"{name} stays as large as it is: {error}", file=sys.stderr)
        return source
    shutil.copymode(source, target)
    return str(target)


def _run(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _strip(source: Path, target: Path) -> None:
    _run("strip", "--strip-unneeded", "-o", target, source)


def _stub_for(caller: Path) -> Callable[[Path, Path], None]:
    """Makes a library with the functions that ``caller`` needs of another one, under its name."""

    def make(source: Path, target: Path) -> None:
        needed = set(re.findall(r" U ([\w@.]+)", _run("nm", "-D", "--undefined-only", caller)))
        offered = re.findall(r" [TDBR] ([\w@.]+)", _run("nm", "-D", "--defined-only", source))
        functions = [name.partition("@") for name in offered if name.replace("@@", "@") in needed]
        by_version: dict[str, list[str]] = {}
        for name, _, version in functions:
            by_version.setdefault(version.lstrip("@"), []).append(name)
        code = target.with_suffix(".c")
        code.write_text(
            "void abort(void);\n"
            + "".join(f"void {name}(void) {{ abort(); }}\n" for name, _, _ in functions)
        )
        versions = target.with_suffix(".map")
        versions.write_text(
            "".join(
                f"{version} {{ global: {' '.join(f'{name};' for name in names)} }};\n"
                for version, names in by_version.items()
            )
        )
        _link(source, target, code, f"-Wl,--version-script={versions}")

    return make


def _trim_icu(source: Path, target: Path) -> None:
    match = ICU.search(source.as_posix())
    assert match is not None
    version = match.group(1)
    whole = target.parent / f"icudt{version}l.dat"  # icupkg knows a package by its file's name
    _run("objcopy", "-O", "binary", "--only-section=.rodata", source, whole)
    listed = _run("icupkg", "-l", whole).splitlines()
    removed = target.with_suffix(".remove.txt")
    removed.write_text("".join(f"{item}\n" for item in listed if not KEPT_OF_ICU.match(item)))
    trimmed = target.parent / "trimmed" / whole.name
    trimmed.parent.mkdir(exist_ok=True)
    _run("icupkg", "-r", removed, whole, trimmed)
    code = target.with_suffix(".s")
    symbol = f"icudt{version}_dat"
    code.write_text(
        f".section .rodata\n.balign 16\n.global {symbol}\n.type {symbol}, @object\n"
        f'{symbol}: .incbin "{trimmed}"\n.size {symbol}, . - {symbol}\n'
        '.section .note.GNU-stack,"",@progbits\n'
    )
    _link(source, target, code, "-nostdlib")


def _link(source: Path, target: Path, code: Path, *options: str) -> None:
    """A shared library of ``code`` with the name that ``source`` gives itself."""
    named = re.search(r"SONAME.*\[(.+)\]", _run("readelf", "-d", source))
    soname = named.group(1) if named else source.name
    _run("gcc", "-shared", "-fPIC", "-s", "-Wl,-soname," + soname, *options, "-o", target, code)
