"""`doctor`: what is installed, found, missing."""

import argparse
import importlib.metadata
import os
import platform
import subprocess
import sys
from typing import Any, Final

import torch

from s2flow_app import __version__
from s2flow_app.cli.console import Console
from s2flow_app.engine.device import choose_device
from s2flow_app.engine.pack import load_pack
from s2flow_app.errors import UserError
from s2flow_app.extras import EXTRAS, Extra
from s2flow_app.paths import all_packs, config_dir, log_dir, models_dir, user_data_dir
from s2flow_app.privacy import without_personal
from s2flow_app.program import WINDOW_LIBRARIES, command, is_frozen

PACKAGES: Final = (
    "torch", "torchdiffeq", "numpy", "pillow", "opencv-python-headless", "PySide6-Essentials",
    "qimage2ndarray", "safetensors",
)  # fmt: skip
WINDOW_CHECK: Final = "from PySide6.QtWidgets import QApplication; QApplication([])"


def add_doctor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="answer with one JSON object")


def doctor(given: argparse.Namespace, console: Console) -> None:
    """List versions, devices, packs and folders, without the user's name: it is for reports.

    Raises:
        UserError: something that the program needs is missing.
    """
    found: dict[str, Any] = {
        "s2flow": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "cpus": os.cpu_count(),
        "packages": {name: _version(name) for name in PACKAGES},
        "extras": {extra.name: _state(extra) for extra in EXTRAS},
        "device": choose_device("auto"),
        "threads": torch.get_num_threads(),
        "packs": _packs(),
        "folders": {},
    }
    problems = [f"package {n} is missing" for n, v in found["packages"].items() if v is None]
    problems += [f"pack {name}: {state}" for name, state in found["packs"].items() if state != "ok"]
    if not found["packs"]:
        problems.append(f"no model pack in {models_dir()}")
    for make in (config_dir, user_data_dir, log_dir):
        try:
            folder = make()
            found["folders"][make.__name__] = str(folder)
            if not os.access(folder, os.W_OK):
                problems.append(f"{folder} is not writable")
        except UserError as error:
            problems.append(str(error))
    window = _window_problem()
    found["window"] = window or "ok"
    if window:
        problems.append(f"no window can be opened: {window}")
    found["problems"] = problems
    found = _without_personal(found)
    lines = [f"{key}: {value}" for key, value in found.items() if key != "problems"]
    console.answer(found, "\n".join(lines))
    if problems:
        raise UserError(
            "; ".join(found["problems"]) + ".",
            "Install S2-Flow Studio again; on Debian or Ubuntu the window also needs "
            f"{WINDOW_LIBRARIES}.",
        )


def _state(extra: Extra) -> str:
    """Whether an extra is there, and how it comes: to lack one is no problem."""
    return extra.adds if extra.is_there() else f"not installed: {extra.adds} ({extra.install})"


def _without_personal(value: Any) -> Any:
    """All texts in ``value`` without what tells who uses this computer."""
    if isinstance(value, str):
        return without_personal(value)
    if isinstance(value, dict):
        return {key: _without_personal(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_without_personal(each) for each in value]
    return value


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _packs() -> dict[str, str]:
    states = {}
    for folder in all_packs():
        try:
            load_pack(folder)
            states[folder.name] = "ok"
        except UserError as error:
            states[folder.name] = str(error)
    return states


def _window_problem() -> str:
    """Why Qt cannot start, empty if it can; offscreen where there is no display."""
    shown = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    platform_name = {} if shown or sys.platform != "linux" else {"QT_QPA_PLATFORM": "offscreen"}
    run = subprocess.run(
        command() if is_frozen() else [sys.executable, "-c", WINDOW_CHECK],
        env=os.environ | platform_name | {"S2FLOW_QUIT_WHEN": "window"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    lines = run.stderr.strip().splitlines()
    return "" if run.returncode == 0 else (lines[-1] if lines else f"exit {run.returncode}")
