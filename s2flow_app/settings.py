"""The user's settings: each declared once with type, default, bounds and help; kept as JSON.

A settings file may be edited by hand, or come from another version: what is unknown or out of
bounds is logged and replaced by its default, never an error.
"""

import dataclasses
import json
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar, get_type_hints

from s2flow_app.atomic_file import write_atomically
from s2flow_app.ordinary_file import read_ordinary_file
from s2flow_app.paths import DEFAULT_PACK

FILE_NAME: Final = "settings.json"
ASIDE_SUFFIX: Final = ".bad"
"""Of a file that could not be read: kept, because somebody may have written it by hand."""
MAX_FILE_BYTES: Final = 1 << 20
"""Hundreds of times what all settings take."""

_log = logging.getLogger(__name__)
_T = TypeVar("_T", str, int, float, bool)


def _setting(
    default: _T,
    description: str,
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    choices: tuple[str, ...] = (),
) -> _T:
    rule = SettingRule(description, minimum, maximum, choices)
    return field(default=default, metadata={"rule": rule})


@dataclass(frozen=True, slots=True)
class SettingRule:
    """What a setting is for, and which values it may have."""

    description: str
    minimum: float | None
    maximum: float | None
    choices: tuple[str, ...]

    def allows(self, value: object) -> bool:
        """True if ``value``, already of the right type, is within the bounds."""
        if self.choices and value not in self.choices:
            return False
        if isinstance(value, (int, float)):
            # Written so that NaN, which JSON files may hold, is refused too.
            if self.minimum is not None and not value >= self.minimum:
                return False
            if self.maximum is not None and not value <= self.maximum:
                return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings. Change with `dataclasses.replace`, keep with `save_settings`."""

    pack: str = _setting(DEFAULT_PACK, "Name of the model pack, or the path of its folder.")
    device: str = _setting(
        "auto", "Where the networks run.", choices=("auto", "cpu", "cuda", "mps")
    )
    theme: str = _setting("dark", "Colours of the window.", choices=("dark", "light"))
    language: str = _setting(
        "auto", "Language of the window; auto: the system's.", choices=("auto", "en", "de")
    )
    brush_radius_px: int = _setting(
        12, "Radius of the brush in pixels of the label map.", minimum=1, maximum=128
    )
    label_opacity: float = _setting(
        0.55, "How opaque the label map lies over the photo.", minimum=0.0, maximum=1.0
    )
    tune_seconds: float = _setting(
        8.0, "How long likeness tuning runs.", minimum=1.0, maximum=120.0
    )
    history_megabytes: int = _setting(
        256, "Memory of the history; older pictures are rendered again.", minimum=16, maximum=65536
    )
    last_folder: str = _setting("", "Folder that the last photo was opened from.")
    shortcuts: str = _setting("", "Changed keys: a JSON object from action to list of keys.")
    recent_files: str = _setting("", "Photos and projects opened last, newest first, one a line.")
    embed_photo: bool = _setting(True, "Projects hold the photo's file instead of a link to it.")
    layout: str = _setting("", "Where the panels are, as Qt tells it.")
    geometry: str = _setting("", "Where the window is and how large, as Qt tells it.")
    safe_colours: bool = _setting(False, "Labels are shown in colour-blind-safe colours.")
    tour_seen: bool = _setting(False, "The tour was shown once.")
    sign_certificate: str = _setting(
        "", "PEM file of the certificate that exports are signed with (C2PA), and of its issuers."
    )
    sign_key: str = _setting("", "PEM file of that certificate's key, without a passphrase.")
    terms_shown: str = _setting("", "The pack's terms that were shown before an export.")


def describe_settings() -> dict[str, SettingRule]:
    """The rule of every setting, by its name."""
    return {f.name: f.metadata["rule"] for f in dataclasses.fields(Settings)}


def load_settings(path: Path) -> Settings:
    """The settings kept in ``path``; defaults where there is no such file or value.

    A file that is no settings file is kept aside, since the next `save_settings` replaces it.
    """
    try:
        text = read_ordinary_file(path, max_bytes=MAX_FILE_BYTES).decode("utf-8-sig")
        kept = json.loads(text)
    except FileNotFoundError:
        return Settings()
    # RecursionError: JSON of some thousand brackets within each other.
    except (OSError, ValueError, RecursionError) as error:
        _log.warning("Settings in %s are not readable, defaults are used: %s", path, error)
        _keep_aside(path)
        return Settings()
    if not isinstance(kept, dict):
        _log.warning("Settings in %s are not a JSON object, defaults are used", path)
        _keep_aside(path)
        return Settings()
    return Settings(**_valid(kept, path))


def _keep_aside(path: Path) -> None:
    """Rename the file, if it is one: folders and pipes stay where somebody put them."""
    aside = path.with_name(path.name + ASIDE_SUFFIX)
    try:
        if path.is_file():
            path.replace(aside)
            _log.warning("The file was kept as %s", aside)
    except OSError as error:
        _log.warning("The file could not be kept aside: %s", error)


def _valid(kept: dict[str, Any], path: Path) -> dict[str, Any]:
    rules = describe_settings()
    types = get_type_hints(Settings)
    values: dict[str, Any] = {}
    for name, value in kept.items():
        if name not in rules:
            _log.warning("%s: unknown setting '%s'", path, name)
            continue
        if types[name] is float and type(value) is int:
            value = float(value)
        if type(value) is not types[name] or not rules[name].allows(value):
            _log.warning("%s: '%s' cannot be %r, its default is used", path, name, value)
            continue
        values[name] = value
    return values


def save_settings(settings: Settings, path: Path) -> None:
    """Write ``settings`` to ``path``; the old file stays whole until the new one is.

    A failure is logged only: losing a preference must not stop anybody's work.
    """
    text = json.dumps(dataclasses.asdict(settings), indent=2) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, text.encode())
    except OSError as error:
        _log.warning("Settings were not kept: %s", error)
