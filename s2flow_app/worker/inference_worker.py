"""The worker: owns the session and does requests, in a thread of its own.

Knows no torch: the session is made by a callable, in that thread.
"""

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from s2flow_app.ending import NO_MEMORY, lacks_memory
from s2flow_app.errors import Cancelled, StalePhotoError, UserError
from s2flow_app.model.arrays import frozen
from s2flow_app.model.face import FaceState, PreparedFace
from s2flow_app.model.photo import Photo, PhotoId
from s2flow_app.worker.editing_session import EditingSession, PhotoKeeper, PreparedFaceLike
from s2flow_app.worker.heart import Checkpoint, Heart
from s2flow_app.worker.mailbox import Letter, Mailbox
from s2flow_app.worker.protocol import (
    Answer,
    DrawGallery,
    EditReady,
    Exported,
    ExportPhoto,
    FaceReady,
    Failed,
    GalleryDrawn,
    LabelMapRead,
    NewFace,
    Notice,
    Opening,
    OpenPhoto,
    OpenProject,
    PhotoDecoded,
    PhotoOpened,
    PhotoRequest,
    PrepareFace,
    PreviewEdit,
    PreviewReady,
    Progress,
    ReadLabelMap,
    ReadShape,
    ReadStyle,
    Ready,
    RenderEdit,
    Request,
    ShapeReady,
    StyleCodeReady,
    TuneLikeness,
)

_LOG: Final = logging.getLogger(__name__)

_FILE_WORK: Final = (OpenPhoto, NewFace, ReadStyle, ReadShape, ReadLabelMap, ExportPhoto)
"""Requests whose steps cannot be seen."""


class InferenceWorker(QObject):
    """Lives in a thread; takes letters from its mailbox and answers each exactly once.

    Whatever goes wrong becomes a `Failed`: an exception that left a slot would only be printed,
    and the window would wait for ever.
    """

    answered = Signal(object)
    """An `Answer`."""
    progressed = Signal(object)
    """A `Progress`."""
    noticed = Signal(object)
    """A `Notice`."""

    def __init__(
        self,
        make_session: Callable[[], EditingSession],
        mailbox: Mailbox,
        heart: Heart,
        load_request: Request,
        *,
        make_keeper: Callable[[], PhotoKeeper] | None = None,
        epoch: int = 0,
    ) -> None:
        """``load_request`` is what `Ready`, or the failure to load, answers; ``make_keeper`` makes
        what opens the photo again and exports it when there are no networks; ``epoch`` is how many
        answers that replaced the photo or face the client has seen."""
        super().__init__()
        self._make_session, self._mailbox, self._heart = make_session, mailbox, heart
        self._make_keeper = make_keeper
        self._keeper: PhotoKeeper | None = None
        """The session, or what there is instead."""
        self._load_request = load_request
        self._session: EditingSession | None = None
        self._failure: Failed | None = None
        self._photo: PhotoId | None = None
        """What is open."""
        self._epoch = epoch
        self._notice = ""

    @Slot()
    def load(self) -> None:
        """Make the session, then do what waits already."""
        self._heart.begin()
        self._heart.is_patient = True
        answer = self._guarded(self._load_request, self._loaded)
        if isinstance(answer, Failed):
            self._failure = answer
            self._keeper = self._make_keeper() if self._make_keeper else None
        self.answered.emit(answer)
        self._tell_notice()
        self.work()

    @Slot()
    def work(self) -> None:
        """Do all that waits in the mailbox."""
        while letter := self._mailbox.take():
            self._do(letter)
            self._tell_notice()

    def _tell_notice(self) -> None:
        if self._session is not None and self._session.notice != self._notice:
            self._notice = self._session.notice
            self.noticed.emit(Notice(self._notice, self._session.device))

    def _do(self, letter: Letter) -> None:
        request = letter.request
        if isinstance(request, PreviewEdit):
            self._heart.is_patient = False
            if letter.epoch == self._epoch:
                self.answered.emit(self._guarded(request, partial(self._preview, letter)))
            return
        self._heart.is_patient = isinstance(request, _FILE_WORK)
        self._heart.beat()
        needs_none = isinstance(request, ExportPhoto | OpenProject) or letter.is_replay
        if needs_none and self._session is None and self._keeper is not None:
            work, with_networks = partial(self._keep, request, self._keeper), False
        else:
            work, with_networks = partial(self._job, request), True
        answer = self._guarded(request, work, with_networks=with_networks)
        if isinstance(answer, PhotoOpened | FaceReady) and not letter.is_replay:
            self._epoch += 1
        self.answered.emit(answer)

    def _guarded(
        self, request: Request, work: Callable[[], Answer], *, with_networks: bool = True
    ) -> Answer:
        """The answer to ``request``, whatever happens in ``work``."""
        failure = self._failure if with_networks else None
        if failure is not None and request.id != self._load_request.id:
            return Failed(request=request, message=failure.message, hint=failure.hint)
        before = self._heart.cancel
        # A file that is being written is not left half: an export may be late to hear of a cancel.
        self._heart.cancel = None if isinstance(request, ExportPhoto) else request.cancel
        try:
            if request.cancel.is_set():
                raise Cancelled
            if isinstance(request, PhotoRequest) and self._keeper is not None:
                self._keeper.check_open(request.photo)
            return work()
        except Cancelled:
            return Failed(request=request, message="Cancelled.", cancelled=True)
        except StalePhotoError as error:
            return Failed(request=request, message=error.message, hint=error.hint, is_stale=True)
        except Exception as error:
            if lacks_memory(error):  # also where a decoder or a pack is said to be at fault
                _LOG.exception("Out of memory in %s", type(request).__name__)
                message, hint = NO_MEMORY
                return Failed(request=request, message=message, hint=hint)
            if isinstance(error, UserError):
                return Failed(request=request, message=error.message, hint=error.hint)
            _LOG.exception("%s failed", type(request).__name__)
            return Failed(
                request=request,
                message=f"Something went wrong inside the program ({type(error).__name__}).",
                hint="Your work is as it was; the log file has the details.",
                is_bug=True,
            )
        finally:
            self._heart.cancel = before  # a preview is done within a job

    def _loaded(self) -> Answer:
        start_s = time.perf_counter()
        session = self._session = self._keeper = self._make_session()
        return Ready(
            request=self._load_request,
            pack_title=session.pack_title,
            terms=session.terms,
            device=session.device,
            attributes=session.attributes,
            gallery=session.gallery_size,
            pack=session.pack_id,
            seconds=time.perf_counter() - start_s,
        )

    def _preview(self, letter: Letter) -> Answer:
        request, session = letter.request, self._session
        assert session is not None and isinstance(request, PreviewEdit)
        self._heart.beat()
        cancel = Checkpoint(request.cancel, self._heart)
        crop = session.preview(request.edit, settled=request.settled, cancel=cancel)
        self._heart.beat()
        latency_ms = (time.perf_counter() - letter.sent_s) * 1000
        return PreviewReady(request=request, crop=frozen(crop), latency_ms=latency_ms)

    def _job(self, request: Request) -> Answer:
        session = self._session
        assert session is not None
        cancel = Checkpoint(request.cancel, self._heart)
        options: Any = {"cancel": cancel, "progress": partial(self._step, request)}
        match request:
            case OpenPhoto():
                opened = session.open_photo(
                    request.path, photo_id=request.photo, **options,
                    decoded=partial(self._decoded, request), leaving=self._finish_exports,
                    known=request if isinstance(request, OpenProject) else None,
                )  # fmt: skip
                return self._opened(request, *opened)
            case NewFace(latent=None):
                self._finish_exports()
                opened = session.new_face(request.seed, photo_id=request.photo)
                return self._opened(request, *opened)
            case NewFace(latent=int(index)):
                self._finish_exports()
                opened = session.gallery_face(index, photo_id=request.photo)
                return self._opened(request, *opened)
            case DrawGallery():
                pictures = session.gallery_pictures(request.indices, cancel=cancel)
                return GalleryDrawn(request=request, pictures=frozen(pictures))
            case PrepareFace():
                return _face_ready(request, session.prepare_face(request.points, **options))
            case TuneLikeness():
                tuned = session.tune(request.start, seconds=request.seconds, **options)
                return _face_ready(request, tuned)
            case RenderEdit():
                state, measures = session.render(request.edit, **options)
                _freeze_state(state)
                return EditReady(request=request, state=state, measures=measures)
            case ReadStyle():
                code, thumbnail = session.read_style(request.path, **options)
                return StyleCodeReady(
                    request=request, code=frozen(code), thumbnail=frozen(thumbnail)
                )
            case ReadShape():
                label_map, points, thumbnail = session.read_shape(request.path, **options)
                _freeze(label_map, points, thumbnail)
                return ShapeReady(
                    request=request, label_map=label_map, points=points, thumbnail=thumbnail
                )
            case ReadLabelMap():
                label_map = session.read_label_map(request.path, cancel=cancel)
                return LabelMapRead(request=request, label_map=frozen(label_map))
            case ExportPhoto():
                return self._keep(request, session)
        raise TypeError(f"no such request: {type(request).__name__}")

    def _keep(self, request: Request, keeper: PhotoKeeper) -> Answer:
        """What needs no networks: an export, and to open the photo again that it is of."""
        cancel = Checkpoint(request.cancel, self._heart)
        match request:
            case ExportPhoto():
                keeper.export(request.faces, request.path, cancel=cancel)
                return Exported(request=request, path=request.path)
            case OpenPhoto():
                opened = keeper.open_photo(
                    request.path, photo_id=request.photo, cancel=cancel,
                    leaving=self._finish_exports,
                    known=request if isinstance(request, OpenProject) else None,
                )  # fmt: skip
                return self._opened(request, *opened)
            case NewFace(drawn=np.ndarray() as drawn):
                return self._opened(
                    request, *keeper.open_aligned(drawn, "", photo_id=request.photo)
                )
        raise TypeError(f"needs networks: {type(request).__name__}")

    def _decoded(self, request: Request, display: NDArray[np.uint8]) -> None:
        """The photo is shown while its faces are looked for."""
        self._heart.beat()
        self.progressed.emit(
            PhotoDecoded(
                request=request, stage="Looking for faces", fraction=0.3, display=frozen(display)
            )
        )

    def _finish_exports(self) -> None:
        """Another photo is about to be opened: what is asked to be written, is of this one."""
        while self._photo is not None and (letter := self._mailbox.take_export(self._photo)):
            self._do(letter)

    def _opened(self, request: Opening, display, faces) -> Answer:
        self._photo = request.photo
        photo = self._keeper.photo if self._keeper else None
        if photo is not None and photo.notice:
            device = self._session.device if self._session else ""
            self.noticed.emit(Notice(photo.notice, device, is_problem=False))
        for face in faces:
            _freeze(face.points, face.quad, face.landmarks)
        source = self._keeper.source if self._keeper else None
        shown = Photo(request.photo, photo.name if photo else "", frozen(display), source)
        return PhotoOpened(request=request, photo=shown, faces=tuple(faces))

    def _step(self, request: Request, stage: str, fraction: float) -> None:
        """Between two steps of a job: beat, report, stop if asked to, let a preview pass."""
        self._heart.beat()
        self.progressed.emit(Progress(request=request, stage=stage, fraction=fraction))
        if request.cancel.is_set():
            raise Cancelled
        if isinstance(request, Opening):
            return  # a preview would be of the photo that goes
        if letter := self._mailbox.take_preview():
            self._do(letter)


def _face_ready(request: Request, face: PreparedFaceLike) -> Answer:
    state = face.state
    _freeze_state(state)
    prepared = PreparedFace(
        state, frozen(face.layers), frozen(face.reconstruction), face.inversion_psnr_db
    )
    return FaceReady(request=request, prepared=prepared)


def _freeze_state(state: FaceState) -> None:
    _freeze(*state.arrays())


def _freeze(*arrays) -> None:
    for array in arrays:
        frozen(array)
