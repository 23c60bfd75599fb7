"""A file is the old one or the new one, whatever fails, and drafts of dead processes go."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from s2flow_app import atomic_file
from s2flow_app.atomic_file import replacing, sweep_drafts, write_atomically

posix = pytest.mark.skipif(os.name != "posix", reason="locks and modes of POSIX")
OLD, NEW = b"the old content", b"the new content"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    (tmp_path / "kept").mkdir()
    path = tmp_path / "kept" / "file.png"
    path.write_bytes(OLD)
    return path


def failing(number: int) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def test_a_new_file_and_a_replaced_one_have_the_content(target: Path) -> None:
    write_atomically(target, NEW)
    write_atomically(target.with_name("another"), NEW)
    assert target.read_bytes() == target.with_name("another").read_bytes() == NEW
    assert sorted(p.name for p in target.parent.iterdir()) == ["another", "file.png"]


@pytest.mark.parametrize("step", ["fsync", "replace", "chmod"])
def test_a_failure_at_any_step_leaves_the_old_file_alone(
    step: str, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, step, failing(errno.ENOSPC))
    with pytest.raises(OSError, match="No space left"):
        write_atomically(target, NEW)
    assert target.read_bytes() == OLD and list(target.parent.iterdir()) == [target]


@posix
def test_a_truly_full_disk_leaves_the_old_file_alone(target: Path) -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
        with pytest.raises(OSError, match="File too large"):
            write_atomically(target, bytes(100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert target.read_bytes() == OLD and list(target.parent.iterdir()) == [target]


def test_an_exception_in_the_block_leaves_the_old_file_alone(target: Path) -> None:
    with pytest.raises(KeyboardInterrupt), replacing(target) as file:
        file.write(NEW)
        raise KeyboardInterrupt
    assert target.read_bytes() == OLD and list(target.parent.iterdir()) == [target]


@posix
@pytest.mark.parametrize(("number", "is_told"), [(errno.EIO, True), (errno.EINVAL, False)])
def test_a_folder_that_cannot_be_synced(
    number: int, is_told: bool, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = os.fsync

    def sync_files_only(descriptor: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{descriptor}"):
            failing(number)()
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", sync_files_only)
    if is_told:
        with pytest.raises(OSError, match="error"):
            write_atomically(target, NEW)
    else:
        write_atomically(target, NEW)
    assert target.read_bytes() == NEW and list(target.parent.iterdir()) == [target]


def test_the_content_is_synced_before_the_name(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    for name in ("fsync", "replace"):
        real = getattr(os, name)

        def noted(*args: object, name: str = name, real: Callable = real) -> object:
            order.append(name)
            return real(*args)

        monkeypatch.setattr(os, name, noted)
    write_atomically(target, NEW)
    assert order[:2] == ["fsync", "replace"]
    assert os.name != "posix" or order == ["fsync", "replace", "fsync"]


@posix
def test_permissions_and_links_are_kept(target: Path) -> None:
    target.chmod(0o600)
    link = target.with_name("link")
    link.symlink_to(target)
    write_atomically(link, NEW)
    assert link.is_symlink() and target.read_bytes() == NEW
    assert target.stat().st_mode & 0o777 == 0o600


@posix
def test_pipes_devices_folders_and_write_protected_files_are_not_replaced(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = target.with_name("pipe")
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/null"), target.parent):
        with pytest.raises(OSError, match=r"ordinary|directory"):
            write_atomically(path, NEW)
    assert pipe.is_fifo() and Path("/dev/null").is_char_device()
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # nothing is, for root
    with pytest.raises(PermissionError):
        write_atomically(target, NEW)
    assert target.read_bytes() == OLD


def test_no_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "nowhere" / "file", NEW)


# --- leftovers --------------------------------------------------------------------------------

WRITER = """
import sys
from pathlib import Path
from s2flow_app.atomic_file import replacing
with replacing(Path(sys.argv[1])) as file:
    file.write(b"half")
    file.flush()
    print("writing", flush=True)
    sys.stdin.read()
"""


def writer(target: Path) -> subprocess.Popen[bytes]:
    """A process that is in the midst of writing ``target``."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(target)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None and process.stdout.readline() == b"writing\n"
    return process


@posix
def test_drafts_of_the_dead_go_and_those_of_the_living_stay(target: Path) -> None:
    alive, killed = writer(target), writer(target.with_name("other"))
    killed.kill()
    killed.communicate()
    assert len(list(target.parent.glob(".s2flow-*"))) == 2
    assert sweep_drafts(target.parent) == 1
    write_atomically(target.with_name("third"), NEW)  # which sweeps too
    assert len(list(target.parent.glob(".s2flow-*"))) == 1 and target.read_bytes() == OLD
    alive.communicate(b"go on")
    assert alive.returncode == 0 and target.read_bytes() == b"half"
    assert not list(target.parent.glob(".s2flow-*"))


@posix
def test_kills_leave_no_part_and_the_next_write_no_leftover(target: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from s2flow_app.atomic_file import write_atomically\n"
        "print('ready', flush=True)\n"
        "for k in range(10**6): write_atomically(Path(sys.argv[1]), bytes([k % 7]) * 200_000)"
    )
    for k in range(6):
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(target)], stdout=subprocess.PIPE
        )
        assert process.stdout is not None and process.stdout.readline()
        time.sleep(0.02 + 0.013 * k)
        process.kill()
        process.communicate()
        found = target.read_bytes()
        assert found == OLD or (len(found) == 200_000 and len(set(found)) == 1)
    write_atomically(target, NEW)
    assert list(target.parent.iterdir()) == [target]


def test_files_of_others_are_not_swept(target: Path) -> None:
    for name in (".s2flow-recovery.json", "x.draft", ".s2flow-", "draft"):
        target.with_name(name).write_bytes(b"of somebody")
    target.with_name(".s2flow-folder.draft").mkdir()
    assert sweep_drafts(target.parent) == 0


@posix
def test_a_draft_that_was_swept_before_it_was_locked_is_made_again(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, taken = atomic_file._lock, []

    def swept(file) -> bool:
        if not taken:
            taken.append(file.name)
            os.unlink(file.name)
        return lock(file)

    monkeypatch.setattr(atomic_file, "_lock", swept)
    write_atomically(target, NEW)
    assert taken and target.read_bytes() == NEW
