"""Where things are: what ships with the program, and what belongs to the user.

What ships (`models/`, `resources/`) stands beside the package in a checkout and in a PyInstaller
bundle, and inside it in a wheel. This is the only module that knows.
"""

import os
from pathlib import Path
from typing import Final

import platformdirs

from s2flow_app.errors import PackError, UserError

APP_NAME: Final = "s2flow"
MODELS_VARIABLE: Final = "S2FLOW_MODELS"
"""Environment variable that names another folder of model packs."""
DEFAULT_PACK: Final = "portrait-256"
MANIFEST_NAME: Final = "pack.json"

_PACKAGE: Final = Path(__file__).resolve().parent


def models_dir() -> Path:
    """The folder of the model packs that ship with the program."""
    override = os.environ.get(MODELS_VARIABLE)
    if override:
        return Path(override).expanduser()
    return shipped("models")


def resources_dir() -> Path:
    """The folder of icons, themes and translations."""
    return shipped("resources")


def shipped(name: str, *, package: Path = _PACKAGE) -> Path:
    """The folder ``name`` that ships with the program.

    `package` is the folder of `s2flow_app`; a wheel's folder inside it is looked at first, since
    a folder beside an installed package may be anybody's.
    """
    for candidate in (package / name, package.parent / name):
        if candidate.is_dir():
            return candidate
    raise UserError(
        f"The program's own folder '{name}' is missing.",
        "This installation is incomplete: install S2-Flow Studio again.",
    )


def user_models_dir() -> Path:
    """The folder of the packs that the user imported; not created by asking for it."""
    return platformdirs.user_data_path(APP_NAME, appauthor=False) / "models"


def all_packs() -> list[Path]:
    """The folders of all packs, what ships first; one whose name is taken is left out."""
    found: dict[str, Path] = {}
    for folder in (models_dir(), user_models_dir()):
        for manifest in sorted(folder.glob(f"*/{MANIFEST_NAME}")):
            # A folder that begins with a dot is a pack that is being written.
            if not manifest.parent.name.startswith("."):
                found.setdefault(manifest.parent.name, manifest.parent)
    return list(found.values())


def find_pack(name_or_path: str) -> Path:
    """The folder of a model pack, by the pack's name or by a path to its folder."""
    for candidate in (
        models_dir() / name_or_path,
        user_models_dir() / name_or_path,
        Path(name_or_path).expanduser(),
    ):
        if (candidate / MANIFEST_NAME).is_file():
            return candidate
    known = ", ".join(sorted(folder.name for folder in all_packs()))
    raise PackError(
        f"There is no model pack '{name_or_path}' in {models_dir()} or {user_models_dir()}.",
        f"Packs found: {known or 'none'}. '{MODELS_VARIABLE}' names another folder of packs.",
    )


def user_data_dir() -> Path:
    """Where the journal and other data of the user are kept; created if missing."""
    return _created(platformdirs.user_data_path(APP_NAME, appauthor=False))


def config_dir() -> Path:
    """Where the settings are kept; created if missing."""
    return _created(platformdirs.user_config_path(APP_NAME, appauthor=False))


def log_dir() -> Path:
    """Where the log is kept; created if missing."""
    return _created(platformdirs.user_log_path(APP_NAME, appauthor=False))


def _created(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"The folder {folder} cannot be created: {error.strerror}.",
            "Make its parent folder writable, or set HOME to a folder that is.",
        ) from error
    return folder
