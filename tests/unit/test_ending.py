"""However the program ends: quietly or with a sentence, and with the right exit code."""

import errno
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from patience import PATIENCE_S

from s2flow_app.__main__ import main
from s2flow_app.cli.main import run
from s2flow_app.ending import INTERRUPTED, lacks_memory

ANSWER = (
    "import sys; from s2flow_app.ending import *\n"
    "def work():\n"
    "    print_answer({text})\n"
    "    return 0\n"
    "sys.exit(ended(work))"
)


def ends(code: str, **how: Any) -> subprocess.CompletedProcess:
    """A Python process that runs ``code``, its output buffered as a user's is."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
    return subprocess.run(
        [sys.executable, "-c", code], stderr=subprocess.PIPE, text=True, check=False,
        timeout=PATIENCE_S, env=environment, **how,
    )  # fmt: skip


def test_an_answer_that_nobody_reads_ends_quietly() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = ends(ANSWER.format(text="'x' * 100_000"), stdout=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize(
    "code",
    [
        ANSWER.format(text="'x'"),
        "import sys; from s2flow_app.__main__ import main; sys.exit(main(['--help']))",
    ],
)
def test_a_full_stdout_is_told(code: str) -> None:
    with open("/dev/full", "w") as full:
        done = ends(code, stdout=full)
    assert done.returncode == 1
    assert done.stderr == (
        "The answer cannot be printed: No space left on device. Send it somewhere else.\n"
    )


def test_a_closed_stdout_is_none() -> None:
    done = ends(ANSWER.format(text="'x'"), preexec_fn=lambda: os.close(1))
    assert (done.returncode, done.stderr) == (0, "")


def test_odd_bytes_are_escaped() -> None:
    done = ends(ANSWER.format(text=r"'\udcff.png'"), stdout=subprocess.PIPE)
    assert (done.returncode, done.stdout, done.stderr) == (0, "\\udcff.png\n", "")


def test_a_name_of_odd_bytes_gets_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    name = os.fsdecode(b"\xff\n.png")
    assert run(["segment", name, "-o", name]) == 1
    error = capsys.readouterr().err
    assert "one of the files that are read" in error
    error.encode()


@pytest.mark.parametrize("when", ["import", "work"])
def test_ctrl_c_ends_with_one_word(
    when: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import importlib

    from s2flow_app.cli import segment

    before = signal.getsignal(signal.SIGINT)

    def interrupt(*given: object) -> None:
        raise KeyboardInterrupt

    if when == "import":
        monkeypatch.setattr(importlib, "import_module", interrupt)
    else:
        monkeypatch.setattr(segment, "segment", interrupt)
    try:
        assert main(["segment", "a.png", "-o", "b.png"]) == INTERRUPTED == 130
    finally:
        signal.signal(signal.SIGINT, before)
    assert capsys.readouterr().err == "Stopped.\n"


def test_ctrl_c_in_the_first_seconds_of_a_command() -> None:
    code = """
        import sys
        class Pause:
            def find_spec(self, name, *rest):
                if name == "torch":
                    print("torch is being loaded", flush=True)
                    sys.stdin.read()
        sys.meta_path.insert(0, Pause())
        from s2flow_app.__main__ import main
        sys.exit(main(["doctor"]))
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "torch is being loaded\n"
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=PATIENCE_S)  # and its standard input ends
    assert (process.returncode, error) == (130, "Stopped.\n")


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
        RuntimeError("[enforce fail] . DefaultCPUAllocator: can't allocate memory: you tried"),
        ImportError("libtorch_cpu.so: failed to map segment from shared object"),
        RuntimeError("std::bad_alloc"),
        RuntimeError("can't start new thread"),
    ],
)
def test_low_memory_is_known(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from s2flow_app.cli import segment

    def run_out(*given: object) -> None:
        try:
            raise error
        except Exception as cause:
            raise RuntimeError("something else") from cause

    assert lacks_memory(error) and not lacks_memory(ValueError("a slip"))
    monkeypatch.setattr(segment, "segment", run_out)
    assert run(["segment", "a.png", "-o", "b.png"]) == 1
    assert capsys.readouterr().err.startswith("There is not enough memory. Close other programs")
