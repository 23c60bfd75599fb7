import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from s2flow_app import log
from s2flow_app.log import start_logging


@pytest.fixture(autouse=True)
def root_logger_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


def test_errors_reach_the_log_file_once(tmp_path: Path) -> None:
    path = start_logging(tmp_path)
    assert start_logging(tmp_path) == path
    logging.getLogger("s2flow_app.test").error("the cause")
    assert path is not None and path.read_text().count("the cause") == 1


def test_no_writable_folder_is_no_reason_to_stop(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    start_logging(tmp_path / "missing")
    assert "No log is kept" in caplog.text


def test_a_full_log_begins_anew_and_old_ones_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "_MAX_BYTES", 1000)
    path = start_logging(tmp_path)
    assert path is not None
    for number in range(100):
        logging.getLogger("s2flow_app.test").error("line %d, which is long enough", number)
    names = sorted(file.name for file in tmp_path.iterdir())
    assert names == ["s2flow.log", "s2flow.log.1", "s2flow.log.2"]
    assert all(file.stat().st_size <= 1000 for file in tmp_path.iterdir())
    assert "line 99," in path.read_text()


def test_a_log_that_another_window_holds_grows_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(source: str, target: str) -> None:  # as Windows refuses to rename an open file
        raise PermissionError(32, "in use by another process", source, None, target)

    monkeypatch.setattr(log, "_MAX_BYTES", 1000)
    monkeypatch.setattr("os.rename", held)
    path = start_logging(tmp_path)
    assert path is not None
    for number in range(50):
        logging.getLogger("s2flow_app.test").error("line %d, which is long enough", number)
    assert path.read_text().count("which is long enough") == 50
