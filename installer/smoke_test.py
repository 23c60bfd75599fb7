"""Does an installed S2-Flow Studio work? The same questions on every system, without a display.

    python installer/smoke_test.py PROGRAM

PROGRAM is the installed `s2flow`, whatever installed it. The Python that runs this needs Pillow,
NumPy and scikit-image (whose wheel carries the public-domain NASA portrait), not the program: it
is asked in a folder and with a home of its own.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import skimage.data
from PIL import Image

SECONDS: Final = 600
"""For one step, on a slow computer that does other things too."""
LEAST_CHANGE: Final = 20
"""Of 255, somewhere in the edited photo."""


class Failed(Exception):  # noqa: N818 - named for what happened
    """The program does not do what it should; says what."""


def check(program: str) -> None:
    """Ask for the version, `doctor`, an edit, and the window with its first face.

    Raises:
        Failed: by name of what did not work, with what the program printed.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        environment = _environment(folder)

        def run(*arguments: str, **variables: str) -> str:
            return _run([program, *arguments], folder, environment | variables)

        print(run("--version").strip())
        found: dict[str, Any] = json.loads(run("doctor", "--json"))
        if found["problems"] or found["window"] != "ok" or "ok" not in found["packs"].values():
            raise Failed(f"doctor finds problems: {found}")
        print(f"doctor: {found['system']}, {found['device']}, pack and window are there")

        photo, edited = folder / "photo.png", folder / "edited.png"
        Image.fromarray(skimage.data.astronaut()).save(photo)
        run("style", str(photo), "--attribute", "hair_lightness=0.8", "-o", str(edited))
        change = _change(photo, edited)
        if change < LEAST_CHANGE:
            raise Failed(f"the edit changes the photo by {change} of 255 at most")
        print(f"edit: the photo changes by up to {change} of 255")

        said = run(str(photo), S2FLOW_QUIT_WHEN="face", QT_QPA_PLATFORM="offscreen")
        events = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
        if [event["event"] for event in events] != ["window", "face"]:
            raise Failed(f"the window shows no face: {said!r}")
        print("window: " + ", ".join(f"{event['event']} {event['ms']} ms" for event in events))


def _environment(folder: Path) -> dict[str, str]:
    """That of a user who has nothing of ours yet."""
    ours = (
        "PYTHONPATH",
        "PYTHONHOME",
        "VIRTUAL_ENV",
        "S2FLOW_MODELS",
        "DISPLAY",
        "WAYLAND_DISPLAY",
    )
    of_user = {name: str(folder / "home") for name in ("HOME", "APPDATA", "LOCALAPPDATA")}
    (folder / "home").mkdir()
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ours and not name.startswith("XDG_")
    }
    # What is printed is read as UTF-8, also where the console's code page is another.
    return kept | of_user | {"QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"}


def _run(command: Sequence[str], folder: Path, environment: dict[str, str]) -> str:
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Failed(f"{' '.join(command)}: {error}") from error
    said, complained = (s.decode("utf-8", "replace") for s in (done.stdout, done.stderr))
    if done.returncode:
        raise Failed(f"{' '.join(command)}: exit code {done.returncode}\n{said}\n{complained}")
    return said


def _change(before: Path, after: Path) -> int:
    a, b = (np.asarray(Image.open(path).convert("RGB"), np.int16) for path in (before, after))
    if a.shape != b.shape:
        raise Failed(f"the edited photo is {b.shape}, not {a.shape}")
    return int(np.abs(a - b).max())


def main() -> int:
    try:
        check(sys.argv[1])
    except Failed as error:
        print(f"FAILED: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
