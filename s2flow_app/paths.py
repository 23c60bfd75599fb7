"""Where things are: what ships with the program, and what belongs to the user.

What ships (`models/`, `resources/`) stands beside the package in a checkout and in a PyInstaller
bundle, and inside it in a wheel. This is the only module that knows.
"""

import contextlib
import os
import tempfile
from collections.abc import Callable
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


def licences_dir() -> Path:
    """The folder of the licence texts that ship with the program."""
    return shipped("LICENSES")


def guide_dir() -> Path:
    """The folder of the user guide: a folder of pages for each language."""
    return shipped("docs/guide")


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
    """The folder of the packs that the user imported; not created by asking for it.

    Raises:
        UserError: nobody knows the user's home.
    """
    return _of_user(platformdirs.user_data_path) / "models"


def _model_folders() -> list[Path]:
    """The folders of all packs, what ships first."""
    with contextlib.suppress(UserError):
        return [models_dir(), user_models_dir()]
    return [models_dir()]


def all_packs() -> list[Path]:
    """The folders of all packs, what ships first; one whose name is taken is left out."""
    found: dict[str, Path] = {}
    for folder in _model_folders():
        for manifest in sorted(folder.glob(f"*/{MANIFEST_NAME}")):
            # A folder that begins with a dot is a pack that is being written.
            if not manifest.parent.name.startswith("."):
                found.setdefault(manifest.parent.name, manifest.parent)
    return list(found.values())


def find_pack(name_or_path: str) -> Path:
    """The folder of a model pack, by the pack's name or by a path to its folder."""
    folders = _model_folders()
    for candidate in (*(folder / name_or_path for folder in folders), _expanded(name_or_path)):
        if (candidate / MANIFEST_NAME).is_file():
            return candidate
    known = ", ".join(sorted(folder.name for folder in all_packs()))
    raise PackError(
        f"There is no model pack '{name_or_path}' in {' or '.join(map(str, folders))}.",
        f"Packs found: {known or 'none'}. '{MODELS_VARIABLE}' names another folder of packs.",
    )


def user_data_dir() -> Path:
    """Where the journal and other data of the user are kept; created if missing."""
    return _created(platformdirs.user_data_path)


def config_dir() -> Path:
    """Where the settings are kept; created if missing."""
    return _created(platformdirs.user_config_path)


def log_dir() -> Path:
    """Where the log is kept; created if missing."""
    return _created(platformdirs.user_log_path)


def check_keeps(folder: Path) -> Path:
    """``folder``, in which files can be made and written."""
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(bytes(4096))
    except OSError as error:
        raise UserError(
            f"Nothing can be written to the folder {folder}: {error.strerror}.",
            "Make it writable, and make room.",
        ) from error
    return folder


def _expanded(path: str) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError:  # nobody knows the user's home
        return Path(path)


def _of_user(find: Callable[..., Path]) -> Path:
    """One of the user's folders, by a function of platformdirs."""
    try:
        folder = find(APP_NAME, appauthor=False)
    except RuntimeError:
        folder = Path("~")
    if not folder.is_absolute():  # older versions leave "~" where nobody knows the user
        raise UserError(
            "There is no home folder to keep anything in.", "Set HOME to a folder of your own."
        )
    return folder


def _created(find: Callable[..., Path]) -> Path:
    folder = _of_user(find)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"The folder {folder} cannot be created: {error.strerror}.",
            "Make its parent folder writable, or set HOME to a folder that is.",
        ) from error
    return folder
