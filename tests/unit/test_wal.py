"""SQLite's log, read without SQLite."""

import sqlite3
from pathlib import Path

import pytest

from s2flow_app.project.wal import FRAME_BYTES, HEADER_BYTES, applied, read_log

PAGE = 4096


@pytest.fixture
def written(tmp_path: Path) -> tuple[bytes, bytes]:
    """A database and its log of five transactions, the last of them of several pages."""
    path = tmp_path / "a.db"
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("page_size = 4096", "journal_mode = WAL", "wal_autocheckpoint = 0"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE t (x)")
    for value in range(3):
        connection.execute("INSERT INTO t VALUES (?)", (value,))
    connection.execute("INSERT INTO t VALUES (?)", ("x" * 30_000,))
    found = path.read_bytes(), Path(f"{path}-wal").read_bytes()
    connection.close()
    return found


def _rows(database: bytes, log: bytes) -> list:
    image = applied(database, read_log(log))
    image[18:20] = b"\1\1"
    connection = sqlite3.connect(":memory:")
    connection.deserialize(bytes(image))
    try:
        return [value for (value,) in connection.execute("SELECT x FROM t")]
    except sqlite3.OperationalError:  # no table yet
        return []
    finally:
        connection.close()


def test_a_whole_log_gives_what_sqlite_wrote(written: tuple[bytes, bytes]) -> None:
    database, log = written
    assert not read_log(log).is_damaged
    assert _rows(database, log) == [0, 1, 2, "x" * 30_000]


def test_a_log_that_ends_early_gives_the_transactions_before(
    written: tuple[bytes, bytes],
) -> None:
    database, log = written
    for length in range(HEADER_BYTES, len(log), 1000):
        found = read_log(log[:length])
        assert not found.is_damaged
        if found.page_count:
            rows = _rows(database, log[:length])
            assert rows == [0, 1, 2, "x" * 30_000][: len(rows)]


def test_a_wrong_frame_is_told_wherever_it_lies(written: tuple[bytes, bytes]) -> None:
    _, log = written
    frame = FRAME_BYTES + PAGE
    for at in range(0, len(log), 511):
        changed = bytearray(log)
        changed[at] ^= 4
        found = read_log(bytes(changed))
        # Bytes 12..15 of the header count checkpoints, which nobody needs; it is summed, too.
        assert found.is_damaged, (at - HEADER_BYTES) % frame


def test_what_is_no_log_is_damaged_and_an_empty_one_is_not() -> None:
    assert read_log(b"x" * 200).is_damaged
    assert not read_log(b"").is_damaged
    assert not read_log(b"").page_count
