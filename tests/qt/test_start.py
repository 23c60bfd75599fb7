"""The editor starts whatever it finds, goes on with what it cannot keep, and ends when told to."""

import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from patience import PATIENCE_S

from s2flow_app import app
from s2flow_app.app import Editor
from s2flow_app.atomic_file import DRAFT_PREFIX, DRAFT_SUFFIX
from s2flow_app.log import log_file, start_logging
from s2flow_app.paths import user_data_dir
from s2flow_app.program import NO_WINDOW, WINDOW_LIBRARIES
from s2flow_app.project.recovery import left_sessions
from s2flow_app.project.session_folders import SessionFolders
from s2flow_app.settings import Settings
from s2flow_app.ui.dialogs import unsaved

KINDS = ("CONFIG", "STATE", "CACHE", "DATA")


@pytest.fixture(autouse=True)
def root_logger_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


@pytest.fixture
def make_editor(qapp, qtbot, fake_session, monkeypatch) -> Iterator[Callable[..., Editor]]:
    monkeypatch.setattr(unsaved, "ask_about_unsaved", lambda *_: "discard")
    made: list[Editor] = []

    def make(settings_file: Path | None) -> Editor:
        settings = Settings(tour_seen=True)
        made.append(Editor(qapp, settings, settings_file, make_session=lambda: fake_session))
        qtbot.addWidget(made[-1].window)
        return made[-1]

    yield make
    for editor in made:
        editor.close()


def in_the_way(user_dirs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file where the user's folders are to be made."""
    (user_dirs / "file").write_text("a file")
    for kind in KINDS:
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(user_dirs / "file"))


def test_a_file_in_the_way_of_all_folders_is_told_once(
    user_dirs: Path, monkeypatch: pytest.MonkeyPatch, make_editor
) -> None:
    in_the_way(user_dirs, monkeypatch)
    unkept, settings_file = app._begin_to_keep()
    assert len(unkept) == 3 and settings_file is None and log_file() is None
    editor = make_editor(settings_file)
    editor.start([])
    editor.say_unkept(unkept)
    assert editor.window.messages.text.startswith("Settings, the log or unsaved work will not be ")
    editor.window.messages.hide()
    editor._keep_settings(Settings())
    assert editor.window.messages.text == ""


def test_without_a_home_nothing_is_made_where_the_program_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in KINDS:
        monkeypatch.delenv(f"XDG_{kind}_HOME")
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # of a user nobody knows
    monkeypatch.chdir(tmp_path)
    unkept, settings_file = app._begin_to_keep()
    assert {str(error) for error in unkept} == {
        "There is no home folder to keep anything in. Set HOME to a folder of your own."
    }
    assert settings_file is None and list(tmp_path.iterdir()) == []


def test_a_pipe_for_a_log_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "s2flow.log")
    assert start_logging(tmp_path) is None


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_log_on_a_full_disk_goes_quiet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = start_logging(tmp_path)
    assert path is not None
    path.unlink()
    path.symlink_to("/dev/full")
    for handler in logging.getLogger().handlers:
        if getattr(handler, "baseFilename", "") == str(path):
            handler.maxBytes = 0  # type: ignore[attr-defined]
            handler.emit(logging.LogRecord("x", logging.ERROR, "", 0, "said", None, None))
            handler.close()
    assert capsys.readouterr().err == ""


def test_a_photo_of_the_command_line_is_one_that_is_opened(
    qtbot, tmp_path: Path, make_editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    editor = make_editor(tmp_path / "settings.json")
    editor.start([Path("a.png"), Path("b.png"), Path("c.png")])
    assert "a.png" in editor.window.messages.text
    assert "b.png, c.png" in editor.window.messages.text
    qtbot.waitUntil(lambda: editor.document.has_face)
    settings = editor.window.settings
    assert settings.recent_files == str(tmp_path / "a.png")
    assert settings.last_folder == str(tmp_path)


def _starts(**environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "s2flow_app"], capture_output=True, text=True, timeout=PATIENCE_S,
        env=os.environ | {"S2FLOW_QUIT_WHEN": "window"} | environment, check=False,
    )  # fmt: skip


def test_the_whole_editor_starts_without_any_folder(
    user_dirs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_the_way(user_dirs, monkeypatch)
    done = _starts(HOME="/nonexistent")
    assert done.returncode == 0
    assert json.loads(done.stdout)["event"] == "window"
    assert "Traceback" not in done.stderr


def test_without_a_platform_qt_does_not_abort() -> None:
    done = _starts(QT_QPA_PLATFORM="nosuch")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{NO_WINDOW}\n")
    assert WINDOW_LIBRARIES in NO_WINDOW and "s2flow doctor" in NO_WINDOW


EDITING = """
import importlib.util, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from documents import stroke
from s2flow_app import app
spec = importlib.util.spec_from_file_location("fake_sessions", sys.argv[1])
fakes = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(fakes)
app.session_maker = lambda *_: fakes.FakeSession

class Editor(app.Editor):
    def start(self, photos):
        super().start(photos)
        self.timer = QTimer(self, interval=20)
        self.timer.timeout.connect(self.edit)
        self.timer.start()

    def edit(self):
        if self.document.has_face:
            self.timer.stop()
            stroke(self.document, 16, 100, 100)
            print("edited", flush=True)

app.Editor = Editor
sys.exit(app.run_editor([Path(sys.argv[2])]))
"""


def test_sigterm_ends_the_editor_at_once_and_keeps_what_is_not_saved(
    user_dirs: Path, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(b"what the session takes for a photo")
    here = Path(__file__).parent
    paths = os.pathsep.join([os.getcwd(), str(here.parent / "helpers")])
    with subprocess.Popen(
        [sys.executable, "-c", EDITING, str(here / "conftest.py"), str(photo)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": paths},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        said = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        _, error = process.communicate(timeout=PATIENCE_S)
    assert said == "edited\n" and "Traceback" not in error, error
    assert process.returncode == 128 + signal.SIGTERM
    (left,) = left_sessions(SessionFolders(user_data_dir() / app.JOURNALS))
    assert (left.name, left.steps, left.is_damaged) == ("photo.png", 1, False)
    left.folder.close()


def test_ctrl_c_ends_the_editor(user_dirs: Path) -> None:
    environment: dict[str, Any] = os.environ | {"S2FLOW_QUIT_WHEN": "never"}
    with subprocess.Popen(
        [sys.executable, "-m", "s2flow_app"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, env=environment,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["event"] == "window"
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130 and "Traceback" not in error


def test_drafts_that_a_killed_export_left_are_swept_at_the_start(tmp_path: Path) -> None:
    left = tmp_path / f"{DRAFT_PREFIX}left{DRAFT_SUFFIX}"
    left.write_bytes(b"half a photo")
    (tmp_path / "photo.jpg").write_bytes(b"a photo")
    app._sweep(str(tmp_path))
    app._sweep("")
    app._sweep(str(tmp_path / "gone"))
    assert [path.name for path in tmp_path.iterdir()] == ["photo.jpg"]
