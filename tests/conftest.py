"""What all tests share: no display, a user's folders of their own, a sample photo, leak checks."""

import os
import threading
import traceback
import weakref
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from patience import PatientBot

from s2flow_app.paths import DEFAULT_PACK

# Before anything imports Qt.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ |= {"LC_ALL": "C.UTF-8", "LANGUAGE": "en"}  # the window speaks the system's language

REPOSITORY = Path(__file__).resolve().parent.parent
QT_FIXTURES = {"qtbot", "qapp", "qapp_cls", "qtmodeltester"}


@pytest.fixture(autouse=True)
def user_dirs(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, data and logs of the tests go to a folder of their own, which is returned."""
    home = tmp_path_factory.mktemp("user")
    monkeypatch.setenv("HOME", str(home))
    for variable, folder in (
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_STATE_HOME", "state"),
        ("XDG_CACHE_HOME", "cache"),
    ):
        monkeypatch.setenv(variable, str(home / folder))
    return home


@pytest.fixture(scope="session")
def astronaut() -> NDArray[np.uint8]:
    """The public-domain NASA portrait, ``[512, 512, 3]`` RGB, read-only."""
    import skimage.data

    image = skimage.data.astronaut()
    image.flags.writeable = False
    return image


@pytest.fixture(scope="session")
def astronaut_path(astronaut: NDArray[np.uint8], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a PNG file."""
    from PIL import Image

    path = tmp_path_factory.mktemp("photos") / "astronaut.png"
    Image.fromarray(astronaut).save(path)
    return path


@pytest.fixture(scope="session")
def pack_dir() -> Path:
    """The folder of the built-in pack; tests that need it are skipped where it is not there."""
    folder = REPOSITORY / "models" / DEFAULT_PACK
    if not (folder / "pack.json").is_file():
        pytest.skip(f"no built-in pack in {folder}")
    return folder


@pytest.fixture
def qtbot(qapp, request: pytest.FixtureRequest) -> PatientBot:
    """pytest-qt's, with more patience."""
    return PatientBot(request)


@pytest.fixture(autouse=True)
def no_leaks(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a Qt test that leaves a QThread, a QTimer or a Python thread running.

    A running QThread aborts the process at exit, far from the test that forgot it. Qt's own
    timers (a blinking cursor) live in C++ and are not seen here.
    """
    if not QT_FIXTURES & set(request.fixturenames):
        yield
        return
    from PySide6.QtCore import QThread, QTimer

    started: list[tuple[weakref.ref, str]] = []
    patch = pytest.MonkeyPatch()
    for kind in (QThread, QTimer):
        patch.setattr(kind, "start", _remembering(kind.start, started))
    before = set(threading.enumerate())
    yield
    patch.undo()
    left = [where for ref, where in started if _is_running(ref())]
    left += [str(t) for t in set(threading.enumerate()) - before if not _is_qt_dummy(t)]
    if left:
        pytest.fail("left running by this test:\n" + "\n".join(left), pytrace=False)


def _remembering(start, started: list[tuple[weakref.ref, str]]):
    def start_and_remember(self, *arguments):
        where = "".join(traceback.format_stack(limit=4)[:-1])
        started.append((weakref.ref(self), f"{type(self).__name__} started at\n{where}"))
        return start(self, *arguments)

    return start_and_remember


def _is_running(qt_object) -> bool:
    from PySide6.QtCore import QThread
    from shiboken6 import isValid

    if qt_object is None or not isValid(qt_object):
        return False
    return qt_object.isRunning() if isinstance(qt_object, QThread) else qt_object.isActive()


def _is_qt_dummy(thread: threading.Thread) -> bool:
    """True for Python's record of a thread that Qt started (it outlives the thread)."""
    return isinstance(thread, threading._DummyThread)
