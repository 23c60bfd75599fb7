"""Where the frozen program begins: what only a bundle needs comes before the program's own main.

PyInstaller runs this file as both executables; they differ in whether Windows gives them a console.
"""

import importlib.machinery
import multiprocessing
import os
import sys
import types

# The bootloader's search path for libraries, which other programs must not inherit: a browser or a
# file manager started from the window would load the bundle's libraries instead of its own. The
# loader of this process has read it already.
_SEARCH_PATHS = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


def _restore_search_paths() -> None:
    for name in _SEARCH_PATHS:
        before = os.environ.pop(f"{name}_ORIG", None)
        if before:
            os.environ[name] = before
        elif getattr(sys, "frozen", False):
            os.environ.pop(name, None)


def _give_streams() -> None:
    """A program without a console has none on Windows, and a library that prints would fail."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115


def _stand_in_for_scipy() -> None:
    """torchdiffeq imports SciPy, 100 MB, for solvers that are not used here."""
    for name in ("scipy", "scipy.integrate"):
        module = types.ModuleType(name)
        module.__spec__ = importlib.machinery.ModuleSpec(name, None, is_package=name == "scipy")
        sys.modules[name] = module
    sys.modules["scipy.integrate"].solve_ivp = None  # type: ignore[attr-defined]


if __name__ == "__main__":
    # First: a process that multiprocessing starts is this program again, and ends in here.
    multiprocessing.freeze_support()
    _restore_search_paths()
    _give_streams()
    _stand_in_for_scipy()
    if sys.argv[1:2] == ["--thumbnail"]:  # asked by file managers, so it starts quickly
        from s2flow_app.cli.thumbnail import main as write_thumbnail

        sys.exit(write_thumbnail(sys.argv[2:]))
    from s2flow_app.__main__ import main

    sys.exit(main())
