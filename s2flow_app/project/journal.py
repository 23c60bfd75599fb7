"""Writes a document's journal in a thread of its own: what is told to be safe is on the disk.

The document's thread hands over drafts (see `encode`) and goes on; here they become one
transaction, together with those that came while the last one was written. What cannot be written
stays and is tried again.
"""

import logging
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from s2flow_app.errors import UserError
from s2flow_app.project.content import Content
from s2flow_app.project.journal_store import CHECKPOINT_BYTES, JournalGone, JournalStore
from s2flow_app.project.session_folders import SessionFolder, SessionFolders

RETRY_S: Final = 5.0
"""After a failure, unless something new comes before."""
TIDY_EVERY: Final = 64
"""Transactions between two looks for blobs that no record names any more."""
SESSION: Final = "session"
"""The key of the journal's own record: whether there is something that no project file has."""

_LOG: Final = logging.getLogger(__name__)

Draft = dict[str, Any]
Drafts = Mapping[str, Draft]
Pack = Callable[[Drafts], Content]


@dataclass(frozen=True, slots=True)
class Safe:
    """All up to a ticket is on the disk."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Unsafe:
    """Nothing can be written at the moment; told once, until something could be."""

    reason: str


@dataclass(frozen=True, slots=True)
class Gone:
    """Somebody has removed the journal: it has to begin anew, with all there is."""


Told = Safe | Unsafe | Gone


class Listener(Protocol):
    """Called in the journal's thread."""

    def __call__(self, told: Told, /) -> object: ...


@dataclass(slots=True)
class _Task:
    kind: str
    """``begin``, ``put``, ``remove`` or ``flush``."""
    drafts: dict[str, Draft]
    ticket: int = 0
    pack: Pack | None = None
    folder: SessionFolder | None = None
    done: threading.Event | None = None
    """Set when it and all before it is done."""


class Journal:
    """The journal of one photo at a time. Its methods belong to one thread and return at once.

    Args:
        folders: where journals are kept.
        listener: told what is safe, in the journal's thread.
    """

    def __init__(self, folders: SessionFolders, listener: Listener) -> None:
        self._folders, self._listener = folders, listener
        self._tasks: deque[_Task] = deque()
        self._condition = threading.Condition()
        self._closing = False
        self._ticket = 0
        self._folder: SessionFolder | None = None
        self._store: JournalStore | None = None
        self._pack: Pack | None = None
        self._drafts: dict[str, Draft] = {}
        """What is to be written."""
        self._highest = 0
        self._is_failing = False
        self._since_tidied = 0
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def begin(self, drafts: Drafts, pack: Pack, *, folder: SessionFolder | None = None) -> int:
        """Go over to another photo; the journal of the last one is removed. Returns a ticket.

        Args:
            drafts: what the journal begins with.
            pack: makes content of drafts, in the journal's thread.
            folder: a journal that is gone on with; None: a new one.
        """
        return self._submit(_Task("begin", dict(drafts), pack=pack, folder=folder))

    def put(self, drafts: Drafts) -> int:
        """Have a change written; returns the ticket that `Safe` will tell."""
        return self._submit(_Task("put", dict(drafts)))

    def remove(self) -> None:
        """What was journalled is saved elsewhere, or is not wanted: remove it."""
        self._submit(_Task("remove", {}))

    def flush(self, *, wait_s: float = 10.0) -> bool:
        """Wait until all that was put is on the disk, and tidy. False: it is not."""
        done = threading.Event()
        self._submit(_Task("flush", {}, done=done))
        return done.wait(wait_s) and not self._is_failing

    def close(self, *, wait_s: float = 10.0) -> bool:
        """Write what waits and let go of the journal, which stays. False: it still writes."""
        with self._condition:
            self._closing = True
            self._condition.notify()
        self._thread.join(wait_s)
        return not self._thread.is_alive()

    def _submit(self, task: _Task) -> int:
        with self._condition:
            self._ticket += 1
            task.ticket = self._ticket
            self._tasks.append(task)
            self._condition.notify()
            return self._ticket

    # --- in the journal's thread --------------------------------------------------------------

    def _run(self) -> None:
        while (tasks := self._take()) is not None:
            self._write()
            for task in tasks:
                if task.done is not None:
                    task.done.set()
        self._leave()

    def _take(self) -> list[_Task] | None:
        """Wait for tasks and take them up to where another journal begins; None: it is over."""
        with self._condition:
            if not self._tasks and not self._closing:
                self._condition.wait(RETRY_S if self._drafts else None)
            if not self._tasks:
                return None if self._closing else []
            tasks = [self._tasks.popleft()]
            while self._tasks and self._tasks[0].kind in ("put", "flush"):
                tasks.append(self._tasks.popleft())
        for task in tasks:
            if task.kind in ("begin", "remove"):
                self._remove()
            if task.kind == "begin":
                self._pack, self._folder = task.pack, task.folder
            self._drafts |= task.drafts
            self._highest = task.ticket
        return tasks

    def _write(self) -> None:
        if not self._drafts or self._pack is None:
            self._drafts = {}
            if self._pack is not None:
                self._listener(Safe(self._highest))
            return
        drafts, self._drafts = self._drafts, {}
        try:
            self._write_drafts(drafts)
        except JournalGone:
            _LOG.warning("The journal has been removed; it begins anew")
            self._leave()
            self._drafts, self._pack, self._folder = {}, None, None
            self._listener(Gone())
        except Exception as error:  # also one of ours: without a journal the editor goes on
            self._drafts = drafts
            self._fail(error)
        else:
            self._is_failing = False
            self._listener(Safe(self._highest))
            self._tidy()

    def _write_drafts(self, drafts: Drafts) -> None:
        assert self._pack is not None
        if self._store is None:
            if self._folder is None:
                self._folder = self._folders.begin()
            self._store = JournalStore(self._folder.path)
        self._store.write(self._pack(drafts))

    def _fail(self, error: Exception) -> None:
        if self._is_failing:
            return
        self._is_failing = True
        is_ours = not isinstance(error, (OSError, sqlite3.Error, UserError, MemoryError))
        _LOG.warning("The journal cannot be written: %s", error, exc_info=is_ours)
        reason = error.strerror if isinstance(error, OSError) else None
        self._listener(Unsafe(reason or str(error)))

    def _tidy(self) -> None:
        """Keep the files small, when nothing waits."""
        store = self._store
        self._since_tidied += 1
        if store is None or (self._tasks and store.log_bytes < 8 * CHECKPOINT_BYTES):
            return
        try:
            if self._since_tidied >= TIDY_EVERY:
                self._since_tidied = 0
                store.remove_unnamed()
            if store.log_bytes > CHECKPOINT_BYTES:
                store.checkpoint()
        except (OSError, sqlite3.Error) as error:
            _LOG.warning("The journal cannot be tidied: %s", error)

    def _remove(self) -> None:
        self._close_store()
        folder, self._folder = self._folder, None
        self._drafts, self._pack = {}, None
        self._is_failing = False
        if folder is not None:
            try:
                folder.remove()
            except OSError as error:
                _LOG.warning("The journal in %s cannot be removed: %s", folder.path, error)

    def _leave(self) -> None:
        self._close_store()
        if self._folder is not None:
            self._folder.close()

    def _close_store(self) -> None:
        store, self._store = self._store, None
        if store is not None:
            try:
                store.close()
            except sqlite3.Error as error:
                _LOG.warning("The journal cannot be closed: %s", error)
