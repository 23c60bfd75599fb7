import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

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
