"""Nothing that ships counts on POSIX: what other systems lack is asked for, and done without."""

import ast
import os
import signal
import subprocess
import sys
import time
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

from s2flow_app import atomic_file, limited_process, peak_memory
from s2flow_app.cli import bars
from s2flow_app.engine import picture_reader
from s2flow_app.worker.heart import Heart

PACKAGE = Path(__file__).resolve().parents[2] / "s2flow_app"
POSIX_MODULES = frozenset(
    ("resource", "fcntl", "pwd", "grp", "termios", "tty", "pty", "posix", "syslog", "readline",
     "curses", "spwd", "crypt", "nis")
)  # fmt: skip
POSIX_NAMES = {
    "os": frozenset(
        ("fork", "forkpty", "getuid", "geteuid", "getgid", "setuid", "setsid", "setpgid", "killpg",
         "getpgid", "nice", "sysconf", "statvfs", "sync", "fchmod", "fchown", "chown", "mkfifo",
         "getloadavg", "sched_getaffinity", "sched_setaffinity", "pread", "pwrite", "uname",
         "posix_fadvise", "posix_fallocate", "openpty", "wait", "wait3", "wait4", "WNOHANG",
         "WIFEXITED", "O_DIRECTORY", "O_NONBLOCK", "O_CLOEXEC", "O_NOFOLLOW", "O_SYNC",
         "memfd_create", "set_blocking", "fdatasync", "lockf")
    ),
    "signal": frozenset(
        ("SIGKILL", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGPIPE", "SIGXCPU", "SIGXFSZ",
         "SIGCHLD", "SIGSTOP", "SIGCONT", "SIGQUIT", "alarm", "setitimer", "pthread_kill",
         "pthread_sigmask", "sigwait", "pause", "siginterrupt")
    ),
    "time": frozenset(("pthread_getcpuclockid", "clock_settime", "tzset")),
    "socket": frozenset(("AF_UNIX", "socketpair", "sethostname")),
    "select": frozenset(("poll", "epoll", "kqueue")),
}  # fmt: skip
GUARDS = ("os.name", "sys.platform", "hasattr", "is_linux", "platform.system")


def _is_guarded(chain: list[ast.AST]) -> bool:
    """True if one of the nodes around asks which system this is, or expects less of it."""
    for node in chain:
        if isinstance(node, (ast.If, ast.IfExp)) and any(
            guard in ast.unparse(node.test) for guard in GUARDS
        ):
            return True
        if isinstance(node, ast.Try) and any(
            handler.type is not None
            and any(n in ast.unparse(handler.type) for n in ("ImportError", "AttributeError"))
            for handler in node.handlers
        ):
            return True
        if isinstance(node, ast.With) and any(
            "suppress" in (text := ast.unparse(item.context_expr))
            and ("ImportError" in text or "AttributeError" in text)
            for item in node.items
        ):
            return True
        # `if os.name != "posix": return` at the beginning of a function.
        if isinstance(node, ast.FunctionDef) and any(
            isinstance(first, ast.If)
            and any(guard in ast.unparse(first.test) for guard in GUARDS)
            and isinstance(first.body[-1], (ast.Return, ast.Raise))
            for first in node.body
        ):
            return True
    return False


def _posix(node: ast.AST) -> str:
    """What of POSIX alone a node names; empty: nothing."""
    if isinstance(node, ast.Import):
        named = [alias.name for alias in node.names if alias.name.split(".")[0] in POSIX_MODULES]
        return ", ".join(named)
    if isinstance(node, ast.ImportFrom) and node.module in POSIX_MODULES:
        return str(node.module)
    if (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.attr in POSIX_NAMES.get(node.value.id, ())
    ):
        return f"{node.value.id}.{node.attr}"
    if isinstance(node, ast.keyword) and node.arg in (
        "preexec_fn",
        "pass_fds",
        "start_new_session",
    ):
        return node.arg
    return ""


def unguarded(source: str) -> Iterator[tuple[int, str]]:
    """Lines, and what of POSIX alone they name without asking."""

    def visit(node: ast.AST, chain: list[ast.AST]) -> Iterator[tuple[int, str]]:
        name = _posix(node)
        if name and not _is_guarded(chain):
            yield getattr(node, "lineno", 0), name
        for child in ast.iter_child_nodes(node):
            yield from visit(child, [*chain, node])

    yield from visit(ast.parse(source), [])


def test_every_use_of_posix_alone_is_guarded() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{line} {name}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for line, name in unguarded(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import resource", ["resource"]),
        ("import os\nos.fork()", ["os.fork"]),
        ("import os\nif os.name == 'posix':\n    os.fork()", []),
        ("try:\n    import fcntl\nexcept ImportError:\n    fcntl = None", []),
        ("try:\n    import fcntl\nexcept OSError:\n    pass", ["fcntl"]),
        ("import os\ndef f():\n    if os.name != 'posix':\n        return\n    os.sync()", []),
        ("import os\ndef f():\n    os.sync()", ["os.sync"]),
        ("import os\nx = os.getloadavg() if hasattr(os, 'getloadavg') else None", []),
        ("import subprocess\nsubprocess.run([], preexec_fn=print)", ["preexec_fn"]),
    ],
)
def test_the_check_itself_sees_uses_and_guards(source: str, names: list[str]) -> None:
    assert [name for _, name in unguarded(source)] == names


def test_texts_are_read_and_written_in_an_encoding_that_is_named() -> None:
    # Of Windows the default is the code page of its language; /proc is Linux's, and plain ASCII.
    found = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("read_text", "write_text")
        and not any(keyword.arg == "encoding" for keyword in node.keywords)
        and "/proc/" not in ast.unparse(node)
    ]
    assert found == []


WITHOUT = """
import builtins, importlib, os, pkgutil, signal, sys, time

LACKING = {modules!r}
real = builtins.__import__

def lacking(name, globals=None, locals=None, fromlist=(), level=0):
    ours = str((globals or {{}}).get("__name__", "")).startswith("s2flow_app")
    if ours and name.split(".")[0] in LACKING:
        raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
    return real(name, globals, locals, fromlist, level)

builtins.__import__ = lacking
# What others import is their own business.
import multiprocessing, platformdirs, platformdirs.unix, torch, torchdiffeq, PySide6.QtWidgets
import cv2, PIL.Image, safetensors.torch, tifffile, qimage2ndarray

for module, names in {names!r}.items():
    held = real(module)
    for name in names:
        if hasattr(held, name):
            delattr(held, name)
import s2flow_app
count = 0
for found in pkgutil.walk_packages(s2flow_app.__path__, "s2flow_app."):
    if found.name != "s2flow_app.__main__":
        importlib.import_module(found.name)
        count += 1
print(count)
"""


def test_every_module_is_imported_where_there_is_nothing_of_posix() -> None:
    # What Python's own library uses under these names must stay.
    names = {
        "os": ["fork", "getuid", "geteuid", "O_DIRECTORY", "O_NONBLOCK", "getloadavg", "killpg"],
        "signal": ["SIGKILL", "SIGHUP", "SIGXCPU", "SIGXFSZ", "SIGUSR1"],
        "time": ["pthread_getcpuclockid"],
    }
    # Who imports `fcntl` asks for the system's name, which cannot be another one here.
    script = WITHOUT.format(modules=sorted(POSIX_MODULES - {"fcntl"}), names=names)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], cwd=PACKAGE.parent,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) > 150


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """No module of POSIX can be imported."""
    for name in POSIX_MODULES:
        monkeypatch.setitem(sys.modules, name, None)


@pytest.mark.usefixtures("bare")
def test_limits_are_left_out_where_a_process_cannot_set_them() -> None:
    limited_process.give_up(memory_bytes=1 << 20, file_bytes=0, cpu_seconds=1)
    limited_process.allow_cpu(1)
    assert isinstance(bytearray(4 << 20), bytearray)  # nothing was taken away


def test_signals_that_a_system_lacks_are_no_exit_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SIGXCPU", "SIGXFSZ"):
        monkeypatch.delattr(signal, name, raising=False)
    assert limited_process._exit_codes("SIGXCPU", "SIGXFSZ") == frozenset()


@pytest.mark.usefixtures("bare")
def test_a_pipe_that_cannot_be_widened_is_used_as_it_is() -> None:
    reading, writing = os.pipe()
    picture_reader._widen(writing)
    os.write(writing, b"x")
    assert os.read(reading, 1) == b"x"
    os.close(reading)
    os.close(writing)


@pytest.mark.usefixtures("bare")
def test_memory_that_is_not_told_is_no_figure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peak_memory, "_STATUS", tmp_path / "none")
    assert peak_memory.peak_mb() is None and peak_memory.peak_mb(children=True) is None
    assert bars.reached({"a": 1}, {"a": 2.0, "memory": 1.0}) == {"a": True}
    told = bars.held_to({"a": 1}, {"a": 2.0, "memory": 1.0})
    assert told == ["ok     a: 1 (<= 2)", "-      memory: this system does not tell (<= 1)"]


def test_memory_is_told_in_mib_wherever_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told = [peak_memory.peak_mb()]
    monkeypatch.setattr(peak_memory, "_STATUS", Path("/none"))
    told.append(peak_memory.peak_mb())
    assert all(mb is None or 20 < mb < 200_000 for mb in told)


def test_a_worker_without_a_clock_of_its_thread_is_told_by_the_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(time, "pthread_getcpuclockid", raising=False)
    heart = Heart()
    heart.begin()
    before = heart.cpu_s()
    while time.process_time() - before < 0.01:
        sum(range(1000))
    assert heart.cpu_s() > before


@pytest.fixture
def atomic_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """`atomic_file` as Windows has it: no locks of POSIX, no folders that can be synced."""
    system = {name: value for name, value in vars(os).items() if name != "O_DIRECTORY"}
    monkeypatch.setattr(atomic_file, "os", types.SimpleNamespace(**(system | {"name": "nt"})))
    monkeypatch.delattr(atomic_file, "fcntl", raising=False)


@pytest.mark.usefixtures("atomic_on_windows")
def test_files_are_written_whole_without_locks_of_posix(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    for text in (b"first", b"second"):
        atomic_file.write_atomically(path, text)
        assert path.read_bytes() == text
    assert os.listdir(tmp_path) == ["file.json"]


@pytest.mark.skipif(os.name != "posix", reason="macOS has fcntl")
@pytest.mark.parametrize("can", [True, False])
def test_on_macos_what_was_written_leaves_the_cache_of_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, can: bool
) -> None:
    asked: list[object] = []

    def fcntl(descriptor: int, command: int) -> int:
        asked.append(command)
        if not can:
            raise OSError(45, "not supported by this file system")
        return 0

    def fsync(descriptor: int) -> None:
        asked.append("fsync")

    monkeypatch.setattr(atomic_file.fcntl, "F_FULLFSYNC", 51, raising=False)
    monkeypatch.setattr(atomic_file.fcntl, "fcntl", fcntl)
    monkeypatch.setattr(atomic_file.os, "fsync", fsync)
    monkeypatch.setattr(atomic_file, "_sync_folder", lambda folder: None)
    atomic_file.write_atomically(tmp_path / "file", b"content")
    assert asked == ([51] if can else [51, "fsync"])
    assert (tmp_path / "file").read_bytes() == b"content"
