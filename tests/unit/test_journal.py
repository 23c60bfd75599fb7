"""The journal of a document: all that was done comes back, what cannot be written waits."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from documents import stroke
from journalled import (
    JournalledDocument,
    digest,
    made_document,
    recovered_document,
)
from patience import PATIENCE_S
from projects import RandomEditor, encoder, kept

from s2flow_app.labels import HAIR
from s2flow_app.project import journal as journal_module
from s2flow_app.project.content import Content
from s2flow_app.project.decode import decoded
from s2flow_app.project.journal import Journal, Safe, Unsafe
from s2flow_app.project.journal_store import read_journal
from s2flow_app.project.recorder import Recorder
from s2flow_app.project.recovery import LeftSession, left_sessions
from s2flow_app.project.session_folders import SessionFolders
from s2flow_app.ui.project.parts import parts_of, view_of


class Told:
    """What a journal told, to wait for."""

    def __init__(self) -> None:
        self.all: list[journal_module.Told] = []
        self._changed = threading.Condition()

    def __call__(self, told: journal_module.Told) -> None:
        with self._changed:
            self.all.append(told)
            self._changed.notify_all()

    def wait_for(self, is_there: Callable[[list[journal_module.Told]], object]) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: is_there(self.all), PATIENCE_S), self.all

    def wait_safe(self, ticket: int) -> None:
        self.wait_for(lambda told: any(isinstance(t, Safe) and t.ticket >= ticket for t in told))


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def journalled(tmp_path: Path, told: Told) -> Iterator[JournalledDocument]:
    made = JournalledDocument(tmp_path / "journals", made_document(), told)
    yield made
    assert made.journal.close(wait_s=PATIENCE_S)


def _left(root: Path) -> tuple[LeftSession, Content]:
    """The only session that was left, and what its journal holds."""
    (found,) = left_sessions(SessionFolders(root))
    assert found.kept is not None
    return found, found.kept.content


def test_random_steps_come_back_bit_by_bit(tmp_path: Path, told: Told) -> None:
    editor = RandomEditor(11, tmp_path / "photo.png")
    document, packer = editor.document, encoder()
    journal, recorder = Journal(SessionFolders(tmp_path / "journals"), told), Recorder(packer)

    def changes() -> dict:
        return recorder.changes(
            document.faces.sessions, document.faces.found, view_of(document, {})
        ).drafts

    parts = parts_of(document, editor.original, is_made=False, embeds=True)
    photo = packer.taken(parts)["photo"]
    journal.begin({**changes(), "photo": photo}, packer.packed)
    for _ in range(120):
        editor.step()
        journal.put(changes())
    assert journal.flush(wait_s=PATIENCE_S)
    assert journal.close(wait_s=PATIENCE_S)
    assert not any(isinstance(each, Unsafe) for each in told.all)
    left, content = _left(tmp_path / "journals")
    found = decoded(content).parts
    assert kept(found) == kept(parts_of(document, editor.original, is_made=False, embeds=True))
    assert found.photo.data == editor.original.data
    left.folder.close()


def test_it_is_told_when_a_step_is_on_the_disk(
    journalled: JournalledDocument, told: Told, tmp_path: Path
) -> None:
    journalled.begin()
    stroke(journalled.document, HAIR, 50, 50)
    ticket = journalled.record()
    told.wait_safe(ticket)
    (folder,) = (tmp_path / "journals").iterdir()
    found = decoded(read_journal(folder).content).parts
    assert digest(found.sessions) == digest(journalled.document.faces.sessions)


def test_a_recovered_journal_is_gone_on_with(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "journals"
    first = JournalledDocument(root, made_document(), told)
    first.begin()
    stroke(first.document, HAIR, 50, 50)
    first.record()
    assert first.journal.close(wait_s=PATIENCE_S)
    left, content = _left(root)
    document = recovered_document(content)
    again = JournalledDocument(root, document, told, content)
    again.begin(left.folder)
    document.history.undo()
    stroke(document, HAIR, 200, 200)
    again.record()
    assert again.journal.close(wait_s=PATIENCE_S)
    found, content = _left(root)
    assert found.steps == 2
    assert digest(decoded(content).parts.sessions) == digest(document.faces.sessions)
    found.folder.close()


def test_another_photo_removes_the_journal_of_the_last(
    journalled: JournalledDocument, tmp_path: Path
) -> None:
    journalled.begin()
    assert journalled.journal.flush(wait_s=PATIENCE_S)
    (before,) = (tmp_path / "journals").iterdir()
    journalled.begin()
    assert journalled.journal.flush(wait_s=PATIENCE_S)
    (now,) = (tmp_path / "journals").iterdir()
    assert now != before
    journalled.journal.remove()
    assert journalled.journal.flush(wait_s=PATIENCE_S)
    assert not list((tmp_path / "journals").iterdir())


def test_what_cannot_be_written_is_told_once_and_written_later(
    journalled: JournalledDocument, told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "RETRY_S", 0.01)
    root = tmp_path / "journals"
    root.write_text("this is no folder")
    journalled.begin()
    told.wait_for(lambda all_told: all_told)
    for x in (50, 100, 150):
        stroke(journalled.document, HAIR, x, 50)
        ticket = journalled.record()
    root.unlink()
    told.wait_safe(ticket)
    assert [each for each in told.all if isinstance(each, Unsafe)] == told.all[:1]
    (folder,) = root.iterdir()
    found = decoded(read_journal(folder).content).parts
    assert digest(found.sessions) == digest(journalled.document.faces.sessions)


@pytest.mark.skipif("os.name != 'posix'", reason="no limits of files there")
def test_a_disk_that_fills_up_loses_nothing_and_stops_nobody(
    journalled: JournalledDocument, told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import resource

    monkeypatch.setattr(journal_module, "RETRY_S", 0.01)
    journalled.begin()
    assert journalled.journal.flush(wait_s=PATIENCE_S)
    (folder,) = (tmp_path / "journals").iterdir()
    size = max(path.stat().st_size for path in folder.iterdir())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    import signal

    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20_000, hard))
        for x in range(10, 400, 30):
            stroke(journalled.document, HAIR, x, x)
            ticket = journalled.record()
        told.wait_for(lambda all_told: any(isinstance(each, Unsafe) for each in all_told))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    told.wait_safe(ticket)
    kept_journal = read_journal(folder)
    assert not kept_journal.damage
    found = decoded(kept_journal.content).parts
    assert digest(found.sessions) == digest(journalled.document.faces.sessions)


def test_a_photo_that_was_only_opened_and_work_that_is_saved_are_not_offered(
    tmp_path: Path, told: Told
) -> None:
    root = tmp_path / "journals"
    for is_edited in (False, True):
        made = JournalledDocument(root, made_document(), told)
        made.begin()
        if is_edited:
            stroke(made.document, HAIR, 50, 50)
            made.record()
            made.journal.put({"session": {"saved": True}})
        assert made.journal.close(wait_s=PATIENCE_S)
    assert left_sessions(SessionFolders(root)) == []
    assert not list(root.iterdir())


def test_what_was_left_is_described(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "journals"
    made = JournalledDocument(root, made_document(), told)
    made.begin()
    for x in (50, 100):
        stroke(made.document, HAIR, x, 50)
    made.record()
    assert made.journal.close(wait_s=PATIENCE_S)
    left, _ = _left(root)
    assert (left.name, left.steps, left.faces, left.is_damaged) == ("a.png", 2, 2, False)
    assert left.picture is not None and left.picture.shape == (512, 512, 3)
    left.folder.close()
    damaged = root / "damaged"
    shutil.copytree(left.folder.path, damaged)
    database = damaged / "journal.db"
    data = bytearray(database.read_bytes())
    data[len(data) // 3 : len(data) // 2] = bytes(len(data) // 2 - len(data) // 3)
    database.write_bytes(data)
    os.unlink(damaged / "lock")
    sessions = left_sessions(SessionFolders(root))
    assert sorted(each.is_damaged for each in sessions) == [False, True]
    for each in sessions:
        each.folder.close()
