"""Opening projects: read beside the window, a look at them first, then the session's photo."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from s2flow_app.control.editing import Editing
from s2flow_app.document.changes import Aspect, DocumentChange
from s2flow_app.document.document import Document
from s2flow_app.errors import UserError
from s2flow_app.generator_folder import GeneratorFolder
from s2flow_app.model.pack import PackId
from s2flow_app.outputs import InputFile
from s2flow_app.project.claim import Claim
from s2flow_app.project.content import Content
from s2flow_app.project.reading import (
    Look,
    ReadProject,
    find_photo,
    read_content,
    read_project,
)
from s2flow_app.ui.project.job import Job, Tell
from s2flow_app.ui.project.keeper import ProjectKeeper
from s2flow_app.ui.project.parts import show_view
from s2flow_app.worker.protocol import Failed, OpenProject, PhotoOpened


@dataclass(slots=True, eq=False)
class _Arrival:
    """A project that is being opened."""

    path: Path | None
    """None: it is kept in no project file, or a copy of one that another window has open."""
    claim: Claim | None
    adopted: Callable[[], None] = lambda: None
    job: Job | None = None
    is_welcome: bool | None = None
    """None: it was not asked yet. While it is asked, it is not."""
    read: ReadProject | None = None
    request: OpenProject | None = None


class ProjectOpener(QObject):
    """One project at a time: a newer one, or a photo, takes the place of one that is read."""

    problem = Signal(object)
    """`UserError` to be told."""
    said = Signal(str)
    """A sentence to be told."""
    progressed = Signal(str, float)
    busy_changed = Signal(object)
    """bool: whether a project is read."""
    opened = Signal(object)
    """Path of a project that is open now."""
    view_wanted = Signal(object)
    """`Window`: what the window kept with the project."""

    def __init__(
        self, document: Document, editing: Editing, keeper: ProjectKeeper,
        generators: GeneratorFolder, parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._document, self._editing, self._keeper = document, editing, keeper
        self._generators = generators
        self._folder = tempfile.TemporaryDirectory(prefix="s2flow-photo-")
        self._arrival: _Arrival | None = None
        self._is_reopening = False
        self._jobs: set[Job] = set()
        editing.project_opened.connect(self._take_opened)
        editing.failed.connect(self._take_failure)
        document.changed.connect(self._take_change)

    @property
    def is_busy(self) -> bool:
        return bool(self._jobs)

    def open(self, path: Path) -> None:
        """Open a project; what would be lost is asked about once it is known to be one."""
        self.cancel()
        own = self._keeper.path
        if own is not None and InputFile.at(own).is_at(path):
            self.said.emit(self.tr("{0} is open already.").format(path.name))
            return
        held = self._keeper.claimed(path)
        if held is None and not self._may_open_copy(path):
            return
        arrival = _Arrival(None if held is None else path, held)
        folder = Path(self._folder.name)
        self._start(arrival, lambda tell: read_project(path, self._generators, folder, tell))

    def open_content(
        self, content: Content, name: str, pack: PackId, adopted: Callable[[], None] = lambda: None
    ) -> None:
        """Open what no project file holds, such as a journal.

        Args:
            name: what it is called.
            pack: that it was edited with.
            adopted: called before the document becomes what was read.
        """
        self.cancel()
        folder, generators = Path(self._folder.name), self._generators
        arrival = _Arrival(None, None, adopted)
        self._start(arrival, lambda _: read_content(content, name, pack, generators, folder))

    def cancel(self) -> None:
        """Something else is to be opened."""
        arrival, self._arrival = self._arrival, None
        if arrival is None:
            return
        if arrival.claim is not None:
            arrival.claim.release()
        if arrival.job is not None:
            arrival.job.drop()
            self._end(arrival.job)
        if arrival.request is not None:
            arrival.request.cancel.set()
        self._document.faces.set_incoming(None)

    def close(self, *, wait_s: float = 60.0) -> None:
        """Let go of everything."""
        jobs = list(self._jobs)
        self.cancel()
        for job in jobs:
            job.wait(wait_s)
        self._folder.cleanup()

    # --- reading ------------------------------------------------------------------------------

    def _start(self, arrival: _Arrival, work: Callable[[Tell], ReadProject]) -> None:
        self._arrival = arrival
        arrival.job = job = Job(work, self)
        job.told.connect(lambda look: self._take_look(arrival, look))
        job.done.connect(lambda read: self._take_read(arrival, read))
        job.failed.connect(lambda error: self._take_unreadable(arrival, error))
        self._jobs.add(job)
        self.busy_changed.emit(True)
        self.progressed.emit(self.tr("Opening the project"), 0.0)
        job.start()

    def _end(self, job: Job | None) -> None:
        if job is not None:
            self._jobs.discard(job)
        self.busy_changed.emit(self.is_busy)

    def _take_look(self, arrival: _Arrival, look: Look) -> None:
        if self._welcome(arrival):
            self._document.faces.set_incoming(look.merged)

    def _take_read(self, arrival: _Arrival, read: ReadProject) -> None:
        arrival.read = read
        self._end(arrival.job)
        if self._welcome(arrival):
            self._go_on(arrival, read)

    def _take_unreadable(self, arrival: _Arrival, error: UserError) -> None:
        self._end(arrival.job)
        if arrival is self._arrival:
            self.cancel()
            self.problem.emit(error)

    def _welcome(self, arrival: _Arrival) -> bool:
        """Whether a project may take the place of what is edited; asks once."""
        if arrival is not self._arrival:
            return False
        if arrival.is_welcome is None:
            arrival.is_welcome = False
            had_read = arrival.read is not None
            welcome = not self._editing.is_unsaved or self._asked().may_lose()
            if arrival is not self._arrival:
                return False
            arrival.is_welcome = welcome
            if not welcome:
                self.cancel()
            elif arrival.read is not None and not had_read:  # it has come while that was asked
                self._go_on(arrival, arrival.read)
                return False
        return arrival.is_welcome

    def _go_on(self, arrival: _Arrival, read: ReadProject) -> None:
        """Have the session open the photo of a project that was read."""
        document = read.document
        parts, link = document.parts, document.link
        if read.photo_file is None:
            assert link is not None
            asked = self._asked()
            chosen = asked.find_photo(parts.photo.name, link["path"], is_changed=read.is_changed)
            if chosen is None:
                self.cancel()
                return

            def look(_: Tell) -> ReadProject:
                found, is_changed = find_photo(document, [chosen])
                return replace(read, photo_file=found, is_changed=is_changed)

            self._start(arrival, look)
            return
        sessions = parts.sessions
        faces = tuple(
            sessions[i].place.start.box if i in sessions else box
            for i, box in enumerate(parts.found)
        )
        source = InputFile.at(read.photo_file) if link is not None else None
        arrival.request = OpenProject(
            path=read.photo_file, name=parts.photo.name, faces=faces, source=source
        )
        self._editing.open_project(arrival.request)

    # --- the document -------------------------------------------------------------------------

    @Slot(object)
    def _take_opened(self, answer: PhotoOpened) -> None:
        arrival = self._arrival
        if arrival is None or arrival.request is None or answer.request.id != arrival.request.id:
            return
        read, self._arrival = arrival.read, None
        assert read is not None
        parts, pack = read.document.parts, read.pack
        arrival.adopted()
        self._keeper.adopt(read, arrival.path, arrival.claim)
        is_other = pack.sha256 != self._keeper.pack.sha256
        self._editing.set_view_only(is_other)
        self._is_reopening = True
        self._document.faces.reopen(
            answer.photo, parts.found, parts.sessions, parts.view.face_index
        )
        self._is_reopening = False
        show_view(self._document, parts.view)
        self.view_wanted.emit(parts.view.window)
        self._keeper.settle(pack if is_other else None)
        if parts.found and not parts.sessions and not is_other:
            self._editing.choose_face(0)  # as of a photo: it was saved before that was done
        if arrival.path is not None:
            self.opened.emit(arrival.path)
        if is_other:
            self._tell_pack(pack)

    @Slot(object)
    def _take_failure(self, failed: Failed) -> None:
        arrival = self._arrival
        if arrival and arrival.request and failed.request.id == arrival.request.id:
            self.cancel()

    @Slot(object)
    def _take_change(self, change: DocumentChange) -> None:
        if change.has(Aspect.PHOTO) and not self._is_reopening:
            self.cancel()
            self._editing.set_view_only(False)

    def _tell_pack(self, pack: PackId) -> None:
        """A project of another pack is for looking and exporting alone."""
        if pack.name == self._keeper.pack.name:
            text = self.tr(
                "This project was edited with another version of the pack {0}. It can be looked "
                "at and exported; to go on editing, choose that version under Help > Model packs."
            )
        else:
            text = self.tr(
                "This project was edited with the pack {0}, which is not loaded. It can be looked "
                "at and exported; to go on editing, choose that pack under Help > Model packs."
            )
        self.said.emit(text.format(pack.title or pack.name or "?"))

    def _may_open_copy(self, path: Path) -> bool:
        return self._asked().open_copy(path)

    def _asked(self):
        asks = self._keeper.asks
        assert asks is not None
        return asks
