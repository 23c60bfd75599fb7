"""A journal on disk: what was written is read, what is damaged is told."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from s2flow_app.project import journal_store
from s2flow_app.project.content import Content, sha256_of
from s2flow_app.project.journal_store import (
    BLOBS_NAME,
    DATABASE_NAME,
    PAGE_BYTES,
    JournalError,
    JournalGone,
    JournalStore,
    read_journal,
)


def _named(*blobs: bytes, **said: int) -> dict:
    return {"blobs": [{"sha256": sha256_of(blob)} for blob in blobs], **said}


def _content(*blobs: bytes, **records: dict) -> Content:
    named = {key.replace("_", "/"): record for key, record in records.items()}
    return Content(named, {sha256_of(blob): blob for blob in blobs})


@pytest.fixture
def store(tmp_path: Path):
    made = JournalStore(tmp_path)
    yield made
    made.close()


def test_what_was_written_is_read_while_it_is_open(store: JournalStore, tmp_path: Path) -> None:
    store.write(_content(b"one", photo=_named(b"one"), view={"solo": None}))
    store.write(_content(b"two", node_0_1=_named(b"two", x=5), view={"solo": 3}))
    kept = read_journal(tmp_path)
    assert (kept.sequence, kept.damage) == (2, ())
    assert kept.content.records == {
        "photo": _named(b"one"), "view": {"solo": 3}, "node/0/1": _named(b"two", x=5),
    }  # fmt: skip
    assert {kept.content.blobs[sha] for sha in kept.content.needed()} == {b"one", b"two"}


def test_it_goes_on_after_a_checkpoint_and_after_it_was_closed(tmp_path: Path) -> None:
    store = JournalStore(tmp_path)
    store.write(_content(view={"a": 1}))
    store.checkpoint()
    assert store.log_bytes == 0
    store.write(_content(view={"a": 2}))
    store.close()
    store = JournalStore(tmp_path)
    assert store.write(_content(photo={})) == 3
    store.close()
    kept = read_journal(tmp_path)
    assert kept.content.records == {"view": {"a": 2}, "photo": {}} and not kept.damage


def test_large_blobs_are_files_and_go_when_nothing_names_them(
    store: JournalStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_store, "FILE_BYTES", 10)
    store.write(_content(b"s", b"l" * 20, view=_named(b"s", b"l" * 20)))
    assert [path.name for path in (tmp_path / BLOBS_NAME).iterdir()] == [sha256_of(b"l" * 20)]
    kept = read_journal(tmp_path)
    assert kept.content.blobs[sha256_of(b"l" * 20)] == b"l" * 20
    store.write(_content(view={}))
    assert store.remove_unnamed() == 2
    assert not list((tmp_path / BLOBS_NAME).iterdir())
    assert not read_journal(tmp_path).damage


def test_blobs_that_are_stored_are_not_asked_for_again(store: JournalStore) -> None:
    store.write(_content(b"one", photo=_named(b"one")))
    store.write(Content({"view": _named(b"one")}, {}))


def test_reading_changes_nothing(store: JournalStore, tmp_path: Path) -> None:
    store.write(_content(b"one", photo=_named(b"one")))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    read_journal(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_journal_that_was_only_begun_is_empty(tmp_path: Path) -> None:
    (tmp_path / DATABASE_NAME).write_bytes(b"")
    kept = read_journal(tmp_path)
    assert not kept.content.records and not kept.damage


def test_a_lost_and_an_old_row_are_told(store: JournalStore, tmp_path: Path) -> None:
    store.write(_content(view={"a": 1}, photo={}))
    store.checkpoint()
    old = tmp_path / "old"
    old.mkdir()
    shutil.copy(tmp_path / DATABASE_NAME, old)
    store.write(_content(view={"a": 2}))
    store.checkpoint()
    store.close()
    for statement in (
        "DELETE FROM records WHERE key = 'photo'",
        "UPDATE records SET value = '{\"a\":3}' WHERE key = 'view'",
    ):
        copy = tmp_path / statement[:3]
        copy.mkdir()
        shutil.copy(tmp_path / DATABASE_NAME, copy)
        connection = sqlite3.connect(copy / DATABASE_NAME)
        connection.execute(statement)
        connection.commit()
        connection.close()
        assert read_journal(copy).damage
    row = sqlite3.connect(old / DATABASE_NAME).execute("SELECT * FROM records WHERE key = 'view'")
    connection = sqlite3.connect(tmp_path / DATABASE_NAME)
    connection.execute("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", row.fetchone())
    connection.commit()
    connection.close()
    assert read_journal(tmp_path).damage


def test_a_lost_blob_is_told_and_the_rest_is_read(store: JournalStore, tmp_path: Path) -> None:
    store.write(_content(b"one", photo=_named(b"one"), view={}))
    store.checkpoint()
    store.close()
    connection = sqlite3.connect(tmp_path / DATABASE_NAME)
    connection.execute("DELETE FROM blobs")
    connection.commit()
    connection.close()
    kept = read_journal(tmp_path)
    assert kept.damage == ("1 blobs",) and set(kept.content.records) == {"photo", "view"}


@pytest.mark.parametrize("data", [b"x" * 9000, b"SQLite format 3\0" + bytes(9000)])
def test_what_is_no_journal_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / DATABASE_NAME).write_bytes(data)
    with pytest.raises(JournalError):
        read_journal(tmp_path)


def test_a_newer_format_is_refused_and_left_as_it_is(
    store: JournalStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_store, "FORMAT", 2)
    store.write(_content(view={}))
    monkeypatch.undo()
    with pytest.raises(JournalError, match="format is 2"):
        read_journal(tmp_path)


def test_a_journal_whose_file_was_removed_takes_no_more(
    store: JournalStore, tmp_path: Path
) -> None:
    store.write(_content(view={}))
    (tmp_path / DATABASE_NAME).unlink()
    with pytest.raises(JournalGone):
        store.write(_content(view={"a": 1}))


def test_what_cannot_be_written_leaves_what_was(store: JournalStore, tmp_path: Path) -> None:
    store.write(_content(view={"a": 1}))
    with pytest.raises(KeyError):
        store.write(Content({"view": _named(b"unknown")}, {}))
    assert read_journal(tmp_path).content.records == {"view": {"a": 1}}
    assert store.write(_content(view={"a": 2})) == 2


def test_what_is_left_of_a_transaction_is_not_taken_for_damage(tmp_path: Path) -> None:
    """A process that was killed while it wrote leaves frames, which shorter ones write over."""
    store = JournalStore(tmp_path)
    store.write(_content(view={"a": 1}))
    whole = (tmp_path / f"{DATABASE_NAME}-wal").read_bytes()
    large = {f"blob{k}": bytes([k]) * 5000 for k in range(9)}
    store.write(_content(*large.values(), photo=_named(*large.values())))
    killed = tmp_path / "killed"
    killed.mkdir()
    shutil.copy(tmp_path / DATABASE_NAME, killed)
    log = (tmp_path / f"{DATABASE_NAME}-wal").read_bytes()
    store.close()
    (killed / f"{DATABASE_NAME}-wal").write_bytes(log[: len(whole) + 6 * (PAGE_BYTES + 24)])
    assert read_journal(killed).sequence == 1
    again = JournalStore(killed)
    again.write(_content(view={"a": 2}))
    kept = read_journal(killed)
    assert kept.damage == () and kept.content.records == {"view": {"a": 2}}
    again.close()


def test_a_transaction_that_failed_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = JournalStore(tmp_path)
    store.write(_content(view={"a": 1}))
    store._connection.execute("PRAGMA cache_size = 2")  # so that pages are in the log before
    blobs = [bytes([k]) * 50_000 for k in range(9)]

    def fail(*_: int) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(store, "_write_state", fail)
    with pytest.raises(sqlite3.OperationalError):
        store.write(_content(*blobs, photo=_named(*blobs)))
    monkeypatch.undo()
    store.write(_content(view={"a": 2}))
    kept = read_journal(tmp_path)
    assert kept.damage == () and kept.content.records == {"view": {"a": 2}}
    store.close()
