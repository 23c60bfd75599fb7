"""Whose journal is left behind: a living process's is not, a killed one's is."""

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from s2flow_app.errors import UserError
from s2flow_app.project import session_folders
from s2flow_app.project.journal_store import DATABASE_NAME
from s2flow_app.project.session_folders import LOCK_NAME, SessionFolder, SessionFolders

BEGIN = """
import sys
from pathlib import Path
from s2flow_app.project.session_folders import SessionFolders
folder = SessionFolders(Path(sys.argv[1])).begin()
(folder.path / "journal.db").write_bytes(b"")
print("begun", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folders(tmp_path: Path) -> SessionFolders:
    return SessionFolders(tmp_path / "journals")


def _begun(folders: SessionFolders) -> SessionFolder:
    folder = folders.begin()
    (folder.path / DATABASE_NAME).write_bytes(b"")
    return folder


def test_a_living_process_keeps_its_session_and_a_killed_one_leaves_it(
    folders: SessionFolders,
) -> None:
    command = [sys.executable, "-c", BEGIN, str(folders.root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        assert folders.left() == []
        other.kill()
    (left,) = folders.left()
    left.close()


def test_what_one_start_has_taken_no_other_is_offered(folders: SessionFolders) -> None:
    _begun(folders).close()
    (left,) = folders.left()
    assert SessionFolders(folders.root).left() == []
    left.close()
    (again,) = SessionFolders(folders.root).left()
    again.remove()
    assert list(folders.root.iterdir()) == []


def test_a_session_that_runs_in_this_process_is_not_left(folders: SessionFolders) -> None:
    folder = _begun(folders)
    assert folders.left() == []
    folder.close()


@pytest.mark.skipif("os.name != 'posix'", reason="no modes of files there")
def test_nobody_else_can_look_into_them(folders: SessionFolders) -> None:
    folder = folders.begin()
    assert [path.stat().st_mode & 0o77 for path in (folders.root, folder.path)] == [0, 0]
    folder.close()


def test_folders_without_a_journal_go_after_a_day(folders: SessionFolders) -> None:
    new, old = folders.begin(), folders.begin()
    for folder in (new, old):
        folder.close()
    before = time.time() - 2 * session_folders.ABANDONED_S
    os.utime(old.path, (before, before))
    assert folders.left() == []
    assert list(folders.root.iterdir()) == [new.path]


@pytest.mark.skipif("sys.platform == 'win32'", reason="every file can be locked there")
def test_without_locks_a_process_is_known_by_its_number_and_beginning(
    folders: SessionFolders, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(file, how) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(session_folders.fcntl, "flock", no_locks)
    folder = _begun(folders)
    assert folders.left() == []
    lock = folder.path / LOCK_NAME
    host, pid, began = lock.read_text().split()
    for gone in (f"{host} {pid} {began}9", f"{host} 4194305 1", "nonsense", ""):
        lock.write_text(gone)
        (left,) = folders.left()
        left.close()
    lock.write_text(f"another-computer {pid} {began}")
    assert folders.left() == []
    folder.close()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "journals").write_text("no folder")
    folders = SessionFolders(tmp_path / "journals")
    with pytest.raises(UserError, match="cannot be created"):
        folders.begin()
    assert folders.left() == []
