"""How the program starts itself again as another process.

Frozen into a bundle there is no Python to run modules with: `sys.executable` is the program.
"""

import sys
from typing import Final

READER: Final = "--read-foreign"
"""First argument of the program as a reader of foreign files: see `importers.unpickle`."""
PICTURE_READER: Final = "--read-pictures"
"""The same of photos and label maps: see `engine.picture_reader`."""
SIGNER: Final = "--sign-export"
"""The program as what signs one export: see `engine.sign_process`."""
CANVAS_TIMING: Final = "--time-canvas"
"""The program as the canvas that `bench canvas` times: see `canvas_timing`."""
WINDOW_LIBRARIES: Final = (
    "libegl1 libgl1 libxkbcommon-x11-0 libxcb-cursor0 libdbus-1-3 libfontconfig1"
)
"""Debian's packages that Qt's window needs."""
NO_WINDOW: Final = (
    "No window can be opened: there is no display that Qt can use, or one of its libraries is "
    f"missing (on Debian and Ubuntu {WINDOW_LIBRARIES}); 's2flow doctor' says more."
)


def is_frozen() -> bool:
    """True in a PyInstaller bundle."""
    return bool(getattr(sys, "frozen", False))


def command(*arguments: str) -> list[str]:
    """The program with ``arguments``."""
    return [sys.executable, *([] if is_frozen() else ["-m", "s2flow_app"]), *arguments]


def reader_command(file: str, folder: str) -> list[str]:
    """The program as a reader of ``file``, which imports neither torch nor Qt."""
    return _limited(READER, "s2flow_app.importers.unpickle", file, folder)


def picture_reader_command() -> list[str]:
    """The program as a reader of pictures, which imports neither torch nor Qt."""
    return _limited(PICTURE_READER, "s2flow_app.engine.picture_reader")


def signer_command() -> list[str]:
    """The program as what signs one export, which imports neither torch nor Qt."""
    return _limited(SIGNER, "s2flow_app.engine.sign_process")


def _limited(argument: str, module: str, *arguments: str) -> list[str]:
    """The program as ``module``, which is what ``argument`` names in a bundle."""
    if is_frozen():
        return [sys.executable, argument, *arguments]
    # -P: the working folder is no place to import from; -B: nothing is written beside code.
    return [sys.executable, "-P", "-B", "-m", module, *arguments]
