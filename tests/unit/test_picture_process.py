"""Pictures decoded by the process that does nothing else: the same values, and nothing that a
picture does to it reaches this one."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Timer
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from patience import PATIENCE_S
from PIL import Image
from whole_photos import whole_files

from s2flow_app.engine import picture_process, picture_reader
from s2flow_app.engine.photo import read_photo
from s2flow_app.engine.picture_process import PictureProcess
from s2flow_app.errors import Cancelled, PhotoError, UserError
from s2flow_app.label_files import read_label_map, write_label_map
from s2flow_app.labels import LABEL_SIZE, NUM_CLASSES

needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="stops processes by signals")
needs_limits = pytest.mark.skipif(sys.platform != "linux", reason="limits are Linux's")


@pytest.fixture(scope="module")
def process() -> Iterator[PictureProcess]:
    """One for all tests that leave it as it was."""
    process = PictureProcess()
    yield process
    process.close()


@pytest.fixture
def own() -> Iterator[PictureProcess]:
    """One that may be killed, started already."""
    own = PictureProcess(seconds=20)
    own.start()
    yield own
    own.close()


def pid(process: PictureProcess) -> int:
    assert process._running is not None
    return process._running.process.pid


def told(read: Callable[[Path], object], path: Path) -> tuple[type, str]:
    with pytest.raises(UserError) as error:
        read(path)
    return error.type, str(error.value)


# --- the same values --------------------------------------------------------------------------


def test_every_format_is_read_as_in_this_process(process: PictureProcess, tmp_path: Path) -> None:
    types = set()
    for name, data in whole_files(np.random.default_rng(5)):
        path = tmp_path / name
        path.write_bytes(data)
        try:
            here = read_photo(path)
        except PhotoError as error:
            assert told(process.read_photo, path) == (PhotoError, str(error)), name
            continue
        there = process.read_photo(path)
        types.add((here.format, here.pixels.dtype.name))
        _same(there.photo.pixels, here.pixels)
        _same(there.photo.alpha, here.alpha)
        _same(there.display, here.to_srgb())
        for field in ("icc", "exif", "format", "name", "jpeg"):
            assert getattr(there.photo, field) == getattr(here, field), name
    assert {("PNG", "uint16"), ("TIFF", "uint16"), ("JPEG", "uint8"), ("WEBP", "uint8")} <= types


def _same(there: NDArray[Any] | None, here: NDArray[Any] | None) -> None:
    if there is None or here is None:
        assert there is here
        return
    assert there.dtype == here.dtype and not there.flags.writeable
    np.testing.assert_array_equal(there, here)


def test_a_profile_is_applied_there(
    process: PictureProcess, tmp_path: Path, astronaut: NDArray, wide_gamut_profile: bytes
) -> None:
    path = tmp_path / "wide.png"
    Image.fromarray(astronaut).save(path, icc_profile=wide_gamut_profile)
    read = process.read_photo(path)
    _same(read.display, read_photo(path).to_srgb())
    assert read.photo.icc == wide_gamut_profile and (read.display != read.photo.pixels).any()


def test_what_is_shown_as_it_is_comes_once(process: PictureProcess, astronaut_path: Path) -> None:
    read = process.read_photo(astronaut_path)
    assert read.display is read.photo.pixels


def test_label_maps(process: PictureProcess, tmp_path: Path) -> None:
    label_map = (np.arange(LABEL_SIZE**2, dtype=np.uint32) % NUM_CLASSES).astype(np.uint8)
    label_map = label_map.reshape(LABEL_SIZE, LABEL_SIZE)
    write_label_map(tmp_path / "m.png", label_map)
    _same(process.read_label_map(tmp_path / "m.png"), label_map)


@pytest.mark.parametrize("name", ["nowhere.jpg", "folder", "empty.png", "cut.png", "x.nef"])
def test_sentences_are_those_of_this_process(
    name: str, process: PictureProcess, tmp_path: Path, astronaut_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.png").touch()
    for cut in ("cut.png", "x.nef"):
        (tmp_path / cut).write_bytes(astronaut_path.read_bytes()[:20_000])
    path = tmp_path / name
    assert told(process.read_photo, path) == told(read_photo, path)
    assert told(process.read_label_map, path) == told(read_label_map, path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipes_and_devices_are_not_opened(process: PictureProcess, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    for path in (tmp_path / "pipe.png", Path("/dev/zero")):
        assert "ordinary file" in told(process.read_photo, path)[1]
        assert "ordinary file" in told(process.read_label_map, path)[1]


def test_relative_names_and_odd_bytes_in_names(
    process: PictureProcess,
    tmp_path: Path,
    astronaut_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = os.fsdecode(b"a\xff photo,\ngr\xc3\xb6\xc3\x9fer.png") if os.name == "posix" else "ö.png"
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        monkeypatch.chdir(tmp_path / folder)
        assert "There is no file" in told(process.read_photo, Path(name))[1]
        Path(name).write_bytes(astronaut_path.read_bytes())
        assert process.read_photo(Path(name)).photo.name == read_photo(Path(name)).name


def test_two_jpegs_that_keep_decoders_busy(process: PictureProcess, tmp_path: Path) -> None:
    """9 MB of 2,000 scans, and 50 MB of fill bytes."""
    noise = np.random.default_rng(0).integers(0, 256, (256, 256, 3), np.uint8)
    path = tmp_path / "scans.jpg"
    Image.fromarray(noise).save(path, quality=75, progressive=True)
    data = path.read_bytes()
    scan = data[data.rfind(b"\xff\xda") : -2]
    path.write_bytes(data[:-2] + scan * 2000 + b"\xff\xd9")
    assert path.stat().st_size > 9_000_000
    start_s = time.monotonic()
    assert "scans" in told(process.read_photo, path)[1]
    (tmp_path / "fill.jpg").write_bytes(b"\xff\xd8" + b"\xff" * 50_000_000)
    assert "fill bytes" in told(process.read_photo, tmp_path / "fill.jpg")[1]
    assert time.monotonic() - start_s < PATIENCE_S


# --- cancelled, late, dead --------------------------------------------------------------------


@needs_signals
def test_a_cancel_kills_it_and_the_next_picture_has_another(
    own: PictureProcess, astronaut_path: Path
) -> None:
    first = pid(own)
    os.kill(first, signal.SIGSTOP)  # as a decoder that takes for ever, and does not listen
    cancel = Event()
    Timer(0.2, cancel.set).start()
    start_s = time.monotonic()
    with pytest.raises(Cancelled):
        own.read_photo(astronaut_path, cancel=cancel)
    assert time.monotonic() - start_s < PATIENCE_S
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)
    assert own.read_photo(astronaut_path).photo.name == astronaut_path.name
    assert pid(own) != first


def test_what_was_cancelled_before_is_not_begun(astronaut_path: Path) -> None:
    cancel = Event()
    cancel.set()
    process = PictureProcess()
    with pytest.raises(Cancelled):
        process.read_photo(astronaut_path, cancel=cancel)
    assert process._running is None


def test_to_wait_is_to_look_at_the_cancel(own: PictureProcess, astronaut_path: Path) -> None:
    """Which is what a worker's heartbeat is."""

    class Seen(Event):
        looks = 0

        def is_set(self) -> bool:
            self.looks += 1
            return False

    cancel = Seen()
    own.read_photo(astronaut_path, cancel=cancel)
    assert cancel.looks >= 2  # it has just been started


@needs_signals
def test_one_that_takes_too_long_is_told_and_killed(astronaut_path: Path) -> None:
    process = PictureProcess(seconds=0.3)
    process.start()
    first = pid(process)
    os.kill(first, signal.SIGSTOP)
    assert told(process.read_photo, astronaut_path) == (
        PhotoError,
        "astronaut.png takes too long to decode. Open it in another program and save it anew.",
    )
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


@needs_signals
@pytest.mark.parametrize(
    ("number", "said"),
    [
        (signal.SIGSEGV, "made the process that decodes it stop"),
        (signal.SIGKILL, "There is not enough memory to open astronaut.png"),
        (signal.SIGXCPU, "takes too long to decode"),
    ],
)
def test_one_that_dies_is_told_by_how_and_the_next_picture_has_another(
    number: signal.Signals, said: str, own: PictureProcess, astronaut_path: Path, tmp_path: Path
) -> None:
    own.read_photo(astronaut_path)
    first = pid(own)
    os.kill(first, signal.SIGSTOP)
    for one in (number, signal.SIGCONT):
        Timer(0.2, os.kill, (first, one)).start()
    # It is given its own time where it goes on before it dies: a second picture waits behind.
    kind, message = told(own.read_photo, astronaut_path)
    assert kind is PhotoError and said in message
    write_label_map(tmp_path / "m.png", np.zeros((LABEL_SIZE, LABEL_SIZE), np.uint8))
    assert not own.read_label_map(tmp_path / "m.png").any()
    assert pid(own) != first


@needs_signals
def test_one_that_died_unasked_is_not_missed(own: PictureProcess, astronaut_path: Path) -> None:
    own.read_photo(astronaut_path)
    first = pid(own)
    os.kill(first, signal.SIGKILL)
    assert own._running is not None
    own._running.process.wait()
    own.read_photo(astronaut_path)
    assert pid(own) != first


def test_one_that_cannot_be_started_is_told(
    monkeypatch: pytest.MonkeyPatch, astronaut_path: Path
) -> None:
    monkeypatch.setattr(picture_process, "picture_reader_command", lambda: ["/nowhere/python"])
    assert "cannot be started" in told(PictureProcess().read_photo, astronaut_path)[1]
    ends = [sys.executable, "-c", "raise SystemExit(1)"]
    monkeypatch.setattr(picture_process, "picture_reader_command", lambda: ends)
    assert "ended as it began (1)" in told(PictureProcess().read_photo, astronaut_path)[1]


@needs_signals
def test_it_goes_with_its_owner_and_with_the_program(tmp_path: Path, astronaut_path: Path) -> None:
    process = PictureProcess()
    process.start()
    first = pid(process)
    del process
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)
    code = """
        import os, signal, sys
        from pathlib import Path
        from s2flow_app.engine.picture_process import PictureProcess
        process = PictureProcess()
        process.read_photo(Path(sys.argv[1]))
        print(process._running.process.pid, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), astronaut_path],
        capture_output=True, check=False,
    )  # fmt: skip
    until_s = time.monotonic() + PATIENCE_S
    while _is_running(int(done.stdout)) and time.monotonic() < until_s:
        time.sleep(0.02)
    assert not _is_running(int(done.stdout))


def _is_running(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{number}/stat")
    return not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


# --- what it says is checked ------------------------------------------------------------------


def described(kind: str, shape: list[int]) -> str:
    return json.dumps({"outcome": "done", "fields": {}, "arrays": {"pixels": [kind, shape]}})


LIES = {
    "no line": "x",
    "no answer": "[1]\n",
    "no outcome": "{}\n",
    "too many pixels": described("uint8", [100_000, 100_000, 3]) + "\n",
    "a negative side": described("uint8", [-64, -64, 3]) + "\n",
    "objects": described("object", [64, 64, 3]) + "\n",
    "no fields": described("uint8", [1, 1, 3]) + "\n123",
    "no pixels": '{"outcome": "done", "fields": {}, "arrays": {}}\n',
    "fewer bytes": described("uint8", [9, 9, 3]) + "\n1",
}


@pytest.mark.parametrize("lie", LIES)
def test_an_answer_that_is_none_is_not_believed(
    lie: str, monkeypatch: pytest.MonkeyPatch, astronaut_path: Path
) -> None:
    code = (
        'import sys; print(\'{"outcome": "ready"}\'); sys.stdout.flush(); input()\n'
        f"sys.stdout.write({LIES[lie]!r}); sys.stdout.flush()"
    )
    command = [sys.executable, "-I", "-c", code]
    monkeypatch.setattr(picture_process, "picture_reader_command", lambda: command)
    for read in (PictureProcess().read_photo, PictureProcess().read_label_map):
        assert "made the process that decodes it stop" in told(read, astronaut_path)[1]


def test_a_bug_there_is_a_bug_here(monkeypatch: pytest.MonkeyPatch, astronaut_path: Path) -> None:
    code = (
        'print(\'{"outcome": "ready"}\', flush=True); input()\n'
        'print(\'{"outcome": "bug", "trace": "KeyError: its own"}\', flush=True)'
    )
    command = [sys.executable, "-I", "-c", code]
    monkeypatch.setattr(picture_process, "picture_reader_command", lambda: command)
    with pytest.raises(RuntimeError, match="its own"):
        PictureProcess().read_photo(astronaut_path)


# --- what it gives up -------------------------------------------------------------------------


def limited(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Another Python that runs ``code`` after it gave up what the reader gives up."""
    start = """
        import os, socket, subprocess, sys
        from pathlib import Path
        from s2flow_app.engine import picture_reader as reader
        from s2flow_app.limited_process import allow_cpu, give_up
        sys.addaudithook(reader._refuse)
    """
    code = textwrap.dedent(start) + textwrap.dedent(code)
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True, text=True, check=False, timeout=PATIENCE_S,
    )  # fmt: skip


@needs_limits
def test_a_photo_beyond_the_memory_is_told_as_that(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    Image.new("RGB", (6000, 6000)).save(path, compress_level=1)
    code = """
        used = int(Path("/proc/self/statm").read_text().split()[0]) * 4096
        give_up(memory_bytes=used + (80 << 20), file_bytes=0)
        said, _ = reader.answer({"kind": reader.PHOTO, "path": sys.argv[1], "folder": None})
        print(said["message"])
    """
    done = limited(code, path)
    assert done.stdout == "There is not enough memory to open large.png.\n", done.stderr


@needs_limits
def test_a_small_photo_is_read_in_little_memory(astronaut_path: Path) -> None:
    code = """
        used = int(Path("/proc/self/statm").read_text().split()[0]) * 4096
        give_up(memory_bytes=used + (40 << 20), file_bytes=0)
        said, _ = reader.answer({"kind": reader.PHOTO, "path": sys.argv[1], "folder": None})
        print(said["outcome"])
    """
    assert limited(code, astronaut_path).stdout == "done\n"


@needs_limits
def test_processor_time_is_limited_for_each_picture_anew() -> None:
    code = """
        import resource, time
        give_up(memory_bytes=8 << 30, file_bytes=0)
        for seconds in (100, 50):
            allow_cpu(seconds)
            soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
            print(soft > time.process_time() + seconds, soft - seconds < 60, hard)
    """
    assert limited(code).stdout == 2 * "True True -1\n"


@needs_limits
def test_files_programs_and_connections_are_refused(tmp_path: Path) -> None:
    code = """
        give_up(memory_bytes=8 << 30, file_bytes=0)
        def write():
            with open(sys.argv[1], "wb") as file: file.write(b"x")
        for call in (lambda: os.system("true"), lambda: subprocess.run(["true"]), socket.socket,
                     os.fork, lambda: os.remove(sys.argv[2]), write):
            try: call()
            except (RuntimeError, OSError): continue
            sys.exit("allowed")
    """
    (tmp_path / "kept").touch()
    done = limited(code, tmp_path / "written", tmp_path / "kept")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "kept").exists() and not (tmp_path / "written").read_bytes()


def test_the_reader_loads_neither_networks_nor_the_window() -> None:
    done = limited("print([m for m in ('torch', 'PySide6', 'scipy') if m in sys.modules])")
    assert done.stdout == "[]\n", done.stderr


def test_one_photo_asks_for_less_than_the_limit() -> None:
    """100 megapixels of 16 bits with alpha: file, decoder's copies and what is sent."""
    pixels = 100_000_000 * 2 * 4
    assert (1 << 30) + 6 * pixels < picture_reader.MEMORY_BYTES
