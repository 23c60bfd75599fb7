"""One journal on disk: a document's content in an SQLite file, whole transactions, rows summed.

A transaction changes some records and is there, or is not, whatever ends the process or the
computer. Nothing damaged is read for whole: each row has a sum, and the state row the sum over all
records and their number, so that a row that is lost or old is told too. Large blobs (the photo)
are files beside the database.
"""

import contextlib
import hashlib
import os
import shutil
import sqlite3
import sys
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from s2flow_app.atomic_file import write_atomically
from s2flow_app.project.content import (
    Content,
    ContentError,
    Record,
    blobs_of,
    check_key,
    checked_blob,
    decoded_record,
    encoded_record,
)
from s2flow_app.project.wal import applied, read_log

FORMAT: Final = 1
"""Of the file; see `JournalError`."""
DATABASE_NAME: Final = "journal.db"
BLOBS_NAME: Final = "blobs"
PAGE_BYTES: Final = 4096
FILE_BYTES: Final = 2 << 20
"""A larger blob is a file of its own, named by its hash."""
CHECKPOINT_BYTES: Final = 4 << 20
"""A longer log is written into the database."""
MAX_JOURNAL_BYTES: Final = 4 << 30
MAX_VALUE_BYTES: Final = 1 << 30
_MODULUS: Final = 1 << 256
_SCHEMA: Final = (
    "CREATE TABLE state (id INTEGER PRIMARY KEY, value BLOB NOT NULL)",
    "CREATE TABLE records (key TEXT PRIMARY KEY, value TEXT NOT NULL, sum BLOB NOT NULL) "
    "WITHOUT ROWID",
    "CREATE TABLE blobs (sha BLOB PRIMARY KEY, data BLOB NOT NULL)",
)


class JournalError(Exception):
    """A journal cannot be read; the text is for the log."""


class JournalGone(Exception):  # noqa: N818 - named for what happened
    """Somebody has removed the journal that is written."""


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """What a journal that was left behind holds."""

    content: Content
    sequence: int
    """How many transactions there were."""
    damage: tuple[str, ...] = ()
    """What is wrong, for the log; empty: all is as it was written."""


class JournalStore:
    """A journal that is written. Not for two threads at once.

    All methods may raise `sqlite3.Error` or `OSError`; what was written before is as it was.
    """

    def __init__(self, folder: Path) -> None:
        """Begin a journal in ``folder``, or go on with one that `read_journal` has found whole."""
        self._path, self._files = folder / DATABASE_NAME, folder / BLOBS_NAME
        self._connection = sqlite3.connect(
            self._path, isolation_level=None, check_same_thread=False
        )
        try:
            self._has_rest = False
            """The log may end with parts of a transaction that was not done. The next ones write
            over it, and what is left of it then would be taken for damage: see `wal`."""
            self._begin_file()
            self.checkpoint()
            self._inode = self._path.stat().st_ino
            row = self._connection.execute("SELECT value FROM state").fetchone()
            self._sequence, self._count, self._digest = _unpacked_state(row[0])
            self._sums: dict[str, bytes] = {}
            self._named: dict[str, frozenset[str]] = {}
            """The blobs that each record names."""
            for key, value, row_sum in self._connection.execute("SELECT * FROM records"):
                self._sums[key] = row_sum
                self._named[key] = frozenset(blobs_of(decoded_record(value)))
            self._blobs = {
                sha.hex() for (sha,) in self._connection.execute("SELECT sha FROM blobs")
            }
            if self._files.is_dir():
                self._blobs |= {path.name for path in self._files.iterdir()}
        except BaseException:
            self._connection.close()
            raise

    @property
    def sequence(self) -> int:
        """How many transactions were written."""
        return self._sequence

    @property
    def log_bytes(self) -> int:
        """Length of the log that `checkpoint` would empty."""
        with contextlib.suppress(OSError):
            return Path(f"{self._path}-wal").stat().st_size
        return 0

    def write(self, change: Content) -> int:
        """Write a change as one transaction that is on the disk when this returns: its number.

        Raises:
            JournalGone: its file is no longer where it was.
        """
        if not self._is_there():
            raise JournalGone(str(self._path))
        if self._has_rest:
            self.checkpoint()
        records = {key: encoded_record(record) for key, record in change.records.items()}
        named = {key: frozenset(blobs_of(record)) for key, record in change.records.items()}
        small: dict[str, bytes] = {}
        for sha in frozenset().union(*named.values()) - self._blobs:
            data = change.blobs[sha]
            if len(data) > FILE_BYTES:
                self._write_file(sha, data)
            else:
                small[sha] = data
        sums = {key: record_sum(key, value) for key, value in records.items()}
        count, digest = self._count, self._digest
        for key, row_sum in sums.items():
            before = self._sums.get(key)
            digest += int.from_bytes(row_sum) - (int.from_bytes(before) if before else 0)
            count += before is None
        digest %= _MODULUS
        with self._transaction():
            self._connection.executemany(
                "INSERT INTO records VALUES (?, ?, ?) "
                "ON CONFLICT (key) DO UPDATE SET value = excluded.value, sum = excluded.sum",
                ((key, value, sums[key]) for key, value in records.items()),
            )
            self._connection.executemany(
                "INSERT OR REPLACE INTO blobs VALUES (?, ?)",
                ((bytes.fromhex(sha), data) for sha, data in small.items()),
            )
            self._write_state(self._sequence + 1, count, digest)
        self._sequence, self._count, self._digest = self._sequence + 1, count, digest
        self._sums |= sums
        self._named |= named
        self._blobs |= small.keys()
        return self._sequence

    def remove_unnamed(self) -> int:
        """Remove the blobs that no record names any more; returns how many."""
        unnamed = self._blobs - frozenset().union(*self._named.values())
        if unnamed:
            with self._transaction():
                self._connection.executemany(
                    "DELETE FROM blobs WHERE sha = ?", ((bytes.fromhex(sha),) for sha in unnamed)
                )
            for sha in unnamed:
                (self._files / sha).unlink(missing_ok=True)
            self._blobs -= unnamed
        return len(unnamed)

    def checkpoint(self) -> None:
        """Write the log into the database and empty it."""
        (busy, *_) = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise OSError(f"{self._path}: its log cannot be emptied")
        self._has_rest = False

    def close(self) -> None:
        self._connection.close()

    # --- within -------------------------------------------------------------------------------

    def _is_there(self) -> bool:
        try:
            return self._path.stat().st_ino == self._inode
        except FileNotFoundError:
            return False

    def _begin_file(self) -> None:
        execute = self._connection.execute
        execute(f"PRAGMA page_size = {PAGE_BYTES}")
        execute("PRAGMA locking_mode = EXCLUSIVE")  # no memory shared by a file beside it
        (mode,) = execute("PRAGMA journal_mode = WAL").fetchone()
        if mode != "wal":
            raise OSError(f"{self._path}: no write-ahead log, but {mode}")
        execute("PRAGMA synchronous = FULL")
        execute("PRAGMA wal_autocheckpoint = 0")  # nothing old is left in the log: see `wal`
        execute("PRAGMA trusted_schema = OFF")
        if sys.platform == "darwin":
            execute("PRAGMA fullfsync = ON")
        if not execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            with self._transaction():
                for statement in _SCHEMA:
                    execute(statement)
                self._write_state(0, 0, 0)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            self._has_rest = True
            if self._connection.in_transaction:  # a full disk has rolled it back already
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
            raise

    def _write_state(self, sequence: int, count: int, digest: int) -> None:
        value = _packed_state(sequence, count, digest)
        self._connection.execute("INSERT OR REPLACE INTO state VALUES (1, ?)", (value,))

    def _write_file(self, sha: str, data: bytes) -> None:
        self._files.mkdir(exist_ok=True)
        write_atomically(self._files / sha, data)
        self._blobs.add(sha)


def remove_journal(folder: Path) -> None:
    """Remove a journal and all that belongs to it; raises `OSError`.

    The database goes first: what is left if that is cut short is no journal any more.
    """
    for name in (DATABASE_NAME, f"{DATABASE_NAME}-wal", f"{DATABASE_NAME}-journal"):
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder)


def record_sum(key: str, value: str) -> bytes:
    """SHA-256 of a record."""
    named = key.encode()
    return hashlib.sha256(len(named).to_bytes(4) + named + value.encode()).digest()


def read_journal(folder: Path) -> Kept:
    """What the journal in ``folder`` holds, which nobody writes any more. Changes nothing on disk.

    What is damaged is left out and told in `Kept.damage`. One that was only begun is empty.

    Raises:
        JournalError: it is no journal, or nothing of it can be read, or it is of a newer format.
        OSError: its files cannot be read.
    """
    path, log_path = folder / DATABASE_NAME, folder / f"{DATABASE_NAME}-wal"
    data = _read(path)
    log = read_log(_read(log_path) if log_path.exists() else b"")
    is_begun = log.page_count or log.is_damaged or int.from_bytes(data[28:32]) > 1
    if len(data) <= PAGE_BYTES and not is_begun:
        return Kept(Content(), 0)  # its process ended before it wrote anything
    damage = ["the end of the log is damaged"] if log.is_damaged else []
    try:
        image = applied(data, log)
        image[18:20] = b"\1\1"  # in memory there is no log
    except IndexError as error:
        raise JournalError(f"{path}: no database: {error}") from error
    del data
    log.pages.clear()
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    try:
        connection.deserialize(image)
        del image
        return _read_rows(connection, folder / BLOBS_NAME, damage)
    except (sqlite3.Error, ValueError, OverflowError, MemoryError, TypeError) as error:
        connection.close()
        raise JournalError(f"{path}: {error}") from error
    except BaseException:
        connection.close()
        raise


class _Blobs(Mapping[str, bytes]):
    """Blobs in a database in memory and in a folder, each read when it is asked for."""

    def __init__(self, connection: sqlite3.Connection, folder: Path) -> None:
        self._connection, self._folder = connection, folder
        self._rows: dict[str, int] = {}
        """Row ids of those in the database that are whole."""
        names = os.listdir(folder) if folder.is_dir() else ()
        self._files = {name for name in names if len(name) == 64}
        weakref.finalize(self, connection.close)

    def find_whole(self) -> None:
        """Look at all in the database, as they will be read; raises `sqlite3.Error`."""
        for row, sha in self._connection.execute("SELECT rowid, sha FROM blobs").fetchall():
            data = b""
            with contextlib.suppress(sqlite3.Error):
                data = self._row(row)
            if isinstance(sha, bytes) and hashlib.sha256(data).digest() == sha:
                self._rows[sha.hex()] = row
        self._files -= self._rows.keys()

    def __getitem__(self, sha: str) -> bytes:
        if sha in self._rows:
            return self._row(self._rows[sha])
        if sha not in self._files:
            raise KeyError(sha)
        return checked_blob(sha, _read(self._folder / sha))

    def _row(self, row: int) -> bytes:
        found = self._connection.execute("SELECT data FROM blobs WHERE rowid = ?", (row,))
        data = found.fetchone()
        return data[0] if data is not None and isinstance(data[0], bytes) else b""

    def __iter__(self) -> Iterator[str]:
        return iter((*self._rows, *self._files))

    def __len__(self) -> int:
        return len(self._rows) + len(self._files)


def _read_rows(connection: sqlite3.Connection, folder: Path, damage: list[str]) -> Kept:
    connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)
    row = connection.execute("SELECT value FROM state").fetchone()
    if row is None:
        raise JournalError("the state is missing")
    sequence, count, digest = _unpacked_state(row[0])
    records: dict[str, Record] = {}
    total = 0
    try:
        for key, value, row_sum in connection.execute("SELECT key, value, sum FROM records"):
            record = _checked_record(key, value, row_sum)
            if record is None or key in records or len(records) > count:
                damage.append(f"record {key!r:.80}")
                continue
            total += int.from_bytes(row_sum)
            records[key] = record
    except sqlite3.Error as error:
        damage.append(f"records: {error}")
    if not damage and (len(records), total % _MODULUS) != (count, digest):
        damage.append(f"{count} records were written, {len(records)} of them are here")
    blobs = _Blobs(connection, folder)
    try:
        blobs.find_whole()
    except sqlite3.Error as error:
        damage.append(f"blobs: {error}")
    content = Content(records, blobs)
    if missing := content.needed().difference(content.blobs):
        damage.append(f"{len(missing)} blobs")
    return Kept(content, sequence, tuple(damage))


def _checked_record(key: object, value: object, row_sum: object) -> Record | None:
    """A record that is as it was written; None: it is not."""
    if not isinstance(key, str) or not isinstance(value, str):
        return None
    try:
        check_key(key)
        return decoded_record(value) if record_sum(key, value) == row_sum else None
    except (UnicodeEncodeError, ContentError):
        return None


def _packed_state(sequence: int, count: int, digest: int) -> bytes:
    value = FORMAT.to_bytes(4) + sequence.to_bytes(8) + count.to_bytes(8) + digest.to_bytes(32)
    return value + hashlib.sha256(value).digest()


def _unpacked_state(value: object) -> tuple[int, int, int]:
    if not isinstance(value, bytes) or len(value) != 84:
        raise JournalError("the state is no state")
    body, found = value[:52], value[52:]
    if hashlib.sha256(body).digest() != found:
        raise JournalError("the state is damaged")
    if (written := int.from_bytes(body[:4])) != FORMAT:
        raise JournalError(f"the format is {written}, known is {FORMAT}")
    return int.from_bytes(body[4:12]), int.from_bytes(body[12:20]), int.from_bytes(body[20:])


def _read(path: Path) -> bytes:
    if path.stat().st_size > MAX_JOURNAL_BYTES:
        raise JournalError(f"{path} is too large")
    return path.read_bytes()
