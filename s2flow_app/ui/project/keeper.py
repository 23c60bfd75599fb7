"""Where the document is kept, whether it is as it was saved there, and saving it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEventLoop, QObject, Signal, Slot

from s2flow_app.document.changes import Aspect, DocumentChange
from s2flow_app.document.document import Document
from s2flow_app.errors import OutputError, UserError
from s2flow_app.generator_folder import GeneratorFolder
from s2flow_app.model.pack import PackId
from s2flow_app.outputs import InputFile, check_output
from s2flow_app.project.claim import Claim, claim
from s2flow_app.project.encode import Encoder
from s2flow_app.project.original import HELD_BYTES
from s2flow_app.project.project_file import SUFFIX
from s2flow_app.project.project_saver import ProjectSaver
from s2flow_app.project.reading import ReadProject
from s2flow_app.ui.project.asks import Asks
from s2flow_app.ui.project.job import Job, Tell
from s2flow_app.ui.project.parts import Window
from s2flow_app.ui.project.photo_bytes import PhotoBytes
from s2flow_app.ui.project.saving import State, state_of, taken

NO_STEP: Final = (Aspect.PHOTO, Aspect.HISTORY, Aspect.FACES)


@dataclass(slots=True, eq=False)
class Kept:
    """How one document is kept."""

    photo: PhotoBytes
    saver: ProjectSaver
    encoder: Encoder
    is_made: bool
    """The photo came from no file."""
    can_link: bool
    embeds: bool
    path: Path | None = None
    claim: Claim | None = None
    pack: PackId | None = None
    """Of a project of another pack; None: the one that is loaded."""
    state: State | None = None
    """As it was saved last; None: never."""


class ProjectKeeper(QObject):
    """Saves the document, beside the window.

    Args:
        data: the user's data folder, where windows see each other; None: they do not.
    """

    changed = Signal()
    """`path`, `is_saved` or `embeds` may be others."""
    problem = Signal(object)
    """`UserError` to be told."""
    said = Signal(str)
    """A sentence to be told."""
    progressed = Signal(str, float)
    busy_changed = Signal(object)
    """bool: whether the project is being saved."""
    saved = Signal(object)
    """Path of a project that was written and read back."""

    def __init__(
        self, document: Document, generators: GeneratorFolder, data: Path | None,
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._document, self._generators, self._data = document, generators, data
        self.asks: Asks | None = None
        self.window_state: Callable[[], Window] = dict
        self.pack = PackId()
        """That is loaded."""
        self.embeds_new = True
        """Whether projects of photos that are opened from now on hold the photo."""
        self._kept: Kept | None = None
        self._state: State | None = None
        self._arriving: tuple[ReadProject, Path | None, Claim | None] | None = None
        self._saving: Job | None = None
        self._stale: set[str] = set()
        document.changed.connect(self._take_change)

    # --- what there is ------------------------------------------------------------------------

    @property
    def path(self) -> Path | None:
        """Where the document is kept; None: nowhere yet."""
        return self._kept.path if self._kept else None

    @property
    def photo(self) -> PhotoBytes | None:
        """The file of the photo that is open."""
        return self._kept.photo if self._kept else None

    @property
    def embeds(self) -> bool:
        """Whether the project holds the photo's bytes, instead of a link."""
        return self._kept.embeds if self._kept else self.embeds_new

    @property
    def can_link(self) -> bool:
        """Whether the photo is a file that a project can link to."""
        return self._kept is None or self._kept.can_link

    @property
    def is_busy(self) -> bool:
        return self._saving is not None

    @property
    def inputs(self) -> tuple[InputFile, ...]:
        """Files that nothing but saving may replace."""
        return () if self.path is None else (InputFile.at(self.path),)

    def is_saved(self) -> bool | None:
        """Whether the document is as it was saved; None: it is kept nowhere."""
        kept = self._kept
        if kept is None or kept.path is None:
            return None
        return kept.state is not None and kept.state == self._current_state()

    @Slot(object)
    def set_embeds(self, embeds: bool) -> None:
        """Have projects hold the photo, or a link to its file."""
        self.embeds_new = embeds
        if self._kept is not None and self._kept.can_link:
            self._kept.embeds, self._kept.state = embeds, None
        self.changed.emit()

    # --- saving -------------------------------------------------------------------------------

    @Slot()
    def save(self) -> bool:
        """Save where it is kept, or ask where; False: nothing is saved."""
        kept = self._kept
        if kept is None or kept.path is None:
            return self.save_as()
        former = kept.saver.former
        changed = former is not None and former.path == kept.path and not former.is_there()
        if changed and kept.path.exists() and not self._asked().may_replace_changed(kept.path):
            return False
        return self._save_to(kept, kept.path)

    @Slot()
    def save_as(self) -> bool:
        """Ask where to save, and save there."""
        kept = self._kept
        if kept is None:
            return False
        stem = Path(self._document.faces.name).stem or "face"
        path = self._asked().where_to_save(kept.path or Path(f"{stem}{SUFFIX}"), self._sources())
        return path is not None and self._save_to(kept, path)

    def save_and_wait(self) -> bool:
        """Save; the window goes on meanwhile. Whether it is saved then."""
        if self._saving is not None and self._wait(self._saving) and self.is_saved():
            return True
        if not self.save():
            return False
        assert self._saving is not None
        return self._wait(self._saving)

    @staticmethod
    def _wait(job: Job) -> bool:
        """Whether a job was done, once it is over."""
        loop, outcome = QEventLoop(), [False]

        def end(done: bool) -> None:
            outcome[0] = done
            loop.quit()

        job.done.connect(lambda _: end(True))
        job.failed.connect(lambda _: end(False))
        loop.exec()
        return outcome[0]

    def close(self, *, wait_s: float = 60.0) -> None:
        """Finish saving, let go of everything."""
        if self._saving is not None:
            self._saving.wait(wait_s)
        self._let_go()

    def _save_to(self, kept: Kept, path: Path) -> bool:
        if self._saving is not None:
            self.said.emit(self.tr("The project is being saved already."))
            return False
        try:
            check_output(path, inputs=self._sources(), suffixes=(SUFFIX,))
            new_claim = None if path == kept.path and kept.claim else self._claimed(path)
        except UserError as error:
            self.problem.emit(error)
            return False
        now = taken(self._document, kept.encoder, kept.pack or self.pack, self.window_state())
        embeds = kept.embeds

        def work(tell: Tell) -> None:
            photo = kept.photo.get()
            draft = kept.encoder.taken_photo(photo, is_made=kept.is_made, embeds=embeds)
            drafts = {**now.saving.drafts, "photo": draft}
            kept.saver.save(replace(now.saving, drafts=drafts), path, tell)

        def done(_: object) -> None:
            self._end()
            if new_claim is not None:
                if kept.claim is not None:
                    kept.claim.release()
                kept.claim = new_claim
            kept.path, kept.state = path, now.state if kept.embeds == embeds else None
            self.changed.emit()
            self.saved.emit(path)
            self.said.emit(self.tr("Saved to {0}.").format(path))

        def failed(error: UserError) -> None:
            self._end()
            if new_claim is not None:
                new_claim.release()
            self.problem.emit(error)

        stage = self.tr("Saving the project")
        self._saving = job = Job(work, self)
        job.told.connect(lambda share: self.progressed.emit(stage, share))
        job.done.connect(done)
        job.failed.connect(failed)
        self.busy_changed.emit(True)
        self.progressed.emit(stage, 0.0)
        job.start()
        return True

    def _end(self) -> None:
        self._saving = None
        self.busy_changed.emit(False)

    def claimed(self, path: Path) -> Claim | None:
        """A claim on a project's path; None: another window has it."""
        return claim(path, self._data) if self._data else Claim.of_nobody(path)

    def _claimed(self, path: Path) -> Claim:
        found = self.claimed(path)
        if found is None:
            raise OutputError(
                f"{path} is open in another window.", "Save under another name, or close it there."
            )
        return found

    def _sources(self) -> tuple[InputFile, ...]:
        photo = self._document.faces.photo
        return () if photo is None or photo.source is None else (photo.source,)

    # --- the document -------------------------------------------------------------------------

    def adopt(self, read: ReadProject, path: Path | None, held: Claim | None) -> None:
        """The photo that is shown next is of a project; ``path``: None: it is kept nowhere."""
        self._arriving = read, path, held

    def settle(self, pack: PackId | None) -> None:
        """The document is as the project has it, which is of ``pack`` (None: the loaded one)."""
        kept = self._kept
        if kept is not None:
            kept.pack = pack
            kept.state = None if kept.path is None else self._current_state()
        self.changed.emit()

    @Slot(object)
    def _take_change(self, change: DocumentChange) -> None:
        if not change.has(*NO_STEP):
            return
        self._state = None
        if change.has(Aspect.PHOTO):
            self._begin()

    def _begin(self) -> None:
        """Another photo is open, by itself or with a project."""
        self._let_go()
        arriving, self._arriving = self._arriving, None
        named: set[str] = set()
        if self._document.faces.photo is None:
            self._kept = None
        elif arriving is None:
            self._kept = self._new()
        else:
            self._kept = self._adopted(*arriving)
            named = set(arriving[0].document.generators)
        self._tidy(named)
        self.changed.emit()

    def _new(self) -> Kept:
        photo = self._document.faces.photo
        assert photo is not None
        source = None if photo.source is None else photo.source.path
        encoder = Encoder(self._generators.read)
        is_made = source is None
        return Kept(
            PhotoBytes(photo.name, source, photo.display), ProjectSaver(encoder), encoder,
            is_made=is_made, can_link=not is_made, embeds=self.embeds_new or is_made,
        )  # fmt: skip

    def _adopted(self, read: ReadProject, path: Path | None, held: Claim | None) -> Kept:
        photo = self._document.faces.photo
        assert photo is not None
        document, parts = read.document, read.document.parts
        encoder = Encoder(self._generators.read)
        for array, ref in document.arrays:
            encoder.packer.remember(array, ref)
        for name, ref in document.generators.items():
            encoder.remember_generator(name, ref)
        data = parts.photo.data
        held_data = data if data is not None and len(data) <= HELD_BYTES else None
        original = replace(parts.photo, path=read.photo_file, data=held_data)
        return Kept(
            PhotoBytes(
                parts.photo.name, read.photo_file, photo.display, original, parts.is_made
            ),
            ProjectSaver(encoder, read.former), encoder, is_made=parts.is_made,
            can_link=document.link is not None, embeds=parts.embeds, path=path, claim=held,
        )  # fmt: skip

    def _let_go(self) -> None:
        if self._kept is not None and self._kept.claim is not None:
            self._kept.claim.release()
            self._kept.claim = None

    def _tidy(self, named: set[str]) -> None:
        """Remove generators that no state has named since the photo before the last."""
        there = self._generators.names()
        self._generators.keep_only((there - self._stale) | named)
        self._stale = self._generators.names() - named

    def _current_state(self) -> State:
        if self._state is None:
            self._state = state_of(self._document)
        return self._state

    def _asked(self) -> Asks:
        assert self.asks is not None
        return self.asks
